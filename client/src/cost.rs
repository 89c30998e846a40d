//! What a message will cost, known before anybody is asked to sign: the deposit of the dry run, and the fee by the chain's
//! own formula (`TransactionPaymentApi`).

use crate::chain::Chain;
use crate::contracts::{Message, Refusal};
use crate::deployed::Deployed;
use crate::error::ChainError;
use crate::transport::Transport;
use countersign_shared::id::{AccountId, ExactRoot, ModelId};
use parity_scale_codec::{Compact, Decode, Encode, Input};

/// Stands for the signature where only the length counts.
const NO_SIGNATURE: [u8; 64] = [0; 64];

/// Amounts are in the chain's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Held as long as what is stored stays there.
    pub deposit: u128,
    /// At most this is paid for inclusion; less where less gas is used than was allowed for.
    pub fee: u128,
}

/// `pallet_transaction_payment::RuntimeDispatchInfo`.
struct DispatchInfo {
    fee: u128,
}

impl Decode for DispatchInfo {
    fn decode<I: Input>(input: &mut I) -> Result<Self, parity_scale_codec::Error> {
        Compact::<u64>::decode(input)?;
        Compact::<u64>::decode(input)?;
        // The class: normal, operational or mandatory.
        input.read_byte()?;
        let fee = u128::decode(input)?;
        Ok(Self { fee })
    }
}

impl<T: Transport> Chain<T> {
    /// What `account` would pay for a message now. Nothing is signed or sent.
    ///
    /// # Errors
    /// As [`Chain::prepare`]; [`ChainError::Rpc`] where the chain names no fee.
    pub async fn cost<R: Decode, E: Decode + Into<Refusal>>(
        &self,
        account: AccountId,
        contract: AccountId,
        message: &Message<Result<R, E>>,
    ) -> Result<Cost, ChainError> {
        let prepared = self.prepare(account, contract, message).await?;
        let signed = prepared.extrinsic.sign(&NO_SIGNATURE);
        let length = u32::try_from(signed.len()).unwrap_or(u32::MAX);
        let mut arguments = signed;
        length.encode_to(&mut arguments);
        let info: DispatchInfo = self
            .rpc()
            .state_call("TransactionPaymentApi_query_info", &arguments, None)
            .await?;
        Ok(Cost {
            deposit: prepared.storage_deposit.charge(),
            fee: info.fee,
        })
    }
}

impl<T: Transport> Deployed<'_, T> {
    /// What publishing a model would cost the account.
    ///
    /// # Errors
    /// As [`Chain::cost`].
    pub async fn publish_cost(
        &self,
        account: AccountId,
        manifest: &[u8],
        exact_root: ExactRoot,
        predecessor: Option<ModelId>,
    ) -> Result<Cost, ChainError> {
        let message = crate::contracts::registry::publish_model(manifest, exact_root, predecessor);
        self.chain()
            .cost(account, self.entry().registry, &message)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_is_read_to_the_last_byte() {
        let mut bytes = (Compact(5_u64), Compact(7_u64), 0_u8, 1_234_u128).encode();
        let info = DispatchInfo::decode(&mut bytes.as_slice()).map(|info| info.fee);
        assert_eq!(info, Ok(1_234));
        bytes.pop();
        assert!(DispatchInfo::decode(&mut bytes.as_slice()).is_err());
    }
}
