//! Every word the app shows, in every language it speaks. Sentences that state a rule or a verdict are not here: they
//! belong to the crates that decide them.

pub mod about;
pub mod answer;
pub mod claims;
pub mod command;
pub mod en;
pub mod explore;
pub mod faults;
pub mod files;
pub mod handover;
pub mod language;
pub mod later;
pub mod lie;
pub mod lie_moves;
pub mod own;
pub mod publish;
pub mod receipts;
pub mod run;
pub mod sent;
pub mod sign;
pub mod stake;
pub mod storage;
pub mod verify;
pub mod withdraw;
pub mod words;
