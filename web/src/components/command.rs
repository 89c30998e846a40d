//! A line for the command line program that does what the screen just did, to copy.

use crate::browser::clipboard;
use crate::state::chain::use_chain;
use crate::state::finished::Finished;
use crate::text::command as text;
use crate::text::language::Text;
use crate::wallet::dev;
use countersign_client::messages;
use countersign_shared::manifest::Task;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::{Attester, Lane};
use leptos::prelude::*;
use std::sync::Arc;

/// The line with its button.
#[component]
pub fn CommandLine(
    /// The line in full, words quoted for a shell.
    #[prop(into)]
    line: Signal<String>,
    /// For tests.
    id: &'static str,
    /// What stands before it.
    #[prop(default = text::LEAD)]
    lead: Text,
) -> impl IntoView {
    let said = RwSignal::new("");
    let copy = move |_| {
        let line = line.get_untracked();
        leptos::task::spawn_local(async move {
            let done = clipboard::write(&line).await.is_ok();
            let _ = said.try_set(if done {
                text::COPIED.get()
            } else {
                text::BY_HAND.get()
            });
        });
    };
    view! {
        <div class="command stack-tight">
            <p class="small quiet">{lead}</p>
            <pre class="code" tabindex="0" role="group" aria-label=text::NAME data-testid=id>{move || line.get()}</pre>
            <div class="actions">
                <button type="button" class="button" on:click=copy>{text::COPY}</button>
                <p role="status" class="quiet">{move || said.get()}</p>
            </div>
        </div>
    }
}

/// The line for a run, with its receipt's two lines once it is signed; nothing where an input came from no file.
#[component]
pub fn RunCommand(
    run: Arc<Finished>,
    /// The signed receipt.
    #[prop(optional_no_strip)]
    receipt: Option<Verified<Receipt>>,
) -> impl IntoView {
    let inputs = run.files.clone()?;
    let chain = use_chain();
    let lead = match run.lane() {
        Lane::Fast => text::ENGINE_LEAD,
        Lane::Replay | Lane::Exact => text::RUN_LEAD,
    };
    let id = if receipt.is_some() {
        "sign-command"
    } else {
        "run-command"
    };
    let line = Signal::derive(move || {
        let rpc = chain
            .link
            .with(|link| link.config().map(|config| config.rpc));
        let model = run.model.id.to_string();
        let again = text::Run {
            model: &model,
            inputs: &inputs,
            exact: run.lane() == Lane::Exact,
            hands_on: run.model.manifest.task == Task::TextDetection,
            linked: run.earlier.is_some(),
            rpc: rpc.as_deref(),
        };
        let Some(receipt) = &receipt else {
            return again.line();
        };
        let reference = receipt.statement.reference().map(|id| id.to_string());
        let sign = again.sign(
            &messages::account(&run.model.publisher),
            reference.as_deref(),
            matches!(receipt.attester, Attester::Secp256k1(_)),
            dev::uri_of(&receipt.attester),
            &text::file_name(&receipt.id().to_bytes()),
        );
        format!("{}\n{sign}", again.line())
    });
    Some(view! { <CommandLine line id lead/> })
}
