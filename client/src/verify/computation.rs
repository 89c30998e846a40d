//! Whether the run can be repeated with the same outcome.

use super::executor::{Executor, ExecutorError};
use super::finding::{Finding, GivenInput};
use super::report::{Fact, Label, Row, RowKind, Told};
use super::{Access, Checked, Request};
use crate::deployed::Model;
use crate::lists::Deployment;
use crate::messages;
use crate::npy;
use crate::transport::Transport;
use countersign_abi::{Input, RunResponse};
use countersign_shared::commit::Side;
use countersign_shared::files::Opened;
use countersign_shared::id::{AccountId, ExactRoot, ManifestHash, ModelId};
use countersign_shared::item::{Item, Kind, Name};
use countersign_shared::manifest::{Manifest, Task};
use countersign_shared::tensor::{DataType, Tensor};
use countersign_shared::{Lane, Software};

/// A model that the verifier knows without asking a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownModel {
    /// Who registered it.
    pub publisher: AccountId,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// Root of the exact program, zero outside the exact profile.
    pub exact_root: ExactRoot,
}

/// The row on the computation.
pub(super) async fn judge<T: Transport, X: Executor>(
    checked: &Checked,
    request: &Request<'_>,
    access: &Access<'_, T>,
    deployment: Option<&Deployment>,
    executor: Option<&X>,
) -> Row {
    let run = checked.receipt.statement.run;
    let model = find_model(run.model, request, access, deployment).await;
    let mut facts = model.as_ref().map_or_else(
        || vec![Fact::new(Label::Model, run.model)],
        |(model, _)| model_facts(model),
    );
    let fitted = model
        .as_ref()
        .and_then(|(model, _)| fitted(model, request.input?));
    let request = &Request {
        input: fitted.as_ref().or(request.input),
        ..*request
    };
    facts.push(Fact::new(Label::Lane, run.lane));
    facts.push(Fact::new(Label::Engine, run.engine));
    let finding = match (given_input(checked, request), run.lane) {
        // Whatever could run it: this is not the run's input.
        (Err(input), _) => Finding::OtherInput { input },
        (Ok(input), Lane::Fast) => Finding::SignersWord { input },
        (Ok(_), Lane::Exact) => exact(checked, request, model, executor).await,
        (Ok(_), Lane::Replay) => replay(checked, request, model, executor).await,
    };
    Row::new(RowKind::Computation, finding, facts)
}

/// One file given for a model of one tensor is that tensor, as NumPy writes it.
fn fitted(model: &Model, input: &Input) -> Option<Input> {
    let (Input::File(bytes), Task::Tensors, [port]) =
        (input, model.manifest.task, model.manifest.inputs.as_slice())
    else {
        return None;
    };
    let tensor = npy::read(&port.name, bytes).ok()?;
    Some(Input::Tensors(vec![tensor]))
}

fn model_facts(model: &Model) -> Vec<Fact> {
    let name = format!("{} {}", model.manifest.name, model.manifest.version);
    let mut facts = vec![
        Fact::new(Label::Model, model.id),
        Fact::new(Label::ModelName, name),
        Fact::new(Label::Publisher, messages::account(&model.publisher)),
    ];
    if let Some(record) = &model.record {
        facts.push(Fact::told(
            Label::Registered,
            Told::Moment(record.registered),
        ));
        if let Some(deprecated) = record.deprecated {
            facts.push(Fact::told(Label::Deprecated, Told::Moment(deprecated)));
        }
    }
    facts
}

