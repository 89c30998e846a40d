//! Rewriting a model into the part of ONNX that wonnx 0.5.1 computes rightly.
//!
//! wonnx implements many operators, some of them wrongly for some shapes, attributes or opsets, and says nothing. So nothing
//! reaches it as it stands: every node is rewritten into a few forms that were compared with other runtimes, with all
//! shapes fixed and all names our own. What has no such form is refused with node and operator
//! ([`Refusal`]), and the model runs on the engine instead. Most of these forms are then computed by shaders of our own,
//! several steps in one (`lower/kernel`); wonnx holds the buffers, keeps the order, and computes the rest.
//!
//! Numbers on the GPU are f32. Integers and bool are held as whole numbers in f32, which is exact up to 2^24: they may be moved
//! and compared, not computed with; inputs are checked when they are fed ([`Feed`]).

mod activation;
mod arithmetic;
mod builder;
mod cast;
mod conv;
mod function;
mod kernel;
mod layout;
mod logic;
mod loss;
mod matmul;
mod movement;
mod node;
mod norm;
mod pool;
mod proto;
mod reduce;
mod refusal;
mod resize;
mod rules;
mod scatter;
mod shape;
pub mod support;
mod table;
#[cfg(test)]
mod tests;
mod transposed;

pub use kernel::Kernel;
pub use refusal::{Refusal, Why};

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use countersign_onnx::schema::check_node;
use countersign_onnx::{DataType, Dim, Model, Node, Tensor};

use builder::{Builder, Id};
use node::Op;

/// An input of a lowered model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its name in the model.
    pub name: String,
    /// Its name in the lowered model.
    pub lowered: String,
    /// Its element type in the model; it is fed as f32, integers only up to ±2^24.
    pub dtype: DataType,
    /// Its dimensions.
    pub dims: Vec<usize>,
}

/// An output of a lowered model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Its name in the model.
    pub name: String,
    /// Its name in the lowered model.
    pub lowered: String,
    /// Its dimensions. Its type is f32.
    pub dims: Vec<usize>,
}

/// A model as wonnx takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// An ONNX file. For [`Target::Gpu`] it means nothing without the kernels.
    pub model: Vec<u8>,
    /// The shaders that take the place of wonnx's, for [`Target::Gpu`].
    pub kernels: Vec<Kernel>,
    /// What to feed, in the model's order.
    pub feeds: Vec<Feed>,
    /// What comes out, in the model's order.
    pub fetches: Vec<Fetch>,
    /// The inputs that are not fed, because the lowering had to know them: it is right for these values alone.
    pub pinned: Vec<String>,
}

/// What a lowered model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// wonnx with our [`Kernel`]s.
    Gpu,
    /// Whatever runs ONNX: the same steps, each as an operator. For tests of what the steps compute.
    Onnx,
}

/// Lowers a model for inputs of these dimensions, by name, into plain ONNX. Inputs that are not listed take their declared dimensions; a first
/// dimension that is left open is a batch of one.
///
/// # Errors
/// [`Refusal`] with the first node that is not known to be right on the GPU.
pub fn lower(model: &Model, dims: &HashMap<String, Vec<usize>>) -> Result<Lowered, Refusal> {
    attempt(model, dims, &BTreeMap::new(), Target::Onnx)
}

/// Lowers a model for these inputs. Where an operator must know an input (the axes of a reduction, the weights of a
/// convolution), the lowered model is for its value alone ([`Lowered::pinned`]): at first integers and single numbers are
/// pinned, then all but the first input of f32.
///
/// # Errors
/// [`Refusal`] with the first node that is not known to be right on the GPU.
pub fn lower_for(
    model: &Model,
    inputs: &[(String, Tensor)],
    target: Target,
) -> Result<Lowered, Refusal> {
    let dims: HashMap<String, Vec<usize>> = inputs
        .iter()
        .map(|(name, tensor)| (name.clone(), tensor.dims().to_vec()))
        .collect();
    // What has no elements can only be known.
    let empty = inputs
        .iter()
        .filter(|(_, tensor)| tensor.is_empty())
        .map(|(name, tensor)| (name.as_str(), Arc::new(tensor.clone())))
        .collect();
    let first = match attempt(model, &dims, &empty, target) {
        Err(refusal) if matches!(refusal.why, Why::Computed { .. } | Why::Integers) => refusal,
        other => return other,
    };
    let main = inputs
        .iter()
        .find(|(_, tensor)| tensor.dtype() == DataType::F32 && tensor.len() > 1)
        .map(|(name, _)| name);
    let small = |tensor: &Tensor| tensor.dtype() != DataType::F32 || tensor.len() <= 1;
    let choose = |all: bool| -> BTreeMap<&str, Arc<Tensor>> {
        let chosen = inputs
            .iter()
            .filter(|(name, tensor)| Some(name) != main && (all || small(tensor)));
        chosen
            .map(|(name, tensor)| (name.as_str(), Arc::new(tensor.clone())))
            .collect()
    };
    for all in [false, true] {
        match attempt(model, &dims, &choose(all), target) {
            Err(refusal) if matches!(refusal.why, Why::Computed { .. } | Why::Integers) => {}
            other => return other,
        }
    }
    Err(first)
}

