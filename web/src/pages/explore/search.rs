//! Says what a number, id, hash or account is on this chain. Not found is *unknown*, never *invalid*.

use super::load::{gap, load, At};
use super::models::SCAN;
use super::place::{List, Place};
use super::table::{plain, Window};
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::chain::Ready;
use crate::text::explore as text;
use crate::text::language::Text;
use countersign_client::contracts::{receipts, registry, Message};
use countersign_client::deployed::ChainGap;
use countersign_client::explore::{self, Cells};
use countersign_client::messages;
use countersign_client::rpc::Block;
use countersign_shared::account as ss58;
use countersign_shared::chain::{Page, MAX_PAGE_ITEMS};
use countersign_shared::id::{AccountId, EthAddress, ModelId, ReceiptId, SealedId, Sr25519Public};
use countersign_shared::{Attester, Software};
use leptos::prelude::*;
use leptos_router::components::A;
use parity_scale_codec::Decode;
use std::rc::Rc;

/// What was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typed {
    Number(u32),
    Hash([u8; 32]),
    Signer(Attester),
}

impl Typed {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits: String = text.chars().filter(|letter| *letter != ',').collect();
        if let Ok(number) = digits.parse() {
            return Some(Self::Number(number));
        }
        let lower = text.to_ascii_lowercase();
        let prefixed = if lower.starts_with("0x") {
            lower
        } else {
            format!("0x{lower}")
        };
        if let Ok(id) = prefixed.parse::<ModelId>() {
            return Some(Self::Hash(id.to_bytes()));
        }
        signer(text).map(Self::Signer)
    }
}

/// An account as wallets show it, its 32 bytes in hex, or an Ethereum address.
pub fn signer(text: &str) -> Option<Attester> {
    let account = |account: AccountId| Attester::Sr25519(Sr25519Public::new(account.to_bytes()));
    if let Ok((found, _)) = ss58::decode(text) {
        return Some(account(found));
    }
    let lower = text.to_ascii_lowercase();
    if let Ok(found) = lower.parse::<AccountId>() {
        return Some(account(found));
    }
    if let Ok(address) = EthAddress::parse_eip55(text, &Software) {
        return Some(Attester::Secp256k1(address));
    }
    // Without capitals there is no checksum that could speak against it.
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| digits.len() == 40)?;
    let word: ModelId = format!("0x{digits:0>64}").parse().ok()?;
    Some(Attester::Secp256k1(EthAddress::from_low(&word.to_bytes())))
}

/// One thing that it is, and where that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Is {
    what: Text,
    place: Place,
}

/// The page.
pub fn page(typed: &str) -> AnyView {
    if typed.is_empty() {
        return view! { <Notice mark=Mark::Absent head=text::SEARCH_EMPTY text=text::SEARCH_EMPTY_WHY/> }.into_any();
    }
    let Some(what) = Typed::of(typed) else {
        return view! { <Notice mark=Mark::Unknown head=text::SEARCH_NOT text=text::SEARCH_NOT_WHY/> }.into_any();
    };
    let show = |found: Vec<Is>| {
        if found.is_empty() {
            return view! {
                <Notice mark=Mark::Unknown head=text::UNKNOWN text=text::SEARCH_NONE/>
                <p class="quiet small">{text::SEARCH_LIMIT}</p>
            }
            .into_any();
        }
        let lines = found
            .into_iter()
            .map(|is| view! { <li><A href=is.place.path()>{plain(is.what)}</A></li> });
        view! {
            <section class="sheet stack-tight" aria-labelledby="explore-is" data-testid="explore-found">
                <h2 id="explore-is">{text::WHAT}</h2>
                <ul class="explore-plain">{lines.collect_view()}</ul>
            </section>
        }
        .into_any()
    };
    load(3, move |ready| look(ready, what), show).into_any()
}

async fn look(ready: Rc<Ready>, typed: Typed) -> Result<(Vec<Is>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let found = match typed {
        Typed::Number(number) => {
            let head = at.chain().rpc().best_number().await;
            let head = head.map_err(|error| gap(error.into()))?;
            let place = Place::Block(number.to_string());
            let what = text::BLOCK;
            (number <= head)
                .then_some(Is { what, place })
                .into_iter()
                .collect()
        }
        Typed::Signer(signer) => {
            let place = Place::Account(messages::attester(&signer));
            vec![Is {
                what: text::ACCOUNT,
                place,
            }]
        }
        Typed::Hash(bytes) => hash(&at, bytes).await?,
    };
    Ok((found, at.block))
}

