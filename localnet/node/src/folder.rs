//! The folder that holds a chain, used by one node at a time.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::error::Error;

/// A folder that no other node can use as long as this value lives.
pub struct Folder {
    path: PathBuf,
    _lock: File,
    /// Deletes the folder at the end, if it is a temporary one.
    _temporary: Option<TempDir>,
}

impl Folder {
    /// Takes the folder at `path`, which is made if it does not exist, or a temporary one if there is no path.
    ///
    /// # Errors
    /// [`Error::InUse`] if another node has it, [`Error::Folder`] if it cannot be used.
    pub fn take(path: Option<&Path>) -> Result<Self, Error> {
        let (path, temporary) = match path {
            Some(path) => (path.to_owned(), None),
            None => {
                let fail = |source| Error::Folder {
                    path: std::env::temp_dir(),
                    source,
                };
                let folder = TempDir::with_prefix("countersign-node-").map_err(fail)?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        let fail = |source| Error::Folder {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(&path).map_err(fail)?;
        let lock = File::create(path.join("lock")).map_err(fail)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { path }),
            Err(TryLockError::Error(source)) => return Err(Error::Folder { path, source }),
        }
        Ok(Self {
            path,
            _lock: lock,
            _temporary: temporary,
        })
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that says which chain it is.
    pub fn spec(&self) -> PathBuf {
        self.path.join("chain-spec.json")
    }

    /// The folder of the database.
    pub fn database(&self) -> PathBuf {
        self.path.join("db")
    }
}
