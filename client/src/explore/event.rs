//! The events of the contracts, decoded.

use crate::lists::Deployment;
use countersign_shared::disputes::Progress;
use countersign_shared::id::{AccountId, BatchRoot, EngineId, ModelId, ReceiptId, SealedId};
use countersign_shared::Attester;
use parity_scale_codec::Decode;

/// Which of a deployment's contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Models and engines.
    Registry,
    /// Anchors, revocations and disowned keys.
    Receipts,
    /// Receipts at stake and their games.
    Disputes,
}

/// An event of a contract of the deployment, with the place where it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Number of its block.
    pub block: u32,
    /// Position of the extrinsic in the block; none for what the block itself does.
    pub extrinsic: Option<u32>,
    /// Which contract.
    pub which: Which,
    /// What; none if it is no event that this version knows.
    pub event: Option<ContractEvent>,
}

/// What the contracts tell. Names and fields as in their sources (`contracts/common/tests/abi`).
#[derive(Debug, Clone, PartialEq, Eq, Decode)]
#[allow(missing_docs)]
pub enum ContractEvent {
    ModelPublished {
        model: ModelId,
        publisher: AccountId,
        predecessor: Option<ModelId>,
    },
    ModelDeprecated {
        model: ModelId,
    },
    ModelOffered {
        model: ModelId,
        to: Option<AccountId>,
    },
    ModelAccepted {
        model: ModelId,
        from: AccountId,
        to: AccountId,
    },
    EngineAnnounced {
        engine: EngineId,
        publisher: AccountId,
        name: Vec<u8>,
    },
    EngineDeprecated {
        engine: EngineId,
        publisher: AccountId,
    },
    EngineOffered {
        engine: EngineId,
        publisher: AccountId,
        to: Option<AccountId>,
    },
    EngineAccepted {
        engine: EngineId,
        publisher: AccountId,
        from: AccountId,
        to: AccountId,
    },
    Anchored {
        sealed: SealedId,
    },
    BatchAnchored {
        root: BatchRoot,
        size: u64,
    },
    Attested {
        receipt: ReceiptId,
        attester: Attester,
        model: ModelId,
        sealed: SealedId,
    },
    Revoked {
        receipt: ReceiptId,
    },
    Disowned {
        attester: Attester,
        since: u32,
    },
    Asserted {
        receipt: ReceiptId,
        asserter: AccountId,
        model: ModelId,
    },
    Challenged {
        receipt: ReceiptId,
        game: u32,
        challenger: AccountId,
    },
    Played {
        receipt: ReceiptId,
        game: u32,
        progress: Progress,
    },
    Refuted {
        receipt: ReceiptId,
        game: u32,
    },
    Settled {
        receipt: ReceiptId,
        game: u32,
    },
    Finalised {
        receipt: ReceiptId,
    },
}

/// First topics, in the order of [`ContractEvent`]: BLAKE2b-256 of each event's signature text (ink! 5), with the types as
/// the contracts' sources name them.
const SIGNATURES: [(&str, Which); 19] = [
    (
        "ModelPublished(ModelId,Account,Option<ModelId>)",
        Which::Registry,
    ),
    ("ModelDeprecated(ModelId)", Which::Registry),
    ("ModelOffered(ModelId,Option<Account>)", Which::Registry),
    ("ModelAccepted(ModelId,Account,Account)", Which::Registry),
    ("EngineAnnounced(EngineId,Account,Vec<u8>)", Which::Registry),
    ("EngineDeprecated(EngineId,Account)", Which::Registry),
    (
        "EngineOffered(EngineId,Account,Option<Account>)",
        Which::Registry,
    ),
    (
        "EngineAccepted(EngineId,Account,Account,Account)",
        Which::Registry,
    ),
    ("Anchored(SealedId)", Which::Receipts),
    ("BatchAnchored(BatchRoot,u64)", Which::Receipts),
    (
        "Attested(ReceiptId,Attester,ModelId,SealedId)",
        Which::Receipts,
    ),
    ("Revoked(ReceiptId)", Which::Receipts),
    ("Disowned(Attester,u32)", Which::Receipts),
    ("Asserted(ReceiptId,Account,ModelId)", Which::Disputes),
    ("Challenged(ReceiptId,u32,Account)", Which::Disputes),
    ("Played(ReceiptId,u32,Progress)", Which::Disputes),
    ("Refuted(ReceiptId,u32)", Which::Disputes),
    ("Settled(ReceiptId,u32)", Which::Disputes),
    ("Finalised(ReceiptId)", Which::Disputes),
];

impl Which {
    /// Which contract of the deployment this account is.
    #[must_use]
    pub fn of(entry: &Deployment, contract: AccountId) -> Option<Self> {
        if contract == entry.registry {
            Some(Self::Registry)
        } else if contract == entry.receipts {
            Some(Self::Receipts)
        } else if entry.disputes == Some(contract) {
            Some(Self::Disputes)
        } else {
            None
        }
    }
}

impl ContractEvent {
    /// Decodes an event of one of the contracts by its first topic; none for any other.
    #[must_use]
    pub fn decode_by_topic(which: Which, topic: &[u8], data: &[u8]) -> Option<Self> {
        use blake2::digest::consts::U32;
        use blake2::{Blake2b, Digest};
        let index = SIGNATURES.iter().position(|(signature, of)| {
            *of == which && Blake2b::<U32>::digest(signature.as_bytes()).as_slice() == topic
        })?;
        let mut bytes = vec![u8::try_from(index).ok()?];
        bytes.extend_from_slice(data);
        let mut rest = bytes.as_slice();
        let event = Self::decode(&mut rest).ok()?;
        rest.is_empty().then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blake2::digest::consts::U32;
    use blake2::{Blake2b, Digest};

    #[test]
    fn topics_are_those_of_the_contracts_interface() {
        let abi = [
            include_str!("../../../contracts/common/tests/abi/registry.txt"),
            include_str!("../../../contracts/common/tests/abi/receipts.txt"),
            include_str!("../../../contracts/common/tests/abi/disputes.txt"),
        ]
        .concat();
        for (signature, _) in SIGNATURES {
            let topic = hex::encode(Blake2b::<U32>::digest(signature.as_bytes()));
            let name = signature.split('(').next().unwrap_or_default();
            assert!(
                abi.contains(&format!("event 0x{topic} {name} ")),
                "{signature}"
            );
        }
        assert_eq!(abi.matches("\nevent ").count(), SIGNATURES.len());
    }

    #[test]
    fn an_event_is_read_whole_and_only_from_its_own_contract() {
        let topic = Blake2b::<U32>::digest(b"Anchored(SealedId)");
        let event = Some(ContractEvent::Anchored {
            sealed: SealedId::new([7; 32]),
        });
        let read = |which, data: &[u8]| ContractEvent::decode_by_topic(which, &topic, data);
        assert_eq!(read(Which::Receipts, &[7; 32]), event);
        assert_eq!(read(Which::Registry, &[7; 32]), None);
        assert_eq!(read(Which::Receipts, &[7; 31]), None);
        assert_eq!(read(Which::Receipts, &[7; 33]), None);
    }
}
