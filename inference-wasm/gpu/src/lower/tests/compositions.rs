//! Operators that are made of others.

use super::{f32s, i64s, one, parse, weights, At, Case, N};
use crate::lower::{lower_for, Target, Why};
use countersign_onnx::{Data, Tensor};

fn ints(values: &[i64]) -> At {
    At::Ints(values.to_vec())
}

fn axes(values: &[i64]) -> Vec<(&'static str, At)> {
    vec![("axes", ints(values))]
}

#[test]
fn every_reduction() {
    for op in [
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSumExp",
        "ReduceProd",
    ] {
        one(op, &[2, 3, 4], vec![], axes(&[1])).agrees();
        one(op, &[2, 3, 4], vec![], axes(&[0, 2])).agrees();
        let mut flat = axes(&[-1]);
        flat.push(("keepdims", At::Int(0)));
        one(op, &[2, 3, 5], vec![], flat).agrees();
        one(op, &[2, 3], vec![], vec![]).agrees();
    }
    let positive = [0.5, 1.0, 2.0, 4.0, 8.0, 3.0];
    one("ReduceLogSum", &[2, 3], vec![], axes(&[1])).agrees_on(&positive);
}

/// wonnx reads at the wrong place where an axis of 1 follows those that stay.
#[test]
fn reductions_leave_axes_of_one_out() {
    for (dims, axis) in [
        (&[2u64, 3, 1][..], 0),
        (&[2, 3, 1, 1], 0),
        (&[1, 2, 1, 3, 1], 1),
    ] {
        for op in ["ReduceMean", "ReduceMax"] {
            let case = one(op, dims, vec![], axes(&[axis]));
            // The input is given other dimensions first.
            assert_eq!(case.forms()[0], "Reshape");
            case.agrees();
        }
    }
    one("ReduceMean", &[1, 1], vec![], axes(&[0])).agrees();
}

#[test]
fn functions_of_single_elements() {
    for op in [
        "Asinh",
        "Sinh",
        "Elu",
        "Celu",
        "Selu",
        "Mish",
        "ThresholdedRelu",
        "Shrink",
    ] {
        one(op, &[3, 7], vec![], vec![]).opset(18).agrees();
    }
    let far = [
        -1e30, -90.0, -20.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 1.0, 20.0, 88.9, 1e30,
    ];
    for op in [
        "Asinh",
        "Elu",
        "Celu",
        "Selu",
        "Mish",
        "ThresholdedRelu",
        "Shrink",
    ] {
        one(op, &[12], vec![], vec![]).opset(18).agrees_on(&far);
    }
    one("Sinh", &[4], vec![], vec![]).agrees_on(&[-89.0, -1.0, 1.0, 89.0]);
    one("Acosh", &[4], vec![], vec![]).agrees_on(&[1.0, 1.001, 3.0, 1e30]);
    one("Atanh", &[4], vec![], vec![]).agrees_on(&[-0.99, -0.1, 0.0, 0.9]);
    let alpha = vec![("alpha", At::Float(2.5))];
    one("Celu", &[3, 7], vec![], alpha.clone()).agrees();
    one("Elu", &[3, 7], vec![], alpha.clone()).agrees();
    one("ThresholdedRelu", &[3, 7], vec![], alpha).agrees();
    let shrink = vec![("lambd", At::Float(1.5)), ("bias", At::Float(1.5))];
    one("Shrink", &[3, 7], vec![], shrink).agrees();
}

#[test]
fn normalisations() {
    let pair = |channels: usize| vec![("s", weights(&[channels])), ("b", weights(&[channels]))];
    one("InstanceNormalization", &[2, 3, 4, 5], pair(3), vec![]).agrees();
    one("InstanceNormalization", &[2, 3, 4], pair(3), vec![]).agrees();
    let groups = vec![("num_groups", At::Int(2))];
    one("GroupNormalization", &[2, 4, 3, 3], pair(4), groups)
        .opset(21)
        .agrees();
    let axis = vec![("axis", At::Int(1))];
    let wide = vec![("s", weights(&[3, 4])), ("b", weights(&[3, 4]))];
    one("LayerNormalization", &[2, 3, 4], wide, axis.clone()).agrees();
    one("MeanVarianceNormalization", &[2, 3, 4, 5], vec![], vec![]).agrees();
    one("LRN", &[1, 5, 3, 3], vec![], vec![("size", At::Int(3))]).agrees();
    one("LRN", &[1, 5, 3, 3], vec![], vec![("size", At::Int(4))]).agrees();
    for p in [1, 2] {
        for axis in [0, 1, -1] {
            let attributes = vec![("p", At::Int(p)), ("axis", At::Int(axis))];
            one("LpNormalization", &[2, 3, 4], vec![], attributes).agrees();
        }
    }
    one("LpNormalization", &[3], vec![], vec![]).agrees_on(&[0.0, 0.0, 0.0]);
    for axis in [0, 1, 2] {
        let attributes = vec![("axis", At::Int(axis))];
        one("LogSoftmax", &[2, 3, 4], vec![], attributes.clone()).agrees();
        one("LogSoftmax", &[2, 3, 4], vec![], attributes)
            .opset(11)
            .agrees();
    }
    one("LogSoftmax", &[3], vec![], vec![]).agrees_on(&[1000.0, 0.0, 999.0]);
}

