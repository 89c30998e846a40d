//! The signed receipts of this tab, with what opens them.

use super::finished::Finished;
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Software;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// A receipt and the run behind it.
pub struct Signed {
    /// The receipt; only verification makes one.
    pub receipt: Verified<Receipt>,
    /// The run, which holds the salts.
    pub run: Arc<Finished>,
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

/// The receipts of this tab.
#[derive(Clone, Copy)]
pub struct Receipts(RwSignal<Vec<Rc<Signed>>, LocalStorage>);

impl Receipts {
    fn new() -> Self {
        Self(RwSignal::new_local(Vec::new()))
    }

    /// Keeps a receipt.
    pub fn keep(self, signed: Signed) {
        self.0.update(|all| all.push(Rc::new(signed)));
    }

    /// The receipt of a run.
    pub fn of(self, run: &Arc<Finished>) -> Option<Rc<Signed>> {
        self.0.with(|all| find(all, run))
    }

    /// The same, without waiting for changes.
    pub fn of_now(self, run: &Arc<Finished>) -> Option<Rc<Signed>> {
        self.0.with_untracked(|all| find(all, run))
    }
}

fn find(all: &[Rc<Signed>], run: &Arc<Finished>) -> Option<Rc<Signed>> {
    let found = all.iter().find(|signed| Arc::ptr_eq(&signed.run, run));
    found.map(Rc::clone)
}

/// Puts them into the context.
pub fn provide() {
    provide_context(Receipts::new());
}

/// The receipts, from the context.
pub fn use_receipts() -> Receipts {
    use_context().unwrap_or_else(Receipts::new)
}
