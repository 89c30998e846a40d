//! Einsum, Det, DeformConv.

use std::collections::BTreeMap;

use countersign_abi::EngineError;
use countersign_onnx::Element;

use super::linear::{narrowed, widened};
use super::number::{Float, Number};
use crate::call::{compute, one, unsupported, Call, Outputs};
use crate::kernel::window::{advance, positive_list};
use crate::shape::{size, strides};

/// A label of a dimension: a letter, or a position in the ellipsis counted from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Ellipsis(usize),
    Letter(char),
}

/// The labels of one term; `...` stands for as many dimensions as are left.
fn labels(
    term: &str,
    rank: Option<usize>,
    ellipsis: &mut usize,
) -> Result<Vec<Label>, EngineError> {
    let (head, tail) = match term.split_once("...") {
        Some((head, tail)) => (head, Some(tail)),
        None => (term, None),
    };
    let letters = |text: &str| -> Result<Vec<Label>, EngineError> {
        text.chars()
            .map(|c| {
                if c.is_ascii_alphabetic() {
                    Ok(Label::Letter(c))
                } else {
                    Err(unsupported(format!("\"{c}\" in an equation")))
                }
            })
            .collect()
    };
    let mut out = letters(head)?;
    if let Some(tail) = tail {
        let tail = letters(tail)?;
        let hidden = match rank {
            Some(rank) => rank
                .checked_sub(out.len() + tail.len())
                .ok_or_else(|| compute("a term has more letters than dimensions"))?,
            None => *ellipsis,
        };
        *ellipsis = hidden.max(*ellipsis);
        out.extend((0..hidden).rev().map(Label::Ellipsis));
        out.extend(tail);
    }
    if rank.is_some_and(|rank| rank != out.len()) {
        return Err(compute("a term does not name every dimension"));
    }
    Ok(out)
}

/// Einsum-12.
pub(crate) fn einsum(call: &mut Call<'_>) -> Outputs {
    let equation: String = call
        .string("equation", "")?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let (left, right) = match equation.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (equation.as_str(), None),
    };
    let terms: Vec<&str> = left.split(',').collect();
    if terms.len() != call.inputs.len() {
        return Err(compute(format!(
            "{} terms for {} inputs",
            terms.len(),
            call.inputs.len()
        )));
    }
    let mut ellipsis = 0;
    let mut operands = Vec::with_capacity(terms.len());
    let mut sizes: BTreeMap<Label, usize> = BTreeMap::new();
    for (index, term) in terms.iter().enumerate() {
        let dims = call.input(index)?.dims();
        let names = labels(term, Some(dims.len()), &mut ellipsis)?;
        for (name, dim) in names.iter().zip(dims) {
            let known = sizes.entry(*name).or_insert(*dim);
            // Only what the ellipsis stands for broadcasts.
            if *known == 1 && matches!(name, Label::Ellipsis(_)) {
                *known = *dim;
            } else if *dim != *known && (*dim != 1 || matches!(name, Label::Letter(_))) {
                return Err(compute(format!(
                    "a label stands for sizes {known} and {dim}"
                )));
            }
        }
        operands.push((names, dims));
    }
    if ellipsis > 0 && right.is_some_and(|right| !right.contains("...")) {
        return Err(compute("the result leaves out the ellipsis of an input"));
    }
    let out_labels = match right {
        Some(right) => labels(right, None, &mut ellipsis)?,
        None => {
            let uses = |label: &Label| {
                operands
                    .iter()
                    .flat_map(|(names, _)| names)
                    .filter(|name| *name == label)
                    .count()
            };
            let hidden = (0..ellipsis).rev().map(Label::Ellipsis);
            hidden
                .chain(
                    sizes
                        .keys()
                        .copied()
                        .filter(|label| matches!(label, Label::Letter(_)) && uses(label) == 1),
                )
                .collect()
        }
    };
    let twice = out_labels
        .iter()
        .enumerate()
        .any(|(i, label)| out_labels[..i].contains(label));
    if twice || out_labels.iter().any(|label| !sizes.contains_key(label)) {
        return Err(compute(
            "the result names a label twice, or one that no input has",
        ));
    }
    let summed: Vec<Label> = sizes
        .keys()
        .copied()
        .filter(|label| !out_labels.contains(label))
        .collect();
    let dims: Vec<usize> = out_labels.iter().map(|label| sizes[label]).collect();
    let inner: Vec<usize> = summed.iter().map(|label| sizes[label]).collect();
    // Strides of every operand along every label, first those of the result.
    let order: Vec<Label> = out_labels.iter().chain(&summed).copied().collect();
    let steps: Vec<Vec<usize>> = operands
        .iter()
        .map(|(names, dims)| {
            let own = strides(dims);
            order
                .iter()
                .map(|label| {
                    names
                        .iter()
                        .zip(&own)
                        .zip(*dims)
                        .filter(|((name, _), dim)| *name == label && **dim != 1)
                        .map(|((_, stride), _)| stride)
                        .sum()
                })
                .collect()
        })
        .collect();
    let kind = call.input(0)?.dtype();
    let count = call.reserve(&dims, kind)?;
    let depth = inner
        .iter()
        .try_fold(1usize, |product, dim| product.checked_mul(*dim))
        .unwrap_or(usize::MAX);
    call.steps(count.saturating_mul(depth).saturating_mul(operands.len()))?;
    for_type!(kind, numbers, T => {
        let elements = (0..steps.len()).map(|index| call.elements::<T>(index)).collect::<Result<Vec<_>, _>>()?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        let mut at = vec![0; dims.len()];
        for _ in 0..count {
            let base: Vec<usize> = steps.iter().map(|steps| at.iter().zip(steps).map(|(i, s)| i * s).sum()).collect();
            let mut sum = T::ZERO;
            let mut within = vec![0; inner.len()];
            for _ in 0..depth {
                let product = (0..steps.len()).fold(T::ONE, |product, k| {
                    let offset: usize = within.iter().zip(&steps[k][dims.len()..]).map(|(i, s)| i * s).sum();
                    product.mul(elements[k][base[k] + offset])
                });
                sum = sum.add(product);
                advance(&mut within, &inner);
            }
            out.push(sum);
            advance(&mut at, &dims);
        }
        one(dims, out)
    })
}

