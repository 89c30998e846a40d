//! Why the app itself could not do something: the German of errors whose English stands where they are made.

use crate::state::config::ConfigError;
use crate::state::feed::{FeedError, MOST_ELEMENTS};
use crate::state::finished::UnsoundRun;
use crate::text::language::{language, Language};
use crate::wallet::{Asking, WalletError};
use countersign_client::language::Say;
use countersign_messages::{hex, Fallback, Outside, Reason, RunError};

/// Why a signer did not sign.
pub fn wallet(error: &WalletError) -> String {
    match error {
        WalletError::Declined(Asking::Connect) => "Sie haben die Verbindung mit der Wallet abgelehnt, also wurde nichts unterzeichnet. Fragen Sie erneut, wenn Sie bereit sind.".to_owned(),
        WalletError::Declined(Asking::Network) => "Sie haben den Wechsel des Netzes abgelehnt. Wallets unterzeichnen nur für das Netz, in dem sie sind, und Belege werden für die Ketten-ID 1 unterzeichnet, die von Ethereum. Dorthin wird nichts gesendet, und nichts wird bezahlt. Fragen Sie erneut, wenn Sie es wollen.".to_owned(),
        WalletError::Declined(Asking::Sign) => "Sie haben die Unterschrift abgelehnt, also wurde nichts unterzeichnet, und nichts ist verloren. Fragen Sie erneut, wenn Sie bereit sind.".to_owned(),
        WalletError::Busy => "Die Wallet wartet noch auf eine Antwort auf eine frühere Frage. Öffnen Sie sie, antworten Sie dort und fragen Sie dann erneut.".to_owned(),
        WalletError::NoAccount => "Die Wallet hat kein Konto genannt. Sie ist vielleicht gesperrt: Entsperren Sie sie, erlauben Sie dieser Seite, ein Konto zu sehen, und fragen Sie dann erneut.".to_owned(),
        WalletError::Disconnected => "Die Wallet ist getrennt. Öffnen Sie sie und fragen Sie dann erneut.".to_owned(),
        WalletError::Unsupported { method } => format!("Die Wallet kennt {method} nicht, ohne das sie keine Belege unterzeichnen kann. Wählen Sie eine andere Wallet."),
        WalletError::Network { detail } => format!("Die Wallet ist nicht zur Ketten-ID 1 gewechselt ({detail}). Wallets unterzeichnen nur für das Netz, in dem sie sind: Wählen Sie in der Wallet Ethereum und fragen Sie dann erneut. Dorthin wird nichts gesendet, und nichts wird bezahlt."),
        WalletError::Failed { detail } => format!("Die Wallet hat nicht unterzeichnet: {}. Nichts wurde unterzeichnet.", detail.trim_end_matches('.')),
        WalletError::NoSignature => "Die Antwort der Wallet ist keine Unterschrift. Nichts wurde unterzeichnet; wählen Sie eine andere Wallet.".to_owned(),
        WalletError::AccountTypes { kinds } => format!("Diese Erweiterung bietet kein sr25519-Konto an (sie hat: {kinds}). Andere Arten, Multisig- und Proxy-Konten können keine Belege unterzeichnen. Wählen oder erstellen Sie darin ein sr25519-Konto."),
        WalletError::OtherAccount { wanted, shown } => format!("Die Wallet zeigt dieser Seite das Konto {shown}. Nur {wanted} kann dies unterzeichnen: Wählen Sie jenes Konto in der Wallet und fragen Sie dann erneut. Nichts wurde unterzeichnet."),
        WalletError::OtherSigner { asked, recovered } => format!("Die Wallet wurde gebeten, mit dem Konto {asked} zu unterzeichnen, aber ihre Unterschrift führt zu {recovered}: Ein anderes Konto hat unterzeichnet, oder etwas anderes wurde unterzeichnet als gezeigt. Die Unterschrift wurde verworfen."),
        WalletError::Signature(error) => format!("Die Unterschrift der Wallet wurde abgelehnt: {}.", error.german()),
    }
}

