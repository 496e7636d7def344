use super::*;
use proptest::prelude::*;

const TUNED: &str = include_str!("fixtures/tuned.txt");
const HELD_OUT: &str = include_str!("fixtures/held_out.txt");

/// The words of the demo workspace.
fn lexicon() -> Lexicon {
    let table = |rows: &[(&str, &str)]| {
        rows.iter()
            .map(|(lang, words)| {
                ((*lang).to_owned(), words.split(',').map(|w| w.trim().to_owned()).collect())
            })
            .collect::<BTreeMap<String, Vec<String>>>()
    };
    let keywords = table(&[
        (
            "fr",
            "humain, agent, conseiller, conseillère, assistance, représentant, opérateur, remboursement, parler à quelqu'un, une vraie personne",
        ),
        ("en", "human, agent, representative, real person, speak to someone, operator, refund"),
        ("es", "humano, agente, asesor, persona real, hablar con alguien, reembolso"),
        ("pt", "humano, agente, atendente, pessoa real, falar com alguém, reembolso"),
        ("ar", "موظف, مستشار, إنسان, شخص حقيقي, خدمة العملاء, استرداد"),
        ("hi", "insaan, agent, customer care, kisi se baat, refund, paise wapas"),
    ]);
    let anger = table(&[
        (
            "fr",
            "inutile, ridicule, nul, honte, honteux, scandaleux, marre, inadmissible, incompétent",
        ),
        ("en", "useless, ridiculous, terrible, awful, shameful, unacceptable, joke"),
        ("es", "inútil, ridículo, vergüenza, pésimo, inaceptable"),
        ("pt", "inútil, ridículo, vergonha, péssimo, inaceitável"),
        ("ar", "غير مقبول, سيئة, فضيحة, مهزلة"),
        ("hi", "bekar, ghatiya, bakwas"),
    ]);
    Lexicon::new(&keywords, &anger)
}

fn measure(lexicon: &Lexicon, written: &str) -> Signals {
    lexicon.measure(&Text::new(written), History::default())
}

/// The alarms of a message under their short names.
pub(super) fn alarms(signals: &Signals) -> Vec<String> {
    let named = [
        ("human", &signals.human_request),
        ("refuses", &signals.refuses_human),
        ("anger", &signals.frustration),
        ("fault", &signals.fault),
    ];
    let mut alarms: Vec<String> =
        named.iter().filter(|(_, s)| s.is_alarm()).map(|(n, _)| (*n).to_owned()).collect();
    for (section, _, topic) in TOPICS {
        if signals.sensitive.get(topic).is_some_and(Signal::is_alarm) {
            let name = if section == "cancellation" { "cancel" } else { section };
            alarms.push(name.to_owned());
        }
    }
    alarms.sort();
    alarms
}

pub(super) struct Case<'a> {
    pub(super) must: Vec<String>,
    pub(super) may: Vec<String>,
    pub(super) written: &'a str,
}

pub(super) fn cases(table: &str) -> Vec<Case<'_>> {
    let lines = table.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    lines
        .map(|line| {
            let (labels, written) = line.split_once('|').expect("a line is `labels | sentence`");
            let labels = labels.split_whitespace().filter(|l| *l != "-").map(str::to_owned);
            let (may, mut must): (Vec<String>, Vec<String>) =
                labels.partition(|l| l.starts_with('?'));
            must.sort();
            Case {
                must,
                may: may.iter().map(|l| l[1..].to_owned()).collect(),
                written: written.trim(),
            }
        })
        .collect()
}

/// Cases whose alarms are not what they should be.
fn wrong(table: &str) -> (usize, Vec<String>) {
    let lexicon = lexicon();
    let cases = cases(table);
    let count = cases.len();
    let wrong = cases
        .into_iter()
        .filter_map(|case| {
            let mut got = alarms(&measure(&lexicon, case.written));
            got.retain(|a| !case.may.contains(a));
            (got != case.must)
                .then(|| format!("{}: want {:?}, got {got:?}", case.written, case.must))
        })
        .collect();
    (count, wrong)
}

