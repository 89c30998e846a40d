//! Reading closed schemas.

use super::{FieldFault, FileError, Format};
use crate::crypto::Crypto;
use crate::hex;
use crate::id::EthAddress;
use crate::json::{Object, Value};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A field broke its rule.
pub(crate) fn fault<T>(path: String, fault: FieldFault) -> Result<T, FileError> {
    Err(FileError::Field { path, fault })
}

/// The fields of one object whose keys were checked to be the ones of its schema.
pub(crate) struct Fields<'a> {
    object: &'a Object,
    path: String,
}

impl<'a> Fields<'a> {
    /// Demands an object with exactly the keys `required`, and perhaps `optional` ones.
    pub(crate) fn closed(
        value: &'a Value,
        path: &str,
        required: &[&str],
        optional: &[&str],
    ) -> Result<Self, FileError> {
        let Some(object) = value.as_object() else {
            return fault(String::from(path), FieldFault::Type("an object"));
        };
        let fields = Self {
            object,
            path: String::from(path),
        };
        for (key, _) in object.iter() {
            if !required.contains(&key) && !optional.contains(&key) {
                return fault(fields.at(key), FieldFault::Unknown);
            }
        }
        for key in required {
            if object.get(key).is_none() {
                return fault(fields.at(key), FieldFault::Missing);
            }
        }
        Ok(fields)
    }

    /// The fields of a file, alone or nested in another: its `format` is read before its keys, so that
    /// a version that is not known here is never called altered (4.9).
    pub(crate) fn of_file(
        value: &'a Value,
        path: &str,
        format: Format,
        required: &[&str],
        optional: &[&str],
    ) -> Result<Self, FileError> {
        let text = value.as_object().and_then(|object| object.get("format"));
        if let Some(text) = text.and_then(Value::as_str) {
            let found = Format::of_text(String::from(text))?;
            if found != format {
                return Err(FileError::OtherFormat {
                    expected: format,
                    found,
                });
            }
        }
        let fields = Self::closed(value, path, required, optional)?;
        // Whatever is no text was not looked at above.
        fields.text("format")?;
        Ok(fields)
    }

    /// The path of a key.
    pub(crate) fn at(&self, key: &str) -> String {
        if self.path.is_empty() {
            String::from(key)
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub(crate) fn value(&self, key: &str) -> Result<&'a Value, FileError> {
        match self.object.get(key) {
            Some(value) => Ok(value),
            None => fault(self.at(key), FieldFault::Missing),
        }
    }

    pub(crate) fn optional(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key)
    }

    pub(crate) fn text(&self, key: &str) -> Result<&'a str, FileError> {
        match self.value(key)?.as_str() {
            Some(text) => Ok(text),
            None => fault(self.at(key), FieldFault::Type("text")),
        }
    }

    pub(crate) fn constant(&self, key: &str, expected: &'static str) -> Result<(), FileError> {
        if self.text(key)? == expected {
            Ok(())
        } else {
            fault(self.at(key), FieldFault::Constant(expected))
        }
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<bool, FileError> {
        match self.value(key)? {
            Value::Bool(value) => Ok(*value),
            _ => fault(self.at(key), FieldFault::Type("true or false")),
        }
    }

    pub(crate) fn array(&self, key: &str) -> Result<&'a [Value], FileError> {
        match self.value(key)?.as_array() {
            Some(values) => Ok(values),
            None => fault(self.at(key), FieldFault::Type("a list")),
        }
    }

    /// A whole number of at most `max`.
    pub(crate) fn number(&self, key: &str, max: u64) -> Result<u64, FileError> {
        match self.value(key)? {
            Value::Integer(_) => {}
            _ => return fault(self.at(key), FieldFault::Type("a number")),
        }
        match self.value(key)?.as_u64() {
            Some(number) if number <= max => Ok(number),
            _ => fault(self.at(key), FieldFault::Range),
        }
    }

    /// A whole number of 32 bits.
    pub(crate) fn number32(&self, key: &str) -> Result<u32, FileError> {
        let number = self.number(key, u64::from(u32::MAX))?;
        u32::try_from(number).or_else(|_| fault(self.at(key), FieldFault::Range))
    }

    /// A 64-bit number as decimal text without leading zeros.
    pub(crate) fn decimal(&self, key: &str) -> Result<u64, FileError> {
        match parse_decimal(self.text(key)?) {
            Some(number) => Ok(number),
            None => fault(self.at(key), FieldFault::Decimal),
        }
    }

    /// Lower-case hexadecimal of any length.
    pub(crate) fn bytes(&self, key: &str) -> Result<Vec<u8>, FileError> {
        match hex::decode(self.text(key)?) {
            Ok(bytes) => Ok(bytes),
            Err(error) => fault(self.at(key), FieldFault::Hex(error)),
        }
    }

    /// Lower-case hexadecimal of `N` bytes.
    pub(crate) fn array_of<const N: usize>(&self, key: &str) -> Result<[u8; N], FileError> {
        match hex::decode_array(self.text(key)?) {
            Ok(bytes) => Ok(bytes),
            Err(error) => fault(self.at(key), FieldFault::Hex(error)),
        }
    }

    /// An identifier of 32 bytes.
    pub(crate) fn id<T: From<[u8; 32]>>(&self, key: &str) -> Result<T, FileError> {
        self.array_of::<32>(key).map(T::from)
    }

    /// An address with its checksum.
    pub(crate) fn address(&self, key: &str, crypto: &impl Crypto) -> Result<EthAddress, FileError> {
        match EthAddress::parse_eip55(self.text(key)?, crypto) {
            Ok(address) => Ok(address),
            Err(error) => fault(self.at(key), FieldFault::Address(error)),
        }
    }

    /// A list of hashes, at most `max`.
    pub(crate) fn hashes(&self, key: &str, max: usize) -> Result<Vec<[u8; 32]>, FileError> {
        let values = self.array(key)?;
        if values.len() > max {
            return fault(self.at(key), FieldFault::Count);
        }
        let mut hashes = Vec::with_capacity(values.len());
        for (position, value) in values.iter().enumerate() {
            let path = || format!("{}[{position}]", self.at(key));
            let Some(text) = value.as_str() else {
                return fault(path(), FieldFault::Type("text"));
            };
            match hex::decode_array(text) {
                Ok(hash) => hashes.push(hash),
                Err(error) => return fault(path(), FieldFault::Hex(error)),
            }
        }
        Ok(hashes)
    }
}

/// `0`, or digits that begin with another one; at most 2^64 − 1.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if !digits || leading_zero {
        return None;
    }
    text.parse().ok()
}

/// A list of hashes as JSON.
pub(crate) fn hashes_to_json(hashes: &[[u8; 32]]) -> Value {
    let texts: Vec<Value> = hashes
        .iter()
        .map(|hash| Value::from(hex::encode(hash)))
        .collect();
    Value::Array(texts)
}
