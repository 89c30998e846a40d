//! Watch a lie lose: on a development chain one button makes a false claim, and each move of the game about it is shown.

mod digits;
mod drawing;
mod levels;
mod note;
mod offer;
mod picture;
mod record;
mod show;
mod step;

use crate::components::again::Again;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::shape::{Mark, Shape};
use crate::pages::sign::transaction::Transaction;
use crate::state::chain::{use_chain, Link};
use crate::state::release::use_release;
use crate::state::worker::use_worker;
use crate::text::language::Text;
use crate::text::lie_moves as moves;
use crate::text::words::Words;
use crate::text::{claims, en, explore, lie as text, sign as sign_text};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use note::Note;
use offer::{NoOffer, Offer};
use picture::Picture;
use record::{Claim, End, Happened};
use show::{Show as Performance, State};
use std::rc::Rc;

/// Whether a lie can be shown here.
#[derive(Clone)]
enum Offered {
    Looking,
    No(NoOffer),
    Yes(Rc<Offer>),
}

/// The page.
#[component]
pub fn Lie() -> impl IntoView {
    let chain = use_chain();
    let show = Performance::new(chain, use_release(), use_worker());
    let offered = RwSignal::new_local(Offered::Looking);
    let unfinished = RwSignal::new(None::<Note>);
    let look = move || {
        let Some(ready) = chain.link.get().ready() else {
            return;
        };
        // A chain that comes back changes nothing of what is shown.
        if matches!(&*offered.read_untracked(), Offered::Yes(_)) {
            return;
        }
        spawn_local(async move {
            let next = match offer::look(&ready).await {
                Ok(offer) => Offered::Yes(Rc::new(offer)),
                Err(why) => Offered::No(why),
            };
            if let Offered::Yes(offer) = &next {
                let _ = unfinished.try_set(show.offer(Rc::clone(offer)));
            }
            let _ = offered.try_set(next);
        });
    };
    Effect::new(move |_| look());
    let list = |items: &'static [Text]| {
        let items = items.iter().map(|item| view! { <li>{item.get()}</li> });
        items.collect_view()
    };
    // Only the bond, so that a node that goes and comes back leaves the show as it is.
    let bond = Memo::new(move |_| {
        offered.with(|offered| match offered {
            Offered::Yes(offer) => Some(offer.setup.bond),
            Offered::Looking | Offered::No(_) => None,
        })
    });
    let body = move || match bond.get() {
        Some(bond) => view! { <Stand show unfinished bond/> }.into_any(),
        None => not_offered(offered.get(), look),
    };
    view! {
        <PageHead title=text::TITLE lead=text::LEAD/>
        <div class="lie-page">
            <div class="pair lie-staged">
                <section aria-labelledby="lie-staged">
                    <h2 id="lie-staged">{text::STAGED}</h2>
                    <ul class="stack-tight">{list(&text::STAGED_LIST)}</ul>
                </section>
                <section aria-labelledby="lie-real">
                    <h2 id="lie-real">{text::REAL}</h2>
                    <ul class="stack-tight">{list(&text::REAL_LIST)}</ul>
                </section>
            </div>
            {body}
            <section class="prose" aria-labelledby="lie-how">
                <h2 id="lie-how">{text::HOW}</h2>
                <ol class="stack-tight">{list(&text::HOW_LIST)}</ol>
                <p class="small quiet">{text::HOW_MORE}</p>
            </section>
        </div>
    }
}

