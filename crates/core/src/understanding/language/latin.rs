//! Telling apart languages written in Latin letters.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::seeds::{INTERNATIONAL, SEEDS};
use super::{Detected, Lang};
use crate::understanding::concepts::table::{Hash, Table};
use crate::understanding::text::{MAX_READ, Text, Token, TokenKind};

const LANGS: usize = SEEDS.len();
/// Its place among the seeds.
const ENGLISH: usize = 1;
type Scores = [f32; LANGS];

/// What a word counts for each language that lists it, by how many languages list it.
const SHARE: [f32; 5] = [2.4, 1.3, 0.8, 0.55, 0.35];
/// A borrowed word counts this much of its share for the borrower.
const LOAN: f32 = 0.6;
/// One or two letters are easily typed by accident, or stand for something else.
const SHORT_WORD: f32 = 0.65;
/// A letter held down (`zzzz`) is noise, not the one-letter word of some language.
const SHORTEST_SQUEEZED: usize = 3;
/// The languages the demo speaks come first when two are level.
const PREFERRED: usize = 5;
const PREFERENCE: f32 = 0.25;
/// How far an unlisted word may push two languages apart.
const UNLISTED_REACH: f32 = 2.0;
const UNLISTED_SCALE: f32 = 0.22;
/// What the best language needs: own evidence, and distance to the second.
const LEAST_EVIDENCE: f32 = 1.2;
const LEAST_MARGIN: f32 = 0.9;
/// One listed word of so few letters is an accident ("yo", "min", "um").
const THIN: usize = 3;
/// A language that the demo does not speak is no surer than this on the strength of one word.
const UNSURE: f32 = 0.7;

/// Letters that only some languages write.
const MARKS: &[(&str, &[&[u8; 2]], f32)] = &[
    ("ñ¿¡", &[b"es"], 1.6),
    ("ãõ", &[b"pt"], 1.6),
    ("áíóú", &[b"es", b"pt"], 0.7),
    ("êèùûîëïœ", &[b"fr"], 0.9),
    ("âô", &[b"fr", b"pt", b"ro"], 0.4),
    ("àé", &[b"fr", b"it", b"pt", b"es"], 0.2),
    ("ç", &[b"fr", b"pt", b"tr"], 0.5),
    ("òì", &[b"it"], 1.4),
    ("ß", &[b"de"], 2.5),
    ("äö", &[b"de", b"sv"], 0.9),
    ("ü", &[b"de", b"tr"], 0.8),
    ("å", &[b"sv"], 1.6),
    ("łąęśźżćń", &[b"pl"], 1.8),
    ("ășțţ", &[b"ro"], 1.8),
    ("ğış", &[b"tr"], 1.8),
    ("đơưạảấầẩậắằặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỷỹ", &[b"vi"], 1.8),
];

struct Model {
    words: Words,
    /// Logarithm of how likely a letter triple is in each language.
    triples: Triples,
    unseen: Scores,
}

/// Listed words, under their folded form and with doubled letters cut to one.
#[derive(Default)]
struct Words {
    table: Table,
    all: Vec<Word>,
}

#[derive(Default)]
struct Word {
    text: String,
    /// What it says for each language; nothing where it is international only.
    scores: Option<Scores>,
    /// It is listed in this very spelling.
    is_spelled: bool,
    is_neutral: bool,
}

impl Words {
    fn get(&self, fold: &str) -> Option<&Word> {
        let at = self.table.get(Hash::new(0).str(fold).key())?;
        Some(&self.all[at as usize]).filter(|word| word.text == fold)
    }

    fn entry(&mut self, fold: &str) -> &mut Word {
        let at = self.table.intern(Hash::new(0).str(fold).key()) as usize;
        if at == self.all.len() {
            self.all.push(Word { text: fold.to_owned(), ..Word::default() });
        }
        &mut self.all[at]
    }
}

/// Scores by three letters in a row.
struct Triples {
    table: Table,
    scores: Vec<Scores>,
}

impl Triples {
    fn get(&self, triple: [char; 3]) -> Option<&Scores> {
        self.table.get(triple_key(triple)).map(|at| &self.scores[at as usize])
    }
}

fn triple_key(triple: [char; 3]) -> u64 {
    triple.iter().fold(Hash::new(0), |hash, c| hash.number(u32::from(*c))).key()
}

static MODEL: LazyLock<Model> = LazyLock::new(Model::build);

