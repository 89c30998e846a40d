//! The writer.

use super::{Dim, Manifest, ModelFile, TensorInfo};
use crate::files::Format;
use crate::json::{Integer, Value};
use alloc::string::ToString;

/// Numbers that JSON cannot hold are written as `null`, which the reader refuses.
fn number(value: u64) -> Value {
    i64::try_from(value)
        .ok()
        .and_then(Integer::new)
        .map_or(Value::Null, Value::Integer)
}

fn file(file: &ModelFile) -> Value {
    let sources = file
        .sources
        .iter()
        .map(|source| Value::from(source.as_str()))
        .collect();
    Value::from([
        ("path", Value::from(file.path.as_str())),
        ("role", Value::from(file.role.name())),
        ("sha256", Value::from(file.sha256.to_string())),
        ("size", number(file.size)),
        ("sources", Value::Array(sources)),
    ])
}

fn tensor(info: &TensorInfo) -> Value {
    let dim = |dim: &Dim| match dim {
        Dim::Fixed(length) => number(*length),
        Dim::Symbol(name) => Value::from(name.as_str()),
    };
    Value::from([
        ("name", Value::from(info.name.as_str())),
        ("dtype", Value::from(info.dtype.name())),
        ("dims", Value::Array(info.dims.iter().map(dim).collect())),
    ])
}

pub(super) fn to_json(manifest: &Manifest) -> Value {
    let required = [
        ("format", Value::from(Format::Manifest.name())),
        ("name", Value::from(manifest.name.as_str())),
        ("version", Value::from(manifest.version.as_str())),
        ("description", Value::from(manifest.description.as_str())),
        ("licence", Value::from(manifest.licence.as_str())),
        ("task", Value::from(manifest.task.name())),
        (
            "files",
            Value::Array(manifest.files.iter().map(file).collect()),
        ),
        (
            "inputs",
            Value::Array(manifest.inputs.iter().map(tensor).collect()),
        ),
        (
            "outputs",
            Value::Array(manifest.outputs.iter().map(tensor).collect()),
        ),
        (
            "fastTolerance",
            Value::from(manifest.fast_tolerance.as_str()),
        ),
    ];
    let mut object = crate::json::Object::from(required);
    if let Some(origin) = &manifest.source {
        let value = Value::from([
            ("package", Value::from(origin.package.as_str())),
            ("version", Value::from(origin.version.as_str())),
            ("url", Value::from(origin.url.as_str())),
        ]);
        // `source` is not among the keys above.
        let _new = object.insert("source".to_string(), value);
    }
    Value::Object(object)
}
