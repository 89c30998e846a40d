//! Changing element types.

use countersign_abi::EngineError;
use countersign_onnx::{f16, Data, DataType, Tensor};

use crate::call::{compute, from_data, unsupported, Call, Outputs};

/// Elements as one of three types that hold every element of the others.
enum Wide {
    Floats(Vec<f64>),
    Signed(Vec<i64>),
    Unsigned(Vec<u64>),
}

fn wide(data: &Data) -> Wide {
    match data {
        Data::F16(v) => Wide::Floats(v.iter().map(|x| x.to_f64()).collect()),
        Data::F32(v) => Wide::Floats(v.iter().map(|x| f64::from(*x)).collect()),
        Data::F64(v) => Wide::Floats(v.clone()),
        Data::I8(v) => Wide::Signed(v.iter().map(|x| i64::from(*x)).collect()),
        Data::I16(v) => Wide::Signed(v.iter().map(|x| i64::from(*x)).collect()),
        Data::I32(v) => Wide::Signed(v.iter().map(|x| i64::from(*x)).collect()),
        Data::I64(v) => Wide::Signed(v.clone()),
        Data::U8(v) => Wide::Unsigned(v.iter().map(|x| u64::from(*x)).collect()),
        Data::U16(v) => Wide::Unsigned(v.iter().map(|x| u64::from(*x)).collect()),
        Data::U32(v) => Wide::Unsigned(v.iter().map(|x| u64::from(*x)).collect()),
        Data::U64(v) => Wide::Unsigned(v.clone()),
        Data::Bool(v) => Wide::Unsigned(v.iter().map(|x| u64::from(*x)).collect()),
    }
}

/// Elements of every type from elements of one. Integers keep their low bits; floats round to nearest even, or truncate.
macro_rules! narrow {
    ($values:expr, $to:expr) => {{
        let values = $values.into_iter();
        match $to {
            DataType::F16 => Data::F16(values.map(|x| f16::from_f64(x as f64)).collect()),
            DataType::F32 => Data::F32(values.map(|x| x as f32).collect()),
            DataType::F64 => Data::F64(values.map(|x| x as f64).collect()),
            DataType::I8 => Data::I8(values.map(|x| x as i8).collect()),
            DataType::I16 => Data::I16(values.map(|x| x as i16).collect()),
            DataType::I32 => Data::I32(values.map(|x| x as i32).collect()),
            DataType::I64 => Data::I64(values.map(|x| x as i64).collect()),
            DataType::U8 => Data::U8(values.map(|x| x as u8).collect()),
            DataType::U16 => Data::U16(values.map(|x| x as u16).collect()),
            DataType::U32 => Data::U32(values.map(|x| x as u32).collect()),
            DataType::U64 => Data::U64(values.map(|x| x as u64).collect()),
            DataType::Bool => Data::Bool(values.map(|x| x as f64 != 0.0).collect()),
        }
    }};
}

/// Whether a float truncates to a value that the integer type holds; outside of that ONNX leaves the result open.
fn fits(value: f64, to: DataType) -> bool {
    let (low, high) = match to {
        DataType::I8 => (-128.0, 128.0),
        DataType::I16 => (-32768.0, 32768.0),
        DataType::I32 => (-2147483648.0, 2147483648.0),
        DataType::I64 => (-9223372036854775808.0, 9223372036854775808.0),
        DataType::U8 => (0.0, 256.0),
        DataType::U16 => (0.0, 65536.0),
        DataType::U32 => (0.0, 4294967296.0),
        DataType::U64 => (0.0, 18446744073709551616.0),
        DataType::F16 | DataType::F32 | DataType::F64 | DataType::Bool => return true,
    };
    let whole = value.trunc();
    whole >= low && whole < high
}

/// The tensor in another element type.
///
/// Integers to narrower integers keep the low bits, floats truncate towards zero. A float that the integer type cannot
/// hold (NaN and the infinities too) is refused: ONNX leaves its result open, and machines differ.
pub(crate) fn convert(input: Tensor, to: DataType) -> Result<Tensor, EngineError> {
    if input.dtype() == to {
        return Ok(input);
    }
    if input.dtype().is_float() && to.is_integer() {
        let bad = |value: f64| !fits(value, to);
        let found = match input.data() {
            Data::F16(v) => v.iter().any(|x| bad(x.to_f64())),
            Data::F32(v) => v.iter().any(|x| bad(f64::from(*x))),
            Data::F64(v) => v.iter().any(|x| bad(*x)),
            _ => false,
        };
        if found {
            return Err(compute(format!(
                "a {} value does not fit into {to}, and ONNX does not say what then becomes of it",
                input.dtype()
            )));
        }
    }
    let data = match (input.data(), to) {
        // The two that the executor does all the time, without a detour.
        (Data::F16(v), DataType::F32) => Data::F32(v.iter().map(|x| x.to_f32()).collect()),
        (Data::F32(v), DataType::F16) => Data::F16(v.iter().map(|x| f16::from_f32(*x)).collect()),
        (data, to) => match wide(data) {
            Wide::Floats(values) => narrow!(values, to),
            Wide::Signed(values) => narrow!(values, to),
            Wide::Unsigned(values) => narrow!(values, to),
        },
    };
    from_data(input.dims().to_vec(), data)
}

/// The type that an attribute names.
pub(crate) fn named_type(code: i64) -> Result<DataType, EngineError> {
    DataType::from_code(code).ok_or_else(|| {
        unsupported(format!(
            "the element type {} is not supported",
            DataType::name_of_code(code)
        ))
    })
}

/// Cast-6, -9, -13, -19 and on. `saturate` and `round_mode` speak of 8-bit floats only, which are refused.
pub(crate) fn cast(call: &mut Call<'_>) -> Outputs {
    let to = named_type(call.int("to", 0))?;
    call.reserve(call.input(0)?.dims(), to)?;
    Ok(vec![convert(call.take(0)?, to)?])
}

/// CastLike-15, -19 and on.
pub(crate) fn cast_like(call: &mut Call<'_>) -> Outputs {
    let to = call.input(1)?.dtype();
    call.reserve(call.input(0)?.dims(), to)?;
    Ok(vec![convert(call.take(0)?, to)?])
}

/// BitCast-26: the same bits as another type of the same size.
pub(crate) fn bit_cast(call: &mut Call<'_>) -> Outputs {
    let to = named_type(call.int("to", 0))?;
    let input = call.input(0)?;
    if input.dtype().size() != to.size() {
        return Err(unsupported("BitCast between types of different sizes"));
    }
    // A NaN's bits are not the same on every machine, so none may become visible.
    let is_nan = match input.data() {
        Data::F16(v) => v.iter().any(|x| x.is_nan()),
        Data::F32(v) => v.iter().any(|x| x.is_nan()),
        Data::F64(v) => v.iter().any(|x| x.is_nan()),
        _ => false,
    };
    if is_nan {
        return Err(compute("the bits of a NaN differ between machines"));
    }
    let bytes = input.data().to_le_bytes();
    if to == DataType::Bool && bytes.iter().any(|byte| *byte > 1) {
        return Err(compute("a byte other than 0 and 1 is no bool"));
    }
    Ok(vec![from_data(
        input.dims().to_vec(),
        Data::from_le_bytes(to, &bytes),
    )?])
}
