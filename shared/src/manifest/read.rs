//! The reader and its rules.

use super::{
    Dim, Manifest, ManifestError, ModelFile, Origin, Role, Source, Task, TensorInfo, MAX_MANIFEST,
};
use crate::files::schema::{fault, Fields};
use crate::files::{read_file, FieldFault, FileError, Format};
use crate::item::Name;
use crate::json::{Value, MAX_INTEGER};
use crate::tensor::DataType;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const KEYS: [&str; 10] = [
    "description",
    "fastTolerance",
    "files",
    "format",
    "inputs",
    "licence",
    "name",
    "outputs",
    "task",
    "version",
];
const FILE_KEYS: [&str; 5] = ["path", "role", "sha256", "size", "sources"];
const TENSOR_KEYS: [&str; 3] = ["dims", "dtype", "name"];
const ORIGIN_KEYS: [&str; 3] = ["package", "url", "version"];

/// Most bytes of names and versions.
const SHORT: usize = 120;
/// Most bytes of a description.
const LONG: usize = 2000;
/// Most bytes of a path or address.
const PATH: usize = 255;
/// Most files, inputs, outputs, sources.
const MANY: usize = 64;
/// Most dims of a tensor.
const RANK: usize = 16;

pub(super) fn parse(bytes: &[u8]) -> Result<Manifest, ManifestError> {
    if bytes.len() > MAX_MANIFEST {
        return Err(ManifestError::TooLong(bytes.len()));
    }
    let manifest = read_file(bytes, Format::Manifest, from_json, super::write::to_json)?;
    let demanded: &[Role] = match manifest.task {
        Task::Magika | Task::ImageClassification | Task::TextRecognition => {
            &[Role::Model, Role::Config, Role::Labels]
        }
        Task::SpeechActivity | Task::TextDetection | Task::TurnDetection => {
            &[Role::Model, Role::Config]
        }
        Task::Tensors => &[Role::Model],
    };
    for role in demanded {
        if manifest.file(*role).is_none() {
            return Err(ManifestError::Role(*role));
        }
    }
    Ok(manifest)
}

fn from_json(value: &Value) -> Result<Manifest, FileError> {
    let fields = Fields::of_file(value, "", Format::Manifest, &KEYS, &["source"])?;
    let files = list(&fields, "files", 1, read_file_entry)?;
    unique(
        &fields,
        "files",
        files.iter().map(|file| file.path.as_str()),
    )?;
    let inputs = list(&fields, "inputs", 1, read_tensor)?;
    unique(
        &fields,
        "inputs",
        inputs.iter().map(|tensor| tensor.name.as_str()),
    )?;
    let outputs = list(&fields, "outputs", 1, read_tensor)?;
    unique(
        &fields,
        "outputs",
        outputs.iter().map(|tensor| tensor.name.as_str()),
    )?;
    Ok(Manifest {
        name: line(&fields, "name", SHORT)?,
        version: line(&fields, "version", SHORT)?,
        description: line(&fields, "description", LONG)?,
        licence: licence(&fields)?,
        task: one_of(&fields, "task", &Task::ALL, Task::name)?,
        files,
        inputs,
        outputs,
        fast_tolerance: tolerance(&fields)?,
        source: match fields.optional("source") {
            Some(value) => Some(read_origin(value, &fields.at("source"))?),
            None => None,
        },
    })
}

fn list<T>(
    fields: &Fields<'_>,
    key: &str,
    least: usize,
    read: impl Fn(&Value, &str) -> Result<T, FileError>,
) -> Result<Vec<T>, FileError> {
    let values = fields.array(key)?;
    if values.len() < least || values.len() > MANY {
        return fault(fields.at(key), FieldFault::Count);
    }
    let path = |position: usize| format!("{}[{position}]", fields.at(key));
    values
        .iter()
        .enumerate()
        .map(|(position, value)| read(value, &path(position)))
        .collect()
}

fn unique<'a>(
    fields: &Fields<'_>,
    key: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), FileError> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    if names.len() == count {
        Ok(())
    } else {
        fault(fields.at(key), FieldFault::Repeated)
    }
}

/// Text without control characters, not empty, no space at either end.
fn line(fields: &Fields<'_>, key: &str, most: usize) -> Result<String, FileError> {
    let text = fields.text(key)?;
    if text.is_empty() || text.len() > most {
        return fault(fields.at(key), FieldFault::Count);
    }
    if text.chars().any(hidden) || text.trim() != text {
        return fault(fields.at(key), FieldFault::Characters);
    }
    Ok(text.into())
}

