//! What customers talk about, in any of the languages: words and phrases mean *concepts* (delivery,
//! cost, broken, …), and two messages that share concepts mean the same even when they share no
//! word. The lexicon is our own writing and stands as plain text in `data/`.

pub(crate) mod everyday;
mod index;
mod lemma;
mod read;
mod sound;
pub(crate) mod table;

pub(crate) use read::{Kind, LangIndex, OTHERS};

use super::language::{Lang, is_known_word};
use super::text::{Text, TokenKind};
use index::{Index, Keys, shortened, word_key};
use read::{Concept, Fit, Form, LANGUAGES, Pair};
use sound::sound;
use std::borrow::Cow;
use std::sync::LazyLock;

const FILES: &[&str] = &[
    include_str!("data/grammar.txt"),
    include_str!("data/delivery.txt"),
    include_str!("data/returns.txt"),
    include_str!("data/payment.txt"),
    include_str!("data/product.txt"),
    include_str!("data/company.txt"),
    include_str!("data/services.txt"),
    include_str!("data/world.txt"),
];

/// A concept found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub concept: u16,
    /// Token indexes, end exclusive.
    pub from: usize,
    pub to: usize,
    /// 1 for the word itself, less for a guess (typo, sound) and for what is implied.
    pub weight: f32,
    /// The words are written otherwise: they were taken for a slip.
    pub is_guess: bool,
}

/// One of a concept's kind: Austria, of the countries of the union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member {
    pub kind: u16,
    pub name: u16,
}

/// The shipped lexicon.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(FILES));

/// What the shipped lexicon finds in a text. Its words are looked up once, and what they mean once
/// for each language that most of them may belong to.
pub(crate) fn concepts(text: &Text, hint: Option<Lang>) -> Cow<'_, [Found]> {
    let spans = text.known.spans.get_or_init(|| LEXICON.spans(text));
    let main = LEXICON.main_language(spans, hint);
    let find = || LEXICON.find(text, spans, main);
    for known in &text.known.concepts {
        let (of, found) = known.get_or_init(|| (main, find()));
        if *of == main {
            return Cow::Borrowed(found);
        }
    }
    Cow::Owned(find())
}

/// Two concepts that make a third stand at most this many tokens apart.
const PAIR_REACH: usize = 4;
/// … and are said, not merely implied.
const PAIR_LEAST: f32 = 0.7;
/// Positions in [`LANGUAGES`].
const FRENCH: LangIndex = 0;
const ENGLISH: LangIndex = 1;
const HINDI: LangIndex = 5;
/// English words and phrases are at home everywhere; other strays are often another word.
const LOAN_WEIGHT: f32 = 0.9;
const STRAY_WEIGHT: f32 = 0.7;
const TYPO_WEIGHT: f32 = 0.8;
const SOUND_WEIGHT: f32 = 0.75;
/// What counts less than this was not written so.
const GUESS: f32 = 0.9;
const IMPLIED_WEIGHT: f32 = 0.6;
/// Shorter words are not guessed at: too many others are one letter away.
const TYPO_LEAST: usize = 5;
const SOUND_LEAST: usize = 4;
/// Longer words are not guessed at: nobody mistypes them into a word of ours.
const TYPO_MOST: usize = 24;

#[derive(Debug)]
pub(crate) struct Lexicon {
    concepts: Vec<Concept>,
    forms: Vec<Form>,
    pairs: Vec<Pair>,
    whole: Index,
    start: Index,
    end: Index,
    /// Words with one letter left out, and how words sound → single-word forms.
    near: Index,
    sounds: Index,
}

