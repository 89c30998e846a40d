//! SCALE values decoded by the types in a chain's metadata.

use core::fmt;
use parity_scale_codec::{Compact, Decode, Input};
use scale_info::form::PortableForm;
use scale_info::{Field as TypeField, PortableRegistry, TypeDef, TypeDefPrimitive};

/// A decoded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Any unsigned integer up to 128 bits, compact ones included.
    Unsigned(u128),
    /// Any signed integer up to 128 bits.
    Signed(i128),
    /// A truth value.
    Bool(bool),
    /// UTF-8 text.
    Text(String),
    /// A sequence or array of bytes, and the 256-bit integers.
    Bytes(Vec<u8>),
    /// Any other sequence, array or tuple.
    List(Vec<Value>),
    /// A struct.
    Composite(Vec<Field>),
    /// One case of an enum.
    Variant {
        /// Name of the case.
        name: String,
        /// Its fields.
        fields: Vec<Field>,
    },
}

/// A field of a struct or of an enum's case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its value.
    pub value: Value,
}

impl Value {
    /// The field of this name, or of this position when fields have no names.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        let (Self::Composite(fields) | Self::Variant { fields, .. }) = self else {
            return None;
        };
        fields
            .iter()
            .find(|field| field.name.as_deref() == Some(name))
            .map(|field| &field.value)
    }

    /// The field at a position.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Value> {
        match self {
            Self::Composite(fields) | Self::Variant { fields, .. } => {
                fields.get(index).map(|field| &field.value)
            }
            Self::List(items) => items.get(index),
            _ => None,
        }
    }

    /// The name and the first field of an enum's case.
    #[must_use]
    pub fn case(&self) -> Option<(&str, Option<&Value>)> {
        match self {
            Self::Variant { name, fields } => {
                Some((name, fields.first().map(|field| &field.value)))
            }
            _ => None,
        }
    }

    /// The number, looking through structs with one field.
    #[must_use]
    pub fn number(&self) -> Option<u128> {
        match self {
            Self::Unsigned(number) => Some(*number),
            Self::Composite(fields) if fields.len() == 1 => self.at(0)?.number(),
            _ => None,
        }
    }

    /// The bytes, looking through structs with one field.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Composite(fields) if fields.len() == 1 => self.at(0)?.bytes(),
            _ => None,
        }
    }
}

/// A value for people: `Name { field: value }`.
#[derive(Debug)]
pub struct Shown<'a>(pub &'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = |f: &mut fmt::Formatter<'_>, fields: &[Field]| -> fmt::Result {
            for (index, field) in fields.iter().enumerate() {
                f.write_str(if index == 0 { "(" } else { ", " })?;
                if let Some(name) = &field.name {
                    write!(f, "{name}: ")?;
                }
                Shown(&field.value).fmt(f)?;
            }
            f.write_str(if fields.is_empty() { "" } else { ")" })
        };
        match self.0 {
            Value::Unsigned(number) => number.fmt(f),
            Value::Signed(number) => number.fmt(f),
            Value::Bool(value) => value.fmt(f),
            Value::Text(text) => text.fmt(f),
            Value::Bytes(bytes) => write!(f, "0x{}", hex::encode(bytes)),
            Value::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    Shown(item).fmt(f)?;
                }
                f.write_str("]")
            }
            Value::Composite(list) => fields(f, list),
            Value::Variant { name, fields: list } => {
                f.write_str(name)?;
                fields(f, list)
            }
        }
    }
}

/// Types nest; a registry that nests deeper than this is not a real chain's.
const MAX_DEPTH: u32 = 64;

/// Decodes one value of the type `id` from the front of `bytes`; none if they do not fit.
pub fn decode(types: &PortableRegistry, id: u32, bytes: &mut &[u8]) -> Option<Value> {
    decode_at(types, id, bytes, MAX_DEPTH)
}

