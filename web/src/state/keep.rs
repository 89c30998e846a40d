//! The kept receipts: every signed one, in this browser's storage, shared by all tabs.

use super::chain::{ChainState, Link};
use super::finished::Finished;
use crate::browser::clock;
use crate::browser::database::{self, Bell};
use crate::browser::error::BrowserError;
use countersign_client::deployed::ChainGap;
use countersign_client::kept::{self, Kept, Notes};
use countersign_client::messages;
use countersign_shared::files::{AnchorProof, Bundle, Opening};
use countersign_shared::id::SealedId;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::Software;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Longer results are not kept with the notes; the commitment fixes them all the same. In bytes.
const LONGEST_RESULT: usize = 64 * 1024;

/// What the storage holds.
#[derive(Clone)]
pub enum Stored {
    /// Being read.
    Reading,
    /// Read.
    Ready {
        /// Newest first.
        receipts: Rc<Vec<Kept>>,
        /// Records that this version cannot read; they are left alone.
        unreadable: usize,
    },
    /// The browser keeps nothing.
    Failed(BrowserError),
}

/// The kept receipts.
#[derive(Clone, Copy)]
pub struct Keep {
    /// What the storage holds.
    pub stored: RwSignal<Stored, LocalStorage>,
    /// Receipts signed in this tab that the storage did not take, with the reason.
    pub homeless: RwSignal<BTreeMap<SealedId, (Kept, String)>, LocalStorage>,
    /// Why the chain could not be asked about a receipt.
    pub gaps: RwSignal<BTreeMap<SealedId, ChainGap>, LocalStorage>,
    looking: RwSignal<bool>,
    bell: StoredValue<Option<Bell>, LocalStorage>,
}

impl Keep {
    fn new() -> Self {
        Self {
            stored: RwSignal::new_local(Stored::Reading),
            homeless: RwSignal::new_local(BTreeMap::new()),
            gaps: RwSignal::new_local(BTreeMap::new()),
            looking: RwSignal::new(false),
            bell: StoredValue::new_local(None),
        }
    }

    /// Reads the storage again.
    pub async fn read(self) {
        let stored = match database::all().await {
            Ok(records) => {
                let all = records.len();
                let mut receipts: Vec<Kept> = records
                    .iter()
                    .filter_map(|(_, text)| Kept::from_file(text.as_bytes()).ok())
                    .collect();
                receipts.sort_by_key(|kept| core::cmp::Reverse(kept.kept));
                let unreadable = all - receipts.len();
                Stored::Ready {
                    receipts: Rc::new(receipts),
                    unreadable,
                }
            }
            Err(error) => Stored::Failed(error),
        };
        let _ = self.stored.try_set(stored);
    }

    /// All receipts, those that found no storage first.
    pub fn all(self) -> Vec<Kept> {
        let homeless = self.homeless.with(|homeless| {
            homeless
                .values()
                .map(|(kept, _)| kept.clone())
                .collect::<Vec<_>>()
        });
        let stored = self.stored.with(|stored| match stored {
            Stored::Ready { receipts, .. } => receipts.to_vec(),
            Stored::Reading | Stored::Failed(_) => Vec::new(),
        });
        homeless.into_iter().chain(stored).collect()
    }

    /// One receipt.
    pub fn of(self, sealed: SealedId) -> Option<Kept> {
        self.all().into_iter().find(|kept| kept.sealed() == sealed)
    }

