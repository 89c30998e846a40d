//! C1, X4 and X5 with every message: arguments as bytes, right, changed or another call's, decoded as the shell decodes them, in
//! states that real games reach. No call traps, a refused one has written nothing, the money adds up after each, and in the
//! end all of it comes out. `COUNTERSIGN_CALLS=1000000` makes a longer run of it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod stand;

use countersign_shared::disputes::{Assertion, DisputesError};
use countersign_shared::exact::Move;
use countersign_shared::id::{AccountId, ReceiptId};
use scale::{Decode, DecodeAll, Encode};
use stand::{at, games, moves_of, own_games, Moves, Random, Stake, Stand, BOND, CHALLENGER, CLOCK};
use std::collections::{BTreeMap, BTreeSet};

const CALLS: u32 = 12_000;
const EACH: u32 = 1_200;
const CLAIMS: usize = 8;
const ACCOUNTS: [AccountId; 2] = [CHALLENGER, AccountId::new([0x90; 32])];

/// Bytes that are right half of the time, and else differ in a bit, at the end, or by a piece of others.
fn changed(random: &mut Random, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let length = u32::try_from(bytes.len()).unwrap();
    let place = random.below(length) as usize;
    match random.below(10) {
        0 => bytes.truncate(place),
        1 => bytes.extend_from_slice(&other[..other.len().min(place + 1)]),
        2 => {
            let from = random.below(u32::try_from(other.len()).unwrap()) as usize;
            let piece = &other[from..other.len().min(from + 40)];
            let end = (place + piece.len()).min(bytes.len());
            bytes.splice(place..end, piece.iter().copied());
        }
        3 => bytes[place] ^= 1 << random.below(8),
        4 => bytes[random.below(8.min(length)) as usize] = random.below(256) as u8,
        _ => {}
    }
    bytes
}

/// The arguments, if the bytes are any.
fn decoded<T: Decode>(bytes: &[u8]) -> Option<T> {
    T::decode_all(&mut &bytes[..]).ok()
}

/// Receipts of one key differ by it.
fn salt(number: usize) -> u8 {
    1 + u8::try_from(number).unwrap() / 4
}

struct Fuzz {
    random: Random,
    stand: Stand,
    staked: Vec<(Stake, Moves)>,
    block: u32,
    /// Calls by message: refused and accepted.
    calls: BTreeMap<&'static str, [u32; 2]>,
    reasons: BTreeSet<String>,
}

