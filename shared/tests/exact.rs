//! EXACT 2 to 6 on the programs, proofs and games of an independent model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use common::{entries, number, text, vectors};
use countersign_shared::commit::{commitment, item_salt, leaf_hash, side_salt, Side as End};
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::game::{Game, Moment, Sizes, Subject};
use countersign_shared::exact::interface::{item, Interface};
use countersign_shared::exact::num::bits_of_int;
use countersign_shared::exact::program::{elements_root, root_hashes, Preimage};
use countersign_shared::exact::proof::{proved, Question, Roots};
use countersign_shared::exact::step::Step;
use countersign_shared::exact::Side;
use countersign_shared::id::{Commitment, DataRoot, ExactRoot, ModelId, Seed};
use countersign_shared::{merkle, Software};
use exact_common::moves::{bytes, id, move_of, move_size};
use exact_common::programs;
use serde_json::Value;

const C: Software = Software;

fn preimage(program: &Value) -> Preimage {
    let steps: Vec<_> = entries_or_none(program, "steps")
        .iter()
        .map(|step| merkle::leaf_hash(&C, &bytes(step, "encoding")))
        .collect();
    let weights: Vec<DataRoot> = entries_or_none(program, "weights")
        .iter()
        .map(|weight| id(weight, "data_root"))
        .collect();
    Preimage {
        program_root: merkle::root(&C, &steps),
        steps: u32::try_from(steps.len()).unwrap(),
        weights_root: merkle::root(&C, &root_hashes(&C, &weights)),
        initialisers: u32::try_from(weights.len()).unwrap(),
        interface: bytes(program, "interface"),
    }
}

fn entries_or_none<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn trace_roots(program: &Value) -> Vec<DataRoot> {
    entries(program, "trace")
        .iter()
        .map(|leaf| id(leaf, "data_root"))
        .collect()
}

fn roots(program: &Value) -> Roots {
    let preimage = preimage(program);
    let trace = root_hashes(&C, &trace_roots(program));
    Roots {
        trace: merkle::root(&C, &trace),
        leaves: u32::try_from(trace.len()).unwrap(),
        weights: preimage.weights_root,
        initialisers: preimage.initialisers,
    }
}

#[test]
fn encodings_and_roots_2() {
    for program in programs() {
        let preimage = preimage(&program);
        assert_eq!(
            preimage.program_root,
            id::<[u8; 32]>(&program, "program_root")
        );
        assert_eq!(
            preimage.weights_root,
            id::<[u8; 32]>(&program, "weights_root")
        );
        let exact: ExactRoot = id(&program, "exact_root");
        assert_eq!(preimage.exact_root(&C), exact);
        let model = ModelId::compute(
            &id(&program, "publisher"),
            &id(&program, "manifest"),
            &exact,
            &C,
        );
        assert_eq!(model, id::<ModelId>(&program, "model_id"));
        assert_eq!(
            roots(&program).trace,
            id::<[u8; 32]>(&program, "trace_root")
        );

        let interface = preimage.interface().unwrap();
        assert_eq!(interface.to_bytes(), preimage.interface);
        let inputs = interface.inputs.len();
        for (index, step) in entries_or_none(&program, "steps").iter().enumerate() {
            let encoding = bytes(step, "encoding");
            let own = u32::try_from(inputs + index).unwrap();
            let decoded = Step::from_bytes(&encoding, own).unwrap();
            assert_eq!(format!("{:?}", decoded.op), text(step, "operator"));
            assert_eq!(decoded.to_bytes(), encoding);
            assert!(Plan::new(&decoded).is_ok());
            // Strict: nothing may follow, nothing may be missing.
            let mut longer = encoding.clone();
            longer.push(0);
            assert!(Step::from_bytes(&longer, own).is_err());
            assert!(Step::from_bytes(&encoding[..encoding.len() - 1], own).is_err());
        }
    }
}

#[test]
fn data_roots_of_integers_3() {
    for program in programs() {
        for leaf in entries(&program, "trace") {
            let Some(values) = leaf["values"].as_array() else {
                continue;
            };
            let elements: Vec<u32> = values
                .iter()
                .map(|value| bits_of_int(i32::try_from(value.as_i64().unwrap()).unwrap()).unwrap())
                .collect();
            assert_eq!(elements_root(&C, &elements), id(leaf, "data_root"));
        }
    }
}

