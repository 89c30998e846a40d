//! Which models and engines exist, who published them, and who may speak for them now.
//!
//! The shell: it reads the environment, delegates to [`state`], and emits an event when something changed.
//! It takes no value (C4), has no owner, and cannot be altered or deleted (C2, PROTOCOL 5.7).

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ownership;
pub mod state;

pub use contract::{Registry, RegistryRef};

#[allow(
    unsafe_code,
    clippy::panic,
    reason = "what ink! writes: `no_mangle` entry points that panic when the host calls them wrongly"
)]
#[ink::contract]
mod contract {
    use crate::state;
    use countersign_contracts_common::host::{now, Chain, HostCrypto};
    use countersign_shared::chain::{
        EngineKey, EngineRecord, ModelRecord, Moment, Page, RegistryError,
    };
    use countersign_shared::id::{AccountId as Account, EngineId, ExactRoot, ModelId};
    use ink::prelude::vec::Vec;

    /// A model was registered.
    #[ink(event)]
    pub struct ModelPublished {
        /// Its id.
        #[ink(topic)]
        pub model: ModelId,
        /// Who registered it.
        #[ink(topic)]
        pub publisher: Account,
        /// The model of which it is a new version.
        #[ink(topic)]
        pub predecessor: Option<ModelId>,
    }

    /// A model should not be used any more.
    #[ink(event)]
    pub struct ModelDeprecated {
        /// Its id.
        #[ink(topic)]
        pub model: ModelId,
    }

    /// A model was offered to an account, or the offer withdrawn.
    #[ink(event)]
    pub struct ModelOffered {
        /// Its id.
        #[ink(topic)]
        pub model: ModelId,
        /// Who may accept it.
        #[ink(topic)]
        pub to: Option<Account>,
    }

    /// A model has a new owner.
    #[ink(event)]
    pub struct ModelAccepted {
        /// Its id.
        #[ink(topic)]
        pub model: ModelId,
        /// Who owned it.
        #[ink(topic)]
        pub from: Account,
        /// Who owns it.
        #[ink(topic)]
        pub to: Account,
    }

    /// An engine was announced.
    #[ink(event)]
    pub struct EngineAnnounced {
        /// SHA-256 of its bytes.
        #[ink(topic)]
        pub engine: EngineId,
        /// Who announced it.
        #[ink(topic)]
        pub publisher: Account,
        /// Its name, printable ASCII.
        pub name: Vec<u8>,
    }

    /// An engine should not be used any more.
    #[ink(event)]
    pub struct EngineDeprecated {
        /// SHA-256 of its bytes.
        #[ink(topic)]
        pub engine: EngineId,
        /// Who announced it.
        #[ink(topic)]
        pub publisher: Account,
    }

    /// An engine was offered to an account, or the offer withdrawn.
    #[ink(event)]
    pub struct EngineOffered {
        /// SHA-256 of its bytes.
        #[ink(topic)]
        pub engine: EngineId,
        /// Who announced it.
        #[ink(topic)]
        pub publisher: Account,
        /// Who may accept it.
        #[ink(topic)]
        pub to: Option<Account>,
    }

    /// An engine has a new owner.
    #[ink(event)]
    pub struct EngineAccepted {
        /// SHA-256 of its bytes.
        #[ink(topic)]
        pub engine: EngineId,
        /// Who announced it.
        #[ink(topic)]
        pub publisher: Account,
        /// Who owned it.
        pub from: Account,
        /// Who owns it.
        #[ink(topic)]
        pub to: Account,
    }

    /// The contract. Its facts lie in cells of their own ([`state`]), so the root cell is empty.
    #[ink(storage)]
    #[derive(Default)]
    pub struct Registry {}

    impl Registry {
        /// An empty registry.
        #[ink(constructor)]
        pub fn new() -> Self {
            Self::default()
        }

        /// Registers a model with the caller as publisher and owner (PROTOCOL 3.1, 3.2).
        ///
        /// # Errors
        /// See [`state::Registry::publish_model`].
        #[ink(message)]
        pub fn publish_model(
            &mut self,
            manifest: Vec<u8>,
            exact_root: ExactRoot,
            predecessor: Option<ModelId>,
        ) -> Result<ModelId, RegistryError> {
            let publisher = self.caller();
            let model =
                rules().publish_model(publisher, now(), manifest, exact_root, predecessor)?;
            self.env().emit_event(ModelPublished {
                model,
                publisher,
                predecessor,
            });
            Ok(model)
        }

