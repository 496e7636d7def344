//! Words without their endings, by rule, so that "charged", "charges" and "charging" are one word.
//! Both sides of a comparison go through the same rule, so a stem need not be a word.

use super::read::LangIndex;

/// The stem of a folded word in a language (index into `read::LANGUAGES`).
pub(crate) fn lemma(word: &str, language: LangIndex) -> String {
    match language {
        super::FRENCH => french(word),
        super::ENGLISH => english(word),
        _ => word.to_owned(),
    }
}

fn english(word: &str) -> String {
    if word.len() <= 3 || !word.is_ascii() {
        return word.to_owned();
    }
    for (end, instead) in [("sses", "ss"), ("ies", "y"), ("ied", "y")] {
        if let Some(stem) = word.strip_suffix(end).filter(|s| s.len() > 1) {
            return format!("{stem}{instead}");
        }
    }
    let keeps_s = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let mut stem = if keeps_s { word } else { word.strip_suffix('s').unwrap_or(word) };
    for end in ["ing", "ed"] {
        let has_vowel = |s: &&str| s.bytes().any(|b| b"aeiouy".contains(&b));
        if let Some(short) = stem.strip_suffix(end).filter(|s| s.len() >= 3).filter(has_vowel) {
            stem = short;
            let bytes = stem.as_bytes();
            let [.., a, b] = bytes else { break };
            if a == b && bytes.len() > 3 && !b"lsz".contains(b) {
                stem = &stem[..stem.len() - 1];
            }
            break;
        }
    }
    let stem = if stem.len() > 3 { stem.strip_suffix('e').unwrap_or(stem) } else { stem };
    stem.to_owned()
}

/// Longest endings first: of nouns made from verbs, of verbs, of number and gender.
const FRENCH_ENDS: [&str; 37] = [
    "issements",
    "issement",
    "cations",
    "cation",
    "ations",
    "ation",
    "ateurs",
    "ateur",
    "ements",
    "ement",
    "issez",
    "eraient",
    "iraient",
    "aient",
    "erais",
    "erait",
    "eront",
    "erons",
    "erez",
    "issent",
    "erai",
    "era",
    "ees",
    "ais",
    "ait",
    "ant",
    "ons",
    "ez",
    "er",
    "es",
    "ee",
    "ir",
    "is",
    "it",
    "ent",
    "e",
    "s",
];

fn french(word: &str) -> String {
    for end in FRENCH_ENDS {
        if let Some(stem) = word.strip_suffix(end).filter(|s| s.chars().count() >= 3) {
            return stem.to_owned();
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for forms in [
            &["charge", "charged", "charges", "charging"][..],
            &["cancel", "cancels"],
            &["stop", "stopped", "stopping"],
            &["country", "countries"],
            &["address", "addresses"],
        ] {
            let stems: Vec<String> = forms.iter().map(|w| english(w)).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{stems:?}");
        }
        for forms in [
            &["verifier", "verifie", "verifiez", "verification"][..],
            &["rembourser", "rembourse", "remboursement", "rembourses", "remboursees"],
            &["annuler", "annulation", "annulez", "annulee"],
            &["payer", "payez", "payait"],
        ] {
            let stems: Vec<String> = forms.iter().map(|w| french(w)).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{stems:?}");
        }
        assert_ne!(english("bus"), english("but"));
        assert_eq!(english("été"), "été");
    }
}
