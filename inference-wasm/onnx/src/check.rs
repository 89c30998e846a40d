//! Whether the graph is one: imports, single definitions, topological order.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::{Attribute, Graph, GraphError, LoadError, Model, Node};

/// The versions of `ai.onnx` that are taken: those of ONNX 1.2 to 1.22.
pub const OPSETS: RangeInclusive<u32> = 7..=27;

/// Checks the model's imports and its graphs.
pub(crate) fn model(model: &Model) -> Result<(), LoadError> {
    if model.opsets.is_empty() {
        return Err(LoadError::Missing {
            what: "the opset import",
            place: "the model".to_owned(),
        });
    }
    if let Some(version) = model.opsets.get("") {
        if !OPSETS.contains(version) {
            return Err(LoadError::Unsupported {
                what: format!(
                    "opset {version} of ai.onnx: {} to {} are; convert the model with the onnx package's version converter",
                    OPSETS.start(),
                    OPSETS.end()
                ),
            });
        }
    }
    if let Some(input) = model
        .graph
        .inputs
        .iter()
        .find(|input| input.dtype.is_none())
    {
        return Err(LoadError::Missing {
            what: "the element type",
            place: format!("the graph's input \"{}\"", input.name),
        });
    }
    if model.graph.outputs.is_empty() {
        return Err(LoadError::Missing {
            what: "any output",
            place: "the graph".to_owned(),
        });
    }
    graph(&model.graph, model, &mut HashSet::new())
}

/// Checks one graph. `scope` holds the values that are defined around it and is left as it was.
fn graph<'a>(
    graph: &'a Graph,
    model: &Model,
    scope: &mut HashSet<&'a str>,
) -> Result<(), LoadError> {
    let mut own = Vec::new();
    let mut define = |name: &'a str, scope: &mut HashSet<&'a str>| {
        if !scope.insert(name) {
            return Err(GraphError::Redefined {
                value: name.to_owned(),
            });
        }
        own.push(name);
        Ok(())
    };
    for input in &graph.inputs {
        named(&input.name, "an input of the graph")?;
        define(&input.name, scope)?;
    }
    for initializer in &graph.initializers {
        named(&initializer.name, "an initializer")?;
        define(&initializer.name, scope)?;
    }
    for node in &graph.nodes {
        check_node(node, model, scope)?;
        for output in node.outputs.iter().filter(|name| !name.is_empty()) {
            define(output, scope)?;
        }
    }
    for output in &graph.outputs {
        named(&output.name, "an output of the graph")?;
        if !scope.contains(output.name.as_str()) {
            return Err(GraphError::OutputUndefined {
                value: output.name.clone(),
            }
            .into());
        }
    }
    for name in own {
        scope.remove(name);
    }
    Ok(())
}

fn check_node<'a>(
    node: &'a Node,
    model: &Model,
    scope: &mut HashSet<&'a str>,
) -> Result<(), LoadError> {
    if node.op_type.is_empty() {
        return Err(GraphError::NoOperator { node: node.label() }.into());
    }
    if !model.opsets.contains_key(&node.domain) {
        return Err(GraphError::NotImported {
            node: node.label(),
            domain: node.domain.clone(),
        }
        .into());
    }
    for input in node.inputs.iter().filter(|name| !name.is_empty()) {
        if !scope.contains(input.as_str()) {
            return Err(GraphError::Undefined {
                value: input.clone(),
                node: node.label(),
            }
            .into());
        }
    }
    for attribute in node.attributes.values() {
        if let Attribute::Graph(inner) = attribute {
            graph(inner, model, scope)?;
        }
    }
    Ok(())
}

fn named(name: &str, what: &'static str) -> Result<(), LoadError> {
    if name.is_empty() {
        return Err(GraphError::EmptyName { what }.into());
    }
    Ok(())
}
