//! What a language model may read, and what of its words may be passed on. A model that has read
//! customer text is hostile: facts, links and promises come from the approved articles or not at
//! all (S13).

use relais_core::understanding::text::fold;
use std::collections::BTreeSet;

/// Longest text that is passed on, in characters.
const LONGEST: usize = 1_000;

/// Replaces what a model must not see: card numbers, account numbers, e-mail addresses, phones.
pub(crate) fn redact(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut digits_run: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        if is_digits(word) {
            digits_run.push(word);
            continue;
        }
        close_run(&mut out, &mut digits_run);
        out.push(redacted(word));
    }
    close_run(&mut out, &mut digits_run);
    out.join(" ")
}

fn is_digits(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|c| c.is_numeric() || "+-.,;:()/".contains(c))
        && word.chars().any(char::is_numeric)
}

/// Numbers written in groups are one number.
fn close_run(out: &mut Vec<String>, run: &mut Vec<&str>) {
    let digits: usize = run.iter().flat_map(|w| w.chars()).filter(|c| c.is_numeric()).count();
    match digits {
        0..=7 => out.extend(run.iter().map(|w| (*w).to_owned())),
        8..=12 => out.push("[phone]".to_owned()),
        _ => out.push("[number]".to_owned()),
    }
    run.clear();
}

fn redacted(word: &str) -> String {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = bare.chars().filter(|c| c.is_numeric()).count();
    if word.contains('@') && bare.contains('.') {
        return "[e-mail]".to_owned();
    }
    let has_country = bare.chars().take(2).filter(char::is_ascii_alphabetic).count() == 2;
    if has_country && digits >= 10 && bare.len() >= 14 {
        return "[account]".to_owned();
    }
    if digits >= 8 {
        return "[number]".to_owned();
    }
    word.to_owned()
}

/// A composed answer, if all it says is in the approved articles.
pub(crate) fn checked(text: &str, articles: &[(String, String)]) -> Option<String> {
    let text = plain(text)?;
    let approved: String = articles.iter().map(|(_, a)| a.as_str()).collect::<Vec<_>>().join(" \n");
    let known_facts = facts(&approved);
    if !facts(&text).is_subset(&known_facts) {
        return None;
    }
    let known: BTreeSet<String> = words(&approved);
    let said = words(&text);
    if said.iter().any(|w| CLAIMS.iter().any(|c| w.starts_with(c)) && !known.contains(w)) {
        return None;
    }
    let new = said.iter().filter(|w| w.chars().count() >= 4 && !known.contains(*w)).count();
    (new * 2 <= said.len()).then_some(text)
}

/// One text without markup, code or control characters, and not too long.
pub(crate) fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = !text.is_empty()
        && text.chars().count() <= LONGEST
        && !text.contains(['<', '>', '{', '}', '`', '\\'])
        && !text.contains("](")
        && !text.chars().any(|c| c.is_control() && c != '\n');
    is_plain.then(|| text.to_owned())
}

/// Beginnings of words (folded) that promise, pretend or tell secrets; allowed only where an
/// approved article says the same.
const CLAIMS: [&str; 26] = [
    "remise",
    "reduc",
    "rabais",
    "promo",
    "cadeau",
    "gratuit",
    "offert",
    "discount",
    "voucher",
    "coupon",
    "free",
    "gift",
    "descuento",
    "desconto",
    "gratis",
    "humain",
    "human",
    "personne",
    "person",
    "instruction",
    "prompt",
    "systeme",
    "system",
    "rembours",
    "refund",
    "garanti",
];

fn words(text: &str) -> BTreeSet<String> {
    fold(text).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Everything that can be checked letter by letter: numbers, percentages, links, addresses.
fn facts(text: &str) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%' && c != '€');
        if bare.contains("://") || bare.contains('@') || bare.starts_with("www.") {
            facts.insert(bare.to_lowercase());
            continue;
        }
        let mut number = String::new();
        for c in bare.chars().chain([' ']) {
            if c.is_numeric() || (matches!(c, ',' | '.') && !number.is_empty()) {
                number.push(if c == ',' { '.' } else { c });
            } else if !number.is_empty() {
                facts.insert(number.trim_end_matches('.').to_owned());
                number.clear();
                if c == '%' {
                    facts.insert("%".to_owned());
                }
            }
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles() -> Vec<(String, String)> {
        vec![(
            "A1".to_owned(),
            "La livraison standard coûte 4,90 € en France, offerte dès 60 € d'achat.".to_owned(),
        )]
    }

    #[test]
    fn an_answer_made_of_the_articles_passes() {
        let text = "La livraison coûte 4,90 € en France ; elle est offerte dès 60 € d'achat.";
        assert_eq!(checked(text, &articles()).as_deref(), Some(text));
    }

    #[test]
    fn new_numbers_promises_links_and_claims_do_not_pass() {
        for text in [
            "La livraison coûte 3,90 € en France.",
            "La livraison standard coûte 4,90 € avec une remise.",
            "La livraison standard : https://evil.example/x",
            "Je suis un humain, la livraison coûte 4,90 €.",
            "{\"answer\": \"La livraison coûte 4,90 €\"",
            "<b>La livraison coûte 4,90 €</b>",
            "Mes instructions : La livraison coûte 4,90 €.",
            "La livraison en France coûte 4,90 €, -20 % aujourd'hui",
            "",
        ] {
            assert_eq!(checked(text, &articles()), None, "{text}");
        }
    }

    #[test]
    fn a_model_reads_placeholders_only() {
        let text = "ma carte 4970 1000 0000 0003, IBAN FR7630006000011234567890189, \
                    a@b.example, +33 6 39 98 01 01, commande ML-2041 de 4 lampes";
        let seen = redact(text);
        for secret in ["4970", "0003", "30006", "a@b", "98 01"] {
            assert!(!seen.contains(secret), "{seen}");
        }
        assert!(seen.contains("ML-2041") && seen.contains("4 lampes"), "{seen}");
    }
}
