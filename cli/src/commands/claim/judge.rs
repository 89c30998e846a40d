//! Whether a claim is true (EXACT 4.3), by running its program on the input that is here. Only what is certain makes a claim false:
//! a bond is staked on it.

use super::brain::Brain;
use super::cases::Case;
use super::program::recompiled;
use crate::args::{Global, ModelFiles};
use crate::exact;
use crate::executor::Places;
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
    files: &ModelFiles,
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
    let beside = case.folder.join("manifest.json");
    let places = Places::new(files, Some(&beside));
    let program = recompiled(global, subject.model, None, &places)?.program;
    let face = &program.interface;
    let ports = || face.inputs.iter().map(|port| (&port.name, &port.dims));
    if let Some(why) = foreign(ports(), inputs_count, &opened_inputs) {
        // Its author cannot open the trace (EXACT 4.2), so that the game is won by the clock and needs no run.
        let brain = Brain::new(Arc::new(program), Arc::default());
        return Ok(Judged::False { why, brain });
    }
    let tensors = case.tensors(face.inputs.iter().map(|port| port.name.as_str()))?;
    let committed = |inputs: &Vec<Vec<u32>>| {
        let roots = inputs.iter().map(|input| elements_root(&Software, input));
        let roots: Vec<DataRoot> = roots.collect();
        compare(ports(), &roots, inputs_count, &opened_inputs) == Compared::Equal
    };
    // A liar may have committed to −0, which honest runs make 0: then only the input as it lies here proves it.
    let candidates = [
        exact::inputs(&program, &tensors)?,
        exact::inputs_as_given(&program, &tensors)?,
    ];
    let Some(inputs) = candidates.into_iter().find(committed) else {
        return unknown("the input here is not all of the receipt's input");
    };
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

/// Why no tensors at all are these items: another number of them, or an item of another name, type or shape.
fn foreign<'a>(
    ports: impl ExactSizeIterator<Item = (&'a Name, &'a Dims)>,
    count: u32,
    opened: &[&OpenedItem],
) -> Option<String> {
    let expected = ports.len();
    if usize::try_from(count) != Ok(expected) {
        return Some(format!(
            "the receipt commits to {count} inputs, the program has {expected}"
        ));
    }
    (0_u32..).zip(ports).find_map(|(index, (name, dims))| {
        let mut items = opened.iter().filter(|item| item.index == index);
        let other = items.any(|opened| {
            let own = item(name, dims, opened.item.data_root()).ok();
            Some(&opened.item) != own.as_ref()
        });
        other.then(|| {
            format!("the receipt's input {index} has not the name, type and shape of {name}")
        })
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_shared::id::Salt;
    use countersign_shared::item::Item;

    fn name(text: &str) -> Name {
        Name::new(text).unwrap()
    }

    fn opened(index: u32, item: Item) -> OpenedItem {
        OpenedItem {
            index,
            item,
            salt: Salt::new([1; 32]),
            path: Vec::new(),
        }
    }

    /// EXACT 4.2: exactly the program's inputs. Who committed to anything else has no first move, whatever the data are.
    #[test]
    fn items_that_are_none_of_the_programs_are_told_from_other_data() {
        let ports = [
            (name("a"), Dims::new(&[2, 3]).unwrap()),
            (name("b"), Dims::new(&[]).unwrap()),
        ];
        let of = |name: &Name, dims: &Dims| item(name, dims, DataRoot::new([7; 32])).unwrap();
        let [(a, wide), (b, one)] = &ports;
        let why = |count: u32, items: [Item; 2]| {
            let items = [0, 1].map(|index| {
                let item = items.get(usize::try_from(index).unwrap()).unwrap();
                opened(index, item.clone())
            });
            let items: Vec<&OpenedItem> = items.iter().collect();
            let ports = ports.iter().map(|(name, dims)| (name, dims));
            foreign(ports, count, &items)
        };
        assert_eq!(why(2, [of(a, wide), of(b, one)]), None);
        let number = why(3, [of(a, wide), of(b, one)]).unwrap();
        assert!(number.contains("3 inputs"), "{number}");
        let tall = Dims::new(&[3, 2]).unwrap();
        let file = Item::file(a.clone(), b"bytes", &Software);
        for other in [of(a, &tall), of(&name("c"), wide), file] {
            let item = why(2, [other, of(b, one)]).unwrap();
            assert!(item.contains("input 0"), "{item}");
        }
        // What is not opened says nothing.
        let ports = ports.iter().map(|(name, dims)| (name, dims));
        assert_eq!(foreign(ports, 2, &[]), None);
    }
}
