//! What belongs together among files that were given at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use common::*;
use countersign_abi::{ElementType, NamedTensor};
use countersign_client::npy;
use countersign_client::verify::{Gathered, Part};
use countersign_shared::commit::{Committed, Side};
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::id::Seed;
use countersign_shared::item::{Item, Name};
use countersign_shared::tensor::{DataType, Tensor};
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
    assert_eq!(gathered.input(PHOTO), Some(Name::FILE));
    assert_eq!(gathered.input(b"another photograph"), None);
}

#[test]
fn what_is_not_opened_recognises_no_file() {
    let (bundle, _) = made(PHOTO);
    let document = bundle.to_file(&Software);
    let gathered = Gathered::of(document.as_bytes(), &[] as &[&[u8]]).unwrap();
    assert_eq!(gathered.input(PHOTO), None);
}

/// A tensor of float32 as an NPY file.
fn numbers(dims: &[u64], values: &[f32]) -> (Tensor, Vec<u8>) {
    let data: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let named = NamedTensor {
        name: String::new(),
        dtype: ElementType::F32,
        dims: dims.to_vec(),
        data: data.clone(),
    };
    let tensor = Tensor::new(DataType::Float32, dims.to_vec(), data).unwrap();
    (tensor, npy::write(&named))
}

#[test]
fn tensors_find_their_inputs_by_what_they_hold() {
    let (left, left_file) = numbers(&[2], &[1.0, 2.0]);
    let (right, right_file) = numbers(&[2], &[3.0, 4.0]);
    let (_, other_shape) = numbers(&[2, 1], &[1.0, 2.0]);
    let item = |name: &str, tensor| Item::tensor(Name::new(name).unwrap(), tensor, &Software);
    let items = vec![
        item("again", &left),
        item("left", &left),
        item("right", &right),
    ];
    let mut making = Making::new(Lane::Replay);
    making.input = Committed::new(Side::Input, &Seed::new([9; 32]), items, &Software).unwrap();
    making.statement.run.input = making.input.commitment();
    let gather =
        |document: &str, proofs: &[String]| Gathered::of(document.as_bytes(), proofs).unwrap();

    let opened = gather(&making.bundle(true, true).to_file(&Software), &[]);
    assert_eq!(
        opened.tensors().collect::<Vec<_>>(),
        ["again", "left", "right"]
    );
    assert_eq!(opened.tensor(&left_file), ["again", "left"]);
    assert_eq!(opened.tensor(&right_file), ["right"]);
    for none in [other_shape.as_slice(), PHOTO, b"", &left_file[..20]] {
        assert!(opened.tensor(none).is_empty());
        assert_eq!(opened.input(none), None);
    }

    // Beside the file that the model ran on, they are what was made from it.
    let file = Item::file(Name::new(Name::FILE).unwrap(), PHOTO, &Software);
    let mut both = Making::new(Lane::Replay);
    let items = vec![item("left", &left), file];
    both.input = Committed::new(Side::Input, &Seed::new([9; 32]), items, &Software).unwrap();
    both.statement.run.input = both.input.commitment();
    let both = gather(&both.bundle(true, true).to_file(&Software), &[]);
    assert_eq!(both.tensors().count(), 0);
    assert!(both.tensor(&left_file).is_empty());
    assert_eq!(both.input(PHOTO), Some(Name::FILE));

    let closed = making.bundle(false, true);
    let id = closed.receipt.id(&Software);
    let opening = Opening::complete(id, &making.input, &Software).unwrap();
    let closed = closed.to_file(&Software);
    assert_eq!(gather(&closed, &[]).tensors().count(), 0);
    assert!(gather(&closed, &[]).tensor(&left_file).is_empty());
    // An opening that comes apart, and twice, tells the same names once.
    let twice = [opening.to_file(), opening.to_file()];
    assert_eq!(gather(&closed, &twice).tensors().count(), 3);
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
