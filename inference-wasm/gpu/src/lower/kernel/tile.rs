//! Which outputs one invocation of a product or convolution computes, and how it writes them.

use std::fmt::Write as _;

use super::region::Tail;

/// Below this many invocations a tile is made smaller: a GPU that has too few of them waits for its memory.
const ENOUGH: usize = 2048;
/// Rows and columns of a tile, the best first.
const TILES: [(usize, usize); 5] = [(8, 4), (4, 4), (4, 2), (4, 1), (2, 1)];
/// Statements behind the head that are written once for every element of a tile; more are put into a loop.
const SHORT: usize = 96;

/// What a tile has to cover, and how it is laid out.
pub(super) struct Tile {
    pub rows: usize,
    pub columns: usize,
    /// Tiles along the rows and along the columns.
    pub down: usize,
    pub across: usize,
}

impl Tile {
    /// A tile for `stacks` times `m` rows by `n` columns.
    pub fn of(stacks: usize, m: usize, n: usize) -> Self {
        let tile = |(rows, columns): (usize, usize)| {
            let rows = if m < 4 { m } else { rows };
            let columns = columns.min(n);
            Self {
                rows,
                columns,
                down: m.div_ceil(rows),
                across: n.div_ceil(columns),
            }
        };
        let all = TILES.map(tile);
        let best = all.iter().position(|tile| {
            let waste = tile.down * tile.rows > m + m / 4;
            !waste && stacks * tile.down * tile.across >= ENOUGH
        });
        tile(TILES[best.unwrap_or(TILES.len() - 2)])
    }

    /// Accumulators: for every column, fours of rows where there are fours, else single rows.
    pub fn parts(&self) -> usize {
        if self.rows.is_multiple_of(4) {
            self.rows / 4
        } else {
            self.rows
        }
    }

    pub fn fours(&self) -> bool {
        self.rows.is_multiple_of(4)
    }

    /// The start values.
    pub fn zeros(&self) -> String {
        let kind = if self.fours() { "vec4<f32>()" } else { "0.0f" };
        let mut code = String::new();
        for column in 0..self.columns {
            for part in 0..self.parts() {
                // Writing to a string cannot fail.
                let _ = writeln!(code, "var a{part}_{column} = {kind};");
            }
        }
        code
    }

    /// An element of the tile.
    fn element(&self, row: usize, column: usize) -> String {
        if self.fours() {
            format!("a{}_{column}[{}]", row / 4, row % 4)
        } else {
            format!("a{row}_{column}")
        }
    }

    /// Writes the tile: `row` and `column` are WGSL for the first row and, with `_J` behind, the columns; an element lies at
    /// `base + row · n + column`.
    pub fn write(&self, m: &str, n: usize, tail: &Tail) -> (String, String) {
        let function = format!(
            "fn finish(i: u32, h: f32) {{\n{}out[i] = v;\n}}\n",
            tail.code
        );
        let mut code = String::new();
        let short = tail.steps * self.rows * self.columns <= SHORT;
        if short || self.rows * self.columns == 1 {
            for column in 0..self.columns {
                let _ = writeln!(code, "if (column_{column} < {n}u) {{");
                for row in 0..self.rows {
                    let element = self.element(row, column);
                    let _ = writeln!(
                        code,
                        "if (row + {row}u < {m}) {{ finish(base + {row}u * {n}u + column_{column}, {element}); }}"
                    );
                }
                code.push_str("}\n");
            }
            return (function, code);
        }
        let count = self.rows * self.columns;
        let all: Vec<String> = (0..count)
            .map(|at| self.element(at % self.rows, at / self.rows))
            .collect();
        let _ = write!(
            code,
            "var all = array<f32, {count}>({});
for (var e = 0u; e < {count}u; e++) {{
let r = e % {}u;
let c = column_0 + e / {}u * {}u;
if (row + r < {m} && c < {n}u) {{ finish(base + r * {n}u + c, all[e]); }}
}}
",
            all.join(", "),
            self.rows,
            self.rows,
            self.across
        );
        (function, code)
    }

    /// The columns of the tile.
    pub fn column_names(&self) -> String {
        let mut code = String::new();
        for column in 0..self.columns {
            let _ = writeln!(
                code,
                "let column_{column} = first + {}u;",
                column * self.across
            );
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_covers_everything_and_is_small_where_there_is_little() {
        for (stacks, m, n) in [
            (1, 64, 4800),
            (1, 1, 10),
            (3, 5, 7),
            (24, 1, 2368),
            (1, 9, 9),
            (2, 8, 1),
        ] {
            let tile = Tile::of(stacks, m, n);
            assert!(tile.rows * tile.down >= m && tile.columns * tile.across >= n);
            assert!(tile.rows * (tile.down - 1) < m && tile.columns <= n);
        }
        let large = Tile::of(1, 64, 40_000);
        assert_eq!((large.rows, large.columns), (8, 4));
        let small = Tile::of(1, 16, 60);
        assert_eq!((small.rows, small.columns), (4, 1));
    }
}
