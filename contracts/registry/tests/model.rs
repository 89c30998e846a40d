//! The rules against a model in plain Rust that shares no code with them but ids and record types:
//! random calls, the same answers, and after every call the same facts (C1, C2, C3).

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use countersign_contracts_common::store::Memory;
use countersign_shared::chain::{
    EngineKey, EngineRecord, ModelRecord, Moment, RegistryError, MAX_PAGE_ITEMS,
};
use countersign_shared::id::{AccountId, EngineId, ExactRoot, ManifestHash, ModelId};
use countersign_shared::Software;
use proptest::collection::vec;
use proptest::prelude::*;
use registry::state::Registry;

const ACCOUNTS: u8 = 3;

#[derive(Clone, Debug)]
enum Call {
    Publish {
        manifest: u8,
        len: usize,
        exact: u8,
        predecessor: Option<usize>,
    },
    Announce {
        engine: u8,
        name: Vec<u8>,
    },
    Deprecate(Thing),
    Offer(Thing, Option<u8>),
    Accept(Thing),
}

/// The n-th model or engine, counted round and round; one that does not exist while there is none.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Model(usize),
    Engine(usize),
}

fn thing() -> impl Strategy<Value = Thing> {
    (any::<bool>(), 0_usize..6).prop_map(|(model, n)| {
        if model {
            Thing::Model(n)
        } else {
            Thing::Engine(n)
        }
    })
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[!-~]([ -~]{0,62}[!-~])?".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..70),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let len = prop_oneof![3 => 1_usize..40, 1 => Just(0), 1 => Just(12_288), 1 => Just(12_289)];
    let publish = (0_u8..4, len, 0_u8..2, proptest::option::of(0_usize..8));
    prop_oneof![
        3 => publish.prop_map(|(manifest, len, exact, predecessor)| {
            Call::Publish { manifest, len, exact, predecessor }
        }),
        2 => (0_u8..4, name()).prop_map(|(engine, name)| Call::Announce { engine, name }),
        2 => thing().prop_map(Call::Deprecate),
        3 => (thing(), proptest::option::of(0..ACCOUNTS)).prop_map(|(thing, to)| Call::Offer(thing, to)),
        3 => thing().prop_map(Call::Accept),
    ]
}

/// The model: what was registered, in order.
#[derive(Default)]
struct Naive {
    models: Vec<(ModelId, ModelRecord, Vec<u8>)>,
    engines: Vec<(EngineKey, EngineRecord)>,
}

impl Naive {
    fn model_id(&self, n: usize) -> ModelId {
        match self.models.len() {
            0 => ModelId::ZERO,
            len => self.models[n % len].0,
        }
    }

    fn engine_key(&self, n: usize) -> EngineKey {
        match self.engines.len() {
            0 => EngineKey {
                publisher: AccountId::ZERO,
                engine: EngineId::ZERO,
            },
            len => self.engines[n % len].0,
        }
    }

    /// Owner, offer and deprecation of a thing, or the error that there is none.
    fn ownership(
        &mut self,
        thing: Thing,
    ) -> Result<(&mut AccountId, &mut Option<AccountId>, &mut Option<Moment>), RegistryError> {
        match thing {
            Thing::Model(_) if self.models.is_empty() => Err(RegistryError::ModelUnknown),
            Thing::Engine(_) if self.engines.is_empty() => Err(RegistryError::EngineUnknown),
            Thing::Model(n) => {
                let at = n % self.models.len();
                let record = &mut self.models[at].1;
                Ok((
                    &mut record.owner,
                    &mut record.offered_to,
                    &mut record.deprecated,
                ))
            }
            Thing::Engine(n) => {
                let at = n % self.engines.len();
                let record = &mut self.engines[at].1;
                Ok((
                    &mut record.owner,
                    &mut record.offered_to,
                    &mut record.deprecated,
                ))
            }
        }
    }
}

fn account(n: u8) -> AccountId {
    AccountId::new([n + 1; 32])
}

