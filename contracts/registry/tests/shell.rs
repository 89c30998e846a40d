//! The shell on ink!'s off-chain environment: it reads caller and block, delegates, and tells what changed.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use countersign_shared::chain::{
    EngineKey, Moment, RegistryError, MAX_ENGINE_NAME_BYTES, MAX_MANIFEST_BYTES, MAX_PAGE_ITEMS,
};
use countersign_shared::id::{AccountId, EngineId, ExactRoot, ModelId};
use ink::env::{test, DefaultEnvironment};
use registry::Registry;
use scale::Encode;
use serde_json::Value;

/// The size of the buffer through which ink! reads and answers.
const BUFFER: usize = 16 * 1024;

fn call_as(account: AccountId) {
    test::set_caller::<DefaultEnvironment>(account.to_bytes().into());
}

fn at_block(block: u32, milliseconds: u64) {
    test::set_block_number::<DefaultEnvironment>(block);
    test::set_block_timestamp::<DefaultEnvironment>(milliseconds);
}

fn events() -> usize {
    test::recorded_events().count()
}

fn vectors() -> Value {
    let folder =
        std::env::var("COUNTERSIGN_VECTORS").unwrap_or_else(|_| "../../shared/vectors".into());
    serde_json::from_slice(&std::fs::read(format!("{folder}/protocol.json")).unwrap()).unwrap()
}

const ALICE: AccountId = AccountId::new([1; 32]);
const BOB: AccountId = AccountId::new([2; 32]);
const EVE: AccountId = AccountId::new([3; 32]);

#[ink::test]
fn model_ids_are_those_of_the_vectors() {
    let vectors = vectors();
    let models = vectors["models"].as_array().unwrap();
    assert!(!models.is_empty());
    let mut registry = Registry::new();
    for model in models {
        let publisher: AccountId = model["publisher"].as_str().unwrap().parse().unwrap();
        let manifest = model["manifest"].as_str().unwrap().as_bytes().to_vec();
        let exact_root: ExactRoot = model["exact_root"].as_str().unwrap().parse().unwrap();
        call_as(publisher);
        let id = registry
            .publish_model(manifest.clone(), exact_root, None)
            .unwrap();
        assert_eq!(id.to_string(), model["model_id"].as_str().unwrap());
        let record = registry.model(id).unwrap();
        assert_eq!(record.publisher, publisher);
        assert_eq!(
            record.manifest_hash.to_string(),
            model["manifest_sha256"].as_str().unwrap()
        );
        assert_eq!(registry.manifest(id).unwrap(), manifest);
    }
}

