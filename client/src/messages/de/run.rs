//! The German of what goes wrong with a run, its tensors, and kept receipts.

use crate::kept::backup::BackupError;
use crate::kept::KeptError;
use crate::language::Say;
use crate::npy::NpyError;
use crate::verify::{ExecutorError, OutsideInterval};
use countersign_abi::{EngineError, ErrorCode};

impl Say for ExecutorError {
    fn german(&self) -> String {
        match self {
            Self::EngineUnavailable { reason } => format!("die Engine ist nicht zur Hand: {reason}"),
            Self::EngineDiffers => "die Datei der Engine hat nicht den SHA-256, den ihre Liste nennt, und wurde deshalb nicht \
                ausgeführt"
                .to_owned(),
            Self::Task { name } => {
                format!("diese Version kennt die Aufgabe {name} nicht; eine neuere kennt sie vielleicht")
            }
            Self::FileUnavailable { path, reason } => {
                format!("die Datei {path} des Modells ist nicht zur Hand: {reason}")
            }
            Self::FileDiffers { path } => format!(
                "die Datei {path} des Modells hat eine andere Größe oder einen anderen SHA-256, als das Manifest nennt, und \
                 wurde deshalb nicht ausgeführt"
            ),
            Self::Engine(error) => error.german(),
            Self::Crashed { reason } => format!("die Engine hielt an: {reason}"),
            Self::TimedOut { seconds } => format!("die Engine wurde nach {seconds} Sekunden angehalten"),
            Self::Cancelled => "der Lauf wurde abgebrochen".to_owned(),
            Self::Inputs { reason } => format!("die Eingaben sind nicht die des Modells: {reason}"),
            Self::NoExactRoot => {
                "das Modell hat kein exaktes Programm: Das Register nennt keine exakte Wurzel".to_owned()
            }
            Self::NotExact { reason } => format!("das Modell hat kein exaktes Programm: {reason}"),
            Self::OtherProgram { found } => format!(
                "die Datei des Modells ergibt die exakte Wurzel {found}, und das Register nennt eine andere: Benutzen Sie \
                 dieses Modell nicht"
            ),
            Self::Outside(outside) => {
                format!("{}, und die Exakt-Spur nimmt nichts anderes", outside.german())
            }
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            // Other reasons are words of whoever runs the engine, in the language that it speaks.
            Self::NotExact { reason } | Self::Inputs { reason } => Some(reason.clone()),
            Self::Engine(error) => error.foreign(),
            _ => None,
        }
    }
}

impl Say for EngineError {
    fn german(&self) -> String {
        let what = match self.code {
            ErrorCode::Request => "die Engine versteht die Anfrage nicht",
            ErrorCode::NoModel => "es gibt kein Modell, das laufen könnte",
            ErrorCode::InvalidModel => {
                "eine Datei des Modells ist beschädigt oder nicht, was sie sein muss"
            }
            ErrorCode::Unsupported => {
                "das Modell verlangt etwas, das die Engine nicht richtig zu berechnen weiß"
            }
            ErrorCode::Input => "die Eingabe ist nicht, was das Modell nimmt",
            ErrorCode::Limit => "eine Grenze würde überschritten",
            ErrorCode::Compute => "das Modell lässt sich mit dieser Eingabe nicht berechnen",
            ErrorCode::Internal => "ein Fehler der Engine selbst",
        };
        format!("{what} ({self})")
    }

    fn foreign(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Say for OutsideInterval {
    fn german(&self) -> String {
        let Self {
            input,
            element,
            lo,
            hi,
        } = self;
        format!("Element {element} der Eingabe {input} ist keine ganze Zahl von {lo} bis {hi}")
    }
}

impl Say for NpyError {
    fn german(&self) -> String {
        match self {
            Self::Magic => "das ist keine NPY-Datei; schreiben Sie eine mit numpy.save".to_owned(),
            Self::Version(version) => {
                format!("die Version {version} des NPY-Formats ist unbekannt; numpy.save schreibt 1, 2 oder 3")
            }
            Self::Header => "der Kopf der NPY-Datei ist beschädigt; schreiben Sie sie erneut mit numpy.save".to_owned(),
            Self::Type(name) => format!(
                "Elemente vom Typ {name} nimmt kein Modell; wandeln Sie sie mit astype von numpy um, in float16, float32, \
                 float64, bool, int8 bis int64 oder uint8 bis uint64"
            ),
            Self::BigEndian(name) => format!(
                "die Elemente sind big-endian ({name}); wandeln Sie sie mit astype von numpy in den Typ mit little-endian um"
            ),
            Self::FortranOrder => {
                "das Feld ist in der Ordnung von Fortran gespeichert; speichern Sie stattdessen numpy.ascontiguousarray(x)"
                    .to_owned()
            }
            Self::Length { expected, found } => format!(
                "der Kopf verlangt {expected} Bytes an Daten, die Datei hat {found}; sie ist abgeschnitten oder beschädigt"
            ),
        }
    }
}

impl Say for KeptError {
    fn german(&self) -> String {
        match self {
            Self::TooLarge => "er ist länger als jeder aufbewahrte Beleg".to_owned(),
            Self::Json(error) => format!("er ist beschädigt: {}", error.german()),
            Self::Unsupported(format) => {
                format!("dieses Programm kennt das Format {format:?} nicht; ein neueres kennt es vielleicht")
            }
            Self::Field(name) => format!("sein Feld {name} ist beschädigt"),
            Self::File(error) => error.german(),
            Self::OtherReceipt => "eine Öffnung darin gehört zu einem anderen Beleg".to_owned(),
        }
    }
}

impl Say for BackupError {
    fn german(&self) -> String {
        match self {
            Self::NotOurs => "Diese Datei ist keine Sicherung von Belegen.".to_owned(),
            Self::Unsupported(version) => format!(
                "Diese Sicherung hat die Version {version}, die diese Seite nicht kennt. Eine neuere kennt sie vielleicht; mit \
                 der Datei ist alles in Ordnung."
            ),
            Self::Rounds(rounds) => format!(
                "Diese Sicherung verlangt {rounds} Runden der Schlüsselableitung, was außerhalb dessen ist, was diese Seite \
                 annimmt. Sie wurde nicht von ihr gemacht, oder sie wurde verändert."
            ),
            Self::Short => "Diese Sicherung ist abgeschnitten: Sie ist kürzer als jede Sicherung.".to_owned(),
            Self::TooLarge => "Diese Datei ist länger als jede Sicherung, die diese Seite annimmt.".to_owned(),
            Self::Contents => "Die Sicherung wurde geöffnet und enthält keine Liste von Belegen.".to_owned(),
            Self::Receipt { place, error } => format!(
                "Beleg {place} in der Sicherung lässt sich nicht lesen: {}. Es wurde nichts eingelesen.",
                error.german()
            ),
        }
    }
}
