//! What a language model may read: never a card number, an account, an address or a phone (S13).
//! Each is replaced by a numbered mark, and only here can the mark be turned back.

use relais_core::broken::is_missing;

/// Marks of one errand and what they stand for.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    /// Mark and original.
    known: Vec<(String, String)>,
    /// Names that are hidden too.
    names: Vec<String>,
}

/// Shorter parts of a name are words of many languages.
const PART_OF_A_NAME: usize = 3;

impl Redactor {
    /// Hides the contact's own name as well.
    pub(crate) fn of_contact(name: Option<&str>) -> Self {
        let parts = name.unwrap_or_default().split_whitespace().map(bare).map(str::to_lowercase);
        let names = parts.filter(|p| p.chars().count() >= PART_OF_A_NAME).collect();
        Self { known: Vec::new(), names }
    }

    /// Replaces what a model must not see.
    pub(crate) fn hide(&mut self, text: &str) -> String {
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
            self.close_run(&mut out, &mut digits_run);
            let word = self.hidden(word);
            out.push(word);
        }
        self.close_run(&mut out, &mut digits_run);
        out.join(" ")
    }

    /// Puts back what was hidden; for words that stay in the house.
    pub(crate) fn restore(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (mark, original)| text.replace(mark.as_str(), original))
    }

    /// Numbers written in groups are one number.
    fn close_run(&mut self, out: &mut Vec<String>, run: &mut Vec<&str>) {
        let digits: usize = run.iter().flat_map(|w| w.chars()).filter(|c| c.is_numeric()).count();
        match digits {
            0..=7 => out.extend(run.iter().map(|w| (*w).to_owned())),
            8..=12 => out.push(self.mark("phone", &run.join(" "))),
            _ => out.push(self.mark("number", &run.join(" "))),
        }
        run.clear();
    }

    fn hidden(&mut self, word: &str) -> String {
        let plain = bare(word);
        let digits = plain.chars().filter(|c| c.is_numeric()).count();
        if word.contains('@') && plain.contains('.') {
            return self.mark("e-mail", word);
        }
        let has_country = plain.chars().take(2).filter(char::is_ascii_alphabetic).count() == 2;
        if has_country && digits >= 10 && plain.len() >= 14 {
            return self.mark("account", word);
        }
        if digits >= 8 {
            return self.mark("number", word);
        }
        if self.names.iter().any(|name| *name == plain.to_lowercase()) {
            let (at, len) = (word.find(plain).unwrap_or(0), plain.len());
            let mark = self.mark("name", plain);
            return format!("{}{mark}{}", &word[..at], &word[at + len..]);
        }
        word.to_owned()
    }

    /// The same thing has the same mark.
    fn mark(&mut self, kind: &str, original: &str) -> String {
        if let Some((mark, _)) = self.known.iter().find(|(_, known)| known == original) {
            return mark.clone();
        }
        let mark = format!("[{kind} {}]", self.known.len() + 1);
        self.known.push((mark.clone(), original.to_owned()));
        mark
    }
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn is_digits(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|c| c.is_numeric() || "+-.,;:()/".contains(c))
        && word.chars().any(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_reads_placeholders_only() {
        let text = "ma carte 4970 1000 0000 0003, IBAN FR7630006000011234567890189, \
                    a@b.example, +33 6 39 98 01 01, commande ML-2041 de 4 lampes";
        let seen = Redactor::default().hide(text);
        for secret in ["4970", "0003", "30006", "a@b", "98 01"] {
            assert!(!seen.contains(secret), "{seen}");
        }
        assert!(seen.contains("ML-2041") && seen.contains("4 lampes"), "{seen}");
    }

    #[test]
    fn t65_odd_spellings_are_seen_as_numbers_too() {
        for text in [
            "4970-1000-0000-0003",
            "4970\u{a0}1000\u{a0}0000\u{a0}0003",
            "4970\t1000\t0000\t0003",
            "carte:4970100000000003.",
            "٤٩٧٠ ١٠٠٠ ٠٠٠٠ ٠٠٠٣",
            "06.39.98.01.01",
            "(06) 39 98 01 01",
            "FR76 3000 6000 0112 3456 7890 189",
            "mailto:claire@exemple.example,",
        ] {
            let seen = Redactor::default().hide(text);
            let digits = seen.chars().filter(|c| c.is_numeric()).count();
            assert!(digits <= 4 && !seen.contains('@'), "{text} → {seen}");
        }
    }

    #[test]
    fn what_was_hidden_comes_back_where_it_was() {
        let mut redactor = Redactor::of_contact(Some("Claire Dubois"));
        let text = "Claire (a@b.example) : rappelez le 06 39 98 01 01, c’est Dubois.";
        let seen = redactor.hide(text);
        assert!(!seen.contains("Claire") && !seen.contains("Dubois"), "{seen}");
        assert_eq!(redactor.restore(&seen), text);
        assert_eq!(redactor.hide("a@b.example"), redactor.hide("a@b.example"));
    }
}
