//! `dev_*`: blocks when they are wanted, and chains that lose some. Only for a node that holds finality back.

use jsonrpsee::{
    server::RegisterMethodError,
    types::{error::INTERNAL_ERROR_CODE, ErrorObjectOwned},
    RpcModule,
};
use tokio::sync::oneshot;

use crate::{
    orders::{Done, Order, Sender},
    runtime_api::Hash,
};

/// `dev_seal(count)` makes so many blocks at once. `dev_reorganise(parent, forget)` makes the best chain one that leaves the present
/// one at `parent`, or at the newest final block if that is null, without transactions and by one block longer; what the lost blocks
/// held waits in the pool again, unless it is to be forgotten. Both answer with the hash of the best block.
///
/// # Errors
/// If two methods have one name.
pub fn methods(orders: Sender) -> Result<RpcModule<Sender>, RegisterMethodError> {
    let mut methods = RpcModule::new(orders);
    methods.register_async_method("dev_seal", |params, orders, _| async move {
        let count = params.one()?;
        ask(&orders, |done| Order::Seal { count, done }).await
    })?;
    methods.register_async_method("dev_reorganise", |params, orders, _| async move {
        let (parent, forget) = params.parse()?;
        let order = |done| Order::Reorganise {
            parent,
            forget,
            done,
        };
        ask(&orders, order).await
    })?;
    Ok(methods)
}

/// Gives an order and waits until it is carried out.
async fn ask(orders: &Sender, order: impl FnOnce(Done) -> Order) -> Result<Hash, ErrorObjectOwned> {
    let (done, answer) = oneshot::channel();
    let failed = |text: String| ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, text, None::<()>);
    let stopped = || failed("the node makes no blocks any more".to_owned());
    orders.send(order(done)).await.map_err(|_| stopped())?;
    match answer.await {
        Ok(outcome) => outcome.map_err(|error| failed(error.to_string())),
        Err(_) => Err(stopped()),
    }
}
