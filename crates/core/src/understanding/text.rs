//! The one normalisation that everything else shares: answers, signals, language and search.
//!
//! A [`Text`] keeps the original beside its folded tokens, and every token knows where it stands
//! in the original (in Unicode code points), so that any finding can quote the customer exactly.

use super::known::Known;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A quote: code-point offsets into the original text, end exclusive.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Quote {
    pub start: usize,
    pub end: usize,
}

/// One word, number or emoji of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Folded form: lower case, accents off, digits ASCII, repeated letters cut to two.
    pub fold: String,
    /// Where it stands in the original, in code points.
    pub quote: Quote,
    pub kind: TokenKind,
    /// The original is in capitals (at least two letters, all upper case).
    pub is_upper: bool,
    /// The token is followed by a sentence end (`.`, `!`, `?`, `;`, line break, `؟`, `।`).
    pub ends_sentence: bool,
    /// The token is followed by a comma-like pause.
    pub ends_clause: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Number,
    Emoji,
}

/// A message, read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub original: String,
    pub tokens: Vec<Token>,
    /// All folded tokens joined by one space.
    pub folded: String,
    /// A question mark of any script stands in the text.
    pub has_question_mark: bool,
    /// Number of exclamation marks.
    pub exclamations: usize,
    pub(super) known: Known,
}

/// Longest text that is read, in code points; what follows is kept but not interpreted.
pub const MAX_READ: usize = 4_096;

impl Text {
    /// Reads a message. Linear in its length; never fails.
    pub fn new(original: &str) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        let mut current: Option<Building> = None;
        let (mut has_question_mark, mut exclamations) = (false, 0);
        let chars: Vec<char> = original.chars().take(MAX_READ).collect();
        for (at, &c) in chars.iter().enumerate() {
            match classify(c) {
                Class::Word => {
                    let joined = current.take_if(|b| b.kind == TokenKind::Emoji);
                    flush(&mut tokens, joined);
                    current.get_or_insert_with(|| Building::new(at)).push(c, at);
                }
                Class::Mark => {
                    if let Some(b) = &mut current {
                        b.push(c, at);
                    }
                }
                Class::Joiner => {}
                Class::Emoji => {
                    flush(&mut tokens, current.take());
                    let mut b = Building::new(at);
                    b.kind = TokenKind::Emoji;
                    b.push(c, at);
                    current = Some(b);
                }
                Class::Apostrophe | Class::Hyphen | Class::Space => {
                    flush(&mut tokens, current.take());
                }
                Class::Pause => {
                    flush(&mut tokens, current.take());
                    if let Some(last) = tokens.last_mut() {
                        last.ends_clause = true;
                    }
                }
                Class::Stop => {
                    has_question_mark |= matches!(c, '?' | '？' | '؟' | '¿');
                    exclamations += usize::from(matches!(c, '!' | '！'));
                    // A point between two digits belongs to the number's shape, not to a sentence.
                    let in_number = matches!(c, '.')
                        && at > 0
                        && chars[at - 1].is_numeric()
                        && chars.get(at + 1).is_some_and(|n| n.is_numeric());
                    flush(&mut tokens, current.take());
                    if let Some(last) = tokens.last_mut()
                        && !in_number
                    {
                        last.ends_sentence = true;
                    }
                }
            }
        }
        flush(&mut tokens, current);
        let folded = tokens.iter().map(|t| t.fold.as_str()).collect::<Vec<_>>().join(" ");
        Self {
            original: original.to_owned(),
            tokens,
            folded,
            has_question_mark,
            exclamations,
            known: Known::default(),
        }
    }

    /// Folded words, in order, without emoji.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter(|t| t.kind != TokenKind::Emoji).map(|t| t.fold.as_str())
    }

    /// The quote that covers tokens `from..to` (token indexes, `to` exclusive).
    pub fn quote(&self, from: usize, to: usize) -> Quote {
        Quote { start: self.tokens[from].quote.start, end: self.tokens[to - 1].quote.end }
    }

    /// The quoted words of the original.
    pub fn quoted(&self, quote: Quote) -> String {
        self.original.chars().skip(quote.start).take(quote.end - quote.start).collect()
    }

    /// Where the folded phrase (words separated by one space) stands as whole words, if it does:
    /// token indexes, end exclusive.
    pub fn find_phrase(&self, phrase: &str) -> Option<(usize, usize)> {
        let parts: Vec<&str> = phrase.split(' ').collect();
        (0..=self.tokens.len().checked_sub(parts.len())?)
            .find(|&i| parts.iter().zip(&self.tokens[i..]).all(|(p, t)| *p == t.fold))
            .map(|i| (i, i + parts.len()))
    }
}

