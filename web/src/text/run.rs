//! The page on which models run. English.

use super::en;
use crate::state::media::Kind;
use crate::state::stages::Step;
use countersign_messages::DeviceChoice;
use countersign_shared::Lane;

pub const READING_MODEL: &str = "Reading the model from the chain";
pub const BAD_ID: &str = "This address names no model";
pub const BAD_ID_WHY: &str = "A model id is 0x and 64 digits. Choose a model from the list.";
pub const NO_MODEL: &str = "The chain knows no such model";
pub const NO_MODEL_WHY: &str =
    "It is not in this deployment's registry, or its manifest is not the one that its id names. Check the address, or choose a model from the list.";
pub const MODEL_FAILED: &str = "The model could not be read";

pub const CHOOSE: &str = "Choose a file";
pub const USE_EXAMPLE: &str = "Use an example";
pub const PREVIEW: &str = "The chosen picture";
pub const RECORD: &str = "Record";
pub const STOP_RECORDING: &str = "Stop recording";
pub const RECORDING_NAME: &str = "recording.wav";
pub const NO_MICROPHONE: &str = "No recording";
pub const EARLIER: &str = "The earlier result";
pub const EARLIER_HOW: &str = "This model goes on from what another one found in the same picture. Begin with that model, which offers to go on by itself, or give its saved result here.";
pub const CHOOSE_EARLIER: &str = "Choose a result";
pub const EARLIER_HINT: &str =
    "Or drop it here: the file that was saved under the earlier run's answer.";
pub const READ_TEXT: &str = "Read the text";
pub const READ_TEXT_WHY: &str = "Another model can read what stands in these places. It gets the same picture and this result; its receipt can name the one of this run.";
pub const READ_WITH: &str = "Model";
pub const READING_TEXT: &str = "Reading the text";
pub const NO_READER: &str = "No model that reads text is published on this chain yet.";
pub const SAVE_RESULT: &str = "Save the result";
pub const NOT_SAVED: &str = "The result was not saved";
pub const NOT_SHOWN: &str = "The result has a form that this version of the app does not draw. It is shown as it stands under “Raw tensors”.";
pub const NO_FILE: &str = "No file chosen";
pub const TENSORS_NAME: &str = "tensors";

pub const DEVICE: &str = "Device";
pub const DEVICE_AUTO: &str = "Automatic";
pub const DEVICE_GPU: &str = "GPU";
pub const DEVICE_ENGINE: &str = "Engine";
pub const ENGINE_ONLY: &str = "Runs on the engine, in the Replay lane: this task executes its model several times, which graphics processors do not do here.";
pub const RUN: &str = "Run";
pub const CANCEL: &str = "Cancel";
pub const PROGRESS: &str = "Progress";
pub const STARTING: &str = "Starting";
pub const NOT_NEEDED: &str = "not needed";
pub const DONE: &str = "done";
pub const STOPPED: &str = "stopped";
pub const FAILED: &str = "The run gave no result";
pub const CANCELLED: &str = "Cancelled";
pub const CANCELLED_WHY: &str =
    "The run was stopped. What was downloaded stays in this tab; you can run again at any time.";

pub const RESULT: &str = "Result";
pub const ON_ENGINE: &str = "Ran on the engine.";
pub const ONLY_ENGINE: &str = "This task runs on the engine only.";
pub const RAW: &str = "Raw tensors";
pub const NO_TENSORS: &str =
    "There are no tensors: the answer was known without executing the model, or the model ran several times and only the result is kept.";
pub const RESULT_FILE: &str = "The result as the receipt commits to it";
pub const TIMES: &str = "Times";
pub const TIMES_CAPTION: &str = "Measured inside the worker";
pub const TIME_LOAD: &str = "Loading";
pub const TIME_SELF_TEST: &str = "Comparing GPU and engine";
pub const TIME_PREPARE: &str = "Preparing the input";
pub const TIME_RUN: &str = "Running";
pub const TIME_COMMIT: &str = "Result and commitments";
pub const TIME_TOTAL: &str = "In all";
pub const MEMORY: &str = "Memory of the worker";

pub const HISTORY: &str = "Runs in this tab";
pub const HISTORY_NOTE: &str =
    "The newest 20, in memory only: they are gone when the tab is closed or loaded anew. Sign what you want to keep.";
pub const SIGN_SHORT: &str = "Sign";

