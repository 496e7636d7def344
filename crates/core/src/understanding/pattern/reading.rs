//! A message seen through a grammar: which words and groups stand where, and which rules match.

use super::grammar::{ClassId, Gap, Grammar, Rule, Step};
use super::vocabulary::{Resolved, WordId};
use crate::understanding::text::{Quote, Text, Token, TokenKind};

/// Letters written one by one (`a g e n t`) are read as a word of at least this many.
const SPELLED_OUT: usize = 4;
const LONGEST_SPELLED_OUT: usize = 16;

/// A message, read with a grammar.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(super) grammar: &'a Grammar,
    pub(super) units: Vec<Unit>,
    /// Groups that begin at each unit, with their length in units.
    classes: Vec<Vec<(ClassId, usize)>>,
    pub(super) is_neg: Vec<bool>,
    pub(super) is_after_neg: Vec<bool>,
    pub(super) is_light: Vec<bool>,
    is_border: Vec<bool>,
    is_courtesy: Vec<bool>,
}

/// A word of the message; several tokens when it was spelled out letter by letter.
#[derive(Debug)]
pub(super) struct Unit {
    ids: Vec<WordId>,
    /// Too short to be recognised by itself when it is misspelt.
    is_vague: bool,
    is_number: bool,
    /// Tokens, end exclusive.
    from: usize,
    to: usize,
    /// A sentence or a clause ends here.
    pub(crate) ends: bool,
    /// It is only a clause.
    pauses: bool,
}

/// A rule that matched, in tokens, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) section: u16,
    pub(crate) weight: f32,
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Said to be not so.
    pub(crate) is_negated: bool,
}

/// A part of a message that is made of known phrases only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Which of the classes asked for; none for an admitted token.
    pub(crate) class: Option<usize>,
    /// The first token.
    pub(crate) token: usize,
}

impl Hit {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    pub(crate) fn quote(&self, text: &Text) -> Quote {
        text.quote(self.from, self.to)
    }
}

impl<'a> Reading<'a> {
    pub(crate) fn new(grammar: &'a Grammar, text: &Text) -> Self {
        let units = units(grammar, &text.tokens);
        let n = units.len();
        let mut reading = Self {
            grammar,
            units,
            classes: vec![Vec::new(); n],
            is_neg: vec![false; n],
            is_after_neg: vec![false; n],
            is_light: vec![false; n],
            is_border: vec![false; n],
            is_courtesy: vec![false; n],
        };
        reading.find_classes();
        reading
    }

    fn find_classes(&mut self) {
        let roles = self.grammar.roles;
        let mut not_neg = vec![false; self.units.len()];
        for at in 0..self.units.len() {
            let mut found: Vec<(ClassId, usize)> = Vec::new();
            for &id in &self.units[at].ids {
                for phrase in &self.grammar.phrases[id as usize] {
                    let end = at + 1 + phrase.rest.len();
                    let is_whole = end <= self.units.len()
                        && phrase.rest.iter().zip(at + 1..).all(|(id, i)| self.units[i].is(*id))
                        && self.units[at..end - 1].iter().all(|u| !u.ends);
                    if is_whole {
                        found.push((phrase.class, end - at));
                    }
                }
            }
            // The longest reading first.
            found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
            found.dedup();
            for &(class, length) in &found {
                let marks = match class {
                    c if c == roles.neg => &mut self.is_neg,
                    c if c == roles.after_neg => &mut self.is_after_neg,
                    c if c == roles.not_neg => &mut not_neg,
                    c if c == roles.light => &mut self.is_light,
                    c if c == roles.border => &mut self.is_border,
                    c if c == roles.courtesy => &mut self.is_courtesy,
                    _ => continue,
                };
                marks[at..at + length].fill(true);
            }
            self.classes[at] = found;
        }
        for (at, is_not) in not_neg.into_iter().enumerate() {
            self.is_neg[at] &= !is_not;
            self.is_after_neg[at] &= !is_not;
        }
    }

    /// A phrase of the class stands in the message.
    pub(crate) fn has_class(&self, name: &str) -> bool {
        let Some(class) = self.grammar.class_id(name) else { return false };
        self.classes.iter().any(|c| c.iter().any(|&(found, _)| found == class))
    }

