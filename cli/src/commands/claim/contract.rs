//! The disputes contract that a command means, and what is asked of it.

use crate::args::Global;
use crate::commands::chain::code as bundle_code;
use crate::failure::Failure;
use crate::setup;
use countersign_client::chain::Chain;
use countersign_client::contracts::{disputes, Message};
use countersign_client::deploy::code_hash;
use countersign_client::deployed::ChainGap;
use countersign_client::rpc::Block;
use countersign_client::signer::Sr25519;
use countersign_client::submit::{Progress, Underway};
use countersign_client::transport::native::Http;
use countersign_shared::chain::MAX_PAGE_ITEMS;
use countersign_shared::disputes::{ClaimRecord, DisputesError, DisputesSetup};
use countersign_shared::id::{AccountId, ReceiptId};
use parity_scale_codec::Decode;

/// A disputes contract on the node's chain.
pub struct Contract<'a> {
    /// The node.
    pub chain: &'a Chain<Http>,
    /// The contract.
    pub account: AccountId,
    /// What it was given for good.
    pub setup: DisputesSetup,
}

/// The contract that was named, else the deployment's; its code must be the released one, and its setup this chain's.
pub fn contract<'a>(
    global: &Global,
    chain: &'a Chain<Http>,
    named: Option<&str>,
) -> Result<Contract<'a>, Failure> {
    let account = match named {
        Some(named) => setup::account(named)?,
        None => {
            let list = global.deployments()?;
            let entry = global.choose(&list, chain)?;
            let name = entry.name.clone();
            entry.disputes.ok_or(Failure::NoDisputes { name })?
        }
    };
    let released = code_hash(&bundle_code(
        &global.bundles(None).join("disputes.contract"),
    )?);
    let at = pollster::block_on(chain.finalised())?;
    match pollster::block_on(chain.code_hash(account, at))? {
        None => return Err(ChainGap::NoContract(account).into()),
        Some(found) if found != released => {
            let listed = released;
            return Err(ChainGap::OtherCode { listed, found }.into());
        }
        Some(_) => {}
    }
    let setup = pollster::block_on(chain.read(account, &disputes::deployment(), at))?;
    if setup.genesis != chain.genesis() {
        return Err(Failure::Setup {
            genesis: setup.genesis,
            registry: setup.registry,
        });
    }
    Ok(Contract {
        chain,
        account,
        setup,
    })
}

impl Contract<'_> {
    /// The newest finalised block; nothing else is believed.
    pub fn finalised(&self) -> Result<Block, Failure> {
        Ok(pollster::block_on(self.chain.finalised())?)
    }

    /// Reads at a block.
    pub fn read<R: Decode>(&self, message: &Message<R>, at: Block) -> Result<R, Failure> {
        Ok(pollster::block_on(self.chain.read(
            self.account,
            message,
            at,
        ))?)
    }

    /// A claim now.
    pub fn claim(&self, receipt: ReceiptId) -> Result<ClaimRecord, Failure> {
        self.claim_at(receipt, self.finalised()?)
    }

    /// A claim at a block.
    pub fn claim_at(&self, receipt: ReceiptId, at: Block) -> Result<ClaimRecord, Failure> {
        let claim = self.read(&disputes::claim(receipt), at)?;
        claim.ok_or(Failure::NoClaim(receipt))
    }

    /// Sends a message and waits until a finalised block holds it.
    pub fn send<R: Decode>(
        &self,
        signer: &Sr25519,
        message: &Message<Result<R, DisputesError>>,
    ) -> Result<R, Failure> {
        let sent = self.chain.send(signer, self.account, message, |_| {});
        Ok(pollster::block_on(sent)?.answer)
    }

    /// Sends a message; a later [`Contract::arrive`] waits for its block.
    pub fn begin<R: Decode>(
        &self,
        signer: &Sr25519,
        message: &Message<Result<R, DisputesError>>,
    ) -> Result<(R, Underway), Failure> {
        let mut ignore = |_: Progress| {};
        let begun = self.chain.begin(signer, self.account, message, &mut ignore);
        Ok(pollster::block_on(begun)?)
    }

    /// Waits until a finalised block holds what was begun.
    pub fn arrive(&self, underway: Underway) -> Result<(), Failure> {
        let mut ignore = |_: Progress| {};
        let arrived = self.chain.arrive(underway, &mut ignore);
        pollster::block_on(arrived)?;
        Ok(())
    }

    /// All claims at a block, oldest first.
    pub fn claims(&self, at: Block) -> Result<Vec<(ReceiptId, ClaimRecord)>, Failure> {
        let mut all = Vec::new();
        loop {
            let start = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let page = self.read(&disputes::claims(start, MAX_PAGE_ITEMS), at)?;
            let more = !page.items.is_empty();
            all.extend(page.items);
            if !more || all.len() >= usize::try_from(page.total).unwrap_or(usize::MAX) {
                return Ok(all);
            }
        }
    }
}
