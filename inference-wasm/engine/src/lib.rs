//! countersign-engine.