impl Model {
    fn build() -> Self {
        let mut own: BTreeMap<String, [Listing; LANGS]> = BTreeMap::new();
        for (at, seed) in SEEDS.iter().enumerate() {
            for (list, listing) in [(seed.loans, Listing::Loan), (seed.words, Listing::Own)] {
                // Read in pieces: a list is longer than the longest message that is read.
                for word in list.split_whitespace() {
                    for token in Text::new(word).tokens {
                        own.entry(token.fold).or_default()[at] = listing;
                    }
                }
            }
        }
        // What others borrowed from English is English.
        for listings in own.values_mut() {
            if listings.contains(&Listing::Loan) && listings[ENGLISH] == Listing::No {
                listings[ENGLISH] = Listing::Own;
            }
        }
        let mut counts: BTreeMap<[char; 3], Scores> = BTreeMap::new();
        let mut totals: Scores = [0.0; LANGS];
        for (word, listings) in &own {
            for at in (0..LANGS).filter(|&at| listings[at] == Listing::Own) {
                for triple in triples(word) {
                    counts.entry(triple).or_insert([0.0; LANGS])[at] += 1.0;
                    totals[at] += 1.0;
                }
            }
        }
        let kinds = counts.len() as f32;
        let mut unseen: Scores = [0.0; LANGS];
        for at in 0..LANGS {
            unseen[at] = libm::logf(0.3 / (totals[at] + 0.3 * kinds));
        }
        for scores in counts.values_mut() {
            for at in 0..LANGS {
                scores[at] = libm::logf((scores[at] + 0.3) / (totals[at] + 0.3 * kinds));
            }
        }
        let mut words = Words::default();
        for (word, listings) in &own {
            let entry = words.entry(word);
            entry.scores = Some(worth(word, listings));
            entry.is_spelled = true;
        }
        for (word, listings) in &own {
            words.entry(&squeeze(word)).scores.get_or_insert_with(|| worth(word, listings));
        }
        for word in Text::new(INTERNATIONAL).words() {
            words.entry(word).is_neutral = true;
        }
        let mut triples = Triples { table: Table::default(), scores: Vec::new() };
        for (triple, scores) in counts {
            triples.table.intern(triple_key(triple));
            triples.scores.push(scores);
        }
        Self { words, triples, unseen }
    }

    fn word(&self, fold: &str) -> Option<&Scores> {
        let scores = |fold: &str| self.words.get(fold).and_then(|word| word.scores.as_ref());
        let squeezed = || Some(squeeze(fold)).filter(|s| s.len() >= SHORTEST_SQUEEZED);
        scores(fold).or_else(|| scores(&squeezed()?))
    }

    fn is_neutral(&self, fold: &str) -> bool {
        self.words.get(fold).is_some_and(|word| word.is_neutral)
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Listing {
    #[default]
    No,
    Loan,
    Own,
}

fn worth(word: &str, listings: &[Listing; LANGS]) -> Scores {
    let listed = listings.iter().filter(|l| **l != Listing::No).count();
    let mut share = SHARE[listed.clamp(1, SHARE.len()) - 1];
    if word.chars().count() <= 2 {
        share *= SHORT_WORD;
    }
    let mut scores = [0.0; LANGS];
    for at in 0..LANGS {
        scores[at] = match listings[at] {
            Listing::No => 0.0,
            Listing::Loan => share * LOAN,
            Listing::Own => share,
        };
    }
    scores
}

fn squeeze(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

fn triples(word: &str) -> impl Iterator<Item = [char; 3]> + '_ {
    let padded: Vec<char> = format!(" {word} ").chars().collect();
    (0..padded.len().saturating_sub(2)).map(move |i| [padded[i], padded[i + 1], padded[i + 2]])
}

pub(super) fn detect(text: &Text) -> Option<Detected> {
    let model = &*MODEL;
    let mut scores: Scores = [0.0; LANGS];
    let mut evidence: Scores = [0.0; LANGS];
    for score in scores.iter_mut().take(PREFERRED) {
        *score += PREFERENCE;
    }
    let mut unlisted = 0usize;
    // Letters of listed words, and how many of these words are longer than a slip.
    let mut letters = [0usize; LANGS];
    let mut long = [0usize; LANGS];
    for token in text.tokens.iter().filter(|t| is_latin_word(t)) {
        if model.is_neutral(&token.fold) {
            continue;
        }
        if let Some(word) = model.word(&token.fold) {
            for at in 0..LANGS {
                scores[at] += word[at];
                evidence[at] += word[at];
                if word[at] > 0.0 {
                    letters[at] += token.fold.len();
                    long[at] += usize::from(token.fold.len() >= THIN);
                }
            }
        } else if (3..=24).contains(&token.fold.chars().count()) {
            unlisted += 1;
            let likely = likelihood(model, &token.fold);
            for at in 0..LANGS {
                scores[at] += likely[at];
            }
        }
    }
    add_marks(&text.original, &mut scores, &mut evidence);
    let best = (0..LANGS).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)))?;
    let second = (0..LANGS)
        .filter(|&at| at != best)
        .map(|at| scores[at])
        .max_by(f32::total_cmp)
        .unwrap_or_default();
    let margin = scores[best] - second;
    let supported = evidence[best] >= LEAST_EVIDENCE && margin >= LEAST_MARGIN;
    // Nothing but unlisted words: only a whole phrase of them, all pulling one way, counts.
    let carried = unlisted >= 4 && evidence[best] > 0.0 && margin >= 2.0;
    let is_marked = !text.original.is_ascii();
    if !supported && !carried || letters[best] <= THIN && !is_marked {
        return None;
    }
    let most = if best < PREFERRED || long[best] > 1 || is_marked { 0.99 } else { UNSURE };
    let confidence = crate::understanding::chance(margin).min(most);
    Some(Detected { lang: Lang::of(SEEDS[best].code), confidence })
}

