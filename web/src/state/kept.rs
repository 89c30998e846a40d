//! Models that this browser keeps, so that they run with the network cut and after a cold start (P2).
//!
//! Each file stands under its own SHA-256, each model under its id as publisher ‖ exact root ‖ manifest, from which the id
//! is computed again when it is read: what was changed meanwhile is not found, and is fetched or asked for anew. The
//! worker hashes once more before it executes anything (R2).

use crate::browser::cache::{self, Shelf};
use crate::browser::digest;
use crate::browser::error::BrowserError;
use crate::browser::read;
use countersign_client::verify::Model;
use countersign_shared::id::{AccountId, ExactRoot, FileHash, ManifestHash, ModelId};
use countersign_shared::manifest::Manifest;
use countersign_shared::Software;
use leptos::prelude::*;
use web_sys::Blob;

const SHELF: &str = "countersign-models-1";
const FILES: &str = "/kept/file/";
const MODELS: &str = "/kept/model/";
/// Publisher and exact root, before the manifest.
const HEAD: usize = 64;

/// A kept model.
#[derive(Clone)]
pub struct Kept {
    /// The model; its record is the registry's to tell, and unknown here.
    pub model: Model,
    /// Bytes of its files that are here.
    pub here: u64,
    /// Whether all of its files are.
    pub whole: bool,
}

/// Why the newest file was not kept, for whoever shows it. The run itself goes on.
pub type Trouble = RwSignal<Option<BrowserError>>;

fn file_path(hash: &FileHash) -> String {
    format!("{FILES}{hash}")
}

/// A model's file, if it is here with exactly its bytes; what is damaged is thrown away.
pub async fn file(hash: FileHash, size: u64) -> Option<Blob> {
    let shelf = Shelf::open(SHELF).await.ok()?;
    let path = file_path(&hash);
    let found = shelf.get(&path).await.ok().flatten()?;
    let right =
        found.size() as u64 == size && digest::sha256(&found).await.ok() == Some(hash.to_bytes());
    if right {
        return Some(found);
    }
    // That it cannot be deleted changes nothing: it is not used, and overwritten by the next download.
    let _ = shelf.take_away(&path).await;
    None
}

/// Keeps a file whose digest was checked while it was downloaded.
///
/// # Errors
/// Where there is no room, or storage is switched off.
pub async fn keep_file(hash: FileHash, file: &Blob) -> Result<(), BrowserError> {
    Shelf::open(SHELF).await?.put(&file_path(&hash), file).await
}

/// Keeps what a model is, beside its files.
///
/// # Errors
/// As [`keep_file`].
pub async fn keep_model(model: &Model) -> Result<(), BrowserError> {
    let Ok(manifest) = model.manifest.to_bytes() else {
        return Ok(());
    };
    let root = model
        .record
        .as_ref()
        .map_or(ExactRoot::ZERO, |record| record.exact_root);
    if id(&model.publisher, &root, &manifest) != model.id {
        return Ok(());
    }
    let mut bytes = Vec::with_capacity(HEAD + manifest.len());
    bytes.extend_from_slice(model.publisher.as_bytes());
    bytes.extend_from_slice(root.as_bytes());
    bytes.extend_from_slice(&manifest);
    let path = format!("{MODELS}{}", model.id);
    Shelf::open(SHELF)
        .await?
        .put(&path, &read::blob(&bytes)?)
        .await
}

fn id(publisher: &AccountId, root: &ExactRoot, manifest: &[u8]) -> ModelId {
    let hash = ManifestHash::of(manifest, &Software);
    ModelId::compute(publisher, &hash, root, &Software)
}

/// A kept model's bytes; none if they are not those of `wanted`.
fn decode(wanted: ModelId, bytes: &[u8]) -> Option<Model> {
    let (head, manifest) = bytes.split_at_checked(HEAD)?;
    let (publisher, root) = head.split_at(HEAD / 2);
    let publisher = AccountId::new(publisher.try_into().ok()?);
    let root = ExactRoot::new(root.try_into().ok()?);
    (id(&publisher, &root, manifest) == wanted).then_some(())?;
    Some(Model {
        id: wanted,
        publisher,
        manifest: Manifest::parse(manifest).ok()?,
        record: None,
    })
}

async fn read_model(shelf: &Shelf, id: ModelId) -> Result<Option<Model>, BrowserError> {
    let Some(stored) = shelf.get(&format!("{MODELS}{id}")).await? else {
        return Ok(None);
    };
    // A manifest is at most 12 KiB; what is far longer is none of ours.
    if stored.size() > 65_536.0 {
        return Ok(None);
    }
    Ok(decode(id, &read::bytes(&stored).await?))
}

/// A kept model.
///
/// # Errors
/// Where storage is switched off.
pub async fn one(id: ModelId) -> Result<Option<Model>, BrowserError> {
    read_model(&Shelf::open(SHELF).await?, id).await
}

/// All kept models, by name.
///
/// # Errors
/// Where storage is switched off.
pub async fn all() -> Result<Vec<Kept>, BrowserError> {
    let shelf = Shelf::open(SHELF).await?;
    let paths = shelf.paths().await?;
    let mut found = Vec::new();
    for path in &paths {
        let Some(id) = path.strip_prefix(MODELS).and_then(|id| id.parse().ok()) else {
            continue;
        };
        let Some(model) = read_model(&shelf, id).await? else {
            continue;
        };
        let files = &model.manifest.files;
        let is_here = |hash: &FileHash| paths.contains(&file_path(hash));
        let here = files.iter().filter(|file| is_here(&file.sha256));
        let here = here.map(|file| file.size).sum();
        let whole = files.iter().all(|file| is_here(&file.sha256));
        found.push(Kept { model, here, whole });
    }
    found.sort_by(|one, other| one.model.manifest.name.cmp(&other.model.manifest.name));
    Ok(found)
}

/// Forgets a model, and those of its files that no other kept model needs.
///
/// # Errors
/// Where the browser refuses.
pub async fn remove(model: ModelId) -> Result<(), BrowserError> {
    let shelf = Shelf::open(SHELF).await?;
    let (gone, others): (Vec<Kept>, Vec<Kept>) = all()
        .await?
        .into_iter()
        .partition(|kept| kept.model.id == model);
    let needed = |hash: &FileHash| {
        let mut files = others.iter().flat_map(|kept| &kept.model.manifest.files);
        files.any(|file| file.sha256 == *hash)
    };
    shelf.take_away(&format!("{MODELS}{model}")).await?;
    for file in gone.iter().flat_map(|kept| &kept.model.manifest.files) {
        if !needed(&file.sha256) {
            shelf.take_away(&file_path(&file.sha256)).await?;
        }
    }
    Ok(())
}

/// Forgets all models, files of unfinished ones too.
///
/// # Errors
/// Where the browser refuses.
pub async fn remove_all() -> Result<(), BrowserError> {
    cache::remove(SHELF).await
}

/// Puts the trouble of keeping into the context.
pub fn provide() {
    provide_context::<Trouble>(RwSignal::new(None));
}

/// Why the newest file was not kept, from the context.
pub fn use_trouble() -> Trouble {
    use_context().unwrap_or_else(|| RwSignal::new(None))
}
