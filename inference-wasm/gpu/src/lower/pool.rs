//! Pools.

use super::builder::{Builder, Id, Setting};
use super::conv::{spatial, Spatial, Window};
use super::node::Op;
use super::refusal::Why;

/// MaxPool and AveragePool in two dimensions.
pub(crate) fn pool(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let input = b.dims(x).to_vec();
    if input.len() != 4 {
        return Err(Why::Rank(input.len()));
    }
    if b.dtype(x) != countersign_onnx::DataType::F32 {
        return Err(Why::Integers);
    }
    let kernel = op.lengths("kernel_shape", vec![0; 2])?;
    let Spatial {
        strides,
        dilations,
        pads,
    } = spatial(op, &kernel, &input[2..])?;
    let window = Window {
        pads: [pads[0], pads[1], pads[2], pads[3]],
        strides: [strides[0], strides[1]],
        dilations: [dilations[0], dilations[1]],
        group: 1,
    };
    let kernel = [kernel[0], kernel[1]];
    let ceil = op.int("ceil_mode", 0) != 0;
    let mut settings = window.settings(kernel);
    let name = if op.node.op_type == "MaxPool" {
        op.only_int("storage_order", 0)?;
        settings.push((
            "dilations",
            Setting::Ints(dilations.iter().map(|d| *d as i64).collect()),
        ));
        "MaxPool"
    } else {
        // The shader counts what it adds up, or always divides by the whole kernel: both are ONNX's only without these.
        op.only_int("ceil_mode", 0)?;
        if dilations != [1, 1] {
            return Err(Why::Attribute {
                name: "dilations",
                value: format!("{dilations:?}"),
            });
        }
        settings.push((
            "count_include_pad",
            Setting::Int(op.int("count_include_pad", 0)),
        ));
        "AveragePool"
    };
    let dims = vec![
        input[0],
        input[1],
        window.length(0, input[2], kernel[0], ceil)?,
        window.length(1, input[3], kernel[1], ceil)?,
    ];
    settings.push(("ceil_mode", Setting::Int(i64::from(ceil))));
    b.emit_f32(name, vec![x.into()], dims, settings)
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
