//! What is learnt from a knowledge base, and how it ranks the articles for one piece of text.

use super::Article;
use super::bounds::Named;
use super::features::{Block, Feature, Reading, Sort};
use super::held_back::own_curve;
use super::index::{Examples, Near};
use super::linear::{Linear, is_learnable, plenty, softmax};
use super::space::{Place, Space};
use super::sure::Curve;
use super::vector::{Vector, Vocabulary, Weighed};
use crate::understanding::concepts::table::Table;
use crate::understanding::language::Lang;
use crate::understanding::text::Text;
use crate::understanding::vectors::Vectors;
use std::sync::Arc;

/// Sentences that most articles have nothing to do with.
const ELSEWHERE: &str = include_str!("elsewhere.tsv");

#[derive(Debug, Default)]
pub(super) struct Model {
    pub ids: Vec<String>,
    vocabulary: Vocabulary,
    examples: Examples,
    /// What people said an article does not answer.
    denied: Examples,
    /// From here on an article is surely enough the answer.
    pub sure_from: f32,
    linear: Option<Linear>,
    pub curve: Curve,
    /// Everyday words count too.
    is_deep: bool,
    /// What the nearest example counts beside the linear model.
    near_scale: f32,
    /// By article: the items its questions and answers mention, sorted.
    mentions: Vec<Vec<u32>>,
    /// By article: which countries and the like it names.
    pub named: Vec<Named>,
    /// By example: its items with their weights.
    asks: Vec<Vec<(u32, f32)>>,
    pub space: Option<Space>,
    /// What a part of a message counts against the whole when the surest is chosen.
    pub part_scale: f32,
}

/// An article as it ranks for a piece of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub article: u32,
    pub near: Near,
    /// Among the articles alone: how probable.
    pub share: f32,
    /// How the message's words and the article's go together.
    pub cover: Cover,
    /// How much of what the example asks the message says (0 to 1).
    pub asked: f32,
    /// What the linear model gives it, and how much more than to none of the articles; 0 where no
    /// such model was learnt.
    pub score: f32,
    pub over_none: f32,
    /// How alike the message and what was denied of the article are.
    pub denied: f32,
}

impl Ranked {
    /// What a denial leaves of the score: a message that is more like what was denied than like
    /// any way to ask for the article is not answered by it.
    pub(super) fn doubt(&self) -> f32 {
        if self.denied > self.near.mix() { 1.0 - self.denied } else { 1.0 }
    }
}

/// How much of what a message says an article mentions; all shares of weight, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cover {
    pub explained: f32,
    /// Of the subjects alone: what the article does not mention.
    pub left: f32,
    /// Subjects that no question and not this article mentions.
    pub foreign: f32,
    /// Other words that no question and not this article mentions.
    pub strange: f32,
    /// It names other things than the knowledge base is about, and none of those.
    pub is_about_other: bool,
}

/// How much the nearest example counts beside the linear model.
const NEAR_SCALE: f32 = 2.0;
const NEAR_MANY: f32 = 1.0;

/// Many examples say how whole messages are worded: a part must be so much surer to be chosen.
const PART_MANY: f32 = 0.5;
const LINEAR_SCALE: f32 = 1.0;
const HALF: f32 = 0.5;
/// Makes a sign of a score that is about as large as the others.
const SCORE_STEP: f32 = 0.1;
/// How much likeness of sentence vectors counts beside both.
const ALIKE_SCALE: f32 = 3.0;
/// Articles looked at closely; and so many that only their sentence vectors speak for.
const CANDIDATES: usize = 48;
const ALIKE_CANDIDATES: usize = 12;
/// Examples read per article and words read per answer: a bound, far above what people write.
const EXAMPLES_READ: usize = 400;

/// Everyday words need this many examples to an article, and a base small enough (examples times
/// articles) that a table of them may be learnt.
const MANY_EXAMPLES: usize = 4;
const MANY_MOST: usize = 600_000;
impl Model {
    pub(super) fn train(articles: &[Article], vectors: Option<&Arc<Vectors>>) -> Self {
        let is_deep = has_many_examples(articles);
        let mut model = Self::learn(articles, &elsewhere(), is_deep, vectors);
        if let Some(curve) = own_curve(articles, model.is_deep, vectors) {
            model.curve = curve;
        }
        model
    }

