//! One module a page, one task a page.

pub mod about;
pub mod about_files;
pub mod explore;
pub mod lie;
pub mod missing;
pub mod models;
pub mod own;
pub mod publish;
pub mod receipts;
pub mod run;
pub mod sign;
pub mod storage;
pub mod verify;
pub mod withdraw;
