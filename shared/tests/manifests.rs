//! 3.1: manifests are canonical, closed, bounded, and lead nowhere outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::files::{FieldFault, FileError};
use countersign_shared::id::FileHash;
use countersign_shared::json;
use countersign_shared::manifest::{
    Dim, Manifest, ManifestError, ModelFile, Origin, Role, Source, Task, TensorInfo,
};
use countersign_shared::tensor::DataType;

fn manifest() -> Manifest {
    let digest = "fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c";
    let file = |path: &str, role| ModelFile {
        path: path.into(),
        role,
        sha256: FileHash::new([role as u8; 32]),
        size: 3_163_035,
        sources: vec![
            Source::Path(format!("models/{digest}")),
            Source::Url("https://example.org/model.onnx".into()),
        ],
    };
    Manifest {
        name: "Magika".into(),
        version: "1.0.1 (standard_v3_3)".into(),
        description: "Which kind of file is this? – 214 kinds".into(),
        licence: "Apache-2.0".into(),
        task: Task::Magika,
        files: vec![
            file("model.onnx", Role::Model),
            file("config.min.json", Role::Config),
            file("content_types_kb.min.json", Role::Labels),
        ],
        inputs: vec![TensorInfo {
            name: "bytes".into(),
            dtype: DataType::Int32,
            dims: vec![Dim::Symbol("batch".into()), Dim::Fixed(2048)],
        }],
        outputs: vec![TensorInfo {
            name: "target_label".into(),
            dtype: DataType::Float32,
            dims: vec![Dim::Symbol("batch".into()), Dim::Fixed(214)],
        }],
        fast_tolerance: "0.0001".into(),
        source: Some(Origin {
            package: "magika".into(),
            version: "1.0.1".into(),
            url: "https://pypi.org/project/magika/1.0.1/".into(),
        }),
    }
}

#[test]
fn round_trip() {
    for manifest in [
        manifest(),
        Manifest {
            source: None,
            task: Task::Tensors,
            ..manifest()
        },
    ] {
        let bytes = manifest.to_bytes().unwrap();
        assert_eq!(Manifest::parse(&bytes), Ok(manifest.clone()));
        assert!(json::parse_canonical(&bytes).is_ok());
        assert_eq!(manifest.model_file().unwrap().path, "model.onnx");
    }
}

/// The field that a refused manifest is refused for, and how.
fn refused(alter: impl FnOnce(&mut Manifest)) -> (String, FieldFault) {
    let mut altered = manifest();
    alter(&mut altered);
    match altered.to_bytes() {
        Err(ManifestError::File(FileError::Field { path, fault })) => (path, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields_are_checked() {
    for path in [
        "../model.onnx",
        "/model.onnx",
        "a//b",
        "a/../b",
        ".hidden",
        "a\\b",
        "c:/x",
        "",
        "a b",
        "a/",
    ] {
        let found = refused(|manifest| manifest.files[0].path = path.into());
        assert_eq!(found, ("files[0].path".into(), FieldFault::Path), "{path}");
    }
    for source in [
        "http://example.org/x",
        "javascript:alert(1)",
        "data:,x",
        "//example.org/x",
        "https://user@example.org/x",
        "https:///x",
        "https://",
        "https://example.org/a b",
        "https://example.org/\"",
        "../x",
        "/models/x",
    ] {
        let found = refused(|manifest| manifest.files[1].sources[1] = Source::Url(source.into()));
        assert_eq!(
            found,
            ("files[1].sources[1]".into(), FieldFault::Path),
            "{source}"
        );
    }
    let found = refused(|manifest| manifest.files[2].path = "model.onnx".into());
    assert_eq!(found, ("files".into(), FieldFault::Repeated));
    let found = refused(|manifest| manifest.files[0].size = 1 << 53);
    assert_eq!(found.0, "files[0].size");
    for name in ["", " x", "x\n", "a\u{202e}b", "\u{200b}"] {
        assert_eq!(
            refused(|manifest| manifest.name = name.into()).0,
            "name",
            "{name:?}"
        );
    }
    for licence in ["", "MIT; DROP", "MIT<b>"] {
        assert_eq!(
            refused(|manifest| manifest.licence = licence.into()).0,
            "licence"
        );
    }
    for tolerance in ["", "1e-3", "-1", ".5", "1.", "01", "0,1", "NaN"] {
        let found = refused(|manifest| manifest.fast_tolerance = tolerance.into());
        assert_eq!(found.0, "fastTolerance", "{tolerance}");
    }
    assert_eq!(refused(|manifest| manifest.inputs.clear()).0, "inputs");
    let found = refused(|manifest| manifest.inputs[0].dims[0] = Dim::Symbol(String::new()));
    assert_eq!(found.0, "inputs[0].dims[0]");
    let found = refused(|manifest| {
        let output = manifest.outputs[0].clone();
        manifest.outputs.push(output);
    });
    assert_eq!(found, ("outputs".into(), FieldFault::Repeated));
}

#[test]
fn roles_are_demanded() {
    let mut without_labels = manifest();
    without_labels.files.pop();
    assert_eq!(
        without_labels.to_bytes(),
        Err(ManifestError::Role(Role::Labels))
    );
    let mut two_models = manifest();
    two_models.files[1].role = Role::Model;
    assert_eq!(two_models.to_bytes(), Err(ManifestError::Role(Role::Model)));
    without_labels.task = Task::Tensors;
    assert!(without_labels.to_bytes().is_ok());
}

#[test]
fn bytes_are_checked() {
    let text = String::from_utf8(manifest().to_bytes().unwrap()).unwrap();
    let refused = |text: String| Manifest::parse(text.as_bytes()).unwrap_err();
    let field = |error| match error {
        ManifestError::File(FileError::Field { path, fault }) => (path, fault),
        other => panic!("{other:?}"),
    };
    let unknown = text.replacen('{', "{\"a\":1,", 1);
    assert_eq!(field(refused(unknown)), ("a".into(), FieldFault::Unknown));
    assert!(matches!(
        refused(format!(" {text}")),
        ManifestError::File(FileError::Json(_))
    ));
    let newer = text.replace("countersign/manifest/1", "countersign/manifest/2");
    assert!(matches!(
        refused(newer),
        ManifestError::File(FileError::UnsupportedVersion(_))
    ));
    let task = text.replace("magika/1", "magika/2");
    assert_eq!(field(refused(task)), ("task".into(), FieldFault::Choice));
    let missing = text.replace("\"licence\":\"Apache-2.0\",", "");
    assert_eq!(
        field(refused(missing)),
        ("licence".into(), FieldFault::Missing)
    );
    let twice = text.replacen("\"licence\"", "\"licence\":\"x\",\"licence\"", 1);
    assert!(matches!(
        refused(twice),
        ManifestError::File(FileError::Json(_))
    ));
    let fraction = text.replace("3163035", "3163035.0");
    assert!(matches!(
        refused(fraction),
        ManifestError::File(FileError::Json(_))
    ));
    let long = "x".repeat(12 * 1024 + 1);
    assert_eq!(refused(long), ManifestError::TooLong(12 * 1024 + 1));
}
