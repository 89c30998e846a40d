//! Playing whole games.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::moves::move_size;
use super::random::Random;
use countersign_shared::commit::{commitment, leaf_hash, Side as End};
use countersign_shared::exact::game::{Game, Moment, Phase, Sizes, Subject};
use countersign_shared::exact::interface::item;
use countersign_shared::exact::moves::{Move, OpenTrace};
use countersign_shared::exact::player::{PlayError, Player, Receipt};
use countersign_shared::exact::{Program, Refusal, Side};
use countersign_shared::id::{AccountId, Commitment, ManifestHash, ModelId, Salt};
use countersign_shared::{merkle, Software};

pub const C: Software = Software;
pub const CLOCK: u32 = 40;

/// The receipt's parts: any salts do.
pub fn receipt(program: &Program) -> Receipt {
    let salts = |count: usize, tag: u8| {
        let numbers = 0..u8::try_from(count).unwrap();
        numbers.map(|index| Salt::new([tag + index; 32])).collect()
    };
    Receipt {
        publisher: AccountId::new([1; 32]),
        manifest: ManifestHash::new([2; 32]),
        input_salts: salts(program.interface.inputs.len(), 10),
        output_salts: salts(program.interface.outputs.len(), 20),
    }
}

/// What the receipt would say whose asserter opens the trace like this.
pub fn subject(program: &Program, opened: &OpenTrace) -> Subject {
    let inputs = program.interface.inputs.iter().map(|p| (&p.name, &p.dims));
    let outputs = program.interface.outputs.iter().map(|p| (&p.name, &p.dims));
    let side = |end: End, items: Vec<_>| -> Commitment {
        let leaves: Vec<_> = items
            .iter()
            .map(|(salt, item)| leaf_hash(salt, item, &C))
            .collect();
        let count = u32::try_from(leaves.len()).unwrap();
        commitment(end, count, &merkle::root(&C, &leaves), &C)
    };
    let inputs = inputs.zip(&opened.inputs);
    let outputs = outputs.zip(&opened.outputs);
    Subject {
        model: ModelId::compute(
            &opened.publisher,
            &opened.manifest,
            &opened.preimage.exact_root(&C),
            &C,
        ),
        input: side(
            End::Input,
            inputs
                .map(|((name, dims), port)| (port.salt, item(name, dims, port.root).unwrap()))
                .collect(),
        ),
        output: side(
            End::Output,
            outputs
                .map(|((name, dims), port)| (port.salt, item(name, dims, port.root).unwrap()))
                .collect(),
        ),
    }
}

/// The opening that a player would begin with.
pub fn opening(player: &Player<'_, Software>, sizes: &Sizes, program: &Program) -> OpenTrace {
    let game = Game::new(0, CLOCK);
    match player.assert(sizes, &receipt(program), &game) {
        Ok(Some(Move::OpenTrace(opened))) => *opened,
        other => panic!("{other:?}"),
    }
}

/// Running values that end at the claimed one: wrong from a random place on.
pub fn bend(random: &mut Random, game: &Game, made: Move) -> Move {
    match (made, &game.phase) {
        (Move::OpenSums { mut values }, Phase::Sums { range }) => {
            let wrong = range.end.wrapping_sub(*values.last().unwrap());
            let from = random.below(u32::try_from(values.len()).unwrap());
            for value in values.iter_mut().skip(usize::try_from(from).unwrap()) {
                *value = value.wrapping_add(wrong);
            }
            Move::OpenSums { values }
        }
        (made, _) => made,
    }
}

/// Makes a move that must be accepted, and checks everything around it: clocks, turns, timeouts.
pub fn play(game: &mut Game, sizes: &Sizes, subject: &Subject, wait: u32, made: &Move) {
    assert!(move_size(made) < 16 * 1024, "X3");
    let side = game.phase.side().unwrap();
    let (turn, last, left) = (game.turn, game.last, game.clock(side));
    let wait = wait.min(left);
    let moment = |block: u32| Moment { side, turn, block };
    let late = game
        .clone()
        .play(sizes, subject, moment(last + left + 1), made, &C);
    assert_eq!(late, Err(Refusal::TooLate));
    // The clock's last block is still in time, and no timeout is possible in it.
    assert_eq!(game.clone().timeout(last + left), Err(Refusal::InTime));
    assert_eq!(game.clone().timeout(last + left + 1), Ok(side.other()));
    game.clone()
        .play(sizes, subject, moment(last + left), made, &C)
        .unwrap();
    let old = Moment {
        turn: turn + 1,
        ..moment(last + wait)
    };
    assert!(game.play(sizes, subject, old, made, &C).is_err());
    let other = Moment {
        side: side.other(),
        ..moment(last + wait)
    };
    assert_eq!(
        game.play(sizes, subject, other, made, &C),
        Err(Refusal::NotYourTurn)
    );
    game.play(sizes, subject, moment(last + wait), made, &C)
        .unwrap_or_else(|refusal| panic!("{}: {refusal}", made.name()));
    assert_eq!(game.turn, turn + 1);
    assert_eq!(game.clock(side), left - wait);
}

/// A liar against an honest challenger, to the end. Returns the moves.
pub fn liar_loses(
    random: &mut Random,
    sizes: &Sizes,
    program: &Program,
    liar: &Player<'_, Software>,
    honest: &Player<'_, Software>,
) -> Vec<Move> {
    let subject = subject(program, &opening(liar, sizes, program));
    let receipt = receipt(program);
    let mut game = Game::new(5, CLOCK);
    let mut moves: Vec<Move> = Vec::new();
    while let Some(side) = game.phase.side() {
        let made = match side {
            Side::Asserter => {
                let made = liar.assert(sizes, &receipt, &game).unwrap().unwrap();
                bend(random, &game, made)
            }
            Side::Challenger => honest.challenge(sizes, &game, &moves).unwrap().unwrap(),
        };
        // An honest side can always move in its last block; a liar that cannot loses by time.
        if let Move::Reveal { .. } = &made {
            let by = Moment {
                side,
                turn: game.turn,
                block: game.last,
            };
            if game.clone().play(sizes, &subject, by, &made, &C).is_err() {
                let block = game.last + game.clock(side) + 1;
                assert_eq!(game.timeout(block), Ok(Side::Challenger));
                break;
            }
        }
        let wait = random.below(3);
        play(&mut game, sizes, &subject, wait, &made);
        moves.push(made);
    }
    assert_eq!(game.winner(), Some(Side::Challenger), "X2");
    assert!(game.last <= 5 + 2 * CLOCK + 1, "X4");
    moves
}

/// Whether the honest challenger finds nothing.
pub fn nothing_differs(result: Result<Option<Move>, PlayError>) -> bool {
    result == Err(PlayError::NothingDiffers)
}
