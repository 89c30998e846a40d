//! The items of a commitment (2.1): tensors by header and data root, raw files by data root.

use crate::crypto::Crypto;
use crate::id::DataRoot;
use crate::number::wide;
use crate::tensor::{data_root, DataType, Header, Tensor, TensorError};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A model's name for a tensor or file: UTF-8, 1 to 255 bytes, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// Why a text cannot name an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Empty, or longer than 255 bytes.
    Length(usize),
    /// A control character.
    Control,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "a name has 1 to 255 bytes, not {length}"),
            Self::Control => f.write_str("a name must not hold control characters"),
        }
    }
}

impl core::error::Error for NameError {}

impl Name {
    /// The raw input file (2.1).
    pub const FILE: &'static str = "file";
    /// The post-processed result (2.1).
    pub const RESULT: &'static str = "result";
    /// The bytes that an earlier run handed over (4.1, refUID).
    pub const FROM: &'static str = "from";

    /// Checks length and characters.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        if name.is_empty() || name.len() > 255 {
            return Err(NameError::Length(name.len()));
        }
        if name.chars().any(char::is_control) {
            return Err(NameError::Control);
        }
        Ok(Self(name))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an item stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Kind 0.
    Tensor(Header),
    /// Kind 1: any bytes.
    File {
        /// Its length.
        length: u64,
    },
}

/// One committed tensor or file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    name: Name,
    kind: Kind,
    root: DataRoot,
}

/// Why bytes are no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemError {
    /// The bytes end too early.
    Short,
    /// Bytes are left over.
    Trailing,
    /// The kind is neither 0 nor 1.
    Kind(u8),
    /// The name is not UTF-8.
    NameEncoding,
    /// The name breaks a rule of names.
    Name(NameError),
    /// The data type is unknown or cannot be committed.
    DataType(u8),
    /// The header breaks a rule of tensors.
    Tensor(TensorError),
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("the item ends too early"),
            Self::Trailing => f.write_str("bytes follow the item's end"),
            Self::Kind(kind) => write!(
                f,
                "the item's kind {kind} is neither 0 (tensor) nor 1 (file)"
            ),
            Self::NameEncoding => f.write_str("the item's name is not UTF-8"),
            Self::Name(error) => write!(f, "the item's name is refused: {error}"),
            Self::DataType(number) => write!(f, "ONNX data type {number} cannot be committed"),
            Self::Tensor(error) => write!(f, "the item's tensor is refused: {error}"),
        }
    }
}

impl core::error::Error for ItemError {}

impl From<NameError> for ItemError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl From<TensorError> for ItemError {
    fn from(error: TensorError) -> Self {
        Self::Tensor(error)
    }
}

impl Item {
    /// The item of a tensor.
    #[must_use]
    pub fn tensor(name: Name, tensor: &Tensor, crypto: &impl Crypto) -> Self {
        Self {
            name,
            kind: Kind::Tensor(tensor.header().clone()),
            root: tensor.data_root(crypto),
        }
    }

    /// The item of a tensor whose data root is known (EXACT 6: the contract builds items from
    /// the program's interface and the roots it is given).
    #[must_use]
    pub fn tensor_of_root(name: Name, header: Header, root: DataRoot) -> Self {
        Self {
            name,
            kind: Kind::Tensor(header),
            root,
        }
    }

    /// The item of a file held in memory.
    #[must_use]
    pub fn file(name: Name, bytes: &[u8], crypto: &impl Crypto) -> Self {
        Self::file_of_root(name, wide(bytes.len()), data_root(crypto, bytes))
    }

    /// The item of a file whose data root was computed piece by piece.
    #[must_use]
    pub fn file_of_root(name: Name, length: u64, root: DataRoot) -> Self {
        Self {
            name,
            kind: Kind::File { length },
            root,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// What it stands for.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Bytes of the elements or of the file.
    #[must_use]
    pub fn byte_len(&self) -> u64 {
        match &self.kind {
            Kind::Tensor(header) => header.byte_len(),
            Kind::File { length } => *length,
        }
    }

    /// Root over those bytes.
    #[must_use]
    pub fn data_root(&self) -> DataRoot {
        self.root
    }

    /// Whether `bytes` are the committed elements or file.
    #[must_use]
    pub fn matches(&self, bytes: &[u8], crypto: &impl Crypto) -> bool {
        self.byte_len() == wide(bytes.len()) && self.root == data_root(crypto, bytes)
    }

    pub(crate) fn order(&self) -> (u8, &[u8]) {
        (self.kind_byte(), self.name.0.as_bytes())
    }

    fn kind_byte(&self) -> u8 {
        match self.kind {
            Kind::Tensor(_) => 0,
            Kind::File { .. } => 1,
        }
    }

    /// The encoding of 2.1.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from([self.kind_byte()]);
        let length = u16::try_from(self.name.0.len()).unwrap_or(u16::MAX);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(self.name.0.as_bytes());
        if let Kind::Tensor(header) = &self.kind {
            bytes.extend_from_slice(&header.to_bytes());
        }
        bytes.extend_from_slice(&self.byte_len().to_le_bytes());
        bytes.extend_from_slice(self.root.as_bytes());
        bytes
    }

    /// Reads exactly what [`Item::to_bytes`] writes.
    ///
    /// # Errors
    /// [`ItemError`] for anything else; in particular a byte length that is not dims × size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ItemError> {
        let mut reader = Reader(bytes);
        let [kind] = reader.array()?;
        let length = u16::from_le_bytes(reader.array()?);
        let name = reader.bytes(usize::from(length))?;
        let name = Name::new(core::str::from_utf8(name).map_err(|_| ItemError::NameEncoding)?)?;
        let header = match kind {
            0 => Some(reader.header()?),
            1 => None,
            other => return Err(ItemError::Kind(other)),
        };
        let length = u64::from_le_bytes(reader.array()?);
        let root = DataRoot::new(reader.array()?);
        if !reader.0.is_empty() {
            return Err(ItemError::Trailing);
        }
        let kind = match header {
            Some(header) if header.byte_len() == length => Kind::Tensor(header),
            Some(header) => {
                let expected = header.byte_len();
                return Err(TensorError::Length {
                    expected,
                    found: length,
                }
                .into());
            }
            None => Kind::File { length },
        };
        Ok(Self { name, kind, root })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], ItemError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(ItemError::Short)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ItemError> {
        self.bytes(N)?.try_into().map_err(|_| ItemError::Short)
    }

    fn header(&mut self) -> Result<Header, ItemError> {
        let [number, rank] = self.array()?;
        let dtype = DataType::from_number(number).ok_or(ItemError::DataType(number))?;
        let mut dims = Vec::new();
        for _ in 0..rank {
            dims.push(u64::from_le_bytes(self.array()?));
        }
        Ok(Header::new(dtype, dims)?)
    }
}
