//! What each move must contain, and its effect (EXACT 6).

use super::dims::Dims;
use super::element::Plan;
use super::game::{Expected, Game, Known, Node, Phase, Range, Sizes, Subject, Target, Tree};
use super::moves::{InputProof, Move, Side, StepOpening};
use super::num::{at, int_of_bits, narrow};
use super::program::elements_of;
use super::proof::{proved, Question, Roots};
use super::refusal::Refusal;
use super::start::open_trace;
use super::step::Step;
use super::tree::{child, children, fold};
use super::CHUNK_ELEMENTS;
use crate::crypto::Crypto;
use crate::merkle::{self, Hash};
use alloc::vec::Vec;

/// What an accepted move changes.
pub(super) struct Effect {
    pub(super) phase: Phase,
    pub(super) known: Option<Known>,
    pub(super) target: Option<Target>,
}

impl From<Phase> for Effect {
    fn from(phase: Phase) -> Self {
        Self {
            phase,
            known: None,
            target: None,
        }
    }
}

/// Checks a move of the side whose turn it is.
pub(super) fn effect(
    game: &Game,
    sizes: &Sizes,
    subject: &Subject,
    made: &Move,
    crypto: &impl Crypto,
) -> Result<Effect, Refusal> {
    let wrong = || Refusal::Phase {
        phase: game.phase.kind(),
        made: made.kind(),
    };
    match (&game.phase, made) {
        (Phase::Trace, Move::OpenTrace(opened)) => open_trace(sizes, subject, opened, crypto),
        (Phase::Pick { node, children }, Move::Pick { child, step }) => {
            pick(game, sizes, (node, children), *child, step.as_ref(), crypto)
        }
        (Phase::Pick { node, .. }, Move::ProveInput(proof)) if node.tree == Tree::Trace => {
            let known = game.known.as_ref().ok_or_else(wrong)?;
            prove_input(known, proof, crypto)
        }
        (Phase::Open { node, expected }, Move::Open { children: posted }) => {
            count_children(sizes, node.leaves, posted)?;
            if !expected.is(&fold(crypto, posted), crypto) {
                return Err(Refusal::Fold);
            }
            Ok(Effect::from(Phase::Pick {
                node: *node,
                children: posted.clone(),
            }))
        }
        (Phase::Reveal { chunk, expected }, Move::Reveal { chunk: bytes }) => {
            let target = game.target.as_ref().ok_or_else(wrong)?;
            let values = reveal(&target.step.dims, *chunk, expected, bytes, crypto)?;
            let chunk = *chunk;
            Ok(Effect::from(Phase::Element { chunk, values }))
        }
        (Phase::Element { chunk, values }, Move::PickElement { element }) => {
            let target = game.target.as_ref().ok_or_else(wrong)?;
            let (element, end) = element_of(*chunk, values, *element)?;
            let terms = Plan::new(&target.step)?.terms();
            let terms = terms.filter(|terms| *terms > sizes.segment);
            let to = terms.ok_or(Refusal::NoSums)?;
            let range = Range {
                element,
                from: 0,
                to,
                begin: None,
                end,
            };
            Ok(Effect::from(Phase::Sums { range }))
        }
        (Phase::Sums { range }, Move::OpenSums { values }) => {
            open_sums(sizes, range, values)?;
            Ok(Effect::from(Phase::Segment {
                range: *range,
                values: values.clone(),
            }))
        }
        (Phase::Segment { range, values }, Move::PickSegment { segment }) => {
            let range = range.segment(sizes, values, *segment)?;
            if range.terms() <= sizes.segment {
                return Err(Refusal::SegmentShort);
            }
            Ok(Effect::from(Phase::Sums { range }))
        }
        (Phase::Element { .. } | Phase::Segment { .. }, Move::Prove { index, proof }) => {
            let known = game.known.as_ref().ok_or_else(wrong)?;
            let target = game.target.as_ref().ok_or_else(wrong)?;
            let range = disputed(&game.phase, sizes, &target.step, *index)?;
            prove(&known.roots, &target.step, &range, proof, crypto)
        }
        _ => Err(wrong()),
    }
}

impl Expected {
    fn is(&self, hash: &Hash, crypto: &impl Crypto) -> bool {
        match self {
            Self::Node(node) => node == hash,
            Self::TraceLeaf(leaf) => *leaf == merkle::leaf_hash(crypto, hash),
        }
    }
}

