//! Receipts that their owner keeps: the receipt with everything that opens it, its batch proofs, what the chain was last
//! seen to say, and notes for finding it again.
//!
//! A kept receipt is a secret: whoever has its salts can check guesses about its input. It is written as
//! `countersign/kept/1` and leaves the device only inside an encrypted backup ([`backup`]); what is handed to others is
//! a bundle with chosen items ([`Kept::share`]).

pub mod backup;
mod file;
mod look;
mod withdraw;

pub use file::KeptError;
pub use look::{look, Look};
pub use withdraw::Effect;

use crate::language::Language;
use crate::lists::Deployment;
use crate::messages;
use countersign_shared::chain::{BatchKey, Moment};
use countersign_shared::commit::Side;
use countersign_shared::files::{AnchorProof, Bundle, Opening};
use countersign_shared::id::{ReceiptId, SealedId};
use countersign_shared::receipt::Receipt;
use countersign_shared::status::{Disownment, Expiry, Facts, Key, Revocation, Status};
use countersign_shared::Software;

/// Most receipts of one batch that this client makes; proving is quadratic in it.
pub const MAX_BATCH: usize = 1024;

/// What finds a receipt again. The owner's own, nobody signed it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// The model's name and version.
    pub model: String,
    /// Its publisher.
    pub publisher: String,
    /// The name of the file that it ran on.
    pub input: String,
    /// The result as its task writes it; empty if there was none or it was too long to keep.
    pub result: String,
}

/// What the chain said when it was last asked, at a finalised block: none of it can be taken back there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The block at which it was read.
    pub block: u32,
    /// The earliest anchor.
    pub anchored: Option<Moment>,
    /// Whether that anchor is a batch.
    pub batch: bool,
    /// When it was revoked.
    pub revoked: Option<Moment>,
    /// Whether its key was disowned.
    pub disowned: Option<Disownment>,
}

/// A receipt in its owner's keeping.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The receipt with every opening and every batch proof that the chain confirmed. Not verified by itself.
    pub bundle: Bundle,
    /// Proofs for batches that were sent and not seen on the chain yet.
    pub tried: Vec<AnchorProof>,
    /// The last block that may still hold an anchor that was sent.
    pub sent_until: Option<u32>,
    /// What the chain last said; none: it was never asked.
    pub seen: Option<Seen>,
    /// When it was kept, in seconds since 1970.
    pub kept: u64,
    /// Notes.
    pub notes: Notes,
}

/// Where a kept receipt stands, no better than what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The chain was never asked about it.
    Unknown,
    /// Not on the chain at the block that was read.
    Waiting,
    /// An anchor was sent and may still be taken.
    Sent {
        /// The last block that may hold it.
        until: u32,
    },
    /// Anchored.
    Anchored {
        /// The earliest anchor.
        at: Moment,
        /// Whether it is a batch.
        batch: bool,
    },
    /// Its signer took it back.
    Revoked(Moment),
    /// Its signer disowned the key, for a time that this receipt falls into.
    Disowned(Disownment),
    /// Its time is over.
    Expired(u64),
}

impl Kept {
    /// The receipt's name; of an unverified receipt what it claims to be.
    #[must_use]
    pub fn id(&self) -> ReceiptId {
        self.bundle.receipt.id(&Software)
    }

    /// What is anchored, and the key under which it is kept: one statement signed twice is two receipts to anchor.
    #[must_use]
    pub fn sealed(&self) -> SealedId {
        SealedId::compute(&self.id(), &self.bundle.receipt.signature, &Software)
    }

    /// The receipt.
    #[must_use]
    pub fn receipt(&self) -> &Receipt {
        &self.bundle.receipt
    }

    /// Whether it was signed for this deployment: the chain of another one says nothing of it.
    #[must_use]
    pub fn is_for(&self, entry: &Deployment) -> bool {
        let wanted = &self.bundle.receipt.deployment;
        wanted.genesis == entry.genesis && wanted.contract == entry.receipts
    }

    /// A bundle for somebody else: the items that `wanted` says, and nothing that opens another one. The proofs of a batch
    /// that is on its way go with it: the file shows the anchor as soon as the chain has it.
    #[must_use]
    pub fn share(&self, wanted: impl Fn(Side, u32) -> bool) -> Bundle {
        let openings = self.bundle.openings.iter().filter_map(|opening| {
            let mut chosen: Opening = opening.clone();
            chosen.items.retain(|item| wanted(opening.side, item.index));
            (!chosen.items.is_empty()).then_some(chosen)
        });
        let on_its_way = self.on_its_way().map_or(&[][..], |_| &self.tried);
        let anchors = self.bundle.anchors.iter().chain(on_its_way);
        Bundle {
            receipt: self.bundle.receipt,
            openings: openings.collect(),
            anchors: anchors.cloned().collect(),
        }
    }

    /// The last block that can take what was sent, as long as that block may still come.
    fn on_its_way(&self) -> Option<u32> {
        let seen = self.seen.map_or(0, |seen| seen.block);
        self.sent_until.filter(|until| seen <= *until)
    }

