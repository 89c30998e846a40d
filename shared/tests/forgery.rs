//! What a forger would try. R3: a receipt file altered in any bit is refused with a reason.
//! C3: signatures of another chain, contract, domain or signer are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{deployment, entries, ethereum_receipt, statement, substrate_receipt, text, vectors};
use countersign_shared::attester::{Attester, AttesterKind, Lane};
use countersign_shared::commit::{Committed, OpenedItem, Side};
use countersign_shared::deploy::Deployment;
use countersign_shared::files::{
    AnchorError, AnchorProof, Bundle, BundleError, FieldFault, File, FileError, Opening,
    OpeningError,
};
use countersign_shared::id::{AccountId, EngineId, GenesisHash, SealedId, Seed};
use countersign_shared::item::{Item, Name};
use countersign_shared::merkle;
use countersign_shared::receipt::{Reason, Receipt, RunError, Verified};
use countersign_shared::reference::{self, Link};
use countersign_shared::sign::{Secp256k1Key, Sr25519Key};
use countersign_shared::signature::{Signature, SignatureError};
use countersign_shared::tensor::{DataType, Tensor};
use countersign_shared::{text as texts, Software};
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

fn committed(side: Side) -> Committed {
    let seed = Seed::new([11; 32]);
    let tensor = Tensor::new(DataType::Float32, vec![2], vec![0; 8]).unwrap();
    let items = vec![
        Item::file(Name::new("result").unwrap(), b"{}", &C),
        Item::tensor(Name::new("scores").unwrap(), &tensor, &C),
        Item::file(Name::new("file").unwrap(), &[7; 1000], &C),
    ];
    Committed::new(side, &seed, items, &C).unwrap()
}

/// A bundle with an opening of every item and a batch proof.
fn bundle(substrate: bool) -> Bundle {
    let (input, output) = (committed(Side::Input), committed(Side::Output));
    let mut statement = statement();
    statement.run.input = input.commitment();
    statement.run.output = output.commitment();
    let receipt = if substrate {
        substrate_receipt(statement, deployment())
    } else {
        ethereum_receipt(statement, deployment())
    };
    let verified = receipt.verify(&C).unwrap();
    let batch = [
        SealedId::new([1; 32]),
        verified.sealed(),
        SealedId::new([2; 32]),
    ];
    Bundle {
        receipt,
        openings: vec![
            Opening::complete(verified.id(), &input, &C).unwrap(),
            Opening::new(verified.id(), &output, &[2, 0], &C).unwrap(),
        ],
        anchors: vec![AnchorProof::new(verified.id(), &batch, 1, &C).unwrap()],
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
            _ => s.recipient = countersign_shared::id::EthAddress::from_low(&flip([0; 32])),
        }
        prop_assert!(receipt.verify(&C).is_err());
    }
}

/// C3: another chain, contract or signer.
#[test]
fn foreign_deployments_and_signers_are_refused() {
    for receipt in [
        ethereum_receipt(statement(), deployment()),
        substrate_receipt(statement(), deployment()),
    ] {
        let foreign = [
            Deployment {
                genesis: GenesisHash::ZERO,
                ..deployment()
            },
            Deployment {
                contract: AccountId::ZERO,
                ..deployment()
            },
        ];
        for deployment in foreign {
            assert!(Receipt {
                deployment,
                ..receipt
            }
            .verify(&C)
            .is_err());
        }
        // The file of a foreign deployment says so before any signature is looked at.
        let file = receipt
            .to_file(&C)
            .replace(&"07".repeat(32), &"08".repeat(32));
        let Err(FileError::Field { path, fault }) = Receipt::from_file(file.as_bytes(), &C) else {
            panic!("accepted");
        };
        assert_eq!(path, "domain.verifyingContract");
        assert!(matches!(fault, FieldFault::VerifyingContract { .. }));
        for attester in [
            Attester::Secp256k1(Secp256k1Key::new(&[1; 32]).unwrap().address().unwrap()),
            Sr25519Key::development("Bob").unwrap().attester(),
        ] {
            assert!(Receipt {
                attester,
                ..receipt
            }
            .verify(&C)
            .is_err());
        }
    }
}

/// 4.5: a key of one kind cannot stand for one of the other, whatever its bytes are.
#[test]
fn kinds_are_never_converted() {
    let receipt = ethereum_receipt(statement(), deployment());
    let Attester::Secp256k1(address) = receipt.attester else {
        panic!()
    };
    let attester = Attester::Sr25519(address.to_word().into());
    let forged = Receipt {
        attester,
        ..receipt
    };
    assert_eq!(
        forged.verify(&C),
        Err(Reason::Signature(SignatureError::Kind))
    );
    assert_ne!(forged.id(&C), receipt.id(&C));
    // Nor does the signature's length leave a choice.
    for kind in [AttesterKind::Secp256k1, AttesterKind::Sr25519] {
        for length in [0, 63, 66, 130] {
            assert!(Signature::from_bytes(kind, &vec![1; length]).is_err());
        }
    }
}

