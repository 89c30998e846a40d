//! An honest player of either side, as a pure function: state of the game, program and input to
//! the next move. It executes the program again instead of keeping tensors. Whoever follows it in time loses no game that
//! the truth wins (X2).

use super::build::{build, Mixed, Trees};
use super::element::{chunk_of, Plan};
use super::game::{Game, Known, Node, Phase, Range, Sizes, Target, Tree};
use super::loads::Whole;
use super::moves::{InputProof, Move, OpenTrace, PortOpening, Side, StepOpening};
use super::num::{at, int_of_bits};
use super::play_error::{first_difference, posted};
use super::program::{chunk_hashes, element_bytes, root_hashes, Program};
use super::proof::Question;
use super::rules::disputed;
use super::run::{bad_input, run, Hook, RunError};
use super::start::trace_child;
use super::step::Reference;
use super::tree::{child, opening};
use super::CHUNK_ELEMENTS;
use crate::crypto::Crypto;
use crate::id::{AccountId, DataRoot, ManifestHash, Salt};
use crate::merkle::{self, Hash};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

pub use super::play_error::PlayError;

/// What only the asserter needs: the receipt's parts that `open_trace` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who registered the model.
    pub publisher: AccountId,
    /// Hash of the model's manifest.
    pub manifest: ManifestHash,
    /// Salts of the inputs, in the interface's order.
    pub input_salts: Vec<Salt>,
    /// Salts of the outputs, in the interface's order.
    pub output_salts: Vec<Salt>,
}

/// One side with all that it knows. Computing the trace is done once.
pub struct Player<'a, C> {
    program: &'a Program,
    inputs: &'a [Vec<u32>],
    hook: &'a Hook<'a>,
    crypto: &'a C,
    /// Data roots of the own trace, or why there are none: a bad input has no trace.
    roots: Result<Vec<DataRoot>, RunError>,
    /// The same as leaves of the trace's tree.
    hashes: Vec<Hash>,
}

impl<'a, C: Crypto> Player<'a, C> {
    /// Runs the program once. `hook` is [`honest`](super::run::honest), except in tests.
    #[must_use]
    pub fn new(
        program: &'a Program,
        inputs: &'a [Vec<u32>],
        hook: &'a Hook<'a>,
        crypto: &'a C,
    ) -> Self {
        let trace = run(program, inputs, u32::MAX, &[], hook, crypto);
        let roots = trace.map(|trace| trace.roots);
        let hashes = roots.as_deref().map(|roots| root_hashes(crypto, roots));
        Self {
            program,
            inputs,
            hook,
            crypto,
            hashes: hashes.unwrap_or_default(),
            roots,
        }
    }

    /// The data roots of the own trace.
    ///
    /// # Errors
    /// [`RunError`]: there is none.
    pub fn roots(&self) -> Result<&[DataRoot], RunError> {
        self.roots.as_deref().map_err(|error| *error)
    }

    /// The asserter's next move; `None` where it has none to make.
    ///
    /// # Errors
    /// [`PlayError`].
    pub fn assert(
        &self,
        sizes: &Sizes,
        receipt: &Receipt,
        game: &Game,
    ) -> Result<Option<Move>, PlayError> {
        Ok(Some(match &game.phase {
            Phase::Trace => self.open_trace(sizes, receipt)?,
            Phase::Open { node, .. } => Move::Open {
                children: self.children(sizes, game, node)?,
            },
            Phase::Reveal { chunk, .. } => {
                let target = game.target.as_ref().ok_or(PlayError::OtherGame)?;
                let tensor = self.tensor(target.leaf)?;
                let chunk = tensor.chunks(at(CHUNK_ELEMENTS)).nth(at(*chunk));
                Move::Reveal {
                    chunk: element_bytes(chunk.ok_or(PlayError::OtherGame)?),
                }
            }
            Phase::Sums { range } => {
                let target = game.target.as_ref().ok_or(PlayError::OtherGame)?;
                let values = self.sums(sizes, target, range)?;
                Move::OpenSums { values }
            }
            Phase::Pick { .. } | Phase::Element { .. } | Phase::Segment { .. } | Phase::Won(_) => {
                return Ok(None)
            }
        }))
    }

