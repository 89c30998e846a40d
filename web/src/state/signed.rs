//! The newest signed receipt of this tab, with what opens it.

use super::finished::Finished;
use crate::wallet::Signer;
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Software;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// A receipt, the run behind it and its signer.
pub struct Signed {
    /// The receipt; only verification makes one.
    pub receipt: Verified<Receipt>,
    /// The run, which holds the salts.
    pub run: Arc<Finished>,
    /// Who signed: asked again for a revocation.
    pub signer: Signer,
}

/// What a bundle reveals beside the receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reveal {
    /// Opens all input items: whoever has the input can then compare it.
    pub input: bool,
    /// Opens all output items.
    pub output: bool,
}

impl Signed {
    /// The receipt with the chosen openings.
    pub fn bundle(&self, reveal: Reveal) -> Bundle {
        let sides = [
            (reveal.input, &self.run.input),
            (reveal.output, &self.run.output),
        ];
        let openings =
            sides
                .into_iter()
                .filter(|(wanted, _)| *wanted)
                .filter_map(|(_, committed)| {
                    Opening::complete(self.receipt.id(), committed, &Software)
                });
        Bundle {
            receipt: self.receipt.into_inner(),
            openings: openings.collect(),
            anchors: Vec::new(),
        }
    }
}

/// The newest receipt.
pub type SignedReceipt = RwSignal<Option<Rc<Signed>>, LocalStorage>;

#[derive(Clone, Copy)]
struct State(SignedReceipt);

/// Puts it into the context.
pub fn provide() {
    provide_context(State(RwSignal::new_local(None)));
}

/// The newest receipt, from the context.
pub fn use_signed() -> SignedReceipt {
    use_context::<State>().map_or_else(|| RwSignal::new_local(None), |state| state.0)
}