    /// Keeps receipts, joined with what is kept of them already; how many were new.
    ///
    /// # Errors
    /// The browser's, at the first that it does not take; those before it are kept.
    pub async fn put(self, receipts: &[Kept]) -> Result<usize, BrowserError> {
        let (mut new, mut housed) = (0, Vec::new());
        let mut outcome = Ok(());
        for kept in receipts {
            let mut known = false;
            let key = kept.sealed().to_string();
            let write = database::change(&key, |text| {
                known = text.is_some();
                let before = text
                    .as_ref()
                    .and_then(|text| Kept::from_file(text.as_bytes()).ok());
                match (before, text) {
                    // What is not the same receipt replaces nothing.
                    (Some(before), text) => before.merge(kept).map(|kept| kept.to_file()).or(text),
                    // A record that cannot be read is never written over.
                    (None, Some(text)) => Some(text),
                    (None, None) => Some(kept.to_file()),
                }
            });
            if let Err(error) = write.await {
                outcome = Err(error);
                break;
            }
            if !known {
                new += 1;
            }
            housed.push(kept.sealed());
        }
        self.read().await;
        self.ring();
        let was_homeless = |sealed: &SealedId| {
            self.homeless
                .with_untracked(|homeless| homeless.contains_key(sealed))
        };
        if housed.iter().any(was_homeless) {
            self.homeless
                .update(|homeless| homeless.retain(|sealed, _| !housed.contains(sealed)));
        }
        outcome.map(|()| new)
    }

    /// Keeps a receipt that was signed just now. What the storage does not take stays in this tab, and says so.
    pub fn keep(self, receipt: &Verified<Receipt>, run: &Finished) {
        let kept = newly_kept(receipt, run);
        spawn_local(async move {
            if let Err(error) = self.put(core::slice::from_ref(&kept)).await {
                let reason = error.to_string();
                self.homeless.update(|homeless| {
                    homeless.insert(kept.sealed(), (kept, reason));
                });
            }
            // Last: a browser may ask the user first, who may never answer.
            database::ask_to_last().await;
        });
    }

    /// Keeps what found no storage before: there may be room by now.
    async fn house(self) {
        let homeless: Vec<Kept> = self
            .homeless
            .with_untracked(|homeless| homeless.values().map(|(kept, _)| kept.clone()).collect());
        if !homeless.is_empty() {
            // What still finds none stays in this tab, and says so.
            let _ = self.put(&homeless).await;
        }
    }

    /// Forgets a receipt for good.
    ///
    /// # Errors
    /// The browser's; the receipt is still there then.
    pub async fn delete(self, sealed: SealedId) -> Result<(), BrowserError> {
        if self
            .homeless
            .with_untracked(|homeless| homeless.contains_key(&sealed))
        {
            self.homeless.update(|homeless| {
                homeless.remove(&sealed);
            });
            return Ok(());
        }
        database::change(&sealed.to_string(), |_| None).await?;
        self.read().await;
        self.ring();
        Ok(())
    }

    /// Changes a record in one step, whatever other tabs do.
    async fn update(
        self,
        sealed: SealedId,
        change: impl FnOnce(&mut Kept),
    ) -> Result<(), BrowserError> {
        database::change(&sealed.to_string(), |text| {
            let text = text?;
            let Ok(mut kept) = Kept::from_file(text.as_bytes()) else {
                return Some(text);
            };
            change(&mut kept);
            Some(kept.to_file())
        })
        .await
    }

    /// Notes, before anything is sent, what is about to be: a batch proof is never known to this tab alone.
    ///
    /// # Errors
    /// The browser's; nothing may be sent then.
    pub async fn about_to_send(
        self,
        receipts: &[(SealedId, Option<AnchorProof>)],
        until: u32,
    ) -> Result<(), BrowserError> {
        for (sealed, proof) in receipts {
            self.update(*sealed, |kept| {
                kept.sent_until = Some(until);
                if let Some(proof) = proof.as_ref().filter(|proof| !kept.tried.contains(proof)) {
                    kept.tried.push(proof.clone());
                }
            })
            .await?;
        }
        self.read().await;
        self.ring();
        Ok(())
    }

    /// Takes back what [`Keep::about_to_send`] noted, when it is certain that nothing is on its way.
    pub async fn not_sent(self, receipts: &[(SealedId, Option<AnchorProof>)]) {
        for (sealed, proof) in receipts {
            // A note that stays is looked at again: nothing is lost by it.
            let _ = self
                .update(*sealed, |kept| {
                    kept.sent_until = None;
                    kept.tried.retain(|tried| Some(tried) != proof.as_ref());
                })
                .await;
        }
        self.read().await;
        self.ring();
    }

