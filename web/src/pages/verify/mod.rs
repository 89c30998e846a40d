//! Check a receipt: from a file, a link, or pasted text. The verdict and its words are `countersign-client`'s.

mod answer;
mod checks;
mod slip;

use crate::browser::error::BrowserError;
use crate::browser::{page, read};
use crate::components::command::CommandLine;
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::Mark;
use crate::state::chain::use_chain;
use crate::state::worker::{use_worker, Worker};
use crate::text::{command, en, verify as text};
use answer::OpenedAnswer;
use checks::{Checks, Given};
use countersign_messages::MAX_INPUT_BYTES;
use countersign_shared::files::Format;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use slip::VerdictSlip;
use std::sync::Arc;
use web_sys::File;

/// Larger files are no receipts: the largest bundle has 2 × 65,536 openings at most, and people exchange far smaller ones.
const MAX_DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// The page.
#[component]
pub fn Verify() -> impl IntoView {
    let given = RwSignal::new(Given::default());
    let trouble = RwSignal::new(None::<String>);
    let pasted = RwSignal::new(String::new());
    let checks = Checks::new();
    let chain = use_chain();
    let worker = StoredValue::new_local(use_worker());

    let document = move |bytes: Vec<u8>| {
        trouble.set(None);
        given.update(|given| given.add(bytes));
    };
    // A link carries its receipt behind the #; another one may be put into the address at any time.
    let location = use_location();
    Effect::new(move |_| {
        let fragment = location.hash.get();
        let text = fragment.trim_start_matches('#');
        if !text.is_empty() {
            given.set(Given::default());
            document(format!("#{text}").into_bytes());
        }
    });
    on_cleanup(move || {
        worker.try_with_value(Worker::cancel);
    });
    Effect::new(move |_| {
        let (given, link) = (given.get(), chain.link.get());
        checks.start(given, link, worker.get_value());
    });

    let take_document = move |file: File| read_into(file, MAX_DOCUMENT_BYTES, trouble, document);
    let take_input = move |file: File| {
        let name = file.name();
        read_into(file, MAX_INPUT_BYTES, trouble, move |bytes| {
            trouble.set(None);
            given.update(|given| given.input = Some(Arc::new((name.clone(), bytes))));
        });
    };
    let take_from = move |file: File| {
        let name = file.name();
        read_into(file, MAX_DOCUMENT_BYTES, trouble, move |bytes| {
            trouble.set(None);
            given.update(|given| given.from = Some(Arc::new((name.clone(), bytes))));
        });
    };
    let take_earlier = move |file: File| {
        read_into(file, MAX_DOCUMENT_BYTES, trouble, move |bytes| {
            trouble.set(None);
            given.update(|given| given.earlier = Some(Arc::new(bytes)));
        });
    };
    let take_text = move |text: String| {
        given.set(Given::default());
        document(text.trim().as_bytes().to_vec());
    };
    let check = move |_| {
        let text = pasted.get_untracked();
        if !text.trim().is_empty() {
            take_text(text);
            pasted.set(String::new());
        }
    };
    let another = move |_| {
        worker.with_value(Worker::cancel);
        given.set(Given::default());
        trouble.set(None);
        page::clear_fragment();
    };
    let has_receipt = Memo::new(move |_| {
        checks
            .report()
            .is_some_and(|report| report.receipt.is_some())
    });
    let has_document = Memo::new(move |_| given.with(|given| given.document.is_some()));

    let line = Signal::derive(move || {
        let report = checks.report();
        let id = report.and_then(|report| Some(report.receipt.as_ref()?.id()));
        let name = id.map(|id| command::file_name(&id.to_bytes()));
        let rpc = chain
            .link
            .with(|link| link.config().map(|config| config.rpc));
        given.with(|given| {
            let input = given.input.as_ref().map(|input| input.0.as_str());
            let from = given.from.as_ref().map(|from| from.0.as_str());
            command::verify(name.as_slice(), input, from, rpc.as_deref())
        })
    });

    view! {
        <PageHead title=text::TITLE lead=text::LEAD/>
        <div class="bench">
            <div class="stack no-print">
                <Show when=move || !has_document.get()>
                    <DropArea choose=text::CHOOSE hint=text::HINT on_file=take_document on_text=take_text multiple=true/>
                    <div class="paste">
                        <label class="label" for="pasted">{text::PASTE}</label>
                        <textarea
                            id="pasted"
                            class="select paste-field"
                            rows="3"
                            spellcheck="false"
                            prop:value=move || pasted.get()
                            on:input=move |event| pasted.set(event_target_value(&event))
                        ></textarea>
                        <button type="button" class="button" on:click=check>{text::CHECK}</button>
                    </div>
                </Show>
                <Show when=move || has_receipt.get()>
                    <h2>{text::REPEAT}</h2>
                    <p>{text::REPEAT_NOTE}</p>
                    <DropArea choose=text::CHOOSE_INPUT hint=text::INPUT_HINT on_file=take_input/>
                    <p role="status" class="chosen">
                        {move || {
                            given
                                .with(|given| given.input.as_ref().map(|input| text::input_given(&input.0, input.1.len() as u64)))
                        }}
                    </p>
                    <details class="more">
                        <summary>{text::TWO_RUNS}</summary>
                        <div class="stack">
                            <p>{text::TWO_RUNS_NOTE}</p>
                            <DropArea choose=text::CHOOSE_FROM hint=text::FROM_HINT on_file=take_from pasted=false/>
                            <p role="status" class="chosen">
                                {move || given.with(|given| given.from.as_ref().map(|from| from.0.clone()))}
                            </p>
                            <DropArea choose=text::CHOOSE_EARLIER hint=text::EARLIER_HINT on_file=take_earlier pasted=false/>
                            <p role="status" class="chosen">
                                {move || given.with(|given| given.earlier.as_ref().map(|_| text::EARLIER_GIVEN.get()))}
                            </p>
                        </div>
                    </details>
                    <p role="status" class="quiet" data-testid="replay-status">{move || checks.said()}</p>
                    <OpenedAnswer checks given/>
                    <CommandLine line id="verify-command"/>
                </Show>
                <Show when=move || has_document.get()>
                    <div class="actions">
                        <button type="button" class="button" on:click=another>{text::ANOTHER}</button>
                        <button type="button" class="button" on:click=move |_| print()>{text::PRINT}</button>
                    </div>
                </Show>
                {move || trouble.get().map(|reason| view! { <Notice mark=Mark::Invalid head=text::TROUBLE text=reason/> })}
            </div>
            <VerdictSlip checks/>
        </div>
    }
}

