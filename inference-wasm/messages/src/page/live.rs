//! A worker that runs, and the requests that wait for it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Reflect};
use wasm_bindgen::{closure::Closure, JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

use crate::js::{decode, encode, words};
use crate::{Answer, Event, Progress, Request, RunError};

/// The first part of the worker's script.
const BOOTSTRAP: &str = include_str!("bootstrap.js");
/// The last part: both modules' glue stands between.
const EPILOGUE: &str = "\nself.countersignStart(countersign_worker, countersign_gpu);\n";

/// Why a request got no answer.
#[derive(Clone, Debug)]
pub(super) enum Ended {
    /// The worker said so.
    Failed(RunError),
    /// The user does not want it any more.
    Cancelled,
    /// The worker is gone.
    Crashed(String),
    /// The GPU is gone for this worker.
    GpuLost(String),
}

impl From<Ended> for RunError {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Failed(error) => error,
            Ended::Cancelled => Self::Cancelled,
            Ended::Crashed(detail) | Ended::GpuLost(detail) => Self::Crashed { detail },
        }
    }
}

struct Waiting {
    answer: oneshot::Sender<Result<Answer, Ended>>,
    report: Rc<dyn Fn(Progress)>,
}

/// Requests without an answer, by number.
#[derive(Clone, Default)]
struct Open(Rc<RefCell<HashMap<u32, Waiting>>>);

impl Open {
    fn event(&self, id: u32, event: Event) {
        let answer = match event {
            Event::Progress(progress) => {
                // The report may call back into the handle: hold no borrow while it runs.
                let report = self
                    .0
                    .borrow()
                    .get(&id)
                    .map(|waiting| waiting.report.clone());
                if let Some(report) = report {
                    report(progress);
                }
                return;
            }
            Event::Done(answer) => Ok(answer),
            Event::Failed(error) => Err(Ended::Failed(error)),
            Event::GpuLost { detail } => Err(Ended::GpuLost(detail)),
        };
        let waiting = self.0.borrow_mut().remove(&id);
        if let Some(waiting) = waiting {
            // Nobody listens any more: nothing to do.
            let _ = waiting.answer.send(answer);
        }
    }

    fn all(&self, how: &Ended) {
        let waiting: Vec<_> = self.0.borrow_mut().drain().collect();
        for (_, waiting) in waiting {
            let _ = waiting.answer.send(Err(how.clone()));
        }
    }
}

/// A started worker.
pub(super) struct Live {
    worker: Worker,
    open: Open,
    next: RefCell<u32>,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: Closure<dyn FnMut(ErrorEvent)>,
    /// Whether the model was given to it.
    pub(super) has_model: bool,
    /// Whether the GPU module was given to it.
    pub(super) has_gpu: bool,
}

impl Live {
    /// Starts a worker from a `blob:` URL, so that the page's policy reaches it (PROTOCOL 7.1).
    pub(super) fn spawn(
        worker_js: &Blob,
        gpu_js: &Blob,
        worker_wasm: &Blob,
    ) -> Result<Self, RunError> {
        let crashed = |thrown: JsValue| RunError::Crashed {
            detail: words(&thrown),
        };
        let parts: Array = [
            JsValue::from_str(BOOTSTRAP),
            worker_js.into(),
            JsValue::from_str("\n"),
            gpu_js.into(),
            JsValue::from_str(EPILOGUE),
        ]
        .iter()
        .collect();
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let script = Blob::new_with_blob_sequence_and_options(&parts, &kind).map_err(crashed)?;
        let url = Url::create_object_url_with_blob(&script).map_err(crashed)?;
        let worker = Worker::new(&url).map_err(crashed)?;

        let open = Open::default();
        let on_message = {
            let (open, url) = (open.clone(), url.clone());
            let mut started = false;
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if !std::mem::replace(&mut started, true) {
                    // The script has been read: its URL is not needed any more.
                    let _ = Url::revoke_object_url(&url);
                }
                receive(&open, &event.data());
            })
        };
        let on_error = {
            let open = open.clone();
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                let detail = event.message();
                open.all(&Ended::Crashed(if detail.is_empty() {
                    "the worker's script did not start".to_owned()
                } else {
                    detail
                }));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(worker_wasm).map_err(crashed)?;
        Ok(Self {
            worker,
            open,
            next: RefCell::new(0),
            on_message,
            on_error,
            has_model: false,
            has_gpu: false,
        })
    }

    /// Posts a request. What is returned resolves with its answer, or with an error when the worker ends.
    pub(super) fn ask(
        &self,
        request: &Request,
        blobs: &[Blob],
        report: Rc<dyn Fn(Progress)>,
    ) -> oneshot::Receiver<Result<Answer, Ended>> {
        let id = self.next.replace_with(|next| next.wrapping_add(1));
        let (answer, receiver) = oneshot::channel();
        self.open
            .0
            .borrow_mut()
            .insert(id, Waiting { answer, report });
        if let Err(thrown) = self.worker.post_message(&encode(id, request, blobs)) {
            self.open.event(
                id,
                Event::Failed(RunError::Protocol {
                    detail: words(&thrown),
                }),
            );
        }
        receiver
    }

    /// Terminates the worker and answers all that wait.
    pub(super) fn end(self, how: &Ended) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
        self.open.all(how);
        let closures = (self.on_message, self.on_error);
        // One of them may be running right now: they are dropped once the stack is empty.
        wasm_bindgen_futures::spawn_local(async move { drop(closures) });
    }
}

fn receive(open: &Open, data: &JsValue) {
    let field = |key: &str| {
        Reflect::get(data, &JsValue::from_str(key))
            .ok()
            .and_then(|value| value.as_string())
    };
    if let Some(detail) = field("crash") {
        let gpu = field("part").is_some_and(|part| part == "gpu");
        open.all(&if gpu {
            Ended::GpuLost(detail)
        } else {
            Ended::Crashed(detail)
        });
        return;
    }
    match decode::<Event>(data) {
        Ok(message) => open.event(message.id, message.head),
        Err(error) => open.all(&Ended::Failed(error)),
    }
}
