//! Why the app itself could not do something: the German of errors whose English stands where they are made.

use crate::state::config::ConfigError;
use crate::state::feed::{FeedError, MOST_ELEMENTS};
use crate::state::finished::UnsoundRun;
use crate::wallet::{Asking, WalletError};

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
        WalletError::Signature(error) => format!("Die Unterschrift der Wallet wurde abgelehnt: {error}."),
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
        FeedError::Npy(error) => format!("Die Datei kann nicht benutzt werden: {error}."),
        FeedError::NoFile => "Wählen Sie zuerst eine Datei für diese Eingabe.".to_owned(),
        FeedError::NoPicture => "Ein Bild füllt nur Eingaben vom Typ float32 oder uint8 mit vier Dimensionen, mit 1 oder 3 Kanälen und bekannten Längen.".to_owned(),
        FeedError::Scale(text) => format!("„{text}“ kann hier nicht benutzt werden. Schreiben Sie eine Zahl oder drei mit Kommas, Dezimalstellen nach einem Punkt; der Faktor kann nicht 0 sein."),
        FeedError::Browser(text) => text.clone(),
    }
}

/// Why a run cannot be signed.
pub fn unsound(error: &UnsoundRun) -> String {
    match error {
        UnsoundRun::Item(error) => format!("Die Antwort des Workers kann nicht gelesen werden: {error}. Führen Sie das Modell erneut aus."),
        UnsoundRun::Commit(error) => format!("Die Antwort des Workers kann nicht unterzeichnet werden: {error}. Führen Sie das Modell erneut aus."),
        UnsoundRun::Differs => "Die Festlegungen des Workers sind nicht die von dem, was er nach eigener Angabe eingegeben und erhalten hat. Nichts wurde unterzeichnet; laden Sie die Seite neu und melden Sie dies.".to_owned(),
    }
}

/// Why the page's own lists cannot be used.
pub fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::Missing(error) => error.to_string(),
        ConfigError::NoNode => "/config.json nennt keinen Knoten. Wer diese Seite ausliefert, muss dort {\"rpc\":\"http://…\"} eintragen.".to_owned(),
        ConfigError::List { path, error } => format!("{path} kann nicht benutzt werden: {error}. Wer diese Seite ausliefert, muss es richten."),
    }
}

/// Why nothing can be signed: it is not known for which chain and contract.
pub const NO_DEPLOYMENT: &str = "Ein Beleg wird für einen Belegvertrag auf einer Kette unterzeichnet, und diese Seite kennt keinen: Ihr Knoten ist nicht erreichbar oder auf einer Kette, die nicht in /deployments.json steht. Der Lauf bleibt aufbewahrt; versuchen Sie es erneut, wenn die Kette da ist.";
