//! The page on which models run.

use super::en;
use super::language::{language, Language, Text};
use crate::state::media::Kind;
use crate::state::stages::Step;
use countersign_messages::{DeviceChoice, Stage};
use countersign_shared::Lane;

pub const READING_MODEL: Text = Text::new(
    "Reading the model from the chain",
    "Das Modell wird von der Kette gelesen",
);
pub const BAD_ID: Text = Text::new(
    "This address names no model",
    "Diese Adresse nennt kein Modell",
);
pub const BAD_ID_WHY: Text = Text::new(
    "A model id is 0x and 64 digits. Choose a model from the list.",
    "Eine Modellkennung ist 0x mit 64 Ziffern. Wählen Sie ein Modell aus der Liste.",
);
pub const NO_MODEL: Text = Text::new(
    "The chain knows no such model",
    "Die Kette kennt kein solches Modell",
);
pub const NO_MODEL_WHY: Text = Text::new("It is not in this deployment's registry, or its manifest is not the one that its id names. Check the address, or choose a model from the list.", "Es steht nicht im Register dieser Installation, oder sein Manifest ist nicht das, welches seine Kennung nennt. Prüfen Sie die Adresse oder wählen Sie ein Modell aus der Liste.");
pub const MODEL_FAILED: Text = Text::new(
    "The model could not be read",
    "Das Modell konnte nicht gelesen werden",
);

pub const CHOOSE: Text = Text::new("Choose a file", "Datei wählen");
pub const USE_EXAMPLE: Text = Text::new("Use an example", "Ein Beispiel nehmen");
pub const PREVIEW: Text = Text::new("The chosen picture", "Das gewählte Bild");
pub const RECORD: Text = Text::new("Record", "Aufnehmen");
pub const STOP_RECORDING: Text = Text::new("Stop recording", "Aufnahme beenden");
pub const RECORDING_NAME: Text = Text::new("recording.wav", "aufnahme.wav");
pub const USE_CAMERA: Text = Text::new("Use the camera", "Kamera benutzen");
pub const TAKE_PICTURE: Text = Text::new("Take the picture", "Bild aufnehmen");
pub const CLOSE_CAMERA: Text = Text::new("Close the camera", "Kamera schließen");
pub const FINDER: Text = Text::new("What the camera sees", "Was die Kamera sieht");
pub const PHOTO_NAME: Text = Text::new("photo.png", "foto.png");
pub const NO_CAMERA: Text = Text::new("No picture", "Kein Bild");
pub const MADE_HERE: Text = Text::new(
    "This file was made here and is nowhere else. Whoever is to repeat the run needs it.",
    "Diese Datei ist hier entstanden und liegt sonst nirgends. Wer den Lauf wiederholen soll, braucht sie.",
);
pub const SAVE_MADE: Text = Text::new("Save the file", "Datei speichern");
pub const NOT_SAVED_FILE: Text = Text::new(
    "The file was not saved",
    "Die Datei wurde nicht gespeichert",
);
pub const NO_MICROPHONE: Text = Text::new("No recording", "Keine Aufnahme");
pub const EARLIER: Text = Text::new("The earlier result", "Das frühere Ergebnis");
pub const EARLIER_HOW: Text = Text::new("This model goes on from what another one found in the same picture. Begin with that model, which offers to go on by itself, or give its saved result here.", "Dieses Modell geht von dem aus, was ein anderes im selben Bild gefunden hat. Beginnen Sie mit jenem Modell, das die Fortsetzung selbst anbietet, oder geben Sie hier sein gespeichertes Ergebnis.");
pub const CHOOSE_EARLIER: Text = Text::new("Choose a result", "Ergebnis wählen");
pub const EARLIER_HINT: Text = Text::new("Or drop it here: the file that was saved under the earlier run's answer.", "Oder legen Sie sie hier ab: die Datei, die unter der Antwort des früheren Laufs gespeichert wurde.");
pub const READ_TEXT: Text = Text::new("Read the text", "Den Text lesen");
pub const READ_TEXT_WHY: Text = Text::new("Another model can read what stands in these places. It gets the same picture and this result; its receipt can name the one of this run.", "Ein anderes Modell kann lesen, was an diesen Stellen steht. Es bekommt dasselbe Bild und dieses Ergebnis; sein Beleg kann den Beleg dieses Laufs nennen.");
pub const READ_WITH: Text = Text::new("Model", "Modell");
pub const READING_TEXT: Text = Text::new("Reading the text", "Der Text wird gelesen");
pub const NO_READER: Text = Text::new(
    "No model that reads text is published on this chain yet.",
    "Auf dieser Kette ist noch kein Modell veröffentlicht, das Text liest.",
);
pub const SAVE_RESULT: Text = Text::new("Save the result", "Ergebnis speichern");
pub const NOT_SAVED: Text = Text::new(
    "The result was not saved",
    "Das Ergebnis wurde nicht gespeichert",
);
pub const NOT_SHOWN: Text = Text::new("The result has a form that this version of the app does not draw. It is shown as it stands under “Raw tensors”.", "Das Ergebnis hat eine Form, die diese Version der App nicht zeichnet. Es steht unverändert unter „Rohe Tensoren“.");
pub const NO_FILE: Text = Text::new("No file chosen", "Keine Datei gewählt");
pub const TENSORS_NAME: Text = Text::new("tensors", "Tensoren");

