//! Receipts at stake: the list, and one claim with its games (EXACT 5, 6).

use super::lists::{self, Part};
use super::load::{gap, live, At};
use super::place::{List, Place};
use super::table::{
    account, attester, frame, id, id_to, live_pager, moment, number, Window, PER_PAGE,
};
use crate::app::Page;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::components::slip::{Row, Rows};
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{claims as words, explore as text};
use countersign_client::contracts::disputes;
use countersign_client::deployed::ChainGap;
use countersign_client::rpc::Block;
use countersign_client::unit::Unit;
use countersign_shared::disputes::{ClaimRecord, DisputesSetup, GameRecord};
use countersign_shared::id::{AccountId, ReceiptId};
use leptos::prelude::*;
use leptos_router::components::A;
use std::rc::Rc;

const HEADS: [Text; 5] = [
    text::NUMBER,
    text::RECEIPT_ID,
    words::STANDING,
    words::ASSERTER,
    words::ASSERTED,
];

/// The most games of one claim that are shown: the newest.
const GAMES: u32 = 20;

type Listed = (ReceiptId, ClaimRecord);

/// The list.
pub fn page(before: Option<u32>) -> AnyView {
    let read = move |ready: Rc<Ready>| async move {
        let at = At::now(&ready).await?;
        let Some(contract) = at.disputes().await? else {
            return Ok::<(Option<Part<Listed>>, Block), ChainGap>((None, at.block));
        };
        let read = |start, limit| {
            let message = disputes::claims(start, limit);
            async move {
                let page = at.chain().read(contract, &message, at.block).await;
                page.map_err(gap)
            }
        };
        let total = read(0, 0).await?.total;
        let window = Window::below(before, total, PER_PAGE);
        let page = read(window.start, window.end.saturating_sub(window.start)).await?;
        Ok((Some((page.items, window)), at.block))
    };
    live(
        lists::ROWS,
        RwSignal::new(0),
        read,
        |before, now| words::list_news(listed(before), listed(now)),
        list,
    )
    .into_any()
}

fn listed(part: &Option<Part<Listed>>) -> (&[Listed], u32) {
    match part {
        None => (&[], 0),
        Some((items, window)) => (items.as_slice(), window.total),
    }
}

fn list(part: RwSignal<Option<Option<Part<Listed>>>>) -> AnyView {
    let part = Memo::new(move |_| part.get().flatten());
    let some =
        Memo::new(move |_| part.with(|part| part.as_ref().map(|(items, _)| !items.is_empty())));
    view! {
        <p class="quiet">{words::HOW}</p>
        <p>
            <A href=Page::Lie.path()>{words::WATCH}</A>
        </p>
        {move || match some.get() {
            None => nobody(),
            Some(false) => {
                view! { <Notice mark=Mark::Absent head=text::NOTHING text=text::NOTHING_WHY/> }.into_any()
            }
            Some(true) => rows(part),
        }}
    }
    .into_any()
}

/// A row is made once for each claim; only its standing changes.
fn rows(part: Memo<Option<Part<Listed>>>) -> AnyView {
    let window = Memo::new(move |_| {
        let nothing = Window {
            start: 0,
            end: 0,
            total: 0,
        };
        part.with(|part| part.as_ref().map_or(nothing, |(_, window)| *window))
    });
    let each = move || {
        let mut rows: Vec<(u32, Listed)> = part
            .get()
            .map(|(items, window)| (window.start..).zip(items).collect())
            .unwrap_or_default();
        rows.reverse();
        rows
    };
    let row = move |(position, (receipt, record)): (u32, Listed)| {
        let standing = Memo::new(move |_| {
            part.with(|part| {
                let found = part.as_ref()?.0.iter().find(|(id, _)| *id == receipt)?;
                Some(found.1.claim.standing)
            })
            .unwrap_or(record.claim.standing)
        });
        let receipt = receipt.to_string();
        view! {
            <tr>
                <td>{number(position)}</td>
                <td>{id_to(text::RECEIPT_ID, receipt.clone(), &Place::Claim(receipt))}</td>
                <td>{move || words::standing(standing.get()).get()}</td>
                <td>{account(words::ASSERTER, &record.asserter)}</td>
                <td>{moment(&record.asserted)}</td>
            </tr>
        }
    };
    let body = view! { <For each key=|(_, (receipt, _))| *receipt children=row/> };
    let shown = Signal::derive(move || {
        let window = window.get();
        text::window(window.start, window.end, window.total)
    });
    view! {
        {frame(words::CLAIMS, &HEADS, body.into_any())}
        {live_pager(List::Claims, window, PER_PAGE, shown)}
    }
    .into_any()
}

