//! countersign-worker.
