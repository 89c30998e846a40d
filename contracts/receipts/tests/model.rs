//! The rules against a model in plain Rust that shares no code with them but ids and record types:
//! random calls with real signatures, the same answers, and after every call the same facts (C1, C2, C3).

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod keys;

use countersign_contracts_common::store::Memory;
use countersign_shared::attester::Attester;
use countersign_shared::chain::{
    Attestation, Attested, BatchKey, Disownment, Moment, ReceiptFacts, ReceiptsError, Setup,
};
use countersign_shared::id::{AccountId, BatchRoot, Digest, GenesisHash, ReceiptId, SealedId};
use countersign_shared::signature::Signature;
use countersign_shared::{merkle, Software};
use keys::{statement, Keys, CONTRACT, GENESIS};
use proptest::collection::vec;
use proptest::prelude::*;
use receipts::state::Receipts;
use std::sync::OnceLock;

const KEYS: usize = 4;
const STATEMENTS: usize = 2;
const RECEIPTS: usize = KEYS * STATEMENTS;
const SINCES: [u32; 3] = [0, 7, 15];

#[derive(Clone, Debug)]
enum Call {
    Anchor(usize),
    AnchorBatch {
        of: usize,
        size: u64,
    },
    Attest {
        receipt: usize,
        fault: Fault,
    },
    Revoke {
        caller: usize,
        receipt: usize,
    },
    RevokeSigned {
        receipt: usize,
        fault: Fault,
    },
    Disown {
        caller: usize,
        since: u32,
    },
    DisownSigned {
        key: usize,
        since: usize,
        fault: Fault,
    },
}

/// What is wrong with a signed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Nothing,
    /// Somebody else's signature over the same.
    Signer,
    /// Made for the same contract's account on another chain.
    Chain,
    /// Made for another contract on the same chain.
    Contract,
    /// The other kind of signature.
    Kind,
    /// The identity key or the zero address.
    Nobody,
}

fn fault() -> impl Strategy<Value = Fault> {
    use Fault::{Chain, Contract, Kind, Nobody, Nothing, Signer};
    prop_oneof![
        5 => Just(Nothing),
        1 => prop::sample::select(vec![Signer, Chain, Contract, Kind, Nobody]),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let size = prop_oneof![4 => Just(3_u64), 1 => Just(4), 1 => Just(0), 1 => Just((1 << 32) + 1)];
    prop_oneof![
        2 => (0..RECEIPTS).prop_map(Call::Anchor),
        2 => (0..RECEIPTS, size).prop_map(|(of, size)| Call::AnchorBatch { of, size }),
        2 => (0..RECEIPTS, fault()).prop_map(|(receipt, fault)| Call::Attest { receipt, fault }),
        1 => (0..=KEYS, 0..RECEIPTS).prop_map(|(caller, receipt)| Call::Revoke { caller, receipt }),
        2 => (0..RECEIPTS, fault()).prop_map(|(receipt, fault)| Call::RevokeSigned { receipt, fault }),
        1 => (0..=KEYS, 0_u32..30).prop_map(|(caller, since)| Call::Disown { caller, since }),
        2 => (0..KEYS, 0..SINCES.len(), fault())
            .prop_map(|(key, since, fault)| Call::DisownSigned { key, since, fault }),
    ]
}

/// Everything signed in advance: per fault, so that the model knows each message's fate without looking.
struct World {
    keys: Keys,
    digests: Vec<Digest>,
    ids: Vec<ReceiptId>,
    sealed: Vec<SealedId>,
    signatures: Vec<Signature>,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let keys = Keys::new(GENESIS, CONTRACT);
        let mut world = World {
            keys,
            digests: vec![],
            ids: vec![],
            sealed: vec![],
            signatures: vec![],
        };
        for receipt in 0..RECEIPTS {
            let signed = statement((receipt / KEYS) as u8);
            let digest = signed.digest(&world.keys.deployment, &Software);
            let attester = world.keys.attester(receipt % KEYS);
            let signature = world.keys.sign_receipt(receipt % KEYS, &signed);
            let id = ReceiptId::compute(&attester, &digest, &Software);
            world
                .sealed
                .push(SealedId::compute(&id, &signature, &Software));
            world.ids.push(id);
            world.digests.push(digest);
            world.signatures.push(signature);
        }
        world
    })
}

impl World {
    fn attester(&self, receipt: usize) -> Attester {
        self.keys.attester(receipt % KEYS)
    }

    /// Three leaves, the second of them the receipt.
    fn leaves(&self, receipt: usize) -> Vec<merkle::Hash> {
        (0..3)
            .map(|n| {
                merkle::leaf_hash(
                    &Software,
                    self.sealed[(receipt + n + 7) % RECEIPTS].as_ref(),
                )
            })
            .collect()
    }

