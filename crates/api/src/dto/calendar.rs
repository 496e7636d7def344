//! What a calendar file says of days off.

use super::settings::{Closure, Holiday};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DaysOff {
    /// On the same date every year, without an end.
    pub holidays: Vec<Holiday>,
    /// The others, from today and for five years at most.
    pub closures: Vec<Closure>,
    /// Events that add nothing.
    pub left_out: Vec<LeftOut>,
    /// Those of them that are not named for being too many.
    pub more_left_out: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    /// Where it begins in the file.
    pub line: usize,
    pub name: String,
    /// `appointment` (no whole day), `past`, `cancelled`, `dates` or `repetition` (not understood).
    pub why: &'static str,
}
