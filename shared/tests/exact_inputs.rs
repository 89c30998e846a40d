//! EXACT 6: `open_trace` and `prove_input`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::game::{Game, Moment, Phase, Sizes};
use countersign_shared::exact::moves::{Move, OpenTrace, PortOpening};
use countersign_shared::exact::player::{PlayError, Player};
use countersign_shared::exact::program::{elements_root, root_hashes};
use countersign_shared::exact::run::{honest, RunError};
use countersign_shared::exact::tree;
use countersign_shared::exact::{Program, Refusal, Side};
use countersign_shared::id::DataRoot;
use countersign_shared::merkle;
use exact_common::play::{opening, receipt, subject, C, CLOCK};
use exact_common::random::{self, Random};

/// The opening of a trace of any roots.
fn forged(program: &Program, sizes: &Sizes, roots: &[DataRoot], like: &OpenTrace) -> OpenTrace {
    let hashes = root_hashes(&C, roots);
    let leaves = u32::try_from(roots.len()).unwrap();
    let size = tree::child_leaves(leaves, sizes.arity) as usize;
    let port = |leaf: usize, old: &PortOpening| PortOpening {
        salt: old.salt,
        root: roots[leaf],
        path: merkle::prove(
            &C,
            hashes.chunks(size).nth(leaf / size).unwrap(),
            leaf % size,
        )
        .unwrap(),
    };
    let outputs = program.interface.outputs.iter();
    OpenTrace {
        inputs: like
            .inputs
            .iter()
            .enumerate()
            .map(|(leaf, old)| port(leaf, old))
            .collect(),
        outputs: outputs
            .zip(&like.outputs)
            .map(|(output, old)| port(output.leaf as usize, old))
            .collect(),
        children: tree::opening(&C, &hashes, sizes.arity),
        ..like.clone()
    }
}

/// An input that is no integer in its interval loses at the first pick, and later in the trace too.
#[test]
fn bad_inputs_lose() {
    let bad = [
        0x8000_0000, // −0
        0x7fc0_0000, // NaN
        0x7f80_0000, // infinity
        0x3f00_0000, // 0.5
        0x4b80_0000, // 2^24
        0x4120_0000, // 10, above the interval
        0xc120_0000, // −10, below it
        1,           // the least subnormal
    ];
    for (seed, bits) in (0..).zip(bad) {
        let mut random = Random(seed);
        let (program, inputs) = random::program(&mut random, 5);
        let sizes = Sizes {
            arity: 2,
            ..Sizes::EXACT
        };
        let good = Player::new(&program, &inputs, &honest, &C);
        let mut wrong = inputs.clone();
        let input = random.below(program.inputs()) as usize;
        let element = random.below(u32::try_from(inputs[input].len()).unwrap()) as usize;
        wrong[input][element] = bits;
        let mut roots = good.roots().unwrap().to_vec();
        roots[input] = elements_root(&C, &wrong[input]);
        let opened = forged(&program, &sizes, &roots, &opening(&good, &sizes, &program));
        let subject = subject(&program, &opened);
        let challenger = Player::new(&program, &wrong, &honest, &C);
        assert!(matches!(
            challenger.roots(),
            Err(RunError::InputValue { .. })
        ));

        let mut game = Game::new(0, CLOCK);
        let by = |game: &Game| Moment {
            side: game.phase.side().unwrap(),
            turn: game.turn,
            block: game.last,
        };
        let first = Move::OpenTrace(Box::new(opened));
        game.play(&sizes, &subject, by(&game), &first, &C).unwrap();
        let proof = challenger.challenge(&sizes, &game, &[]).unwrap().unwrap();
        let Move::ProveInput(right) = &proof else {
            panic!("{proof:?}");
        };
        // Another element of the chunk is right, and anything else does not fit.
        let mut refuse = |change: &dyn Fn(&mut countersign_shared::exact::moves::InputProof)| {
            let mut other = right.clone();
            change(&mut other);
            let before = game.clone();
            let made = Move::ProveInput(other);
            let refusal = game
                .play(&sizes, &subject, by(&before), &made, &C)
                .unwrap_err();
            assert_eq!(game, before);
            refusal
        };
        let next = (right.element + 1) % u32::try_from(right.chunk.len() / 4).unwrap();
        assert_eq!(refuse(&|p| p.element = next), Refusal::InputRight);
        assert_eq!(refuse(&|p| p.element = 64), Refusal::Element(64));
        assert_eq!(refuse(&|p| p.input = 9), Refusal::Input(9));
        assert_eq!(refuse(&|p| p.index = 99), Refusal::InputChunk(99));
        assert_eq!(refuse(&|p| p.chunk[0] ^= 1), Refusal::ChunkHash);
        assert_eq!(refuse(&|p| p.path.push([0; 32])), Refusal::ChunkHash);
        assert!(matches!(
            refuse(&|p| p.chunk.push(0)),
            Refusal::ChunkLength { .. }
        ));
        let deeper = game.clone();
        game.play(&sizes, &subject, by(&deeper), &proof, &C)
            .unwrap();
        assert_eq!(game.winner(), Some(Side::Challenger));

        // One opening deeper in the trace it still counts.
        let mut game = deeper;
        let pick = Move::Pick {
            child: 1,
            step: None,
        };
        game.play(&sizes, &subject, by(&game), &pick, &C).unwrap();
        let Phase::Open { node, .. } = &game.phase else {
            panic!("{:?}", game.phase);
        };
        let (from, to) = (node.first as usize, (node.first + node.leaves) as usize);
        let children = tree::opening(&C, &root_hashes(&C, &roots)[from..to], sizes.arity);
        game.play(&sizes, &subject, by(&game), &Move::Open { children }, &C)
            .unwrap();
        game.play(&sizes, &subject, by(&game), &proof, &C).unwrap();
        assert_eq!(game.winner(), Some(Side::Challenger));
    }
}

