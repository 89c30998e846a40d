//! The engine: a WebAssembly module without imports, by the interface that `countersign-abi` lays down.

use countersign_abi::{decode_all, Decode, Encode, EngineError, ErrorCode, Op, Response};
use countersign_messages::{js::words, RunError};
use js_sys::{BigInt, Function, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A compiled engine, and the instance that runs.
pub(crate) struct Engine {
    module: WebAssembly::Module,
    instance: Instance,
}

struct Instance {
    memory: WebAssembly::Memory,
    alloc: Function,
    free: Function,
    call: Function,
}

impl Engine {
    /// Compiles verified bytes and starts the first instance.
    pub(crate) async fn start(bytes: &[u8]) -> Result<Self, RunError> {
        let module = JsFuture::from(WebAssembly::compile(&Uint8Array::from(bytes))).await;
        let module: WebAssembly::Module = module
            .map_err(|thrown| refuse(words(&thrown)))?
            .unchecked_into();
        if WebAssembly::Module::imports(&module).length() != 0 {
            return Err(refuse("it wants imports, an engine has none".to_owned()));
        }
        let instance = Instance::start(&module)?;
        Ok(Self { module, instance })
    }

    /// Starts a fresh instance, without a model.
    pub(crate) fn restart(&mut self) -> Result<(), RunError> {
        self.instance = Instance::start(&self.module)?;
        Ok(())
    }

    /// Bytes of the instance's memory.
    pub(crate) fn memory(&self) -> u64 {
        u64::from(self.instance.bytes().length())
    }

    /// Runs an operation. After a trap there is a fresh instance, and no model in it.
    pub(crate) fn call<T: Decode>(&mut self, op: Op, request: &impl Encode) -> Result<T, RunError> {
        match self.instance.call(op, &request.encode()) {
            Ok(bytes) => {
                let response = decode_all::<Response<T>>(&bytes);
                response
                    .and_then(|response| response)
                    .map_err(RunError::Engine)
            }
            Err(Failure::NoMemory(bytes)) => Err(RunError::Engine(EngineError::new(
                ErrorCode::Limit,
                format!("the engine has no memory for a request of {bytes} bytes"),
            ))),
            Err(Failure::Trap(words)) => {
                let panic = self.instance.call(Op::LastPanic, &[]).ok();
                let panic =
                    panic.and_then(|bytes| decode_all::<Response<Option<String>>>(&bytes).ok());
                let detail = panic.and_then(Result::ok).flatten().unwrap_or(words);
                self.restart()?;
                Err(RunError::EngineTrap { detail })
            }
        }
    }
}

enum Failure {
    NoMemory(usize),
    Trap(String),
}

impl Instance {
    fn start(module: &WebAssembly::Module) -> Result<Self, RunError> {
        let instance = WebAssembly::Instance::new(module, &Object::new())
            .map_err(|thrown| refuse(words(&thrown)))?;
        let exports = instance.exports();
        let get = |name: &str| {
            Reflect::get(&exports, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
        };
        let function = |name: &str| {
            get(name)
                .dyn_into::<Function>()
                .map_err(|_| refuse(format!("it has no function {name}")))
        };
        let memory = get("memory")
            .dyn_into()
            .map_err(|_| refuse("it has no memory".to_owned()))?;
        let init = function("cs_init")?;
        let instance = Self {
            memory,
            alloc: function("cs_alloc")?,
            free: function("cs_free")?,
            call: function("cs_call")?,
        };
        init.call0(&JsValue::UNDEFINED)
            .map_err(|thrown| refuse(words(&thrown)))?;
        Ok(instance)
    }

    /// The memory as it is now: it may have grown, which detaches earlier views.
    fn bytes(&self) -> Uint8Array {
        Uint8Array::new(&self.memory.buffer())
    }

    fn call(&self, op: Op, request: &[u8]) -> Result<Vec<u8>, Failure> {
        let trap = |thrown: JsValue| Failure::Trap(words(&thrown));
        let this = JsValue::UNDEFINED;
        let length = u32::try_from(request.len()).map_err(|_| Failure::NoMemory(request.len()))?;
        let pointer = self.alloc.call1(&this, &length.into()).map_err(trap)?;
        // A WebAssembly i32 arrives as a signed number.
        let pointer = pointer.as_f64().map_or(0, |pointer| pointer as i64 as u32);
        if pointer == 0 && length != 0 {
            return Err(Failure::NoMemory(request.len()));
        }
        self.bytes()
            .subarray(pointer, pointer + length)
            .copy_from(request);
        let packed = self
            .call
            .call3(&this, &(op as u32).into(), &pointer.into(), &length.into())
            .map_err(trap)?;
        let packed: BigInt = packed.dyn_into().map_err(trap)?;
        let packed =
            u64::try_from(BigInt::as_uint_n(64.0, &packed)).map_err(|value| trap(value.into()))?;
        let (start, count) = ((packed >> 32) as u32, packed as u32);
        let response = self.bytes().subarray(start, start + count).to_vec();
        self.free
            .call2(&this, &start.into(), &count.into())
            .map_err(trap)?;
        self.free
            .call2(&this, &pointer.into(), &length.into())
            .map_err(trap)?;
        Ok(response)
    }
}

fn refuse(detail: String) -> RunError {
    RunError::EngineModule { detail }
}
