//! Sums of many elements in one fixed order that is not the ascending one.
//!
//! Element i goes to lane i mod 8, each lane adds up in ascending order, and at the end the lanes are added in ascending
//! order to the start. So eight additions are under way at once, on every machine the same ones.

use crate::op::number::Number;

const LANES: usize = 8;

/// `start` plus the sum of `each` element.
#[inline]
pub(crate) fn sum<T: Copy, W: Number>(elements: &[T], start: W, each: impl Fn(T) -> W) -> W {
    let (whole, rest) = elements.as_chunks::<LANES>();
    let mut lanes = [W::ZERO; LANES];
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = lane.add(each(*x));
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane = lane.add(each(*x));
    }
    lanes.iter().fold(start, |sum, lane| sum.add(*lane))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_documented_one() {
        let elements: Vec<f32> = (0..37u16).map(|i| 1.0 / f32::from(i + 1)).collect();
        for length in [0, 1, 7, 8, 9, 37] {
            let mut plain = 0.5f32;
            for lane in 0..8 {
                let mut sum = 0.0f32;
                for x in elements[..length].iter().skip(lane).step_by(8) {
                    sum += x * x;
                }
                plain += sum;
            }
            let found = sum(&elements[..length], 0.5f32, |x| x * x);
            assert_eq!(found.to_bits(), plain.to_bits());
        }
    }
}
