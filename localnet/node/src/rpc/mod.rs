//! The methods of JSON-RPC: Substrate's own (`author`, `chain`, `childstate`, `state`, `system`, and `archive`,
//! `chainHead`, `chainSpec`, `transaction` of the newer specification) and those that need the runtime's help
//! (`payment`, `system_accountNextIndex`, `system_dryRun`). A node that holds finality back has `dev` as well.

mod dev;
mod payment;
mod system;

use std::sync::Arc;

use jsonrpsee::{server::RegisterMethodError, RpcModule};
use sc_client_api::HeaderBackend;
use sc_rpc::{
    author::{Author, AuthorApiServer},
    chain::ChainApiServer,
    state::{ChildStateApiServer, StateApiServer},
    system::{System as Node, SystemApiServer as NodeApiServer},
    SubscriptionTaskExecutor,
};
use sc_rpc_spec_v2::{
    archive::{Archive, ArchiveApiServer},
    chain_head::{ChainHead, ChainHeadApiServer, ChainHeadConfig},
    chain_spec::{ChainSpec, ChainSpecApiServer},
    transaction::{
        Transaction, TransactionApiServer, TransactionBroadcast, TransactionBroadcastApiServer,
    },
};
use sc_service::TaskManager;
use serde_json::json;
use sp_keystore::KeystorePtr;
use substrate_frame_rpc_system::{System as Accounts, SystemApiServer as AccountsApiServer};

use crate::{client::Chain, orders::Sender, runtime_api::Block, spec::Spec};

/// How many questions about the node may wait for an answer before a warning is logged.
const QUESTIONS: usize = 10_000;
/// How many transactions a connection may have broadcast by `transaction_v1_broadcast` at once.
const BROADCASTS: usize = 16;

/// All methods of the node of `chain`; what they do in the background is done by `tasks`, what is ordered by the sealer.
///
/// # Errors
/// If two methods have one name.
pub fn methods(
    chain: &Chain,
    spec: &Spec,
    keystore: KeystorePtr,
    tasks: &TaskManager,
    orders: Option<Sender>,
) -> Result<RpcModule<()>, RegisterMethodError> {
    let Chain {
        client,
        backend,
        pool,
    } = chain;
    let spawner: SubscriptionTaskExecutor = Arc::new(tasks.spawn_handle());
    let mut methods = RpcModule::new(());

    let (questions, inbox) = sc_utils::mpsc::tracing_unbounded("mpsc_system_rpc", QUESTIONS);
    let answers = system::answer(inbox, client.clone());
    tasks
        .spawn_handle()
        .spawn("system-rpc", Some("rpc"), answers);
    methods.merge(Node::new(system::info(spec), questions).into_rpc())?;

    methods.merge(sc_rpc::chain::new_full(client.clone(), spawner.clone()).into_rpc())?;
    let (state, child_state) = sc_rpc::state::new_full(client.clone(), spawner.clone(), None);
    methods.merge(state.into_rpc())?;
    methods.merge(child_state.into_rpc())?;
    let author = Author::new(client.clone(), pool.clone(), keystore, spawner.clone());
    methods.merge(author.into_rpc())?;

    let genesis = client.info().genesis_hash;
    let name = spec.name().to_owned();
    methods.merge(ChainSpec::new(name, genesis, spec.properties()).into_rpc())?;
    let heads = ChainHead::new(
        client.clone(),
        backend.clone(),
        spawner.clone(),
        ChainHeadConfig::default(),
    );
    methods.merge(heads.into_rpc())?;
    let archive = Archive::new(client.clone(), backend.clone(), genesis, spawner.clone());
    methods.merge(archive.into_rpc())?;
    let watched = Transaction::new(client.clone(), pool.clone(), spawner.clone(), None);
    methods.merge(watched.into_rpc())?;
    let broadcast = TransactionBroadcast::new(client.clone(), pool.clone(), spawner, BROADCASTS);
    methods.merge(broadcast.into_rpc())?;

    let accounts = Accounts::<_, _, Block>::new(client.clone(), pool.clone());
    methods.merge(accounts.into_rpc())?;
    methods.merge(payment::methods(client.clone())?)?;

    if let Some(orders) = orders {
        methods.merge(dev::methods(orders)?)?;
    }

    let mut names: Vec<_> = methods.method_names().chain(["rpc_methods"]).collect();
    names.sort_unstable();
    methods.register_method("rpc_methods", move |_, _, _| json!({ "methods": names }))?;
    Ok(methods)
}
