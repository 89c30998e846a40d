//! Computing with single elements.

use std::sync::Arc;

use countersign_onnx::{Data, DataType, Tensor};

use super::builder::{Builder, Id, Operand, Setting};
use super::movement::broadcast;
use super::refusal::Why;

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
}

impl Binary {
    const fn name(self) -> &'static str {
        match self {
            Self::Add => "Add",
            Self::Sub => "Sub",
            Self::Mul => "Mul",
            Self::Div => "Div",
        }
    }

    fn floats(self, a: f32, b: f32) -> f32 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
        }
    }

    fn ints(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Self::Add => a.checked_add(b),
            Self::Sub => a.checked_sub(b),
            Self::Mul => a.checked_mul(b),
            Self::Div => a.checked_div(b),
        }
    }
}

/// Which of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extreme {
    Max,
    Min,
}

impl Builder {
    /// An operator on two operands of the same type.
    pub fn binary(&mut self, op: Binary, a: Id, b: Id) -> Result<Id, Why> {
        let dims = broadcast(self.dims(a), self.dims(b))?;
        if self.dtype(a) != self.dtype(b) {
            return Err(Why::Type(self.dtype(b)));
        }
        if let (Some(x), Some(y)) = (self.known(a), self.known(b)) {
            if let Some(folded) = self.fold(op, &x, &y, &dims)? {
                return Ok(folded);
            }
        }
        if self.dtype(a) != DataType::F32 {
            return Err(Why::Integers);
        }
        let (a, b) = self.narrowed(a, b, &dims)?;
        self.emit_f32(op.name(), vec![a.into(), b.into()], dims, vec![])
    }

    /// The operands before they were broadcast, where the operator broadcasts them anyway.
    fn narrowed(&self, a: Id, b: Id, dims: &[usize]) -> Result<(Id, Id), Why> {
        let (mut a, mut b) = (a, b);
        if let Some(narrow) = self.narrow(a) {
            if broadcast(self.dims(narrow), self.dims(b)).is_ok_and(|own| own == dims) {
                a = narrow;
            }
        }
        if let Some(narrow) = self.narrow(b) {
            if broadcast(self.dims(a), self.dims(narrow)).is_ok_and(|own| own == dims) {
                b = narrow;
            }
        }
        Ok((a, b))
    }

    fn fold(
        &mut self,
        op: Binary,
        x: &Tensor,
        y: &Tensor,
        dims: &[usize],
    ) -> Result<Option<Id>, Why> {
        let wrong = || Why::Dims { what: "dimensions" };
        let (a, b) = (self.constant(x.clone()), self.constant(y.clone()));
        let (a, b) = (self.expand(a, dims)?, self.expand(b, dims)?);
        let (a, b) = (
            self.must_know(a, "operands")?,
            self.must_know(b, "operands")?,
        );
        let data = if let (Some(a), Some(b)) = (a.elements::<f32>(), b.elements::<f32>()) {
            Data::F32(a.iter().zip(b).map(|(a, b)| op.floats(*a, *b)).collect())
        } else if let (Some(left), Some(right)) = (a.to_i64(), b.to_i64()) {
            let values = left
                .iter()
                .zip(&right)
                .map(|(a, b)| op.ints(*a, *b))
                .collect::<Option<Vec<i64>>>()
                .ok_or(Why::Overflow)?;
            match a.dtype() {
                DataType::I64 => Data::I64(values),
                DataType::I32 => Data::I32(
                    values
                        .iter()
                        .map(|v| i32::try_from(*v))
                        .collect::<Result<_, _>>()
                        .map_err(|_| Why::Overflow)?,
                ),
                other => return Err(Why::Type(other)),
            }
        } else {
            return Ok(None);
        };
        let tensor = Tensor::new(dims.to_vec(), data).ok_or_else(wrong)?;
        Ok(Some(self.constant(tensor)))
    }

    /// Neg or Abs of whole numbers that are known.
    pub fn fold_whole(&mut self, op: &str, x: Id) -> Result<Option<Id>, Why> {
        let Some(tensor) = self.known(x).filter(|t| t.dtype() == DataType::I64) else {
            return Ok(None);
        };
        let values = tensor.to_i64().ok_or(Why::Type(tensor.dtype()))?;
        let one = |value: &i64| match op {
            "Neg" => value.checked_neg(),
            _ => value.checked_abs(),
        };
        let values: Option<Vec<i64>> = values.iter().map(one).collect();
        let folded = Tensor::new(
            tensor.dims().to_vec(),
            Data::I64(values.ok_or(Why::Overflow)?),
        );
        Ok(Some(
            self.constant(folded.ok_or(Why::Dims { what: "constants" })?),
        ))
    }

