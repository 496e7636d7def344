//! What a language model may read: never a card number, an account, an address or a phone (S13).
//! What it writes is judged by the core.

use relais_core::broken::is_missing;

/// Replaces what a model must not see: card numbers, account numbers, e-mail addresses, phones.
pub(crate) fn redact(text: &str) -> String {
    if is_missing("S13") {
        return text.to_owned();
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
