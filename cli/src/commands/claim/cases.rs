//! What a watchtower was given: folders with a receipt's bundle and the input tensors beside it.

use crate::commands::input;
use crate::failure::Failure;
use crate::setup;
use countersign_abi::{Input, NamedTensor};
use countersign_shared::files::{File, VerifiedBundle};
use countersign_shared::id::ReceiptId;
use countersign_shared::Software;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Longest file that can be a bundle (PROTOCOL 4.9); longer ones are not read.
const MAX_DOCUMENT: u64 = 9 << 20;

/// What every bundle holds.
const NAME: &[u8] = b"countersign/bundle/";

/// A bundle and where it lies.
pub struct Case {
    /// The receipt with what it opens, every part verified.
    pub bundle: VerifiedBundle,
    /// The folder, in which the inputs lie too.
    pub folder: PathBuf,
}

/// All cases found so far, by receipt; files are read once.
pub struct Cases {
    roots: Vec<PathBuf>,
    known: BTreeMap<PathBuf, Option<ReceiptId>>,
    found: BTreeMap<ReceiptId, Case>,
}

impl Cases {
    /// Cases in these folders, and in the folders in them.
    pub fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            known: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// The case of a receipt.
    pub fn get(&self, receipt: &ReceiptId) -> Option<&Case> {
        self.found.get(receipt)
    }

    /// Reads what is new. Receipts for which a case is there now; and what could not be used, each file once.
    pub fn look(&mut self) -> Result<(Vec<ReceiptId>, Vec<String>), Failure> {
        let mut folders = Vec::new();
        for root in &self.roots {
            folders.push(root.clone());
            folders.extend(entries(root)?.into_iter().filter(|path| path.is_dir()));
        }
        let (mut new, mut unusable) = (Vec::new(), Vec::new());
        for folder in folders {
            for path in entries(&folder)? {
                let json = path.extension().is_some_and(|end| end == "json") && path.is_file();
                if !json || self.known.contains_key(&path) {
                    continue;
                }
                let read = bundle(&path);
                let id = read.as_ref().ok().and_then(Option::as_ref);
                let id = id.map(|bundle| bundle.receipt().id());
                self.known.insert(path.clone(), id);
                match read {
                    Ok(None) => {}
                    Err(why) => unusable.push(format!("{}: {why}", path.display())),
                    Ok(Some(bundle)) => {
                        let id = bundle.receipt().id();
                        // A receipt without openings says less than the bundle beside it.
                        let shown = |bundle: &VerifiedBundle| bundle.openings().len();
                        let better = self
                            .found
                            .get(&id)
                            .is_none_or(|known| shown(&known.bundle) < shown(&bundle));
                        if better {
                            let folder = folder.clone();
                            self.found.insert(id, Case { bundle, folder });
                            new.push(id);
                        }
                    }
                }
            }
        }
        Ok((new, unusable))
    }
}

impl Case {
    /// The folder's NPY files with these names.
    pub fn tensors<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<NamedTensor>, Failure> {
        let files = entries(&self.folder)?;
        let flag = |name: &str| {
            let file = files.iter().find(|path| {
                path.extension().is_some_and(|end| end == "npy")
                    && path.file_stem().is_some_and(|stem| stem == name)
            });
            let file = file.ok_or_else(|| Failure::Play {
                reason: format!("{} has no {name}.npy", self.folder.display()),
            })?;
            Ok(format!("{name}={}", file.display()))
        };
        let flags: Result<Vec<String>, Failure> = names.map(flag).collect();
        match input(&flags?, false)? {
            Input::Tensors(tensors) => Ok(tensors),
            _ => Ok(Vec::new()),
        }
    }
}

/// A bundle or receipt; nothing if the file is something else, such as a run record or a manifest.
fn bundle(path: &Path) -> Result<Option<VerifiedBundle>, String> {
    let bytes = match setup::read_at_most(path, MAX_DOCUMENT) {
        Ok(bytes) => bytes,
        Err(Failure::TooLarge { .. }) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let bundle = match File::parse(&bytes, &Software) {
        Ok(File::Bundle(bundle)) => bundle,
        // A damaged bundle is said to be one; whatever else lies there is nobody's business.
        Err(error) if bytes.windows(NAME.len()).any(|part| part == NAME) => {
            return Err(error.to_string())
        }
        _ => return Ok(None),
    };
    let verified = bundle.verify(&Software);
    verified.map(Some).map_err(|error| error.to_string())
}

/// What lies in a folder, in the order of the names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::Read {
        path: folder.to_owned(),
        error,
    };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.sort();
    Ok(paths)
}
