//! countersign-runtime.
