//! `tokenizer.json`: the pieces of words that have a row, and how a text is cut into them. Two ways
//! are read: the longest piece from the left (`WordPiece`), and the likeliest pieces (`Unigram`).

use super::{MOST_TOKENIZER_BYTES, Unusable};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A longer word is looked at no further.
const LONGEST_WORD: usize = 100;
/// What stands for the space before a word.
const SPACE: char = '▁';
const MOST_PIECES: usize = 1_000_000;

#[derive(Debug)]
pub(super) struct Pieces {
    /// By piece: its row and how likely it is.
    known: BTreeMap<String, (u32, f32)>,
    way: Way,
    is_lowered: bool,
    is_bare: bool,
    /// Characters of the longest piece.
    longest: usize,
    highest: u32,
}

#[derive(Debug)]
enum Way {
    Longest { inside: String },
    Likeliest { unknown: f32 },
}

#[derive(Deserialize)]
struct File {
    model: Model,
    #[serde(default)]
    normalizer: Value,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: String,
    vocab: Known,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    unk_token: Option<String>,
    #[serde(default)]
    unk_id: Option<u32>,
}

/// Pieces as a table with their rows, or as a list with how likely each is.
#[derive(Debug)]
struct Known(BTreeMap<String, (u32, f32)>);

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Known;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("pieces with their rows, or a list of pieces")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Known, A::Error> {
                let mut known = BTreeMap::new();
                while let Some((piece, row)) = map.next_entry::<String, u32>()? {
                    known.insert(piece, (row, 0.0));
                }
                Ok(Known(known))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Known, A::Error> {
                let mut known = BTreeMap::new();
                let mut row = 0;
                while let Some((piece, likely)) = list.next_element::<(String, f32)>()? {
                    // Of pieces that stand twice, the first counts.
                    known.entry(piece).or_insert((row, likely));
                    row += 1;
                }
                Ok(Known(known))
            }
        }
        from.deserialize_any(Read)
    }
}

