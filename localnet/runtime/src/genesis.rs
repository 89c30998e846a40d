//! The state with which the chain begins.

use alloc::{string::ToString, vec, vec::Vec};
use serde_json::{json, Value};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

use crate::UNIT;

/// What each development account owns at genesis, in planck: one million units. It fits into 64 bits, because a JSON
/// number of the genesis builder cannot be larger.
const ENDOWMENT: u64 = 1_000_000 * UNIT as u64;

/// The genesis state of the development preset: `//Alice`, `//Bob`, `//Charlie`, `//Dave`, `//Eve`, `//Ferdie` and
/// their `//stash` accounts own one million units each.
fn development() -> Value {
    let balances: Vec<Value> = Sr25519Keyring::well_known()
        .map(|key| json!([key.to_account_id(), ENDOWMENT]))
        .collect();
    json!({ "balances": { "balances": balances } })
}

/// The JSON patch of a preset, or nothing if there is no preset of that name.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
    (id == DEV_RUNTIME_PRESET).then(|| development().to_string().into_bytes())
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(DEV_RUNTIME_PRESET)]
}
