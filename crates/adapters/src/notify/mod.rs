//! Where agents are told of a hand-off: chat rooms, mail and browsers. What a customer said never goes there,
//! only that somebody waits, and for whom.

pub mod chat;
pub mod email;
pub mod push;
mod words;

pub use words::Words;
