//! Words of customers: normalising, languages, and everything that is read from them.

use super::{SENTENCES, Target, look};
use crate::Dice;
use relais_core::understanding::language::detect;
use relais_core::understanding::parse;
use relais_core::understanding::text::{MAX_READ, Text, fold};

pub(super) struct Words;

impl Target for Words {
    fn name(&self) -> &'static str {
        "text"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let many = 1 + dice.below(3);
        let parts: Vec<String> = (0..many).map(|_| dice.word(SENTENCES)).collect();
        parts.join(&dice.word(&[" ", "\n", ". ", ", ", "\u{200b}"])).into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &[
            "ML-",
            "ML2041",
            "75011",
            "SW1A 1AA",
            "un",
            "deux",
            "trois",
            "5/5",
            "★★★",
            "oui",
            "no",
            "stop",
            "@",
            ".com",
            "+33",
            "agent",
            "ne",
            "pas",
            "not",
            "never",
            "😡",
            "🙏",
            "!!!",
            "???",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let said = String::from_utf8_lossy(input);
        let text = Text::new(&said);
        let folded = fold(&said);
        // Whether letters of two alphabets meet may only be seen once their marks are off.
        let has_look_alikes = said.chars().any(|c| ('\u{0370}'..='\u{052F}').contains(&c));
        if !has_look_alikes && folded.chars().count() <= MAX_READ {
            assert_eq!(fold(&folded), folded, "folded twice, it differs");
        }
        for word in text.words() {
            assert!(!word.is_empty(), "a word of nothing");
        }
        let language = detect(&text).map(|d| format!("{d:?}").chars().take(24).collect::<String>());
        let rating = parse::rating(&text);
        let email = parse::email(&text);
        assert!(email.as_ref().is_none_or(|e| e.contains('@')), "an address without @");
        look((
            language.map(|l| l.chars().filter(char::is_ascii_alphabetic).collect::<String>()),
            parse::choice(&text).map(|c| c.min(12)),
            parse::yes_no(&text),
            (parse::is_greeting(&text), parse::is_thanks(&text), parse::is_stop_word(&text)),
            (parse::is_menu_word(&text), parse::wants_topics(&text), parse::solved(&text)),
            (rating.is_some(), email.is_some(), parse::number(&text).is_some()),
            (parse::postcode(&text).is_some(), parse::has_no_number(&text)),
            parse::asks_identity(&text),
        ))
    }
}
