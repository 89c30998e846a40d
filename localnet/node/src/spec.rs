//! Which chain this is: its genesis state, made once and kept.
//!
//! The specification is written to `chain-spec.json` when a chain begins and read at every later start, so a chain
//! keeps its genesis even if the node is replaced by one with another runtime. Every new chain gets 32 random bytes
//! into its genesis state ([`SALT_KEY`]), hence a genesis hash of its own: whoever trusts the hash, as every receipt
//! does, notices that a chain was dropped and begun again.

use std::{fs, io::Write, path::Path};

use rand::RngCore;
use sc_service::{ChainType, GenericChainSpec, NoExtension, Properties};
use serde_json::{json, Value};

use crate::error::Error;

/// The runtime that a new chain begins with.
pub const RUNTIME: &[u8] = include_bytes!(env!("COUNTERSIGN_RUNTIME_WASM"));
/// The storage key of the 32 bytes that tell this chain from every other one with the same runtime.
pub const SALT_KEY: &[u8] = b":countersign:salt";
/// The name of the chain, as `system_chain` tells it.
pub const CHAIN_NAME: &str = "Countersign local";

/// The specification of a chain in raw form: every key and value of its genesis state. Its state is built with the host
/// functions that the chain itself runs with.
pub type Spec = GenericChainSpec<NoExtension, sp_io::SubstrateHostFunctions>;

/// The specification in the file `path`; a new chain is begun if there is no such file.
///
/// # Errors
/// [`Error::SpecMissing`] if `has_blocks` although nothing says which chain they belong to, [`Error::SpecInvalid`],
/// [`Error::Folder`], [`Error::Runtime`].
pub fn load_or_begin(path: &Path, has_blocks: bool) -> Result<Spec, Error> {
    if !path.exists() {
        if has_blocks {
            return Err(Error::SpecMissing {
                path: path.to_owned(),
            });
        }
        write_whole(path, begin()?.to_string().as_bytes())?;
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
fn begin() -> Result<Value, Error> {
    let properties: Properties = [
        ("tokenSymbol".into(), json!("UNIT")),
        ("tokenDecimals".into(), json!(12)),
        ("ss58Format".into(), json!(42)),
    ]
    .into_iter()
    .collect();
    let spec = Spec::builder(RUNTIME, None)
        .with_name(CHAIN_NAME)
        .with_id("countersign-local")
        .with_chain_type(ChainType::Development)
        .with_properties(properties)
        .with_genesis_config_preset_name(sp_genesis_builder::DEV_RUNTIME_PRESET)
        .build();
    let runtime = |reason| Error::Runtime { reason };
    let text = spec.as_json(true).map_err(runtime)?;
    let mut json: Value = serde_json::from_str(&text).map_err(|e| runtime(e.to_string()))?;
    let top = json
        .pointer_mut("/genesis/raw/top")
        .and_then(Value::as_object_mut)
        .ok_or_else(|| runtime("the genesis state has no keys".into()))?;
    let mut salt = [0; 32];
    rand::rngs::OsRng.fill_bytes(&mut salt);
    top.insert(hex(SALT_KEY), Value::String(hex(&salt)));
    Ok(json)
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

/// Bytes as JSON-RPC writes them: hexadecimal after `0x`.
fn hex(bytes: &[u8]) -> String {
    sp_core::bytes::to_hex(bytes, false)
}