#[test]
fn commitments_4_2() {
    for program in programs() {
        let interface = Interface::from_bytes(&bytes(&program, "interface")).unwrap();
        let roots = trace_roots(&program);
        let seed = Seed::new(id::<[u8; 32]>(&program, "seed"));
        let side = |end: End, ports: Vec<(_, _, usize)>| {
            let salt = side_salt(&seed, end, &C);
            let leaves: Vec<_> = (0..)
                .zip(&ports)
                .map(|(index, (name, dims, leaf))| {
                    let item = item(name, dims, roots[*leaf]).unwrap();
                    let salt = item_salt(&salt, index, name.as_str(), &C);
                    leaf_hash(&salt, &item, &C)
                })
                .collect();
            let count = u32::try_from(leaves.len()).unwrap();
            commitment(end, count, &merkle::root(&C, &leaves), &C)
        };
        let inputs = interface.inputs.iter().enumerate();
        let inputs = inputs.map(|(leaf, port)| (port.name.clone(), port.dims, leaf));
        let outputs = interface.outputs.iter();
        let outputs = outputs.map(|port| {
            (
                port.name.clone(),
                port.dims,
                usize::try_from(port.leaf).unwrap(),
            )
        });
        assert_eq!(
            side(End::Input, inputs.collect()),
            id::<Commitment>(&program, "input_commitment")
        );
        assert_eq!(
            side(End::Output, outputs.collect()),
            id::<Commitment>(&program, "output_commitment")
        );
    }
}

#[test]
fn proofs_6() {
    for program in programs() {
        let name = text(&program, "name");
        let roots = roots(&program);
        let inputs = entries(&program, "inputs").len();
        for entry in entries(&program, "proofs") {
            let index = usize::try_from(number(entry, "step")).unwrap();
            let encoding = bytes(&program["steps"][index], "encoding");
            let own = u32::try_from(inputs + index).unwrap();
            let step = Step::from_bytes(&encoding, own).unwrap();
            let small = |key: &str| u32::try_from(number(entry, key)).unwrap();
            let question = Question {
                element: small("element"),
                from: small("first_term"),
                to: small("end_term"),
                begin: entry["start"].as_i64().map(|v| i32::try_from(v).unwrap()),
            };
            let claimed = i32::try_from(entry["claimed"].as_i64().unwrap()).unwrap();
            let verdict = proved(&bytes(entry, "proof"), &step, &question, &roots, &C);
            let expected = text(entry, "verdict");
            let found = match verdict {
                Ok(value) if value == claimed => "claim right",
                Ok(_) => "claim wrong",
                Err(_) => "refused",
            };
            let expected = expected.split(':').next().unwrap();
            assert_eq!(found, expected, "{name}: {entry}: {verdict:?}");
        }
    }
}

/// Every move of every game is accepted in its phase, and nothing else is.
#[test]
fn games_6() {
    let all = vectors("exact/games.json");
    for entry in entries(&all, "games") {
        let subject = Subject {
            model: id(entry, "model"),
            input: id(entry, "input"),
            output: id(entry, "output"),
        };
        let mut game = Game::new(0, 100);
        let mut block = 0;
        for step in entries(entry, "moves") {
            let made = move_of(step);
            assert_eq!(move_size(&made), number(step, "bytes"), "{step}");
            assert_eq!(game.phase.name(), text(step, "phase"));
            let side = match text(step, "side") {
                "A" => Side::Asserter,
                _ => Side::Challenger,
            };
            let turn = u32::try_from(number(step, "turn")).unwrap();
            block += 1;
            let by = Moment { side, turn, block };
            let mut refuse = |by: Moment| {
                let before = game.clone();
                let refused = game.play(&Sizes::EXACT, &subject, by, &made, &C);
                assert!(refused.is_err());
                assert_eq!(game, before, "a refused move changes nothing");
            };
            refuse(Moment {
                side: side.other(),
                ..by
            });
            refuse(Moment {
                turn: turn + 1,
                ..by
            });
            refuse(Moment {
                block: block + 101,
                ..by
            });
            game.play(&Sizes::EXACT, &subject, by, &made, &C)
                .unwrap_or_else(|refusal| panic!("{}: {refusal}", text(step, "move")));
        }
        let winner = entry["winner"].as_str().map(|side| match side {
            "A" => Side::Asserter,
            _ => Side::Challenger,
        });
        assert_eq!(game.winner(), winner);
    }
}
