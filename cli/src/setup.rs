//! What the flags mean: files read, lists parsed, chains reached, keys made.

use crate::args::{Account, AttesterKey, Global};
use crate::failure::Failure;
use countersign_client::deployed::Deployed;
use countersign_client::lists::{Deployment, Deployments, Engines};
use countersign_client::signer::Sr25519;
use countersign_client::submit::Progress;
use countersign_client::transport::native::Http;
use countersign_client::{messages, Chain};
use countersign_shared::account as ss58;
use countersign_shared::id::AccountId;
use countersign_shared::sign::Secp256k1Key;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the list of deployments among the released files.
const DEPLOYMENTS: &str = "deployments.json";
/// Name of the list of engines among the released files.
const ENGINES: &str = "engines.json";

/// Reads a whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::Read {
        path: path.to_owned(),
        error,
    })
}

/// Reads a file of at most `most` bytes, without looking at the content of a larger one.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::Read {
        path: path.to_owned(),
        error,
    };
    let file = fs::File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let too_large = |bytes| Failure::TooLarge {
        path: path.to_owned(),
        bytes,
        most,
    };
    if bytes > most {
        return Err(too_large(bytes));
    }
    let mut content = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut content)
        .map_err(failed)?;
    // A pipe has no length beforehand.
    let found = u64::try_from(content.len()).unwrap_or(u64::MAX);
    if found > most {
        return Err(too_large(found));
    }
    Ok(content)
}

/// Writes a new file or replaces one.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| Failure::Write {
        path: path.to_owned(),
        error,
    })
}

/// Writes a file that holds a secret: readable by its owner only, never over an existing one.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Exists {
            path: path.to_owned(),
        },
        _ => Failure::Write {
            path: path.to_owned(),
            error,
        },
    })
}

/// What `cargo xtask` keeps outside the clone: `COUNTERSIGN_CACHE`, else `${XDG_CACHE_HOME:-~/.cache}/countersign`.
pub fn cache() -> PathBuf {
    if let Some(folder) = std::env::var_os("COUNTERSIGN_CACHE") {
        return PathBuf::from(folder);
    }
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home);
    cache.unwrap_or_default().join("countersign")
}

/// Seconds since 1970 by this machine's clock.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// Fresh random bytes.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::getrandom(&mut bytes).map_err(|_| Failure::Randomness)?;
    Ok(bytes)
}

/// An account from its SS58 text, whatever its prefix, or 0x and 64 digits.
pub fn account(text: &str) -> Result<AccountId, Failure> {
    if let Ok(account) = text.parse() {
        return Ok(account);
    }
    let read = ss58::decode(text).map_err(|error| Failure::Account {
        text: text.to_owned(),
        error,
    })?;
    Ok(read.0)
}

impl Account {
    /// The key of the secret given.
    pub fn key(&self) -> Result<Sr25519, Failure> {
        let from_file = match &self.suri_file {
            Some(path) => Some(String::from_utf8_lossy(&read(path)?).trim().to_owned()),
            None => None,
        };
        let secret = from_file
            .or_else(|| self.suri.clone())
            .ok_or(Failure::NoKey)?;
        Sr25519::from_uri(&secret).map_err(Failure::Key)
    }
}

/// The key of an attester that is not the paying account.
pub enum Attesting {
    /// An Ethereum key.
    Secp256k1(Secp256k1Key),
    /// A Substrate key.
    Sr25519(Sr25519),
}

impl AttesterKey {
    /// The key given, if one was.
    pub fn key(&self) -> Result<Option<Attesting>, Failure> {
        if let Some(path) = &self.key_file {
            return Ok(Some(Attesting::Secp256k1(ethereum_key(path)?)));
        }
        let Some(secret) = &self.attester_suri else {
            return Ok(None);
        };
        let key = Sr25519::from_uri(secret).map_err(Failure::Key)?;
        Ok(Some(Attesting::Sr25519(key)))
    }
}

/// The secp256k1 key in a file.
pub fn ethereum_key(path: &Path) -> Result<Secp256k1Key, Failure> {
    let wrong = || Failure::KeyFile {
        path: path.to_owned(),
    };
    let text = String::from_utf8(read(path)?).map_err(|_| wrong())?;
    let digits = text.trim();
    let bytes = hex::decode(digits.strip_prefix("0x").unwrap_or(digits)).map_err(|_| wrong())?;
    let secret: [u8; 32] = bytes.try_into().map_err(|_| wrong())?;
    Secp256k1Key::new(&secret).ok_or_else(wrong)
}

