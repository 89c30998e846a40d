//! One model: its record, its manifest, its files, its versions.

use super::attested::{self, Attested};
use super::load::{gap, load, At};
use super::models::scan;
use super::place::Place;
use super::table::{self, account, id, id_to, moment, plain};
use crate::app::Page;
use crate::components::slip::{Row, Rows};
use crate::pages::publish::deprecate::Deprecate;
use crate::pages::publish::handover::Handover;
use crate::state::chain::Ready;
use crate::text::language::Text;
use crate::text::{en, explore as text, own};
use countersign_client::contracts::registry;
use countersign_client::deployed::ChainGap;
use countersign_client::rpc::Block;
use countersign_shared::chain::ModelRecord;
use countersign_shared::cid;
use countersign_shared::id::ModelId;
use countersign_shared::manifest::{Dim, Manifest, ModelFile, TensorInfo};
use leptos::prelude::*;
use leptos_router::components::A;
use std::rc::Rc;

#[derive(Clone)]
struct Found {
    id: ModelId,
    record: ModelRecord,
    manifest: Option<Manifest>,
    successors: Vec<ModelId>,
    versions: Vec<Version>,
    attested: Vec<Attested>,
}

/// A model of the same name by the same publisher.
#[derive(Clone)]
struct Version {
    id: ModelId,
    version: String,
    deprecated: bool,
}

/// How many of a publisher's newest models are looked through for versions: their manifests are all asked for.
const MOST: usize = 100;

async fn versions(
    at: &At<'_>,
    newest: &[(ModelId, ModelRecord)],
    record: &ModelRecord,
    name: &str,
) -> Result<Vec<Version>, ChainGap> {
    let by_publisher = newest
        .iter()
        .rev()
        .filter(|(_, other)| other.publisher == record.publisher);
    let candidates: Vec<_> = by_publisher.take(MOST).cloned().collect();
    let manifests = at.deployed.manifests(&candidates, at.block).await;
    let read = candidates.iter().zip(manifests.map_err(gap)?);
    let same = read.filter_map(|((id, other), manifest)| {
        let manifest = manifest.filter(|manifest| manifest.name == name)?;
        Some(Version {
            id: *id,
            version: manifest.version,
            deprecated: other.deprecated.is_some(),
        })
    });
    Ok(same.collect())
}

async fn read(ready: Rc<Ready>, id: ModelId) -> Result<(Option<Found>, Block), ChainGap> {
    let at = At::now(&ready).await?;
    let registry = at.deployed.entry().registry;
    let message = registry::model(id);
    let record = at
        .chain()
        .read(registry, &message, at.block)
        .await
        .map_err(gap)?;
    let Some(record) = record else {
        return Ok((None, at.block));
    };
    let manifest = at
        .deployed
        .manifest(id, &record, at.block)
        .await
        .map_err(gap)?;
    let (newest, _) = scan(&at, None).await?;
    let versions = match &manifest {
        Some(manifest) => versions(&at, &newest, &record, &manifest.name).await?,
        None => Vec::new(),
    };
    let successors = newest
        .into_iter()
        .filter(|(_, other)| other.predecessor == Some(id))
        .map(|(successor, _)| successor);
    let attested = attested::among_newest(&at, |facts| facts.model == id).await?;
    let found = Found {
        id,
        record,
        manifest,
        successors: successors.collect(),
        versions,
        attested,
    };
    Ok((Some(found), at.block))
}

/// The page.
pub fn page(id: ModelId) -> AnyView {
    let rounds = RwSignal::new(0_u32);
    let again = move || rounds.update(|rounds| *rounds = rounds.wrapping_add(1));
    view! {
        {move || {
            rounds.track();
            let shown = move |found: Option<Found>| {
                found.map_or_else(|| super::gone(text::MODEL_GONE), |found| show(found, again))
            };
            load(16, move |ready| read(ready, id), shown)
        }}
    }
    .into_any()
}

fn model_link(id: ModelId) -> AnyView {
    id_to(
        en::WHAT_MODEL,
        id.to_string(),
        &Place::Model(id.to_string()),
    )
}

