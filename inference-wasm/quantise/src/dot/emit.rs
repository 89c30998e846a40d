//! Sums of products as integers: the finest weights for which the bound of EXACT 1.4 holds.

use countersign_onnx::Attribute;

use super::{Dot, Form, LIMIT};
use crate::emit::Emitter;
use crate::{Bound, QuantiseError};

/// The greatest shift of a requantisation (EXACT 1.5).
const MAX_SHIFT: u32 = 24;

/// What goes in and is wanted, as integers.
pub(crate) struct Scales<'a> {
    /// The emitted operand.
    pub x: &'a str,
    /// Its unit.
    pub x_scale: f64,
    /// Its largest magnitude.
    pub x_most: f64,
    /// Means of its channels in the float model.
    pub means: &'a [f64],
    /// The unit of the result.
    pub scale: f64,
    /// What is added to every sum, in the float model's unit: a table's index begins at 0.
    pub shift: f64,
    /// The result's limits.
    pub limits: (i64, i64),
}

/// Emits the sums and their requantisation.
pub(crate) fn emit(
    dot: &Dot,
    scales: &Scales<'_>,
    label: &str,
    emitter: &mut Emitter,
) -> Result<(String, Bound), QuantiseError> {
    let terms = dot.terms().max(1);
    let (mut weights, mut biases, mut shifts) = (Vec::new(), Vec::new(), Vec::new());
    let mut bound = Bound {
        node: label.to_owned(),
        terms,
        largest: 0,
        shifts: (MAX_SHIFT, 0),
        weight: 0,
    };
    for (channel, (row, bias)) in dot.weight.chunks(terms).zip(&dot.bias).enumerate() {
        let mut last = f64::INFINITY;
        let fit = (0..=MAX_SHIFT).rev().find_map(|shift| {
            let unit = scales.scale / (1_u64 << shift) as f64;
            let (integers, bias) = cut(dot, scales, channel, row, *bias, unit, shift);
            let sum: f64 = integers.iter().map(|weight| weight.abs()).sum();
            last = sum * scales.x_most + bias.abs();
            (last < LIMIT).then_some((integers, bias, shift, last))
        });
        let Some((integers, bias, shift, sum)) = fit else {
            return Err(QuantiseError::Bound {
                node: label.to_owned(),
                channel,
                value: last,
            });
        };
        let float = row.iter().fold(0.0_f64, |sum, weight| sum + weight.abs());
        let moves = float * scales.x_most * scales.x_scale >= scales.scale / 2.0;
        if moves && integers.iter().all(|weight| *weight == 0.0) {
            return Err(QuantiseError::Node {
                node: label.to_owned(),
                why: format!(
                    "all weights of its output channel {channel} vanish where {terms} terms stay below the bound; \
                     try fewer levels, or a narrower input"
                ),
            });
        }
        let most = integers
            .iter()
            .fold(0.0_f64, |most, weight| most.max(weight.abs()));
        bound.largest = bound.largest.max(sum as i64);
        bound.weight = bound.weight.max(most as i64);
        bound.shifts = (bound.shifts.0.min(shift), bound.shifts.1.max(shift));
        weights.extend(integers);
        biases.push(bias);
        shifts.push(shift);
    }
    let channels = biases.len();
    let bias = emitter.constant(vec![channels], &biases);
    let (sums, rank) = match &dot.form {
        Form::Conv {
            dims, attributes, ..
        } => {
            let weight = emitter.constant(dims.clone(), &weights);
            let attributes = attributes.clone();
            (
                emitter.node("Conv", &[scales.x, &weight, &bias], attributes),
                dims.len(),
            )
        }
        Form::Rows => {
            let weight = emitter.constant(vec![channels, terms], &weights);
            let attributes = vec![("transB", Attribute::Int(1))];
            (
                emitter.node("Gemm", &[scales.x, &weight, &bias], attributes),
                2,
            )
        }
    };
    Ok((
        emitter.requantise(&sums, &shifts, rank, scales.limits),
        bound,
    ))
}

/// A channel's weights and bias as integers where one step of a sum is `unit`.
fn cut(
    dot: &Dot,
    scales: &Scales<'_>,
    channel: usize,
    row: &[f64],
    bias: f64,
    unit: f64,
    shift: u32,
) -> (Vec<f64>, f64) {
    let weight_unit = unit / scales.x_scale;
    let integers: Vec<f64> = row
        .iter()
        .map(|weight| libm::rint(weight / weight_unit))
        .collect();
    // What rounding the weights moves the sum by on average, taken back.
    let moved: f64 = row
        .iter()
        .zip(&integers)
        .enumerate()
        .map(|(term, (weight, integer))| {
            let mean = scales.means.get(dot.channel(channel, term));
            (weight - integer * weight_unit) * mean.copied().unwrap_or(0.0)
        })
        .sum();
    let half = if shift == 0 {
        0.0
    } else {
        (1_u64 << (shift - 1)) as f64
    };
    let bias = libm::rint((bias + moved + scales.shift) / unit) + half;
    (integers, bias)
}
