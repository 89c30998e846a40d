//! [`World`] on pallet-contracts. Calls of other contracts are refused re-entry by the pallet, and
//! none of them is answered by code that this contract's deployer did not name.

use crate::world::World;
use countersign_shared::attester::Attester;
use countersign_shared::chain::{
    receipts, registry, BatchProof, ModelRecord, ReceiptFacts, ReceiptsError,
};
use countersign_shared::disputes::DisputesSetup;
use countersign_shared::id::{AccountId, Digest, ModelId};
use countersign_shared::signature::Signature;
use ink::env::call::{build_call, ExecutionInput, Selector};
use ink::env::DefaultEnvironment;
use ink::primitives::AccountId as InkAccount;

/// The chain that the contract runs on.
#[derive(Clone, Copy, Debug)]
pub struct Host(pub DisputesSetup);

fn account(id: &AccountId) -> InkAccount {
    InkAccount::from(id.to_bytes())
}

impl World for Host {
    fn facts(
        &self,
        attester: &Attester,
        digest: &Digest,
        signature: &Signature,
        batch: Option<&BatchProof>,
    ) -> Option<Result<ReceiptFacts, ReceiptsError>> {
        let input = ExecutionInput::new(Selector::new(receipts::STATUS))
            .push_arg(attester)
            .push_arg(digest)
            .push_arg(signature)
            .push_arg(batch);
        let call = build_call::<DefaultEnvironment>()
            .call(account(&self.0.receipts))
            .exec_input(input)
            .returns::<Result<ReceiptFacts, ReceiptsError>>();
        call.try_invoke().ok()?.ok()
    }

    fn model(&self, model: &ModelId) -> Option<Option<ModelRecord>> {
        let input = ExecutionInput::new(Selector::new(registry::MODEL)).push_arg(model);
        let call = build_call::<DefaultEnvironment>()
            .call(account(&self.0.registry))
            .exec_input(input)
            .returns::<Option<ModelRecord>>();
        call.try_invoke().ok()?.ok()
    }

    fn transfer(&mut self, to: &AccountId, amount: u128) -> bool {
        ink::env::transfer::<DefaultEnvironment>(account(to), amount).is_ok()
    }
}
