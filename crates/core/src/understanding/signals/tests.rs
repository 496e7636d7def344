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
        ("fr", "humain, agent, conseiller, conseillère, assistance, représentant, opérateur, remboursement, parler à quelqu'un, une vraie personne"),
        ("en", "human, agent, representative, real person, speak to someone, operator, refund"),
        ("es", "humano, agente, asesor, persona real, hablar con alguien, reembolso"),
        ("pt", "humano, agente, atendente, pessoa real, falar com alguém, reembolso"),
        ("ar", "موظف, مستشار, إنسان, شخص حقيقي, خدمة العملاء, استرداد"),
        ("hi", "insaan, agent, customer care, kisi se baat, refund, paise wapas"),
    ]);
    let anger = table(&[
        ("fr", "inutile, ridicule, nul, honte, honteux, scandaleux, marre, inadmissible, incompétent"),
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
fn alarms(signals: &Signals) -> Vec<String> {
    let named = [
        ("human", &signals.human_request),
        ("refuses", &signals.refuses_human),
        ("anger", &signals.frustration),
        ("fault", &signals.fault),
    ];
    let mut alarms: Vec<String> =
        named.iter().filter(|(_, s)| s.is_alarm()).map(|(n, _)| (*n).to_owned()).collect();
    for (section, topic) in TOPICS {
        if signals.sensitive.get(topic).is_some_and(Signal::is_alarm) {
            let name = if section == "cancellation" { "cancel" } else { section };
            alarms.push(name.to_owned());
        }
    }
    alarms.sort();
    alarms
}

struct Case<'a> {
    must: Vec<String>,
    may: Vec<String>,
    written: &'a str,
}

fn cases(table: &str) -> Vec<Case<'_>> {
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
            (got != case.must).then(|| {
                format!("{}: want {:?}, got {got:?}", case.written, case.must)
            })
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
    eprintln!("share {share}");
    assert!(share >= 0.7, "{share}: {wrong:#?}");
}
