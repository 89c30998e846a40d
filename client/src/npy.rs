//! NumPy's NPY files, versions 1 to 3 (NEP 1): little-endian or single-byte elements in C order.

use core::fmt;
use countersign_abi::{ElementType, NamedTensor};

/// The first bytes of every NPY file.
const MAGIC: &[u8] = b"\x93NUMPY";
/// Headers are padded so that the data begins at a multiple of this.
const ALIGNMENT: usize = 64;

/// Why bytes are no NPY file that this program reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NpyError {
    /// It does not begin as NPY files do.
    Magic,
    /// A version of the format other than 1, 2 and 3.
    Version(u8),
    /// The header is cut off or is not the dictionary of `descr`, `fortran_order` and `shape`.
    Header,
    /// Elements of a type that cannot be an engine's tensor.
    Type(String),
    /// Big-endian elements.
    BigEndian(String),
    /// Column-major order.
    FortranOrder,
    /// The data is not shape × element size.
    Length {
        /// Bytes that the header demands.
        expected: u128,
        /// Bytes there are.
        found: usize,
    },
}

impl fmt::Display for NpyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => f.write_str("this is not an NPY file; write one with numpy.save"),
            Self::Version(version) => write!(
                f,
                "version {version} of the NPY format is unknown; numpy.save writes 1, 2 or 3"
            ),
            Self::Header => f.write_str("the NPY header is damaged; write the file again with numpy.save"),
            Self::Type(name) => write!(
                f,
                "elements of type {name} cannot be fed to a model; convert with numpy's astype to one of \
                 float16, float32, float64, bool, int8 to int64, uint8 to uint64"
            ),
            Self::BigEndian(name) => write!(
                f,
                "the elements are big-endian ({name}); convert with numpy's astype to the little-endian type"
            ),
            Self::FortranOrder => f.write_str(
                "the array is stored in Fortran order; save numpy.ascontiguousarray(x) instead",
            ),
            Self::Length { expected, found } => write!(
                f,
                "the header demands {expected} bytes of data, the file has {found}; it is cut off or damaged"
            ),
        }
    }
}

impl core::error::Error for NpyError {}

/// NumPy's code of an element type, byte order first.
const fn descr(dtype: ElementType) -> &'static str {
    match dtype {
        ElementType::F16 => "<f2",
        ElementType::F32 => "<f4",
        ElementType::F64 => "<f8",
        ElementType::Bool => "|b1",
        ElementType::I8 => "|i1",
        ElementType::I16 => "<i2",
        ElementType::I32 => "<i4",
        ElementType::I64 => "<i8",
        ElementType::U8 => "|u1",
        ElementType::U16 => "<u2",
        ElementType::U32 => "<u4",
        ElementType::U64 => "<u8",
    }
}

/// Reads an NPY file as the tensor `name`.
///
/// # Errors
/// [`NpyError`].
pub fn read(name: &str, bytes: &[u8]) -> Result<NamedTensor, NpyError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(NpyError::Magic)?;
    let ([major, _], rest) = rest.split_first_chunk().ok_or(NpyError::Header)?;
    let (length, rest) = match major {
        1 => {
            let (length, rest) = rest.split_first_chunk().ok_or(NpyError::Header)?;
            (u32::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk().ok_or(NpyError::Header)?;
            (u32::from_le_bytes(*length), rest)
        }
        other => return Err(NpyError::Version(*other)),
    };
    let length = usize::try_from(length).map_err(|_| NpyError::Header)?;
    let (header, data) = rest.split_at_checked(length).ok_or(NpyError::Header)?;
    let header = core::str::from_utf8(header).map_err(|_| NpyError::Header)?;
    let header = Header::parse(header).ok_or(NpyError::Header)?;
    if header.fortran_order {
        return Err(NpyError::FortranOrder);
    }
    let dtype = element_type(header.descr)?;
    let size = u128::try_from(dtype.size()).unwrap_or(u128::MAX);
    let expected = header.shape.iter().fold(size, |product, dim| {
        product.saturating_mul(u128::from(*dim))
    });
    if u128::try_from(data.len()).ok() != Some(expected) {
        return Err(NpyError::Length {
            expected,
            found: data.len(),
        });
    }
    Ok(NamedTensor {
        name: name.to_owned(),
        dtype,
        dims: header.shape,
        data: data.to_vec(),
    })
}

/// Writes a tensor as NPY version 1.
#[must_use]
pub fn write(tensor: &NamedTensor) -> Vec<u8> {
    let mut shape = tensor
        .dims
        .iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    if tensor.dims.len() == 1 {
        shape.push(',');
    }
    let descr = descr(tensor.dtype);
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    // Magic, version, length and the final line feed come on top.
    let before = MAGIC.len() + 4 + header.len() + 1;
    header.push_str(&" ".repeat(before.next_multiple_of(ALIGNMENT) - before));
    header.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&[1, 0]);
    // At most 255 dims of 20 digits: far below 65536 bytes.
    bytes.extend_from_slice(
        &u16::try_from(header.len())
            .unwrap_or(u16::MAX)
            .to_le_bytes(),
    );
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&tensor.data);
    bytes
}

