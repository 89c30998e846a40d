//! Random models of the exact profile: the same seed and number, the same model and inputs, on every machine.

use countersign_shared::exact::num::bits_of_int;

use crate::draft::{Draft, Port, Shown};
use crate::{moves, sums};

/// The most elements of an input, and of a step.
const INPUT: usize = 600;
pub const STEP: usize = 3_000;
/// Nodes that are tried for each one that is wanted; most of those that the importer refuses have windows or sums that do not fit.
const TRIES: usize = 40;

/// A generator of numbers (splitmix64).
pub struct Random(u64);

impl Random {
    /// The numbers of one model.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut random = Self(seed);
        let start = random.next() ^ number.wrapping_mul(0xd134_2543_de82_ef95);
        Self(start)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// `lo` to `hi`, both included.
    pub fn between(&mut self, lo: i32, hi: i32) -> i32 {
        lo + self.below((hi - lo + 1) as usize) as i32
    }

    /// `lo` to `hi`, both included.
    pub fn size(&mut self, lo: usize, hi: usize) -> usize {
        lo + self.below(hi - lo + 1)
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Whole numbers of at most this magnitude.
    pub fn numbers(&mut self, count: usize, most: i32) -> Vec<f32> {
        (0..count)
            .map(|_| self.between(-most, most) as f32)
            .collect()
    }
}

fn input(random: &mut Random, number: usize) -> Port {
    let dims = match random.below(8) {
        0 => vec![random.size(1, 40)],
        1 => vec![random.size(1, 4), random.size(1, 30)],
        2 => vec![1, random.size(1, 8), random.size(3, 24)],
        3 => {
            let mut dims = vec![1; random.size(5, 6)];
            dims.iter_mut().for_each(|size| *size = random.size(1, 3));
            dims
        }
        _ => vec![
            random.pick(&[1, 1, 1, 2]),
            random.size(1, 8),
            random.size(2, 9),
            random.size(2, 9),
        ],
    };
    let (lo, hi) = random.pick(&[
        (-9, 9),
        (0, 1),
        (0, 255),
        (-128, 127),
        (-1000, 1000),
        (-3, 60),
        (-20_000, 20_000),
    ]);
    let name = format!("{}{number}", random.pick(&["a", "in", "x"]));
    let dims = if dims.iter().product::<usize>() > INPUT {
        vec![1, 3, 7, 5]
    } else {
        dims
    };
    Port { name, dims, lo, hi }
}

/// A value to read: most often one that was made lately.
pub fn value(draft: &Draft, random: &mut Random) -> Shown {
    let values = &draft.values;
    let last = values.len() - 1;
    let back = if random.once_in(3) {
        random.below(values.len())
    } else {
        random.below(2).min(last)
    };
    values[last - back].clone()
}

/// A random model of up to eight steps, and the bits of its inputs.
pub fn model(seed: u64, number: u64) -> (Draft, Vec<Vec<u32>>) {
    let random = &mut Random::of(seed, number);
    let opset = random.pick(&[13, 14, 15, 16, 17, 18, 19, 20, 21]);
    let count = random.pick(&[1, 1, 1, 2, 3]);
    let mut ports: Vec<Port> = (0..count).map(|number| input(random, number)).collect();
    ports.sort_by(|left, right| left.name.cmp(&right.name));
    let mut draft = Draft::new(opset, ports);
    let wanted = random.size(1, 8);
    let mut made = 0;
    for _ in 0..TRIES * wanted {
        if made == wanted {
            break;
        }
        let mut next = draft.clone();
        let most = STEP;
        let shown = form(&mut next, random).is_some_and(|name| next.show(&name, most));
        if shown {
            draft = next;
            made += 1;
        }
    }
    if made == 0 {
        // Whatever the inputs are, they can be limited.
        let x = draft.values[0].name.clone();
        let name = draft.node("Relu", &[&x], vec![]);
        assert!(draft.show(&name, STEP));
    }
    let inputs = draft.inputs.iter().map(|port| {
        let count = port.dims.iter().product();
        let mut elements: Vec<u32> = (0..count)
            .map(|_| bits_of_int(random.between(port.lo, port.hi)).expect("below 2^24"))
            .collect();
        // The ends of the interval are where sums are largest.
        if random.once_in(4) {
            for bits in &mut elements {
                let end = random.pick(&[port.lo, port.hi]);
                *bits = bits_of_int(end).expect("below 2^24");
            }
        }
        elements
    });
    let inputs = inputs.collect();
    (draft, inputs)
}

/// One more node, or the nodes of one step; `None` if the chosen values do not fit it.
fn form(draft: &mut Draft, random: &mut Random) -> Option<String> {
    match random.below(24) {
        0..=3 => sums::conv(draft, random),
        4..=5 => sums::mat_mul(draft, random),
        6 => sums::gemm(draft, random),
        7 => sums::sum_pool(draft, random),
        8 => sums::max_pool(draft, random),
        9..=10 => moves::binary(draft, random, "Add"),
        11 => moves::binary(draft, random, "Mul"),
        12..=13 => moves::clip(draft, random),
        14..=16 => moves::requantise(draft, random),
        17 => moves::pad(draft, random),
        18 => moves::concat(draft, random),
        19 => moves::transpose(draft, random),
        20 => moves::resize(draft, random),
        21..=22 => moves::table(draft, random),
        _ => moves::rename(draft, random),
    }
}