#[test]
fn elements_at_known_places() {
    let two = |values: &[i64]| Tensor::new(vec![2, 2], Data::I64(values.to_vec())).unwrap();
    let axis = vec![("axis", At::Int(1))];
    one(
        "GatherElements",
        &[2, 3],
        vec![("i", two(&[2, 0, -1, 1]))],
        axis.clone(),
    )
    .agrees();
    one(
        "GatherND",
        &[2, 3, 4],
        vec![("i", two(&[1, 2, 0, -1]))],
        vec![],
    )
    .agrees();
    let updates = vec![("i", two(&[2, 0, 1, 0])), ("u", weights(&[2, 2]))];
    one("ScatterElements", &[2, 3], updates, axis.clone())
        .opset(18)
        .agrees();
    let rows = vec![("i", two(&[1, 2, 0, 0])), ("u", weights(&[2, 4]))];
    one("ScatterND", &[2, 3, 4], rows, vec![])
        .opset(18)
        .agrees();
    let flags = Tensor::new(vec![3], Data::Bool(vec![true, false, true])).unwrap();
    one("Compress", &[2, 3], vec![("c", flags)], axis).agrees();
    one(
        "ReverseSequence",
        &[4, 2],
        vec![("l", i64s(&[3, 4]))],
        vec![],
    )
    .agrees();
    one(
        "SpaceToDepth",
        &[1, 2, 4, 6],
        vec![],
        vec![("blocksize", At::Int(2))],
    )
    .agrees();
    one("CenterCropPad", &[5, 3], vec![("d", i64s(&[2, 6]))], vec![])
        .opset(18)
        .agrees();
    one(
        "Trilu",
        &[2, 3, 4],
        vec![("k", Tensor::scalar(1i64))],
        vec![],
    )
    .agrees();
    one("Trilu", &[3, 3], vec![], vec![("upper", At::Int(0))]).agrees();
    for (exclusive, reverse) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let attributes = vec![
            ("exclusive", At::Int(exclusive)),
            ("reverse", At::Int(reverse)),
        ];
        one(
            "CumSum",
            &[2, 5],
            vec![("a", Tensor::scalar(1i64))],
            attributes,
        )
        .agrees();
    }
    one("Pad", &[5, 3], vec![("p", i64s(&[-1, 2, 1, -2]))], vec![]).agrees();
}

#[test]
fn transposed_convolutions_of_any_stride() {
    for attributes in [
        vec![],
        vec![("strides", ints(&[2, 3])), ("pads", ints(&[1, 0, 0, 2]))],
        vec![
            ("strides", ints(&[3, 2])),
            ("output_padding", ints(&[1, 1])),
        ],
        vec![("dilations", ints(&[2, 2])), ("pads", ints(&[1; 4]))],
        vec![
            ("auto_pad", At::Text("SAME_UPPER")),
            ("strides", ints(&[2, 2])),
        ],
        vec![
            ("auto_pad", At::Text("SAME_LOWER")),
            ("strides", ints(&[2, 2])),
        ],
    ] {
        let constants = vec![("w", weights(&[4, 3, 3, 3])), ("b", weights(&[3]))];
        one("ConvTranspose", &[2, 4, 4, 5], constants, attributes).agrees();
    }
    let grouped = vec![("group", At::Int(2)), ("strides", ints(&[2, 2]))];
    one(
        "ConvTranspose",
        &[1, 4, 3, 3],
        vec![("w", weights(&[4, 2, 3, 3]))],
        grouped,
    )
    .agrees();
    let line = vec![("strides", ints(&[2]))];
    one(
        "ConvTranspose",
        &[1, 2, 5],
        vec![("w", weights(&[2, 3, 4]))],
        line,
    )
    .agrees();
}

#[test]
fn resizing_in_every_way() {
    for mode in ["nearest", "linear", "cubic"] {
        for transform in [
            "half_pixel",
            "asymmetric",
            "align_corners",
            "pytorch_half_pixel",
        ] {
            for scales in [[1.0, 1.0, 2.5, 0.6], [1.0, 1.0, 0.5, 2.0]] {
                let inputs = vec![("r", f32s(&[1], &[0.0])), ("s", f32s(&[4], &scales))];
                let mut case = one(
                    "Resize",
                    &[1, 2, 6, 5],
                    inputs,
                    vec![
                        ("mode", At::Text(mode)),
                        ("coordinate_transformation_mode", At::Text(transform)),
                    ],
                );
                case.constants.remove(0);
                case.nodes[0].1[1] = "";
                case.agrees();
            }
        }
    }
}

