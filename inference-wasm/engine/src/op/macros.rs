//! Dispatch over element types.

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
            #[allow(unreachable_patterns)]
            other => Err($crate::call::unsupported_type(other)),
        }
    };
    ($dtype:expr, floats, $t:ident => $body:expr) => {
        for_type!($dtype, [F16 F32 F64], $t => $body)
    };
    ($dtype:expr, numbers, $t:ident => $body:expr) => {
        for_type!($dtype, [F16 F32 F64 I8 I16 I32 I64 U8 U16 U32 U64], $t => $body)
    };
    ($dtype:expr, integers, $t:ident => $body:expr) => {
        for_type!($dtype, [I8 I16 I32 I64 U8 U16 U32 U64], $t => $body)
    };
    ($dtype:expr, all, $t:ident => $body:expr) => {
        for_type!($dtype, [F16 F32 F64 I8 I16 I32 I64 U8 U16 U32 U64 Bool], $t => $body)
    };
}
