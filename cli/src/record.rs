//! `countersign/run/1`: a run that is not signed yet, with the seed that opens its commitments. A file of this program
//! alone (PROTOCOL 4.9 does not know it): whoever holds it can open everything, so it is written for its owner only.

use core::fmt;
use countersign_abi::RunResponse;
use countersign_shared::commit::{CommitError, Committed, Side};
use countersign_shared::hex::{self, HexError};
use countersign_shared::id::{Commitment, EngineId, ExactRoot, ManifestHash, ModelId, Seed};
use countersign_shared::item::{Item, ItemError};
use countersign_shared::json::{self, JsonError, Value};
use countersign_shared::Software;

/// The record's `format`.
const FORMAT: &str = "countersign/run/1";

/// A run on the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The model's id, if it was run by its id.
    pub model: Option<ModelId>,
    /// The manifest's hash.
    pub manifest: ManifestHash,
    /// What executed it; [`EngineId::EXACT`] in the Exact lane.
    pub engine: EngineId,
    /// The root of the model's exact program, for a run of the Exact lane.
    pub exact: Option<ExactRoot>,
    /// Where all salts come from. Secret.
    pub seed: Seed,
    /// What was fed.
    pub input: Committed,
    /// What came out.
    pub output: Committed,
    /// The post-processed result, if the task has one.
    pub result: Option<String>,
}

/// Why a run record cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordError {
    /// Not canonical JSON.
    Json(JsonError),
    /// Not this format.
    Format,
    /// A key is missing or of the wrong type.
    Key(&'static str),
    /// Not hexadecimal of the right length.
    Hex(&'static str, HexError),
    /// An item cannot be read.
    Item(ItemError),
    /// The items cannot be committed to.
    Commit(CommitError),
    /// Seed and items do not give the commitment.
    Commitment(Side),
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "this is no run record, or it was altered: {error}"),
            Self::Format => write!(f, "this is no run record of the format {FORMAT}"),
            Self::Key(key) => write!(f, "the run record's {key} is missing or of the wrong type"),
            Self::Hex(key, error) => write!(f, "the run record's {key} cannot be read: {error}"),
            Self::Item(error) => write!(f, "an item of the run record cannot be read: {error}"),
            Self::Commit(error) => {
                write!(f, "the run record's items cannot be committed to: {error}")
            }
            Self::Commitment(side) => write!(
                f,
                "the run record was altered: its seed and items do not give its {side} commitment"
            ),
        }
    }
}

impl std::error::Error for RecordError {}

impl Record {
    /// The record of an engine's answer.
    ///
    /// # Errors
    /// [`RecordError::Item`], [`RecordError::Commit`], and [`RecordError::Commitment`] if engine and `shared`
    /// disagree about the commitments.
    pub fn new(
        model: Option<ModelId>,
        manifest: ManifestHash,
        engine: EngineId,
        seed: Seed,
        run: &RunResponse,
    ) -> Result<Self, RecordError> {
        let committed = |side, items: &[countersign_abi::Item], claimed: [u8; 32]| {
            let items = items.iter().map(|item| Item::from_bytes(&item.encoded));
            let items = items
                .collect::<Result<Vec<_>, _>>()
                .map_err(RecordError::Item)?;
            commit(side, &seed, items, Commitment::new(claimed))
        };
        let result = run
            .result
            .as_ref()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Ok(Self {
            model,
            manifest,
            engine,
            exact: None,
            seed,
            input: committed(Side::Input, &run.input_items, run.input)?,
            output: committed(Side::Output, &run.output_items, run.output)?,
            result,
        })
    }

    /// Reads a record's file and recomputes both commitments.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let value = json::parse_canonical(bytes).map_err(RecordError::Json)?;
        let object = value.as_object().ok_or(RecordError::Format)?;
        let text = |key: &'static str| {
            object
                .get(key)
                .and_then(Value::as_str)
                .ok_or(RecordError::Key(key))
        };
        if text("format") != Ok(FORMAT) {
            return Err(RecordError::Format);
        }
        let seed =
            hex::decode_array(text("seed")?).map_err(|error| RecordError::Hex("seed", error))?;
        let seed = Seed::new(seed);
        let side = |key: &'static str, side: Side| {
            let half = object
                .get(key)
                .and_then(Value::as_object)
                .ok_or(RecordError::Key(key))?;
            let listed = half
                .get("items")
                .and_then(Value::as_array)
                .ok_or(RecordError::Key(key))?;
            let claimed = half
                .get("commitment")
                .and_then(Value::as_str)
                .ok_or(RecordError::Key(key))?;
            let claimed = claimed
                .parse()
                .map_err(|error| RecordError::Hex(key, error))?;
            let item = |value: &Value| {
                let text = value.as_str().ok_or(RecordError::Key(key))?;
                let bytes = hex::decode(text).map_err(|error| RecordError::Hex(key, error))?;
                Item::from_bytes(&bytes).map_err(RecordError::Item)
            };
            let items = listed.iter().map(item).collect::<Result<Vec<_>, _>>()?;
            commit(side, &seed, items, claimed)
        };
        let model = match object.get("model") {
            Some(Value::Null) => None,
            _ => Some(
                text("model")?
                    .parse()
                    .map_err(|error| RecordError::Hex("model", error))?,
            ),
        };
        let exact = match object.get("exact") {
            None | Some(Value::Null) => None,
            _ => Some(
                text("exact")?
                    .parse()
                    .map_err(|error| RecordError::Hex("exact", error))?,
            ),
        };
        let result = match object.get("result") {
            Some(Value::Null) => None,
            _ => Some(text("result")?.to_owned()),
        };
        Ok(Self {
            model,
            manifest: text("manifest")?
                .parse()
                .map_err(|error| RecordError::Hex("manifest", error))?,
            engine: text("engine")?
                .parse()
                .map_err(|error| RecordError::Hex("engine", error))?,
            exact,
            seed,
            input: side("input", Side::Input)?,
            output: side("output", Side::Output)?,
            result,
        })
    }

    /// The canonical file.
    pub fn to_file(&self) -> String {
        let side = |committed: &Committed| {
            let items = committed
                .items()
                .map(|item| hex::encode(&item.to_bytes()).into());
            Value::from([
                ("commitment", committed.commitment().to_string().into()),
                ("items", Value::Array(items.collect())),
            ])
        };
        let optional = |text: Option<String>| text.map_or(Value::Null, Value::String);
        Value::from([
            ("engine", self.engine.to_string().into()),
            ("exact", optional(self.exact.map(|root| root.to_string()))),
            ("format", FORMAT.into()),
            ("input", side(&self.input)),
            ("manifest", self.manifest.to_string().into()),
            ("model", optional(self.model.map(|id| id.to_string()))),
            ("output", side(&self.output)),
            ("result", optional(self.result.clone())),
            ("seed", hex::encode(self.seed.expose()).into()),
        ])
        .to_canonical()
    }
}

fn commit(
    side: Side,
    seed: &Seed,
    items: Vec<Item>,
    claimed: Commitment,
) -> Result<Committed, RecordError> {
    let committed = Committed::new(side, seed, items, &Software).map_err(RecordError::Commit)?;
    if committed.commitment() == claimed {
        Ok(committed)
    } else {
        Err(RecordError::Commitment(side))
    }
}
