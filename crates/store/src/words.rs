//! Words for full-text search, cut by us and in the same way for texts and questions, so that
//! no database's own parser or query syntax ever sees what a person typed.

use relais_core::broken::is_missing;

/// A word has at most this many characters; longer ones are cut, in texts and questions alike.
const LONGEST: usize = 64;

/// The first `limit` words of a text, each only letters and digits, in lower case: one database
/// would not tell an ASCII capital, the other would.
pub(crate) fn words(folded: &str, limit: usize) -> Vec<String> {
    if is_missing("S15") {
        return vec![folded.to_owned()];
    }
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(limit)
        .map(|word| cut(word).to_lowercase())
        .collect()
}

fn cut(word: &str) -> &str {
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn only_letters_and_digits_are_left() {
        assert_eq!(
            words("l'article n°12: \"a* OR b\"", 9),
            ["l", "article", "n", "12", "a", "or", "b"]
        );
        assert_eq!(words("طلب رقم 42", 9), ["طلب", "رقم", "42"]);
        assert!(words("?! -- *", 9).is_empty());
    }

    #[test]
    fn a_long_word_is_cut() {
        let long = "é".repeat(100);
        assert_eq!(words(&long, 1), ["é".repeat(64)]);
    }
}