/// 4.7: exactly the wrapped text counts.
#[test]
fn sr25519_signs_exactly_the_wrapped_text() {
    let key = Sr25519Key::development("Alice").unwrap();
    let (statement, deployment) = (statement(), deployment());
    let digest = statement.digest(&deployment, &C);
    let signed = texts::receipt(&statement.run, &deployment, &digest);
    let wrap = |bytes: &[u8]| [b"<Bytes>".as_slice(), bytes, b"</Bytes>"].concat();
    let wrong = [
        signed.clone().into_bytes(),
        digest.to_bytes().to_vec(),
        wrap(digest.as_ref()),
        wrap(digest.to_string().as_bytes()),
        wrap(format!("{signed}\n").as_bytes()),
        wrap(signed.replace('\n', "\r\n").as_bytes()),
        wrap(&wrap(signed.as_bytes())),
    ];
    let receipt = substrate_receipt(statement, deployment);
    for message in wrong {
        let signature = Signature::Sr25519(key.sign_bytes(&message, &[3; 32]));
        assert!(Receipt {
            signature,
            ..receipt
        }
        .verify(&C)
        .is_err());
    }
    let signature = Signature::Sr25519(key.sign_bytes(&wrap(signed.as_bytes()), &[4; 32]));
    let again = Receipt {
        signature,
        ..receipt
    }
    .verify(&C)
    .unwrap();
    // No rule rests on signatures being unique: the receipt is the same, its seal is not.
    assert_eq!(again.id(), receipt.verify(&C).unwrap().id());
    assert_ne!(again.sealed(), receipt.verify(&C).unwrap().sealed());
}

/// The Exact lane claims most, and demands the Exact engine (4.1).
#[test]
fn exact_lane_demands_the_exact_engine_4_1() {
    let mut statement = statement();
    statement.run.lane = Lane::Exact;
    let receipt = ethereum_receipt(statement, deployment());
    assert_eq!(receipt.verify(&C), Err(Reason::Run(RunError::ExactEngine)));
    let file = receipt.to_file(&C);
    assert!(Receipt::from_file(file.as_bytes(), &C).is_err());
    statement.run.engine = EngineId::EXACT;
    assert!(ethereum_receipt(statement, deployment()).verify(&C).is_ok());
}

/// An attester who commits to two items of one name could show one to some, the other to others.
#[test]
fn ambiguous_commitments_are_refused_2_2() {
    let two: Vec<Item> = [b"yes", b"no!"]
        .iter()
        .map(|data| Item::file(name("result"), *data, &C))
        .collect();
    assert!(Committed::new(Side::Output, &Seed::new([1; 32]), two.clone(), &C).is_err());
    // So the attester builds the tree by hand.
    let salt = [9; 32].into();
    let leaf = |item: &Item| countersign_shared::commit::leaf_hash(&salt, item, &C);
    let leaves: Vec<_> = two.iter().map(leaf).collect();
    let root = merkle::root(&C, &leaves);
    let mut statement = statement();
    statement.run.output = countersign_shared::commit::commitment(Side::Output, 2, &root, &C);
    let receipt = ethereum_receipt(statement, deployment())
        .verify(&C)
        .unwrap();
    let items: Vec<_> = two
        .into_iter()
        .zip(0_u32..)
        .map(|(item, index)| {
            let path = merkle::prove(&C, &leaves, usize::try_from(index).unwrap()).unwrap();
            OpenedItem {
                index,
                item,
                salt,
                path,
            }
        })
        .collect();
    let open = |items: &[OpenedItem]| Opening {
        receipt: receipt.id(),
        side: Side::Output,
        count: 2,
        items: items.to_vec(),
    };
    let both = open(&items).verify(&receipt, &C);
    assert_eq!(both, Err(OpeningError::Order { index: 1 }));
    // Nor may two openings in one bundle show them apart.
    let apart: Vec<_> = items.chunks(1).map(open).collect();
    for opening in &apart {
        assert!(opening.clone().verify(&receipt, &C).is_ok());
    }
    let bundle = Bundle {
        receipt: receipt.into_inner(),
        openings: apart,
        anchors: Vec::new(),
    };
    assert_eq!(
        bundle.verify(&C),
        Err(BundleError::Contradiction(Side::Output))
    );
}

