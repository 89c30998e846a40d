//! The English of a verdict. What the errors of `shared` and of this crate say stands beside their types.

use super::{account, attester, sentence, Ran};
use crate::verify::{
    ChainGap, Finding, GivenInput, Label, Lower, Report, RowKind, State, Upper, Verdict,
};
use countersign_shared::chain::Moment;
use countersign_shared::commit::Side;
use countersign_shared::files::BundleError;
use countersign_shared::id::ReceiptId;
use countersign_shared::reference::Link;

/// The word for a verdict.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Invalid => "invalid",
        Verdict::Unknown => "unknown",
        Verdict::UnsupportedVersion => "unsupported version",
    }
}

/// The name of a row.
pub fn row_name(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Integrity => "integrity",
        RowKind::Signer => "signer",
        RowKind::Anchor => "anchor",
        RowKind::Time => "time",
        RowKind::Revocation => "revocation",
        RowKind::Computation => "computation",
    }
}

/// The word for how a row turned out.
pub fn state_word(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Bad => "bad",
        State::Unknown => "unknown",
        State::None => "none",
    }
}

/// The name of a fact.
pub fn label(label: Label) -> &'static str {
    match label {
        Label::Receipt => "receipt id",
        Label::Sealed => "sealed id",
        Label::EasUid => "EAS uid",
        Label::Attester => "attester",
        Label::Model => "model id",
        Label::ModelName => "model",
        Label::Publisher => "publisher",
        Label::Registered => "first registered",
        Label::Deprecated => "deprecated",
        Label::Engine => "engine",
        Label::Lane => "lane",
        Label::Input => "input commitment",
        Label::Output => "output commitment",
        Label::Recipient => "meant for",
        Label::SignedTime => "time by the signer's word",
        Label::Expires => "expires",
        Label::Reference => "uses the result of",
        Label::Contract => "receipts contract",
        Label::Genesis => "chain (genesis hash)",
        Label::Deployment => "deployment",
        Label::ReadAt => "read at finalised block",
        Label::Result => "result",
    }
}

/// The verdict with its main reason.
pub fn verdict(report: &Report) -> String {
    let bad = report.rows.iter().find(|row| row.state() == State::Bad);
    let main = match (report.verdict, bad) {
        (Verdict::UnsupportedVersion, _) => {
            "Unsupported version: this program does not know the file's format; a newer one may."
                .to_owned()
        }
        (Verdict::Invalid, Some(row)) => format!("Invalid: {}", finding(&row.finding)),
        (Verdict::Invalid, None) => "Invalid.".to_owned(),
        (Verdict::Unknown, _) => {
            "Unknown: the signature holds and nothing that was checked speaks against the \
            receipt, but the chain's part could not be checked."
                .to_owned()
        }
        (Verdict::Valid, _) => valid(Ran::of(report)),
    };
    if report.development {
        return format!("{main} The chain is a development chain: it proves nothing.");
    }
    main
}

fn valid(ran: Ran) -> String {
    let tail = match ran {
        Ran::SignersWord => "that the model ran is the signer's word",
        Ran::Repeated => "the run was repeated with the same outcome, bit for bit",
        Ran::RepeatedInPart => {
            "the run was repeated, and what is opened of its outcome was the same, bit for bit"
        }
        Ran::NotRepeated => "the run itself was not repeated",
    };
    format!("Valid: signed by its attester and not taken back; {tail}.")
}