/// Why nothing can be shown, or that this is not known yet.
fn not_offered(offered: Offered, look: impl Fn() + Send + 'static) -> AnyView {
    let chain = use_chain();
    match (offered, chain.link.get()) {
        (_, Link::Down(outage)) => {
            let why = outage.reason.words().sentence().then(explore::DOWN_WHY);
            view! {
                <Notice mark=Mark::Invalid head=en::CHAIN_DOWN text=why>
                    <Again on_press=move || chain.connect()/>
                </Notice>
            }
            .into_any()
        }
        (_, Link::Unlisted(_)) => view! {
            <Notice mark=Mark::Unknown head=en::CHAIN_UNLISTED text=en::MODELS_UNLISTED>
                <Again on_press=move || chain.connect()/>
            </Notice>
        }
        .into_any(),
        (Offered::No(NoOffer::Gap(gap)), _) => {
            let why = Words::said(&gap).sentence();
            view! {
                <Notice mark=Mark::Invalid head=text::UNREAD text=why>
                    <Again on_press=look/>
                </Notice>
            }
            .into_any()
        }
        (Offered::No(why), _) => {
            let why = match why {
                NoOffer::Public => text::PUBLIC,
                NoOffer::NoContract => text::NO_CONTRACT,
                NoOffer::NoModel | NoOffer::Gap(_) => text::NO_MODEL,
            };
            view! { <Notice mark=Mark::Absent head=text::NOT_HERE text=why/> }.into_any()
        }
        (Offered::Looking | Offered::Yes(_), _) => {
            view! { <p class="quiet" role="status">{text::LOOKING}</p> }.into_any()
        }
    }
}

/// All of the show.
#[component]
fn Stand(show: Performance, unfinished: RwSignal<Option<Note>>, bond: u128) -> impl IntoView {
    let begun = Memo::new(move |_| show.staged.with(Option::is_some));
    view! {
        {move || unfinished.get().map(|note| view! { <Unfinished show unfinished note/> })}
        <Show when=move || unfinished.with(Option::is_none)>
            <Begin show bond/>
        </Show>
        <Controls show/>
        <Show when=move || begun.get()>
            <Claim show/>
            <section class="stack" aria-labelledby="lie-seen">
                <h2 id="lie-seen">{text::SEEN}</h2>
                <Picture staged=show.staged scenes=show.scenes/>
            </section>
            <End show bond/>
            <Happened show/>
        </Show>
    }
}

/// A game that a reload or another page interrupted.
#[component]
fn Unfinished(show: Performance, unfinished: RwSignal<Option<Note>>, note: Note) -> impl IntoView {
    let note = StoredValue::new(note);
    let go_on = move |_| {
        show.by_hand.set(false);
        show.resume(note.get_value());
        unfinished.set(None);
    };
    let leave = move |_| {
        Note::forget();
        unfinished.set(None);
        crate::components::page_head::focus_heading();
    };
    view! {
        <Notice mark=Mark::Unknown head=text::OPEN text=text::OPEN_WAY>
            <button type="button" class="button button-primary" on:click=go_on>{text::GO_ON}</button>
            <button type="button" class="button" on:click=leave>{text::LEAVE}</button>
        </Notice>
    }
}

/// Which picture, and the one button.
#[component]
fn Begin(show: Performance, bond: u128) -> impl IntoView {
    let free = Memo::new(move |_| {
        show.state
            .with(|state| matches!(state, State::Idle | State::Over(_)))
    });
    let again = move || show.state.with(|state| matches!(state, State::Over(_)));
    let picture = move || {
        let digit = show.digit.get();
        drawing::picture(&digits::pixels(digit), text::digit(digit))
    };
    let options = (0..10_usize).map(|digit| {
        view! { <option value=digit.to_string() selected=move || show.digit.get() == digit>{digit}</option> }
    });
    let options = options.collect_view();
    let choose = move |event: leptos::ev::Event| {
        if let Ok(digit) = event_target_value(&event).parse() {
            show.digit.set(digit);
        }
    };
    view! {
        <section class="sheet lie-begin" aria-labelledby="lie-picture">
            <h2 id="lie-picture">{text::PICTURE}</h2>
            <div class="lie-choice">
                {picture}
                <div class="stack-tight">
                    <p>
                        <label class="label" for="lie-digit">{text::PICTURE_WHICH}</label>
                        <select id="lie-digit" class="select" disabled=move || !free.get() on:change=choose>
                            {options}
                        </select>
                    </p>
                    <p class="small quiet">{text::PICTURE_NOTE}</p>
                    <p class="small quiet">{text::bonds(bond, &show.unit())}</p>
                </div>
            </div>
            <Show when=move || free.get()>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| show.begin()>
                        {move || if again() { text::ANOTHER.get() } else { text::BEGIN.get() }}
                    </button>
                    <label class="lie-check">
                        <input
                            type="checkbox"
                            prop:checked=move || show.by_hand.get()
                            on:change=move |event| show.by_hand.set(event_target_checked(&event))
                        />
                        <span>{text::BY_HAND}</span>
                    </label>
                </div>
            </Show>
        </section>
    }
}

