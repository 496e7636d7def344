//! The sentences the model learns from: as they stand, mistyped, and beside a calm sentence.

use super::LABELS;
use super::features::{Feature, Features};
use super::train::vector;
use crate::understanding::concepts::table::Table;
use crate::understanding::pattern::Reading;
use crate::understanding::signals::GRAMMAR;
use crate::understanding::signals::reported::Reported;
use crate::understanding::text::Text;

const FILES: [&str; 28] = [
    include_str!("../examples/person.txt"),
    include_str!("../examples/anger.txt"),
    include_str!("../examples/topics.txt"),
    include_str!("../examples/danger.txt"),
    include_str!("../examples/calm.txt"),
    include_str!("../examples/stories.txt"),
    include_str!("../examples/everyday.txt"),
    include_str!("../examples/questions.txt"),
    include_str!("../examples/pairs.txt"),
    include_str!("../examples/callings.txt"),
    include_str!("../examples/turns.txt"),
    include_str!("../examples/moods.txt"),
    include_str!("../examples/voices.txt"),
    include_str!("../examples/matters.txt"),
    include_str!("../examples/hurry.txt"),
    include_str!("../examples/mishaps.txt"),
    include_str!("../examples/roundabout.txt"),
    include_str!("../examples/bystanders.txt"),
    include_str!("../examples/asides.txt"),
    include_str!("../fixtures/tuned.txt"),
    include_str!("../fixtures/voices/tune_arabic.txt"),
    include_str!("../fixtures/voices/tune_elderly.txt"),
    include_str!("../fixtures/voices/tune_hindi.txt"),
    include_str!("../fixtures/voices/tune_lawyerly.txt"),
    include_str!("../fixtures/voices/tune_parent.txt"),
    include_str!("../fixtures/voices/tune_sms.txt"),
    include_str!("../fixtures/voices/tune_stories.txt"),
    include_str!("../fixtures/voices/tune_traps.txt"),
];

const ELSEWHERE: &str = include_str!("../../answers/elsewhere.tsv");
const QUESTIONS: &str = include_str!("../../answers/fixtures/lamps.tsv");

pub(super) type Marks = [bool; LABELS.len()];

/// One thing to learn.
#[derive(Debug)]
pub(super) struct Example {
    /// Numbers of its features, with what each counts.
    pub(super) vector: Vec<(u32, f32)>,
    pub(super) labels: Marks,
    /// It may carry these labels or not: nothing is learnt about them.
    pub(super) open: Marks,
}

/// What is learnt from, and how many features there are.
#[derive(Debug)]
pub(super) struct Lesson {
    pub(super) examples: Vec<Example>,
    pub(super) keys: Table,
}

struct Sentence {
    labels: Marks,
    open: Marks,
    written: &'static str,
}

/// Each sentence as it stands, its parts, mistyped, and beside a calm one.
pub(super) fn all() -> Lesson {
    let sentences: Vec<Sentence> = FILES
        .iter()
        .flat_map(|f| read(f))
        .chain(said_to_anybody())
        .chain(asked_in_a_shop())
        .collect();
    let features: Vec<Features> = sentences
        .iter()
        .map(|s| {
            let text = Text::new(s.written);
            let reading = Reading::new(&GRAMMAR, &text);
            Features::new(&text, &reading, &Reported::new(&text, &reading))
        })
        .collect();
    let is_calm = |at: &usize| !sentences[*at].labels.contains(&true) && features[*at].tokens() > 1;
    let calm: Vec<usize> = (0..sentences.len()).filter(is_calm).collect();
    let mut chance = Chance(17);
    let mut lesson = Lesson { examples: Vec::new(), keys: Table::default() };
    for (sentence, own) in sentences.iter().zip(&features) {
        lesson.add(own.all().iter(), sentence.labels, sentence.open);
        for part in super::parts(own).into_iter().skip(1) {
            // The label may rest on another part.
            let mut open = sentence.labels;
            open.iter_mut().zip(sentence.open).for_each(|(o, also)| *o |= also);
            lesson.add(own.within(part), [false; LABELS.len()], open);
        }
        let slips = Text::new(&mistyped(sentence.written, &mut chance));
        lesson.add(Features::surface(&slips).all().iter(), sentence.labels, sentence.open);
        if chance.below(2) == 0 {
            let other = calm[chance.below(calm.len())];
            let mut open = sentence.open;
            open.iter_mut().zip(sentences[other].open).for_each(|(o, also)| *o |= also);
            let both = own.all().iter().chain(features[other].all());
            lesson.add(both, sentence.labels, open);
        }
    }
    lesson
}

impl Lesson {
    fn add<'f>(
        &mut self,
        features: impl Iterator<Item = &'f Feature> + Clone,
        labels: Marks,
        open: Marks,
    ) {
        let vector = vector(features, |key| Some(self.keys.intern(key)));
        self.examples.push(Example { vector, labels, open });
    }
}

/// `[labels]` above sentences, or `labels | sentence`.
/// What people say to anybody is calm.
fn said_to_anybody() -> impl Iterator<Item = Sentence> {
    let lines = ELSEWHERE.lines().filter_map(|l| l.split_once('\t'));
    let calm = [false; LABELS.len()];
    lines.map(move |(_, written)| Sentence { labels: calm, open: calm, written })
}

/// What a shop is asked is calm; some of it may touch a topic. Every second question is left to the
/// answers' own tests.
fn asked_in_a_shop() -> impl Iterator<Item = Sentence> {
    let (labels, open) = marks("?human ?fault ?complaint ?cancel ?privacy");
    let lines = QUESTIONS.lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(|l| l.split_once('\t')).step_by(2).map(move |(_, written)| Sentence {
        labels,
        open,
        written,
    })
}

fn read(file: &'static str) -> Vec<Sentence> {
    let (mut labels, mut open) = ([false; LABELS.len()], [false; LABELS.len()]);
    let mut sentences = Vec::new();
    for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(names) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            (labels, open) = marks(names);
        } else if let Some((names, written)) = line.split_once(" | ") {
            let (labels, open) = marks(names);
            sentences.push(Sentence { labels, open, written });
        } else {
            sentences.push(Sentence { labels, open, written: line });
        }
    }
    sentences
}

fn marks(names: &str) -> (Marks, Marks) {
    let (mut labels, mut open) = ([false; LABELS.len()], [false; LABELS.len()]);
    for name in names.split_whitespace().filter(|n| *n != "-") {
        let bare = name.trim_start_matches('?');
        let at = LABELS.iter().position(|(n, _)| *n == bare);
        let at = at.unwrap_or_else(|| panic!("`{bare}` is no label of the examples"));
        if bare == name { labels[at] = true } else { open[at] = true }
    }
    (labels, open)
}

/// Letters left out, doubled and swapped, as hurried thumbs do.
fn mistyped(written: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = written.chars().collect();
    let slips = 1 + letters.len() / 14;
    for _ in 0..slips {
        if letters.len() < 6 {
            break;
        }
        let at = 1 + chance.below(letters.len() - 2);
        if !letters[at].is_alphabetic() || !letters[at - 1].is_alphabetic() {
            continue;
        }
        match chance.below(4) {
            0 => letters.swap(at, at - 1),
            1 => letters.insert(at, letters[at]),
            _ => {
                letters.remove(at);
            }
        }
    }
    letters.into_iter().collect()
}

/// Numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % most
    }
}
