//! Games of our own (`recorded/games.json`, of the shape of the vectors' `games.json`), for what the independent model's have not: the asserter's wins, a second
//! round of running values, an input that no true claim has, and a chunk that cannot be revealed. `BLESS=1` writes the file again
//! after a wanted change. A move with `refused` is refused with that sentence; the side that `late` names stops moving in the end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use common::{entries, text};
use countersign_shared::exact::game::{Game, Moment, Phase, Subject};
use countersign_shared::exact::moves::{InputProof, Move};
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::Player;
use countersign_shared::exact::program::element_bytes;
use countersign_shared::exact::run::{honest, Hook};
use countersign_shared::exact::{Side, Sizes};
use countersign_shared::{hex, Software};
use exact_common::moves::{id, json_of, move_of, move_size};
use exact_common::play::{opening, receipt, subject, C, CLOCK};
use exact_common::tiny::{self, Tiny};
use serde_json::{json, Value};
use std::path::PathBuf;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/games.json")
}

fn letter(side: Side) -> &'static str {
    match side {
        Side::Asserter => "A",
        Side::Challenger => "C",
    }
}

/// A game that is being played and written down.
struct Recorder<'a> {
    tiny: &'a Tiny,
    subject: Subject,
    asserter: Player<'a, Software>,
    challenger: Player<'a, Software>,
    game: Game,
    moves: Vec<Move>,
    lines: Vec<Value>,
}

impl<'a> Recorder<'a> {
    fn new(tiny: &'a Tiny, lie: &'a Hook<'a>, inputs: &'a [Vec<u32>]) -> Self {
        let asserter = Player::new(&tiny.program, &tiny.inputs, lie, &C);
        let opened = opening(&asserter, &Sizes::EXACT, &tiny.program);
        Self {
            tiny,
            subject: subject(&tiny.program, &opened),
            challenger: Player::new(&tiny.program, inputs, &honest, &C),
            asserter,
            game: Game::new(0, CLOCK),
            moves: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Writes a move down; whether it was accepted.
    fn play(&mut self, made: Move) -> bool {
        let side = self.game.phase.side().unwrap();
        let (phase, turn, block) = (self.game.phase.name(), self.game.turn, self.game.last);
        let by = Moment { side, turn, block };
        let played = self.game.play(&Sizes::EXACT, &self.subject, by, &made, &C);
        let mut line = json_of(&made);
        line["phase"] = phase.into();
        line["side"] = letter(side).into();
        line["turn"] = turn.into();
        line["bytes"] = move_size(&made).into();
        if let Err(refusal) = played {
            line["refused"] = refusal.to_string().into();
        } else {
            self.moves.push(made);
        }
        self.lines.push(line);
        played.is_ok()
    }

    /// The asserter's move, with its last running values bent to what it claims.
    fn asserts(&mut self) -> bool {
        let secrets = receipt(&self.tiny.program);
        let made = self.asserter.assert(&Sizes::EXACT, &secrets, &self.game);
        let mut made = made.unwrap().unwrap();
        if let (Move::OpenSums { values }, Phase::Sums { range }) = (&mut made, &self.game.phase) {
            let wrong = range.end - values.last().unwrap();
            let from = values.len() / 2;
            for value in values.iter_mut().skip(from) {
                *value += wrong;
            }
        }
        self.play(made)
    }

    /// Both sides to the end, or until the asserter cannot move.
    fn play_on(&mut self) {
        while let Some(side) = self.game.phase.side() {
            let accepted = match side {
                Side::Asserter => self.asserts(),
                Side::Challenger => {
                    let made = self
                        .challenger
                        .challenge(&Sizes::EXACT, &self.game, &self.moves);
                    self.play(made.unwrap().unwrap())
                }
            };
            if !accepted {
                break;
            }
        }
    }

    /// The game as it stands; if it is not over, whoever is to move lets its clock run out.
    fn ends(self) -> Value {
        let late = self.game.phase.side();
        let winner = self
            .game
            .winner()
            .or(late.map(Side::other))
            .expect("a winner");
        let raw = |bytes: &[u8]| hex::encode(bytes).trim_start_matches("0x").to_owned();
        json!({
            "program": self.tiny.name,
            "model": raw(self.subject.model.as_bytes()),
            "input": raw(self.subject.input.as_bytes()),
            "output": raw(self.subject.output.as_bytes()),
            "moves": self.lines,
            "late": late.map(letter),
            "winner": letter(winner),
        })
    }
}

/// A challenger without a case: it picks as told, tries what it has, and lets its clock run out.
fn without_a_case(tiny: &Tiny, picks: &[u32], element: u32) -> Value {
    let mut record = Recorder::new(tiny, &honest, &tiny.inputs);
    record.asserts();
    for child in picks {
        let Phase::Pick { node, .. } = record.game.phase else {
            panic!("{:?}", record.game.phase);
        };
        let made = record.challenger.pick(&Sizes::EXACT, &node, *child);
        assert!(record.play(made.unwrap()));
        record.asserts();
    }
    match record.game.phase.clone() {
        // The step of another leaf, and an element of the input that is right.
        Phase::Pick { node, .. } => {
            let made = record.challenger.pick(&Sizes::EXACT, &node, element);
            let Ok(Move::Pick { step, .. }) = made else {
                panic!("{made:?}");
            };
            assert!(!record.play(Move::Pick { child: 0, step }));
            assert!(!record.play(Move::ProveInput(InputProof {
                input: 0,
                index: 0,
                chunk: element_bytes(&tiny.inputs[0]),
                element,
                path: Vec::new(),
            })));
        }
        Phase::Element { .. } if record.play(Move::PickElement { element }) => {
            record.asserts();
        }
        _ => {}
    }
    let proof = record
        .challenger
        .prove(&Sizes::EXACT, &record.game, element.min(2), &record.moves);
    if let Ok((made, agrees)) = proof {
        assert!(agrees && !record.play(made));
    }
    record.ends()
}

/// A lie about one element, to its end.
fn lie(tiny: &Tiny, leaf: u32, element: usize, bits: Option<u32>) -> Value {
    let hook = move |at: u32, elements: &mut [u32]| {
        if at == leaf {
            let next = || bits_of_int(int_of_bits(elements[element]).unwrap() + 1).unwrap();
            elements[element] = bits.unwrap_or_else(next);
        }
    };
    let mut inputs = tiny.inputs.clone();
    if let Some(input) = inputs.get_mut(leaf as usize) {
        hook(leaf, input);
    }
    let mut record = Recorder::new(tiny, &hook, &inputs);
    record.play_on();
    record.ends()
}

fn games() -> Value {
    let (deep, wide) = (tiny::deep(), tiny::wide());
    let last = deep.program.leaves() - 1;
    let ten = bits_of_int(10);
    json!([
        // The asserter's: in the trace, at a direct operator's element, and at a dot product's running values.
        without_a_case(&deep, &[1], 1),
        without_a_case(&deep, &[34, 1, 39], 5),
        without_a_case(&deep, &[0, 1], 2),
        // The challenger's.
        lie(&deep, 1, 2, None),
        lie(&deep, 40, 0, None),
        lie(&deep, last, 5000, None),
        lie(&deep, last, 5000, Some(0x7fc0_0000)),
        lie(&deep, 0, 19, ten),
        lie(&wide, 1, 0, None),
        lie(&wide, 0, 8199, ten),
    ])
}

/// What the players play today is what is recorded.
#[test]
fn players_play_what_is_recorded() {
    let found = json!({"games": games()});
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file(), format!("{found}\n")).unwrap();
    }
    let recorded: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    assert!(recorded == found, "BLESS=1 writes other games");
}

