//! The German of what is wrong with a file of ours, an id, a signature.

use crate::language::Say;
use countersign_shared::account::Ss58Error;
use countersign_shared::attester::{AttesterError, AttesterKind};
use countersign_shared::commit::{CommitError, Side};
use countersign_shared::files::{
    AnchorError, BundleError, FieldFault, FileError, LinkError, OpeningError,
};
use countersign_shared::hex::HexError;
use countersign_shared::id::AddressError;
use countersign_shared::item::{ItemError, NameError};
use countersign_shared::json::{Fault, JsonError};
use countersign_shared::kat::KatError;
use countersign_shared::manifest::{ManifestError, MAX_MANIFEST};
use countersign_shared::receipt::{Reason, RunError};
use countersign_shared::signature::SignatureError;
use countersign_shared::tensor::TensorError;

impl Say for FileError {
    fn german(&self) -> String {
        match self {
            Self::TooLarge => "die Datei ist länger als 8 MiB; keine von unseren ist es".to_owned(),
            Self::Json(error) if error.fault == Fault::NotCanonical => {
                format!("die Datei wurde verändert: {}", error.german())
            }
            Self::Json(error) => format!(
                "die Datei ist beschädigt oder keine Datei von Countersign: {}",
                error.german()
            ),
            Self::NotOurs => "das ist keine Datei von Countersign".to_owned(),
            Self::UnsupportedVersion(format) => {
                format!("dieses Programm kennt das Format {format:?} nicht; ein neueres kennt es vielleicht")
            }
            Self::OtherFormat { expected, found } => {
                format!("das ist eine Datei des Formats {found}, nicht {expected}")
            }
            Self::Field { path, fault } => {
                format!("die Datei wurde verändert: {path}: {}", fault.german())
            }
        }
    }
}

impl Say for FieldFault {
    fn german(&self) -> String {
        let text = match self {
            Self::Missing => "es fehlt",
            Self::Unknown => "ein solches Feld gibt es nicht",
            Self::Type(expected) => return format!("verlangt ist {}", phrase(expected)),
            Self::Constant(expected) => return format!("es muss {} sein", phrase(expected)),
            Self::Hex(error) => return error.german(),
            Self::Address(error) => return error.german(),
            Self::Decimal => "es ist keine 64-Bit-Zahl, dezimal und ohne führende Nullen geschrieben",
            Self::Range => "es ist außerhalb seines Bereichs",
            Self::VerifyingContract { .. } => {
                "es folgt nicht aus Genesis-Hash und Vertrag: Der Beleg ist für eine andere Kette oder einen anderen Vertrag"
            }
            Self::Attester(error) => return error.german(),
            Self::Run(error) => return error.german(),
            Self::Signature(error) => return error.german(),
            Self::Item(error) => return error.german(),
            Self::Order => "es steht nicht in aufsteigender Ordnung",
            Self::Count => "es hat zu wenige oder zu viele Einträge oder Zeichen",
            Self::Characters => "es enthält Zeichen, die dort nicht erlaubt sind",
            Self::Path => "es ist weder ein einfacher relativer Pfad noch eine https-Adresse",
            Self::Choice => "es ist keines der Wörter, die dort stehen dürfen",
            Self::Repeated => "zwei seiner Einträge haben denselben Namen",
        };
        text.to_owned()
    }
}

