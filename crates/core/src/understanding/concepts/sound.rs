//! How a word sounds, roughly, so that "livrézon", "kombien" or "waapas" find their word.

/// A key that words of the same sound share; empty for words that are not in Latin letters.
pub(crate) fn sound(fold: &str) -> String {
    if !fold.bytes().all(|b| b.is_ascii_alphabetic()) {
        return String::new();
    }
    let w = fold.as_bytes();
    let mut out = String::with_capacity(w.len());
    let mut at = 0;
    while at < w.len() {
        let rest = &w[at..];
        let (say, used) = match rest {
            [b'e', b'a', b'u', ..] => ("o", 3),
            [b'a', b'u', ..] => ("o", 2),
            [b'o', b'u' | b'o', ..] => ("u", 2),
            [b'a' | b'e', b'i' | b'y', ..] => ("e", 2),
            [b'e', b'e', ..] => ("i", 2),
            [b'a', b'a', ..] => ("a", 2),
            [b'e', b'r' | b'z' | b's'] => ("e", 2),
            [b'p', b'h', ..] => ("f", 2),
            [b'c' | b's', b'h', ..] => ("x", 2),
            [b'q', b'u', ..] | [b'c', b'k', ..] | [b'k', b'h', ..] => ("k", 2),
            [b'g', b'u', b'e' | b'i', ..] => ("g", 2),
            [b't', b'h', ..] => ("t", 2),
            [b'b', b'h', ..] => ("b", 2),
            [b'd', b'h', ..] => ("d", 2),
            [b't', b'i', b'o', b'n', ..] => ("sion", 4),
            [b'c', b'e' | b'i' | b'y', ..] => ("s", 1),
            [b'c' | b'q' | b'k', ..] => ("k", 1),
            [b'z', ..] => ("s", 1),
            [b'y', ..] => ("i", 1),
            [b'w', ..] => ("v", 1),
            [b'h', ..] => ("", 1),
            [b's' | b't' | b'x' | b'e' | b'd'] if out.len() > 2 => ("", 1),
            [b, ..] => {
                if !out.ends_with(char::from(*b)) {
                    out.push(char::from(*b));
                }
                ("", 1)
            }
            [] => break,
        };
        if !say.is_empty() && !out.ends_with(say) {
            out.push_str(say);
        }
        at += used;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::sound;

    #[test]
    fn spellings_by_ear_share_a_key() {
        for (a, b) in [
            ("livraison", "livreson"),
            ("combien", "konbien"),
            ("wapas", "vaapas"),
            ("colis", "koli"),
            ("retours", "retour"),
            ("commande", "comande"),
            ("payer", "paye"),
            ("kaise", "kaese"),
        ] {
            let (x, y) = (sound(a), sound(b));
            let same = x == y || strsim::levenshtein(&x, &y) <= 1;
            assert!(same, "{a} {x} / {b} {y}");
        }
        assert_ne!(sound("livraison"), sound("garantie"));
        assert_eq!(sound("توصيل"), "");
    }
}
