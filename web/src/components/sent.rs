//! What this page has sent since a file was chosen: one line, and behind it every request.

use crate::state::chain::use_chain;
use crate::state::sent::{is_own, use_requests, Sent};
use crate::text::sent as text;
use leptos::prelude::*;

/// How many requests are listed; the line counts them all.
const SHOWN: usize = 200;

/// The panel.
#[component]
pub fn SentPanel(
    /// The newest request before the file was chosen.
    #[prop(into)]
    before: Signal<u64>,
) -> impl IntoView {
    let requests = use_requests();
    let chain = use_chain();
    let since = Memo::new(move |_| requests.after(before.get()));
    // While the chain is reached anew its address is still the known one.
    let node = Memo::new(move |known: Option<&Option<String>>| {
        let config = chain.link.get().config();
        config
            .map(|config| config.rpc)
            .or_else(|| known.cloned().flatten())
    });
    let line = move || {
        let node = node.get();
        since.with(|since| {
            let own = since.iter().filter(|sent| is_own(sent)).count();
            let to_node = since
                .iter()
                .filter(|sent| is_to(sent, node.as_deref()))
                .count();
            let bytes = since.iter().map(|sent| sent.bytes).sum();
            text::line(
                own,
                to_node,
                since.len().saturating_sub(own + to_node),
                bytes,
            )
        })
    };
    let rows = move || {
        since.with(|since| {
            let newest = since.iter().rev().take(SHOWN);
            newest
                .map(|sent| {
                    let where_to = if is_own(sent) {
                        text::OWN.get()
                    } else {
                        text::NODE.get()
                    };
                    let known = is_own(sent) || is_to(sent, node.get().as_deref());
                    let where_to = if known {
                        where_to
                    } else {
                        text::ELSEWHERE.get()
                    };
                    view! {
                        <tr>
                            <th scope="row">{where_to}</th>
                            <td>{sent.method.clone()}</td>
                            <td class="file-path">{what(sent)}</td>
                            <td class="number">{crate::text::en::size(sent.bytes)}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <div class="sent" data-testid="sent">
            <p data-testid="sent-line">{line}</p>
            <details class="more">
                <summary>{text::SHOW}</summary>
                <p>{text::WHY}</p>
                <div class="scroll" tabindex="0" role="region" aria-label=text::SHOW>
                    <table class="data">
                        <thead>
                            <tr>
                                <th scope="col">{text::TO}</th>
                                <th scope="col">{text::METHOD}</th>
                                <th scope="col">{text::WHAT}</th>
                                <th scope="col">{text::BYTES}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </div>
    }
}

/// Whether a request went to this node.
fn is_to(sent: &Sent, node: Option<&str>) -> bool {
    node.is_some_and(|node| sent.url.trim_end_matches('/') == node.trim_end_matches('/'))
}

/// The question, or the file.
fn what(sent: &Sent) -> String {
    if sent.asked.is_empty() {
        sent.url.clone()
    } else {
        sent.asked.clone()
    }
}