fn nobody() -> AnyView {
    view! { <Notice mark=Mark::Absent head=words::NONE_HERE text=words::NONE_HERE_WHY/> }.into_any()
}

#[derive(Clone, PartialEq)]
struct Found {
    contract: AccountId,
    setup: DisputesSetup,
    unit: Unit,
    record: ClaimRecord,
    /// With their numbers, newest first.
    games: Vec<(u32, GameRecord)>,
}

async fn read(ready: Rc<Ready>, receipt: ReceiptId) -> Result<(Option<Found>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let Some(contract) = at.disputes().await? else {
        return Ok((None, at.block));
    };
    let chain = at.chain();
    let message = disputes::claim(receipt);
    let claim = chain.read(contract, &message, at.block);
    let Some(record) = claim.await.map_err(gap)? else {
        return Ok((None, at.block));
    };
    let message = disputes::deployment();
    let setup = chain.read(contract, &message, at.block);
    let setup = setup.await.map_err(gap)?;
    let mut games = Vec::new();
    for number in (0..record.games).rev().take(GAMES as usize) {
        let message = disputes::game(receipt, number);
        let game = chain.read(contract, &message, at.block);
        if let Some(game) = game.await.map_err(gap)? {
            games.push((number, game));
        }
    }
    let found = Found {
        contract,
        setup,
        unit: ready.unit.clone(),
        record,
        games,
    };
    Ok((Some(found), at.block))
}

/// One claim.
pub fn claim(receipt: ReceiptId) -> AnyView {
    let again = RwSignal::new(0_u32);
    let news = |before: &Option<Found>, now: &Option<Found>| {
        let now = now.as_ref()?;
        let Some(before) = before else {
            return Some(words::CLAIM.to_string());
        };
        let standing = (before.record.claim.standing != now.record.claim.standing)
            .then_some(now.record.claim.standing);
        let changed = now.games.iter().find(|game| !before.games.contains(game));
        words::claim_news(standing, changed)
    };
    view! {
        <p>
            <button type="button" class="button" on:click=move |_| again.update(|again| *again = again.wrapping_add(1))>
                {words::AGAIN}
            </button>
        </p>
        {live(10, again, move |ready| read(ready, receipt), news, move |found| show(receipt, found))}
    }
    .into_any()
}

fn show(receipt: ReceiptId, found: RwSignal<Option<Option<Found>>>) -> AnyView {
    let found = Memo::new(move |_| found.get().flatten());
    let there = Memo::new(move |_| found.with(Option::is_some));
    (move || {
        if !there.get() {
            return super::gone(words::GONE);
        }
        match found.get_untracked() {
            Some(now) => sheet(receipt, now, found),
            None => super::gone(words::GONE),
        }
    })
    .into_any()
}