fn is_latin_word(token: &Token) -> bool {
    token.kind == TokenKind::Word && token.fold.chars().all(|c| c.is_ascii_lowercase())
}

/// How much better each language explains a word's letters; the best gets 0, the others less.
fn likelihood(model: &Model, word: &str) -> Scores {
    let mut sum: Scores = [0.0; LANGS];
    for triple in triples(word) {
        let scores = model.triples.get(triple).unwrap_or(&model.unseen);
        for at in 0..LANGS {
            sum[at] += scores[at];
        }
    }
    let best = sum.iter().copied().max_by(f32::total_cmp).unwrap_or_default();
    sum.map(|s| ((s - best) * UNLISTED_SCALE).max(-UNLISTED_REACH))
}

fn add_marks(original: &str, scores: &mut Scores, evidence: &mut Scores) {
    let mut seen: BTreeMap<char, u8> = BTreeMap::new();
    for c in original.chars().take(MAX_READ).filter(|c| !c.is_ascii()) {
        let c = c.to_lowercase().next().unwrap_or(c);
        let times = seen.entry(c).or_default();
        if *times == 2 {
            continue;
        }
        *times += 1;
        for (marks, codes, weight) in MARKS {
            if marks.contains(c) {
                for at in (0..LANGS).filter(|&at| codes.contains(&SEEDS[at].code)) {
                    scores[at] += weight;
                    evidence[at] += weight / 2.0;
                }
            }
        }
    }
}

/// The word is listed for some language.
pub(crate) fn is_known_word(fold: &str) -> bool {
    MODEL.is_neutral(fold) || MODEL.word(fold).is_some()
}

/// The word is listed for some language in this very spelling.
pub(crate) fn is_listed_word(fold: &str) -> bool {
    MODEL.words.get(fold).is_some_and(|word| word.is_spelled || word.is_neutral)
}

