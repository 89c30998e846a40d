//! A lie that loses, step by step: what is staged, what happens, and what is seen (EXACT 6).

use super::en;
use super::language::{language, Language, Text};
use countersign_client::unit::Unit;

pub const TITLE: Text = Text::new("Watch a lie lose", "Zusehen, wie eine Lüge verliert");
pub const LEAD: Text = Text::new(
    "Somebody claims a false result. Somebody else has the same input, and objects. A chain decides after at most eight multiplications.",
    "Jemand behauptet ein falsches Ergebnis. Jemand anderes hat dieselbe Eingabe und widerspricht. Eine Kette entscheidet nach höchstens acht Multiplikationen.",
);

pub const STAGED: Text = Text::new("What is staged", "Was gestellt ist");
pub const STAGED_LIST: [Text; 3] = [
    Text::new(
        "Both players are this page: the liar has the key of //Eve, the challenger that of //Ferdie. Everybody knows these keys; they are worth something on this development chain only.",
        "Beide Spieler sind diese Seite: Der Lügner hat den Schlüssel von //Eve, der Anfechtende den von //Ferdie. Jeder kennt diese Schlüssel; etwas wert sind sie nur auf dieser Entwicklungskette.",
    ),
    Text::new(
        "The lie is made for the purpose: one number inside the network is altered so that the answer becomes another one. Everything after it is computed from it as it should be.",
        "Die Lüge ist eigens gemacht: Eine Zahl im Inneren des Netzes wird so verändert, dass die Antwort eine andere wird. Alles danach wird daraus berechnet, wie es sich gehört.",
    ),
    Text::new(
        "The liar always answers. One that stays silent would lose by its clock instead.",
        "Der Lügner antwortet immer. Einer, der schweigt, würde stattdessen durch seine Uhr verlieren.",
    ),
];
pub const REAL: Text = Text::new("What is real", "Was echt ist");
pub const REAL_LIST: [Text; 3] = [
    Text::new(
        "The model, the picture and every number: the worker of this tab runs the model, and each side moves by the same functions as the command line.",
        "Das Modell, das Bild und jede Zahl: Der Worker dieses Tabs führt das Modell aus, und jede Seite zieht nach denselben Funktionen wie die Befehlszeile.",
    ),
    Text::new(
        "The receipt, its anchor, both bonds and every move: each is a transaction, and the state is read from the chain after each. The contract knows nothing of this page.",
        "Der Beleg, sein Anker, beide Pfänder und jeder Zug: Jeder ist eine Transaktion, und der Stand wird nach jeder von der Kette gelesen. Der Vertrag weiß nichts von dieser Seite.",
    ),
    Text::new(
        "The end: the claim stays in the list of claims as false, for ever.",
        "Das Ende: Der Anspruch bleibt in der Liste der Ansprüche als falsch stehen, für immer.",
    ),
];

pub const PICTURE: Text = Text::new("The picture", "Das Bild");
pub const PICTURE_WHICH: Text = Text::new("Which digit", "Welche Ziffer");
pub const PICTURE_NOTE: Text = Text::new(
    "Ten pictures that the model's training has not seen.",
    "Zehn Bilder, die das Training des Modells nicht gesehen hat.",
);
pub const BY_HAND: Text = Text::new("Wait after each step", "Nach jedem Schritt warten");
pub const BEGIN: Text = Text::new("Make a false claim", "Einen falschen Anspruch stellen");
pub const ANOTHER: Text = Text::new("Make another one", "Noch einen stellen");
pub const NEXT: Text = Text::new("Next step", "Nächster Schritt");
pub const PAUSE: Text = Text::new("Pause", "Anhalten");
pub const BY_ITSELF: Text = Text::new("Go on by itself", "Von selbst weiter");
pub const CONTROLS: Text = Text::new("The show", "Die Vorführung");
pub const STOPPED: Text = Text::new("It stopped", "Es ist stehen geblieben");
pub const STOPPED_WAY: Text = Text::new(
    "Nothing is lost: the next step is found from what the chain says. Until it is made, the clock of the side to move runs.",
    "Nichts ist verloren: Der nächste Schritt ergibt sich aus dem, was die Kette sagt. Bis er gemacht ist, läuft die Uhr der Seite, die am Zug ist.",
);

pub const OPEN: Text = Text::new(
    "A game of this tab is not finished",
    "Ein Spiel dieses Tabs ist nicht zu Ende",
);
pub const OPEN_WAY: Text = Text::new(
    "Both bonds are with the contract. Go on, and it ends as it would have; leave it, and whoever has to move loses once its clock has run out and somebody says so.",
    "Beide Pfänder liegen beim Vertrag. Setzen Sie es fort, endet es, wie es geendet hätte; lassen Sie es liegen, verliert, wer am Zug ist, sobald seine Uhr abgelaufen ist und jemand es sagt.",
);
pub const GO_ON: Text = Text::new("Go on with it", "Fortsetzen");
pub const LEAVE: Text = Text::new("Leave it", "Liegen lassen");
pub const NOT_KEPT: Text = Text::new(
    "This browser keeps nothing for this tab: after a reload the game cannot be gone on with, and the clock ends it.",
    "Dieser Browser bewahrt für diesen Tab nichts auf: Nach einem Neuladen lässt sich das Spiel nicht fortsetzen, und die Uhr beendet es.",
);

