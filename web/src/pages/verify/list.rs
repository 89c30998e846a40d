//! Several receipts at once: a verdict on each, one opened at a time.

use super::checks::{access, lists};
use super::pile::{Entry, Pile};
use super::slip::mark_of;
use crate::browser::clock;
use crate::components::id::Id;
use crate::components::shape::{Mark, Shape};
use crate::state::chain::{use_chain, Link};
use crate::state::replay::Replay;
use crate::text::language::{language, Language};
use crate::text::{en, verify as text};
use countersign_client::verify::{self, Label, Report, Request};
use countersign_client::{messages, plain};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The list; `on_open` gets the position of the one that is chosen.
#[component]
pub fn ReceiptList(pile: RwSignal<Pile>, #[prop(into)] on_open: Callback<usize>) -> impl IntoView {
    let reports = RwSignal::new(Vec::<Option<Arc<Report>>>::new());
    let round = StoredValue::new(0_u32);
    let chain = use_chain();
    Effect::new(move |_| {
        let (entries, link) = (pile.get().entries, chain.link.get());
        let now = round.get_value().wrapping_add(1);
        round.set_value(now);
        reports.set(vec![None; entries.len()]);
        if matches!(link, Link::Connecting) {
            return;
        }
        spawn_local(async move {
            for (place, entry) in entries.into_iter().enumerate() {
                let report = Arc::new(judge(&entry, &link).await);
                if round.try_get_value() != Some(now) {
                    return;
                }
                reports.update(|reports| {
                    if let Some(slot) = reports.get_mut(place) {
                        *slot = Some(report);
                    }
                });
            }
        });
    });
    let said = move || {
        reports.with(|reports| text::checked(reports.iter().flatten().count(), reports.len()))
    };
    let lines = move || {
        let entries = pile.get().entries.into_iter().enumerate();
        let line = |(place, entry): (usize, Entry)| {
            let report = Memo::new(move |_| {
                // Reports are not compared: each place is written once.
                reports.with(|reports| Shown(reports.get(place).cloned().flatten()))
            });
            view! { <Line name=entry.name place report on_open/> }
        };
        entries.map(line).collect_view()
    };
    view! {
        <section class="stack-tight" aria-labelledby="receipts-given">
            <h2 id="receipts-given">{move || text::receipts(pile.with(|pile| pile.entries.len()))}</h2>
            <p class="quiet">{text::LIST_NOTE}</p>
            <p role="status" class="quiet small" data-testid="list-status">{said}</p>
            <ul class="receipts" data-testid="receipt-list">{lines}</ul>
        </section>
    }
}

/// A report, once it is there.
#[derive(Clone)]
struct Shown(Option<Arc<Report>>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }
}

/// The verdict without a repeated run.
async fn judge(entry: &Entry, link: &Link) -> Report {
    let (deployments, engines) = lists(link);
    let given = &entry.given;
    let document = given.document.clone().unwrap_or_default();
    let proofs: Vec<Vec<u8>> = given.proofs.iter().map(|proof| proof.to_vec()).collect();
    let request = Request {
        document: &document,
        proofs: &proofs,
        earlier: given.earlier.as_ref().map(|earlier| earlier.as_slice()),
        input: None,
        models: &[],
        deployments: &deployments,
        engines: &engines,
        now: clock::seconds(),
    };
    verify::verify(&request, &access(link), None::<&Replay>).await
}

/// One receipt: its file, the verdict's word and sentence, its id, and the button that opens it.
#[component]
fn Line(
    name: String,
    place: usize,
    report: Memo<Shown>,
    on_open: Callback<usize>,
) -> impl IntoView {
    let verdict = move || report.get().0.map(|report| report.verdict);
    let mark = Signal::derive(move || verdict().map_or(Mark::Checking, mark_of));
    let sentence = move || report.get().0.map(|report| report.sentence(language()));
    let id = move || {
        let report = report.get().0?;
        let id = report.receipt.as_ref()?.id().to_string();
        Some(view! { <p class="small"><Id what=text::label(Label::Receipt) value=id/></p> })
    };
    let name = plain(&name);
    let label = text::open(&name);
    view! {
        <li class="given-line" data-verdict=move || verdict().map(|verdict| messages::verdict_word(verdict, Language::English))>
            <p class="given-head">
                <strong class="receipts-file">{name}</strong>
                <span class=move || format!("check-word {}", mark.get().class())>
                    <Shape mark/>
                    " "
                    {move || if verdict().is_none() { en::MARK_CHECKING.get() } else { mark.get().word() }}
                </span>
            </p>
            <p class="small given-sentence">{sentence}</p>
            {id}
            <p>
                <button type="button" class="button" aria-label=label on:click=move |_| on_open.run(place)>
                    {text::OPEN}
                </button>
            </p>
        </li>
    }
}
