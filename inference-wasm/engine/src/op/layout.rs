//! Moving elements: Transpose, Concat, Split, Slice, Pad, Expand, Tile and their kin.

use countersign_abi::EngineError;
use countersign_onnx::{Bits, DataType, Element, Tensor};

use crate::call::{compute, from_bits, moved, unsupported, Call, Outputs};
use crate::shape::{self, around, axes, broadcast, broadcast_strides, size, strides, walk_rows};

/// A tensor of `dims` read through strides.
fn gathered<T: Element>(
    call: &Call<'_>,
    dims: &[usize],
    from: &[T],
    strides: &[usize],
    base: usize,
) -> Result<Vec<T>, EngineError> {
    let count = call.reserve(dims, T::DTYPE)?;
    let mut out = Vec::with_capacity(count);
    copy_rows(dims, from, strides, base, &mut out);
    Ok(out)
}

/// Appends a tensor of `dims` read through strides.
fn copy_rows<T: Copy>(
    dims: &[usize],
    from: &[T],
    strides: &[usize],
    base: usize,
    out: &mut Vec<T>,
) {
    walk_rows(dims, [strides], |[start], [step], length| {
        let start = base + start;
        match step {
            1 => out.extend_from_slice(&from[start..start + length]),
            0 => out.resize(out.len() + length, from[start]),
            _ => {
                let row = &from[start..=start + (length - 1) * step];
                out.extend((0..length).map(|i| row[i * step]));
            }
        }
    });
}

/// Transposes by a permutation.
pub(crate) fn transposed<T: Element>(
    call: &Call<'_>,
    dims: &[usize],
    from: &[T],
    perm: &[usize],
) -> Result<(Vec<usize>, Vec<T>), EngineError> {
    let own = strides(dims);
    let out: Vec<usize> = perm.iter().map(|axis| dims[*axis]).collect();
    let steps: Vec<usize> = perm.iter().map(|axis| own[*axis]).collect();
    let elements = gathered(call, &out, from, &steps, 0)?;
    Ok((out, elements))
}

