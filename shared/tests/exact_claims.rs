//! EXACT 5, X4 and X5: claims with any number of games, and where their bonds go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod exact_common;

use countersign_shared::exact::claim::{Claim, ClaimError, Contest, Payout, Standing, Terms};
use countersign_shared::exact::game::{Moment, Sizes, Subject};
use countersign_shared::exact::moves::Move;
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::Player;
use countersign_shared::exact::run::honest;
use countersign_shared::exact::{Program, Refusal, Side};
use countersign_shared::Software;
use exact_common::play::{opening, receipt, subject, C};
use exact_common::random::{self, Random};

const TERMS: Terms = Terms {
    window: 50,
    clock: 20,
    bond: 101,
    sizes: Sizes::EXACT,
};

/// What a contract's ledger would hold.
#[derive(Default)]
struct Ledger {
    paid_in: u128,
    held: u128,
    due: u128,
    burned: u128,
}

impl Ledger {
    fn bond(&mut self) {
        self.paid_in += TERMS.bond;
        self.held += TERMS.bond;
    }

    fn pay(&mut self, payout: Payout) {
        let due = payout.asserter + payout.challenger;
        self.held -= due + payout.burned;
        self.due += due;
        self.burned += payout.burned;
        assert_eq!(self.paid_in, self.held + self.due + self.burned, "X5");
    }
}

struct Sides<'a> {
    program: &'a Program,
    asserter: Player<'a, Software>,
    challenger: Player<'a, Software>,
}

impl Sides<'_> {
    fn subject(&self) -> Subject {
        subject(
            self.program,
            &opening(&self.asserter, &TERMS.sizes, self.program),
        )
    }

    /// The next move of whoever is to move; none where that side has none.
    fn next(&self, contest: &Contest, moves: &[Move]) -> Option<Move> {
        let game = &contest.game;
        match game.phase.side()? {
            Side::Asserter => {
                let made = self
                    .asserter
                    .assert(&TERMS.sizes, &receipt(self.program), game);
                let mut made = made.unwrap()?;
                if let (
                    Move::OpenSums { values },
                    countersign_shared::exact::game::Phase::Sums { range },
                ) = (&mut made, &game.phase)
                {
                    *values.last_mut().unwrap() = range.end;
                }
                Some(made)
            }
            Side::Challenger => self.challenger.challenge(&TERMS.sizes, game, moves).ok()?,
        }
    }
}

fn moment(contest: &Contest, block: u32) -> Moment {
    Moment {
        side: contest.game.phase.side().unwrap_or(Side::Asserter),
        turn: contest.game.turn,
        block,
    }
}

/// Random claims, true and false, with several games each whose sides sometimes sleep.
#[test]
fn ledgers_balance() {
    let mut standings = std::collections::BTreeMap::new();
    for seed in 0..200 {
        let mut random = Random(seed);
        let (program, inputs) = random::program(&mut random, 3);
        let lies = random.below(2) == 0;
        let leaf = program.leaves() - 1;
        let hook = move |at: u32, elements: &mut [u32]| {
            if at == leaf && lies {
                elements[0] = bits_of_int(int_of_bits(elements[0]).unwrap() + 1).unwrap();
            }
        };
        let sides = Sides {
            program: &program,
            asserter: Player::new(&program, &inputs, &hook, &C),
            challenger: Player::new(&program, &inputs, &honest, &C),
        };
        let mut claim = Claim::new(sides.subject(), 100);
        let mut ledger = Ledger::default();
        ledger.bond();
        let mut games: Vec<(Contest, Vec<Move>, bool)> = Vec::new();
        let mut lost_in_time = false;
        for block in 100..=100 + TERMS.window + 2 * TERMS.clock + 1 {
            if random.below(12) == 0 {
                match claim.challenge(&TERMS, block) {
                    Ok(contest) => {
                        ledger.bond();
                        games.push((contest, Vec::new(), random.below(3) > 0));
                    }
                    Err(error) => {
                        let late = block > 100 + TERMS.window;
                        assert!(late || claim.standing != Standing::Open, "{error}");
                    }
                }
            }
            for (contest, moves, awake) in &mut games {
                if *awake && random.below(3) > 0 && contest.game.winner().is_none() {
                    if let Some(made) = sides.next(contest, moves) {
                        let by = moment(contest, block);
                        if let Ok(payout) = claim.play(&TERMS, contest, by, &made, &C) {
                            ledger.pay(payout);
                            moves.push(made);
                        }
                    }
                }
                if let Ok(payout) = claim.timeout(&TERMS, contest, block) {
                    lost_in_time |= contest.game.winner() == Some(Side::Challenger);
                    ledger.pay(payout);
                }
                if let Ok(payout) = claim.settle(&TERMS, contest) {
                    assert_eq!(claim.standing, Standing::False);
                    assert_eq!(payout.challenger, TERMS.bond);
                    ledger.pay(payout);
                    assert_eq!(
                        claim.settle(&TERMS, contest),
                        Err(ClaimError::NothingToSettle)
                    );
                }
            }
            if let Ok(payout) = claim.finalise(&TERMS, block) {
                assert!(block > 100 + TERMS.window);
                ledger.pay(payout);
            }
        }
        // X4: nothing is open any more, and nothing is locked.
        assert_ne!(claim.standing, Standing::Open);
        assert_eq!(claim.open_games, 0);
        assert_eq!(ledger.held, 0);
        // X2: a true claim is lost only on the clock, and only if its asserter slept.
        if claim.standing == Standing::False {
            assert!(lies || lost_in_time);
        }
        *standings
            .entry((lies, claim.standing == Standing::False))
            .or_insert(0) += 1;
    }
    assert_eq!(standings.len(), 4, "{standings:?}");
}

