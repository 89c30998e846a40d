//! The scale of an input that nobody gave.

use crate::probe::Probe;
use crate::{InputScale, QuantiseError};

/// The scale of an input, from its samples: the widest of the usual steps of which all elements are multiples, else 255
/// steps to the largest magnitude.
pub(super) fn found(name: &str, index: usize, probe: &Probe) -> Result<InputScale, QuantiseError> {
    let elements = || {
        let tensors = probe.samples.iter().filter_map(|sample| sample.get(index));
        tensors
            .filter_map(|tensor| tensor.elements::<f32>())
            .flatten()
            .map(|one| f64::from(*one))
    };
    let (lo, hi) = elements().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), one| {
        (lo.min(one), hi.max(one))
    });
    let most = lo.abs().max(hi.abs());
    if !most.is_finite() {
        return Err(QuantiseError::Samples(format!("{name} is not finite")));
    }
    let on = |scale: f64| {
        elements().all(|one| (one / scale - libm::rint(one / scale)).abs() < 1e-3)
            && most / scale <= 4096.0
    };
    let usual = [
        1.0,
        1.0 / 127.5,
        1.0 / 127.0,
        1.0 / 128.0,
        1.0 / 255.0,
        1.0 / 256.0,
    ];
    let scale = usual.into_iter().find(|scale| on(*scale));
    let scale = scale.unwrap_or(if most > 0.0 { most / 255.0 } else { 1.0 });
    Ok(InputScale {
        name: name.to_owned(),
        scale,
        lo: libm::rint(lo / scale) as i32,
        hi: libm::rint(hi / scale) as i32,
    })
}
