//! The German of a verdict; the German of errors stands in the modules below.

mod chain;
mod contracts;
mod files;
#[cfg(test)]
pub(super) use files::phrase;
mod run;

use super::{attester, sentence, Ran};
use crate::language::Say;
use crate::verify::{Finding, GivenInput, Label, Lower, Report, RowKind, State, Upper, Verdict};
use countersign_shared::chain::Moment;
use countersign_shared::commit::Side;
use countersign_shared::files::BundleError;
use countersign_shared::id::ReceiptId;
use countersign_shared::reference::Link;

/// The word for a verdict.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "gültig",
        Verdict::Invalid => "ungültig",
        Verdict::Unknown => "unbekannt",
        Verdict::UnsupportedVersion => "nicht unterstützte Version",
    }
}

/// The name of a row.
pub fn row_name(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Integrity => "Unversehrtheit",
        RowKind::Signer => "Unterzeichner",
        RowKind::Anchor => "Anker",
        RowKind::Time => "Zeit",
        RowKind::Revocation => "Widerruf",
        RowKind::Computation => "Berechnung",
    }
}

/// The word for how a row turned out.
pub fn state_word(state: State) -> &'static str {
    match state {
        State::Ok => "stimmt",
        State::Bad => "stimmt nicht",
        State::Unknown => "unbekannt",
        State::None => "nichts",
    }
}

/// The name of a fact.
pub fn label(label: Label) -> &'static str {
    match label {
        Label::Receipt => "Belegkennung",
        Label::Sealed => "versiegelte Kennung",
        Label::EasUid => "EAS-Kennung",
        Label::Attester => "Unterzeichner",
        Label::Model => "Modellkennung",
        Label::ModelName => "Modell",
        Label::Publisher => "Herausgeber",
        Label::Registered => "zuerst registriert",
        Label::Deprecated => "veraltet",
        Label::Engine => "Engine",
        Label::Lane => "Spur",
        Label::Input => "Festlegung der Eingabe",
        Label::Output => "Festlegung der Ausgabe",
        Label::Recipient => "bestimmt für",
        Label::SignedTime => "Zeit nach Angabe des Unterzeichners",
        Label::Expires => "läuft ab",
        Label::Reference => "benutzt das Ergebnis von",
        Label::Contract => "Belegvertrag",
        Label::Genesis => "Kette (Genesis-Hash)",
        Label::Deployment => "Installation",
        Label::ReadAt => "gelesen am endgültigen Block",
        Label::Result => "Ergebnis",
    }
}

/// The verdict with its main reason.
pub fn verdict(report: &Report) -> String {
    let bad = report.rows.iter().find(|row| row.state() == State::Bad);
    let main = match (report.verdict, bad) {
        (Verdict::UnsupportedVersion, _) => {
            "Nicht unterstützte Version: Dieses Programm kennt das Format der Datei nicht; ein neueres kennt es vielleicht."
                .to_owned()
        }
        (Verdict::Invalid, Some(row)) => format!("Ungültig: {}", finding(&row.finding)),
        (Verdict::Invalid, None) => "Ungültig.".to_owned(),
        (Verdict::Unknown, _) => {
            "Unbekannt: Die Unterschrift stimmt, und nichts von dem, was geprüft wurde, spricht gegen den Beleg, \
            aber der Anteil der Kette konnte nicht geprüft werden."
                .to_owned()
        }
        (Verdict::Valid, _) => valid(Ran::of(report)),
    };
    if report.development {
        return format!("{main} Die Kette ist eine Entwicklungskette: Sie beweist nichts.");
    }
    main
}

fn valid(ran: Ran) -> String {
    let tail = match ran {
        Ran::SignersWord => "dass das Modell gelaufen ist, sagt nur der Unterzeichner",
        Ran::Repeated => "der Lauf wurde mit demselben Ergebnis wiederholt, Bit für Bit",
        Ran::RepeatedInPart => {
            "der Lauf wurde wiederholt, und was von seinem Ergebnis geöffnet ist, war dasselbe, Bit für Bit"
        }
        Ran::NotRepeated => "der Lauf selbst wurde nicht wiederholt",
    };
    format!("Gültig: unterzeichnet und nicht zurückgenommen; {tail}.")
}

