//! Sentence vectors that an operator provides: the header and numbers of a matrix, and a tokenizer.

use super::{SENTENCES, Target, kind_of, look};
use crate::Dice;
use relais_core::understanding::vectors::Vectors;

pub(super) struct Table;

impl Target for Table {
    fn name(&self) -> &'static str {
        "vectors"
    }

    /// A line with the header, a line with the tokenizer, then the numbers.
    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let pieces = ["bonjour", "##s", "a", "human", "▁la", "?", "commande", "[UNK]"];
        let (rows, width) = (1 + dice.below(pieces.len()), 1 + dice.below(3));
        let is_half = dice.percent(30);
        let (dtype, size) = if is_half { ("F16", 2) } else { ("F32", 4) };
        let end = rows * width * size;
        let header = format!(
            r#"{{"embeddings":{{"dtype":"{dtype}","shape":[{rows},{width}],"data_offsets":[0,{end}]}}}}"#
        );
        let named = pieces.iter().take(rows).enumerate();
        let model = if dice.percent(50) {
            let all: Vec<String> = named.map(|(row, p)| format!(r#""{p}":{row}"#)).collect();
            format!(r#"{{"type":"WordPiece","vocab":{{{}}}}}"#, all.join(","))
        } else {
            let all: Vec<String> = named.map(|(row, p)| format!(r#"["{p}",-{row}.5]"#)).collect();
            format!(r#"{{"type":"Unigram","unk_id":0,"vocab":[{}]}}"#, all.join(","))
        };
        let normalizer = dice.word(self.words());
        let tokenizer = format!(r#"{{"normalizer":{normalizer},"model":{model}}}"#);
        let mut input = format!("{header}\n{tokenizer}\n").into_bytes();
        input.extend((0..end).map(|_| dice.below(127) as u8));
        input
    }

    fn words(&self) -> &[&'static str] {
        &[
            "null",
            r#"{"type":"BertNormalizer","lowercase":true}"#,
            r#"{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"StripAccents"}]}"#,
            r#""shape":[18446744073709551615,4]"#,
            r#""data_offsets":[8,4]"#,
            r#""mapping":{}"#,
            r#""dtype":"BF16""#,
            r#""unk_token":"a""#,
            r#""continuing_subword_prefix":"""#,
            r#"["",1e38]"#,
            "\u{7f}\u{f8}",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let mut parts = input.splitn(3, |b| *b == b'\n');
        let header = parts.next().unwrap_or_default();
        let tokenizer = parts.next().unwrap_or_default();
        let numbers = parts.next().unwrap_or_default();
        let tensors = [&(header.len() as u64).to_le_bytes(), header, numbers].concat();
        // As they stand, the first bytes say any length.
        let bare = Vectors::read(input, tokenizer, "").is_ok();
        let vectors = match Vectors::read(&tensors, tokenizer, "") {
            Ok(vectors) => vectors,
            Err(unusable) => return look((bare, kind_of(&unusable.to_string()))),
        };
        let mut known = 0;
        for text in SENTENCES {
            let vector = vectors.of(text);
            assert_eq!(vector, vectors.of(text), "the same text, another vector");
            let Some(vector) = vector else { continue };
            known += 1;
            assert_eq!(vector.len(), vectors.width(), "a vector of another width");
            let length: f32 = vector.iter().map(|x| x * x).sum();
            assert!((length - 1.0).abs() < 1e-3, "a vector of length {length}");
        }
        look((bare, known, vectors.width().min(4)))
    }
}
