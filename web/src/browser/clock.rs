//! The user's clock.

/// Milliseconds since 1970, as this device has them, for differences.
pub fn milliseconds() -> f64 {
    js_sys::Date::now()
}

/// Seconds since 1970, as this device has them.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn seconds() -> u64 {
    // A clock set before 1970 counts as 1970.
    (js_sys::Date::now() / 1000.0).max(0.0) as u64
}
