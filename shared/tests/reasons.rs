//! 4.1, 4.9: each rule of a receipt file is refused by name, before any signature is looked at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{bundle, deployment, ethereum_receipt, statement, substrate_receipt};
use countersign_shared::attester::{AttesterError, AttesterKind};
use countersign_shared::files::{AnchorProof, FieldFault, FileError, Opening};
use countersign_shared::hex::{self, HexError};
use countersign_shared::id::AddressError;
use countersign_shared::json::{self, Fault};
use countersign_shared::receipt::{Receipt, Run, RunError};
use countersign_shared::signature::SignatureError;
use countersign_shared::Software;
use serde_json::{json, Value};

const C: Software = Software;

/// The field that an altered file is refused for, and how. The altered file is canonical.
fn field<T: core::fmt::Debug>(
    file: &str,
    alter: impl FnOnce(&mut Value),
    read: impl FnOnce(&[u8]) -> Result<T, FileError>,
) -> (String, FieldFault) {
    let mut value: Value = serde_json::from_str(file).unwrap();
    alter(&mut value);
    let canonical = json::parse(value.to_string().as_bytes())
        .unwrap()
        .to_canonical();
    match read(canonical.as_bytes()) {
        Err(FileError::Field { path, fault }) => (path, fault),
        other => panic!("{other:?}"),
    }
}

fn receipt(alter: impl FnOnce(&mut Value)) -> (String, FieldFault) {
    let file = ethereum_receipt(statement(), deployment()).to_file(&C);
    field(&file, alter, |bytes| Receipt::from_file(bytes, &C))
}

#[test]
fn constants_of_receipts_4_1() {
    for (pointer, value, path, expected) in [
        ("/message/version", json!(7), "message.version", "2"),
        (
            "/message/revocable",
            json!(false),
            "message.revocable",
            "true",
        ),
        ("/domain/chainId", json!(2), "domain.chainId", "1"),
        ("/domain/chainId", json!("1"), "domain.chainId", "1"),
        (
            "/domain/name",
            json!("EAS"),
            "domain.name",
            "EAS Attestation",
        ),
        ("/domain/version", json!("1.3.0"), "domain.version", "1.4.0"),
        (
            "/message/schema",
            json!(hex::encode(&[1; 32])),
            "message.schema",
            "the UID of the receipts' schema",
        ),
    ] {
        let found = receipt(|file| *file.pointer_mut(pointer).unwrap() = value);
        assert_eq!(found, (path.into(), FieldFault::Constant(expected)));
    }
}

#[test]
fn fields_of_receipts_4_9() {
    let set = |pointer: &'static str, value: Value| {
        receipt(|file| *file.pointer_mut(pointer).unwrap() = value)
    };
    for time in [
        "",
        "00",
        "01",
        "+1",
        "-1",
        "1.0",
        "0x1",
        " 1",
        "18446744073709551616",
        "१",
    ] {
        for (pointer, path) in [
            ("/message/time", "message.time"),
            ("/message/expirationTime", "message.expirationTime"),
        ] {
            assert_eq!(
                set(pointer, json!(time)),
                (path.into(), FieldFault::Decimal),
                "{time}"
            );
        }
    }
    let text = FieldFault::Type("text");
    assert_eq!(
        set("/message/time", json!(1)),
        ("message.time".into(), text.clone())
    );
    assert_eq!(set("/genesis", json!(null)), ("genesis".into(), text));
    let boolean = FieldFault::Type("true or false");
    for value in [json!(1), json!("true")] {
        assert_eq!(
            set("/message/revocable", value),
            ("message.revocable".into(), boolean.clone())
        );
    }
    for (value, error) in [
        (hex::encode(&[0xab; 32]).to_uppercase(), HexError::Prefix),
        (format!("0x{}", "AB".repeat(32)), HexError::Digit),
        (hex::encode(&[1; 31]), HexError::Length),
        (hex::encode(&[1; 33]), HexError::Length),
        (format!("{}0", hex::encode(&[1; 31])), HexError::Length),
    ] {
        let found = set("/message/salt", json!(value));
        assert_eq!(found, ("message.salt".into(), FieldFault::Hex(error)));
    }
    for (value, error) in [
        (
            "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
            AddressError::Checksum,
        ),
        (
            "0XF39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
            AddressError::Checksum,
        ),
        (
            "f39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
            AddressError::Form,
        ),
    ] {
        let found = set("/message/recipient", json!(value));
        assert_eq!(
            found,
            ("message.recipient".into(), FieldFault::Address(error))
        );
    }
    let unknown = receipt(|file| file["message"]["note"] = json!("x"));
    assert_eq!(unknown, ("message.note".into(), FieldFault::Unknown));
    let missing = receipt(|file| {
        file["message"].as_object_mut().unwrap().remove("salt");
    });
    assert_eq!(missing, ("message.salt".into(), FieldFault::Missing));
    let salted = receipt(|file| file["domain"]["salt"] = json!("0x"));
    assert_eq!(salted, ("domain.salt".into(), FieldFault::Unknown));
}

