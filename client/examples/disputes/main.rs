//! Prints what every move of a dispute costs on a chain, for games of six programs: bytes sent, computation, proof, deposit, fee; and
//! what each side has paid in the end.
//!
//! `cargo run --release -p countersign-client --features native --example disputes -- [RPC] [FOLDER] [NAMES]` with a development
//! node and the folder of the released bundles; NAMES are `digits`, `limits`, `sums`, `input`, `mobilenet`, `resnet`, and `ends` for the messages that
//! no whole game needs (all unless given). It deploys contracts of its own. `//Alice` puts a false receipt at stake, challenges it herself,
//! and plays both sides: the liar with one element of one tensor altered, and the honest challenger. Each row is a dry run just before the
//! message is sent; its fee is what her balance then lost beside the value and the deposit.

#![allow(
    clippy::expect_used,
    reason = "shapes and names are constants of this program"
)]

mod bench;
#[path = "../common/mod.rs"]
mod common;
mod programs;

use bench::{heading, Bench, Paid};
use common::{deploy, Outcome};
use countersign_client::chain::Chain;
use countersign_client::contracts::{disputes, registry};
use countersign_client::deploy::Constructor;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::transport::native::Http;
use countersign_shared::attester::Lane;
use countersign_shared::commit::{commitment, leaf_hash, Side as End};
use countersign_shared::disputes::selectors;
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::game::{Game, Phase, Sizes};
use countersign_shared::exact::interface::item;
use countersign_shared::exact::moves::{OpenTrace, PortOpening};
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::{Player, Receipt as Secrets};
use countersign_shared::exact::run::honest;
use countersign_shared::exact::{Move, Program, Side};
use countersign_shared::id::{BlockHash, Commitment, EngineId, ManifestHash, ModelId, Salt};
use countersign_shared::item::Name;
use countersign_shared::receipt::Run;
use countersign_shared::sign::Sr25519Key;
use countersign_shared::{merkle, Software};
use programs::{digits, input, limits, mobilenet, resnet, sums, Make, Sample};

const C: Software = Software;
const BOND: u128 = 10_000_000_000_000;
/// Blocks, in the deployment whose games end by the clock.
const WINDOW: u32 = 12;
const CLOCK: u32 = 3;

