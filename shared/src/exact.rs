//! The Exact lane (EXACT.md): programs of integers, one step function for everybody, and the game
//! that settles a false claim by recomputing at most eight terms of one element.
//!
//! | module | EXACT | what |
//! | --- | --- | --- |
//! | [`num`], [`dims`], [`step`], [`interface`], [`program`] | 2, 4.1 | programs, their encodings and roots |
//! | [`element`], [`loads`] | 3 | the element functions |
//! | [`analysis`] | 1 | the bounds under which every runtime gives the same bits |
//! | [`tree`], [`proof`] | 4.4, 6 | openings, and the one-step verifier |
//! | [`game`], [`moves`], [`refusal`], [`claim`] | 5, 6 | the rules of the game, and who gets what |
//! | [`mod@run`], [`build`], [`player`] | 6 | the interpreter and the honest players |
//!
//! Everything is integers, and nothing here reads a clock, a chain or a file.

pub mod analysis;
mod bounds;
pub mod build;
mod channel;
pub mod claim;
pub mod dims;
mod direct;
pub mod element;
pub mod game;
pub mod interface;
pub mod intervals;
pub mod loads;
pub mod malformed;
pub mod moves;
pub mod names;
pub mod num;
mod play_error;
pub mod player;
pub mod program;
pub mod proof;
mod read;
pub mod reason;
pub mod refusal;
mod rules;
pub mod run;
mod shapes;
mod start;
mod state;
pub mod step;
pub mod tree;
mod window;

pub use game::{Game, Moment, Sizes, Subject};
pub use moves::{Move, Side};
pub use program::Program;
pub use refusal::Refusal;

/// Elements of a 256-byte chunk.
pub const CHUNK_ELEMENTS: u32 = 64;
/// The most leaves of a trace.
pub const MAX_LEAVES: u32 = 4096;
