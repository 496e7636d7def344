//! Journeys through the API on the real service and store.
#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

mod accounts;
mod desk;
mod document;
mod guards;
mod hooks;
mod inbox;
mod lead;
mod media;
mod model;
mod same_log;
mod support;