fn step(
    rules: &mut Registry<Memory, Software>,
    naive: &mut Naive,
    caller: AccountId,
    now: Moment,
    call: Call,
) -> Result<(), TestCaseError> {
    match call {
        Call::Publish {
            manifest,
            len,
            exact,
            predecessor,
        } => {
            let manifest = vec![manifest; len];
            let exact_root = ExactRoot::new([exact; 32]);
            // The last number stands for a model that nobody registered.
            let predecessor = predecessor.map(|n| {
                if n == 7 {
                    ModelId::new([9; 32])
                } else {
                    naive.model_id(n)
                }
            });
            let hash = ManifestHash::of(&manifest, &Software);
            let id = ModelId::compute(&caller, &hash, &exact_root, &Software);
            let earlier = predecessor.map(|id| naive.models.iter().find(|model| model.0 == id));
            let expected = if len == 0 {
                Err(RegistryError::ManifestEmpty)
            } else if len > 12_288 {
                Err(RegistryError::ManifestTooLong)
            } else if naive.models.iter().any(|model| model.0 == id) {
                Err(RegistryError::ModelExists)
            } else if earlier == Some(None) {
                Err(RegistryError::PredecessorUnknown)
            } else if earlier
                .flatten()
                .is_some_and(|model| model.1.owner != caller)
            {
                Err(RegistryError::PredecessorNotOwned)
            } else {
                let record = ModelRecord {
                    publisher: caller,
                    owner: caller,
                    offered_to: None,
                    manifest_hash: hash,
                    manifest_len: len as u32,
                    exact_root,
                    predecessor,
                    registered: now,
                    deprecated: None,
                };
                naive.models.push((id, record, manifest.clone()));
                Ok(id)
            };
            prop_assert_eq!(
                rules.publish_model(caller, now, manifest, exact_root, predecessor),
                expected
            );
        }
        Call::Announce { engine, name } => {
            let key = EngineKey {
                publisher: caller,
                engine: EngineId::new([engine; 32]),
            };
            let plain = String::from_utf8(name.clone()).is_ok_and(|text| {
                (1..=64).contains(&text.len())
                    && text.trim() == text
                    && text.chars().all(|c| c.is_ascii() && !c.is_ascii_control())
            });
            let expected = if !plain {
                Err(RegistryError::EngineNameInvalid)
            } else if naive.engines.iter().any(|engine| engine.0 == key) {
                Err(RegistryError::EngineExists)
            } else {
                let record = EngineRecord {
                    owner: caller,
                    offered_to: None,
                    name: name.clone(),
                    announced: now,
                    deprecated: None,
                };
                naive.engines.push((key, record));
                Ok(())
            };
            prop_assert_eq!(
                rules.announce_engine(caller, now, key.engine, &name),
                expected
            );
        }
        Call::Deprecate(thing) => {
            let expected = naive.ownership(thing).and_then(|(owner, _, deprecated)| {
                if *owner != caller {
                    return Err(RegistryError::NotOwner);
                }
                let new = deprecated.is_none();
                Ok((*deprecated.get_or_insert(now), new))
            });
            let got = match thing {
                Thing::Model(n) => rules.deprecate_model(caller, now, &naive.model_id(n)),
                Thing::Engine(n) => rules.deprecate_engine(caller, now, &naive.engine_key(n)),
            };
            prop_assert_eq!(got.map(|effect| (effect.answer, effect.changed)), expected);
        }
        Call::Offer(thing, to) => {
            let to = to.map(account);
            let expected = naive.ownership(thing).and_then(|(owner, offered, _)| {
                if *owner != caller {
                    return Err(RegistryError::NotOwner);
                }
                Ok(core::mem::replace(offered, to) != to)
            });
            let got = match thing {
                Thing::Model(n) => rules.offer_model(caller, &naive.model_id(n), to),
                Thing::Engine(n) => rules.offer_engine(caller, &naive.engine_key(n), to),
            };
            prop_assert_eq!(got.map(|effect| effect.changed), expected);
        }
        Call::Accept(thing) => {
            let expected = naive.ownership(thing).and_then(|(owner, offered, _)| {
                if *offered != Some(caller) {
                    return Err(RegistryError::NotOffered);
                }
                *offered = None;
                Ok(core::mem::replace(owner, caller))
            });
            let got = match thing {
                Thing::Model(n) => rules.accept_model(caller, &naive.model_id(n)),
                Thing::Engine(n) => rules.accept_engine(caller, &naive.engine_key(n)),
            };
            prop_assert_eq!(got, expected);
        }
    }
    Ok(())
}

fn same_facts(rules: &Registry<Memory, Software>, naive: &Naive) -> Result<(), TestCaseError> {
    for (id, record, manifest) in &naive.models {
        prop_assert_eq!(rules.model(id), Some(record.clone()));
        prop_assert_eq!(rules.manifest(id), Some(manifest.clone()));
    }
    for (key, record) in &naive.engines {
        prop_assert_eq!(rules.engine(key), Some(record.clone()));
    }
    let cap = MAX_PAGE_ITEMS as usize;
    let models: Vec<_> = naive
        .models
        .iter()
        .map(|(id, record, _)| (*id, record.clone()))
        .take(cap)
        .collect();
    let page = rules.models(0, u32::MAX);
    prop_assert_eq!(
        (page.items, page.total as usize),
        (models, naive.models.len())
    );
    let engines: Vec<_> = naive.engines.iter().take(cap).cloned().collect();
    let page = rules.engines(0, u32::MAX);
    prop_assert_eq!(
        (page.items, page.total as usize),
        (engines, naive.engines.len())
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn rules_and_model_agree_c1_c2_c3(calls in vec((call(), 0..ACCOUNTS, 0_u32..3), 1..60)) {
        let mut rules = Registry::new(Memory::default(), Software);
        let mut naive = Naive::default();
        let mut now = Moment { block: 1, seconds: 1_790_000_000 };
        for (call, caller, blocks) in calls {
            now = Moment { block: now.block + blocks, seconds: now.seconds + 6 * u64::from(blocks) };
            let before = rules.store().clone();
            let (models, engines) = (naive.models.clone(), naive.engines.clone());
            step(&mut rules, &mut naive, account(caller), now, call)?;
            // The model has not changed: neither has a byte of the contract's storage.
            if models == naive.models && engines == naive.engines {
                prop_assert_eq!(rules.store(), &before);
            }
            same_facts(&rules, &naive)?;
        }
    }
}
