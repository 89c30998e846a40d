//! Where the elements of a tensor lie.

use countersign_messages::abi::{ElementType, NamedTensor};

/// The elements as numbers; 64-bit integers lose what does not fit 53 bits, which is enough to look at.
fn values(tensor: &NamedTensor) -> Option<Vec<f64>> {
    macro_rules! all {
        ($kind:ty) => {{
            const SIZE: usize = core::mem::size_of::<$kind>();
            let each = tensor.data.chunks_exact(SIZE);
            each.map(|bytes| Some(<$kind>::from_le_bytes(bytes.try_into().ok()?) as f64))
                .collect()
        }};
    }
    match tensor.dtype {
        ElementType::F32 => all!(f32),
        ElementType::F64 => all!(f64),
        ElementType::U8 => all!(u8),
        ElementType::I8 => all!(i8),
        ElementType::U16 => all!(u16),
        ElementType::I16 => all!(i16),
        ElementType::U32 => all!(u32),
        ElementType::I32 => all!(i32),
        ElementType::U64 => all!(u64),
        ElementType::I64 => all!(i64),
        ElementType::Bool | ElementType::F16 => None,
    }
}

/// The lowest and the highest element; `None` for a tensor without numbers, or with NaN, which has no order.
pub fn range(tensor: &NamedTensor) -> Option<(f64, f64)> {
    let values = values(tensor)?;
    let first = *values.first()?;
    values
        .iter()
        .try_fold((first, first), |(low, high), value| {
            (!value.is_nan()).then(|| (low.min(*value), high.max(*value)))
        })
}

/// The places of the `most` highest floats of a list (one dim longer than 1), best first; `None` for anything else.
pub fn best(tensor: &NamedTensor, most: usize) -> Option<Vec<(usize, f64)>> {
    let list = tensor.dims.iter().filter(|dim| **dim != 1).count() == 1;
    if !list || !matches!(tensor.dtype, ElementType::F32 | ElementType::F64) {
        return None;
    }
    let values = values(tensor)?;
    if values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut places: Vec<(usize, f64)> = values.into_iter().enumerate().collect();
    // Equal scores stand in the order of their places.
    places.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    places.truncate(most);
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(values: &[f32], dims: &[u64]) -> NamedTensor {
        NamedTensor {
            name: "y".to_owned(),
            dtype: ElementType::F32,
            dims: dims.to_vec(),
            data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        }
    }

    #[test]
    fn ends_and_best_places_are_found() {
        let scores = floats(&[0.5, -1.0, 4.0, 4.0], &[1, 4]);
        assert_eq!(range(&scores), Some((-1.0, 4.0)));
        assert_eq!(best(&scores, 2), Some(vec![(2, 4.0), (3, 4.0)]));
    }

    #[test]
    fn bad_input_has_no_range() {
        assert_eq!(range(&floats(&[], &[0])), None);
        assert_eq!(range(&floats(&[1.0, f32::NAN], &[2])), None);
        assert_eq!(best(&floats(&[1.0, f32::INFINITY], &[2]), 5), None);
        assert_eq!(best(&floats(&[1.0, 2.0, 3.0, 4.0], &[2, 2]), 5), None);
    }
}
