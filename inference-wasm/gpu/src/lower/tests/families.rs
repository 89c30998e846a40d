//! Every family of operators, lowered and compared.

use super::{f32s, i64s, one, weights, At, Case, ElementType, N};
use countersign_onnx::Tensor;

fn ints(values: &[i64]) -> At {
    At::Ints(values.to_vec())
}

#[test]
fn convolutions() {
    let conv = |input: u64,
                output: usize,
                group: usize,
                kernel: &[usize],
                attributes: Vec<(&'static str, At)>| {
        let mut dims = vec![output, input as usize / group];
        dims.extend(kernel);
        let spatial = [9, 7].into_iter().take(kernel.len());
        let input: Vec<u64> = [2, input].into_iter().chain(spatial).collect();
        let mut attributes = attributes;
        attributes.push(("group", At::Int(group as i64)));
        one(
            "Conv",
            &input,
            vec![("w", weights(&dims)), ("b", weights(&[output]))],
            attributes,
        )
        .agrees();
    };
    conv(4, 8, 1, &[3, 3], vec![("pads", ints(&[1; 4]))]);
    conv(
        4,
        6,
        1,
        &[3, 3],
        vec![("pads", ints(&[1, 0, 2, 1])), ("strides", ints(&[2, 1]))],
    );
    conv(8, 8, 8, &[3, 3], vec![("auto_pad", At::Text("SAME_UPPER"))]);
    conv(
        8,
        4,
        2,
        &[3, 3],
        vec![
            ("auto_pad", At::Text("SAME_LOWER")),
            ("strides", ints(&[2, 2])),
        ],
    );
    conv(16, 8, 1, &[1, 1], vec![]);
    conv(3, 5, 1, &[2, 4], vec![("auto_pad", At::Text("VALID"))]);
    conv(
        6,
        4,
        1,
        &[3],
        vec![("pads", ints(&[2, 1])), ("dilations", ints(&[2]))],
    );
}

#[test]
fn transposed_convolutions_without_overlap() {
    let constants = vec![("w", weights(&[3, 2, 2, 4])), ("b", weights(&[2]))];
    one(
        "ConvTranspose",
        &[1, 3, 3, 5],
        constants,
        vec![("strides", ints(&[2, 4]))],
    )
    .agrees();
}

#[test]
fn pools() {
    for (op, attributes) in [
        (
            "MaxPool",
            vec![
                ("kernel_shape", ints(&[3, 3])),
                ("strides", ints(&[2, 2])),
                ("pads", ints(&[1; 4])),
            ],
        ),
        (
            "MaxPool",
            vec![
                ("kernel_shape", ints(&[2, 2])),
                ("strides", ints(&[2, 2])),
                ("ceil_mode", At::Int(1)),
            ],
        ),
        (
            "MaxPool",
            vec![
                ("kernel_shape", ints(&[3, 3])),
                ("auto_pad", At::Text("SAME_UPPER")),
            ],
        ),
        (
            "AveragePool",
            vec![("kernel_shape", ints(&[3, 2])), ("pads", ints(&[1; 4]))],
        ),
        (
            "AveragePool",
            vec![
                ("kernel_shape", ints(&[3, 2])),
                ("pads", ints(&[1; 4])),
                ("count_include_pad", At::Int(1)),
            ],
        ),
        ("GlobalAveragePool", vec![]),
        ("GlobalMaxPool", vec![]),
    ] {
        one(op, &[1, 3, 7, 9], vec![], attributes).agrees();
    }
}

#[test]
fn reductions() {
    for op in ["ReduceMean", "ReduceMax", "ReduceMin"] {
        one(
            op,
            &[2, 3, 4],
            vec![],
            vec![("axes", ints(&[0, -1])), ("keepdims", At::Int(0))],
        )
        .agrees();
        one(op, &[2, 3, 4], vec![], vec![]).agrees();
    }
    one("ReduceSum", &[2, 3, 4], vec![("a", i64s(&[1]))], vec![]).agrees();
    one(
        "ReduceSum",
        &[2, 3, 4],
        vec![("a", i64s(&[2]))],
        vec![("keepdims", At::Int(0))],
    )
    .agrees();
    one(
        "ReduceSum",
        &[2, 3],
        vec![],
        vec![("noop_with_empty_axes", At::Int(1))],
    )
    .agrees();
}

