//! Attention, rotary embeddings, and the linear-time relatives.

use countersign_abi::EngineError;
use countersign_onnx::{DataType, Element};

use super::linear::{narrowed, widened};
use super::number::{Float, Number};
use super::reduce::softmax_row;
use crate::call::{compute, one, tensor, unsupported, Call, Outputs};
use crate::kernel::gemm::{multiply, Matrix};
use crate::shape::size;

/// A stack of matrices (batch, head, position, element), whichever way it is stored.
struct Heads<W> {
    data: Vec<W>,
    batches: usize,
    heads: usize,
    length: usize,
    width: usize,
}

impl<W: Float> Heads<W> {
    /// From (batch, head, position, element), or (batch, position, head · element) with a number of heads.
    fn of<T: Float<Wide = W>>(
        call: &Call<'_>,
        index: usize,
        heads: &str,
    ) -> Result<Self, EngineError> {
        let input = call.input(index)?;
        let wide = widened::<T>(input);
        match *input.dims() {
            [batches, heads, length, width] => Ok(Self {
                data: wide.into_owned(),
                batches,
                heads,
                length,
                width,
            }),
            [batches, length, hidden] => {
                let heads = size(call.int(heads, 0))?;
                if heads == 0 || hidden % heads != 0 {
                    return Err(compute(format!(
                        "{hidden} elements cannot be split into {heads} heads"
                    )));
                }
                let width = hidden / heads;
                // Without elements there may be any number of heads.
                call.reserve(&[batches, heads, length, width], W::DTYPE)?;
                let mut data = Vec::with_capacity(wide.len());
                for batch in 0..batches {
                    for head in 0..heads {
                        for position in 0..length {
                            let from = (batch * length + position) * hidden + head * width;
                            data.extend_from_slice(&wide[from..from + width]);
                        }
                    }
                }
                Ok(Self {
                    data,
                    batches,
                    heads,
                    length,
                    width,
                })
            }
            _ => Err(compute(format!(
                "input {index} must have three or four dimensions"
            ))),
        }
    }

    /// What came earlier, and then this.
    fn after(self, past: Option<Self>) -> Result<Self, EngineError> {
        let Some(past) = past else { return Ok(self) };
        if (past.batches, past.heads, past.width) != (self.batches, self.heads, self.width) {
            return Err(compute("the past does not fit the present"));
        }
        let (before, now) = (past.length * self.width, self.length * self.width);
        let mut data = Vec::with_capacity(past.data.len() + self.data.len());
        for stack in 0..self.batches * self.heads {
            data.extend_from_slice(&past.data[stack * before..(stack + 1) * before]);
            data.extend_from_slice(&self.data[stack * now..(stack + 1) * now]);
        }
        Ok(Self {
            data,
            length: past.length + self.length,
            ..self
        })
    }

    fn matrix(&self, batch: usize, head: usize) -> &[W] {
        let size = self.length * self.width;
        let start = (batch * self.heads + head) * size;
        &self.data[start..start + size]
    }

    fn dims(&self) -> Vec<usize> {
        vec![self.batches, self.heads, self.length, self.width]
    }
}

/// What is added to the scores: −∞ where a position must not be seen.
struct Bias<W> {
    values: Vec<W>,
    /// Strides of batch, head and query position; keys follow one another.
    strides: [usize; 3],
    /// How many keys the mask speaks of; the others are hidden.
    keys: usize,
}

impl<W: Float> Bias<W> {
    fn of<T: Float<Wide = W>>(
        call: &Call<'_>,
        full: [usize; 4],
    ) -> Result<Option<Self>, EngineError> {
        let Some(mask) = call.optional(3) else {
            return Ok(None);
        };
        let values: Vec<W> = match mask.dtype() {
            DataType::Bool => call
                .elements::<bool>(3)?
                .iter()
                .map(|seen| if *seen { W::ZERO } else { W::LOWEST })
                .collect(),
            kind if kind == T::DTYPE => widened::<T>(mask).into_owned(),
            kind => {
                return Err(unsupported(format!(
                    "a mask of type {kind} for scores of {}",
                    T::DTYPE
                )))
            }
        };
        let rank = mask.rank();
        if !(2..=4).contains(&rank) {
            return Err(compute("a mask must have two to four dimensions"));
        }
        let mut dims = vec![1; 4 - rank];
        dims.extend(mask.dims());
        let keys = dims[3];
        if keys > full[3] || (keys == 1 && full[3] > 1) {
            return Err(unsupported(format!(
                "a mask of {keys} keys for {} keys",
                full[3]
            )));
        }
        if (0..3).any(|i| dims[i] != 1 && dims[i] != full[i]) {
            return Err(compute(format!(
                "a mask of shape {:?} does not broadcast to {full:?}",
                mask.dims()
            )));
        }
        let step = |i: usize, size: usize| if dims[i] == 1 { 0 } else { size };
        let strides = [
            step(0, dims[1] * dims[2] * keys),
            step(1, dims[2] * keys),
            step(2, keys),
        ];
        Ok(Some(Self {
            values,
            strides,
            keys,
        }))
    }