impl Global {
    /// The folder of released files: the one named, else `releases` beside the program, else the clone's.
    pub fn releases(&self) -> PathBuf {
        if let Some(folder) = &self.releases {
            return folder.clone();
        }
        let program = std::env::current_exe().ok();
        let beside = program.and_then(|path| path.parent().map(|folder| folder.join("releases")));
        match beside {
            Some(folder) if folder.is_dir() => folder,
            _ => Path::new(env!("CARGO_MANIFEST_DIR")).join("../releases"),
        }
    }

    /// The path of a list: the one named, else the released one.
    fn list(&self, named: Option<&PathBuf>, name: &str) -> Result<PathBuf, Failure> {
        if let Some(path) = named {
            return Ok(path.clone());
        }
        let folder = self.releases();
        if folder.is_dir() {
            return Ok(folder.join(name));
        }
        Err(Failure::NoReleases { tried: folder })
    }

    /// Where the list of deployments is.
    pub fn deployments_path(&self) -> Result<PathBuf, Failure> {
        self.list(self.deployments.as_ref(), DEPLOYMENTS)
    }

    /// The deployments to trust: of the list named; else the released ones, and those of the development chain that
    /// `cargo xtask up` made here, which every verdict calls a development chain.
    pub fn deployments(&self) -> Result<Deployments, Failure> {
        let parse = |path: PathBuf| {
            Deployments::parse(&read(&path)?).map_err(|error| Failure::List { path, error })
        };
        let released = parse(self.deployments_path()?)?;
        let local = cache().join("localnet").join(DEPLOYMENTS);
        if self.deployments.is_some() || !local.is_file() {
            return Ok(released);
        }
        Ok(released.with_development(parse(local)?))
    }

    /// The engines to execute, and where their list is.
    pub fn engines(&self) -> Result<(Engines, PathBuf), Failure> {
        let path = self.list(self.engines.as_ref(), ENGINES)?;
        match Engines::parse(&read(&path)?) {
            Ok(engines) => Ok((engines, path)),
            Err(error) => Err(Failure::List { path, error }),
        }
    }

    /// The folder of released contract bundles.
    pub fn bundles(&self, named: Option<&PathBuf>) -> PathBuf {
        named
            .cloned()
            .unwrap_or_else(|| self.releases().join("contracts"))
    }

    /// A connection to the node.
    pub fn chain(&self) -> Result<Chain<Http>, Failure> {
        if self.offline {
            return Err(Failure::Offline);
        }
        Ok(pollster::block_on(Chain::connect(Http::new(
            &self.rpc,
            self.timeout,
        )))?)
    }

    /// The listed deployment on this chain; by its name where that is given.
    pub fn choose<'a>(
        &self,
        list: &'a Deployments,
        chain: &Chain<Http>,
    ) -> Result<&'a Deployment, Failure> {
        match &self.deployment {
            Some(name) => self.named(list, name),
            None => {
                let genesis = chain.genesis();
                list.on_chain(genesis)
                    .ok_or(Failure::NoDeployment { genesis })
            }
        }
    }

    /// The deployment to use without asking a chain: the one named, or the list's only one.
    pub fn choose_offline<'a>(&self, list: &'a Deployments) -> Result<&'a Deployment, Failure> {
        if let Some(name) = &self.deployment {
            return self.named(list, name);
        }
        match list.entries() {
            [only] => Ok(only),
            entries => Err(Failure::ManyDeployments {
                names: entries.iter().map(|entry| entry.name.clone()).collect(),
            }),
        }
    }

    fn named<'a>(&self, list: &'a Deployments, name: &str) -> Result<&'a Deployment, Failure> {
        let found = list.entries().iter().find(|entry| entry.name == name);
        found.ok_or_else(|| Failure::UnknownDeployment {
            name: name.to_owned(),
        })
    }

    /// Tells on standard error how far a transaction is, unless a program listens.
    pub fn progress(&self) -> impl FnMut(Progress) {
        let quiet = self.json;
        move |progress| {
            if quiet {
                return;
            }
            let _ = match progress {
                Progress::Signing => Ok(()),
                Progress::Broadcast { extrinsic } => {
                    writeln!(
                        std::io::stderr(),
                        "sent as transaction 0x{}",
                        hex::encode(extrinsic)
                    )
                }
                Progress::InBlock(block) => {
                    writeln!(std::io::stderr(), "in block {}", block.number)
                }
                Progress::Finalised(block) => {
                    writeln!(
                        std::io::stderr(),
                        "in finalised block {}",
                        messages::block(&block)
                    )
                }
            };
        }
    }
}

/// The contracts of a deployment, its genesis and code compared.
pub fn deployed<'a>(
    chain: &'a Chain<Http>,
    entry: &'a Deployment,
) -> Result<Deployed<'a, Http>, Failure> {
    Ok(pollster::block_on(chain.deployed(entry))?)
}
