//! Passwords that guessers try first, without asking anybody: a list of the most frequent ones in
//! leaks (lower case, six characters and more, sorted), and what people make of them.

const LIST: &str = include_str!("common-passwords.txt");

/// Shortest word of the list that is looked for inside a password.
const SHORTEST: usize = 6;
/// Characters beside a common word that make it another one.
const ENOUGH_BESIDE: usize = 7;

/// `own`: the login and the name, which everybody knows.
pub(super) fn is_common(password: &str, own: &[&str]) -> bool {
    let folded: String = password.to_lowercase();
    let letters: Vec<char> = folded.chars().collect();
    is_listed(&folded)
        || is_run(&letters)
        || is_repetition(&letters)
        || is_dressed_up(&folded)
        || is_two_words(&folded)
        || own.iter().any(|word| is_mostly(&folded, word))
}

fn is_listed(word: &str) -> bool {
    let list = LIST.as_bytes();
    // By bytes: a search among lines of different lengths finds the line its middle stands in.
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = list[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end =
            list[middle..].iter().position(|b| *b == b'\n').map_or(list.len(), |at| middle + at);
        match list[start..end].cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// `password2024!`: a listed word with little around it.
fn is_dressed_up(folded: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let beside = folded.chars().count() - core.chars().count();
    core.len() >= SHORTEST && beside < ENOUGH_BESIDE && is_listed(core)
}

/// `iloveyoudragon`.
fn is_two_words(folded: &str) -> bool {
    let cuts = folded.char_indices().map(|(at, _)| at);
    cuts.filter(|at| *at >= SHORTEST && folded.len() - at >= SHORTEST)
        .any(|at| is_listed(&folded[..at]) && is_listed(&folded[at..]))
}

/// `123456789012`, `abcdefghijkl`, `zyxwvutsrqpo`.
fn is_run(letters: &[char]) -> bool {
    let steps = letters.windows(2).filter(|pair| {
        let (a, b) = (u32::from(pair[0]), u32::from(pair[1]));
        a.abs_diff(b) <= 1 || (pair[0], pair[1]) == ('9', '0')
    });
    // Most of its steps lead to a neighbour.
    steps.count() * 4 >= letters.len() * 3
}

/// `abcabcabcabc`: little said often.
fn is_repetition(letters: &[char]) -> bool {
    (1..=letters.len() / 2)
        .filter(|unit| *unit <= 6)
        .any(|unit| letters.iter().enumerate().all(|(at, letter)| *letter == letters[at % unit]))
}

/// One's own name with little around it.
fn is_mostly(folded: &str, own: &str) -> bool {
    let own = own.to_lowercase();
    let words = own.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    let mut rest = folded.to_owned();
    let mut is_in = false;
    for word in words {
        is_in |= rest.contains(word);
        rest = rest.replace(word, "");
    }
    is_in && rest.chars().filter(|c| c.is_alphanumeric()).count() < ENOUGH_BESIDE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 10_000);
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        for word in [lines[0], lines[lines.len() / 3], lines[lines.len() - 1]] {
            assert!(is_listed(word), "{word}");
        }
        assert!(!is_listed("") && !is_listed("zzzzzzzzzz-none") && !is_listed("!"));
    }

    #[test]
    fn what_guessers_try_first_is_refused() {
        let own = ["camille.roy@example.test", "Camille Roy"];
        for bad in [
            "qwerty123456",
            "Password2024!",
            "iloveyoudragon",
            "123456789012",
            "abcdefghijklm",
            "aaaaaaaaaaaaa",
            "abc1abc1abc1",
            "CamilleRoy2024",
            "camille.roy.1",
        ] {
            assert!(is_common(bad, &own), "{bad}");
        }
    }

    #[test]
    fn words_that_do_not_belong_together_are_taken() {
        let own = ["camille.roy@example.test", "Camille Roy"];
        for good in [
            "une phrase assez longue",
            "another long passphrase",
            "tulipe-wagon-citron",
            "n8Zq-4tRv-90Lm",
            "camille aime les wagons verts",
            "пароль из трёх слов",
        ] {
            assert!(!is_common(good, &own), "{good}");
        }
    }
}