pub const LOOKING: Text = Text::new(
    "The chain is being asked for a disputes contract and an exact model.",
    "Die Kette wird nach einem Streitvertrag und einem exakten Modell gefragt.",
);
pub const NOT_HERE: Text = Text::new("Not on this chain", "Nicht auf dieser Kette");
pub const PUBLIC: Text = Text::new(
    "This is a public chain. A false claim made for show has no place there, and its bonds would be real money. On a development chain, which \"cargo xtask up\" starts, it is offered.",
    "Dies ist eine öffentliche Kette. Ein zur Schau gestellter falscher Anspruch hat dort nichts zu suchen, und die Pfänder wären echtes Geld. Auf einer Entwicklungskette, wie „cargo xtask up“ sie startet, wird es angeboten.",
);
pub const NO_CONTRACT: Text = Text::new(
    "The list of deployments names no disputes contract for this chain, so that no claim can be made here.",
    "Die Liste der Bereitstellungen nennt für diese Kette keinen Streitvertrag; hier lässt sich kein Anspruch stellen.",
);
pub const NO_MODEL: Text = Text::new(
    "No exact model for pictures of 8 × 8 is registered on this chain. \"cargo xtask up\" publishes Digits.",
    "Auf dieser Kette ist kein exaktes Modell für Bilder von 8 × 8 registriert. „cargo xtask up“ veröffentlicht Digits.",
);
pub const UNREAD: Text = Text::new(
    "The contract could not be used",
    "Der Vertrag konnte nicht benutzt werden",
);

pub const CLAIMED: Text = Text::new("The false claim", "Der falsche Anspruch");
pub const OUTPUTS: Text = Text::new("Output", "Ausgabe");
pub const COMPUTED: Text = Text::new("The network computes", "Das Netz berechnet");
pub const CLAIMS: Text = Text::new("The liar claims", "Der Lügner behauptet");
pub const LARGEST: Text = Text::new("the largest", "am größten");
pub const DIFFERENCE: Text = Text::new("Compared", "Vergleich");
pub const SAME: Text = Text::new("same", "gleich");
pub const DIFFERS: Text = Text::new("differs", "abweichend");

pub const HAPPENED: Text = Text::new("What happened on the chain", "Was auf der Kette geschah");
pub const NOTHING_YET: Text = Text::new("Nothing yet.", "Noch nichts.");
pub const LIAR: Text = Text::new("The liar", "Der Lügner");
pub const CHALLENGER: Text = Text::new("The challenger", "Der Anfechtende");
pub const SEE: Text = Text::new(
    "See the claim in the explorer",
    "Den Anspruch im Explorer ansehen",
);

pub const SEEN: Text = Text::new("What is seen", "Was man sieht");
pub const AS_TABLE: Text = Text::new("As a table", "Als Tabelle");
pub const NOT_REACHED: Text = Text::new("Not reached yet", "Noch nicht erreicht");
pub const LEVELS: [Text; 5] = [
    Text::new("The network", "Das Netz"),
    Text::new("The tensor", "Der Tensor"),
    Text::new("The chunk", "Das Stück"),
    Text::new("The running sums", "Die Zwischensummen"),
    Text::new("The terms", "Die Summanden"),
];
pub const TENSOR: Text = Text::same("Tensor");
pub const OPERATOR: Text = Text::new("Computed by", "Berechnet durch");
pub const SHAPE: Text = Text::new("Shape", "Form");
pub const CHUNK: Text = Text::new("Chunk", "Stück");
pub const NUMBER: Text = Text::new("Number", "Zahl");
pub const AFTER: Text = Text::new("After term", "Nach Summand");
pub const TERM: Text = Text::new("Term", "Summand");
pub const READS: Text = Text::new("Reads", "Liest");
pub const PRODUCT: Text = Text::new("Product", "Produkt");
pub const VALUE: Text = Text::new("Sum so far", "Summe bisher");
pub const PADDING: Text = Text::new("padding", "Rand");
pub const NO_CHUNKS: Text = Text::new(
    "This tensor is a single chunk: there is nothing to choose.",
    "Dieser Tensor ist ein einziges Stück: Es gibt nichts zu wählen.",
);
pub const NO_SUMS: Text = Text::new(
    "This number has at most eight terms: no sums are needed.",
    "Diese Zahl hat höchstens acht Summanden: Zwischensummen braucht es nicht.",
);

pub const END: Text = Text::new("The claim is false", "Der Anspruch ist falsch");
pub const END_OTHER: Text = Text::new("The game is over", "Das Spiel ist zu Ende");
pub const END_NOTE: Text = Text::new(
    "So the chain says, and so it stays. Nobody had to believe either side.",
    "So sagt es die Kette, und so bleibt es. Niemand musste einer Seite glauben.",
);
pub const END_CLOCK: Text = Text::new(
    "It ended by a clock and not by a proof: the side to move answered too late, and its bond is lost.",
    "Es endete durch eine Uhr und nicht durch einen Beweis: Die Seite am Zug hat zu spät geantwortet, und ihr Pfand ist verloren.",
);
pub const LIARS: Text = Text::new("The liar's bond", "Das Pfand des Lügners");
pub const LOST: Text = Text::new("lost", "verloren");
pub const PAID: Text = Text::new("Paid to the challenger", "An den Anfechtenden gezahlt");
pub const BURNED: Text = Text::new("Burned", "Vernichtet");

