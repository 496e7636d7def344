//! Guards that must be missed: a build with the feature `broken` leaves out the one guard that
//! `RELAIS_BREAK` names, and the named test must then fail. A guard whose absence no test notices
//! is not protected.

use crate::build::Build;
use crate::sh::{Result, output, step, succeeds};

/// A guard (`is_missing("<id>")` in the code) and the test that must miss it.
pub(crate) struct Mutant {
    /// The invariant, as in `docs/INVARIANTS.md`.
    pub(crate) id: &'static str,
    target: &'static [&'static str],
    test: &'static str,
}

const LIB: &[&str] = &["--lib"];
const CONTRACT: &[&str] = &["--test", "contract"];
const FAULTS: &[&str] = &["--test", "faults"];
const API: &[&str] = &["--test", "api"];
const PROCESS: &[&str] = &["--test", "process"];
const RESTART: &[&str] = &["--test", "restart"];
const NOTICES: &[&str] = &["--test", "notices"];

#[rustfmt::skip]
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant { id: "R4", target: LIB, test: "message::tests::delivery_never_goes_backwards" },
    Mutant { id: "R10", target: LIB, test: "conversation::tests::talks::circles_end_with_a_person_after_ten_turns" },
    Mutant { id: "R15", target: LIB, test: "window::tests::a_timestamp_from_the_future_gains_nothing" },
    Mutant { id: "S5", target: LIB, test: "flow::condition::tests::trees_are_total_and_bounded" },
    Mutant { id: "R2", target: CONTRACT, test: "sqlite::a_second_receipt_is_a_duplicate_and_writes_nothing" },
    Mutant { id: "R3", target: CONTRACT, test: "sqlite::a_stale_guard_is_a_conflict_and_writes_nothing" },
    Mutant { id: "R5", target: CONTRACT, test: "sqlite::no_bot_row_is_dispatched_once_an_agent_owns_the_conversation" },
    Mutant { id: "R6", target: CONTRACT, test: "sqlite::of_fifty_takers_one_wins_each_epoch" },
    Mutant { id: "R21", target: CONTRACT, test: "sqlite::a_stale_fence_cannot_write" },
    Mutant { id: "R21-node", target: CONTRACT, test: "sqlite::a_node_whose_lease_has_ended_writes_and_claims_nothing" },
    Mutant { id: "S1", target: CONTRACT, test: "sqlite::workspaces_do_not_see_each_other" },
    Mutant { id: "R14", target: LIB, test: "sqlite::tests::a_failed_commit_is_the_last_one" },
    Mutant { id: "R7", target: FAULTS, test: "an_unknown_text_of_the_bot_goes_once_more_and_never_a_third_time" },
    Mutant { id: "R8", target: FAULTS, test: "t18_a_text_that_waits_past_the_window_is_not_sent_and_the_agent_is_told" },
    Mutant { id: "R10-echo", target: FAULTS, test: "t28_an_echo_is_a_takeover_unless_it_is_our_own_message" },
    Mutant { id: "R11", target: FAULTS, test: "t39_a_poisonous_message_is_kept_raw_and_people_take_over" },
    Mutant { id: "R22", target: FAULTS, test: "a_running_conversation_keeps_its_version" },
    Mutant { id: "S10", target: LIB, test: "accounts::limits::tests::after_the_burst_one_waits_and_the_refusal_costs_nothing" },
    Mutant { id: "S11", target: LIB, test: "accounts::vault::tests::what_was_sealed_opens_in_its_place_under_its_key_only" },
    Mutant { id: "S13", target: LIB, test: "redact::tests::a_model_reads_placeholders_only" },
    Mutant { id: "R9", target: LIB, test: "channels::whatsapp_cloud::pacing::tests::a_pair_gets_its_burst_then_one_message_in_six_seconds" },
    Mutant { id: "S2", target: LIB, test: "channels::whatsapp_cloud::signature::tests::a_reserialised_body_does_not_verify" },
    Mutant { id: "S3", target: LIB, test: "channels::whatsapp_cloud::client::tests::the_token_never_goes_to_another_host" },
    Mutant { id: "S4", target: LIB, test: "http::address::tests::only_public_addresses_pass" },
    Mutant { id: "R13", target: LIB, test: "sqlite::tests::a_full_store_refuses_and_comes_back_by_itself" },
    Mutant { id: "R23", target: LIB, test: "conversation::tests::handoffs::a_model_that_hangs_costs_four_seconds_and_nothing_else" },
    Mutant { id: "R12", target: LIB, test: "channels::whatsapp_cloud::client::tests::an_expired_address_is_resolved_again_once" },
    Mutant { id: "S12", target: LIB, test: "channels::whatsapp_cloud::media::tests::a_file_name_cannot_break_out_of_the_form" },
    Mutant { id: "S15", target: CONTRACT, test: "sqlite::search_syntax_is_only_text" },
    Mutant { id: "R16", target: RESTART, test: "overdue_timers_act_once_oldest_first_and_in_steps_after_a_restart" },
    Mutant { id: "R17", target: PROCESS, test: "one_send_that_hangs_holds_up_nobody_else" },
    Mutant { id: "R19", target: NOTICES, test: "a_hand_off_that_comes_back_to_its_team_is_told_once" },
    Mutant { id: "R1", target: API, test: "hooks::every_object_of_a_large_batch_is_accounted_for" },
    Mutant { id: "R18", target: API, test: "accounts::streams_end_when_the_process_is_asked_to_stop" },
    Mutant { id: "S6", target: API, test: "guards::every_answer_carries_the_policy_and_its_request_id" },
    Mutant { id: "S7", target: API, test: "accounts::signing_out_ends_the_session_and_the_cookie" },
    Mutant { id: "S8", target: API, test: "accounts::open_streams_end_with_their_session" },
    Mutant { id: "S1-teams", target: API, test: "matrix::an_agent_kept_to_their_teams_finds_nothing_of_others" },
    Mutant { id: "S1-masked", target: API, test: "own::an_auditor_reads_words_only_with_a_reason_that_is_written_down" },
    Mutant { id: "S8-teams", target: API, test: "matrix::an_agent_kept_to_their_teams_finds_nothing_of_others" },
    Mutant { id: "S9", target: API, test: "sso::an_address_counts_only_where_it_is_verified_and_declared" },
    Mutant { id: "S14", target: API, test: "accounts::roles_cannot_be_given_from_below_and_the_last_owner_stays" },
    Mutant { id: "S16", target: API, test: "guards::a_change_needs_our_own_origin_and_json" },
    Mutant { id: "S17", target: API, test: "guards::a_body_that_is_too_large_is_refused" },
];