/// Without any player: the rules accept and refuse what is recorded, and the clock ends what no proof has ended.
#[test]
fn recorded_games_end_as_recorded() {
    let all: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    let mut winners = Vec::new();
    for entry in entries(&all, "games") {
        let subject = Subject {
            model: id(entry, "model"),
            input: id(entry, "input"),
            output: id(entry, "output"),
        };
        let mut game = Game::new(0, CLOCK);
        for line in entries(entry, "moves") {
            let made = move_of(line);
            assert_eq!(move_size(&made), line["bytes"]);
            assert_eq!(game.phase.name(), text(line, "phase"));
            let side = game.phase.side().unwrap();
            assert_eq!(letter(side), text(line, "side"));
            let by = Moment {
                side,
                turn: u32::try_from(line["turn"].as_u64().unwrap()).unwrap(),
                block: game.last,
            };
            let before = game.clone();
            let played = game.play(&Sizes::EXACT, &subject, by, &made, &C);
            let refusal = played.err().map(|refusal| refusal.to_string());
            assert_eq!(refusal.as_deref(), line["refused"].as_str());
            assert_eq!(refusal.is_some(), game == before);
        }
        if let Some(late) = game.phase.side() {
            assert_eq!(entry["late"], letter(late));
            game.timeout(CLOCK + 1).unwrap();
        }
        assert_eq!(letter(game.winner().unwrap()), text(entry, "winner"));
        winners.push(text(entry, "winner").to_owned());
    }
    assert_eq!(winners.concat(), "AAACCCCCCC");
}
