//! An asserter that commits to any tensors whatever, and every move that it has in a state.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::play::{receipt, C};
use super::tiny::Tiny;
use countersign_shared::exact::element::Plan;
use countersign_shared::exact::game::{Game, Phase, Range, Target, Tree};
use countersign_shared::exact::loads::Whole;
use countersign_shared::exact::moves::{Move, OpenTrace, PortOpening};
use countersign_shared::exact::program::{chunk_hashes, element_bytes, elements_root, root_hashes};
use countersign_shared::exact::step::Reference;
use countersign_shared::exact::tree;
use countersign_shared::id::{DataRoot, Salt};
use countersign_shared::merkle::{self, Hash};

/// What stands in the trace that the asserter opens: for each leaf elements, or a root of nothing that it knows.
pub struct Liar<'a> {
    tiny: &'a Tiny,
    tensors: Vec<Option<Vec<u32>>>,
    roots: Vec<DataRoot>,
    hashes: Vec<Hash>,
}

impl<'a> Liar<'a> {
    pub fn new(tiny: &'a Tiny, tensors: Vec<Option<Vec<u32>>>) -> Self {
        let root = |tensor: &Option<Vec<u32>>| match tensor {
            Some(elements) => elements_root(&C, elements),
            None => DataRoot::new([0xee; 32]),
        };
        let roots: Vec<DataRoot> = tensors.iter().map(root).collect();
        Self {
            tiny,
            hashes: root_hashes(&C, &roots),
            roots,
            tensors,
        }
    }

    /// The opening of this trace.
    pub fn open_trace(&self) -> OpenTrace {
        let program = &self.tiny.program;
        let secrets = receipt(program);
        let size = tree::child_leaves(program.leaves(), self.tiny.sizes.arity) as usize;
        let port = |leaf: usize, salt: &Salt| {
            let within = self.hashes.chunks(size).nth(leaf / size).unwrap();
            PortOpening {
                salt: *salt,
                root: self.roots[leaf],
                path: merkle::prove(&C, within, leaf % size).unwrap(),
            }
        };
        let outputs = program.interface.outputs.iter();
        let outputs = outputs.zip(&secrets.output_salts);
        OpenTrace {
            publisher: secrets.publisher,
            manifest: secrets.manifest,
            preimage: program.preimage(&C),
            inputs: (0..)
                .zip(&secrets.input_salts)
                .map(|(leaf, salt)| port(leaf, salt))
                .collect(),
            outputs: outputs
                .map(|(output, salt)| port(output.leaf as usize, salt))
                .collect(),
            children: tree::opening(&C, &self.hashes, self.tiny.sizes.arity),
        }
    }

    /// Every move that this side could make now, up to those that make no difference; those among them that are refused
    /// are for the caller to find out.
    pub fn moves(&self, game: &Game) -> Vec<Move> {
        match &game.phase {
            Phase::Trace => vec![Move::OpenTrace(Box::new(self.open_trace()))],
            Phase::Open { node, .. } => {
                let chunks;
                let leaves = match node.tree {
                    Tree::Trace => &self.hashes,
                    Tree::Tensor => {
                        let Some(elements) = self.target(game) else {
                            return Vec::new();
                        };
                        chunks = chunk_hashes(&C, elements);
                        &chunks
                    }
                };
                let (first, end) = (node.first as usize, (node.first + node.leaves) as usize);
                // Of a tensor of another length: what there is of it.
                let under = leaves.get(first..end.min(leaves.len())).unwrap_or(&[]);
                vec![Move::Open {
                    children: tree::opening(&C, under, self.tiny.sizes.arity),
                }]
            }
            Phase::Reveal { chunk, .. } => {
                let elements = self.target(game).unwrap_or(&[]);
                let chunk = elements.chunks(64).nth(*chunk as usize);
                chunk.map_or(Vec::new(), |chunk| {
                    vec![Move::Reveal {
                        chunk: element_bytes(chunk),
                    }]
                })
            }
            Phase::Sums { range } => {
                let all = choices(range.end, &self.truth(game.target.as_ref().unwrap(), range));
                all.into_iter()
                    .map(|values| Move::OpenSums { values })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn target(&self, game: &Game) -> Option<&[u32]> {
        let leaf = game.target.as_ref()?.leaf;
        self.tensors[leaf as usize].as_deref()
    }

    /// The true running values of a range whose begin value is true.
    fn truth(&self, target: &Target, range: &Range) -> Vec<i32> {
        let tiny = self.tiny;
        let operands = target.step.operands.iter();
        let operands = operands.map(|operand| match operand.reference {
            Reference::Leaf(leaf) => tiny.trace[leaf as usize].as_slice(),
            Reference::Initialiser(number) => tiny.program.weights[number as usize].as_slice(),
        });
        let mut loads = Whole::new(operands.collect());
        let stride = tiny.sizes.stride(range.terms());
        let mut values = Vec::new();
        let plan = Plan::new(&target.step).unwrap();
        let (from, to) = (range.from, range.to);
        let seen = |count: u32, value: i32| {
            if (count - from) % stride == 0 || count == to {
                values.push(value);
            }
        };
        plan.fold(range.element, (from, to), range.begin, &mut loads, seen)
            .unwrap();
        values
    }
}

/// All running values that a liar could post. Of the first wrong one it matters only that it is wrong, and of those behind
/// it nothing: each is right, wrong by one, the claimed one or the least there is.
fn choices(end: i32, truth: &[i32]) -> Vec<Vec<i32>> {
    let mut all = vec![Vec::new()];
    for (place, value) in truth.iter().enumerate() {
        let last = place + 1 == truth.len();
        let here = if last {
            vec![end]
        } else {
            vec![*value, *value + 1, end, i32::MIN]
        };
        all = all
            .iter()
            .flat_map(|before: &Vec<i32>| {
                here.iter().map(move |value| {
                    let mut values = before.clone();
                    values.push(*value);
                    values
                })
            })
            .collect();
    }
    all
}
