//! What `system_*` tells about the node: it has no network, so most of it is short.

use std::sync::Arc;

use futures::StreamExt;
use sc_client_api::HeaderBackend;
use sc_rpc::system::{error::Error, Health, NodeRole, Request, SyncState, SystemInfo};
use sc_service::ChainSpec;
use sc_utils::mpsc::TracingUnboundedReceiver;

use crate::{client::Client, runtime_api::Block, spec::Spec};

/// The names of node and chain, and the chain's properties.
pub fn info(spec: &Spec) -> SystemInfo {
    SystemInfo {
        impl_name: env!("CARGO_PKG_NAME").into(),
        impl_version: env!("CARGO_PKG_VERSION").into(),
        chain_name: spec.name().into(),
        properties: spec.properties(),
        chain_type: spec.chain_type(),
    }
}

/// Answers the questions in `inbox` until there is nobody left to ask one. An answer that nobody waits for any more is
/// dropped.
pub async fn answer(mut inbox: TracingUnboundedReceiver<Request<Block>>, client: Arc<Client>) {
    let started_at = client.info().best_number;
    while let Some(question) = inbox.next().await {
        match question {
            Request::Health(to) => {
                let health = Health {
                    peers: 0,
                    is_syncing: false,
                    should_have_peers: false,
                };
                drop(to.send(health));
            }
            Request::LocalPeerId(to) => drop(to.send(String::new())),
            Request::LocalListenAddresses(to) => drop(to.send(Vec::new())),
            Request::Peers(to) => drop(to.send(Vec::new())),
            Request::NetworkState(to) => drop(to.send(serde_json::Value::Null)),
            Request::NetworkAddReservedPeer(_, to) | Request::NetworkRemoveReservedPeer(_, to) => {
                let reason = "this node has no network".into();
                drop(to.send(Err(Error::MalformattedPeerArg(reason))));
            }
            Request::NetworkReservedPeers(to) => drop(to.send(Vec::new())),
            Request::NodeRoles(to) => drop(to.send(vec![NodeRole::Authority])),
            Request::SyncState(to) => {
                let best = client.info().best_number;
                let state = SyncState {
                    starting_block: started_at,
                    current_block: best,
                    highest_block: best,
                };
                drop(to.send(state));
            }
        }
    }
}
