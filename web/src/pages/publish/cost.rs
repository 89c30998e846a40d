//! What publishing will cost, said before anybody is asked to sign.

use super::send::Ripe;
use crate::state::chain::{use_chain, Link, Ready};
use crate::text::publish as text;
use crate::text::words::Words;
use crate::wallet::dev;
use core::time::Duration;
use countersign_client::cost::Cost;
use countersign_client::signer::Signer;
use countersign_client::unit::Unit;
use countersign_shared::id::ExactRoot;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// Who types is not asked about: the node is, once the fields stand still this long.
const STILL: Duration = Duration::from_millis(400);

#[derive(Clone)]
enum Known {
    Nothing,
    Asking,
    Cost(Cost, Unit),
    Refused(Words),
}

/// One line that keeps its place.
#[component]
pub fn CostLine(
    ripe: Signal<Option<Ripe>, LocalStorage>,
    #[prop(into)] payer: Signal<String>,
) -> impl IntoView {
    let known = RwSignal::new_local(Known::Nothing);
    let round = StoredValue::new(0_u32);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let chain = use_chain();
    let there = Memo::new(move |_| chain.link.with(|link| matches!(link, Link::Ready(_))));
    Effect::new(move |_| {
        let (ripe, payer) = (ripe.get(), payer.get());
        there.track();
        let now = round.get_value().wrapping_add(1);
        round.set_value(now);
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        // Elsewhere this page cannot pay, and says so.
        let ready = untrack(|| chain.link.get()).ready();
        let (Some(ripe), Some(ready)) = (ripe, ready.filter(|ready| ready.deployment.development))
        else {
            return known.set(Known::Nothing);
        };
        known.set(Known::Asking);
        let ask = move || {
            spawn_local(async move {
                let next = match ask(&ready, &payer, &ripe).await {
                    Ok(cost) => Known::Cost(cost, ready.unit.clone()),
                    Err(reason) => Known::Refused(reason),
                };
                if round.try_get_value() == Some(now) {
                    let _ = known.try_set(next);
                }
            });
        };
        waiting.set_value(set_timeout_with_handle(ask, STILL).ok());
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
    view! {
        <p role="status" class="small publish-cost" data-testid="cost">
            {move || match known.get() {
                Known::Nothing => ().into_any(),
                Known::Asking => text::COST_ASKING.into_any(),
                Known::Cost(cost, unit) => text::cost(&cost, &unit).into_any(),
                Known::Refused(reason) => view! { {text::COST_UNKNOWN} " " {reason.view()} }.into_any(),
            }}
        </p>
    }
}

async fn ask(ready: &Rc<Ready>, payer: &str, ripe: &Ripe) -> Result<Cost, Words> {
    let key = dev::key(payer).map_err(|error| error.to_string())?;
    let deployed = ready.deployed().await;
    let deployed = deployed.map_err(|gap| Words::said(&gap).sentence())?;
    deployed
        .publish_cost(key.account(), &ripe.manifest, ExactRoot::ZERO, ripe.before)
        .await
        .map_err(|error| Words::said(&error).sentence())
}
