//! What the signer will show, word for word (PROTOCOL 7.4).

use crate::text::withdraw as text;
use crate::wallet::withdrawal::Withdrawal;
use countersign_shared::json::Value;
use countersign_shared::Attester;
use leptos::prelude::*;

/// The fields of the typed data for an Ethereum account, the text for an sr25519 account.
#[component]
pub fn ExactWords(withdrawal: Withdrawal) -> impl IntoView {
    let words = match withdrawal.attester {
        Attester::Secp256k1(address) => {
            let data = withdrawal.typed_data(address);
            let rows: Vec<_> = ["domain", "message"]
                .iter()
                .flat_map(|part| fields(&data, part))
                .map(|(name, value)| {
                    view! {
                        <div class="row">
                            <dt>{name.clone()}</dt>
                            <dd data-word=name>{value}</dd>
                        </div>
                    }
                })
                .collect();
            view! { <dl class="words">{rows}</dl> }.into_any()
        }
        Attester::Sr25519(_) => {
            view! { <pre class="code" tabindex="0" role="region" aria-label=text::EXACT data-word="text">{withdrawal.text()}</pre> }.into_any()
        }
    };
    view! {
        <h4>{text::EXACT}</h4>
        {words}
    }
}

fn fields(data: &Value, part: &str) -> Vec<(String, String)> {
    let object = data
        .as_object()
        .and_then(|data| data.get(part))
        .and_then(Value::as_object);
    let Some(object) = object else {
        return Vec::new();
    };
    let shown = |value: &Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_canonical(),
    };
    object
        .iter()
        .map(|(name, value)| (name.to_owned(), shown(value)))
        .collect()
}
