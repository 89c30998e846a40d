//! Prints what every move of a dispute costs on a chain, for games of four programs: bytes sent, computation, proof, deposit.
//!
//! `cargo run --release -p countersign-client --features native --example disputes -- [RPC] [FOLDER] [NAMES]` with a development
//! node and the folder of the released bundles; NAMES are `digits`, `limits`, `mobilenet`, `resnet` (all unless given). It deploys contracts of
//! its own. `//Alice` puts a false receipt at stake, challenges it herself, and plays both sides: the liar with one element of one
//! tensor altered, and the honest challenger. Each row is a dry run just before the move is sent.

#![allow(
    clippy::expect_used,
    reason = "shapes and names are constants of this program"
)]

use countersign_client::chain::Chain;
use countersign_client::contracts::{disputes, receipts, registry, Message, StorageDeposit};
use countersign_client::deploy::Constructor;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::transport::native::Http;
use countersign_shared::attester::{Attester, Lane};
use countersign_shared::commit::{commitment, leaf_hash, Side as End};
use countersign_shared::deploy::Deployment;
use countersign_shared::disputes::{selectors, Assertion, DisputesError};
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::game::{Game, Phase, Sizes};
use countersign_shared::exact::interface::{item, Input, Interface, Output};
use countersign_shared::exact::moves::{OpenTrace, PortOpening};
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::{Player, Receipt as Secrets};
use countersign_shared::exact::run::honest;
use countersign_shared::exact::step::{Op, Operand, Reference, Step};
use countersign_shared::exact::{Move, Program, Side};
use countersign_shared::id::{
    AccountId, BlockHash, Commitment, EasSalt, EngineId, EthAddress, ManifestHash, ReceiptId, Salt,
    SealedId,
};
use countersign_shared::item::Name;
use countersign_shared::receipt::{Run, Statement};
use countersign_shared::sign::Sr25519Key;
use countersign_shared::{merkle, text, Software};
use parity_scale_codec::Decode;
use std::error::Error;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A program, and the leaf to lie about.
type Sample = (Program, u32);

/// What makes one.
type Make = fn() -> Sample;

const C: Software = Software;
const BOND: u128 = 10_000_000_000_000;

fn dims(sizes: &[u32]) -> Dims {
    Dims::new(sizes).expect("a shape within the limits")
}

/// A program that is being written; leaves are numbered, and each has a shape.
struct Builder {
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    steps: Vec<Step>,
    weights: Vec<Vec<u32>>,
    shapes: Vec<Vec<u32>>,
    state: u64,
}

impl Builder {
    fn new(names: &[String], shape: &[u32]) -> Self {
        let input = |name: &String| Input {
            name: Name::new(name.clone()).expect("a name"),
            dims: dims(shape),
            lo: -8,
            hi: 7,
        };
        Self {
            inputs: names.iter().map(input).collect(),
            outputs: Vec::new(),
            steps: Vec::new(),
            weights: Vec::new(),
            shapes: names.iter().map(|_| shape.to_vec()).collect(),
            state: 7,
        }
    }

