//! Convolutions, poolings, Resize.

use super::*;

/// One dimension of a window.
#[derive(Clone, Copy, Debug)]
struct Axis {
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    begin: usize,
    end: usize,
}

impl Axis {
    fn random(noise: &mut Noise) -> Self {
        let [kernel, stride, dilation] = [4, 3, 2].map(|most| 1 + noise.below(most));
        let reach = (kernel - 1) * dilation + 1;
        Self {
            input: reach + noise.below(9),
            kernel,
            stride,
            dilation,
            begin: noise.below(kernel),
            end: noise.below(kernel),
        }
    }

    fn output(&self, ceil: bool) -> usize {
        let reach = (self.kernel - 1) * self.dilation + 1;
        let room = self.input + self.begin + self.end - reach;
        if !ceil {
            return room / self.stride + 1;
        }
        let steps = room.div_ceil(self.stride);
        // A window starts inside of the input or before it.
        steps + usize::from(steps * self.stride < self.input + self.begin)
    }

    fn source(&self, position: usize, tap: usize) -> Option<usize> {
        let at = (position * self.stride + tap * self.dilation).checked_sub(self.begin)?;
        (at < self.input).then_some(at)
    }
}

fn axes(noise: &mut Noise, rank: usize) -> Vec<Axis> {
    (0..rank).map(|_| Axis::random(noise)).collect()
}

fn list(axes: &[Axis], part: impl Fn(&Axis) -> usize) -> Vec<usize> {
    axes.iter().map(part).collect()
}

fn geometry(axes: &[Axis]) -> Vec<(&'static str, Attribute)> {
    let pads = [list(axes, |a| a.begin), list(axes, |a| a.end)].concat();
    vec![
        ints("kernel_shape", &list(axes, |a| a.kernel)),
        ints("strides", &list(axes, |a| a.stride)),
        ints("dilations", &list(axes, |a| a.dilation)),
        ints("pads", &pads),
    ]
}

/// Where each tap of the window at `position` reads; `None` in the padding.
fn window(axes: &[Axis], position: &[usize]) -> Vec<Option<usize>> {
    let source = |tap: &Vec<usize>| {
        let at = |i: usize| axes[i].source(position[i], tap[i]);
        let index: Option<Vec<usize>> = (0..axes.len()).map(at).collect();
        index.map(|index| place(&list(axes, |a| a.input), &index))
    };
    indices(&list(axes, |a| a.kernel))
        .iter()
        .map(source)
        .collect()
}

/// Equal: bias, then channel by channel and tap by tap.
#[test]
fn convolutions() {
    let mut noise = Noise(41);
    for round in 0..150 {
        let axes = axes(&mut noise, [1, 2, 2, 3][round % 4]);
        let [batches, groups, channels, filters] = [2, 3, 4, 5].map(|most| 1 + noise.below(most));
        let (input, kernel) = (list(&axes, |a| a.input), list(&axes, |a| a.kernel));
        let (plane, taps) = (count(&input), count(&kernel));
        let output = list(&axes, |a| a.output(false));
        let x = noise.floats(batches * groups * channels * plane);
        let w = noise.floats(groups * filters * channels * taps);
        let bias = noise.floats(groups * filters);
        let mut expected = Vec::new();
        for (batch, filter) in (0..batches * groups * filters)
            .map(|i| (i / (groups * filters), i % (groups * filters)))
        {
            for position in indices(&output) {
                let mut sum = bias[filter];
                for channel in 0..channels {
                    let from = (batch * groups + filter / filters) * channels + channel;
                    for (tap, at) in window(&axes, &position).iter().enumerate() {
                        if let Some(at) = at {
                            sum += w[(filter * channels + channel) * taps + tap]
                                * x[from * plane + at];
                        }
                    }
                }
                expected.push(sum);
            }
        }
        let inputs = [
            tensor(&[&[batches, groups * channels], &*input].concat(), x),
            tensor(&[&[groups * filters, channels], &*kernel].concat(), w),
            Tensor::vector(bias),
        ];
        let mut attributes = geometry(&axes);
        attributes.push(int("group", groups as i64));
        let dims = [&[batches, groups * filters], &*output].concat();
        let found = run(11, "Conv", &attributes, &inputs);
        same(
            &found,
            &dims,
            &expected,
            &format!("{axes:?} {groups} {channels} {filters}"),
        );
    }
}

