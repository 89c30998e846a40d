//! An Ethereum wallet: EIP-1193 requests, EIP-712 signatures, chain id 1 (PROTOCOL 4.2).

use super::{Asking, WalletError};
use crate::browser::error::words;
use countersign_shared::deploy::Deployment;
use countersign_shared::eip712::CHAIN_ID;
use countersign_shared::id::EthAddress;
use countersign_shared::json::Value;
use countersign_shared::receipt::Statement;
use countersign_shared::signature::Signature;
use countersign_shared::{hex, typed_data, Attester, Software};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A wallet's provider object.
#[derive(Clone, PartialEq)]
pub struct Provider(JsValue);

/// What a provider threw: EIP-1193's error codes and JSON-RPC's.
struct Thrown {
    code: Option<i64>,
    detail: String,
}

impl Thrown {
    fn new(value: &JsValue) -> Self {
        let code = Reflect::get(value, &"code".into())
            .ok()
            .and_then(|code| code.as_f64());
        // Codes are small integers.
        #[allow(clippy::cast_possible_truncation)]
        let code = code.map(|code| code as i64);
        Self {
            code,
            detail: words(value),
        }
    }

    /// EIP-1193: 4001 rejected, 4100 not authorised, 4200 unsupported, 4900 and 4901 disconnected; EIP-1474: -32002
    /// busy, -32601 no such method.
    fn error(self, asking: Asking, method: &'static str) -> WalletError {
        match self.code {
            Some(4001) => WalletError::Declined(asking),
            Some(4100) => WalletError::NoAccount,
            Some(4200 | -32601) => WalletError::Unsupported { method },
            Some(4900 | 4901) => WalletError::Disconnected,
            Some(-32002) => WalletError::Busy,
            _ if asking == Asking::Network => WalletError::Network {
                detail: self.detail,
            },
            _ => WalletError::Failed {
                detail: self.detail,
            },
        }
    }
}

impl Provider {
    /// Takes a value for a provider if it has a `request` function.
    pub fn new(value: JsValue) -> Option<Self> {
        let request = Reflect::get(&value, &"request".into()).ok()?;
        request.is_function().then_some(Self(value))
    }

    async fn request(&self, method: &'static str, params: &Array) -> Result<JsValue, Thrown> {
        let thrown = |value: JsValue| Thrown::new(&value);
        let call = Object::new();
        Reflect::set(&call, &"method".into(), &method.into()).map_err(thrown)?;
        Reflect::set(&call, &"params".into(), params).map_err(thrown)?;
        let request: Function = Reflect::get(&self.0, &"request".into())
            .and_then(JsCast::dyn_into)
            .map_err(thrown)?;
        let answer = request.call1(&self.0, &call).map_err(thrown)?;
        JsFuture::from(Promise::resolve(&answer))
            .await
            .map_err(thrown)
    }

    /// The accounts that the wallet shows to this page, the selected one first. A locked wallet shows none.
    async fn accounts(&self) -> Result<Vec<EthAddress>, WalletError> {
        let method = "eth_requestAccounts";
        let answer = self
            .request(method, &Array::new())
            .await
            .map_err(|thrown| thrown.error(Asking::Connect, method))?;
        if !Array::is_array(&answer) {
            return Err(WalletError::NoAccount);
        }
        let read = |entry: JsValue| {
            // Wallets write addresses with and without EIP-55's capitals.
            let text = entry.as_string()?.to_ascii_lowercase();
            hex::decode_array::<20>(&text).ok().map(EthAddress::new)
        };
        Ok(Array::from(&answer).iter().filter_map(read).collect())
    }

    /// Makes sure that the wallet is on chain id 1: it refuses typed data for any other than its own.
    async fn on_chain_one(&self, asking: &impl Fn(Asking)) -> Result<(), WalletError> {
        let wanted = format!("{CHAIN_ID:#x}");
        let failed = |method| move |thrown: Thrown| thrown.error(Asking::Network, method);
        let active = self
            .request("eth_chainId", &Array::new())
            .await
            .map_err(failed("eth_chainId"))?;
        if active
            .as_string()
            .is_some_and(|id| id.eq_ignore_ascii_case(&wanted))
        {
            return Ok(());
        }
        asking(Asking::Network);
        let method = "wallet_switchEthereumChain";
        let chain = Object::new();
        Reflect::set(&chain, &"chainId".into(), &wanted.into()).map_err(|value| {
            WalletError::Network {
                detail: words(&value),
            }
        })?;
        self.request(method, &Array::of1(&chain))
            .await
            .map_err(failed(method))?;
        Ok(())
    }

    async fn sign(&self, address: EthAddress, data: &Value) -> Result<Signature, WalletError> {
        let method = "eth_signTypedData_v4";
        let params = Array::of2(
            &address.to_eip55(&Software).into(),
            &data.to_canonical().into(),
        );
        let answer = self
            .request(method, &params)
            .await
            .map_err(|thrown| thrown.error(Asking::Sign, method))?;
        let text = answer.as_string().ok_or(WalletError::NoSignature)?;
        let bytes =
            hex::decode(&text.to_ascii_lowercase()).map_err(|_| WalletError::NoSignature)?;
        Ok(Signature::from_ethereum_wallet(&bytes)?)
    }
}

/// Connects, changes to chain id 1 if need be, has the receipt signed.
///
/// # Errors
/// [`WalletError`].
pub async fn sign_receipt(
    provider: &Provider,
    statement: &Statement,
    deployment: &Deployment,
    asking: impl Fn(Asking),
) -> Result<(Attester, Signature), WalletError> {
    asking(Asking::Connect);
    let shown = provider.accounts().await?;
    let address = shown.first().copied().ok_or(WalletError::NoAccount)?;
    provider.on_chain_one(&asking).await?;
    asking(Asking::Sign);
    let data = typed_data::receipt(statement, deployment, &Software);
    let signature = provider.sign(address, &data).await?;
    Ok((Attester::Secp256k1(address), signature))
}

/// Connects, changes to chain id 1 if need be, and has typed data signed by this account and no other.
///
/// # Errors
/// [`WalletError`].
pub async fn sign_as(
    provider: &Provider,
    signer: EthAddress,
    data: &Value,
    asking: impl Fn(Asking),
) -> Result<Signature, WalletError> {
    asking(Asking::Connect);
    let shown = provider.accounts().await?;
    if !shown.contains(&signer) {
        let first = shown.first().ok_or(WalletError::NoAccount)?;
        return Err(WalletError::OtherAccount {
            wanted: signer.to_eip55(&Software),
            shown: first.to_eip55(&Software),
        });
    }
    provider.on_chain_one(&asking).await?;
    asking(Asking::Sign);
    provider.sign(signer, data).await
}
