//! Check a receipt: from a file, a link, or pasted text. The verdict and its words are `countersign-client`'s.

mod answer;
mod checks;
mod inputs;
mod list;
mod pile;
mod slip;

use crate::browser::error::BrowserError;
use crate::browser::{page, read};
use crate::components::command::CommandLine;
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::page_head::{focus_heading, PageHead};
use crate::components::shape::Mark;
use crate::state::chain::use_chain;
use crate::state::worker::{use_worker, Worker};
use crate::text::{command, en, verify as text};
use answer::OpenedAnswer;
use checks::{Checks, Given};
use countersign_messages::MAX_INPUT_BYTES;
use inputs::Inputs;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use list::ReceiptList;
use pile::Pile;
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

    let pile = RwSignal::new(Pile::default());
    let reading = RwSignal::new(false);
    // Counts what was given: files that were read for an earlier one are not taken.
    let round = StoredValue::new(0_u32);
    let clear = move || {
        round.update_value(|round| *round = round.wrapping_add(1));
        reading.set(false);
        trouble.set(None);
        pile.set(Pile::default());
        given.set(Given::default());
    };
    let document = move |bytes: Vec<u8>| {
        clear();
        given.set(Given::of(bytes));
    };
    // A link carries its receipt behind the #; another one may be put into the address at any time.
    let location = use_location();
    Effect::new(move |_| {
        let fragment = location.hash.get();
        let text = fragment.trim_start_matches('#');
        if !text.is_empty() {
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

    let take_files = move |files: Vec<File>| {
        clear();
        reading.set(true);
        let now = round.get_value();
        spawn_local(async move {
            let sorted = pile::sort(files).await;
            if round.try_get_value() != Some(now) {
                return;
            }
            reading.set(false);
            match sorted {
                Ok(sorted) => {
                    if let [only] = sorted.entries.as_slice() {
                        given.set(only.given.clone());
                    }
                    pile.set(sorted);
                }
                Err(reason) => trouble.set(Some(reason)),
            }
        });
    };
    let take_input = move |file: File| {
        let name = file.name();
        read_into(file, MAX_INPUT_BYTES, trouble, still(given), move |bytes| {
            trouble.set(None);
            given.update(|given| given.input = Some(Arc::new((name.clone(), bytes))));
        });
    };
    let take_from = move |file: File| {
        let name = file.name();
        read_into(
            file,
            MAX_DOCUMENT_BYTES,
            trouble,
            still(given),
            move |bytes| {
                trouble.set(None);
                given.update(|given| given.from = Some(Arc::new((name.clone(), bytes))));
            },
        );
    };
    let take_earlier = move |file: File| {
        read_into(
            file,
            MAX_DOCUMENT_BYTES,
            trouble,
            still(given),
            move |bytes| {
                trouble.set(None);
                given.update(|given| given.earlier = Some(Arc::new(bytes)));
            },
        );
    };
    let take_text = move |text: String| document(text.trim().as_bytes().to_vec());
    let check = move |_| {
        let text = pasted.get_untracked();
        if !text.trim().is_empty() {
            take_text(text);
            pasted.set(String::new());
        }
    };
    let another = move |_| {
        worker.with_value(Worker::cancel);
        clear();
        page::clear_fragment();
        focus_heading();
    };
    let open = move |place: usize| {
        let chosen = pile.with_untracked(|pile| Some(pile.entries.get(place)?.given.clone()));
        if let Some(chosen) = chosen {
            trouble.set(None);
            given.set(chosen);
            focus_heading();
        }
    };
    let back = move |_| {
        worker.with_value(Worker::cancel);
        given.set(Given::default());
        trouble.set(None);
        focus_heading();
    };
    let several = Memo::new(move |_| pile.with(|pile| pile.entries.len() > 1));
    let has_receipt = Memo::new(move |_| {
        checks
            .report()
            .is_some_and(|report| report.receipt.is_some())
    });
    let many_inputs = Memo::new(move |_| given.with(|given| !given.names().is_empty()));
    let has_document = Memo::new(move |_| given.with(|given| given.document.is_some()));

    let line = Signal::derive(move || {
        let report = checks.report();
        let id = report.and_then(|report| Some(report.receipt.as_ref()?.id()));
        let name = id.map(|id| command::file_name(&id.to_bytes()));
        let rpc = chain
            .link
            .with(|link| link.config().map(|config| config.rpc));
        given.with(|given| {
            let from = given.from.as_ref().map(|from| from.0.as_str());
            command::verify(name.as_slice(), &given.inputs(), from, rpc.as_deref())
        })
    });

    view! {
        <PageHead title=text::TITLE lead=text::LEAD/>
        <div class="bench">
            <div class="stack no-print">
                <Show when=move || !has_document.get()>
                    <Show when=move || several.get()>
                        <ReceiptList pile on_open=open/>
                    </Show>
                    <DropArea choose=text::CHOOSE hint=text::HINT on_files=take_files on_text=take_text multiple=true/>
                    <p role="status" class="quiet">{move || if reading.get() { text::READING.get() } else { "" }}</p>
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
                    <Show
                        when=move || many_inputs.get()
                        fallback=move || {
                            view! {
                                <DropArea choose=text::CHOOSE_INPUT hint=text::INPUT_HINT on_file=take_input/>
                                <p role="status" class="chosen">
                                    {move || {
                                        given
                                            .with(|given| {
                                                given.input.as_ref().map(|input| text::input_given(&input.0, input.1.len() as u64))
                                            })
                                    }}
                                </p>
                            }
                        }
                    >
                        <Inputs given trouble/>
                    </Show>
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
                        <Show when=move || several.get()>
                            <button type="button" class="button" on:click=back>{text::BACK}</button>
                        </Show>
                        <button type="button" class="button" on:click=another>{text::ANOTHER}</button>
                        <button type="button" class="button" on:click=move |_| print()>{text::PRINT}</button>
                    </div>
                </Show>
                {move || {
                    let unused = pile.with(|pile| pile.unused.join(" "));
                    (!unused.is_empty()).then(|| view! { <Notice mark=Mark::Unknown head=text::UNUSED text=unused/> })
                }}
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

/// Whether the receipt that is open now still is: what was read for one is not given to another one.
fn still(given: RwSignal<Given>) -> impl Fn() -> bool {
    let now = given.with_untracked(|given| given.document.clone());
    move || {
        let same = given.try_with_untracked(|given| match (&given.document, &now) {
            (Some(document), Some(now)) => Arc::ptr_eq(document, now),
            (document, now) => document.is_none() && now.is_none(),
        });
        same == Some(true)
    }
}

/// Reads a file, or says why not; nothing once it is not wanted any more.
fn read_into(
    file: File,
    limit: u64,
    trouble: RwSignal<Option<String>>,
    still: impl Fn() -> bool + 'static,
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
            _ if !still() => {}
            Ok(bytes) => then(bytes),
            Err(error) => {
                let _ = trouble.try_set(Some(error.to_string()));
            }
        }
    });
}
