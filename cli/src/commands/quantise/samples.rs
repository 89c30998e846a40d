//! The samples that a model is calibrated on or compared on, and their right classes, from NPY files.

use crate::executor::MAX_INPUT;
use crate::failure::Failure;
use crate::{npy, setup};
use countersign_onnx::{Data, DataType, Dim, Model, Tensor};
use countersign_quantise::Sample;
use std::path::{Path, PathBuf};

fn wrong(path: &Path, reason: impl Into<String>) -> Failure {
    Failure::Samples {
        path: path.to_owned(),
        reason: reason.into(),
    }
}

/// The NPY files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::Read {
        path: folder.to_owned(),
        error,
    })?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "npy"))
        .collect();
    files.sort();
    Ok(files)
}

/// The samples of a folder.
pub fn read(model: &Model, folder: &Path) -> Result<Vec<Sample>, Failure> {
    let inputs = &model.graph.inputs;
    let stacks: Vec<Vec<Tensor>> = match inputs.as_slice() {
        [only] => {
            let mut rows = Vec::new();
            for path in files(folder)? {
                rows.extend(stack(&path, &only.dims)?);
            }
            vec![rows]
        }
        several => several
            .iter()
            .map(|port| stack(&folder.join(format!("{}.npy", port.name)), &port.dims))
            .collect::<Result<_, _>>()?,
    };
    let count = stacks.first().map_or(0, Vec::len);
    if count == 0 {
        return Err(wrong(folder, "it holds no NPY file with a sample"));
    }
    if stacks.iter().any(|stack| stack.len() != count) {
        return Err(wrong(folder, "its files hold different numbers of samples"));
    }
    let sample = |index: usize| {
        stacks
            .iter()
            .filter_map(|stack| stack.get(index).cloned())
            .collect()
    };
    Ok((0..count).map(sample).collect())
}

/// One file: a sample for each index of the first axis, unless the model fixes that axis to more than one.
fn stack(path: &Path, declared: &Option<Vec<Dim>>) -> Result<Vec<Tensor>, Failure> {
    let (dims, elements) = floats(path)?;
    let first = declared.as_ref().and_then(|dims| dims.first());
    if let Some(Dim::Fixed(2..)) = first {
        let tensor = Tensor::new(dims, Data::F32(elements));
        return Ok(tensor.into_iter().collect());
    }
    let row: usize = dims.iter().skip(1).product();
    if dims.is_empty() || row == 0 {
        return Err(wrong(path, "it has no axis that counts samples"));
    }
    let one = |elements: &[f32]| {
        let dims = std::iter::once(1).chain(dims.iter().skip(1).copied());
        Tensor::new(dims.collect(), Data::F32(elements.to_vec()))
    };
    Ok(elements.chunks_exact(row).filter_map(one).collect())
}

/// Shape and elements; whole numbers become float32, which holds those of 24 bits.
fn floats(path: &Path) -> Result<(Vec<usize>, Vec<f32>), Failure> {
    let bytes = setup::read_at_most(path, MAX_INPUT)?;
    let tensor = npy::read("sample", &bytes).map_err(|error| Failure::Npy {
        path: path.to_owned(),
        error,
    })?;
    let dims = tensor.dims.iter().map(|size| *size as usize).collect();
    let dtype = DataType::from_code(i64::from(tensor.dtype.code()));
    let data = dtype.map(|dtype| Data::from_le_bytes(dtype, &tensor.data));
    let elements = match data {
        Some(Data::F32(elements)) => elements,
        Some(Data::U8(elements)) => elements.into_iter().map(f32::from).collect(),
        Some(Data::I8(elements)) => elements.into_iter().map(f32::from).collect(),
        Some(Data::I16(elements)) => elements.into_iter().map(f32::from).collect(),
        _ => {
            return Err(wrong(
                path,
                "its elements are none of float32, uint8, int8, int16",
            ))
        }
    };
    Ok((dims, elements))
}

/// The right classes.
pub fn labels(path: &Path) -> Result<Vec<usize>, Failure> {
    let bytes = setup::read_at_most(path, MAX_INPUT)?;
    let tensor = npy::read("labels", &bytes).map_err(|error| Failure::Npy {
        path: path.to_owned(),
        error,
    })?;
    let dtype = DataType::from_code(i64::from(tensor.dtype.code()));
    let data = dtype.and_then(|dtype| {
        Tensor::new(
            tensor.dims.iter().map(|size| *size as usize).collect(),
            Data::from_le_bytes(dtype, &tensor.data),
        )
    });
    let labels = data.and_then(|tensor| tensor.to_i64());
    let labels = labels.and_then(|labels| {
        labels
            .into_iter()
            .map(|label| usize::try_from(label).ok())
            .collect()
    });
    labels.ok_or_else(|| wrong(path, "it holds no classes: whole numbers from 0"))
}
