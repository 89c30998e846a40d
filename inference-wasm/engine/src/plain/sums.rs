//! Reductions, running sums, Softmax.

use super::*;

/// Axes removed or kept with 1, and the elements that belong to each output, in row-major order.
fn groups(dims: &[usize], reduced: &[usize], keep: bool) -> (Vec<usize>, Vec<Vec<usize>>) {
    let kept: Vec<usize> = (0..dims.len())
        .map(|i| if reduced.contains(&i) { 1 } else { dims[i] })
        .collect();
    let mut members = vec![Vec::new(); count(&kept)];
    for index in indices(dims) {
        members[broadcast_place(&kept, &index)].push(place(dims, &index));
    }
    let out = (0..dims.len()).filter(|i| keep || !reduced.contains(i));
    (out.map(|i| kept[i]).collect(), members)
}

type Fold = (&'static str, fn(&[f64]) -> f64);
const FLOATS: [Fold; 10] = [
    ("ReduceSum", |x| x.iter().sum()),
    ("ReduceMean", |x| x.iter().sum::<f64>() / x.len() as f64),
    ("ReduceSumSquare", |x| x.iter().map(|x| x * x).sum()),
    ("ReduceL1", |x| x.iter().map(|x| x.abs()).sum()),
    ("ReduceL2", |x| x.iter().map(|x| x * x).sum::<f64>().sqrt()),
    ("ReduceMax", |x| {
        x.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b))
    }),
    ("ReduceMin", |x| {
        x.iter().fold(f64::INFINITY, |a, b| a.min(*b))
    }),
    ("ReduceProd", |x| x.iter().product()),
    ("ReduceLogSum", |x| x.iter().sum::<f64>().ln()),
    ("ReduceLogSumExp", |x| {
        x.iter().map(|x| x.exp()).sum::<f64>().ln()
    }),
];
type Whole = (&'static str, fn(&[i64]) -> i64);
const INTEGERS: [Whole; 4] = [
    ("ReduceSum", |x| x.iter().sum()),
    ("ReduceMax", |x| *x.iter().max().unwrap()),
    ("ReduceMin", |x| *x.iter().min().unwrap()),
    ("ReduceProd", |x| {
        x.iter().fold(1, |a, b| a.wrapping_mul(*b))
    }),
];

/// Floats within 1e-5 of the sum in double precision, integers equal.
#[test]
fn reductions_over_all_sets_of_axes() {
    let mut noise = Noise(11);
    for rank in 1..=4usize {
        for set in 1..1usize << rank {
            let reduced: Vec<usize> = (0..rank).filter(|axis| set >> axis & 1 == 1).collect();
            let axes = Tensor::vector(
                reduced
                    .iter()
                    .map(|axis| *axis as i64 - rank as i64)
                    .collect(),
            );
            for keep in [false, true] {
                let mut dims = noise.dims(rank, 4);
                dims[rank - 1] += noise.below(20);
                let (out, members) = groups(&dims, &reduced, keep);
                let flag = [int("keepdims", i64::from(keep))];
                let x = noise.floats(count(&dims));
                for (name, fold) in FLOATS {
                    // Logarithms of positive numbers.
                    let shift = if name == "ReduceLogSum" { 1.5 } else { 0.0 };
                    let x: Vec<f32> = x.iter().map(|x| x + shift).collect();
                    let pick = |list: &Vec<usize>| {
                        fold(&list.iter().map(|at| f64::from(x[*at])).collect::<Vec<_>>())
                    };
                    let expected: Vec<f64> = members.iter().map(pick).collect();
                    let found = run(18, name, &flag, &[tensor(&dims, x.clone()), axes.clone()]);
                    near(&found, &out, &expected, 1e-5, name);
                }
                let x = noise.integers(count(&dims), -9, 9);
                for (name, fold) in INTEGERS {
                    let pick =
                        |list: &Vec<usize>| fold(&list.iter().map(|at| x[*at]).collect::<Vec<_>>());
                    let expected: Vec<i64> = members.iter().map(pick).collect();
                    let found = run(18, name, &flag, &[tensor(&dims, x.clone()), axes.clone()]);
                    same(&found, &out, &expected, name);
                    let low = |list: &[i64]| list.iter().map(|x| *x as i32).collect::<Vec<_>>();
                    let found = run(18, name, &flag, &[tensor(&dims, low(&x)), axes.clone()]);
                    same(&found, &out, &low(&expected), name);
                }
            }
        }
    }
}

#[test]
fn no_axes_mean_all_or_none() {
    let x = Noise(12).integers(24, -9, 9);
    let whole = tensor(&[2, 3, 4], x.clone());
    let none = Tensor::vector::<i64>(Vec::new());
    let total = [x.iter().sum::<i64>()];
    let keep = int("keepdims", 0);
    let flag = |value| [keep.clone(), int("noop_with_empty_axes", value)];
    let run = |attributes: Attributes<'_>, axes: Option<Tensor>| {
        node(13, "ReduceSum", attributes, &[Some(whole.clone()), axes], 1)
            .unwrap()
            .remove(0)
    };
    for axes in [None, Some(none)] {
        same(&run(&flag(0), axes.clone()), &[], &total, "all");
        same(&run(&flag(1), axes), &[2, 3, 4], &x, "none");
    }
}

