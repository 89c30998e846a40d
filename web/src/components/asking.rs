//! How a question to a signer stands, with a way out of waiting.

use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::text::sign as text;
use crate::wallet::session::{Session, State};
use leptos::prelude::*;

/// One line while the signer is asked, a notice when it did not sign.
#[component]
pub fn AskingLine(
    session: Session,
    /// For tests: `sign-status`.
    id: &'static str,
) -> impl IntoView {
    let said = move || match session.state() {
        State::Asking(what) => text::asking(what),
        State::Idle | State::Failed(_) => "",
    };
    view! {
        <div class="stack-tight">
            <p role="status" data-testid=id class="quiet">{said}</p>
            <Show when=move || session.is_asking()>
                <p class="small quiet">{text::SILENT}</p>
                <div class="actions">
                    <button type="button" class="button" on:click=move |_| session.stop()>{text::STOP_WAITING}</button>
                </div>
            </Show>
            {move || match session.state() {
                State::Failed(error) => {
                    Some(view! { <Notice mark=Mark::Invalid head=text::NOT_SIGNED text=error.to_string()/> })
                }
                _ => None,
            }}
        </div>
    }
}
