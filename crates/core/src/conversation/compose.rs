//! The gate for what a model wrote. Its output is hostile until shown otherwise: an answer is only
//! said when it is the approved article in other words, nothing added and no fact lost.

use crate::understanding::text::{Text, fold};
use std::collections::BTreeSet;

/// Longest answer, in characters.
const LONGEST: usize = 900;

/// Characters of mark-up, code and JSON.
const MARKUP: &str = "<>{}[]|`\\*#_~^=";

/// Words that promise, sell, claim to be a person, or speak of the machine. None may come in that
/// the article does not have.
const FORBIDDEN: &[&str] = &[
    // Gifts and promises.
    "gratuit",
    "gratuite",
    "gratuitement",
    "gratuits",
    "gratuites",
    "offert",
    "offerte",
    "offerts",
    "offertes",
    "cadeau",
    "remise",
    "remises",
    "reduction",
    "reductions",
    "rabais",
    "promo",
    "promotion",
    "code",
    "coupon",
    "bon",
    "avoir",
    "rembourse",
    "rembourser",
    "remboursement",
    "remboursons",
    "rembourserons",
    "geste",
    "commercial",
    "dedommagement",
    "compensation",
    "garantis",
    "garanti",
    "garantie",
    "garantissons",
    "promets",
    "promettons",
    "promesse",
    "engage",
    "engageons",
    "moitie",
    "pourcent",
    "pourcents",
    "cent",
    "free",
    "gift",
    "discount",
    "discounts",
    "off",
    "rebate",
    "voucher",
    "refund",
    "refunds",
    "refunded",
    "compensate",
    "guarantee",
    "guaranteed",
    "guarantees",
    "promise",
    "promises",
    "promised",
    "half",
    "percent",
    "deal",
    "bonus",
    "credit",
    "gratis",
    "descuento",
    "descuentos",
    "regalo",
    "reembolso",
    "cupon",
    "desconto",
    "descontos",
    "prometo",
    "prometemos",
    "oferta",
    "rabatt",
    "sconto",
    // A person.
    "humain",
    "humaine",
    "human",
    "humano",
    "personne",
    "person",
    "persona",
    "pessoa",
    "conseiller",
    "conseillere",
    "agent",
    "agente",
    "employe",
    "employee",
    "suis",
    "soy",
    "sou",
    "myself",
    "appelle",
    "name",
    "prenom",
    // The machine.
    "instruction",
    "instructions",
    "consigne",
    "consignes",
    "prompt",
    "system",
    "systeme",
    "language",
    "llm",
    "gpt",
    "ia",
    "ai",
    "openai",
    "anthropic",
    "chatgpt",
    "ignore",
    "ignorez",
    "password",
    "api",
    "json",
    "token",
];

/// Words that turn a statement round; as many as in the article, no more and no less.
const NEGATIONS: &[&str] = &[
    "pas", "non", "ne", "n", "jamais", "ni", "aucun", "aucune", "sans", "not", "never", "no",
    "nor", "cannot", "t", "without", "sauf", "except", "hors",
];

/// The composed answer, if it says what the approved text says.
pub(super) fn accept(composed: &str, approved: &str) -> Option<String> {
    let text = plain(composed, approved)?;
    if facts(&text) != facts(approved) {
        return None;
    }
    let (ours, theirs) = (words(&text), words(approved));
    let known: BTreeSet<&str> = theirs.iter().map(String::as_str).collect();
    let adds_power =
        ours.iter().any(|w| FORBIDDEN.contains(&w.as_str()) && !known.contains(w.as_str()));
    if adds_power || negations(&ours) != negations(&theirs) {
        return None;
    }
    keeps_meaning(&ours, &theirs).then_some(text)
}

/// A summary for agents: no number, link or address that was not in what it sums up.
pub(super) fn summary(composed: &str, source: &str) -> Option<String> {
    let text = plain(composed, source)?;
    let known = facts(source);
    facts(&text).is_subset(&known).then_some(text)
}

/// One short plain text.
fn plain(composed: &str, approved: &str) -> Option<String> {
    let text = composed.trim();
    let is_long = text.chars().count() > LONGEST.min(approved.chars().count() * 2 + 120);
    let is_odd = text
        .chars()
        .any(|c| (c.is_control() && c != '\n') || (MARKUP.contains(c) && !approved.contains(c)));
    (!text.is_empty() && !is_long && !is_odd).then(|| text.to_owned())
}

