//! WhatsApp Cloud API.
//!
//! `wire` knows the provider's JSON, the other modules its meaning; only `client` and `media` talk
//! to the network.

pub mod account;
pub mod capabilities;
pub mod client;
mod doctor;
pub mod echo;
pub mod errors;
pub mod form;
pub mod hook;
pub mod inbound;
pub mod media;
pub mod pacing;
pub mod past;
pub mod response;
pub mod send;
pub mod signature;
pub mod status;
mod templates;
pub mod verify;
pub mod webhook;
mod wire;

pub use client::{GraphClient, GraphConfig};
pub use form::{BadKey, CloudDoor, FormKey};
pub use hook::CloudHook;
pub use webhook::{BadBody, Item, Update, parse};
