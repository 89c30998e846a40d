//! Why a signer did not sign.

use crate::text::faults;
use crate::text::language::{language, Language};
use core::fmt;
use countersign_client::language::Say;
use countersign_shared::receipt::Reason;
use countersign_shared::signature::SignatureError;

/// What a wallet is being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// To say which account.
    Connect,
    /// To change to chain id 1 (PROTOCOL 4.2).
    Network,
    /// To sign.
    Sign,
}

/// Why there is no signature that counts. Nothing is lost: the run can be signed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalletError {
    /// Its owner said no.
    Declined(Asking),
    /// It has another request open.
    Busy,
    /// It named no account.
    NoAccount,
    /// It is not connected to this page any more.
    Disconnected,
    /// It does not know the method.
    Unsupported {
        /// The method.
        method: &'static str,
    },
    /// It would not change to chain id 1.
    Network {
        /// Its words.
        detail: String,
    },
    /// It failed.
    Failed {
        /// Its words.
        detail: String,
    },
    /// It answered with something that is no signature.
    NoSignature,
    /// It has no account that can sign receipts.
    AccountTypes {
        /// Kinds of the accounts it has: ed25519, ecdsa, ethereum.
        kinds: String,
    },
    /// It shows other accounts than the one that has to sign.
    OtherAccount {
        /// The account that has to sign.
        wanted: String,
        /// One that it shows.
        shown: String,
    },
    /// It signed with another account, or something else than it was asked to.
    OtherSigner {
        /// The account that was asked.
        asked: String,
        /// The account that the signature leads to.
        recovered: String,
    },
    /// Its signature does not count.
    Signature(SignatureError),
}

impl fmt::Display for WalletError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if language() == Language::German {
            return f.write_str(&faults::wallet(self));
        }
        match self {
            Self::Declined(Asking::Connect) => f.write_str(
                "You declined to connect the wallet, so nothing was signed. Ask again when you are ready.",
            ),
            Self::Declined(Asking::Network) => f.write_str(
                "You declined to change the network. Wallets sign only for the network that they are on, and receipts are \
                 signed for chain id 1, Ethereum's. Nothing is sent there and nothing is paid. Ask again if you want to.",
            ),
            Self::Declined(Asking::Sign) => {
                f.write_str("You declined to sign, so nothing was signed, and nothing is lost. Ask again when you are ready.")
            }
            Self::Busy => f.write_str("The wallet is still waiting for an answer to an earlier question. Open it, answer there, then ask again."),
            Self::NoAccount => f.write_str("The wallet named no account. It may be locked: unlock it, allow this page to see an account, then ask again."),
            Self::Disconnected => f.write_str("The wallet is disconnected. Open it, then ask again."),
            Self::Unsupported { method } => write!(
                f,
                "The wallet does not know {method}, without which it cannot sign receipts. Choose another wallet."
            ),
            Self::Network { detail } => write!(
                f,
                "The wallet did not change to chain id 1 ({detail}). Wallets sign only for the network that they are on: choose \
                 Ethereum in the wallet, then ask again. Nothing is sent there and nothing is paid."
            ),
            Self::Failed { detail } => write!(f, "The wallet did not sign: {}. Nothing was signed.", detail.trim_end_matches('.')),
            Self::NoSignature => f.write_str("The wallet's answer is no signature. Nothing was signed; choose another wallet."),
            Self::AccountTypes { kinds } => write!(
                f,
                "This extension offers no sr25519 account (it has: {kinds}). Other kinds, multisig and proxy accounts cannot sign receipts. \
                 Choose or make an sr25519 account in it."
            ),
            Self::OtherAccount { wanted, shown } => write!(
                f,
                "The wallet shows account {shown} to this page. Only {wanted} can sign this: choose that account in the wallet, then ask \
                 again. Nothing was signed."
            ),
            Self::OtherSigner { asked, recovered } => write!(
                f,
                "The wallet was asked to sign with account {asked}, but its signature leads to {recovered}: another account signed, or \
                 something else was signed than was shown. The signature was thrown away."
            ),
            Self::Signature(error) => write!(f, "The wallet's signature was refused: {error}."),
        }
    }
}

impl From<SignatureError> for WalletError {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::OtherSigner {
                expected,
                recovered,
            } => Self::OtherSigner {
                asked: expected.to_string(),
                recovered: recovered.to_string(),
            },
            other => Self::Signature(other),
        }
    }
}

impl From<Reason> for WalletError {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Signature(error) => error.into(),
            Reason::Run(error) => Self::Failed {
                detail: error.say(language()),
            },
        }
    }
}
