//! Small random programs inside the profile.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::exact::analysis::analyse;
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::interface::{Input, Interface, Output};
use countersign_shared::exact::num::{bits_of_int, scale_of_shift};
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::Program;
use countersign_shared::item::Name;

/// A generator of numbers (splitmix64): the same on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap()
    }

    /// `lo` to `hi`, both included.
    pub fn between(&mut self, lo: i32, hi: i32) -> i32 {
        lo + i32::try_from(self.below(u32::try_from(hi - lo + 1).unwrap())).unwrap()
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(u32::try_from(from.len()).unwrap())).unwrap()]
    }
}

pub fn dims(sizes: &[u32]) -> Dims {
    Dims::new(sizes).unwrap()
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A program without steps whose inputs have these shapes.
pub fn empty(inputs: &[&[u32]]) -> Program {
    let inputs: Vec<Input> = inputs
        .iter()
        .enumerate()
        .map(|(index, sizes)| Input {
            name: name(&format!("in{index}")),
            dims: dims(sizes),
            lo: -9,
            hi: 9,
        })
        .collect();
    let outputs = vec![Output {
        name: name("out"),
        dims: inputs[0].dims,
        leaf: 0,
    }];
    Program {
        interface: Interface::new(inputs, outputs).unwrap(),
        steps: Vec::new(),
        weights: Vec::new(),
    }
}

/// The shape of a leaf.
pub fn shape(program: &Program, leaf: u32) -> Dims {
    let leaf = usize::try_from(leaf).unwrap();
    let inputs = program.interface.inputs.len();
    match program.interface.inputs.get(leaf) {
        Some(input) => input.dims,
        None => program.steps[leaf - inputs].dims,
    }
}

fn weights(program: &mut Program, random: &mut Random, sizes: &[u32], lo: i32, hi: i32) -> Operand {
    let dims = dims(sizes);
    let elements = (0..dims.elements()).map(|_| bits_of_int(random.between(lo, hi)).unwrap());
    program.weights.push(elements.collect());
    Operand {
        reference: Reference::Initialiser(u32::try_from(program.weights.len() - 1).unwrap()),
        dims,
    }
}

/// The leaf in a shape of four axes with as many elements.
fn as_image(random: &mut Random, elements: u32) -> [u32; 4] {
    let mut sizes = [1, 1, 1, 1];
    let mut rest = elements;
    for size in sizes.iter_mut().take(3) {
        let divisors: Vec<u32> = (1..=rest).filter(|d| rest % d == 0 && *d <= 6).collect();
        *size = random.pick(&divisors);
        rest /= *size;
    }
    sizes[3] = rest;
    sizes
}

fn window(random: &mut Random, size: [u32; 2]) -> ([i32; 8], [u32; 2]) {
    let (mut attributes, mut out) = ([0; 8], [0; 2]);
    for axis in 0..2 {
        let length = i32::try_from(size[axis]).unwrap();
        let kernel = random.between(1, 3);
        let (stride, dilation) = (random.between(1, 2), random.between(1, 2));
        let span = (kernel - 1) * dilation;
        let (pad, end) = (random.between(0, 2), random.between(0, 2));
        attributes[axis] = kernel;
        attributes[2 + axis] = stride;
        attributes[4 + axis] = pad;
        attributes[6 + axis] = dilation;
        let free = length + pad + end - span - 1;
        out[axis] = u32::try_from((free / stride + 1).max(0)).unwrap();
        if free < 0 {
            out[axis] = 0;
        }
    }
    (attributes, out)
}

fn candidate(program: &mut Program, random: &mut Random) -> Option<Step> {
    let leaf = random.below(program.leaves());
    let x = shape(program, leaf);
    let read = |dims: Dims| Operand {
        reference: Reference::Leaf(leaf),
        dims,
    };
    let op = random.pick(&Op::ALL);
    let (operands, out, attributes) = match op {
        Op::Conv => {
            let [n, c, h, w] = as_image(random, x.elements());
            let group = if random.below(2) == 0 { 1 } else { c };
            let ([kh, kw, rest @ ..], [oh, ow]) = window(random, [h, w]);
            let out_channels = group * random.pick(&[1, 2]);
            let (kh32, kw32) = (u32::try_from(kh).ok()?, u32::try_from(kw).ok()?);
            let kernel = [out_channels, c / group, kh32, kw32];
            let mut operands = vec![read(dims(&[n, c, h, w]))];
            operands.push(weights(program, random, &kernel, -3, 3));
            if random.below(2) == 0 {
                operands.push(weights(program, random, &[out_channels], -9, 9));
            }
            let mut attributes = vec![i32::try_from(group).ok()?];
            attributes.extend(rest);
            (
                operands,
                Dims::new(&[n, out_channels, oh, ow]).ok()?,
                attributes,
            )
        }
        Op::SumPool | Op::MaxPool => {
            let [n, c, h, w] = as_image(random, x.elements());
            let (attributes, [oh, ow]) = window(random, [h, w]);
            let out = Dims::new(&[n, c, oh, ow]).ok()?;
            (vec![read(dims(&[n, c, h, w]))], out, attributes.to_vec())
        }
        Op::MatMul => {
            let [_, batch, rows, terms] = as_image(random, x.elements());
            let columns = 1 + random.below(3);
            let transposed = random.below(2);
            let sizes = match transposed {
                0 => [terms, columns],
                _ => [columns, terms],
            };
            if batch * rows * terms != x.elements() {
                return None;
            }
            let mut operands = vec![read(dims(&[batch, rows, terms]))];
            operands.push(weights(program, random, &sizes, -3, 3));
            if random.below(2) == 0 {
                operands.push(weights(program, random, &[columns], -9, 9));
            }
            let attributes = vec![i32::try_from(transposed).ok()?];
            (operands, dims(&[batch, rows, columns]), attributes)
        }
        Op::Add | Op::Mul => {
            let other = match random.below(3) {
                0 => read(x),
                1 => weights(program, random, &[], -2, 2),
                _ => weights(program, random, &x.sizes()[x.rank().min(1)..], -2, 2),
            };
            (vec![read(x), other], x, vec![])
        }
        Op::Clip => (
            vec![read(x)],
            x,
            vec![-random.between(0, 9), random.between(0, 9)],
        ),
        Op::Requant => {
            let mut operands = vec![read(x)];
            if random.below(2) == 0 {
                program
                    .weights
                    .push(vec![scale_of_shift(random.below(4)).unwrap()]);
                operands.push(Operand {
                    reference: Reference::Initialiser(
                        u32::try_from(program.weights.len()).ok()? - 1,
                    ),
                    dims: dims(&[]),
                });
            }
            (operands, x, vec![random.between(0, 2), -9, 9])
        }
        Op::Pad => {
            let begin: Vec<u32> = x.sizes().iter().map(|_| random.below(2)).collect();
            let grown = x.sizes().iter().zip(&begin);
            let out: Vec<u32> = grown
                .map(|(size, begin)| size + begin + random.below(2))
                .collect();
            let mut attributes: Vec<i32> =
                begin.iter().map(|b| i32::try_from(*b).unwrap()).collect();
            attributes.push(random.between(-3, 3));
            (vec![read(x)], Dims::new(&out).ok()?, attributes)
        }
        Op::Concat => {
            let axis = random.below(u32::try_from(x.rank()).ok()?);
            let mut sizes = x.sizes().to_vec();
            *sizes.get_mut(usize::try_from(axis).ok()?)? *= 2;
            let out = Dims::new(&sizes).ok()?;
            (vec![read(x), read(x)], out, vec![i32::try_from(axis).ok()?])
        }
        Op::Transpose => {
            let rank = x.rank();
            let mut perm: Vec<usize> = (0..rank).collect();
            perm.rotate_left(usize::try_from(random.below(3)).ok()? % rank.max(1));
            let out: Vec<u32> = perm.iter().map(|axis| x.sizes()[*axis]).collect();
            let attributes = perm
                .iter()
                .map(|axis| i32::try_from(*axis).unwrap())
                .collect();
            (vec![read(x)], dims(&out), attributes)
        }
        Op::Upsample => {
            let factors: Vec<u32> = x.sizes().iter().map(|_| 1 + random.below(2)).collect();
            let out: Vec<u32> = x.sizes().iter().zip(&factors).map(|(s, f)| s * f).collect();
            let attributes = factors.iter().map(|f| i32::try_from(*f).unwrap()).collect();
            (vec![read(x)], Dims::new(&out).ok()?, attributes)
        }
        Op::Lut => {
            let table = weights(program, random, &[256], -9, 9);
            (vec![read(x), table], x, vec![])
        }
    };
    (out.elements() <= 400).then_some(Step {
        op,
        operands,
        dims: out,
        attributes,
    })
}

/// A random program of up to `steps` steps inside the profile, and an input for it.
pub fn program(random: &mut Random, steps: u32) -> (Program, Vec<Vec<u32>>) {
    let two: [&[u32]; 2] = [&[2, 3, 4], &[5, 6]];
    let one: [&[u32]; 1] = [&[1, 4, 5, 5]];
    let mut program = if random.below(2) == 0 {
        empty(&two)
    } else {
        empty(&one)
    };
    while u32::try_from(program.steps.len()).unwrap() < steps {
        let mut next = program.clone();
        let Some(step) = candidate(&mut next, random) else {
            continue;
        };
        next.steps.push(step);
        if analyse(&next).is_ok() {
            program = next;
        }
    }
    let last = program.leaves() - 1;
    program.interface.outputs = vec![Output {
        name: name("out"),
        dims: shape(&program, last),
        leaf: last,
    }];
    let inputs = inputs(&program, random);
    (program, inputs)
}

/// Elements within the inputs' intervals.
pub fn inputs(program: &Program, random: &mut Random) -> Vec<Vec<u32>> {
    let ports = program.interface.inputs.iter();
    ports
        .map(|port| {
            (0..port.dims.elements())
                .map(|_| bits_of_int(random.between(port.lo, port.hi)).unwrap())
                .collect()
        })
        .collect()
}