    pub(super) fn learn(
        articles: &[Article],
        elsewhere: &[(Option<Lang>, &str)],
        is_deep: bool,
        vectors: Option<&Arc<Vectors>>,
    ) -> Self {
        let mut table = Table::default();
        let mut counts: Vec<u32> = Vec::new();
        let mut last_article: Vec<u32> = Vec::new();
        let mut mentions: Vec<Vec<u32>> = vec![Vec::new(); articles.len()];
        let mut named: Vec<Named> = vec![Named::default(); articles.len()];
        let mut learn = |f: &Feature, article: u32| {
            let id = table.intern(f.key);
            if id as usize == counts.len() {
                counts.push(0);
                last_article.push(u32::MAX);
            }
            if last_article[id as usize] != article {
                last_article[id as usize] = article;
                counts[id as usize] += 1;
            }
            id
        };
        let mut examples: Vec<(u32, Vec<Feature>)> = Vec::new();
        let mut asked: Vec<(u32, String)> = Vec::new();
        for (at, article) in articles.iter().enumerate() {
            let at = at as u32;
            for (language, question) in questions(article) {
                let text = Text::new(question);
                let reading = read(&text, language, is_deep);
                named[at as usize].add(&reading);
                for f in &reading.features {
                    let id = learn(f, at);
                    if f.block == Block::Item {
                        mentions[at as usize].push(id);
                    }
                }
                examples.push((at, reading.features));
                if vectors.is_some() {
                    asked.push((at, question.to_owned()));
                }
            }
        }
        let space = vectors.map(|v| Space::new(v.clone(), &asked, articles.len()));
        let place = |said: &str| space.as_ref().and_then(|s| s.place(said));
        let in_questions = counts.len() as u32;
        for (at, article) in articles.iter().enumerate() {
            for (language, answer) in &article.answers {
                let text = Text::new(answer);
                let reading = Reading::new(&text, Lang::parse(language));
                named[at].add(&reading);
                for f in reading.features.iter().filter(|f| f.block == Block::Item) {
                    let id = table_or_new(&mut table, &mut counts, f);
                    mentions[at].push(id);
                }
            }
        }
        let mut denied: Vec<(u32, Vec<Feature>)> = Vec::new();
        for (at, article) in articles.iter().enumerate() {
            for question in article.not.iter().take(EXAMPLES_READ) {
                let text = Text::new(question);
                let reading = read(&text, None, is_deep);
                for f in &reading.features {
                    table_or_new(&mut table, &mut counts, f);
                }
                denied.push((at as u32, reading.features));
            }
        }
        for items in &mut mentions {
            items.sort_unstable();
            items.dedup();
        }
        if is_deep && !is_learnable(counts.len(), articles.len() + 1) {
            return Self::learn(articles, elsewhere, false, vectors);
        }
        let vocabulary = Vocabulary::new(table, &counts, in_questions, articles.len());
        let mut asks = Vec::with_capacity(examples.len());
        let mut vectors: Vec<(u32, Vector)> = Vec::with_capacity(examples.len());
        for (at, (article, features)) in examples.into_iter().enumerate() {
            let weighed = vocabulary.weigh(&features);
            let items = weighed.iter().filter(|w| w.block == Block::Item);
            let mut items: Vec<(u32, f32)> =
                items.filter_map(|w| w.id.map(|id| (id, w.weight))).collect();
            items.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            items.dedup_by_key(|i| i.0);
            asks.push(items);
            let place = asked.get(at).and_then(|(_, question)| place(question));
            let vector = Vector::new(&weighed).with_sense(place.as_ref(), vocabulary.len());
            vectors.push((article, vector));
        }
        let plenty = plenty(vectors.len(), articles.len());
        let part_scale = 1.0 - if is_deep { plenty * PART_MANY } else { 0.0 };
        let near_scale = NEAR_SCALE + plenty * (NEAR_MANY - NEAR_SCALE);
        let elsewhere: Vec<Vector> = elsewhere
            .iter()
            .filter(|_| is_deep)
            .map(|(language, said)| {
                let text = Text::new(said);
                Vector::new(&vocabulary.weigh(&Reading::deep(&text, *language).features))
                    .with_sense(place(said).as_ref(), vocabulary.len())
            })
            .collect();
        let features = vocabulary.len() + space.as_ref().map_or(0, Space::width);
        let linear = Linear::train(&vectors, &elsewhere, features, articles.len());
        let examples = Examples::new(&vectors, vocabulary.len());
        let denied: Vec<(u32, Vector)> = denied
            .into_iter()
            .map(|(article, features)| (article, Vector::new(&vocabulary.weigh(&features))))
            .collect();
        let denied = Examples::new(&denied, vocabulary.len());
        let ids = articles.iter().map(|a| a.id.clone()).collect();
        let curve = Curve::default();
        let sure_from = super::judge::sure_from(super::MOST_WRONG);
        Self {
            ids,
            vocabulary,
            examples,
            denied,
            sure_from,
            linear,
            curve,
            is_deep,
            near_scale,
            mentions,
            named,
            asks,
            space,
            part_scale,
        }
    }

