//! What a verdict says, in every language: the sentences themselves stand in `messages/en` and `messages/de`.
//!
//! The English is compared word for word by the independent verifier and by scripts: it does not change with the
//! language of a page or a terminal, and programs that look for a word ask for [`Language::English`].

mod de;
pub(crate) mod en;

use crate::language::{Language, Say};
use crate::rpc::Block;
use crate::verify::{ChainGap, Finding, Label, Report, RowKind, State, Verdict};
use countersign_shared::account as ss58;
use countersign_shared::chain::Moment;
use countersign_shared::id::{AccountId, ReceiptId};
use countersign_shared::reference::Link;
use countersign_shared::{Attester, Lane};

/// The word for a verdict.
#[must_use]
pub fn verdict_word(verdict: Verdict, language: Language) -> &'static str {
    match language {
        Language::English => en::verdict_word(verdict),
        Language::German => de::verdict_word(verdict),
    }
}

/// The name of a row.
#[must_use]
pub fn row_name(kind: RowKind, language: Language) -> &'static str {
    match language {
        Language::English => en::row_name(kind),
        Language::German => de::row_name(kind),
    }
}

/// The word for how a row turned out.
#[must_use]
pub fn state_word(state: State, language: Language) -> &'static str {
    match language {
        Language::English => en::state_word(state),
        Language::German => de::state_word(state),
    }
}

/// The name of a fact.
#[must_use]
pub fn label(label: Label, language: Language) -> &'static str {
    match language {
        Language::English => en::label(label),
        Language::German => de::label(label),
    }
}

/// The verdict with its main reason.
#[must_use]
pub fn verdict(report: &Report, language: Language) -> String {
    match language {
        Language::English => en::verdict(report),
        Language::German => de::verdict(report),
    }
}

/// The verdict on the receipt whose result was used.
#[must_use]
pub fn earlier(report: &Report, language: Language) -> String {
    let sentence = report.sentence(language);
    match language {
        Language::English => format!("The earlier receipt: {sentence}"),
        Language::German => format!("Der frühere Beleg: {sentence}"),
    }
}

/// What a row found.
#[must_use]
pub fn finding(finding: &Finding, language: Language) -> String {
    match language {
        Language::English => en::finding(finding),
        Language::German => de::finding(finding),
    }
}

/// What of a row's sentence is English in every language, letter by letter: see [`Say::foreign`].
#[must_use]
pub fn foreign(finding: &Finding) -> Option<String> {
    match finding {
        Finding::Chain(gap) => gap.foreign(),
        Finding::NotExecuted(error) => error.foreign(),
        _ => None,
    }
}

/// Why a chain was not believed.
#[must_use]
pub fn chain_gap(gap: &ChainGap, language: Language) -> String {
    gap.say(language)
}

/// The earlier receipt and how far the use of its result is shown.
#[must_use]
pub fn reference(earlier: &ReceiptId, shown: Option<Link>, language: Language) -> String {
    match language {
        Language::English => en::reference(earlier, shown),
        Language::German => de::reference(earlier, shown),
    }
}

/// A deployment's name, development chains marked.
#[must_use]
pub fn deployment(name: &str, development: bool, language: Language) -> String {
    match (development, language) {
        (false, _) => name.to_owned(),
        (true, Language::English) => en::development(name),
        (true, Language::German) => de::development(name),
    }
}

/// A block with its time.
#[must_use]
pub fn moment(moment: &Moment, language: Language) -> String {
    match language {
        Language::English => en::moment(moment),
        Language::German => de::moment(moment),
    }
}

/// Seconds since 1970 as `2026-11-23 12:45:00 UTC`, in German `23.11.2026, 12:45:00 UTC` (Gregorian calendar; years
/// beyond 9999 as the bare number).
#[must_use]
pub fn time(seconds: u64, language: Language) -> String {
    match language {
        Language::English => en::time(seconds),
        Language::German => de::time(seconds),
    }
}

/// An attester for people: the address, or the SS58 form of the key.
#[must_use]
pub fn attester(attester: &Attester) -> String {
    match attester {
        Attester::Secp256k1(address) => address.to_string(),
        Attester::Sr25519(public) => account(&AccountId::new(public.to_bytes())),
    }
}

/// An account in SS58 with the generic prefix 42.
#[must_use]
pub fn account(account: &AccountId) -> String {
    ss58::encode(account, ss58::GENERIC_PREFIX).unwrap_or_else(|| account.to_string())
}

/// A block's number and hash.
#[must_use]
pub fn block(block: &Block) -> String {
    format!("{} (0x{})", block.number, hex::encode(block.hash))
}

/// What is known of a valid receipt's run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    /// Nothing but what the signer says: the Fast lane.
    SignersWord,
    /// It was repeated, and every output was the same.
    Repeated,
    /// It was repeated, and the opened outputs were the same.
    RepeatedInPart,
    /// It was not repeated.
    NotRepeated,
}

impl Ran {
    fn of(report: &Report) -> Self {
        let lane = report.receipt.map(|receipt| receipt.statement.run.lane);
        let computation = report.row(RowKind::Computation).map(|row| &row.finding);
        match (lane, computation) {
            (Some(Lane::Fast), _) => Self::SignersWord,
            (_, Some(Finding::Reproduced { unchecked, .. })) if unchecked.is_empty() => {
                Self::Repeated
            }
            (_, Some(Finding::Reproduced { .. })) => Self::RepeatedInPart,
            _ => Self::NotRepeated,
        }
    }
}

/// A message as a sentence: first letter upper-case, full stop. Names in it may come from the file and hold anything:
/// they must not steer a terminal, or look like another row.
fn sentence(message: &str) -> String {
    let text = message.replace(char::is_control, "\u{fffd}");
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests;