        /// Marks a model as not to be used any more, for good; answers since when.
        ///
        /// # Errors
        /// `ModelUnknown`, `NotOwner`.
        #[ink(message)]
        pub fn deprecate_model(&mut self, model: ModelId) -> Result<Moment, RegistryError> {
            let since = rules().deprecate_model(self.caller(), now(), &model)?;
            if since.changed {
                self.env().emit_event(ModelDeprecated { model });
            }
            Ok(since.answer)
        }

        /// Offers a model to an account; `None` withdraws the offer.
        ///
        /// # Errors
        /// `ModelUnknown`, `NotOwner`.
        #[ink(message)]
        pub fn offer_model(
            &mut self,
            model: ModelId,
            to: Option<Account>,
        ) -> Result<(), RegistryError> {
            if rules().offer_model(self.caller(), &model, to)?.changed {
                self.env().emit_event(ModelOffered { model, to });
            }
            Ok(())
        }

        /// Takes a model that was offered to the caller.
        ///
        /// # Errors
        /// `ModelUnknown`, `NotOffered`.
        #[ink(message)]
        pub fn accept_model(&mut self, model: ModelId) -> Result<(), RegistryError> {
            let to = self.caller();
            let from = rules().accept_model(to, &model)?;
            self.env().emit_event(ModelAccepted { model, from, to });
            Ok(())
        }

        /// A model's record.
        #[ink(message)]
        pub fn model(&self, model: ModelId) -> Option<ModelRecord> {
            rules().model(&model)
        }

        /// A model's manifest, byte for byte as it was published.
        #[ink(message)]
        pub fn manifest(&self, model: ModelId) -> Option<Vec<u8>> {
            rules().manifest(&model)
        }

        /// Models from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn models(&self, start: u32, limit: u32) -> Page<(ModelId, ModelRecord)> {
            rules().models(start, limit)
        }

        /// Announces an engine with the caller as publisher and owner.
        ///
        /// # Errors
        /// `EngineNameInvalid`, `EngineExists`, `ListFull`.
        #[ink(message)]
        pub fn announce_engine(
            &mut self,
            engine: EngineId,
            name: Vec<u8>,
        ) -> Result<Moment, RegistryError> {
            let publisher = self.caller();
            let now = now();
            rules().announce_engine(publisher, now, engine, &name)?;
            self.env().emit_event(EngineAnnounced {
                engine,
                publisher,
                name,
            });
            Ok(now)
        }

        /// Marks an engine as not to be used any more, for good; answers since when.
        ///
        /// # Errors
        /// `EngineUnknown`, `NotOwner`.
        #[ink(message)]
        pub fn deprecate_engine(&mut self, key: EngineKey) -> Result<Moment, RegistryError> {
            let since = rules().deprecate_engine(self.caller(), now(), &key)?;
            if since.changed {
                let EngineKey { publisher, engine } = key;
                self.env()
                    .emit_event(EngineDeprecated { engine, publisher });
            }
            Ok(since.answer)
        }

        /// Offers an engine to an account; `None` withdraws the offer.
        ///
        /// # Errors
        /// `EngineUnknown`, `NotOwner`.
        #[ink(message)]
        pub fn offer_engine(
            &mut self,
            key: EngineKey,
            to: Option<Account>,
        ) -> Result<(), RegistryError> {
            if rules().offer_engine(self.caller(), &key, to)?.changed {
                let EngineKey { publisher, engine } = key;
                self.env().emit_event(EngineOffered {
                    engine,
                    publisher,
                    to,
                });
            }
            Ok(())
        }

        /// Takes an engine that was offered to the caller.
        ///
        /// # Errors
        /// `EngineUnknown`, `NotOffered`.
        #[ink(message)]
        pub fn accept_engine(&mut self, key: EngineKey) -> Result<(), RegistryError> {
            let to = self.caller();
            let from = rules().accept_engine(to, &key)?;
            let EngineKey { publisher, engine } = key;
            self.env().emit_event(EngineAccepted {
                engine,
                publisher,
                from,
                to,
            });
            Ok(())
        }

        /// An engine's record.
        #[ink(message)]
        pub fn engine(&self, key: EngineKey) -> Option<EngineRecord> {
            rules().engine(&key)
        }

        /// Engines from position `start` on, oldest first; at most 50 whatever `limit` says.
        #[ink(message)]
        pub fn engines(&self, start: u32, limit: u32) -> Page<(EngineKey, EngineRecord)> {
            rules().engines(start, limit)
        }

        fn caller(&self) -> Account {
            Account::new(*self.env().caller().as_ref())
        }
    }

    fn rules() -> state::Registry<Chain, HostCrypto> {
        state::Registry::new(Chain, HostCrypto)
    }
}
