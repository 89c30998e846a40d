//! Conversions that cannot lose anything on any supported machine.

/// A length as 64 bits.
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Division, 0 if the divisor is.
pub(crate) fn quotient(dividend: u64, divisor: u64) -> u64 {
    dividend.checked_div(divisor).unwrap_or(0)
}
