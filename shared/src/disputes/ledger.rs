//! The contract's money (X5): what came in is held, due, waiting to be burned, burned or paid out.

use crate::exact::claim::Payout;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// Sums over all claims. Every change keeps [`Ledger::balanced`]; `None` is an overflow, which no
/// chain's issue reaches, and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Encode, Decode, TypeInfo)]
pub struct Ledger {
    /// All bonds ever received.
    pub received: u128,
    /// Bonds at stake.
    pub held: u128,
    /// What accounts can withdraw.
    pub due: u128,
    /// What is to be burned and could not be sent yet.
    pub burning: u128,
    /// What was burned.
    pub burned: u128,
    /// What was withdrawn.
    pub paid: u128,
}

impl Ledger {
    /// A bond comes in.
    #[must_use]
    pub fn receive(self, bond: u128) -> Option<Self> {
        Some(Self {
            received: self.received.checked_add(bond)?,
            held: self.held.checked_add(bond)?,
            ..self
        })
    }

    /// Bonds become due.
    #[must_use]
    pub fn book(self, payout: &Payout) -> Option<Self> {
        let due = payout.asserter.checked_add(payout.challenger)?;
        let leaves = due.checked_add(payout.burned)?;
        Some(Self {
            held: self.held.checked_sub(leaves)?,
            due: self.due.checked_add(due)?,
            burning: self.burning.checked_add(payout.burned)?,
            ..self
        })
    }

    /// An account withdraws.
    #[must_use]
    pub fn pay(self, amount: u128) -> Option<Self> {
        Some(Self {
            due: self.due.checked_sub(amount)?,
            paid: self.paid.checked_add(amount)?,
            ..self
        })
    }

    /// All that waits is burned.
    #[must_use]
    pub fn burn(self) -> Option<Self> {
        Some(Self {
            burning: 0,
            burned: self.burned.checked_add(self.burning)?,
            ..self
        })
    }

    /// X5.
    #[must_use]
    pub fn balanced(&self) -> bool {
        let parts = [self.held, self.due, self.burning, self.burned, self.paid];
        let sum = parts
            .iter()
            .try_fold(0_u128, |sum, part| sum.checked_add(*part));
        sum == Some(self.received)
    }

    /// What the contract's account must hold beside its existential deposit.
    #[must_use]
    pub fn inside(&self) -> Option<u128> {
        self.held.checked_add(self.due)?.checked_add(self.burning)
    }
}
