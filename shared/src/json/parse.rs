//! The reader.

use super::{Fault, Integer, JsonError, Object, Value, MAX_DEPTH};
use alloc::string::String;
use alloc::vec::Vec;

mod skip;

/// Reads one value.
///
/// # Errors
/// [`JsonError`] with the first fault.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    read(bytes, Rules::Strict)
}

/// Reads one value and refuses bytes that RFC 8785 would not write.
///
/// # Errors
/// [`JsonError`] with the first fault; [`Fault::NotCanonical`] at the first byte that differs.
pub fn parse_canonical(bytes: &[u8]) -> Result<Value, JsonError> {
    let value = parse(bytes)?;
    let canonical = value.to_canonical();
    if canonical.as_bytes() == bytes {
        return Ok(value);
    }
    let same = canonical
        .bytes()
        .zip(bytes)
        .take_while(|(left, right)| left == *right)
        .count();
    Err(JsonError {
        at: same,
        fault: Fault::NotCanonical,
    })
}

/// Reads the top-level text under `key` even from a JSON that [`parse`] refuses for its numbers, its
/// depth, its characters or for other duplicate keys: a file's `format` is read before anything else
/// is asked of it. `None` if the bytes are no JSON object, or the key is missing, repeated or no text.
#[must_use]
pub fn peek(bytes: &[u8], key: &str) -> Option<String> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    match read(bytes, Rules::Peek(key)).ok()? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Rules<'a> {
    Strict,
    /// Any JSON of RFC 8259; of the top-level object only the value of this key is kept.
    Peek(&'a str),
}

fn read(bytes: &[u8], rules: Rules<'_>) -> Result<Value, JsonError> {
    let text = core::str::from_utf8(bytes).map_err(|error| JsonError {
        at: error.valid_up_to(),
        fault: Fault::Encoding,
    })?;
    let mut parser = Parser {
        bytes: text.as_bytes(),
        text,
        at: 0,
        rules,
    };
    parser.space();
    let value = parser.value(0)?;
    parser.space();
    if parser.at < parser.bytes.len() {
        return Err(parser.fault(Fault::Trailing));
    }
    Ok(value)
}

struct Parser<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    rules: Rules<'a>,
}

