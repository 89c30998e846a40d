//! A page without an interface: what the browser tests of worker, engine and GPU drive.
//! On the host there is nothing to see.

#[cfg(target_arch = "wasm32")]
mod page {
    use countersign_messages::abi::{decode_all, Encode};
    use countersign_messages::page::{Assets, Input, ModelFile, RunRequest, WorkerHandle};
    use countersign_messages::{DeviceChoice, Progress, RunError};
    use js_sys::{Array, Function, Uint8Array};
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::Blob;

    /// A worker handle for JavaScript. Answers are JavaScript objects; errors are thrown as `{ code, text }`.
    #[wasm_bindgen]
    pub struct Page(WorkerHandle);

    fn object(entries: &[(&str, JsValue)]) -> JsValue {
        let object = js_sys::Object::new();
        for (key, value) in entries {
            let _ = js_sys::Reflect::set(&object, &JsValue::from_str(key), value);
        }
        object.into()
    }

    fn thrown(error: RunError) -> JsValue {
        object(&[
            ("code", error.code().name().into()),
            ("text", error.to_string().into()),
        ])
    }

    fn reporter(progress: Function) -> impl Fn(Progress) + 'static {
        move |told: Progress| {
            let stage = JsValue::from_str(&format!("{:?}", told.stage));
            let _ = progress.call2(
                &JsValue::NULL,
                &stage,
                &told.fraction().unwrap_or(-1.0).into(),
            );
        }
    }

    #[wasm_bindgen]
    impl Page {
        /// A page with the files that this list names.
        pub async fn open(list: String) -> Result<Page, JsValue> {
            Ok(Self(WorkerHandle::new(
                Assets::fetch(&list).await.map_err(thrown)?,
            )))
        }

        /// Loads a model: manifest, and pairs of path and blob.
        pub async fn load(
            &self,
            manifest: Vec<u8>,
            files: Array,
            progress: Function,
        ) -> Result<JsValue, JsValue> {
            let files = files
                .iter()
                .map(|pair| {
                    let pair: Array = pair.unchecked_into();
                    let path = pair.get(0).as_string().unwrap_or_default();
                    ModelFile {
                        path,
                        data: pair.get(1).unchecked_into::<Blob>(),
                    }
                })
                .collect();
            let info = self
                .0
                .load_model(&manifest, files, reporter(progress))
                .await
                .map_err(thrown)?;
            Ok(object(&[
                ("load", (info.load as f64).into()),
                ("opset", info.description.opset.into()),
                ("inputs", info.description.inputs.len().into()),
            ]))
        }

        /// Runs on a blob, or on SCALE-encoded tensors.
        pub async fn run(
            &self,
            input: JsValue,
            device: String,
            seed: Vec<u8>,
            progress: Function,
        ) -> Result<JsValue, JsValue> {
            let input = match input.dyn_into::<Blob>() {
                Ok(blob) => Input::File(blob),
                Err(other) => {
                    let bytes = other.unchecked_into::<Uint8Array>().to_vec();
                    let tensors = decode_all(&bytes).map_err(|error| thrown(error.into()))?;
                    Input::Tensors(tensors)
                }
            };
            let device = match device.as_str() {
                "engine" => DeviceChoice::Engine,
                "gpu" => DeviceChoice::Gpu,
                "prefer" => DeviceChoice::PreferGpu,
                _ => DeviceChoice::Auto,
            };
            let mut own = [0; 32];
            own.copy_from_slice(seed.get(..32).unwrap_or(&[0; 32]));
            let request = RunRequest {
                input,
                device,
                seed: own,
                exact: None,
            };
            let outcome = self
                .0
                .run(request, reporter(progress))
                .await
                .map_err(thrown)?;
            let timings = outcome.timings;
            let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
            Ok(object(&[
                ("device", format!("{:?}", outcome.device).into()),
                ("reason", outcome.reason.to_string().into()),
                ("lane", outcome.lane().name().into()),
                (
                    "adapter",
                    outcome.adapter.clone().unwrap_or_default().into(),
                ),
                ("engine", countersign_messages::hex(&outcome.engine).into()),
                ("input", countersign_messages::hex(&outcome.input).into()),
                ("output", countersign_messages::hex(&outcome.output).into()),
                ("executed", outcome.executed.into()),
                (
                    "result",
                    bytes(outcome.result.as_deref().unwrap_or_default()),
                ),
                ("tensors", bytes(&outcome.outputs.encode())),
                ("inputItems", outcome.input_items.len().into()),
                ("outputItems", outcome.output_items.len().into()),
                ("load", (timings.load as f64).into()),
                ("selfTest", (timings.self_test as f64).into()),
                ("prepare", (timings.prepare as f64).into()),
                ("run", (timings.run as f64).into()),
                ("commit", (timings.commit as f64).into()),
                ("total", (timings.total as f64).into()),
                (
                    "memory",
                    Array::of3(
                        &(outcome.memory.engine as f64).into(),
                        &(outcome.memory.worker as f64).into(),
                        &(outcome.memory.gpu as f64).into(),
                    )
                    .into(),
                ),
            ]))
        }

        /// Cancels whatever is going on.
        pub fn cancel(&self) {
            self.0.cancel();
        }
    }
}