impl Lexicon {
    fn new(files: &[&'static str]) -> Self {
        let source = read::read(files);
        let (mut whole, mut start, mut end) = (Vec::new(), Vec::new(), Vec::new());
        let (mut near, mut sounds) = (Vec::new(), Vec::new());
        for (at, form) in source.forms.iter().enumerate() {
            let at = at as u32;
            let first = &form.parts[0];
            let key = word_key(&first.text);
            match first.fit {
                Fit::Whole => whole.push((key, at)),
                Fit::Start => start.push((key, at)),
                Fit::End => end.push((key, at)),
            }
            if form.parts.len() > 1 {
                continue;
            }
            let letters = first.text.chars().count();
            if (TYPO_LEAST..=TYPO_MOST).contains(&letters) && first.fit == Fit::Whole {
                near.push((key, at));
                near.extend(shortened(&first.text).map(|k| (k, at)));
            }
            let said = sound(&first.text);
            if said.len() >= SOUND_LEAST && first.fit == Fit::Whole {
                sounds.push((word_key(&said), at));
            }
        }
        Self {
            concepts: source.concepts,
            forms: source.forms,
            pairs: source.pairs,
            whole: Index::new(whole),
            start: Index::new(start),
            end: Index::new(end),
            near: Index::new(near),
            sounds: Index::new(sounds),
        }
    }

    pub(crate) fn kind(&self, concept: u16) -> Kind {
        self.concepts[concept as usize].kind
    }

    /// The concept names things that a question is about.
    pub(crate) fn is_goods(&self, concept: u16) -> bool {
        self.concepts[concept as usize].is_goods
    }

    /// The concept says how something is and leaves open what.
    pub(crate) fn is_state(&self, concept: u16) -> bool {
        self.concepts[concept as usize].is_state
    }

    /// What is asked has another answer for it ("delivery to Spain").
    pub(crate) fn is_bound(&self, concept: u16) -> bool {
        self.concepts[concept as usize].is_bound
    }

    /// Which one of its kind the words name, where they name one.
    pub(crate) fn member(&self, text: &Text, found: &Found) -> Option<Member> {
        let members = &self.concepts[found.concept as usize].members;
        if members.is_empty() {
            return None;
        }
        let words: Vec<&str> =
            text.tokens[found.from..found.to].iter().map(|t| t.fold.as_str()).collect();
        let name = *members.get(words.join(" ").as_str())?;
        Some(Member { kind: found.concept, name })
    }

    pub(crate) fn name(&self, concept: u16) -> &'static str {
        self.concepts[concept as usize].name
    }

    /// The concepts of a text, in order of their first word. A longer phrase hides what its words
    /// mean alone; the main language decides between words that several languages write alike.
    fn find(&self, text: &Text, spans: &[Span], main: Option<LangIndex>) -> Vec<Found> {
        let guesses = self.guess_gaps(text, main, spans);
        let mut all: Vec<&Span> = spans.iter().chain(&guesses).collect();
        all.sort_by_key(|span| span.from);
        let mut found = Vec::new();
        for span in all {
            self.choose(span, main, &mut found);
        }
        self.hide(text, &mut found);
        self.add_pairs(text, &mut found);
        found
    }

    /// The language that most of the words belong to, if any of them tells.
    fn main_language(&self, spans: &[Span], hint: Option<Lang>) -> Option<LangIndex> {
        let mut tally = [0u32; LANGUAGES.len()];
        if let Some(at) = hint.and_then(|l| LANGUAGES.iter().position(|c| *c == l.as_str())) {
            tally[at] += 2;
        }
        for span in spans {
            let mut seen = [false; LANGUAGES.len()];
            for &form in &span.forms {
                seen[self.forms[form as usize].lang as usize] = true;
            }
            for (at, _) in seen.iter().enumerate().filter(|(_, s)| **s) {
                tally[at] += 1;
            }
        }
        let best = (0..LANGUAGES.len()).max_by_key(|&at| (tally[at], LANGUAGES.len() - at))?;
        (tally[best] > 0).then_some(best as LangIndex)
    }

    /// Words that are not listed, read as what they were probably meant to be.
    fn guess_gaps(&self, text: &Text, main: Option<LangIndex>, spans: &[Span]) -> Vec<Span> {
        let mut guesses = Vec::new();
        let mut at = 0;
        for span in spans {
            guesses.extend((at..span.from).filter_map(|t| self.guess(text, t, main)));
            at = span.to;
        }
        guesses.extend((at..text.tokens.len()).filter_map(|t| self.guess(text, t, main)));
        guesses
    }

