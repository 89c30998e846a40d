//! Interval arithmetic on integers (EXACT 1.3). Values are below 2^24 in magnitude before every
//! operation and counts at most 2^24, so that nothing in here leaves 64 bits.

use super::num::LIMIT;

/// All integers from `lo` to `hi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub lo: i64,
    /// The greatest.
    pub hi: i64,
}

impl Interval {
    /// From `lo` to `hi`.
    #[must_use]
    pub fn new(lo: i64, hi: i64) -> Self {
        Self { lo, hi }
    }

    /// One value.
    #[must_use]
    pub fn one(value: i64) -> Self {
        Self::new(value, value)
    }

    /// max(|lo|, |hi|).
    #[must_use]
    pub fn magnitude(self) -> i64 {
        self.lo.saturating_abs().max(self.hi.saturating_abs())
    }

    /// Whether every value is below 2^24 in magnitude.
    #[must_use]
    pub fn fits(self) -> bool {
        self.magnitude() < LIMIT
    }

    /// The least interval that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self::new(self.lo.min(other.lo), self.hi.max(other.hi))
    }

    /// Sums.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::new(
            self.lo.saturating_add(other.lo),
            self.hi.saturating_add(other.hi),
        )
    }

    /// Products.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let corner = |p: i64, q: i64| Self::one(p.saturating_mul(q));
        corner(self.lo, other.lo)
            .hull(corner(self.lo, other.hi))
            .hull(corner(self.hi, other.lo))
            .hull(corner(self.hi, other.hi))
    }

    /// min(max(x, lo), hi).
    #[must_use]
    pub fn clipped(self, lo: i64, hi: i64) -> Self {
        Self::new(self.lo.max(lo).min(hi), self.hi.max(lo).min(hi))
    }

    /// Arithmetic shift.
    #[must_use]
    pub fn shifted(self, by: u32) -> Self {
        let by = by.min(63);
        Self::new(self.lo >> by, self.hi >> by)
    }
}
