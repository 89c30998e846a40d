//! The German of what a contract or the runtime refuses.

use crate::contracts::{ContractCallError, Dispatch, DispatchError, Refusal};
use crate::language::Say;
use countersign_shared::chain::{ReceiptsError, RegistryError};
use countersign_shared::disputes::DisputesError;

impl Say for ContractCallError {
    fn german(&self) -> String {
        match self {
            Self::Dispatch { message, reason } => {
                format!("die Kette hat die Nachricht {message} des Vertrags nicht ausgeführt: {}", reason.german())
            }
            Self::NotUnderstood { message } => format!(
                "der Vertrag kennt die Nachricht {message} nicht; prüfen Sie, ob seine Adresse die eines Vertrags von \
                 Countersign ist"
            ),
            Self::Undecodable { message } => format!(
                "die Antwort des Vertrags auf {message} hat eine andere Gestalt als die von Countersign; prüfen Sie seine Adresse"
            ),
            Self::Refused { message, reason } => {
                format!("der Vertrag hat {message} abgelehnt: {}", reason.german())
            }
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Dispatch { reason, .. } => reason.foreign(),
            Self::Refused { reason, .. } => reason.foreign(),
            Self::NotUnderstood { .. } | Self::Undecodable { .. } => None,
        }
    }
}

impl Say for Dispatch {
    fn german(&self) -> String {
        match self {
            Self::Runtime(error) => error.german(),
            Self::Named { words, poor: false } => words.clone(),
            Self::Named { words, poor: true } => {
                format!("{words} (vielleicht fehlen dem Konto die Mittel für die Kaution: Senden Sie ihm welche und versuchen Sie es erneut)")
            }
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Runtime(_) => None,
            Self::Named { words, .. } => Some(words.clone()),
        }
    }
}

impl Say for DispatchError {
    fn german(&self) -> String {
        match self {
            Self::Module { index, error: [error, ..] } => {
                return format!("Fehler {error} des Pallets {index} der Laufzeit")
            }
            Self::Token(0 | 1) => "das Konto hat nicht genug Mittel",
            Self::Other => "die Laufzeit nannte keinen Grund",
            Self::CannotLookup => "die Laufzeit findet das Konto nicht",
            Self::BadOrigin => "der Aufrufer darf das nicht",
            Self::ConsumerRemaining | Self::NoProviders | Self::TooManyConsumers => {
                "das Konto lässt sich so nicht benutzen; vielleicht gibt es es auf dieser Kette nicht, oder es hat keine Mittel"
            }
            Self::Token(_) => "die Mittel des Kontos lassen sich so nicht benutzen",
            Self::Arithmetic(_) => "eine Zahl hat ihren Bereich verlassen",
            Self::Transactional(_) => "Aufrufe sind zu tief verschachtelt",
            Self::Exhausted => "der Block hat keinen Platz mehr",
            Self::Corruption | Self::Trie(_) => "die Datenbank des Knotens ist beschädigt",
            Self::Unavailable => "ein Mittel der Kette ist gerade nicht verfügbar",
            Self::RootNotAllowed => "das Root-Konto darf das nicht",
        }
        .to_owned()
    }
}

impl Say for Refusal {
    fn german(&self) -> String {
        match self {
            Self::Registry(error) => error.german(),
            Self::Receipts(error) => error.german(),
            Self::Disputes(error) => error.german(),
            Self::Constructor => "der Konstruktor lehnt ab, was ihm gegeben wurde".to_owned(),
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Disputes(error) => error.foreign(),
            Self::Registry(_) | Self::Receipts(_) | Self::Constructor => None,
        }
    }
}

impl Say for RegistryError {
    fn german(&self) -> String {
        match self {
            Self::ManifestEmpty => "das Manifest ist leer",
            Self::ManifestTooLong => "das Manifest ist länger als 12 KiB",
            Self::ModelExists => "dieses Konto hat dieses Modell schon veröffentlicht",
            Self::ModelUnknown => "dieses Modell ist nicht registriert",
            Self::PredecessorUnknown => "das als Vorgänger genannte Modell ist nicht registriert",
            Self::PredecessorNotOwned => {
                "nur der Eigentümer eines Modells kann es als Vorgänger einer neuen Version nennen"
            }
            Self::NotOwner => "nur der Eigentümer kann das tun",
            Self::NotOffered => "es wurde diesem Konto nicht angeboten",
            Self::EngineNameInvalid => {
                "der Name einer Engine hat 1 bis 64 druckbare ASCII-Zeichen, ohne Leerzeichen am Anfang oder Ende"
            }
            Self::EngineExists => "dieses Konto hat diese Engine schon angekündigt",
            Self::EngineUnknown => "dieses Konto hat keine solche Engine angekündigt",
            Self::ListFull => "die Liste des Registers ist voll",
        }
        .to_owned()
    }
}

