//! Journeys through the API on the real service and store.
#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

mod accounts;
mod attendance;
mod corrections;
mod costs;
mod desk;
mod document;
mod ending;
mod forms;
mod guards;
mod hooks;
mod inbox;
mod integrations;
mod intruders;
mod lead;
mod matrix;
mod media;
mod model;
mod openid;
mod own;
mod passkeys;
mod rectify;
mod same_log;
mod settings;
mod sso;
mod support;
mod templates;