/// Within 1e-5 of the scattered sums in double precision.
#[test]
fn transposed_convolutions() {
    let mut noise = Noise(42);
    for round in 0..100 {
        let axes = axes(&mut noise, 1 + round % 2);
        let [batches, groups, channels, filters] = [2, 2, 3, 3].map(|most| 1 + noise.below(most));
        // The window slides over the output here; positions are those of the input.
        let (wide, kernel) = (list(&axes, |a| a.input), list(&axes, |a| a.kernel));
        let input = list(&axes, |a| a.output(false));
        let extra = list(&axes, |a| {
            let reach = (a.kernel - 1) * a.dilation + 1;
            (a.input + a.begin + a.end - reach) % a.stride
        });
        let (plane, taps, large) = (count(&input), count(&kernel), count(&wide));
        let x = noise.floats(batches * groups * channels * plane);
        let w = noise.floats(groups * channels * filters * taps);
        let bias = noise.floats(groups * filters);
        let mut expected: Vec<f64> = (0..batches * groups * filters * large)
            .map(|at| f64::from(bias[at / large % (groups * filters)]))
            .collect();
        for image in 0..batches * groups * channels {
            let (channel, batch) = (image % (groups * channels), image / (groups * channels));
            for (i, position) in indices(&input).iter().enumerate() {
                for filter in 0..filters {
                    let to = batch * groups * filters + channel / channels * filters + filter;
                    for (tap, at) in window(&axes, position).iter().enumerate() {
                        if let Some(at) = at {
                            expected[to * large + at] += f64::from(x[image * plane + i])
                                * f64::from(w[(channel * filters + filter) * taps + tap]);
                        }
                    }
                }
            }
        }
        let inputs = [
            tensor(&[&[batches, groups * channels], &*input].concat(), x),
            tensor(&[&[groups * channels, filters], &*kernel].concat(), w),
            Tensor::vector(bias),
        ];
        let mut attributes = geometry(&axes);
        attributes.push(int("group", groups as i64));
        attributes.push(ints("output_padding", &extra));
        let dims = [&[batches, groups * filters], &*wide].concat();
        let found = run(11, "ConvTranspose", &attributes, &inputs);
        near(&found, &dims, &expected, 1e-5, &format!("{axes:?}"));
    }
}

/// Maxima are equal, means within 1e-6 of double precision.
#[test]
fn poolings() {
    let mut noise = Noise(43);
    for round in 0..150 {
        let mut axes = axes(&mut noise, 1 + round % 3);
        let ceil = round % 2 == 0;
        // A window wholly inside of the padding has no mean: the last one reaches the input.
        axes.iter_mut()
            .for_each(|a| a.end = a.end.min(a.stride - 1));
        let input = list(&axes, |a| a.input);
        let (batches, channels, plane) = (1 + noise.below(2), 1 + noise.below(3), count(&input));
        let x = noise.floats(batches * channels * plane);
        let dims = [&[batches, channels], &*input].concat();
        let output = list(&axes, |a| a.output(ceil));
        let out = [&[batches, channels], &*output].concat();
        let mut attributes = geometry(&axes);
        attributes.push(int("ceil_mode", i64::from(ceil)));
        let (mut peaks, mut means, mut padded) = (Vec::new(), Vec::new(), Vec::new());
        for image in 0..batches * channels {
            for position in indices(&output) {
                let taps = window(&axes, &position);
                let value = |at: &usize| x[image * plane + at];
                let inside: Vec<f32> = taps.iter().flatten().map(value).collect();
                let sum: f64 = inside.iter().map(|x| f64::from(*x)).sum();
                peaks.push(inside.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b)));
                means.push(sum / inside.len() as f64);
                padded.push(sum / taps.len() as f64);
            }
        }
        let x = tensor(&dims, x);
        let what = format!("{axes:?} {ceil}");
        let found = run(12, "MaxPool", &attributes, std::slice::from_ref(&x));
        same(&found, &out, &peaks, &what);
        let found = run(19, "AveragePool", &attributes, std::slice::from_ref(&x));
        near(&found, &out, &means, 1e-6, &what);
        if !ceil {
            attributes.push(int("count_include_pad", 1));
            let found = run(19, "AveragePool", &attributes, &[x]);
            near(&found, &out, &padded, 1e-6, &what);
        }
    }
}

