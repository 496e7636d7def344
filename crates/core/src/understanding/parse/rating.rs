//! Ratings from 1 to 5 with what was said beside them.

use super::closed::{choice, has_words};
use super::reading;
use crate::understanding::text::{Text, Token, TokenKind};

/// A rating with what was said beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// 1 to 5.
    pub score: u8,
    pub comment: Option<String>,
}

/// Where the rating stands, in tokens, end exclusive.
struct Found {
    score: u8,
    from: usize,
    to: usize,
}

/// A rating: 1–5 in any script, `5/5`, stars, rating words with a number, number and comment.
pub fn rating(text: &Text) -> Option<Rating> {
    if !has_words(text) {
        let score = u8::try_from(stars(text)).ok().filter(|s| (1..=5).contains(s))?;
        return Some(Rating { score, comment: None });
    }
    let found = fraction(text)
        .or_else(|| with_stars(text))
        .or_else(|| star_emoji(text))
        .or_else(|| announced(text))
        .or_else(|| at_an_end(text))
        .or_else(|| in_words(text))?;
    Some(Rating { score: found.score, comment: comment(text, &found) })
}

/// `5/5`, "4 sur 5", "9/10", "4 out of 5".
fn fraction(text: &Text) -> Option<Found> {
    const OF: [&str; 10] = ["sur", "of", "de", "من", "mein", "me", "में", "von", "su", "uit"];
    let tokens = &text.tokens;
    (0..tokens.len()).find_map(|at| {
        let mut top = number(&tokens[at])?;
        let next = tokens.get(at + 1)?;
        let (bottom_at, is_fraction) = match value(next) {
            Some(_) => (at + 1, gap(text, at).contains(['/', '⁄', '／'])),
            None => {
                let skip = usize::from(next.fold == "out");
                let of = tokens.get(at + 1 + skip)?;
                let behind = tokens.get(at + 2 + skip)?;
                let skip = skip + usize::from(matches!(behind.fold.as_str(), "se" | "से"));
                (at + 2 + skip, OF.contains(&of.fold.as_str()) || skip == 0 && next.fold == "on")
            }
        };
        let mut bottom = number(tokens.get(bottom_at)?)?;
        // Hindi counts the other way round: "of five, four".
        if bottom_at == at + 3 && next.fold != "out" {
            (top, bottom) = (bottom, top);
        }
        // Two slashes make a date.
        if !is_fraction || gap(text, bottom_at).starts_with('/') || top > bottom {
            return None;
        }
        let score = match bottom {
            5 => top,
            10 | 20 | 100 => (top * 5).div_ceil(bottom).max(1),
            _ => return None,
        };
        let score = u8::try_from(score).ok().filter(|s| (1..=5).contains(s))?;
        Some(Found { score, from: at, to: bottom_at + 1 })
    })
}

/// "5 étoiles", "five stars".
fn with_stars(text: &Text) -> Option<Found> {
    const STARS: [&str; 14] = [
        "etoile",
        "etoiles",
        "star",
        "stars",
        "estrella",
        "estrellas",
        "estrela",
        "estrelas",
        "نجوم",
        "نجمه",
        "sitare",
        "sterne",
        "stelle",
        "स्टार",
    ];
    let tokens = &text.tokens;
    (1..tokens.len()).find_map(|at| {
        let is_star =
            STARS.contains(&tokens[at].fold.as_str()) || tokens[at].fold.starts_with('⭐');
        if !is_star {
            return None;
        }
        let before = &tokens[at - 1];
        // Beside a star the article is the number.
        let is_article = matches!(before.fold.as_str(), "une" | "una" | "uma");
        let score = if is_article { 1 } else { value_or_word(before)? };
        Some(Found { score, from: at - 1, to: at + 1 })
    })
}

