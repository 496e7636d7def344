//! Use cases of Relais: what happens between a port and the core.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod arrival;
pub mod clock;
pub mod port;
pub mod sandbox;
pub mod service;
