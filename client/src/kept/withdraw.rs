//! What disowning a key would do to a kept receipt, said beforehand by the one rule that judges afterwards.

use super::Kept;
use countersign_shared::chain::Moment;
use countersign_shared::status::{Disownment, Facts, Key, Revocation, Status};

/// What becomes of a receipt when its key is disowned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It was anchored before: it stays as it is.
    Stays,
    /// It counts no more.
    Falls,
    /// It counts no more already: it was revoked, or the key was disowned before.
    Fallen,
    /// Nobody can say: the chain was not asked, or not lately enough to know of an anchor before that block.
    Unknown,
}

impl Kept {
    /// What becomes of it when its key is disowned from block `since` on, in a block as of `declared` (PROTOCOL 5.6).
    #[must_use]
    pub fn if_disowned(&self, since: u32, declared: Moment) -> Effect {
        let Some(seen) = self.seen else {
            return Effect::Unknown;
        };
        let status = |disowned| {
            Status::of(&Facts {
                expiration: self.bundle.receipt.statement.expiration,
                anchored: seen.anchored,
                revoked: seen.revoked,
                disowned,
                now: declared.seconds,
            })
        };
        let falls = |key: Key| matches!(key, Key::Disowned(_) | Key::AnchoredLaterDisowned { .. });
        let before = status(seen.disowned);
        if before.revocation != Revocation::None || falls(before.key) {
            return Effect::Fallen;
        }
        // An anchor may stand in a block that was not read yet and still come before `since`.
        if seen.anchored.is_none() && seen.block.saturating_add(1) < since {
            return Effect::Unknown;
        }
        let earlier = seen.disowned.map_or(u32::MAX, |known| known.since);
        let disowned = Disownment {
            since: since.min(earlier),
            declared: seen.disowned.map_or(declared, |known| known.declared),
        };
        if falls(status(Some(disowned)).key) {
            Effect::Falls
        } else {
            Effect::Stays
        }
    }
}
