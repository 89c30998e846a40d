//! What was claimed, what happened on the chain, and how it ended.

use super::show::{Show as Performance, State, CHALLENGER, LIAR};
use crate::app::Page;
use crate::components::shape::{Mark, Stamp};
use crate::components::slip::{Row, Rows};
use crate::pages::explore::place::Place;
use crate::text::lie_moves as moves;
use crate::text::{claims, en, explore, lie as text};
use countersign_messages::{Output, Scene};
use countersign_shared::exact::claim::Standing;
use leptos::prelude::*;
use leptos_router::components::A;

/// The output, both ways.
#[component]
pub fn Claim(show: Performance) -> impl IntoView {
    let shown = move || {
        let staged = show.staged.get()?;
        let lie = staged.lie;
        let told = text::told(lie.leaf, lie.element, staged.truth, lie.added);
        let first = staged.outputs.first().cloned()?;
        let words = text::answers(largest(&first.truth), largest(&first.claimed));
        Some(view! {
            <p class="lie-answers" data-testid="lie-answers">{words}</p>
            <p>{told}</p>
            {outputs(&first)}
        })
    };
    view! {
        <section class="sheet stack" aria-labelledby="lie-claim">
            <h2 id="lie-claim">{text::CLAIMED}</h2>
            {shown}
        </section>
    }
}

/// The position of the largest value; the first of several.
fn largest(values: &[i32]) -> usize {
    let best = values
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, value)| **value);
    best.map_or(0, |(at, _)| at)
}

fn outputs(output: &Output) -> AnyView {
    let (truth, claimed) = (largest(&output.truth), largest(&output.claimed));
    let value = |value: i32, best: bool| {
        let note = best.then(|| view! { " " <span class="tag">{text::LARGEST}</span> });
        view! { <td class="number">{text::integer(value)} {note}</td> }
    };
    let rows = output.truth.iter().zip(&output.claimed).enumerate();
    let rows = rows.map(|(at, (own, said))| {
        view! {
            <tr>
                <th scope="row">{at}</th>
                {value(*own, at == truth)}
                {value(*said, at == claimed)}
            </tr>
        }
    });
    view! {
        <details class="more">
            <summary>{text::AS_TABLE}</summary>
            <div class="scroll" tabindex="0" role="group" aria-label=text::OUTPUTS>
                <table class="data lie-outputs">
                    <thead>
                        <tr>
                            <th scope="col">{text::OUTPUTS}</th>
                            <th scope="col" class="number">{text::COMPUTED}</th>
                            <th scope="col" class="number">{text::CLAIMS}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// How the claim stands at the end, and where the money went.
#[component]
pub fn End(show: Performance, bond: u128) -> impl IntoView {
    let end = Memo::new(move |_| match show.state.get() {
        State::Over(standing) => Some(standing),
        _ => None,
    });
    let paid = move || {
        let paid = show.facts.with(|facts| facts.paid);
        paid.map(|(amount, _)| en::amount(amount, &show.unit()))
    };
    // The halves are the contract's: EXACT 5.5.
    let burned = bond.saturating_sub(bond / 2);
    let burned = move || moves::burned(burned, show.facts.with(|facts| facts.burned), &show.unit());
    view! {
        {move || {
            end.get()
                .map(|standing| {
                    let (head, note) = if standing == Standing::False {
                        (text::END, text::END_NOTE)
                    } else {
                        (text::END_OTHER, text::END_CLOCK)
                    };
                    let stamp = claims::standing(standing).to_string();
                    view! {
                        <section class="sheet stack" aria-labelledby="lie-end" data-testid="lie-end">
                            <div class="explore-title">
                                <h2 id="lie-end">{head}</h2>
                                <Stamp mark=Mark::Invalid word=Signal::stored(stamp)/>
                            </div>
                            <p>{note}</p>
                            {(standing == Standing::False)
                                .then(|| {
                                    view! {
                                        <Rows>
                                            <Row label=text::LIARS>{en::amount(bond, &show.unit())} " · " {text::LOST}</Row>
                                            <Row label=text::PAID>{paid}</Row>
                                            <Row label=text::BURNED>{burned}</Row>
                                        </Rows>
                                    }
                                })}
                        </section>
                    }
                })
        }}
    }
}

/// One line of the record: who, what, in which block.
#[derive(Clone, PartialEq)]
struct Line {
    challenger: bool,
    what: String,
    block: Option<u32>,
}

fn lines(show: Performance) -> Vec<Line> {
    let facts = show.facts.get();
    let line = |challenger, what: &str, block| Line {
        challenger,
        what: what.to_owned(),
        block,
    };
    let mut lines = Vec::new();
    if let Some(at) = facts.anchored {
        lines.push(line(false, &moves::ANCHORED, Some(at.block)));
    }
    if let Some(at) = facts.asserted {
        lines.push(line(false, &moves::STAKED, Some(at.block)));
    }
    if let Some(at) = facts.opened {
        lines.push(line(true, &moves::CHALLENGED, Some(at.block)));
    }
    show.scenes.with(|scenes| {
        for (at, scene) in scenes.iter().enumerate() {
            let answered = matches!(
                scene,
                Scene::Tensors(_) | Scene::Chunks(_) | Scene::Numbers { .. } | Scene::Sums { .. }
            );
            let block = facts.blocks.get(at).copied();
            lines.push(line(!answered, &moves::made(scene), block));
        }
    });
    if let Some((amount, block)) = facts.paid {
        lines.push(line(
            true,
            &moves::withdrew(amount, &show.unit()),
            Some(block),
        ));
    }
    lines
}

/// Every transaction so far, and the way to the claim.
#[component]
pub fn Happened(show: Performance) -> impl IntoView {
    let lines = Memo::new(move |_| lines(show));
    let each = move || lines.get().into_iter().enumerate().collect::<Vec<_>>();
    let none = Memo::new(move |_| lines.with(Vec::is_empty));
    let receipt = Memo::new(move |_| show.facts.with(|facts| facts.receipt));
    let row = |(_, line): (usize, Line)| {
        let (who, account) = if line.challenger {
            (text::CHALLENGER, CHALLENGER)
        } else {
            (text::LIAR, LIAR)
        };
        let block = line.block.map(|block| {
            let href = Place::Block(block.to_string()).path();
            view! { " · " <A href=href>{explore::block(block)}</A> }
        });
        view! {
            <li>
                <strong>{who}</strong>
                " " <span class="mono small">{account}</span> " " {line.what} {block}
            </li>
        }
    };
    view! {
        <section class="stack" aria-labelledby="lie-happened">
            <h2 id="lie-happened">{text::HAPPENED}</h2>
            <Show when=move || none.get()>
                <p class="quiet">{text::NOTHING_YET}</p>
            </Show>
            <ol class="lie-happened" data-testid="lie-happened">
                <For each key=|(at, line)| (*at, line.what.clone(), line.block) children=row/>
            </ol>
            {move || {
                receipt
                    .get()
                    .map(|receipt| {
                        let href = Page::Explore(Place::Claim(receipt.to_string())).path();
                        view! {
                            <p>
                                <A href=href>{text::SEE}</A>
                            </p>
                        }
                    })
            }}
        </section>
    }
}
