//! The words on receipts at stake and their games (EXACT 5, 6).

use super::en;
use super::language::{language, Language, Text};
use countersign_shared::disputes::{ClaimRecord, GameRecord};
use countersign_shared::exact::claim::Standing;
use countersign_shared::exact::game::{Game, Phase};
use countersign_shared::exact::names::PhaseName;
use countersign_shared::exact::Side;
use countersign_shared::id::ReceiptId;

pub const CLAIMS: Text = Text::new("Claims", "Ansprüche");
pub const CLAIM: Text = Text::new("Receipt at stake", "Beleg mit Pfand");
pub const STANDING: Text = Text::new("Standing", "Stand");
pub const ASSERTER: Text = Text::new("Put at stake by", "Verpfändet von");
pub const ASSERTED: Text = Text::new("At stake since", "Verpfändet seit");
pub const UNTIL: Text = Text::new("Can be challenged until", "Anfechtbar bis");
pub const BOND: Text = Text::new("Bond of each side", "Pfand jeder Seite");
pub const GAMES: Text = Text::new("Games", "Spiele");
pub const NO_GAMES: Text = Text::new(
    "Nobody has challenged this receipt.",
    "Niemand hat diesen Beleg angefochten.",
);
pub const CHALLENGER: Text = Text::new("Challenged by", "Angefochten von");
pub const OPENED: Text = Text::new("Since", "Seit");
pub const TURN: Text = Text::new("Moves made", "Gemachte Züge");
pub const NEXT: Text = Text::new("Next", "Als Nächstes");
pub const CLOCKS: Text = Text::new("Blocks left", "Verbleibende Blöcke");
pub const NARROWED: Text = Text::new("Narrowed down to", "Eingegrenzt auf");
pub const CONTRACT: Text = Text::new("Disputes contract", "Streitvertrag");
pub const AGAIN: Text = Text::new("Read again", "Erneut lesen");
pub const GONE: Text = Text::new(
    "No receipt with this id is at stake at the newest finalised block. A receipt that was never put at stake cannot be disputed here, only repeated.",
    "Am neuesten endgültigen Block ist kein Beleg mit dieser Kennung verpfändet. Ein Beleg, der nie verpfändet wurde, lässt sich hier nicht anfechten, nur wiederholen.",
);
pub const NONE_HERE: Text = Text::new("No claims here", "Keine Ansprüche hier");
pub const NONE_HERE_WHY: Text = Text::new(
    "The list of deployments names no disputes contract for this chain.",
    "Die Liste der Bereitstellungen nennt für diese Kette keinen Streitvertrag.",
);
pub const RELEASED: Text = Text::new(
    "Its code is the released one: the page compared the hashes.",
    "Sein Code ist der veröffentlichte: Die Seite hat die Hashes verglichen.",
);
pub const WATCH: Text = Text::new("Watch a lie lose", "Zusehen, wie eine Lüge verliert");
pub const HOW: Text = Text::new(
    "Who holds the input can challenge, and the contract decides after at most eight multiplications. The command line plays: countersign claim.",
    "Wer die Eingabe hat, kann anfechten, und der Vertrag entscheidet nach höchstens acht Multiplikationen. Die Befehlszeile spielt: countersign claim.",
);

/// What became of a claim (EXACT 5.6).
pub const fn standing(standing: Standing) -> Text {
    match standing {
        Standing::Open => Text::new("open", "offen"),
        Standing::Final => Text::new("final", "endgültig"),
        Standing::False => Text::new("false", "falsch"),
    }
}

/// Its name for tests and style sheets, the same in every language.
pub const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Final => "final",
        Standing::False => "false",
    }
}

/// A game by its number; people count from 1.
pub fn game(number: u32) -> String {
    let number = en::count(u64::from(number).saturating_add(1));
    match language() {
        Language::English => format!("Game {number}"),
        Language::German => format!("Spiel {number}"),
    }
}

/// What changed in the list, for a screen reader: new claims, or the standing of one.
pub fn list_news(
    (before, old): (&[(ReceiptId, ClaimRecord)], u32),
    (now, total): (&[(ReceiptId, ClaimRecord)], u32),
) -> Option<String> {
    if total > old {
        let total = en::count(u64::from(total));
        return Some(match language() {
            Language::English => format!("A new claim: {total} in all."),
            Language::German => format!("Ein neuer Anspruch: {total} insgesamt."),
        });
    }
    let changed = now.iter().find_map(|(id, record)| {
        let (_, before) = before.iter().find(|(other, _)| other == id)?;
        (before.claim.standing != record.claim.standing).then_some((id, record.claim.standing))
    });
    changed.map(|(id, now)| {
        // The first digits, as the list shows them.
        let (id, now) = (
            id.to_string().chars().take(8).collect::<String>(),
            standing(now),
        );
        match language() {
            Language::English => format!("The claim {id}… is {now} now."),
            Language::German => format!("Der Anspruch {id}… ist jetzt {now}."),
        }
    })
}

/// What changed in a claim, for a screen reader.
pub fn claim_news(new: Option<Standing>, changed: Option<&(u32, GameRecord)>) -> Option<String> {
    let game = changed.map(|(number, record)| {
        let (name, contest) = (game(*number), &record.contest);
        format!("{name}: {}.", next(&contest.game, contest.settled))
    });
    let standing = new.map(|new| format!("{STANDING}: {}.", standing(new)));
    match (standing, game) {
        (Some(standing), Some(game)) => Some(format!("{game} {standing}")),
        (standing, game) => standing.or(game),
    }
}