impl Range {
    /// Number of terms.
    #[must_use]
    pub fn terms(&self) -> u32 {
        self.to.saturating_sub(self.from)
    }

    /// One segment of the range, between two of its running values.
    ///
    /// # Errors
    /// [`Refusal::Segment`] if there is none of this number.
    pub fn segment(&self, sizes: &Sizes, values: &[i32], segment: u32) -> Result<Self, Refusal> {
        let none = Refusal::Segment(segment);
        let end = values.get(at(segment)).copied().ok_or(none)?;
        let stride = sizes.stride(self.terms());
        let from = segment.checked_mul(stride).ok_or(none)?;
        let from = self.from.checked_add(from).ok_or(none)?;
        let begin = match segment.checked_sub(1) {
            Some(before) => values.get(at(before)).copied(),
            None => self.begin,
        };
        Ok(Self {
            element: self.element,
            from,
            to: from.saturating_add(stride).min(self.to),
            begin,
            end,
        })
    }
}

/// The element or segment that a proof with this index is about.
pub(super) fn disputed(
    phase: &Phase,
    sizes: &Sizes,
    step: &Step,
    index: u32,
) -> Result<Range, Refusal> {
    let range = match phase {
        Phase::Element { chunk, values } => {
            let (element, end) = element_of(*chunk, values, index)?;
            let to = Plan::new(step)?.terms().unwrap_or(0);
            if to > sizes.segment {
                return Err(Refusal::SumsFirst);
            }
            Range {
                element,
                from: 0,
                to,
                begin: None,
                end,
            }
        }
        Phase::Segment { range, values } => range.segment(sizes, values, index)?,
        _ => return Err(Refusal::Segment(index)),
    };
    if range.terms() > sizes.segment {
        return Err(Refusal::SegmentLong);
    }
    Ok(range)
}

fn prove(
    roots: &Roots,
    step: &Step,
    range: &Range,
    proof: &[u8],
    crypto: &impl Crypto,
) -> Result<Effect, Refusal> {
    let question = Question {
        element: range.element,
        from: range.from,
        to: range.to,
        begin: range.begin,
    };
    let value = proved(proof, step, &question, roots, crypto)?;
    if value == range.end {
        return Err(Refusal::ClaimRight(value));
    }
    Ok(Effect::from(Phase::Won(Side::Challenger)))
}

fn open_sums(sizes: &Sizes, range: &Range, values: &[i32]) -> Result<(), Refusal> {
    let expected = range.terms().div_ceil(sizes.stride(range.terms()));
    let found = narrow(values.len());
    if found != expected {
        return Err(Refusal::Values { expected, found });
    }
    match values.last() {
        Some(last) if *last == range.end => Ok(()),
        last => Err(Refusal::LastValue {
            expected: range.end,
            found: last.copied().unwrap_or(0),
        }),
    }
}

/// The element's number in the tensor, and its claimed value.
fn element_of(chunk: u32, values: &[i32], element: u32) -> Result<(u32, i32), Refusal> {
    let none = Refusal::Element(element);
    let value = values.get(at(element)).copied().ok_or(none)?;
    let before = chunk.checked_mul(CHUNK_ELEMENTS).ok_or(none)?;
    Ok((before.checked_add(element).ok_or(none)?, value))
}

pub(super) fn count_children(sizes: &Sizes, leaves: u32, posted: &[Hash]) -> Result<(), Refusal> {
    let (expected, found) = (children(leaves, sizes.arity), narrow(posted.len()));
    if expected == found {
        Ok(())
    } else {
        Err(Refusal::Children { expected, found })
    }
}

fn reveal(
    dims: &Dims,
    chunk: u32,
    expected: &Expected,
    bytes: &[u8],
    crypto: &impl Crypto,
) -> Result<Vec<i32>, Refusal> {
    check_length(dims.chunk_elements(chunk), bytes)?;
    let leaf = merkle::leaf_hash(crypto, bytes);
    if !expected.is(&leaf, crypto) {
        return Err(Refusal::ChunkHash);
    }
    let elements = elements_of(bytes).unwrap_or_default();
    (0_u32..)
        .zip(elements)
        .map(|(index, bits)| int_of_bits(bits).ok_or(Refusal::NotInteger(index)))
        .collect()
}

