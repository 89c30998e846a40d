//! The signed receipt: the slip, and what can be done with it.

use super::anchor::Anchor;
use super::signer::AccountSelect;
use crate::app::Page;
use crate::browser::{clipboard, page, save};
use crate::components::command::RunCommand;
use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::page_head::focus_heading;
use crate::components::shape::Mark;
use crate::components::slip::{Row, Rows, Slip, Tear};
use crate::pages::withdraw::revoke::Revoke;
use crate::state::finished::{use_finished, use_later, Finished};
use crate::state::keep::use_keep;
use crate::state::signed::{Reveal, Signed};
use crate::text::{command, en, run as run_text, sign as text};
use countersign_client::messages;
use countersign_shared::id::SealedId;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Software;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use std::rc::Rc;
use std::sync::Arc;

/// The page after signing.
#[component]
pub fn ReceiptView(held: StoredValue<Rc<Signed>, LocalStorage>) -> impl IntoView {
    let signed = held.get_value();
    let (finished, later) = (use_finished(), use_later());
    let here = Arc::clone(&signed.run);
    // The run that used this one's result and waits for its own signature.
    let next = move || {
        later.get().filter(|later| {
            later
                .earlier
                .as_ref()
                .is_some_and(|earlier| Arc::ptr_eq(earlier, &here))
        })
    };
    Effect::new(|_| focus_heading());
    let input = RwSignal::new(true);
    let output = RwSignal::new(true);
    let reveal = Signal::derive(move || Reveal {
        input: input.get(),
        output: output.get(),
    });
    let payer = RwSignal::new(crate::wallet::dev::ACCOUNTS[0].to_owned());
    view! {
        <div class="bench">
            <div class="stack-wide no-print">
                {move || {
                    next()
                        .map(|run| {
                            let why = text::next_why(&run.model.manifest.name);
                            let go = move |_| {
                                later.set(None);
                                finished.set(Some(Arc::clone(&run)));
                            };
                            view! {
                                <Notice mark=Mark::Absent head=text::NEXT text=why>
                                    <button type="button" class="button button-primary" on:click=go>{text::NEXT_GO}</button>
                                </Notice>
                            }
                        })
                }}
                <section class="stack">
                    <h2>{text::KEEP}</h2>
                    <p>{text::KEEP_NOTE}</p>
                    <KeptLine sealed=signed.receipt.sealed()/>
                    <Keep held reveal/>
                    <RunCommand run=Arc::clone(&signed.run) receipt=Some(signed.receipt)/>
                    <div class="stack-tight">
                        <Tick on=input name=text::OPEN_INPUT note=text::OPEN_INPUT_NOTE/>
                        <Tick on=output name=text::OPEN_OUTPUT note=text::OPEN_OUTPUT_NOTE/>
                    </div>
                </section>
                <section class="stack">
                    <h2>{text::ON_CHAIN}</h2>
                    <p>{text::ON_CHAIN_NOTE}</p>
                    <p class="actions">
                        <label for="payer">{text::PAYER}</label>
                        <AccountSelect id="payer" account=payer on_choice=|| ()/>
                    </p>
                    <Anchor held payer/>
                </section>
                <Revoke receipt=signed.receipt model=model_of(&signed.run)/>
            </div>
            <ReceiptSlip receipt=signed.receipt run=Arc::clone(&signed.run)/>
        </div>
    }
}

fn model_of(run: &Finished) -> String {
    let manifest = &run.model.manifest;
    en::model_name(&manifest.name, &manifest.version)
}

/// Whether the browser has it by now, or why not.
#[component]
fn KeptLine(sealed: SealedId) -> impl IntoView {
    let keep = use_keep();
    let homeless = move || {
        keep.homeless
            .with(|homeless| Some(homeless.get(&sealed)?.1.clone()))
    };
    let kept = Memo::new(move |_| keep.of(sealed).is_some());
    move || {
        match (homeless(), kept.get()) {
        (Some(reason), _) => {
            view! { <Notice mark=Mark::Invalid head=text::HOMELESS text=text::homeless(&reason)/> }.into_any()
        }
        (None, true) => view! {
            <p role="status" data-testid="kept" data-state="kept">
                {text::KEPT} " " <A href=Page::Receipts.path()>{text::KEPT_ALL}</A>
            </p>
        }
        .into_any(),
        (None, false) => {
            view! { <p role="status" class="quiet" data-testid="kept" data-state="keeping">{text::KEEPING}</p> }.into_any()
        }
    }
    }
}