    fn add(&self, batch: usize, head: usize, query: usize, scores: &mut [W]) {
        let start = batch * self.strides[0] + head * self.strides[1] + query * self.strides[2];
        for (key, score) in scores.iter_mut().enumerate() {
            *score = if key < self.keys {
                score.add(self.values[start + key])
            } else {
                W::LOWEST
            };
        }
    }
}

/// Attention-23, -24.
pub(crate) fn attention(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => attend::<T>(call))
}

fn attend<T: Float>(call: &Call<'_>) -> Outputs {
    let query = Heads::of::<T>(call, 0, "q_num_heads")?;
    let past = |index| {
        call.optional(index)
            .map(|_| Heads::of::<T>(call, index, "kv_num_heads"))
            .transpose()
    };
    let (past_key, past_value) = (past(4)?, past(5)?);
    let before = past_key.as_ref().map_or(0, |past| past.length);
    let key = Heads::of::<T>(call, 1, "kv_num_heads")?.after(past_key)?;
    let value = Heads::of::<T>(call, 2, "kv_num_heads")?.after(past_value)?;
    let fits = key.batches == query.batches
        && key.width == query.width
        && value.batches == key.batches
        && value.heads == key.heads
        && value.length == key.length
        && key.heads > 0
        && query.heads % key.heads == 0;
    if !fits {
        return Err(compute("queries, keys and values do not fit one another"));
    }
    check_softmax_precision::<T>(call)?;
    let full = [query.batches, query.heads, query.length, key.length];
    let bias = Bias::of::<T>(call, full)?;
    let causal = call.flag("is_causal", false)?;
    let cap = T::Wide::of(call.float("softcap", 0.0));
    let valid = call.optional_ints(6)?;
    if valid
        .as_ref()
        .is_some_and(|valid| valid.len() != query.batches)
    {
        return Err(compute("a number of valid keys is needed for every batch"));
    }
    let default = T::Wide::ONE.over(T::Wide::of_usize(query.width).sqrt());
    let scale = if call.has("scale") {
        T::Wide::of(call.float("scale", 0.0))
    } else {
        default
    };
    let mode = call.int("qk_matmul_output_mode", 0);
    if !(0..=3).contains(&mode) {
        return Err(unsupported(format!("qk_matmul_output_mode {mode}")));
    }
    let score_count = call.reserve(&full, T::DTYPE)?;
    call.steps(score_count.saturating_mul(query.width + value.width))?;
    call.reserve(
        &[query.batches, query.heads, query.length, value.width],
        T::Wide::DTYPE,
    )?;
    let root = scale.sqrt();
    let scaled = |data: &[T::Wide]| -> Vec<T::Wide> { data.iter().map(|x| x.mul(root)).collect() };
    let mut shown = Vec::with_capacity(if call.wants(3) { score_count } else { 0 });
    let mut out = Vec::new();
    for batch in 0..query.batches {
        for head in 0..query.heads {
            let shared = head / (query.heads / key.heads);
            let (q, k) = (
                scaled(query.matrix(batch, head)),
                scaled(key.matrix(batch, shared)),
            );
            let mut scores = vec![T::Wide::ZERO; query.length * key.length];
            multiply(
                query.length,
                key.length,
                query.width,
                Matrix::rows(&q, query.width),
                &Matrix::rows(&k, key.width).transposed(),
                &mut scores,
            );
            let show = |stage: i64, scores: &[T::Wide], shown: &mut Vec<T::Wide>| {
                if mode == stage && call.wants(3) {
                    shown.extend_from_slice(scores);
                }
            };
            show(0, &scores, &mut shown);
            if cap > T::Wide::ZERO {
                scores
                    .iter_mut()
                    .for_each(|x| *x = x.over(cap).libm_tanh().mul(cap));
            }
            show(1, &scores, &mut shown);
            for (position, row) in scores.chunks_exact_mut(key.length.max(1)).enumerate() {
                if let Some(bias) = &bias {
                    bias.add(batch, head, position, row);
                }
                for (index, score) in row.iter_mut().enumerate() {
                    let padding = valid
                        .as_ref()
                        .is_some_and(|valid| index as i64 >= valid[batch]);
                    if padding || (causal && index > before + position) {
                        *score = T::Wide::LOWEST;
                    }
                }
            }
            show(2, &scores, &mut shown);
            scores
                .chunks_exact_mut(key.length.max(1))
                .for_each(softmax_row);
            show(3, &scores, &mut shown);
            let mut mixed = vec![T::Wide::ZERO; query.length * value.width];
            multiply(
                query.length,
                value.width,
                key.length,
                Matrix::rows(&scores, key.length),
                &Matrix::rows(value.matrix(batch, shared), value.width),
                &mut mixed,
            );
            out.extend(mixed);
        }
    }
    let result = Heads {
        data: out,
        batches: query.batches,
        heads: query.heads,
        length: query.length,
        width: value.width,
    };
    let mut outputs = if call.input(0)?.rank() == 4 {
        one(result.dims(), narrowed::<T>(result.data))?
    } else {
        packed::<T>(&result)?
    };
    if call.wanted() > 1 {
        outputs.push(tensor(key.dims(), narrowed::<T>(key.data))?);
        outputs.push(tensor(value.dims(), narrowed::<T>(value.data))?);
    }
    if call.wants(3) {
        outputs.push(tensor(full.to_vec(), narrowed::<T>(shown))?);
    }
    Ok(outputs)
}

