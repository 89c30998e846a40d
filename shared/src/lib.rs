//! countersign-shared.
