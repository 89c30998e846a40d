//! EXACT 5 and 6 over the rules of all three contracts: who may do what, who wins, who gets what.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod stand;

use countersign_shared::attester::Lane;
use countersign_shared::chain::ReceiptsError;
use countersign_shared::disputes::{DisputesError, BURN};
use countersign_shared::exact::claim::{ClaimError, Standing};
use countersign_shared::exact::{Refusal, Side};
use countersign_shared::id::{AccountId, Commitment, ModelId};
use countersign_shared::Software;
use stand::{at, games, moves_of, Stand, BOND, CHALLENGER, CLOCK, DISPUTES, PUBLISHER, WINDOW};

const STRANGER: AccountId = AccountId::new([0x90; 32]);
const HALF: u128 = BOND / 2;

fn refused(refusal: Refusal) -> DisputesError {
    DisputesError::Claim(ClaimError::Move(refusal))
}

/// Every recorded game, with each kind of key: the liar loses, the winner has one bond and a half, the rest is burned,
/// and no cell changes its length, so that no storage deposit passes between the sides.
#[test]
fn liars_lose_their_bonds() {
    for (n, game) in games().iter().enumerate() {
        let mut stand = Stand::new();
        let stake = stand.stake(game, n % 4, 1);
        let asserter = stand.asserter(n % 4);
        assert_eq!(stand.assert(&stake, 10), Ok(stake.receipt));
        let number = stand.challenge(CHALLENGER, &stake.receipt, 11).unwrap();
        let place = (&stake.receipt, number);
        let lengths = stand.lengths();
        let moves = moves_of(game);
        for (turn, asserts, made) in &moves {
            let (by, other) = if *asserts {
                (asserter, CHALLENGER)
            } else {
                (CHALLENGER, asserter)
            };
            let before = stand.rules.store().clone();
            assert_eq!(
                stand.play(STRANGER, place, *turn, made, 12),
                Err(DisputesError::NotASide)
            );
            assert_eq!(
                stand.play(other, place, *turn, made, 12),
                Err(refused(Refusal::NotYourTurn))
            );
            assert!(stand.play(by, place, turn + 1, made, 12).is_err(), "stale");
            assert!(stand
                .play(by, (&stake.receipt, 1), *turn, made, 12)
                .is_err());
            assert_eq!(
                stand.rules.store(),
                &before,
                "a refused move writes nothing"
            );
            let progress = stand.play(by, place, *turn, made, 12).unwrap();
            assert_eq!(
                (progress.turn, progress.made),
                (turn + 1, Some(made.kind()))
            );
            let side = if *asserts {
                Side::Asserter
            } else {
                Side::Challenger
            };
            assert_eq!(progress.side, side);
            let last = usize::try_from(*turn).unwrap() + 1 == moves.len();
            assert_eq!(progress.winner, last.then_some(Side::Challenger));
            assert_eq!(stand.lengths(), lengths, "no deposit moves");
        }
        let claim = stand.rules.claim(&stake.receipt).unwrap().claim;
        assert_eq!((claim.standing, claim.open_games), (Standing::False, 0));
        assert_eq!(stand.rules.due(&CHALLENGER), BOND + HALF);
        assert_eq!(stand.rules.due(&asserter), 0);
        assert_eq!(stand.rules.world().sent[&BURN], BOND - HALF);
        assert_eq!(stand.rules.withdraw(&CHALLENGER), Ok(BOND + HALF));
        stand.check();
        assert_eq!(stand.rules.world().inside, 0);
        assert_eq!(
            stand.rules.withdraw(&CHALLENGER),
            Err(DisputesError::NothingDue)
        );
        // For ever.
        let closed = DisputesError::Claim(ClaimError::Closed(Standing::False));
        assert_eq!(stand.challenge(STRANGER, &stake.receipt, 13), Err(closed));
        assert_eq!(stand.rules.finalise(at(500), &stake.receipt), Err(closed));
        assert_eq!(stand.assert(&stake, 14), Err(DisputesError::ClaimExists));
    }
}

