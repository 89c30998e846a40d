//! Loads and runs damaged models under small limits, and measures the memory that it takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_abi::{
    Dim, ElementType, FileRole, Input, Limits, LoadRequest, ModelFile, NamedTensor, Port,
    RunRequest, Task,
};
use countersign_engine::Engine;

use super::mutate::damaged;

/// Counts the bytes that are in use.
pub struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed on to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(used, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

const LIMITS: Limits = Limits {
    tensor_bytes: 4 << 20,
    nodes: 1000,
    steps: 1 << 20,
};
/// What folding at load may take (1 MiB and more), what operators take besides (8 times what they are given), and models.
const MOST: usize = 128 << 20;

/// A tensor that fits a port, symbols and open sizes as 2.
fn fitting(port: &Port) -> NamedTensor {
    let dims: Vec<u64> = port
        .dims
        .iter()
        .flatten()
        .map(|dim| if let Dim::Fixed(size) = dim { *size } else { 2 })
        .collect();
    let count = dims
        .iter()
        .fold(1u64, |count, dim| count.saturating_mul(*dim))
        .min(1 << 16);
    let data = (0..count)
        .flat_map(|index| match port.dtype {
            ElementType::F32 => ((index % 7) as f32 - 3.0).to_le_bytes().to_vec(),
            _ => [vec![(index % 2) as u8], vec![0; port.dtype.size() - 1]].concat(),
        })
        .collect();
    NamedTensor {
        name: port.name.clone(),
        dtype: port.dtype,
        dims,
        data,
    }
}

fn run(model: Vec<u8>) -> bool {
    let mut engine = Engine::new();
    let request = LoadRequest {
        task: Task::Tensors1,
        files: vec![ModelFile {
            role: FileRole::Model,
            path: "model.onnx".to_owned(),
            data: model,
        }],
        declared: None,
        limits: LIMITS,
    };
    let Ok(description) = engine.load(&request) else {
        return false;
    };
    let feed = description.inputs.iter().map(fitting).collect();
    engine
        .run(RunRequest {
            input: Input::Tensors(feed),
            seed: [1; 32],
        })
        .is_ok()
}

/// What became of many damaged models.
#[derive(Debug, Default)]
pub struct Tally {
    pub ran: usize,
    pub refused: usize,
    /// Seeds of models at which the engine panicked.
    pub panics: Vec<String>,
    /// Seeds of models that took too much memory.
    pub greedy: Vec<String>,
    /// The most bytes that one of them took.
    pub peak: usize,
}

/// Damages each model `rounds` times.
pub fn attempts(models: &[(String, Vec<u8>)], first: u64, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    for (name, model) in models {
        for seed in first..first + rounds {
            let bytes = damaged(model, seed);
            let before = USED.load(Ordering::Relaxed);
            PEAK.store(before, Ordering::Relaxed);
            match catch_unwind(AssertUnwindSafe(|| run(bytes))) {
                Ok(true) => tally.ran += 1,
                Ok(false) => tally.refused += 1,
                Err(cause) => {
                    let said = cause
                        .downcast_ref::<String>()
                        .map(String::as_str)
                        .or_else(|| cause.downcast_ref::<&str>().copied());
                    tally
                        .panics
                        .push(format!("{name}, seed {seed}: {}", said.unwrap_or_default()));
                }
            }
            let taken = PEAK.load(Ordering::Relaxed).saturating_sub(before);
            tally.peak = tally.peak.max(taken);
            if taken > MOST {
                tally.greedy.push(format!("{name}, seed {seed}: {taken}"));
            }
        }
    }
    tally
}

/// All models that lie beside the tests, and those of the packed cases.
pub fn models(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut models: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder.join("models"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "onnx")
        })
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            std::fs::read(entry.path()).ok().map(|model| (name, model))
        })
        .collect();
    models.sort();
    let packed = std::fs::read(folder.join("graphs.bin")).unwrap_or_default();
    super::packed::each(&packed, |case| {
        models.push((case.name, case.model.to_vec()))
    });
    models
}
