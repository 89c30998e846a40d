//! Receipts at stake, and the games that settle which of them are false (EXACT 5, 6).
//!
//! The shell: it reads the environment, delegates to [`state`], and emits an event when something changed.
//! It takes no value but bonds, has no owner, and cannot be altered or deleted (C2, PROTOCOL 5.7).

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod host;
pub mod state;
pub mod world;

pub use contract::{Disputes, DisputesRef};

#[allow(
    unsafe_code,
    clippy::panic,
    clippy::large_enum_variant,
    reason = "what ink! writes: `no_mangle` entry points that panic when the host calls them wrongly, and an enum of \
              all messages' arguments"
)]
#[ink::contract]
mod contract {
    use crate::host::Host;
    use crate::state;
    use countersign_contracts_common::host::{now, Chain, HostCrypto};
    use countersign_shared::chain::Page;
    use countersign_shared::disputes::{
        Assertion, ClaimRecord, DisputesError, DisputesSetup, GameRecord, Ledger, Progress,
    };
    use countersign_shared::exact::{Move, Side};
    use countersign_shared::id::{AccountId as Account, GenesisHash, ModelId, ReceiptId};

    /// A receipt was put at stake.
    #[ink(event)]
    pub struct Asserted {
        /// The receipt.
        #[ink(topic)]
        pub receipt: ReceiptId,
        /// Who did.
        #[ink(topic)]
        pub asserter: Account,
        /// The model that it names.
        #[ink(topic)]
        pub model: ModelId,
    }

    /// A game was opened.
    #[ink(event)]
    pub struct Challenged {
        /// The receipt at stake.
        #[ink(topic)]
        pub receipt: ReceiptId,
        /// The game's number.
        pub game: u32,
        /// Who challenged.
        #[ink(topic)]
        pub challenger: Account,
    }

    /// A move was made, or a clock had run out.
    #[ink(event)]
    pub struct Played {
        /// The receipt at stake.
        #[ink(topic)]
        pub receipt: ReceiptId,
        /// The game's number.
        pub game: u32,
        /// What was done, and who has won if the game is over.
        pub progress: Progress,
    }

    /// A claim was proved false, for ever.
    #[ink(event)]
    pub struct Refuted {
        /// The receipt.
        #[ink(topic)]
        pub receipt: ReceiptId,
        /// The game that its challenger won.
        pub game: u32,
    }

    /// A stopped game's bond was given back.
    #[ink(event)]
    pub struct Settled {
        /// The receipt.
        #[ink(topic)]
        pub receipt: ReceiptId,
        /// The game's number.
        pub game: u32,
    }

    /// Nobody refuted a claim in time.
    #[ink(event)]
    pub struct Finalised {
        /// The receipt.
        #[ink(topic)]
        pub receipt: ReceiptId,
    }

    /// The contract. Its facts lie in cells of their own ([`state`]).
    #[ink(storage)]
    pub struct Disputes {
        genesis: [u8; 32],
        registry: [u8; 32],
        receipts: [u8; 32],
        window: u32,
        clock: u32,
        bond: u128,
    }

    impl Disputes {
        /// A contract for receipts of the contract `receipts` of the chain whose block 0 has the hash
        /// `genesis`, and models of `registry`. A verifier compares all of it with its own.
        ///
        /// # Errors
        /// `Bond`, `Clock`.
        #[ink(constructor)]
        pub fn new(
            genesis: GenesisHash,
            registry: Account,
            receipts: Account,
            window: u32,
            clock: u32,
            bond: u128,
        ) -> Result<Self, DisputesError> {
            let contract = Self {
                genesis: genesis.to_bytes(),
                registry: registry.to_bytes(),
                receipts: receipts.to_bytes(),
                window,
                clock,
                bond,
            };
            contract
                .deployment()
                .check(contract.env().minimum_balance())?;
            contract.rules().begin();
            Ok(contract)
        }

        /// What the constructor was given.
        #[ink(message)]
        pub fn deployment(&self) -> DisputesSetup {
            DisputesSetup {
                genesis: GenesisHash::new(self.genesis),
                registry: Account::new(self.registry),
                receipts: Account::new(self.receipts),
                window: self.window,
                clock: self.clock,
                bond: self.bond,
            }
        }

        /// Puts a receipt at stake; the bond comes with it (EXACT 5.1).
        ///
        /// # Errors
        /// See [`state::Disputes::assert`].
        #[ink(message, payable)]
        pub fn assert(&mut self, assertion: Assertion) -> Result<ReceiptId, DisputesError> {
            let (caller, value) = (self.caller(), self.env().transferred_value());
            let receipt = self.rules().assert(caller, now(), value, &assertion)?;
            self.env().emit_event(Asserted {
                receipt,
                asserter: caller,
                model: assertion.statement.run.model,
            });
            Ok(receipt)
        }