fn print() {
    // Where there is no printing, nothing happens, as with the browser's own menu.
    let _ = window().print();
}

/// Reads a file, or says why not.
fn read_into(
    file: File,
    limit: u64,
    trouble: RwSignal<Option<String>>,
    then: impl Fn(Vec<u8>) + 'static,
) {
    // `size` is a JavaScript number, an integer far below 2^53.
    let size = file.size() as u64;
    if size > limit {
        trouble.set(Some(text::too_large(
            &file.name(),
            &en::size(size),
            &en::size(limit),
        )));
        return;
    }
    spawn_local(async move {
        let outcome: Result<Vec<u8>, BrowserError> = read::bytes(&file).await;
        match outcome {
            Ok(bytes) => then(bytes),
            Err(error) => {
                let _ = trouble.try_set(Some(error.to_string()));
            }
        }
    });
}

impl Given {
    /// Takes a document, or a proof that belongs to one, whichever comes first.
    fn add(&mut self, bytes: Vec<u8>) {
        let bytes = Arc::new(bytes);
        match (self.document.take(), is_proof(&bytes)) {
            (Some(document), true) => {
                self.document = Some(document);
                self.proofs.push(bytes);
            }
            (Some(document), false) => {
                if is_proof(&document) {
                    self.proofs.push(document);
                }
                self.document = Some(bytes);
            }
            (None, _) => self.document = Some(bytes),
        }
    }
}

fn is_proof(bytes: &[u8]) -> bool {
    matches!(Format::of(bytes), Ok(Format::Opening | Format::Anchor))
}