fn check_length(elements: Option<u32>, bytes: &[u8]) -> Result<(), Refusal> {
    let expected = elements.unwrap_or(0).saturating_mul(4);
    let found = narrow(bytes.len());
    if expected == 0 || found != expected {
        return Err(Refusal::ChunkLength { expected, found });
    }
    Ok(())
}

fn prove_input(known: &Known, proof: &InputProof, crypto: &impl Crypto) -> Result<Effect, Refusal> {
    let input = known.inputs.get(at(proof.input));
    let input = input.ok_or(Refusal::Input(proof.input))?;
    let dims = Dims::new(&[input.elements]);
    let dims = dims.map_err(|_| Refusal::Input(proof.input))?;
    if proof.index >= dims.chunks() {
        return Err(Refusal::InputChunk(proof.index));
    }
    check_length(dims.chunk_elements(proof.index), &proof.chunk)?;
    let leaf = merkle::leaf_hash(crypto, &proof.chunk);
    let (size, index) = (u64::from(dims.chunks()), u64::from(proof.index));
    if merkle::root_of_path(crypto, size, index, leaf, &proof.path) != Some(input.root) {
        return Err(Refusal::ChunkHash);
    }
    let elements = elements_of(&proof.chunk).unwrap_or_default();
    let element = elements.get(at(proof.element)).copied();
    let bits = element.ok_or(Refusal::Element(proof.element))?;
    match int_of_bits(bits) {
        Some(value) if (input.lo..=input.hi).contains(&value) => Err(Refusal::InputRight),
        _ => Ok(Effect::from(Phase::Won(Side::Challenger))),
    }
}

fn pick(
    game: &Game,
    sizes: &Sizes,
    (node, posted): (&Node, &[Hash]),
    index: u32,
    step: Option<&StepOpening>,
    crypto: &impl Crypto,
) -> Result<Effect, Refusal> {
    let picked = child(node.leaves, sizes.arity, index);
    let (Some((first, leaves)), Some(hash)) = (picked, posted.get(at(index))) else {
        return Err(Refusal::Child(index));
    };
    let first = node.first.saturating_add(first);
    let node = Node {
        tree: node.tree,
        first,
        leaves,
    };
    let expected = Expected::Node(*hash);
    match (node.tree, leaves, step) {
        (Tree::Trace, 1, Some(step)) => {
            let known = game.known.as_ref().ok_or(Refusal::StepPath)?;
            let target = target(known, first, step, crypto)?;
            let chunks = target.step.dims.chunks();
            let phase = descend(Tree::Tensor, 0, chunks, Expected::TraceLeaf(*hash));
            Ok(Effect {
                phase,
                known: None,
                target: Some(target),
            })
        }
        (Tree::Trace, 1, None) => Err(Refusal::StepMissing),
        (_, _, Some(_)) => Err(Refusal::StepUnwanted),
        (Tree::Trace, _, None) => Ok(Effect::from(Phase::Open { node, expected })),
        (Tree::Tensor, _, None) => Ok(Effect::from(descend(Tree::Tensor, first, leaves, expected))),
    }
}

/// A node is opened, a single chunk is revealed.
fn descend(tree: Tree, first: u32, leaves: u32, expected: Expected) -> Phase {
    if leaves == 1 {
        Phase::Reveal {
            chunk: first,
            expected,
        }
    } else {
        let node = Node {
            tree,
            first,
            leaves,
        };
        Phase::Open { node, expected }
    }
}

fn target(
    known: &Known,
    leaf: u32,
    opened: &StepOpening,
    crypto: &impl Crypto,
) -> Result<Target, Refusal> {
    let index = leaf.checked_sub(narrow(known.inputs.len()));
    let index = index.ok_or(Refusal::InputLeaf(leaf))?;
    // Decoding first: it bounds the bytes.
    let step = Step::from_bytes(&opened.step, leaf)?;
    let hash = merkle::leaf_hash(crypto, &opened.step);
    let (size, index) = (u64::from(known.steps), u64::from(index));
    if merkle::root_of_path(crypto, size, index, hash, &opened.path) != Some(known.program_root) {
        return Err(Refusal::StepPath);
    }
    Ok(Target { leaf, step })
}
