//! countersign-client.
