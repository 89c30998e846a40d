//! Dispatch over element types.
//!
//! Operators that compute see few types: the executor widens what they are given (`exec::widened`) and narrows what they
//! return. Operators that only move elements work on their bits, by size.

/// The Rust type of a variant of `Data`.
macro_rules! rust_type {
    (F16) => {
        countersign_onnx::f16
    };
    (F32) => {
        f32
    };
    (F64) => {
        f64
    };
    (I8) => {
        i8
    };
    (I16) => {
        i16
    };
    (I32) => {
        i32
    };
    (I64) => {
        i64
    };
    (U8) => {
        u8
    };
    (U16) => {
        u16
    };
    (U32) => {
        u32
    };
    (U64) => {
        u64
    };
    (Bool) => {
        bool
    };
}

/// Runs `$body` with `$t` as the element type, if it is one of the listed ones; else the type is refused.
macro_rules! for_type {
    ($dtype:expr, [$($variant:ident)*], $t:ident => $body:expr) => {
        match $dtype {
            $(countersign_onnx::DataType::$variant => {
                type $t = rust_type!($variant);
                $body
            })*
            other => Err($crate::call::unsupported_type(other)),
        }
    };
    ($dtype:expr, floats, $t:ident => $body:expr) => {
        for_type!($dtype, [F32 F64], $t => $body)
    };
    ($dtype:expr, numbers, $t:ident => $body:expr) => {
        for_type!($dtype, [F32 F64 I64 U64], $t => $body)
    };
    ($dtype:expr, integers, $t:ident => $body:expr) => {
        for_type!($dtype, [I64 U64], $t => $body)
    };
    ($dtype:expr, all, $t:ident => $body:expr) => {
        for_type!($dtype, [F32 F64 I64 U64 Bool], $t => $body)
    };
    // Of a tensor that was not widened.
    ($dtype:expr, exact floats, $t:ident => $body:expr) => {
        for_type!($dtype, [F16 F32 F64], $t => $body)
    };
}

/// Runs `$body` with `$t` as the unsigned integer of an element's size.
macro_rules! for_bits {
    ($dtype:expr, $t:ident => $body:expr) => {
        match countersign_onnx::DataType::size($dtype) {
            1 => {
                type $t = u8;
                $body
            }
            2 => {
                type $t = u16;
                $body
            }
            4 => {
                type $t = u32;
                $body
            }
            _ => {
                type $t = u64;
                $body
            }
        }
    };
}
