//! English.

pub const PRODUCT: &str = "Countersign";
pub const SKIP: &str = "Skip to the content";
pub const HOME: &str = "Countersign, all models";
pub const NAV: &str = "Main";
pub const NAV_MODELS: &str = "Models";
pub const NAV_TRY: &str = "Your own";
pub const NAV_RECEIPTS: &str = "Receipts";
pub const NAV_VERIFY: &str = "Verify";
pub const NAV_ABOUT: &str = "What it proves";
pub const FOOT_PRIVACY: &str =
    "Models run on this device. What you open here is not sent anywhere.";
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

pub const MODELS_READING: &str = "Reading the models from the chain";
pub const MODELS_FAILED: &str = "The models could not be read";
pub const MODELS_FIND: &str = "Find among the models read so far";
pub const MODELS_MORE: &str = "Show older models";
pub const MODELS_UNLISTED: &str = "The node answers, but this app does not know the contracts on its chain. If it is your own development chain and was \
    started anew, start the app again with it.";
pub const MODELS_EMPTY: &str = "No models yet";
pub const MODELS_EMPTY_HOW: &str = "A model appears here as soon as somebody has published its manifest on the chain. From the command line:";
pub const MODELS_EMPTY_LINE: &str = "countersign model publish manifest.json --suri //Alice";
pub const MODEL_UNREADABLE: &str = "A model that cannot be shown";
pub const MODEL_UNREADABLE_WHY: &str = "Its manifest is not one that this version of the app can read, or not the one that its id names. It is not run.";
pub const BY: &str = "by";
pub const LICENCE: &str = "Licence";
pub const SIZE: &str = "Size";
pub const SINCE: &str = "Registered";
pub const MODEL_ID: &str = "Model id";
pub const DEPRECATED: &str = "Deprecated";
pub const WHAT_MODEL: &str = "model id";
pub const WHAT_PUBLISHER: &str = "publisher";

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

/// Why there are no models to show, and what to do.
pub fn models_down(reason: &str) -> String {
    format!("{} Models are listed on the chain, so none can be shown until its node answers. Check that the node is running.", sentence(reason))
}

/// How many models are shown of how many that were read.
pub fn models_shown(shown: usize, of: usize, rest: u32) -> String {
    let count = |number: usize| count(number as u64);
    let text = format!("{} of {} models", count(shown), count(of));
    match rest {
        0 => text,
        rest => format!(
            "{text}; {} older ones are not read yet",
            self::count(u64::from(rest))
        ),
    }
}

/// A model's name with its version.
pub fn model_name(name: &str, version: &str) -> String {
    format!("{name} {version}")
}

/// The link that opens a model.
pub fn run_model(name: &str) -> String {
    format!("Run {name}")
}

/// What a deprecated model's card says.
pub fn deprecated(moment: &str) -> String {
    format!("Its owner said in {moment} that it should not be used any more.")
}

/// A word or phrase with a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// A message as a sentence: first letter upper-case, full stop.
pub fn sentence(message: &str) -> String {
    let end = if message.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{}{end}", capital(message))
}

/// A number with its thousands apart: 1,204.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time of so many microseconds: 12.3 ms, 4.21 s.
pub fn milliseconds(time: u64) -> String {
    match time {
        0 => "–".to_owned(),
        time if time < 1_000 => "under 1 ms".to_owned(),
        time if time < 100_000 => format!("{}.{} ms", time / 1_000, time % 1_000 / 100),
        time if time < 1_000_000 => format!("{} ms", time / 1_000),
        time => format!("{}.{:02} s", time / 1_000_000, time % 1_000_000 / 10_000),
    }
}

/// A part from 0 to 1 as percent. What is not nothing is not shown as nothing, what is not all is not shown as all.
pub fn percent(part: f64) -> String {
    match part {
        part if part > 0.0 && part < 0.001 => "< 0.1 %".to_owned(),
        part if part < 1.0 && part > 0.999 => "> 99.9 %".to_owned(),
        part => format!("{:.1} %", part * 100.0),
    }
}

/// A size in bytes for people: 3.1 MB. Decimal units, as download pages use them.
pub fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, factor) in UNITS {
        if bytes >= factor {
            // One decimal place, in integers: rounding is to nearest.
            let tenths = (bytes / (factor / 10)
                + u64::from(bytes % (factor / 10) * 2 >= factor / 10))
            .max(10);
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
    fn times_have_three_digits_or_so() {
        assert_eq!(milliseconds(0), "–");
        assert_eq!(milliseconds(999), "under 1 ms");
        assert_eq!(milliseconds(12_345), "12.3 ms");
        assert_eq!(milliseconds(345_678), "345 ms");
        assert_eq!(milliseconds(4_215_000), "4.21 s");
    }

    #[test]
    fn percent_never_claims_all_or_nothing() {
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(0.000_4), "< 0.1 %");
        assert_eq!(percent(0.5), "50.0 %");
        assert_eq!(percent(0.999_95), "> 99.9 %");
        assert_eq!(percent(1.0), "100.0 %");
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
