//! Taking back what was signed: one receipt, or everything that a stolen key may have signed.

pub mod disown;
pub mod revoke;
mod take_back;
mod words;
