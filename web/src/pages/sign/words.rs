//! What the wallet will show: in plain words, then word for word (PROTOCOL 7.4).

use crate::components::id::Id;
use crate::components::slip::{Row, Rows};
use crate::state::draft::Draft;
use crate::text::{en, run, sign as text};
use countersign_client::messages;
use countersign_shared::eip712::{Domain, SCHEMA_UID};
use countersign_shared::{hex, Software};
use leptos::prelude::*;

/// The decoded statement.
#[component]
pub fn PlainWords(draft: Draft) -> impl IntoView {
    let Draft {
        run: finished,
        statement,
        listed,
        beacon,
        ..
    } = draft;
    let manifest = &finished.model.manifest;
    let model = en::model_name(&manifest.name, &manifest.version);
    let lane = finished.lane();
    let publisher = messages::account(&finished.model.publisher);
    let sentence = text::statement(&model, lane);
    let chain = en::deployment(&listed.name, listed.development);
    view! {
        <section aria-label=text::WHAT_SHOWN class="stack-tight">
            <h2>{text::WHAT_SHOWN}</h2>
            <p>{sentence}</p>
            <Rows>
                <Row label=run::ROW_MODEL>
                    <span>{model}</span>
                    <span class="row-note">
                        <Id what=en::WHAT_MODEL value=statement.run.model.to_string()/>
                    </span>
                </Row>
                <Row label=run::ROW_PUBLISHER>
                    <Id what=en::WHAT_PUBLISHER value=publisher/>
                </Row>
                <Row label=run::ROW_LANE>
                    <span>{run::lane_name(lane)}</span>
                    <span class="row-note">{run::lane_note(lane)}</span>
                </Row>
                <Row label=run::ROW_ENGINE>
                    <Id what=run::WHAT_ENGINE value=statement.run.engine.to_string()/>
                </Row>
                <Row label=run::ROW_INPUT>
                    <Id what=run::WHAT_INPUT value=statement.run.input.to_string()/>
                    <span class="row-note">{text::INPUT_NOTE}</span>
                </Row>
                <Row label=run::ROW_OUTPUT>
                    <Id what=run::WHAT_OUTPUT value=statement.run.output.to_string()/>
                </Row>
                <Row label=text::NOT_EARLIER>
                    {match beacon {
                        Some(block) => view! {
                            <span>{text::after_block(block)}</span>
                            <span class="row-note">
                                <Id what=text::WHAT_BEACON value=statement.run.beacon.to_string()/>
                            </span>
                        }
                        .into_any(),
                        None => view! { <span>{text::NO_BEACON}</span> }.into_any(),
                    }}
                </Row>
                {statement
                    .reference()
                    .map(|earlier| {
                        view! {
                            <Row label=text::REFERENCE>
                                <Id what=text::WHAT_REFERENCE value=earlier.to_string()/>
                                <span class="row-note">{text::REFERENCE_NOTE}</span>
                            </Row>
                        }
                    })}
                <Row label=text::TIME>{en::time(statement.time)}</Row>
                <Row label=text::CHAIN>{chain}</Row>
            </Rows>
        </section>
    }
}

/// Each field exactly as it stands in the typed data, and the text that Substrate accounts sign.
#[component]
pub fn ExactWords(draft: Draft) -> impl IntoView {
    let Draft {
        statement,
        deployment,
        ..
    } = draft;
    let domain = Domain::receipts(&deployment, &Software);
    let digest = statement.digest(&deployment, &Software);
    let run = statement.run;
    let words: Vec<(&'static str, String)> = vec![
        ("name", domain.name.to_owned()),
        ("domainVersion", domain.version.to_owned()),
        ("chainId", domain.chain_id.to_string()),
        (
            "verifyingContract",
            domain.verifying_contract.to_eip55(&Software),
        ),
        ("schema", hex::encode(&SCHEMA_UID)),
        ("recipient", statement.recipient.to_eip55(&Software)),
        ("time", statement.time.to_string()),
        ("expirationTime", statement.expiration.to_string()),
        ("revocable", "true".to_owned()),
        ("refUID", statement.reference.to_string()),
        ("model", run.model.to_string()),
        ("engine", run.engine.to_string()),
        ("input", run.input.to_string()),
        ("output", run.output.to_string()),
        ("beacon", run.beacon.to_string()),
        ("lane", run.lane.to_u8().to_string()),
        ("salt", statement.salt.to_string()),
        ("digest", digest.to_string()),
    ];
    let substrate = countersign_shared::text::receipt(&run, &deployment, &digest);
    view! {
        <details class="more">
            <summary>{text::EXACT}</summary>
            <p class="small quiet">{text::EXACT_NOTE}</p>
            <dl class="words">
                {words
                    .into_iter()
                    .map(|(name, value)| {
                        view! {
                            <div class="row">
                                <dt>{name}</dt>
                                <dd data-word=name>{value}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            <p class="small quiet">{text::SUBSTRATE_NOTE}</p>
            <pre class="code" tabindex="0">{substrate}</pre>
        </details>
    }
}
