//! The checks as they settle: first what needs nothing but the file, then what the chain says, then the run repeated.
//!
//! Each stage asks `countersign_client::verify` again with more at hand, so the page has no rule of its own.

use crate::browser::clock;
use crate::state::chain::{Link, Outage, OutageReason};
use crate::state::replay::{Repeated, Replay};
use crate::state::worker::Worker;
use crate::text::run;
use countersign_client::lists::{Deployments, Engines};
use countersign_client::npy;
use countersign_client::transport::web::Fetch;
use countersign_client::verify::{self, Access, Finding, Gathered, Report, Request, Row, RowKind};
use countersign_client::Chain;
use countersign_messages::abi::{Input, NamedFile};
use countersign_messages::Progress;
use countersign_shared::item::Name;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What the verifier gave.
#[derive(Clone, Default)]
pub struct Given {
    /// The receipt, bundle or link.
    pub document: Option<Arc<Vec<u8>>>,
    /// What its openings tell, where it holds.
    pub known: Option<Arc<Gathered>>,
    /// Opening and anchor files that came apart from it.
    pub proofs: Vec<Arc<Vec<u8>>>,
    /// The input's name and bytes.
    pub input: Option<Arc<(String, Vec<u8>)>>,
    /// The name and bytes of the earlier result that the run used too, if it did.
    pub from: Option<Arc<(String, Vec<u8>)>>,
    /// The receipt of that earlier run.
    pub earlier: Option<Arc<Vec<u8>>>,
    /// The NPY files of several inputs: by the input's name, the file's name and its bytes.
    pub(super) tensors: BTreeMap<String, (String, Arc<Vec<u8>>)>,
}

impl Given {
    /// A document by itself.
    pub fn of(document: Vec<u8>) -> Self {
        let known = Gathered::of::<&[u8]>(&document, &[]);
        Self {
            document: Some(Arc::new(document)),
            known: known.map(Arc::new),
            ..Self::default()
        }
    }

    /// The names of the inputs, where there are several and their files are to be given one by one.
    pub fn names(&self) -> Vec<String> {
        let known = self.known.iter().flat_map(|known| known.tensors());
        let names: Vec<String> = known.map(str::to_owned).collect();
        if names.len() > 1 {
            names
        } else {
            Vec::new()
        }
    }

    /// The inputs whose tensor this file holds.
    pub fn recognised(&self, file: &[u8]) -> Vec<String> {
        let names = self.known.iter().flat_map(|known| known.tensor(file));
        names.map(str::to_owned).collect()
    }

    /// Takes a file for an input.
    pub fn feed(&mut self, input: String, file: &str, bytes: &Arc<Vec<u8>>) {
        let fed = (file.to_owned(), Arc::clone(bytes));
        self.tensors.insert(input, fed);
    }

    /// The file of an input, with its length.
    pub fn fed(&self, input: &str) -> Option<(&str, u64)> {
        let (file, bytes) = self.tensors.get(input)?;
        Some((file, bytes.len() as u64))
    }

    /// The inputs as the command line takes them.
    pub fn inputs(&self) -> Vec<String> {
        match &self.input {
            Some(input) => vec![input.0.clone()],
            None => {
                let fed = self.tensors.iter();
                fed.map(|(input, (file, _))| format!("{input}={file}"))
                    .collect()
            }
        }
    }

    /// What the run is repeated with: nothing as long as a file of several is missing.
    fn repeat_with(&self) -> Option<Input> {
        let names = self.names();
        if !names.is_empty() {
            // What cannot be read as a tensor was not taken.
            let tensor = |name: String| npy::read(&name, &self.tensors.get(&name)?.1).ok();
            let all: Option<Vec<_>> = names.into_iter().map(tensor).collect();
            return all.map(Input::Tensors);
        }
        let file = self.input.as_ref()?.1.clone();
        let named = |name: &str, data: Vec<u8>| NamedFile {
            name: name.to_owned(),
            data,
        };
        Some(match &self.from {
            None => Input::File(file),
            Some(from) => Input::Files(vec![
                named(Name::FILE, file),
                named(Name::FROM, from.1.clone()),
            ]),
        })
    }
}

/// All rows, in order.
pub const ROWS: [RowKind; 6] = [
    RowKind::Integrity,
    RowKind::Signer,
    RowKind::Anchor,
    RowKind::Time,
    RowKind::Revocation,
    RowKind::Computation,
];

/// Which rows of the newest report are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Settled {
    /// Integrity and signer.
    File,
    /// All but the computation.
    Chain,
    /// All.
    All,
}

/// The newest report.
#[derive(Clone)]
pub struct Seen {
    report: Arc<Report>,
    settled: Settled,
}

/// The checks of the page.
#[derive(Clone, Copy)]
pub struct Checks {
    seen: RwSignal<Option<Seen>>,
    progress: RwSignal<Option<Progress>>,
    repeated: RwSignal<Option<Repeated>>,
    /// Counts the starts: what an older one finds is not shown.
    round: RwSignal<u32>,
}

