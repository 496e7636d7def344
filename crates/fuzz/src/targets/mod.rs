//! What is fuzzed. Each target makes inputs by the grammar of its parser, and says how the outcome
//! of one looks; it panics at what must never be.

mod calendar;
mod files;
mod form;
mod nlu;
mod requests;
mod text;
mod vectors;
mod webhook;

use crate::Dice;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// A parser under test.
pub trait Target: Sync {
    fn name(&self) -> &'static str;

    /// An input as its grammar makes it.
    fn made(&self, dice: &mut Dice) -> Vec<u8>;

    /// Words that mean something to it.
    fn words(&self) -> &[&'static str];

    /// Parses, checks what must hold, and says how the outcome looks.
    fn look(&self, input: &[u8]) -> u64;
}

pub static TARGETS: [&dyn Target; 12] = [
    &webhook::Webhook,
    &webhook::Signature,
    &files::Files,
    &files::Flow,
    &nlu::Nlu,
    &text::Words,
    &requests::Cursor,
    &requests::Search,
    &requests::Media,
    &calendar::DaysOff,
    &form::Form,
    &vectors::Table,
];

/// A look from the parts that tell outcomes apart.
fn look(parts: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// An error without what changes from input to input: the places in it.
fn kind_of(error: &str) -> String {
    error.chars().filter(|c| !c.is_ascii_digit()).take(60).collect()
}

/// Text that customers and authors write, in several scripts.
const SENTENCES: &[&str] = &[
    "bonjour, où est ma commande ML-2041 ?",
    "I want to talk to a human being, now!!!",
    "quiero hablar con una persona",
    "أريد التحدث مع موظف",
    "mera order kahan hai",
    "मेरा ऑर्डर कहाँ है",
    "combien coûte la livraison en France ?",
    "c'est une honte, je vais porter plainte",
    "5 étoiles, merci 🙏",
    "75011",
    "chloe.martin@example.com +33 6 12 00 00 03",
    "pas du tout, je ne veux pas d'agent",
    "ML 20 41",
    "١٢٣٤",
    "",
];
