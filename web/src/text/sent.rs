//! What this page has sent. English.

use super::en;

pub const SHOW: &str = "Every request";
pub const WHY: &str = "Requests to this page's own server ask for files of the app and of models. Requests to the chain's node ask for blocks, \
    models and receipts, and carry no more than the question. The worker that reads your file has no network at all.";
pub const TO: &str = "To";
pub const METHOD: &str = "Method";
pub const WHAT: &str = "What";
pub const BYTES: &str = "Sent";
pub const OWN: &str = "this page's server";
pub const NODE: &str = "the chain's node";
pub const ELSEWHERE: &str = "somewhere else";

/// How many requests, where to, and with how much in them.
pub fn line(own: usize, node: usize, elsewhere: usize, bytes: u64) -> String {
    let all = match own + node + elsewhere {
        0 => return "Since you chose this file, this page has sent nothing.".to_owned(),
        1 => "1 request".to_owned(),
        all => format!("{} requests", en::count(all as u64)),
    };
    let other = if elsewhere == 0 {
        "none carried your file".to_owned()
    } else {
        format!("{elsewhere} elsewhere, which this app does not do by itself")
    };
    format!(
        "Since you chose this file, this page has sent {all} with {} in all: {own} to its own server, {node} to the chain's node; {other}.",
        en::size(bytes)
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_request_elsewhere_is_never_called_harmless() {
        assert!(line(1, 2, 0, 300).contains("none carried your file"));
        assert!(!line(1, 2, 1, 300).contains("none carried your file"));
        assert!(line(0, 0, 0, 0).contains("nothing"));
    }
}
