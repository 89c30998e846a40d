//! Sending messages, and what each of them costs.

use super::C;
use crate::common::Outcome;
use countersign_client::chain::Chain;
use countersign_client::contracts::{receipts, Message};
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::transport::native::Http;
use countersign_shared::attester::Attester;
use countersign_shared::deploy::Deployment;
use countersign_shared::disputes::{Assertion, DisputesError};
use countersign_shared::id::{AccountId, EasSalt, EthAddress, ReceiptId, SealedId};
use countersign_shared::receipt::{Run, Statement};
use countersign_shared::sign::Sr25519Key;
use countersign_shared::text;
use parity_scale_codec::Decode;

/// The chain, who pays, and the contracts.
pub struct Bench {
    pub chain: Chain<Http>,
    pub alice: Sr25519,
    pub key: Sr25519Key,
    pub registry: AccountId,
    pub receipts: AccountId,
    pub disputes: AccountId,
}

/// What a side has paid.
#[derive(Default)]
pub struct Paid {
    pub fees: u128,
    pub deposits: u128,
    pub messages: u32,
}

impl Bench {
    /// What Alice can spend now.
    async fn balance(&self) -> Outcome<u128> {
        let account = self.alice.account();
        let mut key = [b"System".as_slice(), b"Account"].map(twox128).concat();
        let hash = <blake2::Blake2b<blake2::digest::consts::U16> as blake2::Digest>::digest(
            account.as_bytes(),
        );
        key.extend_from_slice(&hash);
        key.extend_from_slice(account.as_bytes());
        let at = self.chain.finalised().await?.hash;
        let found = self.chain.rpc().storage(&key, at).await?;
        // Nonce and three counters, then the free balance.
        let found = found.ok_or("the account is gone")?;
        let (_, free) = <([u32; 4], u128)>::decode(&mut found.as_slice())?;
        Ok(free)
    }

    /// A row of what the message costs now; then it is sent, and `back` comes back from the contract.
    pub async fn row<R: Decode>(
        &self,
        name: &str,
        message: &Message<Result<R, DisputesError>>,
        paid: &mut Paid,
        back: u128,
    ) -> Outcome<R> {
        let run = self
            .chain
            .dry_run(self.alice.account(), self.disputes, message)
            .await?;
        let (weight, bytes) = (run.gas_required, message.data().len());
        let deposit = run.storage_deposit.charge();
        let most = self
            .chain
            .cost(self.alice.account(), self.disputes, message)
            .await?
            .fee;
        let before = self.balance().await?;
        let sent = self
            .chain
            .send(&self.alice, self.disputes, message, |_| ())
            .await?;
        let after = self.balance().await?;
        let spent = (before + back)
            .checked_sub(after)
            .ok_or("the balance grew")?;
        let fee = spent
            .checked_sub(message.value() + deposit)
            .ok_or("less was paid than value and deposit")?;
        paid.fees += fee;
        paid.deposits += deposit;
        paid.messages += 1;
        let (micros, share) = (weight.ref_time / 1_000_000, weight.ref_time as f64 / 2e10);
        let (proof, thousandths) = (weight.proof_size, deposit / 1_000_000_000);
        let (fee, most) = (fee / 1_000_000, most / 1_000_000);
        println!("| `{name}` | {bytes} | {micros} | {share:.2} % | {proof} | {thousandths} | {fee} | {most} |");
        Ok(sent.answer)
    }

    /// A receipt of the run, signed by Alice and anchored.
    pub async fn anchored(&self, run: Run, salt: u8) -> Outcome<Assertion> {
        let statement = Statement {
            run,
            recipient: EthAddress::ZERO,
            time: 1_790_000_000,
            expiration: 0,
            reference: ReceiptId::ZERO,
            salt: EasSalt::new([salt; 32]),
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
        Ok(Assertion {
            attester,
            statement,
            signature,
            authorisation: None,
            batch: None,
        })
    }

    /// Blocks go by.
    pub async fn blocks(&self, count: u8) -> Outcome {
        for n in 0..count {
            let salt = self.chain.finalised().await?.hash;
            let anything = receipts::anchor(SealedId::new(blake2_256(&[&salt[..], &[n]].concat())));
            self.chain
                .send(&self.alice, self.receipts, &anything, |_| ())
                .await?;
        }
        Ok(())
    }
}

/// The head of a program's table.
pub fn heading(name: &str, steps: usize) {
    println!("\n**{name}**: {steps} steps\n\n| message | bytes | µs | of a 2 s block | proof bytes | deposit, thousandths | fee, millionths | fee at most |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// The hash that names pallets and their items in storage.
fn twox128(name: &[u8]) -> [u8; 16] {
    let half = |seed: u64| {
        let mut hasher = twox_hash::XxHash64::with_seed(seed);
        std::hash::Hasher::write(&mut hasher, name);
        std::hash::Hasher::finish(&hasher)
    };
    let mut both = [0; 16];
    both[..8].copy_from_slice(&half(0).to_le_bytes());
    both[8..].copy_from_slice(&half(1).to_le_bytes());
    both
}

fn blake2_256(bytes: &[u8]) -> [u8; 32] {
    <blake2::Blake2b<blake2::digest::consts::U32> as blake2::Digest>::digest(bytes).into()
}
