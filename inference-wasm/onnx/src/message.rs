//! `ModelProto` and what it is made of. Field numbers: `onnx/onnx.proto` of ONNX 1.22.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::attribute::attribute;
use crate::context::{bounded, name, Context};
use crate::tensor::tensor;
use crate::wire::Reader;
use crate::{DataType, Dim, Graph, Initializer, LoadError, Model, Node, ValueInfo, MAX_RANK};

/// `ModelProto`.
pub(crate) fn model(bytes: &[u8], context: &mut Context<'_>) -> Result<Model, LoadError> {
    let mut reader = Reader::new("ModelProto", bytes);
    let (mut ir_version, mut producer, mut graph_bytes) = (0, String::new(), None);
    let mut opsets = BTreeMap::new();
    while let Some(field) = reader.next()? {
        if matches!(field.number, 1..=7) {
            reader.once(&field)?;
        }
        match field.number {
            1 => ir_version = field.int()?,
            2 => producer = name(field.string()?)?,
            3 | 4 | 6 => drop(field.string()?),
            5 => drop(field.int()?),
            7 => graph_bytes = Some(field.bytes()?),
            8 => opset(field.bytes()?, &mut opsets)?,
            14 => drop(pair(field.bytes()?)?),
            20 => return Err(unsupported("training information in the model")),
            25 => return Err(unsupported("functions defined in the model")),
            26 => return Err(unsupported("device configurations in the model")),
            _ => return Err(field.unknown()),
        }
    }
    if ir_version <= 0 {
        return Err(missing("the IR version", "the model: it is no ONNX file"));
    }
    let bytes = graph_bytes.ok_or_else(|| missing("the graph", "the model"))?;
    Ok(Model {
        ir_version,
        producer,
        opsets,
        graph: graph(bytes, context)?,
    })
}

/// `metadata_props` of a `ModelProto`, in the order of the file; keys may repeat.
pub(crate) fn metadata(bytes: &[u8]) -> Result<Vec<(String, String)>, LoadError> {
    let mut reader = Reader::new("ModelProto", bytes);
    let mut metadata = Vec::new();
    while let Some(field) = reader.next()? {
        if field.number == 14 {
            let (key, value) = pair(field.bytes()?)?;
            metadata.push((key.to_owned(), value.to_owned()));
        }
    }
    Ok(metadata)
}

fn unsupported(what: &str) -> LoadError {
    LoadError::Unsupported {
        what: what.to_owned(),
    }
}

fn missing(what: &'static str, place: &str) -> LoadError {
    LoadError::Missing {
        what,
        place: place.to_owned(),
    }
}

/// `ai.onnx` is another name of the empty domain.
fn domain(text: &str) -> Result<String, LoadError> {
    if text == "ai.onnx" {
        Ok(String::new())
    } else {
        name(text)
    }
}

/// `OperatorSetIdProto`.
fn opset(bytes: &[u8], opsets: &mut BTreeMap<String, u32>) -> Result<(), LoadError> {
    let mut reader = Reader::new("OperatorSetIdProto", bytes);
    let (mut key, mut version) = (String::new(), 0);
    while let Some(field) = reader.next()? {
        reader.once(&field)?;
        match field.number {
            1 => key = domain(field.string()?)?,
            2 => version = field.int()?,
            _ => return Err(field.unknown()),
        }
    }
    let version = u32::try_from(version)
        .map_err(|_| unsupported(&format!("opset {version} of domain \"{key}\"")))?;
    if opsets
        .insert(key.clone(), version)
        .is_some_and(|earlier| earlier != version)
    {
        return Err(unsupported(&format!(
            "two versions of the domain \"{key}\" in one model"
        )));
    }
    Ok(())
}

/// `StringStringEntryProto`.
pub(crate) fn pair(bytes: &[u8]) -> Result<(&str, &str), LoadError> {
    let mut reader = Reader::new("StringStringEntryProto", bytes);
    let (mut key, mut value) = ("", "");
    while let Some(field) = reader.next()? {
        reader.once(&field)?;
        match field.number {
            1 => key = field.string()?,
            2 => value = field.string()?,
            _ => return Err(field.unknown()),
        }
    }
    Ok((key, value))
}

/// `GraphProto`.
pub(crate) fn graph(bytes: &[u8], context: &mut Context<'_>) -> Result<Graph, LoadError> {
    let mut reader = Reader::new("GraphProto", bytes);
    let mut graph = Graph {
        name: String::new(),
        nodes: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        initializers: Vec::new(),
        value_info: Vec::new(),
    };
    while let Some(field) = reader.next()? {
        match field.number {
            1 => {
                context.node()?;
                let index = graph.nodes.len();
                graph.nodes.push(node(field.bytes()?, index, context)?);
            }
            2 => {
                reader.once(&field)?;
                graph.name = name(field.string()?)?;
            }
            5 => {
                let (name, tensor) = tensor(field.bytes()?, context)?;
                graph.initializers.push(Initializer {
                    name,
                    tensor: Arc::new(tensor),
                });
            }
            10 => {
                reader.once(&field)?;
                field.string()?;
            }
            11 => graph.inputs.push(value_info(field.bytes()?)?),
            12 => graph.outputs.push(value_info(field.bytes()?)?),
            // Claims about other values may speak of types that we do not take: only a use of them matters.
            13 => match value_info(field.bytes()?) {
                Ok(info) => graph.value_info.push(info),
                Err(error) if error.is_unsupported() => {}
                Err(error) => return Err(error),
            },
            14 => return Err(unsupported("quantization annotations in the graph")),
            15 => return Err(unsupported("sparse initializers")),
            16 => drop(pair(field.bytes()?)?),
            _ => return Err(field.unknown()),
        }
    }
    let constants: BTreeSet<&str> = graph.initializers.iter().map(|i| i.name.as_str()).collect();
    graph
        .inputs
        .retain(|input| !constants.contains(input.name.as_str()));
    Ok(graph)
}

