//! Which contract on which chain: what every signature is bound to (4.3).

use crate::crypto::{tagged_bytes, Crypto};
use crate::id::{AccountId, EthAddress, GenesisHash};

/// A contract of a chain: the receipts contract, or for claims the disputes contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        parity_scale_codec::MaxEncodedLen,
        scale_info::TypeInfo
    )
)]
pub struct Deployment {
    /// Hash of the chain's block 0.
    pub genesis: GenesisHash,
    /// The contract's account.
    pub contract: AccountId,
}

impl Deployment {
    /// Low 20 bytes of `keccak256("countersign/eip712/1" 00 ‖ genesis ‖ contract)`.
    #[must_use]
    pub fn verifying_contract(&self, crypto: &impl Crypto) -> EthAddress {
        let parts: [&[u8]; 2] = [self.genesis.as_ref(), self.contract.as_ref()];
        EthAddress::from_low(&crypto.keccak256(&tagged_bytes("countersign/eip712/1", &parts)))
    }
}
