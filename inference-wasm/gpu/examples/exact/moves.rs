//! Random steps that compute single elements, and those that move them.

use countersign_onnx::{Attribute, Tensor};

use crate::draft::{Draft, Shown};
use crate::random::{value, Random};
use crate::sums::factors;

fn ints(values: impl IntoIterator<Item = usize>) -> Attribute {
    Attribute::Ints(values.into_iter().map(|value| value as i64).collect())
}

/// Add or Mul: of two values, or with a constant of any shape that repeats to the value's.
pub fn binary(draft: &mut Draft, random: &mut Random, operator: &str) -> Option<String> {
    let x = value(draft, random);
    let other = if random.once_in(3) {
        value(draft, random).name
    } else {
        let from = random.below(x.dims.len() + 1);
        let mut dims = x.dims[from..].to_vec();
        for size in &mut dims {
            if random.once_in(4) {
                *size = 1;
            }
        }
        let most = random.pick(&[2, 20, 300, 4_000]);
        let elements = random.numbers(dims.iter().product(), most);
        draft.floats(&dims, elements)
    };
    let operands = if random.once_in(3) {
        [other.as_str(), x.name.as_str()]
    } else {
        [x.name.as_str(), other.as_str()]
    };
    Some(draft.node(operator, &operands, vec![]))
}

fn limits(random: &mut Random) -> (i32, i32) {
    let one = random.pick(&[0, 7, 100, 255, 1_023, 32_767, 1 << 20]);
    let other = random.pick(&[0, 0, -8, -128, -300, -32_768]);
    (other.min(one), one)
}

pub fn clip(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random).name;
    if random.once_in(3) {
        return Some(draft.node("Relu", &[&x], vec![]));
    }
    let (lo, hi) = limits(random);
    let (lo, hi) = (draft.number(lo as f32), draft.number(hi as f32));
    let limits: &[&str] = match random.below(4) {
        0 => &[&x, &lo],
        1 => &[&x, "", &hi],
        _ => &[&x, &lo, &hi],
    };
    Some(draft.node("Clip", limits, vec![]))
}

/// `Mul(2^-s)`, Floor, Clip: with one scale, or one for each channel or column.
pub fn requantise(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random);
    let dims: Vec<usize> = match (random.below(4), x.dims.len()) {
        (1 | 2, rank @ 3..) => (1..rank)
            .map(|axis| if axis == 1 { x.dims[1] } else { 1 })
            .collect(),
        (2, rank @ 1..) => vec![x.dims[rank - 1]],
        (3, _) => x.dims.clone(),
        _ => vec![],
    };
    let most = random.pick(&[2, 8, 24]);
    let count = dims.iter().product();
    let scales = (0..count).map(|_| (-(random.size(0, most) as f32)).exp2());
    let scales = scales.collect();
    let scale = draft.floats(&dims, scales);
    let scaled = draft.node("Mul", &[&x.name, &scale], vec![]);
    Some(floored(draft, random, &scaled))
}

/// The end of a requantisation behind an average, with a further shift or without one.
pub fn limited(draft: &mut Draft, random: &mut Random, x: String, channels: usize) -> String {
    if random.once_in(2) {
        return floored(draft, random, &x);
    }
    let scales = (0..channels).map(|_| (-(random.size(0, 6) as f32)).exp2());
    let scales = scales.collect();
    let scale = draft.floats(&[channels, 1, 1], scales);
    let scaled = draft.node("Mul", &[&x, &scale], vec![]);
    floored(draft, random, &scaled)
}

fn floored(draft: &mut Draft, random: &mut Random, x: &str) -> String {
    let floored = draft.node("Floor", &[x], vec![]);
    let (lo, hi) = limits(random);
    let (lo, hi) = (draft.number(lo as f32), draft.number(hi as f32));
    draft.node("Clip", &[&floored, &lo, &hi], vec![])
}

/// Cast and Gather, most often behind limits that make any value an index.
pub fn table(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let mut x = value(draft, random).name;
    if !random.once_in(5) {
        let (lo, hi) = random.pick(&[(0, 255), (-128, 127), (-100, 100), (3, 200)]);
        let (lo, hi) = (draft.number(lo as f32), draft.number(hi as f32));
        x = draft.node("Clip", &[&x, &lo, &hi], vec![]);
        if !draft.show(&x, crate::random::STEP) {
            return None;
        }
    }
    let most = random.pick(&[1, 100, 32_767, 4_000_000]);
    let elements = random.numbers(256, most);
    let table = draft.floats(&[256], elements);
    let to = ("to", Attribute::Int(random.pick(&[6, 7])));
    let index = draft.node("Cast", &[&x], vec![to]);
    Some(draft.node("Gather", &[&table, &index], vec![]))
}

