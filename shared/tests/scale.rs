//! What contracts and callers exchange: fixed encodings, and no panic on any bytes (C1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{deployment, ethereum_receipt, statement, substrate_receipt};
use countersign_shared::attester::{Attester, Lane};
use countersign_shared::id::{EthAddress, ModelId, Sr25519Public};
use countersign_shared::receipt::{Receipt, Statement};
use countersign_shared::signature::Signature;
use countersign_shared::Software;
use parity_scale_codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use proptest::prelude::*;

const C: Software = Software;

#[test]
fn encodings() {
    assert_eq!(ModelId::new([3; 32]).encode(), [3; 32]);
    assert_eq!(ModelId::max_encoded_len(), 32);
    let address = Attester::Secp256k1(EthAddress::new([4; 20])).encode();
    assert_eq!(address, [&[0][..], &[4; 20]].concat());
    let public = Attester::Sr25519(Sr25519Public::new([5; 32])).encode();
    assert_eq!(public, [&[1][..], &[5; 32]].concat());
    for lane in [Lane::Fast, Lane::Replay, Lane::Exact] {
        assert_eq!(lane.encode(), [lane.to_u8()]);
    }
    assert!(Lane::decode_all(&mut &[3][..]).is_err());
    assert_eq!(Signature::max_encoded_len(), 66);
}

/// A receipt that went through SCALE is verified as the one that did not.
#[test]
fn receipts_survive() {
    for receipt in [
        ethereum_receipt(statement(), deployment()),
        substrate_receipt(statement(), deployment()),
    ] {
        let encoded = (receipt.statement, receipt.attester, receipt.signature).encode();
        let (statement, attester, signature) =
            <(Statement, Attester, Signature)>::decode_all(&mut encoded.as_slice()).unwrap();
        let deployment = receipt.deployment;
        let again = Receipt {
            deployment,
            statement,
            attester,
            signature,
        };
        assert_eq!(again.verify(&C), receipt.verify(&C));
    }
}

proptest! {
    #[test]
    fn any_bytes_decode_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let decoded = <(Statement, Attester, Signature)>::decode(&mut bytes.as_slice());
        if let Ok((statement, attester, signature)) = decoded {
            let receipt = Receipt { deployment: deployment(), statement, attester, signature };
            prop_assert!(receipt.verify(&C).is_err());
        }
    }
}