    /// The challenger's next move; `None` where it has none to make. `earlier` are the game's
    /// moves so far: the state keeps only the last opening.
    ///
    /// # Errors
    /// [`PlayError`]; [`PlayError::NothingDiffers`] means that this game cannot be won.
    pub fn challenge(
        &self,
        sizes: &Sizes,
        game: &Game,
        earlier: &[Move],
    ) -> Result<Option<Move>, PlayError> {
        if game.phase.side() != Some(Side::Challenger) {
            return Ok(None);
        }
        let known = game.known.as_ref().ok_or(PlayError::OtherGame)?;
        match &game.phase {
            Phase::Pick { node, children } => {
                if let (Tree::Trace, Some(bad)) = (node.tree, bad_input(self.program, self.inputs))
                {
                    return self.prove_input(known, bad).map(Some);
                }
                let own = self.children(sizes, game, node)?;
                let child = first_difference(&own, children)?;
                self.pick(sizes, node, child).map(Some)
            }
            Phase::Element { chunk, values } => {
                let target = game.target.as_ref().ok_or(PlayError::OtherGame)?;
                let tensor = self.tensor(target.leaf)?;
                let own = tensor.chunks(at(CHUNK_ELEMENTS)).nth(at(*chunk));
                let own = own.ok_or(PlayError::OtherGame)?.iter();
                let own: Option<Vec<i32>> = own.map(|bits| int_of_bits(*bits)).collect();
                let own = own.ok_or(PlayError::OtherGame)?;
                let element = first_difference(&own, values)?;
                let terms = Plan::new(&target.step)?.terms().unwrap_or(0);
                if terms > sizes.segment {
                    return Ok(Some(Move::PickElement { element }));
                }
                self.proved(sizes, game, element, earlier)
            }
            Phase::Segment { range, values } => {
                let target = game.target.as_ref().ok_or(PlayError::OtherGame)?;
                let own = self.sums(sizes, target, range)?;
                let segment = first_difference(&own, values)?;
                if range.segment(sizes, values, segment)?.terms() > sizes.segment {
                    return Ok(Some(Move::PickSegment { segment }));
                }
                self.proved(sizes, game, segment, earlier)
            }
            _ => Ok(None),
        }
    }

    fn open_trace(&self, sizes: &Sizes, receipt: &Receipt) -> Result<Move, PlayError> {
        let (program, crypto) = (self.program, self.crypto);
        let roots = self.roots()?;
        let port = |leaf: u32, salt: &Salt| {
            let leaves = program.leaves();
            let (_, (first, size)) = trace_child(sizes, leaves, leaf)?;
            let end = first.checked_add(size)?;
            let within = self.hashes.get(at(first)..at(end))?;
            Some(PortOpening {
                salt: *salt,
                root: *roots.get(at(leaf))?,
                path: merkle::prove(crypto, within, at(leaf.checked_sub(first)?))?,
            })
        };
        let inputs = (0_u32..).zip(&receipt.input_salts);
        let inputs: Option<Vec<_>> = inputs.map(|(leaf, salt)| port(leaf, salt)).collect();
        let outputs = program.interface.outputs.iter().zip(&receipt.output_salts);
        let outputs: Option<Vec<_>> = outputs.map(|(out, salt)| port(out.leaf, salt)).collect();
        let (Some(inputs), Some(outputs)) = (inputs, outputs) else {
            return Err(PlayError::OtherGame);
        };
        Ok(Move::OpenTrace(Box::new(OpenTrace {
            publisher: receipt.publisher,
            manifest: receipt.manifest,
            preimage: program.preimage(crypto),
            inputs,
            outputs,
            children: opening(crypto, &self.hashes, sizes.arity),
        })))
    }

    /// The own opening of a node.
    fn children(&self, sizes: &Sizes, game: &Game, node: &Node) -> Result<Vec<Hash>, PlayError> {
        let chunks;
        let leaves = match node.tree {
            Tree::Trace => {
                self.roots()?;
                &self.hashes
            }
            Tree::Tensor => {
                let target = game.target.as_ref().ok_or(PlayError::OtherGame)?;
                chunks = chunk_hashes(self.crypto, &self.tensor(target.leaf)?);
                &chunks
            }
        };
        let end = node.first.saturating_add(node.leaves);
        let under = leaves.get(at(node.first)..at(end));
        let under = under.ok_or(PlayError::OtherGame)?;
        Ok(opening(self.crypto, under, sizes.arity))
    }

    /// The pick of a child, with its step where it is a leaf of the trace.
    ///
    /// # Errors
    /// [`PlayError::OtherGame`] where there is no such child.
    pub fn pick(&self, sizes: &Sizes, node: &Node, index: u32) -> Result<Move, PlayError> {
        let other = PlayError::OtherGame;
        let (first, leaves) = child(node.leaves, sizes.arity, index).ok_or(other)?;
        let mut step = None;
        if node.tree == Tree::Trace && leaves == 1 {
            let leaf = node.first.saturating_add(first);
            let number = leaf.checked_sub(self.program.inputs());
            let number = at(number.ok_or(PlayError::OtherInput(leaf))?);
            let path = merkle::prove(self.crypto, &self.program.step_hashes(self.crypto), number);
            step = Some(StepOpening {
                step: self.program.steps.get(number).ok_or(other)?.to_bytes(),
                path: path.ok_or(other)?,
            });
        }
        Ok(Move::Pick { child: index, step })
    }

