//! RNN, GRU, LSTM.

use std::borrow::Cow;

use countersign_abi::EngineError;
use countersign_onnx::{Attribute, Element};

use super::linear::{narrowed, widened};
use super::number::{Float, Number};
use crate::call::{compute, tensor, unsupported, Call, Outputs};
use crate::kernel::gemm::{multiply, Matrix};

/// Functions between the gates that need no parameters.
#[derive(Clone, Copy, Debug)]
enum Activation {
    Relu,
    Sigmoid,
    Tanh,
    Softsign,
    Softplus,
}

impl Activation {
    fn of(name: &[u8]) -> Result<Self, EngineError> {
        Ok(match name.to_ascii_lowercase().as_slice() {
            b"relu" => Self::Relu,
            b"sigmoid" => Self::Sigmoid,
            b"tanh" => Self::Tanh,
            b"softsign" => Self::Softsign,
            b"softplus" => Self::Softplus,
            _ => {
                return Err(unsupported(format!(
                    "the activation {}",
                    String::from_utf8_lossy(name)
                )))
            }
        })
    }

    fn apply<W: Float>(self, x: W) -> W {
        match self {
            Self::Relu => x.greater_of(W::ZERO),
            Self::Sigmoid => x.sigmoid(),
            Self::Tanh => x.libm_tanh(),
            Self::Softsign => x.over(W::ONE.add(x.magnitude())),
            Self::Softplus => x.softplus(),
        }
    }
}

/// What the three operators share.
struct Layer<'a, W: Clone> {
    steps: usize,
    batches: usize,
    inputs: usize,
    hidden: usize,
    directions: usize,
    gates: usize,
    reversed: bool,
    batch_first: bool,
    /// Input, as (step, batch, element).
    x: Vec<W>,
    /// Weights per direction as (input or hidden element, gate · hidden).
    w: Cow<'a, [W]>,
    r: Cow<'a, [W]>,
    /// Biases of input and recurrence per direction, gates · hidden each.
    b: Vec<W>,
    lengths: Vec<usize>,
    activations: Vec<Activation>,
    clip: Option<W>,
}

/// The mark on a node whose weights the plan has turned to (direction, input, gates · hidden); no model can set it.
pub(crate) const TURNED: &str = "countersign: weights turned";

/// Weights per direction with rows and columns exchanged, unless they are already.
fn turned<'a, T: Float>(
    call: &'a Call<'_>,
    index: usize,
) -> Result<Cow<'a, [T::Wide]>, EngineError> {
    let weights = call.input(index)?;
    let own = widened::<T>(weights);
    let [directions, rows, columns] = *weights.dims() else {
        return Err(compute("the weights must have three dimensions"));
    };
    if call.has(TURNED) {
        return Ok(own);
    }
    call.reserve(weights.dims(), T::Wide::DTYPE)?;
    let mut out = Vec::with_capacity(own.len());
    for direction in 0..directions {
        for column in 0..columns {
            let at = |row: usize| own[(direction * rows + row) * columns + column];
            out.extend((0..rows).map(at));
        }
    }
    Ok(Cow::Owned(out))
}

