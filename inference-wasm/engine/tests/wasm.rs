//! The released module: no imports, bounded memory, and the same bits as the native build, in wasmtime and in V8.
//!
//! The module is the newest one that `releases/engines.json` names, or the file in `COUNTERSIGN_ENGINE`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_abi::{decode_all, Encode, ErrorCode, Op, Response, RunResponse};
use countersign_engine::{answer, Engine};
use countersign_shared::{Crypto, Software};
use support::{fixtures, magika, on_file};
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

#[test]
fn wasmtime_and_v8_give_the_bits_of_the_native_build() {
    let requests = requests();
    let mut native = Engine::new();
    let mut hosted = Hosted::new();
    let mut file = Vec::new();
    let mut digests = Vec::new();
    for (op, request) in &requests {
        let expected = answer(&mut native, *op, request, None);
        assert_eq!(hosted.call(*op, request), expected, "operation {op}");
        digests.push(
            Software
                .sha256(&expected)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>(),
        );
        file.extend(op.to_le_bytes());
        file.extend((request.len() as u32).to_le_bytes());
        file.extend(request);
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("requests.bin");
    std::fs::write(&path, file).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/v8.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(engine_file())
        .arg(path)
        .output()
        .expect("node is needed, as for the app's build");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    let found: Vec<&str> = lines
        .lines()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!(found, digests);
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
