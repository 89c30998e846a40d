//! What the chain says about a receipt, read at one finalised block.

use super::finding::{Finding, Lower, Upper};
use super::report::{Fact, Label, Row, RowKind, Told};
use super::{Access, Checked, Request};
use crate::chain::Chain;
use crate::contracts::receipts;
use crate::deployed::ChainGap;
use crate::error::ChainError;
use crate::lists::Deployment;
use crate::messages;
use crate::rpc::Block;
use crate::transport::Transport;
use countersign_shared::chain::{BatchProof, Moment, ReceiptFacts};
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::status::{Expiry, Facts, Key, Revocation, Status};
use std::collections::BTreeSet;

/// The chain's answers, or why there are none.
pub(super) struct ChainFacts<'a> {
    outcome: Result<Answers<'a>, ChainGap>,
    lower: Lower,
    /// The beacon's block, also where its time is not known.
    beacon: Option<u32>,
}

struct Answers<'a> {
    deployment: &'a Deployment,
    finalised: Block,
    receipt: ReceiptFacts,
}

impl<'a> ChainFacts<'a> {
    /// Asks the chain, if it may be believed (PROTOCOL 4.3).
    pub async fn gather<T: Transport>(
        checked: &Checked,
        request: &Request<'a>,
        access: &Access<'_, T>,
    ) -> Self {
        let no_beacon = checked.receipt.statement.run.beacon.is_zero();
        let not_asked = if no_beacon {
            Lower::NoBeacon
        } else {
            Lower::NotAsked
        };
        let chain = match access {
            Access::Offline => {
                return Self {
                    outcome: Err(ChainGap::Offline),
                    lower: not_asked,
                    beacon: None,
                }
            }
            Access::Failed(error) => {
                return Self {
                    outcome: Err(ChainGap::Failed(error.clone())),
                    lower: not_asked,
                    beacon: None,
                }
            }
            Access::Connected(chain) => chain,
        };
        match ask(chain, checked, request).await {
            Ok((answers, beacon, lower)) => Self {
                outcome: Ok(answers),
                lower,
                beacon,
            },
            Err(gap) => Self {
                outcome: Err(gap),
                lower: not_asked,
                beacon: None,
            },
        }
    }

    /// The deployment that answered.
    pub fn deployment(&self) -> Option<&'a Deployment> {
        self.outcome.as_ref().ok().map(|answers| answers.deployment)
    }

    /// Whether the chain holds the receipt.
    pub fn anchor(&self) -> Row {
        let answers = match &self.outcome {
            Ok(answers) => answers,
            Err(gap) => return Row::new(RowKind::Anchor, Finding::Chain(gap.clone()), Vec::new()),
        };
        let facts = answers.facts();
        let finding = match answers.receipt.earliest_anchor() {
            None => Finding::NotAnchored,
            Some(at) => Finding::Anchored {
                at,
                batch: answers.receipt.anchored != Some(at),
                attested: answers.receipt.attested.is_some(),
            },
        };
        Row::new(RowKind::Anchor, finding, facts)
    }

    /// The time bracket (4.4) and the expiry.
    pub fn time(&self, receipt: &Verified<Receipt>, now: u64) -> Row {
        let statement = &receipt.statement;
        let mut facts = vec![Fact::told(Label::SignedTime, Told::Time(statement.time))];
        if statement.expiration != 0 {
            facts.push(Fact::told(Label::Expires, Told::Time(statement.expiration)));
        }
        let upper = match &self.outcome {
            Err(_) => Upper::NotAsked,
            Ok(answers) => answers
                .receipt
                .earliest_anchor()
                .map_or(Upper::NotAnchored, Upper::At),
        };
        let lower = self.lower;
        let finding = match (self.status(receipt, now).expiry, self.beacon, upper) {
            (_, Some(beacon), Upper::At(anchor)) if beacon > anchor.block => {
                Finding::Contradiction {
                    beacon,
                    anchor: anchor.block,
                }
            }
            (Expiry::Expired(at), _, _) => Finding::Expired { at },
            (_, _, upper) => Finding::Bracket { lower, upper },
        };
        Row::new(RowKind::Time, finding, facts)
    }

    /// Whether the signer took the receipt or the key back (5.5, 5.6).
    pub fn revocation(&self, receipt: &Verified<Receipt>, now: u64) -> Row {
        let answers = match &self.outcome {
            Ok(answers) => answers,
            Err(gap) => {
                return Row::new(RowKind::Revocation, Finding::Chain(gap.clone()), Vec::new())
            }
        };
        let status = self.status(receipt, now);
        let finding = match (status.revocation, status.key) {
            (Revocation::Revoked { at, existed_before }, _) => {
                Finding::Revoked { at, existed_before }
            }
            (Revocation::None, Key::Disowned(disownment)) => Finding::Disowned(disownment),
            (
                Revocation::None,
                Key::AnchoredLaterDisowned {
                    anchored,
                    disownment,
                },
            ) => Finding::AnchoredLaterDisowned {
                anchored,
                disownment,
            },
            (Revocation::None, Key::Unaffected(disownment)) => Finding::InForce {
                disowned_later: Some(disownment),
            },
            (Revocation::None, Key::Held) => Finding::InForce {
                disowned_later: None,
            },
        };
        Row::new(RowKind::Revocation, finding, answers.facts())
    }

    fn status(&self, receipt: &Verified<Receipt>, now: u64) -> Status {
        let known = self.outcome.as_ref().ok().map(|answers| answers.receipt);
        Status::of(&Facts {
            expiration: receipt.statement.expiration,
            anchored: known.and_then(|facts| facts.earliest_anchor()),
            revoked: known.and_then(|facts| facts.revoked),
            disowned: known.and_then(|facts| facts.disowned),
            now,
        })
    }
}

