//! Operators that speak of shapes, or change nothing but the shape.

use countersign_onnx::{Attribute, Data, Tensor};

use super::builder::{Builder, Id};
use super::movement::axis;
use super::node::Op;
use super::refusal::Why;

/// Lowers an operator of this file.
pub(crate) fn lower(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    match op.node.op_type.as_str() {
        "Constant" => constant(b, op),
        "ConstantOfShape" => constant_of_shape(b, op),
        "Shape" => shape(b, op),
        "Size" => {
            let count: usize = b.dims(op.x(0)?).iter().product();
            Ok(b.constant(Tensor::scalar(to_i64(count)?)))
        }
        "Range" => range(b, op),
        "Reshape" => reshape(b, op),
        "Flatten" => flatten(b, op),
        "Squeeze" => squeeze(b, op),
        "Unsqueeze" => unsqueeze(b, op),
        "Transpose" => transpose(b, op),
        "Concat" => {
            let all = op.all()?;
            let rank = b.dims(op.x(0)?).len();
            let axis = axis(op.int("axis", 0), rank)?;
            b.concat(&all, axis)
        }
        _ => Err(Why::Operator),
    }
}

pub(crate) fn to_i64(value: usize) -> Result<i64, Why> {
    i64::try_from(value).map_err(|_| Why::Overflow)
}

/// Whole numbers that are lengths.
pub(crate) fn lengths(values: &[i64]) -> Result<Vec<usize>, Why> {
    values
        .iter()
        .map(|v| usize::try_from(*v))
        .collect::<Result<_, _>>()
        .map_err(|_| Why::Dims { what: "dimensions" })
}

fn constant(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut given = op.node.attributes.values();
    let tensor = match (given.next(), given.next()) {
        (Some(Attribute::Tensor(tensor)), None) => tensor.clone(),
        (Some(Attribute::Float(value)), None) => Tensor::scalar(*value).into(),
        (Some(Attribute::Int(value)), None) => Tensor::scalar(*value).into(),
        (Some(Attribute::Floats(values)), None) => Tensor::vector(values.clone()).into(),
        (Some(Attribute::Ints(values)), None) => Tensor::vector(values.clone()).into(),
        _ => {
            return Err(Why::Attribute {
                name: "value",
                value: "of another kind".to_owned(),
            })
        }
    };
    Ok(b.constant(tensor))
}

fn constant_of_shape(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let dims = lengths(&b.known_ints(op.x(0)?, "shapes")?)?;
    let one = match op.tensor("value") {
        Some(tensor) => Tensor::clone(&tensor)
            .reshaped(vec![])
            .ok_or(Why::Dims { what: "values" })?,
        None => Tensor::scalar(0.0f32),
    };
    let one = b.constant(one);
    b.expand(one, &dims)
}

/// Shape; `start` and `end` since opset 15.
fn shape(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let dims = b.dims(op.x(0)?).to_vec();
    let rank = to_i64(dims.len())?;
    let bound = |name, default| {
        let value = op.int(name, default);
        (if value < 0 { value + rank } else { value }).clamp(0, rank) as usize
    };
    let (start, end) = (bound("start", 0), bound("end", rank));
    let dims = dims.get(start..end).unwrap_or_default();
    let dims = dims
        .iter()
        .map(|dim| to_i64(*dim))
        .collect::<Result<Vec<i64>, _>>()?;
    Ok(b.constant(Tensor::vector(dims)))
}

fn range(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let mut ends = [0i64; 3];
    for (index, end) in ends.iter_mut().enumerate() {
        *end = *b
            .known_ints(op.x(index)?, "limits")?
            .first()
            .ok_or(Why::Empty)?;
    }
    let [start, limit, delta] = ends;
    if delta == 0 {
        return Err(Why::Overflow);
    }
    let mut values = Vec::new();
    let mut next = start;
    while (delta > 0 && next < limit) || (delta < 0 && next > limit) {
        if values.len() as i64 >= super::builder::EXACT {
            return Err(Why::TooLarge);
        }
        values.push(next);
        next = next.checked_add(delta).ok_or(Why::Overflow)?;
    }
    let data = match b.dtype(op.x(0)?) {
        countersign_onnx::DataType::I64 => Data::I64(values),
        other => return Err(Why::Type(other)),
    };
    Ok(b.constant(Tensor::new(vec![data.len()], data).ok_or(Why::Empty)?))
}

/// Reshape: 0 keeps a dimension (unless `allowzero`), one −1 takes what is left.
fn reshape(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let from = b.dims(x).to_vec();
    let wanted = b.known_ints(op.x(1)?, "shapes")?;
    let wrong = || Why::Dims { what: "dimensions" };
    let mut dims = Vec::new();
    let mut open = None;
    for (i, dim) in wanted.iter().enumerate() {
        dims.push(match dim {
            0 if op.int("allowzero", 0) == 0 => *from.get(i).ok_or_else(wrong)?,
            -1 if open.is_none() => {
                open = Some(i);
                1
            }
            dim => usize::try_from(*dim).map_err(|_| wrong())?,
        });
    }
    if let Some(open) = open {
        let rest: usize = dims.iter().product();
        let count: usize = from.iter().product();
        dims[open] = count.checked_div(rest).ok_or_else(wrong)?;
    }
    b.reshape(x, &dims)
}

fn flatten(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let at = match op.int("axis", 1) {
        end if end == to_i64(dims.len())? => dims.len(),
        at => axis(at, dims.len())?,
    };
    b.reshape(
        x,
        &[dims[..at].iter().product(), dims[at..].iter().product()],
    )
}

/// The axes of Squeeze and Unsqueeze: an attribute before opset 13, then an input.
fn axes(b: &Builder, op: &Op<'_>, rank: usize) -> Result<Option<Vec<usize>>, Why> {
    let listed = match op.optional(1) {
        Some(input) => Some(b.known_ints(input, "axes")?),
        None => op.ints("axes").map(<[i64]>::to_vec),
    };
    let Some(listed) = listed else {
        return Ok(None);
    };
    let mut axes = listed
        .iter()
        .map(|at| axis(*at, rank))
        .collect::<Result<Vec<_>, _>>()?;
    axes.sort_unstable();
    Ok(Some(axes))
}

fn squeeze(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let dims = b.dims(x).to_vec();
    let axes = axes(b, op, dims.len())?
        .unwrap_or_else(|| (0..dims.len()).filter(|i| dims[*i] == 1).collect());
    if axes.iter().any(|at| dims[*at] != 1) {
        return Err(Why::Dims { what: "axes" });
    }
    let kept: Vec<usize> = (0..dims.len())
        .filter(|i| !axes.contains(i))
        .map(|i| dims[i])
        .collect();
    b.reshape(x, &kept)
}

fn unsqueeze(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let mut dims = b.dims(x).to_vec();
    let count = match op.optional(1) {
        Some(input) => b.known_ints(input, "axes")?.len(),
        None => op.ints("axes").map_or(0, <[i64]>::len),
    };
    let axes = axes(b, op, dims.len() + count)?.ok_or(Why::Missing { index: 1 })?;
    for at in axes {
        if at > dims.len() {
            return Err(Why::Dims { what: "axes" });
        }
        dims.insert(at, 1);
    }
    b.reshape(x, &dims)
}

fn transpose(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    let rank = b.dims(x).len();
    let perm = match op.ints("perm") {
        Some(perm) => lengths(perm)?,
        None => (0..rank).rev().collect(),
    };
    let mut sorted = perm.clone();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..rank) {
        return Err(Why::Dims { what: "axes" });
    }
    b.transpose(x, &perm)
}
