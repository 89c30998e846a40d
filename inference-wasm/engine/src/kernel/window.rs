//! Sliding windows over spatial dimensions: what convolutions and poolings share.

use countersign_abi::EngineError;

use crate::call::{compute, Call};
use crate::shape::size;

/// The geometry of a window that slides over spatial dimensions.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// Spatial dimensions of the input.
    pub input: Vec<usize>,
    pub kernel: Vec<usize>,
    pub strides: Vec<usize>,
    pub dilations: Vec<usize>,
    /// Elements added before and after each dimension.
    pub begin: Vec<usize>,
    pub end: Vec<usize>,
    /// Spatial dimensions of the output.
    pub output: Vec<usize>,
}

impl Window {
    /// Reads strides, dilations, pads, auto_pad and ceil_mode from the node.
    pub fn of(call: &Call<'_>, input: &[usize], kernel: &[usize]) -> Result<Self, EngineError> {
        let rank = input.len();
        let strides = positive_list(call, "strides", rank)?;
        let dilations = positive_list(call, "dilations", rank)?;
        let ceil = call.flag("ceil_mode", false)?;
        let mut window = Self {
            input: input.to_vec(),
            kernel: kernel.to_vec(),
            strides,
            dilations,
            begin: vec![0; rank],
            end: vec![0; rank],
            output: vec![0; rank],
        };
        if kernel.len() != rank || kernel.contains(&0) {
            return Err(compute(format!(
                "a kernel of {kernel:?} does not slide over {input:?}"
            )));
        }
        let auto = call.string("auto_pad", "NOTSET")?;
        match auto {
            "NOTSET" => {
                if let Some(pads) = call.int_list("pads") {
                    if pads.len() != 2 * rank {
                        return Err(compute("two pads are needed for every spatial dimension"));
                    }
                    for axis in 0..rank {
                        window.begin[axis] = size(pads[axis])?;
                        window.end[axis] = size(pads[axis + rank])?;
                    }
                }
            }
            "SAME_UPPER" | "SAME_LOWER" => window.pad_to_same(auto == "SAME_UPPER")?,
            "VALID" => {}
            other => return call.unknown_value("auto_pad", other),
        }
        window.slide(ceil)?;
        Ok(window)
    }

    /// Pads such that there is an output for every stride.
    fn pad_to_same(&mut self, upper: bool) -> Result<(), EngineError> {
        for axis in 0..self.input.len() {
            let steps = self.input[axis].div_ceil(self.strides[axis]);
            let covered = steps
                .saturating_sub(1)
                .saturating_mul(self.strides[axis])
                .saturating_add(self.extent(axis)?);
            let total = covered.saturating_sub(self.input[axis]);
            let (less, more) = (total / 2, total - total / 2);
            (self.begin[axis], self.end[axis]) = if upper { (less, more) } else { (more, less) };
        }
        Ok(())
    }

    /// How far the kernel reaches, dilation included.
    pub fn extent(&self, axis: usize) -> Result<usize, EngineError> {
        (self.kernel[axis] - 1)
            .checked_mul(self.dilations[axis])
            .and_then(|reach| reach.checked_add(1))
            .ok_or_else(|| compute("the kernel is too large"))
    }

    fn slide(&mut self, ceil: bool) -> Result<(), EngineError> {
        for axis in 0..self.input.len() {
            let padded = self.input[axis]
                .checked_add(self.begin[axis])
                .and_then(|sum| sum.checked_add(self.end[axis]))
                .ok_or_else(|| compute("a pad is too large"))?;
            let extent = self.extent(axis)?;
            let room = padded.checked_sub(extent).ok_or_else(|| {
                compute(format!(
                    "a kernel that reaches {extent} elements does not fit into {padded}"
                ))
            })?;
            let stride = self.strides[axis];
            self.output[axis] = if ceil {
                let steps = room.div_ceil(stride);
                // A window must start inside of the input or the padding before it.
                let starts = steps.saturating_mul(stride);
                if starts >= self.input[axis] + self.begin[axis] {
                    steps
                } else {
                    steps + 1
                }
            } else {
                room / stride + 1
            };
        }
        Ok(())
    }

    /// The number of elements of the kernel.
    pub fn kernel_len(&self) -> usize {
        self.kernel.iter().fold(1, |len, k| len.saturating_mul(*k))
    }

    /// The number of elements of one output channel.
    pub fn output_len(&self) -> usize {
        self.output.iter().product()
    }

    /// The number of elements of one input channel.
    pub fn input_len(&self) -> usize {
        self.input.iter().product()
    }

    /// Where tap `tap` of the window at `position` (one axis) reads, if inside of the input.
    pub fn source(&self, axis: usize, position: usize, tap: usize) -> Option<usize> {
        (position * self.strides[axis] + tap * self.dilations[axis])
            .checked_sub(self.begin[axis])
            .filter(|at| *at < self.input[axis])
    }
}

/// An attribute with one positive number per spatial dimension, 1 where it is missing.
pub(crate) fn positive_list(
    call: &Call<'_>,
    name: &str,
    rank: usize,
) -> Result<Vec<usize>, EngineError> {
    let Some(list) = call.int_list(name) else {
        return Ok(vec![1; rank]);
    };
    let list = list
        .iter()
        .map(|value| size(*value))
        .collect::<Result<Vec<_>, _>>()?;
    if list.len() != rank || list.contains(&0) {
        return Err(compute(format!(
            "attribute \"{name}\" needs {rank} positive numbers, not {list:?}"
        )));
    }
    Ok(list)
}

/// Steps through all indices of `dims` in row-major order.
pub(crate) fn advance(index: &mut [usize], dims: &[usize]) {
    for (slot, dim) in index.iter_mut().zip(dims).rev() {
        *slot += 1;
        if *slot < *dim {
            return;
        }
        *slot = 0;
    }
}
