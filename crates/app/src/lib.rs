//! Use cases of Relais: what happens between a port and the core.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod arrival;
pub mod clock;
mod dispatch;
mod effects;
mod engine;
pub mod files;
pub mod gaps;
mod ingest;
pub mod knowledge;
pub mod kpi;
pub mod live;
pub mod mask;
mod notify;
pub mod pace;
mod parts;
mod plan;
pub mod port;
pub mod projection;
mod redact;
pub mod replay;
pub mod report;
mod router;
mod run;
pub mod sandbox;
mod sends;
pub mod service;
mod staff;
pub mod table;
pub mod templates;
mod timers;
pub mod transcript;
pub mod trial;
mod versions;
