//! The matcher on knowledge bases and sentences of our own.

use super::*;
use crate::understanding::vectors::tests::tiny;
use std::collections::BTreeMap;

const LAMPS: &str = include_str!("fixtures/lamps.tsv");
const BANK: &str = include_str!("fixtures/bank.tsv");

/// A sentence and what may come of it: article ids, `oos`, `noise`.
struct Case {
    expected: Vec<&'static str>,
    text: &'static str,
}

fn cases(file: &'static str) -> Vec<Case> {
    file.lines()
        .filter(|l| !l.starts_with('#') && !l.starts_with("article\t"))
        .filter_map(|l| l.split_once('\t'))
        .map(|(expected, text)| Case { expected: expected.split('|').collect(), text })
        .collect()
}

fn lamps() -> Vec<Article> {
    let article = |(id, theme, fr, en, a_fr, a_en): &(&str, &str, &str, &str, &str, &str)| {
        let both =
            |f: &str, e: &str| [("fr".to_owned(), f.to_owned()), ("en".to_owned(), e.to_owned())];
        Article {
            id: (*id).to_owned(),
            theme: (*theme).to_owned(),
            questions: both(fr, en).into_iter().map(|(l, q)| (l, vec![q])).collect(),
            not: Vec::new(),
            answers: both(a_fr, a_en).into_iter().collect(),
        }
    };
    LAMP_ARTICLES.iter().map(article).collect()
}

fn bank() -> Vec<Article> {
    let mut articles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in BANK.lines() {
        if let Some((id, question)) =
            line.strip_prefix("article\t").and_then(|rest| rest.split_once('\t'))
        {
            articles.entry(id).or_default().push(question.to_owned());
        }
    }
    let article = |(id, questions): (&str, Vec<String>)| Article {
        id: id.to_owned(),
        theme: String::new(),
        questions: BTreeMap::from([("fr".to_owned(), questions)]),
        not: Vec::new(),
        answers: BTreeMap::new(),
    };
    articles.into_iter().map(article).collect()
}

fn judge(matcher: &Matcher, text: &str) -> Judged {
    let text = Text::new(text);
    let language = crate::understanding::language::detect(&text).map(|d| d.lang);
    matcher.judge(&text, language)
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    right: usize,
    clarified: usize,
    of: usize,
    /// Right at the top of the candidates, whatever the verdict.
    top: usize,
    wrongly_answered: usize,
}

