//! Cases packed by `fuzz/graphs.py`: models with inputs, expected outputs, and the error that every element may have.

use countersign_abi::{
    ElementType, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, Task,
};
use countersign_engine::Engine;
use countersign_onnx::{tensor_from_bytes, Data, Tensor};

/// How a file of packed cases begins.
pub const MAGIC: &[u8] = b"countersign/cases/1\n";

/// One case.
pub struct Case<'a> {
    pub name: String,
    pub model: &'a [u8],
    pub inputs: Vec<Tensor>,
    /// With the error of every element; an empty list allows none.
    pub outputs: Vec<(Tensor, Vec<f64>)>,
}

/// What became of a case.
#[derive(Debug)]
pub enum Outcome {
    Right,
    Refused(String),
    Wrong(String),
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<usize> {
        let (head, tail) = self.0.split_first_chunk::<4>()?;
        self.0 = tail;
        usize::try_from(u32::from_le_bytes(*head)).ok()
    }

    fn blob(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (head, tail) = self.0.split_at_checked(length)?;
        self.0 = tail;
        Some(head)
    }

    fn tensor(&mut self) -> Option<Tensor> {
        tensor_from_bytes(self.blob()?)
            .ok()
            .map(|(_, tensor)| tensor)
    }
}

/// Calls `visit` for every case; `None` if the file is damaged.
pub fn each(file: &[u8], mut visit: impl FnMut(Case<'_>)) -> Option<()> {
    let mut reader = Reader(file.strip_prefix(MAGIC)?);
    while !reader.0.is_empty() {
        let name = String::from_utf8_lossy(reader.blob()?).into_owned();
        let model = reader.blob()?;
        let (inputs, outputs) = (reader.number()?, reader.number()?);
        let inputs = (0..inputs)
            .map(|_| reader.tensor())
            .collect::<Option<_>>()?;
        let outputs = (0..outputs)
            .map(|_| {
                let tensor = reader.tensor()?;
                let errors = reader.blob()?.as_chunks::<8>().0;
                Some((
                    tensor,
                    errors.iter().map(|e| f64::from_le_bytes(*e)).collect(),
                ))
            })
            .collect::<Option<_>>()?;
        visit(Case {
            name,
            model,
            inputs,
            outputs,
        });
    }
    Some(())
}

/// The request that loads a model which takes tensors.
pub fn load(model: &[u8]) -> LoadRequest {
    LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: "model.onnx".to_owned(),
            data: model.to_vec(),
        }],
        declared: None,
        limits: Limits::default(),
    }
}

/// The request that runs it on these tensors, named as the loaded model names its inputs.
pub fn run(engine: &Engine, inputs: &[Tensor]) -> RunRequest {
    let ports = engine.describe().map_or(&[][..], |model| &model.inputs);
    let feed = ports.iter().zip(inputs).map(|(port, tensor)| NamedTensor {
        name: port.name.clone(),
        dtype: ElementType::from_code(tensor.dtype() as u8).unwrap_or(ElementType::F32),
        dims: tensor.dims().iter().map(|dim| *dim as u64).collect(),
        data: tensor.data().to_le_bytes(),
    });
    RunRequest {
        input: Input::Tensors(feed.collect()),
        seed: [0; 32],
    }
}

/// Runs a case.
pub fn judge(case: &Case<'_>) -> Outcome {
    let mut engine = Engine::new();
    if let Err(error) = engine.load(&load(case.model)) {
        return Outcome::Refused(error.to_string());
    }
    let response = match engine.run(run(&engine, &case.inputs)) {
        Ok(response) => response,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    if response.outputs.len() != case.outputs.len() {
        return Outcome::Wrong(format!("{} outputs", response.outputs.len()));
    }
    for ((expected, errors), found) in case.outputs.iter().zip(&response.outputs) {
        if let Err(difference) = compare(expected, errors, found) {
            return Outcome::Wrong(format!("{}: {difference}", found.name));
        }
    }
    Outcome::Right
}

fn compare(expected: &Tensor, errors: &[f64], found: &NamedTensor) -> Result<(), String> {
    if found.dtype.code() != expected.dtype() as u8 {
        return Err(format!(
            "type {} instead of {}",
            found.dtype,
            expected.dtype()
        ));
    }
    let dims: Vec<u64> = expected.dims().iter().map(|dim| *dim as u64).collect();
    if dims != found.dims {
        return Err(format!("shape {:?} instead of {dims:?}", found.dims));
    }
    let data = Data::from_le_bytes(expected.dtype(), &found.data);
    let (Some(wanted), Some(values)) = (floats(expected.data()), floats(&data)) else {
        return if &data == expected.data() {
            Ok(())
        } else {
            Err(format!("{data:?} instead of {:?}", expected.data()))
        };
    };
    for (index, (e, f)) in wanted.iter().zip(&values).enumerate() {
        let error = errors.get(index).copied().unwrap_or(0.0);
        // What is committed to has one zero only.
        let same = e == f
            || (e.is_nan() && f.is_nan())
            || (e - f).abs() <= error
            || error == f64::INFINITY;
        if !same {
            return Err(format!(
                "element {index} is {f:e} instead of {e:e} ± {error:e}"
            ));
        }
    }
    Ok(())
}

fn floats(data: &Data) -> Option<Vec<f64>> {
    match data {
        Data::F16(v) => Some(v.iter().map(|x| x.to_f64()).collect()),
        Data::F32(v) => Some(v.iter().map(|x| f64::from(*x)).collect()),
        Data::F64(v) => Some(v.clone()),
        _ => None,
    }
}
