//! Puts the parts of a node together and keeps them until it is told to stop.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    time::Duration,
};

use jsonrpsee::server::ServerHandle;
use sc_client_api::HeaderBackend;
use sc_service::{config::KeystoreConfig, KeystoreContainer, TaskManager};
use tokio::{
    runtime::Handle,
    signal::unix::{signal, Signal, SignalKind},
    sync::watch,
};

use crate::{
    client::{self, Client},
    error::Error,
    folder::Folder,
    maintain::maintain,
    orders, rpc,
    runtime_api::Hash,
    seal::Sealer,
    server, spec,
};

/// A running node. It stops when this value is dropped.
pub struct Node {
    tasks: TaskManager,
    server: ServerHandle,
    /// Where JSON-RPC is served.
    pub address: SocketAddr,
    /// The hash of the chain's first block, by which receipts name the chain.
    pub genesis: Hash,
    /// The number of the last block at the start.
    pub height: u32,
    /// The chain began with another runtime than this node carries, and goes on with it.
    pub foreign_runtime: bool,
}

/// The signals that end a node in good order: SIGINT and SIGTERM.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Begins to listen, inside a tokio runtime. Done before anything else, so that a signal that comes while the node
    /// starts stops it in good order as soon as it has started.
    ///
    /// # Errors
    /// [`Error::System`] if the signals cannot be awaited.
    pub fn listen() -> Result<Self, Error> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(Error::System)?,
            terminate: signal(SignalKind::terminate()).map_err(Error::System)?,
        })
    }
}

/// How a node is started.
pub struct Settings {
    /// The port of 127.0.0.1; 0 is any free one.
    pub port: u16,
    /// After which time without a block an empty one is sealed.
    pub period: Duration,
    /// How many blocks stand on one that is final.
    pub finality: u32,
    /// The origins that may use the node beside those of this machine.
    pub origins: Vec<String>,
}

impl Node {
    /// Starts a node on the chain in `folder`; must be called inside a tokio runtime.
    ///
    /// # Errors
    /// Everything in [`Error`] but [`Error::Stopped`].
    pub fn start(folder: &Folder, settings: Settings) -> Result<Self, Error> {
        let (listener, address) = listen(settings.port)?;
        let database = folder.database();
        let spec_path = folder.spec();
        let executor = client::executor();
        let spec = spec::load_or_begin(&spec_path, database.exists(), &executor)?;
        let tasks = TaskManager::new(Handle::current(), None).map_err(sc_service::Error::from)?;
        let chain = client::open(&spec, &spec_path, &database, executor, &tasks)?;

        let (best, known) = watch::channel(chain.client.info().best_hash);
        tasks.spawn_handle().spawn(
            "transaction-pool",
            Some("transactions"),
            maintain(&chain.client, chain.pool.clone(), best),
        );
        let sealer = Sealer::new(
            chain.client.clone(),
            chain.pool.clone(),
            known,
            tasks.spawn_handle(),
            settings.finality,
        );
        let (orders, inbox) = orders::channel();
        tasks.spawn_essential_handle().spawn_blocking(
            "seal",
            Some("blocks"),
            sealer.run(settings.period, inbox),
        );

        let keystore = KeystoreContainer::new(&KeystoreConfig::InMemory)?.keystore();
        let orders = (settings.finality > 0).then_some(orders);
        let methods = rpc::methods(&chain, &spec, keystore, &tasks, orders)?;
        let server = server::start(listener, methods, settings.origins).map_err(Error::System)?;

        let client: &Client = &chain.client;
        let info = client.info();
        let foreign_runtime = !client::runs_carried_runtime(client)?;
        Ok(Self {
            tasks,
            server,
            address,
            genesis: info.genesis_hash,
            height: info.best_number,
            foreign_runtime,
        })
    }

    /// Runs until the process is told to stop.
    ///
    /// # Errors
    /// [`Error::Stopped`] if a part without which the node is of no use ends before that.
    pub async fn run(&mut self, mut signals: Signals) -> Result<(), Error> {
        let stopped = tokio::select! {
            _ = signals.interrupt.recv() => Ok(()),
            _ = signals.terminate.recv() => Ok(()),
            ended = self.tasks.future() => ended.map_err(|error| Error::Stopped(Box::new(error))),
        };
        // A server that has stopped already is what is wanted.
        let _ = self.server.stop();
        stopped
    }
}

/// Takes the port, before anything else is touched.
fn listen(port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let fail = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(fail)?;
    listener.set_nonblocking(true).map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    Ok((listener, address))
}
