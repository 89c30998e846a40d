//! Integers as f32 bits, without floating point (EXACT 3).

/// Magnitudes stay below this: every integer up to it is an f32.
pub const LIMIT: i64 = 1 << 24;

const FRACTION: u32 = 0x007f_ffff;
const HIDDEN: u32 = 0x0080_0000;
const SIGN: u32 = 0x8000_0000;

/// The integer that an f32's bits are, if they are a canonical integer: |v| < 2^24, not −0.
#[must_use]
pub fn int_of_bits(bits: u32) -> Option<i32> {
    if bits == 0 {
        return Some(0);
    }
    let exponent = (bits >> 23) & 0xff;
    if !(127..=150).contains(&exponent) {
        return None;
    }
    // 2^23 ≤ significand < 2^24; the value is significand · 2^(exponent − 150).
    let significand = (bits & FRACTION) | HIDDEN;
    let shift = 150_u32.checked_sub(exponent)?;
    let magnitude = significand.checked_shr(shift)?;
    if magnitude.checked_shl(shift)? != significand {
        return None;
    }
    let magnitude = i32::try_from(magnitude).ok()?;
    if bits & SIGN == 0 {
        Some(magnitude)
    } else {
        magnitude.checked_neg()
    }
}

/// The f32 bits of an integer; `None` from 2^24 on.
#[must_use]
pub fn bits_of_int(value: i32) -> Option<u32> {
    let magnitude = value.unsigned_abs();
    if magnitude == 0 {
        return Some(0);
    }
    if i64::from(magnitude) >= LIMIT {
        return None;
    }
    let top = 31_u32.checked_sub(magnitude.leading_zeros())?;
    let significand = magnitude.checked_shl(23_u32.checked_sub(top)?)?;
    let exponent = top.checked_add(127)?.checked_shl(23)?;
    let sign = if value < 0 { SIGN } else { 0 };
    Some(sign | exponent | (significand & FRACTION))
}

/// s, if the bits are exactly those of 2^-s with 0 ≤ s ≤ 24.
#[must_use]
pub fn shift_of_scale(bits: u32) -> Option<u32> {
    let shift = 127_u32.checked_sub(bits >> 23)?;
    (bits & FRACTION == 0 && shift <= 24).then_some(shift)
}

/// The bits of 2^-s.
#[must_use]
pub fn scale_of_shift(shift: u32) -> Option<u32> {
    (shift <= 24)
        .then(|| 127_u32.checked_sub(shift)?.checked_shl(23))
        .flatten()
}

/// Quotient, rounded down; 0 for a divisor of 0, which no caller passes.
pub(crate) fn div(dividend: u32, divisor: u32) -> u32 {
    dividend.checked_div(divisor).unwrap_or(0)
}

/// Remainder; 0 for a divisor of 0, which no caller passes.
pub(crate) fn rem(dividend: u32, divisor: u32) -> u32 {
    dividend.checked_rem(divisor).unwrap_or(0)
}

/// A length or index as it goes into memory; nothing here exceeds 2^32.
pub(crate) fn at(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// A length as 32 bits; what is longer is refused by whoever compares it.
pub(crate) fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