fn attempt(
    model: &Model,
    dims: &HashMap<String, Vec<usize>>,
    pinned: &BTreeMap<&str, Arc<Tensor>>,
    target: Target,
) -> Result<Lowered, Refusal> {
    let whole = |why| Refusal {
        node: String::new(),
        operator: "the model".to_owned(),
        why,
    };
    let graph = &model.graph;
    let mut b = Builder::default();
    let mut scope: HashMap<&str, Id> = HashMap::new();
    let mut feeds = Vec::new();
    for input in &graph.inputs {
        let dtype = input.dtype.unwrap_or(DataType::F32);
        if let Some(tensor) = pinned.get(input.name.as_str()) {
            if tensor.dtype() != dtype {
                return Err(whole(Why::Type(tensor.dtype())));
            }
            let id = b.constant(tensor.clone());
            scope.insert(&input.name, id);
            continue;
        }
        let fixed = match dims.get(&input.name) {
            Some(dims) => dims.clone(),
            None => declared(input.dims.as_deref()).ok_or_else(|| {
                whole(Why::Open {
                    input: input.name.clone(),
                })
            })?,
        };
        let id = b.input(dtype, fixed.clone()).map_err(whole)?;
        scope.insert(&input.name, id);
        feeds.push(Feed {
            name: input.name.clone(),
            lowered: builder::input_name(feeds.len()),
            dtype,
            dims: fixed,
        });
    }
    if feeds.is_empty() {
        return Err(whole(Why::ConstantOutput));
    }
    for parameter in &graph.initializers {
        let id = b.constant(parameter.tensor.clone());
        scope.insert(&parameter.name, id);
    }
    for node in &graph.nodes {
        b.label = node.label();
        let outputs = one(&mut b, node, model, &scope).map_err(|why| Refusal {
            node: if node.name.is_empty() {
                format!("node {}", node.index)
            } else {
                node.name.clone()
            },
            operator: node.op_type.clone(),
            why,
        })?;
        for (name, id) in node.outputs.iter().zip(outputs) {
            scope.insert(name, id);
        }
    }
    b.label = "output".to_owned();
    let (mut ids, mut fetches) = (Vec::new(), Vec::new());
    for (index, output) in graph.outputs.iter().enumerate() {
        let id = *scope.get(output.name.as_str()).ok_or_else(|| {
            whole(Why::Undefined {
                name: output.name.clone(),
            })
        })?;
        if b.dtype(id) != DataType::F32 {
            return Err(whole(Why::Type(b.dtype(id))));
        }
        if !b.is_computed(id) {
            return Err(whole(Why::ConstantOutput));
        }
        let dims = b.dims(id).to_vec();
        ids.push(b.forward(id, &dims).map_err(whole)?);
        fetches.push(Fetch {
            name: output.name.clone(),
            lowered: builder::output_name(index),
            dims,
        });
    }
    let fed: Vec<_> = feeds.iter().map(|feed| feed.dims.clone()).collect();
    let steps = match target {
        Target::Gpu => kernel::fuse(&mut b, &ids).map_err(whole)?,
        Target::Onnx => {
            let plain = b.needed(&ids).into_iter().cloned();
            plain.map(|step| (step, None)).collect()
        }
    };
    let (model, kernels) = proto::write(&b, &fed, &ids, &steps).map_err(whole)?;
    Ok(Lowered {
        model,
        kernels,
        feeds,
        fetches,
        pinned: pinned.keys().map(|name| (*name).to_owned()).collect(),
    })
}

/// The declared dimensions, if they are fixed but for a batch.
fn declared(dims: Option<&[Dim]>) -> Option<Vec<usize>> {
    dims?
        .iter()
        .enumerate()
        .map(|(axis, dim)| match dim {
            Dim::Fixed(length) => Some(*length),
            Dim::Symbol(_) | Dim::Unknown => (axis == 0).then_some(1),
        })
        .collect()
}

/// Lowers one node.
fn one(
    b: &mut Builder,
    node: &Node,
    model: &Model,
    scope: &HashMap<&str, Id>,
) -> Result<Vec<Id>, Why> {
    let inputs: Vec<Option<Id>> = (0..node.inputs.len())
        .map(|index| {
            let Some(name) = node.input(index) else {
                return Ok(None);
            };
            let id = scope.get(name).copied();
            id.map(Some).ok_or_else(|| Why::Undefined {
                name: name.to_owned(),
            })
        })
        .collect::<Result<Vec<_>, Why>>()?;
    let types: Vec<_> = inputs
        .iter()
        .map(|input| input.map(|id| b.dtype(id)))
        .collect();
    let schema = check_node(node, model.opset()).map_err(Why::Schema)?;
    schema.check_types(types).map_err(Why::Schema)?;
    let outputs = rules::lower(
        b,
        &Op {
            node,
            opset: model.opset(),
            inputs,
        },
    )?;
    if outputs.len() < node.outputs.len() {
        return Err(Why::Operator);
    }
    Ok(outputs)
}
