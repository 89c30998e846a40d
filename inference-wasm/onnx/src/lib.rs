//! countersign-onnx.
