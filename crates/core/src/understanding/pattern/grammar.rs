//! Reading the rule files.
//!
//! ```text
//! # a comment
//! @person = agent, conseiller, real person, @team     words and phrases under one name
//! & jai = j ai                                        written as one word, read as two
//! [human]                                             a section; rules follow
//! 0.9  @want .. @person ; passez|passe moi ..2 @person
//! ```
//!
//! A line that begins with two spaces adds to the list (of words or patterns) above it, one with more
//! spaces goes on with the last pattern.
//!
//! A rule is a weight and one or more patterns, split by `;`. A pattern is a row of steps:
//! `word`, `a|@b|#` (one of), `word*` (a beginning), `word~` (two typing slips
//! instead of one), `word=` (none), `@name`, `#` (a
//! number), `(a|two words)` (a group), `(a)?` (may be missing), `..3` (up to three words of the
//! same clause; `..` is 3), `..3,` (also across commas), `~3` (up to three small words; `~` is 4),
//! `^` and `$` (start and end of the clause, courtesies aside). `!` after the weight: negation does
//! not undo it. `~` after the weight: a single short word counts although it is misspelt.

use super::vocabulary::{Spelling, Vocabulary, WordId};
use crate::understanding::text::fold;
use std::collections::BTreeMap;

pub(super) type ClassId = u16;

#[derive(Debug, Default)]
pub(crate) struct Grammar {
    pub(super) vocabulary: Vocabulary,
    pub(super) sections: Vec<String>,
    /// By section: the one that explains its matches away (`not …`).
    counterparts: Vec<Option<u16>>,
    pub(super) rules: Vec<Rule>,
    class_names: BTreeMap<String, ClassId>,
    /// The other way round.
    names: Vec<String>,
    /// Phrases that belong to a class, by their first word.
    pub(super) phrases: Vec<Vec<Phrase>>,
    pub(super) by_word: Vec<Vec<usize>>,
    pub(super) by_class: Vec<Vec<usize>>,
    pub(super) by_number: Vec<usize>,
    pub(super) roles: Roles,
    /// Words written as one that are read as several.
    pub(super) contractions: BTreeMap<String, Vec<String>>,
}

/// Classes with a meaning for the engine itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roles {
    pub(crate) neg: ClassId,
    pub(crate) after_neg: ClassId,
    pub(crate) not_neg: ClassId,
    pub(crate) light: ClassId,
    pub(crate) border: ClassId,
    pub(crate) courtesy: ClassId,
}

#[derive(Debug)]
pub(super) struct Phrase {
    pub(crate) class: ClassId,
    pub(crate) rest: Vec<WordId>,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(crate) section: u16,
    pub(crate) weight: f32,
    pub(crate) is_immune: bool,
    /// One step only: a misspelt word is not enough, unless the weight has a `~`.
    pub(crate) is_single: bool,
    pub(crate) at_start: bool,
    pub(crate) at_end: bool,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Words(Vec<WordId>),
    Class(ClassId),
    Number,
    Gap { most: usize, kind: Gap },
}

/// What a gap may skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Any word of the clause.
    Clause,
    /// Any word of the sentence.
    Sentence,
    /// Small words of the clause.
    Light,
}