/// Made once; what can change is read from `found`.
fn sheet(receipt: ReceiptId, now: Found, found: Memo<Option<Found>>) -> AnyView {
    let Found {
        contract,
        setup,
        unit,
        record,
        ..
    } = now;
    let standing = Memo::new(move |_| {
        let standing = |found: &Option<Found>| Some(found.as_ref()?.record.claim.standing);
        found.with(standing).unwrap_or(record.claim.standing)
    });
    let until = record.claim.start.saturating_add(setup.window);
    let model = record.claim.subject.model.to_string();
    let none = Memo::new(move |_| {
        found.with(|found| found.as_ref().is_none_or(|found| found.games.is_empty()))
    });
    let games = move || found.get().map(|found| found.games).unwrap_or_default();
    let contract = countersign_client::messages::account(&contract);
    view! {
        <section class="sheet" aria-label=words::CLAIM data-testid="explore-claim">
            <Rows>
                <Row label=text::RECEIPT_ID>{id(text::RECEIPT_ID, receipt.to_string())}</Row>
                <Row label=words::STANDING>
                    <strong data-standing=move || words::standing_name(standing.get())>
                        {move || words::standing(standing.get()).get()}
                    </strong>
                    <span class="row-note">{move || words::standing_note(standing.get()).get()}</span>
                </Row>
                <Row label=text::MODEL>
                    {id_to(crate::text::en::WHAT_MODEL, model.clone(), &Place::Model(model))}
                </Row>
                <Row label=text::ATTESTER>{attester(&record.attester)}</Row>
                <Row label=words::ASSERTER>{account(words::ASSERTER, &record.asserter)}</Row>
                <Row label=words::ASSERTED>{moment(&record.asserted)}</Row>
                <Row label=words::UNTIL>{words::until(until)}</Row>
                <Row label=words::BOND>{crate::text::en::amount(setup.bond, &unit)}</Row>
                <Row label=words::CONTRACT>
                    {id(words::CONTRACT, contract)}
                    <span class="row-note">{words::RELEASED}</span>
                </Row>
            </Rows>
        </section>
        <h2>{words::GAMES}</h2>
        <Show when=move || none.get()>
            <p>{words::NO_GAMES}</p>
        </Show>
        <For each=games key=|(number, _)| *number children=move |(number, record)| game(number, record, found)/>
    }
    .into_any()
}

fn game(number: u32, first: GameRecord, found: Memo<Option<Found>>) -> AnyView {
    let challenger = account(words::CHALLENGER, &first.challenger);
    let opened = moment(&first.opened);
    let record = Memo::new(move |_| {
        let newest = found.with(|found| {
            let mut games = found.as_ref()?.games.iter();
            let (_, record) = games.find(|(other, _)| *other == number)?;
            Some(record.clone())
        });
        newest.unwrap_or_else(|| first.clone())
    });
    let with = move |say: fn(&GameRecord) -> String| move || record.with(say);
    let lines = Memo::new(move |_| record.with(|record| words::narrowed(&record.contest.game)));
    let narrowed = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    let last = Memo::new(move |_| record.with(|record| record.contest.game.last));
    let head = words::game(number);
    let name = head.clone();
    view! {
        <section class="sheet" aria-label=name data-testid="explore-game">
            <h3>{head}</h3>
            <Rows>
                <Row label=words::CHALLENGER>{challenger}</Row>
                <Row label=words::OPENED>{opened}</Row>
                <Row label=words::TURN>
                    {with(|record| crate::text::en::count(u64::from(record.contest.game.turn)))} " · "
                    <A href=move || Place::Block(last.get().to_string()).path()>{move || text::block(last.get())}</A>
                </Row>
                <Row label=words::NEXT>
                    {with(|record| words::next(&record.contest.game, record.contest.settled))}
                </Row>
                <Row label=words::CLOCKS>{with(|record| words::clocks(&record.contest.game))}</Row>
                {move || {
                    narrowed
                        .get()
                        .then(|| {
                            let lines = move || {
                                let lines = lines.get().into_iter();
                                lines.map(|line| view! { <li>{line}</li> }).collect_view()
                            };
                            view! {
                                <Row label=words::NARROWED>
                                    <ol class="claim-narrowed">{lines}</ol>
                                </Row>
                            }
                        })
                }}
            </Rows>
        </section>
    }
    .into_any()
}
