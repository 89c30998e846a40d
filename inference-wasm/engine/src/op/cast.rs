//! Changing element types.

use countersign_abi::EngineError;
use countersign_onnx::{f16, Data, DataType, Tensor};

use super::number::Number;
use crate::call::{compute, from_data, unsupported, Call, Outputs};

/// Converts one element.
trait Convert<U> {
    fn convert(self) -> U;
}

macro_rules! from_integer {
    ($from:ty => $($to:ty)*) => { $(impl Convert<$to> for $from {
        fn convert(self) -> $to { self as $to }
    })*
    impl Convert<bool> for $from {
        fn convert(self) -> bool { self != 0 }
    }
    impl Convert<f16> for $from {
        // f64 holds every integer below 2^53, and everything from 65520 on is infinite in f16.
        fn convert(self) -> f16 { f16::from_f64(self as f64) }
    } };
}
from_integer!(i8 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(i16 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(i32 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(i64 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(u8 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(u16 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(u32 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
from_integer!(u64 => i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

macro_rules! from_bool {
    ($($to:ty)*) => { $(impl Convert<$to> for bool {
        fn convert(self) -> $to { <$to as Number>::from_f64(f64::from(u8::from(self))) }
    })* };
}
from_bool!(i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64);
impl Convert<bool> for bool {
    fn convert(self) -> bool {
        self
    }
}

macro_rules! from_float {
    ($from:ty, $wide:expr => $($to:ty)*) => { $(impl Convert<$to> for $from {
        fn convert(self) -> $to { <$to as Number>::from_f64($wide(self)) }
    })*
    impl Convert<bool> for $from {
        fn convert(self) -> bool { $wide(self) != 0.0 }
    } };
}
from_float!(f16, f16::to_f64 => i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64);
from_float!(f32, f64::from => i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64);
from_float!(f64, |x: f64| x => i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64);

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
    let dims = input.dims().to_vec();
    for_type!(input.dtype(), all, A => for_type!(to, all, B => {
        let elements = input.elements::<A>().unwrap_or_default();
        let out: Vec<B> = elements.iter().map(|x| Convert::<B>::convert(*x)).collect();
        from_data(dims, <B as countersign_onnx::Element>::wrap(out))
    }))
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