#[test]
fn pools_of_one_dimension_and_of_powers() {
    let window = vec![("kernel_shape", ints(&[3])), ("strides", ints(&[2]))];
    for op in ["MaxPool", "AveragePool", "LpPool"] {
        one(op, &[1, 2, 9], vec![], window.clone()).agrees();
    }
    let square = vec![("kernel_shape", ints(&[2, 3])), ("pads", ints(&[1; 4]))];
    one("LpPool", &[1, 2, 5, 6], vec![], square).agrees();
}

/// Comparison, choice, and truth values between them.
#[test]
fn choices() {
    let bound = || vec![("t", f32s(&[1], &[0.25])), ("z", weights(&[2, 3]))];
    for op in ["Greater", "Less", "GreaterOrEqual", "LessOrEqual"] {
        let mut case = one(op, &[2, 3], bound(), vec![]);
        case.nodes[0].1 = vec!["x", "t"];
        case.nodes[0].2 = vec!["c"];
        case.nodes.push(N("Not", vec!["c"], vec!["n"], vec![]));
        case.nodes.push(N("Or", vec!["n", "n"], vec!["o"], vec![]));
        case.nodes.push(N("And", vec!["o", "n"], vec!["a"], vec![]));
        case.nodes
            .push(N("Where", vec!["a", "x", "z"], vec!["y"], vec![]));
        case.agrees_on(&[0.25, -1.0, 3.0, f32::INFINITY, 0.0, f32::NEG_INFINITY]);
    }
}

#[test]
fn vectors_times_matrices() {
    one("MatMul", &[4], vec![("w", weights(&[4, 3]))], vec![]).agrees();
    one("MatMul", &[2, 3, 4], vec![("w", weights(&[4]))], vec![]).agrees();
    one("MatMul", &[4], vec![("w", weights(&[4]))], vec![]).agrees();
}

/// A number times a value of rank 0 is of rank 0.
#[test]
fn scalars_stay_scalars() {
    let mut case = one("ReduceSum", &[2, 3], vec![], vec![("keepdims", At::Int(0))]);
    case.nodes[0].2 = vec!["s"];
    case.nodes.push(N("Gelu", vec!["s"], vec!["y"], vec![]));
    case.opset(20).agrees();
}

fn inputs(case: &Case, values: &[(&str, Tensor)]) -> Result<Vec<String>, Why> {
    let mut model = parse(&case.bytes());
    for (name, tensor) in values.iter().skip(1) {
        model
            .graph
            .initializers
            .retain(|parameter| parameter.name != *name);
        let mut info = model.graph.inputs[0].clone();
        info.name = (*name).to_owned();
        info.dtype = Some(tensor.dtype());
        model.graph.inputs.push(info);
    }
    let values: Vec<(String, Tensor)> = values
        .iter()
        .map(|(name, tensor)| ((*name).to_owned(), tensor.clone()))
        .collect();
    lower_for(&model, &values, Target::Onnx)
        .map(|lowered| lowered.pinned)
        .map_err(|refusal| refusal.why)
}

/// Inputs that the lowering must know become part of it, integers before weights, and no others.
#[test]
fn inputs_that_must_be_known_are_pinned() {
    let x = ("x", weights(&[2, 3]));
    let axes = ("a", i64s(&[1]));
    let case = one("ReduceSum", &[2, 3], vec![axes.clone()], vec![]);
    assert_eq!(inputs(&case, &[x.clone(), axes]), Ok(vec!["a".to_owned()]));
    let other = ("w", weights(&[2, 3]));
    let case = one("Add", &[2, 3], vec![other.clone()], vec![]);
    assert_eq!(inputs(&case, &[x, other]), Ok(vec![]));
    let picture = ("x", weights(&[1, 2, 4, 4]));
    let kernel = ("w", weights(&[2, 2, 3, 3]));
    let case = one("Conv", &[1, 2, 4, 4], vec![kernel.clone()], vec![]);
    assert_eq!(inputs(&case, &[picture, kernel]), Ok(vec!["w".to_owned()]));
}

#[test]
fn losses_of_known_classes() {
    for reduction in ["none", "sum", "mean"] {
        let constants = vec![
            ("t", i64s(&[1, 0, 4])),
            ("w", f32s(&[5], &[0.5, 1.0, 2.0, 1.0, 3.0])),
        ];
        let attributes = vec![
            ("reduction", At::Text(reduction)),
            ("ignore_index", At::Int(0)),
        ];
        one(
            "NegativeLogLikelihoodLoss",
            &[3, 5],
            constants.clone(),
            attributes.clone(),
        )
        .agrees();
        one("SoftmaxCrossEntropyLoss", &[3, 5], constants, attributes).agrees();
    }
}
