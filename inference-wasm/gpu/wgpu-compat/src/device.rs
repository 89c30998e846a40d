//! Device and queue: every call that can fail on the device is put into error scopes.

use std::borrow::Cow;
use std::ops::Deref;

use crate::encoder::CommandEncoder;
use crate::replace::{self, ComputePipeline, ShaderModule};
use crate::{
    control, shader, util::BufferInitDescriptor, BindGroup, BindGroupDescriptor, Buffer,
    BufferDescriptor, BufferUsages, CommandBuffer, CommandEncoderDescriptor, PipelineLayout,
    ShaderModuleDescriptor, ShaderSource,
};

/// How long to wait in [`Device::poll`]; in a browser nothing waits.
#[derive(Clone, Copy, Debug)]
pub enum Maintain {
    /// Until everything submitted is done.
    Wait,
    /// Not at all.
    Poll,
}

/// wgpu 0.16's `ComputePipelineDescriptor`.
#[derive(Clone, Debug)]
pub struct ComputePipelineDescriptor<'a> {
    /// The name of the node that the pipeline computes.
    pub label: Option<&'a str>,
    /// The layout; derived from the shader if absent.
    pub layout: Option<&'a PipelineLayout>,
    /// The shader.
    pub module: &'a ShaderModule,
    /// The shader's function.
    pub entry_point: &'a str,
}

/// The shared device.
#[derive(Clone, Debug)]
pub struct Device(today::Device);

impl Deref for Device {
    type Target = today::Device;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Bytes of WGSL's `vec4<f32>`.
const VECTOR: usize = 16;

/// A storage buffer that can also be copied from and to.
fn widened(usage: BufferUsages) -> BufferUsages {
    if usage.contains(BufferUsages::STORAGE) {
        usage | BufferUsages::COPY_SRC | BufferUsages::COPY_DST
    } else {
        usage
    }
}

impl Device {
    pub(crate) const fn new(device: today::Device) -> Self {
        Self(device)
    }

    /// Takes a shader, after [`shader::rewrite`], or the one that replaces it.
    pub fn create_shader_module(&self, descriptor: ShaderModuleDescriptor<'_>) -> ShaderModule {
        let ShaderModuleDescriptor { label, source } = descriptor;
        if let Some(replace::Shader { source, workgroups }) = replace::shader(label) {
            return ShaderModule {
                source,
                workgroups: Some(workgroups),
            };
        }
        let source = match source {
            ShaderSource::Wgsl(text) => shader::rewrite(&text),
            // wonnx has no other; what is empty does not compile.
            _ => String::new(),
        };
        ShaderModule {
            source,
            workgroups: None,
        }
    }

    /// Makes a buffer.
    pub fn create_buffer(&self, descriptor: &BufferDescriptor<'_>) -> Buffer {
        let mut descriptor = descriptor.clone();
        descriptor.usage = widened(descriptor.usage);
        control::scoped(&self.0, "allocating", descriptor.label, || {
            self.0.create_buffer(&descriptor)
        })
    }

    /// Makes a buffer with a content. A storage buffer is filled up with zeros to whole vectors: wonnx's shaders read four
    /// elements at once, and WebGPU turns a read behind the last whole vector into one before it.
    pub fn create_buffer_init(&self, descriptor: &BufferInitDescriptor<'_>) -> Buffer {
        use today::util::DeviceExt as _;
        let mut contents = Cow::Borrowed(descriptor.contents);
        if descriptor.usage.contains(BufferUsages::STORAGE) && contents.len() % VECTOR != 0 {
            let whole = contents.len().next_multiple_of(VECTOR);
            contents.to_mut().resize(whole, 0);
        }
        let descriptor = BufferInitDescriptor {
            label: descriptor.label,
            contents: &contents,
            usage: widened(descriptor.usage),
        };
        control::scoped(&self.0, "uploading", descriptor.label, || {
            self.0.create_buffer_init(&descriptor)
        })
    }

    /// Makes a pipeline.
    pub fn create_compute_pipeline(
        &self,
        descriptor: &ComputePipelineDescriptor<'_>,
    ) -> ComputePipeline {
        let ComputePipelineDescriptor {
            label,
            layout,
            module,
            entry_point,
        } = descriptor;
        if module.workgroups.is_some() {
            replace::note_used(*label);
        }
        let pipeline = replace::pipeline(&module.source, || {
            let source = ShaderSource::Wgsl(Cow::Borrowed(&module.source));
            let label = *label;
            let module = control::scoped(&self.0, "compiling", label, || {
                let descriptor = ShaderModuleDescriptor { label, source };
                self.0.create_shader_module(descriptor)
            });
            control::scoped(&self.0, "building", label, || {
                let descriptor = today::ComputePipelineDescriptor {
                    label,
                    layout: *layout,
                    module: &module,
                    entry_point: Some(entry_point),
                    compilation_options: today::PipelineCompilationOptions::default(),
                    cache: None,
                };
                self.0.create_compute_pipeline(&descriptor)
            })
        });
        ComputePipeline {
            pipeline,
            workgroups: module.workgroups,
        }
    }

    /// Binds buffers to a pipeline.
    pub fn create_bind_group(&self, descriptor: &BindGroupDescriptor<'_>) -> BindGroup {
        control::scoped(&self.0, "binding", descriptor.label, || {
            self.0.create_bind_group(descriptor)
        })
    }

    /// Starts recording commands.
    pub fn create_command_encoder(
        &self,
        descriptor: &CommandEncoderDescriptor<'_>,
    ) -> CommandEncoder {
        CommandEncoder::new(self.0.clone(), self.0.create_command_encoder(descriptor))
    }

    /// Lets the device work. Says `true` as wgpu 0.16 does; errors come out of [`control::check`].
    pub fn poll(&self, maintain: Maintain) -> bool {
        let kind = match maintain {
            Maintain::Wait => today::PollType::wait_indefinitely(),
            Maintain::Poll => today::PollType::Poll,
        };
        self.0.poll(kind).is_ok()
    }
}

/// The shared device's queue.
#[derive(Clone, Debug)]
pub struct Queue {
    device: today::Device,
    queue: today::Queue,
}

impl Deref for Queue {
    type Target = today::Queue;

    fn deref(&self) -> &Self::Target {
        &self.queue
    }
}

impl Queue {
    pub(crate) const fn new(device: today::Device, queue: today::Queue) -> Self {
        Self { device, queue }
    }

    /// Executes recorded commands.
    pub fn submit<I: IntoIterator<Item = CommandBuffer>>(
        &self,
        commands: I,
    ) -> today::SubmissionIndex {
        control::scoped(&self.device, "submitting", None, || {
            self.queue.submit(commands)
        })
    }
}