impl Say for ReceiptsError {
    fn german(&self) -> String {
        match self {
            Self::BatchSize => "ein Bündel hat zwischen 1 und 4294967296 Belegen",
            Self::AttesterForbidden => {
                "für diesen Unterzeichner kann jeder unterzeichnen, deshalb wird in seinem Namen nichts angenommen"
            }
            Self::SignatureKind => "die Unterschrift ist von anderer Art als der Schlüssel des Unterzeichners",
            Self::SignatureForm => "die Unterschrift ist falsch gebildet",
            Self::SignatureInvalid => {
                "die Unterschrift ist nicht die dieses Unterzeichners unter dieser Aussage auf dieser Kette und für diesen Vertrag"
            }
            Self::ReceiptInvalid => "der Beleg nennt eine Spur und eine Engine, die nicht zusammengehören",
            Self::SinceInFuture => "der genannte Block liegt in der Zukunft",
            Self::ProofInvalid => "der Bündelnachweis passt nicht zu seiner Nummer und Größe",
            Self::ListFull => "die Liste des Vertrags ist voll",
        }
        .to_owned()
    }
}

impl Say for DisputesError {
    fn german(&self) -> String {
        let text = match self {
            Self::Receipt(error) => return error.german(),
            Self::Authorisation(error) => return format!("die Ermächtigung wird abgelehnt: {}", error.german()),
            // Moves of a game are the command line's, which speaks English.
            Self::Claim(error) => return format!("der Zug wird abgelehnt: {error}"),
            Self::Bond => {
                "das Pfand muss mindestens doppelt so groß sein wie die Mindesteinlage der Kette, und seine Anteile müssen \
                 sich darstellen lassen"
            }
            Self::Clock => "beide Seiten brauchen mindestens einen Block für ihre Züge",
            Self::Value => "senden Sie genau das Pfand",
            Self::Lane => "nur auf Belege der Exakt-Spur lässt sich ein Pfand setzen",
            Self::ReceiptsContract => "der Belegvertrag antwortet nicht",
            Self::RegistryContract => "das Register antwortet nicht",
            Self::NotAnchored => "verankern Sie den Beleg zuerst, oder fügen Sie den Nachweis seines Bündels bei",
            Self::Revoked => "der Beleg wurde widerrufen",
            Self::Disowned => "der Unterzeichner hat seinen Schlüssel für die Zeit des Belegs verworfen",
            Self::ModelUnknown => "das Modell des Belegs ist nicht registriert",
            Self::ModelDeprecated => "das Modell des Belegs soll nicht mehr benutzt werden",
            Self::NotExact => "das Modell des Belegs hat kein exaktes Programm",
            Self::NotAttester => "nur das Konto, das den Beleg unterzeichnet hat, kann ein Pfand darauf setzen",
            Self::AuthorisationMissing => {
                "der Unterzeichner des Belegs muss dieses Konto ermächtigen, ein Pfand darauf zu setzen"
            }
            Self::AuthorisationUnwanted => {
                "ein Konto, das den Beleg selbst unterzeichnet hat, braucht keine Ermächtigung"
            }
            Self::ClaimExists => "auf den Beleg wurde schon ein Pfand gesetzt, was nur einmal möglich ist",
            Self::ClaimUnknown => "auf den Beleg wurde nie ein Pfand gesetzt",
            Self::GameUnknown => "der Anspruch hat kein Spiel mit dieser Nummer",
            Self::NotASide => "dieses Konto ist in dem Spiel weder der Unterzeichner noch der Anfechtende",
            Self::NothingDue => "es steht nichts aus",
            Self::TransferFailed => "die Kette hat die Überweisung abgelehnt: Versuchen Sie es später erneut",
            Self::Overflow => "eine Summe ist zu groß, um gezählt zu werden",
            Self::Record => "die Aufzeichnung des Spiels ist länger als der Platz, der für sie da ist",
            Self::ListFull => "die Liste des Vertrags ist voll",
        };
        text.to_owned()
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Claim(error) => Some(error.to_string()),
            _ => None,
        }
    }
}
