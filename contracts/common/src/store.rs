//! Cells: where a contract's facts lie.

use scale::{Decode, Encode, EncodeLike};

/// A kind of cell: what it is found by and what it holds.
///
/// The kinds of one contract have different [`Cell::SPACE`]s, none of them 0 (the contract's own root cell).
pub trait Cell {
    /// What a cell is found by.
    type Key: Encode + EncodeLike + Decode;
    /// What it holds; its encoding stays below ink!'s buffer of 16 KiB.
    type Value: Encode + EncodeLike + Decode;
    /// The first four bytes, little-endian, of the storage key; `Key`'s encoding follows.
    const SPACE: u32;
}

/// Where cells are kept: by the chain in a contract, in a map in tests.
pub trait Store {
    /// What the cell holds, if it was ever set.
    fn get<C: Cell>(&self, key: &C::Key) -> Option<C::Value>;

    /// Writes the cell over.
    fn set<C: Cell>(&mut self, key: &C::Key, value: &C::Value);
}

#[cfg(feature = "std")]
pub use memory::Memory;

#[cfg(feature = "std")]
mod memory {
    use super::{Cell, Store};
    use scale::{DecodeAll, Encode};
    use std::collections::BTreeMap;

    /// Cells in memory, as the bytes that a chain would keep. For tests of the rules and of the layout.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Memory(BTreeMap<Vec<u8>, Vec<u8>>);

    impl Memory {
        /// All cells: storage key and value.
        pub fn cells(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
            self.0
                .iter()
                .map(|(key, value)| (key.as_slice(), value.as_slice()))
        }
    }

    impl Store for Memory {
        fn get<C: Cell>(&self, key: &C::Key) -> Option<C::Value> {
            let bytes = self.0.get(&(C::SPACE, key).encode())?;
            C::Value::decode_all(&mut bytes.as_slice()).ok()
        }

        fn set<C: Cell>(&mut self, key: &C::Key, value: &C::Value) {
            self.0.insert((C::SPACE, key).encode(), value.encode());
        }
    }
}
