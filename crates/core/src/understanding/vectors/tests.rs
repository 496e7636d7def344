use super::*;
use std::f32::consts::FRAC_1_SQRT_2;
use std::fmt::Write as _;

/// The two files of a tiny table: pieces with their rows.
pub(crate) fn tiny(pieces: &[(&str, &[f32])]) -> (Vec<u8>, Vec<u8>) {
    let mut vocab = String::new();
    let mut data = Vec::new();
    let width = pieces.first().map_or(0, |p| p.1.len());
    for (row, (piece, numbers)) in pieces.iter().enumerate() {
        let comma = if row > 0 { "," } else { "" };
        write!(vocab, "{comma}\"{piece}\":{row}").expect("a string takes all");
        data.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    }
    let normalizer = r#"{"type":"BertNormalizer","lowercase":true,"strip_accents":null}"#;
    let model = r###""type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##""###;
    let tokenizer =
        format!(r#"{{"normalizer":{normalizer},"model":{{{model},"vocab":{{{vocab}}}}}}}"#);
    (tensors("F32", &[pieces.len(), width], &data), tokenizer.into_bytes())
}

fn tensors(dtype: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let header = format!(
        r#"{{"__metadata__":{{"format":"pt"}},"embeddings":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[0,{}]}}}}"#,
        data.len()
    );
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

const TABLE: &[(&str, &[f32])] = &[
    ("[UNK]", &[9.0, 9.0]),
    ("lamp", &[1.0, 0.0]),
    ("##s", &[0.0, 0.0]),
    ("light", &[0.8, 0.6]),
    ("?", &[0.0, 0.0]),
    ("money", &[0.0, -1.0]),
];

fn table() -> Vectors {
    let (tensors, tokenizer) = tiny(TABLE);
    Vectors::read(&tensors, &tokenizer, "f").expect("the table is sound")
}

#[test]
fn a_text_is_the_mean_of_its_pieces_with_length_one() {
    let table = table();
    assert_eq!(table.of("Lamps?"), Some(vec![1.0, 0.0]));
    assert_eq!(table.of("lämp  LIGHT"), table.of("lamp light"));
    let both = table.of("lamp money").expect("both are known");
    assert!((both[0] - FRAC_1_SQRT_2).abs() < 1e-6 && (both[1] + FRAC_1_SQRT_2).abs() < 1e-6);
    assert_eq!(table.of("xylophone lampx"), None, "what is unknown has no direction");
    assert_eq!(table.of(""), None);
    assert_eq!(table.of("? ?"), None);
}

#[test]
fn the_likeliest_pieces_are_taken_where_pieces_have_likelihoods() {
    let tokenizer = r#"{"normalizer":{"type":"Sequence","normalizers":[{"type":"Lowercase"}]},
        "model":{"type":"Unigram","unk_id":0,
        "vocab":[["<unk>",0.0],["▁",-2.0],["▁la",-5.0],["mp",-5.0],["▁lamp",-6.0],["s",-3.0]]}}"#;
    let pieces = Pieces::read(tokenizer.as_bytes()).expect("it is sound");
    assert_eq!(pieces.of("Lamps", 9), [4, 5]);
    assert_eq!(pieces.of("la lamp", 9), [2, 4]);
    assert_eq!(pieces.of("ÿs", 9), [1, 5], "unknown letters are left out");
    assert_eq!(pieces.of("lamps lamps lamps", 3).len(), 3);
}

#[test]
fn numbers_of_half_length_are_the_same_table() {
    let data: Vec<u8> =
        [0x3c00u16, 0x0000, 0x0000, 0xbc00].iter().flat_map(|n| n.to_le_bytes()).collect();
    let (_, tokenizer) = tiny(&[("a", &[0.0, 0.0]), ("b", &[0.0, 0.0])]);
    let table = Vectors::read(&tensors("F16", &[2, 2], &data), &tokenizer, "").expect("sound");
    assert_eq!((table.of("a"), table.of("b")), (Some(vec![1.0, 0.0]), Some(vec![0.0, -1.0])));
}

#[test]
fn broken_files_are_refused_with_a_reason_and_cost_nothing() {
    let (good, tokenizer) = tiny(TABLE);
    let refused = |tensors: &[u8], tokenizer: &[u8]| {
        Vectors::read(tensors, tokenizer, "").expect_err("it is broken").0
    };
    for cut in [0, 7, 8, 20, good.len() - 1] {
        assert!(refused(&good[..cut], &tokenizer).starts_with("model.safetensors"), "{cut}");
    }
    let mut long = good.clone();
    long[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(refused(&long, &tokenizer).contains("header"));
    let huge = tensors("F32", &[usize::MAX, usize::MAX], &[0; 16]);
    assert!(refused(&huge, &tokenizer).contains("rows"));
    let other = tensors("BF16", &[1, 2], &[0; 4]);
    assert!(refused(&other, &tokenizer).contains("BF16"));
    let endless = tensors("F32", &[6, 1], &f32::NAN.to_le_bytes().repeat(6));
    assert!(refused(&endless, &tokenizer).contains("end"));
    let few = tensors("F32", &[2, 1], &[0; 8]);
    assert!(refused(&few, &tokenizer).contains("no pair"));
    for text in [
        "",
        "{}",
        r#"{"model":{"type":"BPE","vocab":{"a":0}}}"#,
        r#"{"model":{"type":"WordPiece","vocab":{}}}"#,
    ] {
        assert!(refused(&good, text.as_bytes()).starts_with("tokenizer.json"), "{text}");
    }
}

#[test]
fn any_text_has_an_end() {
    let table = table();
    let long = "lamp".repeat(10_000);
    let many = "lamp money \u{0} ? ".repeat(5_000);
    for text in
        [&long, &many, "\u{202e}\u{200d}\u{fffd}", "a\u{300}\u{300}\u{300}", "\u{1f469}\u{200d}"]
    {
        let vector = table.of(text);
        assert!(vector.is_none_or(|v| v.iter().all(|x| x.is_finite())), "{text:.20}");
    }
}
