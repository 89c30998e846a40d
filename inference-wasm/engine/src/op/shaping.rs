//! Making tensors, and giving them other dimensions without touching their elements.

use std::sync::Arc;

use countersign_abi::EngineError;
use countersign_onnx::{Attribute, Data, DataType, Tensor};

use super::cast::named_type;
use super::number::Number;
use crate::call::{compute, from_data, moved, one, unsupported, Call, Outputs};
use crate::shape::{self, axes, element_count, size};

/// Input 0 in other dimensions.
pub(crate) fn reshaped(call: &mut Call<'_>, dims: Vec<usize>) -> Outputs {
    let input = call.take(0)?;
    let from = input.dims().to_vec();
    input
        .reshaped(dims.clone())
        .map(|tensor| vec![tensor])
        .ok_or_else(|| compute(format!("the shape {from:?} cannot become {dims:?}")))
}

/// Reshape-5, -13, -14 and on.
pub(crate) fn reshape(call: &mut Call<'_>) -> Outputs {
    let target = call.ints(1)?;
    let allow_zero = call.flag("allowzero", false)?;
    let from = call.input(0)?.dims();
    let mut dims = Vec::with_capacity(target.len());
    let mut open = None;
    for (index, dim) in target.iter().enumerate() {
        match *dim {
            -1 if open.is_some() => return Err(compute("two dimensions are to be inferred")),
            -1 => {
                open = Some(index);
                dims.push(1);
            }
            0 if !allow_zero => {
                dims.push(
                    *from
                        .get(index)
                        .ok_or_else(|| compute(format!("there is no dimension {index} to copy")))?,
                );
            }
            dim => dims.push(size(dim)?),
        }
    }
    if let Some(index) = open {
        if allow_zero && target.contains(&0) {
            return Err(compute("a dimension cannot be inferred beside a zero"));
        }
        let known = element_count(&dims)?;
        let count = element_count(from)?;
        if known == 0 || count % known != 0 {
            return Err(compute(format!(
                "the shape {from:?} cannot become {target:?}"
            )));
        }
        dims[index] = count / known;
    }
    reshaped(call, dims)
}

/// Flatten-1, -9, -11, -13 and on.
pub(crate) fn flatten(call: &mut Call<'_>) -> Outputs {
    let dims = call.input(0)?.dims();
    let axis = call.int("axis", 1);
    let rank = dims.len() as i64;
    let axis = if axis < 0 { axis + rank } else { axis };
    if !(0..=rank).contains(&axis) {
        return Err(compute(format!(
            "axis {axis} does not exist in {rank} dimensions"
        )));
    }
    let (head, tail) = dims.split_at(axis as usize);
    let dims = vec![element_count(head)?, element_count(tail)?];
    reshaped(call, dims)
}

/// The axes of Squeeze and Unsqueeze: an attribute before opset 13, then an input.
fn given_axes(call: &Call<'_>) -> Result<Option<Vec<i64>>, EngineError> {
    if call.since >= 13 {
        call.optional_ints(1)
    } else {
        Ok(call.int_list("axes").map(<[i64]>::to_vec))
    }
}

/// Squeeze-1, -11, -13 and on.
pub(crate) fn squeeze(call: &mut Call<'_>) -> Outputs {
    let dims = call.input(0)?.dims();
    let gone = match given_axes(call)? {
        Some(list) => axes(&list, dims.len())?,
        None => (0..dims.len()).filter(|axis| dims[*axis] == 1).collect(),
    };
    if let Some(axis) = gone.iter().find(|axis| dims[**axis] != 1) {
        return Err(compute(format!(
            "dimension {axis} is {}, not 1",
            dims[*axis]
        )));
    }
    let dims = (0..dims.len())
        .filter(|axis| !gone.contains(axis))
        .map(|axis| dims[axis])
        .collect();
    reshaped(call, dims)
}

/// Unsqueeze-1, -11, -13 and on.
pub(crate) fn unsqueeze(call: &mut Call<'_>) -> Outputs {
    let from = call.input(0)?.dims();
    let list = given_axes(call)?.ok_or_else(|| compute("the axes are missing"))?;
    let rank = from.len() + list.len();
    let new = axes(&list, rank)?;
    let mut old = from.iter();
    let dims = (0..rank)
        .map(|axis| {
            if new.contains(&axis) {
                1
            } else {
                old.next().copied().unwrap_or(1)
            }
        })
        .collect();
    element_count(&vec![1; rank])?;
    reshaped(call, dims)
}

