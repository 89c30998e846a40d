//! One kept receipt: the slip, where it stands, and what can be done with it.

use super::queue::AnchorOne;
use super::share::Share;
use super::stake::Stake;
use super::{mark_of, state_name, watch_chain};
use crate::app::Page;
use crate::browser::clock;
use crate::components::id::Id;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::{Mark, Shape};
use crate::components::slip::{Row, Rows, Slip, Tear};
use crate::pages::withdraw::revoke::Revoke;
use crate::state::chain::use_chain;
use crate::state::home::{is_untold, Home};
use crate::state::keep::{use_keep, Keep, Stored};
use crate::text::words::Words;
use crate::text::{
    en, receipts as text, run as run_text, sign as sign_text, verify as verify_text,
};
use countersign_client::kept::{Kept, Standing};
use countersign_client::messages;
use countersign_client::verify::Label;
use countersign_shared::id::SealedId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The page.
#[component]
pub fn ReceiptDetail() -> impl IntoView {
    let keep = use_keep();
    watch_chain(keep);
    let params = use_params_map();
    let sealed = Memo::new(move |_| {
        let text = params.with(|params| params.get("sealed").unwrap_or_default());
        text.parse::<SealedId>().ok()
    });
    // Which of the three is shown; what the chain says changes within.
    let there = Memo::new(move |_| {
        let sealed = sealed.get()?;
        match keep.of(sealed) {
            Some(_) => Some(Some(sealed)),
            None if keep.stored.with(|stored| matches!(stored, Stored::Reading)) => Some(None),
            None => None,
        }
    });
    view! {
        <PageHead title=text::DETAIL.to_string()/>
        <p class="no-print">
            <A href=Page::Receipts.path()>{text::BACK}</A>
        </p>
        {move || match there.get() {
            None => view! { <Notice mark=Mark::Absent head=text::GONE text=text::GONE_WHY/> }.into_any(),
            Some(None) => view! { <p role="status" class="quiet">{text::READING}</p> }.into_any(),
            Some(Some(sealed)) => view! { <Shown keep sealed/> }.into_any(),
        }}
    }
}

#[component]
fn Shown(keep: Keep, sealed: SealedId) -> impl IntoView {
    let kept = Signal::derive_local(move || keep.of(sealed));
    let broken = kept
        .get_untracked()
        .and_then(|kept| kept.verified().err())
        .map(|reason| {
            view! { <Notice mark=Mark::Invalid head=text::BROKEN text=Words::said(&reason).sentence()/> }
        });
    // Nobody else can take it back: the panel asks for the very key that signed.
    let revoke = kept.get_untracked().and_then(|kept| {
        let receipt = kept.verified().ok()?;
        Some(view! { <Revoke receipt model=kept.notes.model.clone()/> })
    });
    view! {
        <div class="bench">
            <div class="stack-wide no-print">
                {broken}
                <Share kept/>
                <section class="stack" aria-label=sign_text::ON_CHAIN>
                    <h2>{sign_text::ON_CHAIN}</h2>
                    <p>{sign_text::ON_CHAIN_NOTE}</p>
                    <StandingLine keep sealed/>
                    <AnchorOne keep sealed/>
                </section>
                <Stake keep sealed/>
                {revoke}
                <Delete keep sealed/>
            </div>
            {move || kept.get().map(|kept| view! { <KeptSlip kept/> })}
        </div>
    }
}

/// Where it stands, in a sentence, with why the chain says nothing of it.
#[component]
fn StandingLine(keep: Keep, sealed: SealedId) -> impl IntoView {
    let link = use_chain().link;
    move || {
        let kept = keep.of(sealed)?;
        let standing = kept.standing(clock::seconds());
        let home = link.with(|link| Home::of(&kept, link));
        if is_untold(&home, standing) {
            return Some(
                view! {
                    <div data-testid="standing" data-state="elsewhere">
                        <p class="tx-line">
                            <Shape mark=Mark::Unknown/>
                            <span>{text::home(&home)}</span>
                        </p>
                        <p class="small quiet">{text::HOMELESS_WHAT}</p>
                    </div>
                }
                .into_any(),
            );
        }
        let gap = keep
            .gaps
            .with(|gaps| gaps.get(&sealed).map(|gap| Words::said(gap).sentence()));
        Some(
            view! {
                <div data-testid="standing" data-state=state_name(standing)>
                    <p class="tx-line">
                        <Shape mark=mark_of(standing)/>
                        <span>{text::standing(standing)}</span>
                    </p>
                    {gap.map(|gap| view! { <p class="small quiet">{gap.view()}</p> })}
                </div>
            }
            .into_any(),
        )
    }
}

