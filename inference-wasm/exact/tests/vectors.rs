//! X1, and EXACT 1 to 6 on the ONNX files of an independent model: the same programs and roots, the same values as onnxruntime, the
//! same moves in whole games, and the same refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../shared/tests/exact_common/moves.rs"]
mod moves;

use std::path::PathBuf;

use countersign_exact::{import, Refused};
use countersign_onnx::{load, metadata, LoadLimits};
use countersign_shared::commit::{item_salt, side_salt, Side as End};
use countersign_shared::exact::game::{Game, Moment, Sizes, Subject};
use countersign_shared::exact::moves::Move;
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::{Player, Receipt};
use countersign_shared::exact::run::{honest, run};
use countersign_shared::exact::{Program, Side};
use countersign_shared::id::Seed;
use countersign_shared::Software;
use moves::{hash as id, move_of, raw};
use serde_json::Value;

const C: Software = Software;

fn vectors_path(name: &str) -> PathBuf {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
        PathBuf::from,
    );
    folder.join("exact").join(name)
}

fn vectors(name: &str) -> Value {
    let path = vectors_path(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("no list {key}"))
}

fn base64(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => panic!("{other}"),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 255).unwrap());
        }
    }
    out
}

fn program(entry: &Value) -> Result<Program, Refused> {
    let bytes = base64(entry["onnx"].as_str().unwrap());
    let model = load(&bytes, &[], LoadLimits::default()).unwrap();
    import(&model, &metadata(&bytes).unwrap())
}

fn programs() -> Vec<Value> {
    let names = (1..).map(|number| format!("exact-{number}.json"));
    let there = names.take_while(|name| vectors_path(name).exists());
    let all: Vec<Value> = there
        .flat_map(|name| list(&vectors(&name), "programs").to_vec())
        .collect();
    assert!(!all.is_empty(), "no programs");
    all
}

fn elements(values: &Value) -> Vec<u32> {
    let values = values.as_array().unwrap().iter();
    values
        .map(|value| bits_of_int(i32::try_from(value.as_i64().unwrap()).unwrap()).unwrap())
        .collect()
}

fn inputs(entry: &Value) -> Vec<Vec<u32>> {
    let mut named: Vec<&Value> = list(entry, "inputs").iter().collect();
    named.sort_by_key(|input| input["name"].as_str().unwrap().as_bytes());
    named
        .iter()
        .map(|input| elements(&input["values"]))
        .collect()
}

#[test]
fn programs_2_and_traces_4() {
    for entry in programs() {
        let name = entry["name"].as_str().unwrap();
        let program = program(&entry).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        let steps = list(&entry, "steps");
        assert_eq!(program.steps.len(), steps.len(), "{name}");
        for (step, expected) in program.steps.iter().zip(steps) {
            assert_eq!(
                step.to_bytes(),
                raw(&expected["encoding"]),
                "{name}: {step:?}"
            );
        }
        let roots: Vec<[u8; 32]> = program
            .weight_roots(&C)
            .iter()
            .map(|root| root.to_bytes())
            .collect();
        let expected: Vec<[u8; 32]> = list(&entry, "weights")
            .iter()
            .map(|weight| id(&weight["data_root"]))
            .collect();
        assert_eq!(roots, expected, "{name}");
        assert_eq!(
            program.interface.to_bytes(),
            raw(&entry["interface"]),
            "{name}"
        );
        assert_eq!(program.exact_root(&C), id(&entry["exact_root"]), "{name}");

        let all: Vec<u32> = (0..program.leaves()).collect();
        let trace = run(&program, &inputs(&entry), u32::MAX, &all, &honest, &C).unwrap();
        for ((leaf, root), expected) in (0_u32..).zip(&trace.roots).zip(list(&entry, "trace")) {
            if !expected["values"].is_null() {
                assert_eq!(
                    trace.kept[&leaf],
                    elements(&expected["values"]),
                    "{name}: leaf {leaf}"
                );
            }
            assert_eq!(*root, id(&expected["data_root"]), "{name}: leaf {leaf}");
        }
    }
}

#[test]
fn refusals_1() {
    for entry in list(&vectors("outside.json"), "refused") {
        let name = entry["name"].as_str().unwrap();
        let refused = program(entry).expect_err(name);
        assert_eq!(
            refused.reason.code(),
            entry["reason"].as_str().unwrap(),
            "{name}: {refused}"
        );
        assert_eq!(
            refused.node,
            entry["node"].as_str().unwrap(),
            "{name}: {refused}"
        );
    }
}

/// Both honest players make the very moves of the games: the liar's by the same player with the lie in its trace, but for the
/// running values, which a liar chooses.
#[test]
fn players_6() {
    let programs = programs();
    for entry in list(&vectors("games.json"), "games") {
        let made = entry["program"].as_str().unwrap();
        let vector = programs
            .iter()
            .find(|program| program["name"] == made)
            .unwrap();
        let program = program(vector).unwrap();
        let inputs = inputs(vector);
        let lie = &entry["lie"];
        let number = |key: &str| lie[key].as_i64().unwrap();
        let hook = |leaf: u32, elements: &mut [u32]| {
            if i64::from(leaf) == number("leaf") {
                let at = usize::try_from(number("element")).unwrap();
                let value = i64::from(int_of_bits(elements[at]).unwrap()) + number("added");
                elements[at] = bits_of_int(i32::try_from(value).unwrap()).unwrap();
            }
        };
        let seed = Seed::new(id(&vector["seed"]));
        let salts = |end: End, names: Vec<&str>| {
            let side = side_salt(&seed, end, &C);
            (0..)
                .zip(names)
                .map(|(index, name)| item_salt(&side, index, name, &C))
                .collect()
        };
        let interface = &program.interface;
        let receipt = Receipt {
            publisher: id(&vector["publisher"]),
            manifest: id(&vector["manifest"]),
            input_salts: salts(
                End::Input,
                interface
                    .inputs
                    .iter()
                    .map(|port| port.name.as_str())
                    .collect(),
            ),
            output_salts: salts(
                End::Output,
                interface
                    .outputs
                    .iter()
                    .map(|port| port.name.as_str())
                    .collect(),
            ),
        };
        let liar = Player::new(&program, &inputs, &hook, &C);
        let challenger = Player::new(&program, &inputs, &honest, &C);
        let subject = Subject {
            model: id(&entry["model"]),
            input: id(&entry["input"]),
            output: id(&entry["output"]),
        };
        let mut game = Game::new(0, 100);
        let mut earlier = Vec::new();
        for (block, expected) in (0..).zip(list(entry, "moves")) {
            let side = game.phase.side().unwrap();
            let next = match side {
                Side::Asserter => liar.assert(&Sizes::EXACT, &receipt, &game),
                Side::Challenger => challenger.challenge(&Sizes::EXACT, &game, &earlier),
            };
            let (next, expected) = (next.unwrap().unwrap(), move_of(expected));
            match (&next, &expected) {
                (Move::OpenSums { values }, Move::OpenSums { values: posted }) => {
                    assert_eq!(values.len(), posted.len());
                }
                _ => assert_eq!(next, expected, "{made}"),
            }
            let by = Moment {
                side,
                turn: game.turn,
                block,
            };
            game.play(&Sizes::EXACT, &subject, by, &expected, &C)
                .unwrap();
            earlier.push(expected);
        }
        assert_eq!(game.winner(), Some(Side::Challenger));
    }
}