fn decode_at(types: &PortableRegistry, id: u32, bytes: &mut &[u8], depth: u32) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let found = types.resolve(id)?;
    match &found.type_def {
        TypeDef::Primitive(primitive) => decode_primitive(primitive, bytes),
        TypeDef::Compact(def) => decode_compact(types, def.type_param.id, bytes),
        TypeDef::Composite(def) => {
            decode_fields(types, &def.fields, bytes, depth).map(Value::Composite)
        }
        TypeDef::Tuple(def) => {
            let items = def
                .fields
                .iter()
                .map(|field| decode_at(types, field.id, bytes, depth));
            items.collect::<Option<_>>().map(Value::List)
        }
        TypeDef::Array(def) => decode_items(types, def.type_param.id, def.len, bytes, depth),
        TypeDef::Sequence(def) => {
            let length = Compact::<u32>::decode(bytes).ok()?.0;
            decode_items(types, def.type_param.id, length, bytes, depth)
        }
        TypeDef::Variant(def) => {
            let index = bytes.read_byte().ok()?;
            let variant = def.variants.iter().find(|variant| variant.index == index)?;
            let fields = decode_fields(types, &variant.fields, bytes, depth)?;
            Some(Value::Variant {
                name: variant.name.clone(),
                fields,
            })
        }
        TypeDef::BitSequence(_) => None,
    }
}

fn decode_fields(
    types: &PortableRegistry,
    fields: &[TypeField<PortableForm>],
    bytes: &mut &[u8],
    depth: u32,
) -> Option<Vec<Field>> {
    let decoded = fields.iter().map(|field| {
        let value = decode_at(types, field.ty.id, bytes, depth)?;
        Some(Field {
            name: field.name.clone(),
            value,
        })
    });
    decoded.collect()
}

fn decode_items(
    types: &PortableRegistry,
    item: u32,
    length: u32,
    bytes: &mut &[u8],
    depth: u32,
) -> Option<Value> {
    if matches!(
        types.resolve(item)?.type_def,
        TypeDef::Primitive(TypeDefPrimitive::U8)
    ) {
        return take(bytes, usize::try_from(length).ok()?).map(Value::Bytes);
    }
    // No room is set aside beforehand: the length is the node's word.
    let mut items = Vec::new();
    for _ in 0..length {
        let before = bytes.len();
        items.push(decode_at(types, item, bytes, depth)?);
        if bytes.len() == before && length > 4096 {
            return None;
        }
    }
    Some(Value::List(items))
}

fn decode_primitive(primitive: &TypeDefPrimitive, bytes: &mut &[u8]) -> Option<Value> {
    use TypeDefPrimitive as P;
    Some(match primitive {
        P::Bool => Value::Bool(bool::decode(bytes).ok()?),
        P::Char => Value::Text(char::from_u32(u32::decode(bytes).ok()?)?.into()),
        P::Str => Value::Text(String::decode(bytes).ok()?),
        P::U8 => Value::Unsigned(u8::decode(bytes).ok()?.into()),
        P::U16 => Value::Unsigned(u16::decode(bytes).ok()?.into()),
        P::U32 => Value::Unsigned(u32::decode(bytes).ok()?.into()),
        P::U64 => Value::Unsigned(u64::decode(bytes).ok()?.into()),
        P::U128 => Value::Unsigned(u128::decode(bytes).ok()?),
        P::I8 => Value::Signed(i8::decode(bytes).ok()?.into()),
        P::I16 => Value::Signed(i16::decode(bytes).ok()?.into()),
        P::I32 => Value::Signed(i32::decode(bytes).ok()?.into()),
        P::I64 => Value::Signed(i64::decode(bytes).ok()?.into()),
        P::I128 => Value::Signed(i128::decode(bytes).ok()?),
        P::U256 | P::I256 => Value::Bytes(take(bytes, 32)?),
    })
}

/// Compacts wrap an unsigned integer, a struct around one, or nothing.
fn decode_compact(types: &PortableRegistry, inner: u32, bytes: &mut &[u8]) -> Option<Value> {
    match &types.resolve(inner)?.type_def {
        TypeDef::Tuple(def) if def.fields.is_empty() => Some(Value::List(Vec::new())),
        TypeDef::Composite(def) if def.fields.is_empty() => Some(Value::Composite(Vec::new())),
        _ => Some(Value::Unsigned(Compact::<u128>::decode(bytes).ok()?.0)),
    }
}

fn take(bytes: &mut &[u8], length: usize) -> Option<Vec<u8>> {
    if bytes.len() < length {
        return None;
    }
    let (front, rest) = bytes.split_at(length);
    *bytes = rest;
    Some(front.to_vec())
}
