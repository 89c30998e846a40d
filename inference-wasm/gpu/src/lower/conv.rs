//! Convolutions.

use super::builder::{Builder, Id, Setting};
use super::node::Op;
use super::refusal::Why;

/// How a two-dimensional window moves over its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Top, left, bottom, right.
    pub pads: [usize; 4],
    pub strides: [usize; 2],
    pub dilations: [usize; 2],
    pub group: usize,
}

impl Window {
    /// No padding, every position, one group.
    pub const fn unit() -> Self {
        Self {
            pads: [0; 4],
            strides: [1; 2],
            dilations: [1; 2],
            group: 1,
        }
    }

    /// The output's length along an axis.
    pub fn length(
        &self,
        axis: usize,
        input: usize,
        kernel: usize,
        ceil: bool,
    ) -> Result<usize, Why> {
        let stride = self.strides[axis];
        if stride == 0 || kernel == 0 {
            return Err(Why::Dims { what: "strides" });
        }
        let covered = self.dilations[axis] * (kernel - 1) + 1;
        let padded = input + self.pads[axis] + self.pads[axis + 2];
        let free = padded
            .checked_sub(covered)
            .ok_or(Why::Dims { what: "kernels" })?;
        let steps = if ceil {
            free.div_ceil(stride)
        } else {
            free / stride
        };
        // ONNX: a window that starts in the padding after the input is left out.
        let out = steps + 1;
        Ok(if ceil && (out - 1) * stride >= input + self.pads[axis] {
            out - 1
        } else {
            out
        })
    }

    /// The attributes that Conv and the pools share.
    pub fn settings(&self, kernel: [usize; 2]) -> Vec<(&'static str, Setting)> {
        let ints =
            |values: &[usize]| Setting::Ints(values.iter().map(|value| *value as i64).collect());
        vec![
            ("kernel_shape", ints(&kernel)),
            ("pads", ints(&self.pads)),
            ("strides", ints(&self.strides)),
        ]
    }
}

/// How a window with any number of axes moves.
pub(crate) struct Spatial {
    pub strides: Vec<usize>,
    pub dilations: Vec<usize>,
    /// All beginnings, then all ends.
    pub pads: Vec<usize>,
}

/// Strides, dilations and pads of a node; `input` are the input's spatial dimensions.
pub(crate) fn spatial(op: &Op<'_>, kernel: &[usize], input: &[usize]) -> Result<Spatial, Why> {
    let axes = kernel.len();
    let strides = op.lengths("strides", vec![1; axes])?;
    let dilations = op.lengths("dilations", vec![1; axes])?;
    if strides.contains(&0) || dilations.contains(&0) || kernel.contains(&0) {
        return Err(Why::Dims { what: "strides" });
    }
    let pads = match op.text("auto_pad", "NOTSET").as_str() {
        "NOTSET" => op.lengths("pads", vec![0; axes * 2])?,
        "VALID" => vec![0; axes * 2],
        mode @ ("SAME_UPPER" | "SAME_LOWER") => {
            let mut pads = vec![0; axes * 2];
            for axis in 0..axes {
                let covered = (kernel[axis] - 1) * dilations[axis] + 1;
                let needed = (input[axis].div_ceil(strides[axis]) - 1) * strides[axis] + covered;
                let total = needed.saturating_sub(input[axis]);
                let before = if mode == "SAME_UPPER" {
                    total / 2
                } else {
                    total - total / 2
                };
                (pads[axis], pads[axes + axis]) = (before, total - before);
            }
            pads
        }
        other => {
            return Err(Why::Attribute {
                name: "auto_pad",
                value: other.to_owned(),
            })
        }
    };
    Ok(Spatial {
        strides,
        dilations,
        pads,
    })
}

/// Conv in one or two dimensions with constant weights.
pub(crate) fn conv(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let (weight_dims, weights) = b.known_floats(op.x(1)?, "weights")?;
    let bias = match op.optional(2) {
        Some(bias) => b.known_floats(bias, "biases")?.1,
        None => vec![0.0; weight_dims[0]],
    };
    let input = b.dims(x).to_vec();
    if input.len() != weight_dims.len() || !(3..=4).contains(&input.len()) {
        return Err(Why::Rank(input.len()));
    }
    let kernel = &weight_dims[2..];
    if op.lengths("kernel_shape", kernel.to_vec())? != kernel {
        return Err(Why::Dims { what: "kernels" });
    }
    let Spatial {
        strides,
        dilations,
        pads,
    } = spatial(op, kernel, &input[2..])?;
    let group = usize::try_from(op.int("group", 1)).map_err(|_| Why::Dims { what: "groups" })?;
    if let [stride] = strides[..] {
        // One dimension: a second one of length 1 in front.
        let x = b.reshape(x, &[input[0], input[1], 1, input[2]])?;
        let window = Window {
            pads: [0, pads[0], 0, pads[1]],
            strides: [1, stride],
            dilations: [1, dilations[0]],
            group,
        };
        let y = convolve(
            b,
            x,
            &[weight_dims[0], weight_dims[1], 1, weight_dims[2]],
            weights,
            bias,
            &window,
        )?;
        let dims = b.dims(y).to_vec();
        return b.reshape(y, &[dims[0], dims[1], dims[3]]);
    }
    let window = Window {
        pads: [pads[0], pads[1], pads[2], pads[3]],
        strides: [strides[0], strides[1]],
        dilations: [dilations[0], dilations[1]],
        group,
    };
    let dims = [
        weight_dims[0],
        weight_dims[1],
        weight_dims[2],
        weight_dims[3],
    ];
    convolve(b, x, &dims, weights, bias, &window)
}

/// A two-dimensional convolution with weights of [out, in / group, height, width]. Our own shader computes it
/// (`kernel/tiled.rs`): wonnx's are wrong for some kernels, biases and dilations.
pub(crate) fn convolve(
    b: &mut Builder,
    x: Id,
    weight_dims: &[usize; 4],
    weights: Vec<f32>,
    bias: Vec<f32>,
    window: &Window,
) -> Result<Id, Why> {
    let input = b.dims(x).to_vec();
    let [out, per_group, height, width] = *weight_dims;
    let fits = window.group > 0
        && input[1] == per_group * window.group
        && out % window.group == 0
        && bias.len() == out;
    if !fits {
        return Err(Why::Dims { what: "channels" });
    }
    if b.dtype(x) != countersign_onnx::DataType::F32 {
        return Err(Why::Integers);
    }
    let dims = vec![
        input[0],
        out,
        window.length(0, input[2], height, false)?,
        window.length(1, input[3], width, false)?,
    ];
    let weights = b.floats(weight_dims, weights)?;
    let mut settings = window.settings([height, width]);
    settings.push((
        "dilations",
        Setting::Ints(window.dilations.iter().map(|d| *d as i64).collect()),
    ));
    settings.push(("group", Setting::Int(window.group as i64)));
    let bias = b.floats(&[out], bias)?;
    b.emit_f32(
        "Conv",
        vec![x.into(), weights.into(), bias.into()],
        dims,
        settings,
    )
}
