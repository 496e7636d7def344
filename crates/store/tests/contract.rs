//! What every store must do, run on each of them.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "contract/aging.rs"]
mod aging;
#[path = "contract/build.rs"]
mod build;
#[path = "support/conversation.rs"]
mod conversation;
#[path = "contract/desk.rs"]
mod desk;
#[path = "contract/erase.rs"]
mod erase;
#[path = "contract/inbox.rs"]
mod inbox;
#[path = "contract/log.rs"]
mod log;
#[path = "contract/nodes.rs"]
mod nodes;
#[path = "contract/open.rs"]
mod open;
#[path = "contract/outbox.rs"]
mod outbox;
#[path = "contract/people.rs"]
mod people;
#[path = "contract/race.rs"]
mod race;
#[path = "contract/sealed.rs"]
mod sealed;
#[path = "contract/work.rs"]
mod work;

/// Lists the contract once; each name becomes a test on every store.
macro_rules! contract {
    ($($module:ident :: $name:ident),+ $(,)?) => {
        contract!(on sqlite: $($module :: $name),+);
        contract!(on postgres: $($module :: $name),+);
        contract!(on sqlite_sealed: $($module :: $name),+);
    };
    (on $store:ident: $($module:ident :: $name:ident),+) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(place) = Option::<crate::open::Place>::from(crate::open::$store()) {
                        crate::$module::$name(place).await;
                    }
                }
            )+
        }
    };
}