/// Shape-1, -13, -15 and on.
pub(crate) fn shape_of(call: &mut Call<'_>) -> Outputs {
    let dims = call.input(0)?.dims();
    let rank = dims.len() as i64;
    let clamp = |value: i64| (if value < 0 { value + rank } else { value }).clamp(0, rank) as usize;
    let (start, end) = (clamp(call.int("start", 0)), clamp(call.int("end", rank)));
    let part: Vec<i64> = dims
        .get(start..end)
        .unwrap_or(&[])
        .iter()
        .map(|dim| *dim as i64)
        .collect();
    one(vec![part.len()], part)
}

/// Size-1, -13 and on.
pub(crate) fn size_of(call: &mut Call<'_>) -> Outputs {
    one(Vec::new(), vec![call.input(0)?.len() as i64])
}

/// Constant-1, -9, -11, -12, -13 and on, for numbers.
pub(crate) fn constant(call: &mut Call<'_>) -> Outputs {
    let mut values = call.node.attributes.iter();
    let (Some((key, value)), None) = (values.next(), values.next()) else {
        return Err(unsupported("a constant needs exactly one value"));
    };
    Ok(vec![match (key.as_str(), value) {
        ("value", Attribute::Tensor(tensor)) => tensor.as_ref().clone(),
        ("value_float", Attribute::Float(value)) => Tensor::scalar(*value),
        ("value_floats", Attribute::Floats(values)) => Tensor::vector(values.clone()),
        ("value_int", Attribute::Int(value)) => Tensor::scalar(*value),
        ("value_ints", Attribute::Ints(values)) => Tensor::vector(values.clone()),
        _ => return Err(unsupported(format!("a constant of the kind {key}"))),
    }])
}

/// A tensor filled with one element.
fn filled(call: &Call<'_>, dims: Vec<usize>, value: &Tensor) -> Outputs {
    let count = call.reserve(&dims, value.dtype())?;
    for_bits!(value.dtype(), T => match value.data().bits::<T>() {
        Some([element]) => moved(value.dtype(), dims, vec![*element; count]),
        _ => Err(compute("the value to fill with must be one element")),
    })
}

/// ConstantOfShape-9, -20 and on.
pub(crate) fn constant_of_shape(call: &mut Call<'_>) -> Outputs {
    let dims = call
        .ints(0)?
        .into_iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    match call.node.attributes.get("value") {
        Some(Attribute::Tensor(value)) => filled(call, dims, &Arc::clone(value)),
        _ => filled(call, dims, &Tensor::scalar(0f32)),
    }
}

/// Range-11.
pub(crate) fn range(call: &mut Call<'_>) -> Outputs {
    let kind = call.input(0)?.dtype();
    for_type!(kind, [F32 F64 I64], T => {
        let (Ok([start]), Ok([limit]), Ok([delta])) = (call.elements::<T>(0), call.elements::<T>(1), call.elements::<T>(2)) else {
            return Err(compute("start, limit and delta must be one element each"));
        };
        let (start, limit, delta) = (*start, *limit, *delta);
        if delta == <T as countersign_onnx::Element>::ZERO {
            return Err(compute("the step of a range is 0"));
        }
        let count = if kind.is_float() {
            ((limit.to_f64() - start.to_f64()) / delta.to_f64()).ceil().max(0.0)
        } else {
            let (a, b, d) = (whole(start.to_f64()), whole(limit.to_f64()), whole(delta.to_f64()));
            let exact = call.ints(0).ok().zip(call.ints(1).ok()).zip(call.ints(2).ok());
            let (a, b, d) = match exact.as_ref().map(|((a, b), d)| (a.as_slice(), b.as_slice(), d.as_slice())) {
                Some(([a], [b], [d])) => (i128::from(*a), i128::from(*b), i128::from(*d)),
                _ => (a, b, d),
            };
            let span = if d > 0 { b - a + d - 1 } else { a - b - d - 1 };
            (span / d.abs()).max(0) as f64
        };
        if !count.is_finite() {
            return Err(compute("the range has no end"));
        }
        let count = call.reserve(&[count as usize], kind)?;
        let mut out = Vec::with_capacity(count);
        for index in 0..count {
            // Like NumPy: start + index · step, not a running sum.
            out.push(start.add(<T as Number>::from_f64(index as f64).mul(delta)));
        }
        one(vec![count], out)
    })
}