impl Answers<'_> {
    fn facts(&self) -> Vec<Fact> {
        let name = self.deployment.name.clone();
        let development = self.deployment.development;
        vec![
            Fact::told(Label::Deployment, Told::Deployment { name, development }),
            Fact::new(Label::ReadAt, messages::block(&self.finalised)),
        ]
    }
}

/// Checks that the chain is the receipt's and the contract the listed one, then reads.
async fn ask<'a, T: Transport>(
    chain: &Chain<T>,
    checked: &Checked,
    request: &Request<'a>,
) -> Result<(Answers<'a>, Option<u32>, Lower), ChainGap> {
    let finalised = chain.finalised().await.map_err(ChainGap::Failed)?;
    let deployment = trusted(chain, &checked.receipt, request, finalised).await?;
    let receipt = read(chain, checked, finalised).await?;
    let (beacon, lower) = lower(chain, &checked.receipt, finalised)
        .await
        .map_err(ChainGap::Failed)?;
    // The node may have been replaced between the first question and the last.
    chain.still_the_same().await.map_err(ChainGap::Failed)?;
    Ok((
        Answers {
            deployment,
            finalised,
            receipt,
        },
        beacon,
        lower,
    ))
}

/// The listed deployment that the receipt is for, if the node's chain has it, code and all.
async fn trusted<'a, T: Transport>(
    chain: &Chain<T>,
    receipt: &Receipt,
    request: &Request<'a>,
    at: Block,
) -> Result<&'a Deployment, ChainGap> {
    let wanted = receipt.deployment;
    chain.is_chain(wanted.genesis).await?;
    let listed = request.deployments.find(wanted.genesis, wanted.contract);
    let listed = listed.ok_or(ChainGap::UnlistedContract(wanted.contract))?;
    chain
        .has_code(listed.receipts, listed.receipts_code, at)
        .await?;
    Ok(listed)
}

/// The contract's facts; of several batch proofs the one that shows the earliest anchor.
async fn read<T: Transport>(
    chain: &Chain<T>,
    checked: &Checked,
    at: Block,
) -> Result<ReceiptFacts, ChainGap> {
    // A batch is one question, however often a bundle names it.
    let mut asked = BTreeSet::new();
    let once = checked.anchors.iter();
    let once = once.filter(|proof| asked.insert((proof.root, proof.size)));
    let proofs = once.map(|proof| {
        let path = proof.path.clone();
        BatchProof {
            size: proof.size,
            index: proof.index,
            path,
        }
    });
    let mut best: Option<ReceiptFacts> = None;
    for proof in proofs.map(Some).chain([None]) {
        if proof.is_none() && best.is_some() {
            break;
        }
        let receipt = &checked.receipt;
        let message = receipts::status(
            receipt.attester,
            receipt.digest(),
            &receipt.signature,
            proof.as_ref(),
        );
        let found = chain
            .read(receipt.deployment.contract, &message, at)
            .await
            .map_err(ChainGap::Failed)?;
        let found = found.map_err(ChainGap::Refused)?;
        best = Some(match best {
            Some(known) if earlier(known.batched, found.batched) => known,
            _ => found,
        });
    }
    best.ok_or(ChainGap::Offline)
}

/// Whether `left` is an anchor no later than `right`.
fn earlier(left: Option<Moment>, right: Option<Moment>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left <= right,
        (known, _) => known.is_some(),
    }
}

/// The beacon's block, if it is a finalised block of this chain (4.4), and the bound that it gives: a node may know the
/// block and no longer its time.
async fn lower<T: Transport>(
    chain: &Chain<T>,
    receipt: &Verified<Receipt>,
    finalised: Block,
) -> Result<(Option<u32>, Lower), ChainError> {
    let beacon = receipt.statement.run.beacon;
    if beacon.is_zero() {
        return Ok((None, Lower::NoBeacon));
    }
    let Some(block) = chain.finalised_block(beacon, finalised).await? else {
        return Ok((None, Lower::NotFound));
    };
    let seconds = chain.time_of(block).await?;
    let lower = seconds.map_or(Lower::NotFound, |seconds| {
        Lower::At(Moment {
            block: block.number,
            seconds,
        })
    });
    Ok((Some(block.number), lower))
}
