//! Whether a claim is true (EXACT 4.3), by running its program on the input that is here. Only what is certain makes a claim false:
//! a bond is staked on it.

use super::brain::Brain;
use super::cases::Case;
use crate::args::{EngineChoice, Global};
use crate::commands::model;
use crate::exact;
use crate::executor::Local;
use crate::failure::Failure;
use countersign_shared::commit::{OpenedItem, Side};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::game::Subject;
use countersign_shared::exact::interface::item;
use countersign_shared::exact::program::elements_root;
use countersign_shared::exact::run::bad_input;
use countersign_shared::exact::Program;
use countersign_shared::files::VerifiedBundle;
use countersign_shared::id::DataRoot;
use countersign_shared::item::Name;
use countersign_shared::Software;
use std::sync::Arc;

/// What came out.
pub enum Judged {
    /// The outputs are the program's.
    True,
    /// They are not, or the input is none that a true claim has; with the run, to prove it.
    False {
        /// In what way.
        why: String,
        /// The run.
        brain: Brain,
    },
    /// It cannot be told, and why.
    Unknown(String),
}

/// Judges a claim by its case.
pub fn judge(
    global: &Global,
    choice: &EngineChoice,
    subject: &Subject,
    case: &Case,
) -> Result<Judged, Failure> {
    let run = &case.bundle.receipt().statement.run;
    if (run.model, run.input, run.output) != (subject.model, subject.input, subject.output) {
        return unknown("the claim says something else than the receipt");
    }
    let Some((inputs_count, opened_inputs)) = opened(&case.bundle, Side::Input) else {
        return unknown("the bundle does not open the input, so that it cannot be compared");
    };
    let Some((outputs_count, opened_outputs)) = opened(&case.bundle, Side::Output) else {
        return unknown("the bundle does not open the output, so that it cannot be compared");
    };
    let model = model::registered(global, subject.model)?;
    let record = model.record.ok_or(Failure::UnknownModel(model.id))?;
    let (_, list) = global.engines()?;
    let beside = case.folder.join("manifest.json");
    let local = Local::new(choice, list, Some(&beside));
    let program = exact::registered(&local, &model.manifest, record.exact_root)?;
    let face = &program.interface;
    let tensors = case.tensors(face.inputs.iter().map(|port| port.name.as_str()))?;
    let inputs = exact::inputs(&program, &tensors)?;

    let ports = face.inputs.iter().map(|port| (&port.name, &port.dims));
    let roots = inputs.iter().map(|input| elements_root(&Software, input));
    let roots: Vec<DataRoot> = roots.collect();
    let compared = compare(ports, &roots, inputs_count, &opened_inputs);
    if compared != Compared::Equal {
        return unknown("the input here is not all of the receipt's input");
    }
    let (program, inputs) = (Arc::new(program), Arc::new(inputs));
    let brain = Brain::new(Arc::clone(&program), Arc::clone(&inputs));
    if let Some((input, element)) = bad_input(&program, &inputs) {
        let why =
            format!("element {element} of input {input} is no integer in the input's interval");
        return Ok(Judged::False { why, brain });
    }
    let roots = match brain.roots()? {
        Ok(roots) => roots,
        Err(error) => return unknown(&format!("the program cannot be run: {error}")),
    };
    Ok(judged(
        &program,
        &roots,
        (outputs_count, &opened_outputs),
        brain,
    ))
}

fn judged(
    program: &Program,
    roots: &[DataRoot],
    (count, opened): (u32, &[&OpenedItem]),
    brain: Brain,
) -> Judged {
    let outputs = &program.interface.outputs;
    let ports = outputs.iter().map(|port| (&port.name, &port.dims));
    let own = outputs
        .iter()
        .filter_map(|port| roots.get(usize::try_from(port.leaf).ok()?).copied());
    let own: Vec<DataRoot> = own.collect();
    match compare(ports, &own, count, opened) {
        Compared::Equal => Judged::True,
        Compared::Missing => {
            Judged::Unknown("the bundle opens a part of the output only, and that is right".into())
        }
        Compared::Differs(why) => Judged::False { why, brain },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Compared {
    Equal,
    /// Nothing differs, and not everything was opened.
    Missing,
    Differs(String),
}

/// Compares own tensors with opened items of one side, position by position.
fn compare<'a>(
    ports: impl ExactSizeIterator<Item = (&'a Name, &'a Dims)>,
    roots: &[DataRoot],
    count: u32,
    opened: &[&OpenedItem],
) -> Compared {
    let expected = ports.len();
    if usize::try_from(count) != Ok(expected) || roots.len() != expected {
        return Compared::Differs(format!(
            "the receipt commits to {count} tensors, the program has {expected}"
        ));
    }
    let mut missing = false;
    for (index, ((name, dims), root)) in (0_u32..).zip(ports.zip(roots)) {
        let mut items = opened.iter().filter(|item| item.index == index).peekable();
        missing |= items.peek().is_none();
        let own = item(name, dims, *root).ok();
        if items.any(|opened| Some(&opened.item) != own.as_ref()) {
            return Compared::Differs(format!("{name} is another tensor than the program gives"));
        }
    }
    if missing {
        Compared::Missing
    } else {
        Compared::Equal
    }
}

/// How many items the commitment of a side has, and those that the bundle opens; nothing if none.
fn opened(bundle: &VerifiedBundle, side: Side) -> Option<(u32, Vec<&OpenedItem>)> {
    let openings = bundle.openings().iter();
    let openings: Vec<_> = openings.filter(|opened| opened.side() == side).collect();
    let count = openings.first()?.count();
    let items = openings.iter().flat_map(|opened| opened.opened());
    Some((count, items.collect()))
}

fn unknown(why: &str) -> Result<Judged, Failure> {
    Ok(Judged::Unknown(why.to_owned()))
}