impl Grammar {
    /// Reads rule files; the error names the line.
    pub(crate) fn parse(files: &[&str]) -> Result<Self, String> {
        let mut grammar = Self::default();
        let roles = ["neg", "after_neg", "not_neg", "light", "border", "courtesy"]
            .map(|name| grammar.class(name));
        let [neg, after_neg, not_neg, light, border, courtesy] = roles;
        grammar.roles = Roles { neg, after_neg, not_neg, light, border, courtesy };
        let joined: Vec<String> = files.iter().flat_map(|f| joined(f)).collect();
        let lines = || joined.iter().map(String::as_str);
        for line in lines().filter_map(|l| l.strip_prefix('&')) {
            let (written, read) =
                line.split_once('=').ok_or_else(|| format!("no `=` in `&{line}`"))?;
            let read: Vec<String> = fold(read).split(' ').map(str::to_owned).collect();
            for word in written.split_whitespace() {
                grammar.contractions.insert(fold(word), read.clone());
            }
        }
        let mut groups: BTreeMap<ClassId, Vec<String>> = BTreeMap::new();
        for line in lines().filter(|l| l.starts_with('@')) {
            let (name, items) =
                line[1..].split_once('=').ok_or_else(|| format!("no `=` in `{line}`"))?;
            let class = grammar.class(name.trim());
            let items = items.split(',').map(|i| i.trim().to_owned()).filter(|i| !i.is_empty());
            groups.entry(class).or_default().extend(items);
        }
        for &class in groups.keys() {
            let mut seen = vec![class];
            grammar.add_group(class, class, &groups, &mut seen)?;
        }
        let mut section = None;
        for line in lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = Some(grammar.section(name));
            } else if line.starts_with(|c: char| c.is_ascii_digit()) {
                let section = section.ok_or_else(|| format!("`{line}` is in no section"))?;
                grammar.add_rules(section, line, &groups)?;
            } else if !(line.is_empty() || line.starts_with(['#', '@', '&'])) {
                return Err(format!("`{line}` is neither a rule nor a class"));
            }
        }
        grammar.vocabulary.complete();
        grammar.index();
        Ok(grammar)
    }

    pub(crate) fn section_id(&self, name: &str) -> Option<u16> {
        self.sections.iter().position(|s| s == name).and_then(|i| u16::try_from(i).ok())
    }

    /// The section that explains the matches of this one away.
    pub(crate) fn counterpart_id(&self, name: &str) -> Option<u16> {
        self.section_id(name).and_then(|id| self.counterparts[usize::from(id)])
    }

    pub(crate) fn section_name(&self, id: u16) -> &str {
        &self.sections[usize::from(id)]
    }

    pub(crate) fn class_name(&self, id: u16) -> &str {
        &self.names[usize::from(id)]
    }

    pub(crate) fn class_id(&self, name: &str) -> Option<u16> {
        self.class_names.get(name).copied()
    }

    fn section(&mut self, name: &str) -> u16 {
        if let Some(id) = self.section_id(name) {
            return id;
        }
        self.sections.push(name.to_owned());
        u16::try_from(self.sections.len() - 1).expect("a grammar has few sections")
    }

    fn class(&mut self, name: &str) -> ClassId {
        let next = ClassId::try_from(self.names.len()).expect("a grammar has few classes");
        let id = *self.class_names.entry(name.to_owned()).or_insert(next);
        if id == next {
            self.names.push(name.to_owned());
        }
        id
    }

    fn add_group(
        &mut self,
        class: ClassId,
        from: ClassId,
        groups: &BTreeMap<ClassId, Vec<String>>,
        seen: &mut Vec<ClassId>,
    ) -> Result<(), String> {
        let items = groups.get(&from).cloned().unwrap_or_default();
        for item in items {
            if let Some(name) = item.strip_prefix('@') {
                let inner = *self
                    .class_names
                    .get(name)
                    .ok_or_else(|| format!("class `@{name}` is not defined"))?;
                if !seen.contains(&inner) {
                    seen.push(inner);
                    self.add_group(class, inner, groups, seen)?;
                }
                continue;
            }
            let mut words = Vec::new();
            for part in item.split_whitespace() {
                words.extend(self.words(part)?);
            }
            let Some((&first, rest)) = words.split_first() else { continue };
            let first = first as usize;
            if self.phrases.len() <= first {
                self.phrases.resize_with(first + 1, Vec::new);
            }
            if !self.phrases[first].iter().any(|p| p.class == class && p.rest == rest) {
                self.phrases[first].push(Phrase { class, rest: rest.to_vec() });
            }
        }
        Ok(())
    }

    /// The words of one written item (an apostrophe makes two of one).
    fn words(&mut self, item: &str) -> Result<Vec<WordId>, String> {
        let (bare, spelling) = if let Some(b) = item.strip_suffix('*') {
            (b, Spelling::Stem)
        } else if let Some(b) = item.strip_suffix('=') {
            (b, Spelling::Strict)
        } else if let Some(b) = item.strip_suffix('~') {
            (b, Spelling::Loose)
        } else {
            (item, Spelling::Tolerant)
        };
        let folded = fold(bare);
        if folded.is_empty() {
            return Err(format!("`{item}` has no word in it"));
        }
        let mut parts: Vec<String> = Vec::new();
        for part in folded.split(' ') {
            match self.contractions.get(part).filter(|_| spelling != Spelling::Stem) {
                Some(read) => parts.extend(read.iter().cloned()),
                None => parts.push(part.to_owned()),
            }
        }
        let last = parts.len() - 1;
        let spelling_at = |at| match spelling {
            Spelling::Stem if at < last => Spelling::Strict,
            other => other,
        };
        let ids = parts.iter().enumerate();
        Ok(ids.map(|(at, part)| self.vocabulary.add(part, spelling_at(at))).collect())
    }

    fn add_rules(
        &mut self,
        section: u16,
        line: &str,
        groups: &BTreeMap<ClassId, Vec<String>>,
    ) -> Result<(), String> {
        let (head, body) =
            line.split_once(' ').ok_or_else(|| format!("`{line}` has no pattern"))?;
        // What explains a match away does so whether it is denied or not.
        let is_immune = head.contains('!') || self.section_name(section).starts_with("not ");
        let is_tolerant = head.contains('~');
        let weight: f32 = head
            .trim_end_matches(['!', '~'])
            .parse()
            .map_err(|_| format!("`{head}` is no weight"))?;
        for pattern in body.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let parts = parts(pattern);
            let (at_start, at_end) = (parts.contains(&"^"), parts.contains(&"$"));
            let steps: Vec<&str> = parts.into_iter().filter(|p| !matches!(*p, "^" | "$")).collect();
            for steps in self.variants(&steps, groups)?.into_iter().filter(|s| !s.is_empty()) {
                if matches!(steps[0], Step::Gap { .. }) {
                    return Err(format!("`{pattern}` begins with a gap"));
                }
                let is_single = steps.len() == 1 && !is_tolerant;
                let rule = Rule { section, weight, is_immune, is_single, at_start, at_end, steps };
                self.rules.push(rule);
            }
        }
        Ok(())
    }

    /// Every row of steps that a written row stands for.
    fn variants(
        &mut self,
        parts: &[&str],
        groups: &BTreeMap<ClassId, Vec<String>>,
    ) -> Result<Vec<Vec<Step>>, String> {
        let mut variants: Vec<Vec<Step>> = vec![Vec::new()];
        for part in parts {
            let alternatives = match part.strip_prefix('(') {
                Some(group) => self.group(group, groups)?,
                None => self.alternatives(part, groups)?,
            };
            variants = variants
                .iter()
                .flat_map(|v| alternatives.iter().map(|a| [&v[..], a].concat()))
                .collect();
        }
        Ok(variants)
    }

    /// `(one|two words|@name)`, with `?` behind the bracket when it may be missing.
    fn group(
        &mut self,
        written: &str,
        groups: &BTreeMap<ClassId, Vec<String>>,
    ) -> Result<Vec<Vec<Step>>, String> {
        let (inner, is_optional) = match written.strip_suffix(")?") {
            Some(inner) => (inner, true),
            None => {
                (written.strip_suffix(')').ok_or_else(|| format!("`({written}` is open"))?, false)
            }
        };
        let (several, single): (Vec<&str>, Vec<&str>) =
            inner.split('|').map(str::trim).partition(|a| a.contains(' '));
        let mut rows = Vec::new();
        if !single.is_empty() {
            rows.extend(self.alternatives(&single.join("|"), groups)?);
        }
        for row in several {
            let parts: Vec<&str> = row.split_whitespace().collect();
            rows.extend(self.variants(&parts, groups)?);
        }
        if is_optional {
            rows.push(Vec::new());
        }
        Ok(rows)
    }

    /// What one written step can be; each alternative is a row of steps.
    fn alternatives(
        &mut self,
        part: &str,
        groups: &BTreeMap<ClassId, Vec<String>>,
    ) -> Result<Vec<Vec<Step>>, String> {
        let most = |digits: &str, usual: usize| {
            if digits.is_empty() {
                return Ok(usual);
            }
            digits.parse::<usize>().map_err(|_| format!("`{part}` is no gap"))
        };
        if let Some(digits) = part.strip_prefix("..") {
            let (digits, kind) = match digits.strip_suffix(',') {
                Some(digits) => (digits, Gap::Sentence),
                None => (digits, Gap::Clause),
            };
            return Ok(vec![vec![Step::Gap { most: most(digits, 3)?, kind }]]);
        }
        if let Some(digits) = part.strip_prefix('~') {
            return Ok(vec![vec![Step::Gap { most: most(digits, 4)?, kind: Gap::Light }]]);
        }
        let mut alternatives = Vec::new();
        let mut ids = Vec::new();
        for item in part.split('|') {
            if item == "#" {
                alternatives.push(vec![Step::Number]);
            } else if let Some(name) = item.strip_prefix('@') {
                let class = self.class_names.get(name).filter(|c| groups.contains_key(c));
                let class = class.ok_or_else(|| format!("class `@{name}` is not defined"))?;
                alternatives.push(vec![Step::Class(*class)]);
            } else {
                match self.words(item)?[..] {
                    [id] => ids.push(id),
                    ref several => {
                        let row = several.iter().map(|&id| Step::Words(vec![id])).collect();
                        alternatives.push(row);
                    }
                }
            }
        }
        if !ids.is_empty() {
            alternatives.push(vec![Step::Words(ids)]);
        }
        Ok(alternatives)
    }

    fn index(&mut self) {
        let counterpart = |name: &String| self.section_id(&format!("not {name}"));
        self.counterparts = self.sections.iter().map(counterpart).collect();
        self.phrases.resize_with(self.vocabulary.len(), Vec::new);
        self.by_word.resize_with(self.vocabulary.len(), Vec::new);
        self.by_class.resize_with(self.class_names.len(), Vec::new);
        for (at, rule) in self.rules.iter().enumerate() {
            match &rule.steps[0] {
                Step::Words(ids) => {
                    for &id in ids {
                        self.by_word[id as usize].push(at);
                    }
                }
                Step::Class(class) => self.by_class[usize::from(*class)].push(at),
                Step::Number | Step::Gap { .. } => self.by_number.push(at),
            }
        }
    }
}

