//! A short run of every target, and everything that was found before.

use relais_fuzz::{TARGETS, Until, corpus, judge, run};

/// Enough for the grammar of each target to be walked through.
const INPUTS: u64 = 1_500;

#[test]
fn nothing_that_was_found_is_found_again() {
    for target in TARGETS {
        for input in corpus(target.name()).unwrap() {
            let judged = judge(target, &input);
            let shown = String::from_utf8_lossy(&input);
            assert!(judged.is_ok(), "{}: {judged:?}: {shown}", target.name());
        }
    }
}

#[test]
fn a_short_run_of_every_target_finds_nothing() {
    for target in TARGETS {
        // A sentence takes milliseconds and a workspace tens of them, where others take microseconds.
        let inputs = match target.name() {
            "nlu" => INPUTS / 10,
            "files" => INPUTS / 5,
            _ => INPUTS,
        };
        let report = run(target, Vec::new(), 0xf0, Until::Inputs(inputs));
        let crash = report.crash.map(|c| (c.why, String::from_utf8_lossy(&c.input).into_owned()));
        assert_eq!(crash, None, "{}", target.name());
        assert!(report.looks > 3, "{}: {} looks only", target.name(), report.looks);
    }
}
