//! Messages made of known phrases and of nothing else.

use super::sentence::in_section;
use super::{hits, reading};
use crate::understanding::pattern::Piece;
use crate::understanding::text::{Text, Token, TokenKind};

/// Longest message that can be a short answer, in tokens.
const LONGEST: usize = 24;
/// Longest sentence that only refuses advertising, in tokens.
const LONGEST_REFUSAL: usize = 16;
const NUMERALS: [&str; 11] = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10"];

/// The number of an option, when the message is nothing but a choice: a digit of any script, a
/// keycap, `1.`, `1)`, "option 1", "le premier", ordinal words of the six languages.
pub fn choice(text: &Text) -> Option<u32> {
    if text.original.contains(['€', '$', '£', '%', '@', '/', '=', '*', '₹']) {
        return None;
    }
    // "Hello, 1 question".
    if is_opening(text) {
        return None;
    }
    let mut classes = NUMERALS.to_vec();
    classes.extend(["choice_intro", "choice_tail", "courtesy", "slip", "choice_label"]);
    let label = classes.len() - 1;
    let pieces = pieces(text, &classes, |t| option_number(t).is_some())?;
    let digits: Vec<u32> = pieces
        .iter()
        .filter(|p| p.class.is_none())
        .filter_map(|p| option_number(&text.tokens[p.token]))
        .collect();
    let words: Vec<u32> = pieces
        .iter()
        .filter_map(|p| p.class.filter(|c| *c < NUMERALS.len()))
        .filter_map(|c| u32::try_from(c).ok())
        .collect();
    let has_label = pieces.iter().any(|p| p.class == Some(label));
    let words = without_pronoun(text, &pieces, words);
    let values = if digits.is_empty() && !has_label { words } else { digits };
    let first = *values.first()?;
    values.iter().all(|v| *v == first).then_some(first)
}

/// "The second one": the last word stands for a noun, not for a number.
fn without_pronoun(text: &Text, pieces: &[Piece], mut words: Vec<u32>) -> Vec<u32> {
    let last = pieces.iter().rev().find(|p| p.class.is_some_and(|c| c < NUMERALS.len()));
    if words.len() == 2 && last.is_some_and(|p| text.tokens[p.token].fold == "one") {
        words.pop();
    }
    words
}

/// What was said before is put right: "oups", "je voulais dire", "I meant".
pub fn corrects(text: &Text) -> bool {
    reading(text).groups().any(|(name, ..)| name == "slip")
}

/// Yes or no, with the courtesies around it.
pub fn yes_no(text: &Text) -> Option<bool> {
    let by_emoji = emoji_answer(text)?;
    if !has_words(text) {
        return by_emoji;
    }
    let pieces = pieces(text, &["yes", "no", "yes_weak", "answer_filler"], |_| false)?;
    let has = |class: usize| pieces.iter().any(|p| p.class == Some(class));
    let by_word = match (has(0), has(1), has(2)) {
        (true, true, _) => return None,
        (_, true, _) => Some(false),
        (true, ..) => Some(true),
        (.., true) if !text.has_question_mark => Some(true),
        _ => None,
    };
    match (by_word, by_emoji) {
        (Some(a), Some(b)) if a != b => None,
        (a, b) => a.or(b),
    }
}

/// A yes in so many words, where "ok" and "perfect" may be said of anything.
pub fn is_firm_yes(text: &Text) -> bool {
    let classes = ["yes", "no", "yes_weak", "answer_filler"];
    let pieces = pieces(text, &classes, |_| false).unwrap_or_default();
    let has = |class: usize| pieces.iter().any(|p| p.class == Some(class));
    has(0) && !has(1)
}

/// Nothing but a "please".
pub fn is_courtesy(text: &Text) -> bool {
    !text.has_question_mark && pieces(text, &["please"], |_| false).is_some_and(|p| !p.is_empty())
}

/// Nothing but a greeting, in any of the languages.
pub fn is_greeting(text: &Text) -> bool {
    if !has_words(text) {
        return has_emoji(text, &['👋', '🙋']) && all_emoji(text, is_friendly);
    }
    let classes = ["greeting", "howareyou", "address", "opening", "please", "thanks", "hesitation"];
    let Some(pieces) = pieces(text, &classes, |_| false) else { return false };
    pieces.iter().any(|p| matches!(p.class, Some(0 | 1)))
}

/// Nothing but pictures, and none of them cross or sad.
pub fn is_only_friendly_emoji(text: &Text) -> bool {
    !text.tokens.is_empty() && !has_words(text) && all_emoji(text, is_friendly)
}

/// Nothing but thanks (or thanks and goodbye, or a bare "ok" or "perfect" said as thanks).
pub fn is_thanks(text: &Text) -> bool {
    if text.has_question_mark || !all_emoji(text, is_friendly) {
        return false;
    }
    if !has_words(text) {
        return has_emoji(
            text,
            &[
                '🙏', '👍', '👌', '❤', '😊', '🥰', '😍', '💛', '💡', '🤗', '😀', '😁', '🙂', '☺',
                '👏', '💪',
            ],
        );
    }
    let classes =
        ["thanks", "pleased", "bye", "thank_filler", "address", "please", "greeting", "yes"];
    let Some(pieces) = pieces(text, &classes, |_| false) else { return false };
    pieces.iter().any(|p| matches!(p.class, Some(0..=2)))
}

