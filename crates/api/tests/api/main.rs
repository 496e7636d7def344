//! Journeys through the API on the real service and store.

mod accounts;
mod document;
mod guards;
mod hooks;
mod inbox;
mod support;
