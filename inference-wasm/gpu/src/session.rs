//! A lowered model on the device.

use std::collections::HashMap;

use countersign_abi::NamedTensor;
use countersign_messages::Fallback;
use countersign_onnx::{load, LoadLimits};
use wgpu::control::{self, DeviceError, OpenError};
use wonnx::utils::{InputTensor, OutputTensor};

use crate::feed::{self, FeedError};
use crate::lower::{lower_for, Feed, Fetch, Lowered, Refusal, Target};

/// A model whose shaders and parameters are on the device.
pub(crate) struct Session {
    wonnx: wonnx::Session,
    feeds: Vec<Feed>,
    fetches: Vec<Fetch>,
    /// The inputs whose values are part of the model on the device.
    pinned: Vec<NamedTensor>,
}

/// The device, or why there is none.
pub(crate) async fn open() -> Result<String, Fallback> {
    control::open().await.map_err(|error| match error {
        OpenError::NoAdapter => Fallback::NoAdapter,
        OpenError::NoDevice { detail } => Fallback::Refused { detail },
    })
}

impl Session {
    /// Lowers a model for these inputs and puts it on the device.
    pub(crate) async fn load(bytes: &[u8], inputs: Vec<NamedTensor>) -> Result<Self, Fallback> {
        let model =
            load(bytes, &[], LoadLimits::default()).map_err(|error| Fallback::Unsupported {
                node: String::new(),
                operator: format!("A model with this fault ({error})"),
            })?;
        let Lowered {
            model,
            kernels,
            feeds,
            fetches,
            pinned,
        } = lower_for(&model, &feed::tensors(&inputs).map_err(unfit)?, Target::Gpu)
            .map_err(refused)?;
        open().await?;
        control::replace(kernels.into_iter().map(|kernel| {
            let shader = control::Shader {
                source: kernel.source,
                workgroups: kernel.workgroups,
            };
            (kernel.node, shader)
        }));
        let session = wonnx::Session::from_bytes(&model).await;
        let unused = control::unreplaced();
        control::check().await.map_err(device)?;
        let wonnx = session.map_err(|error| Fallback::Refused {
            detail: error.to_string(),
        })?;
        // Without its shader such a node would compute something else.
        if let Some(node) = unused {
            return Err(Fallback::Refused {
                detail: format!("the shader of {node} was not used"),
            });
        }
        Ok(Self {
            wonnx,
            feeds,
            fetches,
            pinned: inputs
                .into_iter()
                .filter(|tensor| pinned.contains(&tensor.name))
                .collect(),
        })
    }

    /// The names of the inputs for whose values alone the model was lowered.
    pub(crate) fn pinned(&self) -> Vec<String> {
        self.pinned
            .iter()
            .map(|tensor| tensor.name.clone())
            .collect()
    }

    /// Runs the model: the outputs, in the model's order.
    pub(crate) async fn run(&self, tensors: &[NamedTensor]) -> Result<Vec<NamedTensor>, Fallback> {
        if let Some(other) = self.pinned.iter().find(|pinned| !tensors.contains(pinned)) {
            return Err(unfit(FeedError::Mismatch {
                name: other.name.clone(),
            }));
        }
        let fed = self
            .feeds
            .iter()
            .map(|feed| Ok((feed, feed::elements(feed, tensors)?)))
            .collect::<Result<Vec<_>, FeedError>>()
            .map_err(unfit)?;
        let inputs: HashMap<String, InputTensor<'_>> = fed
            .iter()
            .map(|(feed, elements)| (feed.lowered.clone(), elements.as_slice().into()))
            .collect();
        let outputs = self.wonnx.run(&inputs).await;
        control::check().await.map_err(device)?;
        let outputs = outputs.map_err(|error| Fallback::Refused {
            detail: error.to_string(),
        })?;
        self.fetches
            .iter()
            .map(|fetch| match outputs.get(&fetch.lowered) {
                Some(OutputTensor::F32(elements)) => feed::tensor(fetch, elements),
                _ => Err(FeedError::Output {
                    name: fetch.name.clone(),
                }),
            })
            .collect::<Result<_, _>>()
            .map_err(unfit)
    }
}

fn refused(refusal: Refusal) -> Fallback {
    let operator = refusal.to_string();
    Fallback::Unsupported {
        node: refusal.node,
        operator,
    }
}

fn device(error: DeviceError) -> Fallback {
    match error {
        DeviceError::Lost { detail } => Fallback::DeviceLost { detail },
        refused @ DeviceError::Refused { .. } => Fallback::Refused {
            detail: refused.to_string(),
        },
    }
}

fn unfit(error: FeedError) -> Fallback {
    Fallback::Refused {
        detail: error.to_string(),
    }
}