/// What it means.
pub const fn standing_note(standing: Standing) -> Text {
    match standing {
        Standing::Open => Text::new(
            "It has neither been refuted nor become final.",
            "Er ist weder widerlegt noch endgültig.",
        ),
        Standing::Final => Text::new(
            "Nobody refuted it in time, and the bond went back.",
            "Niemand hat ihn rechtzeitig widerlegt, und das Pfand ging zurück.",
        ),
        Standing::False => Text::new(
            "It lost a game, by a proof or by its clock. That stays so.",
            "Er hat ein Spiel verloren, durch einen Beweis oder durch seine Uhr. Das bleibt so.",
        ),
    }
}

/// A side of a game.
pub const fn side(side: Side) -> Text {
    match side {
        Side::Asserter => Text::new("the signer", "der Unterzeichner"),
        Side::Challenger => Text::new("the challenger", "der Anfechtende"),
    }
}

/// What is to be done in a game, or how it ended.
pub fn next(game: &Game, settled: bool) -> String {
    if let Some(winner) = game.winner() {
        let winner = side(winner);
        return match language() {
            Language::English => format!("over: {winner} won"),
            Language::German => format!("beendet: {winner} hat gewonnen"),
        };
    }
    if settled {
        return Text::new(
            "stopped by another challenger's win; the bond is back",
            "durch den Sieg eines anderen beendet; das Pfand ist zurück",
        )
        .to_string();
    }
    let what = match game.phase.kind() {
        PhaseName::Trace => Text::new(
            "the signer opens the network",
            "der Unterzeichner öffnet das Netz",
        ),
        PhaseName::Pick => Text::new(
            "the challenger picks a part",
            "der Anfechtende wählt einen Teil",
        ),
        PhaseName::Open => Text::new(
            "the signer opens the part",
            "der Unterzeichner öffnet den Teil",
        ),
        PhaseName::Reveal => Text::new(
            "the signer reveals 64 numbers",
            "der Unterzeichner legt 64 Zahlen offen",
        ),
        PhaseName::Element => Text::new(
            "the challenger names a wrong number",
            "der Anfechtende nennt eine falsche Zahl",
        ),
        PhaseName::Sums => Text::new(
            "the signer posts running sums",
            "der Unterzeichner legt Zwischensummen vor",
        ),
        PhaseName::Segment => Text::new(
            "the challenger names where they part",
            "der Anfechtende nennt, wo sie abweichen",
        ),
        PhaseName::Over => Text::new("over", "beendet"),
    };
    what.to_string()
}

/// Both clocks.
pub fn clocks(game: &Game) -> String {
    let count = |side: Side| en::count(u64::from(game.clock(side)));
    let (asserter, challenger) = (count(Side::Asserter), count(Side::Challenger));
    match language() {
        Language::English => format!("signer {asserter}, challenger {challenger}"),
        Language::German => format!("Unterzeichner {asserter}, Anfechtender {challenger}"),
    }
}

/// Until which block a claim can be challenged.
pub fn until(block: u32) -> String {
    let block = en::count(u64::from(block));
    match language() {
        Language::English => format!("block {block}"),
        Language::German => format!("Block {block}"),
    }
}

/// From the network to the terms: one line for each level that the game has reached.
pub fn narrowed(game: &Game) -> Vec<String> {
    let german = language() == Language::German;
    let say = |english: String, deutsch: String| if german { deutsch } else { english };
    let number = |number: u32| en::count(u64::from(number));
    let mut lines = Vec::new();
    if let Some(known) = &game.known {
        let steps = number(known.steps);
        lines.push(if known.steps == 1 {
            say(
                "a network of one step".to_owned(),
                "ein Netz aus einem Schritt".to_owned(),
            )
        } else {
            say(
                format!("a network of {steps} steps"),
                format!("ein Netz aus {steps} Schritten"),
            )
        });
    }
    if let Some(target) = &game.target {
        let dims: Vec<String> = target
            .step
            .dims
            .sizes()
            .iter()
            .map(u32::to_string)
            .collect();
        let (leaf, dims) = (number(target.leaf), dims.join(" × "));
        // The operator's name in EXACT 2.4.
        let op = target.step.op;
        lines.push(say(
            format!("tensor {leaf}: {op:?}, {dims}"),
            format!("Tensor {leaf}: {op:?}, {dims}"),
        ));
    }
    match &game.phase {
        Phase::Pick { node, .. } | Phase::Open { node, .. } => {
            let (from, to) = (
                number(node.first),
                number(node.first.saturating_add(node.leaves)),
            );
            // A tensor is opened once its step was picked (EXACT 6).
            lines.push(if game.target.is_some() {
                say(
                    format!("chunks {from} up to before {to}, 64 numbers each"),
                    format!("Stücke {from} bis vor {to}, je 64 Zahlen"),
                )
            } else {
                say(
                    format!("tensors {from} up to before {to}"),
                    format!("Tensoren {from} bis vor {to}"),
                )
            });
        }
        Phase::Reveal { chunk, .. } | Phase::Element { chunk, .. } => {
            let chunk = number(*chunk);
            lines.push(say(
                format!("chunk {chunk}: 64 numbers"),
                format!("Stück {chunk}: 64 Zahlen"),
            ));
        }
        Phase::Sums { range } | Phase::Segment { range, .. } => {
            let element = number(range.element);
            let (from, to) = (number(range.from), number(range.to));
            let start = Text::new("the start", "Anfang").to_string();
            let begin = range.begin.map_or(start, |value| value.to_string());
            let end = range.end;
            lines.push(say(format!("number {element}"), format!("Zahl {element}")));
            lines.push(say(
                format!("terms {from} up to before {to}: from {begin} to a claimed {end}"),
                format!("Summanden {from} bis vor {to}: von {begin} auf behauptete {end}"),
            ));
        }
        Phase::Trace | Phase::Won(_) => {}
    }
    lines
}