impl Count {
    fn rate(self) -> f32 {
        (self.right + self.clarified) as f32 / self.of as f32
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Report {
    answers: Count,
    out_of_scope: Count,
    noise: Count,
}

/// Judges the cases; `say` hears of each that went wrong.
fn measure(matcher: &Matcher, cases: &[Case], say: &mut dyn FnMut(String)) -> Report {
    let mut report = Report::default();
    for case in cases {
        let judged = judge(matcher, case.text);
        let count = match case.expected[0] {
            "oos" => &mut report.out_of_scope,
            "noise" => &mut report.noise,
            _ => &mut report.answers,
        };
        count.of += 1;
        let may = |id: &str| case.expected.contains(&id);
        let (got, right) = match &judged.verdict {
            Verdict::Answer(c) => (c.id.clone(), may(&c.id)),
            Verdict::Clarify(c) => {
                let ids: Vec<&str> = c.iter().map(|c| c.id.as_str()).collect();
                let right = ids.iter().any(|id| may(id));
                count.clarified += usize::from(right);
                (format!("clarify {}", ids.join(" ")), false)
            }
            Verdict::OutOfScope => ("oos".to_owned(), may("oos")),
            Verdict::Noise => ("noise".to_owned(), may("noise")),
        };
        count.right += usize::from(right);
        count.wrongly_answered +=
            usize::from(!right && matches!(judged.verdict, Verdict::Answer(_)));
        count.top += usize::from(judged.candidates.first().is_some_and(|c| may(&c.id)));
        if !right {
            let scores: Vec<String> =
                judged.candidates.iter().map(|c| format!("{} {:.2}", c.id, c.score)).collect();
            say(format!("{:?} {} -> {got} [{}]", case.expected, case.text, scores.join(", ")));
        }
    }
    report
}

/// Every second sentence, counting from `first`.
fn every_second(file: &'static str, first: usize) -> Vec<Case> {
    cases(file).into_iter().skip(first).step_by(2).collect()
}

#[test]
fn sentences_of_the_lamp_shop_are_understood() {
    let matcher = Matcher::train(&lamps());
    let open = measure(&matcher, &every_second(LAMPS, 0), &mut |line| println!("{line}"));
    println!("open half: {open:#?}");
    let held_out = measure(&matcher, &every_second(LAMPS, 1), &mut |_| {});
    println!("held-out half: {held_out:#?}");
    assert!(open.answers.rate() >= 0.93, "{open:?}");
    assert!(held_out.answers.rate() >= 0.91, "{held_out:?}");
    assert!(held_out.answers.wrongly_answered <= 3, "{held_out:?}");
    assert!(held_out.out_of_scope.rate() >= 0.85, "{held_out:?}");
    assert!(held_out.noise.rate() >= 0.95, "{held_out:?}");
}

#[test]
fn sentences_of_a_bank_are_understood_without_being_made_for_it() {
    let matcher = Matcher::train(&bank());
    let open = measure(&matcher, &every_second(BANK, 0), &mut |line| println!("{line}"));
    println!("open half: {open:#?}");
    let held_out = measure(&matcher, &every_second(BANK, 1), &mut |_| {});
    println!("held-out half: {held_out:#?}");
    assert!(open.answers.rate() >= 0.74, "{open:?}");
    assert!(held_out.answers.rate() >= 0.68, "{held_out:?}");
    assert!(held_out.answers.wrongly_answered <= 1, "{held_out:?}");
}

/// A swimming pool's articles with eight ways to ask for each.
const POOL: &[(&str, [&str; 8])] = &[
    (
        "prices",
        [
            "how much is a ticket",
            "what does it cost to swim",
            "admission price for two adults",
            "is it cheaper for students",
            "what do you charge for children",
            "entrance fee please",
            "how expensive is a ten visit card",
            "price of a family ticket",
        ],
    ),
    (
        "hours",
        [
            "when do you open",
            "are you open on sunday",
            "what time do you close tonight",
            "opening hours on public holidays",
            "until what hour can we swim",
            "how early can i come in the morning",
            "is the pool shut at christmas",
            "what are your hours",
        ],
    ),
    (
        "lessons",
        [
            "do you teach swimming",
            "i want to learn to swim",
            "lessons for my daughter",
            "can you book me a course for beginners",
            "is there a teacher for adults",
            "swimming classes for kids",
            "when does the next course start",
            "sign up for private lessons",
        ],
    ),
    (
        "lost",
        [
            "i lost my watch in the locker room",
            "i forgot my towel yesterday",
            "did anybody find a pair of goggles",
            "where is the lost property",
            "i left my bag at the pool",
            "my ring is missing since i was there",
            "we can't find our son's jacket",
            "somebody took my shoes by mistake",
        ],
    ),
    (
        "cancel",
        [
            "i want to cancel my membership",
            "how do i end my subscription",
            "stop my monthly card",
            "terminate the contract",
            "please cancel my season pass",
            "i no longer want to be a member",
            "what is the notice period to leave",
            "quit my subscription",
        ],
    ),
];

fn pool((id, questions): &(&str, [&str; 8])) -> Article {
    Article {
        id: (*id).to_owned(),
        theme: String::new(),
        questions: BTreeMap::from([(
            "en".to_owned(),
            questions.iter().map(|q| (*q).to_owned()).collect(),
        )]),
        not: Vec::new(),
        answers: BTreeMap::new(),
    }
}

#[test]
fn many_examples_teach_everyday_words_and_what_belongs_to_no_article() {
    let matcher = Matcher::train(&POOL.iter().map(pool).collect::<Vec<_>>());
    let first = |text: &str| judge(&matcher, text).candidates.first().cloned();
    let mut known = Vec::new();
    for (id, text) in [
        ("prices", "how many euros do you take for a grown-up"),
        ("hours", "at which hour does the bath shut on saturdays"),
        ("lessons", "could my son take a class"),
        ("lost", "my sunglasses disappeared while i was swimming"),
        ("cancel", "i would like to terminate my membership"),
    ] {
        let first = first(text).expect("it shares words with an article");
        assert_eq!(first.id, id, "{text}");
        known.push(first.score);
    }
    let mut unknown = Vec::new();
    for text in [
        "which composer wrote that opera",
        "how do i get rust off an old bicycle",
        "is there snow in the mountains",
        "tell me a story about a dragon",
    ] {
        unknown.push(first(text).map_or(0.0, |c| c.score));
    }
    let mean = |all: &[f32]| all.iter().sum::<f32>() / all.len() as f32;
    assert!(mean(&known) > mean(&unknown) + 0.25, "{known:?} {unknown:?}");
}

#[test]
fn a_story_around_a_question_hardly_lowers_its_score_where_examples_are_many() {
    let matcher = Matcher::train(&POOL.iter().map(pool).collect::<Vec<_>>());
    let first = |text: &str| judge(&matcher, text).candidates.first().cloned();
    for (id, text) in [
        ("hours", "when do you open on sundays"),
        ("cancel", "I want to cancel my membership"),
        ("lost", "I lost my watch in the locker room"),
    ] {
        let alone = first(text).expect("it shares words with an article");
        let story = format!("Hello, my neighbour and her brother are from Italy. {text}. Bye!");
        let told = first(&story).expect("it shares words with an article");
        assert_eq!((alone.id.as_str(), told.id.as_str()), (id, id), "{text}");
        assert!(told.score >= alone.score * 0.8, "{text}: {} {}", alone.score, told.score);
    }
}

#[test]
fn what_was_denied_of_an_article_is_not_answered_by_it() {
    let mut articles = lamps();
    let asked = "le code de la porte du showroom ne marche pas";
    let wrong = articles.iter().position(|a| a.id == "FAQ-15").expect("it is there");
    let said = |articles: &[Article]| match judge(&Matcher::train(articles), asked).verdict {
        Verdict::Answer(c) => Some(c.id),
        _ => None,
    };
    articles[wrong].not.push(asked.to_owned());
    assert_ne!(said(&articles).as_deref(), Some("FAQ-15"));
    let matcher = Matcher::train(&articles);
    let kept = judge(&matcher, "mon code promo ne marche pas");
    assert!(matches!(kept.verdict, Verdict::Answer(c) if c.id == "FAQ-15"), "its own stays");
}

#[test]
fn how_something_is_without_what_it_is_asks_which_is_meant() {
    let matcher = Matcher::train(&lamps());
    for text in ["ça marche pas", "it doesn't work", "no funciona", "ne fonctionne plus !!"] {
        let Verdict::Clarify(of) = judge(&matcher, text).verdict else { panic!("{text}") };
        let ids: Vec<&str> = of.iter().map(|c| c.id.as_str()).collect();
        assert!(ids.contains(&"FAQ-15") && ids.contains(&"FAQ-24"), "{text}: {ids:?}");
    }
}

#[test]
fn a_condition_is_not_the_question() {
    let matcher = Matcher::train(&lamps());
    for text in [
        "si la couleur est trop sombre, je peux la rendre ?",
        "if the colour is too dark, can I send it back?",
    ] {
        let judged = judge(&matcher, text);
        let first = judged.candidates.first().map(|c| c.id.as_str());
        assert!(matches!(first, Some("FAQ-09" | "FAQ-10")), "{text}: {judged:?}");
    }
}

#[test]
fn the_fewer_wrong_answers_may_be_the_surer_an_answer_is() {
    let articles = lamps();
    let counts = [1, 8, 20].map(|percent| {
        let matcher = Matcher::train(&articles).at_most(Some(percent));
        let report = measure(&matcher, &every_second(LAMPS, 0), &mut |_| {});
        let wrong = report.answers.wrongly_answered + report.out_of_scope.wrongly_answered;
        (report.answers.right, wrong)
    });
    assert!(counts[0].0 < counts[1].0 && counts[1].0 <= counts[2].0, "{counts:?}");
    assert!(counts[0].1 < counts[1].1 && counts[1].1 <= counts[2].1, "{counts:?}");
    for pair in [1u8, 2, 3, 4, 5, 7, 8, 10, 12, 20, 50].windows(2) {
        assert!(judge::sure_from(pair[0]) >= judge::sure_from(pair[1]), "{pair:?}");
    }
}

#[test]
fn held_back_questions_say_what_to_expect() {
    let mut articles = lamps();
    for case in every_second(LAMPS, 0) {
        let article = articles.iter_mut().find(|a| case.expected == [a.id.as_str()]);
        if let Some(ways) = article.and_then(|a| a.questions.get_mut("fr")) {
            ways.push(case.text.to_owned());
        }
    }
    let all = estimate(&articles, None, None).expect("there are enough ways to ask");
    assert!(all.right + all.wrong + all.asked_back <= all.held_back, "{all:?}");
    assert!(all.right * 2 > all.held_back, "{all:?}");
    assert_eq!(estimate(&articles[..1], None, None), None, "too few ways to ask");
}

/// Three articles, and a table of pieces in which an invented word means what one of them is about.
fn with_invented_word() -> (Vec<Article>, Arc<Vectors>) {
    let article = |id: &str, ways: [&str; 2]| Article {
        id: id.to_owned(),
        theme: String::new(),
        questions: BTreeMap::from([("en".to_owned(), ways.map(str::to_owned).to_vec())]),
        not: Vec::new(),
        answers: BTreeMap::new(),
    };
    let articles = vec![
        article("parcel", ["where is my parcel", "is the parcel on its way"]),
        article("invoice", ["send me the invoice", "i need an invoice"]),
        article("bulb", ["which bulb fits", "the bulb is too dark"]),
    ];
    let (tensors, tokenizer) = tiny(&[
        ("parcel", &[1.0, 0.0, 0.1]),
        ("invoice", &[0.0, 1.0, 0.1]),
        ("bulb", &[-1.0, -1.0, 0.1]),
        ("vigtunk", &[0.9, 0.1, 0.1]),
    ]);
    let vectors = Vectors::read(&tensors, &tokenizer, "tiny").expect("the table is sound");
    (articles, Arc::new(vectors))
}

#[test]
fn sentence_vectors_find_what_shares_no_word() {
    let (articles, vectors) = with_invented_word();
    let first = |matcher: &Matcher, text: &str| judge(matcher, text).candidates.first().cloned();
    let (without, with) =
        (Matcher::train(&articles), Matcher::train_with(&articles, Some(&vectors)));
    let text = "any vigtunk yet";
    assert_ne!(first(&without, text).map(|c| c.id).as_deref(), Some("parcel"));
    let found = first(&with, text).expect("it is alike");
    assert_eq!(found.id, "parcel");
    assert!(!found.quotes.is_empty(), "an answer says what it rests on");
    for (text, id) in [("the parcel please", "parcel"), ("my bulb", "bulb")] {
        assert_eq!(first(&with, text).map(|c| c.id).as_deref(), Some(id));
    }
    let again = Matcher::train_with(&articles, Some(&vectors));
    assert_eq!(format!("{with:?}"), format!("{again:?}"));
}

#[test]
fn text_that_no_vector_knows_is_judged_as_without() {
    let (articles, _) = with_invented_word();
    let (tensors, tokenizer) = tiny(&[("elsewhere", &[1.0, 0.0])]);
    let vectors = Arc::new(Vectors::read(&tensors, &tokenizer, "t").expect("it is sound"));
    let with = Matcher::train_with(&articles, Some(&vectors));
    let without = Matcher::train(&articles);
    for text in ["where is the parcel", "the bulb is broken", "good morning", "", "vigtunk 12"] {
        assert_eq!(judge(&with, text), judge(&without, text), "{text}");
    }
}

#[test]
fn the_same_articles_give_the_same_bytes() {
    let (a, b) = (Matcher::train(&lamps()), Matcher::train(&lamps()));
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
}

#[test]
fn quotes_are_words_of_the_message() {
    let matcher = Matcher::train(&lamps());
    let text = Text::new("Bonjour ! Combien coûte la livraison ?");
    let judged = matcher.judge(&text, None);
    let Verdict::Answer(candidate) = judged.verdict else { panic!("{judged:?}") };
    let quoted: Vec<String> = candidate.quotes.iter().map(|q| text.quoted(*q)).collect();
    assert!(quoted.iter().any(|q| q.contains("livraison")), "{quoted:?}");
    assert!(!quoted.iter().any(|q| q.contains("Bonjour")), "{quoted:?}");
}

#[test]
fn nothing_to_read_and_nothing_to_know_are_noise() {
    let empty = Matcher::train(&[]);
    let matcher = Matcher::train(&lamps());
    for text in ["", " ", "😀", "123", "\u{0}\u{0}"] {
        assert_eq!(judge(&empty, text).verdict, Verdict::Noise, "{text:?}");
        assert_eq!(judge(&matcher, text).verdict, Verdict::Noise, "{text:?}");
    }
}

/// The lamp shop's articles: id, theme, question and answer in French and English.
#[rustfmt::skip]
const LAMP_ARTICLES: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("FAQ-01", "livraison", "Combien coûte la livraison en France ?", "How much is delivery in France?", "En France métropolitaine la livraison standard coûte 4,90 €, et elle est offerte dès 60 € d'achat.", "In mainland France standard delivery costs €4.90 and is free from €60."),
    ("FAQ-02", "livraison", "Quels sont les délais de livraison ?", "How long does delivery take?", "Comptez 2 à 4 jours ouvrés après l'expédition en France métropolitaine.", "Allow 2 to 4 working days after dispatch in mainland France."),
    ("FAQ-03", "livraison", "Proposez-vous la livraison express ?", "Do you offer express delivery?", "Oui : express 24 h à 9,90 € pour une commande passée avant 13 h, du lundi au vendredi.", "Yes: 24-hour express for €9.90 when you order before 1 pm, Monday to Friday."),
    ("FAQ-04", "livraison", "Puis-je être livré en point relais ?", "Can I collect from a pickup point?", "Oui, 3,50 € en point relais ; le colis y est gardé 10 jours.", "Yes, €3.50 to a pickup point; the parcel is kept for 10 days."),
    ("FAQ-05", "livraison", "Livrez-vous dans l'Union européenne ?", "Do you deliver in the European Union?", "Oui, en Belgique, Luxembourg, Allemagne, Espagne, Italie, Portugal et Pays-Bas : 12,90 €, 4 à 7 jours, offert dès 150 €.", "Yes, to Belgium, Luxembourg, Germany, Spain, Italy, Portugal and the Netherlands: €12.90, 4 to 7 days, free from €150."),
    ("FAQ-06", "livraison", "Livrez-vous en Suisse, au Royaume-Uni ou outre-mer ?", "Do you deliver to Switzerland, the UK or overseas territories?", "Suisse et Royaume-Uni : 19,90 €, droits de douane à votre charge. Outre-mer : 24,90 €, 10 à 15 jours. Nous ne livrons pas les autres pays.", "Switzerland and the UK: €19.90, customs duties are yours to pay. French overseas: €24.90, 10 to 15 days. We do not deliver to other countries."),
    ("FAQ-07", "livraison", "Mon colis est en retard ou perdu, que faire ?", "My parcel is late or lost, what should I do?", "Sans mouvement du suivi pendant 3 jours ouvrés, nous ouvrons une enquête auprès de Navexpress (réponse sous 5 jours ouvrés). Donnez votre numéro de commande ou répondez 3.", "If tracking has not moved for 3 working days we open an enquiry with Navexpress (answer within 5 working days). Give your order number or reply 3."),
    ("FAQ-08", "retours", "Mon article est arrivé cassé ou abîmé", "My item arrived broken or damaged", "Envoyez ici une photo sous 48 h avec le numéro de commande : nous réexpédions gratuitement l'article.", "Send a photo here within 48 hours with the order number: we send a replacement free of charge."),
    ("FAQ-09", "retours", "Quel est le délai pour retourner un article ?", "How long do I have to return an item?", "Vous avez 30 jours après la livraison ; l'article doit être dans son emballage d'origine. Retour gratuit en France.", "You have 30 days after delivery; the item must be in its original packaging. Returns are free in France."),
    ("FAQ-10", "retours", "Comment faire un retour et obtenir l'étiquette ?", "How do I make a return and get the label?", "Dans votre compte, rubrique « Mes commandes » puis « Retourner » : l'étiquette arrive par e-mail en quelques minutes.", "In your account, open \"My orders\" then \"Return\": the label arrives by e-mail within minutes."),
    ("FAQ-11", "retours", "Puis-je échanger un article ?", "Can I exchange an item?", "Oui, l'échange est gratuit pendant 30 jours : choisissez « Échanger » dans « Mes commandes ».", "Yes, exchanges are free for 30 days: choose \"Exchange\" under \"My orders\"."),
    ("FAQ-12", "paiement", "Quels moyens de paiement acceptez-vous ?", "Which payment methods do you accept?", "Carte Visa ou Mastercard, PayPal, Apple Pay et virement. Nous n'acceptons pas les chèques.", "Visa or Mastercard, PayPal, Apple Pay and bank transfer. We do not take cheques."),
    ("FAQ-13", "paiement", "Peut-on payer en plusieurs fois ?", "Can I pay in instalments?", "Oui, en 3 fois sans frais à partir de 150 € d'achat.", "Yes, in 3 instalments at no cost from €150."),
    ("FAQ-14", "paiement", "Où trouver ma facture ?", "Where do I find my invoice?", "Votre facture PDF est dans votre compte, rubrique « Mes commandes », dès l'expédition.", "Your PDF invoice is in your account under \"My orders\" once the order ships."),
    ("FAQ-15", "paiement", "Mon code promo ne fonctionne pas", "My promo code does not work", "Un seul code par commande, dès 40 € d'achat, hors articles déjà soldés. Vérifiez la date de validité.", "One code per order, from €40, not on items already on sale. Check the expiry date."),
    ("FAQ-16", "garantie", "Quelle est la garantie des luminaires ?", "What is the warranty on lamps?", "Nos luminaires sont garantis 5 ans à partir de la date d'achat ; gardez la facture.", "Our lamps are guaranteed for 5 years from purchase; keep the invoice."),
    ("FAQ-17", "garantie", "Les ampoules sont-elles garanties ?", "Are bulbs covered by the warranty?", "Les ampoules fournies sont garanties 12 mois.", "Bulbs we supply are covered for 12 months."),
    ("FAQ-18", "garantie", "Avez-vous des pièces détachées ?", "Do you have spare parts?", "Oui, les pièces détachées restent disponibles 10 ans : écrivez à sav@maison-lumiere.example avec le modèle.", "Yes, spare parts stay available for 10 years: write to sav@maison-lumiere.example with the model."),
    ("FAQ-19", "produits", "Quelle ampoule choisir, quel culot ?", "Which bulb or socket do I need?", "Lampes de table et lampadaires : culot E27 ; suspensions Halo : E14 ; spots Orion : GU10.", "Table and floor lamps: E27 socket; Halo pendants: E14; Orion spots: GU10."),
    ("FAQ-20", "produits", "Vos lampes sont-elles compatibles avec un variateur ?", "Do your lamps work with a dimmer?", "Oui avec une ampoule LED dimmable et un variateur à coupure de fin de phase ; pas pour les modèles solaires.", "Yes with a dimmable LED bulb and a trailing-edge dimmer; not for solar models."),
    ("FAQ-21", "produits", "Quelle lampe pour la salle de bains ?", "Which lamp suits a bathroom?", "Choisissez un modèle IP44 comme Brume, posé à plus de 60 cm de la baignoire ou de la douche.", "Choose an IP44 model such as Brume, fitted more than 60 cm from bath or shower."),
    ("FAQ-22", "produits", "Comment nettoyer ma lampe ou l'abat-jour ?", "How do I clean my lamp or shade?", "Lampe éteinte et froide, chiffon microfibre sec ; jamais de produit abrasif ni de solvant.", "With the lamp off and cold, use a dry microfibre cloth; never abrasives or solvents."),
    ("FAQ-23", "produits", "Quelles finitions et couleurs proposez-vous ?", "Which finishes and colours are there?", "Quatre finitions : laiton, noir mat, argent brossé et blanc cassé, selon le modèle.", "Four finishes: brass, matt black, brushed silver and off-white, depending on the model."),
    ("FAQ-24", "garantie", "Ma lampe ne s'allume pas ou clignote", "My lamp does not light or flickers", "Essayez une autre ampoule, vérifiez qu'elle est bien vissée, puis testez sans variateur.", "Try another bulb, check it is screwed in firmly, then test without a dimmer."),
    ("FAQ-25", "produits", "Quels sont vos horaires et où est le showroom ?", "What are your opening hours and where is the showroom?", "Service client du lundi au samedi, 9 h–19 h. Showroom : 12 rue des Réverbères, Lyon 2e, mardi à samedi 10 h–18 h.", "Support Monday to Saturday, 9 am–7 pm. Showroom: 12 rue des Réverbères, Lyon, Tuesday to Saturday 10 am–6 pm."),
    ("FAQ-26", "livraison", "Puis-je modifier l'adresse de livraison ?", "Can I change the delivery address?", "Oui tant que la commande est en préparation : « Mes commandes » puis « Modifier l'adresse ».", "Yes while the order is being prepared: \"My orders\" then \"Change address\"."),
];