/// The phrases inside [`FieldFault::Type`] and [`FieldFault::Constant`]; what is not here is a constant of the format.
pub(in crate::messages) fn phrase(english: &'static str) -> &'static str {
    match english {
        "a length or a symbol" => "eine Länge oder ein Symbol",
        "a list" => "eine Liste",
        "a number" => "eine Zahl",
        "an object" => "ein Objekt",
        "text" => "ein Text",
        "the UID of the receipts' schema" => "die UID des Schemas der Belege",
        "those of EAS, version 2" => "wie bei EAS, Version 2,",
        "true or false" => "true oder false",
        constant => constant,
    }
}

impl Say for JsonError {
    fn german(&self) -> String {
        let what = match self.fault {
            Fault::Encoding => "der Text ist kein UTF-8",
            Fault::End => "der Text endet zu früh",
            Fault::Unexpected => "ein Zeichen darf dort nicht stehen",
            Fault::Trailing => "nach dem Ende folgt noch etwas",
            Fault::Depth => "die Verschachtelung ist zu tief",
            Fault::DuplicateKey => "ein Schlüssel steht zweimal",
            Fault::NotAnInteger => "eine Zahl ist keine einfache ganze Zahl",
            Fault::IntegerRange => "eine ganze Zahl ist größer als 2^53 - 1",
            Fault::LoneSurrogate => "die Hälfte eines Surrogatpaars steht allein",
            Fault::Noncharacter => "ein Codepunkt ist kein Zeichen",
            Fault::NotCanonical => "die Bytes weichen von der kanonischen Form ab (RFC 8785)",
        };
        format!("{what} (bei Byte {})", self.at)
    }
}

impl Say for HexError {
    fn german(&self) -> String {
        match self {
            Self::Prefix => "der hexadezimale Text beginnt nicht mit 0x",
            Self::Digit => "der hexadezimale Text enthält andere Zeichen als 0-9 und a-f",
            Self::Length => "der hexadezimale Text hat die falsche Länge",
        }
        .to_owned()
    }
}

impl Say for AddressError {
    fn german(&self) -> String {
        match self {
            Self::Form => "eine Adresse ist 0x mit 40 hexadezimalen Ziffern",
            Self::Checksum => "die Prüfsumme der Adresse nach EIP-55 stimmt nicht (ihre Großbuchstaben sind falsch)",
        }
        .to_owned()
    }
}

impl Say for Ss58Error {
    fn german(&self) -> String {
        match self {
            Self::Character => "das Konto enthält ein Zeichen, das SS58 nicht benutzt",
            Self::Length => "das Konto hat die falsche Länge für SS58",
            Self::Prefix => "das SS58-Präfix des Kontos ist falsch gebildet",
            Self::Checksum => "die Prüfsumme des Kontos stimmt nicht; ist es vertippt?",
        }
        .to_owned()
    }
}

impl Say for AttesterError {
    fn german(&self) -> String {
        match self {
            Self::Kind(kind) => {
                format!("die Art {kind} des Unterzeichners ist weder 0 (secp256k1) noch 1 (sr25519)")
            }
            Self::Padding => "die Adresse des Unterzeichners ist nicht mit Nullen aufgefüllt".to_owned(),
            Self::ZeroAddress => "die Nulladresse kann nichts unterzeichnen".to_owned(),
            Self::IdentityKey => {
                "der sr25519-Schlüssel aus 32 Nullbytes wird abgelehnt: Jeder kann für ihn unterzeichnen".to_owned()
            }
        }
    }
}

impl Say for RunError {
    fn german(&self) -> String {
        match self {
            Self::Length(found) => format!("die Daten des Belegs haben {found} Bytes, nicht 192"),
            Self::Lane => "der Beleg nennt eine Spur, die es nicht gibt".to_owned(),
            Self::ExactEngine => {
                "der Beleg nennt die Exakt-Spur, aber nicht deren Engine".to_owned()
            }
        }
    }
}

impl Say for Reason {
    fn german(&self) -> String {
        match self {
            Self::Run(error) => error.german(),
            Self::Signature(error) => error.german(),
        }
    }
}

impl Say for SignatureError {
    fn german(&self) -> String {
        let text = match self {
            Self::Length { kind: AttesterKind::Secp256k1, found } => {
                return format!("eine Ethereum-Unterschrift hat 65 Bytes, diese hat {found}")
            }
            Self::Length { kind: AttesterKind::Sr25519, found } => {
                return format!("eine sr25519-Unterschrift hat 64 Bytes, diese hat {found}")
            }
            Self::Kind => "die Unterschrift passt nicht zur Art des Schlüssels",
            Self::RangeOfR => "das r der Unterschrift ist außerhalb seines Bereichs",
            Self::RangeOfS => "das s der Unterschrift ist außerhalb seines Bereichs",
            Self::HighS => "das s der Unterschrift liegt in der oberen Hälfte, was abgelehnt wird",
            Self::RecoveryByte(v) => return format!("das v der Unterschrift ist {v}, nicht 27 oder 28"),
            Self::Attester(error) => return error.german(),
            Self::NoSigner => "kein Schlüssel kann diese Unterschrift gemacht haben",
            Self::OtherSigner { .. } => {
                "die Unterschrift ist nicht die des Unterzeichners: Die Daten wurden verändert, oder jemand anderes hat \
                 unterzeichnet"
            }
            Self::Sr25519 => {
                "die sr25519-Unterschrift unter diesem Text ist nicht die des Unterzeichners: Die Daten wurden verändert, \
                 oder jemand anderes hat unterzeichnet"
            }
            Self::SmartAccount => {
                "diese Unterschrift kommt von einem Smart Account (ERC-1271 oder ERC-6492), der keinen eigenen Schlüssel \
                 hat; unterzeichnen Sie mit einem gewöhnlichen Konto"
            }
            Self::Ed25519 => "ed25519-Konten können keine Belege unterzeichnen; wählen Sie ein sr25519-Konto",
            Self::SubstrateEcdsa => {
                "ecdsa-Konten einer Substrate-Wallet können keine Belege unterzeichnen; wählen Sie ein sr25519-Konto oder \
                 eine Ethereum-Wallet"
            }
        };
        text.to_owned()
    }
}

impl Say for NameError {
    fn german(&self) -> String {
        match self {
            Self::Length(length) => format!("ein Name hat 1 bis 255 Bytes, nicht {length}"),
            Self::Control => "ein Name darf keine Steuerzeichen enthalten".to_owned(),
        }
    }
}

impl Say for ItemError {
    fn german(&self) -> String {
        match self {
            Self::Short => "der Posten endet zu früh".to_owned(),
            Self::Trailing => "nach dem Ende des Postens folgen noch Bytes".to_owned(),
            Self::Kind(kind) => {
                format!("die Art {kind} des Postens ist weder 0 (Tensor) noch 1 (Datei)")
            }
            Self::NameEncoding => "der Name des Postens ist kein UTF-8".to_owned(),
            Self::Name(error) => format!("der Name des Postens wird abgelehnt: {}", error.german()),
            Self::DataType(number) => no_data_type(*number),
            Self::Tensor(error) => {
                format!("der Tensor des Postens wird abgelehnt: {}", error.german())
            }
        }
    }
}

fn no_data_type(number: impl core::fmt::Display) -> String {
    format!("der ONNX-Datentyp {number} lässt sich nicht festlegen")
}

impl Say for TensorError {
    fn german(&self) -> String {
        match self {
            Self::Rank(rank) => {
                format!("ein Tensor mit {rank} Dimensionen; höchstens 255 sind möglich")
            }
            Self::Overflow => {
                "das Produkt der Längen des Tensors passt nicht in 64 Bits".to_owned()
            }
            Self::Length { expected, found } => {
                format!("die Längen des Tensors verlangen {expected} Bytes, {found} wurden gegeben")
            }
            Self::NotBool { element, value } => {
                format!("Element {element} eines bool-Tensors ist {value}, nicht 0 oder 1")
            }
        }
    }
}

impl Say for CommitError {
    fn german(&self) -> String {
        match self {
            Self::NoItems => "es gibt nichts festzulegen",
            Self::TooMany => "es sind mehr Posten, als sich in 32 Bits zählen lassen",
            Self::Duplicate => "zwei Posten einer Art haben denselben Namen",
        }
        .to_owned()
    }
}

impl Say for KatError {
    fn german(&self) -> String {
        match self {
            Self::Format => "es beginnt nicht mit countersign/kat/1".to_owned(),
            Self::Short => "es endet zu früh".to_owned(),
            Self::Trailing => "nach seinem Ende folgen noch Bytes".to_owned(),
            Self::Count => "es braucht 1 bis 255 Eingaben und Ausgaben".to_owned(),
            Self::NameEncoding => "ein Name ist kein UTF-8".to_owned(),
            Self::Name(error) => error.german(),
            Self::Twice => "ein Name kommt zweimal vor".to_owned(),
            Self::DataType(number) => no_data_type(*number),
            Self::Tensor(error) => error.german(),
            Self::NotCanonical => "ein Tensor ist nicht kanonisch".to_owned(),
        }
    }
}

impl Say for OpeningError {
    fn german(&self) -> String {
        match self {
            Self::OtherReceipt { .. } => "die Öffnung gehört zu einem anderen Beleg".to_owned(),
            Self::Empty => "die Öffnung zeigt keinen Posten".to_owned(),
            Self::Order { index } => {
                format!("Posten {index} der Öffnung steht nicht in aufsteigender Ordnung")
            }
            Self::Commitment { index } => {
                format!("Posten {index} der Öffnung ist nicht, was der Beleg festlegt, oder er wurde verändert")
            }
        }
    }
}

impl Say for AnchorError {
    fn german(&self) -> String {
        match self {
            Self::OtherReceipt { .. } => "der Bündelnachweis gehört zu einem anderen Beleg",
            Self::Size(_) => "die Größe des Bündelnachweises liegt nicht zwischen 1 und 2^32",
            Self::Index => "die Nummer im Bündelnachweis ist nicht kleiner als seine Größe",
            Self::PathLength => {
                "der Pfad des Bündelnachweises hat die falsche Länge für seine Nummer und Größe"
            }
            Self::Root => {
                "der Bündelnachweis führt nicht zu seiner Wurzel, oder er wurde verändert"
            }
        }
        .to_owned()
    }
}

impl Say for BundleError {
    fn german(&self) -> String {
        match self {
            Self::Receipt(error) => error.german(),
            Self::Opening { error, .. } => error.german(),
            Self::Contradiction(side) => {
                let side = match side {
                    Side::Input => "Eingabe",
                    Side::Output => "Ausgabe",
                };
                format!("die Festlegung der {side} ist mehrdeutig: Ihre Posten stehen nicht in aufsteigender Ordnung")
            }
            Self::Anchor { error, .. } => error.german(),
        }
    }
}

impl Say for LinkError {
    fn german(&self) -> String {
        match self {
            Self::NoFragment => "der Link enthält keinen Beleg: Er hat keinen Teil hinter einem #".to_owned(),
            Self::Encoding => {
                "der Link ist beschädigt: Was auf das # folgt, ist kein base64url; wurde er abgeschnitten?".to_owned()
            }
            Self::File(error) => error.german(),
        }
    }
}

impl Say for ManifestError {
    fn german(&self) -> String {
        match self {
            Self::TooLong(length) => {
                format!("das Manifest hat {length} Bytes; höchstens {MAX_MANIFEST} sind möglich")
            }
            Self::File(FileError::Field { path, fault }) => {
                format!("{path} im Manifest wird abgelehnt: {}", fault.german())
            }
            Self::File(error) => format!("das Manifest wird abgelehnt: {}", error.german()),
            Self::Role(role) => {
                format!(
                    "das Manifest muss genau eine Datei der Rolle {:?} nennen",
                    role.name()
                )
            }
        }
    }
}
