//! Rules and model together: two witnesses of different kinds, weighed in log-odds.

use super::Signal;
use super::evidence;
use super::linear::{Label, Verdict};
use crate::understanding::chance;
use crate::understanding::text::{Quote, Text, Token, TokenKind};

/// What a rule's weight counts, and from which weight on it speaks for the label.
const RULE: f32 = 4.0;
const NEUTRAL: f32 = 0.3;
/// What the model's log-odds count.
const MODEL: f32 = 1.0;
/// The model may be this sure and no surer.
const MOST_SURE: f32 = 6.0;
/// The words stand in something that only looks like the matter, or are denied.
const EXPLAINED_AWAY: f32 = 3.0;
/// Where a rule of the counterpart stands and none speaks for the matter, the model may be this sure:
/// asking how something works is not asking for it.
const SURE_OF_A_LOOK_ALIKE: f32 = 3.0;
/// A request from this weight on is doubted, and not overruled.
const STRONG: f32 = 0.8;
/// A rule from this weight on names the words by itself.
const TELLING: f32 = 0.5;

/// What the rules say about a label.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) signal: Signal,
    /// A rule of the counterpart (`not …`) or a negation explains words away.
    pub(super) is_explained: bool,
    /// A rule of the counterpart does.
    pub(super) is_look_alike: bool,
}

/// The score of a label with the words it rests on; of one below `least` only the score.
pub(super) fn weigh(
    text: &Text,
    label: Label,
    said: Said,
    verdict: &Verdict,
    least: f32,
) -> Signal {
    // Faces alone are counted, not read: three angry ones are anger, two are not.
    let has_words = text.tokens.iter().any(|t| t.kind == TokenKind::Word);
    let Some(odds) = verdict.odds(label).filter(|_| has_words) else { return said.signal };
    let rule = said.signal.score;
    let most = most_sure(label, said.is_look_alike && rule < TELLING);
    let mut sum = MODEL * odds.clamp(-veto(label, rule), most);
    sum += if rule > 0.0 { RULE * (rule - NEUTRAL) } else { 0.0 };
    // What a rule only hints at leaves part of the doubt.
    sum -= doubt(label) * (1.0 - rule / TELLING).max(0.0);
    if rule < TELLING {
        sum -= brevity(text, label);
    }
    if said.is_explained && rule < TELLING {
        sum -= EXPLAINED_AWAY;
    }
    let score = chance(sum);
    let mut quotes = said.signal.quotes;
    if rule < TELLING && score >= least {
        let (from, to) = verdict.span(label);
        quotes.push(text.quote(from, to));
        quotes = evidence::joined(quotes);
    }
    Signal { score, quotes, is_guess: rule < TELLING }
}

fn most_sure(label: Label, is_look_alike: bool) -> f32 {
    match label {
        Label::Human | Label::Cancel | Label::Refund | Label::Privacy if is_look_alike => {
            SURE_OF_A_LOOK_ALIKE
        }
        _ => MOST_SURE,
    }
}

/// Without any rule the model must be surer than even, most where moods are concerned.
fn doubt(label: Label) -> f32 {
    match label {
        Label::Anger => 2.0,
        Label::Refuses => 1.5,
        Label::Human | Label::Fault => 0.5,
        _ => 0.3,
    }
}

/// Few words are too little for the model to go by: there the rules know better.
fn brevity(text: &Text, label: Label) -> f32 {
    // What an elided article leaves is no word.
    let is_word = |t: &&Token| t.kind == TokenKind::Word && t.fold.chars().nth(1).is_some();
    match text.tokens.iter().filter(is_word).take(4).count() {
        0 | 1 => 2.5,
        2 => 2.0,
        // "Get me somebody" is as long as it needs to be.
        3 if label != Label::Human => 1.0,
        _ => 0.0,
    }
}

/// How much the model may say against a rule that speaks for the label.
fn veto(label: Label, rule: f32) -> f32 {
    let is_danger = matches!(label, Label::Safety | Label::Distress);
    match rule {
        r if is_danger && r >= TELLING => 0.7,
        r if label == Label::Human && r >= STRONG => 2.0,
        _ => MOST_SURE,
    }
}

/// Lifts a signal to at least `score`, for words that the workspace itself has named.
pub(super) fn lift(signal: &mut Signal, score: f32, quotes: Vec<Quote>) {
    signal.score = signal.score.max(score);
    signal.is_guess = false;
    let mut all = std::mem::take(&mut signal.quotes);
    all.extend(quotes);
    signal.quotes = evidence::joined(all);
}
