//! The GPU module, and what the browser says about WebGPU.

use countersign_abi::{decode_all, Decode, Encode, NamedTensor};
use countersign_messages::{js::words, Fallback, GpuProbe};
use js_sys::{Function, Object, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The GPU module with its device.
pub(crate) struct Gpu {
    glue: JsValue,
    memory: Option<WebAssembly::Memory>,
    /// The adapter's name; may be empty.
    pub(crate) adapter: String,
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn missing(detail: impl Into<String>) -> Fallback {
    Fallback::NoModule {
        detail: detail.into(),
    }
}

/// Asks the browser for an adapter.
pub(crate) async fn probe() -> GpuProbe {
    match adapter().await {
        Ok((adapter, software)) => GpuProbe::Available { adapter, software },
        Err(why) => GpuProbe::Unavailable(why),
    }
}

/// Names of adapters that are software, as Chromium, Mesa and Windows call theirs; for browsers without `isFallbackAdapter`.
const SOFTWARE: [&str; 5] = [
    "swiftshader",
    "llvmpipe",
    "lavapipe",
    "basic render",
    "warp",
];

/// The adapter's name, and whether it is software (`GPUAdapterInfo.isFallbackAdapter`, earlier of `GPUAdapter`).
async fn adapter() -> Result<(String, bool), Fallback> {
    let gpu = get(&get(&js_sys::global(), "navigator"), "gpu");
    if gpu.is_undefined() || gpu.is_null() {
        return Err(Fallback::NoApi);
    }
    let request: Function = get(&gpu, "requestAdapter")
        .dyn_into()
        .map_err(|_| Fallback::NoApi)?;
    let promise: Promise = request
        .call0(&gpu)
        .and_then(|promise| promise.dyn_into())
        .map_err(|_| Fallback::NoAdapter)?;
    let adapter = JsFuture::from(promise)
        .await
        .map_err(|_| Fallback::NoAdapter)?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(Fallback::NoAdapter);
    }
    let info = get(&adapter, "info");
    let parts = ["vendor", "architecture", "description"]
        .map(|part| get(&info, part).as_string().unwrap_or_default());
    let name = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let told = |from: &JsValue| get(from, "isFallbackAdapter").as_bool() == Some(true);
    let lower = name.to_lowercase();
    let known = SOFTWARE.iter().any(|software| lower.contains(software));
    Ok((name, told(&info) || told(&adapter) || known))
}

impl Gpu {
    /// Instantiates verified bytes with the glue that came with the worker's script, and opens the device.
    pub(crate) async fn start(
        glue: &JsValue,
        bytes: &[u8],
        adapter: String,
    ) -> Result<Self, Fallback> {
        let init: &Function = glue
            .dyn_ref()
            .ok_or_else(|| missing("its glue is not part of the worker"))?;
        let options = Object::new();
        let set = Reflect::set(
            &options,
            &"module_or_path".into(),
            &Uint8Array::from(bytes).buffer(),
        );
        set.map_err(|thrown| missing(words(&thrown)))?;
        let promise: Promise = init
            .call1(&JsValue::UNDEFINED, &options)
            .and_then(|promise| promise.dyn_into())
            .map_err(|thrown| missing(words(&thrown)))?;
        let exports = JsFuture::from(promise)
            .await
            .map_err(|thrown| missing(words(&thrown)))?;
        let memory = get(&exports, "memory").dyn_into().ok();
        let mut gpu = Self {
            glue: glue.clone(),
            memory,
            adapter,
        };
        let name: String = gpu.call("open", &[]).await?;
        if !name.is_empty() {
            gpu.adapter = name;
        }
        Ok(gpu)
    }

    /// Puts a model on the device for inputs like these; the names of those for whose values alone it is there.
    pub(crate) async fn load(
        &self,
        model: &[u8],
        inputs: &Vec<NamedTensor>,
    ) -> Result<Vec<String>, Fallback> {
        self.call("load", &[Uint8Array::from(model), bytes(inputs)])
            .await
    }

    /// Runs the model.
    pub(crate) async fn run(
        &self,
        tensors: &Vec<NamedTensor>,
    ) -> Result<Vec<NamedTensor>, Fallback> {
        self.call("run", &[bytes(tensors)]).await
    }

    /// Bytes of the module's memory.
    pub(crate) fn memory(&self) -> u64 {
        self.memory.as_ref().map_or(0, |memory| {
            u64::from(Uint8Array::new(&memory.buffer()).length())
        })
    }

    async fn call<T: Decode>(&self, name: &str, arguments: &[Uint8Array]) -> Result<T, Fallback> {
        let function: Function = get(&self.glue, name)
            .dyn_into()
            .map_err(|_| missing(format!("it has no {name}")))?;
        let arguments = arguments.iter().collect();
        let promise: Promise = function
            .apply(&JsValue::UNDEFINED, &arguments)
            .and_then(|promise| promise.dyn_into())
            .map_err(|thrown| missing(words(&thrown)))?;
        let answer = JsFuture::from(promise)
            .await
            .map_err(|thrown| missing(words(&thrown)))?;
        let answer: Uint8Array = answer
            .dyn_into()
            .map_err(|_| missing(format!("{name} answered in no known way")))?;
        decode_all::<Result<T, Fallback>>(&answer.to_vec())
            .map_err(|error| missing(error.to_string()))?
    }
}

fn bytes(value: &impl Encode) -> Uint8Array {
    Uint8Array::from(value.encode().as_slice())
}