/// A challenger that does not move loses its bond by the clock; the claim stays open, then becomes final.
#[test]
fn asserters_win_on_time() {
    let game = &games()[0];
    let mut stand = Stand::new();
    let stake = stand.stake(game, 2, 1);
    let asserter = stand.asserter(2);
    stand.assert(&stake, 10).unwrap();
    stand.challenge(CHALLENGER, &stake.receipt, 11).unwrap();
    let place = (&stake.receipt, 0);
    let (turn, _, made) = &moves_of(game)[0];
    stand.play(asserter, place, *turn, made, 15).unwrap();
    let late = 15 + CLOCK;
    assert_eq!(
        stand.rules.timeout(at(late), place),
        Err(refused(Refusal::InTime))
    );
    let progress = stand.rules.timeout(at(late + 1), place).unwrap();
    stand.check();
    assert_eq!((progress.side, progress.made), (Side::Challenger, None));
    assert_eq!(progress.winner, Some(Side::Asserter));
    assert_eq!(stand.rules.due(&asserter), HALF);
    assert_eq!(stand.rules.due(&CHALLENGER), 0);
    assert_eq!(
        stand.rules.settle(place),
        Err(DisputesError::Claim(ClaimError::NothingToSettle))
    );
    assert!(stand.rules.timeout(at(late + 2), place).is_err());
    // A game that the asserter wins leaves the claim open: another challenger comes.
    let second = stand.challenge(STRANGER, &stake.receipt, 10 + WINDOW);
    assert_eq!(second, Ok(1));
    assert_eq!(
        stand.rules.finalise(at(10 + WINDOW), &stake.receipt),
        Err(DisputesError::Claim(ClaimError::WindowOpen))
    );
    assert_eq!(
        stand.rules.finalise(at(11 + WINDOW), &stake.receipt),
        Err(DisputesError::Claim(ClaimError::GamesOpen(1)))
    );
    assert_eq!(
        stand.challenge(STRANGER, &stake.receipt, 11 + WINDOW),
        Err(DisputesError::Claim(ClaimError::WindowOver))
    );
    // An asserter that does not move loses: here it does in time, and the second challenger does not.
    stand
        .play(asserter, (&stake.receipt, 1), 0, made, 12 + WINDOW)
        .unwrap();
    stand
        .rules
        .timeout(at(13 + WINDOW + CLOCK), (&stake.receipt, 1))
        .unwrap();
    stand
        .rules
        .finalise(at(99 + WINDOW), &stake.receipt)
        .unwrap();
    stand.check();
    let claim = stand.rules.claim(&stake.receipt).unwrap().claim;
    assert_eq!(claim.standing, Standing::Final);
    assert_eq!(stand.rules.withdraw(&asserter), Ok(BOND + 2 * HALF));
    assert_eq!(stand.rules.world().inside, 0);
}

/// An asserter that does not move loses by the clock, and the claim is false for ever.
#[test]
fn silent_asserters_lose() {
    let mut stand = Stand::new();
    let stake = stand.stake(&games()[0], 0, 1);
    stand.assert(&stake, 10).unwrap();
    stand.challenge(CHALLENGER, &stake.receipt, 11).unwrap();
    let progress = stand
        .rules
        .timeout(at(12 + CLOCK), (&stake.receipt, 0))
        .unwrap();
    assert_eq!(
        (progress.side, progress.winner),
        (Side::Asserter, Some(Side::Challenger))
    );
    assert_eq!(stand.rules.due(&CHALLENGER), BOND + HALF);
    stand.check();
}

/// Games run side by side; the first win stops the others, whose challengers get their bonds back, once.
#[test]
fn other_games_stop_and_are_settled() {
    let game = &games()[2];
    let mut stand = Stand::new();
    let stake = stand.stake(game, 3, 1);
    let asserter = stand.asserter(3);
    stand.assert(&stake, 10).unwrap();
    let late = [STRANGER, PUBLISHER, STRANGER];
    let first = stand.challenge(CHALLENGER, &stake.receipt, 11).unwrap();
    for by in late {
        stand.challenge(by, &stake.receipt, 11).unwrap();
    }
    let nothing = Err(DisputesError::Claim(ClaimError::NothingToSettle));
    assert_eq!(stand.rules.settle((&stake.receipt, 1)), nothing);
    for (turn, asserts, made) in &moves_of(game) {
        let by = if *asserts { asserter } else { CHALLENGER };
        stand
            .play(by, (&stake.receipt, first), *turn, made, 12)
            .unwrap();
    }
    let closed = DisputesError::Claim(ClaimError::Closed(Standing::False));
    let (turn, _, made) = &moves_of(game)[0];
    assert_eq!(
        stand.play(asserter, (&stake.receipt, 1), *turn, made, 12),
        Err(closed)
    );
    assert_eq!(
        stand.rules.timeout(at(99), (&stake.receipt, 1)),
        Err(closed)
    );
    for number in 1..=3 {
        stand.rules.settle((&stake.receipt, number)).unwrap();
        assert_eq!(stand.rules.settle((&stake.receipt, number)), nothing);
        stand.check();
    }
    assert_eq!(stand.rules.settle((&stake.receipt, first)), nothing);
    assert_eq!(
        stand.rules.settle((&stake.receipt, 4)),
        Err(DisputesError::GameUnknown)
    );
    for (by, due) in [
        (STRANGER, 2 * BOND),
        (PUBLISHER, BOND),
        (CHALLENGER, BOND + HALF),
    ] {
        assert_eq!(stand.rules.withdraw(&by), Ok(due));
    }
    stand.check();
    assert_eq!(stand.rules.world().inside, 0);
    assert_eq!(
        stand.rules.claim(&stake.receipt).unwrap().claim.open_games,
        0
    );
}

