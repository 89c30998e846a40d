//! Inputs with their declared intervals (EXACT 1.2), and outputs.

use countersign_onnx::{DataType, Dim, Model};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::interface::{Input, Output, MAX_PORTS};
use countersign_shared::exact::num::LIMIT;
use countersign_shared::exact::reason::Reason;
use countersign_shared::item::Name;

use crate::builder::{sizes, Builder, Value};
use crate::Refused;

const KEY: &str = "countersign.interval/";

/// The inputs in ascending order of their names.
pub(crate) fn inputs(model: &Model, metadata: &[(String, String)]) -> Result<Vec<Input>, Refused> {
    let declared = &model.graph.inputs;
    if declared.is_empty() || declared.len() > MAX_PORTS {
        let detail = format!("{} inputs; a program has 1 to {MAX_PORTS}", declared.len());
        return Err(Refused::new(Reason::Interface, "model", detail));
    }
    let mut inputs = Vec::new();
    for value in declared {
        let refused = |reason, detail: String| Refused::new(reason, &value.name, detail);
        let name = name(&value.name)?;
        if value.dtype != Some(DataType::F32) {
            return Err(refused(Reason::DataType, "the input is not float32".into()));
        }
        let dims = value.dims.iter().flatten().map(|dim| match dim {
            Dim::Fixed(size) => Some(*size),
            Dim::Symbol(_) | Dim::Unknown => None,
        });
        let fixed: Option<Vec<usize>> = dims.collect();
        let (Some(fixed), true) = (fixed, value.dims.is_some()) else {
            return Err(refused(
                Reason::DynamicShape,
                "every size must be fixed".into(),
            ));
        };
        let dims = sizes(&fixed).map_err(|(reason, detail)| refused(reason, detail))?;
        let (lo, hi) = interval(metadata, &value.name).ok_or_else(|| {
            refused(
                Reason::InputInterval,
                format!(
                    "metadata {KEY}{} = \"LO HI\" is missing or malformed",
                    value.name
                ),
            )
        })?;
        let bounded = |value: i64| i32::try_from(value).ok().filter(|_| value.abs() < LIMIT);
        let (Some(low), Some(high)) = (bounded(lo), bounded(hi)) else {
            let detail = format!("[{lo}, {hi}] reaches 2^24 in magnitude");
            return Err(refused(Reason::Interval, detail));
        };
        let (lo, hi) = (low, high);
        inputs.push(Input { name, dims, lo, hi });
    }
    inputs.sort_by(|left, right| {
        left.name
            .as_str()
            .as_bytes()
            .cmp(right.name.as_str().as_bytes())
    });
    Ok(inputs)
}

fn name(text: &str) -> Result<Name, Refused> {
    Name::new(text).map_err(|error| Refused::new(Reason::Interface, text, error.to_string()))
}

/// The one interval that the file declares, `LO HI`.
fn interval(metadata: &[(String, String)], name: &str) -> Option<(i64, i64)> {
    let mut entries = metadata
        .iter()
        .filter(|(key, _)| key.strip_prefix(KEY) == Some(name));
    let (Some((_, text)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    let (lo, hi) = text.split_once(' ')?;
    let (lo, hi) = (integer(lo)?, integer(hi)?);
    (lo <= hi).then_some((lo, hi))
}

fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| text.parse().ok()).flatten()
}

/// The outputs in ascending order of their names.
pub(crate) fn outputs(model: &Model, builder: &Builder) -> Result<Vec<Output>, Refused> {
    let declared = &model.graph.outputs;
    if declared.is_empty() || declared.len() > MAX_PORTS {
        let detail = format!("{} outputs; a program has 1 to {MAX_PORTS}", declared.len());
        return Err(Refused::new(Reason::Interface, "output", detail));
    }
    let mut outputs: Vec<Output> = Vec::new();
    for value in declared {
        let refused = |(reason, detail): (Reason, String)| Refused::new(reason, "output", detail);
        let (leaf, dims): (u32, Dims) = match builder.value(&value.name).map_err(refused)? {
            Value::Leaf { leaf, dims } => (*leaf, *dims),
            _ => {
                let detail = format!("{} is a constant, not computed", value.name);
                return Err(Refused::new(Reason::Interface, "output", detail));
            }
        };
        let name = name(&value.name)?;
        outputs.push(Output { name, dims, leaf });
    }
    outputs.sort_by(|left, right| {
        left.name
            .as_str()
            .as_bytes()
            .cmp(right.name.as_str().as_bytes())
    });
    Ok(outputs)
}