    /// Every group of words found, with its tokens (end exclusive); small words and courtesies aside.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        let roles = self.grammar.roles;
        let is_quiet =
            move |class| class == roles.light || class == roles.courtesy || class == roles.not_neg;
        self.classes.iter().enumerate().flat_map(move |(at, found)| {
            found.iter().filter(move |(class, _)| !is_quiet(*class)).map(move |&(class, length)| {
                let (from, to) = (self.units[at].from, self.units[at + length - 1].to);
                (self.grammar.class_name(class), from, to)
            })
        })
    }

    /// Every rule that matches, in the order of the text; of one rule at one place the shortest.
    pub(crate) fn hits(&self) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut rules: Vec<usize> = Vec::new();
        for at in 0..self.units.len() {
            rules.clear();
            for &id in &self.units[at].ids {
                rules.extend(&self.grammar.by_word[id as usize]);
            }
            for &(class, _) in &self.classes[at] {
                rules.extend(&self.grammar.by_class[usize::from(class)]);
            }
            if self.units[at].is_number {
                rules.extend(&self.grammar.by_number);
            }
            rules.sort_unstable();
            rules.dedup();
            for &rule in &rules {
                let rule = &self.grammar.rules[rule];
                if rule.at_start && !self.is_start(at) {
                    continue;
                }
                let is_unsure =
                    |end: usize| rule.is_single && end == at + 1 && self.units[at].is_vague;
                if let Some(end) = self.matches(rule, &rule.steps, at)
                    && !is_unsure(end)
                {
                    hits.push(self.hit(rule, at, end));
                }
            }
        }
        hits
    }

    /// The message cut into phrases of the named classes, if it is made of nothing else; as few
    /// pieces as possible. `also` admits single tokens that belong to no class.
    pub(crate) fn pieces(
        &self,
        text: &Text,
        classes: &[&str],
        also: impl Fn(&Token) -> bool,
    ) -> Option<Vec<Piece>> {
        let wanted: Vec<Option<ClassId>> =
            classes.iter().map(|name| self.grammar.class_id(name)).collect();
        let n = self.units.len();
        // From the end: how many pieces are needed from each unit on, and the first of them.
        let mut best: Vec<Option<(usize, usize, Option<usize>)>> = vec![None; n + 1];
        best[n] = Some((0, 0, None));
        for at in (0..n).rev() {
            let is_admitted = also(&text.tokens[self.units[at].from]);
            let free = is_admitted.then_some((1, None));
            let named = self.classes[at].iter().filter_map(|&(class, length)| {
                let which = wanted.iter().position(|w| *w == Some(class))?;
                Some((length, Some(which)))
            });
            best[at] = free
                .into_iter()
                .chain(named)
                .filter_map(|(length, which)| Some((best[at + length]?.0 + 1, length, which)))
                .min_by_key(|&(pieces, _, which)| (pieces, which));
        }
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < n {
            let (_, length, class) = best[at]?;
            pieces.push(Piece { class, token: self.units[at].from });
            at += length;
        }
        Some(pieces)
    }

    fn hit(&self, rule: &Rule, from: usize, to: usize) -> Hit {
        let negation = (!rule.is_immune).then(|| self.negation(from, to)).flatten();
        Hit {
            section: rule.section,
            weight: rule.weight,
            from: self.units[from].from,
            to: self.units[to - 1].to,
            is_negated: negation.is_some(),
        }
    }

    /// The end of the shortest match of `steps` from unit `at` on.
    fn matches(&self, rule: &Rule, steps: &[Step], at: usize) -> Option<usize> {
        let Some((step, rest)) = steps.split_first() else {
            return (!rule.at_end || self.is_end(at)).then_some(at);
        };
        if let Step::Gap { most, kind } = step {
            let mut next = at;
            loop {
                if let Some(end) = self.matches(rule, rest, next) {
                    return Some(end);
                }
                let is_over = next - at == *most
                    || next >= self.units.len()
                    || !self.can_skip(next, *kind, rule.is_immune);
                if is_over {
                    return None;
                }
                next += 1;
            }
        }
        let unit = self.units.get(at)?;
        // Inside a match nothing may end but after its last word.
        let crosses = matches!(rest.first(), Some(Step::Gap { kind: Gap::Sentence, .. }));
        let goes_on = |next: usize| {
            let last = &self.units[next - 1];
            rest.is_empty() || !last.ends || crosses && last.pauses
        };
        match step {
            Step::Words(ids) => (ids.iter().any(|&id| unit.is(id)) && goes_on(at + 1))
                .then(|| self.matches(rule, rest, at + 1))?,
            Step::Number => {
                (unit.is_number && goes_on(at + 1)).then(|| self.matches(rule, rest, at + 1))?
            }
            Step::Class(class) => self.classes[at]
                .iter()
                .filter(|(found, length)| found == class && goes_on(at + length))
                .find_map(|(_, length)| self.matches(rule, rest, at + length)),
            Step::Gap { .. } => None,
        }
    }

    fn can_skip(&self, at: usize, kind: Gap, is_immune: bool) -> bool {
        let unit = &self.units[at];
        let stays = match kind {
            Gap::Clause => !unit.ends && !self.is_border[at],
            Gap::Sentence => !unit.ends || unit.pauses,
            Gap::Light => {
                !unit.ends && !self.is_border[at] && (self.is_light[at] || self.is_courtesy[at])
            }
        };
        stays && (is_immune || !(self.is_neg[at] || self.is_after_neg[at]))
    }

    /// A clause starts at this unit, or only courtesies stand before it.
    pub(super) fn is_start(&self, at: usize) -> bool {
        let before = (0..at).rev().find(|&i| !self.is_courtesy[i] || self.units[i].ends);
        before.is_none_or(|i| self.units[i].ends || self.is_border[i])
    }

    /// A clause ends before this unit, or only courtesies follow.
    fn is_end(&self, at: usize) -> bool {
        if at > 0 && self.units[at - 1].ends {
            return true;
        }
        let after = (at..self.units.len()).find(|&i| !self.is_courtesy[i] || self.units[i].ends);
        after.is_none_or(|i| self.is_courtesy[i] || self.is_border[i])
    }

    pub(super) fn is_border(&self, at: usize) -> bool {
        self.is_border[at]
    }
}

