//! Putting a receipt at stake: what is risked, what is shown, and what has to be done afterwards (EXACT 5, 6).

use super::en;
use super::language::{language, Language, Text};
use countersign_client::unit::Unit;

pub const HEAD: Text = Text::new("Put it at stake", "Ein Pfand darauf setzen");
pub const LEAD: Text = Text::new(
    "You deposit a bond that this result is right. Whoever holds the input and can prove another result takes half of it; the other half is burned. If nobody can, you get it back.",
    "Sie hinterlegen ein Pfand darauf, dass dieses Ergebnis stimmt. Wer die Eingabe hat und ein anderes Ergebnis beweisen kann, bekommt die Hälfte; die andere Hälfte wird vernichtet. Kann es niemand, erhalten Sie es zurück.",
);
pub const BEGIN: Text = Text::new("Put at stake", "Pfand setzen");
pub const GO: Text = Text::new("Stake the bond", "Pfand hinterlegen");
pub const KEEP: Text = Text::new("Do not stake", "Kein Pfand setzen");
pub const REVIEW: Text = Text::new(
    "Read it before you stake",
    "Lesen Sie es, bevor Sie das Pfand setzen",
);
pub const READING: Text = Text::new(
    "The disputes contract is being read.",
    "Der Streitvertrag wird gelesen.",
);
pub const NOT_ANCHORED: Text = Text::new(
    "Only an anchored receipt can be put at stake: anchor it first.",
    "Nur auf einen verankerten Beleg lässt sich ein Pfand setzen: Verankern Sie ihn zuerst.",
);
pub const NO_CONTRACT: Text = Text::new(
    "The list of deployments names no disputes contract for this chain.",
    "Die Liste der Bereitstellungen nennt für diese Kette keinen Streitvertrag.",
);
pub const UNREAD: Text = Text::new(
    "The disputes contract could not be read",
    "Der Streitvertrag konnte nicht gelesen werden",
);
pub const BY_COMMAND: Text = Text::new(
    "The bond comes from the account that signed. This page holds the keys of development accounts only; the command line does it for yours, and needs the model's file (--models):",
    "Das Pfand kommt von dem Konto, das unterzeichnet hat. Diese Seite hat nur die Schlüssel von Entwicklungskonten; für Ihres tut es die Befehlszeile, und sie braucht die Datei des Modells (--models):",
);
pub const RECOMPILING: Text = Text::new(
    "Compiling the model's program from its file again, to compare it with the registered one",
    "Das Programm des Modells wird erneut aus seiner Datei übersetzt und mit dem registrierten verglichen",
);
pub const NOT_STAKED: Text = Text::new(
    "Nothing was sent: a bond is staked only on a model whose file gives the registered program.",
    "Es wurde nichts gesendet: Ein Pfand wird nur auf ein Modell gesetzt, dessen Datei das registrierte Programm ergibt.",
);
pub const UNKNOWN_MODEL: Text = Text::new(
    "The registry does not hold this receipt's model.",
    "Das Register enthält das Modell dieses Belegs nicht.",
);
pub const SEE: Text = Text::new("See the claim", "Den Anspruch ansehen");
pub const DEFEND: Text = Text::new(
    "Now answer challenges. This page does not: save the receipt's file with everything opened, keep the input as NPY files, and keep this running until the claim is final.",
    "Beantworten Sie nun Anfechtungen. Diese Seite tut es nicht: Speichern Sie die Datei des Belegs mit allem geöffnet, bewahren Sie die Eingabe als NPY-Dateien auf und lassen Sie dies laufen, bis der Anspruch endgültig ist.",
);

/// What is risked, who may take it, and what becomes public; one line each.
pub fn means(bond: u128, unit: &Unit, window: u32, clock: u32) -> Vec<String> {
    let (bond, window, clock) = (
        en::amount(bond, unit),
        en::count(u64::from(window)),
        en::count(u64::from(clock)),
    );
    match language() {
        Language::English => vec![
            format!("Bond: {bond}, from the account that signed."),
            format!("It stays with the contract for {window} blocks at least, and longer while a challenge is open."),
            format!("Risk: each challenge must be answered within {clock} blocks in all. Who does not answer loses the whole bond, even if the result is right."),
            "Privacy: a dispute publishes the hashes of input and output without their salts, so that an input that can be guessed can be confirmed by everybody, and single pieces of 64 numbers from within the network.".to_owned(),
            "It cannot be undone, and each receipt can be put at stake once.".to_owned(),
        ],
        Language::German => vec![
            format!("Pfand: {bond}, vom Konto, das unterzeichnet hat."),
            format!("Es bleibt mindestens {window} Blöcke beim Vertrag, und länger, solange eine Anfechtung läuft."),
            format!("Risiko: Jede Anfechtung muss in insgesamt {clock} Blöcken beantwortet werden. Wer nicht antwortet, verliert das ganze Pfand, auch wenn das Ergebnis stimmt."),
            "Privatheit: Ein Streit veröffentlicht die Hashes von Eingabe und Ausgabe ohne ihr Salz, sodass jeder eine Eingabe bestätigen kann, die sich erraten lässt, und einzelne Stücke von 64 Zahlen aus dem Inneren des Netzes.".to_owned(),
            "Es lässt sich nicht rückgängig machen, und auf jeden Beleg lässt sich nur einmal ein Pfand setzen.".to_owned(),
        ],
    }
}

/// When it is done.
pub fn staked(at: &str) -> String {
    match language() {
        Language::English => format!("At stake since {at}."),
        Language::German => format!("Mit Pfand seit {at}."),
    }
}