/// Back to (batch, position, head · element).
fn packed<T: Float>(heads: &Heads<T::Wide>) -> Outputs {
    let mut out = Vec::with_capacity(heads.data.len());
    for batch in 0..heads.batches {
        for position in 0..heads.length {
            for head in 0..heads.heads {
                let row = &heads.matrix(batch, head)[position * heads.width..][..heads.width];
                out.extend(row.iter().map(|x| T::narrow(*x)));
            }
        }
    }
    one(
        vec![heads.batches, heads.length, heads.heads * heads.width],
        out,
    )
}

/// The softmax is computed in the wide type: other demands are refused.
fn check_softmax_precision<T: Float>(call: &Call<'_>) -> Result<(), EngineError> {
    let wanted = call.int("softmax_precision", <T::Wide as Element>::DTYPE as i64);
    if wanted == <T::Wide as Element>::DTYPE as i64
        || call.kind(0).is_some_and(|kind| wanted == kind as i64)
    {
        return Ok(());
    }
    Err(unsupported(format!(
        "softmax_precision {} for {}",
        DataType::name_of_code(wanted),
        T::DTYPE
    )))
}

/// RotaryEmbedding-23.
pub(crate) fn rotary(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => rotate::<T>(call))
}

fn rotate<T: Float>(call: &Call<'_>) -> Outputs {
    let input = call.input(0)?;
    let heads = Heads::of::<T>(call, 0, "num_heads")?;
    let interleaved = call.flag("interleaved", false)?;
    let turned = match size(call.int("rotary_embedding_dim", 0))? {
        0 => heads.width,
        turned => turned,
    };
    let half = turned / 2;
    if turned % 2 != 0 || turned > heads.width {
        return Err(compute(format!(
            "{turned} of {} elements cannot be rotated",
            heads.width
        )));
    }
    let (cosines, sines) = (call.input(1)?, call.input(2)?);
    if cosines.dims() != sines.dims() || cosines.dims().last() != Some(&half) {
        return Err(compute("the caches of cosines and sines do not fit"));
    }
    let rows = cosines.len() / half.max(1);
    let positions: Vec<usize> = match call.optional_ints(3)? {
        Some(positions) => positions.into_iter().map(size).collect::<Result<_, _>>()?,
        None => (0..heads.batches * heads.length).collect(),
    };
    if positions.len() != heads.batches * heads.length || positions.iter().any(|row| *row >= rows) {
        return Err(compute("the positions do not fit the caches"));
    }
    let (cosines, sines) = (widened::<T>(cosines), widened::<T>(sines));
    let mut out = heads.data.clone();
    for (row, x) in out.chunks_exact_mut(heads.width.max(1)).enumerate() {
        let (batch, position) = (row / (heads.heads * heads.length), row % heads.length);
        let cache = positions[batch * heads.length + position] * half;
        for index in 0..half {
            let (i, j) = if interleaved {
                (2 * index, 2 * index + 1)
            } else {
                (index, half + index)
            };
            let (c, s, a, b) = (cosines[cache + index], sines[cache + index], x[i], x[j]);
            x[i] = c.mul(a).sub(s.mul(b));
            x[j] = s.mul(a).add(c.mul(b));
        }
    }
    let turned = Heads { data: out, ..heads };
    if input.rank() == 4 {
        one(input.dims().to_vec(), narrowed::<T>(turned.data))
    } else {
        packed::<T>(&turned)
    }
}

