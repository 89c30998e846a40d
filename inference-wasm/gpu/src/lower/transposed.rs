//! Transposed convolutions.

use super::builder::{Builder, Id};
use super::conv::{convolve, Window};
use super::node::Op;
use super::refusal::Why;

/// ConvTranspose in one or two dimensions with constant weights.
pub(crate) fn conv_transpose(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    match side_by_side(b, op) {
        Err(Why::Attribute { .. } | Why::Rank(_)) => stretched(b, op),
        other => other,
    }
}

/// A convolution with the turned kernel over the input with `stride − 1` zeros after each element.
fn stretched(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let input = b.dims(x).to_vec();
    let (dims, weights) = b.known_floats(op.x(1)?, "weights")?;
    let axes = match (input.len(), dims.len()) {
        (3, 3) => 1,
        (4, 4) => 2,
        (other, _) => return Err(Why::Rank(other)),
    };
    let wrong = |what| Why::Dims { what };
    let group = usize::try_from(op.int("group", 1)).map_err(|_| wrong("groups"))?;
    let (from, to) = (dims[0], dims[1]);
    if group == 0 || from % group != 0 || input[1] != from {
        return Err(wrong("channels"));
    }
    let kernel = &dims[2..];
    if op.lengths("kernel_shape", kernel.to_vec())? != kernel {
        return Err(wrong("kernels"));
    }
    let strides = op.lengths("strides", vec![1; axes])?;
    let dilations = op.lengths("dilations", vec![1; axes])?;
    let more = op.lengths("output_padding", vec![0; axes])?;
    if strides.contains(&0) || dilations.contains(&0) || kernel.contains(&0) {
        return Err(wrong("strides"));
    }
    let pads = pads(op, axes, |axis, wanted| {
        let whole = strides[axis] * (input[axis + 2] - 1)
            + more[axis]
            + (kernel[axis] - 1) * dilations[axis]
            + 1;
        match wanted {
            Some(length) => whole.checked_sub(length),
            None => Some(whole.saturating_sub(input[axis + 2] * strides[axis])),
        }
    })?;
    let two = |list: &[usize], fill: usize| match *list {
        [one] => [fill, one],
        [first, second, ..] => [first, second],
        [] => [fill; 2],
    };
    let size = two(&input[2..], 1);
    let (kernel, strides) = (two(kernel, 1), two(&strides, 1));
    let (dilations, more) = (two(&dilations, 1), two(&more, 0));
    let (starts, ends) = (two(&pads[..axes], 0), two(&pads[axes..], 0));
    let mut y = b.reshape(x, &[input[0], from, size[0], 1, size[1], 1])?;
    y = b.pad(y, 3, 0, strides[0] - 1, 0.0)?;
    y = b.pad(y, 5, 0, strides[1] - 1, 0.0)?;
    let mut long = [size[0] * strides[0], size[1] * strides[1]];
    y = b.reshape(y, &[input[0], from, long[0], long[1]])?;
    let mut window = Window {
        dilations,
        group,
        ..Window::unit()
    };
    for axis in 0..2 {
        let reach = (kernel[axis] - 1) * dilations[axis];
        let before = reach.checked_sub(starts[axis]);
        let after = (reach + more[axis]).checked_sub(ends[axis]);
        let (Some(before), Some(after)) = (before, after) else {
            return Err(Why::Attribute {
                name: "pads",
                value: "more than the kernel".to_owned(),
            });
        };
        // The zeros after the last element are padding already.
        let spare = strides[axis] - 1;
        let cut = spare.saturating_sub(after);
        if cut > 0 {
            long[axis] -= cut;
            y = b.take(y, axis + 2, &(0..long[axis]).collect::<Vec<_>>())?;
        }
        window.pads[axis] = before;
        window.pads[axis + 2] = after.saturating_sub(spare);
    }
    let (per_group, cell) = (from / group, kernel[0] * kernel[1]);
    let mut turned = vec![0.0; weights.len()];
    for (at, weight) in weights.iter().enumerate() {
        let (channel, rest) = (at / (to * cell), at % (to * cell));
        let (out, tap) = (rest / cell, rest % cell);
        let (part, own) = (channel / per_group, channel % per_group);
        turned[((part * to + out) * per_group + own) * cell + cell - 1 - tap] = *weight;
    }
    let bias = match op.optional(2) {
        Some(bias) => b.known_floats(bias, "biases")?.1,
        None => vec![0.0; to * group],
    };
    let weight_dims = [to * group, per_group, kernel[0], kernel[1]];
    let y = convolve(b, y, &weight_dims, turned, bias, &window)?;
    if axes == 2 {
        return Ok(y);
    }
    let dims = b.dims(y).to_vec();
    b.reshape(y, &[dims[0], dims[1], dims[3]])
}