    /// The next of a sequence of integers from −1 to 1 (Knuth's MMIX generator).
    fn small(&mut self) -> i32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as i32 % 3 - 1
    }

    fn weight(&mut self, shape: &[u32]) -> Operand {
        let count: u32 = shape.iter().product();
        let elements = (0..count).map(|_| bits_of_int(self.small()).expect("small"));
        let elements = elements.collect();
        self.weights.push(elements);
        Operand {
            reference: Reference::Initialiser(self.weights.len() as u32 - 1),
            dims: dims(shape),
        }
    }

    fn leaf(&self, leaf: u32) -> Operand {
        self.leaf_as(leaf, &self.shapes[leaf as usize])
    }

    fn leaf_as(&self, leaf: u32, shape: &[u32]) -> Operand {
        Operand {
            reference: Reference::Leaf(leaf),
            dims: dims(shape),
        }
    }

    fn step(&mut self, op: Op, operands: Vec<Operand>, shape: &[u32], attributes: &[i32]) -> u32 {
        self.steps.push(Step {
            op,
            operands,
            dims: dims(shape),
            attributes: attributes.to_vec(),
        });
        self.shapes.push(shape.to_vec());
        self.shapes.len() as u32 - 1
    }

    /// A convolution whose sums come back into [−8, 7]; the leaf of the sums and that of the result.
    fn conv(&mut self, x: u32, channels: u32, kernel: u32, stride: u32, group: u32) -> (u32, u32) {
        let shape = self.shapes[x as usize].clone();
        let pad = kernel / 2;
        let side = |size: u32| (size + 2 * pad - kernel) / stride + 1;
        let out = [1, channels, side(shape[2]), side(shape[3])];
        let weight = self.weight(&[channels, shape[1] / group, kernel, kernel]);
        let bias = self.weight(&[channels]);
        let attributes = [group, stride, stride, pad, pad, 1, 1].map(|value| value as i32);
        let sums = self.step(
            Op::Conv,
            vec![self.leaf(x), weight, bias],
            &out,
            &attributes,
        );
        let result = self.step(Op::Requant, vec![self.leaf(sums)], &out, &[3, -8, 7]);
        (sums, result)
    }

    fn matmul(&mut self, x: u32, from: u32, to: u32) -> u32 {
        let weight = self.weight(&[from, to]);
        self.step(
            Op::MatMul,
            vec![self.leaf_as(x, &[1, from]), weight],
            &[1, to],
            &[0],
        )
    }

    fn output(&mut self, name: String, leaf: u32) {
        self.outputs.push(Output {
            name: Name::new(name).expect("a name"),
            dims: dims(&self.shapes[leaf as usize]),
            leaf,
        });
    }

    fn finish(self) -> Program {
        Program {
            interface: Interface::new(self.inputs, self.outputs).expect("an interface"),
            steps: self.steps,
            weights: self.weights,
        }
    }
}

/// 8×8 pictures of digits, 0.3 million products, and the leaf to lie about.
fn digits() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 1, 8, 8]);
    let (_, x) = b.conv(0, 32, 3, 1, 1);
    let (sums, x) = b.conv(x, 32, 3, 1, 1);
    let logits = b.matmul(x, 32 * 64, 10);
    b.output("y".into(), logits);
    (b.finish(), sums)
}

/// The profile's limits: 4,096 leaves, 8 inputs and outputs with names of 255 bytes, and a 1×1 convolution over 4,096 channels of
/// a chunk each, so that every term of a proof lies in another chunk.
fn limits() -> Sample {
    let names: Vec<String> = (0..8).map(|n| format!("{n}{}", "n".repeat(254))).collect();
    let mut b = Builder::new(&names, &[1, 4096, 8, 8]);
    let (sums, mut x) = b.conv(0, 8, 1, 1, 1);
    while b.shapes.len() < 4096 {
        let shape = b.shapes[x as usize].clone();
        x = b.step(Op::Clip, vec![b.leaf(x)], &shape, &[-8, 7]);
    }
    for (n, name) in names.into_iter().enumerate() {
        b.output(name, x - n as u32);
    }
    (b.finish(), sums)
}

