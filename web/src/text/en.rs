//! The words that many pages share, and how numbers, sizes and times are written.

use super::language::{language, Language, Text};
use super::words::Words;
use countersign_client::messages;
use countersign_client::unit::Unit;
use countersign_shared::chain::Moment;

pub const LANGUAGE: Text = Text::new("Language", "Sprache");
pub const LANGUAGE_RELOADS: Text = Text::new(
    "Choosing one loads the page anew.",
    "Eine Wahl lädt die Seite neu.",
);
pub const LANGUAGE_NOT_KEPT: Text = Text::new(
    "This browser keeps nothing for this page, so the choice cannot be kept. Set the language in the browser instead.",
    "Dieser Browser speichert für diese Seite nichts, also auch diese Wahl nicht. Stellen Sie die Sprache im Browser ein.",
);
pub const PRODUCT: Text = Text::same("Countersign");
pub const SKIP: Text = Text::new("Skip to the content", "Zum Inhalt springen");
pub const HOME: Text = Text::new("Countersign, all models", "Countersign, alle Modelle");
pub const NAV: Text = Text::new("Main", "Hauptnavigation");
pub const NAV_MODELS: Text = Text::new("Models", "Modelle");
pub const NAV_TRY: Text = Text::new("Your own", "Eigenes Modell");
pub const NAV_RECEIPTS: Text = Text::new("Receipts", "Belege");
pub const NAV_VERIFY: Text = Text::new("Verify", "Prüfen");
pub const NAV_ABOUT: Text = Text::new("What it proves", "Was es beweist");
pub const FOOT_PRIVACY: Text = Text::new(
    "Models run on this device. What you open here is not sent anywhere.",
    "Modelle laufen auf diesem Gerät. Was Sie hier öffnen, wird nirgendwohin gesendet.",
);
pub const NOT_YET: Text = Text::new("not yet", "noch nicht");
pub const COPIED: Text = Text::new("Copied", "Kopiert");
pub const RETRY: Text = Text::new("Try again", "Erneut versuchen");

pub const MARK_CHECKING: Text = Text::new("Checking", "Wird geprüft");
pub const MARK_VALID: Text = Text::new("Valid", "Gültig");
pub const MARK_INVALID: Text = Text::new("Invalid", "Ungültig");
pub const MARK_UNKNOWN: Text = Text::new("Unknown", "Unbekannt");
pub const MARK_UNSUPPORTED: Text = Text::new("Unsupported version", "Nicht unterstützte Version");
pub const MARK_ABSENT: Text = Text::new("Not checked", "Nicht geprüft");

pub const CHAIN_CONNECTING: Text = Text::new("Reaching the chain", "Verbindung zur Kette");
pub const CHAIN_DOWN: Text = Text::new(
    "The chain cannot be reached",
    "Die Kette ist nicht erreichbar",
);
pub const CHAIN_UNLISTED: Text = Text::new(
    "Not a chain that this app knows",
    "Keine Kette, die diese App kennt",
);

pub const MODELS_TITLE: Text = Text::new("Models", "Modelle");
pub const MODELS_LEAD: Text = Text::new("Run a model on your own device, on your own data, and hand anyone a receipt that they can check.", "Lassen Sie ein Modell auf Ihrem eigenen Gerät mit Ihren eigenen Daten laufen und übergeben Sie einen Beleg, den jeder prüfen kann.");

pub const MODELS_READING: Text = Text::new(
    "Reading the models from the chain",
    "Die Modelle werden von der Kette gelesen",
);
pub const MODELS_FAILED: Text = Text::new(
    "The models could not be read",
    "Die Modelle konnten nicht gelesen werden",
);
pub const MODELS_FIND: Text = Text::new(
    "Find among the models read so far",
    "Unter den bisher gelesenen Modellen suchen",
);
pub const MODELS_MORE: Text = Text::new("Show older models", "Ältere Modelle zeigen");
pub const MODELS_UNLISTED: Text = Text::new("The node answers, but this app does not know the contracts on its chain. If it is your own development chain and was \
    started anew, start the app again with it.", "Der Knoten antwortet, aber diese App kennt die Verträge auf seiner Kette nicht. Wenn es Ihre eigene Entwicklungskette ist und sie neu gestartet wurde, starten Sie die App mit ihr neu.");