/// What a row found.
pub fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Skipped => "Nicht geprüft, wegen des Befunds weiter oben.".to_owned(),
        Finding::Intact { openings, anchors } => intact(*openings, *anchors),
        Finding::File(error) => sentence(&error.german()),
        Finding::UnsupportedVersion(format) => format!(
            "Die Datei hat das Format {format:?}, das dieses Programm nicht kennt; ein neueres kennt es vielleicht."
        ),
        Finding::Link(error) => sentence(&error.german()),
        Finding::Opening(error) => sentence(&error.german()),
        Finding::Ambiguous(side) => sentence(&BundleError::Contradiction(*side).german()),
        Finding::AnchorProof(error) => sentence(&error.german()),
        Finding::NoReceipt => "Diese Datei gehört zu einem Beleg, ist aber keiner: Geben Sie den Beleg und diese Datei \
            als seinen Nachweis."
            .to_owned(),
        Finding::Run(error) => sentence(&error.german()),
        Finding::Signed(attester) => format!("Unterzeichnet von {}.", self::attester(attester)),
        Finding::Signature(error) => sentence(&error.german()),
        Finding::Anchored { at, batch, attested } => anchored(at, *batch, *attested),
        Finding::NotAnchored => {
            "Nicht verankert: Die Kette zeigt nicht, dass es ihn zu irgendeiner Zeit gab.".to_owned()
        }
        Finding::Chain(gap) => gap.german(),
        Finding::Bracket { lower, upper } => bracket(lower, upper),
        Finding::Contradiction { beacon, anchor } => format!(
            "Ein Widerspruch: Er nennt Block {beacon} als schon bekannt, wurde aber vorher in Block {anchor} verankert."
        ),
        Finding::Expired { at } => format!("Er ist am {} abgelaufen.", time(*at)),
        Finding::InForce { disowned_later: None } => {
            "Weder widerrufen, noch ist sein Schlüssel verworfen.".to_owned()
        }
        Finding::InForce { disowned_later: Some(disownment) } => format!(
            "Nicht widerrufen. Sein Unterzeichner hat den Schlüssel von Block {} an verworfen; dieser Beleg wurde vorher \
             verankert.",
            disownment.since
        ),
        Finding::Revoked { at, existed_before } => {
            let before = if *existed_before { " Er war vorher verankert." } else { "" };
            format!("Sein Unterzeichner hat ihn in {} widerrufen.{before}", moment(at))
        }
        Finding::Disowned(disownment) => format!(
            "Sein Unterzeichner hat den Schlüssel von Block {} an verworfen und das in {} erklärt.",
            disownment.since,
            moment(&disownment.declared)
        ),
        Finding::AnchoredLaterDisowned { anchored, disownment } => format!(
            "Verankert, später von seinem Unterzeichner verworfen: verankert in {}; von Block {} an verworfen, in {}.",
            moment(anchored),
            disownment.since,
            moment(&disownment.declared)
        ),
        Finding::SignersWord { .. }
        | Finding::Outside(_)
        | Finding::Reproduced { .. }
        | Finding::Differs { .. }
        | Finding::OtherInput { .. }
        | Finding::OtherCount(_)
        | Finding::NoInput
        | Finding::InputClosed
        | Finding::OutputClosed
        | Finding::UnknownEngine(_)
        | Finding::UnknownModel(_)
        | Finding::NoExecutor
        | Finding::NotExecuted(_) => computation(finding),
    }
}

