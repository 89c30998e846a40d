//! R3: a receipt file altered in any bit is refused with a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{
    bundle, deployment, entries, ethereum_receipt, statement, substrate_receipt, text, vectors,
};
use countersign_shared::attester::Lane;
use countersign_shared::files::{AnchorProof, File};
use countersign_shared::id::EthAddress;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Software;
use proptest::prelude::*;

const C: Software = Software;

/// The reason why a file, of whatever kind, is refused; `None` if it holds.
fn refusal(file: &[u8], receipt: &Verified<Receipt>) -> Option<String> {
    match File::parse(file, &C) {
        Err(error) => Some(error.to_string()),
        Ok(File::Receipt(found)) => found.verify(&C).err().map(|error| error.to_string()),
        Ok(File::Bundle(found)) => found.verify(&C).err().map(|error| error.to_string()),
        Ok(File::Opening(found)) => found
            .verify(receipt, &C)
            .err()
            .map(|error| error.to_string()),
        Ok(File::Anchor(found)) => found
            .verify(receipt, &C)
            .err()
            .map(|error| error.to_string()),
    }
}

/// R3, exhaustively: every single bit of a receipt file of each kind of attester.
#[test]
fn every_bit_of_a_receipt_file_counts() {
    for receipt in [
        ethereum_receipt(statement(), deployment()),
        substrate_receipt(statement(), deployment()),
    ] {
        let verified = receipt.verify(&C).unwrap();
        let file = receipt.to_file(&C).into_bytes();
        assert_eq!(refusal(&file, &verified), None);
        for bit in 0..file.len() * 8 {
            let mut altered = file.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let reason = refusal(&altered, &verified);
            let reason = reason.unwrap_or_else(|| panic!("bit {bit} does not count"));
            assert!(!reason.is_empty());
        }
    }
}

/// R3 for the vectors' receipts, openings, anchors and bundles: every byte replaced, removed,
/// doubled, and the file cut off anywhere.
#[test]
fn every_byte_of_the_vectors_files_counts() {
    let all = vectors("protocol.json");
    let receipts: Vec<Verified<Receipt>> = entries(&all, "receipts")
        .iter()
        .map(|entry| Receipt::from_file(text(entry, "file_canonical").as_bytes(), &C).unwrap())
        .map(|receipt| receipt.verify(&C).unwrap())
        .collect();
    for key in ["openings", "anchors", "bundles"] {
        for entry in entries(&all, key) {
            let receipt = &receipts[usize::try_from(common::number(entry, "receipt")).unwrap()];
            let file = text(entry, "canonical").as_bytes();
            assert_eq!(refusal(file, receipt), None);
            for at in (0..file.len()).step_by(3) {
                let mut replaced = file.to_vec();
                replaced[at] = if replaced[at] == b'1' { b'2' } else { b'1' };
                let (mut removed, mut doubled) = (file.to_vec(), file.to_vec());
                removed.remove(at);
                doubled.insert(at, file[at]);
                for altered in [replaced, removed, doubled, file[..at].to_vec()] {
                    if refusal(&altered, receipt).is_none() {
                        only_the_size_may_differ(&altered, file);
                    }
                }
            }
        }
    }
}

/// A root does not commit to its size: a proof with a wrong size may lead to it, and then names
/// a batch that the chain does not know, because anchors are keyed by both (5.4).
fn only_the_size_may_differ(altered: &[u8], file: &[u8]) {
    let anchors = |file: &[u8]| match File::parse(file, &C) {
        Ok(File::Anchor(anchor)) => vec![anchor],
        Ok(File::Bundle(bundle)) => bundle.anchors,
        other => panic!("accepted: {other:?}"),
    };
    let (altered, original) = (anchors(altered), anchors(file));
    let keys = |anchors: &[AnchorProof]| -> Vec<_> {
        anchors
            .iter()
            .map(|anchor| (anchor.root, anchor.size))
            .collect()
    };
    assert_ne!(keys(&altered), keys(&original));
    for (mut altered, original) in altered.into_iter().zip(original) {
        altered.size = original.size;
        assert_eq!(altered, original);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// R3: any replacement of a stretch of a bundle's bytes.
    #[test]
    fn edited_bundles_are_refused(
        substrate: bool,
        at: prop::sample::Index,
        length in 0_usize..40,
        insert in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let bundle = bundle(substrate);
        let file = bundle.to_file(&C).into_bytes();
        let start = at.index(file.len());
        let end = (start + length).min(file.len());
        let mut altered = file.clone();
        altered.splice(start..end, insert);
        prop_assume!(altered != file);
        let verified = bundle.receipt.verify(&C).unwrap();
        if refusal(&altered, &verified).is_none() {
            only_the_size_may_differ(&altered, &file);
        }
    }

    /// R3: an edit that stays lower-case hexadecimal reaches the crypto, and fails there.
    #[test]
    fn edited_digits_are_refused(at: prop::sample::Index, digit in "[0-9a-f]") {
        let bundle = bundle(false);
        let file = bundle.to_file(&C);
        let digits: Vec<usize> = file
            .bytes()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_hexdigit())
            .map(|(at, _)| at)
            .collect();
        let at = digits[at.index(digits.len())];
        let mut altered = file.clone();
        altered.replace_range(at..=at, &digit);
        prop_assume!(altered != file);
        let verified = bundle.receipt.verify(&C).unwrap();
        if refusal(altered.as_bytes(), &verified).is_none() {
            only_the_size_may_differ(altered.as_bytes(), file.as_bytes());
        }
    }

    /// Altering any field of the values themselves, past every parser.
    #[test]
    fn altered_fields_are_refused(which in 0_usize..11, bit in 0_usize..160, substrate: bool) {
        let mut receipt = bundle(substrate).receipt;
        let flip = |mut bytes: [u8; 32]| {
            bytes[12 + bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        let s = &mut receipt.statement;
        match which {
            0 => s.run.model = flip(s.run.model.to_bytes()).into(),
            1 => s.run.engine = flip(s.run.engine.to_bytes()).into(),
            2 => s.run.input = flip(s.run.input.to_bytes()).into(),
            3 => s.run.output = flip(s.run.output.to_bytes()).into(),
            4 => s.run.beacon = flip(s.run.beacon.to_bytes()).into(),
            5 => s.run.lane = Lane::Fast,
            6 => s.time ^= 1 << (bit % 64),
            7 => s.expiration ^= 1 << (bit % 64),
            8 => s.reference = flip(s.reference.to_bytes()).into(),
            9 => s.salt = flip(s.salt.to_bytes()).into(),
            _ => s.recipient = EthAddress::from_low(&flip([0; 32])),
        }
        prop_assert!(receipt.verify(&C).is_err());
    }
}