/// Nothing but the wish to ask something: "j'ai une question", "I need help".
pub fn is_opening(text: &Text) -> bool {
    let classes = ["opening", "greeting", "address", "please", "hesitation"];
    let pieces = pieces(text, &classes, |_| false);
    pieces.is_some_and(|pieces| pieces.iter().any(|p| p.class == Some(0)))
}

/// Nothing but a request to be given a moment: "un instant svp", "hold on".
pub fn is_wait(text: &Text) -> bool {
    is_made_of(text, "wait", "wait_filler")
}

/// "menu", "accueil", "0", "main menu", "back": back to the main menu.
pub fn is_menu_word(text: &Text) -> bool {
    is_made_of(text, "menu", "menu_filler")
}

/// "annuler", "cancel", "never mind", said to a question: leave it. Said of something ("cancel my
/// order") it is another matter.
pub fn is_leave_word(text: &Text) -> bool {
    is_made_of(text, "leave", "leave_filler")
}

/// STOP, désabonner, unsubscribe, baja …, "send me no more advertising": no more promotional
/// messages.
pub fn is_stop_word(text: &Text) -> bool {
    is_made_of(text, "stop", "stop_filler")
        || refuses_advertising(text)
        || text.tokens.len() <= LONGEST_REFUSAL
            && !text.has_question_mark
            && hits(text).iter().any(|hit| in_section(hit, "opt out"))
}

fn refuses_advertising(text: &Text) -> bool {
    let refusing =
        [["no_longer", "advert_filler"], ["stop", "advert_filler"], ["stop", "stop_filler"]];
    refusing.iter().any(|[refusal, filler]| {
        let classes = [*refusal, "advertising", *filler, "greeting"];
        pieces(text, &classes, |_| false).is_some_and(|pieces| {
            [0, 1].iter().all(|class| pieces.iter().any(|p| p.class == Some(*class)))
        })
    })
}

/// Asks for the list of questions ("faq", "preguntas").
pub fn wants_topics(text: &Text) -> bool {
    is_made_of(text, "topics", "topics_filler")
}

fn is_made_of(text: &Text, core: &str, filler: &str) -> bool {
    pieces(text, &[core, filler, "greeting"], |_| false)
        .is_some_and(|pieces| pieces.iter().any(|p| p.class == Some(0)))
}

fn pieces(text: &Text, classes: &[&str], also: impl Fn(&Token) -> bool) -> Option<Vec<Piece>> {
    if text.tokens.is_empty() || text.tokens.len() > LONGEST {
        return None;
    }
    reading(text).pieces(text, classes, also)
}

/// `2`, `2nd`, `2e`, `n2`: the number of an option, of two digits at most.
fn option_number(token: &Token) -> Option<u32> {
    let fold = token.fold.as_str();
    let start = fold.find(|c: char| c.is_ascii_digit())?;
    let (front, rest) = fold.split_at(start);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, back) = rest.split_at(end);
    const FRONT: [&str; 7] = ["", "n", "no", "num", "opt", "option", "choix"];
    const BACK: [&str; 16] = [
        "", "e", "er", "ere", "re", "eme", "ieme", "nd", "nde", "st", "rd", "th", "o", "a", "ro",
        "do",
    ];
    if digits.len() > 2 || !FRONT.contains(&front) || !BACK.contains(&back) {
        return None;
    }
    digits.parse().ok()
}

pub(super) fn has_words(text: &Text) -> bool {
    text.tokens.iter().any(|t| t.kind != TokenKind::Emoji)
}

fn has_emoji(text: &Text, wanted: &[char]) -> bool {
    text.tokens.iter().any(|t| t.kind == TokenKind::Emoji && t.fold.contains(wanted))
}

fn all_emoji(text: &Text, test: impl Fn(char) -> bool) -> bool {
    let emoji = text.tokens.iter().filter(|t| t.kind == TokenKind::Emoji);
    emoji.flat_map(|t| t.fold.chars()).all(test)
}

fn is_friendly(c: char) -> bool {
    !"😡🤬😠👿😤🖕💢😾👎😒🙄😑😞😢😭💔🤦".contains(c)
}

/// Thumbs and ticks. The outer `None`: they contradict each other.
fn emoji_answer(text: &Text) -> Option<Option<bool>> {
    let yes = has_emoji(text, &['👍', '👌', '✅', '✔', '☑', '🆗', '🙏', '💯']);
    let no = has_emoji(text, &['👎', '❌', '✖', '🚫', '🙅', '⛔']);
    match (yes, no) {
        (true, true) => None,
        (true, false) => Some(Some(true)),
        (false, true) => Some(Some(false)),
        (false, false) => Some(None),
    }
}