/// The letters follow one another as they do in the languages we know.
pub(crate) fn is_plausible_word(fold: &str) -> bool {
    if is_known_word(fold) {
        return true;
    }
    let all: Vec<[char; 3]> = triples(fold).collect();
    let seen = all.iter().filter(|t| MODEL.triples.get(**t).is_some()).count();
    seen * 2 >= all.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(text: &str) -> Option<String> {
        detect(&Text::new(text)).map(|d| d.lang.as_str().to_owned())
    }

    #[track_caller]
    fn all(cases: &[(&str, &str)]) {
        let wrong: Vec<String> = cases
            .iter()
            .filter(|(text, want)| lang(text).as_deref() != Some(*want))
            .map(|(text, want)| format!("{text:?}: want {want}, got {:?}", lang(text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn clear_single_words_are_enough() {
        all(&[
            ("bonjour", "fr"),
            ("Bonjour !", "fr"),
            ("bonjourrrr", "fr"),
            ("merci", "fr"),
            ("remboursement", "fr"),
            ("hello", "en"),
            ("helloooo", "en"),
            ("thanks", "en"),
            ("hola", "es"),
            ("gracias", "es"),
            ("olá", "pt"),
            ("obrigado", "pt"),
            ("namaste", "hi"),
            ("shukriya", "hi"),
            ("danke", "de"),
            ("grazie", "it"),
        ]);
    }

    #[test]
    fn noise_of_the_keyboard_is_in_no_language() {
        for text in [
            "zzzz",
            "zz zz zz",
            "aaaa",
            "oooo",
            "xxxx",
            "wwww",
            "asdfghjkl",
            "qsdfqsdf",
            "wxcvbn wxcvbn",
            "hjkl hjkl hjkl",
            "ytrewq",
            "lkjh gfds",
            "ddddd",
            "yyyy",
            "jjjjj kkkk",
            "sdfsdf sdfsdf sdf sdf",
        ] {
            assert_eq!(lang(text), None, "{text}");
        }
    }

    #[test]
    fn words_of_several_languages_and_things_say_nothing() {
        for text in [
            "",
            "ok",
            "OK",
            "menu",
            "no",
            "agent",
            "refund",
            "ML-2041",
            "3",
            "😀",
            "Claire Dubois",
            "Karim Bensaid",
            "Sirius",
            "a",
            "1️⃣",
            "??",
            "humano",
            "reembolso",
            "pedido",
            "cancelar",
            "E1 6AN",
            "Hélène Marchetti",
            "Rohan Mehta",
            "stop",
            "FAQ",
            "Julien",
            "xyz",
            "zzzz",
            "gnarf blorp zzz",
            "order",
        ] {
            assert_eq!(lang(text), None, "{text}");
        }
    }

    #[test]
    fn short_sentences_are_told_apart() {
        all(&[
            ("où est ma commande", "fr"),
            ("ou est mon colis svp", "fr"),
            ("je veux parler a quelqun", "fr"),
            ("jai pas recu mon coli", "fr"),
            ("la lampe ne s'allume plus", "fr"),
            ("vous êtes un robot ?", "fr"),
            ("combien coute la livraison", "fr"),
            ("where is my order", "en"),
            ("wheres my parcle", "en"),
            ("i want to talk to a human", "en"),
            ("how much is delivery", "en"),
            ("refund please", "en"),
            ("track my order", "en"),
            ("I have been charged twice", "en"),
            ("dónde está mi pedido", "es"),
            ("donde esta mi pedido", "es"),
            ("quiero hablar con una persona", "es"),
            ("no me ha llegado el paquete", "es"),
            ("cuanto cuesta el envio", "es"),
            ("quiero cancelar mi pedido", "es"),
            ("kiero ablar con alguien", "es"),
            ("onde está a minha encomenda", "pt"),
            ("onde esta minha encomenda", "pt"),
            ("quero falar com uma pessoa", "pt"),
            ("nao recebi o meu pedido", "pt"),
            ("quanto custa o envio", "pt"),
            ("quero cancelar o meu pedido", "pt"),
            ("vcs demoram muito pra responder", "pt"),
            ("mera order kahan hai", "hi"),
            ("mujhe agent se baat karni hai", "hi"),
            ("refund kab milega", "hi"),
            ("order cancel karna hai", "hi"),
            ("mere paise wapas karo", "hi"),
            ("delivery kitne din me hogi", "hi"),
            ("kya aap robot ho", "hi"),
            ("please mujhe customer care se connect karo", "hi"),
        ]);
    }

    #[test]
    fn languages_without_texts_are_recognised_too() {
        all(&[
            ("wo ist meine bestellung", "de"),
            ("ich möchte mit jemandem sprechen", "de"),
            ("die lampe funktioniert nicht", "de"),
            ("dov'è il mio ordine", "it"),
            ("vorrei parlare con un operatore", "it"),
            ("non ho ricevuto il pacco", "it"),
            ("waar is mijn bestelling", "nl"),
            ("ik wil iemand spreken", "nl"),
            ("siparişim nerede", "tr"),
            ("siparisim nerede acaba", "tr"),
            ("gdzie jest moje zamówienie", "pl"),
            ("gdzie jest moja paczka", "pl"),
            ("unde este comanda mea", "ro"),
            ("vreau să vorbesc cu cineva", "ro"),
            ("var är min beställning", "sv"),
            ("jag vill prata med någon", "sv"),
            ("đơn hàng của tôi ở đâu", "vi"),
            ("di mana pesanan saya", "id"),
            ("saya ingin bicara dengan orang", "id"),
        ]);
    }
}