/// What a row found.
pub fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Skipped => "Not looked at, because of what is wrong above.".to_owned(),
        Finding::Intact { openings, anchors } => intact(*openings, *anchors),
        Finding::File(error) => sentence(&error.to_string()),
        Finding::UnsupportedVersion(format) => {
            format!("The file's format is {format:?}, which this program does not know; a newer one may.")
        }
        Finding::Link(error) => sentence(&error.to_string()),
        Finding::Opening(error) => sentence(&error.to_string()),
        Finding::Ambiguous(side) => sentence(&BundleError::Contradiction(*side).to_string()),
        Finding::AnchorProof(error) => sentence(&error.to_string()),
        Finding::NoReceipt => {
            "This file belongs to a receipt, but is none: give the receipt, and this file as its proof.".to_owned()
        }
        Finding::Run(error) => sentence(&error.to_string()),
        Finding::Signed(attester) => format!("Signed by {}.", self::attester(attester)),
        Finding::Signature(error) => sentence(&error.to_string()),
        Finding::Anchored { at, batch, attested } => anchored(at, *batch, *attested),
        Finding::NotAnchored => {
            "Not anchored: the chain does not show that it existed at any time.".to_owned()
        }
        Finding::Chain(gap) => chain_gap(gap),
        Finding::Bracket { lower, upper } => bracket(lower, upper),
        Finding::Contradiction { beacon, anchor } => format!(
            "A contradiction: it names block {beacon} as already known, but it was anchored in block {anchor} before."
        ),
        Finding::Expired { at } => format!("It expired at {}.", time(*at)),
        Finding::InForce { disowned_later: None } => "Neither revoked nor its key disowned.".to_owned(),
        Finding::InForce { disowned_later: Some(disownment) } => format!(
            "Not revoked. Its signer disowned the key from block {} on; this receipt was anchored before.",
            disownment.since
        ),
        Finding::Revoked { at, existed_before } => {
            let before = if *existed_before { " It was anchored before that." } else { "" };
            format!("Its signer revoked it in {}.{before}", moment(at))
        }
        Finding::Disowned(disownment) => format!(
            "Its signer disowned the key from block {} on, and said so in {}.",
            disownment.since,
            moment(&disownment.declared)
        ),
        Finding::AnchoredLaterDisowned { anchored, disownment } => format!(
            "Anchored, later disowned by its signer: anchored in {}; disowned from block {} on, in {}.",
            moment(anchored),
            disownment.since,
            moment(&disownment.declared)
        ),
        Finding::SignersWord { input } => match input {
            GivenInput::None => "Fast lane: that the model ran is the signer's word.",
            GivenInput::Committed => {
                "Fast lane: the input given is the one that was committed to; that the model ran on it is the signer's word."
            }
            GivenInput::NotCompared => {
                "Fast lane: that the model ran is the signer's word. The input given could not be compared with the one that \
                    was committed to."
            }
        }
        .to_owned(),
        other => computation(other),
    }
}

fn computation(finding: &Finding) -> String {
    match finding {
        Finding::Reproduced { checked, unchecked } => {
            let rest = if unchecked.is_empty() {
                String::new()
            } else {
                format!(" Not opened and not checked: {}.", unchecked.join(", "))
            };
            format!("Repeated with the same outcome, bit for bit: {}.{rest}", checked.join(", "))
        }
        Finding::Differs { output } => format!("Repeated, with another outcome: {output} differs."),
        Finding::OtherCount(Side::Input) => {
            "What was given is not what the receipt commits to as its input: the number of inputs differs.".to_owned()
        }
        Finding::OtherCount(Side::Output) => {
            "Repeated, with another outcome: the number of outputs differs.".to_owned()
        }
        Finding::OtherInput { input } => {
            format!("What was given is not what the receipt commits to as its input: {input} differs.")
        }
        Finding::Outside(outside) => {
            format!("No result of this input can be true in the Exact lane: {outside}.")
        }
        Finding::NoInput => "Not repeated: give the input, and it can be.".to_owned(),
        Finding::InputClosed => "Not repeated: the receipt came without the openings of its whole input; ask its \
            holder for a bundle that has them."
            .to_owned(),
        Finding::OutputClosed => "Not repeated: the receipt came without the opening of any output; ask its holder \
            for a bundle that has one."
            .to_owned(),
        Finding::UnknownEngine(engine) => {
            format!("Replayable with an unknown engine: {engine} is not in this verifier's list, so it is not executed.")
        }
        Finding::UnknownModel(model) => format!(
            "Not repeated: the manifest of model {model} is not at hand; ask the chain, or give the manifest and its publisher."
        ),
        Finding::NoExecutor => "Not repeated: there is no engine to run here.".to_owned(),
        Finding::NotExecuted(error) => format!("Not repeated: {error}."),
        _ => String::new(),
    }
}