pub const DEVICE: Text = Text::new("Device", "Gerät");
pub const DEVICE_AUTO: Text = Text::new("Automatic", "Automatisch");
pub const DEVICE_GPU: Text = Text::same("GPU");
pub const DEVICE_ENGINE: Text = Text::same("Engine");
pub const ENGINE_ONLY: Text = Text::new("Runs on the engine, in the Replay lane: this task executes its model several times, which graphics processors do not do here.", "Läuft auf der Engine, in der Replay-Spur: Diese Aufgabe führt ihr Modell mehrmals aus, was Grafikprozessoren hier nicht tun.");
pub const RUN: Text = Text::new("Run", "Ausführen");
pub const CANCEL: Text = Text::new("Cancel", "Abbrechen");
pub const PROGRESS: Text = Text::new("Progress", "Fortschritt");
pub const STARTING: Text = Text::new("Starting", "Start");
pub const NOT_NEEDED: Text = Text::new("not needed", "nicht nötig");
pub const DONE: Text = Text::new("done", "fertig");
pub const STOPPED: Text = Text::new("stopped", "abgebrochen");
pub const FAILED: Text = Text::new("The run gave no result", "Der Lauf ergab kein Ergebnis");
pub const CANCELLED: Text = Text::new("Cancelled", "Abgebrochen");
pub const CANCELLED_WHY: Text = Text::new("The run was stopped. What was downloaded stays in this tab; you can run again at any time.", "Der Lauf wurde abgebrochen. Was heruntergeladen wurde, bleibt in diesem Tab; Sie können jederzeit erneut ausführen.");

pub const RESULT: Text = Text::new("Result", "Ergebnis");
pub const ON_ENGINE: Text = Text::new("Ran on the engine.", "Lief auf der Engine.");
pub const ONLY_ENGINE: Text = Text::new(
    "This task runs on the engine only.",
    "Diese Aufgabe läuft nur auf der Engine.",
);
pub const RAW: Text = Text::new("Raw tensors", "Rohe Tensoren");
pub const NO_TENSORS: Text = Text::new("There are no tensors: the answer was known without executing the model, or the model ran several times and only the result is kept.", "Es gibt keine Tensoren: Die Antwort stand fest, ohne dass das Modell ausgeführt wurde, oder das Modell lief mehrmals und nur das Ergebnis ist aufbewahrt.");
pub const RESULT_FILE: Text = Text::new(
    "The result as the receipt commits to it",
    "Das Ergebnis, so wie der Beleg es festlegt",
);
pub const TIMES: Text = Text::new("Times", "Zeiten");
pub const TIMES_CAPTION: Text = Text::new("Measured inside the worker", "Im Worker gemessen");
pub const TIME_LOAD: Text = Text::new("Loading", "Laden");
pub const TIME_SELF_TEST: Text =
    Text::new("Comparing GPU and engine", "GPU und Engine vergleichen");