/// Folds a phrase the way [`Text`] folds a message.
pub fn fold(phrase: &str) -> String {
    Text::new(phrase).folded
}

/// The value of a decimal digit of any script (Arabic-Indic, Devanagari, full-width, …).
pub fn digit_value(c: char) -> Option<u32> {
    if let Some(d) = c.to_digit(10) {
        return Some(d);
    }
    // Every block of decimal digits in Unicode is ten code points in a row, starting here.
    const ZEROS: [u32; 26] = [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
        0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10, 0x1D7CE, 0x1D7D8,
        0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1FBF0,
    ];
    let code = u32::from(c);
    if let Some(zero) = ZEROS.iter().find(|&&z| (z..z + 10).contains(&code)) {
        return Some(code - zero);
    }
    match code {
        0x2460..=0x2468 => Some(code - 0x245F),
        0x2776..=0x277E => Some(code - 0x2775),
        _ => None,
    }
}

struct Building {
    start: usize,
    end: usize,
    raw: String,
    kind: TokenKind,
}

impl Building {
    fn new(at: usize) -> Self {
        Self { start: at, end: at, raw: String::new(), kind: TokenKind::Word }
    }
    fn push(&mut self, c: char, at: usize) {
        self.raw.push(c);
        self.end = at + 1;
    }
}

fn flush(tokens: &mut Vec<Token>, building: Option<Building>) {
    let Some(b) = building else { return };
    let quote = Quote { start: b.start, end: b.end };
    if b.kind == TokenKind::Emoji {
        let fold = b.raw;
        tokens.push(Token {
            fold,
            quote,
            kind: b.kind,
            is_upper: false,
            ends_sentence: false,
            ends_clause: false,
        });
        return;
    }
    let letters = b.raw.chars().filter(|c| c.is_alphabetic());
    let is_upper = letters.clone().count() >= 2
        && b.raw.chars().any(char::is_uppercase)
        && !b.raw.chars().any(char::is_lowercase);
    let fold = fold_word(&b.raw);
    if fold.is_empty() {
        return;
    }
    let kind =
        if fold.chars().all(|c| c.is_ascii_digit()) { TokenKind::Number } else { TokenKind::Word };
    tokens.push(Token { fold, quote, kind, is_upper, ends_sentence: false, ends_clause: false });
}

