//! Heads that multiply and add: products of matrices and convolutions, a tile of outputs per invocation.
//!
//! A tile is some rows (outputs of a convolution, rows of the left matrix) by some columns (positions, columns of the right
//! matrix). Neighbouring invocations compute neighbouring columns, and the columns of one lie as far apart as there are
//! invocations along them: so neighbours read neighbouring inputs and the same weights.

use std::fmt::Write as _;

use super::super::builder::{Builder, Id, Operand, Step};
use super::element;
use super::moved::{input, int, ints};
use super::region::Tail;
use super::{Inputs, Shader};

/// Below this many invocations a tile is made smaller: a GPU that has too few of them waits for its memory.
const ENOUGH: usize = 2048;
/// Rows and columns of a tile, the best first.
const TILES: [(usize, usize); 5] = [(8, 4), (4, 4), (4, 2), (4, 1), (2, 1)];
/// Statements behind the head that are written once for every element of a tile; more are put into a loop.
const SHORT: usize = 96;

/// Whether a step is a head of this kind.
pub(super) fn is_head(step: &Step) -> bool {
    matches!(step.op, "Conv" | "MatMul" | "Gemm")
}

/// The shader of a head with what is computed behind it.
pub(super) fn shader(
    b: &mut Builder,
    inputs: &mut Inputs,
    step: &Step,
    tail: &Tail,
) -> Option<Shader> {
    if step.op == "Conv" {
        convolution(b, inputs, step, tail)
    } else {
        product(b, inputs, step, tail)
    }
}

/// What a tile has to cover, and how it is laid out.
struct Tile {
    rows: usize,
    columns: usize,
    /// Tiles along the rows and along the columns.
    down: usize,
    across: usize,
}