pub const HOW: Text = Text::new("How a lie loses", "Wie eine Lüge verliert");
pub const HOW_LIST: [Text; 6] = [
    Text::new(
        "The signer puts the receipt at stake with a bond. Whoever has the input can object, with a bond of the same size.",
        "Der Unterzeichner setzt ein Pfand auf den Beleg. Wer die Eingabe hat, kann mit einem gleich großen Pfand widersprechen.",
    ),
    Text::new(
        "A model computes in steps, and each fills a table of numbers, a tensor. The signer publishes one fingerprint of each. From then on none of the numbers can be changed.",
        "Ein Modell rechnet in Schritten, und jeder füllt eine Tabelle mit Zahlen, einen Tensor. Der Unterzeichner legt von jedem einen Fingerabdruck vor. Von da an lässt sich keine der Zahlen mehr ändern.",
    ),
    Text::new(
        "The challenger names the first tensor that is another one in its own computation: what goes into it is agreed, what comes out is not.",
        "Der Anfechtende nennt den ersten Tensor, der in seiner eigenen Rechnung ein anderer ist: Über das, was hineingeht, sind sich beide einig, über das, was herauskommt, nicht.",
    ),
    Text::new(
        "The fingerprint is opened into smaller ones, until 64 numbers lie open. The challenger names the wrong one.",
        "Der Fingerabdruck wird in kleinere geöffnet, bis 64 Zahlen offen liegen. Der Anfechtende nennt die falsche.",
    ),
    Text::new(
        "Such a number is a long sum of products. The signer publishes the sum after every few terms; the challenger names the first value that is wrong.",
        "Eine solche Zahl ist eine lange Summe von Produkten. Der Unterzeichner legt die Summe nach jeweils einigen Summanden vor; der Anfechtende nennt den ersten falschen Wert.",
    ),
    Text::new(
        "Between it and the one before lie at most eight products. The contract gets their factors, each with a proof that it stands under the published fingerprints, and computes.",
        "Zwischen ihm und dem davor liegen höchstens acht Produkte. Der Vertrag bekommt deren Faktoren, jeden mit einem Beweis, dass er unter den vorgelegten Fingerabdrücken steht, und rechnet.",
    ),
];
pub const HOW_MORE: Text = Text::new(
    "What this rests on, what an attacker can still do and what it costs stands in docs/how-a-lie-loses.md beside the source.",
    "Worauf das beruht, was ein Angreifer trotzdem tun kann und was es kostet, steht in docs/how-a-lie-loses.md beim Quelltext.",
);

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

/// A whole number with its sign, as people write it.
pub fn integer(value: i32) -> String {
    let digits = en::count(u64::from(value.unsigned_abs()));
    if value < 0 {
        format!("−{digits}")
    } else {
        digits
    }
}

/// What the bonds are, before anything is sent.
pub fn bonds(bond: u128, unit: &Unit) -> String {
    let bond = en::amount(bond, unit);
    say(
        format!("Each side deposits {bond}. At the end the challenger has its own back and half of the liar's; the other half is burned."),
        format!("Jede Seite hinterlegt {bond}. Am Ende hat der Anfechtende sein eigenes zurück und die Hälfte von dem des Lügners; die andere Hälfte wird vernichtet."),
    )
}

/// A picture, for those who do not see it.
pub fn digit(digit: usize) -> String {
    say(
        format!("A handwritten {digit} in 8 × 8 pixels"),
        format!("Eine handgeschriebene {digit} in 8 × 8 Bildpunkten"),
    )
}

/// What the network sees, and what it is claimed to have seen.
pub fn answers(truth: usize, claimed: usize) -> String {
    if truth == claimed {
        return say(
            format!("The answer stays {truth}, but not with these numbers."),
            format!("Die Antwort bleibt {truth}, aber nicht mit diesen Zahlen."),
        );
    }
    say(
        format!("The network says {truth}. The liar says {claimed}."),
        format!("Das Netz sagt {truth}. Der Lügner sagt {claimed}."),
    )
}

/// Where the lie is told.
pub fn told(leaf: u32, element: u32, truth: i32, added: i32) -> String {
    let (leaf, number) = (count(leaf), count(element));
    let (truth, claimed) = (integer(truth), integer(truth.saturating_add(added)));
    say(
        format!("Told in tensor {leaf}, number {number}: {claimed} in place of {truth}."),
        format!("Erzählt in Tensor {leaf}, Zahl {number}: {claimed} statt {truth}."),
    )
}

/// A shape.
pub fn dims(dims: &[u32]) -> String {
    let sizes: Vec<String> = dims.iter().map(u32::to_string).collect();
    sizes.join(" × ")
}
