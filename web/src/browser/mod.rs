//! What the browser does for the app: one ability a file, each with a typed error.

pub mod cache;
pub mod camera;
pub mod canvas;
pub mod clipboard;
pub mod clock;
pub mod database;
pub mod devices;
pub mod digest;
pub mod error;
pub mod microphone;
pub mod object_url;
pub mod page;
pub mod picture;
pub mod random;
pub mod read;
pub mod room;
pub mod save;
pub mod seal;
pub mod wav;