    fn prove_input(&self, known: &Known, (input, element): (u32, u32)) -> Result<Move, PlayError> {
        let elements = self.inputs.get(at(input)).ok_or(PlayError::OtherGame)?;
        let hashes = chunk_hashes(self.crypto, elements);
        let root = known.inputs.get(at(input)).map(|input| input.root);
        if root != Some(merkle::root(self.crypto, &hashes)) {
            return Err(PlayError::OtherInput(input));
        }
        let (index, element) = chunk_of(element);
        let chunk = elements.chunks(at(CHUNK_ELEMENTS)).nth(at(index));
        let path = merkle::prove(self.crypto, &hashes, at(index));
        Ok(Move::ProveInput(InputProof {
            input,
            index,
            chunk: element_bytes(chunk.ok_or(PlayError::OtherGame)?),
            element,
            path: path.ok_or(PlayError::OtherGame)?,
        }))
    }

    fn proved(
        &self,
        sizes: &Sizes,
        game: &Game,
        index: u32,
        earlier: &[Move],
    ) -> Result<Option<Move>, PlayError> {
        let (made, agrees) = self.prove(sizes, game, index, earlier)?;
        if agrees {
            return Err(PlayError::NothingDiffers);
        }
        Ok(Some(made))
    }

    /// The proof of an element or segment, and whether it shows the claimed value.
    ///
    /// # Errors
    /// [`PlayError`]; also where the game waits for no proof with this index.
    pub fn prove(
        &self,
        sizes: &Sizes,
        game: &Game,
        index: u32,
        earlier: &[Move],
    ) -> Result<(Move, bool), PlayError> {
        let (Some(known), Some(target)) = (&game.known, &game.target) else {
            return Err(PlayError::OtherGame);
        };
        let range = disputed(&game.phase, sizes, &target.step, index)?;
        let question = Question {
            element: range.element,
            from: range.from,
            to: range.to,
            begin: range.begin,
        };
        let posted = posted(sizes, known.roots.leaves, earlier);
        let weights = self.program.weight_roots(self.crypto);
        let trees = Trees {
            trace: &Mixed {
                own: &self.hashes,
                equal: target.leaf,
                posted: &posted,
                arity: sizes.arity,
                crypto: self.crypto,
            },
            leaves: known.roots.leaves,
            roots: self.roots()?,
            weights: &weights,
            weight_hashes: &root_hashes(self.crypto, &weights),
        };
        let kept = self.operands(target)?;
        let operands = self.borrow(target, &kept)?;
        let built = build(&target.step, &question, &operands, &trees, self.crypto)?;
        let (proof, value) = built.ok_or(PlayError::OtherGame)?;
        let proof = proof.to_bytes();
        Ok((Move::Prove { index, proof }, value == range.end))
    }

    /// The running values of a range after each of its strides.
    fn sums(&self, sizes: &Sizes, target: &Target, range: &Range) -> Result<Vec<i32>, PlayError> {
        let kept = self.operands(target)?;
        let mut loads = Whole::new(self.borrow(target, &kept)?);
        let stride = sizes.stride(range.terms());
        let (mut values, mut next) = (Vec::new(), range.from.saturating_add(stride).min(range.to));
        let terms = (range.from, range.to);
        let plan = Plan::new(&target.step)?;
        plan.fold(
            range.element,
            terms,
            range.begin,
            &mut loads,
            |count, value| {
                if count == next {
                    values.push(value);
                    next = next.saturating_add(stride).min(range.to);
                }
            },
        )?;
        Ok(values)
    }

    /// One leaf of the own trace.
    fn tensor(&self, leaf: u32) -> Result<Vec<u32>, PlayError> {
        let mut kept = self.leaves(leaf, &[leaf])?;
        kept.remove(&leaf).ok_or(PlayError::OtherGame)
    }

    fn leaves(&self, last: u32, keep: &[u32]) -> Result<BTreeMap<u32, Vec<u32>>, PlayError> {
        let trace = run(
            self.program,
            self.inputs,
            last,
            keep,
            self.hook,
            self.crypto,
        )?;
        Ok(trace.kept)
    }

    /// The leaves that a step reads.
    fn operands(&self, target: &Target) -> Result<BTreeMap<u32, Vec<u32>>, PlayError> {
        let operands = target.step.operands.iter();
        let keep: Vec<u32> = operands
            .filter_map(|operand| match operand.reference {
                Reference::Leaf(leaf) => Some(leaf),
                Reference::Initialiser(_) => None,
            })
            .collect();
        self.leaves(keep.iter().copied().max().unwrap_or(0), &keep)
    }

    fn borrow<'b>(
        &'b self,
        target: &Target,
        kept: &'b BTreeMap<u32, Vec<u32>>,
    ) -> Result<Vec<&'b [u32]>, PlayError> {
        let operands = target.step.operands.iter().map(|operand| {
            let elements = match operand.reference {
                Reference::Leaf(leaf) => kept.get(&leaf),
                Reference::Initialiser(number) => self.program.weights.get(at(number)),
            };
            elements.map(Vec::as_slice).ok_or(PlayError::OtherGame)
        });
        operands.collect()
    }
}