impl Fuzz {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut stand = Stand::new();
        let mut recorded = games();
        recorded.extend(own_games());
        let staked = (0..CLAIMS)
            .map(|n| {
                let place = random.below(u32::try_from(recorded.len()).unwrap());
                let game = &recorded[place as usize];
                (stand.stake(game, n % 4, salt(n)), moves_of(game))
            })
            .collect();
        Self {
            random,
            stand,
            staked,
            block: 5,
            calls: BTreeMap::new(),
            reasons: BTreeSet::new(),
        }
    }

    fn count<T>(&mut self, name: &'static str, answer: &Result<T, DisputesError>) {
        self.calls.entry(name).or_default()[usize::from(answer.is_ok())] += 1;
        if let Err(reason) = answer {
            self.reasons.insert(reason.to_string());
        }
    }

    fn anybody(&mut self) -> AccountId {
        match self.random.below(3) {
            0 => self.stand.asserter(self.random.below(4) as usize),
            n => ACCOUNTS[n as usize - 1],
        }
    }

    /// A receipt and a game's number, as bytes.
    fn place(&mut self) -> (usize, ReceiptId, u32) {
        let claim = self.random.below(8) as usize;
        let receipt = self.staked[claim].0.receipt;
        let games = self.stand.rules.claim(&receipt).map_or(0, |c| c.games);
        (claim, receipt, self.random.below(games + 1))
    }

    /// The next move of a game, or another one of its kind of games.
    fn made(&mut self, claim: usize, receipt: &ReceiptId, number: u32) -> (AccountId, Vec<u8>) {
        let moves = &self.staked[claim].1;
        let record = self.stand.rules.game(receipt, number);
        let turn = record.as_ref().map_or(0, |record| record.contest.game.turn);
        // Recorded refusals stand among the moves: the first of the turn is the accepted one, where there is one.
        let right = moves.iter().find(|(of, ..)| *of == turn);
        let any = &moves[self.random.below(u32::try_from(moves.len()).unwrap()) as usize];
        let (_, asserts, made) = match self.random.below(6) {
            0 => any,
            _ => right.unwrap_or(any),
        };
        let by = match (asserts, record) {
            (true, _) => self.stand.asserter(self.staked[claim].0.key),
            (false, Some(record)) => record.challenger,
            (false, None) => CHALLENGER,
        };
        (by, (turn, made).encode())
    }

    fn call(&mut self) -> Option<bool> {
        let (claim, receipt, number) = self.place();
        let by = self.anybody();
        let other = (receipt, number, self.block).encode();
        let now = at(self.block);
        match self.random.below(24) {
            0 | 1 => {
                let bytes = self.staked[claim].0.assertion.encode();
                let bytes = changed(&mut self.random, &bytes, &other);
                let assertion: Assertion = decoded(&bytes)?;
                let value = [BOND, BOND, BOND, 0, u128::MAX][self.random.below(5) as usize];
                let caller = match self.random.below(4) {
                    0 => by,
                    _ => self.stand.asserter(self.staked[claim].0.key),
                };
                let answer = self.stand.assert_as(caller, value, &assertion, self.block);
                self.count("assert", &answer);
                Some(answer.is_ok())
            }
            2 => {
                let bytes = changed(&mut self.random, &receipt.encode(), &other);
                let receipt = decoded(&bytes)?;
                let answer = self.stand.challenge(by, &receipt, self.block);
                self.count("challenge", &answer);
                Some(answer.is_ok())
            }
            kind @ 3..=5 => {
                let bytes = changed(&mut self.random, &(receipt, number).encode(), &other);
                let (receipt, number): (ReceiptId, u32) = decoded(&bytes)?;
                let place = (&receipt, number);
                let rules = &mut self.stand.rules;
                let (name, answer) = match kind {
                    3 => ("timeout", rules.timeout(now, place).map(|_| ())),
                    4 => ("settle", rules.settle(place)),
                    _ => ("finalise", rules.finalise(now, &receipt)),
                };
                self.count(name, &answer);
                Some(answer.is_ok())
            }
            6 => {
                let answer = self.stand.rules.withdraw(&by);
                self.count("withdraw", &answer);
                Some(answer.is_ok())
            }
            7 => {
                let answer = self.stand.rules.burn();
                self.count("burn", &answer);
                Some(answer.is_ok())
            }
            8 => {
                let bytes = changed(&mut self.random, &(number, self.block).encode(), &other);
                let (start, limit): (u32, u32) = decoded(&bytes)?;
                let page = self.stand.rules.claims(start, limit);
                assert!(page.items.len() <= 50);
                assert!(self.stand.rules.game(&receipt, start).is_none() || start < 10_000);
                let _whoever = self.stand.rules.due(&by);
                None
            }
            _ => {
                let (mover, made) = self.made(claim, &receipt, number);
                let bytes = [receipt.encode(), number.encode(), made].concat();
                let bytes = changed(&mut self.random, &bytes, &other);
                let (receipt, number, turn, made): (ReceiptId, u32, u32, Move) = decoded(&bytes)?;
                let mover = match self.random.below(8) {
                    0 => by,
                    _ => mover,
                };
                let place = (&receipt, number);
                let answer = self.stand.play(mover, place, turn, &made, self.block);
                self.count("play", &answer);
                Some(answer.is_ok())
            }
        }
    }
}

#[test]
fn every_message_on_any_bytes() {
    let wanted = std::env::var("COUNTERSIGN_CALLS").ok();
    let wanted = wanted.and_then(|text| text.parse().ok()).unwrap_or(CALLS);
    let mut calls: BTreeMap<&'static str, [u32; 2]> = BTreeMap::new();
    let (mut reasons, mut undecoded) = (BTreeSet::new(), 0_u32);
    for seed in 0..u64::from(wanted.div_ceil(EACH)) {
        let mut fuzz = Fuzz::new(1_000 + seed);
        for _ in 0..EACH {
            fuzz.block += u32::from(fuzz.random.below(50) == 0);
            if fuzz.random.below(300) == 0 {
                fuzz.block += CLOCK;
            }
            fuzz.stand.rules.world_mut().refuses = fuzz.random.below(4) == 0;
            fuzz.stand.rules.world_mut().gone = fuzz.random.below(40) == 0;
            let before = fuzz.stand.rules.store().clone();
            match fuzz.call() {
                None => undecoded += 1,
                Some(true) => {}
                Some(false) => assert_eq!(fuzz.stand.rules.store(), &before),
            }
            fuzz.stand.check();
        }
        let receipts: Vec<ReceiptId> = fuzz.staked.iter().map(|(stake, _)| stake.receipt).collect();
        fuzz.stand
            .everything_comes_out(&receipts, &ACCOUNTS, fuzz.block);
        for (name, [refused, accepted]) in fuzz.calls {
            let sum = calls.entry(name).or_default();
            sum[0] += refused;
            sum[1] += accepted;
        }
        reasons.extend(fuzz.reasons);
    }
    println!("{calls:?}, {undecoded} without arguments or reads only");
    println!("{} reasons: {reasons:#?}", reasons.len());
    assert_eq!(calls.len(), 8, "every message that writes");
    assert!(calls.values().all(|[refused, _]| *refused > 0), "{calls:?}");
    let accepted = calls.iter().filter(|(_, [_, accepted])| *accepted > 0);
    assert_eq!(accepted.count(), 8, "{calls:?}");
    assert!(reasons.len() > 30, "{} reasons", reasons.len());
}
