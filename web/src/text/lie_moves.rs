//! The steps of the show in sentences: what comes, what was done, what each level of the picture says.

use super::en;
use super::language::{language, Language, Text};
use super::lie::integer;
use countersign_client::unit::Unit;
use countersign_messages::{Proof, Scene};
use countersign_shared::exact::names::PhaseName;

/// In the language in use.
fn say(english: String, german: String) -> String {
    match language() {
        Language::English => english,
        Language::German => german,
    }
}

fn count(number: u32) -> String {
    en::count(u64::from(number))
}

/// Before there is a claim.
pub const LOADING: Text = Text::new(
    "Model and engine are being fetched.",
    "Modell und Engine werden geladen.",
);
pub const STAGING: Text = Text::new(
    "The model runs, and a lie is looked for that changes the answer.",
    "Das Modell läuft, und es wird eine Lüge gesucht, die die Antwort ändert.",
);
pub const READING: Text = Text::new("The chain is being read.", "Die Kette wird gelesen.");
pub const ANCHOR: Text = Text::new(
    "The liar signs the false receipt and anchors it.",
    "Der Lügner unterzeichnet den falschen Beleg und verankert ihn.",
);
pub const STAKE: Text = Text::new(
    "The liar puts the receipt at stake.",
    "Der Lügner setzt sein Pfand auf den Beleg.",
);
pub const CHALLENGE: Text = Text::new(
    "The challenger objects, with a bond of its own.",
    "Der Anfechtende widerspricht, mit einem eigenen Pfand.",
);
pub const SETTLE: Text = Text::new(
    "Another challenger won first: the bond is fetched back.",
    "Ein anderer hat zuerst gewonnen: Das Pfand wird zurückgeholt.",
);
pub const TIMEOUT: Text = Text::new(
    "The clock of the side to move has run out: that is told to the contract.",
    "Die Uhr der Seite am Zug ist abgelaufen: Das wird dem Vertrag gesagt.",
);
pub const WITHDRAW: Text = Text::new(
    "The challenger fetches what is due to it.",
    "Der Anfechtende holt, was ihm zusteht.",
);

/// The move that a game waits for.
pub const fn waits(phase: PhaseName) -> Text {
    match phase {
        PhaseName::Trace => Text::new(
            "The liar publishes the fingerprint of every tensor.",
            "Der Lügner legt den Fingerabdruck jedes Tensors vor.",
        ),
        PhaseName::Pick => Text::new(
            "The challenger names the first part whose fingerprint is not its own.",
            "Der Anfechtende nennt den ersten Teil, dessen Fingerabdruck nicht seiner ist.",
        ),
        PhaseName::Open => Text::new(
            "The liar opens the fingerprint into smaller ones.",
            "Der Lügner öffnet den Fingerabdruck in kleinere.",
        ),
        PhaseName::Reveal => Text::new(
            "The liar lays the numbers of the chunk open.",
            "Der Lügner legt die Zahlen des Stücks offen.",
        ),
        PhaseName::Element => Text::new(
            "The challenger names the wrong number.",
            "Der Anfechtende nennt die falsche Zahl.",
        ),
        PhaseName::Sums => Text::new(
            "The liar publishes running sums of this number.",
            "Der Lügner legt Zwischensummen dieser Zahl vor.",
        ),
        PhaseName::Segment => Text::new(
            "The challenger proves what the terms before the first wrong sum give.",
            "Der Anfechtende beweist, was die Summanden vor der ersten falschen Summe ergeben.",
        ),
        PhaseName::Over => Text::new("The game is over.", "Das Spiel ist zu Ende."),
    }
}

/// The status line while a step is under way.
pub fn now(what: &str) -> String {
    say(format!("Now: {what}"), format!("Jetzt: {what}"))
}

/// The status line while it waits to be told to go on.
pub fn paused(what: &str) -> String {
    say(
        format!("Paused. Next: {what}"),
        format!("Angehalten. Als Nächstes: {what}"),
    )
}

/// The status line at the end.
pub fn over(standing: &str) -> String {
    say(
        format!("Over. The claim stands {standing} on the chain."),
        format!("Zu Ende. Auf der Kette steht der Anspruch als {standing}."),
    )
}

