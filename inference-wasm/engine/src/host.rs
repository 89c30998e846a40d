//! Requests and responses as bytes: what `cs_call` does.

use countersign_abi::{decode_all, Encode, EngineError, ErrorCode, Op, Response};

use crate::engine::Engine;

/// Answers one request. `last_panic` is what [`Op::LastPanic`] returns.
pub fn answer(engine: &mut Engine, op: u32, request: &[u8], last_panic: Option<&str>) -> Vec<u8> {
    let op = match Op::from_number(op) {
        Ok(op) => op,
        Err(error) => return failed(error),
    };
    match op {
        Op::Load => encode(decode_all(request).and_then(|request| engine.load(&request).cloned())),
        Op::Run => encode(decode_all(request).and_then(|request| engine.run(request))),
        Op::Describe => encode(empty(request).and_then(|()| engine.describe().cloned())),
        Op::Unload => encode(empty(request).map(|()| engine.unload())),
        Op::LastPanic => encode(empty(request).map(|()| last_panic.map(str::to_owned))),
        Op::Prepare => encode(decode_all(request).and_then(|request| engine.prepare(request))),
        Op::Finish => encode(decode_all(request).and_then(|request| engine.finish(request))),
    }
}

fn empty(request: &[u8]) -> Result<(), EngineError> {
    if request.is_empty() {
        Ok(())
    } else {
        Err(EngineError::new(
            ErrorCode::Request,
            "this operation takes no request",
        ))
    }
}

fn encode<T: Encode>(response: Response<T>) -> Vec<u8> {
    response.encode()
}

fn failed(error: EngineError) -> Vec<u8> {
    Response::<()>::Err(error).encode()
}