#[test]
fn arithmetic_with_broadcasting() {
    for op in ["Add", "Sub", "Mul", "Div"] {
        for dims in [&[3usize, 1][..], &[2, 3, 4], &[], &[1], &[5, 1, 1, 4]] {
            one(op, &[2, 3, 4], vec![("w", weights(dims))], vec![]).agrees();
        }
    }
    for op in ["Max", "Min", "Sum", "Mean"] {
        one(
            op,
            &[3, 4],
            vec![("w", weights(&[4])), ("v", weights(&[2, 1, 1]))],
            vec![],
        )
        .agrees();
    }
    one(
        "Max",
        &[3, 4],
        vec![("w", Tensor::scalar(f32::NEG_INFINITY))],
        vec![],
    )
    .agrees();
    one("Max", &[3, 4], vec![("w", Tensor::scalar(0.0f32))], vec![]).agrees();
    one("PRelu", &[2, 3, 4], vec![("w", weights(&[3, 1]))], vec![]).agrees();
    for exponent in [1.0f32, 2.0, 3.0] {
        one("Pow", &[7], vec![("e", Tensor::scalar(exponent))], vec![]).agrees();
    }
    for exponent in [0.5f32, -0.5, -1.0] {
        one("Pow", &[3], vec![("e", Tensor::scalar(exponent))], vec![])
            .agrees_on(&[0.25, 2.0, 9.0]);
    }
}

#[test]
fn functions_of_one_element() {
    for op in [
        "Abs", "Ceil", "Cos", "Exp", "Floor", "Neg", "Relu", "Round", "Sign", "Sin", "Atan",
        "Tanh", "Erf",
    ] {
        one(op, &[2, 31], vec![], vec![]).agrees();
    }
    for op in ["Log", "Sqrt", "Reciprocal"] {
        one(op, &[4], vec![], vec![]).agrees_on(&[0.5, 1.0, 2.5, 1e6]);
    }
    one("Round", &[6], vec![], vec![]).agrees_on(&[0.5, 1.5, 2.5, -0.5, -1.5, 0.49]);
    one("Gelu", &[9], vec![], vec![]).opset(20).agrees();
    one(
        "Gelu",
        &[9],
        vec![],
        vec![("approximate", At::Text("tanh"))],
    )
    .opset(20)
    .agrees();
}

#[test]
fn normalisations() {
    let parameters = vec![("s", weights(&[3, 4])), ("b", weights(&[3, 4]))];
    one(
        "LayerNormalization",
        &[2, 3, 4],
        parameters,
        vec![("axis", At::Int(1))],
    )
    .agrees();
    one(
        "LayerNormalization",
        &[2, 3, 4],
        vec![("s", weights(&[4]))],
        vec![],
    )
    .agrees();
}

#[test]
fn shapes() {
    one("Reshape", &[2, 3, 4], vec![("d", i64s(&[0, -1]))], vec![]).agrees();
    one("Flatten", &[2, 3, 4], vec![], vec![("axis", At::Int(2))]).agrees();
    one("Squeeze", &[1, 3, 1], vec![("a", i64s(&[0]))], vec![]).agrees();
    one("Squeeze", &[1, 3, 1], vec![], vec![("axes", ints(&[2]))])
        .opset(11)
        .agrees();
    one("Unsqueeze", &[3, 2], vec![("a", i64s(&[0, -1]))], vec![]).agrees();
    one("Transpose", &[2, 3, 4], vec![], vec![]).agrees();
    one(
        "Transpose",
        &[2, 2, 3, 1, 2, 3],
        vec![],
        vec![("perm", ints(&[0, 4, 2, 5, 3, 1]))],
    )
    .agrees();
    one("Expand", &[3, 1], vec![("d", i64s(&[2, 1, 4]))], vec![]).agrees();
    one("Tile", &[2, 3], vec![("d", i64s(&[2, 3]))], vec![]).agrees();
    one(
        "DepthToSpace",
        &[1, 8, 2, 3],
        vec![],
        vec![("blocksize", At::Int(2))],
    )
    .agrees();
}