/// Stars beside a comment.
fn star_emoji(text: &Text) -> Option<Found> {
    let at: Vec<usize> = (0..text.tokens.len()).filter(|&i| is_star(&text.tokens[i])).collect();
    let score = u8::try_from(stars(text)).ok().filter(|s| (1..=5).contains(s))?;
    let (first, last) = (*at.first()?, *at.last()?);
    let has_number = text.tokens.iter().any(|t| value(t).is_some());
    (last - first + 1 == at.len() && !has_number).then_some(Found {
        score,
        from: first,
        to: last + 1,
    })
}

/// "note : 4", "je mets 5", "I give it a three". A number in words is none where it may be an
/// article ("un avis") or where digits stand as well.
fn announced(text: &Text) -> Option<Found> {
    let tokens = &text.tokens;
    let has_digits = tokens.iter().any(|t| value(t).is_some());
    let value_or_last_word = |at: usize| {
        let token: &Token = &tokens[at];
        let is_last = at + 1 == tokens.len() || token.ends_clause || token.ends_sentence;
        let word = || value_or_word(token).filter(|_| is_last && !has_digits);
        in_range(value(token)).or_else(word)
    };
    (0..tokens.len()).find_map(|at| {
        let from = at.saturating_sub(4);
        // Hindi gives behind the number: "4 dunga".
        let gives = |t: &Token| GIVES.contains(&t.fold.as_str());
        let has_cue = tokens[from..at].iter().any(|t| CUES.contains(&t.fold.as_str()))
            || tokens.get(at + 1).is_some_and(gives);
        let score = if has_cue { value_or_last_word(at)? } else { return None };
        (!is_counted(text, at)).then_some(Found { score, from: at, to: at + 1 })
    })
}

/// Verbs that announce one from behind.
const GIVES: [&str; 4] = ["dunga", "dungi", "deta", "deti"];
/// Words that announce a rating.
const CUES: [&str; 47] = [
    "note",
    "noter",
    "avis",
    "mets",
    "met",
    "donne",
    "donnerais",
    "mettrais",
    "attribue",
    "dirais",
    "dirai",
    "diria",
    "rating",
    "rate",
    "score",
    "give",
    "gave",
    "giving",
    "nota",
    "doy",
    "daria",
    "pongo",
    "pondria",
    "calificacion",
    "puntuacion",
    "valoracion",
    "dou",
    "avaliacao",
    "avalio",
    "classificacao",
    "تقييم",
    "تقييمي",
    "اعطي",
    "اعطيكم",
    "درجه",
    "number",
    "deta",
    "deti",
    "dunga",
    "dungi",
    "marks",
    "vote",
    "points",
    "satisfaction",
    "bewertung",
    "voto",
    "reponse",
];
/// Words beside a rating that say nothing of their own.
const FRAME: [&str; 24] = [
    "je", "j", "vous", "un", "une", "la", "ma", "le", "i", "d", "it", "a", "my", "mi", "le", "es",
    "is", "est", "minha", "meu", "main", "de", "os", "ll",
];

/// A number at the start or at the end, with a comment.
fn at_an_end(text: &Text) -> Option<Found> {
    let tokens = &text.tokens;
    let first = tokens.iter().position(|t| t.kind != TokenKind::Emoji)?;
    // "A 2, no more."
    let has_article =
        matches!(tokens[first].fold.as_str(), "un" | "a" | "um" | "ein" | "ek" | "एक")
            && tokens.get(first + 1).is_some_and(|t| value(t).is_some());
    let first = first + usize::from(has_article);
    if let Some(score) = in_range(value(&tokens[first])) {
        let more = tokens.get(first + 1).and_then(value);
        let is_row = more.is_some() && !tokens[first].ends_sentence;
        // "4 ans de garantie ou 5 ?" asks; "5, vous livrez en Suisse ?" rates and asks.
        let asks = text.has_question_mark && tokens.len() > first + 1 && !is_apart(text, first);
        let is_other = is_row || asks || is_counted(text, first) || is_numbered_list(text);
        return (!is_other).then_some(Found { score, from: first, to: first + 1 });
    }
    let last = tokens.iter().rposition(|t| t.kind != TokenKind::Emoji)?;
    let before = last.checked_sub(1).map(|b| &tokens[b])?;
    let stands_apart = before.ends_clause
        || before.ends_sentence
        || !gap(text, last - 1).trim().is_empty()
        || tokens.len() <= 4 && before.kind == TokenKind::Word && !is_unit_before(before);
    let score = in_range(value(&tokens[last]))?;
    let is_rating = stands_apart && !text.has_question_mark && !is_counted(text, last);
    is_rating.then_some(Found { score, from: last, to: last + 1 })
}

