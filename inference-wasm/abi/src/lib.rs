//! countersign-abi.
