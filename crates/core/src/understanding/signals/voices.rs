//! How the signals do on sentences in many voices: those they were tuned with, and those held out.

use super::tests::{alarms, cases};
use super::*;

const TUNED: [&str; 8] = [
    include_str!("fixtures/voices/tune_arabic.txt"),
    include_str!("fixtures/voices/tune_elderly.txt"),
    include_str!("fixtures/voices/tune_hindi.txt"),
    include_str!("fixtures/voices/tune_lawyerly.txt"),
    include_str!("fixtures/voices/tune_parent.txt"),
    include_str!("fixtures/voices/tune_sms.txt"),
    include_str!("fixtures/voices/tune_stories.txt"),
    include_str!("fixtures/voices/tune_traps.txt"),
];
const HELD_OUT: [&str; 8] = [
    include_str!("fixtures/voices/held_dictated.txt"),
    include_str!("fixtures/voices/held_german_italian.txt"),
    include_str!("fixtures/voices/held_latam.txt"),
    include_str!("fixtures/voices/held_mixed.txt"),
    include_str!("fixtures/voices/held_nonnative.txt"),
    include_str!("fixtures/voices/held_resigned.txt"),
    include_str!("fixtures/voices/held_terse.txt"),
    include_str!("fixtures/voices/held_traps.txt"),
];

fn measure(written: &str) -> Signals {
    Lexicon::default().measure(&Text::new(written), History::default())
}

/// How often a sentence that means it scores above one that does not.
fn ranking(files: &[&str], label: &str, score: impl Fn(&Signals) -> f32) -> f32 {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for case in files.iter().flat_map(|f| cases(f)) {
        let is_meant = case.must.iter().any(|l| l == label);
        if is_meant || !case.may.iter().any(|l| l == label) {
            if is_meant { &mut yes } else { &mut no }.push(score(&measure(case.written)));
        }
    }
    let above = |y: &f32| no.iter().filter(|n| *n < y).count();
    let pairs = (yes.len() * no.len()) as f32;
    yes.iter().map(above).sum::<usize>() as f32 / pairs
}

#[test]
fn requests_and_anger_in_voices_never_tuned_on_rank_above_the_rest() {
    let human = ranking(&HELD_OUT, "human", |s| s.human_request.score);
    let anger = ranking(&HELD_OUT, "anger", |s| s.frustration.score);
    assert!(human >= 0.96 && anger >= 0.92, "{human} {anger}");
}

#[test]
fn alarms_in_voices_mostly_ring_rightly() {
    for (files, least) in [(&TUNED, 0.9), (&HELD_OUT, 0.72)] {
        let (mut right, mut count) = (0, 0);
        for case in files.iter().flat_map(|f| cases(f)) {
            let mut got = alarms(&measure(case.written));
            got.retain(|a| !case.may.contains(a));
            count += 1;
            right += usize::from(got == case.must);
        }
        assert!(right as f32 >= least * count as f32, "{right} of {count}");
    }
}

/// Sentences under a heading that contains the name.
fn under<'a>(files: &[&'a str], name: &str) -> Vec<&'a str> {
    let mut sentences = Vec::new();
    for file in files {
        let mut is_under = false;
        for line in file.lines() {
            if let Some(heading) = line.strip_prefix("# ---") {
                is_under = heading.contains(name);
            } else if let Some((_, written)) = line.split_once(" | ").filter(|_| is_under) {
                sentences.push(written);
            }
        }
    }
    sentences
}

#[test]
fn polite_capitals_are_never_anger() {
    let sentences = [under(&TUNED, "capitals"), under(&HELD_OUT, "capitals")].concat();
    assert!(sentences.len() >= 12);
    for written in sentences {
        assert!(!measure(written).frustration.is_alarm(), "{written}");
    }
}

#[test]
fn what_is_not_wanted_is_not_asked_for() {
    for (files, most) in [(&TUNED, 0.0), (&HELD_OUT, 0.1)] {
        let sentences = under(files, "negated");
        assert!(sentences.len() >= 10);
        let alarmed: Vec<&str> =
            sentences.iter().copied().filter(|w| measure(w).human_request.is_alarm()).collect();
        assert!(alarmed.len() as f32 <= most * sentences.len() as f32, "{alarmed:#?}");
    }
}

#[test]
fn an_alarm_falls_once_its_words_are_cut_and_quotes_little() {
    let (mut shares, mut falls) = (Vec::new(), 0);
    for case in TUNED.iter().chain(&HELD_OUT).flat_map(|f| cases(f)) {
        let signals = measure(case.written);
        let length = case.written.chars().count();
        for (which, signal) in [&signals.human_request, &signals.frustration].iter().enumerate() {
            if !signal.is_alarm() {
                continue;
            }
            let is_quoted =
                |at: usize| signal.quotes.iter().any(|q| (q.start..q.end).contains(&at));
            let rest: String = case
                .written
                .chars()
                .enumerate()
                .filter(|(at, _)| !is_quoted(*at))
                .map(|(_, c)| c)
                .collect();
            shares.push(1.0 - rest.chars().count() as f32 / length as f32);
            let rest = measure(&rest);
            let left = [&rest.human_request, &rest.frustration][which].score;
            falls += usize::from(left < signal.score);
        }
    }
    shares.sort_by(f32::total_cmp);
    assert!(shares[shares.len() / 2] <= 0.75);
    assert!(falls * 100 >= shares.len() * 98, "{falls} of {}", shares.len());
}
