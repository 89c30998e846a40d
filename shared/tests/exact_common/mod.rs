//! Reading the vectors of the Exact lane, and playing its game.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod moves;
pub mod play;
pub mod random;

use super::common::{entries, vectors};
use serde_json::Value;

/// The programs of all files that there are.
pub fn programs() -> Vec<Value> {
    let all: Vec<Value> = [
        "exact/exact-1.json",
        "exact/exact-2.json",
        "exact/exact-3.json",
    ]
    .iter()
    .flat_map(|name| entries(&vectors(name), "programs").to_vec())
    .collect();
    all
}
