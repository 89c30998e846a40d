//! Files that were given at once, sorted: which are receipts, and what belongs to each. The rules are `countersign-client`'s.

use super::checks::Given;
use super::MAX_DOCUMENT_BYTES;
use crate::browser::{picture, read};
use crate::state::qr;
use crate::text::{en, verify as text};
use countersign_client::verify::{Gathered, Part};
use countersign_messages::MAX_INPUT_BYTES;
use countersign_shared::item::Name;
use std::sync::Arc;
use web_sys::File;

/// More files at once are refused.
const MOST: usize = 200;

/// What was made of the files.
#[derive(Clone, Default)]
pub struct Pile {
    /// The receipts, in the order given, each with what belongs to it.
    pub entries: Vec<Entry>,
    /// A sentence on each file that was not used.
    pub unused: Vec<String>,
}

/// A receipt among others.
#[derive(Clone)]
pub struct Entry {
    /// The file's name.
    pub name: String,
    /// What is checked when it is opened.
    pub given: Given,
}

type Bytes = Arc<Vec<u8>>;

/// A file that was read.
struct Piece {
    name: String,
    bytes: Bytes,
    file: File,
    /// What became of it, where it is a picture without a receipt's code.
    why: Option<String>,
    used: bool,
}

/// Reads the files and sorts them.
///
/// # Errors
/// A sentence that says why none of them can be used.
pub async fn sort(files: Vec<File>) -> Result<Pile, String> {
    let alone = files.len() == 1;
    let mut documents: Vec<(String, Bytes)> = Vec::new();
    let mut proofs: Vec<(String, Bytes)> = Vec::new();
    let mut others: Vec<Piece> = Vec::new();
    for piece in read_all(files).await? {
        match Part::of(&piece.bytes) {
            Part::Document => documents.push((piece.name, piece.bytes)),
            Part::Proof => proofs.push((piece.name, piece.bytes)),
            // Alone it is judged as a receipt, and the verdict says what it is not.
            Part::Other if alone && !picture::is_picture(&piece.bytes) => {
                documents.push((piece.name, piece.bytes));
            }
            Part::Other => others.push(piece),
        }
    }
    // A picture may be what a model ran on: only what no receipt commits to is looked at for a code.
    let known = gather(&documents, &proofs);
    for piece in &mut others {
        let is_input = known.iter().flatten().any(|known| {
            known.input(&piece.bytes).is_some() || !known.tensor(&piece.bytes).is_empty()
        });
        if is_input || !picture::is_picture(&piece.bytes) {
            continue;
        }
        match qr::read(&piece.file).await {
            Ok(link) if Part::of(link.as_bytes()) == Part::Document => {
                documents.push((piece.name.clone(), Arc::new(link.into_bytes())));
                piece.used = true;
            }
            Ok(_) => piece.why = Some(text::QR_OTHER.to_string()),
            Err(error) => piece.why = Some(error.to_string()),
        }
    }
    if documents.is_empty() && others.is_empty() {
        // Proofs alone: the verdict says what is missing.
        documents.extend(proofs.pop());
    }
    if documents.is_empty() {
        return Err(no_receipt(&others));
    }
    Ok(assemble(documents, proofs, others))
}

async fn read_all(files: Vec<File>) -> Result<Vec<Piece>, String> {
    if files.len() > MOST {
        return Err(text::too_many(files.len(), MOST));
    }
    let limit = if files.len() == 1 {
        MAX_DOCUMENT_BYTES
    } else {
        MAX_INPUT_BYTES
    };
    let mut room = limit;
    for file in &files {
        // `size` is a JavaScript number, an integer far below 2^53.
        let size = file.size() as u64;
        room = room.checked_sub(size).ok_or_else(|| {
            if size > limit {
                text::too_large(&file.name(), &en::size(size), &en::size(limit))
            } else {
                text::too_large_together(&en::size(limit))
            }
        })?;
    }
    let mut pieces = Vec::with_capacity(files.len());
    for file in files {
        let bytes = read::bytes(&file).await;
        let bytes = bytes.map_err(|error| format!("{}: {error}", file.name()))?;
        pieces.push(Piece {
            name: file.name(),
            bytes: Arc::new(bytes),
            file,
            why: None,
            used: false,
        });
    }
    Ok(pieces)
}

