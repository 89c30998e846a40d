//! What is passed over on the way to a file's `format`.

use super::{JsonError, Parser, Value};
use alloc::vec::Vec;

impl Parser<'_> {
    /// Passes over a list or an object of any depth, without a stack of its own calls: nobody can overflow it.
    pub(super) fn skip(&mut self) -> Result<Value, JsonError> {
        // The closing byte of each one that is open.
        let mut open = Vec::new();
        loop {
            self.space();
            let close = match self.peek() {
                Some(b'[') => Some(b']'),
                Some(b'{') => Some(b'}'),
                _ => None,
            };
            if let Some(close) = close {
                self.step();
                self.space();
                if self.peek() == Some(close) {
                    self.step();
                } else {
                    open.push(close);
                    self.key_of(close)?;
                    continue;
                }
            } else {
                // The depth of a text, a number or a word is its own.
                self.value(0)?;
            }
            // A value has ended: another one follows, or what it stands in ends, too.
            loop {
                let Some(close) = open.last().copied() else {
                    return Ok(Value::Null);
                };
                self.space();
                if self.comma_or(close)? {
                    open.pop();
                } else {
                    self.key_of(close)?;
                    break;
                }
            }
        }
    }

    /// In an object, which ends with `}`, passes over the key of the next value.
    fn key_of(&mut self, close: u8) -> Result<(), JsonError> {
        if close != b'}' {
            return Ok(());
        }
        self.space();
        self.key()?;
        self.space();
        self.expect(b":")
    }
}