pub const TIME_PREPARE: Text = Text::new("Preparing the input", "Eingabe vorbereiten");
pub const TIME_RUN: Text = Text::new("Running", "Ausführen");
pub const TIME_COMMIT: Text = Text::new("Result and commitments", "Ergebnis und Festlegungen");
pub const TIME_TOTAL: Text = Text::new("In all", "Insgesamt");
pub const MEMORY: Text = Text::new("Memory of the worker", "Speicher des Workers");

pub const HISTORY: Text = Text::new("Runs in this tab", "Läufe in diesem Tab");
pub const HISTORY_NOTE: Text = Text::new("The newest 20, in memory only: they are gone when the tab is closed or loaded anew. Sign what you want to keep.", "Die neuesten 20, nur im Arbeitsspeicher: Sie sind fort, wenn der Tab geschlossen oder neu geladen wird. Unterzeichnen Sie, was Sie behalten wollen.");
pub const SIGN_SHORT: Text = Text::new("Sign", "Unterzeichnen");

pub const SLIP_KIND: Text = Text::new("Run", "Lauf");
pub const SLIP_TITLE: Text = Text::new("Not signed yet", "Noch nicht unterzeichnet");
pub const SLIP_BLANK: Text = Text::new(
    "Fills in when the model has run. Nothing is signed until you say so.",
    "Füllt sich, wenn das Modell gelaufen ist. Nichts wird unterzeichnet, bevor Sie es sagen.",
);
pub const SIGN_THIS: Text = Text::new("Sign this receipt", "Diesen Beleg unterzeichnen");
pub const ROW_MODEL: Text = Text::new("Model", "Modell");
pub const ROW_PUBLISHER: Text = Text::new("Publisher", "Herausgeber");
pub const ROW_ENGINE: Text = Text::same("Engine");
pub const ROW_LANE: Text = Text::new("Lane", "Spur");
pub const ROW_INPUT: Text = Text::new("Input", "Eingabe");
pub const ROW_OUTPUT: Text = Text::new("Output", "Ausgabe");
pub const WHAT_ENGINE: Text = Text::new("engine", "Engine");
pub const WHAT_INPUT: Text = Text::new("input commitment", "Festlegung der Eingabe");
pub const WHAT_OUTPUT: Text = Text::new("output commitment", "Festlegung der Ausgabe");

/// What can be given, and what happens to it.
pub fn hint(kind: Kind) -> &'static str {
    const BYTES: Text = Text::new(
        "Or drop one here, or paste it. Any kind of file. It is read in this tab and not sent anywhere.",
        "Oder legen Sie eine hier ab oder fügen Sie sie ein. Jede Art von Datei. Sie wird in diesem Tab gelesen und nirgendwohin gesendet.",
    );
    const PICTURE: Text = Text::new(
        "Or drop a picture here, paste one, or take one. PNG, JPEG, WebP, GIF or BMP. It is read in this tab and not sent anywhere.",
        "Oder legen Sie ein Bild hier ab, fügen Sie es ein oder nehmen Sie eines auf. PNG, JPEG, WebP, GIF oder BMP. Es wird in diesem Tab gelesen und nirgendwohin gesendet.",
    );
    const SOUND: Text = Text::new(
        "Or drop a sound here, paste one, or record one. It is read in this tab and not sent anywhere.",
        "Oder legen Sie einen Ton hier ab, fügen Sie ihn ein oder nehmen Sie einen auf. Er wird in diesem Tab gelesen und nirgendwohin gesendet.",
    );
    match kind {
        Kind::Bytes => BYTES,
        Kind::Picture => PICTURE,
        Kind::Sound => SOUND,
    }
    .get()
}

