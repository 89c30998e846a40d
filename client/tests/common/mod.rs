//! A node that answers from memory, and receipts signed for its chain.

use countersign_client::lists::{Deployment, Deployments, Engine, Engines};
use countersign_client::{RpcError, Transport};
use countersign_shared::chain::{receipts, registry, ModelRecord, Moment, ReceiptFacts};
use countersign_shared::commit::{Committed, Side};
use countersign_shared::deploy;
use countersign_shared::files::{Bundle, Opening};
use countersign_shared::id::{
    AccountId, BlockHash, CodeHash, EasSalt, EngineId, EthAddress, ExactRoot, GenesisHash,
    ManifestHash, ModelId, ReceiptId, SealedId, Seed,
};
use countersign_shared::item::{Item, Name};
use countersign_shared::receipt::{Receipt, Run, Statement};
use countersign_shared::sign::Secp256k1Key;
use countersign_shared::{Attester, Lane, Software};
use parity_scale_codec::{Compact, Decode, Encode};
use serde_json::{json, Value};
use std::cell::{Cell, RefCell};

/// The recorded metadata of the local chain.
const METADATA: &[u8] = include_bytes!("../data/metadata.scale");

pub const GENESIS: [u8; 32] = [0x10; 32];
pub const RECEIPTS: AccountId = AccountId::new([0x20; 32]);
pub const REGISTRY: AccountId = AccountId::new([0x21; 32]);
pub const RECEIPTS_CODE: CodeHash = CodeHash::new([0x30; 32]);
pub const REGISTRY_CODE: CodeHash = CodeHash::new([0x31; 32]);
pub const PUBLISHER: AccountId = AccountId::new([0x40; 32]);
pub const ENGINE: EngineId = EngineId::new([0x50; 32]);
pub const FINALISED: u32 = 100;
/// Seconds since 1970 of block 0; a block comes every six seconds.
pub const START: u64 = 1_800_000_000;
/// The verifier's clock.
pub const NOW: u64 = START + 3600;

pub const MANIFEST: &[u8] = br#"{"description":"Adds.","fastTolerance":"0","files":[{"path":"m.onnx","role":"model","sha256":"0x0000000000000000000000000000000000000000000000000000000000000001","size":1,"sources":[]}],"format":"countersign/manifest/1","inputs":[{"dims":[1],"dtype":"float32","name":"x"}],"licence":"MIT","name":"Adder","outputs":[{"dims":[1],"dtype":"float32","name":"y"}],"task":"tensors/1","version":"1"}"#;

pub fn moment(block: u32) -> Moment {
    Moment {
        block,
        seconds: START + u64::from(block) * 6,
    }
}