/// The lines of a file, each with the indented ones that continue it: two spaces add to the list,
/// more go on with the last pattern of it.
fn joined(file: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in file.lines() {
        let indent = line.len() - line.trim_start().len();
        let goes_on = indent > 0 && !line.trim().is_empty();
        // What stands under a comment belongs to nothing, and is refused.
        match lines.last_mut().filter(|last| goes_on && !last.starts_with('#')) {
            Some(last) => {
                let glue = match (indent, last.starts_with('@')) {
                    (3.., _) => " ",
                    (_, true) => ", ",
                    (_, false) => " ; ",
                };
                last.push_str(glue);
                last.push_str(line.trim());
            }
            None => lines.push(line.trim().to_owned()),
        }
    }
    lines
}

/// Splits at spaces outside of brackets.
fn parts(pattern: &str) -> Vec<&str> {
    let mut depth = 0;
    let split = pattern.split(move |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && c.is_whitespace()
    });
    split.filter(|p| !p.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_in_indented_lines() {
        let split = "@who =\n  agent,\n  a real person\n[a]\n0.9\n  talk to @who ;\n  (ask|\n      beg) for @who";
        let whole = "@who = agent, a real person\n[a]\n0.9 talk to @who ; (ask|beg) for @who";
        let [split, whole] =
            [split, whole].map(|file| Grammar::parse(&[file]).expect("it is right"));
        assert_eq!(format!("{:?}", split.rules), format!("{:?}", whole.rules));
        assert_eq!(whole.rules.len(), 2);
    }

    #[test]
    fn what_stands_under_a_comment_is_refused() {
        let of_nothing = "[a]\n0.9\n  talk to ;\n# a comment\n  ask for";
        assert!(Grammar::parse(&[of_nothing]).is_err());
        assert!(Grammar::parse(&["[a]\n0.9\n  talk to ;\n# a comment\n0.9\n  ask for"]).is_ok());
    }

    /// Long lines hide what a change of a rule file changes.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test reads the sources, not the core")]
    fn rule_files_are_written_for_readers() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/understanding");
        let mut count = 0;
        for part in ["pattern", "parse", "signals"] {
            for data in ["rules", "examples", "fixtures"] {
                let Ok(files) = std::fs::read_dir(folder.join(part).join(data)) else { continue };
                for file in files.filter_map(Result::ok).filter(|f| f.path().is_file()) {
                    let text = String::from_utf8(std::fs::read(file.path()).unwrap()).unwrap();
                    // A sentence is as long as it is; rules are not.
                    let longest = if data == "rules" { 100 } else { 400 };
                    for line in text.lines() {
                        let length = line.chars().count();
                        assert!(length <= longest, "{:?}: {length}: {line}", file.path());
                    }
                    count += 1;
                }
            }
        }
        assert!(count >= 12, "{count} files found");
    }

    #[test]
    fn a_slip_in_a_rule_file_is_named() {
        for (file, error) in [
            ("[a]\n0.9 @nobody", "class `@nobody` is not defined"),
            ("0.9 word", "is in no section"),
            ("[a]\nword", "neither a rule nor a class"),
            ("[a]\n0.9 .. word", "begins with a gap"),
            ("[a]\n0.x word", "is no weight"),
            ("@x agent", "no `=`"),
        ] {
            let found = Grammar::parse(&[file]).expect_err("the file is wrong");
            assert!(found.contains(error), "{found}");
        }
    }
}