fn computation(finding: &Finding) -> String {
    match finding {
        Finding::SignersWord { input } => match input {
            GivenInput::None => "Fast-Spur: Dass das Modell gelaufen ist, sagt nur der Unterzeichner.",
            GivenInput::Committed => {
                "Fast-Spur: Die gegebene Eingabe ist die festgelegte; dass das Modell mit ihr gelaufen ist, sagt nur der \
                    Unterzeichner."
            }
            GivenInput::NotCompared => {
                "Fast-Spur: Dass das Modell gelaufen ist, sagt nur der Unterzeichner. Die gegebene Eingabe war mit der \
                    festgelegten nicht zu vergleichen."
            }
        }
        .to_owned(),
        Finding::Reproduced { checked, unchecked } => {
            let rest = if unchecked.is_empty() {
                String::new()
            } else {
                format!(" Nicht geöffnet und nicht geprüft: {}.", unchecked.join(", "))
            };
            format!("Mit demselben Ergebnis wiederholt, Bit für Bit: {}.{rest}", checked.join(", "))
        }
        Finding::Differs { output } => format!("Wiederholt, mit anderem Ergebnis: {output} weicht ab."),
        Finding::OtherInput { input } => {
            format!("Was gegeben wurde, ist nicht die Eingabe, die der Beleg festlegt: {input} weicht ab.")
        }
        Finding::OtherCount(Side::Input) => {
            "Was gegeben wurde, ist nicht die Eingabe, die der Beleg festlegt: Die Zahl der Eingaben weicht ab.".to_owned()
        }
        Finding::OtherCount(Side::Output) => {
            "Wiederholt, mit anderem Ergebnis: Die Zahl der Ausgaben weicht ab.".to_owned()
        }
        Finding::Outside(outside) => {
            format!("Kein Ergebnis dieser Eingabe kann in der Exakt-Spur stimmen: {}.", outside.german())
        }
        Finding::NoInput => "Nicht wiederholt: Geben Sie die Eingabe, dann ist es möglich.".to_owned(),
        Finding::InputClosed => "Nicht wiederholt: Der Beleg kam ohne die Öffnungen seiner ganzen Eingabe; bitten Sie \
            seinen Inhaber um ein Paket, das sie enthält."
            .to_owned(),
        Finding::OutputClosed => "Nicht wiederholt: Der Beleg kam ohne die Öffnung irgendeiner Ausgabe; bitten Sie seinen \
            Inhaber um ein Paket, das eine enthält."
            .to_owned(),
        Finding::UnknownEngine(engine) => format!(
            "Wiederholbar mit einer unbekannten Engine: {engine} steht nicht auf der Liste dieses Prüfers und wird \
             deshalb nicht ausgeführt."
        ),
        Finding::UnknownModel(model) => format!(
            "Nicht wiederholt: Das Manifest des Modells {model} ist nicht zur Hand; fragen Sie die Kette oder geben Sie \
             das Manifest und seinen Herausgeber."
        ),
        Finding::NoExecutor => "Nicht wiederholt: Hier gibt es keine Engine, die laufen könnte.".to_owned(),
        Finding::NotExecuted(error) => format!("Nicht wiederholt: {}.", error.german()),
        _ => String::new(),
    }
}

fn intact(openings: usize, anchors: usize) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    };
    let openings = count(openings, "Öffnung", "Öffnungen");
    let anchors = count(anchors, "Bündelnachweis", "Bündelnachweise");
    let parts: Vec<String> = openings.into_iter().chain(anchors).collect();
    if parts.is_empty() {
        return "Die Datei ist ganz und unverändert.".to_owned();
    }
    format!(
        "Die Datei ist ganz und unverändert, und ihre Teile sind es auch: {}.",
        parts.join(", ")
    )
}

fn anchored(at: &Moment, batch: bool, attested: bool) -> String {
    let how = if batch {
        " als Teil eines Bündels"
    } else {
        ""
    };
    let checked = if attested {
        " Der Vertrag selbst hat die Unterschrift geprüft."
    } else {
        ""
    };
    format!("Verankert{how} in {}.{checked}", moment(at))
}

fn bracket(lower: &Lower, upper: &Upper) -> String {
    let not_earlier = match lower {
        Lower::At(at) => format!("Nicht früher als {}", moment(at)),
        Lower::NoBeacon => "Ohne untere Grenze (er entstand offline)".to_owned(),
        Lower::NotFound => "Untere Grenze unbekannt (seine Zeitmarke ist kein endgültiger Block, den dieser Knoten kennt)".to_owned(),
        Lower::NotAsked => "Untere Grenze unbekannt (seine Kette wurde nicht gefragt)".to_owned(),
    };
    let not_later = match upper {
        Upper::At(at) => format!("nicht später als {}", moment(at)),
        Upper::NotAnchored => "ohne obere Grenze (er ist nicht verankert)".to_owned(),
        Upper::NotAsked => "obere Grenze unbekannt (seine Kette wurde nicht gefragt)".to_owned(),
    };
    format!("{not_earlier}; {not_later}.")
}

/// The earlier receipt and how far the use of its result is shown.
pub fn reference(earlier: &ReceiptId, shown: Option<Link>) -> String {
    let how = match shown {
        Some(Link::Verified) => "geprüft: Beide Öffnungen zeigen dieselben Bytes",
        Some(Link::None) => "behauptet; der daneben gegebene Beleg ist ein anderer",
        Some(Link::Claimed) | None => "behauptet",
    };
    format!("{earlier} ({how})")
}

/// The name of a deployment on a development chain.
pub fn development(name: &str) -> String {
    format!("{name} (Entwicklungskette: Sie beweist nichts)")
}

/// A block with its time.
pub fn moment(moment: &Moment) -> String {
    format!("Block {} ({})", moment.block, time(moment.seconds))
}

/// Seconds since 1970 as `23.11.2026, 12:45:00 UTC`.
pub fn time(seconds: u64) -> String {
    let english = super::en::time(seconds);
    let turned = english.split_once(' ').and_then(|(date, clock)| {
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        Some(format!("{day}.{month}.{year}, {clock}"))
    });
    turned.unwrap_or_else(|| format!("Sekunde {seconds} seit 1970"))
}
