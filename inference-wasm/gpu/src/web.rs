//! What the worker calls. Messages are SCALE: requests are bytes, every answer is an encoded `Result<T, Fallback>`.
//!
//! A panic (wonnx has some) is told to the worker's global `countersignCrash("gpu", …)`; this instance is then of no more use,
//! and neither is its worker.

use std::cell::RefCell;
use std::rc::Rc;

use countersign_abi::{decode_all, Encode, NamedTensor};
use countersign_messages::Fallback;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::session::{self, Session};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = countersignCrash)]
    fn crash(part: &str, detail: &str);
}

thread_local! {
    static SESSION: RefCell<Option<Rc<Session>>> = const { RefCell::new(None) };
}

/// Runs once, when the module is instantiated.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| crash("gpu", &info.to_string())));
}

/// Opens the device: `Result<String, Fallback>`, the adapter's name.
#[wasm_bindgen]
pub async fn open() -> Vec<u8> {
    session::open().await.encode()
}

/// Puts a model on the device, in place of an earlier one. `inputs` is a `Vec<NamedTensor>`: inputs like those that will be
/// run. Answers `Result<Vec<String>, Fallback>`: the inputs whose values are now part of the model, so that other values
/// need another load.
#[wasm_bindgen]
pub async fn load(model: Vec<u8>, inputs: Vec<u8>) -> Vec<u8> {
    SESSION.set(None);
    let loaded = match decode_all::<Vec<NamedTensor>>(&inputs) {
        Ok(inputs) => Session::load(&model, inputs).await,
        Err(error) => Err(Fallback::Refused {
            detail: error.to_string(),
        }),
    };
    loaded
        .map(|session| {
            let pinned = session.pinned();
            SESSION.set(Some(Rc::new(session)));
            pinned
        })
        .encode()
}

/// Runs the model on a `Vec<NamedTensor>`: `Result<Vec<NamedTensor>, Fallback>`.
#[wasm_bindgen]
pub async fn run(tensors: Vec<u8>) -> Vec<u8> {
    let session = SESSION.with_borrow(Clone::clone);
    let outputs = match (session, decode_all::<Vec<NamedTensor>>(&tensors)) {
        (Some(session), Ok(tensors)) => session.run(&tensors).await,
        (None, _) => Err(Fallback::Refused {
            detail: "no model is loaded".to_owned(),
        }),
        (_, Err(error)) => Err(Fallback::Refused {
            detail: error.to_string(),
        }),
    };
    outputs.encode()
}

/// Destroys the device as a driver reset would: for tests of what happens then.
#[wasm_bindgen]
pub fn lose() {
    wgpu::control::destroy();
}