/// All beginnings, then all ends. `total` gives both together for an axis: for a wanted length, or for input times stride.
fn pads(
    op: &Op<'_>,
    axes: usize,
    total: impl Fn(usize, Option<usize>) -> Option<usize>,
) -> Result<Vec<usize>, Why> {
    let mode = op.text("auto_pad", "NOTSET");
    let wanted = match op.ints("output_shape") {
        Some(_) => Some(op.lengths("output_shape", vec![0; axes])?),
        None => None,
    };
    match (mode.as_str(), &wanted) {
        ("NOTSET", None) => return op.lengths("pads", vec![0; axes * 2]),
        ("VALID", None) => return Ok(vec![0; axes * 2]),
        ("NOTSET" | "SAME_UPPER" | "SAME_LOWER", _) => {}
        (other, _) => {
            return Err(Why::Attribute {
                name: "auto_pad",
                value: other.to_owned(),
            })
        }
    }
    let mut pads = vec![0; axes * 2];
    for axis in 0..axes {
        let total = total(axis, wanted.as_ref().map(|lengths| lengths[axis]));
        let total = total.ok_or(Why::Dims { what: "lengths" })?;
        // ONNX: SAME_UPPER puts the odd one at the end, everything else at the beginning.
        let half = total / 2;
        let (before, after) = if mode == "SAME_UPPER" {
            (half, total - half)
        } else {
            (total - half, half)
        };
        (pads[axis], pads[axes + axis]) = (before, after);
    }
    Ok(pads)
}

/// ConvTranspose whose windows do not overlap: a 1 × 1 convolution whose outputs are then laid side by side.
fn side_by_side(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let (weight_dims, weights) = b.known_floats(op.x(1)?, "weights")?;
    let input = b.dims(x).to_vec();
    let [from, to, height, width] = weight_dims[..] else {
        return Err(Why::Rank(weight_dims.len()));
    };
    op.only_int("group", 1)?;
    let plain = op.text("auto_pad", "NOTSET") == "NOTSET" && op.ints("output_shape").is_none();
    let strides = op.lengths("strides", vec![1; 2])?;
    let none = |name| op.lengths(name, vec![0; if name == "pads" { 4 } else { 2 }]);
    if !plain
        || strides != [height, width]
        || none("pads")?
            .iter()
            .chain(&none("output_padding")?)
            .any(|pad| *pad != 0)
    {
        return Err(Why::Attribute {
            name: "strides",
            value: "other than the kernel, or padding".to_owned(),
        });
    }
    if op.lengths("dilations", vec![1; 2])? != [1, 1] || input.len() != 4 {
        return Err(Why::Attribute {
            name: "dilations",
            value: "other than 1".to_owned(),
        });
    }
    let cell = height * width;
    let mut turned = vec![0.0; weights.len()];
    for (i, weight) in weights.iter().enumerate() {
        let (input_channel, rest) = (i / (to * cell), i % (to * cell));
        turned[rest * from + input_channel] = *weight;
    }
    let bias = match op.optional(2) {
        Some(bias) => b.known_floats(bias, "biases")?.1,
        None => vec![0.0; to],
    };
    let bias = bias
        .iter()
        .flat_map(|value| std::iter::repeat_n(*value, cell))
        .collect();
    let y = convolve(
        b,
        x,
        &[to * cell, from, 1, 1],
        turned,
        bias,
        &Window::unit(),
    )?;
    let y = b.reshape(y, &[input[0], to, height, width, input[2], input[3]])?;
    let y = b.transpose(y, &[0, 1, 4, 2, 5, 3])?;
    b.reshape(y, &[input[0], to, input[2] * height, input[3] * width])
}
