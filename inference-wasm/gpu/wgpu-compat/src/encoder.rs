//! Recording commands.

use crate::{control, CommandBuffer, ComputePass};

/// wgpu 0.16's `ComputePassDescriptor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ComputePassDescriptor<'a> {
    /// A name for debuggers.
    pub label: Option<&'a str>,
}

/// Records commands.
#[derive(Debug)]
pub struct CommandEncoder {
    device: today::Device,
    encoder: today::CommandEncoder,
}

impl CommandEncoder {
    pub(crate) const fn new(device: today::Device, encoder: today::CommandEncoder) -> Self {
        Self { device, encoder }
    }

    /// Starts a pass of shader calls.
    pub fn begin_compute_pass<'a>(
        &'a mut self,
        descriptor: &ComputePassDescriptor<'_>,
    ) -> ComputePass<'a> {
        self.encoder
            .begin_compute_pass(&today::ComputePassDescriptor {
                label: descriptor.label,
                timestamp_writes: None,
            })
    }

    /// Ends the recording. Mistakes in it are reported here by the device.
    pub fn finish(self) -> CommandBuffer {
        let Self { device, encoder } = self;
        control::scoped(&device, "recording", None, || encoder.finish())
    }
}
