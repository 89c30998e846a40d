//! `jcs.json`: RFC 8785, and what I-JSON with integers only refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{array, bytes, entries, text, vectors};
use countersign_shared::json::{self, Fault, Value};
use countersign_shared::{Crypto, Software};
use proptest::prelude::*;

/// Whether a number with a fraction or an exponent stands outside all strings.
fn holds_fraction(json: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    let mut outside = String::new();
    for character in json.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if !quoted => outside.push(character),
            _ => {}
        }
    }
    let exponent = |pair: &[u8]| matches!(pair, [b'0'..=b'9', b'e' | b'E' | b'.']);
    outside.as_bytes().windows(2).any(exponent)
}

#[test]
fn canonical_texts() {
    let all = vectors("jcs.json");
    let mut canonical = 0;
    for case in entries(&all, "cases") {
        let input = text(case, "json");
        if holds_fraction(input) {
            let error = json::parse(input.as_bytes()).expect_err(input);
            assert!(
                matches!(error.fault, Fault::NotAnInteger | Fault::IntegerRange),
                "{input}"
            );
            continue;
        }
        let value =
            json::parse(input.as_bytes()).unwrap_or_else(|error| panic!("{input}: {error}"));
        let written = value.to_canonical();
        assert_eq!(written, text(case, "canonical"));
        assert_eq!(written.as_bytes(), bytes(case, "canonical_utf8"));
        assert_eq!(Software.sha256(written.as_bytes()), array(case, "sha256"));
        assert_eq!(json::parse_canonical(written.as_bytes()), Ok(value));
        if written != input {
            let error = json::parse_canonical(input.as_bytes()).expect_err(input);
            assert_eq!(error.fault, Fault::NotCanonical);
        }
        canonical += 1;
    }
    assert!(canonical > 5);
}

#[test]
fn refused_texts() {
    for case in entries(&vectors("jcs.json"), "refuse") {
        let input = text(case, "json");
        assert!(json::parse(input.as_bytes()).is_err(), "{input}");
    }
}

#[test]
fn faults() {
    for (input, fault) in [
        (&b""[..], Fault::End),
        (b"[1,", Fault::End),
        (b"{\"a\"", Fault::End),
        (b"\"a", Fault::End),
        (b"\xff", Fault::Encoding),
        (b"\xef\xbb\xbf1", Fault::Unexpected),
        (b"1 2", Fault::Trailing),
        (b"[1,]", Fault::Unexpected),
        (b"{\"a\":1,}", Fault::Unexpected),
        (b"{a:1}", Fault::Unexpected),
        (b"'a'", Fault::Unexpected),
        (b"01", Fault::Trailing),
        (b"-", Fault::End),
        (b"1.", Fault::End),
        (b"1.5", Fault::NotAnInteger),
        (b"1e3", Fault::NotAnInteger),
        (b"9007199254740992", Fault::IntegerRange),
        (b"-9007199254740992", Fault::IntegerRange),
        (b"99999999999999999999999999", Fault::IntegerRange),
        (b"{\"a\":1,\"b\":2,\"a\":1}", Fault::DuplicateKey),
        (b"{\"a\":1,\"\\u0061\":1}", Fault::DuplicateKey),
        (b"\"\\ud800\"", Fault::LoneSurrogate),
        (b"\"\\udc00\\ud800\"", Fault::LoneSurrogate),
        (b"\"\\ud800\\u0041\"", Fault::LoneSurrogate),
        (b"\"\\uffff\"", Fault::Noncharacter),
        (b"\"\\ufdd0\"", Fault::Noncharacter),
        (b"\"\\x41\"", Fault::Unexpected),
        (b"\"\n\"", Fault::Unexpected),
        (b"nul", Fault::End),
        (b"truE", Fault::Unexpected),
    ] {
        let error = json::parse(input).expect_err("refused");
        assert_eq!(error.fault, fault, "{}", String::from_utf8_lossy(input));
    }
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(json::parse(nested(json::MAX_DEPTH).as_bytes()).is_ok());
    let deep = json::parse(nested(json::MAX_DEPTH + 1).as_bytes()).expect_err("too deep");
    assert_eq!(deep.fault, Fault::Depth);
    // A million brackets must not exhaust the stack.
    assert!(json::parse("[".repeat(1_000_000).as_bytes()).is_err());
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991)
            .prop_map(|number| Value::Integer(json::Integer::new(number).unwrap())),
        "\\PC*".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec(("\\PC{0,4}", inner), 0..6).prop_map(|pairs| {
                let mut object = json::Object::new();
                for (key, value) in pairs {
                    let _ = object.insert(key, value);
                }
                Value::Object(object)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in values()) {
        let text = value.to_canonical();
        prop_assert_eq!(json::parse_canonical(text.as_bytes()), Ok(value));
    }
}
