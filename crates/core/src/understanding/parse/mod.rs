//! Short answers with one exact meaning: digits, yes and no, order numbers, ratings, menu words.
//! Every function reads the whole message and says nothing when it means something else as well.

mod begun;
mod closed;
mod compound;
mod contact;
mod numeral;
mod order;
mod postcode;
mod rating;
mod sentence;
mod spoken;

#[cfg(test)]
mod tests;

pub use begun::is_begun;
pub use closed::{
    choice, corrects, is_courtesy, is_firm_yes, is_greeting, is_leave_word, is_menu_word,
    is_only_friendly_emoji, is_opening, is_stop_word, is_thanks, is_wait, wants_topics, yes_no,
};
pub use contact::{email, number};
pub use order::{OrderNumber, OrderPattern, names_order_number, order_number};
pub use postcode::{fold_postcode, postcode, postcode_beside};
pub use rating::{Rating, rating};
pub use sentence::{
    asks_identity, asks_on, declines, has_no_number, is_pleased, is_praise, is_stuck, solved,
    wants_tracking,
};

use super::pattern::{COMMON, Grammar, Hit, IDENTITY, Reading};
use super::text::Text;
use std::sync::LazyLock;

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let files = [
        COMMON,
        IDENTITY,
        include_str!("rules/words.txt"),
        include_str!("rules/rules.txt"),
        include_str!("rules/begun.txt"),
    ];
    Grammar::parse(&files).expect("the rule files are part of the program and tested")
});

/// The message as this grammar reads it, once however often it is asked for.
fn reading(text: &Text) -> &Reading<'static> {
    text.known.short.get_or_init(|| Reading::new(&GRAMMAR, text))
}

/// The rules that match.
fn hits(text: &Text) -> &[Hit] {
    text.known.short_hits.get_or_init(|| reading(text).hits())
}