/// Everything that 32 bytes can be.
async fn hash(at: &At<'_>, bytes: [u8; 32]) -> Result<Vec<Is>, ChainGap> {
    let entry = at.deployed.entry();
    let hex = ModelId::new(bytes).to_string();
    let mut found = Vec::new();
    let model = registry::model(ModelId::new(bytes));
    if at
        .chain()
        .read(entry.registry, &model, at.block)
        .await
        .map_err(gap)?
        .is_some()
    {
        found.push(Is {
            what: text::MODEL,
            place: Place::Model(hex.clone()),
        });
    }
    let cells = Cells::new(at.chain(), entry, at.block);
    let sealed = SealedId::new(bytes);
    let anchored = cells.anchor(sealed).await.map_err(gap)?.is_some()
        || cells.attestation(sealed).await.map_err(gap)?.is_some();
    if anchored {
        found.push(Is {
            what: text::IS_SEALED,
            place: Place::Receipt(hex.clone()),
        });
    }
    if cells
        .revocation(ReceiptId::new(bytes))
        .await
        .map_err(gap)?
        .is_some()
    {
        found.push(Is {
            what: text::IS_REVOKED,
            place: Place::Receipt(hex.clone()),
        });
    }
    let block = at.chain().rpc().number_of(bytes).await;
    if block.map_err(|error| gap(error.into()))?.is_some() {
        found.push(Is {
            what: text::BLOCK,
            place: Place::Block(hex.clone()),
        });
    }
    let account = explore::account(at.chain(), AccountId::new(bytes), at.block).await;
    if account.map_err(gap)?.is_some() {
        let place = Place::Account(messages::account(&AccountId::new(bytes)));
        found.push(Is {
            what: text::ACCOUNT,
            place,
        });
    }
    if bytes == entry.registry_code.to_bytes() || bytes == entry.receipts_code.to_bytes() {
        found.push(Is {
            what: text::CODE,
            place: Place::Overview,
        });
    }
    let batch = newest(at, entry.receipts, receipts::batches, |(key, _)| {
        key.root.to_bytes() == bytes
    });
    if batch.await?.is_some() {
        found.push(Is {
            what: text::IS_BATCH,
            place: Place::Batch(hex.clone(), None),
        });
    }
    let engine = newest(at, entry.registry, registry::engines, |(key, _)| {
        key.engine.to_bytes() == bytes
    });
    if let Some(before) = engine.await? {
        found.push(Is {
            what: text::ENGINE,
            place: Place::List(List::Engines, Some(before)),
        });
    }
    Ok(found)
}

/// Looks through the newest [`SCAN`] entries of a list; the position after the newest that fits.
async fn newest<T: Decode>(
    at: &At<'_>,
    contract: AccountId,
    ask: fn(u32, u32) -> Message<Page<T>>,
    fits: impl Fn(&T) -> bool,
) -> Result<Option<u32>, ChainGap> {
    let total = at
        .chain()
        .read(contract, &ask(0, 0), at.block)
        .await
        .map_err(gap)?
        .total;
    let window = Window::below(None, total, SCAN);
    let starts: Vec<u32> = (window.start..window.end)
        .step_by(MAX_PAGE_ITEMS as usize)
        .collect();
    let messages: Vec<_> = starts
        .iter()
        .map(|start| ask(*start, MAX_PAGE_ITEMS))
        .collect();
    let pages = at
        .chain()
        .read_all(contract, &messages, at.block)
        .await
        .map_err(gap)?;
    let place = starts
        .into_iter()
        .zip(pages)
        .rev()
        .find_map(|(start, page)| {
            let inside = page.items.iter().rposition(&fits)?;
            u32::try_from(inside)
                .ok()?
                .checked_add(start)?
                .checked_add(1)
        });
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_told_apart() {
        assert_eq!(Typed::of(" 1,204 "), Some(Typed::Number(1204)));
        let hash = "AB".repeat(32);
        assert_eq!(Typed::of(&hash), Some(Typed::Hash([0xab; 32])));
        assert_eq!(
            Typed::of(&format!("0x{hash}")),
            Some(Typed::Hash([0xab; 32]))
        );
        let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        assert!(matches!(
            Typed::of(alice),
            Some(Typed::Signer(Attester::Sr25519(_)))
        ));
        let address = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
        assert!(matches!(
            Typed::of(address),
            Some(Typed::Signer(Attester::Secp256k1(_)))
        ));
        for nothing in [
            "hello",
            "0x12",
            "99999999999",
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ",
        ] {
            assert_eq!(Typed::of(nothing), None, "{nothing}");
        }
    }
}
