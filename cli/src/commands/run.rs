//! `countersign run`.

use super::{files, input};
use crate::args::{Global, LaneChoice, Run};
use crate::commands::model;
use crate::exact;
use crate::executor::Local;
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::record::Record;
use crate::{npy, progress, setup};
use countersign_abi::{
    FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, RunRequest, RunResponse, Task,
};
use countersign_client::lists;
use countersign_client::verify::ExecutorError;
use countersign_shared::exact::Program;
use countersign_shared::id::{EngineId, ManifestHash, Seed};
use countersign_shared::item::Name;
use countersign_shared::kat::KnownAnswer;
use countersign_shared::tensor::{DataType, Tensor};
use countersign_shared::{hex, Software};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs an ONNX file, or with `--model` a described model.
pub fn run(global: &Global, args: &Run) -> Result<Outcome, Failure> {
    let (engines, list) = global.engines()?;
    match &args.model {
        None => plain(global, args, &engines, list),
        Some(model) => described(global, args, model, &engines, list),
    }
}

/// `run MODEL.onnx --input NAME=FILE.npy … --output DIR`
fn plain(
    global: &Global,
    args: &Run,
    engines: &lists::Engines,
    list: PathBuf,
) -> Result<Outcome, Failure> {
    let path = args.file.as_ref().ok_or(Failure::WrongInput {
        expected: "an ONNX file: countersign run MODEL.onnx --input NAME=FILE.npy",
    })?;
    let local = Local::new(&args.engine, list, None);
    let entry = local.choose(engines)?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let request = LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: name,
            data: setup::read_at_most(path, crate::executor::MAX_INPUT)?,
        }],
        declared: None,
        limits: Limits::default(),
    };
    let input = input(&args.input, false)?;
    let shown = progress::waiting(global, "loading the model, running it");
    let (mut loaded, _) = local.load(&entry, &request)?;
    let given = match &input {
        Input::Tensors(tensors) if args.known_answer.is_some() => tensors.clone(),
        _ => Vec::new(),
    };
    let started = Instant::now();
    // Nothing is signed, so no salt is ever needed.
    let response = loaded.run(&RunRequest {
        input,
        seed: [0; 32],
    })?;
    shown.finish_and_clear();
    if let Some(path) = &args.known_answer {
        setup::write(path, &known_answer(given, response.outputs.clone())?)?;
    }
    tell(args, &entry, &response, started.elapsed().as_millis(), None)
}

/// The file by which a page compares a GPU with the engine before it is trusted with the model.
fn known_answer(inputs: Vec<NamedTensor>, outputs: Vec<NamedTensor>) -> Result<Vec<u8>, Failure> {
    let side = |tensors: Vec<NamedTensor>| {
        let named = tensors.into_iter().map(|tensor| {
            let name = Name::new(tensor.name).map_err(|error| error.to_string())?;
            let dtype = DataType::from_number(tensor.dtype.code())
                .ok_or_else(|| format!("{} cannot be committed", tensor.dtype))?;
            let tensor = Tensor::new(dtype, tensor.dims, tensor.data);
            Ok((name, tensor.map_err(|error| error.to_string())?))
        });
        named.collect::<Result<Vec<_>, String>>()
    };
    let made = side(inputs).and_then(|inputs| {
        let outputs = side(outputs)?;
        let answer = KnownAnswer { inputs, outputs };
        answer.to_bytes().map_err(|error| error.to_string())
    });
    made.map_err(|reason| Failure::KnownAnswer { reason })
}