/// LinearAttention-27: a recurrent state per head, in f32.
pub(crate) fn linear(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), [F32], T => recur::<T>(call))
}

fn recur<T: Float<Wide = f32>>(call: &Call<'_>) -> Outputs {
    let (gated, delta) = match call.string("update_rule", "gated_delta")? {
        "linear" => (false, false),
        "gated" => (true, false),
        "delta" => (false, true),
        "gated_delta" => (true, true),
        other => return call.unknown_value("update_rule", other),
    };
    if gated != call.optional(4).is_some() || delta != call.optional(5).is_some() {
        return Err(compute("decay and beta do not fit the update rule"));
    }
    let query = Heads::of::<T>(call, 0, "q_num_heads")?;
    let key = Heads::of::<T>(call, 1, "kv_num_heads")?;
    let value = Heads::of::<T>(call, 2, "kv_num_heads")?;
    let same = query.batches == key.batches
        && query.length == key.length
        && query.width == key.width
        && value.batches == key.batches
        && value.length == key.length
        && value.heads == key.heads
        && key.heads > 0
        && query.heads % key.heads == 0;
    if !same || call.input(0)?.rank() != 3 {
        return Err(compute("queries, keys and values do not fit one another"));
    }
    let (batches, steps, k_width, v_width) = (key.batches, key.length, key.width, value.width);
    // A gate per element or one per head; the rate per head or one for all.
    let gate = |index: usize, wide: bool| -> Result<Option<(Vec<f32>, usize)>, EngineError> {
        let Some(input) = call.optional(index) else {
            return Ok(None);
        };
        let [b, t, last] = *input.dims() else {
            return Err(compute(format!("input {index} must have three dimensions")));
        };
        let allowed = if wide {
            last == key.heads || last == key.heads * k_width
        } else {
            last == key.heads || last == 1
        };
        if (b, t) != (batches, steps) || !allowed {
            return Err(compute(format!(
                "input {index} has the shape {:?}",
                input.dims()
            )));
        }
        Ok(Some((widened::<T>(input).into_owned(), last)))
    };
    let (decay, beta) = (gate(4, true)?, gate(5, false)?);
    let scale = match call.float("scale", 0.0) {
        0.0 => 1.0 / (k_width as f32).sqrt(),
        scale => scale,
    };
    let state_dims = vec![batches, key.heads, k_width, v_width];
    let mut state = match call.optional(3) {
        Some(past) if past.dims() == state_dims => {
            for_type!(past.dtype(), [F32], S => Ok(widened::<S>(past).into_owned()))?
        }
        Some(past) => {
            return Err(compute(format!(
                "the past state has the shape {:?}, not {state_dims:?}",
                past.dims()
            )))
        }
        None => vec![0f32; call.reserve(&state_dims, DataType::F32)?],
    };
    call.steps(state.len().saturating_mul(steps).saturating_mul(3))?;
    call.reserve(&[batches, query.heads, steps, v_width], DataType::F32)?;
    let share = query.heads / key.heads;
    let mut out = vec![0f32; batches * query.heads * steps * v_width];
    for batch in 0..batches {
        for step in 0..steps {
            for head in 0..key.heads {
                let state = &mut state[(batch * key.heads + head) * k_width * v_width..]
                    [..k_width * v_width];
                let k = &key.matrix(batch, head)[step * k_width..][..k_width];
                let mut v = value.matrix(batch, head)[step * v_width..][..v_width].to_vec();
                if let Some((decay, last)) = &decay {
                    let row = &decay[(batch * steps + step) * last..][..*last];
                    for (index, state) in state.chunks_exact_mut(v_width.max(1)).enumerate() {
                        let g = if *last == key.heads {
                            row[head]
                        } else {
                            row[head * k_width + index]
                        };
                        let factor = libm::expf(g);
                        state.iter_mut().for_each(|s| *s *= factor);
                    }
                }
                if let Some((beta, last)) = &beta {
                    let rate =
                        beta[(batch * steps + step) * last + if *last == 1 { 0 } else { head }];
                    for (index, v) in v.iter_mut().enumerate() {
                        let known = (0..k_width)
                            .fold(0f32, |sum, i| sum + state[i * v_width + index] * k[i]);
                        *v = rate * (*v - known);
                    }
                }
                for (i, state) in state.chunks_exact_mut(v_width.max(1)).enumerate() {
                    state.iter_mut().zip(&v).for_each(|(s, v)| *s += k[i] * v);
                }
                for reader in head * share..(head + 1) * share {
                    let q = &query.matrix(batch, reader)[step * k_width..][..k_width];
                    let row = &mut out[((batch * query.heads + reader) * steps + step) * v_width..]
                        [..v_width];
                    for (index, slot) in row.iter_mut().enumerate() {
                        *slot = scale
                            * (0..k_width)
                                .fold(0f32, |sum, i| sum + q[i] * state[i * v_width + index]);
                    }
                }
            }
        }
    }
    let mut outputs = packed::<T>(&Heads {
        data: out,
        batches,
        heads: query.heads,
        length: steps,
        width: v_width,
    })?;
    let kind = call.kind(3).or(call.kind(0)).unwrap_or(T::DTYPE);
    outputs.push(super::cast::convert(tensor(state_dims, state)?, kind)?);
    Ok(outputs)
}

