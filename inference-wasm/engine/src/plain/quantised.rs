//! Quantised numbers: always equal.

use super::*;

/// Rounded half to even, shifted, within the type's range.
fn code(x: f32, scale: f32, zero: i64, [low, high]: [i64; 2]) -> i64 {
    ((x / scale).round_ties_even() as i64 + zero).clamp(low, high)
}

/// Integers as a tensor of a type.
fn typed(kind: &str, dims: &[usize], list: &[i64]) -> Tensor {
    match kind {
        "u8" => tensor(dims, list.iter().map(|x| *x as u8).collect()),
        "i8" => tensor(dims, list.iter().map(|x| *x as i8).collect()),
        "u16" => tensor(dims, list.iter().map(|x| *x as u16).collect()),
        _ => tensor(dims, list.iter().map(|x| *x as i16).collect()),
    }
}

const KINDS: [(&str, [i64; 2]); 4] = [
    ("u8", [0, 255]),
    ("i8", [-128, 127]),
    ("u16", [0, 65_535]),
    ("i16", [-32_768, 32_767]),
];

/// One scale for all, one per position of an axis, and one per block.
#[test]
fn there_and_back() {
    let mut noise = Noise(51);
    for round in 0..240 {
        let (kind, range) = KINDS[round % 4];
        let rank = 1 + noise.below(4);
        let dims = noise.dims(rank, 7);
        let axis = noise.below(rank);
        let block = 1 + noise.below(3);
        let own: Vec<usize> = match round / 4 % 3 {
            0 => Vec::new(),
            1 => vec![dims[axis]],
            _ => (0..rank)
                .map(|i| {
                    if i == axis {
                        dims[i].div_ceil(block)
                    } else {
                        dims[i]
                    }
                })
                .collect(),
        };
        let scales: Vec<f32> = noise
            .floats(count(&own))
            .iter()
            .map(|x| x.abs() + 0.01)
            .collect();
        let zeros = noise.integers(count(&own), range[0], range[1]);
        let which = |index: &Vec<usize>| match round / 4 % 3 {
            0 => 0,
            1 => index[axis],
            _ => {
                let mut index = index.clone();
                index[axis] /= block;
                place(&own, &index)
            }
        };
        let mut attributes = vec![int("axis", axis as i64)];
        if round / 4 % 3 == 2 {
            attributes.push(int("block_size", block as i64));
        }
        // Many quotients lie halfway between two integers.
        let all = indices(&dims);
        let x: Vec<f32> = all
            .iter()
            .map(|index| noise.within(-600, 600) as f32 / 2.0 * scales[which(index)])
            .collect();
        let codes: Vec<i64> = all
            .iter()
            .zip(&x)
            .map(|(index, x)| code(*x, scales[which(index)], zeros[which(index)], range))
            .collect();
        let parameters = [tensor(&own, scales.clone()), typed(kind, &own, &zeros)];
        let [scale, zero] = parameters;
        let found = run(
            21,
            "QuantizeLinear",
            &attributes,
            &[tensor(&dims, x), scale.clone(), zero.clone()],
        );
        let quantised = typed(kind, &dims, &codes);
        assert_eq!(found, quantised, "{kind} {dims:?} {attributes:?}");
        let expected: Vec<f32> = all
            .iter()
            .zip(&codes)
            .map(|(index, q)| (q - zeros[which(index)]) as f32 * scales[which(index)])
            .collect();
        let found = run(
            21,
            "DequantizeLinear",
            &attributes,
            &[quantised, scale, zero],
        );
        same(&found, &dims, &expected, kind);
    }
}

#[test]
fn by_the_values_themselves() {
    let mut noise = Noise(52);
    for round in 0..100 {
        let count = 1 + noise.below(90);
        // Of both signs, of one, of the other.
        let x: Vec<f32> = noise
            .floats(count)
            .iter()
            .map(|x| x * 9.0 + [0.0, 12.0, -12.0][round % 3])
            .collect();
        let low = x.iter().fold(0f32, |a, b| a.min(*b));
        let high = x.iter().fold(0f32, |a, b| a.max(*b));
        let scale = (high - low) / 255.0;
        let zero = (0.0 - low / scale).clamp(0.0, 255.0).round_ties_even();
        let expected: Vec<i64> = x
            .iter()
            .map(|x| code(*x, scale, zero as i64, [0, 255]))
            .collect();
        let found = node(
            11,
            "DynamicQuantizeLinear",
            &[],
            &[Some(Tensor::vector(x))],
            3,
        )
        .unwrap();
        assert_eq!(found[0], typed("u8", &[count], &expected));
        assert_eq!(found[1], Tensor::scalar(scale));
        assert_eq!(found[2], Tensor::scalar(zero as u8));
    }
}

