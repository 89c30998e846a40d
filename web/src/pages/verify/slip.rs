//! The verdict as a slip: a plain sentence first, then six rows that settle one by one.

use super::checks::{Checks, ROWS};
use crate::components::id::Id;
use crate::components::shape::{Mark, Shape};
use crate::components::slip::{Row, Rows, Slip, Tear};
use crate::text::language::{language, Language};
use crate::text::words::Words;
use crate::text::{en, verify as text};
use countersign_client::messages;
use countersign_client::verify::{Fact, Finding, Label, RowKind, State, Verdict};
use leptos::prelude::*;

/// The slip; blank as long as there is nothing to check.
#[component]
pub fn VerdictSlip(checks: Checks) -> impl IntoView {
    let stamp = Signal::derive(move || {
        let verdict = checks.verdict().map(|report| report.verdict);
        match verdict {
            Some(verdict) => Some((mark_of(verdict), mark_of(verdict).word().to_owned())),
            None if checks.begun() => Some((Mark::Checking, en::MARK_CHECKING.to_string())),
            None => None,
        }
    });
    let sentence = move || match checks.verdict() {
        Some(report) => report.sentence(language()),
        None if checks.begun() => text::CHECKING.to_string(),
        None => text::BLANK.to_string(),
    };
    let word = move || {
        checks
            .verdict()
            .map(|report| messages::verdict_word(report.verdict, Language::English))
    };
    view! {
        <div
            data-testid="slip-verify"
            data-settled=move || checks.verdict().is_some().to_string()
            data-verdict=word
            aria-busy=move || (checks.begun() && checks.verdict().is_none()).to_string()
        >
            <Slip kind=text::SLIP_KIND title=text::SLIP_TITLE stamp>
                <p class="slip-sentence" role="status" data-testid="verdict-sentence">{sentence}</p>
                <dl class="checks">{ROWS.map(|kind| view! { <Check checks kind/> }).collect_view()}</dl>
                <Earlier checks/>
                <Details checks/>
            </Slip>
        </div>
    }
}

/// The mark of a verdict.
pub(super) fn mark_of(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Valid => Mark::Valid,
        Verdict::Invalid => Mark::Invalid,
        Verdict::Unknown => Mark::Unknown,
        Verdict::UnsupportedVersion => Mark::Unsupported,
    }
}

/// One row: *checking* until it is settled, then a word and a sentence.
#[component]
fn Check(checks: Checks, kind: RowKind) -> impl IntoView {
    let row = Memo::new(move |_| checks.row(kind));
    let state = move || row.get().map(|row| row.state());
    // What was not looked at, because of what is wrong above, draws no eye.
    let skipped = move || {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.finding == Finding::Skipped)
        })
    };
    let mark = Signal::derive(move || match (state(), checks.begun()) {
        (Some(_), _) if skipped() => Mark::Absent,
        (Some(State::Ok), _) => Mark::Valid,
        (Some(State::Bad), _) => Mark::Invalid,
        (Some(State::Unknown), _) => Mark::Unknown,
        (Some(State::None), _) => Mark::Absent,
        (None, true) => Mark::Checking,
        (None, false) => Mark::Blank,
    });
    let name = move || match (state(), checks.begun()) {
        (Some(state), _) => messages::state_word(state, Language::English),
        (None, true) => "checking",
        (None, false) => "blank",
    };
    let word = move || match (state(), checks.begun()) {
        (Some(_), _) if skipped() => en::MARK_ABSENT.get(),
        (Some(state), _) => text::state(state),
        (None, true) => en::MARK_CHECKING.get(),
        (None, false) => "",
    };
    let reason = move || match row.get() {
        Some(row) => Words::split(row.sentence(language()), messages::foreign(&row.finding)),
        None if checks.begun() => Words::default(),
        None => text::what(kind).into(),
    };
    view! {
        <div class="check" data-testid=format!("row-{}", messages::row_name(kind, Language::English)) data-state=name>
            <dt>
                <Shape mark/>
                <span>{text::row(kind)}</span>
            </dt>
            <dd>
                <span class=move || format!("check-word {}", mark.get().class())>{word}</span>
                <span class="check-reason">{move || reason().view()}</span>
            </dd>
        </div>
    }
}

/// The verdict on the earlier receipt, where one was given.
#[component]
fn Earlier(checks: Checks) -> impl IntoView {
    move || {
        let report = checks.verdict()?;
        let earlier = report.earlier.as_deref()?;
        Some(
            view! { <p data-testid="earlier-verdict" >{messages::earlier(earlier, language())}</p> },
        )
    }
}

/// What the receipt says, once its signature holds.
#[component]
fn Details(checks: Checks) -> impl IntoView {
    move || {
        let report = checks.report().filter(|report| report.receipt.is_some())?;
        let mut facts: Vec<Fact> = Vec::new();
        for fact in report.rows.iter().flat_map(|row| &row.facts) {
            if !facts.contains(fact) {
                facts.push(fact.clone());
            }
        }
        facts.sort_by_key(|fact| rank(fact.label));
        Some(view! {
            <Tear/>
            <h2 class="slip-title">{text::SAYS}</h2>
            <Rows>
                {facts
                    .into_iter()
                    .map(|fact| view! { <Row label=en::capital(text::label(fact.label))>{value(fact)}</Row> })
                    .collect_view()}
            </Rows>
        })
    }
}

/// What people ask first stands first; model and publisher never apart.
fn rank(label: Label) -> u8 {
    match label {
        Label::ModelName => 0,
        Label::Publisher => 1,
        Label::Model => 2,
        Label::Registered | Label::Deprecated => 3,
        Label::Result => 4,
        Label::Attester => 5,
        Label::Lane | Label::Engine => 6,
        Label::SignedTime | Label::Expires | Label::Recipient | Label::Reference => 7,
        Label::Input => 8,
        Label::Output => 9,
        Label::Receipt | Label::Sealed | Label::EasUid => 10,
        Label::Deployment => 11,
        Label::Contract | Label::Genesis | Label::ReadAt => 12,
    }
}

/// Ids can be copied and told apart; everything else is text.
fn value(fact: Fact) -> AnyView {
    let what = match fact.label {
        Label::Receipt
        | Label::Sealed
        | Label::EasUid
        | Label::Attester
        | Label::Model
        | Label::Publisher
        | Label::Engine
        | Label::Input
        | Label::Output
        | Label::Recipient
        | Label::Contract
        | Label::Genesis => text::label(fact.label),
        _ => return fact.value(language()).into_any(),
    };
    view! { <Id what value=fact.value(language())/> }.into_any()
}
