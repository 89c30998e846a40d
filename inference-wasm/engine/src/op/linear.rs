//! MatMul, Gemm.

use std::borrow::Cow;

use countersign_abi::EngineError;
use countersign_onnx::{Element, Tensor};

use super::number::{Float, Number};
use crate::call::{compute, one, Call, Outputs};
use crate::kernel::gemm::{multiply, Matrix};
use crate::shape::{broadcast, broadcast_strides, walk};

/// The elements in the type that sums are computed in; without a copy where that is their own.
pub(crate) fn widened<T: Float>(tensor: &Tensor) -> Cow<'_, [T::Wide]> {
    match tensor.elements::<T::Wide>() {
        Some(own) => Cow::Borrowed(own),
        None => Cow::Owned(
            tensor
                .elements::<T>()
                .unwrap_or_default()
                .iter()
                .map(|x| x.widen())
                .collect(),
        ),
    }
}

/// Back to the declared type.
pub(crate) fn narrowed<T: Float>(wide: Vec<T::Wide>) -> Vec<T> {
    wide.into_iter().map(T::narrow).collect()
}

/// The dimensions of a product of stacks of matrices, by NumPy's rules.
pub(crate) struct Stacks {
    /// The output's dimensions.
    pub dims: Vec<usize>,
    pub m: usize,
    pub n: usize,
    pub k: usize,
    batch: Vec<usize>,
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Stacks {
    pub fn of(left: &[usize], right: &[usize]) -> Result<Self, EngineError> {
        let fault = || {
            compute(format!(
                "the shapes {left:?} and {right:?} cannot be multiplied"
            ))
        };
        let (a, b) = (
            if left.len() == 1 {
                vec![1, left[0]]
            } else {
                left.to_vec()
            },
            if right.len() == 1 {
                vec![right[0], 1]
            } else {
                right.to_vec()
            },
        );
        let ([outer_a @ .., m, k], [outer_b @ .., inner, n]) = (&*a, &*b) else {
            return Err(fault());
        };
        if k != inner {
            return Err(fault());
        }
        let batch = broadcast(&[outer_a, outer_b])?;
        let mut dims = batch.clone();
        if left.len() > 1 {
            dims.push(*m);
        }
        if right.len() > 1 {
            dims.push(*n);
        }
        let scale = |strides: Vec<usize>, by: usize| {
            strides.into_iter().map(|stride| stride * by).collect()
        };
        Ok(Self {
            dims,
            m: *m,
            n: *n,
            k: *k,
            left: scale(broadcast_strides(outer_a, &batch), m * k),
            right: scale(broadcast_strides(outer_b, &batch), k * n),
            batch,
        })
    }

    /// Whether the left matrices follow each other without repetition.
    fn dense_left(&self) -> bool {
        let mut next = self.m * self.k;
        self.batch
            .iter()
            .zip(&self.left)
            .rev()
            .all(|(dim, stride)| {
                let fits = *dim == 1 || *stride == next;
                next = next.saturating_mul(*dim);
                fits
            })
    }

    /// Offsets of each pair of matrices.
    pub fn pairs(&self) -> Vec<[usize; 2]> {
        let mut pairs = Vec::new();
        walk(&self.batch, [&self.left, &self.right], |pair| {
            pairs.push(pair)
        });
        pairs
    }

    /// Steps of the whole product.
    pub fn steps(&self) -> usize {
        self.batch
            .iter()
            .product::<usize>()
            .saturating_mul(self.m)
            .saturating_mul(self.n)
            .saturating_mul(self.k)
    }

    /// All products.
    pub fn multiply<T: Number>(&self, a: &[T], b: &[T]) -> Vec<T> {
        let (m, n, k) = (self.m, self.n, self.k);
        if self.right.iter().all(|stride| *stride == 0) && self.dense_left() {
            // One matrix for the whole stack: its rows are the rows of one product.
            let rows = self.batch.iter().product::<usize>() * m;
            let mut out = vec![T::ZERO; rows * n];
            multiply(
                rows,
                n,
                k,
                Matrix::rows(a, k),
                &Matrix::rows(b, n),
                &mut out,
            );
            return out;
        }
        let pairs = self.pairs();
        let mut out = vec![T::ZERO; pairs.len() * m * n];
        if m * n > 0 {
            for ([i, j], c) in pairs.into_iter().zip(out.chunks_exact_mut(m * n)) {
                multiply(
                    m,
                    n,
                    k,
                    Matrix::rows(&a[i..], k),
                    &Matrix::rows(&b[j..], n),
                    c,
                );
            }
        }
        out
    }
}

/// MatMul-1, -9, -13.
pub(crate) fn mat_mul(call: &mut Call<'_>) -> Outputs {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let stacks = Stacks::of(a.dims(), b.dims())?;
    call.reserve(&stacks.dims, a.dtype())?;
    call.steps(stacks.steps())?;
    let kind = a.dtype();
    if kind.is_float() {
        return for_type!(kind, floats, T => {
            let out = stacks.multiply(&widened::<T>(a), &widened::<T>(b));
            one(stacks.dims, narrowed::<T>(out))
        });
    }
    for_type!(kind, integers, T => {
        let out = stacks.multiply(call.elements::<T>(0)?, call.elements::<T>(1)?);
        one(stacks.dims, out)
    })
}

/// Gemm-7, -9, -11, -13: α · A · B + β · C.
pub(crate) fn gemm(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => gemm_of::<T>(call))
}

