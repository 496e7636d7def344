//! The pure conversation machine of Relais.
//!
//! A conversation is a log of events and its state a pure function of that log. This crate decides
//! and never acts: no clock, no randomness, no I/O, no provider formats.
#![forbid(unsafe_code)]

pub mod attendance;
pub mod broken;
pub mod calendar;
pub mod conversation;
pub mod flow;
pub mod id;
pub mod kpi;
pub mod message;
pub mod placeholder;
pub mod routing;
pub mod time;
pub mod trigger;
pub mod understanding;
pub mod why;
pub mod window;
pub mod workspace;
