//! Normalisations, within 2e-5 of double precision.

use super::*;

const EPSILON: f64 = 1e-3;

/// Mean and the root of the variance with epsilon, over the elements at `members`.
fn moments(x: &[f32], members: &[usize]) -> (f64, f64) {
    let count = members.len() as f64;
    let mean = members.iter().map(|at| f64::from(x[*at])).sum::<f64>() / count;
    let square = |at: &usize| (f64::from(x[*at]) - mean).powi(2);
    let variance = members.iter().map(square).sum::<f64>() / count;
    (mean, (variance + EPSILON).sqrt())
}

fn epsilon() -> (&'static str, Attribute) {
    ("epsilon", Attribute::Float(EPSILON as f32))
}

#[test]
fn layers() {
    let mut noise = Noise(21);
    for round in 0..120 {
        let rank = 1 + noise.below(4);
        let mut dims = noise.dims(rank, 5);
        let axis = noise.below(rank);
        dims[rank - 1] += noise.below(30);
        let inner = count(&dims[axis..]);
        let (x, scale, bias) = (
            noise.floats(count(&dims)),
            noise.floats(inner),
            noise.floats(inner),
        );
        let mut expected = Vec::new();
        for row in 0..x.len() / inner {
            let members: Vec<usize> = (row * inner..(row + 1) * inner).collect();
            let (mean, deviation) = moments(&x, &members);
            for (i, at) in members.iter().enumerate() {
                let normal = (f64::from(x[*at]) - mean) / deviation * f64::from(scale[i]);
                let bias = if round % 2 == 0 {
                    f64::from(bias[i])
                } else {
                    0.0
                };
                expected.push(normal + bias);
            }
        }
        let mut inputs = vec![tensor(&dims, x), tensor(&dims[axis..], scale)];
        if round % 2 == 0 {
            inputs.push(tensor(&dims[axis..], bias));
        }
        let axis = axis as i64 - if round % 3 == 0 { rank as i64 } else { 0 };
        let attributes = [int("axis", axis), epsilon()];
        let found = run(17, "LayerNormalization", &attributes, &inputs);
        near(&found, &dims, &expected, 2e-5, "LayerNormalization");
    }
}

/// Instances are groups of one channel.
#[test]
fn instances_and_groups() {
    let mut noise = Noise(22);
    for _ in 0..80 {
        let (groups, per_group) = (1 + noise.below(3), 1 + noise.below(3));
        let channels = groups * per_group;
        let rank = 1 + noise.below(3);
        let spatial = noise.dims(rank, 7);
        let dims = [&[1 + noise.below(3), channels], &*spatial].concat();
        let plane = count(&spatial);
        let (x, scale, bias) = (
            noise.floats(count(&dims)),
            noise.floats(channels),
            noise.floats(channels),
        );
        let normal = |size: usize| {
            let mut expected = Vec::new();
            for at in 0..x.len() {
                let first = at / (size * plane) * size * plane;
                let members: Vec<usize> = (first..first + size * plane).collect();
                let (mean, deviation) = moments(&x, &members);
                let channel = at / plane % channels;
                let value = (f64::from(x[at]) - mean) / deviation;
                expected.push(value * f64::from(scale[channel]) + f64::from(bias[channel]));
            }
            expected
        };
        let inputs = [
            tensor(&dims, x.clone()),
            Tensor::vector(scale.clone()),
            Tensor::vector(bias.clone()),
        ];
        let found = run(6, "InstanceNormalization", &[epsilon()], &inputs);
        near(&found, &dims, &normal(1), 2e-5, "InstanceNormalization");
        let attributes = [epsilon(), int("num_groups", groups as i64)];
        let found = run(21, "GroupNormalization", &attributes, &inputs);
        near(
            &found,
            &dims,
            &normal(per_group),
            2e-5,
            "GroupNormalization",
        );
    }
}

#[test]
fn batches() {
    let mut noise = Noise(23);
    for _ in 0..80 {
        let channels = 1 + noise.below(6);
        let rank = noise.below(4);
        let spatial = noise.dims(rank, 7);
        let dims = [&[1 + noise.below(3), channels], &*spatial].concat();
        let x = noise.floats(count(&dims));
        let [scale, bias, mean] = [(); 3].map(|()| noise.floats(channels));
        let variance: Vec<f32> = noise
            .floats(channels)
            .iter()
            .map(|x| x.abs() + 0.1)
            .collect();
        let plane = count(&spatial);
        let value = |at: usize| {
            let c = at / plane % channels;
            let [scale, bias, mean] = [scale[c], bias[c], mean[c]].map(f64::from);
            (f64::from(x[at]) - mean) / (f64::from(variance[c]) + EPSILON).sqrt() * scale + bias
        };
        let expected: Vec<f64> = (0..x.len()).map(value).collect();
        let inputs = [
            tensor(&dims, x.clone()),
            Tensor::vector(scale.clone()),
            Tensor::vector(bias.clone()),
            Tensor::vector(mean.clone()),
            Tensor::vector(variance.clone()),
        ];
        let found = run(15, "BatchNormalization", &[epsilon()], &inputs);
        near(&found, &dims, &expected, 2e-5, "BatchNormalization");
    }
}