fn element_type(code: &str) -> Result<ElementType, NpyError> {
    let known = |order: &str| {
        let kind = code.get(1..)?;
        let all = ElementType::ALL.into_iter();
        let mut fits = all.filter(|dtype| descr(*dtype).get(1..) == Some(kind));
        fits.next()
            .filter(|dtype| order.contains(code.get(..1).unwrap_or("")) || dtype.size() == 1)
    };
    if let Some(dtype) = known("<=|") {
        return Ok(dtype);
    }
    Err(match known(">") {
        Some(_) => NpyError::BigEndian(code.to_owned()),
        None => NpyError::Type(code.to_owned()),
    })
}

struct Header<'a> {
    descr: &'a str,
    fortran_order: bool,
    shape: Vec<u64>,
}

impl<'a> Header<'a> {
    /// Reads the Python dictionary that NumPy writes: three keys, each once, in any order.
    fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        while !rest.is_empty() {
            let (key, after) = quoted(rest)?;
            let value = after.trim_start().strip_prefix(':')?.trim_start();
            let after = match key {
                "descr" if descr.is_none() => {
                    let (text, after) = quoted(value)?;
                    descr = Some(text);
                    after
                }
                "fortran_order" if fortran_order.is_none() => {
                    let (flag, after) = flag(value)?;
                    fortran_order = Some(flag);
                    after
                }
                "shape" if shape.is_none() => {
                    let (inside, after) = value.strip_prefix('(')?.split_once(')')?;
                    shape = Some(dims(inside)?);
                    after
                }
                _ => return None,
            };
            rest = after.trim_start();
            rest = match rest.strip_prefix(',') {
                Some(after) => after.trim_start(),
                None if rest.is_empty() => rest,
                None => return None,
            };
        }
        Some(Self {
            descr: descr?,
            fortran_order: fortran_order?,
            shape: shape?,
        })
    }
}

/// A quoted text and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|quote| matches!(quote, '\'' | '"'))?;
    text.get(1..)?.split_once(quote)
}

fn flag(text: &str) -> Option<(bool, &str)> {
    let named = |(word, value)| text.strip_prefix(word).map(|rest| (value, rest));
    [("True", true), ("False", false)]
        .into_iter()
        .find_map(named)
}

/// The numbers of a tuple, an `L` behind each as Python 2 wrote it.
fn dims(text: &str) -> Option<Vec<u64>> {
    let inside = text.trim();
    let inside = inside.strip_suffix(',').unwrap_or(inside);
    if inside.is_empty() {
        return Some(Vec::new());
    }
    let dim = |part: &str| {
        let digits = part.trim();
        digits.strip_suffix('L').unwrap_or(digits).parse().ok()
    };
    inside.split(',').map(dim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn every_type_is_written_as_numpy_reads_it_and_read_back() {
        for dtype in ElementType::ALL {
            for dims in [vec![], vec![3], vec![2, 3], vec![0, 4]] {
                let count: u64 = dims.iter().product();
                let data = vec![1; count as usize * dtype.size()];
                let tensor = NamedTensor {
                    name: "x".into(),
                    dtype,
                    dims,
                    data,
                };
                let bytes = write(&tensor);
                assert_eq!((bytes.len() - tensor.data.len()) % ALIGNMENT, 0);
                assert_eq!(read("x", &bytes), Ok(tensor));
            }
        }
    }

    #[test]
    fn numpys_own_header_is_read() {
        // numpy 2.1: numpy.save of numpy.array([[1, 2]], dtype=numpy.float32).
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }                                                          \n";
        let tensor = read("x", &file(header, &[0, 0, 128, 63, 0, 0, 0, 64])).unwrap();
        assert_eq!((tensor.dtype, tensor.dims), (ElementType::F32, vec![1, 2]));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        let head = |descr: &str, order: &str| {
            format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': (2,), }}")
        };
        let cases = [
            (
                file(&head(">f4", "False"), &[0; 8]),
                NpyError::BigEndian(">f4".into()),
            ),
            (file(&head("<f4", "True"), &[0; 8]), NpyError::FortranOrder),
            (
                file(&head("<c8", "False"), &[0; 16]),
                NpyError::Type("<c8".into()),
            ),
            (file(&head("|O", "False"), &[]), NpyError::Type("|O".into())),
            (
                file(&head("<f4", "False"), &[0; 7]),
                NpyError::Length {
                    expected: 8,
                    found: 7,
                },
            ),
            (file("{'descr': '<f4'}", &[]), NpyError::Header),
            (
                file(
                    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}",
                    &[],
                ),
                NpyError::Header,
            ),
            (b"\x93NUMPY\x09\x00".to_vec(), NpyError::Version(9)),
            (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), NpyError::Header),
            (b"PK".to_vec(), NpyError::Magic),
            (Vec::new(), NpyError::Magic),
        ];
        for (bytes, error) in cases {
            assert_eq!(read("x", &bytes), Err(error));
        }
    }
}
