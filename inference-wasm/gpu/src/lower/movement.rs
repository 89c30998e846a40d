//! Moving elements: everything that changes no number. On constants it happens at once, in any type.

use countersign_onnx::{Data, Tensor};

use super::builder::{Builder, Id, Operand, Setting};
use super::refusal::Why;

/// wonnx binds at most this many buffers to a Concat.
const CONCAT: usize = 4;

/// The elements of `data` at `indices`, in their order.
fn pick(data: &Data, indices: impl Iterator<Item = usize>) -> Data {
    macro_rules! pick {
        ($($variant:ident),*) => { match data { $(Data::$variant(v) => Data::$variant(indices.map(|i| v[i]).collect()),)* } };
    }
    pick!(F32, U8, I8, U16, I16, I32, I64, Bool, F16, F64, U32, U64)
}

/// Row-major strides.
pub(crate) fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis] * dims[axis];
    }
    strides
}

/// A tensor of `dims` whose element at each index is that of `tensor` at `offset(index)`.
fn rearranged(tensor: &Tensor, dims: &[usize], step: &[usize]) -> Result<Tensor, Why> {
    let own = strides(dims);
    let count: usize = dims.iter().product();
    let indices = (0..count).map(|flat| {
        own.iter()
            .zip(dims)
            .zip(step)
            .map(|((own, dim), step)| (flat / own % dim) * step)
            .sum()
    });
    Tensor::new(dims.to_vec(), pick(tensor.data(), indices)).ok_or(Why::Dims { what: "dimensions" })
}

/// The dimensions that two shapes broadcast to (ONNX's multidirectional broadcasting).
pub(crate) fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, Why> {
    let rank = a.len().max(b.len());
    let at = |dims: &[usize], axis: usize| {
        (axis + dims.len())
            .checked_sub(rank)
            .and_then(|i| dims.get(i).copied())
            .unwrap_or(1)
    };
    (0..rank)
        .map(|axis| match (at(a, axis), at(b, axis)) {
            (x, y) if x == y => Ok(x),
            (1, y) => Ok(y),
            (x, 1) => Ok(x),
            _ => Err(Why::Dims { what: "dimensions" }),
        })
        .collect()
}

/// An axis as ONNX writes it, negative from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, Why> {
    let from_end = axis + if axis < 0 { rank as i64 } else { 0 };
    usize::try_from(from_end)
        .ok()
        .filter(|axis| *axis < rank)
        .ok_or(Why::Dims { what: "axes" })
}

impl Builder {
    /// The same elements in other dimensions.
    pub fn reshape(&mut self, x: Id, dims: &[usize]) -> Result<Id, Why> {
        if self.dims(x) == dims {
            return Ok(x);
        }
        if self.dims(x).iter().product::<usize>() != dims.iter().product::<usize>() {
            return Err(Why::Dims { what: "dimensions" });
        }
        if let Some(tensor) = self.known(x) {
            let tensor = Tensor::clone(&tensor).reshaped(dims.to_vec());
            return Ok(self.constant(tensor.ok_or(Why::Dims { what: "dimensions" })?));
        }
        self.forward(x, dims)
    }

    /// A Reshape even where it changes nothing: it gives a value a name of its own.
    pub fn forward(&mut self, x: Id, dims: &[usize]) -> Result<Id, Why> {
        let shape = gpu_dims(dims).iter().map(|dim| *dim as i64).collect();
        let dtype = self.dtype(x);
        self.emit(
            "Reshape",
            vec![x.into(), Operand::Indices(shape)],
            dims.to_vec(),
            dtype,
            vec![],
        )
    }

    /// Axis `perm[i]` becomes axis `i`.
    pub fn transpose(&mut self, x: Id, perm: &[usize]) -> Result<Id, Why> {
        let from = self.dims(x).to_vec();
        let dims: Vec<usize> = perm.iter().map(|axis| from[*axis]).collect();
        if let Some(tensor) = self.known(x) {
            let steps = strides(&from);
            let step: Vec<usize> = perm.iter().map(|axis| steps[*axis]).collect();
            let tensor = rearranged(&tensor, &dims, &step)?;
            return Ok(self.constant(tensor));
        }
        let moved: Vec<usize> = perm
            .iter()
            .copied()
            .filter(|axis| from[*axis] > 1)
            .collect();
        if moved.is_sorted() {
            return self.reshape(x, &dims);
        }
        if let Some((before, first)) = self.transposed(x) {
            let both: Vec<usize> = perm.iter().map(|axis| first[*axis]).collect();
            return self.transpose(before, &both);
        }
        let settings = vec![(
            "perm",
            Setting::Ints(perm.iter().map(|axis| *axis as i64).collect()),
        )];
        let dtype = self.dtype(x);
        let y = self.emit("Transpose", vec![x.into()], dims, dtype, settings)?;
        self.note_transposed(y, x, perm);
        Ok(y)
    }

    /// Brings `axis` to the front.
    fn front(&mut self, x: Id, axis: usize) -> Result<Id, Why> {
        let rank = self.dims(x).len();
        let perm: Vec<usize> = std::iter::once(axis)
            .chain((0..rank).filter(|i| *i != axis))
            .collect();
        self.transpose(x, &perm)
    }

    /// Undoes [`front`](Self::front).
    fn back(&mut self, x: Id, axis: usize) -> Result<Id, Why> {
        let rank = self.dims(x).len();
        let perm: Vec<usize> = (1..=axis)
            .chain(std::iter::once(0))
            .chain(axis + 1..rank)
            .collect();
        self.transpose(x, &perm)
    }