/// In the registry of the trusted deployment, else among the known models, with its exact root; only what hashes to the id counts.
async fn find_model<T: Transport>(
    id: ModelId,
    request: &Request<'_>,
    access: &Access<'_, T>,
    deployment: Option<&Deployment>,
) -> Option<(Model, ExactRoot)> {
    if let (Access::Connected(chain), Some(deployment)) = (access, deployment) {
        if let Ok(deployed) = chain.deployed(deployment).await {
            if let Ok(Some(model)) = deployed.model(id).await {
                let root = model.record.as_ref().map(|record| record.exact_root);
                return Some((model, root.unwrap_or(ExactRoot::ZERO)));
            }
        }
    }
    request.models.iter().find_map(|known| {
        let hash = ManifestHash::of(&known.manifest, &Software);
        let computed = ModelId::compute(&known.publisher, &hash, &known.exact_root, &Software);
        let manifest = Manifest::parse(&known.manifest).ok()?;
        let model = Model {
            id,
            publisher: known.publisher,
            manifest,
            record: None,
        };
        (computed == id).then_some((model, known.exact_root))
    })
}

/// Compares the input given with what was committed to, as far as that can be done without running anything.
///
/// # Errors
/// The name of an item that was given and is another one.
fn given_input(checked: &Checked, request: &Request<'_>) -> Result<GivenInput, String> {
    let Some(input) = request.input else {
        return Ok(GivenInput::None);
    };
    let Some(opened) = complete(checked, Side::Input) else {
        return Ok(GivenInput::NotCompared);
    };
    let given = given_items(input);
    // What was not given, or only as a file that nothing here makes tensors of, differs from nothing.
    let pairs: Vec<(&Item, Option<&Item>)> = opened
        .items()
        .map(|item| (item, given.iter().find(|given| namesakes(given, item))))
        .collect();
    let differs = pairs
        .iter()
        .find(|(item, given)| given.is_some_and(|given| given != *item));
    match differs {
        Some((item, _)) => Err(item.name().to_string()),
        None if pairs.iter().all(|(_, given)| given.is_some()) => Ok(GivenInput::Committed),
        None => Ok(GivenInput::NotCompared),
    }
}

/// Two files or two tensors of one name.
fn namesakes(left: &Item, right: &Item) -> bool {
    let is_file = |item: &Item| matches!(item.kind(), Kind::File { .. });
    left.name() == right.name() && is_file(left) == is_file(right)
}

fn file_item(name: &str, bytes: &[u8]) -> Option<Item> {
    Some(Item::file(Name::new(name).ok()?, bytes, &Software))
}

/// The items of what the verifier gave, made canonical (1.3).
fn given_items(input: &Input) -> Vec<Item> {
    match input {
        Input::File(bytes) => file_item(Name::FILE, bytes).into_iter().collect(),
        Input::Files(files) => files
            .iter()
            .filter_map(|file| file_item(&file.name, &file.data))
            .collect(),
        Input::Tensors(tensors) => {
            let item = |tensor: &countersign_abi::NamedTensor| {
                let dtype = DataType::from_number(tensor.dtype.code())?;
                let canonical =
                    Tensor::new(dtype, tensor.dims.clone(), tensor.data.clone()).ok()?;
                Some(Item::tensor(
                    Name::new(tensor.name.clone()).ok()?,
                    &canonical,
                    &Software,
                ))
            };
            tensors.iter().filter_map(item).collect()
        }
    }
}

fn complete(checked: &Checked, side: Side) -> Option<&Opened> {
    checked
        .openings
        .iter()
        .find(|opened| opened.side() == side && opened.is_complete())
}

/// What a run that is repeated is compared with.
struct Claimed<'a> {
    input: &'a Input,
    opened: &'a Opened,
    outputs: Vec<&'a Opened>,
    /// How many items the output commitment holds.
    count: u32,
}

impl<'a> Claimed<'a> {
    /// # Errors
    /// What is missing.
    fn of(checked: &'a Checked, request: &Request<'a>) -> Result<Self, Finding> {
        let input = request.input.ok_or(Finding::NoInput)?;
        let opened = complete(checked, Side::Input).ok_or(Finding::InputClosed)?;
        let openings = checked.openings.iter();
        let outputs: Vec<&Opened> = openings
            .filter(|opened| opened.side() == Side::Output)
            .collect();
        let count = outputs.first().map(|opened| opened.count());
        Ok(Self {
            input,
            opened,
            outputs,
            count: count.ok_or(Finding::OutputClosed)?,
        })
    }

