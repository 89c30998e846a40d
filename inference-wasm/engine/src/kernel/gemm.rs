//! Matrix products.
//!
//! Blocked and packed for the cache and for SIMD lanes, but every element of the result is the sum of its products in
//! ascending order, one rounding per multiplication and one per addition (never fused): the same bits as three plain
//! loops, with or without SIMD, on every machine.

use crate::op::number::Number;

/// Rows and columns that are kept in registers at once.
const MR: usize = 4;
pub(crate) const NR: usize = 8;
/// The length of the sums, and the number of columns, that are packed at once.
const KC: usize = 256;
const NC: usize = 512;
/// So many rows at most are multiplied without packing what they are multiplied with.
const FEW: usize = 2;

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
    /// Writes rows `from..from + out.len() / NR` of the `width` columns from `column` on, each row `NR` apart.
    fn pack(&self, from: usize, column: usize, width: usize, out: &mut [T]);

    /// The rows' elements and their distance, if each row lies in one piece.
    fn in_rows(&self) -> Option<(&[T], usize)> {
        None
    }
}

impl<T: Copy> Columns<T> for Matrix<'_, T> {
    fn pack(&self, from: usize, column: usize, width: usize, out: &mut [T]) {
        let depth = out.len() / NR;
        if self.column == 1 {
            for (row, out) in out.as_chunks_mut::<NR>().0.iter_mut().enumerate() {
                let start = (from + row) * self.row + column;
                copy(&self.elements[start..start + width], out);
            }
        } else if self.row == 1 {
            for index in 0..width {
                let start = (column + index) * self.column + from;
                let column = &self.elements[start..start + depth];
                for (out, value) in out.as_chunks_mut::<NR>().0.iter_mut().zip(column) {
                    out[index] = *value;
                }
            }
        } else {
            for (row, out) in out.as_chunks_mut::<NR>().0.iter_mut().enumerate() {
                for (index, slot) in out.iter_mut().take(width).enumerate() {
                    *slot = self.elements[(from + row) * self.row + (column + index) * self.column];
                }
            }
        }
    }

    fn in_rows(&self) -> Option<(&[T], usize)> {
        (self.column == 1).then_some((self.elements, self.row))
    }
}

