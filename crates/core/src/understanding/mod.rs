//! Text understanding: what the customer wrote, measured and quoted. Deterministic, no downloads.

pub mod answers;
pub(crate) mod concepts;
pub mod language;
pub mod parse;
mod pattern;
pub mod report;
pub mod signals;
pub mod text;
