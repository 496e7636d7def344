//! The program, as a library so that tests reach its parts.
#![forbid(unsafe_code)]

pub mod cli;
pub mod commands;
pub mod config;
pub mod logging;
pub mod sandbox;
pub mod scenario;
pub mod serve;
pub mod startup;
pub mod test;
pub mod wiring;
