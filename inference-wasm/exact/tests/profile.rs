//! EXACT 1 and 2 on graphs made here: what is inside the profile, what is outside, and where the fault is said to be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_exact::{import, Refused};
use countersign_onnx::{
    Attribute, Data, DataType, Dim, Graph, Initializer, Model, Node, Tensor, ValueInfo,
};
use countersign_shared::exact::step::Op;
use countersign_shared::exact::Program;

struct Draft {
    model: Model,
    metadata: Vec<(String, String)>,
}

fn info(name: &str, dims: &[usize]) -> ValueInfo {
    ValueInfo {
        name: name.to_owned(),
        dtype: Some(DataType::F32),
        dims: Some(dims.iter().map(|size| Dim::Fixed(*size)).collect()),
    }
}

fn draft(dims: &[usize]) -> Draft {
    let graph = Graph {
        name: String::new(),
        nodes: Vec::new(),
        inputs: vec![info("x", dims)],
        outputs: vec![info("y", &[])],
        initializers: Vec::new(),
        value_info: Vec::new(),
    };
    Draft {
        model: Model {
            ir_version: 9,
            producer: String::new(),
            opsets: BTreeMap::from([(String::new(), 17)]),
            graph,
        },
        metadata: vec![("countersign.interval/x".to_owned(), "-128 127".to_owned())],
    }
}

impl Draft {
    fn floats(mut self, name: &str, dims: &[usize], values: &[f32]) -> Self {
        let tensor = Tensor::new(dims.to_vec(), Data::F32(values.to_vec())).unwrap();
        self.model.graph.initializers.push(Initializer {
            name: name.to_owned(),
            tensor: Arc::new(tensor),
        });
        self
    }

    fn integers(mut self, name: &str, values: &[i64]) -> Self {
        self.model.graph.initializers.push(Initializer {
            name: name.to_owned(),
            tensor: Arc::new(Tensor::vector(values.to_vec())),
        });
        self
    }

    fn node(mut self, operator: &str, inputs: &[&str], output: &str) -> Self {
        self.model.graph.nodes.push(Node {
            name: format!("{operator} {output}"),
            index: self.model.graph.nodes.len(),
            op_type: operator.to_owned(),
            domain: String::new(),
            inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
            outputs: vec![output.to_owned()],
            attributes: BTreeMap::new(),
        });
        self
    }

    fn attribute(mut self, name: &str, value: Attribute) -> Self {
        let node = self.model.graph.nodes.last_mut().unwrap();
        node.attributes.insert(name.to_owned(), value);
        self
    }

    fn int(self, name: &str, value: i64) -> Self {
        self.attribute(name, Attribute::Int(value))
    }

    fn ints(self, name: &str, values: &[i64]) -> Self {
        self.attribute(name, Attribute::Ints(values.to_vec()))
    }

    fn import(self) -> Result<Program, Refused> {
        import(&self.model, &self.metadata)
    }

    fn operators(self) -> Vec<Op> {
        let program = self.import().unwrap_or_else(|refused| panic!("{refused}"));
        program.steps.iter().map(|step| step.op).collect()
    }

    fn refused(self, reason: &str, node: &str) {
        let refused = self.import().expect_err(reason);
        assert_eq!(
            (refused.reason.code(), refused.node.as_str()),
            (reason, node),
            "{refused}"
        );
    }
}

/// x, then the chain of a requantisation with limits.
fn chain(draft: Draft, x: &str) -> Draft {
    draft
        .floats("s", &[], &[0.25])
        .floats("lo", &[], &[-9.0])
        .floats("hi", &[], &[9.0])
        .node("Mul", &[x, "s"], "m")
        .node("Floor", &["m"], "f")
        .node("Clip", &["f", "lo", "hi"], "y")
}

#[test]
fn the_file_itself() {
    for (version, inside) in [(12, false), (13, true), (21, true), (22, false)] {
        let mut one = draft(&[2]).node("Relu", &["x"], "y");
        one.model.opsets.insert(String::new(), version);
        match inside {
            true => assert_eq!(one.operators(), [Op::Clip]),
            false => one.refused("opset", "model"),
        }
    }
    let mut other = draft(&[2]).node("Relu", &["x"], "y");
    other.model.opsets.insert("com.example".to_owned(), 1);
    other.refused("opset", "model");
}