/// Runs all mutants, or those named.
pub(crate) fn run(build: &Build, only: &[String]) -> Result {
    let chosen = |m: &&Mutant| only.is_empty() || only.iter().any(|o| o == m.id);
    let mutants: Vec<&Mutant> = MUTANTS.iter().filter(chosen).collect();
    let targets: Vec<&str> = [LIB, CONTRACT, FAULTS, API, PROCESS, RESTART, NOTICES].concat();
    step("build without guards", &mut build.test(&[&targets[..], &["--no-run"]].concat()))?;
    let mut survivors = Vec::new();
    for Mutant { id, target, test } in mutants {
        let run = [&["--quiet"][..], target, &["--", "--exact", test]].concat();
        // The same test with every guard in place: it exists, and it is the guard that it misses.
        let is_there = output(&mut build.test(&run)).is_ok_and(|told| told.contains("1 passed"));
        if !is_there {
            return Err(format!("mutant {id}: `{test}` must exist, and pass with its guard"));
        }
        let is_noticed = !succeeds(build.test(&run).env("RELAIS_BREAK", id));
        println!("{} {id}: without its guard `{test}` {}", mark(is_noticed), word(is_noticed));
        if !is_noticed {
            survivors.push(*id);
        }
    }
    if survivors.is_empty() {
        Ok(())
    } else {
        Err(format!("nobody notices that these are missing: {}", survivors.join(", ")))
    }
}

fn mark(is_noticed: bool) -> &'static str {
    if is_noticed { "✓" } else { "✗" }
}

fn word(is_noticed: bool) -> &'static str {
    if is_noticed { "fails, as it must" } else { "still passes" }
}
