//! What a forger would sign or swap. C3: signatures of another chain, contract, domain or signer
//! are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{deployment, ethereum_key, ethereum_receipt, statement, substrate_receipt};
use countersign_shared::attester::{Attester, AttesterError, AttesterKind, Lane};
use countersign_shared::deploy::Deployment;
use countersign_shared::files::{FieldFault, FileError};
use countersign_shared::id::{AccountId, EngineId, EthAddress, GenesisHash};
use countersign_shared::receipt::{
    verify_claim, verify_disownment, verify_revocation, Reason, Receipt, RunError,
};
use countersign_shared::sign::{Secp256k1Key, Sr25519Key};
use countersign_shared::signature::{Signature, SignatureError};
use countersign_shared::{text as texts, Software};

const C: Software = Software;

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

/// 4.6: r, s and v are checked before anything is recovered.
#[test]
fn signatures_that_no_wallet_makes_are_refused_4_6() {
    let receipt = ethereum_receipt(statement(), deployment());
    let Signature::Secp256k1(good) = receipt.signature else {
        panic!()
    };
    let refused = |alter: &dyn Fn(&mut [u8; 65])| {
        let mut raw = good;
        alter(&mut raw);
        let forged = Receipt {
            signature: Signature::Secp256k1(raw),
            ..receipt
        };
        match forged.verify(&C) {
            Err(Reason::Signature(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    for v in [0, 1, 2, 26, 29, 35, 37, 38, 255] {
        assert_eq!(refused(&|raw| raw[64] = v), SignatureError::RecoveryByte(v));
    }
    let order: [u8; 32] = countersign_shared::hex::decode_array(
        "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    )
    .unwrap();
    for bytes in [[0; 32], order, [0xff; 32]] {
        let error = refused(&|raw| raw[..32].copy_from_slice(&bytes));
        assert_eq!(error, SignatureError::RangeOfR);
        let error = refused(&|raw| raw[32..64].copy_from_slice(&bytes));
        assert_eq!(error, SignatureError::RangeOfS);
    }
    // The twin (n − s, v flipped) that anybody can make: it would recover the same signer.
    let twin = |raw: &mut [u8; 65]| {
        let mut borrow = 0_i16;
        for at in (0..32).rev() {
            let digit = i16::from(order[at]) - i16::from(raw[32 + at]) - borrow;
            borrow = i16::from(digit < 0);
            raw[32 + at] = u8::try_from(digit.rem_euclid(256)).unwrap();
        }
        raw[64] ^= 27 ^ 28;
    };
    assert_eq!(refused(&twin), SignatureError::HighS);
    let half: [u8; 32] = countersign_shared::hex::decode_array(
        "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0",
    )
    .unwrap();
    let mut above = half;
    above[31] += 1;
    let error = refused(&|raw| raw[32..64].copy_from_slice(&above));
    assert_eq!(error, SignatureError::HighS);
    let error = refused(&|raw| raw[32..64].copy_from_slice(&half));
    assert!(matches!(
        error,
        SignatureError::OtherSigner { .. } | SignatureError::NoSigner
    ));
    assert!(matches!(
        refused(&|raw| raw[64] ^= 27 ^ 28),
        SignatureError::OtherSigner { .. }
    ));
    // Whoever cannot sign cannot be claimed either.
    let attester = Attester::Secp256k1(EthAddress::ZERO);
    let forged = Receipt {
        attester,
        ..receipt
    };
    let expected = SignatureError::Attester(AttesterError::ZeroAddress);
    assert_eq!(forged.verify(&C), Err(Reason::Signature(expected)));
}

/// 4.6: a wallet's v is normalised once, when it arrives; in a file it is refused.
#[test]
fn v_is_normalised_only_when_it_arrives_4_6() {
    let receipt = ethereum_receipt(statement(), deployment());
    let mut raw: [u8; 65] = receipt.signature.as_bytes().try_into().unwrap();
    raw[64] -= 27;
    assert_eq!(Signature::from_ethereum_wallet(&raw), Ok(receipt.signature));
    let file = Receipt {
        signature: Signature::Secp256k1(raw),
        ..receipt
    }
    .to_file(&C);
    let read = Receipt::from_file(file.as_bytes(), &C).unwrap();
    let expected = Reason::Signature(SignatureError::RecoveryByte(raw[64]));
    assert_eq!(read.verify(&C), Err(expected));
}

/// C3: no signature given for one purpose serves another, of either kind of key.
#[test]
fn signatures_serve_one_purpose() {
    let (key, substrate) = (ethereum_key(), Sr25519Key::development("Alice").unwrap());
    let (deployment, statement) = (deployment(), statement());
    let address = key.address().unwrap();
    let digest = statement.digest(&deployment, &C);
    let account = AccountId::new([3; 32]);
    for attester in [Attester::Secp256k1(address), substrate.attester()] {
        let id = countersign_shared::id::ReceiptId::compute(&attester, &digest, &C);
        let eip712 = [
            digest,
            countersign_shared::eip712::revoke_digest(&deployment, &address, &id, &C),
            countersign_shared::eip712::disown_digest(&deployment, &address, 7, &C),
            countersign_shared::eip712::claim_digest(&deployment, &id, &account, &C),
        ];
        let signed = [
            texts::receipt(&statement.run, &deployment, &digest),
            texts::revocation(&id, &deployment),
            texts::disown(7, &deployment),
            String::new(),
        ];
        for (purpose, (digest_of_purpose, text)) in eip712.iter().zip(&signed).enumerate() {
            let signature = match attester {
                Attester::Secp256k1(_) => key.sign(digest_of_purpose).unwrap(),
                Attester::Sr25519(_) => substrate.sign_text(text, &[0; 32]),
            };
            let receipt = Receipt {
                deployment,
                statement,
                attester,
                signature,
            };
            let serves = [
                receipt.verify(&C).is_ok(),
                verify_revocation(&deployment, &attester, &digest, &signature, &C).is_ok(),
                verify_disownment(&deployment, &attester, 7, &signature, &C).is_ok(),
                verify_claim(&deployment, &address, &id, &account, &signature, &C).is_ok(),
            ];
            for (other, served) in serves.into_iter().enumerate() {
                let claim_of_substrate = purpose == 3 && attester.kind() == AttesterKind::Sr25519;
                assert_eq!(
                    served,
                    other == purpose && !claim_of_substrate,
                    "{purpose} {other}"
                );
            }
        }
    }
}
