//! The released module: no imports, bounded memory, and the same bits as the native build, in wasmtime, in V8 and, where
//! `COUNTERSIGN_SPIDERMONKEY` names a Python that has PythonMonkey, in SpiderMonkey.
//!
//! The module is the newest one that `releases/engines.json` names, or the file in `COUNTERSIGN_ENGINE`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

#[allow(dead_code)]
#[path = "support/packed.rs"]
mod packed;

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_abi::{
    decode_all, Encode, ErrorCode, Input, NamedFile, Op, Response, RunRequest, RunResponse, Task,
};
use countersign_engine::{answer, Engine};
use countersign_onnx::{tensor_from_bytes, Tensor};
use countersign_shared::{Crypto, Software};
use support::{fixtures, magika, model, on_file};
use wasmparser::{Parser, Payload};
use wasmtime::{Config, Instance, Memory, Module, OptLevel, Store, TypedFunc};

fn engine_file() -> PathBuf {
    if let Some(path) = std::env::var_os("COUNTERSIGN_ENGINE") {
        return PathBuf::from(path);
    }
    let releases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../releases");
    let hint = "run `cargo xtask release --only engine`";
    let list = std::fs::read(releases.join("engines.json"))
        .unwrap_or_else(|e| panic!("releases/engines.json: {e}: {hint}"));
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let newest = list["engines"]
        .as_array()
        .and_then(|engines| engines.last())
        .unwrap_or_else(|| panic!("no engine is released: {hint}"));
    releases.join(newest["file"].as_str().unwrap())
}

/// The module under wasmtime.
struct Hosted {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    call: TypedFunc<(u32, u32, u32), u64>,
}

impl Hosted {
    fn new() -> Self {
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::Speed)
            .relaxed_simd_deterministic(true);
        let engine = wasmtime::Engine::new(&config).unwrap();
        let module = Module::from_file(&engine, engine_file()).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let init: TypedFunc<(), ()> = instance.get_typed_func(&mut store, "cs_init").unwrap();
        init.call(&mut store, ()).unwrap();
        Self {
            memory: instance.get_memory(&mut store, "memory").unwrap(),
            alloc: instance.get_typed_func(&mut store, "cs_alloc").unwrap(),
            free: instance.get_typed_func(&mut store, "cs_free").unwrap(),
            call: instance.get_typed_func(&mut store, "cs_call").unwrap(),
            store,
        }
    }

    fn call(&mut self, op: u32, request: &[u8]) -> Vec<u8> {
        let length = request.len() as u32;
        let pointer = self.alloc.call(&mut self.store, length).unwrap();
        assert_ne!(pointer, 0);
        self.memory
            .write(&mut self.store, pointer as usize, request)
            .unwrap();
        let packed = self
            .call
            .call(&mut self.store, (op, pointer, length))
            .unwrap();
        self.free.call(&mut self.store, (pointer, length)).unwrap();
        let (found, size) = ((packed >> 32) as u32, packed as u32);
        let mut response = vec![0; size as usize];
        self.memory
            .read(&self.store, found as usize, &mut response)
            .unwrap();
        self.free.call(&mut self.store, (found, size)).unwrap();
        response
    }
}

/// Magika on a few files of different kinds, and an error.
fn requests() -> Vec<(u32, Vec<u8>)> {
    let mut requests = vec![
        (Op::Run as u32, on_file(b"no model yet").encode()),
        (Op::Load as u32, magika().encode()),
    ];
    for name in [
        "a.py",
        "picture.png",
        "noise.bin",
        "spaces.txt",
        "empty",
        "archive.zip",
    ] {
        let file = std::fs::read(fixtures().join("magika/files").join(name)).unwrap();
        requests.push((Op::Run as u32, on_file(&file).encode()));
    }
    requests.push((Op::Describe as u32, Vec::new()));
    requests.push((99, Vec::new()));
    requests
}

#[test]
fn the_module_imports_nothing_and_bounds_its_memory() {
    let bytes = std::fs::read(engine_file()).unwrap();
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.unwrap() {
            Payload::ImportSection(section) => assert_eq!(section.count(), 0),
            Payload::MemorySection(section) => {
                let memories: Vec<_> = section.into_iter().collect::<Result<_, _>>().unwrap();
                assert!(
                    memories.len() == 1 && memories[0].maximum == Some(32768),
                    "2 GiB at most: {memories:?}"
                );
                assert!(!memories[0].shared && !memories[0].memory64);
            }
            Payload::ExportSection(section) => {
                exports = section
                    .into_iter()
                    .map(|export| export.unwrap().name.to_owned())
                    .collect();
            }
            _ => {}
        }
    }
    for name in ["memory", "cs_init", "cs_alloc", "cs_free", "cs_call"] {
        assert!(
            exports.iter().any(|export| export == name),
            "{name} is missing"
        );
    }
}

/// Two engines side by side; what both answered goes to the browsers' engines at the end.
struct Beside {
    native: Engine,
    hosted: Hosted,
    requests: Vec<u8>,
    digests: Vec<String>,
}

impl Beside {
    fn new() -> Self {
        Self {
            native: Engine::new(),
            hosted: Hosted::new(),
            requests: Vec::new(),
            digests: Vec::new(),
        }
    }

    /// Both answer, with the same bytes.
    fn ask(&mut self, what: &str, op: u32, request: &[u8]) -> Vec<u8> {
        let expected = answer(&mut self.native, op, request, None);
        let found = self.hosted.call(op, request);
        assert!(found == expected, "{what}: wasmtime answers otherwise");
        let digest = Software.sha256(&expected);
        let digest = digest.iter().map(|byte| format!("{byte:02x}"));
        self.digests.push(digest.collect());
        self.requests.extend(op.to_le_bytes());
        self.requests.extend((request.len() as u32).to_le_bytes());
        self.requests.extend(request);
        expected
    }

