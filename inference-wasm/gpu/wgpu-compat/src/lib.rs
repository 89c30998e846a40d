//! What wonnx 0.5.1 uses of wgpu 0.16, forwarded to today's wgpu.
//!
//! wonnx pins wgpu 0.16, whose WebGPU bindings no current browser accepts; a `[patch.crates-io]` of the workspace puts this
//! crate in its place. Beside forwarding it does what wonnx leaves out:
//!
//! - one device for all: wonnx asks for a new one for every constant that it folds ([`adapter`](mod@adapter));
//! - an error scope around everything that can fail on the device, because WebGPU errors are otherwise lost
//!   ([`control::check`]);
//! - WGSL that today's compilers refuse, rewritten ([`shader`]);
//! - storage buffers hold whole vectors of four: wonnx's constants do not, and their last elements are then read wrongly;
//! - shaders that take the place of wonnx's ([`control::replace`]), one pass for a whole run, one pipeline for equal shaders;
//! - every storage buffer can be copied from and to, because wonnx reads back buffers that it did not create for that.
//!
//! [`control`] is not part of wgpu 0.16: it is how `countersign-gpu` opens the device and learns of errors.

mod adapter;
pub mod control;
mod device;
mod encoder;
mod replace;
pub mod shader;

pub use adapter::{Adapter, Dx12Compiler, Instance, InstanceDescriptor, RequestDeviceError};
pub use device::{ComputePipelineDescriptor, Device, Maintain, Queue};
pub use encoder::{CommandEncoder, ComputePass, ComputePassDescriptor};
pub use replace::{ComputePipeline, ShaderModule};
pub use today::{
    Backends, BindGroup, BindGroupDescriptor, BindGroupEntry, Buffer, BufferAddress,
    BufferAsyncError, BufferDescriptor, BufferSlice, BufferUsages, CommandBuffer,
    CommandEncoderDescriptor, DeviceDescriptor, PipelineLayout, ShaderModuleDescriptor,
    ShaderSource,
};

/// wgpu 0.16's `util`, as far as wonnx uses it.
pub mod util {
    pub use crate::adapter::{backend_bits_from_env, initialize_adapter_from_env_or_default};
    pub use today::util::{BufferInitDescriptor, DeviceExt, DownloadBuffer};
}