fn fold_word(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let (mut last, mut run) = ('\0', 0);
    // Letters of two alphabets in one word: the foreign ones stand for the Latin ones they look like.
    let is_mixed =
        raw.chars().any(is_latin) && raw.chars().any(|c| ('\u{0370}'..='\u{052F}').contains(&c));
    for c in raw.nfkd() {
        // Devanagari vowel signs and the virama carry meaning (the dot below is often left out);
        // Latin, Greek and Arabic marks do not.
        let has_meaning = ('\u{0900}'..='\u{0DFF}').contains(&c) && c != '\u{093C}';
        if is_combining_mark(c) && !has_meaning {
            continue;
        }
        let c = digit_value(c).and_then(|d| char::from_digit(d, 10)).unwrap_or(c);
        for c in c.to_lowercase() {
            let c = if is_mixed { latin_look_alike(c) } else { c };
            let (before, c) = match c {
                'œ' => (Some('o'), 'e'),
                'æ' => (Some('a'), 'e'),
                'ß' => (Some('s'), 's'),
                'ø' => (None, 'o'),
                'ł' => (None, 'l'),
                'ı' => (None, 'i'),
                'أ' | 'إ' | 'آ' | 'ٱ' => (None, 'ا'),
                'ى' | 'ی' => (None, 'ي'),
                'ک' => (None, 'ك'),
                'ة' => (None, 'ه'),
                '\u{0901}' => (None, '\u{0902}'),
                'ـ' => continue,
                other => (None, other),
            };
            for c in before.into_iter().chain([c]) {
                run = if c == last { run + 1 } else { 1 };
                last = c;
                if run <= 2 || c.is_ascii_digit() {
                    out.push(c);
                }
            }
        }
    }
    out
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Cyrillic and Greek small letters that cannot be told from Latin ones by eye.
fn latin_look_alike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'е' | 'ё' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'μ' => 'u',
        'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

enum Class {
    Word,
    Mark,
    Joiner,
    Emoji,
    Apostrophe,
    Hyphen,
    Space,
    Pause,
    Stop,
}

fn classify(c: char) -> Class {
    match c {
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => Class::Apostrophe,
        '-' | '‐' | '‑' | '–' | '—' | '_' => Class::Hyphen,
        ',' | '،' | '、' | '，' | ':' => Class::Pause,
        '.' | '!' | '?' | ';' | '\n' | '…' | '؟' | '؛' | '।' | '¿' | '¡' | '。' | '！' | '？' => {
            Class::Stop
        }
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{FE0E}'
        | '\u{FE0F}'
        | '\u{20E3}'
        | '\u{00AD}'
        | '\u{1F3FB}'..='\u{1F3FF}' => Class::Joiner,
        c if is_combining_mark(c) => Class::Mark,
        c if c.is_alphanumeric() || digit_value(c).is_some() => Class::Word,
        c if is_emoji(c) => Class::Emoji,
        _ => Class::Space,
    }
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x2190..=0x21FF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_accents_and_long_repeats() {
        assert_eq!(fold("C'EST  Inadmissiiiible!!"), "c est inadmissiible");
        assert_eq!(fold("Où est ma commande ?"), "ou est ma commande");
        assert_eq!(fold("ＭＬ－２０４１ ٢٠٤١"), "ml 2041 2041");
        // Letters that stand for two are counted as two; an accent hides no alphabet.
        assert_eq!(fold("Straßßße"), "strasse");
        assert_eq!(fold("éа"), "ea");
    }

    #[test]
    fn quotes_give_back_the_customers_own_words() {
        let text = Text::new("Bonjour, je veux un Agent s'il vous plaît");
        let (from, to) = text.find_phrase("un agent").expect("the phrase is there");
        assert_eq!(text.quoted(text.quote(from, to)), "un Agent");
    }

    #[test]
    fn look_alike_letters_of_other_alphabets_read_as_latin_inside_a_latin_word() {
        assert_eq!(fold("аgеnt"), "agent");
        assert_eq!(fold("𝐀𝐠𝐞𝐧𝐭 ⓐⓖⓔⓝⓣ"), "agent agent");
        assert_eq!(fold("агент"), "агент");
    }

    #[test]
    fn a_skin_tone_belongs_to_its_emoji() {
        assert_eq!(Text::new("👍🏽").tokens.len(), 1);
    }

    #[test]
    fn keycap_digits_and_emoji_are_separate_tokens() {
        let text = Text::new("1️⃣ 😡😡😡");
        assert_eq!(text.tokens[0].fold, "1");
        assert_eq!(text.tokens.iter().filter(|t| t.kind == TokenKind::Emoji).count(), 3);
    }
}
