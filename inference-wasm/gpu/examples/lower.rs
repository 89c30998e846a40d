//! Writes what wonnx would be given for a model: `cargo run -p countersign-gpu --example lower -- IN.onnx OUT.onnx`.

use std::collections::HashMap;
use std::error::Error;

use countersign_gpu::lower::lower;
use countersign_onnx::{load, LoadLimits};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: lower IN.onnx OUT.onnx".into());
    };
    let model = load(&std::fs::read(from)?, &[], LoadLimits::default())?;
    let lowered = lower(&model, &HashMap::new())?;
    std::fs::write(to, &lowered.model)?;
    for feed in &lowered.feeds {
        println!(
            "input {} as {}: {} {:?}",
            feed.name, feed.lowered, feed.dtype, feed.dims
        );
    }
    for fetch in &lowered.fetches {
        println!(
            "output {} as {}: {:?}",
            fetch.name, fetch.lowered, fetch.dims
        );
    }
    Ok(())
}
