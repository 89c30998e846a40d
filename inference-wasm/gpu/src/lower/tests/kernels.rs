//! What becomes one shader, and that nothing is left out or read that nobody computes. What the shaders then compute is compared with
//! ONNX's tests in a browser.

use std::collections::BTreeSet;

use countersign_onnx::Tensor;

use super::{f32s, numbers, one, parse, weights, At, Case, N};
use crate::lower::{lower_for, Kernel, Target};

/// The nodes that wonnx gets (how many inputs each has), and the kernels. Checks what holds for every lowered model.
fn on_gpu(case: &Case) -> (Vec<(String, usize)>, Vec<Kernel>) {
    let dims: Vec<usize> = case.input.1.iter().map(|dim| *dim as usize).collect();
    let x = f32s(&dims, &numbers(dims.iter().product()));
    let model = parse(&case.bytes());
    let lowered = lower_for(&model, &[("x".to_owned(), x)], Target::Gpu).unwrap();
    let graph = parse(&lowered.model).graph;
    let mut defined: BTreeSet<String> = graph.initializers.iter().map(|p| p.name.clone()).collect();
    defined.extend(graph.inputs.iter().map(|input| input.name.clone()));
    let mut nodes = Vec::new();
    for node in &graph.nodes {
        for input in &node.inputs {
            assert!(defined.contains(input), "{input} is read before it is made");
        }
        defined.extend(node.outputs.iter().cloned());
        nodes.push((node.op_type.clone(), node.inputs.len()));
        let kernel = lowered.kernels.iter().find(|k| k.node == node.name);
        assert_eq!(kernel.is_some(), node.op_type == "Concat", "{}", node.name);
        if let Some(kernel) = kernel {
            // Every input is bound and read, which a layout made from the shader needs.
            for at in 0..node.inputs.len() {
                let binding = format!("@group({}) @binding({})", at / 4, at % 4);
                assert!(kernel.source.contains(&binding));
                assert!(
                    kernel.source.contains(&format!("in{at}[")),
                    "{}",
                    kernel.source
                );
            }
            assert!(!kernel.source.contains(&format!("in{}", node.inputs.len())));
        }
    }
    (nodes, lowered.kernels)
}

fn then(mut case: Case, op: &'static str, attributes: Vec<(&'static str, At)>) -> Case {
    case.nodes[0].2 = vec!["c"];
    case.nodes.push(N(op, vec!["c"], vec!["y"], attributes));
    case
}

fn conv(dims: &[u64], w: &[usize], attributes: Vec<(&'static str, At)>) -> Case {
    one(
        "Conv",
        dims,
        vec![("w", weights(w)), ("b", weights(&w[..1]))],
        attributes,
    )
}

#[test]
fn what_is_computed_by_element_joins_the_convolution_before_it() {
    for (op, attributes) in [
        ("Relu", vec![]),
        ("LeakyRelu", vec![("alpha", At::Float(0.1))]),
        ("HardSwish", vec![]),
        ("Gelu", vec![]),
    ] {
        let case = then(conv(&[1, 4, 9, 7], &[8, 4, 3, 3], vec![]), op, attributes);
        let case = case.opset(20);
        case.agrees();
        let (nodes, kernels) = on_gpu(&case);
        assert_eq!(kernels.len(), 1, "{op}");
        // Input, weights, bias.
        assert_eq!(nodes, [("Concat".to_owned(), 3), ("Reshape".to_owned(), 2)]);
    }
}

#[test]
fn what_two_read_stays() {
    let mut case = then(conv(&[1, 4, 5, 5], &[4, 4, 1, 1], vec![]), "Relu", vec![]);
    case.nodes[1].2 = vec!["r"];
    case.nodes.push(N(
        "MaxPool",
        vec!["r"],
        vec!["p"],
        vec![
            ("kernel_shape", At::Ints(vec![3, 3])),
            ("pads", At::Ints(vec![1; 4])),
        ],
    ));
    case.nodes.push(N("Add", vec!["r", "p"], vec!["y"], vec![]));
    case.agrees();
    // The convolution with its Relu, the pool with the sum.
    assert_eq!(on_gpu(&case).1.len(), 2);
}

/// A Reshape in front of a Transpose is not what is computed behind it.
#[test]
fn what_a_head_reads_does_not_join_it() {
    let case = one(
        "DepthToSpace",
        &[1, 8, 3, 2],
        vec![],
        vec![("blocksize", At::Int(2))],
    );
    let case = then(case, "Exp", vec![]);
    case.agrees();
    assert_eq!(on_gpu(&case).1.len(), 1);
    let case = one("Softmax", &[2, 3, 4], vec![], vec![("axis", At::Int(1))]);
    on_gpu(&then(case, "Relu", vec![]));
}

#[test]
fn many_forms_read_only_what_is_there() {
    let same = |axes: &[i64]| vec![("axes", At::Ints(axes.to_vec()))];
    for case in [
        conv(
            &[2, 6, 9, 11],
            &[12, 3, 3, 5],
            vec![("group", At::Int(2)), ("pads", At::Ints(vec![1, 2, 0, 3]))],
        ),
        conv(
            &[1, 6, 20, 20],
            &[6, 1, 3, 3],
            vec![("group", At::Int(6)), ("strides", At::Ints(vec![2, 1]))],
        ),
        conv(
            &[1, 3, 64, 64],
            &[16, 3, 3, 3],
            vec![("pads", At::Ints(vec![1; 4]))],
        ),
        one(
            "MatMul",
            &[3, 5, 7],
            vec![("w", weights(&[3, 7, 9]))],
            vec![],
        ),
        one(
            "Gemm",
            &[5, 7],
            vec![("w", weights(&[7, 33])), ("b", weights(&[5, 1]))],
            vec![],
        ),
        one("ReduceMean", &[2, 3, 4, 5], vec![], same(&[1, 3])),
        one(
            "LayerNormalization",
            &[4, 6],
            vec![("s", weights(&[6])), ("b", weights(&[6]))],
            vec![],
        ),
        one("Max", &[4, 6], vec![("m", Tensor::scalar(-0.4f32))], vec![]),
        one(
            "Gather",
            &[5, 3],
            vec![("i", super::i64s(&[4, 0, 3, 3]))],
            vec![],
        ),
        one("Erf", &[300_000], vec![], vec![]),
    ] {
        case.agrees();
        on_gpu(&case);
    }
}

#[test]
fn a_shader_starts_every_element() {
    let (_, kernels) = on_gpu(&one("Exp", &[64, 65_535, 2], vec![], vec![]));
    assert_eq!(kernels[0].workgroups, [65_535, 2, 1]);
    assert!(kernels[0].source.contains("gidx >= 8388480u"));
    // The largest f32, which WGSL takes only with digits that need not be rounded down.
    let (_, kernels) = on_gpu(&one(
        "ReduceMax",
        &[2, 3],
        vec![],
        vec![("axes", At::Ints(vec![1]))],
    ));
    assert!(kernels[0].source.contains("(-3.4028234663852886e38f)"));
}

/// WGSL rounds products to the nearest number, not quotients.
#[test]
fn an_average_over_a_power_of_two_is_a_product() {
    for (kernel, words) in [([2, 4], "h = h * (0.125f);"), ([3, 2], "h = h / (6.0f);")] {
        let kernel = vec![("kernel_shape", At::Ints(kernel.to_vec()))];
        let (_, kernels) = on_gpu(&one("AveragePool", &[1, 2, 5, 5], vec![], kernel));
        assert!(kernels[0].source.contains(words), "{}", kernels[0].source);
    }
}