    /// Asks the chain about every receipt that may still change, and notes what it says.
    pub async fn look(self, chain: ChainState) {
        self.look_at(chain, |_| true).await;
    }

    /// The same for some of them.
    pub async fn look_at(self, chain: ChainState, wanted: impl Fn(&Kept) -> bool) {
        if self.looking.get_untracked() {
            return;
        }
        let Link::Ready(ready) = chain.link.get_untracked() else {
            return;
        };
        self.looking.set(true);
        self.house().await;
        let mut receipts = untrack(|| self.all());
        receipts.retain(wanted);
        let looked = async {
            let deployed = ready.deployed().await?;
            let at = ready.chain.finalised().await.map_err(ChainGap::Failed)?;
            let mut changed = false;
            for kept in receipts {
                let Ok(receipt) = kept.verified() else {
                    continue;
                };
                let sealed = receipt.sealed();
                match kept::look(&deployed, &kept, &receipt, at).await {
                    Ok(look) => {
                        self.gaps.update(|gaps| {
                            gaps.remove(&sealed);
                        });
                        let mut after = kept.clone();
                        after.take(&look);
                        changed |= after != kept;
                        // What cannot be noted is asked again at the next look.
                        let _ = self.update(sealed, |kept| kept.take(&look)).await;
                    }
                    Err(ChainGap::Failed(error)) => return Err(ChainGap::Failed(error)),
                    Err(gap) => self.gaps.update(|gaps| {
                        gaps.insert(sealed, gap);
                    }),
                }
            }
            Ok::<bool, ChainGap>(changed)
        };
        if looked.await == Ok(true) {
            self.read().await;
            self.ring();
        }
        let _ = self.looking.try_set(false);
    }

    fn ring(self) {
        self.bell.with_value(|bell| {
            if let Some(bell) = bell {
                bell.ring();
            }
        });
    }
}

/// The record of a receipt that was signed just now, with everything that opens it.
fn newly_kept(receipt: &Verified<Receipt>, run: &Finished) -> Kept {
    let sides = [&run.input, &run.output].into_iter();
    let openings =
        sides.filter_map(|committed| Opening::complete(receipt.id(), committed, &Software));
    let manifest = &run.model.manifest;
    let result = run.outcome.result.as_deref().unwrap_or_default();
    let result = if result.len() <= LONGEST_RESULT {
        String::from_utf8(result.to_vec()).unwrap_or_default()
    } else {
        String::new()
    };
    Kept {
        bundle: Bundle {
            receipt: receipt.into_inner(),
            openings: openings.collect(),
            anchors: Vec::new(),
        },
        tried: Vec::new(),
        sent_until: None,
        seen: None,
        kept: clock::seconds(),
        notes: Notes {
            model: crate::text::en::model_name(&manifest.name, &manifest.version),
            publisher: messages::account(&run.model.publisher),
            input: run.input_name.clone(),
            result,
        },
    }
}

/// Puts them into the context, and reads what is kept.
pub fn provide() {
    let keep = Keep::new();
    provide_context(keep);
    // What only this tab holds would be gone with it.
    let warning = window_event_listener(leptos::ev::beforeunload, move |event| {
        if keep
            .homeless
            .with_untracked(|homeless| !homeless.is_empty())
        {
            event.prevent_default();
            event.set_return_value("1");
        }
    });
    // The app lives as long as its window.
    core::mem::forget(warning);
    keep.bell
        .set_value(Some(Bell::new(move || spawn_local(keep.read()))));
    spawn_local(keep.read());
}

/// The kept receipts, from the context.
pub fn use_keep() -> Keep {
    use_context().unwrap_or_else(Keep::new)
}