#[test]
fn sentences_the_rules_were_written_with_ring_the_right_alarms() {
    let (_, wrong) = wrong(TUNED);
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn sentences_the_rules_have_never_seen_mostly_ring_the_right_alarms() {
    let (count, wrong) = wrong(HELD_OUT);
    let share = 1.0 - wrong.len() as f32 / count as f32;
    assert!(share >= 0.9, "{share}: {wrong:#?}");
}

#[test]
fn every_alarm_quotes_the_words_it_rests_on() {
    let lexicon = lexicon();
    for case in cases(TUNED).into_iter().chain(cases(HELD_OUT)) {
        let text = Text::new(case.written);
        let signals = lexicon.measure(&text, History::default());
        let all =
            [&signals.human_request, &signals.refuses_human, &signals.frustration, &signals.fault];
        for signal in all.into_iter().chain(signals.sensitive.values()) {
            assert!((0.0..=1.0).contains(&signal.score), "{}: {}", case.written, signal.score);
            assert_eq!(signal.score > 0.0, !signal.quotes.is_empty(), "{}", case.written);
            check_quotes(&text, &signal.quotes);
        }
    }
}

#[track_caller]
fn check_quotes(text: &Text, quotes: &[Quote]) {
    let length = text.original.chars().count();
    for quote in quotes {
        assert!(quote.start < quote.end && quote.end <= length, "{quote:?} in {length}");
        assert!(text.tokens.iter().any(|t| t.quote.start == quote.start), "{quote:?}");
        assert!(text.tokens.iter().any(|t| t.quote.end == quote.end), "{quote:?}");
    }
}

#[test]
fn quotes_hold_the_words_and_little_else() {
    let lexicon = lexicon();
    for (written, quote) in [
        ("bonjour, je suis Claire, passez-moi un conseiller svp", "passez-moi un conseiller"),
        ("😀😀 my order is late and I want my money back now", "my money"),
        ("ça va, mais la lampe fait des étincelles depuis hier", "étincelles"),
    ] {
        let text = Text::new(written);
        let signals = lexicon.measure(&text, History::default());
        let quotes: Vec<Quote> = signals
            .sensitive
            .values()
            .chain([&signals.human_request])
            .flat_map(|s| s.quotes.clone())
            .collect();
        let said: Vec<String> = quotes.iter().map(|q| text.quoted(*q)).collect();
        assert!(said.iter().any(|s| s.contains(quote)), "{said:?}");
        assert!(said.iter().all(|s| s.chars().count() * 4 <= text.original.chars().count() * 3));
    }
}

#[test]
fn keywords_are_whole_words_and_named() {
    let lexicon = lexicon();
    let keyword = |written: &str| measure(&lexicon, written).keyword;
    assert_eq!(keyword("un AGENT svp").as_deref(), Some("agent"));
    assert_eq!(keyword("je veux voir un opérateure").as_deref(), Some("opérateur"));
    for written in
        ["la finition argent", "agence", "c'est urgent", "que me conseillez-vous", "demain"]
    {
        assert_eq!(keyword(written), None, "{written}");
    }
}

#[test]
fn a_workspace_brings_its_own_words() {
    let words = |word: &str| BTreeMap::from([("fr".to_owned(), vec![word.to_owned()])]);
    let lexicon = Lexicon::new(&words("joindre le siège"), &words("foireux"));
    let signals = measure(&lexicon, "je voudrais joindre le siege");
    assert_eq!(signals.keyword.as_deref(), Some("joindre le siège"));
    assert!(signals.human_request.is_alarm());
    assert!(measure(&lexicon, "votre offre est foireuse").frustration.is_alarm());
    assert!(!measure(&lexicon, "elle n'est pas foireuse").frustration.is_alarm());
    let strange = Lexicon::new(&words("@[;(!) $ ^ ..9"), &words("???"));
    assert!(measure(&strange, "un agent svp").human_request.is_alarm());
}

#[test]
fn what_went_before_makes_anger_heavier_and_never_makes_it() {
    let lexicon = lexicon();
    let calm = Text::new("où est ma commande");
    let history = History { said: &[calm.original.as_str(), calm.original.as_str()], failures: 2 };
    let alone = lexicon.measure(&calm, History::default()).frustration;
    assert_eq!(lexicon.measure(&calm, history).frustration, alone);
    assert!(!alone.is_alarm());
    let waiting = Text::new("toujours rien");
    let alone = lexicon.measure(&waiting, History::default()).frustration;
    let history = History { said: &[waiting.original.as_str()], failures: 2 };
    let again = lexicon.measure(&waiting, history).frustration;
    assert!(again.score > alone.score && again.is_alarm(), "{} {}", alone.score, again.score);
}

fn anything() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = TUNED.split_whitespace().collect();
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        proptest::sample::select(words).prop_map(|w| format!("{w} ")),
        Just("\0".to_owned()),
        Just("\u{202E}".to_owned()),
        Just("\u{0301}".to_owned()),
        Just("😡".to_owned()),
        Just(". ".to_owned()),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_text_is_too_strange(written in anything()) {
        let lexicon = lexicon();
        let text = Text::new(&written);
        let signals = lexicon.measure(&text, History::default());
        let all = [&signals.human_request, &signals.refuses_human, &signals.frustration, &signals.fault];
        for signal in all.into_iter().chain(signals.sensitive.values()) {
            assert!((0.0..=1.0).contains(&signal.score));
            check_quotes(&text, &signal.quotes);
        }
    }
}

