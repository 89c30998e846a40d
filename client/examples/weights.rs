//! Prints what every contract message costs on a chain: bytes sent, computation, proof, storage deposit.
//!
//! `cargo run -p countersign-client --features native --example weights -- [RPC] [FOLDER]` with a development node
//! and the folder of the released bundles. It deploys contracts of its own and fills them as `//Alice`; each row
//! is a dry run on a contract that holds earlier entries, so that it shows the lasting cost, not the first one's.

mod common;

use common::Outcome;
use countersign_client::chain::Chain;
use countersign_client::contracts::{receipts, registry, Message, Refusal, Weight};
use countersign_client::deploy::Constructor;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::transport::native::Http;
use countersign_client::ChainError;
use countersign_shared::attester::{Attester, Lane};
use countersign_shared::chain::{
    BatchKey, BatchProof, EngineKey, MAX_MANIFEST_BYTES, MAX_PAGE_ITEMS,
};
use countersign_shared::deploy::Deployment;
use countersign_shared::eip712;
use countersign_shared::id::{
    AccountId, BatchRoot, BlockHash, Commitment, Digest, EasSalt, EngineId, EthAddress, ExactRoot,
    ModelId, ReceiptId, SealedId,
};
use countersign_shared::receipt::{Run, Statement};
use countersign_shared::sign::{Secp256k1Key, Sr25519Key};
use countersign_shared::signature::Signature;
use countersign_shared::{text, Software};
use parity_scale_codec::Decode;

/// The account that pays, and everything that rows are measured with.
struct Bench {
    chain: Chain<Http>,
    alice: Sr25519,
    ethereum: Secp256k1Key,
    substrate: Sr25519Key,
}

impl Bench {
    /// A row: what the message would cost now.
    async fn row<R: Decode>(
        &self,
        contract: AccountId,
        what: &str,
        message: &Message<R>,
    ) -> Outcome {
        let run = self
            .chain
            .dry_run(self.alice.account(), contract, message)
            .await?;
        let Weight {
            ref_time,
            proof_size,
        } = run.gas_required;
        let deposit = run.storage_deposit.charge();
        // Microseconds, and thousandths of the chain's token.
        let (micros, millis) = (ref_time / 1_000_000, deposit / 1_000_000_000);
        let bytes = message.data().len();
        println!(
            "| `{}` | {what} | {bytes} | {micros} | {proof_size} | {millis} |",
            message.name()
        );
        Ok(())
    }

    /// Sends a message and waits until it is in a block.
    async fn send<R: Decode, E: Decode + Into<Refusal>>(
        &self,
        contract: AccountId,
        message: &Message<Result<R, E>>,
    ) -> Result<R, ChainError> {
        Ok(self
            .chain
            .send(&self.alice, contract, message, |_| ())
            .await?
            .answer)
    }

    async fn deploy(
        &self,
        folder: &str,
        name: &str,
        constructor: &Constructor,
    ) -> Outcome<AccountId> {
        let (contract, size) =
            common::deploy(&self.chain, &self.alice, folder, name, constructor).await?;
        println!("| *{name}* | code | {size} | | | |");
        Ok(contract)
    }