    /// Mod of whole numbers that are known: the result has the divisor's sign, with `fmod` the dividend's.
    pub fn modulo(&mut self, a: Id, b: Id, fmod: bool) -> Result<Id, Why> {
        let dims = broadcast(self.dims(a), self.dims(b))?;
        if self.dtype(a) != DataType::I64 || self.dtype(b) != DataType::I64 {
            return Err(Why::Type(self.dtype(a)));
        }
        let (a, b) = (self.expand(a, &dims)?, self.expand(b, &dims)?);
        let (a, b) = (
            self.known_ints(a, "operands")?,
            self.known_ints(b, "operands")?,
        );
        let one = |(a, b): (&i64, &i64)| {
            let rest = a.checked_rem(*b)?;
            if !fmod && rest != 0 && (rest < 0) != (*b < 0) {
                rest.checked_add(*b)
            } else {
                Some(rest)
            }
        };
        let values: Option<Vec<i64>> = a.iter().zip(&b).map(one).collect();
        let tensor = Tensor::new(dims, Data::I64(values.ok_or(Why::Overflow)?));
        Ok(self.constant(tensor.ok_or(Why::Dims { what: "constants" })?))
    }

    /// An operator of wonnx on f32 with one operand.
    pub fn unary(&mut self, op: &'static str, x: Id) -> Result<Id, Why> {
        if self.dtype(x) != DataType::F32 {
            return Err(Why::Integers);
        }
        let dims = self.dims(x).to_vec();
        self.emit_f32(op, vec![x.into()], dims, vec![])
    }

    /// x + number.
    pub fn plus(&mut self, x: Id, number: f32) -> Result<Id, Why> {
        let number = self.number(number);
        self.binary(Binary::Add, x, number)
    }

    /// x · number.
    pub fn times(&mut self, x: Id, number: f32) -> Result<Id, Why> {
        let number = self.number(number);
        self.binary(Binary::Mul, x, number)
    }

    /// number − x.
    pub fn minus_from(&mut self, number: f32, x: Id) -> Result<Id, Why> {
        let number = self.number(number);
        self.binary(Binary::Sub, number, x)
    }

    /// The larger or smaller of two values.
    pub fn extreme(&mut self, which: Extreme, a: Id, b: Id) -> Result<Id, Why> {
        let dims = broadcast(self.dims(a), self.dims(b))?;
        if self.dtype(a) == DataType::I64 && self.dtype(b) == DataType::I64 {
            if let (Some(_), Some(_)) = (self.known(a), self.known(b)) {
                let (a, b) = (self.expand(a, &dims)?, self.expand(b, &dims)?);
                let (a, b) = (
                    self.known_ints(a, "operands")?,
                    self.known_ints(b, "operands")?,
                );
                let pairs = a.into_iter().zip(b);
                let values = pairs.map(|(a, b)| match which {
                    Extreme::Max => a.max(b),
                    Extreme::Min => a.min(b),
                });
                let tensor = Tensor::new(dims, Data::I64(values.collect()));
                return Ok(self.constant(tensor.ok_or(Why::Dims { what: "constants" })?));
            }
        }
        if self.dtype(a) != DataType::F32 || self.dtype(b) != DataType::F32 {
            return Err(Why::Integers);
        }
        let neutral = match which {
            Extreme::Max => f32::NEG_INFINITY,
            Extreme::Min => f32::INFINITY,
        };
        for (constant, other) in [(a, b), (b, a)] {
            let Some(tensor) = self.known(constant) else {
                continue;
            };
            let everywhere = |value: f32| {
                tensor
                    .elements::<f32>()
                    .is_some_and(|v| v.iter().all(|v| *v == value))
            };
            if everywhere(neutral) {
                return self.expand(other, &dims);
            }
            if which == Extreme::Max && everywhere(0.0) && self.dims(other) == dims {
                return self.unary("Relu", other);
            }
        }
        let op = match which {
            Extreme::Max => "Max",
            Extreme::Min => "Min",
        };
        let (a, b) = self.narrowed(a, b, &dims)?;
        self.emit_f32(op, vec![a.into(), b.into()], dims, vec![])
    }

