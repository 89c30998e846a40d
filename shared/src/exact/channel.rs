//! The bound of one output channel (EXACT 1.4).

use super::analysis::Wrong;
use super::intervals::Interval;
use super::num::LIMIT;
use super::reason::Reason;
use alloc::format;

/// Whether sums of this magnitude are exact.
pub(super) fn below(value: i64) -> Result<(), Wrong> {
    if value < LIMIT {
        return Ok(());
    }
    let detail = format!("sums may reach {value}; the bound is {LIMIT}");
    Err((Reason::Bound, detail))
}

/// Sums of one output channel's weights.
pub(super) struct Channel {
    positive: i64,
    negative: i64,
}

impl Channel {
    pub(super) fn of(weights: impl Iterator<Item = i32>) -> Self {
        let mut channel = Self {
            positive: 0,
            negative: 0,
        };
        for weight in weights {
            let weight = i64::from(weight);
            channel.positive = channel.positive.saturating_add(weight.max(0));
            channel.negative = channel
                .negative
                .saturating_add(weight.min(0).saturating_neg());
        }
        channel
    }

    /// The values of the channel's dot product, if its bound holds.
    pub(super) fn apply(&self, x: Interval, bias: Interval) -> Result<Interval, Wrong> {
        let magnitude = self.positive.saturating_add(self.negative);
        let bound = magnitude.saturating_mul(x.magnitude());
        below(bound.saturating_add(bias.magnitude()))?;
        let positive = x.times(Interval::one(self.positive));
        let negative = x.times(Interval::one(self.negative.saturating_neg()));
        Ok(positive.plus(negative).plus(bias))
    }
}
