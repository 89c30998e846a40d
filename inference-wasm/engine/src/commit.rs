//! Tensors as they cross the module's edge: canonical, and committed to (PROTOCOL 1 and 2).

use countersign_abi::{ElementType, EngineError, ErrorCode, NamedTensor};
use countersign_onnx::{Data, DataType, Tensor};
use countersign_shared::commit::{Committed, Side};
use countersign_shared::id::Seed;
use countersign_shared::item::{Item, Name};
use countersign_shared::tensor::{self, Header};

use crate::kernel::root::{canonicalise_f32, data_root};
use crate::kernel::sha256::SideBySide;

/// One element type under its three names.
fn shared_type(kind: ElementType) -> Result<tensor::DataType, EngineError> {
    tensor::DataType::from_number(kind.code()).ok_or_else(|| {
        EngineError::new(
            ErrorCode::Internal,
            format!("{kind} cannot be committed to"),
        )
    })
}

/// The interface's name of an element type.
pub(crate) fn element_type(kind: DataType) -> Result<ElementType, EngineError> {
    ElementType::from_code(kind as u8).ok_or_else(|| {
        EngineError::new(
            ErrorCode::Internal,
            format!("{kind} does not cross the interface"),
        )
    })
}

/// A tensor in its canonical form, with its item.
pub(crate) struct Canonical {
    pub named: NamedTensor,
    pub item: Item,
}

/// Makes a tensor canonical.
pub(crate) fn canonical(tensor: NamedTensor) -> Result<Canonical, EngineError> {
    let fault = |what: String| {
        EngineError::new(
            ErrorCode::Input,
            format!("tensor \"{}\": {what}", tensor.name),
        )
    };
    let name = item_name(&tensor.name)?;
    let kind = shared_type(tensor.dtype)?;
    let header =
        Header::new(kind, tensor.dims.clone()).map_err(|error| fault(error.to_string()))?;
    let found = tensor.data.len() as u64;
    if found != header.byte_len() {
        let expected = header.byte_len();
        let error = tensor::TensorError::Length { expected, found };
        return Err(fault(error.to_string()));
    }
    let mut data = tensor.data;
    match kind {
        tensor::DataType::Float32 => canonicalise_f32(&mut data),
        _ => tensor::canonicalise(kind, &mut data).map_err(|error| {
            EngineError::new(
                ErrorCode::Input,
                format!("tensor \"{}\": {error}", tensor.name),
            )
        })?,
    }
    let item = Item::tensor_of_root(name, header, data_root(&data));
    let named = NamedTensor { data, ..tensor };
    Ok(Canonical { named, item })
}

/// A name as items bear it.
pub(crate) fn item_name(name: &str) -> Result<Name, EngineError> {
    Name::new(name).map_err(|error| {
        EngineError::new(
            ErrorCode::Unsupported,
            format!(
                "the name \"{}\" cannot be committed to: {error}",
                name.escape_debug()
            ),
        )
    })
}

/// The item of a file.
pub(crate) fn file_item(name: &str, bytes: &[u8]) -> Result<Item, EngineError> {
    let length = bytes.len() as u64;
    Ok(Item::file_of_root(
        item_name(name)?,
        length,
        data_root(bytes),
    ))
}

/// A canonical tensor as the graph computes with it.
pub(crate) fn to_tensor(named: &NamedTensor) -> Result<Tensor, EngineError> {
    let fault = || {
        EngineError::new(
            ErrorCode::Input,
            format!("tensor \"{}\" is too large", named.name),
        )
    };
    let dims = named
        .dims
        .iter()
        .map(|dim| usize::try_from(*dim).ok())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(fault)?;
    let dtype = DataType::from_code(i64::from(named.dtype.code())).ok_or_else(fault)?;
    Tensor::new(dims, Data::from_le_bytes(dtype, &named.data)).ok_or_else(fault)
}

/// A computed tensor as it leaves, before it is made canonical.
pub(crate) fn to_named(name: &str, tensor: &Tensor) -> Result<NamedTensor, EngineError> {
    Ok(NamedTensor {
        name: name.to_owned(),
        dtype: element_type(tensor.dtype())?,
        dims: tensor.dims().iter().map(|dim| *dim as u64).collect(),
        data: tensor.data().to_le_bytes(),
    })
}

/// Commits to the items of one side.
pub(crate) fn commit(
    side: Side,
    seed: [u8; 32],
    items: Vec<Item>,
) -> Result<([u8; 32], Vec<countersign_abi::Item>), EngineError> {
    let committed = Committed::new(side, &Seed::new(seed), items, &SideBySide)
        .map_err(|error| EngineError::new(ErrorCode::Input, error.to_string()))?;
    let items = committed
        .items()
        .map(|item| countersign_abi::Item {
            name: item.name().as_str().to_owned(),
            encoded: item.to_bytes(),
        })
        .collect();
    Ok((committed.commitment().to_bytes(), items))
}