    pub(super) fn is_deep(&self) -> bool {
        self.is_deep
    }

    /// There is a regression beside the nearest examples.
    pub(super) fn is_learnt(&self) -> bool {
        self.linear.is_some()
    }

    /// A message as this model looks at it.
    pub(super) fn read<'a>(&self, text: &'a Text, language: Option<Lang>) -> Reading<'a> {
        read(text, language, self.is_deep)
    }

    pub(super) fn weigh(&self, features: &[Feature]) -> Vec<Weighed> {
        self.vocabulary.weigh(features)
    }

    pub(super) fn ranked(&self, said: &str, language: Option<Lang>, most: usize) -> Vec<Ranked> {
        let text = Text::new(said);
        let place = self.space.as_ref().and_then(|s| s.place(said));
        self.rank(&self.weigh(&self.read(&text, language).features), place.as_ref(), most)
    }

    /// The articles for a piece of text, best first.
    pub(super) fn rank(
        &self,
        weighed: &[Weighed],
        place: Option<&Place>,
        most: usize,
    ) -> Vec<Ranked> {
        let vector = Vector::new(weighed).with_sense(place, self.vocabulary.len());
        let mut nearest = self.examples.near(&vector, self.ids.len(), CANDIDATES);
        if let (Some(space), Some(place)) = (&self.space, place) {
            space.join(place, &mut nearest, ALIKE_CANDIDATES);
        }
        if nearest.is_empty() {
            return Vec::new();
        }
        let mut scores = vec![0.0; self.linear.as_ref().map_or(self.ids.len(), Linear::classes)];
        if let Some(linear) = &self.linear {
            linear.scores(&vector, &mut scores);
        }
        // The class after the articles is that of none of them.
        let none = (scores.len() > self.ids.len()).then(|| scores[self.ids.len()]);
        scores.truncate(self.ids.len());
        let given = scores.clone();
        for s in &mut scores {
            *s *= LINEAR_SCALE;
        }
        for near in &nearest {
            scores[near.article as usize] +=
                self.near_scale * near.mix() + ALIKE_SCALE * near.alike;
        }
        softmax(&mut scores);
        let items: Vec<Weighed> =
            weighed.iter().filter(|w| w.block == Block::Item).copied().collect();
        let mut ranked: Vec<Ranked> = nearest
            .iter()
            .map(|near| Ranked {
                article: near.article,
                near: *near,
                share: scores[near.article as usize],
                cover: Cover::default(),
                asked: 0.0,
                score: none.map_or(0.0, |_| given[near.article as usize] * SCORE_STEP),
                over_none: none.map_or(0.0, |n| (given[near.article as usize] - n) * SCORE_STEP),
                denied: 0.0,
            })
            .collect();
        ranked.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.article.cmp(&b.article)));
        ranked.truncate(most);
        let denied = self.denied.near(&vector, self.ids.len(), usize::MAX);
        for r in &mut ranked {
            let of_article = denied.iter().find(|d| d.article == r.article);
            r.denied = of_article.map_or(0.0, Near::mix);
            r.cover = self.cover(&items, r.article);
            r.asked = self.asked(&items, r.near.example);
        }
        ranked
    }

    /// The article's questions or answers mention the item.
    pub(super) fn mentions(&self, article: u32, item: u32) -> bool {
        self.mentions[article as usize].binary_search(&item).is_ok()
    }

    /// How much of these items, by weight, the article's questions or answers mention.
    pub(super) fn says(&self, items: &[Weighed], article: u32) -> f32 {
        self.cover(items, article).explained
    }

    fn cover(&self, items: &[Weighed], article: u32) -> Cover {
        let mut cover = Cover::default();
        let (mut all, mut subjects) = (0.0, 0.0);
        let (mut names_other, mut names_own) = (false, false);
        for w in items {
            let is_subject = matches!(w.sort, Sort::Subject | Sort::Goods | Sort::Bound);
            let is_mentioned = w.id.is_some_and(|id| self.mentions(article, id));
            let is_asked = self.vocabulary.is_asked(w.id);
            all += w.weight;
            subjects += if is_subject { w.weight } else { 0.0 };
            // A word whose broader meaning the article mentions is half a stranger ("you open" to
            // "opening hours").
            let broader = |o: &Weighed| {
                (o.from, o.to) == (w.from, w.to)
                    && o.id.is_some_and(|id| self.mentions(article, id))
            };
            let is_half = !is_mentioned && is_subject && items.iter().any(broader);
            let weight = if is_half { HALF * w.weight } else { w.weight };
            match (is_mentioned, is_subject) {
                (true, _) => cover.explained += w.weight,
                (false, true) => cover.left += weight,
                (false, false) => {}
            }
            if is_half {
                cover.explained += w.weight - weight;
            }
            match (is_mentioned || is_asked, is_subject) {
                (true, _) => {}
                (false, true) => cover.foreign += weight,
                (false, false) => cover.strange += w.weight,
            }
            names_other |= w.sort == Sort::Goods && !is_asked && !is_mentioned;
            names_own |= matches!(w.sort, Sort::Goods | Sort::BroadGoods) && is_asked;
        }
        cover.is_about_other = names_other && !names_own;
        if all > 0.0 {
            cover.explained /= all;
            cover.foreign /= all;
            cover.strange /= all;
        }
        if subjects > 0.0 {
            cover.left /= subjects;
        }
        cover
    }

    fn asked(&self, items: &[Weighed], example: u32) -> f32 {
        let (mut all, mut said) = (0.0, 0.0);
        for &(id, weight) in &self.asks[example as usize] {
            all += weight;
            if items.iter().any(|w| w.id == Some(id)) {
                said += weight;
            }
        }
        if all > 0.0 { said / all } else { 0.0 }
    }
}

