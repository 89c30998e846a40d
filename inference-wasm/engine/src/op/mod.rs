//! The operators, one file per family. Every function is the whole, plain meaning of its operator's definitions (the
//! versions it serves stand in [`table`](crate::table)); what a definition leaves open, or we do not do, is refused.

#[macro_use]
mod macros;

pub(crate) mod attention;
pub(crate) mod binary;
pub(crate) mod cast;
pub(crate) mod control;
pub(crate) mod conv;
pub(crate) mod einsum;
pub(crate) mod gather;
pub(crate) mod layout;
pub(crate) mod linear;
pub(crate) mod loss;
pub(crate) mod norm;
pub(crate) mod number;
pub(crate) mod pool;
pub(crate) mod quant;
pub(crate) mod recurrent;
pub(crate) mod reduce;
pub(crate) mod resize;
pub(crate) mod sample;
pub(crate) mod select;
pub(crate) mod shaping;
pub(crate) mod signal;
pub(crate) mod unary;
