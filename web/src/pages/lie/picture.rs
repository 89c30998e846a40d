//! From the network to the terms: five drawings, each with what it says in a sentence and in a table.

use super::drawing::{grid, stairs, ways, Cell};
use super::levels::{Levels, Numbers, Parts, Sums};
use crate::text::language::Text;
use crate::text::lie_moves as moves;
use crate::text::{en, lie as text};
use countersign_messages::{Leaf, Part, Proof, Scene, Staged};
use leptos::prelude::*;
use std::sync::Arc;

/// The five levels; those not reached yet keep their place.
#[component]
pub fn Picture(
    staged: RwSignal<Option<Arc<Staged>>>,
    scenes: RwSignal<Vec<Scene>>,
) -> impl IntoView {
    // Each level is drawn anew only when it changes: a table that was opened stays open.
    let levels = Memo::new(move |_| scenes.with(|scenes| Levels::of(scenes)));
    let tensors = Memo::new(move |_| levels.with(|levels| levels.tensors.clone()));
    let chunks = Memo::new(move |_| levels.with(|levels| levels.chunks.clone()));
    let numbers = Memo::new(move |_| levels.with(|levels| levels.numbers.clone()));
    let sums = Memo::new(move |_| levels.with(|levels| levels.sums.clone()));
    let proof = Memo::new(move |_| levels.with(|levels| levels.proof.clone()));
    let leaves = Memo::new(move |_| {
        staged.with(|staged| {
            staged
                .as_ref()
                .map_or_else(Vec::new, |staged| staged.leaves.clone())
        })
    });
    // What the game went past without stopping there.
    let no_chunks =
        Memo::new(move |_| numbers.with(Option::is_some) && chunks.with(Option::is_none));
    let no_sums = Memo::new(move |_| proof.with(Option::is_some) && sums.with(Option::is_none));
    let state = |reached: Memo<bool>, passed: Option<Memo<bool>>| {
        Signal::derive(move || {
            let passed = || passed.is_some_and(|passed| passed.get());
            match reached.get() {
                true => Reached::Yes,
                false if passed() => Reached::Passed,
                false => Reached::No,
            }
        })
    };
    let tensors_there = Memo::new(move |_| tensors.with(Option::is_some));
    let chunks_there = Memo::new(move |_| chunks.with(Option::is_some));
    let numbers_there = Memo::new(move |_| numbers.with(Option::is_some));
    let sums_there = Memo::new(move |_| sums.with(Option::is_some));
    let proof_there = Memo::new(move |_| proof.with(Option::is_some));
    view! {
        <ol class="lie-levels">
            <Level
                number=0
                state=state(tensors_there, None)
                body=ViewFn::from(move || tensors.get().map(|parts| network(&parts, &leaves.get())))
            />
            <Level
                number=1
                state=state(chunks_there, Some(no_chunks))
                passed=text::NO_CHUNKS
                body=ViewFn::from(move || chunks.get().map(|parts| tensor(&parts)))
            />
            <Level
                number=2
                state=state(numbers_there, None)
                body=ViewFn::from(move || numbers.get().map(|numbers| chunk(&numbers)))
            />
            <Level
                number=3
                state=state(sums_there, Some(no_sums))
                passed=text::NO_SUMS
                body=ViewFn::from(move || sums.get().map(|sums| running(&sums)))
            />
            <Level
                number=4
                state=state(proof_there, None)
                body=ViewFn::from(move || proof.get().map(|proof| terms(&proof)))
            />
        </ol>
    }
}

/// Whether the game has come to a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    No,
    Yes,
    /// It had nothing to decide there.
    Passed,
}

#[component]
fn Level(
    number: usize,
    state: Signal<Reached>,
    #[prop(optional)] passed: Option<Text>,
    body: ViewFn,
) -> impl IntoView {
    let name = text::LEVELS.get(number).copied();
    let note = move || match state.get() {
        Reached::No => Some(text::NOT_REACHED.get()),
        Reached::Passed => passed.map(Text::get),
        Reached::Yes => None,
    };
    let inner = move || body.run();
    view! {
        <li
            class="sheet lie-level"
            data-testid=format!("lie-level-{number}")
            data-reached=move || (state.get() == Reached::Yes).to_string()
        >
            <h3>{name.map(Text::get)}</h3>
            {move || note().map(|note| view! { <p class="quiet lie-waits">{note}</p> })}
            {inner}
        </li>
    }
}