#[test]
fn sums_of_nothing() {
    for (axes, dims, length) in [(vec![1i64], vec![3, 2], 6), (vec![0, 1, 2], vec![], 1)] {
        for (name, value) in [("ReduceSum", 0f32), ("ReduceProd", 1.0), ("ReduceL2", 0.0)] {
            let empty = tensor::<f32>(&[3, 0, 2], Vec::new());
            let inputs = [empty, Tensor::vector(axes.clone())];
            let found = run(18, name, &[int("keepdims", 0)], &inputs);
            same(&found, &dims, &vec![value; length], name);
        }
    }
}

#[test]
fn the_first_or_the_last_of_equal_peaks() {
    let mut noise = Noise(13);
    for round in 0..120 {
        let rank = 1 + noise.below(4);
        let dims = noise.dims(rank, 6);
        let axis = noise.below(rank);
        let x: Vec<f32> = noise
            .integers(count(&dims), -3, 3)
            .iter()
            .map(|x| *x as f32)
            .collect();
        let (keep, last) = (round % 2 == 0, round % 4 < 2);
        let (out, members) = groups(&dims, &[axis], keep);
        for (name, sign) in [("ArgMax", 1.0), ("ArgMin", -1.0)] {
            let pick = |list: &Vec<usize>| {
                let mut best = 0;
                for (i, at) in list.iter().enumerate() {
                    let (value, peak) = (sign * x[*at], sign * x[list[best]]);
                    if value > peak || (last && value == peak) {
                        best = i;
                    }
                }
                best as i64
            };
            let expected: Vec<i64> = members.iter().map(pick).collect();
            let attributes = [
                int("axis", axis as i64),
                int("keepdims", i64::from(keep)),
                int("select_last_index", i64::from(last)),
            ];
            let found = run(13, name, &attributes, &[tensor(&dims, x.clone())]);
            same(&found, &out, &expected, name);
        }
    }
}

/// Floats within 1e-5 of the sum in double precision, integers equal.
#[test]
fn running_sums() {
    let mut noise = Noise(14);
    for round in 0..120 {
        let rank = 1 + noise.below(4);
        let dims = noise.dims(rank, 6);
        let axis = noise.below(rank);
        let (exclusive, reverse) = (round % 2 == 0, round % 4 < 2);
        let whole = noise.integers(count(&dims), -99, 99);
        let expected: Vec<i64> = indices(&dims)
            .iter()
            .map(|index| {
                let inside = |i: usize| match (exclusive, reverse) {
                    (false, false) => i <= index[axis],
                    (true, false) => i < index[axis],
                    (false, true) => i >= index[axis],
                    (true, true) => i > index[axis],
                };
                let mut from = index.clone();
                let terms = (0..dims[axis]).filter(|i| inside(*i));
                let value = |i: usize| {
                    from[axis] = i;
                    whole[place(&dims, &from)]
                };
                terms.map(value).sum()
            })
            .collect();
        let flags = [
            int("exclusive", i64::from(exclusive)),
            int("reverse", i64::from(reverse)),
        ];
        let along = Tensor::scalar(axis as i64);
        let found = run(
            14,
            "CumSum",
            &flags,
            &[tensor(&dims, whole.clone()), along.clone()],
        );
        same(&found, &dims, &expected, "CumSum");
        let scaled = whole.iter().map(|x| *x as f32 / 64.0).collect();
        let found = run(14, "CumSum", &flags, &[tensor::<f32>(&dims, scaled), along]);
        let expected: Vec<f64> = expected.iter().map(|x| *x as f64 / 64.0).collect();
        near(&found, &dims, &expected, 1e-5, "CumSum");
    }
}

/// Within 1e-6 of double precision, its logarithm within 1e-5.
#[test]
fn softmax_along_every_axis() {
    let mut noise = Noise(15);
    for round in 0..160 {
        let rank = 1 + noise.below(4);
        let mut dims = noise.dims(rank, 5);
        let axis = noise.below(rank);
        dims[axis] += noise.below(40);
        // Before opset 13 all dimensions from the axis on make one row.
        let opset = if round % 2 == 0 { 13 } else { 11 };
        let reduced: Vec<usize> = if opset == 13 {
            vec![axis]
        } else {
            (axis..rank).collect()
        };
        let scale = [1.0, 30.0, 1000.0][noise.below(3)];
        let x: Vec<f32> = noise
            .floats(count(&dims))
            .iter()
            .map(|x| x * scale)
            .collect();
        let mut soft = vec![0.0; x.len()];
        let mut logarithm = soft.clone();
        for members in groups(&dims, &reduced, true).1 {
            let values: Vec<f64> = members.iter().map(|at| f64::from(x[*at])).collect();
            let peak = values.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
            let sum: f64 = values.iter().map(|x| (x - peak).exp()).sum();
            for (at, x) in members.iter().zip(&values) {
                soft[*at] = (x - peak).exp() / sum;
                logarithm[*at] = x - peak - sum.ln();
            }
        }
        let along = [int("axis", axis as i64)];
        let x = tensor(&dims, x);
        near(
            &run(opset, "Softmax", &along, std::slice::from_ref(&x)),
            &dims,
            &soft,
            1e-6,
            "Softmax",
        );
        near(
            &run(opset, "LogSoftmax", &along, &[x]),
            &dims,
            &logarithm,
            1e-5,
            "LogSoftmax",
        );
    }
}