    fn choose(&self, span: &Span, main: Option<LangIndex>, found: &mut Vec<Found>) {
        let in_main = |f: &&u32| main == Some(self.forms[**f as usize].lang);
        let restrict = span.forms.iter().any(|f| in_main(&f));
        let weight = span.weight * if restrict { 1.0 } else { self.loan(span, main) };
        let first = found.len();
        for form in span.forms.iter().filter(|f| !restrict || in_main(f)) {
            let concept = self.forms[*form as usize].concept;
            if found[first..].iter().any(|f| f.concept == concept) {
                continue;
            }
            let (from, to, is_guess) = (span.from, span.to, span.is_guess);
            found.push(Found { concept, from, to, weight, is_guess });
        }
        // A word that may be a subject is not taken for a filler of another language.
        let is_filler = |f: &Found| self.kind(f.concept) == Kind::Filler;
        if !restrict && found[first..].iter().any(|f| !is_filler(f)) {
            let mut at = first;
            while at < found.len() {
                if is_filler(&found[at]) {
                    found.remove(at);
                } else {
                    at += 1;
                }
            }
        }
        for at in first..found.len() {
            let Found { concept, from, to, weight, is_guess } = found[at];
            for &implied in &self.concepts[concept as usize].implies {
                if !found[first..].iter().any(|f| f.concept == implied) {
                    let weight = weight * IMPLIED_WEIGHT;
                    found.push(Found { concept: implied, from, to, weight, is_guess });
                }
            }
        }
    }

    /// Takes away what is said of something else: a country where lamps are made is none they are
    /// sent to.
    fn hide(&self, text: &Text, found: &mut Vec<Found>) {
        let hiding: Vec<Found> = found
            .iter()
            .filter(|f| !self.concepts[f.concept as usize].hides.is_empty())
            .copied()
            .collect();
        for by in hiding {
            let hides = &self.concepts[by.concept as usize].hides;
            found.retain(|f| {
                let is_behind = f.from >= by.to && f.from - by.to < PAIR_REACH;
                let is_hidden = is_behind
                    && hides.contains(&f.concept)
                    && !text.tokens[by.to - 1..f.from].iter().any(|t| t.ends_sentence);
                !is_hidden
            });
        }
    }

    /// What a word counts that only other languages than the message's own write.
    fn loan(&self, span: &Span, main: Option<LangIndex>) -> f32 {
        let is_english = span.forms.iter().any(|f| self.forms[*f as usize].lang == ENGLISH);
        match main {
            None => 1.0,
            Some(HINDI) if is_english => 1.0,
            Some(_) if is_english || span.to - span.from > 1 => LOAN_WEIGHT,
            Some(_) => STRAY_WEIGHT,
        }
    }

    fn add_pairs(&self, text: &Text, found: &mut Vec<Found>) {
        let single = found.len();
        for pair in &self.pairs {
            for i in 0..single {
                let near = |f: &Found| {
                    let (from, to) = (found[i].from.min(f.from), found[i].to.max(f.to));
                    let one_sentence =
                        !text.tokens[from..to - 1].iter().any(|t| t.ends_sentence || t.ends_clause);
                    (to - from <= PAIR_REACH + 1 && one_sentence).then_some((from, to))
                };
                if found[i].concept != pair.a || found[i].weight < PAIR_LEAST {
                    continue;
                }
                let other = found[..single]
                    .iter()
                    .filter(|f| f.concept == pair.b && f.weight >= PAIR_LEAST)
                    .find_map(near);
                if let Some((from, to)) = other {
                    let have = found.iter().any(|f| f.concept == pair.concept && f.from == from);
                    if !have {
                        let concept = pair.concept;
                        found.push(Found { concept, from, to, weight: 1.0, is_guess: false });
                    }
                    break;
                }
            }
        }
    }

