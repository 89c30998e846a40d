//! Programs and what names them (EXACT 2.6).

use super::interface::{Interface, InterfaceError};
use super::num::narrow;
use super::step::Step;
use crate::crypto::{tagged, Crypto};
use crate::id::{DataRoot, ExactRoot};
use crate::merkle::{self, Hash};
use crate::tensor::DataRootHasher;
use alloc::vec::Vec;

/// A program with its weights: all that computing it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Names, shapes, intervals, and where the outputs are.
    pub interface: Interface,
    /// The steps; step i computes trace leaf `inputs + i`.
    pub steps: Vec<Step>,
    /// The initialisers' elements as f32 bits, −0 stored as +0.
    pub weights: Vec<Vec<u32>>,
}

/// What an exact root is the hash of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "scale",
    derive(
        parity_scale_codec::Encode,
        parity_scale_codec::Decode,
        scale_info::TypeInfo
    )
)]
pub struct Preimage {
    /// Root over the steps' encodings.
    pub program_root: Hash,
    /// Number of steps.
    pub steps: u32,
    /// Root over the initialisers' data roots.
    pub weights_root: Hash,
    /// Number of initialisers.
    pub initialisers: u32,
    /// The interface's encoding.
    pub interface: Vec<u8>,
}

impl Preimage {
    /// `H("countersign/program/1" 00 ‖ program root ‖ u32 steps ‖ weights root ‖ u32 initialisers
    /// ‖ H(interface))`.
    #[must_use]
    pub fn exact_root(&self, crypto: &impl Crypto) -> ExactRoot {
        let parts: [&[u8]; 5] = [
            &self.program_root,
            &self.steps.to_le_bytes(),
            &self.weights_root,
            &self.initialisers.to_le_bytes(),
            &crypto.sha256(&self.interface),
        ];
        ExactRoot::new(tagged(crypto, "countersign/program/1", &parts))
    }

    /// The interface, decoded strictly.
    ///
    /// # Errors
    /// [`InterfaceError`].
    pub fn interface(&self) -> Result<Interface, InterfaceError> {
        Interface::from_bytes(&self.interface)
    }
}

impl Program {
    /// Number of inputs: the trace's first leaves.
    #[must_use]
    pub fn inputs(&self) -> u32 {
        narrow(self.interface.inputs.len())
    }

    /// Leaves of the trace.
    #[must_use]
    pub fn leaves(&self) -> u32 {
        self.inputs().saturating_add(narrow(self.steps.len()))
    }

    /// The leaf hashes of the tree over the steps.
    #[must_use]
    pub fn step_hashes(&self, crypto: &impl Crypto) -> Vec<Hash> {
        let steps = self.steps.iter();
        steps
            .map(|step| merkle::leaf_hash(crypto, &step.to_bytes()))
            .collect()
    }

    /// The initialisers' data roots.
    #[must_use]
    pub fn weight_roots(&self, crypto: &impl Crypto) -> Vec<DataRoot> {
        let weights = self.weights.iter();
        weights
            .map(|elements| elements_root(crypto, elements))
            .collect()
    }

    /// What names the program.
    #[must_use]
    pub fn preimage(&self, crypto: &impl Crypto) -> Preimage {
        Preimage {
            program_root: merkle::root(crypto, &self.step_hashes(crypto)),
            steps: narrow(self.steps.len()),
            weights_root: merkle::root(crypto, &root_hashes(crypto, &self.weight_roots(crypto))),
            initialisers: narrow(self.weights.len()),
            interface: self.interface.to_bytes(),
        }
    }

    /// The value that a ModelId carries.
    #[must_use]
    pub fn exact_root(&self, crypto: &impl Crypto) -> ExactRoot {
        self.preimage(crypto).exact_root(crypto)
    }
}

/// `H(00 ‖ data root)` for each: the leaves of the trace, and of the weights' tree.
#[must_use]
pub fn root_hashes(crypto: &impl Crypto, roots: &[DataRoot]) -> Vec<Hash> {
    let roots = roots.iter();
    roots
        .map(|root| merkle::leaf_hash(crypto, root.as_bytes()))
        .collect()
}

/// The data root (PROTOCOL 1.2) of f32 elements given as bits.
#[must_use]
pub fn elements_root(crypto: &impl Crypto, elements: &[u32]) -> DataRoot {
    let mut hasher = DataRootHasher::new();
    for chunk in elements.chunks(64) {
        hasher.update(crypto, &element_bytes(chunk));
    }
    hasher.finish(crypto)
}

/// The hashes of a tensor's chunks: the leaves under its data root.
#[must_use]
pub fn chunk_hashes(crypto: &impl Crypto, elements: &[u32]) -> Vec<Hash> {
    let chunks = elements.chunks(64);
    chunks
        .map(|chunk| merkle::leaf_hash(crypto, &element_bytes(chunk)))
        .collect()
}

/// Elements as they stand in chunks: four little-endian bytes each.
#[must_use]
pub fn element_bytes(elements: &[u32]) -> Vec<u8> {
    elements
        .iter()
        .flat_map(|bits| bits.to_le_bytes())
        .collect()
}

/// The elements of bytes; `None` if the last one is not whole.
#[must_use]
pub fn elements_of(bytes: &[u8]) -> Option<Vec<u32>> {
    let elements = bytes.chunks_exact(4);
    if !elements.remainder().is_empty() {
        return None;
    }
    elements
        .map(|element| Some(u32::from_le_bytes(element.try_into().ok()?)))
        .collect()
}
