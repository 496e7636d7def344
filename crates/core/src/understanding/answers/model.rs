//! What is learnt from a knowledge base, and how it ranks the articles for one piece of text.

use super::Article;
use super::features::{Block, Feature, Reading};
use super::index::{Examples, Near};
use super::linear::{Linear, softmax};
use super::vector::{Vector, Vocabulary, Weighed};
use crate::understanding::concepts::table::Table;
use crate::understanding::language::Lang;
use crate::understanding::text::Text;

#[derive(Debug, Default)]
pub(super) struct Model {
    pub ids: Vec<String>,
    vocabulary: Vocabulary,
    examples: Examples,
    linear: Option<Linear>,
    /// By article: the items its questions and answers mention, sorted.
    mentions: Vec<Vec<u32>>,
    /// By example: its items with their weights.
    asks: Vec<Vec<(u32, f32)>>,
}

/// An article as it ranks for a piece of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub article: u32,
    pub near: Near,
    /// Among the articles alone: how probable.
    pub share: f32,
    /// How much of what the message says the article mentions (0 to 1).
    pub explained: f32,
    /// How much of what the example asks the message says (0 to 1).
    pub asked: f32,
}

/// How much the nearest example counts beside the linear model.
const NEAR_SCALE: f32 = 9.0;
const LINEAR_SCALE: f32 = 1.0;
/// Articles looked at closely.
const CANDIDATES: usize = 48;
/// Examples read per article and words read per answer: a bound, far above what people write.
const EXAMPLES_READ: usize = 400;

impl Model {
    pub(super) fn train(articles: &[Article]) -> Self {
        let mut table = Table::default();
        let mut counts: Vec<u32> = Vec::new();
        let mut last_article: Vec<u32> = Vec::new();
        let mut mentions: Vec<Vec<u32>> = vec![Vec::new(); articles.len()];
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
        for (at, article) in articles.iter().enumerate() {
            let at = at as u32;
            for (language, question) in questions(article) {
                let text = Text::new(question);
                let reading = Reading::new(&text, language);
                for f in &reading.features {
                    let id = learn(f, at);
                    if f.block == Block::Item {
                        mentions[at as usize].push(id);
                    }
                }
                examples.push((at, reading.features));
            }
        }
        for (at, article) in articles.iter().enumerate() {
            for (language, answer) in &article.answers {
                let text = Text::new(answer);
                let reading = Reading::new(&text, Lang::parse(language));
                for f in reading.features.iter().filter(|f| f.block == Block::Item) {
                    let id = table_or_new(&mut table, &mut counts, f);
                    mentions[at].push(id);
                }
            }
        }
        for items in &mut mentions {
            items.sort_unstable();
            items.dedup();
        }
        let vocabulary = Vocabulary::new(table, &counts, articles.len());
        let mut asks = Vec::with_capacity(examples.len());
        let mut vectors: Vec<(u32, Vector)> = Vec::with_capacity(examples.len());
        for (article, features) in examples {
            let weighed = vocabulary.weigh(&features);
            let items = weighed.iter().filter(|w| w.block == Block::Item);
            let mut items: Vec<(u32, f32)> =
                items.filter_map(|w| w.id.map(|id| (id, w.weight))).collect();
            items.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            items.dedup_by_key(|i| i.0);
            asks.push(items);
            vectors.push((article, Vector::new(&weighed)));
        }
        let linear = Linear::train(&vectors, vocabulary.len(), articles.len());
        let examples = Examples::new(&vectors, vocabulary.len());
        let ids = articles.iter().map(|a| a.id.clone()).collect();
        Self { ids, vocabulary, examples, linear, mentions, asks }
    }

    pub(super) fn weigh(&self, features: &[Feature]) -> Vec<Weighed> {
        self.vocabulary.weigh(features)
    }

    /// The articles for a piece of text, best first.
    pub(super) fn rank(&self, weighed: &[Weighed], most: usize) -> Vec<Ranked> {
        let vector = Vector::new(weighed);
        let nearest = self.examples.near(&vector, self.ids.len(), CANDIDATES);
        if nearest.is_empty() {
            return Vec::new();
        }
        let mut scores = vec![0.0; self.ids.len()];
        if let Some(linear) = &self.linear {
            linear.scores(&vector, &mut scores);
            for s in &mut scores {
                *s *= LINEAR_SCALE;
            }
        }
        for near in &nearest {
            scores[near.article as usize] += NEAR_SCALE * near.mix();
        }
        softmax(&mut scores);
        let mut ranked: Vec<Ranked> = nearest
            .iter()
            .map(|near| Ranked {
                article: near.article,
                near: *near,
                share: scores[near.article as usize],
                explained: self.explained(weighed, near.article),
                asked: self.asked(weighed, near.example),
            })
            .collect();
        ranked.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.article.cmp(&b.article)));
        ranked.truncate(most);
        ranked
    }

    /// The article's questions or answers mention the item.
    pub(super) fn mentions(&self, article: u32, item: u32) -> bool {
        self.mentions[article as usize].binary_search(&item).is_ok()
    }

    fn explained(&self, weighed: &[Weighed], article: u32) -> f32 {
        let (mut all, mut known) = (0.0, 0.0);
        for w in weighed.iter().filter(|w| w.block == Block::Item) {
            all += w.weight;
            if w.id.is_some_and(|id| self.mentions(article, id)) {
                known += w.weight;
            }
        }
        if all > 0.0 { known / all } else { 0.0 }
    }

    fn asked(&self, weighed: &[Weighed], example: u32) -> f32 {
        let (mut all, mut said) = (0.0, 0.0);
        for &(id, weight) in &self.asks[example as usize] {
            all += weight;
            if weighed.iter().any(|w| w.id == Some(id)) {
                said += weight;
            }
        }
        if all > 0.0 { said / all } else { 0.0 }
    }
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