pub const MODELS_EMPTY: Text = Text::new("No models yet", "Noch keine Modelle");
pub const MODELS_EMPTY_HOW: Text = Text::new("A model appears here as soon as somebody has published its manifest on the chain. From the command line:", "Ein Modell erscheint hier, sobald jemand sein Manifest auf der Kette veröffentlicht hat. Von der Kommandozeile aus:");
pub const MODELS_EMPTY_LINE: Text =
    Text::same("countersign model publish manifest.json --suri //Alice");
pub const MODEL_UNREADABLE: Text = Text::new(
    "A model that cannot be shown",
    "Ein Modell, das nicht gezeigt werden kann",
);
pub const MODEL_UNREADABLE_WHY: Text = Text::new("Its manifest is not one that this version of the app can read, or not the one that its id names. It is not run.", "Sein Manifest kann diese Version der App nicht lesen, oder es ist nicht das, welches seine Kennung nennt. Es wird nicht ausgeführt.");
pub const BY: Text = Text::new("by", "von");
pub const LICENCE: Text = Text::new("Licence", "Lizenz");
pub const SIZE: Text = Text::new("Size", "Größe");
pub const SINCE: Text = Text::new("Registered", "Registriert");
pub const MODEL_ID: Text = Text::new("Model id", "Modellkennung");
pub const DEPRECATED: Text = Text::new("Deprecated", "Veraltet");
pub const WHAT_MODEL: Text = Text::new("model id", "Modellkennung");
pub const WHAT_PUBLISHER: Text = Text::new("publisher", "Herausgeber");

pub const RUN_TITLE: Text = Text::new("Run a model", "Ein Modell ausführen");

pub const MISSING_TITLE: Text = Text::new("There is no such page", "Diese Seite gibt es nicht");
pub const MISSING_TEXT: Text = Text::new(
    "The address may be mistyped, or from another version of this app.",
    "Die Adresse ist vielleicht vertippt oder stammt aus einer anderen Version dieser App.",
);
pub const MISSING_HOME: Text = Text::new("See all models", "Alle Modelle ansehen");

/// The browser tab's title.
pub fn tab_title(page: &str) -> String {
    format!("{page} · {PRODUCT}")
}

/// The name of an id's copy button.
pub fn copy_id(what: &str, id: &str) -> String {
    match language() {
        Language::English => format!("Copy {what} {id}"),
        Language::German => format!("{what} {id} kopieren"),
    }
}

/// The header's line about the chain.
pub fn chain_ready(name: &str, development: bool, block: u32) -> String {
    let block = count(u64::from(block));
    match (language(), development) {
        (Language::English, true) => {
            format!("{name}, block {block}. A development chain: it proves nothing")
        }
        (Language::English, false) => format!("{name}, block {block}"),
        (Language::German, true) => {
            format!("{name}, Block {block}. Eine Entwicklungskette: Sie beweist nichts")
        }
        (Language::German, false) => format!("{name}, Block {block}"),
    }
}

/// The footer's version.
pub fn version(version: &str) -> String {
    // The word is the same in both languages.
    format!("Version {version}")
}

/// Why there are no models to show, and what to do.
pub fn models_down(reason: Words) -> Words {
    reason.then(MODELS_DOWN)
}

const MODELS_DOWN: Text = Text::new(
    "Models are listed on the chain, so none can be shown until its node answers. Check that the node is running.",
    "Modelle sind auf der Kette verzeichnet, deshalb kann keines gezeigt werden, bis ihr Knoten antwortet. Prüfen Sie, ob der Knoten läuft.",
);

/// How many models are shown of how many that were read.
pub fn models_shown(shown: usize, of: usize, rest: u32) -> String {
    let (shown, of) = (count(shown as u64), count(of as u64));
    let older = count(u64::from(rest));
    match (language(), rest) {
        (Language::English, 0) => format!("{shown} of {of} models"),
        (Language::English, _) => {
            format!("{shown} of {of} models; {older} older ones are not read yet")
        }
        (Language::German, 0) => format!("{shown} von {of} Modellen"),
        (Language::German, _) => {
            format!("{shown} von {of} Modellen; {older} ältere sind noch nicht gelesen")
        }
    }
}

/// A model's name with its version.
pub fn model_name(name: &str, version: &str) -> String {
    format!("{name} {version}")
}

/// The link that opens a model.
pub fn run_model(name: &str) -> String {
    match language() {
        Language::English => format!("Run {name}"),
        Language::German => format!("{name} ausführen"),
    }
}

