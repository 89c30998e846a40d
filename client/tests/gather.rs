//! What belongs together among files that were given at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use common::*;
use countersign_client::verify::{Gathered, Part};
use countersign_shared::commit::{Committed, Side};
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::id::Seed;
use countersign_shared::item::{Item, Name};
use countersign_shared::{Lane, Software};

const PHOTO: &[u8] = b"the bytes of a photograph";

/// A run on a file, signed, with the opening of its input.
fn made(file: &[u8]) -> (Bundle, Opening) {
    let mut making = Making::new(Lane::Replay);
    let item = Item::file(Name::new(Name::FILE).unwrap(), file, &Software);
    making.input = Committed::new(Side::Input, &Seed::new([9; 32]), vec![item], &Software).unwrap();
    making.statement.run.input = making.input.commitment();
    let bundle = making.bundle(false, true);
    let id = bundle.receipt.id(&Software);
    let opening = Opening::complete(id, &making.input, &Software).unwrap();
    (bundle, opening)
}

#[test]
fn a_part_is_told_by_its_bytes() {
    let (bundle, opening) = made(PHOTO);
    let link = format!(
        "https://example.org/verify{}",
        bundle.to_fragment(&Software)
    );
    let receipt = bundle.receipt.to_file(&Software);
    let newer = receipt.replace("countersign/receipt/1", "countersign/receipt/9");
    for document in [
        receipt.as_str(),
        &bundle.to_file(&Software),
        &link,
        &bundle.to_fragment(&Software),
        &newer,
    ] {
        assert_eq!(Part::of(document.as_bytes()), Part::Document);
    }
    assert_eq!(Part::of(opening.to_file().as_bytes()), Part::Proof);
    for other in [
        PHOTO,
        b"",
        b"https://example.org/",
        b"# A heading\n\nand text below it",
        b"#",
        b"{\"format\":\"something/else/1\"}",
        b"\x89PNG\r\n\x1a\n",
    ] {
        assert_eq!(Part::of(other), Part::Other);
    }
}

#[test]
fn proofs_and_the_input_find_their_receipt() {
    let (bundle, opening) = made(PHOTO);
    let (_, foreign) = made(b"another photograph");
    let proofs = [foreign.to_file(), opening.to_file()];
    let document = bundle.to_file(&Software);
    let gathered = Gathered::of(document.as_bytes(), &proofs).unwrap();
    assert_eq!(gathered.receipt, bundle.receipt.id(&Software));
    assert_eq!(gathered.reference, None);
    assert_eq!(gathered.proofs, [1]);
    assert!(gathered.opens_files());
    assert_eq!(gathered.input(PHOTO), Some(Name::FILE));
    assert_eq!(gathered.input(b"another photograph"), None);
}

#[test]
fn what_is_not_opened_recognises_no_file() {
    let (bundle, _) = made(PHOTO);
    let document = bundle.to_file(&Software);
    let gathered = Gathered::of(document.as_bytes(), &[] as &[&[u8]]).unwrap();
    assert!(!gathered.opens_files());
    assert_eq!(gathered.input(PHOTO), None);
}

#[test]
fn bad_input_gathers_nothing() {
    let (bundle, opening) = made(PHOTO);
    let mut forged = bundle.clone();
    forged.receipt.statement.time += 1;
    let forged = forged.to_file(&Software);
    for document in [opening.to_file().as_str(), &forged, "", "#", "{}"] {
        assert!(Gathered::of(document.as_bytes(), &[] as &[&[u8]]).is_none());
    }
}