impl Pieces {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        if bytes.len() as u64 > MOST_TOKENIZER_BYTES {
            return Err(no("it is too large"));
        }
        let file: File = serde_json::from_slice(bytes).map_err(|e| no(&e.to_string()))?;
        let Model { kind, vocab: Known(mut known), continuing_subword_prefix, unk_token, unk_id } =
            file.model;
        let highest = known.values().map(|(row, _)| *row).max();
        let highest = highest.ok_or_else(|| no("it names no pieces"))?;
        if known.len() > MOST_PIECES || known.values().any(|(_, likely)| !likely.is_finite()) {
            return Err(no("it has too many pieces, or one that is not a number"));
        }
        // What stands for all that is unknown says nothing.
        known.retain(|piece, (row, _)| {
            unk_token.as_deref() != Some(piece) && unk_id != Some(*row) && !piece.is_empty()
        });
        let way = match kind.as_str() {
            "WordPiece" => {
                let inside = continuing_subword_prefix.unwrap_or_else(|| "##".to_owned());
                Way::Longest { inside }
            }
            "Unigram" => {
                let least = known.values().fold(0.0f32, |least, (_, likely)| least.min(*likely));
                Way::Likeliest { unknown: least - 10.0 }
            }
            other => return Err(no(&format!("tokenizers of type {other} are not read"))),
        };
        let (is_lowered, is_bare) = normal(&file.normalizer);
        let longest = known.keys().map(|p| p.chars().count()).max().unwrap_or(0).min(LONGEST_WORD);
        Ok(Self { known, way, is_lowered, is_bare, longest, highest })
    }

    pub(super) fn highest(&self) -> u32 {
        self.highest
    }

    /// The rows of a text's pieces, in order; unknown pieces are left out.
    pub(super) fn of(&self, text: &str, most: usize) -> Vec<u32> {
        let mut rows = Vec::new();
        match &self.way {
            Way::Longest { inside } => {
                for word in self.words(text, true) {
                    self.longest_of(&word, inside, &mut rows);
                    if rows.len() >= most {
                        break;
                    }
                }
            }
            Way::Likeliest { unknown } => {
                for mut word in self.words(text, false) {
                    word.insert(0, SPACE);
                    self.likeliest_of(&word, *unknown, &mut rows);
                    if rows.len() >= most {
                        break;
                    }
                }
            }
        }
        rows.truncate(most);
        rows
    }

    /// Levelled words; `apart`: a mark is a word of its own.
    fn words(&self, text: &str, apart: bool) -> Vec<Vec<char>> {
        let mut words: Vec<Vec<char>> = Vec::new();
        let mut is_open = false;
        let mut push = |c: char, is_mark: bool| {
            if c.is_whitespace() || c.is_control() {
                is_open = false;
                return;
            }
            match words.last_mut().filter(|_| is_open && !is_mark) {
                Some(word) if word.len() < LONGEST_WORD => word.push(c),
                Some(_) => {}
                None => words.push(vec![c]),
            }
            is_open = !is_mark;
        };
        let mut each = |c: char| {
            let is_mark = apart && !c.is_alphanumeric() && !is_combining_mark(c);
            if self.is_lowered {
                c.to_lowercase().for_each(|c| push(c, is_mark));
            } else {
                push(c, is_mark);
            }
        };
        if self.is_bare {
            text.nfd().filter(|c| !is_combining_mark(*c)).for_each(&mut each);
        } else if apart {
            text.chars().for_each(&mut each);
        } else {
            text.nfkc().for_each(&mut each);
        }
        words
    }

    /// The longest piece from the left, then the longest that goes on; a word with a part that is
    /// no piece is unknown as a whole.
    fn longest_of(&self, word: &[char], inside: &str, rows: &mut Vec<u32>) {
        let first = rows.len();
        let mut at = 0;
        let mut piece = String::new();
        while at < word.len() {
            let most = word.len().min(at + self.longest);
            let found = (at + 1..=most).rev().find_map(|to| {
                piece.clear();
                if at > 0 {
                    piece.push_str(inside);
                }
                piece.extend(&word[at..to]);
                self.known.get(&piece).map(|(row, _)| (to, *row))
            });
            let Some((to, row)) = found else {
                rows.truncate(first);
                return;
            };
            rows.push(row);
            at = to;
        }
    }

    /// The pieces whose likelihoods add up to the most.
    fn likeliest_of(&self, word: &[char], unknown: f32, rows: &mut Vec<u32>) {
        // By place in the word: the best sum up to here, where its last piece began, and its row.
        let mut best: Vec<Option<(f32, usize, Option<u32>)>> = vec![None; word.len() + 1];
        best[0] = Some((0.0, 0, None));
        let mut piece = String::new();
        for from in 0..word.len() {
            let Some((sum, ..)) = best[from] else { continue };
            piece.clear();
            for to in from + 1..=word.len().min(from + self.longest.max(1)) {
                piece.push(word[to - 1]);
                let known = self.known.get(&piece);
                let step = match known {
                    Some((row, likely)) => Some((sum + likely, from, Some(*row))),
                    None if to == from + 1 => Some((sum + unknown, from, None)),
                    None => None,
                };
                if let Some(step) = step
                    && best[to].is_none_or(|b| step.0 > b.0)
                {
                    best[to] = Some(step);
                }
            }
        }
        let first = rows.len();
        let mut at = word.len();
        while at > 0 {
            // Every place can be come to: one character is always a step.
            let Some((_, from, row)) = best[at] else { return };
            rows.extend(row);
            at = from;
        }
        rows[first..].reverse();
    }
}

/// Whether a text is lowered, and whether it loses its accents.
fn normal(normalizer: &Value) -> (bool, bool) {
    let flag = |key: &str| normalizer.get(key).and_then(Value::as_bool);
    match normalizer.get("type").and_then(Value::as_str) {
        Some("BertNormalizer") => {
            let is_lowered = flag("lowercase").unwrap_or(true);
            (is_lowered, flag("strip_accents").unwrap_or(is_lowered))
        }
        Some("Lowercase") => (true, false),
        Some("StripAccents") => (false, true),
        Some("Sequence") => {
            let all = normalizer.get("normalizers").and_then(Value::as_array);
            let all = all.into_iter().flatten().map(normal);
            all.fold((false, false), |(l, b), (lowered, bare)| (l || lowered, b || bare))
        }
        _ => (false, false),
    }
}

fn no(reason: &str) -> Unusable {
    Unusable(format!("tokenizer.json cannot be used: {reason}"))
}
