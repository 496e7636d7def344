//! Short answers with one exact meaning: digits, yes and no, order numbers, ratings, menu words.
//! Every function reads the whole message and says nothing when it means something else as well.

use super::text::{Quote, Text};

/// The shape of order numbers: `ML-` and four digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPattern {
    /// Letters in front, as the workspace writes them (`ML`).
    pub prefix: String,
    pub digits: usize,
}

/// An order number as the workspace writes it (`ML-2041`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNumber {
    pub number: String,
    pub quote: Quote,
}

/// A rating with what was said beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// 1 to 5.
    pub score: u8,
    pub comment: Option<String>,
}

/// The number of an option, when the message is nothing but a choice: a digit of any script, a
/// keycap, `1.`, `1)`, "option 1", "le premier", ordinal words of the six languages.
pub fn choice(_text: &Text) -> Option<u32> {
    None
}

pub fn yes_no(_text: &Text) -> Option<bool> {
    None
}

/// Yes or no to "is it solved?", where "still broken" is a no and "it works now" a yes.
pub fn solved(_text: &Text) -> Option<bool> {
    None
}

/// An order number anywhere in the message. With `bare`, the digits alone are enough (the bot has
/// just asked for the number).
pub fn order_number(_text: &Text, _pattern: &OrderPattern, _bare: bool) -> Option<OrderNumber> {
    None
}

/// A postcode, folded for comparison: capitals and digits, no spaces (`E16AN`, `1100148`).
pub fn postcode(_text: &Text) -> Option<String> {
    None
}

/// Folds a stored postcode the way [`postcode`] folds an answer.
pub fn fold_postcode(postcode: &str) -> String {
    postcode.to_owned()
}

/// A rating: 1–5 in any script, `5/5`, stars, rating words with a number, number and comment.
pub fn rating(_text: &Text) -> Option<Rating> {
    None
}

pub fn number(_text: &Text) -> Option<f64> {
    None
}

pub fn email(_text: &Text) -> Option<String> {
    None
}

/// Nothing but a greeting, in any of the languages.
pub fn is_greeting(_text: &Text) -> bool {
    false
}

/// Nothing but thanks (or thanks and goodbye, or a bare "ok" or "perfect" said as thanks).
pub fn is_thanks(_text: &Text) -> bool {
    false
}

/// "menu", "accueil", "0", "main menu", "back": back to the main menu.
pub fn is_menu_word(_text: &Text) -> bool {
    false
}

/// STOP, désabonner, unsubscribe, baja …: no more promotional messages.
pub fn is_stop_word(_text: &Text) -> bool {
    false
}

/// Asks whether it talks to a robot or a person, without asking for a person.
pub fn asks_identity(_text: &Text) -> bool {
    false
}

/// Asks where an order or parcel is, or to track one.
pub fn wants_tracking(_text: &Text) -> Option<Quote> {
    None
}

/// Has no order number at hand.
pub fn has_no_number(_text: &Text) -> bool {
    false
}

/// Asks for the list of questions ("faq", "preguntas").
pub fn wants_topics(_text: &Text) -> bool {
    false
}