/// Why an input cannot be filled.
pub fn feed(error: &FeedError) -> String {
    match error {
        FeedError::Dims(text) => format!("„{text}“ ist keine Liste von Längen. Schreiben Sie ganze Zahlen mit Kommas dazwischen, zum Beispiel 1, 3, 224, 224."),
        FeedError::Shape { wanted, found } => format!("Das Modell verlangt die Form {wanted}, diese ist {found}."),
        FeedError::TooMany(count) => format!("{count} Elemente sind mehr, als diese Seite erzeugt ({MOST_ELEMENTS}). Benutzen Sie die Kommandozeile: countersign run MODELL.onnx --input NAME=DATEI.npy."),
        FeedError::Number(text) => format!("„{text}“ ist keine Zahl dieses Typs. Dezimalstellen stehen nach einem Punkt."),
        FeedError::Count { wanted, found } => format!("Die Form hat {wanted} Elemente, und {found} Zahlen wurden angegeben. Geben Sie für jedes Element eine Zahl an oder eine einzige für alle."),
        FeedError::Type { wanted, found } => format!("Das Modell verlangt {wanted}, die Datei enthält {found}. Wandeln Sie sie mit astype von numpy um."),
        FeedError::Npy(error) => format!("Die Datei kann nicht benutzt werden: {}.", error.german()),
        FeedError::NoFile => "Wählen Sie zuerst eine Datei für diese Eingabe.".to_owned(),
        FeedError::NoPicture => "Ein Bild füllt nur Eingaben vom Typ float32 oder uint8 mit vier Dimensionen, mit 1 oder 3 Kanälen und bekannten Längen.".to_owned(),
        FeedError::Scale(text) => format!("„{text}“ kann hier nicht benutzt werden. Schreiben Sie eine Zahl oder drei mit Kommas, Dezimalstellen nach einem Punkt; der Faktor kann nicht 0 sein."),
        FeedError::Browser(text) => text.clone(),
    }
}

/// Why a run cannot be signed.
pub fn unsound(error: &UnsoundRun) -> String {
    match error {
        UnsoundRun::Item(error) => format!("Die Antwort des Workers kann nicht gelesen werden: {}. Führen Sie das Modell erneut aus.", error.german()),
        UnsoundRun::Commit(error) => format!("Die Antwort des Workers kann nicht unterzeichnet werden: {}. Führen Sie das Modell erneut aus.", error.german()),
        UnsoundRun::Differs => "Die Festlegungen des Workers sind nicht die von dem, was er nach eigener Angabe eingegeben und erhalten hat. Nichts wurde unterzeichnet; laden Sie die Seite neu und melden Sie dies.".to_owned(),
    }
}

/// Why the page's own lists cannot be used.
pub fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::Missing(error) => run(error),
        ConfigError::NoNode => "/config.json nennt keinen Knoten. Wer diese Seite ausliefert, muss dort {\"rpc\":\"http://…\"} eintragen.".to_owned(),
        ConfigError::List { path, error } => format!("{path} kann nicht benutzt werden: {}. Wer diese Seite ausliefert, muss es richten.", error.german()),
    }
}

/// Why nothing can be signed: it is not known for which chain and contract.
pub const NO_DEPLOYMENT: &str = "Ein Beleg wird für einen Belegvertrag auf einer Kette unterzeichnet, und diese Seite kennt keinen: Ihr Knoten ist nicht erreichbar oder auf einer Kette, die nicht in /deployments.json steht. Der Lauf bleibt aufbewahrt; versuchen Sie es erneut, wenn die Kette da ist.";

/// What the worker says, in the language in use.
pub fn run_error(error: &RunError) -> String {
    match language() {
        Language::English => error.to_string(),
        Language::German => run(error),
    }
}

/// What the worker says.
pub fn run(error: &RunError) -> String {
    match error {
        RunError::Cancelled => "Der Lauf wurde abgebrochen.".to_owned(),
        RunError::Download { what, detail } => format!("{what} konnte nicht heruntergeladen werden ({detail}). Prüfen Sie die Verbindung, oder laden Sie die Datei selbst herunter und legen Sie sie hier ab."),
        RunError::Digest { what, expected, actual } => format!("{what} ist nicht die registrierte Datei: Ihr SHA-256 ist {}, er muss {} sein. Sie wurde nicht ausgeführt.", hex(actual), hex(expected)),
        RunError::Size { what, expected, actual } => format!("{what} ist nicht die registrierte Datei: Sie hat {actual} Bytes, es müssen {expected} sein. Sie wurde nicht ausgeführt."),
        RunError::Manifest { detail } => format!("Das Manifest des Modells kann nicht benutzt werden: {detail}."),
        RunError::MissingFile { path } => format!("Die Datei {path} des Modells fehlt. Geben Sie alle Dateien, die das Manifest nennt."),
        RunError::InputTooLarge { size, limit } => format!("Die Eingabe hat {size} Bytes; diese App nimmt höchstens {limit}. Benutzen Sie für größere das Programm für die Kommandozeile."),
        RunError::NoModel => "Es ist kein Modell geladen. Wählen Sie zuerst eines.".to_owned(),
        RunError::Engine(error) => format!("Die Engine hat abgelehnt: {}.", error.german()),
        RunError::EngineTrap { detail } => format!("Die Engine ist gescheitert und wurde neu gestartet: {detail}. Es wurde nichts berechnet; bitte melden Sie dieses Modell und diese Eingabe."),
        RunError::EngineModule { detail } => format!("Das Modul der Engine kann nicht benutzt werden: {detail}. Laden Sie die Seite neu."),
        RunError::NotExact { reason } => format!("Nach dem Register gehört dieses Modell zum exakten Profil, und es gehört nicht dazu: {reason}. Benutzen Sie dieses Modell nicht."),
        RunError::OtherProgram { found } => format!("Die Datei des Modells ergibt die exakte Wurzel {}, und das Register nennt eine andere. Benutzen Sie dieses Modell nicht.", hex(found)),
        RunError::Outside(Outside { input, element, lo, hi }) => format!("Element {element} der Eingabe {input} ist keine ganze Zahl von {lo} bis {hi}, und dieses Modell nimmt nichts anderes."),
        RunError::Game { reason } => format!("Das Spiel kann von hier aus nicht gespielt werden: {reason}."),
        RunError::Gpu(why) => format!("{} Wählen Sie stattdessen die Engine.", fallback(why)),
        RunError::Unreadable { what, detail } => format!("{what} konnte nicht gelesen werden ({detail}). Wenn die Datei verschoben oder verändert wurde, seit Sie sie gewählt haben, wählen Sie sie erneut."),
        RunError::Crashed { detail } => format!("Der Worker endete unerwartet: {detail}. Versuchen Sie es erneut oder mit einer kleineren Eingabe."),
        RunError::Protocol { detail } => format!("Die Seite und ihr Worker sind von verschiedenen Versionen: {detail}. Laden Sie die Seite neu."),
    }
}

