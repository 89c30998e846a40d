//! The device from outside wonnx: opening it, and learning what went wrong on it.
//!
//! WebGPU reports errors later and to whoever asked, or to nobody. Every operation that this crate forwards is therefore put
//! into error scopes; [`check`] waits for all that were opened since it was last called and returns the first error
//! with the operation and the node that it belongs to.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::adapter::{initialize_adapter_from_env_or_default, Dx12Compiler, InstanceDescriptor};
pub use crate::replace::{replace, unreplaced, Shader};
use crate::{Backends, Device, DeviceDescriptor, Instance, Queue};

/// Why there is no device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The browser offers no adapter.
    NoAdapter,
    /// The adapter gives no device.
    NoDevice {
        /// The browser's words.
        detail: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAdapter => f.write_str("the browser offers no WebGPU adapter"),
            Self::NoDevice { detail } => write!(f, "the adapter gave no device: {detail}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// What went wrong on the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceError {
    /// The device refused an operation.
    Refused {
        /// What was being done, in one word: compiling, binding, submitting, ….
        operation: &'static str,
        /// The node or buffer it was done for; may be empty.
        label: String,
        /// The browser's words.
        detail: String,
    },
    /// The device is lost: the driver was reset, the tab was discarded, the adapter is gone.
    Lost {
        /// The browser's words.
        detail: String,
    },
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused {
                operation,
                label,
                detail,
            } if label.is_empty() => write!(f, "the GPU refused {operation}: {detail}"),
            Self::Refused {
                operation,
                label,
                detail,
            } => write!(f, "the GPU refused {operation} {label}: {detail}"),
            Self::Lost { detail } => write!(f, "the GPU device was lost: {detail}"),
        }
    }
}

impl std::error::Error for DeviceError {}

type Popped = Pin<Box<dyn Future<Output = Option<today::Error>>>>;

struct Scope {
    operation: &'static str,
    label: String,
    popped: Popped,
}

struct Shared {
    adapter: String,
    device: Device,
    queue: Queue,
}

thread_local! {
    static SHARED: RefCell<Option<Shared>> = const { RefCell::new(None) };
    static SCOPES: RefCell<Vec<Scope>> = const { RefCell::new(Vec::new()) };
}

/// What the device's callbacks saw; they must be `Send`.
#[derive(Default)]
struct Seen {
    lost: Option<String>,
    uncaptured: Option<String>,
}

static SEEN: Mutex<Seen> = Mutex::new(Seen {
    lost: None,
    uncaptured: None,
});

fn seen() -> MutexGuard<'static, Seen> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the shared device, if there is none; returns the adapter's name, which may be empty.
///
/// # Errors
/// [`OpenError`].
pub async fn open() -> Result<String, OpenError> {
    if shared().is_none() {
        let instance = Instance::new(InstanceDescriptor {
            backends: Backends::all(),
            dx12_shader_compiler: Dx12Compiler::Fxc,
        });
        initialize_adapter_from_env_or_default(&instance, Backends::all(), None)
            .await
            .ok_or(OpenError::NoAdapter)?
            .request_device(&DeviceDescriptor::default(), None)
            .await
            .map_err(|error| OpenError::NoDevice {
                detail: error.detail,
            })?;
    }
    Ok(SHARED.with_borrow(|shared| {
        shared
            .as_ref()
            .map_or_else(String::new, |shared| shared.adapter.clone())
    }))
}

/// Waits for everything that was asked of the device since the last call.
///
/// # Errors
/// The first [`DeviceError`] in the order of the operations; a lost device before all others.
pub async fn check() -> Result<(), DeviceError> {
    let scopes = SCOPES.take();
    let mut first = None;
    for Scope {
        operation,
        label,
        popped,
    } in scopes
    {
        if let Some(error) = popped.await {
            first.get_or_insert(DeviceError::Refused {
                operation,
                label,
                detail: error.to_string(),
            });
        }
    }
    if let Some(detail) = lost() {
        return Err(DeviceError::Lost { detail });
    }
    let uncaptured = seen().uncaptured.take().map(|detail| DeviceError::Refused {
        operation: "an operation",
        label: String::new(),
        detail,
    });
    first.or(uncaptured).map_or(Ok(()), Err)
}

/// Why the device was lost, if it was.
pub fn lost() -> Option<String> {
    seen().lost.clone()
}

/// Destroys the shared device, which ends as a lost one: for tests of what happens then.
pub fn destroy() {
    SHARED.with_borrow(|shared| {
        if let Some(shared) = shared {
            shared.device.destroy();
        }
    });
}

/// The shared device.
pub(crate) fn shared() -> Option<(Device, Queue)> {
    SHARED.with_borrow(|shared| {
        shared
            .as_ref()
            .map(|shared| (shared.device.clone(), shared.queue.clone()))
    })
}

/// Makes this the shared device and listens to it.
pub(crate) fn share(
    adapter: String,
    device: today::Device,
    queue: today::Queue,
) -> (Device, Queue) {
    device.set_device_lost_callback(|reason, message| {
        seen().lost = Some(if message.is_empty() {
            format!("{reason:?}")
        } else {
            message
        });
    });
    device.on_uncaptured_error(Arc::new(|error: today::Error| {
        seen().uncaptured.get_or_insert(error.to_string());
    }));
    let queue = Queue::new(device.clone(), queue);
    let device = Device::new(device);
    SHARED.set(Some(Shared {
        adapter,
        device: device.clone(),
        queue: queue.clone(),
    }));
    (device, queue)
}

/// Does something on the device inside error scopes of every kind; [`check`] reports what they catch.
pub(crate) fn scoped<T>(
    device: &today::Device,
    operation: &'static str,
    label: Option<&str>,
    then: impl FnOnce() -> T,
) -> T {
    let guards = [
        today::ErrorFilter::OutOfMemory,
        today::ErrorFilter::Internal,
        today::ErrorFilter::Validation,
    ]
    .map(|filter| device.push_error_scope(filter));
    let value = then();
    SCOPES.with_borrow_mut(|scopes| {
        // Scopes are a stack: the last one pushed is the first to pop.
        for guard in guards.into_iter().rev() {
            scopes.push(Scope {
                operation,
                label: label.unwrap_or_default().to_owned(),
                popped: Box::pin(guard.pop()),
            });
        }
    });
    value
}
