//! Fakes of the outside world: same bytes on the wire, faults on demand; doubles of the helpers a
//! sandbox asks. For sandboxes, tests and load runs only: no real customer ever meets them.
#![forbid(unsafe_code)]

pub mod doubles;
pub mod faulty;
pub mod form;
pub mod graph;
mod http;
pub mod llm;
pub mod mail;
pub mod simulation;