fn show(found: Found, again: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let Found {
        id: model,
        record,
        manifest,
        successors,
        versions,
        attested,
    } = found;
    let name = manifest.as_ref().map_or_else(
        || en::MODEL_UNREADABLE.to_string(),
        |manifest| en::model_name(&manifest.name, &manifest.version),
    );
    let run = manifest.as_ref().map(|manifest| {
        let href = Page::Run(model.to_string()).path();
        let name = en::run_model(&manifest.name);
        view! { <p><A href=href attr:class="button button-primary">{name}</A></p> }
    });
    let predecessor = record
        .predecessor
        .map_or_else(|| plain(text::FIRST_VERSION), model_link);
    let newer = if successors.is_empty() {
        plain(text::NONE_SEEN)
    } else {
        let links = successors
            .into_iter()
            .map(|id| view! { <div>{model_link(id)}</div> });
        links.collect_view().into_any()
    };
    let versions = (!versions.is_empty()).then(|| {
        let line = |version: Version| {
            let said =
                text::version_line(&version.version, version.id == model, version.deprecated);
            view! { <div>{said} " " {model_link(version.id)}</div> }
        };
        let lines = versions.into_iter().map(line).collect_view();
        view! { <Row label=text::VERSIONS><div data-testid="versions">{lines}</div></Row> }
    });
    let root = (!record.exact_root.is_zero())
        .then(|| view! { <Row label=text::EXACT_ROOT>{id(text::EXACT_ROOT, record.exact_root.to_string())}</Row> });
    let offered = record
        .offered_to
        .map(|to| view! { <Row label=text::OFFERED>{account(text::OFFERED, &to)}</Row> });
    let deprecated = record
        .deprecated
        .map_or_else(|| plain(text::NO), |at| moment(&at));
    view! {
        <section class="sheet" aria-labelledby="explore-model">
            <div class="explore-title">
                <h2 id="explore-model">{name}</h2>
                {run}
            </div>
            <Rows>
                <Row label=en::MODEL_ID>{id(en::WHAT_MODEL, model.to_string())}</Row>
                <Row label=text::PUBLISHER>{account(text::PUBLISHER, &record.publisher)}</Row>
                <Row label=text::OWNER>{account(text::OWNER, &record.owner)}</Row>
                {offered}
                <Row label=text::REGISTERED>{moment(&record.registered)}</Row>
                <Row label=text::DEPRECATED>{deprecated}</Row>
                <Row label=text::PREDECESSOR>{predecessor}</Row>
                <Row label=text::SUCCESSORS>{newer}</Row>
                {versions}
                <Row label=text::MANIFEST_HASH>
                    {id(text::MANIFEST_HASH, record.manifest_hash.to_string())} " "
                    <span class="quiet">{en::size(u64::from(record.manifest_len))}</span>
                </Row>
                {root}
                <Row label=text::ATTESTED>{attested::show(attested)}</Row>
            </Rows>
            {record.deprecated.is_none().then(|| view! { <Deprecate model/> })}
            <Handover model owner=record.owner offered=record.offered_to again=move |()| again()/>
        </section>
        {match manifest {
            Some(manifest) => manifest_view(manifest),
            None => view! { <p>{en::MODEL_UNREADABLE_WHY}</p> }.into_any(),
        }}
    }
    .into_any()
}

fn manifest_view(manifest: Manifest) -> AnyView {
    let Manifest {
        description,
        licence,
        task,
        files,
        inputs,
        outputs,
        fast_tolerance,
        source,
        ..
    } = manifest;
    // The page's policy lets nobody follow a publisher's address by accident: it is shown as text.
    let origin = source.map(|origin| {
        view! {
            <Row label=text::ORIGIN>
                {format!("{} {}", origin.package, origin.version)} <br/> <span class="mono small">{origin.url}</span>
            </Row>
        }
    });
    view! {
        <section class="sheet" aria-labelledby="explore-manifest">
            <h2 id="explore-manifest">{text::MANIFEST}</h2>
            <Rows>
                <Row label=text::DESCRIPTION>{description}</Row>
                <Row label=en::LICENCE>{licence}</Row>
                <Row label=text::TASK><span class="mono">{task.name()}</span></Row>
                <Row label=text::TOLERANCE><span class="mono">{fast_tolerance}</span></Row>
                {origin}
            </Rows>
            {ports(own::INPUTS, inputs)}
            {ports(own::OUTPUTS, outputs)}
        </section>
        <section class="stack" aria-labelledby="explore-files">
            <h2 id="explore-files">{text::FILES}</h2>
            {files.into_iter().map(file).collect_view()}
        </section>
    }
    .into_any()
}

fn ports(caption: impl Into<&'static str>, ports: Vec<TensorInfo>) -> AnyView {
    let caption = caption.into();
    const HEADS: [Text; 3] = [own::NAME, own::TYPE, own::SHAPE];
    let dims = |dims: &[Dim]| {
        let dims = dims.iter().map(|dim| match dim {
            Dim::Fixed(length) => length.to_string(),
            Dim::Symbol(name) => name.clone(),
        });
        format!("[{}]", dims.collect::<Vec<_>>().join(", "))
    };
    let rows = ports.into_iter().map(|port| {
        vec![
            plain(port.name),
            plain(port.dtype.name()),
            plain(dims(&port.dims)),
        ]
    });
    view! {
        <h3>{caption}</h3>
        {table::table(caption, &HEADS, rows.collect())}
    }
    .into_any()
}

fn file(file: ModelFile) -> impl IntoView {
    let sources = if file.sources.is_empty() {
        plain(text::BY_HAND)
    } else {
        let lines = file.sources.iter().map(|source| {
            let source = source.as_str().to_owned();
            view! { <li class="mono small">{source}</li> }
        });
        view! { <ol class="explore-sources">{lines.collect_view()}</ol> }.into_any()
    };
    view! {
        <div class="sheet">
            <h3 class="mono">{file.path}</h3>
            <Rows>
                <Row label=text::ROLE>{file.role.name()}</Row>
                <Row label=en::SIZE>{en::size(file.size)} " (" {en::bytes(file.size)} ")"</Row>
                <Row label=text::SHA256>{id(text::SHA256, file.sha256.to_string())}</Row>
                <Row label=text::CID>{id(text::CID, cid::to_text(&file.sha256))}</Row>
                <Row label=text::SOURCES>{sources}</Row>
            </Rows>
        </div>
    }
}
