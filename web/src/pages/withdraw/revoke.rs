//! Revoking one receipt: the same panel wherever a receipt of one's own is shown.

use super::take_back::{Labels, TakeBack};
use crate::app::Page;
use crate::state::chain::use_chain;
use crate::state::keep::use_keep;
use crate::text::{command, withdraw as text};
use crate::wallet::dev;
use crate::wallet::withdrawal::Withdrawal;
use countersign_client::kept::Standing;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Attester;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// The panel.
#[component]
pub fn Revoke(
    receipt: Verified<Receipt>,
    /// The model's name.
    model: String,
) -> impl IntoView {
    let (chain, keep) = (use_chain(), use_keep());
    let sealed = receipt.sealed();
    let withdrawal = Withdrawal::receipt(&receipt);
    // Only what a finalised block said counts as revoked.
    let settled = Memo::new(move |_| {
        let now = crate::browser::clock::seconds();
        keep.of(sealed)
            .is_some_and(|kept| matches!(kept.standing(now), Standing::Revoked(_)))
    });
    let name = command::file_name(&receipt.id().to_bytes());
    let attester = receipt.attester;
    let line = Callback::new(move |payer: Option<String>| {
        let rpc = chain
            .link
            .with(|link| link.config().map(|config| config.rpc));
        let own = dev::uri_of(&attester);
        let line = command::receipt("revoke", &name, payer.as_deref(), rpc.as_deref());
        if own.is_some() && own == payer.as_deref() {
            return line;
        }
        command::with_key(&line, matches!(attester, Attester::Secp256k1(_)), own)
    });
    let labels = Labels {
        begin: text::REVOKE,
        go: text::REVOKE_GO,
        keep: text::KEEP,
        state: "revoke-state",
        done: text::revoked,
    };
    let sentence = text::revoke_sentence(&model, &receipt.id().to_string());
    let on_done = Callback::new(move |()| {
        spawn_local(keep.look_at(chain, move |kept| kept.sealed() == sealed));
    });
    view! {
        <section class="stack" aria-label=text::REVOKE_HEAD>
            <h2>{text::REVOKE_HEAD}</h2>
            <p>{text::REVOKE_LEAD}</p>
            <TakeBack withdrawal receipt=Some(receipt) sentence labels command=line settled on_done/>
            <p>
                <A href=Page::Disown.path()>{text::STOLEN}</A>
            </p>
        </section>
    }
}
