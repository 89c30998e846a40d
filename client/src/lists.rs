//! What a verifier ships with: the deployments it trusts (PROTOCOL 4.3) and the engines it executes (3.4).
//!
//! Both are JSON files with closed schemas: a key that is unknown, missing or doubled refuses the whole list.

mod reading;

pub use reading::ListError;

use countersign_shared::id::{AccountId, CodeHash, EngineId, GenesisHash};
use countersign_shared::json::{self, Value};
use reading::{entries_of, no_duplicates, Entry};

/// `format` of a list of deployments.
pub const DEPLOYMENTS_FORMAT: &str = "countersign/deployments/1";
/// `format` of a list of engines.
pub const ENGINES_FORMAT: &str = "countersign/engines/1";

/// Contracts on a chain that this verifier knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The chain's name for people.
    pub name: String,
    /// Hash of its block 0.
    pub genesis: GenesisHash,
    /// The receipts contract.
    pub receipts: AccountId,
    /// The registry in which ModelIds are looked up.
    pub registry: AccountId,
    /// The disputes contract, where there is one.
    pub disputes: Option<AccountId>,
    /// Hash of the registry's code.
    pub registry_code: CodeHash,
    /// Hash of the receipts contract's code.
    pub receipts_code: CodeHash,
    /// A development chain: it proves nothing (5.5).
    pub development: bool,
}

/// The deployments that this verifier knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployments(Vec<Deployment>);

/// An engine that this verifier executes without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// SHA-256 of its bytes: its name in receipts.
    pub id: EngineId,
    /// Its name for people.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where its bytes are, relative to the list.
    pub file: String,
    /// What compiled it.
    pub compiler: String,
}

/// The engines that this verifier executes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Engines(Vec<Engine>);

impl Deployments {
    /// Reads `deployments.json`.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        let value = json::parse(bytes).map_err(ListError::Json)?;
        let entries = entries_of(&value, DEPLOYMENTS_FORMAT, "deployments")?;
        let read = |entry: &Entry<'_>| {
            entry.only(&[
                "codeHashes",
                "development",
                "disputes",
                "genesis",
                "name",
                "receipts",
                "registry",
            ])?;
            let hashes = entry.object("codeHashes")?;
            hashes.only(&["receipts", "registry"])?;
            Ok(Deployment {
                name: entry.text("name")?,
                genesis: entry.id("genesis")?,
                receipts: entry.id("receipts")?,
                registry: entry.id("registry")?,
                disputes: entry.id_or_null("disputes")?,
                registry_code: hashes.id("registry")?,
                receipts_code: hashes.id("receipts")?,
                development: entry.flag("development")?,
            })
        };
        let found = entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        no_duplicates(&found, "deployments", |entry| {
            (entry.genesis, entry.receipts)
        })?;
        Ok(Self(found))
    }

    /// This list and those of `other`'s development chains that it does not have. What `other` says of any other chain
    /// does not count: such a list says where a local chain stands, not what to trust.
    #[must_use]
    pub fn with_development(mut self, other: Self) -> Self {
        for entry in other.0 {
            let known = |mine: &Deployment| mine.genesis == entry.genesis;
            if entry.development && !self.0.iter().any(known) {
                self.0.push(entry);
            }
        }
        self
    }

    /// The canonical text (RFC 8785) of the list.
    #[must_use]
    pub fn to_canonical(&self) -> String {
        let entries = self.0.iter().map(|entry| {
            Value::from([
                (
                    "codeHashes",
                    Value::from([
                        ("receipts", entry.receipts_code.to_string().into()),
                        ("registry", entry.registry_code.to_string().into()),
                    ]),
                ),
                ("development", entry.development.into()),
                (
                    "disputes",
                    entry
                        .disputes
                        .map_or(Value::Null, |account| account.to_string().into()),
                ),
                ("genesis", entry.genesis.to_string().into()),
                ("name", entry.name.as_str().into()),
                ("receipts", entry.receipts.to_string().into()),
                ("registry", entry.registry.to_string().into()),
            ])
        });
        let list = Value::Array(entries.collect());
        Value::from([("deployments", list), ("format", DEPLOYMENTS_FORMAT.into())]).to_canonical()
    }

    /// A list of these.
    ///
    /// # Errors
    /// [`ListError::Duplicate`].
    pub fn new(entries: Vec<Deployment>) -> Result<Self, ListError> {
        no_duplicates(&entries, "deployments", |entry| {
            (entry.genesis, entry.receipts)
        })?;
        Ok(Self(entries))
    }

    /// All entries, in the list's order.
    #[must_use]
    pub fn entries(&self) -> &[Deployment] {
        &self.0
    }

    /// The entry of this receipts contract on this chain.
    #[must_use]
    pub fn find(&self, genesis: GenesisHash, receipts: AccountId) -> Option<&Deployment> {
        self.0
            .iter()
            .find(|entry| entry.genesis == genesis && entry.receipts == receipts)
    }

    /// The first entry on this chain.
    #[must_use]
    pub fn on_chain(&self, genesis: GenesisHash) -> Option<&Deployment> {
        self.0.iter().find(|entry| entry.genesis == genesis)
    }
}