/// The product of matrices of integers, each minus its zero point.
#[test]
fn products_of_integers() {
    let mut noise = Noise(53);
    for round in 0..160 {
        let (m, n, k) = (
            1 + noise.below(20),
            1 + noise.below(40),
            1 + noise.below(70),
        );
        let ((left, la), (right, lb)) = (KINDS[round % 2], KINDS[round / 2 % 2]);
        let a = noise.integers(m * k, la[0], la[1]);
        let b = noise.integers(k * n, lb[0], lb[1]);
        let za = noise.integers(if round % 3 == 0 { m } else { 1 }, la[0], la[1]);
        let zb = noise.integers(if round % 5 == 0 { n } else { 1 }, lb[0], lb[1]);
        let sum = |i: usize, j: usize| -> i64 {
            let term =
                |p: usize| (a[i * k + p] - za[i % za.len()]) * (b[p * n + j] - zb[j % zb.len()]);
            (0..k).map(term).sum()
        };
        let sums: Vec<i64> = (0..m * n).map(|at| sum(at / n, at % n)).collect();
        let [ta, tb] = [typed(left, &[m, k], &a), typed(right, &[k, n], &b)];
        let zero = |kind, list: &[i64]| match list.len() {
            1 => typed(kind, &[], list),
            many => typed(kind, &[many], list),
        };
        let (z_left, z_right) = (zero(left, &za), zero(right, &zb));
        let expected: Vec<i32> = sums.iter().map(|x| *x as i32).collect();
        let what = format!("{m} {n} {k} {left} {right}");
        let inputs = [ta.clone(), tb.clone(), z_left.clone(), z_right.clone()];
        same(
            &run(10, "MatMulInteger", &[], &inputs),
            &[m, n],
            &expected,
            &what,
        );
        if za.len() > 1 || zb.len() > 1 {
            continue;
        }
        let scales = [0.02f32, 0.03, 0.7];
        let factor = scales[0] * scales[1] / scales[2];
        let (kind, range) = KINDS[round / 4 % 2];
        let zero = noise.within(range[0], range[1]);
        let round = |x: &i64| {
            ((*x as f64 * f64::from(factor)).round_ties_even() as i64 + zero)
                .clamp(range[0], range[1])
        };
        let expected: Vec<i64> = sums.iter().map(round).collect();
        let [a_scale, b_scale, y_scale] = scales.map(Tensor::scalar);
        let inputs = [
            ta,
            a_scale,
            z_left,
            tb,
            b_scale,
            z_right,
            y_scale,
            typed(kind, &[], &[zero]),
        ];
        let found = run(10, "QLinearMatMul", &[], &inputs);
        assert_eq!(found, typed(kind, &[m, n], &expected), "{what}");
    }
}

/// In two dimensions with pads, strides and groups; the padding counts as the image's zero point.
#[test]
fn convolutions_of_integers() {
    let mut noise = Noise(54);
    for round in 0..100 {
        let [groups, channels, filters, kernel, stride] =
            [2, 3, 3, 3, 2].map(|most| 1 + noise.below(most));
        let size = [kernel + noise.below(6), kernel + noise.below(6)];
        let pad = noise.below(kernel);
        let out = size.map(|s| (s + 2 * pad - kernel) / stride + 1);
        let (kind, range) = KINDS[round % 2];
        let image = [1, groups * channels, size[0], size[1]];
        let weights = [groups * filters, channels, kernel, kernel];
        let x = noise.integers(count(&image), range[0], range[1]);
        let w = noise.integers(count(&weights), range[0], range[1]);
        let (zx, zw) = (
            noise.within(range[0], range[1]),
            noise.within(range[0], range[1]),
        );
        let dims = [1, groups * filters, out[0], out[1]];
        let value = |index: &Vec<usize>| {
            let mut sum = 0;
            for tap in indices(&[channels, kernel, kernel]) {
                let at = [0, 1].map(|i| {
                    (index[i + 2] * stride + tap[i + 1])
                        .checked_sub(pad)
                        .filter(|at| *at < size[i])
                });
                let channel = index[1] / filters * channels + tap[0];
                if let [Some(row), Some(column)] = at {
                    let weight = w[place(&weights, &[index[1], tap[0], tap[1], tap[2]])];
                    sum += (x[place(&image, &[0, channel, row, column])] - zx) * (weight - zw);
                }
            }
            sum
        };
        let sums: Vec<i64> = indices(&dims).iter().map(value).collect();
        let attributes = [
            ints("pads", &[pad; 4]),
            ints("strides", &[stride; 2]),
            int("group", groups as i64),
        ];
        let [tx, tw] = [typed(kind, &image, &x), typed(kind, &weights, &w)];
        let [zx, zw] = [zx, zw].map(|zero| typed(kind, &[], &[zero]));
        let expected: Vec<i32> = sums.iter().map(|x| *x as i32).collect();
        let what = format!("{image:?} {weights:?} {pad} {stride}");
        let inputs = [tx.clone(), tw.clone(), zx.clone(), zw.clone()];
        same(
            &run(10, "ConvInteger", &attributes, &inputs),
            &dims,
            &expected,
            &what,
        );
        let bias = noise.integers(groups * filters, -900, 900);
        let factor = 0.02f32 * 0.03 / 0.9;
        let plane = out[0] * out[1];
        let round = |(at, x): (usize, &i64)| {
            let sum = x + bias[at / plane];
            ((sum as f64 * f64::from(factor)).round_ties_even() as i64).clamp(range[0], range[1])
        };
        let expected: Vec<i64> = sums.iter().enumerate().map(round).collect();
        let [x_scale, w_scale, y_scale] = [0.02f32, 0.03, 0.9].map(Tensor::scalar);
        let bias = Tensor::vector(bias.iter().map(|x| *x as i32).collect::<Vec<_>>());
        let inputs = [
            tx,
            x_scale,
            zx,
            tw,
            w_scale,
            zw,
            y_scale,
            typed(kind, &[], &[0]),
            bias,
        ];
        let found = run(10, "QLinearConv", &attributes, &inputs);
        assert_eq!(found, typed(kind, &dims, &expected), "{what}");
    }
}
