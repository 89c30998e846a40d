//! What became of a receipt (5.5, 5.6): one rule for the contract and for every client.

/// A point in the chain's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub struct Moment {
    /// Block number.
    pub block: u32,
    /// The block's time in seconds since 1970.
    pub seconds: u64,
}

/// A key's owner said that from block `since` on it is no longer theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub struct Disownment {
    /// The smallest block that was ever named.
    pub since: u32,
    /// When that was first said: later calls can only lower `since`.
    pub declared: Moment,
}

/// What is known of a receipt whose signature was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// `expirationTime`; 0: never.
    pub expiration: u64,
    /// The earliest anchor shown, in a finalised block.
    pub anchored: Option<Moment>,
    /// When its attester revoked it.
    pub revoked: Option<Moment>,
    /// Whether its attester disowned the key.
    pub disowned: Option<Disownment>,
    /// Seconds since 1970 of the moment of asking.
    pub now: u64,
}

/// Whether its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It never expires.
    Never,
    /// It will at this time.
    At(u64),
    /// It did at this time.
    Expired(u64),
}

/// Whether its attester took it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// No.
    None,
    /// Yes.
    Revoked {
        /// When.
        at: Moment,
        /// *before revocation*: it was anchored in an earlier block, and its key was not disowned
        /// for that time.
        existed_before: bool,
    },
}

/// Whether its key was in its owner's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The key was never disowned.
    Held,
    /// It was, but the receipt was anchored before the block named.
    Unaffected(Disownment),
    /// Anchored, later disowned by its signer: all three are shown.
    AnchoredLaterDisowned {
        /// The earliest anchor.
        anchored: Moment,
        /// The disownment.
        disownment: Disownment,
    },
    /// Disowned.
    Disowned(Disownment),
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// *existed by*: the earliest anchor shown.
    pub existed_by: Option<Moment>,
    /// Whether its time is over.
    pub expiry: Expiry,
    /// Whether it was taken back.
    pub revocation: Revocation,
    /// Whether its key was in its owner's hands.
    pub key: Key,
}

impl Status {
    /// Applies 5.5 and 5.6.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let expiry = match facts.expiration {
            0 => Expiry::Never,
            time if facts.now >= time => Expiry::Expired(time),
            time => Expiry::At(time),
        };
        let key = match (facts.disowned, facts.anchored) {
            (None, _) => Key::Held,
            (Some(disownment), Some(anchored)) if anchored.block < disownment.since => {
                Key::Unaffected(disownment)
            }
            (Some(disownment), Some(anchored)) if anchored.block < disownment.declared.block => {
                Key::AnchoredLaterDisowned {
                    anchored,
                    disownment,
                }
            }
            (Some(disownment), _) => Key::Disowned(disownment),
        };
        let revocation = match facts.revoked {
            None => Revocation::None,
            Some(at) => {
                let earlier = facts.anchored.is_some_and(|anchor| anchor.block < at.block);
                let in_hand = matches!(key, Key::Held | Key::Unaffected(_));
                Revocation::Revoked {
                    at,
                    existed_before: earlier && in_hand,
                }
            }
        };
        Self {
            existed_by: facts.anchored,
            expiry,
            revocation,
            key,
        }
    }

    /// Whether nothing speaks against it: not expired, not revoked, its key not disowned.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !matches!(self.expiry, Expiry::Expired(_))
            && self.revocation == Revocation::None
            && matches!(self.key, Key::Held | Key::Unaffected(_))
    }
}