    fn spans(&self, text: &Text) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut at = 0;
        while at < text.tokens.len() {
            match self.span(text, at) {
                Some(span) => {
                    at = span.to;
                    spans.push(span);
                }
                None => at += 1,
            }
        }
        spans
    }

    /// The longest forms that begin at a token.
    fn span(&self, text: &Text, at: usize) -> Option<Span> {
        let token = &text.tokens[at];
        if token.kind == TokenKind::Emoji {
            return None;
        }
        let mut best = Span { from: at, to: at, forms: Vec::new(), weight: 1.0, is_guess: false };
        let mut keys = Keys::new(&token.fold);
        let all = keys.by_ref().last().unwrap_or_default();
        let mut candidates: Vec<u32> = self.whole.get(all).to_vec();
        if !self.start.is_empty() {
            for key in Keys::new(&token.fold) {
                candidates.extend_from_slice(self.start.get(key));
            }
            for (from, _) in token.fold.char_indices().skip(1) {
                candidates.extend_from_slice(self.end.get(word_key(&token.fold[from..])));
            }
        }
        for form in candidates {
            let parts = &self.forms[form as usize].parts;
            let end = at + parts.len();
            if end < best.to || end > text.tokens.len() {
                continue;
            }
            let fits = parts.iter().zip(&text.tokens[at..end]).all(|(p, t)| p.fits(&t.fold));
            if !fits {
                continue;
            }
            if end > best.to {
                best.forms.clear();
                best.to = end;
            }
            best.forms.push(form);
        }
        (!best.forms.is_empty()).then_some(best)
    }

    /// What a word that is not listed was probably meant to be.
    fn guess(&self, text: &Text, at: usize, main: Option<LangIndex>) -> Option<Span> {
        let fold = &text.tokens[at].fold;
        if text.tokens[at].kind != TokenKind::Word {
            return None;
        }
        // Hindi is written with English words in it.
        let may = |form: u32| {
            let lang = self.forms[form as usize].lang;
            main.is_none_or(|m| m == lang || (m == HINDI && lang == ENGLISH))
        };
        let single = |forms: Vec<u32>, weight: f32| {
            let is_guess = weight < GUESS;
            Some(Span { from: at, to: at + 1, forms, weight, is_guess })
        };
        for stem in arabic_stems(fold) {
            let forms = self.whole.get(word_key(stem));
            let forms: Vec<u32> = forms
                .iter()
                .copied()
                .filter(|f| self.forms[*f as usize].parts.len() == 1)
                .collect();
            if !forms.is_empty() {
                return single(forms, 0.95);
            }
        }
        let letters = fold.chars().count();
        if !(4..=TYPO_MOST).contains(&letters) {
            return None;
        }
        let is_known = is_known_word(fold);
        if letters >= TYPO_LEAST {
            let mut nearest = (usize::MAX, Vec::new());
            for key in std::iter::once(word_key(fold)).chain(shortened(fold)) {
                for &form in self.near.get(key) {
                    if !may(form) {
                        continue;
                    }
                    let meant = &self.forms[form as usize].parts[0].text;
                    // A word of some language is only corrected where a doubled letter is at stake.
                    if is_known && !same_but_doubled(fold, meant) {
                        continue;
                    }
                    let distance = strsim::osa_distance(fold, meant);
                    if distance > if letters >= 9 { 2 } else { 1 } || distance > nearest.0 {
                        continue;
                    }
                    if distance < nearest.0 {
                        nearest = (distance, Vec::new());
                    }
                    if !nearest.1.contains(&form) {
                        nearest.1.push(form);
                    }
                }
            }
            if !nearest.1.is_empty() {
                return single(nearest.1, TYPO_WEIGHT);
            }
        }
        let said = sound(fold);
        if said.len() >= SOUND_LEAST && !is_known {
            let forms = self.sounds.get(word_key(&said));
            let forms: Vec<u32> = forms.iter().copied().filter(|f| may(*f)).collect();
            if !forms.is_empty() {
                return single(forms, SOUND_WEIGHT);
            }
        }
        None
    }
}

/// Words of a text with the forms they may be.
#[derive(Debug)]
pub(crate) struct Span {
    from: usize,
    to: usize,
    forms: Vec<u32>,
    weight: f32,
    is_guess: bool,
}

