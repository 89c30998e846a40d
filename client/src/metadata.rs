//! A chain's metadata (version 14): which pallets, calls, extensions and errors it has, and how its types are encoded.

mod value;

pub use value::{Field, Shown, Value};

use core::fmt;
use frame_metadata::v14::{RuntimeMetadataV14, StorageEntryType};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use parity_scale_codec::Decode;
use scale_info::form::PortableForm;
use scale_info::{PortableRegistry, TypeDef, Variant};

/// Why metadata cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataError {
    /// Not metadata of version 14.
    Version,
    /// A pallet, call, storage item or type that the task needs is not there.
    Missing {
        /// What was looked for, as `Pallet.item`.
        what: String,
    },
    /// Bytes that do not fit the type which the metadata names for them.
    Undecodable {
        /// What was decoded.
        what: String,
    },
    /// A signed extension that this client does not know and that is not empty.
    UnknownExtension {
        /// Its identifier.
        name: String,
    },
    /// The contracts pallet's call takes an argument that this client does not know.
    UnknownArgument {
        /// Its name.
        name: String,
    },
    /// Accounts or signatures of a kind other than 32-byte account ids and `MultiSignature`.
    Unsupported {
        /// What is of an unknown kind.
        what: &'static str,
    },
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version => f.write_str(
                "the node's metadata is not of version 14; this program does not know that chain's version yet",
            ),
            Self::Missing { what } => write!(
                f,
                "the chain has no {what}; check that it is a chain with pallet-contracts"
            ),
            Self::Undecodable { what } => {
                write!(f, "the chain's {what} does not fit its own metadata; the node may be faulty")
            }
            Self::UnknownExtension { name } => write!(
                f,
                "the chain asks every transaction for the extension {name}, which this program does not know; \
                 nothing was signed: use a newer version of this program or a wallet that knows it"
            ),
            Self::UnknownArgument { name } => write!(
                f,
                "the chain's contracts pallet asks for an argument {name}, which this program does not know; nothing was signed"
            ),
            Self::Unsupported { what } => {
                write!(f, "the chain's {what} are of a kind that this program does not know; nothing was signed")
            }
        }
    }
}

impl core::error::Error for MetadataError {}

/// Decoded metadata with the look-ups that this client needs.
#[derive(Debug)]
pub struct Metadata {
    inner: RuntimeMetadataV14,
}

/// A call variant of a pallet: its place in the extrinsic and its arguments.
#[derive(Debug)]
pub struct Call<'a> {
    /// Index of the pallet, the extrinsic's first call byte.
    pub pallet: u8,
    /// Index of the call, its second.
    pub call: u8,
    variant: &'a Variant<PortableForm>,
}

impl<'a> Call<'a> {
    /// Names of the arguments in their encoded order; empty for an argument without a name.
    pub fn arguments(&self) -> impl Iterator<Item = &'a str> {
        self.variant
            .fields
            .iter()
            .map(|field| field.name.as_deref().unwrap_or(""))
    }
}

