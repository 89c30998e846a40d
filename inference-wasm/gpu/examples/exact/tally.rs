//! Counting: right, refused with reasons, wrong.

use std::collections::{BTreeMap, BTreeSet};

use countersign_shared::exact::step::Op;
use countersign_shared::exact::Program;

/// What a runtime made of a model.
pub enum Outcome {
    /// Every bit is the interpreter's.
    Right { tensors: u64, elements: u64 },
    /// It said why it does not run the model.
    Refused(String),
    /// A bit is another one, or there is no answer.
    Wrong(String),
}

#[derive(Default)]
struct Count {
    right: u64,
    tensors: u64,
    elements: u64,
    refused: BTreeMap<String, u64>,
    wrong: u64,
}

#[derive(Default)]
struct Programs {
    count: u64,
    /// Kinds of steps, each with the number of programs that have one.
    kinds: BTreeMap<u8, u64>,
    steps: u64,
}

#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<(String, &'static str), Count>,
    programs: BTreeMap<String, Programs>,
    wrong: Vec<String>,
}

/// How many faults are named.
const NAMED: usize = 40;

impl Tally {
    pub fn program(&mut self, group: &str, program: &Program) {
        let programs = self.programs.entry(group.to_owned()).or_default();
        programs.count += 1;
        programs.steps += program.steps.len() as u64;
        let kinds: BTreeSet<u8> = program.steps.iter().map(|step| step.op as u8).collect();
        for kind in kinds {
            *programs.kinds.entry(kind).or_default() += 1;
        }
    }

    pub fn take(&mut self, group: &str, runtime: &'static str, name: &str, outcome: Outcome) {
        let key = (group.to_owned(), runtime);
        let count = self.counts.entry(key).or_default();
        match outcome {
            Outcome::Right { tensors, elements } => {
                count.right += 1;
                count.tensors += tensors;
                count.elements += elements;
            }
            Outcome::Refused(why) => *count.refused.entry(why).or_default() += 1,
            Outcome::Wrong(how) => {
                count.wrong += 1;
                self.wrong.push(format!("{runtime}: {name}: {how}"));
            }
        }
    }

    /// Whether nothing is wrong, and every runtime got something right in every group.
    pub fn is_right(&self) -> bool {
        let some = |count: &Count| count.right > 0 && count.wrong == 0;
        !self.counts.is_empty() && self.counts.values().all(some)
    }

    pub fn print(&self) {
        for (group, programs) in &self.programs {
            let Programs { count, steps, .. } = programs;
            println!("{group}: {count} programs, {steps} steps");
            let kind = |op: &Op| {
                let count = programs.kinds.get(&(*op as u8)).copied();
                format!("{op:?} {}", count.unwrap_or(0))
            };
            let kinds: Vec<String> = Op::ALL.iter().map(kind).collect();
            println!("  programs with: {}", kinds.join(", "));
            for ((_, runtime), count) in self.counts.iter().filter(|((of, _), _)| of == group) {
                let refused: u64 = count.refused.values().sum();
                println!(
                    "  {runtime}: right {} ({} tensors, {} elements), refused {refused}, wrong {}",
                    count.right, count.tensors, count.elements, count.wrong
                );
                let mut reasons: Vec<_> = count.refused.iter().collect();
                reasons.sort_by_key(|(why, number)| (std::cmp::Reverse(**number), *why));
                for (why, number) in reasons {
                    println!("    {number:5} {why}");
                }
            }
        }
        for wrong in self.wrong.iter().take(NAMED) {
            println!("WRONG {wrong}");
        }
        if self.wrong.len() > NAMED {
            println!("and {} more", self.wrong.len() - NAMED);
        }
    }
}
