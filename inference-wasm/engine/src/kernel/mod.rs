//! Fast kernels. Each adds up in the same order as the plain sum it stands for, so its result has the same bits;
//! [`sum`] defines an order of its own.

pub(crate) mod gemm;
pub(crate) mod math;
pub(crate) mod patches;
pub(crate) mod root;
pub(crate) mod sha256;
pub(crate) mod sum;
pub(crate) mod window;