/// A move that was made.
pub fn made(scene: &Scene) -> String {
    match scene {
        Scene::Tensors(parts) => {
            let parts = en::count(parts.len() as u64);
            say(
                format!("published {parts} fingerprints: one for each tensor"),
                format!("legte {parts} Fingerabdrücke vor: einen für jeden Tensor"),
            )
        }
        Scene::Chunks(parts) => {
            let parts = en::count(parts.len() as u64);
            say(
                format!("opened the tensor into {parts} fingerprints"),
                format!("öffnete den Tensor in {parts} Fingerabdrücke"),
            )
        }
        Scene::Pick { part } => {
            let part = count(*part);
            say(
                format!("named part {part}, the first that differs"),
                format!("nannte Teil {part}, den ersten, der abweicht"),
            )
        }
        Scene::Numbers { chunk, claimed, .. } => {
            let (chunk, numbers) = (count(*chunk), en::count(claimed.len() as u64));
            say(
                format!("laid open the {numbers} numbers of chunk {chunk}"),
                format!("legte die {numbers} Zahlen von Stück {chunk} offen"),
            )
        }
        Scene::Number { position } => {
            let position = count(*position);
            say(
                format!("named number {position} of the chunk"),
                format!("nannte Zahl {position} des Stücks"),
            )
        }
        Scene::Sums {
            claimed, stride, ..
        } => {
            let (sums, stride) = (en::count(claimed.len() as u64), count(*stride));
            say(
                format!("published {sums} running sums, one after every {stride} terms"),
                format!("legte {sums} Zwischensummen vor, eine nach je {stride} Summanden"),
            )
        }
        Scene::Segment { position } => {
            let position = count(*position);
            say(
                format!("named segment {position} of the sum"),
                format!("nannte Abschnitt {position} der Summe"),
            )
        }
        Scene::Proof(proof) => {
            let (computed, claimed) = (integer(proof.computed), integer(proof.claimed));
            say(
                format!("proved {computed} where {claimed} was claimed, and won"),
                format!("bewies {computed}, wo {claimed} behauptet war, und gewann"),
            )
        }
        Scene::Input => say(
            "showed an input outside its interval, and won".to_owned(),
            "zeigte eine Eingabe außerhalb ihres Intervalls und gewann".to_owned(),
        ),
    }
}

/// The level of the network: which tensor is the first that differs.
pub fn network(parts: u32, picked: Option<u32>) -> String {
    let parts = count(parts);
    match picked.map(count) {
        None => say(
            format!("{parts} fingerprints. Those that differ from the challenger's own are marked."),
            format!("{parts} Fingerabdrücke. Die sich von denen des Anfechtenden unterscheiden, sind markiert."),
        ),
        Some(tensor) => say(
            format!("Tensor {tensor} is the first that differs. All before it are agreed."),
            format!("Tensor {tensor} weicht als Erster ab. Über alle davor ist man sich einig."),
        ),
    }
}

/// The level of the tensor.
pub fn tensor(parts: u32, picked: Option<u32>) -> String {
    let parts = count(parts);
    match picked.map(count) {
        None => say(
            format!("{parts} fingerprints of pieces, 64 numbers each."),
            format!("{parts} Fingerabdrücke von Stücken zu je 64 Zahlen."),
        ),
        Some(chunk) => say(
            format!("Chunk {chunk} is the first that differs."),
            format!("Stück {chunk} weicht als Erstes ab."),
        ),
    }
}

/// The level of the chunk; the wrong number as claimed and as computed.
pub fn chunk(chunk: u32, wrong: Option<(u32, i32, i32)>) -> String {
    let chunk = count(chunk);
    match wrong {
        None => say(
            format!("Chunk {chunk} lies open."),
            format!("Stück {chunk} liegt offen."),
        ),
        Some((element, claimed, own)) => {
            let (element, claimed, own) = (count(element), integer(claimed), integer(own));
            say(
                format!("Number {element}: {claimed} is claimed, {own} is computed."),
                format!("Zahl {element}: Behauptet ist {claimed}, berechnet {own}."),
            )
        }
    }
}

/// The level of the running sums: from and to which term the first wrong stretch goes.
pub fn sums(terms: u32, picked: Option<(u32, u32)>) -> String {
    let terms = count(terms);
    match picked {
        None => say(
            format!("A sum of {terms} products, and what it is on the way."),
            format!("Eine Summe von {terms} Produkten, und wie groß sie unterwegs ist."),
        ),
        Some((from, to)) => {
            let (from, to) = (count(from), count(to));
            say(
                format!("Up to term {from} both agree; after term {to} they do not."),
                format!("Bis Summand {from} sind sich beide einig, nach Summand {to} nicht mehr."),
            )
        }
    }
}

/// The level of the terms.
pub fn terms(proof: &Proof) -> String {
    let (computed, claimed) = (integer(proof.computed), integer(proof.claimed));
    say(
        format!("The contract computed {computed}. Claimed was {claimed}."),
        format!("Der Vertrag hat {computed} berechnet. Behauptet war {claimed}."),
    )
}

/// The lines of the drawing of sums, for those who do not see it.
pub const LEGEND_OWN: Text = Text::new("computed", "berechnet");
pub const LEGEND_CLAIMED: Text = Text::new("claimed", "behauptet");

/// What the challenger fetched, and where.
pub fn withdrew(amount: u128, unit: &Unit) -> String {
    let amount = en::amount(amount, unit);
    say(format!("fetched {amount}"), format!("holte {amount}"))
}

/// Half of a bond, burned for this lie, and all that this contract ever burned.
pub fn burned(part: u128, whole: u128, unit: &Unit) -> String {
    let (part, whole) = (en::amount(part, unit), en::amount(whole, unit));
    say(
        format!("{part} (by this contract so far: {whole})"),
        format!("{part} (durch diesen Vertrag bisher: {whole})"),
    )
}

pub const ANCHORED: Text = Text::new(
    "anchored the false receipt",
    "verankerte den falschen Beleg",
);
pub const STAKED: Text = Text::new("put it at stake", "setzte sein Pfand darauf");
pub const CHALLENGED: Text = Text::new("objected", "widersprach");