/// Det-11, -22, by elimination with the greatest pivot.
pub(crate) fn det(call: &mut Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let [outer @ .., rows, columns] = input.dims() else {
        return Err(compute("a matrix is needed"));
    };
    if rows != columns {
        return Err(compute("a square matrix is needed"));
    }
    let n = *rows;
    call.steps(input.len().saturating_mul(n))?;
    for_type!(input.dtype(), floats, T => {
        let count: usize = outer.iter().product();
        let elements = call.elements::<T>(0)?;
        let mut out: Vec<T> = Vec::with_capacity(count);
        for index in 0..count {
            let mut m: Vec<f64> = elements[index * n * n..(index + 1) * n * n].iter().map(|x| x.to_f64()).collect();
            let mut product = 1.0;
            for step in 0..n {
                let pivot = (step..n).fold(step, |best, row| if m[row * n + step].abs() > m[best * n + step].abs() { row } else { best });
                if pivot != step {
                    (0..n).for_each(|column| m.swap(pivot * n + column, step * n + column));
                    product = -product;
                }
                let head = m[step * n + step];
                product *= head;
                if head == 0.0 {
                    break;
                }
                for row in step + 1..n {
                    let factor = m[row * n + step] / head;
                    for column in step..n {
                        m[row * n + column] -= factor * m[step * n + column];
                    }
                }
            }
            out.push(T::from_f64(product));
        }
        one(outer.to_vec(), out)
    })
}

/// DeformConv-19, -22, over two spatial dimensions.
pub(crate) fn deform_conv(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => deform_of::<T>(call))
}

