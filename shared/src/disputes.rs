//! What the disputes contract takes, keeps and answers (EXACT 5, 6), in SCALE.
//!
//! As in [`crate::chain`], the order of fields and variants is the encoding: append, never reorder.

mod error;
mod ledger;

pub use error::DisputesError;
pub use ledger::Ledger;

use crate::attester::Attester;
use crate::chain::{BatchProof, Moment};
use crate::exact::claim::{Claim, Contest, Terms};
use crate::exact::names::MoveName;
use crate::exact::{Side, Sizes};
use crate::id::{AccountId, GenesisHash};
use crate::receipt::Statement;
use crate::signature::Signature;
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, EncodeLike, Error, Input, Output};
use scale_info::TypeInfo;

/// `H("countersign/burn/1" 00)`: nobody holds the key of this account (EXACT 5.5). Written out
/// because contracts pay for every hash; a test computes it.
pub const BURN: AccountId = AccountId::new([
    0x25, 0xc9, 0x11, 0x3b, 0x4a, 0x33, 0xad, 0x96, 0x57, 0xd0, 0xfc, 0xa3, 0xef, 0xa5, 0x0c, 0xd0,
    0x22, 0x12, 0xfa, 0x30, 0x2c, 0x7e, 0xa4, 0xdb, 0x01, 0x57, 0xa6, 0x10, 0xb0, 0xbf, 0x76, 0x8f,
]);

/// What a disputes contract's constructor was given; kept for good, for a verifier to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DisputesSetup {
    /// Block 0 of its chain, as its deployer says.
    pub genesis: GenesisHash,
    /// The registry in which ModelIds are looked up.
    pub registry: AccountId,
    /// The receipts contract whose receipts can be put at stake.
    pub receipts: AccountId,
    /// Blocks during which a claim can be challenged.
    pub window: u32,
    /// Blocks that each side has for all its moves in one game.
    pub clock: u32,
    /// What the asserter stakes once, and every challenger.
    pub bond: u128,
}

impl DisputesSetup {
    /// What `shared`'s rules need of it.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            window: self.window,
            clock: self.clock,
            bond: self.bond,
            sizes: Sizes::EXACT,
        }
    }

    /// Whether claims under these terms can be decided: every share of a bond can be received by an
    /// account that has nothing (`existential` is the chain's least balance), both sides can move,
    /// and no share overflows (EXACT 5.5).
    ///
    /// # Errors
    /// [`DisputesError::Bond`], [`DisputesError::Clock`].
    pub fn check(&self, existential: u128) -> Result<(), DisputesError> {
        let least = existential.saturating_mul(2).max(2);
        if self.bond < least || self.bond > u128::MAX >> 2 {
            return Err(DisputesError::Bond);
        }
        if self.clock == 0 {
            return Err(DisputesError::Clock);
        }
        Ok(())
    }
}

/// The receipt that is put at stake, with all that lets the caller do so (EXACT 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Assertion {
    /// Who signed the receipt.
    pub attester: Attester,
    /// What it says.
    pub statement: Statement,
    /// The receipt's signature.
    pub signature: Signature,
    /// A secp256k1 attester's EIP-712 `Claim` for the caller; none for an sr25519 attester, who is the caller.
    pub authorisation: Option<Signature>,
    /// Where the receipt stands in an anchored batch, unless it was anchored on its own.
    pub batch: Option<BatchProof>,
}

/// What the contract keeps of a claim; its length never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ClaimRecord {
    /// Who put the receipt at stake, and gets what the asserter is due.
    pub asserter: AccountId,
    /// Who signed the receipt.
    pub attester: Attester,
    /// The claim.
    pub claim: Claim,
    /// How many games there ever were; they are numbered from 0.
    pub games: u32,
    /// When it was asserted.
    pub asserted: Moment,
}

/// What the contract keeps of a game.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct GameRecord {
    /// Who challenged, and gets what the challenger is due.
    pub challenger: AccountId,
    /// When.
    pub opened: Moment,
    /// The game and whether its bonds were given to somebody.
    pub contest: Contest,
}

impl GameRecord {
    /// The length of every [`Padded`] record.
    pub const BYTES: usize = 32 + (4 + 8) + 1 + Sizes::EXACT.game_bytes();
}

/// A game's record with zeros up to [`GameRecord::BYTES`]: written by its challenger at its full
/// length, it never moves a storage deposit between the sides (EXACT 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padded(GameRecord);

