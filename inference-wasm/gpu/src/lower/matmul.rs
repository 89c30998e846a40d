//! Matrix products.

use countersign_onnx::DataType;

use super::arithmetic::Binary;
use super::builder::{Builder, Id, Operand};
use super::movement::broadcast;
use super::node::Op;
use super::refusal::Why;

/// MatMul: a constant matrix on the right, or two computed stacks of matrices.
pub(crate) fn matmul(b: &mut Builder, x: Id, y: Id) -> Result<Id, Why> {
    if b.dims(x).is_empty() || b.dims(y).is_empty() {
        return Err(Why::Rank(0));
    }
    // A vector is a row on the left and a column on the right; its axis of 1 is taken away from the product.
    if b.dims(x).len() == 1 || b.dims(y).len() == 1 {
        let (row, column) = (b.dims(x).len() == 1, b.dims(y).len() == 1);
        let left = if row {
            vec![1, b.dims(x)[0]]
        } else {
            b.dims(x).to_vec()
        };
        let right = if column {
            vec![b.dims(y)[0], 1]
        } else {
            b.dims(y).to_vec()
        };
        let (x, y) = (b.reshape(x, &left)?, b.reshape(y, &right)?);
        let product = matmul(b, x, y)?;
        let mut dims = b.dims(product).to_vec();
        if column {
            dims.pop();
        }
        if row {
            dims.remove(dims.len() - usize::from(!column) - 1);
        }
        return b.reshape(product, &dims);
    }
    if b.known(y).is_some() && b.dims(y).len() == 2 {
        let (dims, weights) = b.known_floats(y, "matrices")?;
        return by_matrix(b, x, &weights, dims[0], dims[1], None);
    }
    stacks(b, x, y)
}

/// Gemm: alpha · A' · B' + beta · C.
pub(crate) fn gemm(b: &mut Builder, op: &Op<'_>) -> Result<Id, Why> {
    let (mut x, mut y) = (op.x(0)?, op.x(1)?);
    for operand in [x, y] {
        let rank = b.dims(operand).len();
        if rank != 2 {
            return Err(Why::Rank(rank));
        }
    }
    if op.int("transA", 0) != 0 {
        x = b.transpose(x, &[1, 0])?;
    }
    if op.int("transB", 0) != 0 {
        y = b.transpose(y, &[1, 0])?;
    }
    let (alpha, beta) = (op.float("alpha", 1.0), op.float("beta", 1.0));
    let n = b.dims(y)[1];
    let bias = op.optional(2);
    let row = match bias.map(|bias| b.known_floats(bias, "biases")) {
        Some(Ok((_, values))) if values.len() == 1 => Some(vec![values[0] * beta; n]),
        Some(Ok((dims, values))) if values.len() == n && dims.last() == Some(&n) => {
            Some(values.iter().map(|value| value * beta).collect())
        }
        _ => None,
    };
    if b.known(y).is_some() && (bias.is_none() || row.is_some()) {
        let (dims, weights) = b.known_floats(y, "matrices")?;
        let weights: Vec<f32> = weights.iter().map(|weight| weight * alpha).collect();
        return by_matrix(b, x, &weights, dims[0], dims[1], row);
    }
    let mut product = matmul(b, x, y)?;
    if alpha != 1.0 {
        product = b.times(product, alpha)?;
    }
    match bias {
        None => Ok(product),
        Some(bias) => {
            let bias = if beta == 1.0 {
                bias
            } else {
                b.times(bias, beta)?
            };
            b.binary(Binary::Add, product, bias)
        }
    }
}

/// A stack of rows times a constant k × n matrix, plus a row.
fn by_matrix(
    b: &mut Builder,
    x: Id,
    weights: &[f32],
    k: usize,
    n: usize,
    row: Option<Vec<f32>>,
) -> Result<Id, Why> {
    let from = b.dims(x).to_vec();
    let Some((last, outer)) = from.split_last() else {
        return Err(Why::Rank(0));
    };
    if *last != k {
        return Err(Why::Dims { what: "matrices" });
    }
    let mut dims = outer.to_vec();
    dims.push(n);
    let x = b.reshape(x, &[outer.iter().product(), k])?;
    let weights = b.floats(&[k, n], weights.to_vec())?;
    let row = row.map(|row| b.floats(&[n], row)).transpose()?;
    let y = product(b, x, weights, row)?;
    b.reshape(y, &dims)
}

/// m × k times k × n, plus what broadcasts to m × n. Our own shader computes it (`kernel/tiled.rs`): wonnx's wants dimensions
/// with common factors.
fn product(b: &mut Builder, x: Id, y: Id, plus: Option<Id>) -> Result<Id, Why> {
    let dims = vec![b.dims(x)[0], b.dims(y)[1]];
    if b.dtype(x) != DataType::F32 || b.dtype(y) != DataType::F32 {
        return Err(Why::Integers);
    }
    let inputs = [Some(x), Some(y), plus]
        .into_iter()
        .flatten()
        .map(Operand::from)
        .collect();
    b.emit_f32("Gemm", inputs, dims, vec![])
}

/// Two stacks of matrices.
fn stacks(b: &mut Builder, x: Id, y: Id) -> Result<Id, Why> {
    let (left, right) = (b.dims(x).to_vec(), b.dims(y).to_vec());
    let (outer_left, inner_left) = left.split_at(left.len() - 2);
    let (outer_right, inner_right) = right.split_at(right.len() - 2);
    let outer = broadcast(outer_left, outer_right)?;
    let (m, k, n) = (inner_left[0], inner_left[1], inner_right[1]);
    if inner_right[0] != k {
        return Err(Why::Dims { what: "matrices" });
    }
    if b.dtype(x) != DataType::F32 || b.dtype(y) != DataType::F32 {
        return Err(Why::Integers);
    }
    let stacked =
        |inner: [usize; 2]| -> Vec<usize> { outer.iter().copied().chain(inner).collect() };
    let x = b.expand(x, &stacked([m, k]))?;
    let y = b.expand(y, &stacked([k, n]))?;
    b.emit_f32("MatMul", vec![x.into(), y.into()], stacked([m, n]), vec![])
}
