//! `payment_*`: what a transaction would cost. Newer clients ask the runtime themselves, older ones ask here.

use std::sync::Arc;

use codec::{Decode, Encode};
use jsonrpsee::{
    server::RegisterMethodError,
    types::{ErrorObjectOwned, Params},
    RpcModule,
};
use sc_client_api::{CallExecutor, ExecutorProvider, HeaderBackend};
use serde_json::{json, Value};
use sp_core::{traits::CallContext, Bytes};

use crate::{client::Client, runtime_api::Hash};

/// The code of an error of the runtime, as pallet-transaction-payment-rpc has it.
const RUNTIME_ERROR: i32 = 1;
/// The code of an error of a transaction, as pallet-transaction-payment-rpc has it.
const DECODE_ERROR: i32 = 2;

/// Weight, class and fee of a transaction: `RuntimeDispatchInfo` of pallet-transaction-payment.
#[derive(Decode)]
struct DispatchInfo {
    #[codec(compact)]
    ref_time: u64,
    #[codec(compact)]
    proof_size: u64,
    class: Class,
    partial_fee: u128,
}

/// How urgent a transaction is: `DispatchClass` of frame-support.
#[derive(Decode, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    Normal,
    Operational,
    Mandatory,
}

/// The parts of a fee: `FeeDetails` of pallet-transaction-payment, without the tip, which is not known here.
#[derive(Decode)]
struct FeeDetails {
    inclusion: Option<InclusionFee>,
}

/// What a transaction pays for being included, in planck.
#[derive(Decode)]
struct InclusionFee {
    base: u128,
    len: u128,
    adjusted_weight: u128,
}

/// `payment_queryInfo` and `payment_queryFeeDetails`, with the answers of pallet-transaction-payment-rpc.
///
/// # Errors
/// If two methods have one name.
pub fn methods(client: Arc<Client>) -> Result<RpcModule<Arc<Client>>, RegisterMethodError> {
    let mut methods = RpcModule::new(client);
    methods.register_blocking_method("payment_queryInfo", |params, client, _| {
        let info: DispatchInfo = ask(&params, &client, "TransactionPaymentApi_query_info")?;
        Ok::<Value, ErrorObjectOwned>(json!({
            "weight": { "ref_time": info.ref_time, "proof_size": info.proof_size },
            "class": info.class,
            "partialFee": info.partial_fee.to_string(),
        }))
    })?;
    methods.register_blocking_method("payment_queryFeeDetails", |params, client, _| {
        let fee: FeeDetails = ask(&params, &client, "TransactionPaymentApi_query_fee_details")?;
        let amount = |planck: u128| format!("{planck:#x}");
        let inclusion = fee.inclusion.map(|fee| {
            json!({
                "baseFee": amount(fee.base),
                "lenFee": amount(fee.len),
                "adjustedWeightFee": amount(fee.adjusted_weight),
            })
        });
        Ok::<Value, ErrorObjectOwned>(json!({ "inclusionFee": inclusion }))
    })?;
    Ok(methods)
}

/// Asks the runtime about the transaction that is the first parameter, in the state after the block that is the second
/// parameter, or after the best block.
fn ask<T: Decode>(params: &Params, client: &Client, api: &str) -> Result<T, ErrorObjectOwned> {
    let mut params = params.sequence();
    let transaction: Bytes = params.next()?;
    let at: Option<Hash> = params.optional_next()?;
    let at = at.unwrap_or_else(|| client.info().best_hash);
    let length = u32::try_from(transaction.len()).unwrap_or(u32::MAX);
    // An opaque transaction is encoded as it is sent: its length comes first already.
    let mut call = transaction.0;
    length.encode_to(&mut call);
    let error = |code, text: &str, data: String| ErrorObjectOwned::owned(code, text, Some(data));
    let answer = client
        .executor()
        .call(at, api, &call, CallContext::Offchain)
        .map_err(|e| {
            error(
                RUNTIME_ERROR,
                "Unable to query dispatch info.",
                e.to_string(),
            )
        })?;
    T::decode(&mut &answer[..])
        .map_err(|e| error(DECODE_ERROR, "Unable to query fee details.", e.to_string()))
}
