//! The verdict: PROTOCOL 4.3, 4.4, 5.5, 5.6 and the lanes, with a node that answers from memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chain;
#[path = "../common/mod.rs"]
mod common;
mod computation;
mod document;

use common::*;
use countersign_abi::{ElementType, Input, NamedTensor, RunResponse};
use countersign_client::lists::{Deployments, Engine, Engines};
use countersign_client::verify::{
    verify, Access, ExactRun, Executor, ExecutorError, Finding, KnownModel, Model, OutsideInterval,
    Report, Request, RowKind, State, Verdict,
};
use countersign_client::Chain;
use countersign_shared::id::ExactRoot;
use countersign_shared::{Lane, Software};

/// Gives the answer it was made with.
#[derive(Clone)]
struct Fixed(Result<RunResponse, ExecutorError>);

/// The root of the program that [`Exactly`] knows.
const ROOT: ExactRoot = ExactRoot::new([0xec; 32]);

/// The same in the Exact lane, with what is wrong with the input.
struct Exactly(Fixed, Option<OutsideInterval>);

impl Executor for Exactly {
    async fn run(
        &self,
        listed: &Engine,
        model: &Model,
        input: &Input,
    ) -> Result<RunResponse, ExecutorError> {
        self.0.run(listed, model, input).await
    }

    async fn exact(
        &self,
        listed: &Engine,
        model: &Model,
        root: ExactRoot,
        input: &Input,
    ) -> Result<ExactRun, ExecutorError> {
        assert_eq!(root, ROOT);
        Ok(ExactRun {
            response: self.0.run(listed, model, input).await?,
            outside: self.1.clone(),
        })
    }
}

impl Executor for Fixed {
    async fn run(
        &self,
        listed: &Engine,
        model: &Model,
        _: &Input,
    ) -> Result<RunResponse, ExecutorError> {
        assert_eq!(listed, &engine());
        assert_eq!(model.manifest.name, "Adder");
        self.0.clone()
    }

    async fn exact(
        &self,
        _: &Engine,
        _: &Model,
        _: ExactRoot,
        _: &Input,
    ) -> Result<ExactRun, ExecutorError> {
        Err(ExecutorError::NoExactRoot)
    }
}

fn tensor(name: &str, value: f32) -> NamedTensor {
    let (dtype, dims, data) = (ElementType::F32, vec![1], value.to_le_bytes().to_vec());
    NamedTensor {
        name: name.into(),
        dtype,
        dims,
        data,
    }
}

/// What an engine answers that turned x into y.
fn answer(x: f32, y: f32) -> RunResponse {
    let items = |name: &str, value| {
        let encoded = item(name, value).to_bytes();
        vec![countersign_abi::Item {
            name: name.into(),
            encoded,
        }]
    };
    RunResponse {
        executed: true,
        input_items: items("x", x),
        output_items: items("y", y),
        outputs: vec![tensor("y", y)],
        result: None,
        input: [0; 32],
        output: [0; 32],
    }
}

/// Everything that a verifier may have; tests change single parts.
struct Case {
    node: FakeNode,
    document: Vec<u8>,
    input: Option<Input>,
    executor: Fixed,
    outside: Option<OutsideInterval>,
    models: Vec<KnownModel>,
    deployments: Deployments,
    engines: Engines,
    offline: bool,
}

impl Case {
    fn of(document: String) -> Self {
        Self {
            node: FakeNode::default(),
            document: document.into_bytes(),
            input: None,
            executor: Fixed(Ok(answer(1.0, 2.0))),
            outside: None,
            models: Vec::new(),
            deployments: deployments(),
            engines: engines(),
            offline: false,
        }
    }

    /// A receipt of a run in the Replay lane, both sides opened.
    fn replay() -> Self {
        Self::of(
            Making::new(Lane::Replay)
                .bundle(true, true)
                .to_file(&Software),
        )
    }

    fn report(&self) -> Report {
        let request = Request {
            document: &self.document,
            proofs: &[],
            earlier: None,
            input: self.input.as_ref(),
            models: &self.models,
            deployments: &self.deployments,
            engines: &self.engines,
            now: NOW,
        };
        pollster::block_on(async {
            let chain;
            let access = if self.offline {
                Access::Offline
            } else {
                match Chain::connect(&self.node).await {
                    Ok(connected) => {
                        chain = connected;
                        Access::Connected(&chain)
                    }
                    Err(error) => Access::Failed(error),
                }
            };
            let executor = Exactly(self.executor.clone(), self.outside.clone());
            verify(&request, &access, Some(&executor)).await
        })
    }

    fn finding(&self, kind: RowKind) -> Finding {
        self.report().row(kind).unwrap().finding.clone()
    }
}

#[test]
fn an_anchored_receipt_whose_run_is_repeated_is_valid_in_every_row() {
    let case = Case::replay();
    case.node.anchored.set(Some(moment(60)));
    let case = Case {
        input: Some(Input::Tensors(vec![tensor("x", 1.0)])),
        ..case
    };
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Valid);
    assert!(
        report.rows.iter().all(|row| row.state() == State::Ok),
        "{report:?}"
    );
    let kinds: Vec<RowKind> = report.rows.iter().map(|row| row.kind).collect();
    use RowKind::{Anchor, Computation, Integrity, Revocation, Signer, Time};
    assert_eq!(
        kinds,
        [Integrity, Signer, Anchor, Time, Revocation, Computation]
    );
}
