//! The German of what goes wrong between this program and a chain.

use crate::deployed::ChainGap;
use crate::error::{ChainError, Expected, Outcome};
use crate::language::Say;
use crate::lists::ListError;
use crate::messages::account;
use crate::metadata::MetadataError;
use crate::signer::SignerError;
use crate::transport::RpcError;

impl Say for ChainGap {
    fn german(&self) -> String {
        match self {
            Self::Offline => "Nicht nachgesehen: Es wurde keine Kette gefragt.".to_owned(),
            Self::Failed(error) => format!("Nicht nachgesehen: {}.", error.german()),
            Self::OtherChain { expected, node } => format!(
                "Nicht nachgesehen: Er gehört zur Kette mit dem Genesis-Hash {expected}, der Knoten zeigt {node}; fragen Sie \
                 einen Knoten jener Kette."
            ),
            Self::UnlistedContract(contract) => format!(
                "Nicht geglaubt: Der Belegvertrag {} steht nicht auf der Liste dieses Prüfers. Jeder kann einen Doppelgänger \
                 einrichten, der Anker zurückdatiert.",
                account(contract)
            ),
            Self::NoContract(contract) => {
                format!("Nicht nachgesehen: Auf dieser Kette steht bei {} kein Vertrag.", account(contract))
            }
            Self::OtherCode { listed, found } => format!(
                "Nicht geglaubt: Der Hash des Vertragscodes ist {found}, auf der Liste dieses Prüfers steht {listed}. Es kann \
                 ein Doppelgänger sein."
            ),
            Self::OtherRelease { released, found } => format!(
                "Nicht geglaubt: Der Hash des Streitvertrags ist {found}, der des veröffentlichten {released}. Es kann ein \
                 Doppelgänger sein."
            ),
            Self::Refused(error) => format!("Nicht nachgesehen: Der Vertrag hat abgelehnt: {}.", error.german()),
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Failed(error) => error.foreign(),
            _ => None,
        }
    }
}

impl Say for ChainError {
    fn german(&self) -> String {
        match self {
            Self::Rpc(error) => error.german(),
            Self::Metadata(error) => error.german(),
            Self::Contract(error) => error.german(),
            Self::Signer(error) => error.german(),
            Self::OtherChain { before, now } => format!(
                "der Knoten ist jetzt auf einer anderen Kette (Genesis 0x{}, vorher 0x{}); er wurde neu gestartet oder \
                 ersetzt: Laden Sie neu, und wenn es Ihr eigener ist, richten Sie die Verträge dort ein",
                hex::encode(now),
                hex::encode(before)
            ),
            Self::Failed { block, reason } => format!(
                "die Transaktion ist in Block {block} gescheitert: {}; nur ihre Gebühr wurde genommen",
                reason.german()
            ),
            Self::Expired { last } => format!(
                "kein Block bis {last} hat die Transaktion aufgenommen, und es kann keiner mehr; senden Sie sie erneut"
            ),
            Self::NotSeen { extrinsic, seconds } => format!(
                "die Transaktion 0x{} wurde in {seconds} Sekunden in keinem endgültigen Block gesehen; sie kann noch \
                 aufgenommen werden: Sehen Sie auf der Kette nach, bevor Sie sie erneut senden",
                hex::encode(extrinsic)
            ),
            Self::OtherPredecessor { model, predecessor } => {
                let how = match predecessor {
                    Some(predecessor) => format!("als neue Version von {predecessor}"),
                    None => "als erste Version".to_owned(),
                };
                format!(
                    "dieses Konto hat dasselbe Manifest schon veröffentlicht, als {model}, {how}; das lässt sich nicht \
                     ändern: Geben Sie dem neuen eine andere Version oder Beschreibung"
                )
            }
            Self::NoEffect { expected } => format!(
                "die Kette hat die Transaktion aufgenommen, aber danach gelesen zeigt sie {} nicht; verlassen Sie sich nicht \
                 darauf",
                expected.german()
            ),
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Rpc(error) => error.foreign(),
            Self::Metadata(error) => error.foreign(),
            Self::Contract(error) => error.foreign(),
            Self::Signer(error) => error.foreign(),
            Self::Failed { reason, .. } => reason.foreign(),
            _ => None,
        }
    }
}

impl Say for Expected {
    fn german(&self) -> String {
        match self {
            Self::Anchor => "den Anker",
            Self::Attestation => "die Beglaubigung",
            Self::Revocation => "den Widerruf",
            Self::Disownment => "die Verwerfung",
            Self::Model => "das Modell",
            Self::Deprecation => "den Vermerk, dass das Modell veraltet ist,",
            Self::Offer => "das Angebot",
            Self::Owner => "den neuen Eigentümer",
            Self::Stake => "das Pfand auf dem Beleg",
            Self::Contract => "den Vertrag mit seinem Code",
        }
        .to_owned()
    }
}

impl Say for Outcome {
    fn german(&self) -> String {
        match self {
            Self::Named(words) => words.clone(),
            Self::NoEvent => "der Block enthält kein Ereignis, das sagt, wie es ausging".to_owned(),
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Named(words) => Some(words.clone()),
            Self::NoEvent => None,
        }
    }
}

