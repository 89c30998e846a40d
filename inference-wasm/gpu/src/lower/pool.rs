//! Pools.

use super::arithmetic::Binary;
use super::builder::{Builder, Id, Setting};
use super::conv::{spatial, Spatial, Window};
use super::node::Op;
use super::refusal::Why;

/// MaxPool and AveragePool in one or two dimensions.
pub(crate) fn pool(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let name = if op.node.op_type == "MaxPool" {
        op.only_int("storage_order", 0)?;
        "MaxPool"
    } else {
        "AveragePool"
    };
    let include = op.int("count_include_pad", 0) != 0;
    let (y, _) = windowed(b, op, x, name, include)?;
    Ok(y)
}

/// LpPool: the p-th root of a sum of p-th powers, which is the mean times the number of elements under a window.
pub(crate) fn lp(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let p = op.int("p", 2);
    let powers = match p {
        1 => b.unary("Abs", x)?,
        2 => b.binary(Binary::Mul, x, x)?,
        other => {
            return Err(Why::Attribute {
                name: "p",
                value: other.to_string(),
            })
        }
    };
    let (mean, count) = windowed(b, op, powers, "AveragePool", true)?;
    let sum = b.times(mean, count as f32)?;
    if p == 2 {
        b.unary("Sqrt", sum)
    } else {
        Ok(sum)
    }
}

/// A pool of wonnx, and the number of elements under its window.
fn windowed(
    b: &mut Builder,
    op: &Op<'_>,
    x: Id,
    name: &'static str,
    include: bool,
) -> Result<(Id, usize), Why> {
    let input = b.dims(x).to_vec();
    let axes = match input.len() {
        3 => 1,
        4 => 2,
        other => return Err(Why::Rank(other)),
    };
    if b.dtype(x) != countersign_onnx::DataType::F32 {
        return Err(Why::Integers);
    }
    let kernel = op.lengths("kernel_shape", vec![0; axes])?;
    let Spatial {
        strides,
        dilations,
        pads,
    } = spatial(op, &kernel, &input[2..])?;
    let ceil = op.int("ceil_mode", 0) != 0;
    // One dimension: a second one of length 1 in front.
    let two = |list: &[usize], fill: usize| match *list {
        [one] => [fill, one],
        [first, second, ..] => [first, second],
        [] => [fill; 2],
    };
    let (rows, columns) = (two(&input[2..], 1)[0], two(&input[2..], 1)[1]);
    let (starts, ends) = (two(&pads[..axes], 0), two(&pads[axes..], 0));
    let window = Window {
        pads: [starts[0], starts[1], ends[0], ends[1]],
        strides: two(&strides, 1),
        dilations: two(&dilations, 1),
        group: 1,
    };
    let kernel = two(&kernel, 1);
    // ONNX asks that no window lies in the padding alone: its maximum would be of nothing.
    if (0..2).any(|i| {
        let covered = (kernel[i] - 1) * window.dilations[i];
        window.pads[i] > covered || window.pads[i + 2] > covered
    }) {
        return Err(Why::Dims { what: "pads" });
    }
    let out = |ceil| -> Result<[usize; 2], Why> {
        Ok([
            window.length(0, rows, kernel[0], ceil)?,
            window.length(1, columns, kernel[1], ceil)?,
        ])
    };
    let [down, across] = out(ceil)?;
    let more = ceil && out(false)? != [down, across];
    let mut settings = window.settings(kernel);
    if name == "MaxPool" {
        let dilations = window.dilations.iter().map(|d| *d as i64);
        settings.push(("dilations", Setting::Ints(dilations.collect())));
    } else {
        // The shader counts what it adds up, or always divides by the whole kernel: both are ONNX's only without these.
        if more {
            return Err(Why::Attribute {
                name: "ceil_mode",
                value: "1".to_owned(),
            });
        }
        if window.dilations != [1, 1] {
            return Err(Why::Attribute {
                name: "dilations",
                value: format!("{:?}", window.dilations),
            });
        }
        settings.push(("count_include_pad", Setting::Int(i64::from(include))));
    }
    settings.push(("ceil_mode", Setting::Int(i64::from(more))));
    let x = b.reshape(x, &[input[0], input[1], rows, columns])?;
    let y = b.emit_f32(
        name,
        vec![x.into()],
        vec![input[0], input[1], down, across],
        settings,
    )?;
    let y = if axes == 1 {
        b.reshape(y, &[input[0], input[1], across])?
    } else {
        y
    };
    Ok((y, kernel[0] * kernel[1]))
}

/// GlobalAveragePool and GlobalMaxPool: reductions over all spatial axes.
pub(crate) fn global(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    if rank < 3 {
        return Err(Why::Rank(rank));
    }
    let axes: Vec<usize> = (2..rank).collect();
    let name = if op.node.op_type == "GlobalMaxPool" {
        "ReduceMax"
    } else {
        "ReduceMean"
    };
    b.reduce(name, x, &axes, true)
}
