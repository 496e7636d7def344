//! A small grammar for what people write: words with tolerance for typing slips, named groups of
//! words, gaps that stay inside a clause, and negation. The rules stand in text files, one idea a
//! line; [`grammar`] says how they are written.

mod grammar;
mod near;
mod negation;
mod reading;
mod vocabulary;

pub(crate) use grammar::Grammar;
pub(crate) use reading::{Hit, Piece, Reading};

/// Words that every grammar shares.
pub(crate) const COMMON: &str = include_str!("rules/common.txt");
/// Questions about the assistant itself (section `identity`).
pub(crate) const IDENTITY: &str = include_str!("rules/identity.txt");