impl Tile {
    /// A tile for `stacks` times `m` rows by `n` columns.
    fn of(stacks: usize, m: usize, n: usize) -> Self {
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
    fn parts(&self) -> usize {
        if self.rows.is_multiple_of(4) {
            self.rows / 4
        } else {
            self.rows
        }
    }

    fn fours(&self) -> bool {
        self.rows.is_multiple_of(4)
    }

    /// The start values.
    fn zeros(&self) -> String {
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
    fn write(&self, m: &str, n: usize, tail: &Tail) -> (String, String) {
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
    fn column_names(&self) -> String {
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

/// Conv with constant weights of [out, in / group, height, width].
fn convolution(b: &mut Builder, inputs: &mut Inputs, step: &Step, tail: &Tail) -> Option<Shader> {
    let (x, w) = (input(b, step, 0)?, input(b, step, 1)?);
    let Operand::Value(given) = step.inputs.first()? else {
        return None;
    };
    let &[batch, channels, rows, columns] = b.dims(*given) else {
        return None;
    };
    let &[_, outputs, down, across] = b.dims(step.output) else {
        return None;
    };
    let (weight_dims, weights) = b.known_floats(w, "weights").ok()?;
    let &[_, per_group, high, wide] = &weight_dims[..] else {
        return None;
    };
    let (strides, pads) = (ints(step, "strides")?, ints(step, "pads")?);
    let dilations = ints(step, "dilations")?;
    let (&[sy, sx], &[top, left, _, _], &[dy, dx]) = (&strides[..], &pads[..], &dilations[..])
    else {
        return None;
    };
    let groups = usize::try_from(int(step, "group")?).ok()?;
    let m = outputs / groups;
    let n = down * across;
    let tile = Tile::of(batch * groups, m, n);

    // Weights in the order in which they are read: group, tile, height, width, input, row of the tile.
    let mut laid = Vec::with_capacity(groups * tile.down * tile.rows * per_group * high * wide);
    for group in 0..groups {
        for first in (0..m).step_by(tile.rows) {
            for tap in 0..high * wide {
                for c in 0..per_group {
                    for row in first..first + tile.rows {
                        let at = ((group * m + row) * per_group + c) * high * wide + tap;
                        laid.push(if row < m { weights[at] } else { 0.0 });
                    }
                }
            }
        }
    }
    let bias = match step.inputs.get(2) {
        Some(_) => b.known_floats(input(b, step, 2)?, "biases").ok()?.1,
        None => vec![0.0; outputs],
    };
    let x = inputs.name(b, x);
    let laid_dims = [laid.len()];
    let laid = b.floats(&laid_dims, laid).ok()?;
    let w = if tile.fours() {
        inputs.name_of_fours(b, laid)
    } else {
        inputs.name(b, laid)
    };
    let per_tap = tile.parts() * per_group;
    let area = rows * columns;
    let inside = top == 0 && left == 0 && {
        let last = |count: usize, stride: usize, kernel: usize, dilation: usize| {
            (count - 1) * stride + (kernel - 1) * dilation
        };
        last(down, sy, high, dy) < rows
            && last(across, sx, wide, dx) < columns
            && pads.iter().all(|pad| *pad == 0)
    };

    let mut code = format!(
        "let first = gidx % {}u;
let tile = gidx / {}u % {}u;
let group = gidx / {}u % {groups}u;
let batch = gidx / {}u;
let row = tile * {}u;
let base = ((batch * {groups}u + group) * {m}u + row) * {n}u;
let origin = (batch * {channels}u + group * {per_group}u) * {area}u;
var w = (group * {}u + tile) * {}u;
",
        tile.across,
        tile.across,
        tile.down,
        tile.across * tile.down,
        tile.across * tile.down * groups,
        tile.rows,
        tile.down,
        per_tap * high * wide,
    );
    code.push_str(&tile.column_names());
    for column in 0..tile.columns {
        writeln!(
            code,
            "let y{column} = i32(min(column_{column}, {}u) / {across}u * {sy}u) - {top};
let x{column} = i32(min(column_{column}, {}u) % {across}u * {sx}u) - {left};",
            n - 1,
            n - 1
        )
        .ok()?;
    }
    code.push_str(&tile.zeros());
    if high > 1 {
        writeln!(code, "for (var ky = 0; ky < {high}; ky++) {{").ok()?;
    } else {
        code.push_str("{ let ky = 0;\n");
    }
    if wide > 1 {
        writeln!(code, "for (var kx = 0; kx < {wide}; kx++) {{").ok()?;
    } else {
        code.push_str("{ let kx = 0;\n");
    }
    for column in 0..tile.columns {
        writeln!(
            code,
            "let py{column} = y{column} + ky * {dy};
let px{column} = x{column} + kx * {dx};"
        )
        .ok()?;
        if inside {
            writeln!(
                code,
                "var p{column} = origin + u32(py{column} * {columns} + px{column});"
            )
            .ok()?;
        } else {
            writeln!(
                code,
                "let in_{column} = py{column} >= 0 && py{column} < {rows} && px{column} >= 0 && px{column} < {columns};
var p{column} = origin + u32(select(0, py{column} * {columns} + px{column}, in_{column}));"
            )
            .ok()?;
        }
    }
    if per_group > 1 {
        writeln!(code, "for (var c = 0u; c < {per_group}u; c++) {{").ok()?;
    } else {
        code.push_str("{\n");
    }
    for part in 0..tile.parts() {
        writeln!(code, "let w{part} = {w}[w + {part}u];").ok()?;
    }
    for column in 0..tile.columns {
        if inside {
            writeln!(code, "let v{column} = {x}[p{column}];").ok()?;
        } else {
            writeln!(
                code,
                "let v{column} = select(0.0f, {x}[p{column}], in_{column});"
            )
            .ok()?;
        }
        for part in 0..tile.parts() {
            writeln!(code, "a{part}_{column} += w{part} * v{column};").ok()?;
        }
        writeln!(code, "p{column} += {area}u;").ok()?;
    }
    writeln!(code, "w += {}u;\n}}\n}}\n}}", tile.parts()).ok()?;
    if bias.iter().any(|value| *value != 0.0) {
        let mut padded = Vec::new();
        for group in 0..groups {
            for row in 0..tile.down * tile.rows {
                let own = (row < m).then(|| bias[group * m + row]);
                padded.push(own.unwrap_or(0.0));
            }
        }
        let dims = [padded.len()];
        let padded = b.floats(&dims, padded).ok()?;
        let name = if tile.fours() {
            inputs.name_of_fours(b, padded)
        } else {
            inputs.name(b, padded)
        };
        writeln!(
            code,
            "let bias = (group * {}u + tile) * {}u;",
            tile.down,
            tile.parts()
        )
        .ok()?;
        for part in 0..tile.parts() {
            for column in 0..tile.columns {
                writeln!(code, "a{part}_{column} += {name}[bias + {part}u];").ok()?;
            }
        }
    }
    let (function, end) = tile.write(&format!("{m}u"), n, tail);
    code.push_str(&end);
    inputs.shader(&function, &code, batch * groups * tile.down * tile.across)
}

/// A stack of m × k matrices times one of k × n, and for Gemm plus what broadcasts to the product.
fn product(b: &mut Builder, inputs: &mut Inputs, step: &Step, tail: &Tail) -> Option<Shader> {
    let (Operand::Value(left), Operand::Value(right)) = (step.inputs.first()?, step.inputs.get(1)?)
    else {
        return None;
    };
    let (left_dims, right_dims) = (b.dims(*left).to_vec(), b.dims(*right).to_vec());
    let (&[ref stack @ .., m, k], &[ref other @ .., same, n]) = (&left_dims[..], &right_dims[..])
    else {
        return None;
    };
    if stack != other || k != same {
        return None;
    }
    let stacks: usize = stack.iter().product();
    let tile = Tile::of(stacks, m, n);
    let (x, y) = (input(b, step, 0)?, input(b, step, 1)?);
    let (x, y) = (inputs.name(b, x), inputs.name(b, y));
    let mut code = format!(
        "let first = gidx % {}u;
let row = gidx / {}u % {}u * {}u;
let stack = gidx / {}u;
let base = (stack * {m}u + row) * {n}u;
",
        tile.across,
        tile.across,
        tile.down,
        tile.rows,
        tile.across * tile.down
    );
    code.push_str(&tile.column_names());
    for row in 0..tile.rows {
        writeln!(
            code,
            "let l{row} = (stack * {m}u + min(row + {row}u, {}u)) * {k}u;",
            m - 1
        )
        .ok()?;
    }
    for column in 0..tile.columns {
        writeln!(
            code,
            "var r{column} = stack * {}u + min(column_{column}, {}u);",
            k * n,
            n - 1
        )
        .ok()?;
    }
    code.push_str(&tile.zeros());
    writeln!(code, "for (var k = 0u; k < {k}u; k++) {{").ok()?;
    for part in 0..tile.parts() {
        if tile.fours() {
            let four: Vec<String> = (part * 4..part * 4 + 4)
                .map(|row| format!("{x}[l{row} + k]"))
                .collect();
            writeln!(code, "let w{part} = vec4<f32>({});", four.join(", ")).ok()?;
        } else {
            writeln!(code, "let w{part} = {x}[l{part} + k];").ok()?;
        }
    }
    for column in 0..tile.columns {
        writeln!(code, "let v{column} = {y}[r{column}];").ok()?;
        for part in 0..tile.parts() {
            writeln!(code, "a{part}_{column} += w{part} * v{column};").ok()?;
        }
        writeln!(code, "r{column} += {n}u;").ok()?;
    }
    code.push_str("}\n");
    // Gemm's third operand is added where the product is written.
    let mut whole = Tail {
        code: tail.code.clone(),
        steps: tail.steps,
    };
    if let Some(plus) = step.inputs.get(2) {
        let dims = b.dims(step.output).to_vec();
        let plus = element::operand(b, inputs, plus, &dims, &|_: Id| None)?;
        whole.code = format!("let h = product + {plus};\n{}", tail.code);
        whole.steps += 1;
    }
    let (function, end) = tile.write(&format!("{m}u"), n, &whole);
    let function = if step.inputs.len() > 2 {
        function.replacen("h: f32", "product: f32", 1)
    } else {
        function
    };
    code.push_str(&end);
    inputs.shader(&function, &code, stacks * tile.down * tile.across)
}
