//! Fast kernels. Each adds up in the same order as the plain sum it stands for, so its result has the same bits.

pub(crate) mod gemm;
pub(crate) mod window;