    /// The slices of `x` along `axis` at `indices`, which must exist.
    pub fn take(&mut self, x: Id, axis: usize, indices: &[usize]) -> Result<Id, Why> {
        let from = self.dims(x).to_vec();
        if indices.iter().any(|index| *index >= from[axis]) {
            return Err(Why::Dims { what: "indices" });
        }
        if indices.iter().copied().eq(0..from[axis]) {
            return Ok(x);
        }
        let mut dims = from.clone();
        dims[axis] = indices.len();
        if let Some(tensor) = self.known(x) {
            let (length, inner) = (from[axis], from[axis + 1..].iter().product::<usize>());
            let outer: usize = from[..axis].iter().product();
            let starts =
                (0..outer).flat_map(|o| indices.iter().map(move |i| (o * length + i) * inner));
            let data = pick(tensor.data(), starts.flat_map(|start| start..start + inner));
            return Ok(self.constant(Tensor::new(dims, data).ok_or(Why::Dims { what: "indices" })?));
        }
        let front = self.front(x, axis)?;
        let mut gathered = self.dims(front).to_vec();
        gathered[0] = indices.len();
        let indices = indices.iter().map(|index| *index as i64).collect();
        let dtype = self.dtype(x);
        let taken = self.emit(
            "Gather",
            vec![front.into(), Operand::Indices(indices)],
            gathered,
            dtype,
            vec![("axis", Setting::Int(0))],
        )?;
        self.back(taken, axis)
    }

    /// `parts` one after the other along `axis`.
    pub fn concat(&mut self, parts: &[Id], axis: usize) -> Result<Id, Why> {
        let Some((first, rest)) = parts.split_first() else {
            return Err(Why::Missing { index: 0 });
        };
        if rest.is_empty() {
            return Ok(*first);
        }
        let mut dims = self.dims(*first).to_vec();
        let dtype = self.dtype(*first);
        for part in rest {
            let other = self.dims(*part).to_vec();
            let fits = other.len() == dims.len()
                && (0..dims.len()).all(|i| i == axis || dims[i] == other[i]);
            if !fits || self.dtype(*part) != dtype {
                return Err(Why::Dims { what: "parts" });
            }
            dims[axis] += other[axis];
        }
        if let Some(tensors) = parts
            .iter()
            .map(|part| self.known(*part))
            .collect::<Option<Vec<_>>>()
        {
            let outer: usize = dims[..axis].iter().product();
            let mut bytes = Vec::new();
            for o in 0..outer {
                for tensor in &tensors {
                    let all = tensor.data().to_le_bytes();
                    let chunk = all.len() / outer;
                    bytes.extend_from_slice(&all[o * chunk..(o + 1) * chunk]);
                }
            }
            let tensor = Tensor::new(dims, Data::from_le_bytes(dtype, &bytes));
            return Ok(self.constant(tensor.ok_or(Why::Dims { what: "parts" })?));
        }
        if parts.len() > CONCAT {
            let groups = parts
                .chunks(CONCAT)
                .map(|group| self.concat(group, axis))
                .collect::<Result<Vec<_>, _>>()?;
            return self.concat(&groups, axis);
        }
        let fronts = parts
            .iter()
            .map(|part| self.front(*part, axis))
            .collect::<Result<Vec<_>, _>>()?;
        let mut joined = self.dims(fronts[0]).to_vec();
        joined[0] = dims[axis];
        let inputs = fronts.into_iter().map(Operand::from).collect();
        let joined = self.emit(
            "Concat",
            inputs,
            joined,
            dtype,
            vec![("axis", Setting::Int(0))],
        )?;
        self.back(joined, axis)
    }

    /// `x` repeated to `dims`, which it must broadcast to.
    pub fn expand(&mut self, x: Id, dims: &[usize]) -> Result<Id, Why> {
        if self.dims(x) == dims {
            return Ok(x);
        }
        if broadcast(self.dims(x), dims)? != dims {
            return Err(Why::Dims { what: "dimensions" });
        }
        if let Some(tensor) = self.known(x) {
            let steps = strides(tensor.dims());
            let missing = dims.len() - tensor.rank();
            let step: Vec<usize> = (0..dims.len())
                .map(|axis| match axis.checked_sub(missing) {
                    Some(own) if tensor.dims()[own] > 1 => steps[own],
                    _ => 0,
                })
                .collect();
            let tensor = rearranged(&tensor, dims, &step)?;
            return Ok(self.constant(tensor));
        }
        let zeros = self.filled(dims, 0.0)?;
        let dtype = self.dtype(x);
        let wide = self.emit(
            "Add",
            vec![x.into(), zeros.into()],
            dims.to_vec(),
            dtype,
            vec![],
        )?;
        self.note_narrow(wide, x);
        Ok(wide)
    }

    /// `x` with `before` and `after` more elements of `value` along `axis`.
    pub fn pad(
        &mut self,
        x: Id,
        axis: usize,
        before: usize,
        after: usize,
        value: f32,
    ) -> Result<Id, Why> {
        let mut parts = Vec::new();
        let mut block = self.dims(x).to_vec();
        for (count, own) in [(before, false), (0, true), (after, false)] {
            if own {
                parts.push(x);
            } else if count > 0 {
                block[axis] = count;
                parts.push(self.filled(&block, value)?);
            }
        }
        self.concat(&parts, axis)
    }
}

/// The dimensions of a value on the GPU, where nothing has rank 0.
pub(crate) fn gpu_dims(dims: &[usize]) -> Vec<usize> {
    if dims.is_empty() {
        vec![1]
    } else {
        dims.to_vec()
    }
}
