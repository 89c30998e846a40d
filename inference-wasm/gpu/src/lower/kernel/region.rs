//! Which steps become one shader.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::builder::{Builder, Id, Operand, Setting, Step};
use super::super::refusal::Why;
use super::{element, moved, tiled, Inputs, Shader};

/// Inputs of a region while it grows; a head may add one.
const ROOM: usize = super::INPUTS - 1;
/// Steps that one shader computes at most.
const LONGEST: usize = 64;

/// How a region's elements are computed behind its head.
pub(super) struct Tail {
    /// WGSL that computes `v`, the element of the output at `i`, from `h`, the head's.
    pub code: String,
    /// How many steps that are.
    pub steps: usize,
}

/// The steps as wonnx gets them: with the shaders that replace its own.
///
/// # Errors
/// [`Why::Size`] for a step that only a shader of ours computes rightly, and that is too large for one.
pub(crate) fn fuse(b: &mut Builder, outputs: &[Id]) -> Result<Vec<(Step, Option<Shader>)>, Why> {
    let steps: Vec<Step> = b.needed(outputs).into_iter().cloned().collect();
    let mut users: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        for id in operands(b, step) {
            users.entry(id).or_default().push(at);
        }
    }
    let shown: BTreeSet<Id> = outputs.iter().map(|id| b.resolve(*id)).collect();
    let mut taken = vec![false; steps.len()];
    let mut made = Vec::new();
    for root in (0..steps.len()).rev() {
        if taken[root] {
            continue;
        }
        let region = grow(b, &steps, root, &users, &shown, &taken);
        let mut found = region.as_ref().and_then(|region| shader(b, &steps, region));
        let mut used = region.filter(|_| found.is_some());
        if found.is_none() {
            // The step alone, where together they need too much.
            let alone = Region::of(&steps, root);
            found = alone.as_ref().and_then(|region| shader(b, &steps, region));
            used = alone.filter(|_| found.is_some());
        }
        for at in used.iter().flat_map(|region| &region.members) {
            taken[*at] = true;
        }
        made.push(match found {
            Some((step, shader)) => (step, Some(shader)),
            None if is_head(&steps[root]) || element::is_element(&steps[root]) => {
                let steps = b.dims(steps[root].output).iter().product();
                return Err(Why::Size { steps });
            }
            None => (steps[root].clone(), None),
        });
    }
    made.reverse();
    Ok(made)
}

fn operands(b: &Builder, step: &Step) -> Vec<Id> {
    let values = step.inputs.iter().filter_map(|input| match input {
        Operand::Value(id) => Some(b.resolve(*id)),
        Operand::Indices(_) => None,
    });
    values.collect()
}

fn is_head(step: &Step) -> bool {
    tiled::is_head(step) || moved::is_head(step)
}

/// Steps that become one shader, by their numbers; the last is the one whose output stays.
struct Region {
    members: BTreeSet<usize>,
    head: Option<usize>,
    root: usize,
}

impl Region {
    fn of(steps: &[Step], root: usize) -> Option<Self> {
        let head = is_head(&steps[root]).then_some(root);
        (head.is_some() || element::is_element(&steps[root])).then(|| Self {
            members: BTreeSet::from([root]),
            head,
            root,
        })
    }
}

/// The region that ends with `root`: what is computed for it alone, element by element, back to a head.
fn grow(
    b: &Builder,
    steps: &[Step],
    root: usize,
    users: &BTreeMap<Id, Vec<usize>>,
    shown: &BTreeSet<Id>,
    taken: &[bool],
) -> Option<Region> {
    let mut region = Region::of(steps, root)?;
    if region.head.is_some() {
        return Some(region);
    }
    let count = |at: usize| b.dims(steps[at].output).iter().product::<usize>();
    for at in (0..root).rev() {
        let step = &steps[at];
        let free = !taken[at] && !shown.contains(&step.output) && count(at) == count(root);
        // What the head reads, it reads elsewhere than at the element that it computes.
        let behind_head =
            |user: &usize| region.members.contains(user) && region.head != Some(*user);
        let inside = users
            .get(&step.output)
            .is_some_and(|users| users.iter().all(behind_head));
        if !free || !inside || region.members.len() >= LONGEST {
            continue;
        }
        let head = is_head(step);
        if !(head && region.head.is_none() || element::is_element(step) || step.op == "Reshape") {
            continue;
        }
        region.members.insert(at);
        if outside(b, steps, &region.members) > ROOM {
            region.members.remove(&at);
        } else if head {
            region.head = Some(at);
        }
    }
    Some(region)
}

