//! Matrix products.
//!
//! Blocked and packed for the cache and for SIMD lanes, but every element of the result is the sum of its products in
//! ascending order, one rounding per multiplication and one per addition (never fused): the same bits as three plain
//! loops, with or without SIMD, on every machine.

use crate::op::number::Number;

/// Rows and columns that are kept in registers at once.
const MR: usize = 4;
const NR: usize = 8;
/// The length of the sums, and the number of columns, that are packed at once.
const KC: usize = 256;
const NC: usize = 512;

/// A matrix read through strides.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    pub elements: &'a [T],
    pub row: usize,
    pub column: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// Row-major, `columns` wide.
    pub fn rows(elements: &'a [T], columns: usize) -> Self {
        Self {
            elements,
            row: columns,
            column: 1,
        }
    }

    /// The same matrix transposed.
    pub fn transposed(self) -> Self {
        Self {
            elements: self.elements,
            row: self.column,
            column: self.row,
        }
    }
}

/// The right-hand side of a product, which may be a matrix that exists only piece by piece.
pub(crate) trait Columns<T> {
    /// Writes rows `from..from + out.len() / width` of the `width` columns from `column` on, row by row.
    fn pack(&self, from: usize, column: usize, width: usize, out: &mut [T]);
}

impl<T: Copy> Columns<T> for Matrix<'_, T> {
    fn pack(&self, from: usize, column: usize, width: usize, out: &mut [T]) {
        for (row, out) in out.chunks_exact_mut(width).enumerate() {
            let start = (from + row) * self.row + column * self.column;
            if self.column == 1 {
                out.copy_from_slice(&self.elements[start..start + width]);
            } else {
                for (index, slot) in out.iter_mut().enumerate() {
                    *slot = self.elements[start + index * self.column];
                }
            }
        }
    }
}

/// `c += a · b` for `a` of m × k, `b` of k × n, and `c` row-major of m × n.
pub(crate) fn multiply<T: Number>(
    m: usize,
    n: usize,
    k: usize,
    a: Matrix<'_, T>,
    b: &impl Columns<T>,
    c: &mut [T],
) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    let mut packed_b = vec![T::ZERO; KC.min(k) * NC.min(n.next_multiple_of(NR))];
    let mut packed_a = vec![T::ZERO; KC.min(k) * MR];
    let mut edge = vec![T::ZERO; KC.min(k) * NR];
    for column in (0..n).step_by(NC) {
        let columns = NC.min(n - column);
        for from in (0..k).step_by(KC) {
            let depth = KC.min(k - from);
            let panels = columns.div_ceil(NR);
            for (panel, packed) in packed_b
                .chunks_exact_mut(depth * NR)
                .take(panels)
                .enumerate()
            {
                let width = NR.min(columns - panel * NR);
                pack_panel(b, from, column + panel * NR, width, packed, &mut edge);
            }
            for row in (0..m).step_by(MR) {
                let rows = MR.min(m - row);
                pack_rows(a, row, rows, from, &mut packed_a[..depth * MR]);
                for (panel, packed) in packed_b.chunks_exact(depth * NR).take(panels).enumerate() {
                    let at = column + panel * NR;
                    let width = NR.min(columns - panel * NR);
                    tile(
                        &packed_a[..depth * MR],
                        packed,
                        &mut c[row * n + at..],
                        n,
                        rows,
                        width,
                    );
                }
            }
        }
    }
}

fn pack_panel<T: Number>(
    b: &impl Columns<T>,
    from: usize,
    column: usize,
    width: usize,
    packed: &mut [T],
    edge: &mut [T],
) {
    if width == NR {
        b.pack(from, column, NR, packed);
        return;
    }
    let rows = packed.len() / NR;
    let narrow = &mut edge[..rows * width];
    b.pack(from, column, width, narrow);
    for (to, from) in packed.chunks_exact_mut(NR).zip(narrow.chunks_exact(width)) {
        to[..width].copy_from_slice(from);
        to[width..].fill(T::ZERO);
    }
}

fn pack_rows<T: Number>(a: Matrix<'_, T>, row: usize, rows: usize, from: usize, packed: &mut [T]) {
    for (step, slots) in packed.chunks_exact_mut(MR).enumerate() {
        let start = row * a.row + (from + step) * a.column;
        for (index, slot) in slots.iter_mut().enumerate() {
            *slot = if index < rows {
                a.elements[start + index * a.row]
            } else {
                T::ZERO
            };
        }
    }
}

/// One tile of the result: `rows × width` of it are real.
fn tile<T: Number>(a: &[T], b: &[T], c: &mut [T], stride: usize, rows: usize, width: usize) {
    let mut sums = [[T::ZERO; NR]; MR];
    for (sums, c) in sums.iter_mut().take(rows).zip(c.chunks(stride)) {
        sums[..width].copy_from_slice(&c[..width]);
    }
    for (a, b) in a.chunks_exact(MR).zip(b.chunks_exact(NR)) {
        for (sums, a) in sums.iter_mut().zip(a) {
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = sum.add(a.mul(*b));
            }
        }
    }
    for (sums, c) in sums.iter().take(rows).zip(c.chunks_mut(stride)) {
        c[..width].copy_from_slice(&sums[..width]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_give_the_bits_of_plain_loops() {
        let mut state = 1u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        };
        for (m, n, k) in [
            (1, 1, 1),
            (3, 5, 7),
            (4, 8, 256),
            (5, 9, 257),
            (2, 530, 3),
            (33, 17, 600),
        ] {
            let a: Vec<f32> = (0..m * k).map(|_| next()).collect();
            let b: Vec<f32> = (0..k * n).map(|_| next()).collect();
            let mut fast = vec![0.25f32; m * n];
            multiply(
                m,
                n,
                k,
                Matrix::rows(&a, k),
                &Matrix::rows(&b, n),
                &mut fast,
            );
            for i in 0..m {
                for j in 0..n {
                    let plain = (0..k).fold(0.25f32, |sum, p| sum + a[i * k + p] * b[p * n + j]);
                    assert_eq!(fast[i * n + j].to_bits(), plain.to_bits());
                }
            }
        }
    }

    #[test]
    fn transposed_sides_are_read_through_strides() {
        let a = [1, 2, 3, 4, 5, 6];
        let mut c = [0; 4];
        // a is 3 × 2 and read as 2 × 3.
        multiply(
            2,
            2,
            3,
            Matrix::rows(&a, 2).transposed(),
            &Matrix::rows(&a, 2),
            &mut c,
        );
        assert_eq!(c, [35, 44, 44, 56]);
    }
}
