//! Numbers written as one word: "einundvierzig", "zweitausendeinundvierzig", "quarantuno",
//! "duemilaquarantuno".

/// The value of such a word (folded, below ten thousand); `simple` knows the words it is made of.
pub(super) fn compound(fold: &str, simple: impl Fn(&str) -> Option<u32> + Copy) -> Option<u32> {
    german(fold, simple).or_else(|| italian(fold, simple))
}

fn german(word: &str, simple: impl Fn(&str) -> Option<u32> + Copy) -> Option<u32> {
    let small = |w: &str| -> Option<u32> {
        let Some((units, tens)) = w.split_once("und") else { return simple(w) };
        let tens = simple(tens).filter(|t| *t >= 20 && t % 10 == 0)?;
        let units = simple(units).filter(|u| (1..10).contains(u))?;
        Some(tens + units)
    };
    let below_thousand = |w: &str| parts(w, "hundert", 100, "und", small, small);
    parts(word, "tausend", 1000, "und", below_thousand, below_thousand)
}

/// Tens lose their last letter before "uno" and "otto".
const TENS: [(&str, u32); 8] = [
    ("vent", 20),
    ("trent", 30),
    ("quarant", 40),
    ("cinquant", 50),
    ("sessant", 60),
    ("settant", 70),
    ("ottant", 80),
    ("novant", 90),
];

fn italian(word: &str, simple: impl Fn(&str) -> Option<u32> + Copy) -> Option<u32> {
    let small = |w: &str| -> Option<u32> {
        if let Some(value) = simple(w) {
            return Some(value);
        }
        let (stem, tens) = TENS.iter().find(|(stem, _)| w.starts_with(stem))?;
        let rest = w.strip_prefix(stem)?;
        let rest = rest.strip_prefix(['i', 'a']).unwrap_or(rest);
        let units = if rest == "un" { Some(1) } else { simple(rest) };
        units.filter(|u| (1..10).contains(u)).map(|u| tens + u)
    };
    let below_thousand = |w: &str| {
        let whole = parts(w, "cento", 100, "", small, small);
        whole.or_else(|| parts(w, "cent", 100, "", small, small))
    };
    match word.strip_prefix("mille") {
        Some("") => Some(1000),
        Some(rest) => below_thousand(rest).map(|r| 1000 + r),
        None => parts(word, "mila", 1000, "", below_thousand, below_thousand),
    }
}

/// What stands before the name of a power counts how many of it, what stands behind is added. A word
/// without the name is `behind` alone.
fn parts(
    word: &str,
    name: &str,
    power: u32,
    link: &str,
    before: impl Fn(&str) -> Option<u32>,
    behind: impl Fn(&str) -> Option<u32>,
) -> Option<u32> {
    let Some((count, rest)) = word.split_once(name) else { return behind(word) };
    let count = if count.is_empty() {
        1
    } else {
        before(count).filter(|c| (1..10).contains(c) || power == 1000)?
    };
    let rest = rest.strip_prefix(link).unwrap_or(rest);
    let rest = if rest.is_empty() { 0 } else { behind(rest)? };
    (rest < power).then_some(count * power + rest)
}

#[cfg(test)]
mod tests {
    use super::super::numeral::value_of;
    use super::compound;

    #[test]
    fn one_word_is_the_number_it_is_made_of() {
        for (word, value) in [
            ("einundvierzig", 41),
            ("neunundneunzig", 99),
            ("zweitausend", 2000),
            ("zweitausendeinundvierzig", 2041),
            ("zweitausendundeins", 2001),
            ("zweihundertdrei", 203),
            ("tausendneunhundertfunfzig", 1950),
            ("neunzehnhundert", 0),
            ("quarantuno", 41),
            ("ventotto", 28),
            ("ventitre", 23),
            ("duemila", 2000),
            ("duemilaquarantuno", 2041),
            ("duemilacentotto", 2108),
            ("millecinquecento", 1500),
        ] {
            let got = compound(word, value_of).unwrap_or(0);
            assert_eq!(got, value, "{word}");
        }
        for word in [
            "und",
            "hund",
            "hundertwasser",
            "milano",
            "camila",
            "centrale",
            "wunder",
            "mille mercis",
        ] {
            assert_eq!(compound(word, value_of), None, "{word}");
        }
    }
}