/// How many values the members read that none of them computes.
fn outside(b: &Builder, steps: &[Step], members: &BTreeSet<usize>) -> usize {
    let own: BTreeSet<Id> = members.iter().map(|at| steps[*at].output).collect();
    let read: BTreeSet<Id> = members
        .iter()
        .flat_map(|at| operands(b, &steps[*at]))
        .filter(|id| !own.contains(id) && element::constant(b, *id).is_none())
        .collect();
    read.len()
}

/// The step that wonnx gets for a region, and its shader.
fn shader(b: &mut Builder, steps: &[Step], region: &Region) -> Option<(Step, Shader)> {
    let mut inputs = Inputs::default();
    let tail = tail(b, &mut inputs, steps, region)?;
    let output = steps[region.root].output;
    let shader = match region.head.map(|at| &steps[at]) {
        Some(head) if tiled::is_head(head) => tiled::shader(b, &mut inputs, head, &tail)?,
        head => {
            let count = b.dims(output).iter().product();
            let mut main = "let i = gidx;\n".to_owned();
            if let Some(head) = head {
                main.push_str(&moved::value(b, &mut inputs, head)?);
            }
            // wonnx wants an input, and WebGPU one that is used, even where all that is read are numbers in the shader.
            if inputs.is_empty() {
                let first = operands(b, &steps[*region.members.first()?]);
                let unread = inputs.name(b, *first.first()?);
                writeln!(main, "_ = {unread}[0];").ok()?;
            }
            writeln!(main, "{}out[i] = v;", tail.code).ok()?;
            inputs.shader("", &main, count)?
        }
    };
    let step = Step {
        op: "Concat",
        label: steps[region.root].label.clone(),
        inputs: inputs.finished()?.into_iter().map(Operand::from).collect(),
        output,
        settings: vec![("axis", Setting::Int(0))],
    };
    Some((step, shader))
}

/// What is computed element by element.
fn tail(b: &Builder, inputs: &mut Inputs, steps: &[Step], region: &Region) -> Option<Tail> {
    let mut code = String::new();
    let mut names: BTreeMap<Id, String> = BTreeMap::new();
    for at in &region.members {
        let step = &steps[*at];
        if region.head == Some(*at) {
            names.insert(step.output, "h".to_owned());
            continue;
        }
        let inside = |id: Id| names.get(&id).cloned();
        let dims = b.dims(step.output).to_vec();
        let mut operand = |input: &Operand| element::operand(b, inputs, input, &dims, &inside);
        let name = format!("t{at}");
        let value = if step.op == "Reshape" {
            operand(step.inputs.first()?)?
        } else if step.op == "Lookup" {
            let at = operand(step.inputs.first()?)?;
            writeln!(code, "let {name}_at = {at};").ok()?;
            element::lookup(b, inputs, step, &format!("{name}_at"))?
        } else {
            let operands = step.inputs.iter().map(&mut operand);
            // An expansion is written as the addition of zeros.
            let mut operands = operands.collect::<Option<Vec<_>>>()?;
            // Operands are used several times, and read once.
            for (number, operand) in operands.iter_mut().enumerate() {
                if operand.contains('[') {
                    writeln!(code, "let {name}_{number} = {operand};").ok()?;
                    *operand = format!("{name}_{number}");
                }
            }
            element::expression(step, &operands)?
        };
        writeln!(code, "let {name} = {value};").ok()?;
        names.insert(step.output, name);
    }
    let last = names.get(&steps[region.root].output)?;
    writeln!(code, "let v = {last};").ok()?;
    Some(Tail {
        code,
        steps: region.members.len(),
    })
}