    /// A faulty version of what `sign` makes with the keys of a deployment, and who is said to have made it.
    fn spoil(
        &self,
        key: usize,
        fault: Fault,
        sign: impl Fn(&Keys, usize) -> Signature,
    ) -> (Attester, Signature) {
        let attester = self.keys.attester(key);
        let other = |genesis, contract| sign(&Keys::new(genesis, contract), key);
        match fault {
            Fault::Nothing => (attester, sign(&self.keys, key)),
            Fault::Signer => (attester, sign(&self.keys, key ^ 1)),
            Fault::Chain => (attester, other(GenesisHash::new([8; 32]), CONTRACT)),
            Fault::Contract => (attester, other(GENESIS, AccountId::new([8; 32]))),
            Fault::Kind => (attester, sign(&self.keys, key ^ 2)),
            Fault::Nobody => (keys::nobody(&attester), sign(&self.keys, key)),
        }
    }
}

fn refusal(fault: Fault) -> Option<ReceiptsError> {
    match fault {
        Fault::Nothing => None,
        Fault::Signer | Fault::Chain | Fault::Contract => Some(ReceiptsError::SignatureInvalid),
        Fault::Kind => Some(ReceiptsError::SignatureKind),
        Fault::Nobody => Some(ReceiptsError::AttesterForbidden),
    }
}

/// The model: what happened, in order.
#[derive(Clone, Default, PartialEq)]
struct Naive {
    anchors: Vec<(SealedId, Moment)>,
    batches: Vec<(BatchKey, Moment)>,
    attestations: Vec<(SealedId, Attestation)>,
    revocations: Vec<(ReceiptId, Moment)>,
    disownments: Vec<(Attester, Disownment)>,
}

/// What stands first under a key, or what is put there now.
fn first<K: Copy + PartialEq, V: Copy>(list: &mut Vec<(K, V)>, key: K, value: V) -> (V, bool) {
    match list.iter().find(|entry| entry.0 == key) {
        Some(entry) => (entry.1, false),
        None => {
            list.push((key, value));
            (value, true)
        }
    }
}

fn get<K: PartialEq, V: Copy>(list: &[(K, V)], key: &K) -> Option<V> {
    list.iter()
        .find(|entry| entry.0 == *key)
        .map(|entry| entry.1)
}

impl Naive {
    fn disown(
        &mut self,
        attester: Attester,
        since: u32,
        now: Moment,
    ) -> Result<(Disownment, bool), ReceiptsError> {
        if since > now.block {
            return Err(ReceiptsError::SinceInFuture);
        }
        let (_, new) = first(
            &mut self.disownments,
            attester,
            Disownment {
                since,
                declared: now,
            },
        );
        let entry = self
            .disownments
            .iter_mut()
            .find(|entry| entry.0 == attester)
            .unwrap();
        let lower = since < entry.1.since;
        entry.1.since = entry.1.since.min(since);
        Ok((entry.1, new || lower))
    }
}

fn step(
    rules: &mut Receipts<Memory, Software>,
    naive: &mut Naive,
    now: Moment,
    call: Call,
) -> Result<(), TestCaseError> {
    let world = world();
    match call {
        Call::Anchor(receipt) => {
            let sealed = world.sealed[receipt];
            let got = rules
                .anchor(now, &sealed)
                .map(|effect| (effect.answer, effect.changed));
            prop_assert_eq!(got, Ok(first(&mut naive.anchors, sealed, now)));
        }
        Call::AnchorBatch { of, size } => {
            let root = BatchRoot::new(merkle::root(&Software, &world.leaves(of)));
            let key = BatchKey { root, size };
            let expected = if size == 0 || size > 1 << 32 {
                Err(ReceiptsError::BatchSize)
            } else {
                Ok(first(&mut naive.batches, key, now))
            };
            let got = rules
                .anchor_batch(now, &key)
                .map(|effect| (effect.answer, effect.changed));
            prop_assert_eq!(got, expected);
        }
        Call::Attest { receipt, fault } => {
            let signed = statement((receipt / KEYS) as u8);
            let (attester, signature) = match fault {
                // The receipt's own signature: sr25519 would make another one each time.
                Fault::Nothing => (world.attester(receipt), world.signatures[receipt]),
                _ => world.spoil(receipt % KEYS, fault, |keys, key| {
                    keys.sign_receipt(key, &signed)
                }),
            };
            let got = rules.attest(now, attester, signed, signature);
            let got = got.map(|effect| (effect.answer, effect.anchored, effect.attested));
            let expected = match refusal(fault) {
                Some(error) => Err(error),
                None => {
                    let (receipt, sealed, digest) = (
                        world.ids[receipt],
                        world.sealed[receipt],
                        world.digests[receipt],
                    );
                    let (anchored, new_anchor) = first(&mut naive.anchors, sealed, now);
                    let (model, lane) = (signed.run.model, signed.run.lane);
                    let attestation = Attestation {
                        attester,
                        digest,
                        model,
                        lane,
                        at: now,
                    };
                    let (_, new) = first(&mut naive.attestations, sealed, attestation);
                    Ok((
                        Attested {
                            receipt,
                            sealed,
                            anchored,
                        },
                        new_anchor,
                        new,
                    ))
                }
            };
            prop_assert_eq!(got, expected);
        }
        Call::Revoke { caller, receipt } => {
            let account = world.keys.account(caller);
            let digest = world.digests[receipt];
            let got = rules.revoke(account, now, &digest);
            let got = got.map(|(id, effect)| (id, (effect.answer, effect.changed)));
            let expected = if caller == KEYS {
                Err(ReceiptsError::AttesterForbidden)
            } else {
                let attester = Attester::Sr25519(account.to_bytes().into());
                let id = ReceiptId::compute(&attester, &digest, &Software);
                Ok((id, first(&mut naive.revocations, id, now)))
            };
            prop_assert_eq!(got, expected);
        }
        Call::RevokeSigned { receipt, fault } => {
            let digest = world.digests[receipt];
            let (attester, signature) = world.spoil(receipt % KEYS, fault, |keys, key| {
                // Under a fault of place the id is the same: only domain and text differ.
                keys.sign_revocation(
                    key,
                    &ReceiptId::compute(&world.attester(receipt), &digest, &Software),
                )
            });
            let got = rules.revoke_signed(now, &attester, &digest, &signature);
            let got = got.map(|(id, effect)| (id, (effect.answer, effect.changed)));
            let expected = match refusal(fault) {
                Some(error) => Err(error),
                None => {
                    let id = world.ids[receipt];
                    Ok((id, first(&mut naive.revocations, id, now)))
                }
            };
            prop_assert_eq!(got, expected);
        }
        Call::Disown { caller, since } => {
            let account = world.keys.account(caller);
            let got = rules.disown(account, now, since);
            let got = got.map(|(attester, effect)| (attester, (effect.answer, effect.changed)));
            let attester = Attester::Sr25519(account.to_bytes().into());
            let expected = if caller == KEYS {
                Err(ReceiptsError::AttesterForbidden)
            } else {
                naive
                    .disown(attester, since, now)
                    .map(|answer| (attester, answer))
            };
            prop_assert_eq!(got, expected);
        }
        Call::DisownSigned { key, since, fault } => {
            let since = SINCES[since];
            let (attester, signature) = world.spoil(key, fault, |keys, key| {
                keys.sign_disownment(key, since.into())
            });
            let got = rules.disown_signed(now, &attester, since, &signature);
            let got = got.map(|effect| (effect.answer, effect.changed));
            let expected = match refusal(fault) {
                Some(error) => Err(error),
                None => naive.disown(attester, since, now),
            };
            prop_assert_eq!(got, expected);
        }
    }
    Ok(())
}

