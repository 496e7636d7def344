//! Where agents are told of a hand-off: chat rooms and mail. What a customer said never goes there,
//! only that somebody waits, and for whom.

pub mod chat;
pub mod email;
mod words;

pub use words::Words;
