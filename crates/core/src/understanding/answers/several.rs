//! Several questions in one message: "what are your hours, and may I pay in instalments?"

use super::Candidate;
use super::features::{Reading, Role};
use super::judge::{CLOSE, SHORT_CLAUSE, depends, look};
use super::leaning::AND;
use super::model::Model;
use super::request::{asks, is_marked};
use crate::understanding::language::Lang;
use crate::understanding::text::{Quote, Text, Token, TokenKind};

/// A segment must be this sure to be a question of its own: it stands without its context.
const SURE: f32 = 0.72;
const MOST_QUESTIONS: usize = 3;
/// Segments looked at; a longer message tells a story.
const MOST_SEGMENTS: usize = 8;
/// A row of so few words may ask without a word of asking ("délais de livraison").
const NAMED: usize = 5;
/// Words that lead on to the next question, as an "and" does.
const NEXT: [&str; 4] = ["also", "puis", "ainsi", "sinon"];
/// … and those that may lead on to the rest of the same one.
const OR: [&str; 2] = ["ou", "or"];

/// The questions a message asks one after the other, each with the article that surely answers it
/// and the words of its own; nothing of a message that asks one.
pub(super) fn several(
    model: &Model,
    text: &Text,
    language: Option<Lang>,
) -> Vec<(Candidate, Quote)> {
    let segments = segments(text);
    if segments.len() < 2 || segments.len() > MOST_SEGMENTS {
        return Vec::new();
    }
    let reading = model.read(text, language);
    let weighed = model.weigh(&reading.features);
    // What the whole message does not speak of is a misunderstanding of words out of their context.
    let whole = look(model, &reading, &weighed, (0, text.tokens.len())).candidates;
    // Where nothing asks in so many words, a row of subjects does.
    // "How do I clean the lamp or the shade?": what stands behind an "or" asks in words of its own.
    let is_other =
        |part: (usize, usize)| part.0 > 0 && OR.contains(&text.tokens[part.0 - 1].fold.as_str());
    let is_asked =
        |part: (usize, usize)| asks(&reading, part) || is_marked(text, part.1) && !is_other(part);
    // "I have two questions: delivery times and warranty" asks nothing before its row.
    let is_list = !segments.iter().any(|part| is_about(&reading, *part) && is_asked(*part));
    let mut questions: Vec<(Candidate, Quote)> = Vec::new();
    for part in segments {
        let is_named = is_list && part.1 - part.0 <= NAMED;
        if !(is_named && names(&reading, part) || is_about(&reading, part) && is_asked(part)) {
            continue;
        }
        let candidates = look(model, &reading, &weighed, part).candidates;
        let Some(first) = candidates.first() else { continue };
        let is_close = candidates.get(1).is_some_and(|c| c.score >= CLOSE * first.score);
        let is_out = questions.iter().any(|(c, _)| c.id == first.id)
            || whole.iter().all(|c| c.id != first.id);
        if first.score >= SURE.max(model.sure_from) && !is_close && !is_out {
            questions.push((first.clone(), text.quote(part.0, part.1)));
        }
    }
    questions.truncate(MOST_QUESTIONS);
    questions
}

/// Sentences and clauses, and what an "and" or a number of a list ("1) … 2) …") sets apart.
fn segments(text: &Text) -> Vec<(usize, usize)> {
    let tokens = &text.tokens;
    let is_and = |at: usize| [&AND[..], &NEXT, &OR].iter().any(|w| w.contains(&&*tokens[at].fold));
    let chars: Vec<char> = text.original.chars().collect();
    let is_item = |at: usize| {
        tokens[at].kind == TokenKind::Number
            && matches!(chars.get(tokens[at].quote.end), Some(')' | '.'))
    };
    let mut segments = Vec::new();
    let mut from = 0;
    for at in 0..=tokens.len() {
        let is_end = at == tokens.len();
        let ends = |t: &Token| t.ends_sentence || t.ends_clause || t.kind == TokenKind::Emoji;
        let is_behind = at > 0 && ends(&tokens[at - 1]);
        if !is_end && !is_behind && !is_and(at) && !is_item(at) {
            continue;
        }
        if from < at {
            segments.push((from, at));
        }
        from = if !is_end && (is_and(at) || is_item(at)) { at + 1 } else { at };
    }
    segments
}

/// The segment names a subject.
fn names(reading: &Reading<'_>, part: (usize, usize)) -> bool {
    reading.roles[part.0..part.1].contains(&Role::Topic)
}

/// … and says something of it that is no condition of another one.
fn is_about(reading: &Reading<'_>, part: (usize, usize)) -> bool {
    names(reading, part) && part.1 - part.0 >= SHORT_CLAUSE && !depends(&reading.text.tokens, part)
}

#[cfg(test)]
mod tests {
    use super::super::{Article, Matcher};
    use super::*;
    use std::collections::BTreeMap;

    fn matcher() -> Matcher {
        let article = |id: &str, questions: [&str; 3]| Article {
            id: id.to_owned(),
            theme: "t".to_owned(),
            questions: [("en".to_owned(), questions.map(str::to_owned).to_vec())].into(),
            not: Vec::new(),
            answers: BTreeMap::new(),
        };
        Matcher::train(&[
            article(
                "hours",
                ["What are your opening hours?", "When are you open?", "Opening hours"],
            ),
            article(
                "instalments",
                ["Can I pay in instalments?", "May I split the payment?", "Pay in instalments"],
            ),
            article("warranty", ["How long is the warranty?", "Is there a guarantee?", "Warranty"]),
            article("returns", ["How do I return a lamp?", "I want to send it back", "Returns"]),
        ])
    }

    #[test]
    fn each_question_of_a_message_finds_its_article() {
        let matcher = matcher();
        for (written, wanted) in [
            ("What are your opening hours and can I pay in instalments?", "hours instalments"),
            ("opening hours? and how long is the warranty?", "hours warranty"),
            ("1) how long is the warranty 2) how do I return a lamp", "warranty returns"),
            ("Is there a guarantee, and what are your opening hours, please?", "warranty hours"),
        ] {
            let found = matcher.several(&Text::new(written), Some(Lang::EN));
            let ids: Vec<&str> = found.iter().map(|(c, _)| c.id.as_str()).collect();
            assert_eq!(ids.join(" "), wanted, "{written}");
        }
    }

    #[test]
    fn one_question_stays_one() {
        let matcher = matcher();
        for written in [
            "What are your opening hours?",
            "How long is the warranty and is it long?",
            "I bought it under warranty, when are you open?",
            "bonjour",
            "",
        ] {
            let found = matcher.several(&Text::new(written), Some(Lang::EN));
            assert!(found.len() < 2, "{written}: {found:?}");
        }
    }
}