fn deform_of<T: Float>(call: &Call<'_>) -> Outputs {
    let (image, weights, offset) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let ([batches, channels, height, width], [filters, per_group, kh, kw], [_, _, oh, ow]) =
        (image.dims(), weights.dims(), offset.dims())
    else {
        return Err(unsupported(
            "deformable convolutions in other than two spatial dimensions",
        ));
    };
    let (groups, offset_groups) = (
        size(call.int("group", 1))?,
        size(call.int("offset_group", 1))?,
    );
    let (steps, dilations) = (
        positive_list(call, "strides", 2)?,
        positive_list(call, "dilations", 2)?,
    );
    let pads = call
        .int_list("pads")
        .map_or_else(|| vec![0; 4], <[i64]>::to_vec);
    let taps = kh * kw;
    let expected = [*batches, offset_groups * taps * 2, *oh, *ow];
    let fits = groups > 0
        && offset_groups > 0
        && channels % groups == 0
        && filters % groups == 0
        && channels / groups == *per_group
        && channels % offset_groups == 0
        && offset.dims() == expected
        && pads.len() == 4
        && call
            .optional(3)
            .is_none_or(|bias| bias.dims() == [*filters])
        && call
            .optional(4)
            .is_none_or(|mask| mask.dims() == [*batches, offset_groups * taps, *oh, *ow]);
    let small = |value: i64| (0..1 << 31).contains(&value);
    let lists = steps.iter().chain(&dilations).map(|value| *value as i64);
    if !lists.chain(pads.iter().copied()).all(small) {
        return Err(compute(
            "pads, strides or dilations are negative or too large",
        ));
    }
    let reach = |axis: usize, length: usize, kernel: usize, out: usize| {
        let room = length as i64 + pads[axis] + pads[axis + 2]
            - ((kernel as i64 - 1) * dilations[axis] as i64 + 1);
        room >= 0 && room / steps[axis] as i64 + 1 == out as i64
    };
    if !fits || *kh == 0 || *kw == 0 || !reach(0, *height, *kh, *oh) || !reach(1, *width, *kw, *ow)
    {
        return Err(compute("image, weights and offsets do not fit one another"));
    }
    let dims = vec![*batches, *filters, *oh, *ow];
    let count = call.reserve(&dims, T::DTYPE)?;
    call.steps(count.saturating_mul(per_group * taps).saturating_mul(4))?;
    let (x, w, shift) = (
        widened::<T>(image),
        widened::<T>(weights),
        widened::<T>(offset),
    );
    let bias = call.optional(3).map(|bias| widened::<T>(bias));
    let mask = call.optional(4).map(|mask| widened::<T>(mask));
    let mut out: Vec<T::Wide> = Vec::with_capacity(count);
    let plane = oh * ow;
    for index in 0..count {
        let (place, filter, batch) = (
            index % plane,
            index / plane % filters,
            index / plane / filters,
        );
        let (row, column) = (place / ow, place % ow);
        let mut sum = bias.as_ref().map_or(T::Wide::ZERO, |bias| bias[filter]);
        for inner in 0..*per_group {
            let channel = filter / (filters / groups) * per_group + inner;
            let group = batch * offset_groups + channel / (channels / offset_groups);
            let pixels = &x[(batch * channels + channel) * height * width..][..height * width];
            for tap in 0..taps {
                let at =
                    |axis: usize| shift[((group * taps + tap) * 2 + axis) * plane + place].to_f64();
                let y = (row * steps[0] + tap / kw * dilations[0]) as f64 - pads[0] as f64 + at(0);
                let x =
                    (column * steps[1] + tap % kw * dilations[1]) as f64 - pads[1] as f64 + at(1);
                let mut value = sample::<T>(pixels, *height, *width, y, x);
                if let Some(mask) = &mask {
                    value = value.mul(mask[(group * taps + tap) * plane + place]);
                }
                sum = sum.add(value.mul(w[(filter * per_group + inner) * taps + tap]));
            }
        }
        out.push(sum);
    }
    one(dims, narrowed::<T>(out))
}

/// A pixel between pixels; 0 outside of the image.
fn sample<T: Float>(pixels: &[T::Wide], height: usize, width: usize, y: f64, x: f64) -> T::Wide {
    let (top, left) = (y.floor(), x.floor());
    let (down, across) = (y - top, x - left);
    let mut sum = T::Wide::ZERO;
    for (dy, wy) in [(0.0, 1.0 - down), (1.0, down)] {
        for (dx, wx) in [(0.0, 1.0 - across), (1.0, across)] {
            let (y, x) = (top + dy, left + dx);
            if y >= 0.0 && x >= 0.0 && y < height as f64 && x < width as f64 {
                sum = sum
                    .add(pixels[y as usize * width + x as usize].mul(T::Wide::from_f64(wy * wx)));
            }
        }
    }
    sum
}
