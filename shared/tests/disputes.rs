//! Records, ledger and constants of the disputes contract.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::chain::Moment;
use countersign_shared::crypto::tagged;
use countersign_shared::disputes::{
    DisputesError, DisputesSetup, GameRecord, Ledger, Padded, BURN,
};
use countersign_shared::exact::claim::{Contest, Payout};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::game::{
    Expected, Game, Known, KnownInput, Node, Phase, Range, Sizes, Target, Tree,
};
use countersign_shared::exact::proof::Roots;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::Side;
use countersign_shared::id::{AccountId, GenesisHash};
use countersign_shared::Software;
use parity_scale_codec::{Decode, Encode};

#[test]
fn nobody_holds_the_burn_account() {
    assert_eq!(
        BURN.to_bytes(),
        tagged(&Software, "countersign/burn/1", &[])
    );
}

/// The longest step that an operator's limits allow, and more than the 1024 bytes of 2.4 do.
fn longest_step() -> Step {
    let dims = Dims::new(&[1; 6]).unwrap();
    let operand = Operand {
        reference: Reference::Initialiser(u32::MAX >> 1),
        dims,
    };
    let most = Op::ALL.iter().map(|op| op.operands().1).max().unwrap();
    let attributes = Op::ALL.iter().map(|op| op.attributes(6)).max().unwrap();
    Step {
        op: Op::Lut,
        operands: vec![operand; most],
        dims,
        attributes: vec![i32::MIN; attributes],
    }
}

/// The longest game in every phase.
fn longest(sizes: &Sizes) -> Vec<Game> {
    let arity = usize::try_from(sizes.arity).unwrap();
    let sums = usize::try_from(sizes.sums).unwrap();
    let node = Node {
        tree: Tree::Tensor,
        first: u32::MAX,
        leaves: u32::MAX,
    };
    let expected = Expected::TraceLeaf([0xff; 32]);
    let range = Range {
        element: u32::MAX,
        from: u32::MAX,
        to: u32::MAX,
        begin: Some(-1),
        end: -1,
    };
    let phases = vec![
        Phase::Trace,
        Phase::Pick {
            node,
            children: vec![[0xff; 32]; arity],
        },
        Phase::Open { node, expected },
        Phase::Reveal {
            chunk: u32::MAX,
            expected,
        },
        Phase::Element {
            chunk: u32::MAX,
            values: vec![-1; 64],
        },
        Phase::Sums { range },
        Phase::Segment {
            range,
            values: vec![-1; sums],
        },
        Phase::Won(Side::Challenger),
    ];
    let input = KnownInput {
        root: [0xff; 32],
        elements: u32::MAX,
        lo: -1,
        hi: -1,
    };
    let known = Known {
        roots: Roots {
            trace: [0xff; 32],
            leaves: u32::MAX,
            weights: [0xff; 32],
            initialisers: u32::MAX,
        },
        program_root: [0xff; 32],
        steps: u32::MAX,
        inputs: vec![input; 8],
    };
    let with = |phase| Game {
        turn: u32::MAX,
        last: u32::MAX,
        asserter_clock: u32::MAX,
        challenger_clock: u32::MAX,
        phase,
        known: Some(known.clone()),
        target: Some(Target {
            leaf: u32::MAX,
            step: longest_step(),
        }),
    };
    phases.into_iter().map(with).collect()
}

fn record(game: Game) -> GameRecord {
    GameRecord {
        challenger: AccountId::new([0xff; 32]),
        opened: Moment {
            block: u32::MAX,
            seconds: u64::MAX,
        },
        contest: Contest {
            game,
            settled: true,
        },
    }
}