    /// A model that takes tensors, on these.
    fn tensors(&mut self, what: &str, model: &[u8], inputs: &[Tensor]) {
        self.ask(what, Op::Load as u32, &packed::load(model).encode());
        let request = packed::run(&self.native, inputs).encode();
        self.ask(what, Op::Run as u32, &request);
    }

    /// V8 answers the same, and SpiderMonkey where it can be had.
    fn in_browsers(self, name: &str) {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, &self.requests).unwrap();
        let found = answers(Path::new("node"), "tests/v8.mjs", &path);
        assert_eq!(found, self.digests, "V8");
        match std::env::var_os("COUNTERSIGN_SPIDERMONKEY") {
            Some(python) => {
                let found = answers(Path::new(&python), "tests/spidermonkey.py", &path);
                assert_eq!(found, self.digests, "SpiderMonkey");
                println!("{} answers the same in SpiderMonkey", found.len());
            }
            None => println!(
                "not in SpiderMonkey: COUNTERSIGN_SPIDERMONKEY names no Python with PythonMonkey"
            ),
        }
        std::fs::remove_file(path).unwrap();
    }
}

/// The digests of the responses that a script prints.
fn answers(program: &Path, script: &str, requests: &Path) -> Vec<String> {
    let output = Command::new(program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
        .arg(engine_file())
        .arg(requests)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let digest = |line: &str| line.split(' ').nth(1).map(ToOwned::to_owned);
    lines.lines().filter_map(digest).collect()
}

#[test]
fn wasmtime_and_v8_give_the_bits_of_the_native_build() {
    let mut beside = Beside::new();
    for (op, request) in requests() {
        beside.ask("Magika", op, &request);
    }
    beside.in_browsers("magika.bin");
}

#[test]
fn every_task_gives_the_same_bits_everywhere() {
    let mut beside = Beside::new();
    let file = |name: &str| std::fs::read(fixtures().join(name)).unwrap();
    let mut on = |name: &str, task: Task, request: RunRequest| {
        let loaded = model(name, task).encode();
        beside.ask(name, Op::Load as u32, &loaded);
        let answered = beside.ask(name, Op::Run as u32, &request.encode());
        let response: Response<RunResponse> = decode_all(&answered).unwrap();
        response.unwrap().result.unwrap()
    };
    let landscape = file("pictures/files/landscape.jpg");
    on("opennsfw", Task::ImageClassification1, on_file(&landscape));
    let letter = file("pictures/files/letter.png");
    let places = on("rapidocr-detection", Task::TextDetection1, on_file(&letter));
    let both = [("file", letter), ("from", places)].map(|(name, data)| NamedFile {
        name: name.to_owned(),
        data,
    });
    let request = RunRequest {
        input: Input::Files(both.to_vec()),
        seed: [7; 32],
    };
    on("rapidocr-recognition", Task::TextRecognition1, request);
    let speech = file("sounds/call-8k.wav");
    on("silero-vad", Task::SpeechActivity1, on_file(&speech));
    let stereo = file("sounds/stereo-44k.flac");
    on("smart-turn", Task::TurnDetection1, on_file(&stereo));
    beside.in_browsers("tasks.bin");
}

/// Every case of a folder in the layout of ONNX's backend tests, for example that of the package onnx: the refusals too are
/// the same.
fn cases_of(folder: &Path, beside: &mut Beside) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let Ok(model) = std::fs::read(path.join("model.onnx")) else {
            continue;
        };
        let read = |index: usize| {
            std::fs::read(path.join(format!("test_data_set_0/input_{index}.pb"))).ok()
        };
        let inputs = (0..).map_while(read).map(|bytes| tensor_from_bytes(&bytes));
        if let Ok(inputs) = inputs
            .map(|one| one.map(|(_, tensor)| tensor))
            .collect::<Result<Vec<_>, _>>()
        {
            beside.tensors(&path.display().to_string(), &model, &inputs);
        }
    }
}

/// And, if `COUNTERSIGN_CASES` names a folder of cases, those.
#[test]
fn random_graphs_give_the_same_bits_everywhere() {
    let mut beside = Beside::new();
    packed::each(include_bytes!("fixtures/graphs.bin"), |case| {
        beside.tensors(&case.name, case.model, &case.inputs);
    })
    .unwrap();
    if let Some(folder) = std::env::var_os("COUNTERSIGN_CASES") {
        let before = beside.digests.len();
        cases_of(Path::new(&folder), &mut beside);
        assert!(beside.digests.len() > before, "the folder holds no case");
        println!("{} answers on cases", beside.digests.len() - before);
    }
    beside.in_browsers("graphs.bin");
}

#[test]
fn a_request_that_is_too_long_gets_no_buffer() {
    let mut hosted = Hosted::new();
    assert_eq!(
        hosted
            .alloc
            .call(&mut hosted.store, countersign_abi::MAX_REQUEST + 1)
            .unwrap(),
        0
    );
}

#[test]
fn without_a_model_a_run_is_refused() {
    let mut hosted = Hosted::new();
    let response: Response<RunResponse> =
        decode_all(&hosted.call(Op::Run as u32, &on_file(b"x").encode())).unwrap();
    assert_eq!(response.unwrap_err().code, ErrorCode::NoModel);
    let panic: Response<Option<String>> =
        decode_all(&hosted.call(Op::LastPanic as u32, &[])).unwrap();
    assert_eq!(panic.unwrap(), None);
}