/// Forgetting it, after a second thought.
#[component]
fn Delete(keep: Keep, sealed: SealedId) -> impl IntoView {
    let asking = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let navigate = StoredValue::new_local(use_navigate());
    let sent = move || {
        keep.of(sealed)
            .is_some_and(|kept| matches!(kept.standing(clock::seconds()), Standing::Sent { .. }))
    };
    let go = move |_| {
        spawn_local(async move {
            match keep.delete(sealed).await {
                Ok(()) => {
                    navigate.with_value(|navigate| {
                        navigate(
                            &Page::Receipts.path(),
                            leptos_router::NavigateOptions::default(),
                        );
                    });
                }
                Err(error) => {
                    let _ = failed.try_set(Some(error.to_string()));
                }
            }
        });
    };
    view! {
        <section class="stack" aria-label=text::DELETE_HEAD>
            <h2>{text::DELETE_HEAD}</h2>
            <p>{text::DELETE_NOTE}</p>
            <Show when=sent>
                <Notice mark=Mark::Unknown head=text::DELETE_HEAD text=text::DELETE_SENT/>
            </Show>
            <Show
                when=move || asking.get()
                fallback=move || {
                    view! {
                        <button type="button" class="button" on:click=move |_| asking.set(true)>{text::DELETE}</button>
                    }
                }
            >
                <div class="actions">
                    <button type="button" class="button" on:click=go>{text::DELETE_GO}</button>
                    <button type="button" class="button button-primary" on:click=move |_| asking.set(false)>{text::KEEP}</button>
                </div>
            </Show>
            {move || failed.get().map(|reason| view! { <Notice mark=Mark::Invalid head=text::FAILED text=reason/> })}
        </section>
    }
}

/// The receipt as a slip.
#[component]
fn KeptSlip(kept: Kept) -> impl IntoView {
    let receipt = *kept.receipt();
    let (id, sealed) = (kept.id().to_string(), kept.sealed().to_string());
    let run = receipt.statement.run;
    let standing = kept.standing(clock::seconds());
    let notes = kept.notes.clone();
    let sentence = sign_text::statement(&notes.model, run.lane);
    let home = use_chain().link.with(|link| Home::of(&kept, link));
    let state = if is_untold(&home, standing) {
        text::home(&home)
    } else {
        text::standing(standing)
    };
    let read = kept.seen.map_or_else(
        || text::NEVER_READ.to_string(),
        |seen| text::read_at(seen.block),
    );
    view! {
        <Slip kind=text::KIND title=notes.model.clone() id="slip-kept">
            <p class="slip-sentence">{sentence}</p>
            <Rows>
                <Row label=text::ROW_STATE>
                    <span>{state}</span>
                </Row>
                <Row label=text::ROW_READ>{read}</Row>
                <Row label=en::capital(verify_text::label(Label::Genesis))>
                    <Id what=verify_text::label(Label::Genesis) value=receipt.deployment.genesis.to_string()/>
                </Row>
                <Row label=sign_text::ROW_SIGNER>
                    <Id what=sign_text::WHAT_ATTESTER value=messages::attester(&receipt.attester)/>
                </Row>
                <Row label=run_text::ROW_MODEL>
                    <span>{notes.model}</span>
                    <span class="row-note">
                        <Id what=en::WHAT_MODEL value=run.model.to_string()/>
                    </span>
                </Row>
                <Row label=run_text::ROW_PUBLISHER>
                    <Id what=en::WHAT_PUBLISHER value=notes.publisher/>
                </Row>
                <Row label=run_text::ROW_ENGINE>
                    <Id what=run_text::WHAT_ENGINE value=run.engine.to_string()/>
                </Row>
                <Row label=run_text::ROW_LANE>
                    <span>{run_text::lane_name(run.lane)}</span>
                    <span class="row-note">{run_text::lane_note(run.lane)}</span>
                </Row>
                <Row label=sign_text::TIME>{en::time(receipt.statement.time)}</Row>
                <Row label=sign_text::RECEIPT_ID>
                    <Id what=text::WHAT_RECEIPT value=id/>
                </Row>
                <Row label=sign_text::SEALED_ID>
                    <Id what=sign_text::WHAT_SEALED value=sealed/>
                </Row>
            </Rows>
            <Tear/>
            <Rows>
                <Row label=run_text::ROW_INPUT>
                    <Id what=run_text::WHAT_INPUT value=run.input.to_string()/>
                </Row>
                <Row label=run_text::ROW_OUTPUT>
                    <Id what=run_text::WHAT_OUTPUT value=run.output.to_string()/>
                </Row>
                <Row label=text::ROW_FILE>
                    <span>{notes.input}</span>
                    <span class="row-note">{text::ROW_FILE_NOTE}</span>
                </Row>
            </Rows>
            <p class="slip-foot">{sign_text::SLIP_FOOT}</p>
        </Slip>
    }
}
