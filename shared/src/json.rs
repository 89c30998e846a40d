//! I-JSON (RFC 7493) restricted to integers, read strictly and written canonically (RFC 8785).
//!
//! Refused while reading: duplicate keys, lone surrogates and noncharacters, numbers with a
//! fraction or exponent or beyond ±(2^53 − 1), anything after the value, nesting deeper than
//! [`MAX_DEPTH`].

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

mod parse;

pub use parse::{is_noncharacter, parse, parse_canonical, peek};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 32;

/// The greatest integer that every JSON implementation keeps: 2^53 − 1.
pub const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// A whole number between −(2^53 − 1) and 2^53 − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integer(i64);

impl Integer {
    /// `None` beyond ±(2^53 − 1).
    #[must_use]
    pub fn new(value: i64) -> Option<Self> {
        (value.unsigned_abs() <= MAX_INTEGER).then_some(Self(value))
    }

    /// The value.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl From<u32> for Integer {
    fn from(value: u32) -> Self {
        Self(i64::from(value))
    }
}

/// Keys and values in the order of RFC 8785 (by UTF-16 code units), each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Integer(Integer),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Keys with values.
    Object(Object),
}

fn order(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

impl Object {
    /// Without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key; `false`, and nothing changes, if it is there already.
    #[must_use]
    pub fn insert(&mut self, key: String, value: Value) -> bool {
        match self.0.binary_search_by(|(other, _)| order(other, &key)) {
            Ok(_) => false,
            Err(position) => {
                self.0.insert(position, (key, value));
                true
            }
        }
    }

    /// Sorts keys read at the given offsets.
    fn sorted(mut pairs: Vec<(String, Value, usize)>) -> Result<Self, JsonError> {
        pairs.sort_by(|(left, _, _), (right, _, _)| order(left, right));
        let neighbours = pairs.iter().zip(pairs.iter().skip(1));
        for ((left, _, first), (right, _, second)) in neighbours {
            if left == right {
                return Err(JsonError {
                    at: *first.max(second),
                    fault: Fault::DuplicateKey,
                });
            }
        }
        Ok(Self(
            pairs
                .into_iter()
                .map(|(key, value, _)| (key, value))
                .collect(),
        ))
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let position = self
            .0
            .binary_search_by(|(other, _)| order(other, key))
            .ok()?;
        self.0.get(position).map(|(_, value)| value)
    }

    /// All keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Object {
    /// Of equal keys the first stays.
    fn from(pairs: [(&str, Value); N]) -> Self {
        let mut object = Self::new();
        for (key, value) in pairs {
            let _first = object.insert(String::from(key), value);
        }
        object
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Value {
    fn from(pairs: [(&str, Value); N]) -> Self {
        Self::Object(pairs.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<Integer> for Value {
    fn from(value: Integer) -> Self {
        Self::Integer(value)
    }
}

impl From<Object> for Value {
    fn from(value: Object) -> Self {
        Self::Object(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Self::Array(value)
    }
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The number, if it is one and not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(number.get()).ok(),
            _ => None,
        }
    }

    /// The canonical text of RFC 8785.
    #[must_use]
    pub fn to_canonical(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(true) => text.push_str("true"),
            Self::Bool(false) => text.push_str("false"),
            Self::Integer(number) => {
                // Writing to a String cannot fail.
                let _ok = fmt::Write::write_fmt(text, format_args!("{}", number.get()));
            }
            Self::String(value) => write_string(text, value),
            Self::Array(values) => {
                text.push('[');
                for (position, value) in values.iter().enumerate() {
                    if position > 0 {
                        text.push(',');
                    }
                    value.write(text);
                }
                text.push(']');
            }
            Self::Object(object) => {
                text.push('{');
                for (position, (key, value)) in object.iter().enumerate() {
                    if position > 0 {
                        text.push(',');
                    }
                    write_string(text, key);
                    text.push(':');
                    value.write(text);
                }
                text.push('}');
            }
        }
    }
}

fn write_string(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            control if control < ' ' => {
                let code = u32::from(control);
                let _ok = fmt::Write::write_fmt(text, format_args!("\\u{code:04x}"));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

/// What is wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not UTF-8.
    Encoding,
    /// It ends before the value does.
    End,
    /// A character that cannot stand there.
    Unexpected,
    /// Something follows the value.
    Trailing,
    /// Arrays and objects nest deeper than [`MAX_DEPTH`].
    Depth,
    /// A key stands twice in one object.
    DuplicateKey,
    /// A number with a fraction or an exponent.
    NotAnInteger,
    /// A number beyond ±(2^53 − 1).
    IntegerRange,
    /// A surrogate without its partner.
    LoneSurrogate,
    /// A code point that is no character (U+FFFE, U+FDD0 and the like).
    Noncharacter,
    /// Valid, but not in the canonical form of RFC 8785.
    NotCanonical,
}

/// Where a JSON text is wrong, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Offset in bytes.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::Encoding => "the text is not UTF-8",
            Fault::End => "the text ends too early",
            Fault::Unexpected => "a character cannot stand there",
            Fault::Trailing => "something follows the end",
            Fault::Depth => "the nesting is too deep",
            Fault::DuplicateKey => "a key stands twice",
            Fault::NotAnInteger => "a number is not a plain integer",
            Fault::IntegerRange => "an integer exceeds 2^53 - 1",
            Fault::LoneSurrogate => "half of a surrogate pair stands alone",
            Fault::Noncharacter => "a code point is no character",
            Fault::NotCanonical => "the bytes differ from the canonical form (RFC 8785)",
        };
        write!(f, "{what} (at byte {})", self.at)
    }
}

impl core::error::Error for JsonError {}