/// What people say to anybody: language and sentence.
pub(super) fn elsewhere() -> Vec<(Option<Lang>, &'static str)> {
    let lines = ELSEWHERE.lines().filter_map(|l| l.split_once('\t'));
    lines.map(|(language, said)| (Lang::parse(language), said)).collect()
}

fn read(text: &Text, language: Option<Lang>, is_deep: bool) -> Reading<'_> {
    if is_deep { Reading::deep(text, language) } else { Reading::new(text, language) }
}

/// There are examples enough to learn what everyday words are worth, and not too many.
fn has_many_examples(articles: &[Article]) -> bool {
    let examples: usize = articles.iter().map(|a| questions(a).count()).sum();
    examples >= MANY_EXAMPLES * articles.len() && examples * articles.len() <= MANY_MOST
}

fn table_or_new(table: &mut Table, counts: &mut Vec<u32>, f: &Feature) -> u32 {
    let id = table.intern(f.key);
    if id as usize == counts.len() {
        counts.push(1);
    }
    id
}

/// The ways to ask for an article, in the order of their languages.
fn questions(article: &Article) -> impl Iterator<Item = (Option<Lang>, &str)> {
    article
        .questions
        .iter()
        .flat_map(|(l, all)| all.iter().map(move |q| (Lang::parse(l), q.as_str())))
        .filter(|(_, q)| !q.trim().is_empty())
        .take(EXAMPLES_READ)
}