/// `run --model MANIFEST FILE --save run.json`
fn described(
    global: &Global,
    args: &Run,
    named: &str,
    engines: &lists::Engines,
    list: PathBuf,
) -> Result<Outcome, Failure> {
    let found = model::find(global, named)?;
    let local = Local::new(&args.engine, list, found.path.as_deref());
    let entry = local.choose(engines)?;
    let task = found.manifest.task;
    let input = match (&args.file, task.takes_file()) {
        (Some(file), true) if task.takes_result() => match &args.from {
            Some(from) => files(file, from)?,
            None => {
                return Err(Failure::WrongInput {
                    expected: "beside the file the result of the run before: --from RESULT",
                })
            }
        },
        _ if args.from.is_some() => {
            return Err(Failure::WrongInput {
                expected: "no result of an earlier run: leave --from out",
            })
        }
        (Some(file), true) if args.input.is_empty() => input(&[file.display().to_string()], true)?,
        (None, false) => input(&args.input, false)?,
        (_, true) => {
            return Err(Failure::WrongInput {
                expected: "one file as its input",
            })
        }
        (_, false) => {
            return Err(Failure::WrongInput {
                expected: "tensors: --input NAME=FILE.npy for each input",
            })
        }
    };
    let shown = progress::waiting(global, "loading the model, running it");
    let tensors = match (&input, args.lane) {
        (Input::Tensors(tensors), LaneChoice::Exact) => tensors.clone(),
        _ => Vec::new(),
    };
    let exact = match args.lane {
        LaneChoice::Replay => None,
        LaneChoice::Exact => Some(takes(&local, &found, &tensors)?),
    };
    let (mut loaded, _) = local.load(&entry, &local.request(&found.manifest)?)?;
    let seed = setup::random()?;
    let started = Instant::now();
    let response = loaded.run(&RunRequest { input, seed })?;
    if let Some(program) = &exact {
        exact::check_items(program, &tensors, &response)?;
    }
    let elapsed = started.elapsed().as_millis();
    shown.finish_and_clear();
    let hash = ManifestHash::of(&found.bytes, &Software);
    let record = Record::new(found.id, hash, entry.id, Seed::new(seed), &response);
    let mut record = record.map_err(|error| Failure::Record {
        path: PathBuf::from("the engine's answer"),
        error,
    })?;
    if let Some(program) = &exact {
        record.engine = EngineId::EXACT;
        record.exact = Some(program.exact_root(&Software));
    }
    if let Some(path) = &args.save {
        setup::write_secret(path, record.to_file().as_bytes())?;
    }
    if let (Some(path), Some(result)) = (&args.result, &response.result) {
        setup::write(path, result)?;
    }
    tell(args, &entry, &response, elapsed, args.save.as_deref())
}

/// The exact program of the model, if it takes this input.
fn takes(
    local: &Local<'_>,
    found: &model::Found,
    tensors: &[NamedTensor],
) -> Result<Program, Failure> {
    let program = match found.exact_root {
        Some(root) => exact::registered(&local.places, &found.manifest, root)?,
        None => exact::program(&local.places, &found.manifest)?,
    };
    match exact::outside(&program, tensors)? {
        Some(outside) => Err(ExecutorError::Outside(outside).into()),
        None => Ok(program),
    }
}

/// Writes the outputs and says what came out.
fn tell(
    args: &Run,
    engine: &lists::Engine,
    response: &RunResponse,
    milliseconds: u128,
    saved: Option<&Path>,
) -> Result<Outcome, Failure> {
    let mut outputs = Vec::new();
    let mut rows = Vec::new();
    for (position, tensor) in response.outputs.iter().enumerate() {
        let path = match &args.output {
            Some(folder) => Some(save(folder, position, tensor)?),
            None => None,
        };
        let shape: Vec<String> = tensor.dims.iter().map(u64::to_string).collect();
        let place = path
            .as_ref()
            .map_or(String::new(), |path| format!("  {}", path.display()));
        rows.push((
            "output",
            format!(
                "{}  {}[{}]{place}",
                tensor.name,
                tensor.dtype,
                shape.join(", ")
            ),
        ));
        outputs.push(json!({
            "name": tensor.name,
            "dtype": tensor.dtype.name(),
            "dims": tensor.dims,
            "file": path,
        }));
    }
    let result = response
        .result
        .as_ref()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    if let Some(result) = &result {
        rows.insert(0, ("result", result.clone()));
    }
    rows.push((
        "engine",
        format!("{} {} ({})", engine.name, engine.version, engine.id),
    ));
    rows.push(("time", format!("{milliseconds} ms")));
    if let Some(path) = saved {
        rows.push((
            "saved",
            format!("{} (secret: it opens the commitments)", path.display()),
        ));
    }
    let parsed = result
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let json = json!({
        "result": parsed,
        "outputs": outputs,
        "engine": engine.id.to_string(),
        "input": hex::encode(&response.input),
        "output": hex::encode(&response.output),
        "milliseconds": u64::try_from(milliseconds).unwrap_or(u64::MAX),
        "saved": saved,
    });
    Ok(Outcome::ok(columns(rows), json))
}

/// Writes one tensor; names that no file can have are replaced by their position.
fn save(folder: &Path, position: usize, tensor: &NamedTensor) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::Write {
        path: folder.to_owned(),
        error,
    })?;
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let usable =
        !tensor.name.starts_with('.') && tensor.name.len() <= 100 && tensor.name.chars().all(plain);
    let name = if usable {
        tensor.name.clone()
    } else {
        format!("output-{position}")
    };
    let path = folder.join(format!("{name}.npy"));
    setup::write(&path, &npy::write(tensor))?;
    Ok(path)
}
