//! What several pages share.

pub mod again;
pub mod answer;
pub mod asking;
pub mod bars;
pub mod command;
pub mod files;
pub mod id;
pub mod kept;
pub mod later;
pub mod layout;
pub mod newer;
pub mod notice;
pub mod page_head;
pub mod sent;
pub mod shape;
pub mod slip;
pub mod tensors;