/// Copies up to `NR` elements; a whole panel row without a call to memcpy.
pub(crate) fn copy<T: Copy>(from: &[T], to: &mut [T; NR]) {
    match <&[T; NR]>::try_from(from) {
        Ok(whole) => *to = *whole,
        Err(_) => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
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
    match b.in_rows() {
        Some((rows, stride)) if m <= FEW => {
            for (index, c) in c.chunks_exact_mut(n).take(m).enumerate() {
                row_times(a, index, k, rows, stride, c);
            }
        }
        _ if n <= NR / 2 && m > n => swapped(m, n, k, a, b, c),
        _ => blocks(m, n, k, a, b, c),
    }
}

/// One row of the product, without packing.
fn row_times<T: Number>(
    a: Matrix<'_, T>,
    index: usize,
    k: usize,
    b: &[T],
    stride: usize,
    c: &mut [T],
) {
    const AT_ONCE: usize = 8;
    let n = c.len();
    let factor = |p: usize| a.elements[index * a.row + p * a.column];
    let row = |p: usize| &b[p * stride..][..n];
    let whole = k - k % AT_ONCE;
    for p in (0..whole).step_by(AT_ONCE) {
        let x: [T; AT_ONCE] = std::array::from_fn(|i| factor(p + i));
        let r: [&[T]; AT_ONCE] = std::array::from_fn(|i| row(p + i));
        let [r0, r1, r2, r3, r4, r5, r6, r7] = r.map(|r| &r[..n]);
        for (j, c) in c.iter_mut().enumerate() {
            let sum = c.add(x[0].mul(r0[j])).add(x[1].mul(r1[j]));
            let sum = sum.add(x[2].mul(r2[j])).add(x[3].mul(r3[j]));
            let sum = sum.add(x[4].mul(r4[j])).add(x[5].mul(r5[j]));
            *c = sum.add(x[6].mul(r6[j])).add(x[7].mul(r7[j]));
        }
    }
    for p in whole..k {
        let x = factor(p);
        for (c, b) in c.iter_mut().zip(row(p)) {
            *c = c.add(x.mul(*b));
        }
    }
}

/// Few columns: the transposed product, whose rows are long. A product of two numbers is the same either way round.
fn swapped<T: Number>(
    m: usize,
    n: usize,
    k: usize,
    a: Matrix<'_, T>,
    b: &impl Columns<T>,
    c: &mut [T],
) {
    let mut narrow = vec![T::ZERO; k * NR];
    b.pack(0, 0, n, &mut narrow);
    let mut turned = vec![T::ZERO; m * n];
    for (i, row) in c.chunks_exact(n).take(m).enumerate() {
        for (j, value) in row.iter().enumerate() {
            turned[j * m + i] = *value;
        }
    }
    let left = Matrix::rows(&narrow, NR).transposed();
    blocks(n, m, k, left, &a.transposed(), &mut turned);
    for (i, row) in c.chunks_exact_mut(n).take(m).enumerate() {
        for (j, slot) in row.iter_mut().enumerate() {
            *slot = turned[j * m + i];
        }
    }
}

fn blocks<T: Number>(
    m: usize,
    n: usize,
    k: usize,
    a: Matrix<'_, T>,
    b: &impl Columns<T>,
    c: &mut [T],
) {
    let mut packed_b = vec![T::ZERO; KC.min(k) * NC.min(n.next_multiple_of(NR))];
    let mut packed_a = vec![T::ZERO; KC.min(k) * MR];
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
                if width < NR {
                    packed.fill(T::ZERO);
                }
                b.pack(from, column + panel * NR, width, packed);
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

fn pack_rows<T: Number>(a: Matrix<'_, T>, row: usize, rows: usize, from: usize, packed: &mut [T]) {
    let slots = packed.as_chunks_mut::<MR>().0;
    if rows == MR && a.column == 1 {
        let depth = slots.len();
        let lines: [&[T]; MR] =
            std::array::from_fn(|i| &a.elements[(row + i) * a.row + from..][..depth]);
        let [l0, l1, l2, l3] = lines;
        for ((((slot, x0), x1), x2), x3) in slots.iter_mut().zip(l0).zip(l1).zip(l2).zip(l3) {
            *slot = [*x0, *x1, *x2, *x3];
        }
        return;
    }
    for (step, slots) in slots.iter_mut().enumerate() {
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
    if rows == MR && width == NR {
        for (sums, c) in sums.iter_mut().zip(c.chunks(stride)) {
            copy(&c[..NR], sums);
        }
        let sums = products(a, b, sums);
        for (sums, c) in sums.iter().zip(c.chunks_mut(stride)) {
            c[..NR].copy_from_slice(sums);
        }
        return;
    }
    for (sums, c) in sums.iter_mut().take(rows).zip(c.chunks(stride)) {
        sums[..width].copy_from_slice(&c[..width]);
    }
    let sums = products(a, b, sums);
    for (sums, c) in sums.iter().take(rows).zip(c.chunks_mut(stride)) {
        c[..width].copy_from_slice(&sums[..width]);
    }
}

/// The inner loop: all of a tile's sums stay in registers.
#[inline(always)]
fn products<T: Number>(a: &[T], b: &[T], mut sums: [[T; NR]; MR]) -> [[T; NR]; MR] {
    let (a, b) = (a.as_chunks::<MR>().0, b.as_chunks::<NR>().0);
    for (a, b) in a.iter().zip(b) {
        for i in 0..MR {
            for j in 0..NR {
                sums[i][j] = sums[i][j].add(a[i].mul(b[j]));
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise() -> impl FnMut() -> f32 {
        let mut state = 1u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        }
    }

    #[test]
    fn blocks_give_the_bits_of_plain_loops() {
        let mut next = noise();
        for (m, n, k) in [
            (1, 1, 1),
            (1, 37, 19),
            (2, 64, 300),
            (3, 5, 7),
            (9, 1, 300),
            (13, 3, 21),
            (30, 4, 257),
            (4, 8, 256),
            (5, 9, 257),
            (2, 530, 3),
            (33, 17, 600),
        ] {
            let a: Vec<f32> = (0..m * k).map(|_| next()).collect();
            let b: Vec<f32> = (0..k * n).map(|_| next()).collect();
            let turned: Vec<f32> = (0..k * n).map(|i| b[i % k * n + i / k]).collect();
            let sides: [Matrix<'_, f32>; 2] =
                [Matrix::rows(&b, n), Matrix::rows(&turned, k).transposed()];
            for right in sides {
                let mut fast = vec![0.25f32; m * n];
                multiply(m, n, k, Matrix::rows(&a, k), &right, &mut fast);
                for i in 0..m {
                    for j in 0..n {
                        let plain =
                            (0..k).fold(0.25f32, |sum, p| sum + a[i * k + p] * b[p * n + j]);
                        assert_eq!(fast[i * n + j].to_bits(), plain.to_bits(), "{m} {n} {k}");
                    }
                }
            }
        }
    }

    #[test]
    fn random_shapes_give_the_bits_of_plain_loops() {
        let mut next = noise();
        let mut size = move |most: usize| 1 + ((next() + 0.5) * most as f32) as usize;
        let mut next = noise();
        for _ in 0..300 {
            let (m, n, k) = (size(20), size(40), size(70));
            let a: Vec<f32> = (0..m * k).map(|_| next() * 1000.0).collect();
            let b: Vec<f32> = (0..k * n).map(|_| next()).collect();
            let mut fast = vec![-0.5f32; m * n];
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
                    let plain = (0..k).fold(-0.5f32, |sum, p| sum + a[i * k + p] * b[p * n + j]);
                    assert_eq!(fast[i * n + j].to_bits(), plain.to_bits(), "{m} {n} {k}");
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