#[test]
fn attesters_and_signatures_of_receipts_4_5_4_6() {
    let set = |pointer: &'static str, value: String| {
        receipt(|file| *file.pointer_mut(pointer).unwrap() = json!(value))
    };
    let attester =
        |kind: u8, word: [u8; 32]| set("/attester", hex::encode(&[&[kind][..], &word].concat())).1;
    let fault = FieldFault::Attester;
    assert_eq!(attester(0, [0; 32]), fault(AttesterError::ZeroAddress));
    assert_eq!(attester(0, [1; 32]), fault(AttesterError::Padding));
    assert_eq!(attester(1, [0; 32]), fault(AttesterError::IdentityKey));
    assert_eq!(attester(2, [1; 32]), fault(AttesterError::Kind(2)));
    // A known key of the other kind makes the signature too long.
    let expected = SignatureError::Length {
        kind: AttesterKind::Sr25519,
        found: 65,
    };
    assert_eq!(attester(1, [1; 32]), FieldFault::Signature(expected));
    for length in [0, 64, 66] {
        let expected = SignatureError::Length {
            kind: AttesterKind::Secp256k1,
            found: length,
        };
        let found = set("/signature", hex::encode(&vec![1; length]));
        assert_eq!(found, ("signature".into(), FieldFault::Signature(expected)));
    }
    let file = substrate_receipt(statement(), deployment()).to_file(&C);
    let found = field(
        &file,
        |file| file["signature"] = json!(hex::encode(&[1; 65])),
        |bytes| Receipt::from_file(bytes, &C),
    );
    assert_eq!(found.0, "signature");
}

#[test]
fn runs_4_1() {
    let data = statement().run.to_abi();
    let altered = |at: usize, value: u8| {
        let mut data = data;
        data[at] = value;
        Run::from_abi(&data)
    };
    assert_eq!(Run::from_abi(&data), Ok(statement().run));
    assert_eq!(altered(191, 3), Err(RunError::Lane));
    assert_eq!(altered(191, 255), Err(RunError::Lane));
    for at in 160..191 {
        assert_eq!(
            altered(at, 1),
            Err(RunError::Lane),
            "byte {at} of the lane's word"
        );
    }
    assert_eq!(altered(191, 2), Err(RunError::ExactEngine));
    for length in [0, 160, 191, 193, 224] {
        assert_eq!(
            Run::from_abi(&vec![0; length]),
            Err(RunError::Length(length))
        );
    }
    let found = receipt(|file| file["message"]["data"] = json!(hex::encode(&[0; 193])));
    assert_eq!(
        found,
        (
            "message.data".into(),
            FieldFault::Run(RunError::Length(193))
        )
    );
}

#[test]
fn proofs_4_9() {
    let bundle = bundle(false);
    let anchor = |key: &str, value: Value| {
        let file = bundle.anchors[0].to_file();
        field(&file, |file| file[key] = value, AnchorProof::from_file)
    };
    assert_eq!(anchor("size", json!(0)), ("size".into(), FieldFault::Range));
    assert_eq!(
        anchor("size", json!(4_294_967_297_u64)),
        ("size".into(), FieldFault::Range)
    );
    assert_eq!(
        anchor("size", json!("3")),
        ("size".into(), FieldFault::Type("a number"))
    );
    assert_eq!(
        anchor("index", json!(3)),
        ("index".into(), FieldFault::Range)
    );
    assert_eq!(
        anchor("index", json!(-1)),
        ("index".into(), FieldFault::Range)
    );
    let long = vec![hex::encode(&[0; 32]); 33];
    assert_eq!(
        anchor("path", json!(long)),
        ("path".into(), FieldFault::Count)
    );
    assert_eq!(
        anchor("path", json!([1])),
        ("path[0]".into(), FieldFault::Type("text"))
    );

    let opening = |pointer: &str, value: Value| {
        let file = bundle.openings[0].to_file();
        field(
            &file,
            |file| *file.pointer_mut(pointer).unwrap() = value,
            Opening::from_file,
        )
    };
    assert_eq!(
        opening("/side", json!(2)),
        ("side".into(), FieldFault::Range)
    );
    assert_eq!(
        opening("/items", json!([])),
        ("items".into(), FieldFault::Count)
    );
    assert_eq!(
        opening("/count", json!(2)),
        ("items[2].index".into(), FieldFault::Range)
    );
    assert_eq!(
        opening("/count", json!(0)),
        ("items[0].index".into(), FieldFault::Range)
    );
    assert_eq!(
        opening("/items/1/index", json!(0)),
        ("items[1].index".into(), FieldFault::Order)
    );
    assert_eq!(opening("/items/0/item", json!("0x")).0, "items[0].item");
    assert_eq!(opening("/items/2/salt", json!("0x")).0, "items[2].salt");
}

/// Valid JSON that says the same in other bytes is refused too.
#[test]
fn other_spellings_of_a_receipt_4_9() {
    let file = ethereum_receipt(statement(), deployment()).to_file(&C);
    for altered in [
        format!(" {file}"),
        format!("{file}\n"),
        file.replacen(':', ": ", 1),
        file.replacen("\"EAS Attestation\"", "\"EAS\\u0020Attestation\"", 1),
        file.replacen("\"version\":2", "\"version\":2e0", 1),
        file.replacen("\"version\":2", "\"version\":2.0", 1),
    ] {
        assert_ne!(altered, file);
        let Err(FileError::Json(error)) = Receipt::from_file(altered.as_bytes(), &C) else {
            panic!("{altered}");
        };
        assert!(matches!(
            error.fault,
            Fault::NotCanonical | Fault::NotAnInteger
        ));
    }
}