/// Who holds another input has no case.
#[test]
fn another_input_is_named() {
    let mut random = Random(5);
    let (program, inputs) = random::program(&mut random, 3);
    let player = Player::new(&program, &inputs, &honest, &C);
    let opened = opening(&player, &Sizes::EXACT, &program);
    let subject = subject(&program, &opened);
    let mut game = Game::new(0, CLOCK);
    let by = Moment {
        side: Side::Asserter,
        turn: 0,
        block: 0,
    };
    let made = Move::OpenTrace(Box::new(opened));
    game.play(&Sizes::EXACT, &subject, by, &made, &C).unwrap();
    let mut other = inputs.clone();
    other[0][0] = if other[0][0] == 0 { 0x3f80_0000 } else { 0 };
    let challenger = Player::new(&program, &other, &honest, &C);
    assert_eq!(
        challenger.challenge(&Sizes::EXACT, &game, &[made]),
        Err(PlayError::OtherInput(0))
    );
}

/// Every part of the first move is bound to the receipt.
#[test]
fn openings_of_the_trace_are_whole() {
    for seed in 0..20 {
        let mut random = Random(100 + seed);
        let (program, inputs) = random::program(&mut random, 5);
        let sizes = Sizes {
            arity: random.pick(&[2, 4, 64]),
            ..Sizes::EXACT
        };
        let player = Player::new(&program, &inputs, &honest, &C);
        let right = opening(&player, &sizes, &program);
        assert_eq!(receipt(&program).publisher, right.publisher);
        let subject = subject(&program, &right);
        let mut game = Game::new(0, CLOCK);
        let by = Moment {
            side: Side::Asserter,
            turn: 0,
            block: 0,
        };
        let mut refuse = |change: &dyn Fn(&mut OpenTrace)| {
            let mut other = right.clone();
            change(&mut other);
            let made = Move::OpenTrace(Box::new(other));
            let refusal = game.play(&sizes, &subject, by, &made, &C).unwrap_err();
            assert_eq!(game, Game::new(0, CLOCK));
            refusal
        };
        assert_eq!(refuse(&|o| o.publisher = [9; 32].into()), Refusal::Model);
        assert_eq!(refuse(&|o| o.manifest = [9; 32].into()), Refusal::Model);
        assert_eq!(refuse(&|o| o.preimage.program_root[0] ^= 1), Refusal::Model);
        assert_eq!(refuse(&|o| o.preimage.weights_root[0] ^= 1), Refusal::Model);
        assert_eq!(refuse(&|o| o.preimage.steps += 1), Refusal::Model);
        assert_eq!(refuse(&|o| o.preimage.initialisers += 1), Refusal::Model);
        assert_eq!(refuse(&|o| o.preimage.interface.push(0)), Refusal::Model);
        assert_eq!(
            refuse(&|o| o.inputs[0].salt = [9; 32].into()),
            Refusal::InputCommitment
        );
        assert_eq!(
            refuse(&|o| o.inputs[0].root = [9; 32].into()),
            Refusal::InputCommitment
        );
        assert_eq!(
            refuse(&|o| o.outputs[0].root = [9; 32].into()),
            Refusal::OutputCommitment
        );
        assert_eq!(
            refuse(&|o| o.inputs[0].path.push([0; 32])),
            Refusal::PortPath(0)
        );
        assert_eq!(refuse(&|o| o.children[0][0] ^= 1), Refusal::PortPath(0));
        assert!(matches!(
            refuse(&|o| o.inputs.clear()),
            Refusal::Ports { .. }
        ));
        assert!(matches!(
            refuse(&|o| o.outputs.push(o.outputs[0].clone())),
            Refusal::Ports { .. }
        ));
        assert!(matches!(
            refuse(&|o| o.children.push([0; 32])),
            Refusal::Children { .. }
        ));
        assert!(matches!(
            refuse(&|o| o.children.truncate(0)),
            Refusal::Children { .. }
        ));
    }
}
