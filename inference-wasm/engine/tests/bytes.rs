//! Damaged models, field by field: no panic, and no more memory than the limits allow.
#![allow(dead_code)]

#[path = "support/attempt.rs"]
mod attempt;
#[path = "support/mutate.rs"]
mod mutate;
#[path = "support/packed.rs"]
mod packed;

use std::path::Path;

#[global_allocator]
static COUNTING: attempt::Counting = attempt::Counting;

#[test]
fn damaged_fields_neither_panic_nor_take_memory() {
    let models = attempt::models(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
    assert!(models.len() > 300, "{}", models.len());
    let tally = attempt::attempts(&models, 1, 12);
    assert!(tally.panics.is_empty(), "{:#?}", tally.panics);
    assert!(tally.greedy.is_empty(), "{:#?}", tally.greedy);
    // If everything were refused at once, nothing would be tested.
    assert!(tally.ran > 300, "{tally:?}");
}
