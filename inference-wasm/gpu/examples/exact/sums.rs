//! Random convolutions, products and windows.

use countersign_onnx::Attribute;

use crate::draft::{Draft, Shown};
use crate::random::{value, Random};

fn ints(values: &[usize]) -> Attribute {
    Attribute::Ints(values.iter().map(|value| *value as i64).collect())
}

/// Sizes whose product is `count`: `rank` of them.
pub fn factors(random: &mut Random, count: usize, rank: usize) -> Vec<usize> {
    let mut rest = count;
    let mut sizes = vec![1; rank];
    for size in sizes.iter_mut().skip(1) {
        let divisors: Vec<usize> = (1..=rest.min(12))
            .filter(|d| rest.is_multiple_of(*d))
            .collect();
        *size = random.pick(&divisors);
        rest /= *size;
    }
    // What is left stands at the end, where windows move.
    if let Some(last) = sizes.last_mut() {
        *last *= rest;
    }
    sizes
}

/// A value of `rank` axes: one that has them, or another one in such a shape.
pub fn shaped(draft: &mut Draft, random: &mut Random, rank: usize) -> Shown {
    let x = value(draft, random);
    if x.dims.len() == rank {
        return x;
    }
    let dims = factors(random, x.dims.iter().product(), rank);
    let shape = draft.integers(dims.iter().map(|size| *size as i64));
    let name = draft.node("Reshape", &[&x.name, &shape], vec![]);
    Shown { name, dims, ..x }
}

/// Attributes of a window of `kernel` over as many axes.
fn window(random: &mut Random, kernel: &[usize], pool: bool) -> Vec<(&'static str, Attribute)> {
    let each = |random: &mut Random, from: &[usize]| -> Vec<usize> {
        kernel.iter().map(|_| random.pick(from)).collect()
    };
    let mut attributes = Vec::new();
    if !random.once_in(3) {
        attributes.push(("strides", ints(&each(random, &[1, 1, 2, 2, 3]))));
    }
    if random.once_in(2) {
        attributes.push(("dilations", ints(&each(random, &[1, 1, 2, 3]))));
    }
    if random.once_in(2) {
        let twice = kernel.iter().chain(kernel);
        // A pool's window must touch its input.
        let most = |size: &usize| if pool { size - 1 } else { 2 };
        let pads: Vec<usize> = twice.map(|size| random.below(most(size) + 1)).collect();
        attributes.push(("pads", ints(&pads)));
    }
    attributes
}

pub fn conv(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let rank = random.pick(&[3, 4, 4, 4]);
    let x = shaped(draft, random, rank);
    let channels = x.dims[1];
    let divisors: Vec<usize> = (1..=channels)
        .filter(|d| channels.is_multiple_of(*d))
        .collect();
    let group = match random.below(3) {
        0 => 1,
        1 => channels,
        _ => random.pick(&divisors),
    };
    let out = group * random.size(1, if group > 4 { 2 } else { 5 });
    let kernel: Vec<usize> = (2..rank)
        .map(|_| random.pick(&[1, 1, 2, 3, 3, 4]))
        .collect();
    let mut dims = vec![out, channels / group];
    dims.extend(&kernel);
    let most = random.pick(&[1, 3, 9, 40, 127, 900]);
    let elements = random.numbers(dims.iter().product(), most);
    let w = draft.floats(&dims, elements);
    let mut attributes = window(random, &kernel, false);
    attributes.push(("group", Attribute::Int(group as i64)));
    if random.once_in(2) {
        attributes.push(("kernel_shape", ints(&kernel)));
    }
    if random.once_in(2) {
        return Some(draft.node("Conv", &[&x.name, &w], attributes));
    }
    let most = random.pick(&[5, 500, 50_000]);
    let elements = random.numbers(out, most);
    let bias = draft.floats(&[out], elements);
    Some(draft.node("Conv", &[&x.name, &w, &bias], attributes))
}

