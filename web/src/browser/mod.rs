//! What the browser does for the app: one ability a file, each with a typed error.

pub mod clipboard;
pub mod error;
pub mod random;
pub mod read;
pub mod save;