#[test]
fn inputs_1_2() {
    let relu = || draft(&[2]).node("Relu", &["x"], "y");
    for (text, reason) in [
        ("", "input-interval"),
        ("0", "input-interval"),
        ("0  1", "input-interval"),
        ("1 0", "input-interval"),
        ("+0 1", "input-interval"),
        ("0 1.0", "input-interval"),
        ("0 1 ", "input-interval"),
        ("0 99999999999999999999", "input-interval"),
        ("0 16777216", "interval"),
        ("-9999999999 0", "interval"),
    ] {
        let mut one = relu();
        one.metadata[0].1 = text.to_owned();
        one.refused(reason, "x");
    }
    let mut twice = relu();
    twice.metadata.push(twice.metadata[0].clone());
    twice.refused("input-interval", "x");
    let mut typed = relu();
    typed.model.graph.inputs[0].dtype = Some(DataType::I64);
    typed.refused("data-type", "x");
    let mut open = relu();
    open.model.graph.inputs[0].dims = None;
    open.refused("dynamic-shape", "x");
    let mut empty = relu();
    empty.model.graph.inputs[0] = info("x", &[0]);
    empty.refused("size", "x");
    let mut large = relu();
    large.model.graph.inputs[0] = info("x", &[4097, 4096]);
    large.refused("size", "x");
    let mut many = relu();
    for number in 0..8 {
        many.model
            .graph
            .inputs
            .push(info(&format!("x{number}"), &[1]));
    }
    many.refused("interface", "model");
}

#[test]
fn chains_1_6_to_1_8() {
    assert_eq!(chain(draft(&[2]), "x").operators(), [Op::Requant]);
    // A reader more of any inner tensor.
    let mut read = chain(draft(&[2]), "x").node("Relu", &["f"], "z");
    read.model.graph.outputs.push(info("z", &[]));
    read.refused("missing-clip", "Floor f");
    chain(draft(&[2]), "x")
        .node("Relu", &["m"], "z")
        .refused("non-integer-weight", "Mul m");
    // Floor of integers.
    draft(&[2])
        .node("Floor", &["x"], "y")
        .refused("pattern", "Floor y");
    // Limits that are computed, or fractions.
    draft(&[2])
        .node("Relu", &["x"], "r")
        .node("Clip", &["x", "r"], "y")
        .refused("not-constant", "Clip y");
    draft(&[2])
        .floats("lo", &[], &[0.5])
        .node("Clip", &["x", "lo"], "y")
        .refused("non-integer-weight", "Clip y");
    // Averages: a sum again, a shift, a shift after a factor, none of these.
    let pool = || {
        draft(&[1, 1, 4, 4])
            .node("AveragePool", &["x"], "a")
            .ints("kernel_shape", &[2, 2])
    };
    let sum = pool()
        .floats("four", &[], &[4.0])
        .node("Mul", &["four", "a"], "y");
    assert_eq!(sum.operators(), [Op::SumPool]);
    assert_eq!(chain(pool(), "a").operators(), [Op::SumPool, Op::Requant]);
    pool()
        .floats("three", &[], &[3.0])
        .node("Mul", &["a", "three"], "y")
        .refused("missing-clip", "Mul y");
    pool()
        .node("Relu", &["a"], "y")
        .refused("missing-clip", "Relu y");
    pool()
        .node("Identity", &["a"], "y")
        .refused("missing-clip", "Identity y");
    draft(&[1, 1, 4, 4])
        .node("AveragePool", &["x"], "a")
        .ints("kernel_shape", &[2, 2])
        .ints("pads", &[1, 1, 1, 1])
        .refused("attribute", "AveragePool a");
    // Tables.
    let table = |entries: usize| draft(&[2]).floats("t", &[entries], &vec![1.0; entries]);
    let indexed = |one: Draft| {
        one.node("Cast", &["x"], "i")
            .int("to", 7)
            .node("Gather", &["t", "i"], "y")
    };
    assert_eq!(indexed(table(256)).operators(), [Op::Lut]);
    indexed(table(255)).refused("pattern", "Gather y");
    table(256)
        .node("Cast", &["x"], "y")
        .int("to", 9)
        .refused("pattern", "Cast y");
    table(256)
        .node("Cast", &["x"], "y")
        .int("to", 7)
        .refused("missing-clip", "output");
    table(256)
        .node("Gather", &["t", "x"], "y")
        .refused("pattern", "Gather y");
}

