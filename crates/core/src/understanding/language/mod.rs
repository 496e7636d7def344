//! Which language a message is written in, and which one a phone number suggests.
//!
//! Scripts settle most languages; those written in Latin letters are told apart by their everyday
//! words, their accents and, for words nobody listed, by the letter triples they are made of.

mod latin;
mod phone;
mod script;
mod seeds;

pub use phone::of_phone;

pub(crate) use latin::{is_known_word, is_listed_word, is_plausible_word};

use super::text::Text;

/// A language, as its two-letter ISO 639-1 code.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Lang([u8; 2]);

impl Lang {
    pub const FR: Self = Self(*b"fr");
    pub const EN: Self = Self(*b"en");
    pub const ES: Self = Self(*b"es");
    pub const PT: Self = Self(*b"pt");
    pub const AR: Self = Self(*b"ar");
    pub const HI: Self = Self(*b"hi");

    /// A constant of this module; the code is two lower-case ASCII letters.
    pub(crate) const fn of(code: &'static [u8; 2]) -> Self {
        Self(*code)
    }

    /// The two-letter code.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).expect("a code is made of two ASCII letters")
    }

    /// Reads `fr`, `FR`, `fr-CA` or `pt_BR`; regions and scripts are dropped.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        let &[a, b] = primary.as_bytes() else { return None };
        if !a.is_ascii_alphabetic() || !b.is_ascii_alphabetic() {
            return None;
        }
        Some(Self([a.to_ascii_lowercase(), b.to_ascii_lowercase()]))
    }
}

impl core::fmt::Display for Lang {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Lang {
    type Error = String;
    fn try_from(tag: String) -> Result<Self, String> {
        Self::parse(&tag).ok_or_else(|| format!("`{tag}` is not a two-letter language code"))
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.as_str().to_owned()
    }
}

/// The language of one message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detected {
    pub lang: Lang,
    /// From 0.5 (barely) to 1.
    pub confidence: f32,
}

/// The language of a message; nothing when it is too short or fits several languages.
pub fn detect(text: &Text) -> Option<Detected> {
    *text.known.language.get_or_init(|| script::detect(text).or_else(|| latin::detect(text)))
}