/// A table that is one press away.
fn table(heads: &[Text], rows: Vec<Vec<String>>, name: Option<Text>) -> AnyView {
    let name = name.map_or("", Text::get);
    let heads = heads
        .iter()
        .map(|head| view! { <th scope="col">{head.get()}</th> });
    let rows = rows.into_iter().map(|cells| {
        let cells = cells.into_iter().map(|cell| view! { <td>{cell}</td> });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    view! {
        <details class="more">
            <summary>{text::AS_TABLE}</summary>
            <div class="scroll lie-table" tabindex="0" role="group" aria-label=name>
                <table class="data">
                    <thead>
                        <tr>{heads.collect_view()}</tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn compared(differs: bool) -> String {
    if differs { text::DIFFERS } else { text::SAME }.to_string()
}

/// A part's name: one leaf or chunk, or from the first to the last.
fn span(part: &Part) -> String {
    let last = part.first.saturating_add(part.count.saturating_sub(1));
    if part.count == 1 {
        part.first.to_string()
    } else {
        format!("{}–{last}", part.first)
    }
}

fn cells(parts: &Parts) -> Vec<Cell> {
    let each = (0_u32..).zip(&parts.parts);
    each.map(|(at, part)| Cell {
        label: span(part),
        differs: part.differs,
        picked: parts.picked == Some(at),
    })
    .collect()
}

/// The first leaf under the picked part.
fn picked(parts: &Parts) -> Option<u32> {
    let at = usize::try_from(parts.picked?).ok()?;
    parts.parts.get(at).map(|part| part.first)
}

fn total(parts: &Parts) -> u32 {
    u32::try_from(parts.parts.len()).unwrap_or(u32::MAX)
}

fn network(parts: &Parts, leaves: &[Leaf]) -> AnyView {
    let leaf = |part: &Part| leaves.get(usize::try_from(part.first).ok()?);
    let rows = parts.parts.iter().map(|part| {
        let leaf = leaf(part).filter(|_| part.count == 1);
        let name = leaf.map_or_else(String::new, |leaf| leaf.name.clone());
        let shape = leaf.map_or_else(String::new, |leaf| text::dims(&leaf.dims));
        vec![span(part), name, shape, compared(part.differs)]
    });
    let chosen = picked(parts).and_then(|leaf| leaves.get(usize::try_from(leaf).ok()?));
    let chosen = chosen.map(|leaf| format!("{} · {}", leaf.name, text::dims(&leaf.dims)));
    let heads = [text::TENSOR, text::OPERATOR, text::SHAPE, text::DIFFERENCE];
    view! {
        {grid(cells(parts), 8)}
        <p>{moves::network(total(parts), picked(parts))}</p>
        {chosen.map(|chosen| view! { <p class="mono small">{chosen}</p> })}
        {table(&heads, rows.collect(), text::LEVELS.first().copied())}
    }
    .into_any()
}

fn tensor(parts: &Parts) -> AnyView {
    let rows = parts
        .parts
        .iter()
        .map(|part| vec![span(part), compared(part.differs)]);
    let heads = [text::CHUNK, text::DIFFERENCE];
    view! {
        {grid(cells(parts), 8)}
        <p>{moves::tensor(total(parts), picked(parts))}</p>
        {table(&heads, rows.collect(), text::LEVELS.get(1).copied())}
    }
    .into_any()
}

/// The element's number in the tensor: 64 stand in a chunk.
fn element(chunk: u32, position: u32) -> u32 {
    chunk
        .saturating_mul(countersign_shared::exact::CHUNK_ELEMENTS)
        .saturating_add(position)
}

fn chunk(numbers: &Numbers) -> AnyView {
    let pairs = || (0_u32..).zip(numbers.claimed.iter().zip(&numbers.own));
    let cells = pairs().map(|(at, (claimed, own))| Cell {
        label: minus(*claimed),
        differs: claimed != own,
        picked: numbers.picked == Some(at),
    });
    let rows = pairs().map(|(at, (claimed, own))| {
        let number = element(numbers.chunk, at).to_string();
        let (said, computed) = (text::integer(*claimed), text::integer(*own));
        vec![number, said, computed, compared(claimed != own)]
    });
    let wrong = pairs().find(|(at, _)| numbers.picked == Some(*at));
    let wrong = wrong.map(|(at, (claimed, own))| (element(numbers.chunk, at), *claimed, *own));
    let heads = [text::NUMBER, text::CLAIMS, text::COMPUTED, text::DIFFERENCE];
    view! {
        {grid(cells.collect(), 8)}
        <p>{moves::chunk(numbers.chunk, wrong)}</p>
        {table(&heads, rows.collect(), text::LEVELS.get(2).copied())}
    }
    .into_any()
}

/// Without separators: there is little room in a box.
fn minus(value: i32) -> String {
    value.to_string().replace('-', "−")
}

/// What the drawing of a sum's two ways begins with: the sums say nothing of what was before the first.
fn running(sums: &Sums) -> AnyView {
    let rows = (0_u32..)
        .zip(sums.claimed.iter().zip(&sums.own))
        .map(|(at, (claimed, own))| {
            vec![
                en::count(u64::from(sums.after(at))),
                text::integer(*claimed),
                text::integer(*own),
                compared(claimed != own),
            ]
        });
    let picked = sums.picked.map(|at| {
        let before = at
            .checked_sub(1)
            .map_or(sums.from, |before| sums.after(before));
        (before, sums.after(at))
    });
    let heads = [text::AFTER, text::CLAIMS, text::COMPUTED, text::DIFFERENCE];
    let start = sums.own.first().copied().unwrap_or(0);
    view! {
        {ways(start, &sums.own, &sums.claimed, sums.picked)}
        <p class="lie-legend small" aria-hidden="true">
            <span class="lie-key">{moves::LEGEND_OWN}</span>
            <span class="lie-key lie-key-claimed">{moves::LEGEND_CLAIMED}</span>
        </p>
        <p>{moves::sums(sums.to.saturating_sub(sums.from), picked)}</p>
        {table(&heads, rows.collect(), text::LEVELS.get(3).copied())}
    }
    .into_any()
}

fn terms(proof: &Proof) -> AnyView {
    let values: Vec<i32> = proof.terms.iter().map(|term| term.value).collect();
    let drawn = values.len() > 1 || proof.begin.is_some();
    let begin = proof.begin.or(values.first().copied()).unwrap_or(0);
    let rows = (proof.from..).zip(&proof.terms).map(|(at, term)| {
        let reads = match term.read.as_slice() {
            [] => text::PADDING.to_string(),
            [x, w] => format!("{} × {}", text::integer(*x), text::integer(*w)),
            other => other
                .iter()
                .map(|value| text::integer(*value))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let product = match term.read.as_slice() {
            [x, w] => text::integer(x.saturating_mul(*w)),
            _ => String::new(),
        };
        let (number, value) = (en::count(u64::from(at)), text::integer(term.value));
        view! {
            <tr>
                <th scope="row">{number}</th>
                <td class="mono">{reads}</td>
                <td class="number">{product}</td>
                <td class="number">{value}</td>
            </tr>
        }
    });
    let name = text::LEVELS.get(4).copied().map_or("", Text::get);
    let before = proof
        .begin
        .filter(|_| !proof.terms.is_empty())
        .map(text::integer);
    view! {
        {drawn.then(|| stairs(begin, &values, proof.claimed))}
        <div class="scroll" tabindex="0" role="group" aria-label=name>
            <table class="data lie-terms">
                <thead>
                    <tr>
                        <th scope="col">{text::TERM}</th>
                        <th scope="col">{text::READS}</th>
                        <th scope="col" class="number">{text::PRODUCT}</th>
                        <th scope="col" class="number">{text::VALUE}</th>
                    </tr>
                </thead>
                <tbody>
                    {before
                        .map(|before| {
                            view! {
                                <tr>
                                    <th scope="row">"–"</th>
                                    <td></td>
                                    <td></td>
                                    <td class="number">{before}</td>
                                </tr>
                            }
                        })}
                    {rows.collect_view()}
                </tbody>
                <tfoot>
                    <tr class="lie-claimed">
                        <th scope="row" colspan="3">{text::CLAIMS}</th>
                        <td class="number">{text::integer(proof.claimed)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <p><strong data-testid="lie-verdict">{moves::terms(proof)}</strong></p>
    }
    .into_any()
}