impl Unit {
    pub(super) fn has(&self, token: usize) -> bool {
        (self.from..self.to).contains(&token)
    }

    fn is(&self, id: WordId) -> bool {
        self.ids.binary_search(&id).is_ok()
    }
}

fn units(grammar: &Grammar, tokens: &[Token]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.kind == TokenKind::Emoji {
            if let Some(last) = units.last_mut() {
                last.ends = true;
            }
            at += 1;
            continue;
        }
        if let Some((id, to)) = spelled_out(grammar, tokens, at) {
            units.push(Unit {
                ids: vec![id],
                is_vague: false,
                is_number: false,
                from: at,
                to,
                ends: tokens[to - 1].ends_sentence || tokens[to - 1].ends_clause,
                pauses: !tokens[to - 1].ends_sentence,
            });
            at = to;
            continue;
        }
        let ends = token.ends_sentence || token.ends_clause;
        let unit = |ids, is_literal: bool, ends| Unit {
            ids,
            is_vague: !is_literal && token.fold.chars().count() < CLEAR,
            is_number: token.kind == TokenKind::Number,
            from: at,
            to: at + 1,
            ends,
            pauses: !token.ends_sentence,
        };
        let of = |word: &str| grammar.vocabulary.resolve(token.kind, word);
        match grammar.contractions.get(&token.fold) {
            Some(words) => {
                let Resolved { is_literal, .. } = of(&token.fold);
                for (i, word) in words.iter().enumerate() {
                    units.push(unit(of(word).ids, is_literal, ends && i + 1 == words.len()));
                }
            }
            None => {
                let Resolved { ids, is_literal } = of(&token.fold);
                units.push(unit(ids, is_literal, ends));
            }
        }
        at += 1;
    }
    units
}

/// A misspelt word shorter than this needs others around it to be recognised.
const CLEAR: usize = 8;

/// The longest word of the grammar that the single letters from `at` on spell.
fn spelled_out(grammar: &Grammar, tokens: &[Token], at: usize) -> Option<(WordId, usize)> {
    let is_letter = |t: &Token| t.kind == TokenKind::Word && t.fold.chars().count() == 1;
    if !is_letter(&tokens[at]) || !tokens.get(at + 1).is_some_and(is_letter) {
        return None;
    }
    let mut word = String::new();
    let mut found = None;
    for (i, token) in tokens.iter().enumerate().skip(at).take(LONGEST_SPELLED_OUT) {
        if !is_letter(token) {
            break;
        }
        word.push_str(&token.fold);
        if i + 1 - at >= SPELLED_OUT
            && let Some(id) = grammar.vocabulary.exact(&word)
        {
            found = Some((id, i + 1));
        }
    }
    found
}
