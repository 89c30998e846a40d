//! X2 as the page shows it: whatever number of the published exact model is altered, the claim loses, move by move under
//! the rules that the contract runs, and what is shown of each move is what the numbers are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use countersign_exact::lane;
use countersign_messages::{Lie, Part, Proof, Scene, Turn};
use countersign_shared::exact::game::{Game, Moment, Sizes};
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::run::{honest, run};
use countersign_shared::exact::{Move, Program, Side};
use countersign_shared::id::{AccountId, ManifestHash};
use countersign_shared::Software;
use countersign_worker::liar::{Liar, LieError};
use parity_scale_codec::Decode as _;

const REGISTERED: (AccountId, ManifestHash) = (AccountId::new([7; 32]), ManifestHash::new([8; 32]));

/// Digits, the published model, from its file.
fn digits() -> Program {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/digits/model.onnx");
    lane::compile(&std::fs::read(path).unwrap()).unwrap()
}

/// A picture with values from 0 to 16.
fn picture(number: u32) -> Vec<Vec<u32>> {
    let pixel = |at: u32| bits_of_int(i32::try_from((at * (number + 3)) % 17).unwrap()).unwrap();
    vec![(0..64).map(pixel).collect()]
}

fn at(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

/// Plays to the end under the rules; what was seen.
fn played(liar: &Liar<'_>) -> (Game, Vec<Scene>) {
    let mut game = Game::new(40, 1000);
    loop {
        let Turn { scenes, next } = liar.turn(&game).unwrap();
        assert_eq!(scenes.len(), at(game.turn));
        let Some(next) = next else {
            return (game, scenes);
        };
        let side = if next.challenger {
            Side::Challenger
        } else {
            Side::Asserter
        };
        let made = Move::decode(&mut next.made.as_slice()).unwrap();
        let now = Moment {
            side,
            turn: game.turn,
            block: game.last + 1,
        };
        game.play(&Sizes::EXACT, liar.subject(), now, &made, &Software)
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", made.name()));
    }
}

fn first_different(parts: &[Part]) -> u32 {
    let found = parts.iter().position(|part| part.differs).unwrap();
    u32::try_from(found).unwrap()
}

/// That the scenes narrow down on the lie, each from the one before, and end in a wrong sum.
fn narrows(lie: Lie, truth: i32, scenes: &[Scene]) {
    let (mut tensor, mut chunk) = (None, None);
    let mut scenes = scenes.iter().peekable();
    while let Some(scene) = scenes.next() {
        match scene {
            Scene::Tensors(parts) | Scene::Chunks(parts) => {
                let wrong = first_different(parts);
                assert_eq!(scenes.next(), Some(&Scene::Pick { part: wrong }));
                let part = parts[at(wrong)];
                assert_eq!(part.count, 1, "64 leaves and 64 chunks at most in Digits");
                let narrowed = if matches!(scene, Scene::Tensors(_)) {
                    &mut tensor
                } else {
                    &mut chunk
                };
                assert_eq!(narrowed.replace(part.first), None);
            }
            Scene::Numbers {
                chunk: revealed,
                claimed,
                own,
            } => {
                assert!(chunk.is_none_or(|chunk| chunk == *revealed));
                assert_eq!(*revealed, lie.element / 64);
                let wrong = (0..claimed.len()).filter(|place| claimed[*place] != own[*place]);
                let place = at(lie.element % 64);
                assert_eq!(wrong.collect::<Vec<_>>(), [place], "one number was altered");
                assert_eq!((claimed[place], own[place]), (truth + lie.added, truth));
            }
            Scene::Number { position } => assert_eq!(*position, lie.element % 64),
            Scene::Sums {
                from,
                to,
                stride,
                claimed,
                own,
            } => {
                assert_eq!(claimed.len(), own.len());
                assert_eq!(own.len(), at((to - from).div_ceil(*stride)));
                assert_eq!(*claimed.last().unwrap(), truth + lie.added);
                assert_eq!(*own.last().unwrap(), truth);
            }
            Scene::Pick { .. } | Scene::Segment { .. } | Scene::Input => {
                panic!("{scene:?} here, in Digits")
            }
            Scene::Proof(proof) => {
                ends(proof, lie);
                assert!(scenes.peek().is_none(), "a proof ends the game");
            }
        }
    }
    assert_eq!(tensor, Some(lie.leaf));
}

/// That the terms give what was computed, and that it is not what was claimed.
fn ends(proof: &Proof, lie: Lie) {
    assert_eq!(proof.element, lie.element);
    assert_ne!(proof.computed, proof.claimed);
    assert!((1..=8).contains(&proof.terms.len()), "{proof:?}");
    assert_eq!(proof.terms.last().unwrap().value, proof.computed);
    let mut value = proof.begin;
    for term in &proof.terms {
        match (term.read.as_slice(), value) {
            ([x, w], Some(before)) => assert_eq!(term.value, before + x * w),
            ([], Some(before)) => assert_eq!(term.value, before, "padding"),
            ([x], Some(before)) => assert_eq!(term.value, before.max(*x)),
            // The first of a maximum, or what a direct operator reads.
            ([x], None) if proof.terms.len() > 1 => assert_eq!(term.value, *x),
            _ => assert_eq!(proof.terms.len(), 1),
        }
        value = Some(term.value);
    }
}

#[test]
fn a_lie_loses_wherever_it_is_told() {
    let program = digits();
    let (mut told, mut long, mut short) = (0, 0, 0);
    for (leaf, step) in (program.inputs()..).zip(&program.steps) {
        let before = told;
        for number in 0..6 {
            let element = (number * 263 + 17) % step.dims.elements();
            for added in [1, -3, 4096, -70_000] {
                let lie = Lie {
                    leaf,
                    element,
                    added,
                };
                let made = Liar::new(&program, picture(number), REGISTERED, [5; 32], Some(lie));
                let liar = match made {
                    Ok(liar) => liar,
                    // What a later step rounds away is no lie about the output; what drives it out of its bounds has no trace.
                    Err(LieError::NoEffect | LieError::Run(_)) => continue,
                    Err(error) => panic!("{lie:?}: {error}"),
                };
                told += 1;
                let staged = liar.staged();
                assert_ne!(staged.outputs[0].truth, staged.outputs[0].claimed);
                let (game, scenes) = played(&liar);
                assert_eq!(game.winner(), Some(Side::Challenger), "X2: {lie:?}");
                narrows(lie, staged.truth, &scenes);
                let sums = |scene: &Scene| matches!(scene, Scene::Sums { .. });
                *(if scenes.iter().any(sums) {
                    &mut long
                } else {
                    &mut short
                }) += 1;
            }
        }
        assert!(told > before, "no lie about {:?}", step.op);
    }
    assert!(long > 0 && short > 0, "{long} with sums, {short} without");
    println!("{told} lies: {long} with running sums, {short} without");
}

#[test]
fn a_place_is_found_that_changes_the_answer_and_the_same_seed_finds_it_again() {
    let program = digits();
    let output = program.interface.outputs[0].leaf;
    let mut chunks = 0;
    for number in 0..20_u8 {
        let inputs = picture(number.into());
        let new = |lie| Liar::new(&program, inputs.clone(), REGISTERED, [number; 32], lie).unwrap();
        let staged = new(None).staged();
        assert_eq!(new(None).staged(), staged);
        assert_eq!(new(Some(staged.lie)).staged(), staged);
        let run = run(&program, &inputs, u32::MAX, &[output], &honest, &Software).unwrap();
        let truth = run.kept[&output]
            .iter()
            .map(|bits| int_of_bits(*bits).unwrap());
        assert_eq!(staged.outputs[0].truth, truth.collect::<Vec<_>>());
        let largest = |values: &[i32]| {
            (0..values.len())
                .max_by_key(|place| values[*place])
                .unwrap()
        };
        let both = &staged.outputs[0];
        assert_ne!(largest(&both.claimed), largest(&both.truth), "{staged:?}");
        // Most is to be seen where the sums are longest: in several chunks, or else in the last product.
        let tensor = &staged.leaves[at(staged.lie.leaf)];
        let place = (tensor.name.as_str(), tensor.dims.as_slice());
        assert!([("Conv", &[1, 16, 8, 8][..]), ("MatMul", &[1, 10])].contains(&place));
        chunks += u32::from(place.0 == "Conv");
        assert_eq!(staged.leaves[0].name, "picture");
    }
    assert!(chunks > 0, "no lie in a tensor of several chunks");
}

#[test]
fn what_is_no_lie_is_refused() {
    let program = digits();
    let refused = |(leaf, element, added)| {
        let lie = Lie {
            leaf,
            element,
            added,
        };
        let error = Liar::new(&program, picture(1), REGISTERED, [1; 32], Some(lie)).err();
        (error, lie)
    };
    // An input is not the liar's to alter, nothing added is no lie, and no number stands beyond the tensor's end.
    for place in [(0, 3, 1), (3, 3, 0), (3, 1 << 20, 1), (99, 0, 1)] {
        let (error, lie) = refused(place);
        assert_eq!(error, Some(LieError::Place(lie)));
    }
    // The sum would be no integer of the profile: the number stays as it is.
    assert_eq!(refused((3, 0, i32::MAX)).0, Some(LieError::NoEffect));
}

#[test]
fn a_game_about_another_claim_is_not_played() {
    let program = digits();
    let liar = |number| Liar::new(&program, picture(number), REGISTERED, [1; 32], None).unwrap();
    let (one, other) = (liar(1), liar(2));
    let mut game = Game::new(9, 100);
    let next = one.turn(&game).unwrap().next.unwrap();
    assert!(!next.challenger);
    let made = Move::decode(&mut next.made.as_slice()).unwrap();
    let now = Moment {
        side: Side::Asserter,
        turn: 0,
        block: 10,
    };
    game.play(&Sizes::EXACT, one.subject(), now, &made, &Software)
        .unwrap();
    assert!(one.turn(&game).unwrap().next.unwrap().challenger);
    assert_eq!(other.turn(&game), Err(LieError::OtherGame));
    // A game that a clock ended shows what was played until then, and has no next move.
    game.timeout(10 + 101).unwrap();
    let turn = one.turn(&game).unwrap();
    assert_eq!((turn.scenes.len(), turn.next), (1, None));
}