fn same_but_doubled(a: &str, b: &str) -> bool {
    let once = |s: &str| {
        let mut out: Vec<char> = s.chars().collect();
        out.dedup();
        out
    };
    once(a) == once(b)
}

/// An Arabic word without the article, prepositions and possessive endings written onto it.
fn arabic_stems(fold: &str) -> impl Iterator<Item = &str> {
    const BEFORE: [&str; 9] = ["وال", "بال", "لل", "فال", "كال", "ال", "و", "ب", "ل"];
    const AFTER: [&str; 10] = ["", "كم", "نا", "ها", "هم", "ات", "ين", "ي", "ك", "ه"];
    let is_arabic = fold.starts_with(|c: char| ('\u{0600}'..='\u{06FF}').contains(&c));
    let starts = std::iter::once(fold).chain(BEFORE.iter().filter_map(|b| fold.strip_prefix(b)));
    starts
        .flat_map(|s| AFTER.iter().filter_map(move |a| s.strip_suffix(a)))
        .filter(move |s| is_arabic && s.chars().count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(text: &str) -> Vec<&'static str> {
        let text = Text::new(text);
        let mut names: Vec<&str> = concepts(&text, None)
            .iter()
            .filter(|f| {
                LEXICON.kind(f.concept) == Kind::Topic || LEXICON.kind(f.concept) == Kind::World
            })
            .map(|f| LEXICON.name(f.concept))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[track_caller]
    fn has(text: &str, wanted: &[&str]) {
        let found = topics(text);
        assert!(wanted.iter().all(|w| found.contains(w)), "{text:?}: {found:?}");
    }

    #[test]
    fn where_a_thing_is_made_is_no_place_it_is_sent_to() {
        for text in [
            "vos spots sont fabriqués au Portugal ?",
            "are the shades made in Spain?",
            "¿están fabricadas en Alemania?",
            "sind die Lampen hergestellt in Italien?",
        ] {
            let found = topics(text);
            assert!(found.contains(&"made_in"), "{text:?}: {found:?}");
            assert!(!found.contains(&"eu") && !found.contains(&"abroad"), "{text:?}: {found:?}");
        }
        has("fabriqués comment ? Et vous livrez au Portugal ?", &["made_in", "eu"]);
    }

    #[test]
    fn one_meaning_in_nine_forms() {
        for text in [
            "combien coûte la livraison",
            "how much is delivery",
            "¿cuánto cuesta el envío?",
            "quanto custa a entrega",
            "كم تكلفة التوصيل",
            "delivery ka kitna charge hai",
            "डिलीवरी का कितना चार्ज है",
            "was kostet der Versand",
            "quanto costa la spedizione",
        ] {
            has(text, &["delivery", "price"]);
        }
    }

    #[test]
    fn typos_sounds_and_clitics_are_forgiven() {
        has("conbien pour la livreson", &["delivery"]);
        has("delivry cost", &["delivery", "price"]);
        has("garentie des ampoulles", &["warranty", "bulb"]);
        has("mujhe saamaan waapas karna hai", &["return"]);
        has("والضمان", &["warranty"]);
    }

    #[test]
    fn a_phrase_hides_its_words() {
        assert!(!topics("carte cadeau").contains(&"pay_means"));
        assert!(topics("carte cadeau").contains(&"gift_card"));
        has("elle ne veut plus s'allumer", &["not_light"]);
    }

    #[test]
    fn there_are_enough_concepts_in_every_language() {
        let is_subject = |c: &&Concept| matches!(c.kind, Kind::Topic | Kind::World);
        let topics = LEXICON.concepts.iter().filter(is_subject).count();
        assert!(topics >= 150, "{topics}");
        for (at, code) in LANGUAGES.iter().enumerate() {
            let mut with: Vec<u16> =
                LEXICON.forms.iter().filter(|f| f.lang as usize == at).map(|f| f.concept).collect();
            with.dedup();
            assert!(with.len() >= 150, "{code}: {}", with.len());
        }
    }
}