impl Padded {
    /// # Errors
    /// [`DisputesError::Record`]: the record is longer than any game of [`Sizes::EXACT`].
    pub fn new(record: GameRecord) -> Result<Self, DisputesError> {
        if record.encoded_size() > GameRecord::BYTES {
            return Err(DisputesError::Record);
        }
        Ok(Self(record))
    }

    /// The record itself.
    #[must_use]
    pub fn into_inner(self) -> GameRecord {
        self.0
    }
}

impl Encode for Padded {
    fn size_hint(&self) -> usize {
        GameRecord::BYTES
    }

    fn encode_to<T: Output + ?Sized>(&self, to: &mut T) {
        let mut bytes = Vec::with_capacity(GameRecord::BYTES);
        self.0.encode_to(&mut bytes);
        bytes.resize(GameRecord::BYTES, 0);
        to.write(&bytes);
    }
}

impl EncodeLike for Padded {}

impl Decode for Padded {
    fn decode<I: Input>(from: &mut I) -> Result<Self, Error> {
        let mut bytes = Vec::from([0; GameRecord::BYTES]);
        from.read(&mut bytes)?;
        let mut rest = bytes.as_slice();
        let record = GameRecord::decode(&mut rest)?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err("a record is followed by zeros".into());
        }
        Ok(Self(record))
    }
}

/// What an accepted move or timeout did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Progress {
    /// The game's turn number now.
    pub turn: u32,
    /// Which side moved; whose clock had run out, for a timeout.
    pub side: Side,
    /// The move; none for a timeout.
    pub made: Option<MoveName>,
    /// Who has won, if the game is over.
    pub winner: Option<Side>,
}

/// Selectors of the disputes contract; the arguments stand beside each.
pub mod selectors {
    use crate::chain::Selector;

    /// `genesis: GenesisHash, registry: AccountId, receipts: AccountId, window: u32, clock: u32, bond: u128`.
    pub const NEW: Selector = [0x9b, 0xae, 0x9d, 0x5e];
    /// → `DisputesSetup`.
    pub const DEPLOYMENT: Selector = [0x03, 0x2a, 0xf8, 0xd2];
    /// `assertion: Assertion`, with the bond → `Result<ReceiptId, DisputesError>`.
    pub const ASSERT: Selector = [0x07, 0x90, 0x58, 0xa2];
    /// `receipt: ReceiptId`, with the bond → `Result<u32, DisputesError>`: the game's number.
    pub const CHALLENGE: Selector = [0xf7, 0x55, 0xa0, 0x53];
    /// `receipt: ReceiptId, game: u32, turn: u32, made: Move` → `Result<Progress, DisputesError>`.
    pub const PLAY: Selector = [0x99, 0x63, 0x94, 0x9f];
    /// `receipt: ReceiptId, game: u32` → `Result<Progress, DisputesError>`.
    pub const TIMEOUT: Selector = [0x2c, 0x73, 0x86, 0x7c];
    /// `receipt: ReceiptId, game: u32` → `Result<(), DisputesError>`.
    pub const SETTLE: Selector = [0x6c, 0x33, 0x72, 0x22];
    /// `receipt: ReceiptId` → `Result<(), DisputesError>`.
    pub const FINALISE: Selector = [0xf1, 0x0f, 0xc3, 0xd7];
    /// → `Result<u128, DisputesError>`.
    pub const WITHDRAW: Selector = [0x41, 0x0f, 0xcc, 0x9d];
    /// → `Result<u128, DisputesError>`.
    pub const BURN: Selector = [0xb1, 0xef, 0xc1, 0x7b];
    /// `receipt: ReceiptId` → `Option<ClaimRecord>`.
    pub const CLAIM: Selector = [0xb3, 0x88, 0x80, 0x3f];
    /// `start: u32, limit: u32` → `Page<(ReceiptId, ClaimRecord)>`.
    pub const CLAIMS: Selector = [0xce, 0x4d, 0x74, 0xf3];
    /// `receipt: ReceiptId, game: u32` → `Option<GameRecord>`.
    pub const GAME: Selector = [0xae, 0xd3, 0x92, 0x68];
    /// `account: AccountId` → `u128`.
    pub const DUE: Selector = [0xfd, 0x5d, 0x22, 0x04];
    /// → `Ledger`.
    pub const LEDGER: Selector = [0x0f, 0x8d, 0xe3, 0xc5];
}