/// The status line, and the ways to go on.
#[component]
fn Controls(show: Performance) -> impl IntoView {
    let running = Memo::new(move |_| {
        show.state
            .with(|state| !matches!(state, State::Idle | State::Over(_)))
    });
    let busy = Memo::new(move |_| show.state.with(State::is_busy));
    let failed = Memo::new(move |_| match show.state.get() {
        State::Failed(why) => Some(why),
        _ => None,
    });
    let words = move || match show.state.get() {
        State::Idle => String::new(),
        State::Loading => moves::LOADING.to_string(),
        State::Staging => moves::STAGING.to_string(),
        State::Reading => moves::READING.to_string(),
        State::Acting(action) => moves::now(action.words()),
        State::Paused(action) => moves::paused(action.words()),
        State::Failed(_) => text::STOPPED.to_string(),
        State::Over(standing) => moves::over(&claims::standing(standing)),
    };
    let mark = Signal::derive(move || match show.state.get() {
        State::Idle => Mark::Blank,
        State::Paused(_) => Mark::Absent,
        State::Failed(_) => Mark::Unknown,
        State::Over(_) => Mark::Valid,
        _ => Mark::Checking,
    });
    // Not read out: every step has several of these.
    let detail = move || match show.transaction.get() {
        Transaction::Trying => sign_text::TX_TRYING.to_string(),
        Transaction::Signing => sign_text::TX_SIGNING.to_string(),
        Transaction::Submitted => sign_text::TX_SUBMITTED.to_string(),
        Transaction::InBlock(block) => sign_text::in_block(block),
        _ => String::new(),
    };
    let toggle = move |_| {
        let by_hand = !show.by_hand.get_untracked();
        show.by_hand.set(by_hand);
        if !by_hand && !busy.get_untracked() {
            show.go();
        }
    };
    let next = move |_| {
        if !busy.get_untracked() {
            // What stopped is tried again as it was going; what was paused goes on by one step.
            if failed.with_untracked(Option::is_none) {
                show.by_hand.set(true);
            }
            show.go();
        }
    };
    // The buttons go away at the end: what had the focus hands it to the status line.
    let line = NodeRef::<html::P>::new();
    Effect::new(move |was: Option<bool>| {
        let now = running.get();
        if was == Some(true) && !now {
            request_animation_frame(move || {
                let lost = document()
                    .active_element()
                    .is_none_or(|active| active.tag_name() == "BODY");
                if let Some(line) = line.try_get_untracked().flatten().filter(|_| lost) {
                    let _ = line.focus();
                }
            });
        }
        now
    });
    view! {
        <section class="stack-tight" aria-label=text::CONTROLS>
            <p
                class="tx-line"
                role="status"
                tabindex="-1"
                node_ref=line
                data-testid="lie-state"
                data-state=move || show.state.with(State::name)
            >
                <Show when=move || show.state.with(|state| *state != State::Idle)>
                    <Shape mark/>
                </Show>
                <span>{words}</span>
            </p>
            <p class="small quiet lie-detail">{detail}</p>
            {move || {
                failed
                    .get()
                    .map(|why| {
                        let why = why.then(text::STOPPED_WAY);
                        view! { <Notice mark=Mark::Invalid head=text::STOPPED text=why/> }
                    })
            }}
            <Show when=move || !show.kept.get()>
                <p class="small quiet">{text::NOT_KEPT}</p>
            </Show>
            <Show when=move || running.get()>
                <div class="actions">
                    <button
                        type="button"
                        class="button button-primary"
                        aria-disabled=move || busy.get().to_string()
                        on:click=next
                    >
                        {move || if failed.with(Option::is_some) { en::RETRY.get() } else { text::NEXT.get() }}
                    </button>
                    <button type="button" class="button" on:click=toggle>
                        {move || if show.by_hand.get() { text::BY_ITSELF.get() } else { text::PAUSE.get() }}
                    </button>
                </div>
            </Show>
        </section>
    }
}