impl Engines {
    /// Reads `engines.json`.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        let value = json::parse(bytes).map_err(ListError::Json)?;
        let entries = entries_of(&value, ENGINES_FORMAT, "engines")?;
        let read = |entry: &Entry<'_>| {
            entry.only(&["compiler", "file", "name", "sha256", "version"])?;
            Ok(Engine {
                id: entry.id("sha256")?,
                name: entry.text("name")?,
                version: entry.text("version")?,
                file: entry.text("file")?,
                compiler: entry.text("compiler")?,
            })
        };
        let found = entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        no_duplicates(&found, "engines", |entry| entry.id)?;
        Ok(Self(found))
    }

    /// All entries, newest last.
    #[must_use]
    pub fn entries(&self) -> &[Engine] {
        &self.0
    }

    /// The engine with this digest, if this verifier executes it.
    #[must_use]
    pub fn find(&self, id: EngineId) -> Option<&Engine> {
        self.0.iter().find(|entry| entry.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = concat!(
        r#"{"deployments":[{"codeHashes":{"receipts":"0x0101010101010101010101010101010101010101010101010101010101010101","#,
        r#""registry":"0x0202020202020202020202020202020202020202020202020202020202020202"},"development":true,"#,
        r#""disputes":null,"genesis":"0x0303030303030303030303030303030303030303030303030303030303030303","#,
        r#""name":"Local","receipts":"0x0404040404040404040404040404040404040404040404040404040404040404","#,
        r#""registry":"0x0505050505050505050505050505050505050505050505050505050505050505"}],"#,
        r#""format":"countersign/deployments/1"}"#
    );

    #[test]
    fn deployments_are_read_and_written_alike() {
        let list = Deployments::parse(ONE.as_bytes()).unwrap();
        assert_eq!(list.to_canonical(), ONE);
        assert!(list
            .find(GenesisHash::new([3; 32]), AccountId::new([4; 32]))
            .is_some());
        assert!(list
            .find(GenesisHash::new([3; 32]), AccountId::new([5; 32]))
            .is_none());
    }

    #[test]
    fn only_development_chains_that_are_not_known_are_taken_from_another_list() {
        let parse = |text: &str| Deployments::parse(text.as_bytes()).unwrap();
        let (mine, other) = (parse(ONE), ONE.replace("Local", "Other"));
        // The same chain: what is known stays.
        let kept = mine.clone().with_development(parse(&other));
        assert_eq!(kept.to_canonical(), ONE);
        // Another chain that is no development chain is not believed; one that is, is added.
        let elsewhere = other.replacen("0x0303", "0x0909", 1);
        let public = elsewhere.replace(r#""development":true"#, r#""development":false"#);
        let kept = mine.clone().with_development(parse(&public));
        assert_eq!(kept.to_canonical(), ONE);
        let grown = mine.with_development(parse(&elsewhere));
        assert_eq!(grown.entries().len(), 2);
    }

    #[test]
    fn a_list_that_is_not_exactly_the_schema_is_refused_and_the_place_named() {
        let cases = [
            (r#""disputes":null,"#, "", "deployments[0].disputes"),
            (
                r#""development":true"#,
                r#""development":1"#,
                "deployments[0].development",
            ),
            (r#""name""#, r#""nom""#, "deployments[0].nom"),
            (r#"}],"#, r#"}],"extra":0,"#, "extra"),
        ];
        for (from, to, key) in cases {
            let list = ONE.replacen(from, to, 1);
            let error = Deployments::parse(list.as_bytes()).unwrap_err();
            assert_eq!(
                error,
                ListError::Key {
                    key: key.to_owned()
                }
            );
        }
        let upper = ONE.replace("0x03", "0xA3");
        assert!(
            matches!(Deployments::parse(upper.as_bytes()), Err(ListError::Hex { key, .. }) if key == "deployments[0].genesis")
        );
    }

    #[test]
    fn another_format_is_not_ours() {
        let expected = ENGINES_FORMAT;
        assert_eq!(
            Engines::parse(ONE.as_bytes()),
            Err(ListError::Format { expected })
        );
    }
}
