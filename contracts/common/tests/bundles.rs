//! The released bundles: what they can do, what they cannot, and what callers rely on.
//!
//! `abi/*.txt` say the same as the bundles' metadata, for people; after a wanted change
//! `BLESS=1 cargo test --test bundles` rewrites them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

use countersign_shared::chain::{receipts, registry, Selector};
use countersign_shared::disputes::selectors as disputes;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const REGISTRY: [(&str, Selector); 13] = [
    ("publish_model", registry::PUBLISH_MODEL),
    ("deprecate_model", registry::DEPRECATE_MODEL),
    ("offer_model", registry::OFFER_MODEL),
    ("accept_model", registry::ACCEPT_MODEL),
    ("model", registry::MODEL),
    ("manifest", registry::MANIFEST),
    ("models", registry::MODELS),
    ("announce_engine", registry::ANNOUNCE_ENGINE),
    ("deprecate_engine", registry::DEPRECATE_ENGINE),
    ("offer_engine", registry::OFFER_ENGINE),
    ("accept_engine", registry::ACCEPT_ENGINE),
    ("engine", registry::ENGINE),
    ("engines", registry::ENGINES),
];

const RECEIPTS: [(&str, Selector); 14] = [
    ("deployment", receipts::DEPLOYMENT),
    ("anchor", receipts::ANCHOR),
    ("anchor_batch", receipts::ANCHOR_BATCH),
    ("attest", receipts::ATTEST),
    ("revoke", receipts::REVOKE),
    ("revoke_signed", receipts::REVOKE_SIGNED),
    ("disown", receipts::DISOWN),
    ("disown_signed", receipts::DISOWN_SIGNED),
    ("status", receipts::STATUS),
    ("anchors", receipts::ANCHORS),
    ("batches", receipts::BATCHES),
    ("attestations", receipts::ATTESTATIONS),
    ("revocations", receipts::REVOCATIONS),
    ("disownments", receipts::DISOWNMENTS),
];

const DISPUTES: [(&str, Selector); 14] = [
    ("deployment", disputes::DEPLOYMENT),
    ("assert", disputes::ASSERT),
    ("challenge", disputes::CHALLENGE),
    ("play", disputes::PLAY),
    ("timeout", disputes::TIMEOUT),
    ("settle", disputes::SETTLE),
    ("finalise", disputes::FINALISE),
    ("withdraw", disputes::WITHDRAW),
    ("burn", disputes::BURN),
    ("claim", disputes::CLAIM),
    ("claims", disputes::CLAIMS),
    ("game", disputes::GAME),
    ("due", disputes::DUE),
    ("ledger", disputes::LEDGER),
];

fn bundle(name: &str) -> Value {
    let path = format!("../../releases/contracts/{name}.contract");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// The functions that a bundle's code asks of the chain, without the `seal` modules' numbers.
fn imports(bundle: &Value) -> BTreeSet<String> {
    let code = text(&bundle["source"]["wasm"]);
    let code = countersign_shared::hex::decode(code).unwrap();
    let mut module = Reader(code.strip_prefix(b"\0asm\x01\0\0\0").unwrap());
    let mut names = BTreeSet::new();
    while !module.0.is_empty() {
        let section = module.byte();
        let length = module.number();
        let mut body = Reader(module.take(length));
        if section != 2 {
            continue;
        }
        for _ in 0..body.number() {
            let (_module, name) = (body.name(), body.name());
            match body.byte() {
                0 => {
                    body.number();
                    names.insert(name);
                }
                2 => {
                    let bounded = body.byte() != 0;
                    body.number();
                    if bounded {
                        body.number();
                    }
                }
                kind => panic!("import {name} of kind {kind}"),
            }
        }
    }
    assert!(!names.is_empty());
    names
}

/// As much of the binary format of WebAssembly as sections and imports take.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn number(&mut self) -> usize {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte();
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn name(&mut self) -> String {
        let length = self.number();
        String::from_utf8(self.take(length).to_vec()).unwrap()
    }
}

