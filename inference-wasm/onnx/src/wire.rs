//! Protobuf's wire format, strictly: <https://protobuf.dev/programming-guides/encoding/>.

use crate::LoadError;

/// The value of one field, by wire type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

/// One field of a message, and what errors about it name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    pub message: &'static str,
    pub number: u32,
    pub value: Value<'a>,
}

/// Walks over the fields of a message; refuses a singular field that comes twice.
pub(crate) struct Reader<'a> {
    message: &'static str,
    bytes: &'a [u8],
    seen: u64,
}

impl<'a> Reader<'a> {
    pub fn new(message: &'static str, bytes: &'a [u8]) -> Self {
        Self {
            message,
            bytes,
            seen: 0,
        }
    }

    /// The next field, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<Field<'a>>, LoadError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let message = self.message;
        let malformed = |what| LoadError::Malformed { message, what };
        let tag = varint(&mut self.bytes, message)?;
        let number =
            u32::try_from(tag >> 3).map_err(|_| malformed("an impossible field number"))?;
        if number == 0 || number >= 1 << 29 {
            return Err(malformed("an impossible field number"));
        }
        let value = match tag & 7 {
            0 => Value::Varint(varint(&mut self.bytes, message)?),
            1 => Value::Fixed64(array(take(&mut self.bytes, 8, message)?)),
            2 => {
                let length = varint(&mut self.bytes, message)?;
                let length =
                    usize::try_from(length).map_err(|_| LoadError::Truncated { message })?;
                Value::Bytes(take(&mut self.bytes, length, message)?)
            }
            5 => Value::Fixed32(array(take(&mut self.bytes, 4, message)?)),
            _ => return Err(malformed("a group or an unknown wire type")),
        };
        Ok(Some(Field {
            message,
            number,
            value,
        }))
    }

    /// Notes that a singular field occurred.
    pub fn once(&mut self, field: &Field<'_>) -> Result<(), LoadError> {
        let bit = 1u64 << (field.number % 64);
        if self.seen & bit != 0 {
            return Err(LoadError::DuplicateField {
                message: field.message,
                field: field.number,
            });
        }
        self.seen |= bit;
        Ok(())
    }
}

impl<'a> Field<'a> {
    fn wire_type(&self) -> LoadError {
        LoadError::WireType {
            message: self.message,
            field: self.number,
        }
    }

    /// The error for a field that its message does not have.
    pub fn unknown(&self) -> LoadError {
        LoadError::UnknownField {
            message: self.message,
            field: self.number,
        }
    }

    pub fn bytes(&self) -> Result<&'a [u8], LoadError> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.wire_type()),
        }
    }

    pub fn string(&self) -> Result<&'a str, LoadError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| LoadError::Utf8 {
            message: self.message,
            field: self.number,
        })
    }

    /// An `int64` or an enum.
    pub fn int(&self) -> Result<i64, LoadError> {
        match self.value {
            Value::Varint(value) => Ok(value as i64),
            _ => Err(self.wire_type()),
        }
    }

    pub fn float(&self) -> Result<f32, LoadError> {
        match self.value {
            Value::Fixed32(bytes) => Ok(f32::from_le_bytes(bytes)),
            _ => Err(self.wire_type()),
        }
    }

    /// Appends a repeated varint field: one element, or packed ones.
    pub fn varints<T>(
        &self,
        out: &mut Vec<T>,
        convert: impl Fn(u64) -> T,
    ) -> Result<(), LoadError> {
        match self.value {
            Value::Varint(value) => out.push(convert(value)),
            Value::Bytes(mut bytes) => {
                while !bytes.is_empty() {
                    out.push(convert(varint(&mut bytes, self.message)?));
                }
            }
            _ => return Err(self.wire_type()),
        }
        Ok(())
    }

    /// Appends a repeated `float` field: one element, or packed ones.
    pub fn floats(&self, out: &mut Vec<f32>) -> Result<(), LoadError> {
        match self.value {
            Value::Fixed32(bytes) => out.push(f32::from_le_bytes(bytes)),
            Value::Bytes(bytes) if bytes.len().is_multiple_of(4) => {
                out.extend(
                    bytes
                        .chunks_exact(4)
                        .map(|chunk| f32::from_le_bytes(array(chunk))),
                );
            }
            _ => return Err(self.wire_type()),
        }
        Ok(())
    }

    /// Appends a repeated `double` field: one element, or packed ones.
    pub fn doubles(&self, out: &mut Vec<f64>) -> Result<(), LoadError> {
        match self.value {
            Value::Fixed64(bytes) => out.push(f64::from_le_bytes(bytes)),
            Value::Bytes(bytes) if bytes.len().is_multiple_of(8) => {
                out.extend(
                    bytes
                        .chunks_exact(8)
                        .map(|chunk| f64::from_le_bytes(array(chunk))),
                );
            }
            _ => return Err(self.wire_type()),
        }
        Ok(())
    }
}

fn array<const N: usize>(slice: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(slice);
    array
}

fn take<'a>(
    bytes: &mut &'a [u8],
    count: usize,
    message: &'static str,
) -> Result<&'a [u8], LoadError> {
    let (head, tail) = bytes
        .split_at_checked(count)
        .ok_or(LoadError::Truncated { message })?;
    *bytes = tail;
    Ok(head)
}

fn varint(bytes: &mut &[u8], message: &'static str) -> Result<u64, LoadError> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = bytes
            .split_first()
            .ok_or(LoadError::Truncated { message })?;
        *bytes = tail;
        if shift == 63 && *byte > 1 {
            break;
        }
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(LoadError::Malformed {
        message,
        what: "a number longer than 64 bits",
    })
}
