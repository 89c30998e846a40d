//! Heads that compute an element from others, one invocation each: movements, reductions, pools.

use std::fmt::Write as _;

use super::super::builder::{Builder, Id, Operand, Setting, Step};
use super::super::movement::strides;
use super::element::constant;
use super::index::mapped;
use super::{number, Inputs};

/// Whether a step is a head of this kind.
pub(super) fn is_head(step: &Step) -> bool {
    matches!(
        step.op,
        "Transpose"
            | "Gather"
            | "Concat"
            | "ReduceSum"
            | "ReduceMean"
            | "ReduceMax"
            | "ReduceMin"
            | "MaxPool"
            | "AveragePool"
    )
}

/// WGSL that computes `h`, the head's element at `i`.
pub(super) fn value(b: &mut Builder, inputs: &mut Inputs, step: &Step) -> Option<String> {
    match step.op {
        "Transpose" => transpose(b, inputs, step),
        "Gather" => gather(b, inputs, step),
        "Concat" => concat(b, inputs, step),
        "MaxPool" | "AveragePool" => pool(b, inputs, step),
        _ => reduce(b, inputs, step),
    }
}

pub(super) fn ints(step: &Step, name: &str) -> Option<Vec<usize>> {
    let (_, setting) = step.settings.iter().find(|(other, _)| *other == name)?;
    match setting {
        Setting::Ints(values) => values.iter().map(|v| usize::try_from(*v).ok()).collect(),
        Setting::Int(_) => None,
    }
}

pub(super) fn int(step: &Step, name: &str) -> Option<i64> {
    let (_, setting) = step.settings.iter().find(|(other, _)| *other == name)?;
    match setting {
        Setting::Int(value) => Some(*value),
        Setting::Ints(_) => None,
    }
}

pub(super) fn input(b: &Builder, step: &Step, at: usize) -> Option<Id> {
    match step.inputs.get(at)? {
        Operand::Value(id) => Some(b.resolve(*id)),
        Operand::Indices(_) => None,
    }
}

fn transpose(b: &Builder, inputs: &mut Inputs, step: &Step) -> Option<String> {
    let x = input(b, step, 0)?;
    // The value has one name and several dimensions where its type was changed; none of that moves elements.
    let Operand::Value(given) = step.inputs.first()? else {
        return None;
    };
    let own = strides(b.dims(*given));
    let steps: Vec<usize> = ints(step, "perm")?.iter().map(|axis| own[*axis]).collect();
    let at = mapped("i", b.dims(step.output), &steps);
    Some(format!("let h = {}[{at}];\n", inputs.name(b, x)))
}

/// Rows of `x` by known indices; as a formula where they are evenly apart.
fn gather(b: &mut Builder, inputs: &mut Inputs, step: &Step) -> Option<String> {
    let x = input(b, step, 0)?;
    let Operand::Indices(indices) = step.inputs.get(1)? else {
        return None;
    };
    if int(step, "axis")? != 0 {
        return None;
    }
    let inner: usize = b.dims(step.output).get(1..)?.iter().product();
    let first = *indices.first()?;
    let apart = indices.get(1).map_or(1, |second| second - first);
    let even = |(at, index): (usize, &i64)| *index == first + at as i64 * apart;
    let row = if indices.iter().enumerate().all(even) {
        format!("u32({first}i + i32(i / {inner}u) * ({apart}i))")
    } else {
        let list = indices.iter().map(|index| *index as f32).collect();
        let list = b.floats(&[indices.len()], list).ok()?;
        format!("u32({}[i / {inner}u])", inputs.name(b, list))
    };
    let x = inputs.name(b, x);
    Some(format!("let h = {x}[{row} * {inner}u + i % {inner}u];\n"))
}

fn concat(b: &Builder, inputs: &mut Inputs, step: &Step) -> Option<String> {
    if int(step, "axis")? != 0 {
        return None;
    }
    let (mut code, mut start) = ("var h = 0.0f;\n".to_owned(), 0);
    for at in 0..step.inputs.len() {
        let part = input(b, step, at)?;
        let count: usize = b.dims(part).iter().product();
        let value = match constant(b, part) {
            Some(constant) => constant,
            None => format!("{}[i - {start}u]", inputs.name(b, part)),
        };
        let end = start + count;
        writeln!(code, "if (i >= {start}u && i < {end}u) {{ h = {value}; }}").ok()?;
        start = end;
    }
    Some(code)
}