impl<'a, W: Float> Layer<'a, W> {
    fn of<T: Float<Wide = W>>(
        call: &'a Call<'_>,
        gates: usize,
        defaults: &[&[u8]],
    ) -> Result<Self, EngineError> {
        let (directions, reversed) = match call.string("direction", "forward")? {
            "forward" => (1, false),
            "reverse" => (1, true),
            "bidirectional" => (2, false),
            other => return call.unknown_value("direction", other),
        };
        if call.has("activation_alpha") || call.has("activation_beta") {
            return Err(unsupported("activations with parameters"));
        }
        let batch_first = call.flag("layout", false)?;
        let [first, second, inputs] = *call.input(0)?.dims() else {
            return Err(compute("the input must have three dimensions"));
        };
        let (steps, batches) = if batch_first {
            (second, first)
        } else {
            (first, second)
        };
        let plain = |index: usize| match (call.input(index)?.dims(), call.has(TURNED)) {
            ([d, rows, columns], false) | ([d, columns, rows], true) => Ok([*d, *rows, *columns]),
            _ => Err(compute("the weights must have three dimensions")),
        };
        let (w, r) = (plain(1)?, plain(2)?);
        let hidden = r[2];
        let fits = w == [directions, gates.saturating_mul(hidden), inputs]
            && r == [directions, gates.saturating_mul(hidden), hidden]
            && call.int("hidden_size", hidden as i64) == hidden as i64
            && call
                .optional(3)
                .is_none_or(|b| b.dims() == [directions, 2 * gates * hidden]);
        if !fits {
            return Err(compute("the weights' shapes do not fit the input"));
        }
        let given = widened::<T>(call.input(0)?);
        let mut x = Vec::with_capacity(given.len());
        for step in 0..steps {
            for batch in 0..batches {
                let row = if batch_first {
                    batch * steps + step
                } else {
                    step * batches + batch
                };
                x.extend_from_slice(&given[row * inputs..(row + 1) * inputs]);
            }
        }
        let lengths = match call.optional_ints(4)? {
            None => vec![steps; batches],
            Some(lengths) => lengths
                .into_iter()
                .map(crate::shape::size)
                .collect::<Result<_, _>>()?,
        };
        if lengths.len() != batches || lengths.iter().any(|length| *length > steps) {
            return Err(compute("the sequence lengths do not fit the input"));
        }
        let names: Vec<&[u8]> = match call.node.attributes.get("activations") {
            Some(Attribute::Strings(names)) => names.iter().map(Vec::as_slice).collect(),
            _ => defaults
                .iter()
                .copied()
                .cycle()
                .take(defaults.len() * directions)
                .collect(),
        };
        if names.len() != defaults.len() * directions {
            return Err(compute(format!(
                "{} activations are needed",
                defaults.len() * directions
            )));
        }
        let steps_of_work = steps
            .saturating_mul(batches)
            .saturating_mul(gates * hidden)
            .saturating_mul(inputs + hidden);
        call.steps(steps_of_work.saturating_mul(directions))?;
        call.reserve(&[steps, batches, gates * hidden], W::DTYPE)?;
        call.reserve(&[steps, directions, batches, hidden], W::DTYPE)?;
        Ok(Self {
            steps,
            batches,
            inputs,
            hidden,
            directions,
            gates,
            reversed,
            batch_first,
            x,
            w: turned::<T>(call, 1)?,
            r: turned::<T>(call, 2)?,
            b: match call.optional(3) {
                Some(b) => widened::<T>(b).into_owned(),
                None => vec![W::ZERO; directions * 2 * gates * hidden],
            },
            lengths,
            activations: names
                .into_iter()
                .map(Activation::of)
                .collect::<Result<_, _>>()?,
            clip: call.has("clip").then(|| W::of(call.float("clip", 0.0))),
        })
    }

    /// An initial state per direction and batch.
    fn state<T: Float<Wide = W>>(
        &self,
        call: &Call<'_>,
        index: usize,
    ) -> Result<Vec<W>, EngineError> {
        let (d, b, h) = (self.directions, self.batches, self.hidden);
        let Some(given) = call.optional(index) else {
            return Ok(vec![W::ZERO; d * b * h]);
        };
        let expected = if self.batch_first {
            [b, d, h]
        } else {
            [d, b, h]
        };
        if given.dims() != expected {
            return Err(compute(format!(
                "an initial state has the shape {:?}, not {expected:?}",
                given.dims()
            )));
        }
        let given = widened::<T>(given);
        Ok(self.swapped(&given, self.batch_first))
    }

    /// (batch, direction, element) to (direction, batch, element), or back, if `swap`.
    fn swapped(&self, from: &[W], swap: bool) -> Vec<W> {
        if !swap {
            return from.to_vec();
        }
        let h = self.hidden;
        let (d, b) = (self.directions, self.batches);
        (0..d)
            .flat_map(|i| (0..b).flat_map(move |j| (j * d + i) * h..(j * d + i + 1) * h))
            .map(|at| from[at])
            .collect()
    }

    fn activate(&self, direction: usize, which: usize, x: W) -> W {
        let per = self.activations.len() / self.directions;
        self.activations[direction * per + which].apply(x)
    }

    fn clipped(&self, x: W) -> W {
        match self.clip {
            Some(clip) => x.lesser_of(clip).greater_of(clip.neg()),
            None => x,
        }
    }

