//! How long a game's encoding can be. A contract keeps every game in a record of this length, so
//! that no storage deposit passes between the sides (EXACT 6).

use super::dims::MAX_RANK;
use super::game::Sizes;
use super::CHUNK_ELEMENTS;

/// Bytes before a list's items: SCALE's compact length of anything that fits a message.
const LIST: usize = 4;
const HASH: usize = 32;
const NODE: usize = 1 + 4 + 4;
const EXPECTED: usize = 1 + HASH;
/// Element, from, to, an optional begin, end.
const RANGE: usize = 4 + 4 + 4 + (1 + 4) + 4;
const DIMS: usize = LIST + 4 * MAX_RANK;
/// 2.4: Concat takes 32 operands, a pool 8 attributes, and no operator more.
const STEP: usize = 1 + LIST + 32 * (1 + 4 + DIMS) + DIMS + LIST + 4 * 8;
/// Roots, program root, steps, and 8 inputs.
const KNOWN: usize = (HASH + 4 + HASH + 4) + HASH + 4 + LIST + 8 * (HASH + 4 + 4 + 4);

impl Sizes {
    /// The most bytes that the SCALE encoding of a [`Game`](super::Game) of these sizes has.
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "computed by the compiler from constants"
    )]
    pub const fn game_bytes(&self) -> usize {
        let phases = [
            NODE + LIST + HASH * self.arity as usize,
            NODE + EXPECTED,
            4 + EXPECTED,
            4 + LIST + 4 * CHUNK_ELEMENTS as usize,
            RANGE + LIST + 4 * self.sums as usize,
        ];
        let [mut phase, rest @ ..] = phases;
        let mut at = 0;
        while at < rest.len() {
            #[expect(
                clippy::indexing_slicing,
                reason = "below the length; const fn has no get"
            )]
            if rest[at] > phase {
                phase = rest[at];
            }
            at += 1;
        }
        // turn, last block, two clocks; the phase; what is known; the target.
        4 * 4 + (1 + phase) + (1 + KNOWN) + (1 + 4 + STEP)
    }
}