#[test]
fn words_of_others_are_nobodys_request() {
    let lexicon = lexicon();
    for written in [
        "il m'a dit : je veux un agent, c'était drôle",
        "he said “give me an agent” and laughed",
        "mi hermana dijo «quiero un agente» en la obra",
        "ela disse: quero falar com o gerente, na novela",
        "usne bola mujhe agent chahiye",
    ] {
        let signals = measure(&lexicon, written);
        assert!(!signals.human_request.is_alarm(), "{written}: {:?}", signals.human_request);
    }
    for written in [
        "je veux \"parler à un agent\"",
        "I said I want an agent",
        "je vous ai dit que je veux un agent",
        "«un agent svp»",
    ] {
        assert!(measure(&lexicon, written).human_request.is_alarm(), "{written}");
    }
}

#[test]
fn somebody_asked_for_by_name_is_a_person_and_a_name_alone_is_not() {
    let lexicon = lexicon().with_people(["Nadia Ferrand", "Hugo Lambert", "Lucía Ramos"]);
    for written in [
        "je veux parler à Nadia",
        "passez-moi Hugo svp",
        "is Hugo there?",
        "est-ce que Nadia est dispo ?",
        "quiero hablar con Lucía",
        "Nadia se baat karni hai",
        "Nadia ?",
    ] {
        let signal = measure(&lexicon, written).human_request;
        assert!(signal.is_alarm() && !signal.quotes.is_empty(), "{written}: {signal:?}");
    }
    for written in [
        "ma sœur Nadia adore cette lampe",
        "Hugo, c'est mon fils, veut une veilleuse",
        "j'ai parlé à Nadia hier, tout est réglé",
        "la lampe Nadia existe en noir ?",
    ] {
        let signal = measure(&lexicon, written).human_request;
        assert!(!signal.is_alarm(), "{written}: {signal:?}");
    }
}

#[test]
fn a_sentence_marked_as_a_false_alarm_rings_no_more() {
    let said = "l'assistance électrique de mon vélo est en panne";
    let rules = BTreeMap::from([("keyword".to_owned(), vec![said.to_owned()])]);
    assert!(measure(&lexicon(), said).human_request.is_alarm());
    let taught = lexicon().with_calm(&rules);
    assert!(!measure(&taught, said).human_request.is_alarm());
    assert!(
        !measure(&taught, "l'assistance électrique de mon vélo est encore en panne")
            .human_request
            .is_alarm()
    );
    assert!(measure(&taught, "je veux une assistance svp").human_request.is_alarm());
}

#[test]
fn a_pronoun_in_its_verb_is_read_and_a_mere_question_is_no_claim() {
    let lexicon = lexicon();
    for (written, wanted) in [
        ("pásame con alguien", "human"),
        ("pásenme con una persona por favor", "human"),
        ("passatemi qualcuno", "human"),
        ("richiamatemi domani mattina", "human"),
        ("llámenme mañana", "human"),
        ("devuélvanmelo", "refund"),
        ("devuélvanme el dinero", "refund"),
        ("ridatemi i soldi", "refund"),
        ("vous respectez le RGPD ?", ""),
        ("are you GDPR compliant?", ""),
        ("¿cumplen el RGPD?", ""),
        ("vous êtes combien à répondre, des vrais gens ?", ""),
        ("how many of you are there, real people?", ""),
        ("supprimez mes données, vous ne respectez pas le RGPD", "privacy"),
    ] {
        assert_eq!(alarms(&measure(&lexicon, written)).join(" "), wanted, "{written}");
    }
}

#[test]
fn angry_faces_alone_are_counted() {
    let lexicon = lexicon();
    assert!(measure(&lexicon, "😡😡😡").frustration.is_alarm());
    for faces in ["😡😡", "🤬", "😡 😡", "😤😠"] {
        assert!(!measure(&lexicon, faces).frustration.is_alarm(), "{faces}");
    }
}

#[test]
fn noise_of_the_keyboard_says_nothing() {
    let lexicon = lexicon();
    for written in ["zzzz", "asdfghjkl", "qsdf qsdf", "?", "....", "\0", "👍", "12345", "ok", ""]
    {
        assert_eq!(alarms(&measure(&lexicon, written)), Vec::<String>::new(), "{written}");
    }
}

#[test]
fn what_a_message_costs_grows_with_its_length_only() {
    for piece in ["a ", "agent ", "je veux ", "nahi. ", "موظف ", "« ", "il dit je veux «"] {
        let text = Text::new(&piece.repeat(4_000));
        let reading = Reading::new(&GRAMMAR, &text);
        let features = Features::new(&text, &reading, &Reported::new(&text, &reading));
        assert!(features.len() <= text.tokens.len() * 96, "{piece}: {}", features.len());
    }
}

#[test]
fn very_long_texts_are_measured() {
    let lexicon = lexicon();
    for piece in
        ["a ", "je ne veux pas ", "agent ", "c'est nul ", "😡", "عفوا ", "a", "remboursment ", "! "]
    {
        let _ = measure(&lexicon, &piece.repeat(20_000 / piece.chars().count()));
    }
}