/// `NodeProto`.
fn node(bytes: &[u8], index: usize, context: &mut Context<'_>) -> Result<Node, LoadError> {
    let mut reader = Reader::new("NodeProto", bytes);
    let mut node = Node {
        name: String::new(),
        index,
        op_type: String::new(),
        domain: String::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        attributes: BTreeMap::new(),
    };
    while let Some(field) = reader.next()? {
        if matches!(field.number, 3 | 4 | 6 | 7 | 8) {
            reader.once(&field)?;
        }
        match field.number {
            1 => node.inputs.push(name(field.string()?)?),
            2 => node.outputs.push(name(field.string()?)?),
            3 => node.name = name(field.string()?)?,
            4 => node.op_type = name(field.string()?)?,
            5 => {
                let (key, value) = attribute(field.bytes()?, context)?;
                if node.attributes.insert(key.clone(), value).is_some() {
                    return Err(LoadError::Attribute {
                        name: key,
                        what: "it is given twice",
                    });
                }
            }
            6 => drop(field.string()?),
            7 => node.domain = domain(field.string()?)?,
            8 => {
                if !field.string()?.is_empty() {
                    return Err(unsupported("overloaded functions"));
                }
            }
            9 => drop(pair(field.bytes()?)?),
            10 => return Err(unsupported("device configurations of nodes")),
            _ => return Err(field.unknown()),
        }
    }
    Ok(node)
}

/// `ValueInfoProto`.
fn value_info(bytes: &[u8]) -> Result<ValueInfo, LoadError> {
    let mut reader = Reader::new("ValueInfoProto", bytes);
    let mut info = ValueInfo {
        name: String::new(),
        dtype: None,
        dims: None,
    };
    let mut type_bytes = None;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => {
                reader.once(&field)?;
                info.name = name(field.string()?)?;
            }
            2 => {
                reader.once(&field)?;
                type_bytes = Some(field.bytes()?);
            }
            3 => {
                reader.once(&field)?;
                field.string()?;
            }
            4 => drop(pair(field.bytes()?)?),
            _ => return Err(field.unknown()),
        }
    }
    if let Some(bytes) = type_bytes {
        type_proto(bytes, &mut info)?;
    }
    Ok(info)
}

/// `TypeProto`: tensors only.
fn type_proto(bytes: &[u8], info: &mut ValueInfo) -> Result<(), LoadError> {
    let mut reader = Reader::new("TypeProto", bytes);
    while let Some(field) = reader.next()? {
        reader.once(&field)?;
        match field.number {
            1 => tensor_type(field.bytes()?, info)?,
            4 | 5 | 7 | 8 | 9 => {
                let kind = match field.number {
                    4 => "sequence",
                    5 => "map",
                    7 => "opaque value",
                    8 => "sparse tensor",
                    _ => "optional",
                };
                return Err(unsupported(&format!(
                    "\"{}\" is a {kind}, not a tensor",
                    info.name
                )));
            }
            6 => drop(field.string()?),
            _ => return Err(field.unknown()),
        }
    }
    Ok(())
}

/// `TypeProto.Tensor`.
fn tensor_type(bytes: &[u8], info: &mut ValueInfo) -> Result<(), LoadError> {
    let mut reader = Reader::new("TypeProto.Tensor", bytes);
    while let Some(field) = reader.next()? {
        reader.once(&field)?;
        match field.number {
            1 => {
                let code = field.int()?;
                if code != 0 {
                    let kind = DataType::from_code(code).ok_or_else(|| {
                        unsupported(&format!(
                            "\"{}\" has the element type {}",
                            info.name,
                            DataType::name_of_code(code)
                        ))
                    })?;
                    info.dtype = Some(kind);
                }
            }
            2 => info.dims = Some(shape(field.bytes()?)?),
            _ => return Err(field.unknown()),
        }
    }
    Ok(())
}

/// `TensorShapeProto`.
fn shape(bytes: &[u8]) -> Result<Vec<Dim>, LoadError> {
    let mut reader = Reader::new("TensorShapeProto", bytes);
    let mut dims = Vec::new();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => dims.push(dimension(field.bytes()?)?),
            _ => return Err(field.unknown()),
        }
        bounded(
            "dimensions in one tensor",
            dims.len() as u64,
            MAX_RANK as u64,
        )?;
    }
    Ok(dims)
}

/// `TensorShapeProto.Dimension`. A negative size means an open one to several exporters.
fn dimension(bytes: &[u8]) -> Result<Dim, LoadError> {
    let mut reader = Reader::new("TensorShapeProto.Dimension", bytes);
    let mut dim = Dim::Unknown;
    while let Some(field) = reader.next()? {
        reader.once(&field)?;
        match field.number {
            1 | 2 if dim != Dim::Unknown => {
                return Err(LoadError::Malformed {
                    message: "TensorShapeProto.Dimension",
                    what: "a size and a symbol",
                })
            }
            1 => {
                let value = field.int()?;
                if value >= 0 {
                    dim = Dim::Fixed(usize::try_from(value).map_err(|_| LoadError::Limit {
                        what: "elements in one dimension",
                        value: value as u64,
                        bound: usize::MAX as u64,
                    })?);
                }
            }
            2 => {
                let symbol = field.string()?;
                // Some exporters write "?" for every size that they do not know.
                if !symbol.is_empty() && symbol != "?" {
                    dim = Dim::Symbol(name(symbol)?);
                }
            }
            3 => drop(field.string()?),
            _ => return Err(field.unknown()),
        }
    }
    Ok(dim)
}
