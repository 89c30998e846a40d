//! What will be signed, who signs it, and the question to the wallet.

use super::signer::{chosen, Choice, SignerField};
use super::words::{ExactWords, PlainWords};
use crate::components::asking::AskingLine;
use crate::components::slip::Slip;
use crate::state::draft::Draft;
use crate::state::keep::use_keep;
use crate::state::release::use_release;
use crate::state::signed::{use_receipts, Signed};
use crate::text::sign as text;
use crate::wallet::discovery::use_wallets;
use crate::wallet::session::Session;
use crate::wallet::{sign_receipt, WalletError};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page before there is a signature.
#[component]
pub fn Review(draft: Draft) -> impl IntoView {
    let (receipts, keep) = (use_receipts(), use_keep());
    let choice = RwSignal::new(None::<Choice>);
    let account = RwSignal::new(crate::wallet::dev::ACCOUNTS[0].to_owned());
    let session = Session::new();
    let development = draft.listed.development;
    let wallets = use_wallets();
    let asked = StoredValue::new(draft.clone());
    let release = use_release();
    let busy = Signal::derive(move || session.is_asking());
    let sign = move |_| {
        let Some(choice) = choice.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        let Some(signer) = chosen(wallets, &choice, &account.get_untracked()) else {
            session.fail(WalletError::Disconnected);
            return;
        };
        let Some(turn) = session.begin() else { return };
        spawn_local(async move {
            let draft = asked.get_value();
            let _no_reload = release.busy();
            let asking = move |what| turn.asking(what);
            match sign_receipt(&signer, draft.statement, draft.deployment, asking).await {
                // What was signed on a page that was left meanwhile is kept; only what was stopped is thrown away.
                Ok(receipt) if !turn.was_stopped() => {
                    keep.keep(&receipt, &draft.run);
                    receipts.keep(Signed {
                        receipt,
                        run: draft.run,
                    });
                }
                answer => {
                    let _ = turn.settle(answer);
                }
            }
        });
    };
    view! {
        <div class="bench">
            <div class="stack">
                <p>{text::LEAD}</p>
                <SignerField development choice account busy/>
                <div class="actions">
                    <button
                        type="button"
                        class="button button-primary"
                        disabled=move || choice.with(Option::is_none) || busy.get()
                        on:click=sign
                    >
                        {text::SIGN}
                    </button>
                </div>
                <AskingLine session id="sign-status"/>
            </div>
            <Slip kind=text::DRAFT_KIND title=text::DRAFT_TITLE id="slip-draft">
                <div class="slip-body">
                    <PlainWords draft=draft.clone()/>
                    <ExactWords draft/>
                </div>
            </Slip>
        </div>
    }
}
