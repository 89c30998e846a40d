//! The first move: the trace behind the receipt's two commitments (EXACT 6, `open_trace`).

use super::dims::Dims;
use super::game::{Known, KnownInput, Node, Phase, Sizes, Subject, Tree};
use super::interface::{item, Interface};
use super::moves::{OpenTrace, PortOpening};
use super::num::{at, div, narrow};
use super::proof::Roots;
use super::refusal::Refusal;
use super::rules::{count_children, Effect};
use super::tree::{child, child_leaves, fold};
use super::MAX_LEAVES;
use crate::commit;
use crate::crypto::Crypto;
use crate::id::{Commitment, ModelId};
use crate::item::Name;
use crate::merkle::{self, Hash};
use alloc::vec::Vec;

pub(super) fn open_trace(
    sizes: &Sizes,
    subject: &Subject,
    opened: &OpenTrace,
    crypto: &impl Crypto,
) -> Result<Effect, Refusal> {
    let preimage = &opened.preimage;
    let exact = preimage.exact_root(crypto);
    let model = ModelId::compute(&opened.publisher, &opened.manifest, &exact, crypto);
    if model != subject.model {
        return Err(Refusal::Model);
    }
    let interface = preimage.interface()?;
    let count = narrow(interface.inputs.len());
    let leaves = preimage.steps.saturating_add(count);
    if leaves > MAX_LEAVES {
        return Err(Refusal::Leaves(leaves));
    }
    count_children(sizes, leaves, &opened.children)?;
    if !commitments(subject, &interface, opened, crypto)? {
        return Err(Refusal::OutputCommitment);
    }
    let inputs = (0_u32..).zip(&opened.inputs);
    let declared = interface.outputs.iter().map(|output| output.leaf);
    for (leaf, port) in inputs.chain(declared.zip(&opened.outputs)) {
        let child = trace_child(sizes, leaves, leaf).ok_or(Refusal::OutputLeaf(leaf))?;
        let (index, (first, size)) = child;
        let within = u64::from(leaf.saturating_sub(first));
        let hash = merkle::leaf_hash(crypto, port.root.as_bytes());
        let reached = merkle::root_of_path(crypto, u64::from(size), within, hash, &port.path);
        if reached.is_none() || reached.as_ref() != opened.children.get(at(index)) {
            return Err(Refusal::PortPath(leaf));
        }
    }
    let known = Known {
        roots: Roots {
            trace: fold(crypto, &opened.children),
            leaves,
            weights: preimage.weights_root,
            initialisers: preimage.initialisers,
        },
        program_root: preimage.program_root,
        steps: preimage.steps,
        inputs: interface
            .inputs
            .iter()
            .zip(&opened.inputs)
            .map(|(input, port)| KnownInput {
                root: port.root.to_bytes(),
                elements: input.dims.elements(),
                lo: input.lo,
                hi: input.hi,
            })
            .collect(),
    };
    let node = Node {
        tree: Tree::Trace,
        first: 0,
        leaves,
    };
    let children = opened.children.clone();
    Ok(Effect {
        phase: Phase::Pick { node, children },
        known: Some(known),
        target: None,
    })
}

/// The child of the trace that holds a leaf: its number, first leaf and number of leaves.
pub(super) fn trace_child(sizes: &Sizes, leaves: u32, leaf: u32) -> Option<(u32, (u32, u32))> {
    if leaf >= leaves {
        return None;
    }
    let index = div(leaf, child_leaves(leaves, sizes.arity));
    Some((index, child(leaves, sizes.arity, index)?))
}

/// Builds all items from the interface and the given roots, and both commitments from them.
fn commitments(
    subject: &Subject,
    interface: &Interface,
    opened: &OpenTrace,
    crypto: &impl Crypto,
) -> Result<bool, Refusal> {
    let inputs = interface.inputs.iter().map(|port| (&port.name, &port.dims));
    let outputs = interface
        .outputs
        .iter()
        .map(|port| (&port.name, &port.dims));
    let input = commitment(commit::Side::Input, inputs, &opened.inputs, crypto)?;
    if input != Some(subject.input) {
        return Err(Refusal::InputCommitment);
    }
    let output = commitment(commit::Side::Output, outputs, &opened.outputs, crypto)?;
    Ok(output == Some(subject.output))
}

fn commitment<'a>(
    side: commit::Side,
    ports: impl ExactSizeIterator<Item = (&'a Name, &'a Dims)>,
    opened: &[PortOpening],
    crypto: &impl Crypto,
) -> Result<Option<Commitment>, Refusal> {
    let (expected, found) = (narrow(ports.len()), narrow(opened.len()));
    if expected != found {
        return Err(Refusal::Ports { expected, found });
    }
    let leaf = |((name, dims), port): ((&Name, &Dims), &PortOpening)| {
        let item = item(name, dims, port.root).ok()?;
        Some(commit::leaf_hash(&port.salt, &item, crypto))
    };
    let leaves: Option<Vec<Hash>> = ports.zip(opened).map(leaf).collect();
    Ok(leaves.map(|leaves| {
        let root = merkle::root(crypto, &leaves);
        commit::commitment(side, expected, &root, crypto)
    }))
}
