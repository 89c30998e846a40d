//! Writes a [`Model`] as an ONNX file: the same model, the same bytes. Fields stand in ascending order of their numbers,
//! attributes by name, tensors as `raw_data`. What the strict loader read, it reads again from here.

use countersign_onnx::{Attribute, DataType, Dim, Graph, Model, Node, Tensor, ValueInfo};

/// ONNX's number of an element type.
fn code(dtype: DataType) -> u64 {
    let numbers = 1..=32_i64;
    let found = numbers
        .into_iter()
        .find(|code| DataType::from_code(*code) == Some(dtype));
    found.unwrap_or(0).unsigned_abs()
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u64, value: i64) {
    varint(out, field << 3);
    varint(out, value as u64);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn text(out: &mut Vec<u8>, field: u64, value: &str) {
    if !value.is_empty() {
        bytes(out, field, value.as_bytes());
    }
}

fn tensor(name: &str, tensor: &Tensor) -> Vec<u8> {
    let mut out = Vec::new();
    for size in tensor.dims() {
        number(&mut out, 1, *size as i64);
    }
    number(&mut out, 2, code(tensor.dtype()) as i64);
    text(&mut out, 8, name);
    bytes(&mut out, 9, &tensor.data().to_le_bytes());
    out
}

fn attribute(name: &str, value: &Attribute) -> Vec<u8> {
    let mut out = Vec::new();
    text(&mut out, 1, name);
    let kind = match value {
        Attribute::Float(value) => {
            varint(&mut out, 2 << 3 | 5);
            out.extend_from_slice(&value.to_le_bytes());
            1
        }
        Attribute::Int(value) => {
            number(&mut out, 3, *value);
            2
        }
        Attribute::String(value) => {
            bytes(&mut out, 4, value);
            3
        }
        Attribute::Tensor(value) => {
            bytes(&mut out, 5, &tensor("", value));
            4
        }
        Attribute::Graph(value) => {
            bytes(&mut out, 6, &graph(value));
            5
        }
        Attribute::Floats(values) => {
            let packed: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            bytes(&mut out, 7, &packed);
            6
        }
        Attribute::Ints(values) => {
            let mut packed = Vec::new();
            values
                .iter()
                .for_each(|value| varint(&mut packed, *value as u64));
            bytes(&mut out, 8, &packed);
            7
        }
        Attribute::Strings(values) => {
            values.iter().for_each(|value| bytes(&mut out, 9, value));
            8
        }
    };
    number(&mut out, 20, kind);
    out
}

fn node(node: &Node) -> Vec<u8> {
    let mut out = Vec::new();
    node.inputs
        .iter()
        .for_each(|name| bytes(&mut out, 1, name.as_bytes()));
    node.outputs
        .iter()
        .for_each(|name| bytes(&mut out, 2, name.as_bytes()));
    text(&mut out, 3, &node.name);
    text(&mut out, 4, &node.op_type);
    for (name, value) in &node.attributes {
        bytes(&mut out, 5, &attribute(name, value));
    }
    text(&mut out, 7, &node.domain);
    out
}

fn value_info(info: &ValueInfo) -> Vec<u8> {
    let mut tensor = Vec::new();
    if let Some(dtype) = info.dtype {
        number(&mut tensor, 1, code(dtype) as i64);
    }
    if let Some(dims) = &info.dims {
        let mut shape = Vec::new();
        for dim in dims {
            let mut out = Vec::new();
            match dim {
                Dim::Fixed(size) => number(&mut out, 1, *size as i64),
                Dim::Symbol(symbol) => text(&mut out, 2, symbol),
                Dim::Unknown => {}
            }
            bytes(&mut shape, 1, &out);
        }
        bytes(&mut tensor, 2, &shape);
    }
    let mut out = Vec::new();
    text(&mut out, 1, &info.name);
    if info.dtype.is_some() || info.dims.is_some() {
        let mut kind = Vec::new();
        bytes(&mut kind, 1, &tensor);
        bytes(&mut out, 2, &kind);
    }
    out
}

fn graph(graph: &Graph) -> Vec<u8> {
    let mut out = Vec::new();
    graph
        .nodes
        .iter()
        .for_each(|one| bytes(&mut out, 1, &node(one)));
    text(&mut out, 2, &graph.name);
    for one in &graph.initializers {
        bytes(&mut out, 5, &tensor(&one.name, &one.tensor));
    }
    graph
        .inputs
        .iter()
        .for_each(|one| bytes(&mut out, 11, &value_info(one)));
    graph
        .outputs
        .iter()
        .for_each(|one| bytes(&mut out, 12, &value_info(one)));
    graph
        .value_info
        .iter()
        .for_each(|one| bytes(&mut out, 13, &value_info(one)));
    out
}

/// The file, with `metadata` in its order (EXACT 1.2: the inputs' intervals).
pub fn write(model: &Model, metadata: &[(String, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, 1, model.ir_version);
    text(&mut out, 2, &model.producer);
    bytes(&mut out, 7, &graph(&model.graph));
    for (domain, version) in &model.opsets {
        let mut opset = Vec::new();
        text(&mut opset, 1, domain);
        number(&mut opset, 2, i64::from(*version));
        bytes(&mut out, 8, &opset);
    }
    for (key, value) in metadata {
        let mut entry = Vec::new();
        text(&mut entry, 1, key);
        text(&mut entry, 2, value);
        bytes(&mut out, 14, &entry);
    }
    out
}