    async fn registry(&self, contract: AccountId) -> Outcome {
        let manifest = |n: u32, bytes: usize| {
            let mut manifest = n.to_le_bytes().to_vec();
            manifest.resize(bytes, b' ');
            manifest
        };
        let publish =
            |n, bytes| registry::publish_model(&manifest(n, bytes), ExactRoot::ZERO, None);
        let mut models = Vec::new();
        for n in 0..MAX_PAGE_ITEMS {
            models.push(self.send(contract, &publish(n, 64)).await?);
        }
        let [model, ..] = models.as_slice() else {
            return Err("no model".into());
        };
        let large = self
            .send(contract, &publish(100, MAX_MANIFEST_BYTES))
            .await?;
        self.row(contract, "manifest of 2 KiB", &publish(200, 2048))
            .await?;
        self.row(
            contract,
            "manifest of 12 KiB",
            &publish(200, MAX_MANIFEST_BYTES),
        )
        .await?;
        self.row(
            contract,
            "",
            &registry::offer_model(*model, Some(self.alice.account())),
        )
        .await?;
        self.send(
            contract,
            &registry::offer_model(*model, Some(self.alice.account())),
        )
        .await?;
        self.row(contract, "", &registry::accept_model(*model))
            .await?;
        self.row(contract, "", &registry::deprecate_model(*model))
            .await?;
        self.row(contract, "", &registry::model(*model)).await?;
        self.row(contract, "12 KiB", &registry::manifest(large))
            .await?;
        self.row(contract, "50 items", &registry::models(0, MAX_PAGE_ITEMS))
            .await?;
        let key = EngineKey {
            publisher: self.alice.account(),
            engine: EngineId::new([1; 32]),
        };
        self.send(
            contract,
            &registry::announce_engine(key.engine, "engine 1.0.0"),
        )
        .await?;
        self.row(
            contract,
            "",
            &registry::announce_engine(EngineId::new([2; 32]), "engine 2.0.0"),
        )
        .await?;
        self.row(
            contract,
            "",
            &registry::offer_engine(key, Some(self.alice.account())),
        )
        .await?;
        self.send(
            contract,
            &registry::offer_engine(key, Some(self.alice.account())),
        )
        .await?;
        self.row(contract, "", &registry::accept_engine(key))
            .await?;
        self.row(contract, "", &registry::deprecate_engine(key))
            .await?;
        self.row(contract, "", &registry::engine(key)).await?;
        self.row(contract, "1 item", &registry::engines(0, MAX_PAGE_ITEMS))
            .await
    }

    async fn receipts(&self, contract: AccountId) -> Outcome {
        let here = Deployment {
            genesis: self.chain.genesis(),
            contract,
        };
        let alice = Attester::Sr25519(self.substrate.public());
        let eve = Attester::Secp256k1(self.ethereum.address().ok_or("no address")?);
        for n in 0..MAX_PAGE_ITEMS {
            let mut sealed = [0; 32];
            sealed[..4].copy_from_slice(&n.to_le_bytes());
            self.send(contract, &receipts::anchor(SealedId::new(sealed)))
                .await?;
        }
        self.row(contract, "", &receipts::deployment()).await?;
        self.row(contract, "", &receipts::anchor(SealedId::new([1; 32])))
            .await?;
        let batch = |n| BatchKey {
            root: BatchRoot::new([n; 32]),
            size: 1 << 32,
        };
        self.send(contract, &receipts::anchor_batch(batch(1)))
            .await?;
        self.row(contract, "", &receipts::anchor_batch(batch(2)))
            .await?;

        let first = self.ethereum(statement(0).digest(&here, &Software))?;
        self.send(contract, &receipts::attest(eve, &statement(0), &first))
            .await?;
        let digest = statement(1).digest(&here, &Software);
        let by_eve = self.ethereum(digest)?;
        let by_alice = self
            .substrate
            .sign_text(&text::receipt(&statement(1).run, &here, &digest), &[1; 32]);
        self.row(
            contract,
            "secp256k1",
            &receipts::attest(eve, &statement(1), &by_eve),
        )
        .await?;
        self.row(
            contract,
            "sr25519",
            &receipts::attest(alice, &statement(1), &by_alice),
        )
        .await?;

        self.send(contract, &receipts::revoke(Digest::new([9; 32])))
            .await?;
        self.row(contract, "", &receipts::revoke(digest)).await?;
        let Attester::Secp256k1(address) = eve else {
            return Err("no address".into());
        };
        let id = |attester| ReceiptId::compute(attester, &digest, &Software);
        let revocation =
            self.ethereum(eip712::revoke_digest(&here, &address, &id(&eve), &Software))?;
        self.row(
            contract,
            "secp256k1",
            &receipts::revoke_signed(eve, digest, &revocation),
        )
        .await?;
        let revocation = self
            .substrate
            .sign_text(&text::revocation(&id(&alice), &here), &[1; 32]);
        self.row(
            contract,
            "sr25519",
            &receipts::revoke_signed(alice, digest, &revocation),
        )
        .await?;

        let path = vec![[7; 32]; 32];
        let proof = BatchProof {
            size: 1 << 32,
            index: 0,
            path,
        };
        self.row(
            contract,
            "no batch",
            &receipts::status(eve, digest, &by_eve, None),
        )
        .await?;
        self.row(
            contract,
            "path of 32",
            &receipts::status(eve, digest, &by_eve, Some(&proof)),
        )
        .await?;

        self.row(contract, "the first", &receipts::disown(1))
            .await?;
        let disownment = self.ethereum(eip712::disown_digest(&here, &address, 1, &Software))?;
        self.row(
            contract,
            "secp256k1",
            &receipts::disown_signed(eve, 1, &disownment),
        )
        .await?;
        let disownment = self.substrate.sign_text(&text::disown(1, &here), &[1; 32]);
        self.row(
            contract,
            "sr25519",
            &receipts::disown_signed(alice, 1, &disownment),
        )
        .await?;

        self.row(contract, "50 items", &receipts::anchors(0, MAX_PAGE_ITEMS))
            .await?;
        self.row(contract, "1 item", &receipts::batches(0, MAX_PAGE_ITEMS))
            .await?;
        self.row(
            contract,
            "1 item",
            &receipts::attestations(0, MAX_PAGE_ITEMS),
        )
        .await?;
        self.row(
            contract,
            "1 item",
            &receipts::revocations(0, MAX_PAGE_ITEMS),
        )
        .await?;
        self.row(contract, "none", &receipts::disownments(0, MAX_PAGE_ITEMS))
            .await
    }

