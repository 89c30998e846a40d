//! The loader on files of our own making: every rule of its contract has a file that breaks it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_onnx::{load, Data, Dim, ExternalFile, GraphError, LoadError, LoadLimits};

/// A length-delimited field.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
    out
}

/// A varint field below 128.
fn number(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

fn value(name: &str) -> Vec<u8> {
    let shape = field(1, &number(1, 2));
    let tensor = [number(1, 1), field(2, &shape)].concat();
    [field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat()
}

fn node(op: &str, input: &str, output: &str) -> Vec<u8> {
    [
        field(1, input.as_bytes()),
        field(2, output.as_bytes()),
        field(4, op.as_bytes()),
    ]
    .concat()
}

fn weights(name: &str, extra: &[u8]) -> Vec<u8> {
    [
        number(1, 2),
        number(2, 1),
        field(8, name.as_bytes()),
        extra.to_vec(),
    ]
    .concat()
}

fn model(opset: u8, graph: &[u8]) -> Vec<u8> {
    [number(1, 8), field(7, graph), field(8, &number(2, opset))].concat()
}

fn simple() -> Vec<u8> {
    [
        field(1, &node("Relu", "x", "y")),
        field(11, &value("x")),
        field(12, &value("y")),
    ]
    .concat()
}

fn error(bytes: &[u8]) -> LoadError {
    load(bytes, &[], LoadLimits::default()).unwrap_err()
}

#[test]
fn a_small_model_is_read() {
    let graph = [
        simple(),
        field(5, &weights("w", &field(9, &[0, 0, 128, 63, 0, 0, 0, 64]))),
    ]
    .concat();
    let model = load(&model(13, &graph), &[], LoadLimits::default()).unwrap();
    assert_eq!(model.opset(), 13);
    assert_eq!(model.graph.inputs[0].dims, Some(vec![Dim::Fixed(2)]));
    assert_eq!(model.graph.nodes[0].label(), "node 0 (Relu)");
    assert_eq!(
        model.graph.initializers[0].tensor.data(),
        &Data::F32(vec![1.0, 2.0])
    );
}

#[test]
fn opsets_outside_of_the_range_are_refused_by_name() {
    for opset in [6, 28] {
        let error = error(&model(opset, &simple()));
        assert!(error.is_unsupported() && error.to_string().contains(&format!("opset {opset}")));
    }
}

#[test]
fn truncation_at_every_byte_is_an_error() {
    let bytes = model(13, &simple());
    for end in 0..bytes.len() {
        // Cut between two fields of the model the rest may be complete, but then something is missing.
        assert!(
            load(&bytes[..end], &[], LoadLimits::default()).is_err(),
            "{end}"
        );
    }
}

#[test]
fn unknown_and_duplicate_fields_are_refused() {
    let bytes = model(13, &simple());
    assert_eq!(
        error(&[bytes.clone(), number(9, 1)].concat()),
        LoadError::UnknownField {
            message: "ModelProto",
            field: 9
        }
    );
    assert_eq!(
        error(&[bytes.clone(), number(1, 8)].concat()),
        LoadError::DuplicateField {
            message: "ModelProto",
            field: 1
        }
    );
    assert_eq!(
        error(&[bytes, field(5, b"x")].concat()),
        LoadError::WireType {
            message: "ModelProto",
            field: 5
        }
    );
}

#[test]
fn values_are_defined_once_and_before_use() {
    let twice = [simple(), field(1, &node("Relu", "x", "y"))].concat();
    assert_eq!(
        error(&model(13, &twice)),
        GraphError::Redefined { value: "y".into() }.into()
    );
    let late = [
        field(1, &node("Relu", "z", "y")),
        field(1, &node("Relu", "x", "z")),
        field(11, &value("x")),
        field(12, &value("y")),
    ]
    .concat();
    assert!(matches!(
        error(&model(13, &late)),
        LoadError::Graph(GraphError::Undefined { .. })
    ));
    let nothing = [simple(), field(12, &value("q"))].concat();
    assert!(matches!(
        error(&model(13, &nothing)),
        LoadError::Graph(GraphError::OutputUndefined { .. })
    ));
}

#[test]
fn tensors_hold_what_they_declare() {
    let with = |extra: &[u8]| {
        let graph = [simple(), field(5, &weights("w", extra))].concat();
        load(&model(13, &graph), &[], LoadLimits::default())
    };
    assert!(with(&field(9, &[0; 8])).is_ok());
    assert!(matches!(
        with(&field(9, &[0; 7])),
        Err(LoadError::Tensor { .. })
    ));
    assert!(matches!(
        with(&field(5, &[1, 2])),
        Err(LoadError::Tensor { .. })
    ));
    assert!(matches!(
        with(&[field(9, &[0; 8]), field(4, &[0; 8])].concat()),
        Err(LoadError::Tensor { .. })
    ));
    let huge = [7u8, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
    let huge = [vec![huge[0] << 3 | 1], huge[1..].to_vec()].concat();
    assert!(with(&huge).is_err());
}

#[test]
fn memory_is_bounded_before_it_is_taken() {
    // Dimensions 2 × 2^40 and no data.
    let dims = [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    let graph = [simple(), field(5, &weights("w", &dims))].concat();
    assert!(error(&model(13, &graph)).is_limit());
}

#[test]
fn external_data_must_be_listed() {
    let entry = |key: &str, value: &str| {
        field(
            13,
            &[field(1, key.as_bytes()), field(2, value.as_bytes())].concat(),
        )
    };
    let graph = |location: &str| {
        let extra = [
            entry("location", location),
            entry("offset", "4"),
            number(14, 1),
        ]
        .concat();
        model(13, &[simple(), field(5, &weights("w", &extra))].concat())
    };
    let data = [[0u8; 4], 3f32.to_le_bytes(), 4f32.to_le_bytes()].concat();
    let files = [ExternalFile {
        location: "w.bin",
        data: &data,
    }];
    let model = load(&graph("w.bin"), &files, LoadLimits::default()).unwrap();
    assert_eq!(
        model.graph.initializers[0].tensor.data(),
        &Data::F32(vec![3.0, 4.0])
    );
    for bad in ["v.bin", "../w.bin", "/w.bin"] {
        assert!(matches!(
            load(&graph(bad), &files, LoadLimits::default()),
            Err(LoadError::Tensor { .. })
        ));
    }
}

#[test]
fn too_many_nodes_are_refused() {
    let limits = LoadLimits {
        nodes: 0,
        ..LoadLimits::default()
    };
    assert!(load(&model(13, &simple()), &[], limits)
        .unwrap_err()
        .is_limit());
}
