//! The loop that answers the page: one request after the other.

use core::future::Future;
use countersign_abi::{Input, NamedFile};
use countersign_messages::js::{decode, encode, Envelope};
use countersign_messages::{
    Answer, Event, GpuProbe, InputHead, ModelInfo, Progress, Request, RunError, Stage,
    MAX_INPUT_BYTES,
};
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use wasm_bindgen::prelude::{wasm_bindgen, Closure};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

use crate::blob;
use crate::engine::Engine;
use crate::gpu::{self, Gpu};
use crate::model::Model;
use crate::run::{now, Job, Machine, Stop};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = countersignCrash)]
    fn crash(part: &str, detail: &str);
}

/// Starts to answer. `gpu_glue` is the GPU module's glue, which is part of the worker's script.
#[wasm_bindgen]
pub fn serve(gpu_glue: JsValue) {
    std::panic::set_hook(Box::new(|info| crash("worker", &info.to_string())));
    let (sender, mut requests) = mpsc::unbounded();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // The receiver lives as long as the worker.
        let _ = sender.unbounded_send((now(), event.data()));
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // As long as the worker lives, it listens.
    on_message.forget();
    wasm_bindgen_futures::spawn_local(async move {
        let mut machine = Machine::default();
        while let Some((arrived, data)) = requests.next().await {
            let (id, event) = match decode::<Request>(&data) {
                Ok(Envelope { id, head, blobs }) => {
                    let event =
                        match answer(&mut machine, &gpu_glue, id, head, &blobs, arrived).await {
                            Ok(answer) => Event::Done(answer),
                            Err(Stop::Error(error)) => Event::Failed(error),
                            Err(Stop::GpuLost(detail)) => Event::GpuLost { detail },
                        };
                    (id, event)
                }
                Err(error) => (0, Event::Failed(error)),
            };
            post(id, &event);
        }
    });
}

fn post(id: u32, event: &Event) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if scope.post_message(&encode(id, event, &[])).is_err() {
        crash("worker", "the answer could not be posted");
    }
}

async fn answer(
    machine: &mut Machine,
    gpu_glue: &JsValue,
    id: u32,
    request: Request,
    blobs: &[Blob],
    arrived: u64,
) -> Result<Answer, Stop> {
    if blobs.len() != request.blobs() {
        let detail = format!(
            "a request with {} files instead of {}",
            blobs.len(),
            request.blobs()
        );
        return Err(RunError::Protocol { detail }.into());
    }
    let progress = |progress: Progress| post(id, &Event::Progress(progress));
    let verifying = |done, total| progress(Progress::bytes(Stage::Verify, done, total));
    Ok(match request {
        Request::Engine { sha256 } => {
            let bytes = blob::verified(&blobs[0], "the engine", None, sha256, verifying).await?;
            progress(Progress::stage(Stage::Compile));
            machine.engine_has_model = false;
            machine.engine = Some((Engine::start(&bytes).await?, sha256));
            Answer::Ready
        }
        Request::Probe => Answer::Probe(gpu::probe().await),
        Request::Gpu { sha256 } => {
            let adapter = match gpu::probe().await {
                GpuProbe::Available { adapter, .. } => adapter,
                GpuProbe::Unavailable(why) => return Err(RunError::Gpu(why).into()),
            };
            let bytes =
                blob::verified(&blobs[0], "the GPU module", None, sha256, verifying).await?;
            progress(Progress::stage(Stage::Compile));
            let gpu = Gpu::start(gpu_glue, &bytes, adapter)
                .await
                .map_err(RunError::Gpu)?;
            machine.forget_gpu();
            machine.gpu = Some((gpu, sha256));
            Answer::Ready
        }
        Request::Model { manifest, paths } => {
            let given = named(paths, blobs);
            let loading = async { Model::new(&manifest, &given) };
            Answer::Model(Box::new(load(machine, loading, &progress).await?))
        }
        Request::Bare { paths } => {
            let loading = Model::bare(named(paths, blobs), &progress);
            Answer::Model(Box::new(load(machine, loading, &progress).await?))
        }
        Request::Stage { staging, lie } => {
            progress(Progress::stage(Stage::Run));
            Answer::Staged(Box::new(machine.stage(&staging, lie).await?))
        }
        Request::Turn { staging, lie, game } => {
            Answer::Turn(Box::new(machine.turn(&staging, lie, &game).await?))
        }
        Request::Recompile { root } => {
            machine.recompile(root).await?;
            Answer::Ready
        }
        Request::Run {
            input,
            device,
            fallback,
            seed,
            exact,
        } => {
            let size = blobs.iter().map(blob::size).sum();
            if size > MAX_INPUT_BYTES {
                return Err(RunError::InputTooLarge {
                    size,
                    limit: MAX_INPUT_BYTES,
                }
                .into());
            }
            let input = match input {
                InputHead::Tensors(tensors) => Input::Tensors(tensors),
                InputHead::File => {
                    Input::File(blob::read(&blobs[0], "The input", |_, _| ()).await?.0)
                }
                InputHead::Files(names) => {
                    let mut files = Vec::new();
                    for (name, blob) in names.into_iter().zip(blobs) {
                        let (data, _) = blob::read(blob, "The input", |_, _| ()).await?;
                        files.push(NamedFile { name, data });
                    }
                    Input::Files(files)
                }
            };
            let job = Job {
                input,
                device,
                fallback,
                seed,
                exact: exact.is_some(),
                arrived,
            };
            let outside = match exact {
                Some(exact) => machine.exact(exact, &job.input).await?,
                None => None,
            };
            let mut outcome = machine.run(job, &progress).await?;
            outcome.outside = outside;
            Answer::Outcome(Box::new(outcome))
        }
    })
}

fn named(paths: Vec<String>, blobs: &[Blob]) -> Vec<(String, Blob)> {
    paths.into_iter().zip(blobs.iter().cloned()).collect()
}

/// Puts a model into the engine, in place of an earlier one.
async fn load(
    machine: &mut Machine,
    model: impl Future<Output = Result<Model, RunError>>,
    progress: &impl Fn(Progress),
) -> Result<ModelInfo, RunError> {
    machine.model = None;
    machine.engine_has_model = false;
    machine.forget_gpu();
    let (Some((engine, _)), from) = (&mut machine.engine, now()) else {
        return Err(RunError::EngineModule {
            detail: "it was not started".to_owned(),
        });
    };
    let model = model.await?;
    let description = model.load(engine, progress).await?;
    let info = ModelInfo {
        manifest: model.manifest,
        description,
        load: now() - from,
    };
    machine.model = Some(model);
    machine.engine_has_model = true;
    Ok(info)
}