/// Transpose-1, -13 and on.
pub(crate) fn transpose(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let perm = match call.int_list("perm") {
        Some(list) => axes(list, input.rank())?,
        None => (0..input.rank()).rev().collect(),
    };
    if perm.len() != input.rank() {
        return Err(compute("the permutation does not name every dimension"));
    }
    for_bits!(input.dtype(), T => {
        let (dims, out) = transposed(call, input.dims(), call.bits::<T>(0)?, &perm)?;
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// Concat-4, -11, -13.
pub(crate) fn concat(call: &mut Call<'_>) -> Outputs {
    let first = call.input(0)?;
    let axis = shape::axis(call.int("axis", 1), first.rank())?;
    let mut dims = first.dims().to_vec();
    let mut total = 0usize;
    for index in 0..call.inputs.len() {
        let input = call.input(index)?;
        let fits = input.rank() == dims.len()
            && (0..dims.len()).all(|i| i == axis || input.dims()[i] == dims[i]);
        if !fits {
            return Err(compute(format!(
                "shape {:?} cannot be joined to {:?} along axis {axis}",
                input.dims(),
                first.dims()
            )));
        }
        total = total.saturating_add(input.dims()[axis]);
    }
    dims[axis] = total;
    let count = call.reserve(&dims, first.dtype())?;
    let outer: usize = dims[..axis].iter().product();
    let inner: usize = dims[axis + 1..].iter().product();
    for_bits!(first.dtype(), T => {
        let mut parts = Vec::with_capacity(call.inputs.len());
        for index in 0..call.inputs.len() {
            parts.push((call.bits::<T>(index)?, call.input(index)?.dims()[axis] * inner));
        }
        let mut out: Vec<T> = Vec::with_capacity(count);
        for row in 0..outer {
            for (elements, width) in &parts {
                out.extend_from_slice(&elements[row * width..(row + 1) * width]);
            }
        }
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// Split-2, -11 (sizes as attribute), -13 (as input), -18 (`num_outputs`, the last part may be smaller).
pub(crate) fn split(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let axis = shape::axis(call.int("axis", 0), input.rank())?;
    let (outer, length, inner) = around(input.dims(), axis);
    let sizes = if call.since >= 13 {
        call.optional_ints(1)?
    } else {
        call.int_list("split").map(<[i64]>::to_vec)
    };
    let sizes = match sizes {
        Some(sizes) => {
            if call.has("num_outputs") {
                return Err(compute("sizes and a number of outputs are both given"));
            }
            sizes.into_iter().map(size).collect::<Result<Vec<_>, _>>()?
        }
        None => even_split(call, length)?,
    };
    if sizes
        .iter()
        .try_fold(0usize, |sum, size| sum.checked_add(*size))
        != Some(length)
        || sizes.len() != call.wanted()
    {
        return Err(compute(format!(
            "{length} elements cannot be split into {sizes:?} for {} outputs",
            call.wanted()
        )));
    }
    for_bits!(input.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let mut outputs = Vec::with_capacity(sizes.len());
        let mut start = 0;
        for size in sizes {
            let mut dims = input.dims().to_vec();
            dims[axis] = size;
            let mut out: Vec<T> = Vec::with_capacity(call.reserve(&dims, T::DTYPE)?);
            for row in 0..outer {
                let from = (row * length + start) * inner;
                out.extend_from_slice(&elements[from..from + size * inner]);
            }
            outputs.push(from_bits(input.dtype(), dims, out)?);
            start += size;
        }
        Ok(outputs)
    })
}

fn even_split(call: &Call<'_>, length: usize) -> Result<Vec<usize>, EngineError> {
    let parts = match call.since {
        18.. => size(call.int("num_outputs", call.wanted() as i64))?,
        _ => call.wanted(),
    };
    if parts == 0 || parts != call.wanted() {
        return Err(compute("the number of outputs is not the number of parts"));
    }
    if length.is_multiple_of(parts) {
        return Ok(vec![length / parts; parts]);
    }
    if call.since < 18 {
        return Err(compute(format!(
            "{length} elements cannot be split evenly into {parts}"
        )));
    }
    let each = length.div_ceil(parts);
    let mut sizes = vec![each; parts - 1];
    let last = (each * (parts - 1) <= length).then(|| length - each * (parts - 1));
    sizes.push(last.ok_or_else(|| {
        compute(format!(
            "{length} elements cannot be split into {parts} parts"
        ))
    })?);
    Ok(sizes)
}

/// Slice-1 (attributes), -10, -11, -13 (inputs).
pub(crate) fn slice(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let rank = input.rank();
    let (starts, ends, given, steps) = if call.since >= 10 {
        (
            call.ints(1)?,
            call.ints(2)?,
            call.optional_ints(3)?,
            call.optional_ints(4)?,
        )
    } else {
        let list = |name| call.int_list(name).map(<[i64]>::to_vec);
        (
            list("starts").unwrap_or_default(),
            list("ends").unwrap_or_default(),
            list("axes"),
            None,
        )
    };
    let given = given.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
    let given = axes(&given, rank)?;
    if [ends.len(), given.len(), steps.len()] != [starts.len(); 3] {
        return Err(compute("starts, ends, axes and steps differ in length"));
    }
    let mut dims = input.dims().to_vec();
    let own = strides(input.dims());
    // Offsets of every taken position, dimension by dimension: steps may be negative.
    reserve_positions(call, &dims)?;
    let mut taken: Vec<Vec<usize>> = dims
        .iter()
        .zip(&own)
        .map(|(dim, stride)| (0..*dim).map(|i| i * stride).collect())
        .collect();
    for (((axis, start), end), step) in given.iter().zip(&starts).zip(&ends).zip(&steps) {
        let positions = positions(*start, *end, *step, dims[*axis])?;
        taken[*axis] = positions.into_iter().map(|i| i * own[*axis]).collect();
    }
    for (dim, taken) in dims.iter_mut().zip(&taken) {
        *dim = taken.len();
    }
    for_bits!(input.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let count = call.reserve(&dims, T::DTYPE)?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        pick(&taken, 0, elements, &mut out);
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// Lists of all positions of all dimensions, up to 16 bytes each, within the budget.
fn reserve_positions(call: &Call<'_>, dims: &[usize]) -> Result<(), EngineError> {
    let count = dims
        .iter()
        .fold(0usize, |sum, dim| sum.saturating_add(*dim));
    call.reserve(&[count, 2], DataType::F64).map(drop)
}

fn pick<T: Copy>(taken: &[Vec<usize>], base: usize, from: &[T], out: &mut Vec<T>) {
    match taken {
        [] => out.push(from[base]),
        [last] => match (last.first(), last.last()) {
            (Some(first), Some(end)) if end.wrapping_sub(*first) == last.len() - 1 => {
                out.extend_from_slice(&from[base + first..=base + end]);
            }
            _ => out.extend(last.iter().map(|offset| from[base + offset])),
        },
        [first, rest @ ..] => {
            for offset in first {
                pick(rest, base + offset, from, out);
            }
        }
    }
}

/// The positions that NumPy's `start:end:step` takes of `length`.
fn positions(start: i64, end: i64, step: i64, length: usize) -> Result<Vec<usize>, EngineError> {
    let n = i128::from(length as u64);
    let (start, end, step) = (i128::from(start), i128::from(end), i128::from(step));
    let wrap = |value: i128| if value < 0 { value + n } else { value };
    if step == 0 {
        return Err(compute("the step of a slice is 0"));
    }
    if step < 0 && wrap(start) < 0 && wrap(end) < 0 && n > 0 {
        return Err(unsupported(
            "a slice backwards from before the beginning: ONNX's text takes the first element, its reference implementation none",
        ));
    }
    let (mut at, end) = if step > 0 {
        (wrap(start).clamp(0, n), wrap(end).clamp(0, n))
    } else {
        (wrap(start).clamp(-1, n - 1), wrap(end).clamp(-1, n - 1))
    };
    let mut out = Vec::new();
    while if step > 0 { at < end } else { at > end } {
        out.push(at as usize);
        at += step;
    }
    Ok(out)
}

/// Expand-8, -13.
pub(crate) fn expand(call: &mut Call<'_>) -> Outputs {
    let target = call
        .ints(1)?
        .into_iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    let input = call.input(0)?;
    let dims = broadcast(&[input.dims(), &target])?;
    if dims == input.dims() {
        return Ok(vec![call.take(0)?]);
    }
    let steps = broadcast_strides(input.dims(), &dims);
    for_bits!(input.dtype(), T => {
        let out = gathered(call, &dims, call.bits::<T>(0)?, &steps, 0)?;
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// Tile-6, -13.
pub(crate) fn tile(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let repeats = call
        .ints(1)?
        .into_iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    if repeats.len() != input.rank() {
        return Err(compute("a number of repeats is needed for every dimension"));
    }
    let mut dims = Vec::with_capacity(repeats.len());
    for (dim, repeat) in input.dims().iter().zip(&repeats) {
        dims.push(
            dim.checked_mul(*repeat)
                .ok_or_else(|| compute("the result would be too large"))?,
        );
    }
    // Each dimension as (repeat, size), the repeat with stride 0.
    let own = strides(input.dims());
    let mut wide = Vec::new();
    let mut steps = Vec::new();
    for ((repeat, dim), stride) in repeats.iter().zip(input.dims()).zip(own) {
        wide.extend([*repeat, *dim]);
        steps.extend([0, stride]);
    }
    for_bits!(input.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let mut out: Vec<T> = Vec::with_capacity(call.reserve(&dims, T::DTYPE)?);
        copy_rows(&wide, elements, &steps, 0, &mut out);
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// DepthToSpace-1, -11, -13.
pub(crate) fn depth_to_space(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let block = size(call.int("blocksize", 0))?;
    let [n, c, h, w] = *input.dims() else {
        return Err(compute("four dimensions are needed"));
    };
    let area = block.saturating_mul(block);
    if block == 0 || !c.is_multiple_of(area) {
        return Err(compute(format!(
            "{c} channels cannot be split into blocks of {block}×{block}"
        )));
    }
    let depth = c / area;
    let dims = vec![n, depth, h.saturating_mul(block), w.saturating_mul(block)];
    call.reserve(&dims, input.dtype())?;
    let (split, perm) = match call.string("mode", "DCR")? {
        "DCR" => ([n, block, block, depth, h, w], [0, 3, 4, 1, 5, 2]),
        "CRD" => ([n, depth, block, block, h, w], [0, 1, 4, 2, 5, 3]),
        other => return call.unknown_value("mode", other),
    };
    for_bits!(input.dtype(), T => {
        let (_, out) = transposed(call, &split, call.bits::<T>(0)?, &perm)?;
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// SpaceToDepth-1, -13.
pub(crate) fn space_to_depth(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let block = size(call.int("blocksize", 0))?;
    let [n, c, h, w] = *input.dims() else {
        return Err(compute("four dimensions are needed"));
    };
    if block == 0 || h % block != 0 || w % block != 0 {
        return Err(compute(format!(
            "{h}×{w} cannot be split into blocks of {block}×{block}"
        )));
    }
    let split = [n, c, h / block, block, w / block, block];
    let depth = c.saturating_mul(block).saturating_mul(block);
    let dims = vec![n, depth, h / block, w / block];
    call.reserve(&dims, input.dtype())?;
    for_bits!(input.dtype(), T => {
        let (_, out) = transposed(call, &split, call.bits::<T>(0)?, &[0, 3, 5, 1, 2, 4])?;
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// How a padded position is filled.
#[derive(Clone, Copy, PartialEq)]
enum PadMode {
    Constant,
    Reflect,
    Edge,
    Wrap,
}

/// Where a position outside of `length` elements reads from; `None` for the constant.
fn source(position: i64, length: usize, mode: PadMode) -> Option<usize> {
    let n = length as i64;
    if (0..n).contains(&position) {
        return usize::try_from(position).ok();
    }
    let inside = match mode {
        PadMode::Constant => return None,
        PadMode::Edge => position.clamp(0, n - 1),
        PadMode::Wrap => position.rem_euclid(n),
        PadMode::Reflect if n == 1 => 0,
        PadMode::Reflect => {
            let period = position.rem_euclid(2 * (n - 1));
            period.min(2 * (n - 1) - period)
        }
    };
    usize::try_from(inside).ok()
}

/// Pad-2 (attributes), -11, -13, -18, -19 and on (inputs). Negative pads cut.
pub(crate) fn pad(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let rank = input.rank();
    let mode = match call.string("mode", "constant")? {
        "constant" => PadMode::Constant,
        "reflect" => PadMode::Reflect,
        "edge" => PadMode::Edge,
        "wrap" => PadMode::Wrap,
        other => return call.unknown_value("mode", other),
    };
    let pads = if call.since >= 11 {
        call.ints(1)?
    } else {
        call.int_list("pads").unwrap_or_default().to_vec()
    };
    let given = match call.optional_ints(3)? {
        Some(list) => axes(&list, rank)?,
        None => (0..rank).collect(),
    };
    if pads.len() != given.len() * 2 {
        return Err(compute("two pads are needed for every dimension"));
    }
    reserve_positions(call, input.dims())?;
    let mut sources: Vec<Vec<Option<usize>>> = input
        .dims()
        .iter()
        .map(|dim| (0..*dim).map(Some).collect())
        .collect();
    for (index, axis) in given.iter().enumerate() {
        let (before, after) = (pads[index], pads[index + given.len()]);
        let length = input.dims()[*axis];
        let end = (length as i64)
            .checked_add(after)
            .ok_or_else(|| compute("a pad is too large"))?;
        let total = end
            .checked_add(before)
            .ok_or_else(|| compute("a pad is too large"))?;
        // Where every position reads, 16 bytes each.
        call.reserve(&[size(total)?, 2], DataType::F64)?;
        if before.min(after) < 0
            && before.max(after) > 0
            && matches!(mode, PadMode::Reflect | PadMode::Wrap)
        {
            return Err(unsupported(
                "cutting one end and continuing the other: ONNX does not say which comes first",
            ));
        }
        if length == 0 && total > 0 && mode != PadMode::Constant {
            return Err(compute(
                "an empty dimension can only be padded with a constant",
            ));
        }
        let first = before
            .checked_neg()
            .ok_or_else(|| compute("a pad is too large"))?;
        sources[*axis] = (first..end)
            .map(|position| source(position, length, mode))
            .collect();
    }
    let dims: Vec<usize> = sources.iter().map(Vec::len).collect();
    let own = strides(input.dims());
    for_bits!(input.dtype(), T => {
        let fill = match (call.since >= 11, call.optional(2)) {
            (true, Some(value)) if value.dtype() == input.dtype() => first::<T>(value)?,
            (true, Some(_)) => return Err(compute("the constant must be of the input's type")),
            (true, None) => T::ZERO,
            (false, _) => first::<T>(&super::cast::convert(Tensor::scalar(call.float("value", 0.0)), input.dtype())?)?,
        };
        let elements = call.bits::<T>(0)?;
        let count = call.reserve(&dims, T::DTYPE)?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        fill_padded(&sources, &own, Some(0), elements, fill, &mut out);
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// The bits of a tensor's one element.
fn first<T: Bits>(value: &Tensor) -> Result<T, EngineError> {
    match value.data().bits::<T>() {
        Some([bits]) => Ok(*bits),
        _ => Err(compute("the constant must be one element")),
    }
}

fn fill_padded<T: Copy>(
    sources: &[Vec<Option<usize>>],
    strides: &[usize],
    base: Option<usize>,
    from: &[T],
    fill: T,
    out: &mut Vec<T>,
) {
    let ([here, rest @ ..], [stride, strides @ ..]) = (sources, strides) else {
        out.push(base.map_or(fill, |base| from[base]));
        return;
    };
    if let (true, Some(base)) = (rest.is_empty(), base) {
        let at = |position: &Option<usize>| position.map_or(fill, |p| from[base + p * stride]);
        out.extend(here.iter().map(at));
        return;
    }
    for position in here {
        let base = base
            .zip(*position)
            .map(|(base, position)| base + position * stride);
        fill_padded(rest, strides, base, from, fill, out);
    }
}

/// CenterCropPad-18: cuts or pads with zeros around the centre; with an odd rest the end gets more.
pub(crate) fn center_crop_pad(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let rank = input.rank();
    let target = call.ints(1)?;
    let given = match call.int_list("axes") {
        Some(list) => axes(list, rank)?,
        None => (0..rank).collect(),
    };
    if target.len() != given.len() {
        return Err(compute("a size is needed for every axis"));
    }
    reserve_positions(call, input.dims())?;
    let mut sources: Vec<Vec<Option<usize>>> = input
        .dims()
        .iter()
        .map(|dim| (0..*dim).map(Some).collect())
        .collect();
    for (axis, wanted) in given.iter().zip(target) {
        let (length, wanted) = (input.dims()[*axis], size(wanted)?);
        call.reserve(&[wanted, 2], DataType::F64)?;
        sources[*axis] = if wanted <= length {
            let start = (length - wanted) / 2;
            (start..start + wanted).map(Some).collect()
        } else {
            let start = (wanted - length) / 2;
            (0..wanted)
                .map(|i| i.checked_sub(start).filter(|i| *i < length))
                .collect()
        };
    }
    let dims: Vec<usize> = sources.iter().map(Vec::len).collect();
    let own = strides(input.dims());
    for_bits!(input.dtype(), T => {
        let mut out: Vec<T> = Vec::with_capacity(call.reserve(&dims, T::DTYPE)?);
        fill_padded(&sources, &own, Some(0), call.bits::<T>(0)?, T::ZERO, &mut out);
        moved(call.input(0)?.dtype(), dims, out)
    })
}

/// ReverseSequence-10.
pub(crate) fn reverse_sequence(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let (batch, time) = (call.int("batch_axis", 1), call.int("time_axis", 0));
    if ![(0, 1), (1, 0)].contains(&(batch, time)) {
        return Err(unsupported("batch_axis and time_axis must be 0 and 1"));
    }
    let [first, second, ..] = *input.dims() else {
        return Err(compute("two dimensions are needed"));
    };
    let (batches, steps) = if batch == 0 {
        (first, second)
    } else {
        (second, first)
    };
    let lengths = call
        .ints(1)?
        .into_iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    if lengths.len() != batches || lengths.iter().any(|length| *length > steps) {
        return Err(compute("the lengths do not fit the input"));
    }
    let inner: usize = input.dims()[2..].iter().product();
    for_bits!(input.dtype(), T => {
        let elements = call.bits::<T>(0)?;
        let mut out: Vec<T> = Vec::with_capacity(call.reserve(input.dims(), T::DTYPE)?);
        for i in 0..first {
            for j in 0..second {
                let (b, t) = if batch == 0 { (i, j) } else { (j, i) };
                let t = if t < lengths[b] { lengths[b] - 1 - t } else { t };
                let from = if batch == 0 { b * second + t } else { t * second + b };
                out.extend_from_slice(&elements[from * inner..(from + 1) * inner]);
            }
        }
        moved(call.input(0)?.dtype(), input.dims().to_vec(), out)
    })
}
