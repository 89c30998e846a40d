//! The operators, one file per family. Every function is the whole, plain meaning of its operator's definitions (the
//! versions it serves stand in [`table`](crate::table)); what a definition leaves open, or we do not do, is refused.

#[macro_use]
mod macros;

pub(crate) mod binary;
pub(crate) mod cast;
pub(crate) mod conv;
pub(crate) mod gather;
pub(crate) mod layout;
pub(crate) mod linear;
pub(crate) mod number;
pub(crate) mod pool;
pub(crate) mod reduce;
pub(crate) mod select;
pub(crate) mod shaping;
pub(crate) mod unary;
