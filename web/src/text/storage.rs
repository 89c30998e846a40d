//! The page about what this browser keeps, and the line about a newer release. English.

use super::en;

pub const TITLE: &str = "What this browser keeps";
pub const LEAD: &str = "Models and the app itself are kept on this device, so that they work with the network cut. The files that you run models on are never kept.";
pub const APP: &str = "The app";
pub const APP_WHOLE: &str =
    "Kept whole: page, worker, engine and GPU module. The app opens without a network.";
pub const APP_FETCHING: &str =
    "Being fetched. Until it is here whole, the app needs the network to open.";
pub const APP_NOT: &str = "The app is not kept";
pub const APP_NOT_WHY: &str = "It works as long as there is a network.";
pub const MODELS: &str = "Models";
pub const READING: &str = "Looking at what is kept";
pub const NONE: &str = "No model is kept yet. One is kept when it has been run for the first time.";
pub const SWITCHED_OFF: &str = "Nothing can be kept";
pub const SWITCHED_OFF_WHY: &str = "Models run all the same, and are downloaded again in each tab. A private window, or a setting that blocks the data of sites, is the usual cause.";
pub const DELETE: &str = "Delete";
pub const DELETE_ALL: &str = "Delete all models";
pub const DELETE_SURE: &str = "Delete all for good";
pub const DELETE_KEEP: &str = "Keep them";
pub const DELETED: &str = "Deleted";
pub const NOT_DELETED: &str = "Not deleted";
pub const ROOM: &str = "Room";
pub const ROOM_UNKNOWN: &str = "The browser does not say how much there is";
pub const LASTING: &str = "The browser has promised not to clear these files by itself.";
pub const NOT_LASTING: &str = "The browser may clear these files by itself when the disk is nearly full, or when this page was not visited for some weeks. Nothing that you signed is lost by that: models are downloaded again. You can ask it not to.";
pub const ASK: &str = "Ask the browser to keep them";
pub const ASKED_NO: &str = "The browser did not promise. It decides by its own rules; a bookmark or more visits may change its mind.";
pub const NOT_KEPT: &str = "A file was not kept";
pub const KEPT_HERE: &str = "Kept on this device";
pub const KEPT_HERE_WHY: &str = "These models run without the chain. Whether their owners have deprecated them since is not known until the chain answers.";
pub const KEPT_RUN: &str = "Kept on this device; the chain cannot be reached, so whether the model is deprecated is not known.";
pub const FOOT_LINK: &str = "What this browser keeps";
pub const FILES_LINK: &str = "Verify this page";

pub const NEWER: &str = "A newer version of this app is here";
pub const NEWER_WHY: &str =
    "Reloading ends what this tab holds: save a receipt or a result that you still need first.";
pub const NEWER_GO: &str = "Reload";

/// What a failure to keep means.
pub fn not_kept(reason: &str) -> String {
    format!("{reason} The run goes on; the model is downloaded again the next time. Deleting kept models makes room.")
}

/// How much of a model is here.
pub fn here(bytes: u64, whole: bool) -> String {
    if whole {
        en::size(bytes)
    } else {
        format!("{}, not complete", en::size(bytes))
    }
}

/// How much is in use.
pub fn room(used: u64, most: u64) -> String {
    format!("{} of {} in use", en::size(used), en::size(most))
}

/// The button that deletes one model.
pub fn delete(name: &str) -> String {
    format!("{DELETE} {name}")
}
