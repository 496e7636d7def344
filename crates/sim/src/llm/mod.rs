//! A fake provider of language models: it speaks as OpenAI, Azure, Anthropic, a mood service and
//! Whisper do, and misbehaves on request. The same mind serves in the process, for the sandbox.

mod mind;
pub mod plans;
mod server;

pub use mind::{Mind, Puppet};
pub use server::{FakeLlm, Seen, Way};
