//! Attributes of nodes.

use std::sync::Arc;

use crate::context::{name, Context};
use crate::message::graph;
use crate::tensor::tensor;
use crate::wire::Reader;
use crate::{Graph, GraphError, LoadError, Tensor};

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// FLOAT.
    Float(f32),
    /// INT.
    Int(i64),
    /// STRING; bytes, because ONNX does not say that they are UTF-8.
    String(Vec<u8>),
    /// TENSOR.
    Tensor(Arc<Tensor>),
    /// GRAPH.
    Graph(Box<Graph>),
    /// FLOATS.
    Floats(Vec<f32>),
    /// INTS.
    Ints(Vec<i64>),
    /// STRINGS.
    Strings(Vec<Vec<u8>>),
}

impl Attribute {
    /// ONNX's name of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Float(_) => "FLOAT",
            Self::Int(_) => "INT",
            Self::String(_) => "STRING",
            Self::Tensor(_) => "TENSOR",
            Self::Graph(_) => "GRAPH",
            Self::Floats(_) => "FLOATS",
            Self::Ints(_) => "INTS",
            Self::Strings(_) => "STRINGS",
        }
    }
}

/// `AttributeProto`. A value of another kind than the declared one is refused; where the file declares no kind (ONNX
/// before IR version 2) the one value decides.
pub(crate) fn attribute(
    bytes: &[u8],
    context: &mut Context<'_>,
) -> Result<(String, Attribute), LoadError> {
    let mut reader = Reader::new("AttributeProto", bytes);
    let mut key = String::new();
    let mut kind = 0;
    let mut value: Option<(i64, Attribute)> = None;
    let (mut floats, mut ints, mut strings) = (Vec::new(), Vec::new(), Vec::new());
    let mut unsupported = None;
    while let Some(field) = reader.next()? {
        if matches!(field.number, 1 | 2 | 3 | 4 | 5 | 6 | 13 | 14 | 20 | 21 | 22) {
            reader.once(&field)?;
        }
        let single = match field.number {
            1 => {
                key = name(field.string()?)?;
                continue;
            }
            2 => (1, Attribute::Float(field.float()?)),
            3 => (2, Attribute::Int(field.int()?)),
            4 => (3, Attribute::String(field.bytes()?.to_vec())),
            5 => (
                4,
                Attribute::Tensor(Arc::new(tensor(field.bytes()?, context)?.1)),
            ),
            6 => {
                context.enter()?;
                let graph = graph(field.bytes()?, context)?;
                context.leave();
                (5, Attribute::Graph(Box::new(graph)))
            }
            7 => {
                field.floats(&mut floats)?;
                continue;
            }
            8 => {
                field.varints(&mut ints, |value| value as i64)?;
                continue;
            }
            9 => {
                strings.push(field.bytes()?.to_vec());
                continue;
            }
            10 | 11 | 14 | 15 | 22 | 23 => {
                field.bytes()?;
                unsupported = Some(field.number);
                continue;
            }
            13 => {
                field.string()?;
                continue;
            }
            20 => {
                kind = field.int()?;
                continue;
            }
            21 => {
                if !field.string()?.is_empty() {
                    unsupported = Some(field.number);
                }
                continue;
            }
            _ => return Err(field.unknown()),
        };
        if value.is_some() {
            return Err(fault(&key, "it has two values"));
        }
        value = Some(single);
    }
    if let Some(number) = unsupported {
        let what = match number {
            10 => "a list of tensors",
            11 => "a list of graphs",
            14 | 15 => "a type",
            21 => "a reference to a function's attribute",
            _ => "a sparse tensor",
        };
        return Err(LoadError::Unsupported {
            what: format!("attribute \"{key}\" is {what}"),
        });
    }
    let lists = [
        (!floats.is_empty()).then_some((6, Attribute::Floats(floats))),
        (!ints.is_empty()).then_some((7, Attribute::Ints(ints))),
        (!strings.is_empty()).then_some((8, Attribute::Strings(strings))),
    ];
    for list in lists.into_iter().flatten() {
        if value.is_some() {
            return Err(fault(&key, "it has two values"));
        }
        value = Some(list);
    }
    let value = match (kind, value) {
        (0, Some((_, value))) => value,
        (0, None) => return Err(fault(&key, "it has no value")),
        (kind, Some((found, value))) if kind == found => value,
        (_, Some(_)) => return Err(fault(&key, "its value is not of the declared kind")),
        (1, None) => Attribute::Float(0.0),
        (2, None) => Attribute::Int(0),
        (3, None) => Attribute::String(Vec::new()),
        (6, None) => Attribute::Floats(Vec::new()),
        (7, None) => Attribute::Ints(Vec::new()),
        (8, None) => Attribute::Strings(Vec::new()),
        (_, None) => return Err(fault(&key, "it has no value")),
    };
    if key.is_empty() {
        return Err(GraphError::EmptyName {
            what: "an attribute",
        }
        .into());
    }
    Ok((key, value))
}

fn fault(key: &str, what: &'static str) -> LoadError {
    LoadError::Attribute {
        name: key.to_owned(),
        what,
    }
}