/// A product with a constant on either side, or of two computed values.
pub fn mat_mul(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let rank = random.size(2, 4);
    let x = shaped(draft, random, rank);
    let (rows, terms) = (x.dims[rank - 2], x.dims[rank - 1]);
    let most = random.pick(&[1, 3, 30, 300]);
    match random.below(4) {
        0 => {
            let left = random.size(1, 6);
            let elements = random.numbers(left * rows, most);
            let w = draft.floats(&[left, rows], elements);
            Some(draft.node("MatMul", &[&w, &x.name], vec![]))
        }
        1 => {
            // Another value, turned where its last axes do not fit.
            let y = shaped(draft, random, rank);
            if y.dims[rank - 2] == terms {
                return Some(draft.node("MatMul", &[&x.name, &y.name], vec![]));
            }
            let mut perm: Vec<usize> = (0..rank).collect();
            perm.swap(rank - 2, rank - 1);
            let turned = draft.node("Transpose", &[&x.name], vec![("perm", ints(&perm))]);
            draft.show(&turned, crate::random::STEP);
            Some(draft.node("MatMul", &[&x.name, &turned], vec![]))
        }
        _ => {
            let columns = random.size(1, 9);
            let mut dims = vec![terms, columns];
            if rank == 3 && random.once_in(2) {
                dims.insert(0, x.dims[0]);
            }
            let elements = random.numbers(dims.iter().product(), most);
            let w = draft.floats(&dims, elements);
            Some(draft.node("MatMul", &[&x.name, &w], vec![]))
        }
    }
}

pub fn gemm(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = shaped(draft, random, 2);
    let (rows, terms, columns) = (x.dims[0], x.dims[1], random.size(1, 9));
    let flip = random.once_in(2);
    let dims = if flip {
        [columns, terms]
    } else {
        [terms, columns]
    };
    let most = random.pick(&[1, 3, 30, 300]);
    let elements = random.numbers(terms * columns, most);
    let w = draft.floats(&dims, elements);
    let mut attributes = vec![("transB", Attribute::Int(i64::from(flip)))];
    if random.once_in(2) {
        attributes.push(("alpha", Attribute::Float(1.0)));
    }
    let bias: Option<&[usize]> = match random.below(6) {
        0 => None,
        1 => Some(&[]),
        2 => Some(&[1, columns]),
        3 => Some(&[rows, 1]),
        4 => Some(&[rows, columns]),
        _ => Some(&[columns]),
    };
    let Some(bias) = bias else {
        return Some(draft.node("Gemm", &[&x.name, &w], attributes));
    };
    let elements = random.numbers(bias.iter().product(), 5_000);
    let bias = draft.floats(bias, elements);
    Some(draft.node("Gemm", &[&x.name, &w, &bias], attributes))
}

/// Sums over windows: averages over 2^k elements times 2^k, or sums over all spatial axes.
pub fn sum_pool(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let rank = random.pick(&[3, 4, 4]);
    let x = shaped(draft, random, rank);
    if random.once_in(4) {
        let mut axes: Vec<i64> = (2..rank as i64).collect();
        if random.once_in(2) {
            axes.iter_mut().for_each(|axis| *axis -= rank as i64);
        }
        let axes = draft.integers(axes);
        let keep = ("keepdims", Attribute::Int(random.below(2) as i64));
        return Some(draft.node("ReduceSum", &[&x.name, &axes], vec![keep]));
    }
    let (averages, area) = average(draft, random, &x);
    if random.once_in(3) {
        return Some(super::moves::limited(draft, random, averages, x.dims[1]));
    }
    let factor = draft.number(area as f32);
    Some(draft.node("Mul", &[&averages, &factor], vec![]))
}

/// An average over 2^k elements, and how many they are.
fn average(draft: &mut Draft, random: &mut Random, x: &Shown) -> (String, usize) {
    let area: usize = x.dims[2..].iter().product();
    if area.is_power_of_two() && random.once_in(2) {
        let averages = draft.node("GlobalAveragePool", &[&x.name], vec![]);
        return (averages, area);
    }
    let kernel: Vec<usize> = x.dims[2..]
        .iter()
        .map(|_| random.pick(&[1, 2, 2, 4]))
        .collect();
    let mut attributes = window(random, &kernel, true);
    if draft.opset < 19 {
        attributes.retain(|(name, _)| *name != "dilations");
    }
    attributes.push(("kernel_shape", ints(&kernel)));
    if attributes.iter().any(|(name, _)| *name == "pads") || random.once_in(2) {
        attributes.push(("count_include_pad", Attribute::Int(1)));
    }
    let averages = draft.node("AveragePool", &[&x.name], attributes);
    (averages, kernel.iter().product())
}

pub fn max_pool(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let rank = random.pick(&[3, 4, 4]);
    let x = shaped(draft, random, rank);
    let kernel: Vec<usize> = x.dims[2..]
        .iter()
        .map(|_| random.pick(&[1, 2, 3, 3]))
        .collect();
    let mut attributes = window(random, &kernel, true);
    attributes.push(("kernel_shape", ints(&kernel)));
    Some(draft.node("MaxPool", &[&x.name], attributes))
}
