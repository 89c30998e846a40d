//! What an owner may do with a record, the same for models and engines (C2).
//!
//! Hand-over takes two steps, an offer and its acceptance, so that nothing is lost to an account that
//! nobody holds. Whoever it was offered to before cannot take it once the offer is changed.

use countersign_contracts_common::list::{self, List};
use countersign_contracts_common::store::Store;
use countersign_contracts_common::Effect;
use countersign_shared::chain::{EngineRecord, ModelRecord, Moment, RegistryError};
use countersign_shared::id::AccountId;

/// A record with an owner.
pub trait Owned {
    /// The error when there is no such record.
    const UNKNOWN: RegistryError;
    /// Who owns it.
    fn owner(&mut self) -> &mut AccountId;
    /// To whom it is offered.
    fn offered_to(&mut self) -> &mut Option<AccountId>;
    /// Since when it should not be used any more.
    fn deprecated(&mut self) -> &mut Option<Moment>;
}

macro_rules! owned {
    ($record:ty, $unknown:ident) => {
        impl Owned for $record {
            const UNKNOWN: RegistryError = RegistryError::$unknown;
            fn owner(&mut self) -> &mut AccountId {
                &mut self.owner
            }
            fn offered_to(&mut self) -> &mut Option<AccountId> {
                &mut self.offered_to
            }
            fn deprecated(&mut self) -> &mut Option<Moment> {
                &mut self.deprecated
            }
        }
    };
}
owned!(ModelRecord, ModelUnknown);
owned!(EngineRecord, EngineUnknown);

/// Marks a record as not to be used any more, for good; the first time is kept.
///
/// # Errors
/// Unknown, `NotOwner`.
pub fn deprecate<L: List<Value: Owned>>(
    store: &mut impl Store,
    key: &L::Key,
    caller: AccountId,
    now: Moment,
) -> Result<Effect<Moment>, RegistryError> {
    let mut record = owned_by::<L>(store, key, caller)?;
    if let Some(since) = *record.deprecated() {
        return Ok(Effect::repeated(since));
    }
    *record.deprecated() = Some(now);
    list::replace::<L>(store, key, &record);
    Ok(Effect::new(now))
}

/// Offers a record to an account, or to nobody.
///
/// # Errors
/// Unknown, `NotOwner`.
pub fn offer<L: List<Value: Owned>>(
    store: &mut impl Store,
    key: &L::Key,
    caller: AccountId,
    to: Option<AccountId>,
) -> Result<Effect<()>, RegistryError> {
    let mut record = owned_by::<L>(store, key, caller)?;
    if *record.offered_to() == to {
        return Ok(Effect::repeated(()));
    }
    *record.offered_to() = to;
    list::replace::<L>(store, key, &record);
    Ok(Effect::new(()))
}

/// Makes `caller` the owner of a record that was offered to it; answers who owned it before.
///
/// # Errors
/// Unknown, `NotOffered`.
pub fn accept<L: List<Value: Owned>>(
    store: &mut impl Store,
    key: &L::Key,
    caller: AccountId,
) -> Result<AccountId, RegistryError> {
    let mut record = list::find::<L>(store, key).ok_or(L::Value::UNKNOWN)?;
    if *record.offered_to() != Some(caller) {
        return Err(RegistryError::NotOffered);
    }
    let from = core::mem::replace(record.owner(), caller);
    *record.offered_to() = None;
    list::replace::<L>(store, key, &record);
    Ok(from)
}

fn owned_by<L: List<Value: Owned>>(
    store: &impl Store,
    key: &L::Key,
    caller: AccountId,
) -> Result<L::Value, RegistryError> {
    let mut record = list::find::<L>(store, key).ok_or(L::Value::UNKNOWN)?;
    if *record.owner() != caller {
        return Err(RegistryError::NotOwner);
    }
    Ok(record)
}
