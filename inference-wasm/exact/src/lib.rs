//! Reads ONNX models of the exact profile (EXACT 1 and 2): what is inside becomes a [`Program`], what is outside is refused
//! with reason code, node, bound and value.
//!
//! [`import`] goes through the nodes in their order. It knows ONNX; what a step means, and the bounds that it must keep, is
//! `countersign_shared::exact`'s to say. The same file gives the same exact root everywhere, so that anyone can check the
//! ModelId of a model that claims to be in the profile.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod builder;
mod chain;
mod interface;
pub mod lane;
mod layout;
mod node;
mod window;

use std::fmt;

use countersign_onnx::Model;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::Program;

/// A model that is outside the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reason code.
    pub reason: Reason,
    /// The node (or its first output, if it has no name), the input, `output` for a fault of the graph's outputs, or `model`.
    pub node: String,
    /// Bound and value, in words.
    pub detail: String,
}

impl Refused {
    fn new(reason: Reason, node: &str, detail: impl Into<String>) -> Self {
        Self {
            reason,
            node: node.to_owned(),
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the model is outside the exact profile ({}), at {}: {}",
            self.reason, self.node, self.detail
        )
    }
}

impl std::error::Error for Refused {}

/// What a node's conversion fails with; the node is added by whoever called it.
pub(crate) type Fault = (Reason, String);

pub(crate) fn fault<T>(reason: Reason, detail: impl Into<String>) -> Result<T, Fault> {
    Err((reason, detail.into()))
}

/// The opsets of the profile (EXACT 1.1).
pub const OPSETS: std::ops::RangeInclusive<u32> = 13..=21;

/// The program of a model, whose file holds `metadata` ([`countersign_onnx::metadata`]): the inputs' intervals.
///
/// # Errors
/// [`Refused`]: the first fault, in the order of inputs, nodes and outputs.
pub fn import(model: &Model, metadata: &[(String, String)]) -> Result<Program, Refused> {
    let other = model.opsets.keys().find(|domain| !domain.is_empty());
    if let Some(domain) = other {
        let detail = format!("operators of the domain \"{domain}\"");
        return Err(Refused::new(Reason::Opset, "model", detail));
    }
    if !OPSETS.contains(&model.opset()) {
        let detail = format!("opset {}; 13 to 21 are in the profile", model.opset());
        return Err(Refused::new(Reason::Opset, "model", detail));
    }
    let inputs = interface::inputs(model, metadata)?;
    let mut builder = builder::Builder::new(model, &inputs)?;
    for node in &model.graph.nodes {
        let place = match node.name.as_str() {
            "" => node.outputs.first().map_or("node", String::as_str),
            name => name,
        };
        node::convert(&mut builder, node)
            .map_err(|(reason, detail)| Refused::new(reason, place, detail))?;
    }
    let outputs = interface::outputs(model, &builder)?;
    let interface = countersign_shared::exact::interface::Interface::new(inputs, outputs)
        .map_err(|error| Refused::new(Reason::Interface, "model", error.to_string()))?;
    Ok(builder.finish(interface))
}
