//! Recording commands.

use crate::replace::ComputePipeline;
use crate::{control, BindGroup, CommandBuffer};

/// wgpu 0.16's `ComputePassDescriptor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ComputePassDescriptor<'a> {
    /// A name for debuggers.
    pub label: Option<&'a str>,
}

/// Records commands. wonnx asks for a pass per node; all of them are one, which is what WebGPU is quick at.
#[derive(Debug)]
pub struct CommandEncoder {
    device: today::Device,
    // Before the encoder: a pass ends when it is dropped, and must have ended when the recording does.
    pass: Option<today::ComputePass<'static>>,
    encoder: today::CommandEncoder,
}

/// A pass of shader calls.
#[derive(Debug)]
pub struct ComputePass<'a> {
    pass: &'a mut today::ComputePass<'static>,
    workgroups: Option<[u32; 3]>,
}

impl CommandEncoder {
    pub(crate) const fn new(device: today::Device, encoder: today::CommandEncoder) -> Self {
        Self {
            device,
            pass: None,
            encoder,
        }
    }

    /// Starts a pass of shader calls, or goes on with the one that was started.
    pub fn begin_compute_pass<'a>(
        &'a mut self,
        descriptor: &ComputePassDescriptor<'_>,
    ) -> ComputePass<'a> {
        let encoder = &mut self.encoder;
        let pass = self.pass.get_or_insert_with(|| {
            let descriptor = today::ComputePassDescriptor {
                label: descriptor.label,
                timestamp_writes: None,
            };
            encoder.begin_compute_pass(&descriptor).forget_lifetime()
        });
        ComputePass {
            pass,
            workgroups: None,
        }
    }

    /// Ends the recording. Mistakes in it are reported here by the device.
    pub fn finish(self) -> CommandBuffer {
        let Self {
            device,
            pass,
            encoder,
        } = self;
        drop(pass);
        control::scoped(&device, "recording", None, || encoder.finish())
    }
}

impl ComputePass<'_> {
    /// Chooses the pipeline of the next call.
    pub fn set_pipeline(&mut self, pipeline: &ComputePipeline) {
        self.workgroups = pipeline.workgroups;
        self.pass.set_pipeline(&pipeline.pipeline);
    }

    /// Binds buffers for the next call.
    pub fn set_bind_group(&mut self, index: u32, group: &BindGroup, offsets: &[u32]) {
        self.pass.set_bind_group(index, group, offsets);
    }

    /// Calls the shader, in as many workgroups as it wants, or as these if it is wonnx's own.
    pub fn dispatch_workgroups(&mut self, x: u32, y: u32, z: u32) {
        let [x, y, z] = self.workgroups.unwrap_or([x, y, z]);
        self.pass.dispatch_workgroups(x, y, z);
    }
}