fn gather(documents: &[(String, Bytes)], proofs: &[(String, Bytes)]) -> Vec<Option<Gathered>> {
    let proofs: Vec<&[u8]> = proofs.iter().map(|(_, proof)| proof.as_slice()).collect();
    documents
        .iter()
        .map(|(_, document)| Gathered::of(document, &proofs))
        .collect()
}

fn no_receipt(others: &[Piece]) -> String {
    let say = |piece: &Piece| match &piece.why {
        Some(why) => format!("{}: {why}", piece.name),
        None => text::nothing_known(&piece.name),
    };
    others.iter().map(say).collect::<Vec<_>>().join(" ")
}

/// Gives each receipt its proofs, its inputs, and the earlier receipt that it names.
fn assemble(
    documents: Vec<(String, Bytes)>,
    proofs: Vec<(String, Bytes)>,
    mut others: Vec<Piece>,
) -> Pile {
    let known = gather(&documents, &proofs);
    let one = documents.len() == 1;
    let mut unused = Vec::new();
    let mut entries = Vec::with_capacity(documents.len());
    for (place, (name, document)) in documents.iter().enumerate() {
        let gathered = known.get(place).and_then(Option::as_ref);
        let mut given = Given {
            document: Some(document.clone()),
            known: gathered.cloned().map(Arc::new),
            ..Given::default()
        };
        if one {
            // What does not belong to the only receipt is part of the verdict.
            given.proofs = proofs.iter().map(|(_, proof)| proof.clone()).collect();
        } else if let Some(gathered) = gathered {
            let belonging = gathered.proofs.iter().filter_map(|at| proofs.get(*at));
            given.proofs = belonging.map(|(_, proof)| proof.clone()).collect();
        }
        if let Some(gathered) = gathered {
            for piece in &mut others {
                for input in given.recognised(&piece.bytes) {
                    piece.used = true;
                    if given.names().is_empty() {
                        let only = (piece.name.clone(), piece.bytes.to_vec());
                        given.input = Some(Arc::new(only));
                    } else {
                        given.feed(input, &piece.name, &piece.bytes);
                    }
                }
                let slot = match gathered.input(&piece.bytes) {
                    Some(Name::FILE) => &mut given.input,
                    Some(Name::FROM) => &mut given.from,
                    _ => continue,
                };
                piece.used = true;
                *slot = Some(Arc::new((piece.name.clone(), piece.bytes.to_vec())));
            }
            given.earlier = earlier(gathered, &known, &documents);
        }
        entries.push(Entry {
            name: name.clone(),
            given,
        });
    }
    if !one {
        for (place, (name, _)) in proofs.iter().enumerate() {
            let belongs = |gathered: &Gathered| gathered.proofs.contains(&place);
            if !known.iter().flatten().any(belongs) {
                unused.push(text::proof_of_none(name));
            }
        }
    }
    for piece in others.iter().filter(|piece| !piece.used) {
        let why = piece.why.as_deref().unwrap_or_default();
        unused.push(text::not_used(&piece.name, why));
    }
    Pile { entries, unused }
}

/// The document of the run whose result this one says it used.
fn earlier(
    gathered: &Gathered,
    known: &[Option<Gathered>],
    documents: &[(String, Bytes)],
) -> Option<Bytes> {
    let named = gathered.reference?;
    let is_named =
        |other: &Option<Gathered>| other.as_ref().is_some_and(|other| other.receipt == named);
    let place = known.iter().position(is_named)?;
    documents.get(place).map(|(_, document)| document.clone())
}
