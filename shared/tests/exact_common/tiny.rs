//! Tiny programs with tiny openings, which between them reach every phase of the game (EXACT 6).
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::play::C;
use super::random::{self, dims, name, Random};
use countersign_shared::exact::analysis::analyse;
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::game::Sizes;
use countersign_shared::exact::interface::Output;
use countersign_shared::exact::num::{bits_of_int, scale_of_shift};
use countersign_shared::exact::run::{honest, run};
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::Program;

/// A program, its input, and what is computed from it.
pub struct Tiny {
    pub name: &'static str,
    pub sizes: Sizes,
    pub program: Program,
    pub inputs: Vec<Vec<u32>>,
    /// The true elements of every leaf.
    pub trace: Vec<Vec<u32>>,
}

const fn sizes(arity: u32, sums: u32, segment: u32) -> Sizes {
    Sizes {
        arity,
        sums,
        segment,
    }
}

struct Make {
    program: Program,
    random: Random,
}

impl Make {
    fn new(inputs: &[&[u32]]) -> Self {
        Self {
            program: random::empty(inputs),
            random: Random(3),
        }
    }

    fn constant(&mut self, shape: Dims, elements: Vec<u32>) -> Operand {
        self.program.weights.push(elements);
        let number = u32::try_from(self.program.weights.len() - 1).unwrap();
        Operand {
            reference: Reference::Initialiser(number),
            dims: shape,
        }
    }

    fn weight(&mut self, sizes: &[u32]) -> Operand {
        let shape = dims(sizes);
        let elements = 0..shape.elements();
        let elements = elements.map(|_| bits_of_int(self.random.between(-3, 3)).unwrap());
        let elements = elements.collect();
        self.constant(shape, elements)
    }

    fn leaf(&self, leaf: u32) -> Operand {
        self.leaf_as(leaf, random::shape(&self.program, leaf).sizes())
    }

    fn leaf_as(&self, leaf: u32, sizes: &[u32]) -> Operand {
        Operand {
            reference: Reference::Leaf(leaf),
            dims: dims(sizes),
        }
    }

    fn step(&mut self, op: Op, operands: Vec<Operand>, sizes: &[u32], attributes: &[i32]) -> u32 {
        self.program.steps.push(Step {
            op,
            operands,
            dims: dims(sizes),
            attributes: attributes.to_vec(),
        });
        self.program.leaves() - 1
    }

    fn finish(mut self, title: &'static str, sizes: Sizes, outputs: &[u32]) -> Tiny {
        let ports = outputs.iter().enumerate().map(|(index, leaf)| Output {
            name: name(&format!("out{index}")),
            dims: random::shape(&self.program, *leaf),
            leaf: *leaf,
        });
        self.program.interface.outputs = ports.collect();
        analyse(&self.program).unwrap_or_else(|refused| panic!("{title}: {refused:?}"));
        let inputs = random::inputs(&self.program, &mut self.random);
        let all: Vec<u32> = (0..self.program.leaves()).collect();
        let trace = run(&self.program, &inputs, u32::MAX, &all, &honest, &C).unwrap();
        Tiny {
            name: title,
            sizes,
            trace: trace.kept.into_values().collect(),
            program: self.program,
            inputs,
        }
    }
}

/// Four steps, of which one is a dot product of five terms; tensors of up to three chunks.
fn dot() -> Tiny {
    let mut make = Make::new(&[&[2, 5]]);
    let (w, bias) = (make.weight(&[5, 2]), make.weight(&[2]));
    let product = make.step(Op::MatMul, vec![make.leaf(0), w, bias], &[2, 2], &[0]);
    let small = make.step(Op::Requant, vec![make.leaf(product)], &[2, 2], &[1, -7, 7]);
    let large = make.step(Op::Upsample, vec![make.leaf(small)], &[2, 66], &[1, 33]);
    let twice = vec![make.leaf(large), make.leaf(large)];
    let sum = make.step(Op::Add, twice, &[2, 66], &[]);
    make.finish("dot product", sizes(2, 2, 1), &[sum])
}

/// A convolution and a maximum whose windows reach over the edge: terms that are padding.
fn windows() -> Tiny {
    let mut make = Make::new(&[&[1, 1, 2, 3]]);
    let (w, bias) = (make.weight(&[2, 1, 2, 2]), make.weight(&[2]));
    let attributes = [1, 1, 1, 1, 1, 1, 1];
    let operands = vec![make.leaf(0), w, bias];
    let conv = make.step(Op::Conv, operands, &[1, 2, 3, 4], &attributes);
    let shifts = [1, 2].map(|shift| scale_of_shift(shift).unwrap());
    let scale = make.constant(dims(&[2, 1, 1]), shifts.to_vec());
    let operands = vec![make.leaf(conv), scale];
    let small = make.step(Op::Requant, operands, &[1, 2, 3, 4], &[0, -9, 9]);
    let window = [2, 2, 2, 2, 1, 1, 1, 1];
    let max = make.step(Op::MaxPool, vec![make.leaf(small)], &[1, 2, 2, 2], &window);
    make.finish("windows over the edge", sizes(3, 2, 1), &[max])
}

