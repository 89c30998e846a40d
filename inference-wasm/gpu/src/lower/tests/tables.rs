//! Casts to integers, and tables that are looked up: what follows from the graph is lowered, all else is refused.

use countersign_onnx::Tensor;

use super::{f32s, one, parse, At, Case, ElementType, N};
use crate::lower::{lower_for, Target};

const INT64: i64 = 7;

/// x, limited to `lo` and `hi`, as the places in a table of 256 entries.
fn table(lo: f32, hi: f32) -> Case {
    let entries: Vec<f32> = (0..256)
        .map(|entry| (entry * 37 % 101) as f32 - 50.0)
        .collect();
    let mut case = one("Clip", &[2, 3, 4], vec![], vec![]);
    case.constants = vec![
        ("lo", Tensor::scalar(lo)),
        ("hi", Tensor::scalar(hi)),
        ("t", f32s(&[256], &entries)),
    ];
    case.nodes = vec![
        N("Clip", vec!["x", "lo", "hi"], vec!["c"], vec![]),
        N("Cast", vec!["c"], vec!["i"], vec![("to", At::Int(INT64))]),
        N("Gather", vec!["t", "i"], vec!["y"], vec![]),
    ];
    case
}

fn places() -> Vec<f32> {
    (0..24).map(|at| at as f32 * 31.4 - 360.0).collect()
}

#[test]
fn what_is_limited_to_a_table_is_looked_up() {
    for (lo, hi) in [(0.0, 255.0), (-128.0, 127.0), (-256.0, -1.0), (-0.9, 255.0)] {
        table(lo, hi).agrees_on(&places());
    }
}

/// A Relu and an upper limit, in other places and another shape.
#[test]
fn limits_follow_their_elements() {
    let mut case = table(-128.0, 127.0);
    case.constants[1].1 = Tensor::scalar(255.0_f32);
    case.nodes[0] = N("Clip", vec!["x", "", "hi"], vec!["a"], vec![]);
    let perm = vec![("perm", At::Ints(vec![2, 0, 1]))];
    case.nodes
        .insert(1, N("Relu", vec!["a"], vec!["b"], vec![]));
    case.nodes
        .insert(2, N("Transpose", vec!["b"], vec!["d"], perm));
    let axis = vec![("axis", At::Int(0))];
    case.nodes
        .insert(3, N("Concat", vec!["d", "d"], vec!["c"], axis));
    case.agrees_on(&places());
}

/// The limits of what is looked up are those of the table.
#[test]
fn a_table_of_places() {
    let mut case = table(0.0, 255.0);
    let places: Vec<f32> = (0..256).map(|place| (place * 91 % 256) as f32).collect();
    case.constants.push(("p", f32s(&[256], &places)));
    case.nodes[2] = N("Gather", vec!["p", "i"], vec!["q"], vec![]);
    let to = vec![("to", At::Int(6))];
    case.nodes.push(N("Cast", vec!["q"], vec!["j"], to));
    case.nodes
        .push(N("Gather", vec!["t", "j"], vec!["y"], vec![]));
    case.agrees_on(&self::places());
}

#[test]
fn what_a_cast_cuts_off() {
    let mut case = table(-1000.0, 1000.0);
    case.input.1 = vec![12];
    let back = vec![("to", At::Int(1))];
    case.nodes[2] = N("Cast", vec!["i"], vec!["y"], back);
    case.agrees_on(&[
        -1.5, -0.5, 0.5, 1.5, 2e9, -2e9, 7.0, -7.99, 0.0, 1e-30, 999.999, -3.0,
    ]);
}

#[test]
fn one_shader_limits_and_looks_up() {
    let x = f32s(&[2, 3, 4], &places());
    let model = parse(&table(0.0, 255.0).bytes());
    let lowered = lower_for(&model, &[("x".to_owned(), x)], Target::Gpu).unwrap();
    assert_eq!(lowered.kernels.len(), 1);
    let source = &lowered.kernels[0].source;
    assert!(source.contains("in1[u32(i32("), "{source}");
}

#[test]
fn what_may_lie_outside_is_refused() {
    table(0.0, 256.0).refused("n2", "indices that are computed");
    table(-257.0, 0.0).refused("n2", "indices that are computed");
    let mut open = table(0.0, 255.0);
    open.nodes[0] = N("Clip", vec!["x", "lo"], vec!["c"], vec![]);
    open.refused("n1", "Cast on int64");
    let mut wide = table(0.0, (1 << 25) as f32);
    wide.nodes.pop();
    wide.outputs = vec![("i", ElementType::I64)];
    wide.refused("n1", "Cast on int64");
    let mut narrow = table(0.0, 255.0);
    narrow.nodes[1].3 = vec![("to", At::Int(3))];
    narrow.refused("n1", "Cast on int8");
}

/// Many paths to one value are not all walked.
#[test]
fn limits_are_not_searched_for_ever() {
    let mut case = table(0.0, 255.0);
    case.nodes.truncate(1);
    let mut last = "c".to_owned();
    let names: Vec<String> = (0..40).map(|number| format!("m{number}")).collect();
    let names: &'static [String] = Vec::leak(names);
    for name in names {
        let x: &'static str = String::leak(last);
        case.nodes
            .push(N("Max", vec![x, x], vec![name.as_str()], vec![]));
        last = name.clone();
    }
    let x: &'static str = String::leak(last);
    let to = vec![("to", At::Int(INT64))];
    case.nodes.push(N("Cast", vec![x], vec!["i"], to));
    case.nodes
        .push(N("Gather", vec!["t", "i"], vec!["y"], vec![]));
    case.refused("n41", "Cast on int64");
}
