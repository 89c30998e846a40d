//! Steps that compute each element from the elements at the same place.

use super::super::builder::{Builder, Id, Operand, Step};
use super::index::{broadcast_steps, mapped};
use super::{number, Inputs};

/// Functions of one operand that WGSL has under the same name.
const SAME: [&str; 12] = [
    "Abs", "Acos", "Asin", "Atan", "Ceil", "Cos", "Cosh", "Exp", "Floor", "Log", "Sin", "Sqrt",
];
const OTHER: [&str; 18] = [
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Max",
    "Min",
    "PRelu",
    "Relu",
    "Sigmoid",
    "Softsign",
    "Neg",
    "Reciprocal",
    "Round",
    "Sign",
    "Tan",
    "Clip",
    "Trunc",
    "Lookup",
];

/// Whether a step is of this kind.
pub(super) fn is_element(step: &Step) -> bool {
    SAME.contains(&step.op) || OTHER.contains(&step.op)
}

/// The number that a value is everywhere, as WGSL.
pub(super) fn constant(b: &Builder, id: Id) -> Option<String> {
    let tensor = b.known(b.resolve(id))?;
    let tensor = super::super::arithmetic::floats_of(&tensor).ok()?;
    let (first, rest) = tensor.elements::<f32>()?.split_first()?;
    rest.iter()
        .all(|value| value.to_bits() == first.to_bits())
        .then(|| number(*first))?
}

/// An operand of a step whose output has `dims`, at the element `i`: `inside` are the values that the shader has already.
pub(super) fn operand(
    b: &Builder,
    inputs: &mut Inputs,
    operand: &Operand,
    dims: &[usize],
    inside: &dyn Fn(Id) -> Option<String>,
) -> Option<String> {
    let Operand::Value(id) = operand else {
        return None;
    };
    let id = b.resolve(*id);
    if let Some(name) = inside(id) {
        return Some(name);
    }
    if let Some(constant) = constant(b, id) {
        return Some(constant);
    }
    let own = b.dims(id).to_vec();
    let at = if own.iter().product::<usize>() == dims.iter().product::<usize>() {
        "i".to_owned()
    } else {
        mapped("i", dims, &broadcast_steps(&own, dims))
    };
    Some(format!("{}[{at}]", inputs.name(b, id)))
}

/// The entry of a step's table in the place `at`, a whole number within the table, as WGSL.
pub(super) fn lookup(b: &Builder, inputs: &mut Inputs, step: &Step, at: &str) -> Option<String> {
    let Operand::Value(table) = step.inputs.get(1)? else {
        return None;
    };
    let length: usize = b.dims(*table).iter().product();
    let table = inputs.name(b, *table);
    Some(format!(
        "{table}[u32(i32({at}) + select(0i, {length}i, {at} < 0.0f))]"
    ))
}

/// What a step computes from its operands, as WGSL.
pub(super) fn expression(step: &Step, operands: &[String]) -> Option<String> {
    let [a, rest @ ..] = operands else {
        return None;
    };
    let second = rest.first();
    let infix = |sign: &str| second.map(|b| format!("{a} {sign} {b}"));
    Some(match step.op {
        "Add" => infix("+")?,
        "Sub" => infix("-")?,
        "Mul" => infix("*")?,
        "Div" => infix("/")?,
        "Max" => format!("max({a}, {})", second?),
        "Min" => format!("min({a}, {})", second?),
        "PRelu" => format!("max({a}, 0.0f) + min({a}, 0.0f) * {}", second?),
        "Relu" => format!("max({a}, 0.0f)"),
        "Sigmoid" => format!("1.0f / (1.0f + exp(-({a})))"),
        "Softsign" => format!("{a} / (1.0f + abs({a}))"),
        "Neg" => format!("0.0f - {a}"),
        "Reciprocal" => format!("1.0f / {a}"),
        "Round" => format!("round({a})"),
        "Tan" => format!("tan({a})"),
        "Sign" => format!("select(select(0.0f, -1.0f, {a} < 0.0f), 1.0f, {a} > 0.0f)"),
        "Trunc" => format!("f32(i32({a}))"),
        "Clip" => format!("clamp({a}, {}, {})", second?, rest.get(1)?),
        same if SAME.contains(&same) => format!("{}({a})", same.to_lowercase()),
        _ => return None,
    })
}
