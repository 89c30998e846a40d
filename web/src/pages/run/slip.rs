//! The slip of a run: blank at first, it fills in as the run ends.

use crate::app::Page;
use crate::components::id::Id;
use crate::components::slip::{Pending, Row, Rows, Slip, Tear};
use crate::state::finished::{use_finished, Finished};
use crate::text::language::Text;
use crate::text::{en, run as text};
use countersign_client::messages;
use countersign_client::verify::Model;
use leptos::prelude::*;
use leptos_router::components::A;
use std::sync::Arc;

/// The slip, with the way to signing it.
#[component]
pub fn RunSlip(model: Model, #[prop(into)] done: Signal<Option<Arc<Finished>>>) -> impl IntoView {
    let Model {
        id,
        publisher,
        manifest,
        ..
    } = model;
    let finished = use_finished();
    let name = en::model_name(&manifest.name, &manifest.version);
    let id_row = move |what: Text, value: fn(&Finished) -> String| {
        move || match done.get() {
            Some(run) => view! { <Id what value=value(&run)/> }.into_any(),
            None => view! { <Pending/> }.into_any(),
        }
    };
    let lane = move || {
        match done.get() {
        Some(run) => view! {
            <span data-testid="lane" data-lane=run.lane().to_string()>{text::lane_name(run.lane())}</span>
            <span class="row-note">{text::lane_note(run.lane())}</span>
        }
        .into_any(),
        None => view! { <Pending/> }.into_any(),
    }
    };
    let foot = move || match done.get() {
        Some(run) => view! {
            <div class="actions slip-actions">
                <A
                    href=Page::Sign.path()
                    attr:class="button button-primary"
                    on:click=move |_| finished.set(Some(Arc::clone(&run)))
                >
                    {text::SIGN_THIS}
                </A>
            </div>
        }
        .into_any(),
        None => view! { <p class="slip-foot">{text::SLIP_BLANK}</p> }.into_any(),
    };
    view! {
        <Slip kind=text::SLIP_KIND title=text::SLIP_TITLE id="slip-run">
            <Rows>
                <Row label=text::ROW_MODEL>
                    <span>{name}</span>
                    <span class="row-note">
                        <Id what=en::WHAT_MODEL value=id.to_string()/>
                    </span>
                </Row>
                <Row label=text::ROW_PUBLISHER>
                    <Id what=en::WHAT_PUBLISHER value=messages::account(&publisher)/>
                </Row>
                <Row label=text::ROW_ENGINE>{id_row(text::WHAT_ENGINE, |run| run.engine().to_string())}</Row>
                <Row label=text::ROW_LANE>{lane}</Row>
            </Rows>
            <Tear/>
            <Rows>
                <Row label=text::ROW_INPUT>{id_row(text::WHAT_INPUT, |run| run.input.commitment().to_string())}</Row>
                <Row label=text::ROW_OUTPUT>{id_row(text::WHAT_OUTPUT, |run| run.output.commitment().to_string())}</Row>
            </Rows>
            {foot}
        </Slip>
    }
}
