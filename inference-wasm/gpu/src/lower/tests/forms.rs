//! Where wonnx is known to be wrong, another form is emitted. Each test names the fault that it stays clear of.

use super::{f32s, i64s, one, weights, At, Case, ElementType, N};
use countersign_onnx::Tensor;

fn conv(kernel: usize, input: u64, output: usize, attributes: Vec<(&'static str, At)>) -> Case {
    let group = attributes
        .iter()
        .find_map(|(name, value)| match (*name, value) {
            ("group", At::Int(group)) => Some(*group as usize),
            _ => None,
        });
    let per_group = input as usize / group.unwrap_or(1);
    let constants = vec![
        ("w", weights(&[output, per_group, kernel, kernel])),
        ("b", weights(&[output])),
    ];
    one("Conv", &[1, input, 9, 7], constants, attributes)
}

/// wonnx writes the bounds of Clip into its shader with one decimal; our shader has them whole.
#[test]
fn clip_bounds_are_kept_whole() {
    let clip = |low: f32, high: f32| {
        let bounds = vec![("a", Tensor::scalar(low)), ("b", Tensor::scalar(high))];
        one("Clip", &[2, 3, 5], bounds, vec![])
    };
    assert_eq!(clip(-0.25, 0.25).forms(), ["Clip", "Reshape"]);
    clip(-0.5, 0.5).agrees();
    clip(-0.25, 0.25).agrees();
    one(
        "Clip",
        &[4, 4],
        vec![("a", Tensor::scalar(-0.3f32))],
        vec![],
    )
    .agrees();
    one("Clip", &[4, 4], vec![], vec![("max", At::Float(0.125))])
        .opset(6 + 1)
        .agrees();
}

/// wonnx fuses Conv and LeakyRelu wrongly.
#[test]
fn leaky_relu_becomes_prelu() {
    let mut case = conv(5, 4, 4, vec![("pads", At::Ints(vec![2; 4]))]);
    case.nodes[0].2 = vec!["c"];
    case.nodes.push(N(
        "LeakyRelu",
        vec!["c"],
        vec!["y"],
        vec![("alpha", At::Float(0.1))],
    ));
    assert!(!case.forms().contains(&"LeakyRelu".to_owned()));
    case.agrees();
}

/// wonnx's shader for 3 × 3 kernels reads its weights wrongly without a bias, and with dilations if there is one; ours
/// takes any.
#[test]
fn three_by_three_convolutions_need_no_detour() {
    let mut bare = conv(3, 4, 8, vec![]);
    bare.nodes[0].1.pop();
    bare.agrees();
    let attributes = vec![
        ("dilations", At::Ints(vec![2, 2])),
        ("pads", At::Ints(vec![1; 4])),
    ];
    let dilated = conv(3, 4, 8, attributes);
    assert_eq!(dilated.forms(), ["Conv", "Reshape"]);
    dilated.agrees();
}

/// wonnx multiplies wrongly where the dimensions have no common factor, and for one row where K % 4 ≠ 0.
#[test]
fn products_of_any_dimensions_are_right() {
    for (m, k, n) in [
        (1, 8, 3),
        (1, 7, 3),
        (2, 2, 2),
        (3, 5, 7),
        (6, 9, 3),
        (4, 8, 12),
        (5, 33, 8),
        (16, 40, 8),
    ] {
        one(
            "MatMul",
            &[m, k as u64],
            vec![("w", weights(&[k, n]))],
            vec![],
        )
        .agrees();
        let gemm = vec![("w", weights(&[n, k])), ("b", weights(&[n]))];
        let attributes = vec![
            ("transB", At::Int(1)),
            ("alpha", At::Float(0.5)),
            ("beta", At::Float(2.0)),
        ];
        one("Gemm", &[m, k as u64], gemm, attributes).agrees();
    }
    one(
        "Gemm",
        &[1, 4],
        vec![("w", weights(&[4, 5])), ("b", f32s(&[1], &[3.0]))],
        vec![],
    )
    .agrees();
}

/// wonnx reads a Softmax before opset 13 on an inner axis as one along that axis.
#[test]
fn softmax_before_opset_13_is_of_a_matrix() {
    for axis in [0, 1, 2] {
        one("Softmax", &[2, 3, 4], vec![], vec![("axis", At::Int(axis))])
            .opset(11)
            .agrees();
        one("Softmax", &[2, 3, 4], vec![], vec![("axis", At::Int(axis))])
            .opset(13)
            .agrees();
    }
}

/// wonnx concatenates along the first axis only, and of at most four buffers.
#[test]
fn concatenations_are_along_the_first_axis() {
    let mut case = one(
        "Concat",
        &[2, 3, 4],
        vec![("w", weights(&[2, 3, 4]))],
        vec![("axis", At::Int(-1))],
    );
    case.nodes[0].1 = vec!["x", "w", "x", "x", "w", "x"];
    let lowered = super::parse(&case.lower().unwrap().model);
    for node in lowered
        .graph
        .nodes
        .iter()
        .filter(|node| node.op_type == "Concat")
    {
        assert!(node.inputs.len() <= 4);
        assert_eq!(node.attributes["axis"], countersign_onnx::Attribute::Int(0));
    }
    case.agrees();
}

/// wonnx reads int64 constants from raw data wrongly.
#[test]
fn indices_are_not_raw_data() {
    let case = one("Gather", &[8, 3], vec![("i", i64s(&[7, -8, 5]))], vec![]);
    case.agrees();
    // Field 9 of a TensorProto is raw data; the three indices as varints in field 7 are 7, 0, 5.
    let model = case.lower().unwrap().model;
    assert!(model
        .windows(5)
        .any(|bytes| bytes == [7 << 3 | 2, 3, 7, 0, 5]));
    one(
        "Gather",
        &[8, 3],
        vec![("i", Tensor::vector(vec![7i32, 1]))],
        vec![("axis", At::Int(0))],
    )
    .agrees();
    one(
        "Gather",
        &[2, 8, 3],
        vec![("i", i64s(&[7, 1]))],
        vec![("axis", At::Int(1))],
    )
    .agrees();
}

/// wonnx pads wrongly behind the end, and splits evenly only.
#[test]
fn pads_and_splits_become_pieces() {
    one("Pad", &[8, 3], vec![("p", i64s(&[1, 0, 2, 1]))], vec![]).agrees();
    let reflect = vec![("mode", At::Text("reflect"))];
    one("Pad", &[5, 3], vec![("p", i64s(&[2, 0, 1, 2]))], reflect).agrees();
    let edge = vec![("mode", At::Text("edge"))];
    one("Pad", &[5, 3], vec![("p", i64s(&[2, 0, 1, 2]))], edge).agrees();
    let mut split = one(
        "Split",
        &[2, 7],
        vec![("s", i64s(&[4, 3]))],
        vec![("axis", At::Int(1))],
    );
    split.nodes[0].2 = vec!["y", "z"];
    split.outputs.push(("z", ElementType::F32));
    split.agrees();
}

/// wonnx takes the second axis of a BatchNormalization of rank 3 for another.
#[test]
fn batch_normalisation_becomes_a_product_and_a_sum() {
    let variance = f32s(&[3], &[1.0, 2.0, 0.5]);
    let parameters = vec![
        ("s", weights(&[3])),
        ("b", weights(&[3])),
        ("m", weights(&[3])),
        ("v", variance),
    ];
    let case = one("BatchNormalization", &[2, 3, 4], parameters, vec![]);
    assert_eq!(case.forms(), ["Mul", "Add", "Reshape"]);
    case.agrees();
}

/// WGSL's tanh may be wrong by 1e-5, and log(1 + exp(x)) overflows.
#[test]
fn functions_are_right_far_out() {
    let far = [
        -200.0, -89.0, -20.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 9.0, 20.0, 89.0, 200.0,
    ];
    for op in [
        "Tanh",
        "Softplus",
        "Sigmoid",
        "Erf",
        "HardSigmoid",
        "HardSwish",
        "Softsign",
    ] {
        one(op, &[12], vec![], vec![]).agrees_on(&far);
    }
    assert!(!one("Tanh", &[12], vec![], vec![])
        .forms()
        .contains(&"Tanh".to_owned()));
}

#[test]
fn wide_convolutions_stay_one() {
    let pads = vec![
        ("pads", At::Ints(vec![2, 1, 2, 3])),
        ("strides", At::Ints(vec![1, 2])),
    ];
    let constants = vec![("w", weights(&[8, 4, 5, 5])), ("b", weights(&[8]))];
    let case = one("Conv", &[2, 4, 8, 8], constants, pads);
    assert_eq!(case.forms(), ["Conv", "Reshape"]);
    case.agrees();
}

#[test]
fn transpositions_of_transpositions_are_one() {
    let mut case = one(
        "Transpose",
        &[2, 3, 4],
        vec![],
        vec![("perm", At::Ints(vec![2, 0, 1]))],
    );
    case.nodes[0].2 = vec!["t"];
    case.nodes.push(N(
        "Transpose",
        vec!["t"],
        vec!["y"],
        vec![("perm", At::Ints(vec![1, 2, 0]))],
    ));
    assert_eq!(case.forms(), ["Reshape"]);
    case.agrees();
}
