//! wgpu 0.16's surface over today's wgpu.