/// Control characters, and those that reorder or hide what a reader sees.
#[must_use]
pub fn hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// An SPDX expression as far as its characters go.
fn licence(fields: &Fields<'_>) -> Result<String, FileError> {
    let text = line(fields, "licence", SHORT)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-+:() ".contains(&byte);
    if text.bytes().all(plain) {
        Ok(text)
    } else {
        fault(fields.at("licence"), FieldFault::Characters)
    }
}

/// `0`, `0.05`, `12.5`: digits, and perhaps a point and digits.
fn tolerance(fields: &Fields<'_>) -> Result<String, FileError> {
    let text = line(fields, "fastTolerance", 32)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if digits(whole) && digits(fraction) && !leading_zero {
        Ok(text)
    } else {
        fault(fields.at("fastTolerance"), FieldFault::Characters)
    }
}

fn one_of<T: Copy>(
    fields: &Fields<'_>,
    key: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, FileError> {
    let text = fields.text(key)?;
    match all.iter().find(|candidate| name(**candidate) == text) {
        Some(found) => Ok(*found),
        None => fault(fields.at(key), FieldFault::Choice),
    }
}

fn read_file_entry(value: &Value, path: &str) -> Result<ModelFile, FileError> {
    let fields = Fields::closed(value, path, &FILE_KEYS, &[])?;
    let name = fields.text("path")?;
    if !is_plain_path(name) {
        return fault(fields.at("path"), FieldFault::Path);
    }
    let sources = fields.array("sources")?;
    if sources.len() > MANY {
        return fault(fields.at("sources"), FieldFault::Count);
    }
    let mut read = Vec::with_capacity(sources.len());
    for (position, source) in sources.iter().enumerate() {
        match source.as_str().and_then(read_source) {
            Some(source) => read.push(source),
            None => {
                return fault(
                    format!("{}[{position}]", fields.at("sources")),
                    FieldFault::Path,
                )
            }
        }
    }
    Ok(ModelFile {
        path: name.into(),
        role: one_of(&fields, "role", &Role::ALL, Role::name)?,
        sha256: fields.id("sha256")?,
        size: fields.number("size", MAX_INTEGER)?,
        sources: read,
    })
}

/// Components of letters, digits, `.`, `_`, `-`, none of them hidden (`.x`), `.` or `..`.
fn is_plain_path(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    path.len() <= PATH
        && path
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain))
}

fn read_source(text: &str) -> Option<Source> {
    if is_plain_path(text) {
        return Some(Source::Path(text.into()));
    }
    is_address(text).then(|| Source::Url(text.into()))
}

/// `https://`, a host, and characters that an address may hold; no user or password.
fn is_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#@".contains(&byte);
    let host_fits = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    text.len() <= PATH
        && host_fits
        && host
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
        && rest.bytes().all(plain)
}

fn read_tensor(value: &Value, path: &str) -> Result<TensorInfo, FileError> {
    let fields = Fields::closed(value, path, &TENSOR_KEYS, &[])?;
    let name = fields.text("name")?;
    if Name::new(name).is_err() {
        return fault(fields.at("name"), FieldFault::Characters);
    }
    let Some(dtype) = DataType::from_name(fields.text("dtype")?) else {
        return fault(fields.at("dtype"), FieldFault::Choice);
    };
    let dims = fields.array("dims")?;
    if dims.len() > RANK {
        return fault(fields.at("dims"), FieldFault::Count);
    }
    let mut read = Vec::with_capacity(dims.len());
    for (position, dim) in dims.iter().enumerate() {
        let symbol =
            |text: &str| !text.is_empty() && text.len() <= SHORT && !text.chars().any(hidden);
        match (dim.as_u64(), dim.as_str()) {
            (Some(length), _) => read.push(Dim::Fixed(length)),
            (_, Some(text)) if symbol(text) => read.push(Dim::Symbol(text.into())),
            _ => {
                let path = format!("{}[{position}]", fields.at("dims"));
                return fault(path, FieldFault::Type("a length or a symbol"));
            }
        }
    }
    Ok(TensorInfo {
        name: name.into(),
        dtype,
        dims: read,
    })
}

fn read_origin(value: &Value, path: &str) -> Result<Origin, FileError> {
    let fields = Fields::closed(value, path, &ORIGIN_KEYS, &[])?;
    let url = fields.text("url")?;
    if !is_address(url) {
        return fault(fields.at("url"), FieldFault::Path);
    }
    Ok(Origin {
        package: line(&fields, "package", SHORT)?,
        version: line(&fields, "version", SHORT)?,
        url: url.into(),
    })
}
