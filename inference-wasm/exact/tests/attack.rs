//! Files at the edge of the profile: the fault is named by its own reason, at its own node (EXACT 1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_abi::{ElementType, NamedTensor};
use countersign_exact::{import, lane, Refused};
use countersign_onnx::{Data, DataType, Dim, Graph, Initializer, Model, Node, Tensor, ValueInfo};
use countersign_shared::exact::run::bad_input;
use countersign_shared::exact::Program;

const LIMIT: f32 = 16_777_216.0;

fn info(name: &str, dims: &[usize]) -> ValueInfo {
    ValueInfo {
        name: name.to_owned(),
        dtype: Some(DataType::F32),
        dims: Some(dims.iter().map(|size| Dim::Fixed(*size)).collect()),
    }
}

/// A graph from x, of integers from −1 to 1, to y: constants by name, then nodes by operator, inputs and output.
fn imported(
    dims: &[usize],
    constants: &[(&str, Tensor)],
    nodes: &[(&str, &[&str], &str)],
) -> Result<Program, Refused> {
    let node = |(index, (operator, inputs, output)): (usize, &(&str, &[&str], &str))| Node {
        name: (*operator).to_owned(),
        index,
        op_type: (*operator).to_owned(),
        domain: String::new(),
        inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
        outputs: vec![(*output).to_owned()],
        attributes: BTreeMap::new(),
    };
    let initializers = constants.iter().map(|(name, tensor)| Initializer {
        name: (*name).to_owned(),
        tensor: Arc::new(tensor.clone()),
    });
    let model = Model {
        ir_version: 9,
        producer: String::new(),
        opsets: BTreeMap::from([(String::new(), 17)]),
        graph: Graph {
            name: String::new(),
            nodes: nodes.iter().enumerate().map(node).collect(),
            inputs: vec![info("x", dims)],
            outputs: vec![info("y", &[])],
            initializers: initializers.collect(),
            value_info: Vec::new(),
        },
    };
    let metadata = [("countersign.interval/x".to_owned(), "-1 1".to_owned())];
    import(&model, &metadata)
}

fn floats(dims: &[usize], values: &[f32]) -> Tensor {
    Tensor::new(dims.to_vec(), Data::F32(values.to_vec())).unwrap()
}

fn refused(imported: Result<Program, Refused>, reason: &str, node: &str) {
    let refused = imported.expect_err(reason);
    let found = (refused.reason.code(), refused.node.as_str());
    assert_eq!(found, (reason, node), "{refused}");
}

/// 2^24 is an integer: what it breaks is a bound (1.3, 1.4), not 1.5.
#[test]
fn constants_of_2_24_are_integers_out_of_bounds() {
    let gemm = |weight: f32, bias: f32| {
        let constants = [
            ("w", floats(&[1, 1], &[weight])),
            ("c", floats(&[1], &[bias])),
        ];
        imported(&[1, 1], &constants, &[("Gemm", &["x", "w", "c"], "y")])
    };
    assert!(gemm(1.0, LIMIT - 2.0).is_ok());
    refused(gemm(1.0, LIMIT - 1.0), "bound", "Gemm");
    refused(gemm(1.0, LIMIT), "bound", "Gemm");
    refused(gemm(1.0, -LIMIT), "bound", "Gemm");
    refused(gemm(LIMIT, 0.0), "bound", "Gemm");
    refused(gemm(f32::MAX, 0.0), "bound", "Gemm");
    // A fraction and what is no number stay no integers, whatever stands beside them.
    refused(gemm(LIMIT, 0.5), "non-integer-weight", "Gemm");
    refused(gemm(1.0, f32::INFINITY), "non-integer-weight", "Gemm");
    refused(gemm(f32::NAN, 0.0), "non-integer-weight", "Gemm");
    let conv = [("w", floats(&[1, 1, 1, 1], &[LIMIT]))];
    let conv = imported(&[1, 1, 1, 1], &conv, &[("Conv", &["x", "w"], "y")]);
    refused(conv, "bound", "Conv");
    for operator in ["Add", "Mul"] {
        let constant = [("c", floats(&[], &[LIMIT]))];
        let nodes: [(&str, &[&str], &str); 1] = [(operator, &["x", "c"], "y")];
        refused(imported(&[2], &constant, &nodes), "interval", operator);
    }
    let limit = [("lo", floats(&[], &[-LIMIT]))];
    let clip = imported(&[2], &limit, &[("Clip", &["x", "lo"], "y")]);
    refused(clip, "interval", "Clip");
}

/// ONNX says what Squeeze does without axes, and not what it does with none of them: runtimes differ.
#[test]
fn squeeze_with_an_empty_list_of_axes_is_refused() {
    let axes = |values: Vec<i64>| [("axes", Tensor::vector(values))];
    let squeeze = |axes: [(&'static str, Tensor); 1]| {
        imported(&[1, 2], &axes, &[("Squeeze", &["x", "axes"], "y")])
    };
    let dims = |program: &Program| program.interface.outputs[0].dims.sizes().to_vec();
    assert_eq!(dims(&squeeze(axes(vec![-2])).unwrap()), [2]);
    let without = imported(&[1, 2], &[], &[("Squeeze", &["x"], "y")]);
    assert_eq!(dims(&without.unwrap()), [2]);
    refused(squeeze(axes(Vec::new())), "attribute", "Squeeze");
}

/// EXACT 4.3: −0 is no canonical integer. Runs feed 0 instead; a proof against who committed to −0 needs it as it is.
#[test]
fn inputs_as_given_keep_what_makes_a_claim_false() {
    let program = imported(&[2], &[], &[("Relu", &["x"], "y")]).unwrap();
    let data = [-0.0_f32, 1.0].iter().flat_map(|value| value.to_le_bytes());
    let tensors = [NamedTensor {
        name: "x".to_owned(),
        dtype: ElementType::F32,
        dims: vec![2],
        data: data.collect(),
    }];
    let canonical = lane::inputs(&program, &tensors).unwrap();
    assert_eq!(canonical, [[0, 1.0_f32.to_bits()]]);
    assert_eq!(bad_input(&program, &canonical), None);
    let given = lane::inputs_as_given(&program, &tensors).unwrap();
    assert_eq!(given, [[0x8000_0000, 1.0_f32.to_bits()]]);
    assert_eq!(bad_input(&program, &given), Some((0, 0)));
    assert!(lane::inputs_as_given(&program, &[]).is_err());
}
