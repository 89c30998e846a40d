//! Every form that a layer may take, quantised, run by the engine and by the interpreter, and compared with the float model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{ints, samples, Native, Net};
use countersign_engine::Engine;
use countersign_onnx::Attribute;
use countersign_quantise::{agreement, quantise, Options, Quantised};

const INPUT: [usize; 4] = [1, 3, 12, 12];

/// The exact model, and its largest difference on the samples as a part of the output's largest magnitude. (On other samples it also
/// cuts off what is larger than on any of these.)
fn quantised(onnx: &[u8]) -> (Quantised, f64) {
    let mut engine = Native(Engine::new());
    let seen = samples(&INPUT, 12, 1);
    let exact = quantise(onnx, &seen, &Options::default(), &mut engine)
        .unwrap_or_else(|error| panic!("{error}"));
    let again = quantise(onnx, &seen, &Options::default(), &mut engine).unwrap();
    assert_eq!(exact.onnx, again.onnx, "the same samples, the same file");
    let agreed = agreement(onnx, &exact, &seen, &mut engine).unwrap();
    assert_eq!(agreed.moved, 0);
    let output = &agreed.outputs[0];
    // An output's largest magnitude on the samples is 32,767 steps.
    let part = output.largest / (exact.outputs[0].scale * 32_767.0);
    (exact, part)
}

fn operators(exact: &Quantised) -> Vec<String> {
    let model =
        countersign_onnx::load(&exact.onnx, &[], countersign_onnx::LoadLimits::default()).unwrap();
    model
        .graph
        .nodes
        .iter()
        .map(|node| node.op_type.clone())
        .collect()
}

/// The first layer of every model here: from bytes to activations.
fn begin(net: &mut Net, channels: usize) -> String {
    let scale = net.scalar(1.0 / 127.0);
    let x = net.conv("x", [channels, 3], 3, 1);
    net.node("Mul", &[&x, &scale], &[])
}

#[test]
fn norms_factors_and_limits_are_folded_into_the_weights() {
    let mut net = Net::new(&INPUT);
    let x = begin(&mut net, 8);
    let x = net.norm(&x, 8);
    let x = net.node("Relu", &[&x], &[]);
    let x = net.conv(&x, [8, 8], 3, 8);
    let x = net.norm(&x, 8);
    let six = net.scalar(6.0);
    let zero = net.scalar(0.0);
    let x = net.node("Clip", &[&x, &zero, &six], &[]);
    let x = net.conv(&x, [5, 8], 1, 1);
    let (exact, part) = quantised(&net.output(&x));
    assert!(part < 0.02, "{part}");
    assert_eq!(exact.bounds.len(), 3);
    assert!(exact.bounds.iter().all(|bound| bound.largest < 1 << 24));
    assert!(!operators(&exact)
        .iter()
        .any(|name| name == "BatchNormalization" || name == "Relu"));
}

#[test]
fn functions_of_one_value_become_tables() {
    for name in ["HardSigmoid", "Sigmoid", "Tanh", "HardSwish", "written out"] {
        let mut net = Net::new(&INPUT);
        let x = begin(&mut net, 6);
        let x = if name == "written out" {
            let (three, zero, six) = (net.scalar(3.0), net.scalar(0.0), net.scalar(6.0));
            let sum = net.node("Add", &[&x, &three], &[]);
            let clipped = net.node("Clip", &[&sum, &zero, &six], &[]);
            let product = net.node("Mul", &[&x, &clipped], &[]);
            net.node("Div", &[&product, &six], &[])
        } else {
            net.node(name, &[&x], &[])
        };
        let x = net.conv(&x, [4, 6], 3, 1);
        let (exact, part) = quantised(&net.output(&x));
        assert!(part < 0.03, "{name}: {part}");
        let tables = operators(&exact)
            .iter()
            .filter(|name| *name == "Gather")
            .count();
        assert_eq!(tables, 1, "{name}");
    }
}

#[test]
fn a_squeeze_and_a_residual() {
    let mut net = Net::new(&INPUT);
    let x = begin(&mut net, 8);
    let x = net.node("Relu", &[&x], &[]);
    let squeezed = net.node("GlobalAveragePool", &[&x], &[]);
    let inner = net.conv(&squeezed, [2, 8], 1, 1);
    let inner = net.node("Relu", &[&inner], &[]);
    let gate = net.conv(&inner, [8, 2], 1, 1);
    let gate = net.node("HardSigmoid", &[&gate], &[]);
    let scaled = net.node("Mul", &[&x, &gate], &[]);
    let branch = net.conv(&scaled, [8, 8], 3, 1);
    let sum = net.node("Add", &[&x, &branch], &[]);
    let sum = net.node("Relu", &[&sum], &[]);
    let x = net.conv(&sum, [4, 8], 1, 1);
    let (_, part) = quantised(&net.output(&x));
    assert!(part < 0.03, "{part}");
}

#[test]
fn pools_layouts_and_a_matrix_at_the_end() {
    let mut net = Net::new(&INPUT);
    let x = begin(&mut net, 8);
    let x = net.node("Relu", &[&x], &[]);
    let window = [("kernel_shape", ints(&[2, 2])), ("strides", ints(&[2, 2]))];
    let most = net.node("MaxPool", &[&x], &window);
    let mean = net.node("AveragePool", &[&x], &window);
    let x = net.node("Concat", &[&most, &mean], &[("axis", Attribute::Int(1))]);
    let three = [("kernel_shape", ints(&[3, 3])), ("strides", ints(&[3, 3]))];
    let x = net.node("AveragePool", &[&x], &three);
    let x = net.node("Transpose", &[&x], &[("perm", ints(&[0, 2, 3, 1]))]);
    let x = net.node("Flatten", &[&x], &[]);
    let (weight, bias) = (net.floats(&[64, 5], 0.3), net.floats(&[5], 0.3));
    let x = net.node("MatMul", &[&x, &weight], &[]);
    let x = net.node("Add", &[&x, &bias], &[]);
    let (exact, part) = quantised(&net.output(&x));
    assert!(part < 0.02, "{part}");
    assert!(exact.notes.is_empty());
    let x = net.node("Softmax", &[&x], &[]);
    let (exact, _) = quantised(&net.output(&x));
    assert_eq!(exact.notes.len(), 1);
    assert!(exact.outputs[0].softmax);
    assert!(!operators(&exact).iter().any(|name| name == "Softmax"));
}
