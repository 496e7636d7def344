//! Text understanding: what the customer wrote, measured and quoted. Deterministic, no downloads.

pub mod answers;
pub(crate) mod concepts;
mod known;
pub mod language;
pub mod parse;
mod pattern;
pub mod report;
pub mod signals;
pub mod text;
pub mod vectors;

/// Log-odds as a probability, the same bits on every machine.
pub(crate) fn chance(odds: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-odds))
}