fn same_facts(rules: &Receipts<Memory, Software>, naive: &Naive) -> Result<(), TestCaseError> {
    let world = world();
    prop_assert_eq!(&rules.anchors(0, 50).items, &naive.anchors);
    prop_assert_eq!(&rules.batches(0, 50).items, &naive.batches);
    prop_assert_eq!(&rules.attestations(0, 50).items, &naive.attestations);
    prop_assert_eq!(&rules.revocations(0, 50).items, &naive.revocations);
    prop_assert_eq!(&rules.disownments(0, 50).items, &naive.disownments);
    for n in 0..RECEIPTS {
        let (attester, receipt, sealed) = (world.attester(n), world.ids[n], world.sealed[n]);
        let leaves = world.leaves(n);
        let path = merkle::prove(&Software, &leaves, 1).unwrap();
        let proof = countersign_shared::chain::BatchProof {
            size: 3,
            index: 1,
            path,
        };
        let batch = BatchKey {
            root: BatchRoot::new(merkle::root(&Software, &leaves)),
            size: 3,
        };
        let facts = ReceiptFacts {
            receipt,
            sealed,
            anchored: get(&naive.anchors, &sealed),
            batched: get(&naive.batches, &batch),
            attested: get(&naive.attestations, &sealed).map(|attestation| attestation.at),
            revoked: get(&naive.revocations, &receipt),
            disowned: get(&naive.disownments, &attester),
        };
        let got = rules.status(
            &attester,
            &world.digests[n],
            &world.signatures[n],
            Some(&proof),
        );
        prop_assert_eq!(got, Ok(facts));
        let alone = rules.status(&attester, &world.digests[n], &world.signatures[n], None);
        prop_assert_eq!(
            alone,
            Ok(ReceiptFacts {
                batched: None,
                ..facts
            })
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn rules_and_model_agree_c1_c2_c3(calls in vec((call(), 0_u32..3), 1..40)) {
        let setup = Setup { genesis: GENESIS, registry: AccountId::ZERO };
        let mut rules = Receipts::new(setup, CONTRACT, Memory::default(), Software);
        let mut naive = Naive::default();
        let mut now = Moment { block: 1, seconds: 1_790_000_000 };
        for (call, blocks) in calls {
            now = Moment { block: now.block + blocks, seconds: now.seconds + 6 * u64::from(blocks) };
            let (store, model) = (rules.store().clone(), naive.clone());
            step(&mut rules, &mut naive, now, call)?;
            // The model has not changed: neither has a byte of the contract's storage.
            if model == naive {
                prop_assert_eq!(rules.store(), &store);
            }
        }
        same_facts(&rules, &naive)?;
    }
}