/// Save, copy, verify.
#[component]
fn Keep(held: StoredValue<Rc<Signed>, LocalStorage>, reveal: Signal<Reveal>) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let bundle = move || held.with_value(|signed| signed.bundle(reveal.get_untracked()));
    let file = move |_| {
        let name = held.with_value(|signed| command::file_name(&signed.receipt.id().to_bytes()));
        let saved = save::json(&name, bundle().to_file(&Software).as_bytes());
        said.set(if saved.is_ok() {
            text::saved(&name)
        } else {
            String::new()
        });
        failed.set(saved.err().map(|error| error.to_string()));
    };
    let link = move || {
        format!(
            "{}{}{}",
            page::origin(),
            Page::Verify.path(),
            bundle().to_fragment(&Software)
        )
    };
    let copy = move |_| {
        said.set(String::new());
        spawn_local(async move {
            match clipboard::write(&link()).await {
                Ok(()) => {
                    failed.set(None);
                    said.set(en::COPIED.to_string());
                }
                Err(error) => failed.set(Some(error.to_string())),
            }
        });
    };
    let verify = move || {
        let reveal = reveal.get();
        held.with_value(|signed| {
            format!(
                "{}{}",
                Page::Verify.path(),
                signed.bundle(reveal).to_fragment(&Software)
            )
        })
    };
    view! {
        <div class="actions">
            <button type="button" class="button button-primary" on:click=file>{text::SAVE}</button>
            <button type="button" class="button" on:click=copy>{text::COPY_LINK}</button>
            <A href=verify attr:class="button">{text::VERIFY_IT}</A>
            <p role="status" class="quiet">{move || said.get()}</p>
        </div>
        {move || {
            failed
                .get()
                .map(|reason| {
                    view! {
                        <Notice mark=Mark::Invalid head=text::NOT_KEPT text=reason/>
                        <label class="label" for="the-link">{text::THE_LINK}</label>
                        <textarea id="the-link" class="select" readonly rows="4" prop:value=link></textarea>
                    }
                })
        }}
    }
}

#[component]
fn Tick(
    on: RwSignal<bool>,
    #[prop(into)] name: &'static str,
    #[prop(into)] note: &'static str,
) -> impl IntoView {
    view! {
        <div class="radio">
            <label class="radio-head">
                <input type="checkbox" prop:checked=move || on.get() on:change=move |event| on.set(event_target_checked(&event))/>
                <span>{name}</span>
            </label>
            <span class="radio-note small quiet">{note}</span>
        </div>
    }
}

/// The receipt itself.
#[component]
fn ReceiptSlip(receipt: Verified<Receipt>, run: Arc<Finished>) -> impl IntoView {
    let statement = receipt.statement;
    let name = model_of(&run);
    let publisher = messages::account(&run.model.publisher);
    let lane = statement.run.lane;
    let sentence = text::statement(&name, lane);
    view! {
        <Slip kind=text::RECEIPT_KIND title=text::RECEIPT_TITLE id="slip-receipt">
            <p class="slip-sentence">{sentence}</p>
            <Rows>
                <Row label=text::ROW_SIGNER>
                    <Id what=text::WHAT_ATTESTER value=messages::attester(&receipt.attester)/>
                </Row>
                <Row label=run_text::ROW_MODEL>
                    <span>{name}</span>
                    <span class="row-note">
                        <Id what=en::WHAT_MODEL value=statement.run.model.to_string()/>
                    </span>
                </Row>
                <Row label=run_text::ROW_PUBLISHER>
                    <Id what=en::WHAT_PUBLISHER value=publisher/>
                </Row>
                <Row label=run_text::ROW_ENGINE>
                    <Id what=run_text::WHAT_ENGINE value=statement.run.engine.to_string()/>
                </Row>
                <Row label=run_text::ROW_LANE>
                    <span>{run_text::lane_name(lane)}</span>
                    <span class="row-note">{run_text::lane_note(lane)}</span>
                </Row>
                <Row label=text::TIME>{en::time(statement.time)}</Row>
                {statement
                    .reference()
                    .map(|earlier| {
                        view! {
                            <Row label=text::REFERENCE>
                                <Id what=text::WHAT_REFERENCE value=earlier.to_string()/>
                                <span class="row-note">{text::REFERENCE_NOTE}</span>
                            </Row>
                        }
                    })}
                <Row label=text::RECEIPT_ID>
                    <span class="mono small" data-testid="receipt-id">{receipt.id().to_string()}</span>
                </Row>
                <Row label=text::SEALED_ID>
                    <Id what=text::WHAT_SEALED value=receipt.sealed().to_string()/>
                </Row>
            </Rows>
            <Tear/>
            <Rows>
                <Row label=run_text::ROW_INPUT>
                    <Id what=run_text::WHAT_INPUT value=statement.run.input.to_string()/>
                </Row>
                <Row label=run_text::ROW_OUTPUT>
                    <Id what=run_text::WHAT_OUTPUT value=statement.run.output.to_string()/>
                </Row>
            </Rows>
            <p class="slip-foot">{text::SLIP_FOOT}</p>
        </Slip>
    }
}
