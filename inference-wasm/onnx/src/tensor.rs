//! `TensorProto`.

use half::f16;

use crate::context::{bounded, name, Context};
use crate::data::element_count;
use crate::message::pair;
use crate::wire::{Field, Reader};
use crate::{Data, DataType, LoadError, LoadLimits, Tensor, MAX_RANK};

/// Reads a file that is one `TensorProto`, as the ONNX backend tests keep inputs and outputs: its name and itself.
///
/// # Errors
/// [`LoadError`] as for a tensor in a model; external data is refused.
pub fn tensor_from_bytes(bytes: &[u8]) -> Result<(String, Tensor), LoadError> {
    tensor(bytes, &mut Context::new(&[], LoadLimits::default()))
}

/// The elements as they stand in the file, before they are checked against type and dimensions.
#[derive(Default)]
struct Elements<'a> {
    floats: Vec<f32>,
    int32: Vec<i32>,
    int64: Vec<i64>,
    doubles: Vec<f64>,
    uint64: Vec<u64>,
    raw: Option<&'a [u8]>,
    strings: bool,
}

impl Elements<'_> {
    /// How many of the fields hold something.
    fn kinds(&self) -> usize {
        [
            !self.floats.is_empty(),
            !self.int32.is_empty(),
            !self.int64.is_empty(),
            !self.doubles.is_empty(),
            !self.uint64.is_empty(),
            self.raw.is_some_and(|raw| !raw.is_empty()),
        ]
        .into_iter()
        .filter(|held| *held)
        .count()
    }
}

/// Where external data lies.
#[derive(Default)]
struct External<'a> {
    location: Option<&'a str>,
    offset: u64,
    length: Option<u64>,
}

