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
use super::tile::Tile;
use super::{Inputs, Shader};

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