/// What of that is English: the words of engine, loader and browser.
pub fn foreign(error: &RunError) -> Option<String> {
    match error {
        RunError::Download { detail, .. }
        | RunError::Manifest { detail }
        | RunError::EngineTrap { detail }
        | RunError::EngineModule { detail }
        | RunError::Unreadable { detail, .. }
        | RunError::Crashed { detail }
        | RunError::Protocol { detail }
        | RunError::Game { reason: detail }
        | RunError::NotExact { reason: detail } => Some(detail.clone()),
        RunError::Engine(error) => error.foreign(),
        RunError::Gpu(why) => fallback_foreign(why),
        _ => None,
    }
}

/// Why a run happened where it did.
pub fn device(reason: &Reason) -> String {
    match reason {
        Reason::Asked => "Sie haben dieses Gerät gewählt.".to_owned(),
        Reason::Automatic => {
            "Die GPU ist verfügbar und stimmt bei diesem Modell mit der Engine überein.".to_owned()
        }
        Reason::Fallback(why) => format!(
            "{} Stattdessen lief das Modell auf der Engine.",
            fallback(why)
        ),
        Reason::NotNeeded => {
            "Diese Eingabe braucht keinen Lauf des Modells: Die Engine kennt die Antwort."
                .to_owned()
        }
    }
}

/// What of that is English.
pub fn device_foreign(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Fallback(why) => fallback_foreign(why),
        Reason::Asked | Reason::Automatic | Reason::NotNeeded => None,
    }
}

fn fallback(why: &Fallback) -> String {
    match why {
        Fallback::NoApi => "Dieser Browser hat kein WebGPU.".to_owned(),
        Fallback::NoAdapter => "WebGPU hat auf diesem Gerät keinen Grafikadapter gefunden.".to_owned(),
        Fallback::SoftwareAdapter { adapter } if adapter.is_empty() => "Der Grafikadapter dieses Browsers ist Software (ihr Name wird nicht genannt), langsamer als die Engine.".to_owned(),
        Fallback::SoftwareAdapter { adapter } => format!("Der Grafikadapter dieses Browsers ist Software ({adapter}), langsamer als die Engine."),
        Fallback::Unsupported { node, operator } if node.is_empty() => format!("Von {operator} ist nicht bekannt, dass es auf der GPU stimmt."),
        Fallback::Unsupported { node, operator } => format!("Von {operator} bei „{node}“ ist nicht bekannt, dass es auf der GPU stimmt."),
        Fallback::Refused { detail } => format!("Die GPU hat dieses Modell abgelehnt: {detail}."),
        Fallback::SelfTest { detail } => format!("Die GPU hat ihre Selbstprüfung mit diesem Modell nicht bestanden: {detail}."),
        Fallback::DeviceLost { detail } => format!("Die GPU ging während des Laufs verloren: {detail}."),
        Fallback::NoModule { detail } => format!("Das GPU-Modul konnte nicht geladen werden: {detail}."),
    }
}

fn fallback_foreign(why: &Fallback) -> Option<String> {
    match why {
        Fallback::Refused { detail }
        | Fallback::SelfTest { detail }
        | Fallback::DeviceLost { detail }
        | Fallback::NoModule { detail }
        | Fallback::Unsupported {
            operator: detail, ..
        } => Some(detail.clone()),
        Fallback::NoApi | Fallback::NoAdapter | Fallback::SoftwareAdapter { .. } => None,
    }
}