/// CausalConvWithState-27: a depthwise convolution over what came before.
pub(crate) fn causal_conv(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => causal_of::<T>(call))
}

fn causal_of<T: Float>(call: &Call<'_>) -> Outputs {
    let (input, weights) = (call.input(0)?, call.input(1)?);
    let ([batches, channels, length], [filters, 1, taps]) = (input.dims(), weights.dims()) else {
        return Err(compute(
            "an input and weights of three dimensions are needed",
        ));
    };
    if channels != filters || *taps == 0 {
        return Err(compute("the weights do not fit the channels"));
    }
    let smooth = match call.string("activation", "none")? {
        "none" => false,
        "silu" | "swish" => true,
        other => return call.unknown_value("activation", other),
    };
    let (x, w) = (widened::<T>(input), widened::<T>(weights));
    let bias = call.optional(2).map(|bias| widened::<T>(bias));
    if bias.as_ref().is_some_and(|bias| bias.len() != *channels) {
        return Err(compute("the bias does not fit the channels"));
    }
    let kept = taps - 1;
    let past = call.optional(3);
    if past.is_some_and(|past| past.dims() != [*batches, *channels, kept]) {
        return Err(compute("the past state does not fit the input"));
    }
    let past = past.map(|past| widened::<T>(past));
    call.steps(input.len().saturating_mul(*taps))?;
    call.reserve(&[*batches, *channels, kept], T::DTYPE)?;
    let (mut out, mut state) = (Vec::with_capacity(input.len()), Vec::new());
    for row in 0..batches * channels {
        let channel = row % channels;
        let mut line = match &past {
            Some(past) => past[row * kept..(row + 1) * kept].to_vec(),
            None => vec![T::Wide::ZERO; kept],
        };
        line.extend_from_slice(&x[row * length..(row + 1) * length]);
        for start in 0..*length {
            let begin = bias.as_ref().map_or(T::Wide::ZERO, |bias| bias[channel]);
            let sum = (0..*taps).fold(begin, |sum, tap| {
                sum.add(line[start + tap].mul(w[channel * taps + tap]))
            });
            let plain = T::narrow(sum);
            out.push(if smooth {
                T::narrow(plain.widen().mul(plain.widen().sigmoid()))
            } else {
                plain
            });
        }
        state.extend(line[line.len() - kept..].iter().map(|x| T::narrow(*x)));
    }
    Ok(vec![
        tensor(input.dims().to_vec(), out)?,
        tensor(vec![*batches, *channels, kept], state)?,
    ])
}