#[test]
fn initialisers_2_3() {
    // Numbered by first use as an operand; a shape is none, and a name used twice is one.
    let program = draft(&[2])
        .floats("late", &[2], &[1.0, -0.0])
        .floats("early", &[2], &[3.0, 4.0])
        .integers("shape", &[1, 2])
        .node("Add", &["x", "early"], "a")
        .node("Reshape", &["a", "shape"], "b")
        .node("Add", &["b", "late"], "c")
        .node("Add", &["early", "c"], "y")
        .import()
        .unwrap();
    let bits = |values: [f32; 2]| values.map(f32::to_bits).to_vec();
    assert_eq!(program.weights, [bits([3.0, 4.0]), bits([1.0, 0.0])]);
    assert_eq!(program.interface.outputs[0].dims.sizes(), [1, 2]);
    assert_eq!(program.steps.len(), 3);
}

#[test]
fn operators_1_9() {
    let conv = || {
        draft(&[1, 2, 5])
            .floats("w", &[1, 2, 3], &[1.0; 6])
            .node("Conv", &["x", "w"], "y")
    };
    assert_eq!(conv().operators(), [Op::Conv]);
    conv()
        .ints("kernel_shape", &[2])
        .refused("attribute", "Conv y");
    conv().ints("pads", &[-1, 0]).refused("attribute", "Conv y");
    conv().ints("strides", &[0]).refused("attribute", "Conv y");
    conv().int("group", 2).refused("attribute", "Conv y");
    draft(&[1, 1, 3])
        .node("Conv", &["x", "x"], "y")
        .refused("not-constant", "Conv y");
    let pool = |pads: &[i64]| {
        draft(&[1, 1, 4, 4])
            .node("MaxPool", &["x"], "y")
            .ints("kernel_shape", &[2, 2])
            .ints("pads", pads)
    };
    assert_eq!(pool(&[1, 1, 1, 1]).operators(), [Op::MaxPool]);
    pool(&[2, 0, 0, 0]).refused("attribute", "MaxPool y");
    pool(&[0; 4])
        .int("ceil_mode", 1)
        .refused("attribute", "MaxPool y");
    draft(&[2, 3])
        .integers("axes", &[1])
        .node("ReduceSum", &["x", "axes"], "y")
        .refused("attribute", "ReduceSum y");
    draft(&[2, 3])
        .node("MatMul", &["x", "x"], "y")
        .refused("attribute", "MatMul y");
    draft(&[3])
        .node("MatMul", &["x", "x"], "y")
        .refused("attribute", "MatMul y");
    draft(&[2])
        .node("Sub", &["x", "x"], "y")
        .refused("unsupported-operator", "Sub y");
    draft(&[2])
        .node("Relu", &["nowhere"], "y")
        .refused("missing-value", "Relu y");
    draft(&[2])
        .node("Concat", &["x"; 33], "y")
        .int("axis", 0)
        .refused("size", "Concat y");
    draft(&[2])
        .node("Relu", &["x"], "r")
        .node("Reshape", &["x", "r"], "y")
        .refused("not-constant", "Reshape y");
    let mut domain = draft(&[2]).node("Relu", &["x"], "y");
    domain.model.graph.nodes[0].domain = "com.example".to_owned();
    domain.refused("unsupported-operator", "Relu y");
    // An output that is an input needs no step.
    assert_eq!(draft(&[2]).node("Identity", &["x"], "y").operators(), []);
}

/// 4096 leaves are possible, one more is not; dead nodes count.
#[test]
fn sizes() {
    let long = |steps: usize| {
        let mut one = draft(&[1]).node("Relu", &["x"], "y");
        for number in 1..steps {
            one = one.node("Relu", &["x"], &format!("dead{number}"));
        }
        one
    };
    assert_eq!(long(4095).operators().len(), 4095);
    long(4096).refused("size", "Relu dead4095");
}
