//! Programs to play about.

use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::interface::{Input, Interface, Output};
use countersign_shared::exact::num::bits_of_int;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::Program;
use countersign_shared::item::Name;

/// A program, and the leaf to lie about.
pub type Sample = (Program, u32);

/// What makes one.
pub type Make = fn() -> Sample;

fn dims(sizes: &[u32]) -> Dims {
    Dims::new(sizes).expect("a shape within the limits")
}

/// A program that is being written; leaves are numbered, and each has a shape.
struct Builder {
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    steps: Vec<Step>,
    weights: Vec<Vec<u32>>,
    shapes: Vec<Vec<u32>>,
    state: u64,
}

impl Builder {
    fn new(names: &[String], shape: &[u32]) -> Self {
        let input = |name: &String| Input {
            name: Name::new(name.clone()).expect("a name"),
            dims: dims(shape),
            lo: -8,
            hi: 7,
        };
        Self {
            inputs: names.iter().map(input).collect(),
            outputs: Vec::new(),
            steps: Vec::new(),
            weights: Vec::new(),
            shapes: names.iter().map(|_| shape.to_vec()).collect(),
            state: 7,
        }
    }

    /// The next of a sequence of integers from −1 to 1 (Knuth's MMIX generator).
    fn small(&mut self) -> i32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as i32 % 3 - 1
    }

    fn weight(&mut self, shape: &[u32]) -> Operand {
        let count: u32 = shape.iter().product();
        let elements = (0..count).map(|_| bits_of_int(self.small()).expect("small"));
        let elements = elements.collect();
        self.weights.push(elements);
        Operand {
            reference: Reference::Initialiser(self.weights.len() as u32 - 1),
            dims: dims(shape),
        }
    }

    fn leaf(&self, leaf: u32) -> Operand {
        self.leaf_as(leaf, &self.shapes[leaf as usize])
    }

    fn leaf_as(&self, leaf: u32, shape: &[u32]) -> Operand {
        Operand {
            reference: Reference::Leaf(leaf),
            dims: dims(shape),
        }
    }

    fn step(&mut self, op: Op, operands: Vec<Operand>, shape: &[u32], attributes: &[i32]) -> u32 {
        self.steps.push(Step {
            op,
            operands,
            dims: dims(shape),
            attributes: attributes.to_vec(),
        });
        self.shapes.push(shape.to_vec());
        self.shapes.len() as u32 - 1
    }

    /// A convolution whose sums come back into [−8, 7]; the leaf of the sums and that of the result.
    fn conv(&mut self, x: u32, channels: u32, kernel: u32, stride: u32, group: u32) -> (u32, u32) {
        let shape = self.shapes[x as usize].clone();
        let pad = kernel / 2;
        let side = |size: u32| (size + 2 * pad - kernel) / stride + 1;
        let out = [1, channels, side(shape[2]), side(shape[3])];
        let weight = self.weight(&[channels, shape[1] / group, kernel, kernel]);
        let bias = self.weight(&[channels]);
        let attributes = [group, stride, stride, pad, pad, 1, 1].map(|value| value as i32);
        let sums = self.step(
            Op::Conv,
            vec![self.leaf(x), weight, bias],
            &out,
            &attributes,
        );
        let result = self.step(Op::Requant, vec![self.leaf(sums)], &out, &[3, -8, 7]);
        (sums, result)
    }

    fn matmul(&mut self, x: u32, from: u32, to: u32) -> u32 {
        let weight = self.weight(&[from, to]);
        self.step(
            Op::MatMul,
            vec![self.leaf_as(x, &[1, from]), weight],
            &[1, to],
            &[0],
        )
    }

    fn output(&mut self, name: String, leaf: u32) {
        self.outputs.push(Output {
            name: Name::new(name).expect("a name"),
            dims: dims(&self.shapes[leaf as usize]),
            leaf,
        });
    }

    fn finish(self) -> Program {
        Program {
            interface: Interface::new(self.inputs, self.outputs).expect("an interface"),
            steps: self.steps,
            weights: self.weights,
        }
    }
}

/// 8×8 pictures of digits, 0.3 million products, and the leaf to lie about.
pub fn digits() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 1, 8, 8]);
    let (_, x) = b.conv(0, 32, 3, 1, 1);
    let (sums, x) = b.conv(x, 32, 3, 1, 1);
    let logits = b.matmul(x, 32 * 64, 10);
    b.output("y".into(), logits);
    (b.finish(), sums)
}

