//! The messages of the disputes contract (EXACT 5, 6).

use super::Message;
use countersign_shared::chain::Page;
use countersign_shared::disputes::{
    selectors as selector, Assertion, ClaimRecord, DisputesError, DisputesSetup, GameRecord,
    Ledger, Progress,
};
use countersign_shared::exact::Move;
use countersign_shared::id::{AccountId, ReceiptId};

/// What the constructor was given.
#[must_use]
pub fn deployment() -> Message<DisputesSetup> {
    Message::new("deployment", selector::DEPLOYMENT, &())
}

/// Puts a receipt at stake, with the bond.
#[must_use]
pub fn assert(assertion: &Assertion, bond: u128) -> Message<Result<ReceiptId, DisputesError>> {
    Message::new("assert", selector::ASSERT, assertion).with_value(bond)
}

/// Opens a game on a claim, with the bond.
#[must_use]
pub fn challenge(receipt: ReceiptId, bond: u128) -> Message<Result<u32, DisputesError>> {
    Message::new("challenge", selector::CHALLENGE, &receipt).with_value(bond)
}

/// A move in answer to turn `turn`.
#[must_use]
pub fn play(
    receipt: ReceiptId,
    game: u32,
    turn: u32,
    made: &Move,
) -> Message<Result<Progress, DisputesError>> {
    Message::new("play", selector::PLAY, &(receipt, game, turn, made))
}

/// The same with the move in the encoding that the contract takes, from whoever made it.
#[must_use]
pub fn play_encoded(
    receipt: ReceiptId,
    game: u32,
    turn: u32,
    made: &[u8],
) -> Message<Result<Progress, DisputesError>> {
    // SCALE: a tuple is its parts in order, and these bytes are the last part.
    Message::new("play", selector::PLAY, &(receipt, game, turn)).with_last(made)
}

/// Ends a game whose side to move is late.
#[must_use]
pub fn timeout(receipt: ReceiptId, game: u32) -> Message<Result<Progress, DisputesError>> {
    Message::new("timeout", selector::TIMEOUT, &(receipt, game))
}

/// Gives a stopped game's challenger its bond back.
#[must_use]
pub fn settle(receipt: ReceiptId, game: u32) -> Message<Result<(), DisputesError>> {
    Message::new("settle", selector::SETTLE, &(receipt, game))
}

/// Closes a claim that nobody refuted in time.
#[must_use]
pub fn finalise(receipt: ReceiptId) -> Message<Result<(), DisputesError>> {
    Message::new("finalise", selector::FINALISE, &receipt)
}

/// Sends the caller what is due to it.
#[must_use]
pub fn withdraw() -> Message<Result<u128, DisputesError>> {
    Message::new("withdraw", selector::WITHDRAW, &())
}

/// A claim.
#[must_use]
pub fn claim(receipt: ReceiptId) -> Message<Option<ClaimRecord>> {
    Message::new("claim", selector::CLAIM, &receipt)
}

/// Claims, oldest first.
#[must_use]
pub fn claims(start: u32, limit: u32) -> Message<Page<(ReceiptId, ClaimRecord)>> {
    Message::new("claims", selector::CLAIMS, &(start, limit))
}

/// A game.
#[must_use]
pub fn game(receipt: ReceiptId, number: u32) -> Message<Option<GameRecord>> {
    Message::new("game", selector::GAME, &(receipt, number))
}

/// What an account can withdraw.
#[must_use]
pub fn due(account: AccountId) -> Message<u128> {
    Message::new("due", selector::DUE, &account)
}

/// All that came in and went out.
#[must_use]
pub fn ledger() -> Message<Ledger> {
    Message::new("ledger", selector::LEDGER, &())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parity_scale_codec::Encode;

    #[test]
    fn an_encoded_move_is_sent_as_the_move_itself_is() {
        let (receipt, made) = (ReceiptId::new([3; 32]), Move::PickElement { element: 5 });
        let whole = play(receipt, 1, 6, &made);
        let encoded = play_encoded(receipt, 1, 6, &made.encode());
        assert_eq!(whole.data(), encoded.data());
        assert_eq!(
            (whole.name(), whole.value()),
            (encoded.name(), encoded.value())
        );
    }
}