fn gemm_of<T: Float>(call: &Call<'_>) -> Outputs {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let (turn_a, turn_b) = (call.flag("transA", false)?, call.flag("transB", false)?);
    let ([rows_a, columns_a], [rows_b, columns_b]) = (a.dims(), b.dims()) else {
        return Err(compute("two matrices are needed"));
    };
    let (m, k) = if turn_a {
        (*columns_a, *rows_a)
    } else {
        (*rows_a, *columns_a)
    };
    let (inner, n) = if turn_b {
        (*columns_b, *rows_b)
    } else {
        (*rows_b, *columns_b)
    };
    if k != inner {
        return Err(compute(format!(
            "the shapes {:?} and {:?} cannot be multiplied",
            a.dims(),
            b.dims()
        )));
    }
    let count = call.reserve(&[m, n], T::DTYPE)?;
    call.steps(count.saturating_mul(k))?;
    let (wide_a, wide_b) = (widened::<T>(a), widened::<T>(b));
    let left = Matrix::rows(&wide_a, *columns_a);
    let right = Matrix::rows(&wide_b, *columns_b);
    let mut out = vec![T::Wide::ZERO; count];
    multiply(
        m,
        n,
        k,
        if turn_a { left.transposed() } else { left },
        &if turn_b { right.transposed() } else { right },
        &mut out,
    );
    let (alpha, beta) = (
        T::Wide::of(call.float("alpha", 1.0)),
        T::Wide::of(call.float("beta", 1.0)),
    );
    if alpha != T::Wide::ONE {
        out.iter_mut().for_each(|x| *x = x.mul(alpha));
    }
    if let Some(c) = call.optional(2) {
        if broadcast(&[c.dims(), &[m, n]])? != [m, n] {
            return Err(compute(format!(
                "the shape {:?} does not broadcast to {m}×{n}",
                c.dims()
            )));
        }
        if beta == T::Wide::ZERO {
            // What is multiplied with 0 is not read, as in BLAS: not even NaN.
            return one(vec![m, n], narrowed::<T>(out));
        }
        let wide = widened::<T>(c);
        let mut slots = out.iter_mut();
        walk(&[m, n], [&broadcast_strides(c.dims(), &[m, n])], |[at]| {
            if let Some(slot) = slots.next() {
                *slot = slot.add(wide[at].mul(beta));
            }
        });
    }
    one(vec![m, n], narrowed::<T>(out))
}