/// Who plays against itself loses half of a bond: what the protocol leaves to the burn account is never regained.
#[test]
fn playing_against_oneself_costs_half_a_bond() {
    let game = &games()[5];
    let mut stand = Stand::new();
    let stake = stand.stake(game, 2, 1);
    let both = stand.asserter(2);
    stand.assert(&stake, 10).unwrap();
    stand.challenge(both, &stake.receipt, 11).unwrap();
    for (turn, _, made) in &moves_of(game) {
        stand
            .play(both, (&stake.receipt, 0), *turn, made, 12)
            .unwrap();
    }
    assert_eq!(stand.rules.withdraw(&both), Ok(BOND + HALF));
    stand.check();
    assert_eq!(stand.rules.world().inside, 0);
}

/// A chain that refuses transfers stops no game and loses no money.
#[test]
fn failed_transfers_lose_nothing() {
    let game = &games()[2];
    let mut stand = Stand::new();
    let stake = stand.stake(game, 1, 1);
    let asserter = stand.asserter(1);
    stand.assert(&stake, 10).unwrap();
    stand.challenge(CHALLENGER, &stake.receipt, 11).unwrap();
    stand.rules.world_mut().refuses = true;
    for (turn, asserts, made) in &moves_of(game) {
        let by = if *asserts { asserter } else { CHALLENGER };
        stand
            .play(by, (&stake.receipt, 0), *turn, made, 12)
            .unwrap();
    }
    assert_eq!(stand.rules.ledger().burning, BOND - HALF);
    let before = stand.rules.store().clone();
    let failed = Err(DisputesError::TransferFailed);
    assert_eq!(stand.rules.withdraw(&CHALLENGER), failed);
    assert_eq!(stand.rules.burn(), failed);
    assert_eq!(stand.rules.store(), &before);
    stand.rules.world_mut().refuses = false;
    assert_eq!(stand.rules.burn(), Ok(BOND - HALF));
    assert_eq!(stand.rules.burn(), Err(DisputesError::NothingDue));
    assert_eq!(stand.rules.withdraw(&CHALLENGER), Ok(BOND + HALF));
    stand.check();
}

