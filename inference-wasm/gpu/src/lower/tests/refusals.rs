//! What is not known to be right is refused, with the node, the operator and the reason.

use super::{f32s, i64s, one, weights, At, Case, ElementType, N};
use crate::lower::builder::exact_steps;
use crate::lower::Why;

#[test]
fn unknown_operators_are_named() {
    let mut case = one("Relu", &[4], vec![], vec![]);
    case.nodes.push(N("Cumsum", vec!["y"], vec!["z"], vec![]));
    case.refused("n1", "Cumsum");
    one("Hardmax", &[4], vec![], vec![]).refused("n0", "Hardmax (no lowering)");
    one("NonZero", &[4], vec![], vec![]).refused("n0", "NonZero");
}

#[test]
fn numbers_that_f32_does_not_hold_are_refused() {
    let half = one("Relu", &[4], vec![], vec![]).fed(ElementType::F64);
    half.refused("", "float64");
    let integers = one("Add", &[2], vec![("w", i64s(&[1, 2]))], vec![]).fed(ElementType::I64);
    integers.refused("n0", "on integers");
    let mut large =
        one("Equal", &[2], vec![("w", i64s(&[1, 1 << 40]))], vec![]).fed(ElementType::I64);
    large.outputs[0].1 = ElementType::Bool;
    large.refused("n0", "beyond 2^24");
}

#[test]
fn what_must_be_known_and_is_computed_is_refused() {
    let mut weights_computed = one("Conv", &[1, 4, 4, 4], vec![], vec![]);
    weights_computed.nodes[0].1 = vec!["x", "x"];
    weights_computed.refused("n0", "weights that are computed");
    let mut indices = one("Gather", &[4, 4], vec![], vec![]).fed(ElementType::I64);
    indices.nodes[0].1 = vec!["x", "x"];
    indices.refused("n0", "indices that are computed");
}

#[test]
fn attributes_without_a_lowering_are_refused_with_their_value() {
    let ints = |values: &[i64]| At::Ints(values.to_vec());
    one(
        "AveragePool",
        &[1, 1, 5, 5],
        vec![],
        vec![
            ("kernel_shape", ints(&[2, 2])),
            ("strides", ints(&[2, 2])),
            ("ceil_mode", At::Int(1)),
        ],
    )
    .refused("n0", "ceil_mode = 1");
    let reflected = vec![("mode", At::Text("reflect"))];
    one("Pad", &[4], vec![("p", i64s(&[-1, 0]))], reflected).refused("n0", "pads");
    let cropped = vec![(
        "coordinate_transformation_mode",
        At::Text("tf_crop_and_resize"),
    )];
    let scales = vec![
        ("r", f32s(&[0], &[])),
        ("s", f32s(&[4], &[1.0, 1.0, 2.0, 2.0])),
    ];
    one("Resize", &[1, 1, 2, 2], scales, cropped).refused("n0", "tf_crop_and_resize");
    one("LpNormalization", &[4], vec![], vec![("p", At::Int(3))]).refused("n0", "p = 3");
    let added = vec![("reduction", At::Text("add"))];
    let scattered = vec![("i", i64s(&[1])), ("u", f32s(&[1], &[1.0]))];
    one("ScatterElements", &[4], scattered, added).refused("n0", "reduction = add");
    let twice = vec![("i", i64s(&[1, -3])), ("u", f32s(&[2], &[1.0, 2.0]))];
    one("ScatterElements", &[4], twice, vec![]).refused("n0", "indices");
    let mut greater = one("Greater", &[4], vec![], vec![]);
    greater.nodes[0].1 = vec!["x", "x"];
    greater.refused("n0", "operands that are computed");
}

#[test]
fn nodes_that_onnx_does_not_define_are_refused() {
    one("Relu", &[4], vec![], vec![("slope", At::Float(0.5))]).refused("n0", "slope");
}

#[test]
fn outputs_that_the_gpu_cannot_give_are_refused() {
    let mut shape = one("Shape", &[4], vec![], vec![]);
    shape.outputs[0].1 = ElementType::I64;
    shape.refused("", "int64");
    let mut constant: Case = one("Identity", &[4], vec![], vec![]);
    constant.constants = vec![("w", weights(&[2]))];
    constant.nodes[0].1 = vec!["w"];
    constant.refused("", "does not depend on its input");
}

#[test]
fn empty_tensors_and_impossible_shapes_are_refused() {
    one("Relu", &[0, 4], vec![], vec![]).refused("", "without elements");
    one("Add", &[3], vec![("w", weights(&[4]))], vec![])
        .refused("n0", "dimensions that do not fit");
    one("Reshape", &[3], vec![("d", i64s(&[2, -1]))], vec![]).refused("n0", "dimensions");
    one("Gather", &[3], vec![("i", i64s(&[3]))], vec![]).refused("n0", "indices");
}

/// wonnx rounds more than 65,535 steps up to whole workgroups, and some of its shaders do not look where they write.
#[test]
fn step_counts_that_would_be_rounded_up_are_refused() {
    for steps in [1, 65_535, 65_536, 131_070, 3 * 65_535] {
        assert_eq!(exact_steps(steps), Ok(()));
    }
    assert_eq!(exact_steps(65_537), Err(Why::Size { steps: 65_537 }));
    let case = one("Softmax", &[65_537, 2], vec![], vec![]);
    case.refused("n0", "65537 parallel steps");
}
