//! English.

pub const PRODUCT: &str = "Countersign";
pub const SKIP: &str = "Skip to the content";
pub const HOME: &str = "Countersign, all models";
pub const NAV: &str = "Main";
pub const NAV_MODELS: &str = "Models";
pub const NAV_VERIFY: &str = "Verify";
pub const NAV_ABOUT: &str = "What it proves";
pub const FOOT_PRIVACY: &str = "Models run on this device. What you open here is not sent anywhere.";
pub const NOT_YET: &str = "not yet";
pub const COPIED: &str = "Copied";
pub const RETRY: &str = "Try again";

pub const MARK_CHECKING: &str = "Checking";
pub const MARK_VALID: &str = "Valid";
pub const MARK_INVALID: &str = "Invalid";
pub const MARK_UNKNOWN: &str = "Unknown";
pub const MARK_UNSUPPORTED: &str = "Unsupported version";
pub const MARK_ABSENT: &str = "Not checked";

pub const CHAIN_CONNECTING: &str = "Reaching the chain";
pub const CHAIN_DOWN: &str = "The chain cannot be reached";
pub const CHAIN_UNLISTED: &str = "Not a chain that this app knows";

pub const MODELS_TITLE: &str = "Models";
pub const MODELS_LEAD: &str = "Run a model on your own device, on your own data, and hand anyone a receipt that they can check.";

pub const VERIFY_TITLE: &str = "Verify a receipt";
pub const VERIFY_LEAD: &str = "Everything is checked in this tab. What you drop here is not sent anywhere.";

pub const SIGN_TITLE: &str = "Sign the receipt";
pub const RUN_TITLE: &str = "Run a model";

pub const MISSING_TITLE: &str = "There is no such page";
pub const MISSING_TEXT: &str = "The address may be mistyped, or from another version of this app.";
pub const MISSING_HOME: &str = "See all models";

/// The browser tab's title.
pub fn tab_title(page: &str) -> String {
    format!("{page} · {PRODUCT}")
}

/// The name of an id's copy button.
pub fn copy_id(what: &str, id: &str) -> String {
    format!("Copy {what} {id}")
}

/// The header's line about the chain.
pub fn chain_ready(name: &str, development: bool, block: u32) -> String {
    let block = count(u64::from(block));
    if development {
        format!("{name}, block {block}. A development chain: it proves nothing")
    } else {
        format!("{name}, block {block}")
    }
}

/// The footer's version.
pub fn version(version: &str) -> String {
    format!("Version {version}")
}

/// A number with its thousands apart: 1,204.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in bytes for people: 3.1 MB. Decimal units, as download pages use them.
pub fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, factor) in UNITS {
        if bytes >= factor {
            // One decimal place, in integers: rounding is to nearest.
            let tenths = (bytes / (factor / 10) + u64::from(bytes % (factor / 10) * 2 >= factor / 10)).max(10);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    if bytes == 1 {
        "1 byte".to_owned()
    } else {
        format!("{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_204), "1,204");
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn sizes_are_rounded_to_a_tenth() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_000), "1.0 kB");
        assert_eq!(size(3_149_999), "3.1 MB");
        assert_eq!(size(3_150_000), "3.2 MB");
        assert_eq!(size(2_147_483_648), "2.1 GB");
    }
}