pub const SLIP_KIND: &str = "Run";
pub const SLIP_TITLE: &str = "Not signed yet";
pub const SLIP_BLANK: &str = "Fills in when the model has run. Nothing is signed until you say so.";
pub const SIGN_THIS: &str = "Sign this receipt";
pub const ROW_MODEL: &str = "Model";
pub const ROW_PUBLISHER: &str = "Publisher";
pub const ROW_ENGINE: &str = "Engine";
pub const ROW_LANE: &str = "Lane";
pub const ROW_INPUT: &str = "Input";
pub const ROW_OUTPUT: &str = "Output";
pub const WHAT_ENGINE: &str = "engine";
pub const WHAT_INPUT: &str = "input commitment";
pub const WHAT_OUTPUT: &str = "output commitment";

/// What can be given, and what happens to it.
pub fn hint(kind: Kind) -> &'static str {
    match kind {
        Kind::Bytes => "Or drop one here, or paste it. Any kind of file. It is read in this tab and not sent anywhere.",
        Kind::Picture => "Or drop a picture here, or paste one. PNG, JPEG, WebP, GIF or BMP. It is read in this tab and not sent anywhere.",
        Kind::Sound => "Or drop a sound here, paste one, or record one. It is read in this tab and not sent anywhere.",
    }
}

/// How long a recording is.
pub fn recorded(seconds: u32) -> String {
    format!("Recording, {seconds} s")
}

/// Why there is no recording, and what to do.
pub fn no_microphone(reason: &str) -> String {
    format!("{reason} Allow the microphone for this page in the browser's settings, or choose a sound file instead.")
}

/// What the chosen device means.
pub fn device_note(device: DeviceChoice) -> &'static str {
    match device {
        DeviceChoice::Auto | DeviceChoice::PreferGpu => "On the GPU where it is known to be right for this model, else on the engine. You will see which, and why.",
        DeviceChoice::Gpu => "Fast lane: quick, but graphics processors round differently, so others cannot check it bit for bit.",
        DeviceChoice::Engine => "Replay lane: the same bits on every machine, so anybody who has the input can check the run.",
    }
}

/// The name of a lane.
pub fn lane_name(lane: Lane) -> &'static str {
    match lane {
        Lane::Fast => "Fast",
        Lane::Replay => "Replay",
        Lane::Exact => "Exact",
    }
}

/// What a lane means for whoever checks the receipt.
pub fn lane_note(lane: Lane) -> &'static str {
    match lane {
        Lane::Fast => "Ran on a graphics processor. That the model ran is its signer's word.",
        Lane::Replay => "Anybody who has the input can run it again and compare every bit.",
        Lane::Exact => "Exact arithmetic: a false claim can be proved false on the chain.",
    }
}

/// The licence, beside the publisher.
pub fn licence(licence: &str) -> String {
    format!("· licence {licence}")
}

/// The name of a stage.
pub fn step(step: Step) -> &'static str {
    match step {
        Step::Engine => "Engine",
        Step::Model => "Model files",
        Step::Gpu => "GPU module",
        Step::Run => "Run",
        Step::Commit => "Result and commitments",
    }
}

/// Bytes done of bytes in all, and the seconds that the rest takes, where they are known.
pub fn of(done: u64, total: u64, left: Option<u64>) -> String {
    let bytes = format!("{} of {}", en::size(done), en::size(total));
    match left {
        Some(seconds) if seconds > 0 => format!("{bytes}, about {} s left", en::count(seconds)),
        _ => bytes,
    }
}

/// The end of a run, `time` in microseconds.
pub fn finished_in(time: u64) -> String {
    format!("Finished in {}", en::milliseconds(time))
}

/// Model, lane and time of an earlier run, `time` in microseconds.
pub fn history_facts(model: &str, lane: Lane, time: u64) -> String {
    format!("{model}, {}, {}", lane_name(lane), en::milliseconds(time))
}

/// The name of the link that signs an earlier run.
pub fn sign_run(file: &str) -> String {
    format!("{SIGN_SHORT} the run on {file}")
}

/// The device sentence for a run on the GPU.
pub fn on_gpu(adapter: Option<&str>) -> String {
    match adapter {
        Some(adapter) if !adapter.is_empty() => format!("Ran on the GPU ({adapter})."),
        _ => "Ran on the GPU.".to_owned(),
    }
}

/// How many values are not shown.
pub fn more_values(count: String) -> String {
    format!("… and {count} more")
}
