//! Types, and equality of whole numbers.

use countersign_onnx::{Data, DataType, Tensor};

use super::arithmetic::Binary;
use super::builder::{Builder, Id, EXACT};
use super::node::Op;
use super::refusal::Why;

/// Cast: constants at once; on the GPU only where every value keeps its number.
pub(crate) fn cast(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let code = op.int("to", 0);
    let to = DataType::from_code(code).ok_or_else(|| Why::Attribute {
        name: "to",
        value: DataType::name_of_code(code),
    })?;
    convert(b, op.x(0)?, to)
}

/// CastLike: Cast to the type of the second input.
pub(crate) fn like(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let to = b.dtype(op.x(1)?);
    convert(b, op.x(0)?, to)
}

fn convert(b: &mut Builder, x: Id, to: DataType) -> Result<Id, Why> {
    let from = b.dtype(x);
    if from == to {
        return Ok(x);
    }
    if let Some(tensor) = b.known(x) {
        let data = cast_known(&tensor, to).ok_or(Why::Type(to))?;
        let tensor =
            Tensor::new(tensor.dims().to_vec(), data).ok_or(Why::Dims { what: "constants" })?;
        return Ok(b.constant(tensor));
    }
    match (from, to) {
        // A whole number below 2^24 is the same number as f32, and in any type that holds all values of its own.
        (_, DataType::F32) => b.as_f32(x),
        (from, to) if widens(from, to) => Ok(b.alias(x, to)),
        (DataType::F32, to) => b.truncated(x, to)?.ok_or(Why::Type(to)),
        (_, to) => Err(Why::Type(to)),
    }
}

/// Whether `to` holds every value of the integer type `from`.
fn widens(from: DataType, to: DataType) -> bool {
    use DataType::{Bool, I16, I32, I64, I8, U16, U32, U64, U8};
    matches!(
        (from, to),
        (Bool, U8 | I8 | U16 | I16 | U32 | I32 | U64 | I64)
            | (U8, U16 | I16 | U32 | I32 | U64 | I64)
            | (I8, I16 | I32 | I64)
            | (U16, U32 | I32 | U64 | I64)
            | (I16, I32 | I64)
            | (U32, U64 | I64)
            | (I32, I64)
    )
}

/// The casts of constants that shape computations and parameters need: between int32 and int64, from bool and integers to
/// f32. Nothing wraps: what does not fit is refused.
fn cast_known(tensor: &Tensor, to: DataType) -> Option<Data> {
    let whole = tensor.to_i64();
    Some(match (tensor.data(), to) {
        (Data::Bool(values), DataType::F32) => {
            Data::F32(values.iter().map(|v| f32::from(u8::from(*v))).collect())
        }
        (Data::Bool(values), DataType::I64) => {
            Data::I64(values.iter().map(|v| i64::from(*v)).collect())
        }
        (_, DataType::I64) => Data::I64(whole?),
        (_, DataType::I32) => Data::I32(
            whole?
                .iter()
                .map(|v| i32::try_from(*v))
                .collect::<Result<_, _>>()
                .ok()?,
        ),
        (_, DataType::F32) => {
            let whole = whole?;
            // Beyond 2^24 the rounding would be f32's, which is what ONNX asks for; `as` rounds to nearest, ties to even.
            Data::F32(whole.iter().map(|v| *v as f32).collect())
        }
        _ => return None,
    })
}

/// OneHot over a new last axis: equality with 0, 1, 2, …; a negative index counts from the end.
pub(crate) fn one_hot(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let x = op.x(0)?;
    if b.dtype(x) == DataType::F32 {
        return Err(Why::Type(DataType::F32));
    }
    let rank = b.dims(x).len() as i64;
    let axis = op.int("axis", -1);
    if axis != -1 && axis != rank {
        return Err(Why::Attribute {
            name: "axis",
            value: axis.to_string(),
        });
    }
    let depth = *b
        .known_ints(op.x(1)?, "depths")?
        .first()
        .ok_or(Why::Empty)?;
    let (_, values) = b.known_floats(op.x(2)?, "values")?;
    let [off, on] = values.as_slice() else {
        return Err(Why::Dims { what: "values" });
    };
    if !(1..=EXACT).contains(&depth) {
        return Err(Why::TooLarge);
    }
    let mut dims = b.dims(x).to_vec();
    dims.push(1);
    let x = b.reshape(x, &dims)?;
    let x = b.alias(x, DataType::I64);
    let mut hot = None;
    for from in [0, -depth] {
        let classes = b.constant(Tensor::vector((from..from + depth).collect::<Vec<i64>>()));
        let equal = b.equal(x, classes)?;
        let equal = b.as_f32(equal)?;
        hot = Some(match hot {
            None => equal,
            Some(other) => b.binary(Binary::Add, other, equal)?,
        });
    }
    let hot = hot.ok_or(Why::Empty)?;
    let scaled = b.times(hot, on - off)?;
    b.plus(scaled, *off)
}