/// The profile's limits: 4,096 leaves, 8 inputs and outputs with names of 255 bytes, and a 1×1 convolution over 4,096 channels of
/// a chunk each, so that every term of a proof lies in another chunk.
pub fn limits() -> Sample {
    let names: Vec<String> = (0..8).map(|n| format!("{n}{}", "n".repeat(254))).collect();
    let mut b = Builder::new(&names, &[1, 4096, 8, 8]);
    let (sums, mut x) = b.conv(0, 8, 1, 1, 1);
    while b.shapes.len() < 4096 {
        let shape = b.shapes[x as usize].clone();
        x = b.step(Op::Clip, vec![b.leaf(x)], &shape, &[-8, 7]);
    }
    for (n, name) in names.into_iter().enumerate() {
        b.output(name, x - n as u32);
    }
    (b.finish(), sums)
}

/// MobileNetV2's shapes (Sandler et al. 2018, table 2) at 224×224, 301 million products.
pub fn mobilenet() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 3, 224, 224]);
    let (_, mut x) = b.conv(0, 32, 3, 2, 1);
    let mut lie = 0;
    let table = [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];
    for (factor, channels, count, stride) in table {
        for n in 0..count {
            let (from, stride) = (b.shapes[x as usize][1], if n == 0 { stride } else { 1 });
            let mut inner = x;
            if factor > 1 {
                let (sums, wide) = b.conv(inner, from * factor, 1, 1, 1);
                // The largest tensor of all: 96 channels of 112×112.
                lie = if lie == 0 { sums } else { lie };
                inner = wide;
            }
            let width = b.shapes[inner as usize][1];
            let (_, deep) = b.conv(inner, width, 3, stride, width);
            let (_, narrow) = b.conv(deep, channels, 1, 1, 1);
            x = if stride == 1 && from == channels {
                let shape = b.shapes[narrow as usize].clone();
                let sum = b.step(Op::Add, vec![b.leaf(x), b.leaf(narrow)], &shape, &[]);
                b.step(Op::Clip, vec![b.leaf(sum)], &shape, &[-8, 7])
            } else {
                narrow
            };
        }
    }
    let (_, x) = b.conv(x, 1280, 1, 1, 1);
    let pooled = b.step(
        Op::SumPool,
        vec![b.leaf(x)],
        &[1, 1280, 1, 1],
        &[7, 7, 1, 1, 0, 0, 1, 1],
    );
    let logits = b.matmul(pooled, 1280, 1000);
    b.output("y".into(), logits);
    (b.finish(), lie)
}

/// ResNet-18's shapes (He et al. 2016, table 1) at 224×224, 1,814 million products.
pub fn resnet() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 3, 224, 224]);
    let (lie, x) = b.conv(0, 64, 7, 2, 1);
    let mut x = b.step(
        Op::MaxPool,
        vec![b.leaf(x)],
        &[1, 64, 56, 56],
        &[3, 3, 2, 2, 1, 1, 1, 1],
    );
    for (channels, first) in [(64, 1), (128, 2), (256, 2), (512, 2)] {
        for stride in [first, 1] {
            let shortcut = if b.shapes[x as usize][1] == channels {
                x
            } else {
                b.conv(x, channels, 1, stride, 1).1
            };
            let (_, inner) = b.conv(x, channels, 3, stride, 1);
            let (_, inner) = b.conv(inner, channels, 3, 1, 1);
            let shape = b.shapes[inner as usize].clone();
            let operands = vec![b.leaf(shortcut), b.leaf(inner)];
            let sum = b.step(Op::Add, operands, &shape, &[]);
            x = b.step(Op::Clip, vec![b.leaf(sum)], &shape, &[-8, 7]);
        }
    }
    let pooled = b.step(
        Op::SumPool,
        vec![b.leaf(x)],
        &[1, 512, 1, 1],
        &[7, 7, 1, 1, 0, 0, 1, 1],
    );
    let logits = b.matmul(pooled, 512, 1000);
    b.output("y".into(), logits);
    (b.finish(), lie)
}

/// The most running values in one posting: a dot product of 2^20 terms, so that a second posting follows.
pub fn sums() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 1 << 20]);
    let product = b.matmul(0, 1 << 20, 1);
    b.output("y".into(), product);
    (b.finish(), product)
}

/// An input of the most elements that a tensor has: the lie is in the input itself.
pub fn input() -> Sample {
    let mut b = Builder::new(&["x".into()], &[4096, 4096]);
    let clipped = b.step(Op::Clip, vec![b.leaf(0)], &[4096, 4096], &[-8, 7]);
    b.output("y".into(), clipped);
    (b.finish(), 0)
}