/// How long a recording is.
pub fn recorded(seconds: u32) -> String {
    match language() {
        Language::English => format!("Recording, {seconds} s"),
        Language::German => format!("Aufnahme, {seconds} s"),
    }
}

/// Why there is no recording, and what to do.
pub fn no_microphone(reason: &str) -> String {
    const ALLOW: Text = Text::new(
        "Allow the microphone for this page in the browser's settings, or choose a sound file instead.",
        "Erlauben Sie dieser Seite das Mikrofon in den Einstellungen des Browsers oder wählen Sie stattdessen eine Tondatei.",
    );
    format!("{reason} {ALLOW}")
}

/// Why there is no picture, and what to do.
pub fn no_camera(reason: &str) -> String {
    const ALLOW: Text = Text::new(
        "Allow the camera for this page in the browser's settings, or choose a picture instead.",
        "Erlauben Sie dieser Seite die Kamera in den Einstellungen des Browsers oder wählen Sie stattdessen ein Bild.",
    );
    format!("{reason} {ALLOW}")
}

/// What the chosen device means.
pub fn device_note(device: DeviceChoice, exact: bool) -> &'static str {
    const EXACT: Text = Text::new(
        "Exact lane: the same bits on every device, and a false result can be proved false on the chain.",
        "Exakt-Spur: dieselben Bits auf jedem Gerät, und ein falsches Ergebnis lässt sich auf der Kette widerlegen.",
    );
    const AUTO: Text = Text::new(
        "On the GPU where it is known to be right for this model, else on the engine. You will see which, and why.",
        "Auf der GPU, wo bekannt ist, dass sie bei diesem Modell richtig rechnet, sonst auf der Engine. Sie sehen, welche es war und warum.",
    );
    const GPU: Text = Text::new(
        "Fast lane: quick, but graphics processors round differently, so others cannot check it bit for bit.",
        "Fast-Spur: schnell, aber Grafikprozessoren runden verschieden, deshalb können andere es nicht Bit für Bit prüfen.",
    );
    const ENGINE: Text = Text::new(
        "Replay lane: the same bits on every machine, so anybody who has the input can check the run.",
        "Replay-Spur: dieselben Bits auf jedem Gerät, deshalb kann jeder den Lauf prüfen, der die Eingabe hat.",
    );
    match device {
        _ if exact => EXACT,
        DeviceChoice::Auto | DeviceChoice::PreferGpu => AUTO,
        DeviceChoice::Gpu => GPU,
        DeviceChoice::Engine => ENGINE,
    }
    .get()
}

/// The name of a lane.
pub fn lane_name(lane: Lane) -> &'static str {
    const FAST: Text = Text::same("Fast");
    const REPLAY: Text = Text::same("Replay");
    const EXACT: Text = Text::new("Exact", "Exakt");
    match lane {
        Lane::Fast => FAST,
        Lane::Replay => REPLAY,
        Lane::Exact => EXACT,
    }
    .get()
}

/// What a lane means for whoever checks the receipt.
pub fn lane_note(lane: Lane) -> &'static str {
    const FAST: Text = Text::new(
        "Ran on a graphics processor. That the model ran is its signer's word.",
        "Lief auf einem Grafikprozessor. Dass das Modell gelaufen ist, sagt nur der Unterzeichner.",
    );
    const REPLAY: Text = Text::new(
        "Anybody who has the input can run it again and compare every bit.",
        "Jeder, der die Eingabe hat, kann den Lauf wiederholen und jedes Bit vergleichen.",
    );
    const EXACT: Text = Text::new(
        "Exact arithmetic: a false claim can be proved false on the chain.",
        "Exakte Rechnung: Eine falsche Behauptung lässt sich auf der Kette widerlegen.",
    );
    match lane {
        Lane::Fast => FAST,
        Lane::Replay => REPLAY,
        Lane::Exact => EXACT,
    }
    .get()
}