impl Parser<'_> {
    fn fault(&self, fault: Fault) -> JsonError {
        JsonError { at: self.at, fault }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn next(&mut self) -> Result<u8, JsonError> {
        let byte = self.peek().ok_or(self.fault(Fault::End))?;
        self.step();
        Ok(byte)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.step();
        }
    }

    fn expect(&mut self, wanted: &[u8]) -> Result<(), JsonError> {
        for byte in wanted {
            match self.peek() {
                Some(found) if found == *byte => self.step(),
                Some(_) => return Err(self.fault(Fault::Unexpected)),
                None => return Err(self.fault(Fault::End)),
            }
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        match self.peek().ok_or(self.fault(Fault::End))? {
            b'[' | b'{' if depth > 0 && matches!(self.rules, Rules::Peek(_)) => self.skip(),
            b'n' => self.expect(b"null").map(|()| Value::Null),
            b't' => self.expect(b"true").map(|()| Value::Bool(true)),
            b'f' => self.expect(b"false").map(|()| Value::Bool(false)),
            b'"' => self.string().map(Value::String),
            b'[' => self.array(self.deeper(depth)?),
            b'{' => self.object(self.deeper(depth)?),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.fault(Fault::Unexpected)),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, JsonError> {
        if depth >= MAX_DEPTH {
            return Err(self.fault(Fault::Depth));
        }
        Ok(depth.saturating_add(1))
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.step();
        let mut values = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.step();
            return Ok(Value::Array(values));
        }
        loop {
            self.space();
            values.push(self.value(depth)?);
            self.space();
            if self.comma_or(b']')? {
                return Ok(Value::Array(values));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.step();
        let mut pairs = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.step();
            return Ok(Value::Object(Object::new()));
        }
        // Of the top-level object, what `Peek` is after.
        let mut wanted = None;
        loop {
            self.space();
            let start = self.at;
            let key = self.key()?;
            self.space();
            self.expect(b":")?;
            self.space();
            let value = self.value(depth)?;
            match self.rules {
                Rules::Strict => pairs.push((key, value, start)),
                Rules::Peek(name) if key == name => {
                    if wanted.replace(value).is_some() {
                        return Err(JsonError {
                            at: start,
                            fault: Fault::DuplicateKey,
                        });
                    }
                }
                Rules::Peek(_) => {}
            }
            self.space();
            if self.comma_or(b'}')? {
                return match wanted {
                    Some(value) => Ok(value),
                    None => Object::sorted(pairs).map(Value::Object),
                };
            }
        }
    }

    fn key(&mut self) -> Result<String, JsonError> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(_) => Err(self.fault(Fault::Unexpected)),
            None => Err(self.fault(Fault::End)),
        }
    }

    /// Whether the closing byte stood there; if not, a comma did.
    fn comma_or(&mut self, close: u8) -> Result<bool, JsonError> {
        match self.peek() {
            Some(b',') => {
                self.step();
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.step();
                Ok(true)
            }
            Some(_) => Err(self.fault(Fault::Unexpected)),
            None => Err(self.fault(Fault::End)),
        }
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if !self.peek().ok_or(self.fault(Fault::End))?.is_ascii_digit() {
            return Err(self.fault(Fault::Unexpected));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.step();
        }
        if self.peek() == Some(b'0') {
            self.step();
        } else {
            self.digits()?;
        }
        let end = self.at;
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.step();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.step();
            if let Some(b'+' | b'-') = self.peek() {
                self.step();
            }
            self.digits()?;
        }
        if let Rules::Peek(_) = self.rules {
            return Ok(Value::Null);
        }
        if !whole {
            return Err(JsonError {
                at: start,
                fault: Fault::NotAnInteger,
            });
        }
        let digits = self.text.get(start..end).unwrap_or_default();
        digits
            .parse()
            .ok()
            .and_then(Integer::new)
            .map(Value::Integer)
            .ok_or(JsonError {
                at: start,
                fault: Fault::IntegerRange,
            })
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.step();
        let mut value = String::new();
        loop {
            let start = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= b' ')
            {
                self.step();
            }
            // `"`, `\` and control characters are single bytes: these are character boundaries.
            value.push_str(self.text.get(start..self.at).unwrap_or_default());
            let at = self.at;
            match self.next()? {
                b'"' => {
                    if matches!(self.rules, Rules::Strict) && value.chars().any(is_noncharacter) {
                        return Err(JsonError {
                            at,
                            fault: Fault::Noncharacter,
                        });
                    }
                    return Ok(value);
                }
                b'\\' => value.push(self.escape(at)?),
                _ => {
                    return Err(JsonError {
                        at,
                        fault: Fault::Unexpected,
                    })
                }
            }
        }
    }

    fn escape(&mut self, at: usize) -> Result<char, JsonError> {
        Ok(match self.next()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let lone = JsonError {
                    at,
                    fault: Fault::LoneSurrogate,
                };
                let first = self.unit()?;
                let high = (0xd800..0xdc00).contains(&first);
                let units = if high && self.rest().starts_with(b"\\u") {
                    self.step();
                    self.step();
                    [first, self.unit()?]
                } else {
                    // A second unit that is never reached, or no partner.
                    [first, 0]
                };
                match (char::decode_utf16(units).next(), self.rules) {
                    (Some(Ok(character)), _) => character,
                    (_, Rules::Peek(_)) => char::REPLACEMENT_CHARACTER,
                    (_, Rules::Strict) => return Err(lone),
                }
            }
            _ => {
                return Err(JsonError {
                    at,
                    fault: Fault::Unexpected,
                })
            }
        })
    }

    fn unit(&mut self) -> Result<u16, JsonError> {
        let mut unit = 0_u16;
        for _ in 0..4 {
            let at = self.at;
            let digit = char::from(self.next()?).to_digit(16);
            let digit = digit.and_then(|digit| u16::try_from(digit).ok());
            unit = (unit << 4)
                | digit.ok_or(JsonError {
                    at,
                    fault: Fault::Unexpected,
                })?;
        }
        Ok(unit)
    }
}

/// U+FDD0..U+FDEF and the last two code points of every plane (RFC 7493, 2.1).
#[must_use]
pub fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}