/// What a deprecated model's card says.
pub fn deprecated(moment: &str) -> String {
    match language() {
        Language::English => {
            format!("Its owner said in {moment} that it should not be used any more.")
        }
        Language::German => {
            format!(
                "Sein Eigentümer hat in {moment} erklärt, dass es nicht mehr benutzt werden soll."
            )
        }
    }
}

/// A block with its time, inside a sentence: block 1204 (2026-11-23 12:45:00 UTC).
pub fn moment(moment: &Moment) -> String {
    messages::moment(moment, language())
}

/// Seconds since 1970 as a date with its time, always in UTC.
pub fn time(seconds: u64) -> String {
    messages::time(seconds, language())
}

/// The chain's name, and that a development chain proves nothing.
pub fn deployment(name: &str, development: bool) -> String {
    messages::deployment(name, development, language())
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
    format!("{}{}", capital(message), full_stop(message))
}

/// The full stop that a message lacks.
pub fn full_stop(message: &str) -> &'static str {
    if message.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    }
}

/// A number with its thousands apart: 1,204 or 1.204.
pub fn count(number: u64) -> String {
    let apart = match language() {
        Language::English => ',',
        Language::German => '.',
    };
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(apart);
        }
        text.push(digit);
    }
    text
}

/// An amount in the chain's unit, to the last digit: 1,204.05 UNIT.
pub fn amount(amount: u128, unit: &Unit) -> String {
    const SMALLEST: Text = Text::new(
        "of the chain's smallest unit",
        "der kleinsten Einheit der Kette",
    );
    let (whole, behind) = unit.parts(amount);
    let mut text = u64::try_from(whole).map_or_else(|_| whole.to_string(), count);
    if !behind.is_empty() {
        text.push(point());
        text.push_str(&behind);
    }
    format!("{text} {}", unit.symbol().unwrap_or(SMALLEST.get()))
}

/// What stands before the decimals.
fn point() -> char {
    match language() {
        Language::English => '.',
        Language::German => ',',
    }
}

/// A number that was written with a point, as the language writes it. For numbers to read, not for those to copy.
pub fn decimal(number: &str) -> String {
    match language() {
        Language::English => number.to_owned(),
        Language::German => number.replace('.', ","),
    }
}

/// A time of so many microseconds: 12.3 ms, 4.21 s.
pub fn milliseconds(time: u64) -> String {
    const SOON: Text = Text::new("under 1 ms", "unter 1 ms");
    let point = point();
    match time {
        0 => "–".to_owned(),
        time if time < 1_000 => SOON.to_string(),
        time if time < 100_000 => format!("{}{point}{} ms", time / 1_000, time % 1_000 / 100),
        time if time < 1_000_000 => format!("{} ms", time / 1_000),
        time => format!(
            "{}{point}{:02} s",
            time / 1_000_000,
            time % 1_000_000 / 10_000
        ),
    }
}

/// A part from 0 to 1 as percent. What is not nothing is not shown as nothing, what is not all is not shown as all.
pub fn percent(part: f64) -> String {
    let text = match part {
        part if part > 0.0 && part < 0.001 => "< 0.1 %".to_owned(),
        part if part < 1.0 && part > 0.999 => "> 99.9 %".to_owned(),
        part => format!("{:.1} %", part * 100.0),
    };
    decimal(&text)
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
            return format!("{}{}{} {unit}", tenths / 10, point(), tenths % 10);
        }
    }
    match (language(), bytes) {
        (Language::English, 1) => "1 byte".to_owned(),
        (Language::English, _) => format!("{bytes} bytes"),
        (Language::German, _) => format!("{bytes} Byte"),
    }
}

/// A size to the byte: 3,149,999 bytes.
pub fn bytes(number: u64) -> String {
    let digits = count(number);
    match language() {
        Language::English => format!("{digits} bytes"),
        Language::German => format!("{digits} Byte"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::tests::in_german;
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

    #[test]
    fn german_numbers_have_points_between_thousands_and_a_comma() {
        in_german(|| {
            assert_eq!(count(1_000_000), "1.000.000");
            assert_eq!(milliseconds(12_345), "12,3 ms");
            assert_eq!(percent(0.5), "50,0 %");
            assert_eq!(percent(0.999_95), "> 99,9 %");
            assert_eq!(size(3_149_999), "3,1 MB");
            assert_eq!(size(1), "1 Byte");
            assert_eq!(time(1_795_438_067), "23.11.2026, 12:47:47 UTC");
            assert_eq!(time(u64::MAX), format!("Sekunde {} seit 1970", u64::MAX));
        });
    }
}
