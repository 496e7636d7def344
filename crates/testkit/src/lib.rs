//! Builders and fakes for tests: the whole application on a real store, a virtual clock and doubles
//! of everything outside.
#![forbid(unsafe_code)]

pub mod channel;
pub mod clock;
pub mod demo;
pub mod load;
pub mod sandbox;
mod test_app;

pub use channel::FakeChannel;
pub use clock::HandClock;
pub use test_app::{Builder, MONDAY, NUMBER, TestApp, arrival};
