//! The program that a bond is about, compiled again from the model's file before it is relied on (EXACT 2.6): whoever published
//! another one could take the bond of an honest player.

use crate::args::Global;
use crate::commands::model;
use crate::exact;
use crate::executor::Places;
use crate::failure::Failure;
use countersign_shared::exact::Program;
use countersign_shared::id::{AccountId, ManifestHash, ModelId};

/// A registered model whose file compiles to the program that stands in the registry.
pub struct Recompiled {
    /// Who registered it.
    pub publisher: AccountId,
    /// Its manifest's hash.
    pub manifest: ManifestHash,
    /// The program.
    pub program: Program,
}

/// Compiles a registered model's file again. `given` is the manifest that the user named for it, which must be the model's.
///
/// # Errors
/// [`Failure::UnknownModel`], [`Failure::Play`] for another manifest, and those of [`exact::registered`].
pub fn recompiled(
    global: &Global,
    id: ModelId,
    given: Option<ManifestHash>,
    places: &Places,
) -> Result<Recompiled, Failure> {
    let model = model::registered(global, id)?;
    let record = model.record.ok_or(Failure::UnknownModel(id))?;
    if given.is_some_and(|given| given != record.manifest_hash) {
        return Err(Failure::Play {
            reason: format!("the claim's model is {id}, which has another manifest"),
        });
    }
    let program = exact::registered(places, &model.manifest, record.exact_root)?;
    Ok(Recompiled {
        publisher: model.publisher,
        manifest: record.manifest_hash,
        program,
    })
}
