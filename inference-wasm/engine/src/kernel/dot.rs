//! Products of matrices of small integers: sums in 32 bits of pairs of products of 16 bits, which is exact whatever the order.

use self::lanes::Lanes;

/// Rows and columns of a tile.
const MR: usize = 4;
const NR: usize = 8;
/// So many products of numbers of at most 255 fit 32 bits.
pub(crate) const DEPTH: usize = (i32::MAX / (255 * 255)) as usize;

/// a · b for `a` of m × k, `b` of k × n, both row-major with numbers from −255 to 255, and k up to [`DEPTH`]; gives each row's
/// piece of the result to `put`: row, first column, sums. Sums of nothing are not put.
pub(crate) fn multiply(
    [m, n, k]: [usize; 3],
    a: &[i16],
    b: &[i16],
    mut put: impl FnMut(usize, usize, &[i32]),
) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    let pairs = k.div_ceil(2);
    let rows = packed_rows(m, k, a);
    let mut panel = vec![[Lanes::ZERO; 2]; pairs];
    for column in (0..n).step_by(NR) {
        let width = NR.min(n - column);
        pack_columns(n, k, &b[column..], width, &mut panel);
        for (block, rows) in rows.chunks_exact(pairs).enumerate() {
            let sums = tile(rows, &panel);
            let first = block * MR;
            for (row, [low, high]) in sums.iter().enumerate().take(m - first) {
                let mut line = [0; NR];
                line[..4].copy_from_slice(&low.each());
                line[4..].copy_from_slice(&high.each());
                put(first + row, column, &line[..width]);
            }
        }
    }
}

/// Two neighbours along a row as one number: the first in the low half.
fn pair(low: i16, high: i16) -> i32 {
    i32::from(low) & 0xffff | i32::from(high) << 16
}

/// Blocks of rows, pair by pair; rows beyond the last and the odd end are 0.
fn packed_rows(m: usize, k: usize, a: &[i16]) -> Vec<[i32; MR]> {
    let pairs = k.div_ceil(2);
    let mut out = vec![[0; MR]; m.div_ceil(MR) * pairs];
    for (row, from) in a.chunks_exact(k).enumerate().take(m) {
        let block = &mut out[row / MR * pairs..][..pairs];
        let (whole, odd) = from.as_chunks::<2>();
        for (slot, [low, high]) in block.iter_mut().zip(whole) {
            slot[row % MR] = pair(*low, *high);
        }
        if let ([last], Some(slot)) = (odd, block.last_mut()) {
            slot[row % MR] = pair(*last, 0);
        }
    }
    out
}

/// A panel of columns, pair of rows by pair of rows; `b` starts at its first column and is `n` wide.
fn pack_columns(n: usize, k: usize, b: &[i16], width: usize, panel: &mut [[Lanes; 2]]) {
    for (index, slot) in panel.iter_mut().enumerate() {
        let mut lines = [[0; NR]; 2];
        for (i, line) in lines.iter_mut().enumerate().take(k - 2 * index) {
            let from = &b[(2 * index + i) * n..][..width];
            line.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
        let at = |j: usize| pair(lines[0][j], lines[1][j]);
        *slot = [
            Lanes::of([at(0), at(1), at(2), at(3)]),
            Lanes::of([at(4), at(5), at(6), at(7)]),
        ];
    }
}

/// The inner loop: all of a tile's sums stay in registers.
#[inline(always)]
fn tile(rows: &[[i32; MR]], panel: &[[Lanes; 2]]) -> [[Lanes; 2]; MR] {
    let mut sums = [[Lanes::ZERO; 2]; MR];
    for (rows, [low, high]) in rows.iter().zip(panel) {
        for (sums, pair) in sums.iter_mut().zip(rows) {
            let pair = Lanes::all(*pair);
            sums[0] = sums[0].plus(low.dot(pair));
            sums[1] = sums[1].plus(high.dot(pair));
        }
    }
    sums
}

/// Four sums, or four pairs, as a vector of WebAssembly's SIMD128.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use core::arch::wasm32::{
        i32x4, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat, v128,
    };

    #[derive(Clone, Copy)]
    pub(super) struct Lanes(v128);

    impl Lanes {
        pub(super) const ZERO: Self = Self(i32x4(0, 0, 0, 0));

        pub(super) fn all(pair: i32) -> Self {
            Self(i32x4_splat(pair))
        }

        pub(super) fn of([a, b, c, d]: [i32; 4]) -> Self {
            Self(i32x4(a, b, c, d))
        }

        pub(super) fn each(self) -> [i32; 4] {
            [
                i32x4_extract_lane::<0>(self.0),
                i32x4_extract_lane::<1>(self.0),
                i32x4_extract_lane::<2>(self.0),
                i32x4_extract_lane::<3>(self.0),
            ]
        }

        pub(super) fn plus(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0))
        }

        /// Both products of each pair, added.
        pub(super) fn dot(self, other: Self) -> Self {
            Self(i32x4_dot_i16x8(self.0, other.0))
        }
    }
}

/// Four sums, or four pairs, for whatever the compiler makes of them.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    #[derive(Clone, Copy)]
    pub(super) struct Lanes([i32; 4]);

    impl Lanes {
        pub(super) const ZERO: Self = Self([0; 4]);

        pub(super) fn all(pair: i32) -> Self {
            Self([pair; 4])
        }

        pub(super) fn of(pairs: [i32; 4]) -> Self {
            Self(pairs)
        }

        pub(super) fn each(self) -> [i32; 4] {
            self.0
        }

        fn with(self, other: Self, combine: impl Fn(i32, i32) -> i32) -> Self {
            Self([0, 1, 2, 3].map(|lane| combine(self.0[lane], other.0[lane])))
        }

        pub(super) fn plus(self, other: Self) -> Self {
            self.with(other, i32::wrapping_add)
        }

        /// Both products of each pair, added.
        pub(super) fn dot(self, other: Self) -> Self {
            let product = |a: i32, b: i32| i32::from(a as i16) * i32::from(b as i16);
            self.with(other, |a, b| {
                product(a, b).wrapping_add(product(a >> 16, b >> 16))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_plain_loops() {
        let mut state = 3u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize
        };
        for round in 0..300 {
            let [m, n, k] = [13, 30, 50].map(|most| next() % most);
            // Among them rows of the largest numbers.
            let mut number = |_| match round % 3 {
                0 => [-255, 255][next() % 2],
                _ => (next() % 511) as i16 - 255,
            };
            let a: Vec<i16> = (0..m * k).map(&mut number).collect();
            let b: Vec<i16> = (0..k * n).map(&mut number).collect();
            let mut found = vec![0; m * n];
            multiply([m, n, k], &a, &b, |row, column, sums| {
                found[row * n + column..][..sums.len()].copy_from_slice(sums);
            });
            for (at, found) in found.iter().enumerate() {
                let term = |p| i32::from(a[at / n * k + p]) * i32::from(b[p * n + at % n]);
                assert_eq!(*found, (0..k).map(term).sum::<i32>(), "{m} {n} {k}");
            }
        }
    }

    #[test]
    fn the_deepest_sums_fit() {
        let mut found = 0;
        let ones = vec![255; DEPTH];
        multiply([1, 1, DEPTH], &ones, &ones, |_, _, sums| found = sums[0]);
        assert_eq!(i64::from(found), DEPTH as i64 * 65_025);
    }
}