#[test]
fn windows_and_shares() {
    let mut random = Random(1);
    let (program, inputs) = random::program(&mut random, 2);
    let sides = Sides {
        program: &program,
        asserter: Player::new(&program, &inputs, &honest, &C),
        challenger: Player::new(&program, &inputs, &honest, &C),
    };
    let mut claim = Claim::new(sides.subject(), 10);
    assert_eq!(claim.challenge(&TERMS, 9).unwrap_err(), ClaimError::Past);
    assert_eq!(claim.finalise(&TERMS, 60), Err(ClaimError::WindowOpen));
    let mut last = claim.challenge(&TERMS, 60).unwrap();
    assert_eq!(
        claim.challenge(&TERMS, 61).unwrap_err(),
        ClaimError::WindowOver
    );
    assert_eq!(claim.finalise(&TERMS, 61), Err(ClaimError::GamesOpen(1)));
    let made = sides.next(&last, &[]).unwrap();
    let by = moment(&last, 61);
    assert_eq!(
        claim.play(&TERMS, &mut last, by, &made, &C),
        Ok(Payout::default())
    );
    // The challenger has no case and lets its clock run out.
    assert_eq!(
        claim.timeout(&TERMS, &mut last, 81),
        Err(ClaimError::Move(Refusal::InTime))
    );
    let won = claim.timeout(&TERMS, &mut last, 82).unwrap();
    assert_eq!((won.asserter, won.challenger, won.burned), (50, 0, 51));
    assert_eq!(
        claim.timeout(&TERMS, &mut last, 83),
        Err(ClaimError::Move(Refusal::Over))
    );
    let paid = claim.finalise(&TERMS, 83).unwrap();
    assert_eq!((paid.asserter, paid.challenger, paid.burned), (101, 0, 0));
    assert_eq!(claim.standing, Standing::Final);
    assert_eq!(
        claim.finalise(&TERMS, 84),
        Err(ClaimError::Closed(Standing::Final))
    );
    assert_eq!(
        claim.settle(&TERMS, &mut last),
        Err(ClaimError::NothingToSettle)
    );

    // A sleeping asserter: the first win decides, the other game stops and is settled.
    let mut claim = Claim::new(sides.subject(), 10);
    let mut one = claim.challenge(&TERMS, 10).unwrap();
    let mut two = claim.challenge(&TERMS, 10).unwrap();
    let won = claim.timeout(&TERMS, &mut one, 31).unwrap();
    assert_eq!((won.asserter, won.challenger, won.burned), (0, 151, 51));
    let closed = Err(ClaimError::Closed(Standing::False));
    assert_eq!(claim.timeout(&TERMS, &mut two, 31), closed);
    let by = moment(&two, 12);
    assert_eq!(claim.play(&TERMS, &mut two, by, &made, &C), closed);
    assert_eq!(
        claim.settle(&TERMS, &mut one),
        Err(ClaimError::NothingToSettle)
    );
    assert_eq!(claim.settle(&TERMS, &mut two).unwrap().challenger, 101);
    assert_eq!(claim.open_games, 0);
}