/// EXACT 5.1: each check of `assert`, and that a refusal writes nothing.
#[test]
#[allow(clippy::too_many_lines, reason = "one table of what is refused")]
fn what_cannot_be_staked() {
    let game = &games()[0];
    let mut stand = Stand::new();
    let stake = stand.stake(game, 0, 1);
    let own = stand.stake(game, 2, 1);
    let account = stand.asserter(0);
    let expect = |stand: &mut Stand, by, value, assertion: &_, error| {
        let before = stand.rules.store().clone();
        assert_eq!(stand.assert_as(by, value, assertion, 20), Err(error));
        assert_eq!(stand.rules.store(), &before);
    };
    for value in [0, BOND - 1, BOND + 1] {
        expect(
            &mut stand,
            account,
            value,
            &stake.assertion,
            DisputesError::Value,
        );
    }
    let mut altered = stake.assertion.clone();
    altered.statement.run.output = Commitment::new([1; 32]);
    let wrong = DisputesError::Receipt(ReceiptsError::SignatureInvalid);
    expect(&mut stand, account, BOND, &altered, wrong);

    let mut other_lane = stake.assertion.statement;
    other_lane.run.lane = Lane::Replay;
    other_lane.run.engine = countersign_shared::id::EngineId::new([0x22; 32]);
    let replay = stand.sign_statement(other_lane, 0);
    stand.anchor(&replay, 2);
    expect(
        &mut stand,
        account,
        BOND,
        &replay.assertion,
        DisputesError::Lane,
    );

    // Only the attester, or whom it authorised for this receipt, this account and this contract.
    expect(
        &mut stand,
        STRANGER,
        BOND,
        &own.assertion,
        DisputesError::NotAttester,
    );
    let authorised_wrongly = DisputesError::Authorisation(ReceiptsError::SignatureInvalid);
    expect(
        &mut stand,
        STRANGER,
        BOND,
        &stake.assertion,
        authorised_wrongly,
    );
    let authorisations = [
        stand.authorise(0, &own.receipt, &account, DISPUTES),
        stand.authorise(0, &stake.receipt, &account, stand::keys::CONTRACT),
        stand.authorise(1, &stake.receipt, &account, DISPUTES),
    ];
    for authorisation in authorisations {
        let mut foreign = stake.assertion.clone();
        foreign.authorisation = authorisation;
        expect(&mut stand, account, BOND, &foreign, authorised_wrongly);
    }
    let mut bare = stake.assertion.clone();
    bare.authorisation = None;
    expect(
        &mut stand,
        account,
        BOND,
        &bare,
        DisputesError::AuthorisationMissing,
    );
    let mut unwanted = own.assertion.clone();
    unwanted.authorisation = stake.assertion.authorisation;
    let by = stand.asserter(2);
    expect(
        &mut stand,
        by,
        BOND,
        &unwanted,
        DisputesError::AuthorisationUnwanted,
    );

    // The other contracts' facts.
    let unanchored = stand.sign(game, 0, 9);
    expect(
        &mut stand,
        account,
        BOND,
        &unanchored.assertion,
        DisputesError::NotAnchored,
    );
    let mut nowhere = stake.assertion.statement;
    nowhere.run.model = ModelId::new([1; 32]);
    let nowhere = stand.sign_statement(nowhere, 0);
    stand.anchor(&nowhere, 2);
    expect(
        &mut stand,
        account,
        BOND,
        &nowhere.assertion,
        DisputesError::ModelUnknown,
    );
    let revoked = stand.stake(game, 2, 8);
    let digest = revoked
        .assertion
        .statement
        .digest(&stand.keys.deployment, &Software);
    let receipts = &mut stand.rules.world_mut().receipts;
    receipts.revoke(by, at(3), &digest).unwrap();
    expect(
        &mut stand,
        by,
        BOND,
        &revoked.assertion,
        DisputesError::Revoked,
    );
    let disowned = stand.stake(game, 3, 7);
    let disowner = stand.asserter(3);
    let receipts = &mut stand.rules.world_mut().receipts;
    receipts.disown(disowner, at(3), 1).unwrap();
    expect(
        &mut stand,
        disowner,
        BOND,
        &disowned.assertion,
        DisputesError::Disowned,
    );
    stand.rules.world_mut().gone = true;
    expect(
        &mut stand,
        account,
        BOND,
        &stake.assertion,
        DisputesError::ReceiptsContract,
    );
    stand.rules.world_mut().gone = false;
    let model = stake.assertion.statement.run.model;
    let registry = &mut stand.rules.world_mut().registry;
    registry.deprecate_model(PUBLISHER, at(4), &model).unwrap();
    expect(
        &mut stand,
        account,
        BOND,
        &stake.assertion,
        DisputesError::ModelDeprecated,
    );
    assert_eq!(stand.rules.claims(0, 50).total, 0);
}

/// Challenges: the exact bond, an existing claim, the window's last block; a receipt once at stake stays listed.
#[test]
fn challenges_are_checked() {
    let mut stand = Stand::new();
    let stake = stand.stake(&games()[0], 2, 1);
    assert_eq!(
        stand.challenge(CHALLENGER, &stake.receipt, 11),
        Err(DisputesError::ClaimUnknown)
    );
    stand.assert(&stake, 10).unwrap();
    for value in [0, BOND - 1, BOND + 1] {
        let answer = stand
            .rules
            .challenge(CHALLENGER, at(11), value, &stake.receipt);
        assert_eq!(answer, Err(DisputesError::Value));
    }
    assert_eq!(
        stand.challenge(CHALLENGER, &stake.receipt, 9),
        Err(DisputesError::Claim(ClaimError::Past))
    );
    assert_eq!(
        stand.challenge(CHALLENGER, &stake.receipt, 11 + WINDOW),
        Err(DisputesError::Claim(ClaimError::WindowOver))
    );
    assert_eq!(
        stand.challenge(CHALLENGER, &stake.receipt, 10 + WINDOW),
        Ok(0)
    );
    let listed = stand.rules.claims(0, 50);
    assert_eq!((listed.total, listed.items[0].0), (1, stake.receipt));
    assert_eq!(stand.rules.game(&stake.receipt, 1), None);
    assert_eq!(
        stand.rules.game(&stake.receipt, 0).unwrap().challenger,
        CHALLENGER
    );
}