#[ink::test]
fn a_record_bears_the_block_and_whole_seconds() {
    let mut registry = Registry::new();
    at_block(17, 1_790_000_000_999);
    call_as(ALICE);
    let id = registry
        .publish_model(b"{}".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    let moment = Moment {
        block: 17,
        seconds: 1_790_000_000,
    };
    assert_eq!(registry.model(id).unwrap().registered, moment);
    assert_eq!(
        registry.announce_engine(EngineId::ZERO, b"engine 1.0".to_vec()),
        Ok(moment)
    );
    at_block(18, 1_790_000_006_000);
    let later = Moment {
        block: 18,
        seconds: 1_790_000_006,
    };
    assert_eq!(registry.deprecate_model(id), Ok(later));
    at_block(19, 1_790_000_012_000);
    assert_eq!(registry.deprecate_model(id), Ok(later));
}

#[ink::test]
fn an_event_for_every_change_and_none_for_a_repetition_c3() {
    let mut registry = Registry::new();
    call_as(ALICE);
    let id = registry
        .publish_model(b"{}".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    let key = EngineKey {
        publisher: ALICE,
        engine: EngineId::ZERO,
    };
    registry
        .announce_engine(key.engine, b"engine".to_vec())
        .unwrap();
    assert_eq!(events(), 2);
    for expected in [4, 4] {
        registry.offer_model(id, Some(BOB)).unwrap();
        registry.offer_engine(key, Some(BOB)).unwrap();
        assert_eq!(events(), expected);
    }
    call_as(BOB);
    registry.accept_model(id).unwrap();
    registry.accept_engine(key).unwrap();
    assert_eq!(events(), 6);
    assert_eq!(registry.accept_model(id), Err(RegistryError::NotOffered));
    for expected in [8, 8] {
        registry.deprecate_model(id).unwrap();
        registry.deprecate_engine(key).unwrap();
        assert_eq!(events(), expected);
    }
}

#[ink::test]
fn topics_are_signature_model_publisher_and_predecessor() {
    let mut registry = Registry::new();
    call_as(ALICE);
    let first = registry
        .publish_model(b"1".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    let second = registry
        .publish_model(b"2".to_vec(), ExactRoot::ZERO, Some(first))
        .unwrap();
    let event = test::recorded_events().last().unwrap();
    assert_eq!(event.topics.len(), 4);
    assert_eq!(event.topics[1], second.encode());
    assert_eq!(event.topics[2], ALICE.encode());
    assert_eq!(event.data, (second, ALICE, Some(first)).encode());
}

#[ink::test]
fn only_the_owner_changes_a_record_c2() {
    let mut registry = Registry::new();
    call_as(ALICE);
    let id = registry
        .publish_model(b"{}".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    registry.offer_model(id, Some(BOB)).unwrap();
    call_as(EVE);
    assert_eq!(registry.deprecate_model(id), Err(RegistryError::NotOwner));
    assert_eq!(
        registry.offer_model(id, Some(EVE)),
        Err(RegistryError::NotOwner)
    );
    assert_eq!(registry.accept_model(id), Err(RegistryError::NotOffered));
    let named = registry.publish_model(b"new".to_vec(), ExactRoot::ZERO, Some(id));
    assert_eq!(named, Err(RegistryError::PredecessorNotOwned));
    call_as(BOB);
    registry.accept_model(id).unwrap();
    // The publisher has handed it over: the name stays, the rights are gone.
    call_as(ALICE);
    assert_eq!(registry.model(id).unwrap().publisher, ALICE);
    assert_eq!(registry.deprecate_model(id), Err(RegistryError::NotOwner));
    let named = registry.publish_model(b"new".to_vec(), ExactRoot::ZERO, Some(id));
    assert_eq!(named, Err(RegistryError::PredecessorNotOwned));
}

#[ink::test]
fn a_withdrawn_offer_cannot_be_taken_c2() {
    let mut registry = Registry::new();
    call_as(ALICE);
    let id = registry
        .publish_model(b"{}".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    registry.offer_model(id, Some(BOB)).unwrap();
    registry.offer_model(id, None).unwrap();
    call_as(BOB);
    assert_eq!(registry.accept_model(id), Err(RegistryError::NotOffered));
}

/// Squatting: somebody copies a manifest or an engine's digest first. Ids hold the publisher, so the
/// owner's own registration is neither hindered nor confused with it.
#[ink::test]
fn nobody_can_squat_on_anothers_model_or_engine() {
    let mut registry = Registry::new();
    call_as(EVE);
    let copied = registry
        .publish_model(b"{}".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    registry
        .announce_engine(EngineId::ZERO, b"engine".to_vec())
        .unwrap();
    call_as(ALICE);
    let real = registry
        .publish_model(b"{}".to_vec(), ExactRoot::ZERO, None)
        .unwrap();
    registry
        .announce_engine(EngineId::ZERO, b"engine".to_vec())
        .unwrap();
    assert_ne!(copied, real);
    let key = EngineKey {
        publisher: EVE,
        engine: EngineId::ZERO,
    };
    assert_eq!(registry.deprecate_engine(key), Err(RegistryError::NotOwner));
    assert_eq!(registry.engines(0, 9).total, 2);
}

/// The largest answers there can be fit ink!'s buffer; two bytes are the outer results' tags.
#[ink::test]
fn the_largest_answers_fit_the_buffer_c1() {
    let mut registry = Registry::new();
    call_as(ALICE);
    let mut last = ModelId::ZERO;
    for n in 0..MAX_PAGE_ITEMS + 1 {
        let predecessor = (n > 0).then_some(last);
        let mut manifest = vec![b' '; MAX_MANIFEST_BYTES];
        manifest[..4].copy_from_slice(&n.to_le_bytes());
        last = registry
            .publish_model(manifest, ExactRoot::new([1; 32]), predecessor)
            .unwrap();
        registry.offer_model(last, Some(BOB)).unwrap();
        registry.deprecate_model(last).unwrap();
        let engine = EngineId::new([n as u8; 32]);
        registry
            .announce_engine(engine, vec![b'e'; MAX_ENGINE_NAME_BYTES])
            .unwrap();
        let key = EngineKey {
            publisher: ALICE,
            engine,
        };
        registry.offer_engine(key, Some(BOB)).unwrap();
        registry.deprecate_engine(key).unwrap();
    }
    let models = registry.models(1, u32::MAX);
    assert_eq!(models.items.len(), MAX_PAGE_ITEMS as usize);
    assert!(
        models.encoded_size() + 2 <= BUFFER,
        "{}",
        models.encoded_size()
    );
    let engines = registry.engines(1, u32::MAX);
    assert_eq!(engines.items.len(), MAX_PAGE_ITEMS as usize);
    assert!(
        engines.encoded_size() + 2 <= BUFFER,
        "{}",
        engines.encoded_size()
    );
    assert!(registry.manifest(last).encoded_size() + 2 <= BUFFER);
}
