//! What a tab keeps of a show, so that a reload does not leave the bonds behind: the example's number, the place of the lie, the
//! false receipt and which blocks hold the moves. Nothing of it is secret: the picture ships with the page.

use super::digits;
use countersign_client::verify::Model;
use countersign_messages::{Lie, Staging};
use countersign_shared::deploy::Deployment;
use countersign_shared::hex;
use countersign_shared::id::{AccountId, GenesisHash, ModelId};
use countersign_shared::receipt::Statement;
use countersign_shared::signature::Signature;
use leptos::prelude::window;
use parity_scale_codec::{Decode, Encode};
use web_sys::Storage;

const KEY: &str = "countersign.lie";

/// Where the claim is.
pub type Place = (GenesisHash, AccountId, AccountId);

/// A show that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Chain, receipts contract and disputes contract.
    pub place: Place,
    /// Which picture.
    pub digit: u32,
    /// The seed of the salts.
    pub seed: [u8; 32],
    /// Where the lie is told.
    pub lie: Lie,
    /// What the liar signed.
    pub statement: Statement,
    /// How.
    pub signature: Signature,
    /// The blocks of the moves made so far, in their order; shorter if some were made before a reload.
    pub blocks: Vec<u32>,
    /// What the challenger fetched, and in which block.
    pub paid: Option<(u128, u32)>,
}

type Flat = (
    Place,
    u32,
    [u8; 32],
    Lie,
    Statement,
    Signature,
    Vec<u32>,
    Option<(u128, u32)>,
);

impl Note {
    /// The model.
    pub fn model(&self) -> ModelId {
        self.statement.run.model
    }

    /// The deployment that the receipt is for.
    pub fn deployment(&self) -> Deployment {
        Deployment {
            genesis: self.place.0,
            contract: self.place.1,
        }
    }

    /// What the worker needs.
    pub fn staging(&self, model: &Model) -> Option<Staging> {
        let digit = usize::try_from(self.digit).ok()?;
        staging(model, digit, self.seed)
    }

    fn to_text(&self) -> String {
        let flat: Flat = (
            self.place,
            self.digit,
            self.seed,
            self.lie,
            self.statement,
            self.signature,
            self.blocks.clone(),
            self.paid,
        );
        hex::encode(&flat.encode())
    }

    fn of_text(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        let mut rest = bytes.as_slice();
        let (place, digit, seed, lie, statement, signature, blocks, paid) =
            Flat::decode(&mut rest).ok()?;
        rest.is_empty().then_some(Self {
            place,
            digit,
            seed,
            lie,
            statement,
            signature,
            blocks,
            paid,
        })
    }

    /// Keeps it as long as the tab is there; whether that could be done.
    pub fn keep(&self) -> bool {
        storage().is_some_and(|storage| storage.set_item(KEY, &self.to_text()).is_ok())
    }

    /// The kept one, if it is about a claim at this place.
    pub fn kept(place: Place) -> Option<Self> {
        let text = storage()?.get_item(KEY).ok().flatten()?;
        Self::of_text(&text).filter(|note| note.place == place)
    }

    /// Forgets the kept one.
    pub fn forget() {
        if let Some(storage) = storage() {
            // What cannot be removed is found again, and can be gone on with.
            let _ = storage.remove_item(KEY);
        }
    }
}

/// What the worker needs for a picture; none for a model without an exact program or input.
pub fn staging(model: &Model, digit: usize, seed: [u8; 32]) -> Option<Staging> {
    let root = model.record.as_ref()?.exact_root;
    let input = model.manifest.inputs.first()?;
    Some(Staging {
        root: root.to_bytes(),
        publisher: model.publisher.to_bytes(),
        seed,
        input: vec![digits::tensor(digit, &input.name)],
    })
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_shared::attester::Lane;
    use countersign_shared::id::{BlockHash, Commitment, EasSalt, EngineId, EthAddress, ReceiptId};
    use countersign_shared::receipt::Run;

    #[test]
    fn a_note_survives_the_way_and_a_cut_one_is_none() {
        let note = Note {
            place: (
                GenesisHash::new([1; 32]),
                AccountId::new([2; 32]),
                AccountId::new([3; 32]),
            ),
            digit: 7,
            seed: [4; 32],
            lie: Lie {
                leaf: 3,
                element: 327,
                added: -256,
            },
            statement: Statement {
                run: Run {
                    model: ModelId::new([5; 32]),
                    engine: EngineId::EXACT,
                    input: Commitment::new([6; 32]),
                    output: Commitment::new([7; 32]),
                    beacon: BlockHash::ZERO,
                    lane: Lane::Exact,
                },
                recipient: EthAddress::ZERO,
                time: 1_800_000_000,
                expiration: 0,
                reference: ReceiptId::ZERO,
                salt: EasSalt::new([8; 32]),
            },
            signature: Signature::Sr25519([9; 64]),
            blocks: vec![12, 13],
            paid: Some((15, 20)),
        };
        let text = note.to_text();
        assert_eq!(Note::of_text(&text), Some(note));
        assert_eq!(Note::of_text(&text[..text.len() - 2]), None);
        assert_eq!(Note::of_text("0x"), None);
    }
}
