//! What a move shows: the liar's numbers beside the network's own, and the terms as they stand in a proof.

use std::cell::RefCell;
use std::rc::Rc;

use super::{LieError, SIZES};
use countersign_messages::{Part, Proof as Shown, Scene, Term};
use countersign_shared::exact::element::{Plan, MAX_START};
use countersign_shared::exact::game::{Game, Node, Phase, Range, Tree};
use countersign_shared::exact::loads::{Fault, Loads};
use countersign_shared::exact::num::int_of_bits;
use countersign_shared::exact::program::elements_of;
use countersign_shared::exact::proof::{Proof, Question};
use countersign_shared::exact::step::Op;
use countersign_shared::exact::tree::child;
use countersign_shared::exact::{Move, CHUNK_ELEMENTS};
use countersign_shared::merkle::Hash;
use countersign_shared::Software;

/// What the liar's answer shows, beside what an honest asserter would have said.
pub(super) fn answered(game: &Game, made: &Move, own: Option<&Move>) -> Option<Scene> {
    match (made, own?, &game.phase) {
        (Move::OpenTrace(made), Move::OpenTrace(own), Phase::Trace) => {
            let leaves = made.preimage.steps.checked_add(narrow(made.inputs.len()))?;
            let node = Node {
                tree: Tree::Trace,
                first: 0,
                leaves,
            };
            parts(&node, &made.children, &own.children)
        }
        (Move::Open { children }, Move::Open { children: own }, Phase::Open { node, .. }) => {
            parts(node, children, own)
        }
        (Move::Reveal { chunk }, Move::Reveal { chunk: own }, Phase::Reveal { chunk: at, .. }) => {
            Some(Scene::Numbers {
                chunk: *at,
                claimed: integers(chunk)?,
                own: integers(own)?,
            })
        }
        (Move::OpenSums { values }, Move::OpenSums { values: own }, Phase::Sums { range }) => {
            Some(Scene::Sums {
                from: range.from,
                to: range.to,
                stride: SIZES.stride(range.terms()),
                claimed: values.clone(),
                own: own.clone(),
            })
        }
        _ => None,
    }
}

/// What the challenger's move shows.
pub(super) fn asked(game: &Game, made: &Move) -> Result<Option<Scene>, LieError> {
    Ok(match made {
        Move::Pick { child, .. } => Some(Scene::Pick { part: *child }),
        Move::PickElement { element } => Some(Scene::Number { position: *element }),
        Move::PickSegment { segment } => Some(Scene::Segment { position: *segment }),
        Move::Prove { index, proof } => Some(Scene::Proof(proved(game, *index, proof)?)),
        Move::ProveInput(_) => Some(Scene::Input),
        _ => None,
    })
}

/// A count of what a move holds: far below 2^32.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn parts(node: &Node, claimed: &[Hash], own: &[Hash]) -> Option<Scene> {
    let pairs = (0_u32..).zip(claimed.iter().zip(own));
    let parts = pairs.map(|(index, (claimed, own))| {
        let (first, count) = child(node.leaves, SIZES.arity, index)?;
        Some(Part {
            first: node.first.checked_add(first)?,
            count,
            differs: claimed != own,
        })
    });
    let parts = parts.collect::<Option<Vec<_>>>()?;
    Some(match node.tree {
        Tree::Trace => Scene::Tensors(parts),
        Tree::Tensor => Scene::Chunks(parts),
    })
}

fn integers(chunk: &[u8]) -> Option<Vec<i32>> {
    elements_of(chunk)?.into_iter().map(int_of_bits).collect()
}

/// Loads from a proof, and remembers what was read.
struct Noted<'a> {
    proof: &'a Proof,
    read: Rc<RefCell<Vec<(usize, i32)>>>,
}

impl Loads for Noted<'_> {
    fn bits(&mut self, slot: usize, index: u32) -> Result<u32, Fault> {
        let mut proof = self.proof;
        let bits = proof.bits(slot, index)?;
        let value = int_of_bits(bits).ok_or(Fault::NotInteger {
            slot: narrow(slot),
            index,
        });
        // A scale is no integer; all else is.
        self.read.borrow_mut().push((slot, value.unwrap_or(0)));
        Ok(bits)
    }
}

/// The terms of a proof, read from its bytes and checked as the contract does.
fn proved(game: &Game, index: u32, bytes: &[u8]) -> Result<Shown, LieError> {
    let (Some(known), Some(target)) = (&game.known, &game.target) else {
        return Err(LieError::OtherGame);
    };
    let step = &target.step;
    let fault = |fault| LieError::Play(super::PlayError::Fault(fault));
    let plan = Plan::new(step).map_err(fault)?;
    let range = range(game, &plan, index).ok_or(LieError::OtherGame)?;
    let proof = Proof::verified(bytes, step, &known.roots, &Software);
    let proof = proof.map_err(|error| LieError::Refused(error.into()))?;
    let read = Rc::new(RefCell::new(Vec::new()));
    let mut loads = Noted {
        proof: &proof,
        read: Rc::clone(&read),
    };
    let question = Question {
        element: range.element,
        from: range.from,
        to: range.to,
        begin: range.begin,
    };
    let mut shown = Shown {
        element: range.element,
        position: index,
        begin: None,
        from: range.from,
        terms: Vec::new(),
        computed: question.value(&plan, &mut loads).map_err(fault)?,
        claimed: range.end,
    };
    let taken = || read.borrow_mut().drain(..).collect::<Vec<(usize, i32)>>();
    if plan.terms().is_none() {
        shown.terms.push(Term {
            read: taken().into_iter().map(|(_, value)| value).collect(),
            value: shown.computed,
        });
        return Ok(shown);
    }
    taken();
    let none = (range.from, range.from);
    let start = plan.fold(range.element, none, range.begin, &mut loads, |_, _| ());
    let start = start.map_err(fault)?;
    taken();
    shown.begin = (step.op != Op::MaxPool || start != MAX_START).then_some(start);
    let (element, terms) = (range.element, (range.from, range.to));
    let each = |_, value| {
        let read = taken().into_iter().map(|(_, value)| value).collect();
        shown.terms.push(Term { read, value });
    };
    plan.fold(element, terms, Some(start), &mut loads, each)
        .map_err(fault)?;
    Ok(shown)
}

/// The terms that a proof with this index is about.
fn range(game: &Game, plan: &Plan<'_>, index: u32) -> Option<Range> {
    match &game.phase {
        Phase::Element { chunk, values } => Some(Range {
            element: chunk.checked_mul(CHUNK_ELEMENTS)?.checked_add(index)?,
            from: 0,
            to: plan.terms().unwrap_or(0),
            begin: None,
            end: *values.get(usize::try_from(index).ok()?)?,
        }),
        Phase::Segment { range, values } => range.segment(&SIZES, values, index).ok(),
        _ => None,
    }
}
