//! Raw tensors: name, type, shape, the first values.

use crate::text::{en, run as text};
use countersign_messages::abi::{ElementType, NamedTensor};
use leptos::prelude::*;

/// How many values of a tensor are shown.
const SHOWN: usize = 64;

/// All outputs of a run.
#[component]
pub fn Tensors(tensors: Vec<NamedTensor>) -> impl IntoView {
    if tensors.is_empty() {
        return view! { <p class="quiet">{text::NO_TENSORS}</p> }.into_any();
    }
    tensors
        .into_iter()
        .map(|tensor| {
            let count = tensor.data.len() / tensor.dtype.size();
            let values = values(&tensor).take(SHOWN).collect::<Vec<_>>().join("  ");
            let dims = tensor
                .dims
                .iter()
                .map(u64::to_string)
                .collect::<Vec<_>>()
                .join(" × ");
            let rest =
                (count > SHOWN).then(|| text::more_values(en::count((count - SHOWN) as u64)));
            view! {
                <h3 class="mono">{tensor.name}</h3>
                <p class="quiet small">{format!("{} [{dims}]", tensor.dtype)}</p>
                <pre class="code" tabindex="0">{values} {rest}</pre>
            }
        })
        .collect_view()
        .into_any()
}

/// The elements as text, in row-major order.
fn values(tensor: &NamedTensor) -> impl Iterator<Item = String> + '_ {
    tensor
        .data
        .chunks_exact(tensor.dtype.size())
        .map(|bytes| element(tensor.dtype, bytes))
}

/// One little-endian element. `bytes` has the type's length, so that no conversion falls back.
fn element(dtype: ElementType, bytes: &[u8]) -> String {
    macro_rules! number {
        ($kind:ty) => {
            <$kind>::from_le_bytes(bytes.try_into().unwrap_or_default()).to_string()
        };
    }
    match dtype {
        ElementType::F32 => number!(f32),
        ElementType::F64 => number!(f64),
        ElementType::U8 => number!(u8),
        ElementType::I8 => number!(i8),
        ElementType::U16 => number!(u16),
        ElementType::I16 => number!(i16),
        ElementType::U32 => number!(u32),
        ElementType::I32 => number!(i32),
        ElementType::U64 => number!(u64),
        ElementType::I64 => number!(i64),
        ElementType::Bool => (bytes != [0]).to_string(),
        ElementType::F16 => {
            half(u16::from_le_bytes(bytes.try_into().unwrap_or_default())).to_string()
        }
    }
}

/// IEEE 754 binary16 as binary32, exactly.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10 & 0x1f);
    let fraction = u32::from(bits & 0x3ff);
    match (exponent, fraction) {
        // Subnormals: fraction × 2^-24.
        (0, fraction) => {
            let value = fraction as f32 / 16_777_216.0;
            if sign == 0 {
                value
            } else {
                -value
            }
        }
        (31, fraction) => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        (exponent, fraction) => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_exact() {
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc000), -2.0);
        assert_eq!(half(0x0001), 5.960_464_5e-8);
        assert_eq!(half(0x7bff), 65504.0);
        assert!(half(0x7e00).is_nan());
        assert_eq!(half(0xfc00), f32::NEG_INFINITY);
    }

    #[test]
    fn elements_are_little_endian() {
        assert_eq!(element(ElementType::I32, &[1, 0, 0, 0]), "1");
        assert_eq!(element(ElementType::F32, &[0, 0, 0x80, 0x3f]), "1");
        assert_eq!(element(ElementType::Bool, &[1]), "true");
        assert_eq!(element(ElementType::I64, &[0xff; 8]), "-1");
    }
}
