//! Receipts at stake: the list, and one claim with its games (EXACT 5, 6).

use super::lists::{self, Part};
use super::load::{gap, load, At};
use super::place::{List, Place};
use super::table::{account, attester, block, id, id_to, moment, plain, Window, PER_PAGE};
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
        let Some(contract) = at.deployed.entry().disputes else {
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
    let row = |(receipt, record): Listed| {
        let receipt = receipt.to_string();
        vec![
            id_to(text::RECEIPT_ID, receipt.clone(), &Place::Claim(receipt)),
            plain(words::standing(record.claim.standing).to_string()),
            account(words::ASSERTER, &record.asserter),
            moment(&record.asserted),
        ]
    };
    load(lists::ROWS, read, move |part| match part {
        None => nobody(),
        Some(part) => view! {
            <p class="quiet">{words::HOW}</p>
            {lists::show(List::Claims, part, &HEADS, row)}
        }
        .into_any(),
    })
    .into_any()
}

fn nobody() -> AnyView {
    view! { <Notice mark=Mark::Absent head=words::NONE_HERE text=words::NONE_HERE_WHY/> }.into_any()
}

#[derive(Clone)]
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
    let Some(contract) = at.deployed.entry().disputes else {
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
    let rounds = RwSignal::new(0_u32);
    view! {
        <p>
            <button type="button" class="button" on:click=move |_| rounds.update(|rounds| *rounds = rounds.wrapping_add(1))>
                {words::AGAIN}
            </button>
        </p>
        {move || {
            rounds.track();
            let shown = move |found: Option<Found>| match found {
                None => super::gone(words::GONE),
                Some(found) => show(receipt, found),
            };
            load(10, move |ready| read(ready, receipt), shown)
        }}
    }
    .into_any()
}

fn show(receipt: ReceiptId, found: Found) -> AnyView {
    let Found {
        contract,
        setup,
        unit,
        record,
        games,
    } = found;
    let standing = record.claim.standing;
    let until = record.claim.start.saturating_add(setup.window);
    let model = record.claim.subject.model.to_string();
    let none = games.is_empty().then(|| view! { <p>{words::NO_GAMES}</p> });
    let games = games
        .into_iter()
        .map(|(number, record)| game(number, record));
    let contract = countersign_client::messages::account(&contract);
    view! {
        <section class="sheet" aria-label=words::CLAIM data-testid="explore-claim">
            <Rows>
                <Row label=text::RECEIPT_ID>{id(text::RECEIPT_ID, receipt.to_string())}</Row>
                <Row label=words::STANDING>
                    <strong data-standing=words::standing_name(standing)>{words::standing(standing)}</strong>
                    <span class="row-note">{words::standing_note(standing)}</span>
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
                    <span class="row-note">{words::CODE}</span>
                </Row>
            </Rows>
        </section>
        <h2>{words::GAMES}</h2>
        {none}
        {games.collect_view()}
    }
    .into_any()
}

fn game(number: u32, record: GameRecord) -> AnyView {
    let settled = record.contest.settled;
    let game = &record.contest.game;
    let head = words::game(number);
    let name = head.clone();
    let lines = words::narrowed(game);
    let narrowed = (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
        view! {
            <Row label=words::NARROWED><ol class="claim-narrowed">{lines.collect_view()}</ol></Row>
        }
    });
    let turn = crate::text::en::count(u64::from(game.turn));
    let (next, clocks, last) = (words::next(game, settled), words::clocks(game), game.last);
    view! {
        <section class="sheet" aria-label=name data-testid="explore-game">
            <h3>{head}</h3>
            <Rows>
                <Row label=words::CHALLENGER>{account(words::CHALLENGER, &record.challenger)}</Row>
                <Row label=words::OPENED>{moment(&record.opened)}</Row>
                <Row label=words::TURN>{turn} " · " {block(last)}</Row>
                <Row label=words::NEXT>{next}</Row>
                <Row label=words::CLOCKS>{clocks}</Row>
                {narrowed}
            </Rows>
        </section>
    }
    .into_any()
}
