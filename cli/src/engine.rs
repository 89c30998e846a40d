//! The engine's wasm module under wasmtime: instantiated, bounded, called through `countersign-abi`.

use core::time::Duration;
use countersign_abi::{
    decode_all, Description, LoadRequest, Op, Response, RunRequest, RunResponse,
};
use countersign_client::verify::ExecutorError;
use parity_scale_codec::{Decode, Encode};
use std::sync::mpsc;
use std::thread;
use wasmtime::{
    Config, Instance, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, TypedFunc,
};

/// Most linear memory of a run, in bytes.
const MAX_MEMORY: usize = 3 << 30;

/// The released engine, compiled for this machine.
pub struct Engine {
    engine: wasmtime::Engine,
    module: Module,
    seconds: u32,
}

/// An instance that holds a model.
pub struct Loaded {
    store: Store<StoreLimits>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    call: TypedFunc<(u32, u32, u32), u64>,
    engine: wasmtime::Engine,
    seconds: u32,
}

impl Engine {
    /// Compiles a module; a run is stopped after `seconds`.
    ///
    /// The settings make results equal on every machine (DESIGN 4, Replay): NaN canonicalised, no relaxed SIMD,
    /// no threads.
    ///
    /// # Errors
    /// [`ExecutorError::EngineUnavailable`] if the bytes are no module that this machine can compile.
    pub fn compile(bytes: &[u8], seconds: u32) -> Result<Self, ExecutorError> {
        let mut config = Config::new();
        config
            .cranelift_nan_canonicalization(true)
            .wasm_relaxed_simd(false)
            .wasm_multi_memory(false)
            .wasm_memory64(false)
            .wasm_tail_call(false)
            .epoch_interruption(true);
        let engine = wasmtime::Engine::new(&config).map_err(|error| unavailable(&error))?;
        let module = Module::from_binary(&engine, bytes).map_err(|error| unavailable(&error))?;
        if module.imports().next().is_some() {
            return Err(ExecutorError::EngineUnavailable {
                reason: "the module asks for imports, which no engine of ours does".to_owned(),
            });
        }
        Ok(Self {
            engine,
            module,
            seconds,
        })
    }

    /// A fresh instance with a model in it, and what the engine says of the model.
    ///
    /// # Errors
    /// [`ExecutorError`].
    pub fn load(&self, request: &LoadRequest) -> Result<(Loaded, Description), ExecutorError> {
        let limits = StoreLimitsBuilder::new()
            .memory_size(MAX_MEMORY)
            .memories(1)
            .instances(1)
            .build();
        let mut store = Store::new(&self.engine, limits);
        store.limiter(|limits| limits);
        store.set_epoch_deadline(1);
        let instance =
            Instance::new(&mut store, &self.module, &[]).map_err(|error| unavailable(&error))?;
        let init = instance.get_typed_func::<(), ()>(&mut store, "cs_init");
        init.and_then(|init| init.call(&mut store, ()))
            .map_err(|error| unavailable(&error))?;
        let memory = instance.get_memory(&mut store, "memory").ok_or_else(|| {
            ExecutorError::EngineUnavailable {
                reason: "the module exports no memory".to_owned(),
            }
        })?;
        let alloc = instance
            .get_typed_func(&mut store, "cs_alloc")
            .map_err(|error| unavailable(&error))?;
        let free = instance
            .get_typed_func(&mut store, "cs_free")
            .map_err(|error| unavailable(&error))?;
        let call = instance
            .get_typed_func(&mut store, "cs_call")
            .map_err(|error| unavailable(&error))?;
        let mut loaded = Loaded {
            store,
            memory,
            alloc,
            free,
            call,
            engine: self.engine.clone(),
            seconds: self.seconds,
        };
        let description = loaded.ask(Op::Load, request)?;
        Ok((loaded, description))
    }
}

impl Loaded {
    /// Runs the model.
    ///
    /// # Errors
    /// [`ExecutorError`].
    pub fn run(&mut self, request: &RunRequest) -> Result<RunResponse, ExecutorError> {
        self.ask(Op::Run, request)
    }

    fn ask<R: Decode>(&mut self, op: Op, request: &impl Encode) -> Result<R, ExecutorError> {
        let encoded = request.encode();
        let (done, stopped) = mpsc::channel::<()>();
        let engine = self.engine.clone();
        let limit = Duration::from_secs(u64::from(self.seconds));
        self.store.set_epoch_deadline(1);
        let watchdog = thread::spawn(move || {
            if stopped.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                engine.increment_epoch();
            }
        });
        let answer = self.exchange(op, &encoded);
        drop(done);
        if watchdog.join().is_err() {
            return Err(crashed("its time limit could not be kept"));
        }
        let response: Response<R> = match answer {
            Ok(bytes) => decode_all(&bytes)?,
            Err(error) => return Err(self.trapped(&error)),
        };
        Ok(response?)
    }

    /// One call: request in, response out.
    fn exchange(&mut self, op: Op, request: &[u8]) -> Result<Vec<u8>, wasmtime::Error> {
        let too_long = || wasmtime::Error::msg("the request is longer than the engine can take");
        let length = u32::try_from(request.len()).map_err(|_| too_long())?;
        let pointer = self.alloc.call(&mut self.store, length)?;
        if pointer == 0 {
            return Err(wasmtime::Error::msg(
                "the engine has no memory left for the input",
            ));
        }
        self.memory
            .write(&mut self.store, place(pointer)?, request)?;
        let packed = self
            .call
            .call(&mut self.store, (op as u32, pointer, length))?;
        self.free.call(&mut self.store, (pointer, length))?;
        let start = u32::try_from(packed >> 32)?;
        let count = u32::try_from(packed & u64::from(u32::MAX))?;
        let mut response = Vec::new();
        let bytes = self.memory.data(&self.store);
        let end = place(start)?.checked_add(place(count)?);
        let found = end.and_then(|end| bytes.get(place(start).ok()?..end));
        response.extend_from_slice(
            found.ok_or_else(|| {
                wasmtime::Error::msg("the engine's answer lies outside its memory")
            })?,
        );
        self.free.call(&mut self.store, (start, count))?;
        Ok(response)
    }

    /// What a trap was: the time limit, or a panic whose message the instance still holds.
    fn trapped(&mut self, error: &wasmtime::Error) -> ExecutorError {
        if error.downcast_ref::<wasmtime::Trap>() == Some(&wasmtime::Trap::Interrupt) {
            return ExecutorError::TimedOut {
                seconds: self.seconds,
            };
        }
        self.store.set_epoch_deadline(1);
        let last = self.exchange(Op::LastPanic, &[]);
        let panic = last
            .ok()
            .and_then(|bytes| decode_all::<Response<Option<String>>>(&bytes).ok());
        match panic {
            Some(Ok(Some(message))) => crashed(&message),
            _ => crashed(&error.root_cause().to_string()),
        }
    }
}

fn place(pointer: u32) -> Result<usize, wasmtime::Error> {
    usize::try_from(pointer).map_err(wasmtime::Error::from)
}

fn unavailable(error: &wasmtime::Error) -> ExecutorError {
    ExecutorError::EngineUnavailable {
        reason: format!("{error:#}"),
    }
}

fn crashed(reason: &str) -> ExecutorError {
    ExecutorError::Crashed {
        reason: reason.to_owned(),
    }
}