    /// Where it stands (PROTOCOL 5.5, 5.6), judged by the one rule for contract and clients.
    #[must_use]
    pub fn standing(&self, now: u64) -> Standing {
        let Some(seen) = self.seen else {
            return self
                .on_its_way()
                .map_or(Standing::Unknown, |until| Standing::Sent { until });
        };
        let status = Status::of(&Facts {
            expiration: self.bundle.receipt.statement.expiration,
            anchored: seen.anchored,
            revoked: seen.revoked,
            disowned: seen.disowned,
            now,
        });
        match (status.revocation, status.key, status.expiry, seen.anchored) {
            (Revocation::Revoked { at, .. }, _, _, _) => Standing::Revoked(at),
            (
                _,
                Key::Disowned(disownment) | Key::AnchoredLaterDisowned { disownment, .. },
                _,
                _,
            ) => Standing::Disowned(disownment),
            (_, _, Expiry::Expired(at), _) => Standing::Expired(at),
            (_, _, _, Some(at)) => Standing::Anchored {
                at,
                batch: seen.batch,
            },
            (_, _, _, None) => self
                .on_its_way()
                .map_or(Standing::Waiting, |until| Standing::Sent { until }),
        }
    }

    /// Takes over what the chain says now.
    pub fn take(&mut self, look: &Look) {
        let confirmed = |proof: &AnchorProof| look.confirmed.contains(proof);
        for proof in self.tried.iter().filter(|proof| confirmed(proof)) {
            if !self.bundle.anchors.contains(proof) {
                self.bundle.anchors.push(proof.clone());
            }
        }
        self.tried.retain(|proof| !confirmed(proof));
        if look.seen.anchored.is_some() {
            self.sent_until = None;
        }
        self.seen = Some(look.seen);
    }

    /// Joins two keepings of the same sealed receipt: whatever either has is kept. `None` if they are of different ones.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Option<Self> {
        if self.bundle.receipt != other.bundle.receipt {
            return None;
        }
        let mut merged = self.clone();
        for opening in &other.bundle.openings {
            add_opening(&mut merged.bundle.openings, opening);
        }
        for proof in &other.bundle.anchors {
            if !merged.bundle.anchors.contains(proof) {
                merged.bundle.anchors.push(proof.clone());
            }
        }
        for proof in &other.tried {
            if !merged.tried.contains(proof) {
                merged.tried.push(proof.clone());
            }
        }
        let known = &merged.bundle.anchors;
        merged.tried.retain(|proof| !known.contains(proof));
        merged.seen = [self.seen, other.seen]
            .into_iter()
            .flatten()
            .max_by_key(|seen| seen.block);
        merged.sent_until = self.sent_until.max(other.sent_until);
        if merged.seen.is_some_and(|seen| seen.anchored.is_some()) {
            merged.sent_until = None;
        }
        merged.kept = self.kept.min(other.kept);
        let either =
            |left: &String, right: &String| if left.is_empty() { right } else { left }.clone();
        merged.notes = Notes {
            model: either(&self.notes.model, &other.notes.model),
            publisher: either(&self.notes.publisher, &other.notes.publisher),
            input: either(&self.notes.input, &other.notes.input),
            result: either(&self.notes.result, &other.notes.result),
        };
        Some(merged)
    }

    /// Whether every word of `search` stands in a note, the signer or an id; case does not matter.
    #[must_use]
    pub fn matches(&self, search: &str) -> bool {
        let statement = &self.bundle.receipt.statement;
        let notes = &self.notes;
        let text = [
            notes.model.clone(),
            notes.publisher.clone(),
            notes.input.clone(),
            notes.result.clone(),
            messages::attester(&self.bundle.receipt.attester),
            self.id().to_string(),
            self.sealed().to_string(),
            statement.run.model.to_string(),
            messages::time(statement.time, Language::English),
            messages::time(statement.time, Language::German),
        ]
        .join("\n")
        .to_lowercase();
        search
            .to_lowercase()
            .split_whitespace()
            .all(|word| text.contains(word))
    }
}

/// Adds the items of an opening to the one of the same side and count.
fn add_opening(openings: &mut Vec<Opening>, more: &Opening) {
    let same = openings.iter_mut().find(|known| {
        (known.receipt, known.side, known.count) == (more.receipt, more.side, more.count)
    });
    let Some(known) = same else {
        openings.push(more.clone());
        return;
    };
    for item in &more.items {
        if let Err(place) = known
            .items
            .binary_search_by_key(&item.index, |known| known.index)
        {
            known.items.insert(place, item.clone());
        }
    }
}

/// A batch over sealed receipts with the proof of each, in the order of the sealed ids (PROTOCOL 5.4). The batch is over
/// distinct ids: what is given twice stands in it once. `None` for no receipt or more than [`MAX_BATCH`].
#[must_use]
pub fn batch(receipts: &[&Kept]) -> Option<(BatchKey, Vec<(SealedId, AnchorProof)>)> {
    let mut named: Vec<(SealedId, ReceiptId)> = receipts
        .iter()
        .map(|kept| (kept.sealed(), kept.id()))
        .collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() || named.len() > MAX_BATCH {
        return None;
    }
    let leaves: Vec<SealedId> = named.iter().map(|(sealed, _)| *sealed).collect();
    let mut proofs = Vec::with_capacity(named.len());
    for (index, (sealed, receipt)) in named.into_iter().enumerate() {
        let proof = AnchorProof::new(receipt, &leaves, index, &Software)?;
        proofs.push((sealed, proof));
    }
    let (_, first) = proofs.first()?;
    let key = BatchKey {
        root: first.root,
        size: first.size,
    };
    Some((key, proofs))
}
