//! countersign-gpu.