/// Folds of as many terms as a proof recomputes, and of fewer: proved without running values.
fn short() -> Tiny {
    let mut make = Make::new(&[&[1, 2, 2, 2]]);
    let w = make.weight(&[2, 2, 1, 1]);
    let operands = vec![make.leaf(0), w];
    let attributes = [1, 1, 1, 0, 0, 1, 1];
    let conv = make.step(Op::Conv, operands, &[1, 2, 2, 2], &attributes);
    let window = [1, 2, 1, 1, 0, 0, 1, 1];
    let sum = make.step(Op::SumPool, vec![make.leaf(conv)], &[1, 2, 2, 1], &window);
    let w = make.weight(&[1, 2]);
    let operands = vec![make.leaf_as(sum, &[4, 1]), w];
    let product = make.step(Op::MatMul, operands, &[4, 2], &[0]);
    make.finish("short folds", sizes(2, 2, 2), &[product])
}

/// One dot product of seventeen terms, of which a proof recomputes one: five rounds of running values.
fn long() -> Tiny {
    let mut make = Make::new(&[&[1, 17]]);
    let w = make.weight(&[1, 17]);
    let product = make.step(Op::MatMul, vec![make.leaf(0), w], &[1, 1], &[1]);
    make.finish("long fold", sizes(2, 2, 1), &[product])
}

/// Two inputs; the outputs are an input, a step in the middle and the last one, which has a scalar beside it.
fn ports() -> Tiny {
    let mut make = Make::new(&[&[3], &[2, 3]]);
    let operands = vec![make.leaf(1), make.leaf(0)];
    let product = make.step(Op::Mul, operands, &[2, 3], &[]);
    let one = make.weight(&[]);
    let operands = vec![make.leaf(product), one];
    let sum = make.step(Op::Add, operands, &[2, 3], &[]);
    make.finish(
        "two inputs, three outputs",
        sizes(2, 2, 1),
        &[1, product, sum],
    )
}

/// The operators that read one element each, a table of four chunks among the constants.
fn direct() -> Tiny {
    let mut make = Make::new(&[&[2, 2]]);
    let padded = make.step(Op::Pad, vec![make.leaf(0)], &[3, 2], &[1, 0, 5]);
    let turned = make.step(Op::Transpose, vec![make.leaf(padded)], &[2, 3], &[1, 0]);
    let clipped = make.step(Op::Clip, vec![make.leaf(turned)], &[2, 3], &[-4, 4]);
    let table = make.weight(&[256]);
    let looked = make.step(Op::Lut, vec![make.leaf(clipped), table], &[2, 3], &[]);
    let both = vec![make.leaf(looked), make.leaf(turned)];
    let joined = make.step(Op::Concat, both, &[2, 6], &[1]);
    make.finish("direct operators", sizes(2, 2, 1), &[joined])
}

/// A tensor of five chunks, the last one short, under openings of two.
fn chunks() -> Tiny {
    let mut make = Make::new(&[&[3, 100]]);
    let clipped = make.step(Op::Clip, vec![make.leaf(0)], &[3, 100], &[-5, 5]);
    make.finish("five chunks", sizes(2, 2, 1), &[clipped])
}

/// The sizes of every deployment, and one term more than a proof recomputes.
fn exact() -> Tiny {
    let mut make = Make::new(&[&[2, 9]]);
    let w = make.weight(&[9, 2]);
    let product = make.step(Op::MatMul, vec![make.leaf(0), w], &[2, 2], &[0]);
    make.finish("EXACT's own sizes", Sizes::EXACT, &[product])
}

/// Seventy leaves, a dot product of twenty terms at the beginning and a tensor of 79 chunks at the end.
pub fn deep() -> Tiny {
    let mut make = Make::new(&[&[1, 20]]);
    let w = make.weight(&[20, 3]);
    let mut x = make.step(Op::MatMul, vec![make.leaf(0), w], &[1, 3], &[0]);
    for limit in 2..69 {
        let clipped = vec![make.leaf(x)];
        x = make.step(Op::Clip, clipped, &[1, 3], &[-300 - limit, 300 + limit]);
    }
    let large = make.step(Op::Upsample, vec![make.leaf(x)], &[1, 5001], &[1, 1667]);
    make.finish("seventy leaves", Sizes::EXACT, &[1, large])
}

/// A dot product of more terms than one posting of running values resolves.
pub fn wide() -> Tiny {
    let mut make = Make::new(&[&[1, 8200]]);
    let w = make.weight(&[1, 8200]);
    let product = make.step(Op::MatMul, vec![make.leaf(0), w], &[1, 1], &[1]);
    make.finish("8,200 terms", Sizes::EXACT, &[product])
}

/// Those that are explored.
pub fn all() -> Vec<Tiny> {
    vec![
        dot(),
        windows(),
        short(),
        long(),
        ports(),
        direct(),
        chunks(),
        exact(),
    ]
}