impl Say for RpcError {
    fn german(&self) -> String {
        match self {
            Self::Unreachable { url, cause } => format!(
                "der Knoten bei {url} ist nicht erreichbar ({cause}); starten Sie ihn oder nennen Sie einen anderen"
            ),
            Self::TimedOut { url, seconds } => format!(
                "der Knoten bei {url} hat {seconds} Sekunden lang nicht geantwortet; versuchen Sie es erneut oder nennen Sie \
                 einen anderen"
            ),
            Self::Http { url, status } => format!(
                "der Server bei {url} hat mit dem HTTP-Status {status} geantwortet; prüfen Sie, ob das die RPC-Adresse eines \
                 Knotens ist"
            ),
            Self::NotJsonRpc { url } => format!(
                "der Server bei {url} spricht kein JSON-RPC; prüfen Sie, ob das die RPC-Adresse eines Knotens ist"
            ),
            Self::Refused { method, code, message } => {
                format!("der Knoten hat {method} abgelehnt: {message} (Code {code})")
            }
            Self::Unexpected { method, expected } => format!(
                "die Antwort des Knotens auf {method} ist nicht die verlangte ({expected}); vielleicht ist er von einer \
                 Version, die dieses Programm nicht kennt"
            ),
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Unreachable { cause, .. } => Some(cause.clone()),
            Self::Refused { message, .. } => Some(message.clone()),
            Self::Unexpected { expected, .. } => Some((*expected).to_owned()),
            Self::TimedOut { .. } | Self::Http { .. } | Self::NotJsonRpc { .. } => None,
        }
    }
}

impl Say for MetadataError {
    fn german(&self) -> String {
        match self {
            Self::Version => "die Metadaten des Knotens haben nicht die Version 14; dieses Programm kennt die Version jener \
                Kette noch nicht"
                .to_owned(),
            Self::Missing { what } => {
                format!("der Kette fehlt {what}; prüfen Sie, ob sie eine Kette mit pallet-contracts ist")
            }
            Self::Undecodable { what } => format!(
                "was die Kette zeigt ({what}), passt nicht zu ihren eigenen Metadaten; der Knoten ist vielleicht fehlerhaft"
            ),
            Self::UnknownExtension { name } => format!(
                "die Kette verlangt für jede Transaktion die Erweiterung {name}, die dieses Programm nicht kennt; es wurde \
                 nichts unterzeichnet: Benutzen Sie eine neuere Version dieses Programms oder eine Wallet, die sie kennt"
            ),
            Self::UnknownArgument { name } => format!(
                "das Vertragspallet der Kette verlangt ein Argument {name}, das dieses Programm nicht kennt; es wurde nichts \
                 unterzeichnet"
            ),
            Self::Unsupported { what } => format!(
                "die Kette hat eine Art ({what}), die dieses Programm nicht kennt; es wurde nichts unterzeichnet"
            ),
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Missing { what } | Self::Undecodable { what } => Some(what.clone()),
            Self::Unsupported { what } => Some((*what).to_owned()),
            Self::Version | Self::UnknownExtension { .. } | Self::UnknownArgument { .. } => None,
        }
    }
}

impl Say for SignerError {
    fn german(&self) -> String {
        match self {
            Self::Declined => "die Wallet hat auf Wunsch ihres Besitzers nicht unterzeichnet; es wurde nichts gesendet".to_owned(),
            Self::Wallet { reason } => {
                format!("die Wallet hat nicht unterzeichnet: {reason}; es wurde nichts gesendet")
            }
            Self::Uri => "das ist keine geheime URI: Geben Sie //Alice, eine Wortfolge oder 0x mit 64 hexadezimalen Ziffern, \
                jeweils mit Ableitungsteilen /weich oder //hart dahinter, wenn Sie wollen"
                .to_owned(),
            Self::Mnemonic => "das ist keine Wortfolge: Ein Wort ist falsch geschrieben oder fehlt, oder die Wörter stehen in \
                anderer Ordnung"
                .to_owned(),
            Self::Randomness => {
                "das System gab keine Zufallszahlen, ohne die sich nichts unterzeichnen lässt".to_owned()
            }
        }
    }

    fn foreign(&self) -> Option<String> {
        match self {
            Self::Wallet { reason } => Some(reason.clone()),
            Self::Declined | Self::Uri | Self::Mnemonic | Self::Randomness => None,
        }
    }
}

impl Say for ListError {
    fn german(&self) -> String {
        match self {
            Self::Json(error) => format!("die Liste lässt sich nicht lesen: {}", error.german()),
            Self::Format { expected } => format!("das ist keine Liste des Formats {expected}"),
            Self::Key { key } => {
                format!("der Schlüssel {key} der Liste fehlt, ist unbekannt oder vom falschen Typ")
            }
            Self::Hex { key, error } => format!(
                "{key} in der Liste lässt sich nicht lesen: {}",
                error.german()
            ),
            Self::Duplicate { list } => format!("zwei Einträge von {list} nennen dasselbe"),
        }
    }
}
