//! Questions the knowledge base could not answer, put together where they ask the same.

use crate::understanding::text::fold;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// As it was asked first.
    pub question: String,
    pub count: u64,
    /// Other wordings, at most five.
    pub examples: Vec<String>,
}

const EXAMPLES: usize = 5;

struct Group {
    words: BTreeSet<String>,
    gap: Gap,
}

/// Groups questions given in the order they were asked; most frequent first.
pub fn grouped(questions: impl Iterator<Item = String>) -> Vec<Gap> {
    let mut groups: Vec<Group> = Vec::new();
    for question in questions {
        let words = words(&question);
        let found = groups.iter_mut().find(|g| asks_the_same(&g.words, &words));
        match found {
            Some(group) => {
                group.gap.count += 1;
                let examples = &mut group.gap.examples;
                if examples.len() < EXAMPLES && !examples.contains(&question) {
                    examples.push(question);
                }
            }
            None => groups.push(Group {
                words,
                gap: Gap { question: question.clone(), count: 1, examples: vec![question] },
            }),
        }
    }
    let mut gaps: Vec<Gap> = groups.into_iter().map(|g| g.gap).collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.count));
    gaps
}

/// Words that carry the question: the longer ones, cut to their stem-like beginning.
fn words(question: &str) -> BTreeSet<String> {
    let folded = fold(question);
    let all: BTreeSet<String> = folded.split(' ').map(stem).collect();
    let long: BTreeSet<String> = folded
        .split(' ')
        .filter(|w| w.chars().count() >= 4 && !EVERYWHERE.contains(w))
        .map(stem)
        .collect();
    if long.is_empty() { all } else { long }
}

fn stem(word: &str) -> String {
    word.chars().take(6).collect()
}

/// Question words and courtesy, folded.
const EVERYWHERE: [&str; 40] = [
    "avez", "vous", "votre", "vos", "est", "que", "quoi", "quel", "quelle", "quels", "quelles",
    "comment", "pour", "avec", "dans", "bonjour", "merci", "puis", "peut", "faire", "have", "your",
    "what", "which", "does", "with", "from", "this", "that", "hello", "please", "thanks", "tienen",
    "cual", "como", "para", "hola", "gracias", "qual", "obrigado",
];

/// At least half of all their words are shared.
fn asks_the_same(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let shared = a.intersection(b).count();
    let all = a.union(b).count();
    all > 0 && shared * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_of_one_question_are_one_gap() {
        let asked = [
            "Vous faites des cours de poterie ?",
            "Livrez-vous sur la Lune ?",
            "faites vous un cours de poterie",
            "Do you sell gift wrapping?",
            "Livrez-vous sur la Lune ?",
            "Vous faites des cours de poterie ?",
        ];
        let gaps = grouped(asked.iter().map(|s| (*s).to_owned()));
        let seen: Vec<(&str, u64)> = gaps.iter().map(|g| (g.question.as_str(), g.count)).collect();
        assert_eq!(seen, [(asked[0], 3), (asked[1], 2), (asked[3], 1)]);
        assert_eq!(gaps[0].examples, [asked[0], asked[2]]);
    }
}