/// The licence, beside the publisher.
pub fn licence(licence: &str) -> String {
    match language() {
        Language::English => format!("· licence {licence}"),
        Language::German => format!("· Lizenz {licence}"),
    }
}

/// The name of a stage.
pub fn step(step: Step) -> &'static str {
    const FILES: Text = Text::new("Model files", "Modelldateien");
    const GPU: Text = Text::new("GPU module", "GPU-Modul");
    match step {
        Step::Engine => DEVICE_ENGINE,
        Step::Model => FILES,
        Step::Gpu => GPU,
        Step::Run => SLIP_KIND,
        Step::Commit => TIME_COMMIT,
    }
    .get()
}

/// What the worker is doing.
pub fn stage(stage: Stage) -> String {
    let german = match (language(), stage) {
        (Language::English, stage) => return stage.to_string(),
        (Language::German, Stage::Download) => "Wird heruntergeladen",
        (Language::German, Stage::Verify) => "Prüfsummen werden verglichen",
        (Language::German, Stage::Compile) => "Wird übersetzt",
        (Language::German, Stage::Load) => "Das Modell wird geladen",
        (Language::German, Stage::GpuLoad) => "Das Modell wird auf die GPU geladen",
        (Language::German, Stage::SelfTest) => "Die GPU wird mit der Engine verglichen",
        (Language::German, Stage::Prepare) => "Die Eingabe wird vorbereitet",
        (Language::German, Stage::Run) => "Läuft",
        (Language::German, Stage::Commit) => "Festlegungen werden berechnet",
    };
    german.to_owned()
}

/// Bytes done of bytes in all, and the seconds that the rest takes, where they are known.
pub fn of(done: u64, total: u64, left: Option<u64>) -> String {
    let (done, total) = (en::size(done), en::size(total));
    let bytes = match language() {
        Language::English => format!("{done} of {total}"),
        Language::German => format!("{done} von {total}"),
    };
    match (left.filter(|seconds| *seconds > 0), language()) {
        (Some(seconds), Language::English) => {
            format!("{bytes}, about {} s left", en::count(seconds))
        }
        (Some(seconds), Language::German) => {
            format!("{bytes}, noch etwa {} s", en::count(seconds))
        }
        (None, _) => bytes,
    }
}

/// The end of a run, `time` in microseconds.
pub fn finished_in(time: u64) -> String {
    let time = en::milliseconds(time);
    match language() {
        Language::English => format!("Finished in {time}"),
        Language::German => format!("Fertig nach {time}"),
    }
}

/// Model, lane and time of an earlier run, `time` in microseconds.
pub fn history_facts(model: &str, lane: Lane, time: u64) -> String {
    format!("{model}, {}, {}", lane_name(lane), en::milliseconds(time))
}

/// The name of the link that signs an earlier run.
pub fn sign_run(file: &str) -> String {
    match language() {
        Language::English => format!("Sign the run on {file}"),
        Language::German => format!("Den Lauf mit {file} unterzeichnen"),
    }
}

/// The device sentence for a run on the GPU.
pub fn on_gpu(adapter: Option<&str>) -> String {
    const ON_GPU: Text = Text::new("Ran on the GPU", "Lief auf der GPU");
    match adapter {
        Some(adapter) if !adapter.is_empty() => format!("{ON_GPU} ({adapter})."),
        _ => format!("{ON_GPU}."),
    }
}

/// How many values are not shown.
pub fn more_values(count: String) -> String {
    match language() {
        Language::English => format!("… and {count} more"),
        Language::German => format!("… und {count} weitere"),
    }
}