    /// `bias + x · Wᵀ` for all steps of a direction: (step, batch, gate · hidden).
    fn projected(&self, direction: usize) -> Vec<W> {
        let width = self.gates * self.hidden;
        let bias = &self.b[direction * 2 * width..][..width];
        let rows = self.steps * self.batches;
        let mut out: Vec<W> = (0..rows).flat_map(|_| bias.iter().copied()).collect();
        let w = &self.w[direction * width * self.inputs..][..width * self.inputs];
        multiply(
            rows,
            width,
            self.inputs,
            Matrix::rows(&self.x, self.inputs),
            &Matrix::rows(w, width),
            &mut out,
        );
        out
    }

    /// `h · Rᵀ` for one row of gates `from..to`.
    fn recur(&self, direction: usize, h: &[W], from: usize, to: usize) -> Vec<W> {
        let width = self.gates * self.hidden;
        let r = &self.r[direction * width * self.hidden..][..width * self.hidden];
        let mut out = vec![W::ZERO; to - from];
        multiply(
            1,
            to - from,
            self.hidden,
            Matrix::rows(h, self.hidden),
            &Matrix::rows(r.get(from..).unwrap_or_default(), width),
            &mut out,
        );
        out
    }

    fn recurrent_bias(&self, direction: usize) -> &[W] {
        let width = self.gates * self.hidden;
        &self.b[direction * 2 * width + width..][..width]
    }

    /// Runs a cell over all sequences: outputs (step, direction, batch, element); `h` and `c` end as the last states.
    fn run(
        &self,
        h: &mut [W],
        c: &mut [W],
        cell: impl Fn(usize, &[W], &mut [W], &mut [W]),
    ) -> Vec<W> {
        let (hidden, width) = (self.hidden, self.gates * self.hidden);
        let mut out = vec![W::ZERO; self.steps * self.directions * self.batches * hidden];
        for direction in 0..self.directions {
            let gates = self.projected(direction);
            let backwards = self.reversed || direction == 1;
            for batch in 0..self.batches {
                let state = (direction * self.batches + batch) * hidden;
                for round in 0..self.lengths[batch] {
                    let step = if backwards {
                        self.lengths[batch] - 1 - round
                    } else {
                        round
                    };
                    let gates = &gates[(step * self.batches + batch) * width..][..width];
                    let memory = if c.is_empty() {
                        &mut [][..]
                    } else {
                        &mut c[state..state + hidden]
                    };
                    cell(direction, gates, &mut h[state..state + hidden], memory);
                    let at = ((step * self.directions + direction) * self.batches + batch) * hidden;
                    out[at..at + hidden].copy_from_slice(&h[state..state + hidden]);
                }
            }
        }
        out
    }

    /// All outputs and the last states, in the node's layout.
    fn outputs<T: Float<Wide = W>>(&self, y: Vec<W>, states: Vec<Vec<W>>) -> Outputs {
        let (s, d, b, h) = (self.steps, self.directions, self.batches, self.hidden);
        let mut outputs = Vec::new();
        if self.batch_first {
            let mut turned = Vec::with_capacity(y.len());
            for batch in 0..b {
                for step in 0..s {
                    for direction in 0..d {
                        let at = ((step * d + direction) * b + batch) * h;
                        turned.extend_from_slice(&y[at..at + h]);
                    }
                }
            }
            outputs.push(tensor(vec![b, s, d, h], narrowed::<T>(turned))?);
        } else {
            outputs.push(tensor(vec![s, d, b, h], narrowed::<T>(y))?);
        }
        for state in states {
            let (dims, state) = if self.batch_first {
                let mut turned = Vec::with_capacity(state.len());
                for batch in 0..b {
                    for direction in 0..d {
                        let at = (direction * b + batch) * h;
                        turned.extend_from_slice(&state[at..at + h]);
                    }
                }
                (vec![b, d, h], turned)
            } else {
                (vec![d, b, h], state)
            };
            outputs.push(tensor(dims, narrowed::<T>(state))?);
        }
        Ok(outputs)
    }
}