    fn output_items(&self) -> impl Iterator<Item = &'a Item> + use<'a, '_> {
        self.outputs.iter().flat_map(|opened| opened.items())
    }

    /// The input that the run had and the receipt does not commit to.
    fn other_input(&self, response: &RunResponse) -> Option<Finding> {
        if let Some(input) = first_difference(self.opened.items(), &response.input_items) {
            return Some(Finding::OtherInput { input });
        }
        let same = usize::try_from(self.opened.count()).ok() == Some(response.input_items.len());
        (!same).then_some(Finding::OtherCount(Side::Input))
    }

    /// Whether the outputs are the same, byte for byte.
    fn compare_outputs(&self, response: &RunResponse) -> Finding {
        if let Some(output) = first_difference(self.output_items(), &response.output_items) {
            return Finding::Differs { output };
        }
        if usize::try_from(self.count).ok() != Some(response.output_items.len()) {
            return Finding::OtherCount(Side::Output);
        }
        let names = self.output_items().map(|item| item.name().to_string());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        // As many came out as the receipt commits to: what nobody opened is among the rest.
        let is_opened = |produced: &&countersign_abi::Item| {
            self.output_items()
                .any(|item| item.to_bytes() == produced.encoded)
        };
        let rest = response.output_items.iter();
        let rest = rest.filter(|produced| !is_opened(produced));
        Finding::Reproduced {
            checked: names,
            unchecked: rest.map(|produced| produced.name.clone()).collect(),
        }
    }
}

/// Replay: the same input on the same engine must give the same items, bit for bit.
async fn replay<X: Executor>(
    checked: &Checked,
    request: &Request<'_>,
    model: Option<(Model, ExactRoot)>,
    executor: Option<&X>,
) -> Finding {
    let run = checked.receipt.statement.run;
    let Some(engine) = request.engines.find(run.engine) else {
        return Finding::UnknownEngine(run.engine);
    };
    let claimed = match Claimed::of(checked, request) {
        Ok(claimed) => claimed,
        Err(missing) => return missing,
    };
    let Some((model, _)) = model else {
        return Finding::UnknownModel(run.model);
    };
    let Some(executor) = executor else {
        return Finding::NoExecutor;
    };
    let response = match executor.run(engine, &model, claimed.input).await {
        Ok(response) => response,
        Err(error) => return Finding::NotExecuted(error),
    };
    claimed
        .other_input(&response)
        .unwrap_or_else(|| claimed.compare_outputs(&response))
}

/// Exact: the same input must give the same items, bit for bit, whatever computes it (X1), and every element of the input
/// must be an integer in its interval (EXACT 4.3).
async fn exact<X: Executor>(
    checked: &Checked,
    request: &Request<'_>,
    model: Option<(Model, ExactRoot)>,
    executor: Option<&X>,
) -> Finding {
    let claimed = match Claimed::of(checked, request) {
        Ok(claimed) => claimed,
        Err(missing) => return missing,
    };
    let Some((model, root)) = model else {
        return Finding::UnknownModel(checked.receipt.statement.run.model);
    };
    let (Some(engine), Some(executor)) = (request.engines.entries().last(), executor) else {
        return Finding::NoExecutor;
    };
    if root.is_zero() {
        return Finding::NotExecuted(ExecutorError::NoExactRoot);
    }
    let run = match executor.exact(engine, &model, root, claimed.input).await {
        Ok(run) => run,
        Err(error) => return Finding::NotExecuted(error),
    };
    if let Some(other) = claimed.other_input(&run.response) {
        return other;
    }
    match run.outside {
        Some(outside) => Finding::Outside(outside),
        None => claimed.compare_outputs(&run.response),
    }
}

/// The name of the first opened item that the run did not produce, byte for byte.
fn first_difference<'a>(
    mut opened: impl Iterator<Item = &'a Item>,
    produced: &[countersign_abi::Item],
) -> Option<String> {
    let missing = opened.find(|item| {
        let encoded = item.to_bytes();
        !produced.iter().any(|produced| produced.encoded == encoded)
    });
    missing.map(|item| item.name().to_string())
}
