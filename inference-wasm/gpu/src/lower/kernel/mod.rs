//! Shaders of our own in place of wonnx's: what is computed stays what the steps say, how is ours.
//!
//! wonnx starts most of its shaders in workgroups of one invocation, reads two numbers for every multiplication of a
//! convolution, and has one shader per node. Here a run of steps becomes one shader ([`region`]): a *head* that reads other
//! elements than its own (a product, a convolution, a movement: [`tiled`], [`moved`]), and behind it everything that is
//! computed element by element ([`element`]). wonnx gets a node that it accepts with any inputs and dimensions, a Concat
//! along the first axis, under a name for which `wgpu-compat` puts our shader in the place of wonnx's.

mod element;
mod index;
mod moved;
mod region;
mod tile;
mod tiled;

use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(crate) use region::fuse;

use super::builder::{Builder, Id};

/// Invocations of a workgroup.
const GROUP: usize = 64;
/// Workgroups along one dimension (WebGPU's least limit).
const ROW: usize = 65_535;
/// Inputs of a shader: WebGPU promises eight storage buffers, one is the output.
const INPUTS: usize = 7;
/// Bindings of a group, as wonnx counts them.
const BINDINGS: usize = 4;

/// A shader that takes the place of wonnx's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// The name of the node in the lowered model.
    pub node: String,
    /// WGSL with the entry point `main`.
    pub source: String,
    /// Workgroups to start.
    pub workgroups: [u32; 3],
}

/// A shader before its node has a name.
#[derive(Clone, Debug)]
pub(crate) struct Shader {
    pub source: String,
    pub workgroups: [u32; 3],
}

/// The buffers that a shader reads, in the order of their bindings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    ids: Vec<Id>,
    /// Those that are read four elements at once.
    fours: BTreeSet<Id>,
}

impl Inputs {
    /// The name of a value's buffer in the shader.
    fn name(&mut self, b: &Builder, id: Id) -> String {
        let id = b.resolve(id);
        let at = self.ids.iter().position(|other| *other == id);
        let at = at.unwrap_or_else(|| {
            self.ids.push(id);
            self.ids.len() - 1
        });
        format!("in{at}")
    }

    /// The name of a buffer that is read four elements at once. Nothing else in the shader may read it.
    fn name_of_fours(&mut self, b: &Builder, id: Id) -> String {
        self.fours.insert(b.resolve(id));
        self.name(b, id)
    }

    fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The values, in order; `None` if there are more than WebGPU promises room for.
    fn finished(&self) -> Option<Vec<Id>> {
        (self.ids.len() <= INPUTS && !self.is_empty()).then(|| self.ids.clone())
    }

    /// A whole shader of `count` invocations. `main` is what each does with its number `gidx`; `functions` stand before it.
    fn shader(&self, functions: &str, main: &str, count: usize) -> Option<Shader> {
        let groups = count.div_ceil(GROUP);
        let across = groups.min(ROW);
        let down = groups.div_ceil(across);
        if down > ROW || u32::try_from(count).is_err() {
            return None;
        }
        let mut source = String::new();
        let place = |at: usize| format!("@group({}) @binding({})", at / BINDINGS, at % BINDINGS);
        for (at, id) in self.ids.iter().enumerate() {
            let kind = if self.fours.contains(id) {
                "vec4<f32>"
            } else {
                "f32"
            };
            let place = place(at);
            writeln!(source, "{place} var<storage, read> in{at}: array<{kind}>;").ok()?;
        }
        let place = place(self.ids.len());
        let row = across * GROUP;
        write!(
            source,
            "{place} var<storage, read_write> out: array<f32>;
{functions}
@compute @workgroup_size({GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
let gidx = id.x + id.y * {row}u;
if (gidx >= {count}u) {{ return; }}
{main}}}
"
        )
        .ok()?;
        Some(Shader {
            source,
            workgroups: [across as u32, down as u32, 1],
        })
    }
}

/// A number as WGSL; `None` for what WGSL cannot write. With the digits of f64, because WGSL takes no number that must be
/// rounded down to the largest f32.
fn number(value: f32) -> Option<String> {
    let exact = f64::from(value);
    value.is_finite().then(|| format!("({exact:?}f)"))
}