/// PROTOCOL 5.7: nobody, the deployer included, can alter or delete a contract (C2), and none depends on chance. Only
/// `disputes` calls others (the two that its constructor names) and moves value (bonds).
#[test]
fn the_code_asks_of_the_chain_only_what_it_needs_c2() {
    let common = [
        "block_number",
        "caller",
        "deposit_event",
        "get_storage",
        "hash_blake2_256",
        "hash_sha2_256",
        "input",
        "now",
        "seal_return",
        "set_storage",
        "value_transferred",
    ];
    let signatures = [
        "address",
        "ecdsa_recover",
        "ecdsa_to_eth_address",
        "hash_keccak_256",
        "sr25519_verify",
    ];
    let needed = |names: &[&str]| {
        names
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(imports(&bundle("registry")), needed(&common));
    assert_eq!(
        imports(&bundle("receipts")),
        needed(&[common.as_slice(), &signatures].concat())
    );
    let bonds = ["call", "minimum_balance", "transfer"];
    assert_eq!(
        imports(&bundle("disputes")),
        needed(&[common.as_slice(), &signatures, &bonds].concat())
    );
}

#[test]
fn every_message_is_there_by_its_selector_and_takes_no_value_but_bonds_c4() {
    let all = [
        ("registry", REGISTRY.as_slice()),
        ("receipts", &RECEIPTS),
        ("disputes", &DISPUTES),
    ];
    for (name, expected) in all {
        let bundle = bundle(name);
        let messages = list(&bundle["spec"]["messages"]);
        let found: Vec<(&str, &str)> = messages
            .iter()
            .map(|message| (text(&message["label"]), text(&message["selector"])))
            .collect();
        let expected: Vec<(&str, String)> = expected
            .iter()
            .map(|(label, selector)| (*label, countersign_shared::hex::encode(selector)))
            .collect();
        let expected: Vec<(&str, &str)> = expected
            .iter()
            .map(|(label, hex)| (*label, hex.as_str()))
            .collect();
        assert_eq!(found, expected);
        let constructors = list(&bundle["spec"]["constructors"]);
        assert_eq!(constructors.len(), 1);
        assert_eq!(text(&constructors[0]["selector"]), "0x9bae9d5e");
        for callable in messages.iter().chain(constructors) {
            let label = text(&callable["label"]);
            let bond = name == "disputes" && ["assert", "challenge"].contains(&label);
            assert_eq!(callable["payable"], Value::Bool(bond), "{label}");
        }
    }
}

#[test]
fn the_interface_is_the_one_written_down() {
    for name in ["registry", "receipts", "disputes"] {
        let found = interface(&bundle(name));
        let path = format!("tests/abi/{name}.txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(
            written == found,
            "{path} is out of date: BLESS=1 writes\n{found}"
        );
    }
}

/// Constructors, messages, events and types of a bundle, a line each.
fn interface(bundle: &Value) -> String {
    let types = list(&bundle["types"]);
    let spec = &bundle["spec"];
    let mut out = String::new();
    let arguments = |callable: &Value| {
        let one = |argument: &Value| {
            format!(
                "{}: {}",
                text(&argument["label"]),
                name_of(types, &argument["type"]["type"])
            )
        };
        list(&callable["args"])
            .iter()
            .map(one)
            .collect::<Vec<_>>()
            .join(", ")
    };
    for (kind, key) in [("constructor", "constructors"), ("message", "messages")] {
        for callable in list(&spec[key]) {
            let answer = name_of(types, &callable["returnType"]["type"]);
            let change = if callable["mutates"] == Value::Bool(true) {
                " changes"
            } else {
                ""
            };
            let (label, selector) = (text(&callable["label"]), text(&callable["selector"]));
            writeln!(
                out,
                "{kind} {selector} {label}({}) -> {answer}{change}",
                arguments(callable)
            )
            .unwrap();
        }
    }
    for event in list(&spec["events"]) {
        let one = |argument: &Value| {
            let topic = if argument["indexed"] == Value::Bool(true) {
                "topic "
            } else {
                ""
            };
            format!(
                "{topic}{}: {}",
                text(&argument["label"]),
                name_of(types, &argument["type"]["type"])
            )
        };
        let fields: Vec<String> = list(&event["args"]).iter().map(one).collect();
        writeln!(
            out,
            "event {} {} {{ {} }}",
            text(&event["signature_topic"]),
            text(&event["label"]),
            fields.join(", ")
        )
        .unwrap();
    }
    let mut definitions: Vec<String> = types
        .iter()
        .filter_map(|entry| definition(types, &entry["type"]))
        .collect();
    definitions.sort();
    definitions.dedup();
    out + &definitions.join("\n") + "\n"
}

fn name_of(types: &[Value], id: &Value) -> String {
    let found = types.iter().find(|entry| entry["id"] == *id).unwrap();
    let (path, def) = (&found["type"]["path"], &found["type"]["def"]);
    if let Some(path) = path.as_array() {
        let name = text(path.last().unwrap());
        let parameters: Vec<String> = found["type"]["params"]
            .as_array()
            .map(|parameters| {
                parameters
                    .iter()
                    .map(|parameter| name_of(types, &parameter["type"]))
                    .collect()
            })
            .unwrap_or_default();
        return if parameters.is_empty() {
            name.into()
        } else {
            format!("{name}<{}>", parameters.join(", "))
        };
    }
    if let Some(primitive) = def["primitive"].as_str() {
        return primitive.into();
    }
    if let Some(array) = def.get("array") {
        return format!("[{}; {}]", name_of(types, &array["type"]), array["len"]);
    }
    if let Some(sequence) = def.get("sequence") {
        return format!("Vec<{}>", name_of(types, &sequence["type"]));
    }
    let parts: Vec<String> = list(&def["tuple"])
        .iter()
        .map(|part| name_of(types, part))
        .collect();
    format!("({})", parts.join(", "))
}

/// `struct` or `enum` with its fields; nothing for what speaks for itself.
fn definition(types: &[Value], found: &Value) -> Option<String> {
    let name = text(found["path"].as_array()?.last()?);
    if matches!(name, "Option" | "Result") {
        return None;
    }
    let fields = |fields: &Value| {
        let one = |field: &Value| {
            let kind = name_of(types, &field["type"]);
            field["name"]
                .as_str()
                .map_or(kind.clone(), |name| format!("{name}: {kind}"))
        };
        let fields = fields.as_array().map(Vec::as_slice).unwrap_or_default();
        fields.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    if let Some(composite) = found["def"].get("composite") {
        return Some(format!(
            "struct {name} {{ {} }}",
            fields(&composite["fields"])
        ));
    }
    let variants = found["def"]["variant"]["variants"].as_array()?;
    let one = |variant: &Value| {
        format!(
            "{} {}({})",
            variant["index"],
            text(&variant["name"]),
            fields(&variant["fields"])
        )
    };
    Some(format!(
        "enum {name} {{ {} }}",
        variants.iter().map(one).collect::<Vec<_>>().join(", ")
    ))
}
