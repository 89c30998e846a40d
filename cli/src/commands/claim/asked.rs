//! Challenges that were sent and not yet seen in a finalised block, on disk: a program that is killed in between, or a node that
//! answers no more, must not make the account stake twice on one claim.

use crate::failure::Failure;
use crate::setup;
use countersign_shared::id::{AccountId, ReceiptId};
use std::path::{Path, PathBuf};

/// Blocks after which a transaction that no block took cannot be taken any more: the longest life that the client gives
/// one (256), and some for the blocks between the finalised one noted and the one that it was made at.
const LIFE: u32 = 256 + 64;

/// A note about one claim.
pub struct Asked(PathBuf);

impl Asked {
    /// Where the note is or will be.
    pub fn new(folder: &Path, disputes: &AccountId, receipt: &ReceiptId) -> Self {
        Self(folder.join(format!("{disputes}-{receipt}.asked")))
    }

    /// Whether a challenge may still be taken into a block after `block`. A note that cannot be read says yes for good.
    pub fn pending(&self, block: u32) -> Result<bool, Failure> {
        if !self.0.exists() {
            return Ok(false);
        }
        let text = setup::read(&self.0)?;
        let noted = core::str::from_utf8(&text).ok();
        let noted = noted.and_then(|text| text.trim().parse::<u32>().ok());
        Ok(noted.is_none_or(|noted| block <= noted.saturating_add(LIFE)))
    }

    /// Written before a challenge is sent, whole or not at all.
    pub fn note(&self, block: u32) -> Result<(), Failure> {
        let failed = |error| Failure::Write {
            path: self.0.clone(),
            error,
        };
        std::fs::create_dir_all(self.0.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        let beside = self.0.with_extension("asked-new");
        std::fs::write(&beside, block.to_string()).map_err(failed)?;
        std::fs::rename(&beside, &self.0).map_err(failed)
    }

    /// Its game is there, or it was never sent.
    pub fn forget(&self) -> Result<(), Failure> {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::Write {
                path: self.0.clone(),
                error,
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_that_may_still_be_taken_outlives_the_program() {
        let folder = std::env::temp_dir().join(format!("countersign-asked-{}", std::process::id()));
        let (contract, receipt) = (AccountId::new([1; 32]), ReceiptId::new([2; 32]));
        let asked = || Asked::new(&folder, &contract, &receipt);
        assert!(!asked().pending(7).unwrap());
        asked().note(7).unwrap();
        assert!(asked().pending(7).unwrap());
        assert!(asked().pending(7 + LIFE).unwrap());
        assert!(!asked().pending(8 + LIFE).unwrap());
        let path = folder.join(format!("{contract}-{receipt}.asked"));
        std::fs::write(&path, "not a number").unwrap();
        assert!(asked().pending(u32::MAX).unwrap());
        asked().forget().unwrap();
        asked().forget().unwrap();
        assert!(!asked().pending(7).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