    fn ethereum(&self, digest: Digest) -> Outcome<Signature> {
        Ok(self.ethereum.sign(&digest).ok_or("the key does not sign")?)
    }
}

/// A statement; `n` tells one from another.
fn statement(n: u8) -> Statement {
    Statement {
        run: Run {
            model: ModelId::new([1; 32]),
            engine: EngineId::new([2; 32]),
            input: Commitment::new([n; 32]),
            output: Commitment::new([4; 32]),
            beacon: BlockHash::ZERO,
            lane: Lane::Replay,
        },
        recipient: EthAddress::ZERO,
        time: 1_790_000_000,
        expiration: 0,
        reference: ReceiptId::ZERO,
        salt: EasSalt::new([5; 32]),
    }
}

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let rpc = arguments
        .next()
        .unwrap_or_else(|| "http://127.0.0.1:9944".into());
    let folder = arguments
        .next()
        .unwrap_or_else(|| "releases/contracts".into());
    pollster::block_on(async {
        let bench = Bench {
            chain: Chain::connect(Http::new(&rpc, 30)).await?,
            alice: Sr25519::from_uri("//Alice")?,
            ethereum: Secp256k1Key::new(&[1; 32]).ok_or("no key")?,
            substrate: Sr25519Key::development("Alice").ok_or("no key")?,
        };
        println!("| message | | bytes | µs | proof bytes | deposit, thousandths |\n| --- | --- | ---: | ---: | ---: | ---: |");
        let registry = Constructor::new(countersign_shared::chain::registry::NEW, &());
        let registry = bench.deploy(&folder, "registry", &registry).await?;
        bench.registry(registry).await?;
        let receipts = Constructor::new(
            countersign_shared::chain::receipts::NEW,
            &(bench.chain.genesis(), registry),
        );
        let receipts = bench.deploy(&folder, "receipts", &receipts).await?;
        bench.receipts(receipts).await
    })
}