/// MobileNetV2's shapes (Sandler et al. 2018, table 2) at 224×224, 301 million products.
fn mobilenet() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 3, 224, 224]);
    let (_, mut x) = b.conv(0, 32, 3, 2, 1);
    let mut lie = 0;
    let table = [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];
    for (factor, channels, count, stride) in table {
        for n in 0..count {
            let (from, stride) = (b.shapes[x as usize][1], if n == 0 { stride } else { 1 });
            let mut inner = x;
            if factor > 1 {
                let (sums, wide) = b.conv(inner, from * factor, 1, 1, 1);
                // The largest tensor of all: 96 channels of 112×112.
                lie = if lie == 0 { sums } else { lie };
                inner = wide;
            }
            let width = b.shapes[inner as usize][1];
            let (_, deep) = b.conv(inner, width, 3, stride, width);
            let (_, narrow) = b.conv(deep, channels, 1, 1, 1);
            x = if stride == 1 && from == channels {
                let shape = b.shapes[narrow as usize].clone();
                let sum = b.step(Op::Add, vec![b.leaf(x), b.leaf(narrow)], &shape, &[]);
                b.step(Op::Clip, vec![b.leaf(sum)], &shape, &[-8, 7])
            } else {
                narrow
            };
        }
    }
    let (_, x) = b.conv(x, 1280, 1, 1, 1);
    let pooled = b.step(
        Op::SumPool,
        vec![b.leaf(x)],
        &[1, 1280, 1, 1],
        &[7, 7, 1, 1, 0, 0, 1, 1],
    );
    let logits = b.matmul(pooled, 1280, 1000);
    b.output("y".into(), logits);
    (b.finish(), lie)
}

/// ResNet-18's shapes (He et al. 2016, table 1) at 224×224, 1,814 million products.
fn resnet() -> Sample {
    let mut b = Builder::new(&["x".into()], &[1, 3, 224, 224]);
    let (lie, x) = b.conv(0, 64, 7, 2, 1);
    let mut x = b.step(
        Op::MaxPool,
        vec![b.leaf(x)],
        &[1, 64, 56, 56],
        &[3, 3, 2, 2, 1, 1, 1, 1],
    );
    for (channels, first) in [(64, 1), (128, 2), (256, 2), (512, 2)] {
        for stride in [first, 1] {
            let shortcut = if b.shapes[x as usize][1] == channels {
                x
            } else {
                b.conv(x, channels, 1, stride, 1).1
            };
            let (_, inner) = b.conv(x, channels, 3, stride, 1);
            let (_, inner) = b.conv(inner, channels, 3, 1, 1);
            let shape = b.shapes[inner as usize].clone();
            let operands = vec![b.leaf(shortcut), b.leaf(inner)];
            let sum = b.step(Op::Add, operands, &shape, &[]);
            x = b.step(Op::Clip, vec![b.leaf(sum)], &shape, &[-8, 7]);
        }
    }
    let pooled = b.step(
        Op::SumPool,
        vec![b.leaf(x)],
        &[1, 512, 1, 1],
        &[7, 7, 1, 1, 0, 0, 1, 1],
    );
    let logits = b.matmul(pooled, 512, 1000);
    b.output("y".into(), logits);
    (b.finish(), lie)
}

struct Bench {
    chain: Chain<Http>,
    alice: Sr25519,
    key: Sr25519Key,
    registry: AccountId,
    receipts: AccountId,
    disputes: AccountId,
}

impl Bench {
    async fn deploy(
        chain: &Chain<Http>,
        alice: &Sr25519,
        folder: &str,
        name: &str,
        new: &Constructor,
    ) -> Outcome<AccountId> {
        let bundle: serde_json::Value =
            serde_json::from_slice(&std::fs::read(format!("{folder}/{name}.contract"))?)?;
        let code = bundle["source"]["wasm"]
            .as_str()
            .ok_or("the bundle holds no code")?;
        let code = countersign_shared::hex::decode(code)?;
        let salt = chain.finalised().await?.hash;
        Ok(chain.instantiate(alice, &code, new, &salt, |_| ()).await?.0)
    }

