//! An interpreter of programs: the data root of every leaf of the trace, in memory that the
//! largest tensors bound and not the trace.

use super::element::Plan;
use super::loads::{Fault, Whole};
use super::num::{at, bits_of_int, int_of_bits, narrow};
use super::program::{elements_root, Program};
use super::step::Reference;
use crate::crypto::Crypto;
use crate::id::DataRoot;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

/// Why a program cannot be run. Programs and inputs that passed the analysis never fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError {
    /// Not one tensor for each input.
    Inputs {
        /// Inputs of the program.
        expected: u32,
        /// Tensors given.
        found: u32,
    },
    /// An input has another number of elements.
    InputLength(u32),
    /// An element of an input is not an integer in the input's interval.
    InputValue {
        /// The input.
        input: u32,
        /// Its element.
        element: u32,
    },
    /// A step reads elements that are not there.
    Operand {
        /// The step.
        step: u32,
        /// Position of the operand.
        slot: u32,
    },
    /// A step's element cannot be computed.
    Step {
        /// The step.
        step: u32,
        /// Why.
        fault: Fault,
    },
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inputs { expected, found } => {
                write!(f, "the program has {expected} inputs, {found} were given")
            }
            Self::InputLength(input) => {
                write!(f, "input {input} has another number of elements")
            }
            Self::InputValue { input, element } => write!(
                f,
                "element {element} of input {input} is not an integer in the input's interval"
            ),
            Self::Operand { step, slot } => write!(
                f,
                "operand {slot} of step {step} has not as many elements as its shape"
            ),
            Self::Step { step, fault } => write!(f, "step {step} cannot be computed: {fault}"),
        }
    }
}

impl core::error::Error for RunError {}

/// Gets every leaf of the trace as it is made, as f32 bits, and may change it: what an adversary
/// does. [`honest`] changes nothing.
pub type Hook<'a> = dyn Fn(u32, &mut [u32]) + 'a;

/// The hook of an honest run.
pub fn honest(_leaf: u32, _elements: &mut [u32]) {}

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The data roots of all leaves that were computed.
    pub roots: Vec<DataRoot>,
    /// The leaves that were asked for, as f32 bits.
    pub kept: BTreeMap<u32, Vec<u32>>,
}

/// The first element of the inputs that no true claim has: its input and number.
#[must_use]
pub fn bad_input(program: &Program, inputs: &[Vec<u32>]) -> Option<(u32, u32)> {
    let ports = program.interface.inputs.iter().zip(inputs);
    (0_u32..).zip(ports).find_map(|(input, (port, elements))| {
        let bad =
            |bits: &u32| !int_of_bits(*bits).is_some_and(|v| (port.lo..=port.hi).contains(&v));
        Some((input, narrow(elements.iter().position(bad)?)))
    })
}

/// Checks number, lengths and values of the inputs.
///
/// # Errors
/// [`RunError`].
pub fn check_inputs(program: &Program, inputs: &[Vec<u32>]) -> Result<(), RunError> {
    let (expected, found) = (program.inputs(), narrow(inputs.len()));
    if expected != found {
        return Err(RunError::Inputs { expected, found });
    }
    let ports = program.interface.inputs.iter().zip(inputs);
    for (input, (port, elements)) in (0_u32..).zip(ports) {
        if at(port.dims.elements()) != elements.len() {
            return Err(RunError::InputLength(input));
        }
    }
    match bad_input(program, inputs) {
        Some((input, element)) => Err(RunError::InputValue { input, element }),
        None => Ok(()),
    }
}

/// Runs the program up to and including leaf `last` (all of it where that is beyond the end),
/// keeps the leaves in `keep`, and drops every other one after its last reader.
///
/// # Errors
/// [`RunError`].
pub fn run(
    program: &Program,
    inputs: &[Vec<u32>],
    last: u32,
    keep: &[u32],
    hook: &Hook<'_>,
    crypto: &impl Crypto,
) -> Result<Trace, RunError> {
    check_inputs(program, inputs)?;
    let mut readers = last_readers(program);
    for leaf in keep {
        readers.insert(*leaf, u32::MAX);
    }
    let mut trace = Trace {
        roots: Vec::new(),
        kept: BTreeMap::new(),
    };
    for (leaf, input) in (0_u32..).zip(inputs) {
        let mut elements = input.clone();
        hook(leaf, &mut elements);
        trace.push(leaf, elements, &readers, crypto);
    }
    for (index, step) in (0_u32..).zip(&program.steps) {
        // At most 4096 steps and eight inputs in any program that is in bounds.
        let leaf = program.inputs().saturating_add(index);
        if leaf > last {
            break;
        }
        let fault = |fault| RunError::Step { step: index, fault };
        let plan = Plan::new(step).map_err(fault)?;
        let mut operands = Vec::new();
        for (slot, operand) in (0_u32..).zip(&step.operands) {
            let elements = match operand.reference {
                Reference::Leaf(leaf) => trace.kept.get(&leaf),
                Reference::Initialiser(number) => program.weights.get(at(number)),
            };
            let fits = |elements: &&Vec<u32>| elements.len() == at(operand.dims.elements());
            let missing = RunError::Operand { step: index, slot };
            operands.push(elements.filter(fits).ok_or(missing)?.as_slice());
        }
        let mut loads = Whole::new(operands);
        let mut elements = vec![0_u32; at(step.dims.elements())];
        for (element, to) in (0_u32..).zip(elements.iter_mut()) {
            let value = plan.element(element, &mut loads).map_err(fault)?;
            let limit = Fault::Limit(i64::from(value));
            *to = bits_of_int(value).ok_or_else(|| fault(limit))?;
        }
        hook(leaf, &mut elements);
        trace.push(leaf, elements, &readers, crypto);
        trace
            .kept
            .retain(|kept, _| readers.get(kept).is_some_and(|reader| *reader > leaf));
    }
    trace.kept.retain(|kept, _| keep.contains(kept));
    Ok(trace)
}

impl Trace {
    fn push(
        &mut self,
        leaf: u32,
        elements: Vec<u32>,
        readers: &BTreeMap<u32, u32>,
        crypto: &impl Crypto,
    ) {
        self.roots.push(elements_root(crypto, &elements));
        if readers.contains_key(&leaf) {
            self.kept.insert(leaf, elements);
        }
    }
}

/// The last leaf that reads each leaf.
fn last_readers(program: &Program) -> BTreeMap<u32, u32> {
    let mut readers = BTreeMap::new();
    let first = program.inputs();
    for (index, step) in (0_u32..).zip(&program.steps) {
        for operand in &step.operands {
            if let Reference::Leaf(leaf) = operand.reference {
                readers.insert(leaf, first.saturating_add(index));
            }
        }
    }
    readers
}
