//! Why a node does not start or does not go on.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a node does not start or does not go on; the text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder of the chain cannot be used.
    #[error("cannot use the folder {path}: {source}")]
    Folder {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another node uses the same folder.
    #[error("another countersign-node is running on {path}: stop it, or give this one another --base-path")]
    InUse {
        /// The folder of the chain.
        path: PathBuf,
    },
    /// The folder has blocks, but not the file that says which chain they belong to.
    #[error("{path} is missing, so the blocks beside it belong to no known chain: restore it, or delete the folder to begin a new chain")]
    SpecMissing {
        /// The file with the chain's specification.
        path: PathBuf,
    },
    /// The file that says what the chain is cannot be understood.
    #[error("{path} is not a chain specification ({reason}): restore it, or delete the folder to begin a new chain")]
    SpecInvalid {
        /// The file with the chain's specification.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The specification and the blocks beside it belong to two chains.
    #[error("{path} describes another chain than the blocks beside it: restore it, or delete the folder to begin a new chain")]
    SpecForeign {
        /// The file with the chain's specification.
        path: PathBuf,
    },
    /// The runtime that the node carries cannot make a genesis state.
    #[error("the runtime that this node carries cannot make a genesis state ({reason}): build releases/runtime.wasm again")]
    Runtime {
        /// What the executor says.
        reason: String,
    },
    /// The port is taken.
    #[error("cannot listen on {address}: {source}; give another --rpc-port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The RPC methods cannot be served.
    #[error("cannot serve JSON-RPC: {0}")]
    Rpc(#[from] jsonrpsee::server::RegisterMethodError),
    /// The client could not be made.
    #[error("cannot open the chain: {0}")]
    Client(Box<sp_blockchain::Error>),
    /// A service could not be made.
    #[error("cannot start: {0}")]
    Service(Box<sc_service::Error>),
    /// The system refuses threads or signals.
    #[error("the operating system refuses what a node needs: {0}")]
    System(#[source] io::Error),
    /// A task without which a node is of no use has ended.
    #[error("a part of the node stopped unexpectedly ({0}); the log says why")]
    Stopped(Box<sc_service::Error>),
}

// Boxed by hand: these errors are ten times as large as what is returned when all is well.
impl From<sp_blockchain::Error> for Error {
    fn from(error: sp_blockchain::Error) -> Self {
        Self::Client(Box::new(error))
    }
}

impl From<sc_service::Error> for Error {
    fn from(error: sc_service::Error) -> Self {
        Self::Service(Box::new(error))
    }
}