pub fn pad(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random);
    let rank = x.dims.len();
    let all: Vec<usize> = (0..rank).collect();
    let some = draft.opset >= 18 && random.once_in(2);
    let axes: Vec<usize> = if some {
        all.into_iter().filter(|_| random.once_in(2)).collect()
    } else {
        all
    };
    let pads = (0..axes.len() * 2).map(|_| random.pick(&[0, 0, 1, 2, 3]));
    let pads: Vec<i64> = pads.collect();
    let pads = draft.integers(pads);
    let number = random.between(-9, 9);
    let number = draft.number(number as f32);
    if some {
        let axes = draft.integers(axes.iter().map(|axis| *axis as i64));
        let given = if random.once_in(2) { "" } else { &number };
        return Some(draft.node("Pad", &[&x.name, &pads, given, &axes], vec![]));
    }
    let inputs: &[&str] = if random.once_in(3) {
        &[&x.name, &pads]
    } else {
        &[&x.name, &pads, &number]
    };
    Some(draft.node("Pad", inputs, vec![]))
}

pub fn concat(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random);
    let rank = x.dims.len();
    let along = random.below(rank);
    let fits = |other: &&Shown| {
        other.dims.len() == rank
            && (0..rank).all(|axis| axis == along || other.dims[axis] == x.dims[axis])
    };
    let others: Vec<String> = draft
        .values
        .iter()
        .filter(fits)
        .map(|other| other.name.clone())
        .collect();
    let count = random.pick(&[1, 2, 2, 3, 6]);
    let mut names: Vec<String> = (0..count).map(|_| random.pick(&others)).collect();
    if random.once_in(4) {
        let elements = random.numbers(x.dims.iter().product(), 50);
        names.push(draft.floats(&x.dims, elements));
    }
    names.push(x.name);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let along = if random.once_in(3) {
        along as i64 - rank as i64
    } else {
        along as i64
    };
    Some(draft.node("Concat", &names, vec![("axis", Attribute::Int(along))]))
}

pub fn transpose(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random);
    let mut perm: Vec<usize> = (0..x.dims.len()).collect();
    for last in (1..perm.len()).rev() {
        perm.swap(last, random.below(last + 1));
    }
    let attributes = if random.once_in(4) {
        vec![]
    } else {
        vec![("perm", ints(perm))]
    };
    Some(draft.node("Transpose", &[&x.name], attributes))
}

/// Resize by whole factors, given as scales or as sizes.
pub fn resize(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random);
    let factors: Vec<usize> = x.dims.iter().map(|_| random.pick(&[1, 1, 2, 3])).collect();
    let text = |text: &str| Attribute::String(text.as_bytes().to_vec());
    let attributes = vec![
        ("mode", text("nearest")),
        ("coordinate_transformation_mode", text("asymmetric")),
        ("nearest_mode", text("floor")),
    ];
    if random.once_in(2) {
        let sizes = x.dims.iter().zip(&factors);
        let sizes = draft.integers(sizes.map(|(size, factor)| (size * factor) as i64));
        return Some(draft.node("Resize", &[&x.name, "", "", &sizes], attributes));
    }
    let scales = factors.iter().map(|factor| *factor as f32).collect();
    let scales = draft.floats(&[factors.len()], scales);
    Some(draft.node("Resize", &[&x.name, "", &scales], attributes))
}

/// The same elements in another shape, or under another name.
pub fn rename(draft: &mut Draft, random: &mut Random) -> Option<String> {
    let x = value(draft, random);
    let rank = x.dims.len();
    let count: usize = x.dims.iter().product();
    match random.below(5) {
        0 => Some(draft.node("Identity", &[&x.name], vec![])),
        1 => {
            let axis = random.below(rank + 1) as i64;
            let axis = ("axis", Attribute::Int(axis));
            Some(draft.node("Flatten", &[&x.name], vec![axis]))
        }
        2 => {
            let axis = random.below(rank + 1) as i64;
            let axes = draft.integers([axis]);
            Some(draft.node("Unsqueeze", &[&x.name, &axes], vec![]))
        }
        3 => Some(draft.node("Squeeze", &[&x.name], vec![])),
        _ => {
            let wanted = random.size(1, 5);
            let sizes = factors(random, count, wanted);
            let mut sizes: Vec<i64> = sizes.iter().map(|size| *size as i64).collect();
            if random.once_in(3) {
                sizes[0] = -1;
            }
            let shape = draft.constant(Tensor::vector(sizes), random.once_in(2));
            Some(draft.node("Reshape", &[&x.name, &shape], vec![]))
        }
    }
}
