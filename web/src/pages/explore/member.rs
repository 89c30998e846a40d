//! Whether a receipt stands in a batch: its own proof is followed, in this tab.

use super::place::Place;
use super::table::{attester, batch as batch_link, id, id_to};
use crate::app::Page;
use crate::browser::read;
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::components::slip::{Row, Rows};
use crate::text::language::{language, Text};
use crate::text::words::Words;
use crate::text::{en, explore as text, verify};
use countersign_client::messages;
use countersign_client::verify::{membership, Membership, Part};
use countersign_shared::chain::BatchKey;
use countersign_shared::deploy::Deployment;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use web_sys::File;

/// Larger files are no receipts.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Clone)]
enum Asked {
    Nothing,
    Reading,
    Told(Box<Membership>),
    Refused(Words),
}

/// The place for a receipt, and what came of it.
#[component]
pub fn Member(batch: BatchKey, place: Deployment) -> impl IntoView {
    let asked = RwSignal::new(Asked::Nothing);
    // Counts what was given: files that were read for an earlier one are not taken.
    let round = StoredValue::new(0_u32);
    let judge = move |document: &[u8], proofs: &[Vec<u8>]| {
        asked.set(match membership(document, proofs, batch) {
            Ok(told) => Asked::Told(told.into()),
            Err(finding) => {
                let said = messages::finding(&finding, language());
                Asked::Refused(Words::split(said, messages::foreign(&finding)).sentence())
            }
        });
    };
    let take_text = move |text: String| {
        round.update_value(|round| *round = round.wrapping_add(1));
        judge(text.trim().as_bytes(), &[]);
    };
    let take_files = move |files: Vec<File>| {
        round.update_value(|round| *round = round.wrapping_add(1));
        let now = round.get_value();
        asked.set(Asked::Reading);
        spawn_local(async move {
            let given = read_all(files).await;
            if round.try_get_value() != Some(now) {
                return;
            }
            match given {
                Ok((document, proofs)) => judge(&document, &proofs),
                Err(why) => asked.set(Asked::Refused(why)),
            }
        });
    };
    view! {
        <section class="stack" aria-labelledby="explore-member" data-testid="explore-member">
            <h2 id="explore-member">{text::MEMBER}</h2>
            <p>{text::MEMBER_NOTE}</p>
            <DropArea choose=verify::CHOOSE hint=text::MEMBER_HINT on_files=take_files on_text=take_text multiple=true/>
            <p role="status" class="quiet">
                {move || if matches!(&*asked.read(), Asked::Reading) { verify::READING.get() } else { "" }}
            </p>
            {move || match asked.get() {
                Asked::Nothing | Asked::Reading => ().into_any(),
                Asked::Refused(why) => {
                    view! { <Notice mark=Mark::Invalid head=text::MEMBER_REFUSED text=why/> }.into_any()
                }
                Asked::Told(told) => show(*told, place),
            }}
        </section>
    }
}

/// The receipt, and what came apart from it.
async fn read_all(files: Vec<File>) -> Result<(Vec<u8>, Vec<Vec<u8>>), Words> {
    let mut document = None;
    let mut proofs = Vec::new();
    for file in files {
        // `size` is a JavaScript number, an integer far below 2^53.
        let size = file.size() as u64;
        if size > MOST_BYTES {
            let (size, limit) = (en::size(size), en::size(MOST_BYTES));
            return Err(verify::too_large(&file.name(), &size, &limit).into());
        }
        let bytes = read::bytes(&file).await;
        let bytes = bytes.map_err(|error| format!("{}: {error}", file.name()))?;
        match Part::of(&bytes) {
            Part::Proof => proofs.push(bytes),
            _ if document.is_none() => document = Some(bytes),
            _ => return Err(text::MEMBER_SEVERAL.into()),
        }
    }
    match document.or_else(|| proofs.pop()) {
        Some(document) => Ok((document, proofs)),
        None => Err(text::MEMBER_REFUSED.into()),
    }
}

fn show(told: Membership, place: Deployment) -> AnyView {
    let (mark, head, why): (Mark, Text, String) = if told.place != place {
        (
            Mark::Unknown,
            text::MEMBER_OTHER_PLACE,
            text::MEMBER_OTHER_PLACE_WHY.into(),
        )
    } else if let Some(index) = told.index {
        (Mark::Valid, text::MEMBER_IN, text::member_in(index))
    } else if told.elsewhere.is_empty() {
        (
            Mark::Unknown,
            text::MEMBER_NO_PROOF,
            text::MEMBER_NO_PROOF_WHY.into(),
        )
    } else {
        (
            Mark::Absent,
            text::MEMBER_ELSEWHERE,
            text::MEMBER_ELSEWHERE_WHY.into(),
        )
    };
    let (sealed, model) = (told.sealed.to_string(), told.model.to_string());
    let elsewhere = (!told.elsewhere.is_empty()).then(|| {
        let line = |key: &BatchKey| view! { <div>{batch_link(key)}</div> };
        let lines = told.elsewhere.iter().map(line).collect_view();
        view! { <Row label=text::OTHER_BATCHES>{lines}</Row> }
    });
    view! {
        <div data-testid="explore-membership" data-state=mark.name()>
            <Notice mark head=head text=why/>
        </div>
        <section class="sheet" aria-label=text::RECEIPT>
            <Rows>
                <Row label=text::RECEIPT_ID>{id(text::RECEIPT_ID, told.receipt.to_string())}</Row>
                <Row label=text::SEALED>{id_to(text::SEALED, sealed.clone(), &Place::Receipt(sealed))}</Row>
                <Row label=text::ATTESTER>{attester(&told.attester)}</Row>
                <Row label=text::MODEL>{id_to(en::WHAT_MODEL, model.clone(), &Place::Model(model))}</Row>
                {elsewhere}
            </Rows>
        </section>
        <p>{text::VERIFY_WAY} " " <A href=Page::Verify.path()>{en::NAV_VERIFY}</A></p>
    }
    .into_any()
}