/// Every record has the same length, and the bound from the constants is no longer than it must be
/// but for SCALE's list lengths: no deposit moves.
#[test]
fn records_keep_their_length() {
    let small = Sizes {
        arity: 2,
        sums: 1,
        segment: 1,
    };
    for sizes in [Sizes::EXACT, small] {
        let lengths: Vec<usize> = longest(&sizes).iter().map(Encode::encoded_size).collect();
        let most = lengths.iter().copied().max().unwrap();
        assert!(
            most <= sizes.game_bytes() && sizes.game_bytes() < most + 160,
            "{lengths:?} {}",
            sizes.game_bytes()
        );
    }
    // What is deployed was deposited for at these lengths: whichever of a phase's lists is the longest.
    assert_eq!(Sizes::EXACT.game_bytes(), 5733);
    assert_eq!(small.game_bytes(), 1876);
    let wide = Sizes {
        arity: 1000,
        ..small
    };
    assert_eq!(wide.game_bytes(), 33_625);
    let games = longest(&Sizes::EXACT);
    for game in games.into_iter().chain([Game::new(7, 100)]) {
        let kept = Padded::new(record(game.clone())).unwrap();
        let bytes = kept.encode();
        assert_eq!(bytes.len(), GameRecord::BYTES);
        assert_eq!(kept.size_hint(), GameRecord::BYTES);
        let mut rest = bytes.as_slice();
        let read = Padded::decode(&mut rest).unwrap();
        assert!(rest.is_empty());
        assert_eq!(read.into_inner(), record(game));
    }
    let mut odd = Padded::new(record(Game::new(7, 100))).unwrap().encode();
    *odd.last_mut().unwrap() = 1;
    assert!(Padded::decode(&mut odd.as_slice()).is_err());
    assert!(Padded::decode(&mut &odd[1..]).is_err());
}

#[test]
fn a_record_that_is_too_long_is_refused() {
    let mut game = Game::new(0, 1);
    game.phase = Phase::Element {
        chunk: 0,
        values: vec![0; 2000],
    };
    assert_eq!(Padded::new(record(game)), Err(DisputesError::Record));
}

#[test]
fn terms_that_cannot_be_kept_are_refused() {
    let good = DisputesSetup {
        genesis: GenesisHash::ZERO,
        registry: AccountId::ZERO,
        receipts: AccountId::ZERO,
        window: 10,
        clock: 5,
        bond: 200,
    };
    assert_eq!(good.check(100), Ok(()));
    assert_eq!(good.check(101), Err(DisputesError::Bond));
    assert_eq!(good.check(u128::MAX), Err(DisputesError::Bond));
    let with = |bond, clock| DisputesSetup {
        bond,
        clock,
        ..good
    };
    assert_eq!(with(1, 5).check(0), Err(DisputesError::Bond));
    assert_eq!(with(u128::MAX, 5).check(1), Err(DisputesError::Bond));
    assert_eq!(with(200, 0).check(1), Err(DisputesError::Clock));
}

/// X5, and overflows that change nothing.
#[test]
fn ledgers_balance_x5() {
    let ledger = Ledger::default().receive(101).unwrap();
    let ledger = ledger.receive(101).unwrap();
    let payout = Payout {
        asserter: 0,
        challenger: 151,
        burned: 51,
    };
    let booked = ledger.book(&payout).unwrap();
    assert_eq!((booked.held, booked.due, booked.burning), (0, 151, 51));
    assert_eq!(booked.inside(), Some(202));
    let done = booked.burn().unwrap().pay(151).unwrap();
    assert_eq!((done.paid, done.burned, done.inside()), (151, 51, Some(0)));
    assert!([ledger, booked, done].iter().all(Ledger::balanced));
    // One unit that went nowhere, one from nowhere, and sums beyond the type.
    let wrong = [
        Ledger { paid: 150, ..done },
        Ledger { paid: 152, ..done },
        Ledger {
            due: u128::MAX,
            ..done
        },
    ];
    assert!(!wrong.iter().any(Ledger::balanced));
    assert_eq!(done.pay(1), None);
    assert_eq!(done.book(&payout), None);
    assert_eq!(done.receive(u128::MAX), None);
}
