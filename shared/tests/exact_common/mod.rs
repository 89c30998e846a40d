//! Reading the vectors of the Exact lane, and playing its game.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod liar;
pub mod lies;
pub mod moves;
pub mod play;
pub mod random;
pub mod steps;
pub mod tiny;

use super::common::{entries, vectors, vectors_path};
use serde_json::Value;

/// The programs of all files `exact-N.json`, counted from 1.
pub fn programs() -> Vec<Value> {
    let names = (1..).map(|number| format!("exact/exact-{number}.json"));
    let there = names.take_while(|name| vectors_path(name).exists());
    let all: Vec<Value> = there
        .flat_map(|name| entries(&vectors(&name), "programs").to_vec())
        .collect();
    assert!(!all.is_empty(), "no programs");
    all
}
