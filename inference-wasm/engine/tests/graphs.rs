//! A fixed set of random graphs (`fuzz/graphs.py`) with the outputs that onnxruntime computed.
#![allow(clippy::unwrap_used)]

#[path = "support/packed.rs"]
mod packed;

use packed::Outcome;

#[test]
fn random_graphs_give_what_onnxruntime_computes() {
    let file = include_bytes!("fixtures/graphs.bin");
    let (mut right, mut failures) = (0, Vec::new());
    packed::each(file, |case| match packed::judge(&case) {
        Outcome::Right => right += 1,
        Outcome::Refused(reason) => failures.push(format!("{} is refused: {reason}", case.name)),
        Outcome::Wrong(what) => failures.push(format!("{} is wrong: {what}", case.name)),
    })
    .unwrap();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(right >= 300, "{right}");
}