/// Where an output's position lies in the input.
fn coordinate(mode: &str, at: usize, from: usize, to: usize) -> f64 {
    let (at, from, to) = (at as f64, from as f64, to as f64);
    match mode {
        "asymmetric" => at * from / to,
        "align_corners" if to == 1.0 => 0.0,
        "align_corners" => at * (from - 1.0) / (to - 1.0),
        "pytorch_half_pixel" if to == 1.0 => 0.0,
        _ => (at + 0.5) * from / to - 0.5,
    }
}

/// Linear within 1e-5 of double precision; the nearest by whole factors equal.
#[test]
fn resizes() {
    let mut noise = Noise(44);
    let modes = [
        "half_pixel",
        "asymmetric",
        "align_corners",
        "pytorch_half_pixel",
    ];
    for round in 0..160 {
        let mode = modes[round % 4];
        let input = [1, 2, 1 + noise.below(6), 1 + noise.below(6)];
        let mut out = [1, 2, 1 + noise.below(12), 1 + noise.below(12)];
        let x = noise.floats(count(&input));
        let value = |index: &Vec<usize>| {
            let ends = [2, 3].map(|axis| {
                let at = coordinate(mode, index[axis], input[axis], out[axis]);
                let last = input[axis] - 1;
                let low = at.floor();
                let clamp = |at: f64| at.clamp(0.0, last as f64) as usize;
                [(clamp(low), 1.0 - (at - low)), (clamp(low + 1.0), at - low)]
            });
            let mut sum = 0.0;
            for (row, a) in ends[0] {
                for (column, b) in ends[1] {
                    let at = place(&input, &[index[0], index[1], row, column]);
                    sum += a * b * f64::from(x[at]);
                }
            }
            sum
        };
        let expected: Vec<f64> = indices(&out).iter().map(value).collect();
        let sizes =
            |out: &[usize]| Tensor::vector(out.iter().map(|d| *d as i64).collect::<Vec<_>>());
        let attributes = [
            text("mode", "linear"),
            text("coordinate_transformation_mode", mode),
        ];
        let inputs = |out: &[usize]| {
            [
                Some(tensor(&input, x.clone())),
                None,
                None,
                Some(sizes(out)),
            ]
        };
        let found = node(13, "Resize", &attributes, &inputs(&out), 1)
            .unwrap()
            .remove(0);
        near(
            &found,
            &out,
            &expected,
            1e-5,
            &format!("{mode} {input:?} {out:?}"),
        );
        let factors = [1 + noise.below(3), 1 + noise.below(3)];
        (out[2], out[3]) = (input[2] * factors[0], input[3] * factors[1]);
        let value = |index: &Vec<usize>| {
            let (row, column) = (index[2] / factors[0], index[3] / factors[1]);
            x[place(&input, &[index[0], index[1], row, column])]
        };
        let expected: Vec<f32> = indices(&out).iter().map(value).collect();
        let attributes = [
            text("mode", "nearest"),
            text("coordinate_transformation_mode", "asymmetric"),
            text("nearest_mode", "floor"),
        ];
        let found = node(13, "Resize", &attributes, &inputs(&out), 1)
            .unwrap()
            .remove(0);
        same(
            &found,
            &out,
            &expected,
            &format!("nearest {input:?} {out:?}"),
        );
    }
}
