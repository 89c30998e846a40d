//! countersign-web.