impl Bench {
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
        let is_input = lie < program.inputs();
        let hook = move |leaf: u32, elements: &mut [u32]| {
            if leaf == lie {
                let element = elements.len() / 2;
                // Of an input: a value above its interval.
                let value = int_of_bits(elements[element]).unwrap_or(0);
                let value = if is_input { 8 } else { value + 1 };
                elements[element] = bits_of_int(value).unwrap_or(0);
            }
        };
        let mut seen = inputs.clone();
        if let Some(elements) = seen.get_mut(lie as usize) {
            hook(lie, elements);
        }
        let liar = Player::new(&program, &inputs, &hook, &C);
        let challenger = Player::new(&program, &seen, &honest, &C);
        let Some(Move::OpenTrace(opened)) =
            liar.assert(&Sizes::EXACT, &secrets, &Game::new(0, 1))?
        else {
            return Err("the first move opens the trace".into());
        };
        let (input, output) = commitments(&program, &opened)?;
        heading(name, program.steps.len());
        let run = Run {
            model,
            engine: EngineId::EXACT,
            input,
            output,
            beacon: BlockHash::ZERO,
            lane: Lane::Exact,
        };
        let (mut asserting, mut challenging) = (Paid::default(), Paid::default());
        let assertion = self.anchored(run, 5).await?;
        let receipt = self
            .row(
                "assert",
                &disputes::assert(&assertion, BOND),
                &mut asserting,
                0,
            )
            .await?;
        let challenge = disputes::challenge(receipt, BOND);
        let number = self
            .row("challenge", &challenge, &mut challenging, 0)
            .await?;
        let mut earlier = Vec::new();
        loop {
            let at = self.chain.finalised().await?;
            let record = self
                .chain
                .read(self.disputes, &disputes::game(receipt, number), at)
                .await?;
            let game = record.ok_or("the game is gone")?.contest.game;
            let Some(side) = game.phase.side() else { break };
            let made = match side {
                Side::Asserter => liar.assert(&Sizes::EXACT, &secrets, &game)?,
                Side::Challenger => challenger.challenge(&Sizes::EXACT, &game, &earlier)?,
            };
            let mut made = made.ok_or("no move is left")?;
            // A liar's last running value is the element that it claimed: here it goes wrong in the last segment.
            if let (Move::OpenSums { values }, Phase::Sums { range }) = (&mut made, &game.phase) {
                *values.last_mut().ok_or("no running values")? = range.end;
            }
            let paid = match side {
                Side::Asserter => &mut asserting,
                Side::Challenger => &mut challenging,
            };
            let play = disputes::play(receipt, number, game.turn, &made);
            self.row(made.name(), &play, paid, 0).await?;
            earlier.push(made);
        }
        self.row(
            "withdraw",
            &disputes::withdraw(),
            &mut challenging,
            BOND + BOND / 2,
        )
        .await?;
        for (side, paid) in [("asserter", &asserting), ("challenger", &challenging)] {
            let (fees, deposits) = (paid.fees / 1_000_000, paid.deposits / 1_000_000_000);
            println!("\nThe {side}: {} messages, fees {fees} millionths, deposits {deposits} thousandths.", paid.messages);
        }
        Ok(())
    }

    /// The messages that end what no proof ends, on a deployment whose window and clocks are short.
    async fn ends(&self) -> Outcome {
        let manifest = b"{\"name\":\"ends\"}".to_vec();
        let (program, _) = digits();
        let publish = registry::publish_model(&manifest, program.exact_root(&C), None);
        let published = self
            .chain
            .send(&self.alice, self.registry, &publish, |_| ());
        let model: ModelId = published.await?.answer;
        let run = Run {
            model,
            engine: EngineId::EXACT,
            input: Commitment::new([1; 32]),
            output: Commitment::new([2; 32]),
            beacon: BlockHash::ZERO,
            lane: Lane::Exact,
        };
        heading("ends", program.steps.len());
        let mut paid = Paid::default();
        let lost = self.anchored(run, 6).await?;
        let lost = self
            .row("assert", &disputes::assert(&lost, BOND), &mut paid, 0)
            .await?;
        for _ in 0..2 {
            let challenge = disputes::challenge(lost, BOND);
            self.row("challenge", &challenge, &mut paid, 0).await?;
        }
        self.blocks(CLOCK as u8 + 1).await?;
        self.row("timeout", &disputes::timeout(lost, 0), &mut paid, 0)
            .await?;
        self.row("settle", &disputes::settle(lost, 1), &mut paid, 0)
            .await?;
        let back = 2 * BOND + BOND / 2;
        self.row("withdraw", &disputes::withdraw(), &mut paid, back)
            .await?;
        let kept = self.anchored(run, 7).await?;
        let kept = self
            .row("assert", &disputes::assert(&kept, BOND), &mut paid, 0)
            .await?;
        self.blocks(WINDOW as u8 + 1).await?;
        self.row("finalise", &disputes::finalise(kept), &mut paid, 0)
            .await?;
        self.row("withdraw", &disputes::withdraw(), &mut paid, BOND)
            .await?;
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
        let (registry, _) = deploy(&chain, &alice, &folder, "registry", &new).await?;
        let new = Constructor::new(
            countersign_shared::chain::receipts::NEW,
            &(chain.genesis(), registry),
        );
        let (receipts, _) = deploy(&chain, &alice, &folder, "receipts", &new).await?;
        let genesis = chain.genesis();
        let terms = |window: u32, clock: u32| {
            let terms = (genesis, registry, receipts, window, clock, BOND);
            Constructor::new(selectors::NEW, &terms)
        };
        let (new, short) = (terms(14_400, 7_200), terms(WINDOW, CLOCK));
        let (disputes, _) = deploy(&chain, &alice, &folder, "disputes", &new).await?;
        let (ends, _) = deploy(&chain, &alice, &folder, "disputes", &short).await?;
        let key = Sr25519Key::development("Alice").ok_or("no key")?;
        let mut bench = Bench {
            chain,
            alice,
            key,
            registry,
            receipts,
            disputes,
        };
        let programs: [(&str, Make); 6] = [
            ("digits", digits),
            ("limits", limits),
            ("sums", sums),
            ("input", input),
            ("mobilenet", mobilenet),
            ("resnet", resnet),
        ];
        for (name, program) in programs {
            if wanted(name) {
                bench.game(name, program()).await?;
            }
        }
        if wanted("ends") {
            bench.disputes = ends;
            bench.ends().await?;
        }
        Ok(())
    })
}