        /// Opens a game on a claim; the bond comes with it; answers the game's number (EXACT 5.2).
        ///
        /// # Errors
        /// See [`state::Disputes::challenge`].
        #[ink(message, payable)]
        pub fn challenge(&mut self, receipt: ReceiptId) -> Result<u32, DisputesError> {
            let (caller, value) = (self.caller(), self.env().transferred_value());
            let game = self.rules().challenge(caller, now(), value, &receipt)?;
            self.env().emit_event(Challenged {
                receipt,
                game,
                challenger: caller,
            });
            Ok(game)
        }

        /// A move that answers turn `turn` of a game (EXACT 6).
        ///
        /// # Errors
        /// See [`state::Disputes::play`].
        #[ink(message)]
        pub fn play(
            &mut self,
            receipt: ReceiptId,
            game: u32,
            turn: u32,
            made: Move,
        ) -> Result<Progress, DisputesError> {
            let caller = self.caller();
            let progress = self
                .rules()
                .play(caller, now(), (&receipt, game), turn, &made)?;
            self.tell(receipt, game, progress);
            Ok(progress)
        }

        /// Ends a game whose side to move let its clock run out (EXACT 6). By anyone.
        ///
        /// # Errors
        /// See [`state::Disputes::timeout`].
        #[ink(message)]
        pub fn timeout(
            &mut self,
            receipt: ReceiptId,
            game: u32,
        ) -> Result<Progress, DisputesError> {
            let progress = self.rules().timeout(now(), (&receipt, game))?;
            self.tell(receipt, game, progress);
            Ok(progress)
        }

        /// Gives the challenger of a stopped game its bond back (EXACT 5.3). By anyone.
        ///
        /// # Errors
        /// See [`state::Disputes::settle`].
        #[ink(message)]
        pub fn settle(&mut self, receipt: ReceiptId, game: u32) -> Result<(), DisputesError> {
            self.rules().settle((&receipt, game))?;
            self.env().emit_event(Settled { receipt, game });
            Ok(())
        }

        /// Closes a claim that nobody refuted in time (EXACT 5.4). By anyone.
        ///
        /// # Errors
        /// See [`state::Disputes::finalise`].
        #[ink(message)]
        pub fn finalise(&mut self, receipt: ReceiptId) -> Result<(), DisputesError> {
            self.rules().finalise(now(), &receipt)?;
            self.env().emit_event(Finalised { receipt });
            Ok(())
        }

        /// Sends the caller what is due to it; answers how much.
        ///
        /// # Errors
        /// `NothingDue`, `TransferFailed`.
        #[ink(message)]
        pub fn withdraw(&mut self) -> Result<u128, DisputesError> {
            let caller = self.caller();
            self.rules().withdraw(&caller)
        }

        /// Burns what could not be burned when a game ended; answers how much. By anyone.
        ///
        /// # Errors
        /// `NothingDue`, `TransferFailed`.
        #[ink(message)]
        pub fn burn(&mut self) -> Result<u128, DisputesError> {
            self.rules().burn()
        }

        /// A claim.
        #[ink(message)]
        pub fn claim(&self, receipt: ReceiptId) -> Option<ClaimRecord> {
            self.rules().claim(&receipt)
        }

        /// Claims from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn claims(&self, start: u32, limit: u32) -> Page<(ReceiptId, ClaimRecord)> {
            self.rules().claims(start, limit)
        }

        /// A game.
        #[ink(message)]
        pub fn game(&self, receipt: ReceiptId, game: u32) -> Option<GameRecord> {
            self.rules().game(&receipt, game)
        }

        /// What an account can withdraw.
        #[ink(message)]
        pub fn due(&self, account: Account) -> u128 {
            self.rules().due(&account)
        }

        /// The ledger: what came in is held, due, waiting to be burned, burned or paid out (X5).
        #[ink(message)]
        pub fn ledger(&self) -> Ledger {
            self.rules().ledger()
        }

        fn tell(&self, receipt: ReceiptId, game: u32, progress: Progress) {
            self.env().emit_event(Played {
                receipt,
                game,
                progress,
            });
            if progress.winner == Some(Side::Challenger) {
                self.env().emit_event(Refuted { receipt, game });
            }
        }

        fn caller(&self) -> Account {
            Account::new(*self.env().caller().as_ref())
        }

        fn rules(&self) -> state::Disputes<Chain, HostCrypto, Host> {
            let setup = self.deployment();
            let contract = Account::new(*self.env().account_id().as_ref());
            state::Disputes::new(setup, contract, Chain, HostCrypto, Host(setup))
        }
    }
}
