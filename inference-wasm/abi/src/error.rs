//! What can go wrong in the engine.

use alloc::string::String;
use core::fmt;
use parity_scale_codec::{Decode, Encode};

/// The kind of an engine error. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ErrorCode {
    /// The host's message is not one of this interface.
    #[codec(index = 0)]
    Request,
    /// There is no model to run.
    #[codec(index = 1)]
    NoModel,
    /// A model file is damaged, or is not what it must be.
    #[codec(index = 2)]
    InvalidModel,
    /// The model uses something (operator, version, type, attribute) that this engine does not know to compute rightly.
    #[codec(index = 3)]
    Unsupported,
    /// The inputs are not those the model takes: names, types, shapes.
    #[codec(index = 4)]
    Input,
    /// A bound of [`Limits`](crate::Limits) would be exceeded.
    #[codec(index = 5)]
    Limit,
    /// The model cannot be computed on this input (an index out of range, shapes that do not fit).
    #[codec(index = 6)]
    Compute,
    /// A defect of the engine itself.
    #[codec(index = 7)]
    Internal,
}

/// An error with the place where it happened, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EngineError {
    /// The kind.
    pub code: ErrorCode,
    /// The node of the graph, `name (Operator)`, where the error belongs to one.
    pub node: Option<String>,
    /// What is wrong and, where there is something to do about it, what to do.
    pub message: String,
}

impl EngineError {
    /// An error that belongs to no node.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            node: None,
            message: message.into(),
        }
    }

    /// The same error at a node; a node that is already named stays.
    #[must_use]
    pub fn at(mut self, node: impl Into<String>) -> Self {
        if self.node.is_none() {
            self.node = Some(node.into());
        }
        self
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Some(node) => write!(f, "{node}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl core::error::Error for EngineError {}