    /// A row of what the message costs now; then it is sent.
    async fn row<R: Decode>(
        &self,
        name: &str,
        message: &Message<Result<R, DisputesError>>,
    ) -> Outcome<R> {
        let run = self
            .chain
            .dry_run(self.alice.account(), self.disputes, message)
            .await?;
        let (weight, bytes) = (run.gas_required, message.data().len());
        let deposit = match run.storage_deposit {
            StorageDeposit::Charge(deposit) => deposit,
            StorageDeposit::Refund(_) => 0,
        };
        let (micros, share) = (weight.ref_time / 1_000_000, weight.ref_time as f64 / 2e10);
        let (proof, thousandths) = (weight.proof_size, deposit / 1_000_000_000);
        println!("| `{name}` | {bytes} | {micros} | {share:.2} % | {proof} | {thousandths} |");
        Ok(self
            .chain
            .send(&self.alice, self.disputes, message, |_| ())
            .await?
            .answer)
    }

    /// A whole game about one altered element.
    async fn game(&self, name: &str, (program, lie): Sample) -> Outcome {
        let manifest = format!("{{\"name\":\"{name}\"}}").into_bytes();
        let exact_root = program.exact_root(&C);
        let publish = registry::publish_model(&manifest, exact_root, None);
        let model = self
            .chain
            .send(&self.alice, self.registry, &publish, |_| ())
            .await?
            .answer;
        let secrets = Secrets {
            publisher: self.alice.account(),
            manifest: ManifestHash::of(&manifest, &C),
            input_salts: program
                .interface
                .inputs
                .iter()
                .map(|_| Salt::new([1; 32]))
                .collect(),
            output_salts: program
                .interface
                .outputs
                .iter()
                .map(|_| Salt::new([2; 32]))
                .collect(),
        };
        let mut values =
            (0..).map(|n: i32| bits_of_int(n.wrapping_mul(37).rem_euclid(16) - 8).expect("small"));
        let inputs = program.interface.inputs.iter();
        let inputs: Vec<Vec<u32>> = inputs
            .map(|port| {
                values
                    .by_ref()
                    .take(port.dims.elements() as usize)
                    .collect()
            })
            .collect();
        let hook = move |leaf: u32, elements: &mut [u32]| {
            if leaf == lie {
                let element = elements.len() / 2;
                let value = int_of_bits(elements[element]).unwrap_or(0) + 1;
                elements[element] = bits_of_int(value).unwrap_or(0);
            }
        };
        let liar = Player::new(&program, &inputs, &hook, &C);
        let challenger = Player::new(&program, &inputs, &honest, &C);
        let Some(Move::OpenTrace(opened)) =
            liar.assert(&Sizes::EXACT, &secrets, &Game::new(0, 1))?
        else {
            return Err("the first move opens the trace".into());
        };
        let (input, output) = commitments(&program, &opened)?;
        println!("\n**{name}**: {} steps\n\n| message | bytes | µs | of a 2 s block | proof bytes | deposit, thousandths |\n| --- | ---: | ---: | ---: | ---: | ---: |", program.steps.len());
        let statement = Statement {
            run: Run {
                model,
                engine: EngineId::EXACT,
                input,
                output,
                beacon: BlockHash::ZERO,
                lane: Lane::Exact,
            },
            recipient: EthAddress::ZERO,
            time: 1_790_000_000,
            expiration: 0,
            reference: ReceiptId::ZERO,
            salt: EasSalt::new([5; 32]),
        };
        let here = Deployment {
            genesis: self.chain.genesis(),
            contract: self.receipts,
        };
        let digest = statement.digest(&here, &C);
        let attester = Attester::Sr25519(self.key.public());
        let signature = self
            .key
            .sign_text(&text::receipt(&statement.run, &here, &digest), &[1; 32]);
        let receipt = ReceiptId::compute(&attester, &digest, &C);
        let anchor = receipts::anchor(SealedId::compute(&receipt, &signature, &C));
        self.chain
            .send(&self.alice, self.receipts, &anchor, |_| ())
            .await?;
        let assertion = Assertion {
            attester,
            statement,
            signature,
            authorisation: None,
            batch: None,
        };
        self.row("assert", &disputes::assert(&assertion, BOND))
            .await?;
        let number = self
            .row("challenge", &disputes::challenge(receipt, BOND))
            .await?;
        let mut earlier = Vec::new();
        loop {
            let at = self.chain.finalised().await?;
            let record = self
                .chain
                .read(self.disputes, &disputes::game(receipt, number), at)
                .await?;
            let game = record.ok_or("the game is gone")?.contest.game;
            let made = match game.phase.side() {
                None => break,
                Some(Side::Asserter) => liar.assert(&Sizes::EXACT, &secrets, &game)?,
                Some(Side::Challenger) => challenger.challenge(&Sizes::EXACT, &game, &earlier)?,
            };
            let mut made = made.ok_or("no move is left")?;
            // A liar's last running value is the element that it claimed: here it goes wrong in the last segment.
            if let (Move::OpenSums { values }, Phase::Sums { range }) = (&mut made, &game.phase) {
                *values.last_mut().ok_or("no running values")? = range.end;
            }
            let name = made.name();
            self.row(name, &disputes::play(receipt, number, game.turn, &made))
                .await?;
            earlier.push(made);
        }
        let left: Message<Result<u128, DisputesError>> = disputes::withdraw();
        self.row("withdraw", &left).await?;
        Ok(())
    }
}