/// `TensorProto` to its name and itself.
pub(crate) fn tensor(
    bytes: &[u8],
    context: &mut Context<'_>,
) -> Result<(String, Tensor), LoadError> {
    let mut reader = Reader::new("TensorProto", bytes);
    let mut dims = Vec::new();
    let (mut code, mut label, mut is_external) = (0, String::new(), false);
    let mut elements = Elements::default();
    let mut external = External::default();
    while let Some(field) = reader.next()? {
        if matches!(field.number, 2 | 3 | 8 | 9 | 12 | 14) {
            reader.once(&field)?;
        }
        match field.number {
            1 => {
                field.varints(&mut dims, |value| value as i64)?;
                bounded(
                    "dimensions in one tensor",
                    dims.len() as u64,
                    MAX_RANK as u64,
                )?;
            }
            2 => code = field.int()?,
            3 => {
                return Err(LoadError::Unsupported {
                    what: "a tensor in segments".to_owned(),
                })
            }
            4..=7 | 9..=11 => element_field(&field, &mut elements)?,
            8 => label = name(field.string()?)?,
            12 => drop(field.string()?),
            13 => external_entry(field.bytes()?, &mut external, &label)?,
            14 => is_external = field.int()? == 1,
            16 => drop(pair(field.bytes()?)?),
            _ => return Err(field.unknown()),
        }
    }
    let fault = |what: String| LoadError::Tensor {
        name: label.clone(),
        what,
    };
    let Some(dtype) = DataType::from_code(code) else {
        return Err(LoadError::Unsupported {
            what: format!(
                "tensor \"{label}\" has the element type {}",
                DataType::name_of_code(code)
            ),
        });
    };
    let dims = dims
        .into_iter()
        .map(|dim| {
            usize::try_from(dim).map_err(|_| fault(format!("dimension {dim} is impossible")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let count = element_count(&dims)
        .ok_or_else(|| fault("its dimensions hold more elements than there can be".to_owned()))?;
    context.tensor((count as u64).saturating_mul(dtype.size() as u64))?;
    if is_external {
        if elements.kinds() > 0 {
            return Err(fault("it has data of its own and external data".to_owned()));
        }
        let location = external
            .location
            .ok_or_else(|| fault("its external data has no location".to_owned()))?;
        elements.raw =
            Some(context.external(&label, location, external.offset, external.length)?);
    } else if external.location.is_some() {
        return Err(fault(
            "it names external data but does not use it".to_owned(),
        ));
    }
    let data = convert(dtype, count, elements).map_err(fault)?;
    let tensor = Tensor::new(dims, data).ok_or_else(|| {
        fault("it holds another number of elements than its dimensions".to_owned())
    })?;
    Ok((label, tensor))
}

fn element_field<'a>(field: &Field<'a>, elements: &mut Elements<'a>) -> Result<(), LoadError> {
    match field.number {
        4 => field.floats(&mut elements.floats),
        5 => field.varints(&mut elements.int32, |value| value as i32),
        6 => {
            elements.strings = true;
            field.bytes().map(drop)
        }
        7 => field.varints(&mut elements.int64, |value| value as i64),
        9 => {
            elements.raw = Some(field.bytes()?);
            Ok(())
        }
        10 => field.doubles(&mut elements.doubles),
        _ => field.varints(&mut elements.uint64, |value| value),
    }
}

fn external_entry<'a>(
    bytes: &'a [u8],
    external: &mut External<'a>,
    tensor: &str,
) -> Result<(), LoadError> {
    let (key, value) = pair(bytes)?;
    let number = || {
        value.parse::<u64>().map_err(|_| LoadError::Tensor {
            name: tensor.to_owned(),
            what: format!("the {key} of its external data is no number"),
        })
    };
    match key {
        "location" => external.location = Some(value),
        "offset" => external.offset = number()?,
        "length" => external.length = Some(number()?),
        // The host has checked the whole file against the manifest.
        "checksum" => {}
        _ => {
            return Err(LoadError::Unsupported {
                what: format!("\"{key}\" in the external data of tensor \"{tensor}\""),
            })
        }
    }
    Ok(())
}

/// Elements of the declared type: from raw bytes, or from the field that ONNX assigns to the type.
fn convert(dtype: DataType, count: usize, elements: Elements<'_>) -> Result<Data, String> {
    if elements.kinds() > 1 || elements.strings {
        return Err("it has several kinds of data".to_owned());
    }
    if let Some(raw) = elements.raw.filter(|raw| !raw.is_empty()) {
        if Some(raw.len()) != count.checked_mul(dtype.size()) {
            return Err(format!(
                "it has {} bytes of data where {count} elements of {dtype} are declared",
                raw.len()
            ));
        }
        return Ok(Data::from_le_bytes(dtype, raw));
    }
    let held = elements.floats.len()
        + elements.int32.len()
        + elements.int64.len()
        + elements.doubles.len()
        + elements.uint64.len();
    if held != count {
        return Err(format!("it has {held} elements where {count} are declared"));
    }
    if count == 0 {
        return Ok(Data::zeros(dtype, 0));
    }
    let int32 = elements.int32;
    let wrong = || format!("its elements are not stored as {dtype}");
    let range = |_| format!("an element does not fit into {dtype}");
    let data = match dtype {
        DataType::F32 => Data::F32(elements.floats),
        DataType::F64 => Data::F64(elements.doubles),
        DataType::I64 => Data::I64(elements.int64),
        DataType::U64 => Data::U64(elements.uint64),
        DataType::U32 => Data::U32(narrow(&elements.uint64).map_err(range)?),
        DataType::I32 => Data::I32(int32),
        DataType::I16 => Data::I16(narrow(&int32).map_err(range)?),
        DataType::I8 => Data::I8(narrow(&int32).map_err(range)?),
        DataType::U16 => Data::U16(narrow(&int32).map_err(range)?),
        DataType::U8 => Data::U8(narrow(&int32).map_err(range)?),
        DataType::F16 => Data::F16(
            narrow::<i32, u16>(&int32)
                .map_err(range)?
                .into_iter()
                .map(f16::from_bits)
                .collect(),
        ),
        DataType::Bool => Data::Bool(
            narrow::<i32, u8>(&int32)
                .map_err(range)?
                .into_iter()
                .map(|byte| byte != 0)
                .collect(),
        ),
    };
    if data.len() == count {
        Ok(data)
    } else {
        Err(wrong())
    }
}

fn narrow<A: Copy, B: TryFrom<A>>(values: &[A]) -> Result<Vec<B>, ()> {
    values
        .iter()
        .map(|value| B::try_from(*value).map_err(|_| ()))
        .collect()
}