/// The same opening twice, or overlapping ones, contradict nothing.
#[test]
fn overlapping_openings_are_fine() {
    let mut bundle = bundle(false);
    bundle.openings.push(bundle.openings[0].clone());
    let verified = bundle.clone().verify(&C).unwrap();
    assert_eq!(verified.openings().len(), 3);
    assert_eq!(verified.receipt().id(), bundle.receipt.id(&C));
    assert_eq!(verified.anchors().len(), 1);
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// Openings bind receipt, side, count, index, item and salt.
#[test]
fn openings_bind_everything() {
    let bundle = bundle(false);
    let receipt = bundle.receipt.verify(&C).unwrap();
    let whole = bundle.openings[0].clone();
    assert!(whole.clone().verify(&receipt, &C).unwrap().is_complete());
    assert!(!bundle.openings[1]
        .clone()
        .verify(&receipt, &C)
        .unwrap()
        .is_complete());
    let refused = |alter: fn(&mut Opening)| {
        let mut altered = whole.clone();
        alter(&mut altered);
        altered.verify(&receipt, &C).unwrap_err()
    };
    let commitment = |index| OpeningError::Commitment { index };
    assert_eq!(
        refused(|opening| opening.side = Side::Output),
        commitment(0)
    );
    assert_eq!(refused(|opening| opening.count = 4), commitment(0));
    assert_eq!(
        refused(|opening| opening.items.clear()),
        OpeningError::Empty
    );
    assert_eq!(
        refused(|opening| opening.items.reverse()),
        OpeningError::Order { index: 1 }
    );
    assert_eq!(
        refused(|opening| opening.items[1].salt = [0; 32].into()),
        commitment(1)
    );
    assert_eq!(
        refused(|opening| opening.items[2].path.push([0; 32])),
        commitment(2)
    );
    assert!(matches!(
        refused(|opening| opening.receipt = [0; 32].into()),
        OpeningError::OtherReceipt { .. }
    ));
    let mut bad = bundle.clone();
    bad.openings[1].items[0].salt = [0; 32].into();
    let error = bad.verify(&C).unwrap_err();
    assert!(matches!(error, BundleError::Opening { position: 1, .. }));
}

#[test]
fn anchor_proofs_are_bounded_5_4() {
    let bundle = bundle(true);
    let receipt = bundle.receipt.verify(&C).unwrap();
    let proof = bundle.anchors[0].clone();
    let refused = |alter: fn(&mut AnchorProof)| {
        let mut altered = proof.clone();
        alter(&mut altered);
        altered.verify(&receipt, &C).unwrap_err()
    };
    assert_eq!(refused(|proof| proof.size = 0), AnchorError::Size(0));
    assert_eq!(
        refused(|proof| proof.size = (1 << 32) + 1),
        AnchorError::Size((1 << 32) + 1)
    );
    assert_eq!(refused(|proof| proof.index = 3), AnchorError::Index);
    assert_eq!(refused(|proof| proof.index = u64::MAX), AnchorError::Index);
    assert_eq!(refused(|proof| proof.path.clear()), AnchorError::PathLength);
    assert_eq!(
        refused(|proof| proof.size = 1 << 32),
        AnchorError::PathLength
    );
    assert_eq!(
        refused(|proof| proof.root = [0; 32].into()),
        AnchorError::Root
    );
    assert_eq!(refused(|proof| proof.index = 0), AnchorError::Root);
    assert!(matches!(
        refused(|proof| proof.receipt = [0; 32].into()),
        AnchorError::OtherReceipt { .. }
    ));
    // Another's batch cannot be claimed for one's own receipt: the leaf is the sealed id.
    let other = ethereum_receipt(statement(), deployment())
        .verify(&C)
        .unwrap();
    let stolen = AnchorProof {
        receipt: other.id(),
        ..proof
    };
    assert_eq!(stolen.verify(&other, &C), Err(AnchorError::Root));
}

/// 4.1: a reference is verified only by openings of both receipts that show the same bytes.
#[test]
fn references_4_1() {
    let handed_over = b"{\"label\":\"pdf\"}";
    let result = |data: &[u8]| Item::file(name("result"), data, &C);
    let from = |data: &[u8]| Item::file(name("from"), data, &C);
    let seed = Seed::new([5; 32]);
    let commit = |side, item: Item| Committed::new(side, &seed, vec![item], &C).unwrap();
    let earlier_output = commit(Side::Output, result(handed_over));
    let mut first = statement();
    first.run.output = earlier_output.commitment();
    let earlier = ethereum_receipt(first, deployment()).verify(&C).unwrap();
    let open = |receipt: &Verified<Receipt>, committed: &Committed| {
        let opening = Opening::complete(receipt.id(), committed, &C).unwrap();
        opening.verify(receipt, &C).unwrap()
    };
    let later = |item: Item, reference| {
        let input = commit(Side::Input, item);
        let mut second = statement();
        second.run.input = input.commitment();
        second.reference = reference;
        let receipt = ethereum_receipt(second, deployment()).verify(&C).unwrap();
        let opened = open(&receipt, &input);
        (receipt, opened)
    };
    let earlier_opened = open(&earlier, &earlier_output);
    let check = |(later, opened): (Verified<Receipt>, _)| {
        reference::check(&later, &earlier, &[opened, earlier_opened.clone()])
    };
    assert_eq!(
        check(later(from(handed_over), earlier.id())),
        Link::Verified
    );
    assert_eq!(check(later(from(b"other"), earlier.id())), Link::Claimed);
    assert_eq!(
        check(later(result(handed_over), earlier.id())),
        Link::Claimed
    );
    assert_eq!(check(later(from(handed_over), [0; 32].into())), Link::None);
    assert_eq!(check(later(from(handed_over), [1; 32].into())), Link::None);
    let (receipt, opened) = later(from(handed_over), earlier.id());
    assert_eq!(
        reference::check(&receipt, &earlier, &[opened]),
        Link::Claimed
    );
    assert_eq!(
        reference::check(&receipt, &earlier, core::slice::from_ref(&earlier_opened)),
        Link::Claimed
    );
}
