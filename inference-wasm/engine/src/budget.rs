//! What a run may use: memory and steps.

use std::cell::Cell;

use countersign_abi::{EngineError, ErrorCode, Limits};

/// Counts live tensor bytes and steps against [`Limits`].
#[derive(Debug)]
pub(crate) struct Budget {
    tensor_bytes: u64,
    live: Cell<u64>,
    steps: Cell<u64>,
}

impl Budget {
    /// A fresh budget with `live` bytes in use (the parameters).
    pub fn new(limits: &Limits, live: u64) -> Self {
        Self {
            tensor_bytes: limits.tensor_bytes,
            live: Cell::new(live),
            steps: Cell::new(limits.steps),
        }
    }

    /// Whether `bytes` more fit beside what lives.
    pub fn check(&self, bytes: u64) -> Result<(), EngineError> {
        let wanted = self.live.get().saturating_add(bytes);
        if wanted > self.tensor_bytes {
            return Err(EngineError::new(
                ErrorCode::Limit,
                format!(
                    "the run needs {wanted} bytes of tensors at once, {} are allowed: use a smaller input or raise the limit",
                    self.tensor_bytes
                ),
            ));
        }
        Ok(())
    }

    /// Counts bytes as live.
    pub fn take(&self, bytes: u64) -> Result<(), EngineError> {
        self.check(bytes)?;
        self.live.set(self.live.get().saturating_add(bytes));
        Ok(())
    }

    /// Counts bytes as gone.
    pub fn give(&self, bytes: u64) {
        self.live.set(self.live.get().saturating_sub(bytes));
    }

    /// Counts steps.
    pub fn steps(&self, steps: u64) -> Result<(), EngineError> {
        match self.steps.get().checked_sub(steps) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => Err(EngineError::new(
                ErrorCode::Limit,
                "the run takes more steps than allowed: use a smaller input or raise the limit",
            )),
        }
    }
}
