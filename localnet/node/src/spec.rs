//! Which chain this is: its genesis state, made once and kept.
//!
//! The specification is written to `chain-spec.json` when a chain begins and read at every later start, so a chain
//! keeps its genesis even if the node is replaced by one with another runtime. Every new chain gets 32 random bytes
//! into its genesis state ([`SALT_KEY`]), hence a genesis hash of its own: whoever trusts the hash, as every receipt
//! does, notices that a chain was dropped and begun again.

use std::{fs, io::Write, path::Path};

use codec::{Decode, Encode};
use rand::RngCore;
use sc_service::{ChainSpec, ChainType, GenericChainSpec, NoExtension, Properties};
use serde_json::json;
use sp_core::{
    storage::{well_known_keys, Storage},
    traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_state_machine::BasicExternalities;

use crate::{client::Executor, error::Error};

/// The runtime that a new chain begins with.
pub const RUNTIME: &[u8] = include_bytes!(env!("COUNTERSIGN_RUNTIME_WASM"));
/// The storage key of the 32 bytes that tell this chain from every other one with the same runtime.
pub const SALT_KEY: &[u8] = b":countersign:salt";
/// The name of the chain, as `system_chain` tells it.
pub const CHAIN_NAME: &str = "Countersign local";

/// The specification of a chain: every key and value of its genesis state.
pub type Spec = GenericChainSpec<NoExtension>;

/// The specification in the file `path`; a new chain is begun if there is no such file.
/// `executor` makes its genesis state.
///
/// # Errors
/// [`Error::SpecMissing`] if `has_blocks` although nothing says which chain they belong to, [`Error::SpecInvalid`],
/// [`Error::Folder`], [`Error::Runtime`].
pub fn load_or_begin(path: &Path, has_blocks: bool, executor: &Executor) -> Result<Spec, Error> {
    if !path.exists() {
        if has_blocks {
            return Err(Error::SpecMissing {
                path: path.to_owned(),
            });
        }
        write_whole(path, begin(executor)?.as_bytes())?;
    }
    let bytes = fs::read(path).map_err(|source| Error::Folder {
        path: path.to_owned(),
        source,
    })?;
    Spec::from_json_bytes(bytes).map_err(|reason| Error::SpecInvalid {
        path: path.to_owned(),
        reason,
    })
}

/// The specification of a chain that has never existed before, as JSON.
fn begin(executor: &Executor) -> Result<String, Error> {
    let properties: Properties = [
        ("tokenSymbol".into(), json!("UNIT")),
        ("tokenDecimals".into(), json!(12)),
        ("ss58Format".into(), json!(42)),
    ]
    .into_iter()
    .collect();
    let mut spec = Spec::builder(RUNTIME, None)
        .with_name(CHAIN_NAME)
        .with_id("countersign-local")
        .with_chain_type(ChainType::Development)
        .with_properties(properties)
        .with_genesis_config_preset_name(DEV_RUNTIME_PRESET)
        .build();
    spec.set_storage(genesis_state(executor)?);
    spec.as_json(true)
        .map_err(|reason| Error::Runtime { reason })
}

/// The state of a chain that has never existed before: what the runtime makes of its development preset, the runtime
/// itself, and a salt. With `executor`, and not with one of its own as `sc-chain-spec` does it, so that the runtime is
/// compiled once, for this and for the chain.
fn genesis_state(executor: &Executor) -> Result<Storage, Error> {
    let code = RuntimeCode {
        code_fetcher: &WrappedRuntimeCode(RUNTIME.into()),
        heap_pages: None,
        hash: sp_crypto_hashing::blake2_256(RUNTIME).to_vec(),
    };
    let runtime = |reason| Error::Runtime { reason };
    let call = |state: &mut BasicExternalities, method: &str, data: &[u8]| {
        let (result, _) = executor.call(state, &code, method, data, CallContext::Offchain);
        result.map_err(|error| runtime(error.to_string()))
    };
    let undecodable = |error: codec::Error| runtime(error.to_string());

    let mut state = BasicExternalities::new_empty();
    let preset = call(
        &mut state,
        "GenesisBuilder_get_preset",
        &Some(DEV_RUNTIME_PRESET).encode(),
    )?;
    let preset = Option::<Vec<u8>>::decode(&mut &preset[..])
        .map_err(undecodable)?
        .ok_or_else(|| runtime("it has no development preset".into()))?;
    let built = call(&mut state, "GenesisBuilder_build_state", &preset.encode())?;
    sp_genesis_builder::Result::decode(&mut &built[..])
        .map_err(undecodable)?
        .map_err(runtime)?;

    let mut salt = [0; 32];
    rand::rngs::OsRng.fill_bytes(&mut salt);
    let mut state = state.into_storages();
    state.top.insert(SALT_KEY.to_vec(), salt.to_vec());
    state
        .top
        .insert(well_known_keys::CODE.to_vec(), RUNTIME.to_vec());
    Ok(state)
}

/// Writes a file so that it is either there as a whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let fail = |source| Error::Folder {
        path: path.to_owned(),
        source,
    };
    let partial = path.with_extension("json.partial");
    let mut file = fs::File::create(&partial).map_err(fail)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(fail)?;
    fs::rename(&partial, path).map_err(fail)
}
