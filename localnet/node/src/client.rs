//! The chain's database, its executor and its transaction pool.

use std::{path::Path, sync::Arc};

use sc_client_api::{execution_extensions::ExecutionExtensions, HeaderBackend, StorageProvider};
use sc_client_db::DatabaseSettings;
use sc_executor::WasmExecutor;
use sc_service::{
    BlocksPruning, ClientConfig, DatabaseSource, GenesisBlockBuilder, PruningMode, TFullBackend,
    TFullClient, TaskManager,
};
use sc_transaction_pool::{
    Builder, TransactionPoolHandle, TransactionPoolOptions, TransactionPoolType,
};
use sp_core::storage::{well_known_keys, StorageKey};
use sp_runtime::BuildStorage;

use crate::{
    error::Error,
    runtime_api::{Block, RuntimeApi},
    spec::{self, Spec},
};

/// Executes the chain's runtime: compiled WebAssembly, with Substrate's host functions.
pub type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The chain's database.
pub type Backend = TFullBackend<Block>;
/// The chain: reads state, executes blocks and imports them.
pub type Client = TFullClient<Block, RuntimeApi, Executor>;
/// The transactions that wait for a block.
pub type Pool = TransactionPoolHandle<Block, Client>;

/// Every state and every block is kept: a receipt may ask for an old one.
pub const STATE_PRUNING: PruningMode = PruningMode::ArchiveAll;
/// As [`STATE_PRUNING`], for the blocks themselves.
pub const BLOCKS_PRUNING: BlocksPruning = BlocksPruning::KeepAll;
/// What the cache of the state may take, in bytes.
const STATE_CACHE: usize = 16 * 1024 * 1024;
/// How many calls of the runtime may go on at once; every further one waits. Each costs memory.
const RUNTIME_INSTANCES: usize = 4;

/// How many transactions may wait.
const POOL_TRANSACTIONS: usize = 8192;
/// How many bytes the waiting transactions may have.
const POOL_BYTES: usize = 20 * 1024 * 1024;

/// The parts of an open chain.
pub struct Chain {
    /// The client.
    pub client: Arc<Client>,
    /// Its database.
    pub backend: Arc<Backend>,
    /// The pool of transactions for its next block.
    pub pool: Arc<Pool>,
}

/// An executor; every clone of it shares what it has compiled.
pub fn executor() -> Executor {
    Executor::builder()
        .with_max_runtime_instances(RUNTIME_INSTANCES)
        .build()
}

/// Opens the chain that `spec` describes, in the database at `path`, which is made if it does not exist; `executor` runs
/// its runtime.
///
/// # Errors
/// [`Error::SpecForeign`] with `spec_path` if the database holds another chain; [`Error::SpecInvalid`],
/// [`Error::Client`] and [`Error::Service`] if the specification or the database is unusable.
pub fn open(
    spec: &Spec,
    spec_path: &Path,
    path: &Path,
    executor: Executor,
    tasks: &TaskManager,
) -> Result<Chain, Error> {
    let state = spec.build_storage().map_err(|reason| Error::SpecInvalid {
        path: spec_path.to_owned(),
        reason,
    })?;
    let salt = state.top.get(spec::SALT_KEY).cloned();
    let backend = sc_service::new_db_backend::<Block>(DatabaseSettings {
        trie_cache_maximum_size: Some(STATE_CACHE),
        state_pruning: Some(STATE_PRUNING),
        source: DatabaseSource::ParityDb {
            path: path.to_owned(),
        },
        blocks_pruning: BLOCKS_PRUNING,
        pruning_filters: Vec::new(),
        metrics_registry: None,
    })?;
    let genesis =
        GenesisBlockBuilder::new_with_storage(state, true, backend.clone(), executor.clone())?;
    let client = Arc::new(sc_service::new_client::<_, _, RuntimeApi, _>(
        backend.clone(),
        executor.clone(),
        genesis,
        None,
        None,
        ExecutionExtensions::new(None, Arc::new(executor)),
        Box::new(tasks.spawn_handle()),
        None,
        None,
        ClientConfig::default(),
    )?);
    let key = StorageKey(spec::SALT_KEY.to_vec());
    let stored = client.storage(client.info().genesis_hash, &key)?;
    if stored.map(|data| data.0) != salt {
        return Err(Error::SpecForeign {
            path: spec_path.to_owned(),
        });
    }
    let options = TransactionPoolOptions::new_with_params(
        POOL_TRANSACTIONS,
        POOL_BYTES,
        None,
        TransactionPoolType::SingleState,
        true,
        false,
    );
    let pool = Builder::new(tasks.spawn_essential_handle(), client.clone(), true.into())
        .with_options(options)
        .build();
    Ok(Chain {
        client,
        backend,
        pool: Arc::new(pool),
    })
}

/// Whether the chain still runs the runtime that this node carries; a chain keeps the one of its genesis.
///
/// # Errors
/// [`Error::Client`] if the state cannot be read.
pub fn runs_carried_runtime(client: &Client) -> Result<bool, Error> {
    let key = StorageKey(well_known_keys::CODE.to_vec());
    let code = client.storage(client.info().best_hash, &key)?;
    Ok(code.is_some_and(|code| code.0 == spec::RUNTIME))
}