contract! {
    log::a_unit_is_read_as_it_was_written,
    log::a_stale_guard_is_a_conflict_and_writes_nothing,
    log::an_append_without_its_guard_is_refused,
    log::a_second_receipt_is_a_duplicate_and_writes_nothing,
    log::the_ledger_is_newest_first_and_filters,
    log::a_contact_is_found_by_its_business_id_before_its_phone,
    log::a_contact_is_overwritten_only_if_it_exists,
    log::a_contact_has_one_open_conversation_per_channel,
    log::every_column_of_a_conversation_can_be_changed,
    log::text_with_nul_is_kept_readable,
    log::workspaces_do_not_see_each_other,
    log::conversation_ids_come_in_pages,
    log::missing_parents_and_positions_are_counted,
    inbox::the_inbox_filters_and_is_newest_first,
    inbox::some_of_a_list_are_read_by_their_ids,
    inbox::the_inbox_comes_in_pages,
    inbox::a_restricted_sight_hides_other_teams_also_from_a_search,
    inbox::counts_queues_and_loads_leave_sample_data_out,
    inbox::timers_come_earliest_first_and_skip_quarantine,
    desk::every_filter_lets_its_own_through,
    desk::what_a_filter_lets_through_is_the_same_in_memory,
    desk::each_order_pages_through_everything_once,
    desk::views_are_ones_own_or_everybodys,
    desk::a_draft_is_never_written_over_unseen,
    desk::a_reply_to_be_taken_back_waits_and_leaves_when_told,
    erase::accesses_are_found_by_whom_and_to_what_and_the_oldest_go,
    inbox::words_are_found_in_the_whole_history,
    inbox::search_syntax_is_only_text,
    inbox::words_of_an_unknown_event_are_a_mistake,
    inbox::what_was_imported_is_the_past_and_counts_nowhere,
    inbox::sample_data_goes_without_a_trace,
    outbox::a_lane_goes_in_order_one_at_a_time,
    outbox::an_unknown_row_of_an_agent_holds_its_lane_for_two_minutes,
    outbox::an_unknown_row_of_the_bot_holds_its_lane_until_it_is_decided,
    outbox::another_number_is_another_lane,
    outbox::a_lane_spans_conversations,
    outbox::the_way_through_the_states_is_fixed,
    outbox::no_bot_row_is_dispatched_once_an_agent_owns_the_conversation,
    outbox::reports_in_any_order_end_the_same,
    outbox::a_report_with_our_id_settles_an_unknown_row,
    outbox::a_report_stops_a_second_send,
    outbox::a_report_tells_that_what_a_copy_holds_was_sent,
    outbox::a_report_never_moves_what_was_not_sent,
    outbox::the_first_word_on_a_price_stays_and_prices_are_counted_by_time,
    outbox::rows_are_listed_by_state_and_counted,
    outbox::a_held_row_waits_and_is_listed,
    outbox::a_report_belongs_to_the_message_it_names,
    outbox::the_head_of_a_lane_comes_with_what_its_send_needs,
    work::timers_are_claimed_earliest_first_and_once,
    work::a_stale_fence_cannot_write,
    work::a_lease_ends_with_the_next_write,
    work::a_request_is_claimed_with_its_act_or_not_at_all,
    work::jobs_are_taken_once_and_end,
    work::what_is_old_is_pruned_a_little_at_a_time,
    work::a_quarantined_receipt_is_replayed_once,
    work::after_a_restore_agents_are_asked_and_what_tells_others_is_dropped,
    work::a_secret_is_swapped_only_while_it_is_what_it_was,
    work::a_hold_takes_everything_on_its_way_and_ends_either_way,
    work::entries_are_put_swapped_and_taken_once,
    work::one_notice_per_escalation_team_and_sink,
    work::gaps_are_listed_by_time,
    work::users_are_put_and_found,
    work::sessions_end_one_by_one_or_all_of_a_user,
    work::channels_are_put_and_listed,
    work::versions_are_never_changed,
    work::settings_are_put_changed_and_removed,
    work::what_a_model_cost_adds_up_per_day_and_use,
    nodes::nodes_are_listed_with_their_leases,
    nodes::a_node_whose_lease_has_ended_writes_and_claims_nothing,
    nodes::what_a_node_that_is_gone_had_in_hand_is_taken_over,
    nodes::a_dispatch_that_was_not_sent_is_undone_by_its_own_node_only,
    people::two_contacts_become_one_with_all_they_have,
    people::an_address_goes_to_whom_it_belongs_now,
    people::what_people_put_right_is_not_written_over_unseen,
    people::a_merge_and_a_first_message_at_once_leave_nothing_behind,
    erase::the_audit_log_is_a_chain_also_under_many_writers,
    erase::lines_about_one_thing_are_found_newest_first,
    erase::t67_a_line_that_is_not_what_it_was_is_found,
    erase::an_erasure_takes_the_words_and_leaves_the_facts,
    aging::what_is_old_is_found_weighed_and_let_go,
    aging::an_open_talk_keeps_its_files,
    race::of_many_first_values_all_get_the_same,
    race::fifty_deliveries_of_one_message_are_one_event,
    race::thirty_messages_at_once_have_thirty_positions,
    race::of_fifty_takers_one_wins_each_epoch,
    race::an_album_of_ten_first_messages_is_one_conversation,
    race::numbers_and_notices_are_counted_without_gaps,
    race::workers_never_share_a_claim,
    race::a_takeover_and_a_dispatch_at_once_never_both_come_second,
    race::a_mistake_harms_only_its_own_unit,
}

// What differs there when content is sealed: its statements, its index, its types.
contract! {
    on postgres_sealed:
    log::a_unit_is_read_as_it_was_written,
    log::every_column_of_a_conversation_can_be_changed,
    log::text_with_nul_is_kept_readable,
    inbox::words_are_found_in_the_whole_history,
    inbox::search_syntax_is_only_text,
    desk::a_draft_is_never_written_over_unseen,
    outbox::the_head_of_a_lane_comes_with_what_its_send_needs,
    outbox::a_report_belongs_to_the_message_it_names,
    work::a_quarantined_receipt_is_replayed_once,
    work::gaps_are_listed_by_time,
    erase::an_erasure_takes_the_words_and_leaves_the_facts
}