fn reduce(b: &Builder, inputs: &mut Inputs, step: &Step) -> Option<String> {
    let x = input(b, step, 0)?;
    let Operand::Value(given) = step.inputs.first()? else {
        return None;
    };
    let dims = b.dims(*given).to_vec();
    let axes = match step.inputs.get(1) {
        Some(Operand::Indices(axes)) => axes
            .iter()
            .map(|axis| usize::try_from(*axis).ok())
            .collect::<Option<Vec<_>>>()?,
        _ => ints(step, "axes")?,
    };
    if int(step, "keepdims")? != 1 || axes.iter().any(|axis| *axis >= dims.len()) {
        return None;
    }
    let own = strides(&dims);
    let kept: Vec<usize> = (0..dims.len())
        .filter(|axis| !axes.contains(axis))
        .collect();
    let of = |list: &[usize], axes: &[usize]| axes.iter().map(|at| list[*at]).collect::<Vec<_>>();
    let start = mapped("i", &of(&dims, &kept), &of(&own, &kept));
    let inner = of(&dims, &axes);
    let count: usize = inner.iter().product();
    let at = mapped("k", &inner, &of(&own, &axes));
    let (first, join) = match step.op {
        "ReduceMax" => (number(f32::MIN)?, "h = max(h, x);"),
        "ReduceMin" => (number(f32::MAX)?, "h = min(h, x);"),
        _ => (number(0.0)?, "h = h + x;"),
    };
    let end = if step.op == "ReduceMean" {
        average(count)?
    } else {
        String::new()
    };
    let x = inputs.name(b, x);
    Some(format!(
        "var h = {first};
let start = {start};
for (var k = 0u; k < {count}u; k++) {{ let x = {x}[start + {at}]; {join} }}
{end}"
    ))
}

/// WGSL that makes a sum of `count` elements their average. WGSL promises the nearest number of a product, not of a quotient:
/// where the average is exact, it must be so on every GPU.
fn average(count: usize) -> Option<String> {
    Some(if count.is_power_of_two() {
        format!("h = h * {};\n", number(1.0 / count as f32)?)
    } else {
        format!("h = h / {};\n", number(count as f32)?)
    })
}

fn pool(b: &Builder, inputs: &mut Inputs, step: &Step) -> Option<String> {
    let x = input(b, step, 0)?;
    let Operand::Value(given) = step.inputs.first()? else {
        return None;
    };
    let &[_, _, rows, columns] = b.dims(*given) else {
        return None;
    };
    let &[_, _, down, across] = b.dims(step.output) else {
        return None;
    };
    let (kernel, strides) = (ints(step, "kernel_shape")?, ints(step, "strides")?);
    let pads = ints(step, "pads")?;
    let dilations = ints(step, "dilations").unwrap_or_else(|| vec![1, 1]);
    let (&[high, wide], &[sy, sx], &[top, left, _, _], &[dy, dx]) =
        (&kernel[..], &strides[..], &pads[..], &dilations[..])
    else {
        return None;
    };
    let x = inputs.name(b, x);
    let max = step.op == "MaxPool";
    let first = if max { number(f32::MIN)? } else { number(0.0)? };
    let join = if max { "h = max(h, x);" } else { "h = h + x;" };
    // Without padding every window is whole.
    let whole = pads.iter().all(|pad| *pad == 0);
    let counted = whole || int(step, "count_include_pad").unwrap_or(0) != 0;
    let end = match (max, counted) {
        (true, _) => String::new(),
        (false, false) => "h = h / f32(n);\n".to_owned(),
        (false, _) => average(high * wide)?,
    };
    let area = rows * columns;
    Some(format!(
        "var h = {first};
var n = 0u;
let top = i32(i / {across}u % {down}u * {sy}u) - {top};
let left = i32(i % {across}u * {sx}u) - {left};
let plane = i / {}u * {area}u;
for (var ky = 0; ky < {high}; ky++) {{
let y = top + ky * {dy};
if (y < 0 || y >= {rows}) {{ continue; }}
for (var kx = 0; kx < {wide}; kx++) {{
let column = left + kx * {dx};
if (column < 0 || column >= {columns}) {{ continue; }}
let x = {x}[plane + u32(y) * {columns}u + u32(column)];
{join}
n++;
}}
}}
{end}",
        down * across
    ))
}
