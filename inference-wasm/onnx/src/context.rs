//! What the decoder carries along: limits, and the files of external data.

use crate::{ExternalFile, LoadError, LoadLimits, MAX_DEPTH, MAX_NAME};

/// Counts what was taken, so that limits hold for the file as a whole.
pub(crate) struct Context<'a> {
    external: &'a [ExternalFile<'a>],
    limits: LoadLimits,
    nodes: u64,
    tensor_bytes: u64,
    depth: u32,
}

impl<'a> Context<'a> {
    pub fn new(external: &'a [ExternalFile<'a>], limits: LoadLimits) -> Self {
        Self {
            external,
            limits,
            nodes: 0,
            tensor_bytes: 0,
            depth: 0,
        }
    }

    /// Counts one more node.
    pub fn node(&mut self) -> Result<(), LoadError> {
        self.nodes += 1;
        bounded("nodes", self.nodes, u64::from(self.limits.nodes))
    }

    /// Counts a tensor before its memory is taken.
    pub fn tensor(&mut self, bytes: u64) -> Result<(), LoadError> {
        self.tensor_bytes = self.tensor_bytes.saturating_add(bytes);
        bounded(
            "bytes of tensors",
            self.tensor_bytes,
            self.limits.tensor_bytes,
        )
    }

    /// Steps into a subgraph.
    pub fn enter(&mut self) -> Result<(), LoadError> {
        self.depth += 1;
        bounded(
            "levels of nested graphs",
            u64::from(self.depth),
            u64::from(MAX_DEPTH),
        )
    }

    /// Steps out again.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// The bytes of external data at a location that the host listed.
    pub fn external(
        &self,
        tensor: &str,
        location: &str,
        offset: u64,
        length: Option<u64>,
    ) -> Result<&'a [u8], LoadError> {
        let fault = |what: String| LoadError::Tensor {
            name: tensor.to_owned(),
            what,
        };
        if !is_inside(location) {
            return Err(fault(format!(
                "its external data \"{location}\" lies outside of the model's folder"
            )));
        }
        let file = self
            .external
            .iter()
            .find(|file| file.location == location)
            .ok_or_else(|| {
                fault(format!(
                    "its external data \"{location}\" is not among the model's listed files"
                ))
            })?;
        let beyond = || {
            fault(format!(
                "its external data goes beyond the end of \"{location}\""
            ))
        };
        let start = usize::try_from(offset).map_err(|_| beyond())?;
        let tail = file.data.get(start..).ok_or_else(beyond)?;
        match length {
            None => Ok(tail),
            Some(length) => usize::try_from(length)
                .ok()
                .and_then(|length| tail.get(..length))
                .ok_or_else(beyond),
        }
    }
}

/// Whether a location stays inside of the model's folder.
fn is_inside(location: &str) -> bool {
    !location.is_empty()
        && !location.contains(['\\', ':', '\0'])
        && location
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
}

/// Refuses a value above its bound.
pub(crate) fn bounded(what: &'static str, value: u64, bound: u64) -> Result<(), LoadError> {
    if value > bound {
        return Err(LoadError::Limit { what, value, bound });
    }
    Ok(())
}

/// A name of acceptable length.
pub(crate) fn name(text: &str) -> Result<String, LoadError> {
    bounded("bytes in one name", text.len() as u64, MAX_NAME as u64)?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_that_escape_are_refused() {
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "./x",
            "c:\\x",
            "a\\b",
        ] {
            assert!(!is_inside(bad), "{bad}");
        }
        assert!(is_inside("weights.bin"));
        assert!(is_inside("a/b.bin"));
    }

    #[test]
    fn only_listed_files_are_read() {
        let files = [ExternalFile {
            location: "w",
            data: &[1, 2, 3, 4],
        }];
        let context = Context::new(&files, LoadLimits::default());
        assert_eq!(context.external("t", "w", 1, Some(2)), Ok(&[2u8, 3][..]));
        assert!(context.external("t", "w", 1, Some(4)).is_err());
        assert!(context.external("t", "w", u64::MAX, None).is_err());
        assert!(context.external("t", "v", 0, None).is_err());
    }
}