pub fn block_hash(number: u32) -> [u8; 32] {
    let mut hash = [0xb0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

/// What the chain holds; every field can be changed by a test.
pub struct FakeNode {
    pub genesis: Cell<[u8; 32]>,
    /// Calls after which another genesis is shown, as if the node had been replaced.
    pub replaced_after: Cell<Option<u32>>,
    pub receipts_code: Cell<Option<CodeHash>>,
    pub anchored: Cell<Option<Moment>>,
    pub batched: Cell<Option<Moment>>,
    pub attested: Cell<Option<Moment>>,
    pub revoked: Cell<Option<Moment>>,
    pub disowned: Cell<Option<countersign_shared::status::Disownment>>,
    /// Whether it still has the blocks' bodies: nodes may forget them.
    pub bodies: Cell<bool>,
    /// Answers of these methods are errors.
    pub failing: RefCell<Vec<&'static str>>,
    calls: Cell<u32>,
}

impl Default for FakeNode {
    fn default() -> Self {
        Self {
            genesis: Cell::new(GENESIS),
            replaced_after: Cell::new(None),
            receipts_code: Cell::new(Some(RECEIPTS_CODE)),
            anchored: Cell::new(None),
            batched: Cell::new(None),
            attested: Cell::new(None),
            revoked: Cell::new(None),
            disowned: Cell::new(None),
            bodies: Cell::new(true),
            failing: RefCell::new(Vec::new()),
            calls: Cell::new(0),
        }
    }
}

fn hex(bytes: &[u8]) -> Value {
    Value::String(format!("0x{}", hex::encode(bytes)))
}

fn unhex(value: &Value) -> Vec<u8> {
    hex::decode(&value.as_str().unwrap()[2..]).unwrap()
}

impl FakeNode {
    fn number_of(hash: &Value) -> Option<u32> {
        let bytes = unhex(hash);
        let number = u32::from_be_bytes(bytes[..4].try_into().unwrap());
        (bytes == block_hash(number) && number <= FINALISED).then_some(number)
    }

    fn contract(&self, arguments: &[u8]) -> Value {
        let contract = AccountId::new(arguments[32..64].try_into().unwrap());
        // Caller, contract, value, no limits, then the message behind its compact length.
        let message = Vec::<u8>::decode(&mut &arguments[64 + 16 + 2..]).unwrap();
        let answer = self.message(contract, message[..4].try_into().unwrap());
        // Gas twice, deposit, debug message, success, flags, data, no events.
        let mut result = vec![4, 4, 4, 4, 1];
        result.extend_from_slice(&0_u128.encode());
        result.push(0);
        result.push(0);
        result.extend_from_slice(&0_u32.encode());
        [vec![0], answer].concat().encode_to(&mut result);
        result.push(0);
        hex(&result)
    }

    fn message(&self, contract: AccountId, selector: [u8; 4]) -> Vec<u8> {
        if contract == RECEIPTS && selector == receipts::STATUS {
            let facts = ReceiptFacts {
                receipt: ReceiptId::ZERO,
                sealed: SealedId::ZERO,
                anchored: self.anchored.get(),
                batched: self.batched.get(),
                attested: self.attested.get(),
                revoked: self.revoked.get(),
                disowned: self.disowned.get(),
            };
            return Ok::<_, countersign_shared::chain::ReceiptsError>(facts).encode();
        }
        assert_eq!(contract, REGISTRY);
        match selector {
            registry::MODEL => Some(ModelRecord {
                publisher: PUBLISHER,
                owner: PUBLISHER,
                offered_to: None,
                manifest_hash: ManifestHash::of(MANIFEST, &Software),
                manifest_len: MANIFEST.len() as u32,
                exact_root: ExactRoot::ZERO,
                predecessor: None,
                registered: moment(1),
                deprecated: None,
            })
            .encode(),
            registry::MANIFEST => Some(MANIFEST).encode(),
            other => panic!("no such message: {other:?}"),
        }
    }

    fn storage(&self, key: &[u8]) -> Value {
        let account = AccountId::new(key[key.len() - 32..].try_into().unwrap());
        let code = if account == REGISTRY {
            Some(REGISTRY_CODE)
        } else {
            self.receipts_code.get()
        };
        let Some(code) = code else { return Value::Null };
        // pallet_contracts::ContractInfo: trie id, code hash, bytes, items, three deposits, no dependencies.
        let info = (
            vec![0_u8; 32],
            code.to_bytes(),
            0_u32,
            0_u32,
            0_u128,
            0_u128,
            0_u128,
            0_u8,
        );
        hex(&info.encode())
    }
}

impl Transport for &FakeNode {
    async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.calls.set(self.calls.get() + 1);
        if self
            .replaced_after
            .get()
            .is_some_and(|calls| self.calls.get() > calls)
        {
            self.genesis.set([0xff; 32]);
        }
        if self.failing.borrow().contains(&method) {
            return Err(RpcError::TimedOut {
                url: self.url().to_owned(),
                seconds: 1,
            });
        }
        Ok(match method {
            "chain_getBlockHash" => match u32::try_from(params[0].as_u64().unwrap()).unwrap() {
                0 => hex(&self.genesis.get()),
                number if number <= FINALISED => hex(&block_hash(number)),
                _ => Value::Null,
            },
            "chain_getFinalizedHead" => hex(&block_hash(FINALISED)),
            "chain_getHeader" => match FakeNode::number_of(&params[0]) {
                Some(number) => json!({ "number": format!("{number:#x}") }),
                None => Value::Null,
            },
            "chain_getBlock" if !self.bodies.get() => Value::Null,
            "chain_getBlock" => {
                let number = FakeNode::number_of(&params[0]).unwrap();
                // Bare, Timestamp.set(now in milliseconds).
                let set = (5_u8, 1_u8, 0_u8, Compact(moment(number).seconds * 1000));
                json!({ "block": { "extrinsics": [hex(&set.encode().encode())] } })
            }
            "state_getRuntimeVersion" => json!({ "specVersion": 1, "transactionVersion": 1 }),
            "state_getMetadata" => hex(METADATA),
            "state_getStorage" => self.storage(&unhex(&params[0])),
            "state_call" => self.contract(&unhex(&params[1])),
            other => panic!("no such method: {other}"),
        })
    }

    async fn pause(&self, _milliseconds: u32) {}

    fn url(&self) -> &str {
        "http://fake.invalid"
    }
}

pub fn deployments() -> Deployments {
    Deployments::new(vec![Deployment {
        name: "Test".into(),
        genesis: GenesisHash::new(GENESIS),
        receipts: RECEIPTS,
        registry: REGISTRY,
        disputes: None,
        registry_code: REGISTRY_CODE,
        receipts_code: RECEIPTS_CODE,
        development: false,
    }])
    .unwrap()
}

pub fn engines() -> Engines {
    let list = format!(
        r#"{{"engines":[{{"compiler":"c","file":"f","name":"n","sha256":"{ENGINE}","version":"1"}}],"format":"countersign/engines/1"}}"#
    );
    Engines::parse(list.as_bytes()).unwrap()
}

pub fn engine() -> Engine {
    engines().entries()[0].clone()
}

pub fn model() -> ModelId {
    let hash = ManifestHash::of(MANIFEST, &Software);
    ModelId::compute(&PUBLISHER, &hash, &ExactRoot::ZERO, &Software)
}

pub fn key() -> Secp256k1Key {
    Secp256k1Key::new(&[7; 32]).unwrap()
}

/// One-element float tensors as items.
pub fn item(name: &str, value: f32) -> Item {
    use countersign_shared::tensor::{DataType, Tensor};
    let tensor = Tensor::new(DataType::Float32, vec![1], value.to_le_bytes().to_vec()).unwrap();
    Item::tensor(Name::new(name).unwrap(), &tensor, &Software)
}

/// A run of the model on x = 1 that gave y = 2, to be altered by a test before it is signed.
pub struct Making {
    pub statement: Statement,
    pub deployment: deploy::Deployment,
    pub input: Committed,
    pub output: Committed,
}

impl Making {
    pub fn new(lane: Lane) -> Self {
        let seed = Seed::new([9; 32]);
        let commit = |side, item| Committed::new(side, &seed, vec![item], &Software).unwrap();
        let (input, output) = (
            commit(Side::Input, item("x", 1.0)),
            commit(Side::Output, item("y", 2.0)),
        );
        let run = Run {
            model: model(),
            engine: ENGINE,
            input: input.commitment(),
            output: output.commitment(),
            beacon: BlockHash::new(block_hash(40)),
            lane,
        };
        let statement = Statement {
            run,
            recipient: EthAddress::ZERO,
            time: START,
            expiration: 0,
            reference: ReceiptId::ZERO,
            salt: EasSalt::new([3; 32]),
        };
        let deployment = deploy::Deployment {
            genesis: GenesisHash::new(GENESIS),
            contract: RECEIPTS,
        };
        Self {
            statement,
            deployment,
            input,
            output,
        }
    }

    pub fn sign(&self) -> Receipt {
        let digest = self.statement.digest(&self.deployment, &Software);
        Receipt {
            deployment: self.deployment,
            statement: self.statement,
            attester: Attester::Secp256k1(key().address().unwrap()),
            signature: key().sign(&digest).unwrap(),
        }
    }

    /// A bundle that opens the named sides.
    pub fn bundle(&self, input: bool, output: bool) -> Bundle {
        let receipt = self.sign();
        let id = receipt.id(&Software);
        let open = |wanted: bool, side: &Committed| {
            wanted
                .then(|| Opening::complete(id, side, &Software))
                .flatten()
        };
        let openings = open(input, &self.input)
            .into_iter()
            .chain(open(output, &self.output));
        Bundle {
            receipt,
            openings: openings.collect(),
            anchors: Vec::new(),
        }
    }
}
