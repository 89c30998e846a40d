//! What only moves elements: always equal.

use super::*;

fn permutations(rank: usize) -> Vec<Vec<usize>> {
    if rank == 0 {
        return vec![Vec::new()];
    }
    let insert = |rest: Vec<usize>| {
        (0..rank).map(move |at| {
            let mut list = rest.clone();
            list.insert(at, rank - 1);
            list
        })
    };
    permutations(rank - 1)
        .into_iter()
        .flat_map(insert)
        .collect()
}

#[test]
fn transposes_of_all_permutations() {
    let mut noise = Noise(1);
    for rank in 0..=5 {
        for perm in permutations(rank) {
            let dims = noise.dims(rank, 5);
            let x = noise.integers(count(&dims), -100, 100);
            let out: Vec<usize> = perm.iter().map(|axis| dims[*axis]).collect();
            let expected: Vec<i64> = indices(&out)
                .iter()
                .map(|index| {
                    let mut from = vec![0; rank];
                    perm.iter()
                        .zip(index)
                        .for_each(|(axis, i)| from[*axis] = *i);
                    x[place(&dims, &from)]
                })
                .collect();
            let attributes = [ints("perm", &perm)];
            let what = format!("{dims:?} {perm:?}");
            let found = run(21, "Transpose", &attributes, &[tensor(&dims, x.clone())]);
            same(&found, &out, &expected, &what);
            let narrow = |list: &[i64]| list.iter().map(|x| *x as i8).collect::<Vec<_>>();
            let found = run(21, "Transpose", &attributes, &[tensor(&dims, narrow(&x))]);
            same(&found, &out, &narrow(&expected), &what);
            let single = |list: &[i64]| list.iter().map(|x| *x as f32).collect::<Vec<_>>();
            let found = run(21, "Transpose", &attributes, &[tensor(&dims, single(&x))]);
            same(&found, &out, &single(&expected), &what);
        }
    }
    for (rows, columns) in [(1, 70), (33, 65), (64, 64), (17, 3), (8, 130)] {
        let x = noise.floats(rows * columns);
        let expected: Vec<f32> = (0..rows * columns)
            .map(|at| x[at % rows * columns + at / rows])
            .collect();
        let found = run(21, "Transpose", &[], &[tensor(&[rows, columns], x)]);
        same(&found, &[columns, rows], &expected, "a matrix");
    }
}

/// The positions that Python's `start:end:step` takes.
fn sliced(length: usize, start: i64, end: i64, step: i64) -> Vec<usize> {
    let length = length as i64;
    let (low, high) = if step > 0 {
        (0, length)
    } else {
        (-1, length - 1)
    };
    let bound = |x: i64| (if x < 0 { x + length } else { x }).clamp(low, high);
    let (mut at, end) = (bound(start), bound(end));
    let mut list = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        list.push(at as usize);
        at += step;
    }
    list
}

#[test]
fn slices() {
    let mut noise = Noise(2);
    for _ in 0..400 {
        let rank = 1 + noise.below(4);
        let dims = noise.dims(rank, 6);
        let (mut starts, mut ends, mut steps) = (Vec::new(), Vec::new(), Vec::new());
        for dim in &dims {
            let reach = *dim as i64 + 2;
            let step = [1, 1, 1, 2, 3, -1, -2][noise.below(7)];
            // Backwards from before the beginning is refused: ONNX contradicts itself.
            let first = if step < 0 { -(*dim as i64) } else { -reach };
            starts.push(noise.within(first, reach));
            ends.push(noise.within(-reach, reach));
            steps.push(step);
        }
        let taken: Vec<Vec<usize>> = (0..rank)
            .map(|i| sliced(dims[i], starts[i], ends[i], steps[i]))
            .collect();
        let out: Vec<usize> = taken.iter().map(Vec::len).collect();
        let x = noise.floats(count(&dims));
        let expected: Vec<f32> = indices(&out)
            .iter()
            .map(|index| {
                let from: Vec<usize> = index.iter().zip(&taken).map(|(i, t)| t[*i]).collect();
                x[place(&dims, &from)]
            })
            .collect();
        let axes: Vec<i64> = (0..rank as i64).collect();
        let what = format!("{dims:?} {starts:?} {ends:?} {steps:?}");
        let inputs = [
            tensor(&dims, x),
            Tensor::vector(starts),
            Tensor::vector(ends),
            Tensor::vector(axes),
            Tensor::vector(steps),
        ];
        same(&run(13, "Slice", &[], &inputs), &out, &expected, &what);
    }
}

