//! How long a signed extrinsic may be included.

use parity_scale_codec::{Encode, Output};

/// A lifetime counted in blocks: `sp_runtime::generic::Era::Mortal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    period: u32,
    phase: u32,
}

impl Era {
    /// A life that begins at block `birth` and lasts `blocks`, rounded down to a power of two between 4 and 4096
    /// (below which any first block can be expressed exactly).
    #[must_use]
    pub fn new(birth: u32, blocks: u32) -> Self {
        let exponent = blocks.clamp(4, 4096).ilog2();
        let period = 1_u32 << exponent;
        Self {
            period,
            phase: birth % period,
        }
    }

    /// Number of blocks in which it may be included.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }
}

impl Encode for Era {
    fn encode_to<T: Output + ?Sized>(&self, dest: &mut T) {
        // Periods of at most 4096 are at most 12 bits, so both parts fit into 16.
        let exponent = self.period.trailing_zeros().saturating_sub(1).clamp(1, 15);
        let bits = u16::try_from(exponent | (self.phase << 4)).unwrap_or(u16::MAX);
        bits.encode_to(dest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_substrates() {
        // sp_runtime's own examples: Era::mortal(64, 42) and Era::mortal(32768, …) is beyond what is used here.
        assert_eq!(Era::new(42, 64).encode(), [5 + 42 % 16 * 16, 42 / 16]);
        assert_eq!(
            Era::new(1_000_000, 256).encode(),
            (7_u16 | ((1_000_000_u32 % 256) as u16) << 4).encode()
        );
        assert_eq!(Era::new(7, 300).period(), 256);
        assert_eq!(Era::new(7, 1).period(), 4);
    }
}
