//! Messages of the contracts by their names, and the contracts' own errors.

use super::event::Which;
use core::fmt;
use countersign_shared::chain::{receipts, registry, ReceiptsError, RegistryError, Selector};
use countersign_shared::disputes::{selectors as disputes, DisputesError};
use parity_scale_codec::Decode;

/// Why a contract refused a message, in its own word and as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The error's name in the contract's source.
    pub name: String,
    /// The sentence.
    pub sentence: String,
}

impl Refusal {
    /// Reads the answer of a message that changes something; none if it is no error that this version knows.
    pub(super) fn decode(which: Which, answer: &[u8]) -> Option<Self> {
        // ink!'s own layer first, then the message's result.
        let bytes = answer.strip_prefix(&[0, 1])?;
        match which {
            Which::Registry => Self::of::<RegistryError>(bytes),
            Which::Receipts => Self::of::<ReceiptsError>(bytes),
            Which::Disputes => Self::of::<DisputesError>(bytes),
        }
    }

    fn of<E: Decode + fmt::Debug + fmt::Display>(mut bytes: &[u8]) -> Option<Self> {
        let error = E::decode(&mut bytes).ok().filter(|_| bytes.is_empty())?;
        Some(Self {
            name: format!("{error:?}"),
            sentence: error.to_string(),
        })
    }
}

/// The name of a message that changes something.
pub(super) fn name(which: Which, selector: &Selector) -> Option<&'static str> {
    let names: &[(Selector, &'static str)] = match which {
        Which::Registry => &REGISTRY,
        Which::Receipts => &RECEIPTS,
        Which::Disputes => &DISPUTES,
    };
    let found = names.iter().find(|(known, _)| known == selector);
    found.map(|(_, name)| *name)
}

const REGISTRY: [(Selector, &str); 8] = [
    (registry::PUBLISH_MODEL, "publish_model"),
    (registry::DEPRECATE_MODEL, "deprecate_model"),
    (registry::OFFER_MODEL, "offer_model"),
    (registry::ACCEPT_MODEL, "accept_model"),
    (registry::ANNOUNCE_ENGINE, "announce_engine"),
    (registry::DEPRECATE_ENGINE, "deprecate_engine"),
    (registry::OFFER_ENGINE, "offer_engine"),
    (registry::ACCEPT_ENGINE, "accept_engine"),
];
const RECEIPTS: [(Selector, &str); 7] = [
    (receipts::ANCHOR, "anchor"),
    (receipts::ANCHOR_BATCH, "anchor_batch"),
    (receipts::ATTEST, "attest"),
    (receipts::REVOKE, "revoke"),
    (receipts::REVOKE_SIGNED, "revoke_signed"),
    (receipts::DISOWN, "disown"),
    (receipts::DISOWN_SIGNED, "disown_signed"),
];
const DISPUTES: [(Selector, &str); 8] = [
    (disputes::ASSERT, "assert"),
    (disputes::CHALLENGE, "challenge"),
    (disputes::PLAY, "play"),
    (disputes::TIMEOUT, "timeout"),
    (disputes::SETTLE, "settle"),
    (disputes::FINALISE, "finalise"),
    (disputes::WITHDRAW, "withdraw"),
    (disputes::BURN, "burn"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use blake2::digest::consts::U32;
    use blake2::{Blake2b, Digest};
    use parity_scale_codec::Encode;

    #[test]
    fn names_are_those_that_the_selectors_were_made_of() {
        for (selector, name) in REGISTRY.iter().chain(&RECEIPTS).chain(&DISPUTES) {
            assert_eq!(
                Blake2b::<U32>::digest(name.as_bytes())[..4],
                selector[..],
                "{name}"
            );
        }
    }

    #[test]
    fn a_contracts_error_is_read_whole_and_by_its_own_type() {
        let mut answer = vec![0, 1];
        answer.extend(DisputesError::Receipt(ReceiptsError::SignatureInvalid).encode());
        let read = |which, answer: &[u8]| Refusal::decode(which, answer).map(|error| error.name);
        let name = Some("Receipt(SignatureInvalid)".to_owned());
        assert_eq!(read(Which::Disputes, &answer), name);
        assert_eq!(read(Which::Registry, &answer), None);
        answer.push(0);
        assert_eq!(read(Which::Disputes, &answer), None);
        let owner = [0, 1, RegistryError::NotOwner.encode()[0]];
        assert_eq!(read(Which::Registry, &owner), Some("NotOwner".to_owned()));
        assert_eq!(read(Which::Registry, &[0, 0]), None);
        assert_eq!(read(Which::Registry, &[1, 1]), None);
    }
}
