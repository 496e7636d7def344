//! HTTP of Relais: routes, documents, sessions, the live stream, inbound hooks and the sandbox
//! endpoint. It carries requests to use cases and answers back; it decides nothing about
//! conversations.
#![forbid(unsafe_code)]

mod app;
mod dto;
mod export;
mod extract;
mod forms;
mod guard;
mod hooks;
mod idle;
pub mod metrics;
mod problem;
mod routes;
mod sandbox;
pub mod server;
mod ui;

pub use app::{
    App, ChannelChange, ChannelSecrets, Channels, ConnectError, NewWhatsAppChannel, NotifierConfig,
    NotifierError, NotifierKind, NotifierState, Notifiers, SandboxAccess, Settings,
};
pub use extract::Connection;
pub use problem::Problem;
pub use routes::{metrics_router, openapi, router, served};
pub use ui::UiFile;
