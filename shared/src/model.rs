//! Names of models (3.1, 3.2).

use crate::crypto::{tagged, Crypto};
use crate::id::{AccountId, ExactRoot, ManifestHash, ModelId};

impl ManifestHash {
    /// SHA-256 of a manifest's stored bytes.
    #[must_use]
    pub fn of(manifest: &[u8], crypto: &impl Crypto) -> Self {
        Self::new(crypto.sha256(manifest))
    }
}

impl ModelId {
    /// `H("countersign/model/1" 00 ‖ publisher ‖ H(manifest) ‖ exact root)`. `publisher` is the
    /// account that registered the model; `exact_root` is zero outside the exact profile.
    #[must_use]
    pub fn compute(
        publisher: &AccountId,
        manifest: &ManifestHash,
        exact_root: &ExactRoot,
        crypto: &impl Crypto,
    ) -> Self {
        let parts: [&[u8]; 3] = [publisher.as_ref(), manifest.as_ref(), exact_root.as_ref()];
        Self::new(tagged(crypto, "countersign/model/1", &parts))
    }
}