impl Checks {
    /// Nothing checked yet.
    pub fn new() -> Self {
        Self {
            seen: RwSignal::new(None),
            progress: RwSignal::new(None),
            repeated: RwSignal::new(None),
            round: RwSignal::new(0),
        }
    }

    /// Whether a document was given.
    pub fn begun(self) -> bool {
        self.seen.with(Option::is_some)
    }

    /// The report once every row is settled.
    pub fn verdict(self) -> Option<Arc<Report>> {
        self.seen
            .get()
            .filter(|seen| seen.settled == Settled::All)
            .map(|seen| seen.report)
    }

    /// The newest report, settled or not: for what the receipt says of itself.
    pub fn report(self) -> Option<Arc<Report>> {
        self.seen.get().map(|seen| seen.report)
    }

    /// A row, once it is settled.
    pub fn row(self, kind: RowKind) -> Option<Row> {
        let seen = self.seen.get()?;
        let needed = match kind {
            RowKind::Integrity | RowKind::Signer => Settled::File,
            RowKind::Anchor | RowKind::Time | RowKind::Revocation => Settled::Chain,
            RowKind::Computation => Settled::All,
        };
        (seen.settled >= needed)
            .then(|| seen.report.row(kind).cloned())
            .flatten()
    }

    /// The opened result, once the repeated run has given it again.
    pub fn repeated(self) -> Option<Repeated> {
        self.repeated.get()
    }

    /// How far the repeated run is.
    pub fn said(self) -> String {
        self.progress
            .get()
            .map(|progress| run::stage(progress.stage))
            .unwrap_or_default()
    }

    /// Checks what was given with what is at hand.
    pub fn start(self, given: Given, link: Link, worker: Worker) {
        let round = self.round.get_untracked().wrapping_add(1);
        self.round.set(round);
        self.progress.set(None);
        self.repeated.set(None);
        let Some(document) = given.document.clone() else {
            self.seen.set(None);
            return;
        };
        spawn_local(async move {
            let current = move || self.round.try_get_untracked() == Some(round);
            let show = move |report: Report, settled| {
                if current() {
                    self.seen.set(Some(Seen {
                        report: Arc::new(report),
                        settled,
                    }));
                }
            };
            let (deployments, engines) = lists(&link);
            let proofs: Vec<Vec<u8>> = given.proofs.iter().map(|proof| proof.to_vec()).collect();
            let input = given.repeat_with();
            let mut request = Request {
                document: &document,
                proofs: &proofs,
                earlier: given.earlier.as_ref().map(|earlier| earlier.as_slice()),
                input: None,
                models: &[],
                deployments: &deployments,
                engines: &engines,
                now: clock::seconds(),
            };
            let offline = Access::<Fetch>::Offline;
            let report = verify::verify(&request, &offline, None::<&Replay>).await;
            let unread = report.receipt.is_none();
            show(report, if unread { Settled::All } else { Settled::File });
            // While the chain is being reached there is nothing more to say; the page starts again when it is there.
            if unread || matches!(link, Link::Connecting) {
                return;
            }
            let access = access(&link);
            let report = verify::verify(&request, &access, None::<&Replay>).await;
            show(
                report,
                if input.is_some() {
                    Settled::Chain
                } else {
                    Settled::All
                },
            );
            if input.is_none() || !current() {
                return;
            }
            request.input = input.as_ref();
            let report = Rc::new(move |progress| {
                if current() {
                    self.progress.set(Some(progress));
                }
            });
            let replay = Replay {
                worker,
                report,
                repeated: Rc::default(),
            };
            let report = verify::verify(&request, &access, Some(&replay)).await;
            if current() {
                self.progress.set(None);
                // Only a result that was opened, and that came out again bit for bit, is shown as the receipt's.
                let same = report
                    .row(RowKind::Computation)
                    .is_some_and(|row| match &row.finding {
                        Finding::Reproduced { checked, .. } => {
                            checked.iter().any(|name| name == Name::RESULT)
                        }
                        _ => false,
                    });
                let repeated = replay.repeated.borrow_mut().take();
                self.repeated.set(repeated.filter(|_| same));
            }
            show(report, Settled::All);
        });
    }
}

pub(super) fn lists(link: &Link) -> (Deployments, Engines) {
    link.config()
        .map(|config| (config.deployments, config.engines))
        .unwrap_or_default()
}

/// The page's own way to a chain.
pub(super) fn access(link: &Link) -> Access<'_, Fetch> {
    match link {
        Link::Ready(ready) => Access::Connected(&ready.chain),
        Link::Unlisted(unlisted) => Access::Connected(&unlisted.chain),
        Link::Down(outage) => down(outage),
        Link::Connecting => Access::Offline,
    }
}

fn down(outage: &Outage) -> Access<'_, Fetch> {
    let chain: Option<&Chain<Fetch>> = outage.chain.as_ref();
    match (chain, &outage.reason) {
        (Some(chain), _) => Access::Connected(chain),
        (None, OutageReason::Chain(error)) => Access::Failed(error.clone()),
        (None, OutageReason::Config(_) | OutageReason::Contracts(_)) => Access::Offline,
    }
}
