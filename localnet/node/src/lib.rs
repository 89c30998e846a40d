//! countersign-node.