/// What the receipt commits to whose asserter opens the trace like this (EXACT 4.2).
fn commitments(program: &Program, opened: &OpenTrace) -> Outcome<(Commitment, Commitment)> {
    let side =
        |end: End, ports: Vec<(&Name, &Dims)>, opened: &[PortOpening]| -> Outcome<Commitment> {
            let mut leaves = Vec::new();
            for ((name, dims), port) in ports.into_iter().zip(opened) {
                leaves.push(leaf_hash(&port.salt, &item(name, dims, port.root)?, &C));
            }
            Ok(commitment(
                end,
                leaves.len() as u32,
                &merkle::root(&C, &leaves),
                &C,
            ))
        };
    let face = &program.interface;
    let inputs = face
        .inputs
        .iter()
        .map(|port| (&port.name, &port.dims))
        .collect();
    let outputs = face
        .outputs
        .iter()
        .map(|port| (&port.name, &port.dims))
        .collect();
    Ok((
        side(End::Input, inputs, &opened.inputs)?,
        side(End::Output, outputs, &opened.outputs)?,
    ))
}

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |n: usize, otherwise: &str| {
        arguments
            .get(n)
            .cloned()
            .unwrap_or_else(|| otherwise.to_owned())
    };
    let (rpc, folder) = (
        given(0, "http://127.0.0.1:9944"),
        given(1, "releases/contracts"),
    );
    let wanted =
        |name: &str| arguments.len() < 3 || arguments.iter().skip(2).any(|other| other == name);
    pollster::block_on(async {
        let chain = Chain::connect(Http::new(&rpc, 60)).await?;
        let alice = Sr25519::from_uri("//Alice")?;
        let new = Constructor::new(countersign_shared::chain::registry::NEW, &());
        let registry = Bench::deploy(&chain, &alice, &folder, "registry", &new).await?;
        let new = Constructor::new(
            countersign_shared::chain::receipts::NEW,
            &(chain.genesis(), registry),
        );
        let receipts = Bench::deploy(&chain, &alice, &folder, "receipts", &new).await?;
        let terms = (
            chain.genesis(),
            registry,
            receipts,
            14_400_u32,
            7_200_u32,
            BOND,
        );
        let new = Constructor::new(selectors::NEW, &terms);
        let disputes = Bench::deploy(&chain, &alice, &folder, "disputes", &new).await?;
        let key = Sr25519Key::development("Alice").ok_or("no key")?;
        let bench = Bench {
            chain,
            alice,
            key,
            registry,
            receipts,
            disputes,
        };
        let programs: [(&str, Make); 4] = [
            ("digits", digits),
            ("limits", limits),
            ("mobilenet", mobilenet),
            ("resnet", resnet),
        ];
        for (name, program) in programs {
            if wanted(name) {
                bench.game(name, program()).await?;
            }
        }
        Ok(())
    })
}
