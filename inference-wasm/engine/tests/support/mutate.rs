//! Damages models: bytes at random, and protobuf fields as fields. The same seed damages the same way.

/// xorshift64*.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        (high % bound.max(1) as u64) as usize
    }
}

/// Numbers that break arithmetic.
const NUMBERS: [u64; 16] = [
    0,
    1,
    2,
    3,
    7,
    255,
    65_536,
    1 << 24,
    (1 << 31) - 1,
    1 << 31,
    1 << 32,
    1 << 40,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

/// A field: number and wire type, and what it holds.
#[derive(Clone)]
struct Field {
    tag: u64,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Number(u64),
    Fixed(Vec<u8>),
    Bytes(Vec<u8>),
    Message(Vec<Field>),
    /// Bytes with a length that is not theirs.
    Wrong(Vec<u8>, u64),
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = bytes.split_first()?;
        *bytes = tail;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn parse(mut bytes: &[u8], depth: usize) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        if tag >> 3 == 0 || tag >> 3 > 64 {
            return None;
        }
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            1 | 5 => {
                let (head, tail) = bytes.split_at_checked(if tag & 7 == 1 { 8 } else { 4 })?;
                bytes = tail;
                Value::Fixed(head.to_vec())
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let (head, tail) = bytes.split_at_checked(length)?;
                bytes = tail;
                match parse(head, depth + 1) {
                    Some(inner) if depth < 12 && !inner.is_empty() => Value::Message(inner),
                    _ => Value::Bytes(head.to_vec()),
                }
            }
            _ => return None,
        };
        fields.push(Field { tag, value });
    }
    Some(fields)
}

fn put(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn write(fields: &[Field], out: &mut Vec<u8>) {
    for field in fields {
        put(field.tag, out);
        match &field.value {
            Value::Number(number) => put(*number, out),
            Value::Fixed(bytes) => out.extend(bytes),
            Value::Bytes(bytes) => {
                put(bytes.len() as u64, out);
                out.extend(bytes);
            }
            Value::Message(inner) => {
                let mut bytes = Vec::new();
                write(inner, &mut bytes);
                put(bytes.len() as u64, out);
                out.extend(bytes);
            }
            Value::Wrong(bytes, length) => {
                put(*length, out);
                out.extend(bytes);
            }
        }
    }
}

fn count(fields: &[Field]) -> usize {
    fields
        .iter()
        .map(|field| match &field.value {
            Value::Message(inner) => 1 + count(inner),
            _ => 1,
        })
        .sum()
}

/// Changes field number `at` in order of appearance, `None` once it is done.
fn change(fields: &mut Vec<Field>, mut at: usize, dice: &mut Dice) -> Option<usize> {
    let mut index = 0;
    while index < fields.len() {
        if at == 0 {
            damage(fields, index, dice);
            return None;
        }
        at -= 1;
        if let Some(Field {
            value: Value::Message(inner),
            ..
        }) = fields.get_mut(index)
        {
            at = change(inner, at, dice)?;
        }
        index += 1;
    }
    Some(at)
}

fn damage(fields: &mut Vec<Field>, index: usize, dice: &mut Dice) {
    let other = dice.below(fields.len());
    match dice.below(12) {
        0 => {
            fields.remove(index);
            return;
        }
        1 => {
            let copy = fields[index].clone();
            fields.insert(other, copy);
            return;
        }
        2 => {
            fields.swap(index, other);
            return;
        }
        3 => {
            fields[index].value = fields[other].value.clone();
            return;
        }
        4 => {
            fields[index].tag = (1 + dice.below(20) as u64) << 3 | (fields[index].tag & 7);
            return;
        }
        5 if dice.below(8) == 0 => {
            let copy = fields[index].clone();
            let times = 1 << dice.below(12);
            fields.extend(std::iter::repeat_n(copy, times));
            return;
        }
        _ => {}
    }
    let field = &mut fields[index];
    field.value = match &field.value {
        Value::Number(old) => Value::Number(match dice.below(4) {
            0 => old.wrapping_add(1),
            1 => old.wrapping_sub(1),
            2 => dice.below(32) as u64,
            _ => NUMBERS[dice.below(NUMBERS.len())],
        }),
        Value::Fixed(bytes) => {
            let mut bytes = bytes.clone();
            let at = dice.below(bytes.len());
            bytes[at] = [0, 0x7F, 0x80, 0xFF, 1][dice.below(5)];
            Value::Fixed(bytes)
        }
        Value::Bytes(bytes) => match dice.below(6) {
            0 => Value::Wrong(bytes.clone(), NUMBERS[dice.below(NUMBERS.len())]),
            1 => Value::Bytes(Vec::new()),
            2 => Value::Bytes([&bytes[..], bytes].concat()),
            3 => {
                let mut packed = Vec::new();
                for _ in 0..1 + dice.below(6) {
                    put(NUMBERS[dice.below(NUMBERS.len())], &mut packed);
                }
                Value::Bytes(packed)
            }
            _ if !bytes.is_empty() => {
                let mut bytes = bytes.clone();
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
                Value::Bytes(bytes)
            }
            _ => Value::Bytes(vec![0; dice.below(64)]),
        },
        Value::Message(inner) => match dice.below(6) {
            // Deeper and deeper: a message in itself.
            0 => {
                let mut inner = inner.clone();
                for _ in 0..1 << dice.below(9) {
                    inner = vec![Field {
                        tag: field.tag,
                        value: Value::Message(inner),
                    }];
                }
                Value::Message(inner)
            }
            1 => {
                let mut bytes = Vec::new();
                write(inner, &mut bytes);
                Value::Wrong(bytes, NUMBERS[dice.below(NUMBERS.len())])
            }
            _ => Value::Message(inner.clone()),
        },
        Value::Wrong(..) => Value::Bytes(Vec::new()),
    };
}

/// A damaged copy of a model.
pub fn damaged(model: &[u8], seed: u64) -> Vec<u8> {
    let dice = &mut Dice::new(seed);
    let mut bytes = model.to_vec();
    if dice.below(4) > 0 {
        if let Some(mut fields) = parse(model, 0) {
            for _ in 0..1 + dice.below(4) {
                let all = count(&fields);
                change(&mut fields, dice.below(all), dice);
            }
            bytes.clear();
            write(&fields, &mut bytes);
        }
    } else {
        for _ in 0..1 + dice.below(6) {
            let at = dice.below(bytes.len());
            match dice.below(4) {
                0 => bytes.truncate(at.max(1)),
                1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][dice.below(5)],
                2 => {
                    let end = (at + dice.below(40)).min(bytes.len());
                    let piece = bytes[at.min(end)..end].to_vec();
                    let place = dice.below(bytes.len());
                    bytes.splice(place..place, piece);
                }
                _ if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
                _ => {}
            }
        }
    }
    bytes
}
