//! What a watchtower says: a line each, at once, for people or as one JSON object; and nothing twice in a row.

use countersign_shared::id::ReceiptId;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::io::Write;

/// What was said last about each claim, and about the whole.
pub struct Said {
    json: bool,
    last: BTreeMap<Option<ReceiptId>, String>,
}

impl Said {
    /// Nothing yet.
    pub fn new(json: bool) -> Self {
        let last = BTreeMap::new();
        Self { json, last }
    }

    /// A line.
    pub fn line(&mut self, event: &str, receipt: Option<ReceiptId>, text: String) {
        self.tell(event, receipt, text, None);
    }

    /// A line that is left out if it was the last one about the same claim.
    pub fn once(&mut self, event: &str, receipt: Option<ReceiptId>, text: String) {
        if self.last.get(&receipt) != Some(&text) {
            self.tell(event, receipt, text, None);
        }
    }

    /// What came of a run.
    pub fn checked(&mut self, receipt: ReceiptId, held: bool, text: String) {
        self.tell("checked", Some(receipt), text, Some(held));
    }

    /// The last trouble is over: the next one is said again.
    pub fn better(&mut self, receipt: Option<ReceiptId>) {
        self.last.remove(&receipt);
    }

    fn tell(&mut self, event: &str, receipt: Option<ReceiptId>, text: String, held: Option<bool>) {
        let line = if self.json {
            let mut line = json!({ "event": event, "text": text });
            if let Some(receipt) = receipt {
                line["receipt"] = Value::from(receipt.to_string());
            }
            if let Some(held) = held {
                line["checked"] = Value::from(held);
            }
            line.to_string()
        } else {
            receipt.map_or_else(|| text.clone(), |receipt| format!("{receipt} {text}"))
        };
        self.last.insert(receipt, text);
        // A closed pipe is no reason to lose a bond.
        let mut out = std::io::stdout();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}