/// RNN-7, -14, -22.
pub(crate) fn rnn(call: &mut Call<'_>) -> Outputs {
    for_type!(call.input(0)?.dtype(), floats, T => {
        let layer = Layer::of::<T>(call, 1, &[b"Tanh"])?;
        let mut h = layer.state::<T>(call, 5)?;
        let y = layer.run(&mut h, &mut [], |direction, gates, h, _| {
            let (recurrent, bias) = (layer.recur(direction, h, 0, layer.hidden), layer.recurrent_bias(direction));
            for i in 0..layer.hidden {
                let sum = layer.clipped(gates[i].add(recurrent[i]).add(bias[i]));
                h[i] = layer.activate(direction, 0, sum);
            }
        });
        layer.outputs::<T>(y, vec![h])
    })
}

/// GRU-7, -14, -22; gates z, r, h.
pub(crate) fn gru(call: &mut Call<'_>) -> Outputs {
    let linear = call.flag("linear_before_reset", false)?;
    for_type!(call.input(0)?.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let layer = Layer::of::<T>(call, 3, &[b"Sigmoid", b"Tanh"])?;
        let mut h = layer.state::<T>(call, 5)?;
        let n = layer.hidden;
        let y = layer.run(&mut h, &mut [], |direction, gates, h, _| {
            let bias = layer.recurrent_bias(direction);
            let recurrent = layer.recur(direction, h, 0, 2 * n);
            let gate = |i: usize| layer.activate(direction, 0, layer.clipped(gates[i].add(recurrent[i]).add(bias[i])));
            let update: Vec<W> = (0..n).map(gate).collect();
            let reset: Vec<W> = (n..2 * n).map(gate).collect();
            let inner: Vec<W> = if linear {
                let recurrent = layer.recur(direction, h, 2 * n, 3 * n);
                (0..n).map(|i| reset[i].mul(recurrent[i].add(bias[2 * n + i]))).collect()
            } else {
                let kept: Vec<W> = (0..n).map(|i| reset[i].mul(h[i])).collect();
                let recurrent = layer.recur(direction, &kept, 2 * n, 3 * n);
                (0..n).map(|i| recurrent[i].add(bias[2 * n + i])).collect()
            };
            for i in 0..n {
                let new = layer.activate(direction, 1, layer.clipped(gates[2 * n + i].add(inner[i])));
                h[i] = W::ONE.sub(update[i]).mul(new).add(update[i].mul(h[i]));
            }
        });
        layer.outputs::<T>(y, vec![h])
    })
}

/// LSTM-7, -14, -22; gates i, o, f, c.
pub(crate) fn lstm(call: &mut Call<'_>) -> Outputs {
    if call.flag("input_forget", false)? {
        return Err(unsupported("coupled input and forget gates"));
    }
    for_type!(call.input(0)?.dtype(), floats, T => {
        type W = <T as Float>::Wide;
        let layer = Layer::of::<T>(call, 4, &[b"Sigmoid", b"Tanh", b"Tanh"])?;
        let (mut h, mut c) = (layer.state::<T>(call, 5)?, layer.state::<T>(call, 6)?);
        let n = layer.hidden;
        let peepholes: Vec<W> = match call.optional(7) {
            Some(p) if p.dims() == [layer.directions, 3 * n] => widened::<T>(p).into_owned(),
            Some(_) => return Err(compute("the peepholes do not fit")),
            None => vec![W::ZERO; layer.directions * 3 * n],
        };
        let y = layer.run(&mut h, &mut c, |direction, gates, h, c| {
            let (recurrent, bias) = (layer.recur(direction, h, 0, 4 * n), layer.recurrent_bias(direction));
            let p = &peepholes[direction * 3 * n..][..3 * n];
            let sum = |i: usize| gates[i].add(recurrent[i]).add(bias[i]);
            for i in 0..n {
                let input = layer.activate(direction, 0, layer.clipped(sum(i).add(p[i].mul(c[i]))));
                let forget = layer.activate(direction, 0, layer.clipped(sum(2 * n + i).add(p[2 * n + i].mul(c[i]))));
                let new = layer.activate(direction, 1, layer.clipped(sum(3 * n + i)));
                let memory = forget.mul(c[i]).add(input.mul(new));
                let output = layer.activate(direction, 0, layer.clipped(sum(n + i).add(p[n + i].mul(memory))));
                c[i] = memory;
                h[i] = output.mul(layer.activate(direction, 2, memory));
            }
        });
        layer.outputs::<T>(y, vec![h, c])
    })
}
