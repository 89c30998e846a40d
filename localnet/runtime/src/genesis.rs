//! The state with which the chain begins.

use alloc::{vec, vec::Vec};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

use crate::{Balance, BalancesConfig, RuntimeGenesisConfig, UNIT};

/// What each development account owns at genesis, in planck.
const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// The development preset, whole: `//Alice`, `//Bob`, `//Charlie`, `//Dave`, `//Eve`, `//Ferdie` and their `//stash`
/// accounts own one million units each.
fn development() -> RuntimeGenesisConfig {
    let balances = Sr25519Keyring::well_known()
        .map(|key| (key.to_account_id(), ENDOWMENT))
        .collect();
    RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances,
            dev_accounts: None,
        },
        ..Default::default()
    }
}

/// The configuration of a preset as JSON, or nothing if there is no preset of that name.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
    if id != DEV_RUNTIME_PRESET {
        return None;
    }
    serde_json::to_vec(&development()).ok()
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![PresetId::from(DEV_RUNTIME_PRESET)]
}
