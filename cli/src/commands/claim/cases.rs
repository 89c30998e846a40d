//! What a watchtower was given: folders with a receipt's bundle and the input tensors beside it.

use crate::commands::npy_file;
use crate::failure::Failure;
use crate::setup;
use countersign_abi::NamedTensor;
use countersign_shared::files::{File, VerifiedBundle};
use countersign_shared::id::ReceiptId;
use countersign_shared::Software;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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

/// By what a file is seen to be another one.
type Stamp = (u64, Option<SystemTime>);

/// All cases found so far, by receipt and folder; a file is read again when it changed.
pub struct Cases {
    roots: Vec<PathBuf>,
    stamps: BTreeMap<PathBuf, Stamp>,
    found: BTreeMap<(ReceiptId, PathBuf), Case>,
}

impl Cases {
    /// Cases in these folders, and in the folders in them.
    pub fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            stamps: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// The cases of a receipt.
    pub fn of<'a>(&'a self, receipt: &'a ReceiptId) -> impl Iterator<Item = &'a Case> {
        let own = self.found.iter().filter(move |((id, _), _)| id == receipt);
        own.map(|(_, case)| case)
    }

    /// Reads what is new. Receipts in whose folders something is new, a bundle or an input; and what could not be used.
    pub fn look(&mut self) -> Result<(BTreeSet<ReceiptId>, Vec<String>), Failure> {
        let mut folders = Vec::new();
        for root in &self.roots {
            folders.push(root.clone());
            folders.extend(entries(root)?.into_iter().filter(|path| path.is_dir()));
        }
        let (mut new, mut unusable) = (BTreeSet::new(), Vec::new());
        for folder in folders {
            let changed = self.changed(&folder)?;
            for path in &changed {
                if path.extension().is_none_or(|end| end != "json") {
                    continue;
                }
                match bundle(path) {
                    Ok(None) => {}
                    Err(why) => unusable.push(format!("{}: {why}", path.display())),
                    Ok(Some(bundle)) => self.take(bundle, &folder),
                }
            }
            if !changed.is_empty() {
                let here = self.found.keys().filter(|(_, at)| *at == folder);
                new.extend(here.map(|(id, _)| *id));
            }
        }
        Ok((new, unusable))
    }

    /// The folder's files that are new or were written since the last look.
    fn changed(&mut self, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
        let mut changed = Vec::new();
        for path in entries(folder)? {
            // What goes away in this moment is no file.
            let Ok(about) = path.metadata() else { continue };
            let stamp = (about.len(), about.modified().ok());
            if about.is_file() && self.stamps.insert(path.clone(), stamp) != Some(stamp) {
                changed.push(path);
            }
        }
        Ok(changed)
    }

    fn take(&mut self, bundle: VerifiedBundle, folder: &Path) {
        let key = (bundle.receipt().id(), folder.to_owned());
        // A receipt without openings says less than the bundle beside it.
        let shown = |bundle: &VerifiedBundle| bundle.openings().len();
        let known = self.found.get(&key);
        if known.is_none_or(|known| shown(&known.bundle) <= shown(&bundle)) {
            let folder = folder.to_owned();
            self.found.insert(key, Case { bundle, folder });
        }
    }
}

impl Case {
    /// The folder's NPY files with these names; a slash in a name is `_` in the file's.
    pub fn tensors<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<NamedTensor>, Failure> {
        let files = entries(&self.folder)?;
        let tensor = |name: &str| {
            let stem = name.replace(['/', '\\'], "_");
            let file = files.iter().find(|path| {
                path.extension().is_some_and(|end| end == "npy")
                    && path.file_stem().is_some_and(|found| found == stem.as_str())
            });
            let file = file.ok_or_else(|| Failure::Play {
                reason: format!("{} has no {stem}.npy", self.folder.display()),
            })?;
            npy_file(name, file)
        };
        names.map(tensor).collect()
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// A recorded bundle, whatever receipt it is of.
    fn recorded() -> (ReceiptId, String) {
        let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
        let text = std::fs::read(vectors.join("protocol.json")).unwrap();
        let vectors: Value = serde_json::from_slice(&text).unwrap();
        let text = vectors["bundles"][0]["canonical"].as_str().unwrap();
        let File::Bundle(bundle) = File::parse(text.as_bytes(), &Software).unwrap() else {
            unreachable!("a bundle");
        };
        (bundle.receipt.id(&Software), text.to_owned())
    }

    /// Files are copied one after another: whatever comes late, the folder's receipts are looked at again, once.
    #[test]
    fn what_comes_late_into_a_folder_is_seen() {
        let root = std::env::temp_dir().join(format!("countersign-cases-{}", std::process::id()));
        let folder = root.join("one");
        std::fs::create_dir_all(&folder).unwrap();
        let (receipt, text) = recorded();
        let only = BTreeSet::from([receipt]);
        let mut cases = Cases::new(vec![root.clone()]);
        assert_eq!(cases.look().unwrap(), (BTreeSet::new(), Vec::new()));

        // A bundle of which only a part is there yet is said to be damaged, and read again when the rest has come.
        let path = folder.join("bundle.json");
        std::fs::write(&path, &text[..text.len() - 9]).unwrap();
        let (new, unusable) = cases.look().unwrap();
        assert_eq!((new.len(), unusable.len()), (0, 1), "{unusable:?}");
        std::fs::write(&path, &text).unwrap();
        assert_eq!(cases.look().unwrap(), (only.clone(), Vec::new()));
        assert_eq!(cases.of(&receipt).count(), 1);
        assert_eq!(cases.look().unwrap(), (BTreeSet::new(), Vec::new()));

        // So is the input, and a second folder with the same bundle.
        std::fs::write(folder.join("x.npy"), b"not yet").unwrap();
        assert_eq!(cases.look().unwrap(), (only.clone(), Vec::new()));
        let other = root.join("two");
        std::fs::create_dir_all(&other).unwrap();
        std::fs::write(other.join("again.json"), &text).unwrap();
        assert_eq!(cases.look().unwrap(), (only, Vec::new()));
        assert_eq!(cases.of(&receipt).count(), 2);
        assert_eq!(cases.look().unwrap(), (BTreeSet::new(), Vec::new()));
        std::fs::remove_dir_all(&root).unwrap();
    }

    /// An input's name is the publisher's choice: none may keep its file from being found.
    #[test]
    fn inputs_of_any_name_are_found() {
        let folder = std::env::temp_dir().join(format!("countersign-names-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let npy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/a.npy");
        let (_, text) = recorded();
        let path = folder.join("bundle.json");
        std::fs::write(&path, text).unwrap();
        let case = Case {
            bundle: bundle(&path).unwrap().unwrap(),
            folder: folder.clone(),
        };
        for (name, file) in [
            ("x", "x.npy"),
            ("a=b", "a=b.npy"),
            ("model/input:0", "model_input:0.npy"),
            ("../x", ".._x.npy"),
        ] {
            std::fs::copy(&npy, folder.join(file)).unwrap();
            let tensors = case.tensors([name].into_iter()).unwrap();
            assert_eq!(tensors[0].name, name);
            std::fs::remove_file(folder.join(file)).unwrap();
            assert!(case.tensors([name].into_iter()).is_err());
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
