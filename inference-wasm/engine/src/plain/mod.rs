//! Every fast kernel beside a plain loop: operators run as a graph of one node, on numbers that are the same in every run.
//!
//! Where the engine adds in the loop's order the results are equal; where it does not, the loop computes in double precision
//! and the tolerance stands in the test.

mod arithmetic;
mod moves;
mod norms;
mod quantised;
mod sums;
mod windows;

use std::sync::Arc;

use countersign_abi::{EngineError, Limits};
use countersign_onnx::{Attribute, Element, Graph, Node, Tensor, ValueInfo};

use crate::budget::Budget;
use crate::exec::Plan;

/// Attributes of a node.
type Attributes<'a> = &'a [(&'a str, Attribute)];

/// The outputs of one node; an input that is `None` is left out.
fn node(
    opset: u32,
    name: &str,
    attributes: Attributes<'_>,
    inputs: &[Option<Tensor>],
    outputs: usize,
) -> Result<Vec<Tensor>, EngineError> {
    let names: Vec<String> = (0..inputs.len()).map(|i| format!("x{i}")).collect();
    let info = |name: &String| ValueInfo {
        name: name.clone(),
        dtype: None,
        dims: None,
    };
    let results: Vec<String> = (0..outputs).map(|i| format!("y{i}")).collect();
    let given = || names.iter().zip(inputs).filter(|(_, x)| x.is_some());
    let node = Node {
        name: String::new(),
        index: 0,
        op_type: name.to_owned(),
        domain: String::new(),
        inputs: names
            .iter()
            .zip(inputs)
            .map(|(name, x)| x.as_ref().map_or(String::new(), |_| name.clone()))
            .collect(),
        outputs: results.clone(),
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    };
    let graph = Graph {
        name: String::new(),
        nodes: vec![node],
        inputs: given().map(|(name, _)| info(name)).collect(),
        outputs: results.iter().map(info).collect(),
        initializers: Vec::new(),
        value_info: Vec::new(),
    };
    let budget = Budget::new(&Limits::default(), 0);
    let fed = inputs.iter().flatten().cloned().map(Arc::new).collect();
    let found = Plan::new(&graph, opset)?.run(fed, &[], &budget)?;
    Ok(found.iter().map(|tensor| (**tensor).clone()).collect())
}

/// The only output of a node.
fn run(opset: u32, name: &str, attributes: Attributes<'_>, inputs: &[Tensor]) -> Tensor {
    let inputs: Vec<_> = inputs.iter().cloned().map(Some).collect();
    node(opset, name, attributes, &inputs, 1)
        .unwrap_or_else(|error| panic!("{name} {attributes:?}: {error}"))
        .remove(0)
}

fn tensor<T: Element>(dims: &[usize], elements: Vec<T>) -> Tensor {
    Tensor::new(dims.to_vec(), T::wrap(elements)).unwrap()
}

fn ints<'a>(name: &'a str, list: &[usize]) -> (&'a str, Attribute) {
    (
        name,
        Attribute::Ints(list.iter().map(|x| *x as i64).collect()),
    )
}

fn int(name: &str, value: i64) -> (&str, Attribute) {
    (name, Attribute::Int(value))
}

fn text<'a>(name: &'a str, value: &str) -> (&'a str, Attribute) {
    (name, Attribute::String(value.as_bytes().to_vec()))
}

/// Numbers that are the same in every run.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    /// From 0 to below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    /// From `low` to `high`, both included.
    fn within(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// Of either sign, below 1.
    fn float(&mut self) -> f32 {
        self.next() as f32 / 8_388_608.0 - 1.0
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }

    fn integers(&mut self, count: usize, low: i64, high: i64) -> Vec<i64> {
        (0..count).map(|_| self.within(low, high)).collect()
    }

    /// `rank` dimensions from 1 to `most`.
    fn dims(&mut self, rank: usize, most: usize) -> Vec<usize> {
        (0..rank).map(|_| 1 + self.below(most)).collect()
    }
}

fn count(dims: &[usize]) -> usize {
    dims.iter().product()
}

/// All indices in row-major order.
fn indices(dims: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for dim in dims {
        all = all
            .iter()
            .flat_map(|head| (0..*dim).map(move |i| [head.as_slice(), &[i]].concat()))
            .collect();
    }
    all
}

/// The place of an index in row-major order.
fn place(dims: &[usize], index: &[usize]) -> usize {
    index.iter().zip(dims).fold(0, |at, (i, dim)| at * dim + i)
}

/// The place in a tensor that is broadcast.
fn broadcast_place(dims: &[usize], index: &[usize]) -> usize {
    let own = &index[index.len() - dims.len()..];
    let own: Vec<usize> = own.iter().zip(dims).map(|(i, d)| i % d).collect();
    place(dims, &own)
}

/// Whether floats are as far apart at most as `tolerance` times the larger of 1 and the expected.
fn near(found: &Tensor, dims: &[usize], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.dims(), dims, "{what}");
    let values = found.elements::<f32>().unwrap();
    for (at, (x, y)) in values.iter().zip(expected).enumerate() {
        let apart = (f64::from(*x) - y).abs();
        assert!(
            apart <= tolerance * y.abs().max(1.0),
            "{what}: {x} instead of {y} at {at}"
        );
    }
}

fn same<T: Element>(found: &Tensor, dims: &[usize], expected: &[T], what: &str) {
    assert_eq!(found.dims(), dims, "{what}");
    assert_eq!(found.elements::<T>().unwrap(), expected, "{what}");
}
