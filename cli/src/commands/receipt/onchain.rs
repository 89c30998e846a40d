//! `countersign receipt anchor`, `revoke` and `disown`: what changes the chain.

use super::checked;
use crate::args::{Account, AttesterKey, Global};
use crate::failure::Failure;
use crate::outcome::{columns, Outcome};
use crate::setup::{deployed, Attesting};
use countersign_client::deployed::{ChainGap, Deployed};
use countersign_client::language::Language;
use countersign_client::lists::{self, Deployments};
use countersign_client::messages;
use countersign_client::signer::{Signer, Sr25519};
use countersign_client::transport::native::Http;
use countersign_client::Chain;
use countersign_shared::deploy::Deployment;
use countersign_shared::id::Sr25519Public;
use countersign_shared::receipt::{Receipt, Verified};
use countersign_shared::signature::Signature;
use countersign_shared::{eip712, text, Attester, Software};
use serde_json::json;

/// The listed deployment that a receipt is for, found on the node's chain.
fn contracts<'a>(
    list: &'a Deployments,
    chain: &'a Chain<Http>,
    receipt: &Receipt,
) -> Result<Deployed<'a, Http>, Failure> {
    let wanted = receipt.deployment;
    if chain.genesis() != wanted.genesis {
        let node = chain.genesis();
        return Err(ChainGap::OtherChain {
            expected: wanted.genesis,
            node,
        }
        .into());
    }
    let listed = list.find(wanted.genesis, wanted.contract);
    deployed(
        chain,
        listed.ok_or(ChainGap::UnlistedContract(wanted.contract))?,
    )
}

/// Anchors a receipt.
pub fn anchor(
    global: &Global,
    named: &str,
    attest: bool,
    account: &Account,
) -> Result<Outcome, Failure> {
    let receipt = checked(named)?;
    let signer = account.key()?;
    let (list, chain) = (global.deployments()?, global.chain()?);
    let contracts = contracts(&list, &chain, &receipt)?;
    let at = if attest {
        pollster::block_on(contracts.attest(&signer, &receipt, global.progress()))?
    } else {
        pollster::block_on(contracts.anchor(&signer, &receipt, global.progress()))?
    };
    let rows = [
        ("anchored", messages::moment(&at, Language::English)),
        ("receipt id", receipt.id().to_string()),
        ("sealed id", receipt.sealed().to_string()),
        ("deployment", named_deployment(contracts.entry())),
    ];
    let json = json!({
        "receipt": receipt.id().to_string(),
        "sealed": receipt.sealed().to_string(),
        "anchored": { "block": at.block, "seconds": at.seconds },
    });
    Ok(Outcome::ok(columns(rows), json))
}

fn named_deployment(entry: &lists::Deployment) -> String {
    messages::deployment(&entry.name, entry.development, Language::English)
}

/// Revokes a receipt: by its attester's own account, or with its attester's signature carried by any account.
pub fn revoke(
    global: &Global,
    named: &str,
    account: &Account,
    attester: &AttesterKey,
) -> Result<Outcome, Failure> {
    let receipt = checked(named)?;
    let payer = account.key()?;
    let own = receipt.attester == of(&payer);
    let signature = if own {
        None
    } else {
        Some(revocation(&receipt, attester)?)
    };
    let (list, chain) = (global.deployments()?, global.chain()?);
    let contracts = contracts(&list, &chain, &receipt)?;
    let revoke = contracts.revoke(&payer, &receipt, signature.as_ref(), global.progress());
    let at = pollster::block_on(revoke)?;
    let rows = [
        ("revoked", messages::moment(&at, Language::English)),
        ("receipt id", receipt.id().to_string()),
    ];
    let json = json!({
        "receipt": receipt.id().to_string(),
        "revoked": { "block": at.block, "seconds": at.seconds },
    });
    Ok(Outcome::ok(columns(rows), json))
}

/// The attester that an account is.
fn of(key: &Sr25519) -> Attester {
    Attester::Sr25519(Sr25519Public::new(key.public()))
}

/// The attester's signature over its revocation (PROTOCOL 5.3).
fn revocation(receipt: &Verified<Receipt>, attester: &AttesterKey) -> Result<Signature, Failure> {
    let refused = || Failure::NotTheAttester {
        attester: messages::attester(&receipt.attester),
    };
    let deployment = &receipt.deployment;
    match attester.key()?.ok_or_else(refused)? {
        Attesting::Secp256k1(key) => {
            let address = key
                .address()
                .filter(|address| receipt.attester == Attester::Secp256k1(*address));
            let address = address.ok_or_else(refused)?;
            let digest = eip712::revoke_digest(deployment, &address, &receipt.id(), &Software);
            key.sign(&digest).ok_or_else(refused)
        }
        Attesting::Sr25519(key) if receipt.attester == of(&key) => {
            let message = text::wrap(&text::revocation(&receipt.id(), deployment));
            Ok(Signature::Sr25519(key.sign_bytes(&message)))
        }
        Attesting::Sr25519(_) => Err(refused()),
    }
}

/// Disowns a key: the account's own, or the one given.
pub fn disown(
    global: &Global,
    since: u32,
    account: &Account,
    attester: &AttesterKey,
) -> Result<Outcome, Failure> {
    let payer = account.key()?;
    let (list, chain) = (global.deployments()?, global.chain()?);
    let contracts = deployed(&chain, global.choose(&list, &chain)?)?;
    let deployment = Deployment {
        genesis: contracts.entry().genesis,
        contract: contracts.entry().receipts,
    };
    let signed = match attester.key()? {
        None => None,
        Some(Attesting::Secp256k1(key)) => {
            let address = key.address().ok_or(Failure::NoKey)?;
            let digest = eip712::disown_digest(&deployment, &address, u64::from(since), &Software);
            Some((
                Attester::Secp256k1(address),
                key.sign(&digest).ok_or(Failure::NoKey)?,
            ))
        }
        Some(Attesting::Sr25519(key)) => {
            let message = text::wrap(&text::disown(u64::from(since), &deployment));
            Some((of(&key), Signature::Sr25519(key.sign_bytes(&message))))
        }
    };
    let whose = signed
        .as_ref()
        .map_or_else(|| of(&payer), |(attester, _)| *attester);
    let carried = signed
        .as_ref()
        .map(|(attester, signature)| (*attester, signature));
    let done = pollster::block_on(contracts.disown(&payer, since, carried, global.progress()))?;
    let rows = [
        ("disowned", messages::attester(&whose)),
        ("since", format!("block {}", done.since)),
        (
            "said in",
            messages::moment(&done.declared, Language::English),
        ),
        ("paid by", messages::account(&payer.account())),
    ];
    let json = json!({
        "attester": whose.to_string(),
        "since": done.since,
        "declared": { "block": done.declared.block, "seconds": done.declared.seconds },
    });
    Ok(Outcome::ok(columns(rows), json))
}
