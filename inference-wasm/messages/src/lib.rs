//! countersign-messages.