#[test]
fn concatenations_and_splits_undo_each_other() {
    let mut noise = Noise(3);
    for _ in 0..200 {
        let rank = 1 + noise.below(4);
        let axis = noise.below(rank);
        let base = noise.dims(rank, 5);
        let parts: Vec<Tensor> = (0..1 + noise.below(4))
            .map(|_| {
                let mut dims = base.clone();
                dims[axis] = noise.below(4);
                tensor(&dims, noise.floats(count(&dims)))
            })
            .collect();
        let mut dims = base;
        dims[axis] = parts.iter().map(|part| part.dims()[axis]).sum();
        let expected: Vec<f32> = indices(&dims)
            .iter()
            .map(|index| {
                let mut own = index.clone();
                let part = parts.iter().find(|part| {
                    let inside = own[axis] < part.dims()[axis];
                    if !inside {
                        own[axis] -= part.dims()[axis];
                    }
                    inside
                });
                let part = part.unwrap();
                part.elements::<f32>().unwrap()[place(part.dims(), &own)]
            })
            .collect();
        let along = [int("axis", axis as i64)];
        let whole = run(13, "Concat", &along, &parts);
        same(&whole, &dims, &expected, "Concat");
        let sizes = parts.iter().map(|part| part.dims()[axis] as i64).collect();
        let inputs = [Some(whole), Some(Tensor::vector::<i64>(sizes))];
        assert_eq!(
            node(13, "Split", &along, &inputs, parts.len()).unwrap(),
            parts
        );
    }
}

#[test]
fn gathers() {
    let mut noise = Noise(4);
    for _ in 0..200 {
        let rank = 1 + noise.below(4);
        let dims = noise.dims(rank, 5);
        let axis = noise.below(rank);
        let rank = noise.below(3);
        let shape = noise.dims(rank, 4);
        let length = dims[axis] as i64;
        let picked = noise.integers(count(&shape), -length, length - 1);
        let x = noise.floats(count(&dims));
        let out = [&dims[..axis], &shape, &dims[axis + 1..]].concat();
        let expected: Vec<f32> = indices(&out)
            .iter()
            .map(|index| {
                let inner = axis + shape.len();
                let pick = picked[place(&shape, &index[axis..inner])].rem_euclid(length);
                let from = [&index[..axis], &[pick as usize], &index[inner..]].concat();
                x[place(&dims, &from)]
            })
            .collect();
        let inputs = [tensor(&dims, x), tensor(&shape, picked)];
        let found = run(13, "Gather", &[int("axis", axis as i64)], &inputs);
        same(&found, &out, &expected, "Gather");
    }
}

#[test]
fn pads_and_expansions() {
    let mut noise = Noise(5);
    for round in 0..240 {
        let mode = ["constant", "edge", "reflect"][round % 3];
        let rank = 1 + noise.below(4);
        let dims: Vec<usize> = noise.dims(rank, 4).iter().map(|dim| dim + 1).collect();
        // A reflection reaches as far as the elements beside the border.
        let pads: Vec<usize> = (0..2 * rank).map(|i| noise.below(dims[i % rank])).collect();
        let out: Vec<usize> = (0..rank)
            .map(|i| dims[i] + pads[i] + pads[i + rank])
            .collect();
        let x = noise.floats(count(&dims));
        let value = |index: &Vec<usize>| {
            let mut from = Vec::new();
            for axis in 0..rank {
                let last = dims[axis] as i64 - 1;
                let at = index[axis] as i64 - pads[axis] as i64;
                from.push(match mode {
                    "constant" if at < 0 || at > last => return 7.5,
                    "edge" => at.clamp(0, last),
                    "reflect" if at < 0 => -at,
                    "reflect" if at > last => 2 * last - at,
                    _ => at,
                } as usize);
            }
            x[place(&dims, &from)]
        };
        let expected: Vec<f32> = indices(&out).iter().map(value).collect();
        let list = pads.iter().map(|pad| *pad as i64).collect::<Vec<_>>();
        let inputs = [
            tensor(&dims, x.clone()),
            Tensor::vector(list),
            Tensor::scalar(7.5f32),
        ];
        let what = format!("{mode} {dims:?} {pads:?}");
        let found = run(13, "Pad", &[text("mode", mode)], &inputs);
        same(&found, &out, &expected, &what);
        // The same shape with some dimensions repeated.
        let own: Vec<usize> = dims
            .iter()
            .map(|d| if noise.below(2) == 0 { 1 } else { *d })
            .collect();
        let x = noise.floats(count(&own));
        let all = indices(&dims);
        let expected: Vec<f32> = all.iter().map(|i| x[broadcast_place(&own, i)]).collect();
        let shape = Tensor::vector(dims.iter().map(|d| *d as i64).collect());
        let found = run(13, "Expand", &[], &[tensor(&own, x), shape]);
        same(&found, &dims, &expected, &what);
    }
}