/// "cinq", "le premier" is a choice and not a rating: number words count only on their own.
fn in_words(text: &Text) -> Option<Found> {
    if text.tokens.iter().any(|t| t.kind == TokenKind::Number) {
        return None;
    }
    let score = u8::try_from(choice(text)?).ok().filter(|s| (1..=5).contains(s))?;
    Some(Found { score, from: 0, to: text.tokens.len() })
}

/// What was said beside the rating, as it was written.
fn comment(text: &Text, found: &Found) -> Option<String> {
    let quote = text.quote(found.from, found.to);
    let chars: Vec<char> = text.original.chars().collect();
    let is_frame =
        |c: char| c.is_whitespace() || ",.;:-–—!/()[]*·|\"«»\u{FE0F}\u{20E3}⭐🌟★".contains(c);
    let before: String = chars[..quote.start].iter().collect();
    let after: String = chars[quote.end.min(chars.len())..].iter().collect();
    let after = after.trim_start_matches(is_frame).trim_end();
    let before = before.trim_end_matches(is_frame).trim_start();
    let is_frame_word =
        |t: &Token| CUES.contains(&t.fold.as_str()) || FRAME.contains(&t.fold.as_str());
    let is_said =
        |part: &str| Text::new(part).tokens.iter().any(|t| !is_star(t) && !is_frame_word(t));
    match (is_said(before), is_said(after)) {
        (true, true) => Some(text.original.trim().to_owned()),
        (true, false) => Some(before.to_owned()),
        (false, true) => Some(after.to_owned()),
        (false, false) => None,
    }
}

/// Something is between the number and what follows.
fn is_apart(text: &Text, at: usize) -> bool {
    let token = &text.tokens[at];
    token.ends_sentence || token.ends_clause || !gap(text, at).trim().is_empty()
}

/// The number counts things ("2 questions", "3 jours", "4 €") or belongs to something else.
fn is_counted(text: &Text, at: usize) -> bool {
    let after = gap(text, at);
    if after.contains(['€', '$', '£', '%', '₹', '°', '/', '+'])
        || gap_before(text, at).contains(['€', '$', '£', '-', '#', '+', '/'])
    {
        return true;
    }
    let Some(next) = text.tokens.get(at + 1).filter(|_| !is_apart(text, at)) else { return false };
    // "1 autre question", "2 petites lampes".
    let is_between = QUALIFIERS.contains(&next.fold.as_str()) && !next.ends_clause;
    let next = text.tokens.get(at + 2).filter(|_| is_between).unwrap_or(next);
    const COUNTED: [&str; 103] = [
        "question",
        "questions",
        "jour",
        "jours",
        "semaine",
        "semaines",
        "mois",
        "heure",
        "heures",
        "minute",
        "minutes",
        "min",
        "fois",
        "h",
        "x",
        "lampe",
        "lampes",
        "ampoule",
        "ampoules",
        "colis",
        "commande",
        "commandes",
        "article",
        "articles",
        "produit",
        "produits",
        "agent",
        "agents",
        "euros",
        "euro",
        "eur",
        "lamp",
        "lamps",
        "bulb",
        "bulbs",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "hour",
        "hours",
        "times",
        "order",
        "orders",
        "item",
        "items",
        "parcels",
        "preguntas",
        "pregunta",
        "dias",
        "dia",
        "semanas",
        "veces",
        "lamparas",
        "pedidos",
        "horas",
        "meses",
        "vezes",
        "encomendas",
        "perguntas",
        "din",
        "baar",
        "sawal",
        "ghante",
        "hafte",
        "ايام",
        "مرات",
        "اسئله",
        "problemes",
        "spots",
        "chose",
        "choses",
        "thing",
        "things",
        "cosa",
        "cosas",
        "coisa",
        "coisas",
        "ans",
        "an",
        "years",
        "year",
        "anos",
        "carton",
        "cartons",
        "etage",
        "etages",
        "pieces",
        "personnes",
        "rue",
        "avenue",
        "boulevard",
        "bis",
        "ter",
        "place",
        "allee",
        "impasse",
        "chemin",
        "street",
        "road",
        "calle",
    ];
    COUNTED.contains(&next.fold.as_str())
}

