//! The lowered graph as an ONNX file for wonnx: opset 13, f32, every shape written down.
//!
//! Field numbers are those of ONNX's `onnx.proto`. Constants of f32 are raw data; those of int64 are not, because wonnx reads
//! int64 from raw data wrongly.

use super::arithmetic::floats_of;
use super::builder::{input_name, output_name, Builder, Id, Operand, Setting, Step};
use super::kernel::{Kernel, Shader};
use super::movement::gpu_dims;
use super::refusal::Why;

const FLOAT: u64 = 1;
const INT64: u64 = 7;
const ATTRIBUTE_INT: u64 = 2;
const ATTRIBUTE_INTS: u64 = 7;
const IR_VERSION: u64 = 7;
const OPSET: u64 = 13;

/// A protobuf message under construction.
#[derive(Default)]
pub(super) struct Message(pub(super) Vec<u8>);

impl Message {
    pub(super) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    pub(super) fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    pub(super) fn message(&mut self, field: u64, message: &Self) {
        self.bytes(field, &message.0);
    }
}

/// Writes the model. `inputs` are the dimensions of the inputs, in order; `outputs` the values to read, in order; `steps` all
/// that is computed, some of it by shaders of our own, which get the names of their nodes.
pub(crate) fn write(
    b: &Builder,
    inputs: &[Vec<usize>],
    outputs: &[Id],
    steps: &[(Step, Option<Shader>)],
) -> Result<(Vec<u8>, Vec<Kernel>), Why> {
    let mut graph = Message::default();
    let mut kernels = Vec::new();
    let mut written = std::collections::BTreeSet::new();
    let mut lists = Vec::new();
    for (number, (step, shader)) in steps.iter().enumerate() {
        if let ("Trunc" | "Lookup", None) = (step.op, shader) {
            let tables = plain(b, step, outputs, &mut graph);
            written.extend(tables);
            continue;
        }
        let mut node = Message::default();
        for input in &step.inputs {
            match input {
                Operand::Value(id) => {
                    let id = b.resolve(*id);
                    if b.known(id).is_some() {
                        written.insert(id);
                    }
                    node.text(1, &b.name(id));
                }
                Operand::Indices(values) => {
                    let name = format!("k{}", lists.len());
                    node.text(1, &name);
                    lists.push((name, values));
                }
            }
        }
        node.text(2, &value_name(b, step.output, outputs));
        let name = format!("{} #{number}", step.label);
        node.text(3, &name);
        if let Some(Shader { source, workgroups }) = shader.clone() {
            kernels.push(Kernel {
                node: name,
                source,
                workgroups,
            });
        }
        node.text(4, step.op);
        for (name, setting) in &step.settings {
            node.message(5, &attribute(name, setting));
        }
        graph.message(1, &node);
    }
    graph.text(2, "lowered");
    for id in written {
        let tensor = b.must_know(id, "constants")?;
        let tensor = floats_of(&tensor)?;
        let mut out = header(&gpu_dims(tensor.dims()), FLOAT);
        out.text(8, &b.name(id));
        out.bytes(9, &tensor.data().to_le_bytes());
        graph.message(5, &out);
    }
    for (name, values) in lists {
        let mut out = header(&[values.len()], INT64);
        let mut packed = Message::default();
        for value in values {
            packed.varint(*value as u64);
        }
        out.bytes(7, &packed.0);
        out.text(8, &name);
        graph.message(5, &out);
    }
    for (index, dims) in inputs.iter().enumerate() {
        graph.message(11, &info(&input_name(index), dims));
    }
    for (index, id) in outputs.iter().enumerate() {
        graph.message(12, &info(&output_name(index), b.dims(*id)));
    }
    for (step, _) in steps {
        if !outputs.contains(&step.output) {
            graph.message(13, &info(&b.name(step.output), b.dims(step.output)));
        }
    }
    let mut opset = Message::default();
    opset.text(1, "");
    opset.number(2, OPSET);
    let mut model = Message::default();
    model.number(1, IR_VERSION);
    model.text(2, "countersign");
    model.message(7, &graph);
    model.message(8, &opset);
    Ok((model.0, kernels))
}

/// The steps that are none of ONNX's own ([`super::table`]), for whatever runs ONNX; gives the constants that they read.
fn plain(b: &Builder, step: &Step, outputs: &[Id], graph: &mut Message) -> Vec<Id> {
    let values = step.inputs.iter().filter_map(|input| match input {
        Operand::Value(id) => Some(b.resolve(*id)),
        Operand::Indices(_) => None,
    });
    let values: Vec<Id> = values.collect();
    let output = value_name(b, step.output, outputs);
    let whole = format!("{output}_whole");
    let names: Vec<String> = values.iter().map(|id| b.name(*id)).collect();
    let (x, tables) = names
        .split_first()
        .map_or(("", &[][..]), |(x, rest)| (x, rest));
    let cast = |from: &str, to: &str, dtype: u64| {
        let mut node = Message::default();
        node.text(1, from);
        node.text(2, to);
        node.text(4, "Cast");
        node.message(5, &attribute("to", &Setting::Int(dtype as i64)));
        node
    };
    graph.message(1, &cast(x, &whole, INT64));
    let last = match tables {
        [] => cast(&whole, &output, FLOAT),
        [table, ..] => {
            let mut node = Message::default();
            node.text(1, table);
            node.text(1, &whole);
            node.text(2, &output);
            node.text(4, "Gather");
            node
        }
    };
    graph.message(1, &last);
    values
        .into_iter()
        .filter(|id| b.known(*id).is_some())
        .collect()
}

/// The name of a step's output: an output of the model has that name.
fn value_name(b: &Builder, id: Id, outputs: &[Id]) -> String {
    match outputs.iter().position(|output| *output == id) {
        Some(index) => output_name(index),
        None => b.name(id),
    }
}

fn header(dims: &[usize], dtype: u64) -> Message {
    let mut out = Message::default();
    for dim in dims {
        out.number(1, *dim as u64);
    }
    out.number(2, dtype);
    out
}

fn attribute(name: &str, setting: &Setting) -> Message {
    let mut out = Message::default();
    out.text(1, name);
    match setting {
        Setting::Int(value) => {
            out.number(3, *value as u64);
            out.number(20, ATTRIBUTE_INT);
        }
        Setting::Ints(values) => {
            for value in values {
                out.number(8, *value as u64);
            }
            out.number(20, ATTRIBUTE_INTS);
        }
    }
    out
}

/// `ValueInfoProto` of an f32 tensor.
fn info(name: &str, dims: &[usize]) -> Message {
    let mut shape = Message::default();
    for dim in gpu_dims(dims) {
        let mut out = Message::default();
        out.number(1, dim as u64);
        shape.message(1, &out);
    }
    let mut tensor = Message::default();
    tensor.number(1, FLOAT);
    tensor.message(2, &shape);
    let mut kind = Message::default();
    kind.message(1, &tensor);
    let mut out = Message::default();
    out.text(1, name);
    out.message(2, &kind);
    out
}
