//! Whether the GPU agrees with the engine.

use countersign_abi::{ElementType, NamedTensor};

/// Compares what the GPU computed with what the engine computed on the same input: same names, types and dimensions, and
/// every element within `tolerance · max(1, |engine's|)`. What is NaN or infinite on one must be the same on the other.
///
/// # Errors
/// What differs, as the end of a sentence.
pub fn agree(gpu: &[NamedTensor], engine: &[NamedTensor], tolerance: f64) -> Result<(), String> {
    if gpu.len() != engine.len() {
        return Err(format!(
            "it has {} outputs, the engine {}",
            gpu.len(),
            engine.len()
        ));
    }
    for (ours, truth) in gpu.iter().zip(engine) {
        if ours.name != truth.name || ours.dims != truth.dims || ours.dtype != truth.dtype {
            return Err(format!(
                "its output {} has another shape or type than the engine's",
                truth.name
            ));
        }
        if truth.dtype != ElementType::F32 {
            if ours.data == truth.data {
                continue;
            }
            return Err(format!(
                "its output {} differs from the engine's",
                truth.name
            ));
        }
        if ours.data.len() != truth.data.len() {
            return Err(format!(
                "its output {} has another length than the engine's",
                truth.name
            ));
        }
        for (index, (a, b)) in floats(&ours.data).zip(floats(&truth.data)).enumerate() {
            let same = a == b || (a.is_nan() && b.is_nan());
            let finite = a.is_finite() && b.is_finite();
            let near = finite && (a - b).abs() <= tolerance * b.abs().max(1.0);
            if !(same || near) {
                return Err(format!(
                    "element {index} of {} is {a} and on the engine {b}",
                    truth.name
                ));
            }
        }
    }
    Ok(())
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f64> + '_ {
    bytes
        .chunks_exact(4)
        .map(|chunk| f64::from(f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(values: &[f32]) -> Vec<NamedTensor> {
        vec![NamedTensor {
            name: "y".into(),
            dtype: ElementType::F32,
            dims: vec![values.len() as u64],
            data: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }]
    }

    #[test]
    fn small_differences_agree_and_large_ones_do_not() {
        assert!(agree(&tensor(&[0.5, 1000.5]), &tensor(&[0.5005, 1000.0]), 0.001).is_ok());
        let told = agree(&tensor(&[0.5, 0.0]), &tensor(&[0.5, 0.002]), 0.001).unwrap_err();
        assert!(told.contains("element 1"));
    }

    #[test]
    fn nan_and_infinity_agree_with_themselves_only() {
        let odd = tensor(&[f32::NAN, f32::INFINITY]);
        assert!(agree(&odd, &odd, 0.1).is_ok());
        assert!(agree(&tensor(&[0.0, f32::INFINITY]), &odd, 0.1).is_err());
        assert!(agree(&tensor(&[f32::NAN, 3e38]), &odd, 0.1).is_err());
    }

    #[test]
    fn other_shapes_never_agree() {
        assert!(agree(&tensor(&[1.0]), &tensor(&[1.0, 1.0]), 1.0).is_err());
        assert!(agree(&[], &tensor(&[1.0]), 1.0).is_err());
    }
}