    /// Bounds by constants.
    pub fn clip(&mut self, x: Id, low: Option<f32>, high: Option<f32>) -> Result<Id, Why> {
        if self.dtype(x) != DataType::F32 {
            return Err(Why::Integers);
        }
        let low = low.filter(|low| *low > f32::MIN);
        let high = high.filter(|high| *high < f32::MAX);
        if let (Some(low), Some(high)) = (low, high) {
            if low <= high {
                let dims = self.dims(x).to_vec();
                let bounds =
                    [low, high].map(|bound| Operand::Value(self.constant(Tensor::scalar(bound))));
                let inputs = std::iter::once(Operand::Value(x)).chain(bounds).collect();
                return self.emit_f32("Clip", inputs, dims, vec![]);
            }
        }
        let mut y = x;
        for (which, bound) in [(Extreme::Max, low), (Extreme::Min, high)] {
            if let Some(bound) = bound {
                let bound = self.number(bound);
                y = self.extreme(which, y, bound)?;
            }
        }
        Ok(y)
    }

    /// 1 where two whole numbers are equal, else 0: max(0, 1 − |a − b|), exact below 2^24.
    pub fn equal(&mut self, a: Id, b: Id) -> Result<Id, Why> {
        if self.dtype(a) == DataType::F32 || self.dtype(a) != self.dtype(b) {
            return Err(Why::Type(self.dtype(a)));
        }
        let dims = broadcast(self.dims(a), self.dims(b))?;
        let (a, b) = self.narrowed(a, b, &dims)?;
        let (a, b) = (self.as_f32(a)?, self.as_f32(b)?);
        let difference = self.binary(Binary::Sub, a, b)?;
        let distance = self.unary("Abs", difference)?;
        let inverse = self.minus_from(1.0, distance)?;
        let equal = self.unary("Relu", inverse)?;
        Ok(self.alias(equal, DataType::Bool))
    }

    /// Whole numbers, or f32, as f32. Constants beyond 2^24 are refused; inputs are checked when they are fed.
    pub fn as_f32(&mut self, x: Id) -> Result<Id, Why> {
        match self.known(x) {
            _ if self.dtype(x) == DataType::F32 => Ok(x),
            Some(tensor) => {
                let tensor = floats_of(&tensor)?;
                Ok(self.constant(tensor))
            }
            None => Ok(self.alias(x, DataType::F32)),
        }
    }

    /// A reduction over axes.
    pub fn reduce(
        &mut self,
        op: &'static str,
        x: Id,
        axes: &[usize],
        keep: bool,
    ) -> Result<Id, Why> {
        if self.dtype(x) != DataType::F32 {
            return Err(Why::Integers);
        }
        let from = self.dims(x).to_vec();
        let result: Vec<usize> = (0..from.len())
            .filter(|at| keep || !axes.contains(at))
            .map(|at| if axes.contains(&at) { 1 } else { from[at] })
            .collect();
        // wonnx reads at the wrong place when an axis of 1 follows those that stay: such axes are left out.
        let long: Vec<usize> = (0..from.len()).filter(|at| from[*at] != 1).collect();
        let inner: Vec<usize> = long.iter().map(|at| from[*at]).collect();
        let listed: Vec<i64> = (0..long.len())
            .filter(|at| axes.contains(&long[*at]))
            .map(|at| at as i64)
            .collect();
        if listed.is_empty() {
            return self.reshape(x, &result);
        }
        let reduced: Vec<usize> = long
            .iter()
            .map(|at| if axes.contains(at) { 1 } else { from[*at] })
            .collect();
        let x = self.reshape(x, &inner)?;
        let mut settings = vec![("keepdims", Setting::Int(1))];
        let mut inputs = vec![Operand::Value(x)];
        // Opset 13: ReduceSum alone takes its axes as an input.
        if op == "ReduceSum" {
            inputs.push(Operand::Indices(listed));
        } else {
            settings.push(("axes", Setting::Ints(listed)));
        }
        let y = self.emit_f32(op, inputs, reduced, settings)?;
        self.reshape(y, &result)
    }
}

/// A constant of whole numbers as f32.
pub(crate) fn floats_of(tensor: &Tensor) -> Result<Arc<Tensor>, Why> {
    let elements = match tensor.data() {
        Data::F32(values) => values.clone(),
        Data::Bool(values) => values
            .iter()
            .map(|value| f32::from(u8::from(*value)))
            .collect(),
        _ => {
            let whole = tensor.to_i64().ok_or(Why::Type(tensor.dtype()))?;
            if whole
                .iter()
                .any(|value| value.unsigned_abs() > super::builder::EXACT.unsigned_abs())
            {
                return Err(Why::TooLarge);
            }
            whole.iter().map(|value| *value as f32).collect()
        }
    };
    Tensor::new(tensor.dims().to_vec(), Data::F32(elements))
        .map(Arc::new)
        .ok_or(Why::Dims { what: "constants" })
}
