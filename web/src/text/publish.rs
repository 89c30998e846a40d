//! The page on which a model of one's own is published. English.

use super::en;

pub const TITLE: &str = "Publish a model";
pub const LEAD: &str = "The registry keeps what the model is and the SHA-256 of its files, for good, under your account. The files themselves stay with you.";
pub const FIELDS: &str = "What it is";
pub const NAME: &str = "Name";
pub const VERSION: &str = "Version";
pub const DESCRIPTION: &str = "What it does, in a sentence or two";
pub const LICENCE: &str = "Licence, as SPDX writes it: Apache-2.0, MIT, CC-BY-4.0";
pub const SOURCE: &str = "Where others get the files";
pub const SOURCE_NOTE: &str = "An https address of a folder that holds the saved files, or nothing: then others give the files to the page themselves. It cannot be changed later.";
pub const TOLERANCE: &str = "How far a GPU's outputs may lie from the engine's";
pub const BEFORE: &str =
    "The model that this is a new version of, by its id, or nothing. You must own it.";
pub const KNOWN: &str = "A known answer";
pub const KNOWN_NOTE: &str = "The engine runs the model once on these inputs. Other people's GPUs must give the same before they are trusted with it. Choose inputs that matter: zeros hide much.";
pub const MAKE: &str = "Run it on these inputs";
pub const MAKING: &str = "The engine runs the model";
pub const MADE: &str = "The engine's answer is part of what you publish.";
pub const NOT_MADE: &str = "There is no known answer";
pub const OPEN_RANK: &str = "a tensor whose number of dimensions is open cannot be published: give the model fixed ranks and try again";
pub const DATA: &str = "only one ONNX file can be published, with its weights inside: save it with onnx.save(model, path, save_as_external_data=False)";
pub const CHECKS: &str = "What is published";
pub const NOT_YET: &str = "It cannot be published yet";
pub const MANIFEST: &str = "The manifest, as the registry will keep it";
pub const SAVE_MANIFEST: &str = "Save the manifest";
pub const SAVE_KNOWN: &str = "Save the known answer";
pub const PUBLISH: &str = "Publish";
pub const PUBLISH_NOTE: &str = "It is tried without sending first. What was published stays for ever; it can be marked as deprecated, not removed.";
pub const NO_PAYER: &str =
    "On this chain it costs a fee, which this page cannot pay. Use the command line: countersign model publish manifest.json, or model deprecate ID.";
pub const COMMAND: &str = "The same by the command line, with the saved manifest";
pub const DONE: &str = "Published";
pub const RUN_IT: &str = "Run it";
pub const SEE_IT: &str = "See it in the explorer";
pub const KEPT: &str = "This browser keeps the files, so that it runs here at once.";
pub const NOT_KEPT: &str = "The files were not kept here";
pub const WHAT_MODEL: &str = "model id";

pub const DEPRECATE: &str = "Mark as deprecated";
pub const DEPRECATE_ASK: &str = "Should nobody use this model any more?";
pub const DEPRECATE_NOTE: &str = "Only its owner can say so, and cannot take it back. The model stays in the registry, and receipts that name it stay as they are.";
pub const DEPRECATE_GO: &str = "Deprecate it for good";
pub const DEPRECATE_KEEP: &str = "Leave it";

pub const GIVE: &str = "Give the files yourself";
pub const GIVE_NOT: &str = "The file was not taken";
pub const GIVE_HOW: &str = "Where no source answers: choose the model's files here. They are used only if their SHA-256 is the manifest's.";
pub const GIVE_CHOOSE: &str = "Choose model files";
pub const GIVE_HINT: &str = "Or drop them here. They stay in this browser.";
pub const SOURCES: &str =
    "Where the page looks for them, in this order; every byte is hashed while it comes:";
pub const NO_SOURCES: &str = "no source: only by hand";

/// What became of a file that was given.
pub fn taken(name: &str, path: &str) -> String {
    format!("{name} is the model's {path}. It is kept.")
}

/// A file that is none of the model's.
pub fn not_taken(name: &str, digest: &str) -> String {
    format!("{name} is none of this model's files: its SHA-256 is {digest}.")
}

/// The state after publishing.
pub fn published(at: &str) -> String {
    format!("{DONE} in {at}.")
}

/// How large the manifest is.
pub fn size(bytes: usize, most: usize) -> String {
    format!(
        "{} of at most {}",
        en::size(bytes as u64),
        en::size(most as u64)
    )
}

/// The state after deprecating.
pub fn deprecated(at: &str) -> String {
    format!("Deprecated in {at}.")
}

/// A file whose length is none of the model's files'.
pub fn no_such_size(name: &str, size: u64, sizes: &str) -> String {
    format!("{name} is none of this model's files: it has {size} bytes. They have: {sizes}.")
}