fn whole(value: f64) -> i128 {
    value as i128
}

/// EyeLike-9, -22.
pub(crate) fn eye_like(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let [rows, columns] = *input.dims() else {
        return Err(compute("a matrix is needed"));
    };
    let kind = if call.has("dtype") {
        named_type(call.int("dtype", 0))?
    } else {
        input.dtype()
    };
    let k = call.int("k", 0);
    let count = call.reserve(&[rows, columns], kind)?;
    let mut flags = vec![false; count];
    for row in 0..rows {
        let column = (row as i64)
            .checked_add(k)
            .and_then(|column| usize::try_from(column).ok());
        if let Some(column) = column.filter(|column| *column < columns) {
            flags[row * columns + column] = true;
        }
    }
    Ok(vec![super::cast::convert(
        from_data(vec![rows, columns], Data::Bool(flags))?,
        kind,
    )?])
}

/// OneHot-9, -11.
pub(crate) fn one_hot(call: &mut Call<'_>) -> Outputs {
    let indices = call.input(0)?;
    let positions = integral(indices)?;
    let depth = match integral(call.input(1)?)?.as_slice() {
        [depth] => size(*depth)?,
        _ => return Err(compute("the depth must be one element")),
    };
    let rank = indices.rank() + 1;
    let axis = shape::axis(call.int("axis", -1), rank)?;
    let mut dims = indices.dims().to_vec();
    dims.insert(axis, depth);
    let values = call.input(2)?;
    let count = call.reserve(&dims, values.dtype())?;
    let inner: usize = dims[axis + 1..].iter().product();
    for_bits!(values.dtype(), T => {
        let Some([off, on]) = values.data().bits::<T>() else {
            return Err(compute("two values are needed: off and on"));
        };
        let mut out = vec![*off; count];
        for (index, position) in positions.iter().enumerate() {
            let position = if *position < 0 { position + depth as i64 } else { *position };
            if let Some(position) = usize::try_from(position).ok().filter(|p| *p < depth) {
                let (row, column) = (index / inner.max(1), index % inner.max(1));
                out[(row * depth + position) * inner + column] = *on;
            }
        }
        moved(values.dtype(), dims, out)
    })
}

/// Integers, or floats that are whole.
fn integral(tensor: &Tensor) -> Result<Vec<i64>, EngineError> {
    if let Some(values) = tensor.to_i64() {
        return Ok(values);
    }
    let converted = super::cast::convert(tensor.clone(), DataType::I64)?;
    converted
        .to_i64()
        .ok_or_else(|| compute("whole numbers are needed"))
}

/// Trilu-14.
pub(crate) fn trilu(call: &mut Call<'_>) -> Outputs {
    let upper = call.flag("upper", true)?;
    let k = match call.optional(1) {
        Some(_) => call.int_input(1)?,
        None => 0,
    };
    let input = call.input(0)?;
    let [.., rows, columns] = *input.dims() else {
        return Err(compute("a matrix is needed"));
    };
    call.reserve(input.dims(), input.dtype())?;
    for_bits!(input.dtype(), T => {
        let mut out = call.bits::<T>(0)?.to_vec();
        for (index, element) in out.iter_mut().enumerate() {
            let (row, column) = ((index / columns) % rows, index % columns);
            let diagonal = (row as i128) + i128::from(k);
            let keep = if upper { column as i128 >= diagonal } else { column as i128 <= diagonal };
            if !keep {
                *element = 0;
            }
        }
        moved(input.dtype(), input.dims().to_vec(), out)
    })
}

/// OptionalHasElement-18, for tensors: whether there is one.
pub(crate) fn has_element(call: &mut Call<'_>) -> Outputs {
    one(Vec::new(), vec![call.optional(0).is_some()])
}

/// OptionalGetElement-18, for tensors: the tensor.
pub(crate) fn get_element(call: &mut Call<'_>) -> Outputs {
    Ok(vec![call.take(0)?])
}
