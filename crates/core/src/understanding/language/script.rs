//! Languages that their script gives away.

use super::{Detected, Lang};
use crate::understanding::text::{MAX_READ, Text};

/// First and last code point of a block, and the language it stands for.
const BLOCKS: &[(u32, u32, Lang)] = &[
    (0x0370, 0x03FF, Lang::of(b"el")),
    (0x1F00, 0x1FFF, Lang::of(b"el")),
    (0x0400, 0x052F, Lang::of(b"ru")),
    (0x0530, 0x058F, Lang::of(b"hy")),
    (0x0590, 0x05FF, Lang::of(b"he")),
    (0x0600, 0x06FF, Lang::AR),
    (0x0750, 0x077F, Lang::AR),
    (0xFB50, 0xFDFF, Lang::AR),
    (0xFE70, 0xFEFC, Lang::AR),
    (0x0900, 0x097F, Lang::HI),
    (0x0980, 0x09FF, Lang::of(b"bn")),
    (0x0A00, 0x0A7F, Lang::of(b"pa")),
    (0x0A80, 0x0AFF, Lang::of(b"gu")),
    (0x0B80, 0x0BFF, Lang::of(b"ta")),
    (0x0C00, 0x0C7F, Lang::of(b"te")),
    (0x0C80, 0x0CFF, Lang::of(b"kn")),
    (0x0D00, 0x0D7F, Lang::of(b"ml")),
    (0x0D80, 0x0DFF, Lang::of(b"si")),
    (0x0E00, 0x0E7F, Lang::of(b"th")),
    (0x0E80, 0x0EFF, Lang::of(b"lo")),
    (0x1000, 0x109F, Lang::of(b"my")),
    (0x10A0, 0x10FF, Lang::of(b"ka")),
    (0x1100, 0x11FF, Lang::of(b"ko")),
    (0x1200, 0x137F, Lang::of(b"am")),
    (0x1780, 0x17FF, Lang::of(b"km")),
    (0x3040, 0x30FF, Lang::of(b"ja")),
    (0x3130, 0x318F, Lang::of(b"ko")),
    (0x3400, 0x4DBF, Lang::of(b"zh")),
    (0x4E00, 0x9FFF, Lang::of(b"zh")),
    (0xAC00, 0xD7AF, Lang::of(b"ko")),
    (0xFF66, 0xFF9F, Lang::of(b"ja")),
];

/// Letters that only one language of a shared script uses.
const GIVEAWAYS: &[(Lang, &str, Lang)] = &[
    (Lang::of(b"ru"), "іїєґІЇЄҐ", Lang::of(b"uk")),
    (Lang::AR, "ٹڈڑےں", Lang::of(b"ur")),
    (Lang::AR, "کیژ", Lang::of(b"fa")),
];

/// The language, when at least half of the letters are of one script other than Latin.
pub(super) fn detect(text: &Text) -> Option<Detected> {
    let mut counts: Vec<(Lang, usize)> = Vec::new();
    let (mut letters, mut latin) = (0usize, 0usize);
    for c in text.original.chars().take(MAX_READ).filter(|c| c.is_alphabetic()) {
        letters += 1;
        match block_of(c) {
            None => latin += 1,
            Some(lang) => match counts.iter_mut().find(|(l, _)| *l == lang) {
                Some((_, n)) => *n += 1,
                None => counts.push((lang, 1)),
            },
        }
    }
    if letters == 0 || latin * 2 > letters {
        return None;
    }
    let (mut lang, mut most) = *counts.iter().max_by_key(|(_, n)| *n)?;
    let count = |wanted: Lang| counts.iter().find(|(l, _)| *l == wanted).map_or(0, |(_, n)| *n);
    // Japanese mixes Chinese characters with its own; one kana in five is enough.
    let (zh, ja) = (Lang::of(b"zh"), Lang::of(b"ja"));
    if lang == zh && count(ja) * 5 >= most {
        (lang, most) = (ja, most + count(ja));
    } else if lang == ja {
        most += count(zh);
    }
    // A single letter is a label or a typing slip in every alphabet but the Chinese one.
    if most < 2 && lang != zh {
        return None;
    }
    for &(script, marks, special) in GIVEAWAYS {
        if script == lang && text.original.chars().take(MAX_READ).any(|c| marks.contains(c)) {
            lang = special;
            break;
        }
    }
    let confidence = (most as f32 / letters as f32).clamp(0.5, 0.99);
    Some(Detected { lang, confidence })
}

fn block_of(c: char) -> Option<Lang> {
    let code = u32::from(c);
    if code < 0x0370 {
        return None;
    }
    BLOCKS.iter().find(|(from, to, _)| (*from..=*to).contains(&code)).map(|(_, _, lang)| *lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_their_language() {
        for (text, want) in [
            ("أين طلبي من فضلك", "ar"),
            ("مرحبا", "ar"),
            ("मेरा ऑर्डर कहाँ है", "hi"),
            ("Где мой заказ?", "ru"),
            ("Де моє замовлення і чому так довго?", "uk"),
            ("Πού είναι η παραγγελία μου;", "el"),
            ("איפה ההזמנה שלי", "he"),
            ("คำสั่งซื้อของฉันอยู่ที่ไหน", "th"),
            ("注文はどこですか", "ja"),
            ("返品したいです。商品番号不明", "ja"),
            ("我的订单在哪里", "zh"),
            ("제 주문은 어디에 있나요", "ko"),
            ("سفارش من کجاست", "fa"),
            ("میرا آرڈر کہاں ہے", "ur"),
            ("وين طلبي ML-2041", "ar"),
            ("ML-2041 من", "ar"),
        ] {
            let found = detect(&Text::new(text)).map(|d| d.lang.as_str().to_owned());
            assert_eq!(found.as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn one_foreign_letter_or_none_says_nothing() {
        for text in ["", "123", "😀", "α", "bonjour", "Ω 12", "ML-2041 ن", "E1 6AN"] {
            assert!(detect(&Text::new(text)).is_none(), "{text}");
        }
    }
}
