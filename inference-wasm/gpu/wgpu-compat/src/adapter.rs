//! Instance and adapter: the way to the one device.

use std::fmt;
use std::path::Path;

use crate::device::{Device, Queue};
use crate::{control, Backends, DeviceDescriptor};

/// wgpu 0.16's choice of a Direct3D compiler; it means nothing here.
#[derive(Clone, Copy, Debug)]
pub enum Dx12Compiler {
    /// The only one that wonnx names.
    Fxc,
}

/// wgpu 0.16's `InstanceDescriptor`.
#[derive(Clone, Copy, Debug)]
pub struct InstanceDescriptor {
    /// Backends to look at.
    pub backends: Backends,
    /// Ignored.
    pub dx12_shader_compiler: Dx12Compiler,
}

/// The entry to the browser's WebGPU.
#[derive(Debug)]
pub struct Instance(today::Instance);

impl Instance {
    /// wgpu 0.16's constructor.
    pub fn new(descriptor: InstanceDescriptor) -> Self {
        let mut forwarded = today::InstanceDescriptor::new_without_display_handle();
        forwarded.backends = descriptor.backends;
        Self(today::Instance::new(forwarded))
    }
}

/// An adapter, or the knowledge that the shared device exists already and none is needed.
#[derive(Debug)]
pub struct Adapter(Option<today::Adapter>);

/// The adapter gave no device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDeviceError {
    /// The browser's words.
    pub detail: String,
}

impl fmt::Display for RequestDeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the adapter gave no device: {}", self.detail)
    }
}

impl std::error::Error for RequestDeviceError {}

impl Adapter {
    /// The shared device; it is made, with all that the adapter can do, when it is first asked for.
    ///
    /// # Errors
    /// [`RequestDeviceError`] with the browser's words.
    pub async fn request_device(
        &self,
        descriptor: &DeviceDescriptor<'_>,
        _trace: Option<&Path>,
    ) -> Result<(Device, Queue), RequestDeviceError> {
        if let Some(shared) = control::shared() {
            return Ok(shared);
        }
        let failed = |detail: String| RequestDeviceError { detail };
        let adapter = self
            .0
            .as_ref()
            .ok_or_else(|| failed("the shared device is gone".to_owned()))?;
        let mut descriptor = descriptor.clone();
        descriptor.required_limits = adapter.limits();
        let (device, queue) = adapter
            .request_device(&descriptor)
            .await
            .map_err(|error| failed(error.to_string()))?;
        Ok(control::share(adapter.get_info().name, device, queue))
    }
}

/// wgpu 0.16's `util::backend_bits_from_env`: there is no environment in a browser.
pub fn backend_bits_from_env() -> Option<Backends> {
    None
}

/// wgpu 0.16's `util::initialize_adapter_from_env_or_default`; an adapter is asked for only while there is no shared device.
pub async fn initialize_adapter_from_env_or_default(
    instance: &Instance,
    _backends: Backends,
    _surface: Option<&()>,
) -> Option<Adapter> {
    if control::shared().is_some() {
        return Some(Adapter(None));
    }
    let options = today::RequestAdapterOptions::default();
    let adapter = instance.0.request_adapter(&options).await.ok()?;
    Some(Adapter(Some(adapter)))
}
