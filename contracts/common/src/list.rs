//! Append-only lists with an entry per key, oldest first: three kinds of cells each.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `SPACE` | the entry's key | the entry |
//! | `SPACE + 1` | position, `u32` | the key that was appended there |
//! | `SPACE + 2` | nothing | how many there are, `u32` |
//!
//! Nothing is ever removed or moved (C2), so a page stays what it was once it was full.

use crate::store::{Cell, Store};
use core::marker::PhantomData;
use countersign_shared::chain::{Page, ReceiptsError, RegistryError, MAX_PAGE_ITEMS};
use ink::prelude::vec::Vec;
use scale::{Decode, Encode, EncodeLike};

/// A kind of list.
pub trait List {
    /// What an entry is found by.
    type Key: Encode + EncodeLike + Decode;
    /// The entry. [`MAX_PAGE_ITEMS`] entries with their keys fit ink!'s buffer of 16 KiB (C1).
    type Value: Encode + EncodeLike + Decode;
    /// The first of the list's three spaces; see [`Cell::SPACE`].
    const SPACE: u32;
}

struct Entry<L>(PhantomData<L>);
struct Order<L>(PhantomData<L>);
struct Count<L>(PhantomData<L>);

impl<L: List> Cell for Entry<L> {
    type Key = L::Key;
    type Value = L::Value;
    const SPACE: u32 = L::SPACE;
}

impl<L: List> Cell for Order<L> {
    type Key = u32;
    type Value = L::Key;
    const SPACE: u32 = L::SPACE.wrapping_add(1);
}

impl<L: List> Cell for Count<L> {
    type Key = ();
    type Value = u32;
    const SPACE: u32 = L::SPACE.wrapping_add(2);
}

/// The list holds 2³² − 1 entries and takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListFull;

impl From<ListFull> for RegistryError {
    fn from(_: ListFull) -> Self {
        Self::ListFull
    }
}

impl From<ListFull> for ReceiptsError {
    fn from(_: ListFull) -> Self {
        Self::ListFull
    }
}

/// The entry of `key`.
pub fn find<L: List>(store: &impl Store, key: &L::Key) -> Option<L::Value> {
    store.get::<Entry<L>>(key)
}

/// How many entries there are.
pub fn len<L: List>(store: &impl Store) -> u32 {
    store.get::<Count<L>>(&()).unwrap_or_default()
}

/// Appends an entry whose key the caller has found to be absent.
///
/// # Errors
/// [`ListFull`]; nothing was written.
pub fn append<L: List>(
    store: &mut impl Store,
    key: &L::Key,
    value: &L::Value,
) -> Result<(), ListFull> {
    let position = len::<L>(store);
    let count = position.checked_add(1).ok_or(ListFull)?;
    store.set::<Entry<L>>(key, value);
    store.set::<Order<L>>(&position, key);
    store.set::<Count<L>>(&(), &count);
    Ok(())
}

/// Writes over the entry of a key that the caller has found to be present.
pub fn replace<L: List>(store: &mut impl Store, key: &L::Key, value: &L::Value) {
    store.set::<Entry<L>>(key, value);
}

/// The entries from position `start` on, at most `limit` and at most [`MAX_PAGE_ITEMS`].
/// Past the end the page is empty; `total` is right in any case.
pub fn page<L: List>(store: &impl Store, start: u32, limit: u32) -> Page<(L::Key, L::Value)> {
    let total = len::<L>(store);
    let end = start.saturating_add(limit.min(MAX_PAGE_ITEMS)).min(total);
    let mut items = Vec::new();
    for position in start..end {
        if let Some(key) = store.get::<Order<L>>(&position) {
            if let Some(value) = store.get::<Entry<L>>(&key) {
                items.push((key, value));
            }
        }
    }
    Page { items, total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Memory;

    struct Squares;
    impl List for Squares {
        type Key = u32;
        type Value = u64;
        const SPACE: u32 = 7;
    }

    fn squares(n: u32) -> Memory {
        let mut store = Memory::default();
        for i in 0..n {
            append::<Squares>(&mut store, &i, &(u64::from(i) * u64::from(i))).unwrap();
        }
        store
    }

    #[test]
    fn pages_join_to_the_whole_list() {
        let store = squares(123);
        let mut all = Vec::new();
        while let [first, ..] = page::<Squares>(&store, all.len() as u32, 20)
            .items
            .as_slice()
        {
            assert_eq!(first.0, all.len() as u32);
            all.extend(page::<Squares>(&store, all.len() as u32, 20).items);
        }
        assert_eq!(
            all,
            (0..123).map(|i| (i, u64::from(i * i))).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_page_is_capped_whatever_is_asked() {
        let store = squares(MAX_PAGE_ITEMS + 9);
        let page = page::<Squares>(&store, 3, u32::MAX);
        assert_eq!(page.items.len() as u32, MAX_PAGE_ITEMS);
        assert_eq!(page.items[0], (3, 9));
        assert_eq!(page.total, MAX_PAGE_ITEMS + 9);
    }

    #[test]
    fn past_the_end_is_an_empty_page_and_the_right_total() {
        let store = squares(3);
        for start in [3, 4, u32::MAX] {
            let page = page::<Squares>(&store, start, u32::MAX);
            assert_eq!((page.items.len(), page.total), (0, 3));
        }
        assert_eq!(page::<Squares>(&store, 0, 0).items, []);
    }

    #[test]
    fn a_full_list_refuses_and_writes_nothing_c1() {
        let mut store = squares(2);
        store.set::<Count<Squares>>(&(), &u32::MAX);
        let before = store.clone();
        assert_eq!(append::<Squares>(&mut store, &9, &81), Err(ListFull));
        assert_eq!(store, before);
    }
}