impl Metadata {
    /// Reads the answer of `state_getMetadata`.
    ///
    /// # Errors
    /// [`MetadataError::Version`] unless it is whole metadata of version 14.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, MetadataError> {
        let prefixed =
            RuntimeMetadataPrefixed::decode(&mut bytes).map_err(|_| MetadataError::Version)?;
        match prefixed.1 {
            RuntimeMetadata::V14(inner) if bytes.is_empty() => Ok(Self { inner }),
            _ => Err(MetadataError::Version),
        }
    }

    fn types(&self) -> &PortableRegistry {
        &self.inner.types
    }

    fn pallet(
        &self,
        name: &str,
    ) -> Result<&frame_metadata::v14::PalletMetadata<PortableForm>, MetadataError> {
        let found = self.inner.pallets.iter().find(|pallet| pallet.name == name);
        found.ok_or_else(|| missing(format!("pallet {name}")))
    }

    /// Finds a call by the names of its pallet and itself.
    ///
    /// # Errors
    /// [`MetadataError::Missing`].
    pub fn call(&self, pallet: &str, name: &str) -> Result<Call<'_>, MetadataError> {
        let found = self.pallet(pallet)?;
        let absent = || missing(format!("call {pallet}.{name}"));
        let calls = found.calls.as_ref().ok_or_else(absent)?;
        let variant = self
            .variants(calls.ty.id)?
            .iter()
            .find(|variant| variant.name == name)
            .ok_or_else(absent)?;
        Ok(Call {
            pallet: found.index,
            call: variant.index,
            variant,
        })
    }

    fn variants(&self, id: u32) -> Result<&[Variant<PortableForm>], MetadataError> {
        let found = self
            .types()
            .resolve(id)
            .ok_or_else(|| missing(format!("type {id}")))?;
        match &found.type_def {
            TypeDef::Variant(def) => Ok(&def.variants),
            _ => Err(missing(format!("enum {id}"))),
        }
    }

    /// Name and documentation of a pallet's error, from the two numbers of a `DispatchError::Module`.
    #[must_use]
    pub fn module_error(&self, pallet: u8, error: u8) -> Option<(String, String)> {
        let found = self
            .inner
            .pallets
            .iter()
            .find(|candidate| candidate.index == pallet)?;
        let errors = self.variants(found.error.as_ref()?.ty.id).ok()?;
        let variant = errors.iter().find(|variant| variant.index == error)?;
        Some((
            format!("{}.{}", found.name, variant.name),
            variant.docs.join(" ").trim().to_owned(),
        ))
    }

    /// The signed extensions in order: identifier, and whether both the part that travels and the part that is only
    /// signed are empty.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, bool)> {
        self.inner
            .extrinsic
            .signed_extensions
            .iter()
            .map(|extension| {
                let empty =
                    self.is_empty(extension.ty.id) && self.is_empty(extension.additional_signed.id);
                (extension.identifier.as_str(), empty)
            })
    }

    /// Version of the extrinsic format (4 is the one that this client writes).
    #[must_use]
    pub fn extrinsic_version(&self) -> u8 {
        self.inner.extrinsic.version
    }

    /// The type that fills the extrinsic's generic parameter of this name (`Address`, `Call`, `Signature`, `Extra`).
    ///
    /// # Errors
    /// [`MetadataError::Missing`].
    pub fn extrinsic_parameter(
        &self,
        name: &str,
    ) -> Result<(u32, &TypeDef<PortableForm>, &[String]), MetadataError> {
        let absent = || missing(format!("extrinsic parameter {name}"));
        let extrinsic = self
            .types()
            .resolve(self.inner.extrinsic.ty.id)
            .ok_or_else(absent)?;
        let parameter = extrinsic
            .type_params
            .iter()
            .find(|parameter| parameter.name == name)
            .ok_or_else(absent)?;
        let id = parameter.ty.ok_or_else(absent)?.id;
        let found = self.types().resolve(id).ok_or_else(absent)?;
        Ok((id, &found.type_def, &found.path.segments))
    }

    /// Whether values of a type take no bytes at all.
    fn is_empty(&self, id: u32) -> bool {
        let Some(found) = self.types().resolve(id) else {
            return false;
        };
        match &found.type_def {
            TypeDef::Composite(def) => def.fields.iter().all(|field| self.is_empty(field.ty.id)),
            TypeDef::Tuple(def) => def.fields.iter().all(|field| self.is_empty(field.id)),
            TypeDef::Array(def) => def.len == 0 || self.is_empty(def.type_param.id),
            _ => false,
        }
    }

    /// Decodes a storage item's value with the type that the metadata names for it, to the last byte.
    ///
    /// # Errors
    /// [`MetadataError::Missing`], [`MetadataError::Undecodable`].
    pub fn decode_storage(
        &self,
        pallet: &str,
        item: &str,
        bytes: &[u8],
    ) -> Result<Value, MetadataError> {
        let absent = || missing(format!("storage {pallet}.{item}"));
        let storage = self.pallet(pallet)?.storage.as_ref().ok_or_else(absent)?;
        let entry = storage
            .entries
            .iter()
            .find(|entry| entry.name == item)
            .ok_or_else(absent)?;
        let id = match &entry.ty {
            StorageEntryType::Plain(ty) => ty.id,
            StorageEntryType::Map { value, .. } => value.id,
        };
        self.decode_all(id, bytes, || format!("storage {pallet}.{item}"))
    }

    /// Decodes an extrinsic as a block holds it, its length in front: who signed it (an address, where it is signed at
    /// all) and its call.
    ///
    /// # Errors
    /// [`MetadataError::Undecodable`], for versions of the format other than 4 and 5 too; [`MetadataError::Missing`].
    pub fn decode_extrinsic(
        &self,
        mut bytes: &[u8],
    ) -> Result<(Option<Value>, Value), MetadataError> {
        let undecodable = || MetadataError::Undecodable {
            what: "extrinsic".to_owned(),
        };
        let body = Vec::<u8>::decode(&mut bytes).map_err(|_| undecodable())?;
        let (head, mut rest) = body.split_first().ok_or_else(undecodable)?;
        let mut part = |name: &str| {
            let (id, ..) = self.extrinsic_parameter(name)?;
            value::decode(self.types(), id, &mut rest).ok_or_else(undecodable)
        };
        let signer = match head {
            0x84 => {
                let address = part("Address")?;
                part("Signature")?;
                part("Extra")?;
                Some(address)
            }
            4 | 5 => None,
            _ => return Err(undecodable()),
        };
        let call = part("Call")?;
        if rest.is_empty() && bytes.is_empty() {
            Ok((signer, call))
        } else {
            Err(undecodable())
        }
    }

    /// Decodes a constant of a pallet.
    ///
    /// # Errors
    /// [`MetadataError::Missing`], [`MetadataError::Undecodable`].
    pub fn constant(&self, pallet: &str, name: &str) -> Result<Value, MetadataError> {
        let absent = || missing(format!("constant {pallet}.{name}"));
        let found = self
            .pallet(pallet)?
            .constants
            .iter()
            .find(|constant| constant.name == name)
            .ok_or_else(absent)?;
        self.decode_all(found.ty.id, &found.value, || {
            format!("constant {pallet}.{name}")
        })
    }

    fn decode_all(
        &self,
        id: u32,
        mut bytes: &[u8],
        what: impl Fn() -> String,
    ) -> Result<Value, MetadataError> {
        let decoded = value::decode(self.types(), id, &mut bytes);
        match decoded {
            Some(decoded) if bytes.is_empty() => Ok(decoded),
            _ => Err(MetadataError::Undecodable { what: what() }),
        }
    }
}

fn missing(what: String) -> MetadataError {
    MetadataError::Missing { what }
}
