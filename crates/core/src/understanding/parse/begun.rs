//! The beginning of a sentence, sent before the rest of it was written.

use super::hits;
use super::sentence::in_section;
use crate::understanding::text::{Text, TokenKind};

/// Longest message that is read as a beginning, in words.
const LONGEST: usize = 6;

/// Nothing but the beginning of a sentence: "combien", "do you ship", "je voudrais changer". Who
/// ends it with a sign, a picture or a number has said what there is to say.
pub fn is_begun(text: &Text) -> bool {
    let tokens = &text.tokens;
    let is_open = tokens.iter().all(|t| t.kind == TokenKind::Word)
        && tokens.last().is_some_and(|t| !t.ends_sentence && !t.ends_clause);
    if !is_open || text.has_question_mark || text.words().count() > LONGEST {
        return false;
    }
    hits(text).iter().any(|h| in_section(h, "begun") && h.to == tokens.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(are_begun: bool, messages: &[&str]) {
        for message in messages {
            assert_eq!(is_begun(&Text::new(message)), are_begun, "{message}");
        }
    }

    #[test]
    fn a_sentence_without_its_rest_is_begun() {
        all(
            true,
            &[
                "combien",
                "Combien coûte",
                "cb de temps",
                "Bonjour, quelle est",
                "est-ce que",
                "je voudrais changer",
                "si vous livrez",
                "la livraison",
                "c'est pour une",
                "pas besoin",
                "inutile de me passer",
                "how long",
                "do you ship",
                "can I return",
                "what is the",
                "no need for",
                "cuánto cuesta",
                "quería saber",
                "quanto custa",
                "posso pagar",
                "كم تكلفة",
                "هل يمكن",
                "kya aap",
            ],
        );
    }

    #[test]
    fn what_says_something_or_ends_is_not() {
        all(
            false,
            &[
                "",
                "combien ?",
                "Combien coûte la livraison",
                "livraison express",
                "la livraison.",
                "je voudrais 2",
                "agent",
                "un agent svp",
                "oui merci",
                "how long does delivery take",
                "do you ship to Italy",
                "delivery",
                "no thanks",
                "ML-2041",
                "je ne veux plus attendre ma lampe",
                "gracias",
                "شكرا",
                "👍",
            ],
        );
    }
}