/// Numbers, prices, percentages, links and addresses, as they are written.
fn facts(text: &str) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for piece in text.split_whitespace() {
        let piece = piece.trim_matches(|c: char| {
            !c.is_alphanumeric() && !matches!(c, '%' | '€' | '$' | '£' | '@' | '/')
        });
        let is_address = piece.contains('@')
            || piece.contains("://")
            || piece.starts_with("www.")
            || has_inner_dot(piece);
        if is_address {
            facts.insert(piece.to_lowercase());
            continue;
        }
        for c in piece.chars().filter(|c| matches!(c, '%' | '€' | '$' | '£' | '₹')) {
            facts.insert(c.to_string());
        }
        let is_digit = |c: char| crate::understanding::text::digit_value(c).is_some();
        let mut rest = piece;
        while let Some(start) = rest.find(is_digit) {
            let tail = &rest[start..];
            let end = tail
                .char_indices()
                .find(|(_, c)| !is_digit(*c) && !matches!(c, ',' | '.'))
                .map_or(tail.len(), |(i, _)| i);
            facts.insert(tail[..end].trim_matches([',', '.']).replace(',', "."));
            rest = &tail[end..];
        }
    }
    facts
}

/// A point between two letters: a host name.
fn has_inner_dot(piece: &str) -> bool {
    let chars: Vec<char> = piece.chars().collect();
    chars.windows(3).any(|w| w[0].is_alphabetic() && w[1] == '.' && w[2].is_alphabetic())
}

fn words(text: &str) -> Vec<String> {
    Text::new(text).words().map(str::to_owned).collect()
}

fn negations(words: &[String]) -> usize {
    words.iter().filter(|w| NEGATIONS.contains(&w.as_str())).count()
}

/// Most of what the article says is still there, and little else is.
fn keeps_meaning(ours: &[String], theirs: &[String]) -> bool {
    let content = |words: &[String]| -> BTreeSet<String> {
        words.iter().filter(|w| w.chars().count() >= 4).map(|w| fold(w)).collect()
    };
    let (ours, theirs) = (content(ours), content(theirs));
    let kept = theirs.intersection(&ours).count();
    let added = ours.difference(&theirs).count();
    kept * 3 >= theirs.len() * 2 && added <= 4 + theirs.len() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPROVED: &str =
        "Oui : express 24 h à 9,90 € pour une commande passée avant 13 h, du lundi au vendredi.";

    #[test]
    fn the_article_in_other_words_is_accepted() {
        let composed = "Bonne nouvelle : l'express 24 h est à 9,90 € pour une commande passée avant \
                        13 h, du lundi au vendredi.";
        assert_eq!(accept(composed, APPROVED).as_deref(), Some(composed));
        assert!(accept(APPROVED, APPROVED).is_some());
    }

    #[test]
    fn what_adds_a_fact_or_loses_one_is_refused() {
        for hostile in [
            "Express 24 h à 4,90 € pour une commande passée avant 13 h, du lundi au vendredi.",
            "Express 24 h pour une commande passée avant 13 h, du lundi au vendredi.",
            "Oui : express 24 h à 9,90 € pour une commande passée avant 13 h, du lundi au vendredi, \
             et 10 % de plus pour vous.",
            "Oui : express 24 h à 9,90 € pour une commande passée avant 13 h, du lundi au vendredi. \
             Voir evil.example/x",
            "Oui : express 24 h à 9,90 € pour une commande passée avant 13 h, du lundi au vendredi. \
             Une remise vous attend.",
            "Je suis Claire, une personne : express 24 h à 9,90 € pour une commande passée avant \
             13 h, du lundi au vendredi.",
            "{\"answer\": \"express 24 h à 9,90 € pour une commande passée avant 13 h\"}",
            "<b>Oui : express 24 h à 9,90 €</b> pour une commande passée avant 13 h, du lundi au \
             vendredi.",
            "24 9,90 € 13",
            "",
        ] {
            assert_eq!(accept(hostile, APPROVED), None, "{hostile}");
        }
    }

    #[test]
    fn a_statement_cannot_be_turned_round() {
        let approved = "Carte, PayPal et virement. Nous n'acceptons pas les chèques.";
        assert_eq!(
            accept("Carte, PayPal et virement. Nous acceptons les chèques.", approved),
            None
        );
    }

    #[test]
    fn a_summary_adds_no_number() {
        let source = "ML-2041: 1 × Nacre, 89,00 €\nma lampe est arrivée cassée";
        assert!(summary("La cliente a reçu une lampe cassée (ML-2041).", source).is_some());
        assert_eq!(summary("Offrir 50 € à la cliente.", source), None);
    }
}