fn intact(openings: usize, anchors: usize) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    };
    let openings = count(openings, "opening", "openings");
    let anchors = count(anchors, "batch proof", "batch proofs");
    let parts: Vec<String> = openings.into_iter().chain(anchors).collect();
    if parts.is_empty() {
        return "The file is whole and unaltered.".to_owned();
    }
    format!(
        "The file is whole and unaltered, and so are its parts: {}.",
        parts.join(", ")
    )
}

fn anchored(at: &Moment, batch: bool, attested: bool) -> String {
    let how = if batch { " as part of a batch" } else { "" };
    let checked = if attested {
        " The contract itself verified the signature."
    } else {
        ""
    };
    format!("Anchored{how} in {}.{checked}", moment(at))
}

/// Why a chain was not believed.
pub fn chain_gap(gap: &ChainGap) -> String {
    match gap {
        ChainGap::Offline => "Not looked up: no chain was asked.".to_owned(),
        ChainGap::Failed(error) => format!("Not looked up: {error}."),
        ChainGap::OtherChain { expected, node } => format!(
            "Not looked up: it belongs to the chain with genesis {expected}, the node shows {node}; \
             ask a node of that chain."
        ),
        ChainGap::UnlistedContract(contract) => format!(
            "Not believed: the receipts contract {} is not in this verifier's list. Anybody can deploy a look-alike \
             that backdates anchors.",
            account(contract)
        ),
        ChainGap::NoContract(contract) => {
            format!("Not looked up: no contract stands at {} on this chain.", account(contract))
        }
        ChainGap::OtherCode { listed, found } => format!(
            "Not believed: the contract's code hash is {found}, this verifier's list says {listed}. It may be a look-alike."
        ),
        ChainGap::OtherRelease { released, found } => format!(
            "Not believed: the disputes contract's code hash is {found}, the released one's is {released}. It may be a look-alike."
        ),
        ChainGap::Refused(error) => format!("Not looked up: the contract refused: {error}."),
    }
}

fn bracket(lower: &Lower, upper: &Upper) -> String {
    let not_earlier = match lower {
        Lower::At(at) => format!("Not earlier than {}", moment(at)),
        Lower::NoBeacon => "No lower bound (it was made offline)".to_owned(),
        Lower::NotFound => {
            "Lower bound unknown (its beacon is no finalised block that this node knows)".to_owned()
        }
        Lower::NotAsked => "Lower bound unknown (its chain was not asked)".to_owned(),
    };
    let not_later = match upper {
        Upper::At(at) => format!("not later than {}", moment(at)),
        Upper::NotAnchored => "no upper bound (it is not anchored)".to_owned(),
        Upper::NotAsked => "upper bound unknown (its chain was not asked)".to_owned(),
    };
    format!("{not_earlier}; {not_later}.")
}

/// The earlier receipt and how far the use of its result is shown.
pub fn reference(earlier: &ReceiptId, shown: Option<Link>) -> String {
    match shown {
        Some(Link::Verified) => format!("{earlier} (verified: both openings show the same bytes)"),
        Some(Link::None) => {
            format!("{earlier} (claimed; the receipt given beside it is another one)")
        }
        Some(Link::Claimed) | None => format!("{earlier} (claimed)"),
    }
}

/// The name of a deployment on a development chain.
pub fn development(name: &str) -> String {
    format!("{name} (development chain: it proves nothing)")
}

/// A block with its time.
pub fn moment(moment: &Moment) -> String {
    format!("block {} ({})", moment.block, time(moment.seconds))
}

/// Seconds since 1970 as `2026-11-23 12:45:00 UTC` (Gregorian calendar; years beyond 9999 as the bare number).
pub fn time(seconds: u64) -> String {
    const LAST: u64 = 253_402_300_799;
    if seconds > LAST {
        return format!("second {seconds} since 1970");
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's days-to-civil algorithm, for dates from 1970 on.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}
