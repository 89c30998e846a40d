//! The app's own files, as this browser has them, beside the list that the build made (`cargo xtask files`).

use crate::browser::{digest, read};
use countersign_messages::page::{download, Expected};
use countersign_messages::RunError;
use countersign_shared::{hex, json};

const LIST: &str = "/release.json";
/// More files than any release has.
const MOST: usize = 1_000;

/// The list, with what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The release's name: SHA-256 of the list as it is printed.
    pub release: String,
    /// Every file, the service worker last.
    pub files: Vec<Compared>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Below the app's origin.
    pub path: String,
    /// SHA-256 on the list: `0x` and lower-case hex.
    pub listed: String,
    /// As the browser has it.
    pub found: Found,
}

/// What the browser has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Bytes with this SHA-256.
    Digest(String),
    /// Nothing that could be read.
    Unread,
}

impl Found {
    /// Whether it is what the list says.
    pub fn is_listed(&self, listed: &str) -> bool {
        matches!(self, Self::Digest(digest) if digest == listed)
    }
}

/// Reads the list and hashes every file, each as the page's own requests get it.
///
/// # Errors
/// [`RunError::Download`] where there is no list.
pub async fn compare() -> Result<Listed, RunError> {
    let unreadable = |detail: &str| RunError::Download {
        what: LIST.to_owned(),
        detail: detail.to_owned(),
    };
    let list = download(LIST, Expected::default(), None, &mut |_| ()).await?;
    let bytes = read::bytes(&list)
        .await
        .map_err(|error| unreadable(&error.detail))?;
    let (release, wanted) =
        parse(&bytes).ok_or_else(|| unreadable("it is not a list of the app's files"))?;
    let mut files = Vec::with_capacity(wanted.len());
    for (path, listed) in wanted {
        let found = match download(&path, Expected::default(), None, &mut |_| ()).await {
            Ok(file) => digest::sha256(&file).await.ok(),
            Err(_) => None,
        };
        let found = found.map_or(Found::Unread, |digest| Found::Digest(hex::encode(&digest)));
        files.push(Compared {
            path,
            listed,
            found,
        });
    }
    Ok(Listed { release, files })
}

/// The release's name, and path and digest of each file. Paths are this origin's own.
fn parse(bytes: &[u8]) -> Option<(String, Vec<(String, String)>)> {
    let value = json::parse(bytes).ok()?;
    let list = value.as_object()?;
    let text = |object: &json::Object, key: &str| Some(object.get(key)?.as_str()?.to_owned());
    let entries = list.get("files")?.as_array()?;
    if entries.len() > MOST {
        return None;
    }
    let mut files = entries
        .iter()
        .map(|entry| {
            let entry = entry.as_object()?;
            let path = text(entry, "path")?;
            let own = path.starts_with('/') && !path.starts_with("//");
            own.then_some((path, text(entry, "sha256")?))
        })
        .collect::<Option<Vec<_>>>()?;
    files.push(("/sw.js".to_owned(), text(list, "worker")?));
    Some((text(list, "release")?, files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builds_list_is_read() {
        let list = br#"{"files":[{"path":"/index.html","sha256":"0x01","size":1}],"release":"0x02","worker":"0x03"}"#;
        let files = vec![
            ("/index.html".to_owned(), "0x01".to_owned()),
            ("/sw.js".to_owned(), "0x03".to_owned()),
        ];
        assert_eq!(parse(list), Some(("0x02".to_owned(), files)));
    }

    #[test]
    fn no_path_of_the_list_leaves_the_origin_p1() {
        for path in ["https://example.org/x", "//example.org/x", "x"] {
            let list = format!(
                r#"{{"files":[{{"path":"{path}","sha256":"0x01","size":1}}],"release":"0x02","worker":"0x03"}}"#
            );
            assert_eq!(parse(list.as_bytes()), None);
        }
    }
}