#[test]
fn slices() {
    for (start, end, step) in [
        (1, 4, 1),
        (-3, i64::MAX, 1),
        (5, i64::MIN, -1),
        (-1, -7, -2),
        (0, 100, 3),
    ] {
        let bounds = vec![
            ("s", i64s(&[start])),
            ("e", i64s(&[end])),
            ("a", i64s(&[1])),
            ("p", i64s(&[step])),
        ];
        one("Slice", &[2, 6, 2], bounds, vec![]).agrees();
    }
}

#[test]
fn nearest_resizing_by_whole_numbers() {
    let scales = vec![
        ("roi", f32s(&[0], &[])),
        ("s", f32s(&[4], &[1.0, 1.0, 2.0, 3.0])),
    ];
    let floor = vec![
        ("coordinate_transformation_mode", At::Text("asymmetric")),
        ("nearest_mode", At::Text("floor")),
    ];
    one("Resize", &[1, 2, 3, 4], scales.clone(), floor).agrees();
    one("Resize", &[1, 2, 3, 4], scales, vec![]).agrees();
}

#[test]
fn whole_numbers_are_compared_and_chosen() {
    let classes = Tensor::vector((0..5i32).collect::<Vec<_>>());
    let mut case = one("Equal", &[3, 1], vec![("c", classes)], vec![]).fed(ElementType::I32);
    case.nodes[0].2 = vec!["e"];
    case.nodes
        .push(N("Cast", vec!["e"], vec!["y"], vec![("to", At::Int(1))]));
    case.agrees_on(&[0.0, 4.0, 7.0]);
    let constants = vec![("d", Tensor::scalar(4i64)), ("v", f32s(&[2], &[-1.0, 2.0]))];
    let hot = one("OneHot", &[4], constants, vec![]).fed(ElementType::I64);
    hot.agrees_on(&[0.0, 3.0, -1.0, 9.0]);
}

/// Shape arithmetic on constants happens when the model is loaded, in int64.
#[test]
fn shapes_are_computed_at_load_time() {
    let case = Case {
        opset: 15,
        input: (ElementType::F32, vec![2, 3, 4]),
        nodes: vec![
            N("Shape", vec!["x"], vec!["s"], vec![]),
            N(
                "Slice",
                vec!["s", "one", "two", "zero"],
                vec!["mid"],
                vec![],
            ),
            N("Mul", vec!["mid", "four"], vec!["rest"], vec![]),
            N(
                "Concat",
                vec!["two", "rest"],
                vec!["d"],
                vec![("axis", At::Int(0))],
            ),
            N("Reshape", vec!["x", "d"], vec!["y"], vec![]),
        ],
        constants: vec![
            ("zero", i64s(&[0])),
            ("one", i64s(&[1])),
            ("two", i64s(&[2])),
            ("four", i64s(&[4])),
        ],
        outputs: vec![("y", ElementType::F32)],
    };
    assert_eq!(case.forms(), ["Reshape", "Reshape"]);
    case.agrees();
}

#[test]
fn stacks_of_computed_matrices() {
    for (k, n) in [(3, 5), (4, 4), (1, 2)] {
        let mut case = one(
            "MatMul",
            &[2, 3, k],
            vec![("w", weights(&[1, k as usize, n]))],
            vec![],
        );
        case.constants.push(("scale", f32s(&[1], &[0.5])));
        // The right operand depends on the input too, so that it is not a constant.
        case.nodes = vec![
            N("ReduceMean", vec!["x"], vec!["mean"], vec![]),
            N("Add", vec!["w", "mean"], vec!["right"], vec![]),
            N("MatMul", vec!["x", "right"], vec!["y"], vec![]),
        ];
        case.agrees();
    }
}