/// What may stand between a number and what it counts.
const QUALIFIERS: [&str; 22] = [
    "autre",
    "autres",
    "derniere",
    "dernieres",
    "petite",
    "petites",
    "petit",
    "petits",
    "seule",
    "other",
    "more",
    "last",
    "small",
    "quick",
    "otra",
    "mas",
    "ultima",
    "pequena",
    "outra",
    "mais",
    "aur",
    "weitere",
];

/// "1. … 2. …" lists wishes.
fn is_numbered_list(text: &Text) -> bool {
    let numbers: Vec<u32> = text.tokens.iter().filter_map(value).take(2).collect();
    numbers == [1, 2] && text.tokens.len() > 4
}

fn is_unit_before(token: &Token) -> bool {
    matches!(
        token.fold.as_str(),
        "option"
            | "choix"
            | "numero"
            | "no"
            | "n"
            | "number"
            | "menu"
            | "article"
            | "lampe"
            | "ml"
            | "le"
            | "la"
            | "les"
            | "depuis"
            | "a"
            | "de"
            | "il"
            | "y"
            | "page"
            | "ref"
            | "tape"
            | "touche"
            | "opcion"
            | "opcao"
    )
}

fn stars(text: &Text) -> usize {
    text.tokens.iter().filter(|t| is_star(t)).count()
}

fn is_star(token: &Token) -> bool {
    token.kind == TokenKind::Emoji && token.fold.starts_with(['⭐', '🌟', '★'])
}

fn in_range(value: Option<u32>) -> Option<u8> {
    value.and_then(|v| u8::try_from(v).ok()).filter(|v| (1..=5).contains(v))
}

fn value(token: &Token) -> Option<u32> {
    (token.kind == TokenKind::Number && token.fold.len() <= 3).then(|| token.fold.parse().ok())?
}

/// A digit, or a number word of one of the languages.
fn value_or_word(token: &Token) -> Option<u8> {
    in_range(number(token))
}

/// Digits, or a number word up to ten.
fn number(token: &Token) -> Option<u32> {
    if let Some(v) = value(token) {
        return Some(v);
    }
    const WORDS: [&str; 10] = ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10"];
    let text = Text::new(&token.fold);
    let pieces = reading(&text).pieces(&text, &WORDS, |_| false)?;
    let class = pieces.first()?.class?;
    u32::try_from(class + 1).ok()
}

/// What is written between a token and the next.
fn gap(text: &Text, at: usize) -> String {
    let from = text.tokens[at].quote.end;
    let to = text.tokens.get(at + 1).map_or(usize::MAX, |t| t.quote.start);
    text.original.chars().skip(from).take(to.saturating_sub(from)).collect()
}

fn gap_before(text: &Text, at: usize) -> String {
    at.checked_sub(1).map_or_else(
        || text.original.chars().take(text.tokens[at].quote.start).collect(),
        |before| gap(text, before),
    )
}
