//! Faults of the reliability list, on the real store with a scripted provider.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use async_trait::async_trait;
use futures_util::future::join_all;
use relais_app::arrival::{Arrival, Item};
use relais_app::port::channel::SendOutcome;
use relais_app::port::helpers::{Crm, HelperError, Orders};
use relais_app::port::store::{Committed, ConversationRow, Expect, OutboxRow, OutboxState, Write};
use relais_app::service::{Acted, Helpers, Received};
use relais_core::conversation::command::{Act, Refusal};
use relais_core::conversation::event::AgentRef;
use relais_core::conversation::state::Profile;
use relais_core::conversation::{Command, Event, State};
use relais_core::id::MessageId;
use relais_core::message::{Delivery, Outbound, Sender};
use relais_core::time::Span;
use relais_core::workspace::{Order, TeamMode};
use relais_sim::doubles;
use relais_sim::faulty::Before;
use relais_testkit::{NUMBER, TestApp, image};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

const CLAIRE: &str = "+33639980101";
const THOMAS: &str = "+33639980102";

fn agent(key: &str) -> AgentRef {
    AgentRef { key: key.to_owned(), name: key.to_owned() }
}

fn unknown() -> SendOutcome {
    SendOutcome::Unknown { reason: "timeout".to_owned() }
}

fn retry(after: Duration) -> SendOutcome {
    SendOutcome::Retry { after, code: None, reason: "connection refused".to_owned() }
}

async fn outbox(app: &TestApp, phone: &str) -> Vec<OutboxRow> {
    let row = app.row(phone).await;
    app.store().outbox_of_conversation(row.id).await.unwrap()
}

async fn events(app: &TestApp, phone: &str) -> Vec<Event> {
    let row = app.row(phone).await;
    app.service().log(row.id).await.unwrap().into_iter().map(|(_, e)| e).collect()
}

async fn act(app: &TestApp, who: &str, act: Act) -> Acted {
    let row = app.row(CLAIRE).await;
    let acted = app.service().act(&agent(who), row.id, act).await.unwrap();
    app.run_jobs().await;
    acted
}

fn reply(app: &TestApp, text: &str) -> Act {
    let message = MessageId::new(app.now(), [9; 10]);
    Act::reply(message, Outbound::Text { body: text.to_owned() })
}

#[tokio::test]
async fn t05_fifty_concurrent_deliveries_are_one_message() {
    let mut app = TestApp::open().await;
    let message = app.text(CLAIRE, "bonjour");
    let all = (0..50).map(|_| app.service().receive(app.channel_id(), vec![message.clone()]));
    let received: Vec<Received> =
        join_all(all).await.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(received.iter().filter(|r| **r == Received::Decided).count(), 1);
    assert_eq!(received.iter().filter(|r| **r == Received::Duplicate).count(), 49);
    app.run_jobs().await;
    app.restart().await;
    assert_eq!(app.deliver(vec![message]).await, [Received::Duplicate]);
    assert_eq!(app.channel.sent().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn t06_every_object_of_a_large_delivery_is_accounted_for() {
    let app = TestApp::open().await;
    let mut batch = Vec::new();
    for n in 0..125 {
        batch.push(app.text(&format!("+336399{n:05}"), "bonjour"));
        batch.push(app.report(&format!("wamid.foreign.{n}"), None, Delivery::Read));
        batch.push(Arrival {
            receipt: format!("unknown.{n}"),
            business_number: NUMBER.to_owned(),
            raw: format!("{{\"odd\":{n}}}"),
            item: Item::Unknown { kind: "odd".to_owned(), reason: "new kind".to_owned() },
        });
        let mut foreign = app.text(CLAIRE, "bonjour");
        foreign.business_number = "999".to_owned();
        batch.push(foreign);
    }
    let received = app.deliver(batch).await;
    let count = |what: Received| received.iter().filter(|r| **r == what).count();
    assert_eq!((count(Received::Decided), count(Received::Quarantined)), (250, 250));
    assert_eq!(app.store().ledger(None, 1_000).await.unwrap().len(), 500);
    let quarantined = app.store().ledger(Some("quarantined"), 1_000).await.unwrap();
    assert_eq!(quarantined.len(), 250);
    assert!(quarantined.iter().any(|r| r.raw.contains("\"odd\":7")), "kept raw");
    let sender = Sender { phone: Some(CLAIRE.to_owned()), ..Sender::default() };
    assert_eq!(app.store().contact_of(&sender).await.unwrap(), None, "the foreign number is out");
    assert_eq!(app.channel.sent().len(), 125);
    app.check().await;
}

#[tokio::test]
async fn t09_an_album_in_parallel_is_one_conversation() {
    let app = TestApp::open().await;
    let album: Vec<Arrival> = (0..10).map(|_| app.message(CLAIRE, image())).collect();
    let all = album.into_iter().map(|a| app.service().receive(app.channel_id(), vec![a]));
    for received in join_all(all).await {
        assert_eq!(received.unwrap(), [Received::Decided]);
    }
    app.run_jobs().await;
    let row = app.row(CLAIRE).await;
    assert_eq!(app.store().conversations_of(row.contact).await.unwrap().len(), 1);
    let inbound = events(&app, CLAIRE).await;
    let inbound = inbound.iter().filter(|e| matches!(e, Event::MessageReceived { .. })).count();
    assert_eq!(inbound, 10);
    app.check().await;
}

#[tokio::test]
async fn t10_delivery_state_never_goes_backwards() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    for status in [Delivery::Read, Delivery::Delivered, Delivery::Sent, Delivery::Sent] {
        app.deliver(vec![app.report("wamid.1", None, status)]).await;
    }
    assert_eq!(outbox(&app, CLAIRE).await[0].delivery, Some(Delivery::Read));
    app.check().await;
}

#[tokio::test]
async fn t11_a_report_that_comes_before_our_own_record_is_attached() {
    let app = TestApp::open().await;
    app.deliver(vec![app.report("wamid.1", None, Delivery::Delivered)]).await;
    app.says(CLAIRE, "bonjour").await;
    assert_eq!(outbox(&app, CLAIRE).await[0].delivery, Some(Delivery::Delivered));

    app.deliver(vec![app.report("wamid.2", None, Delivery::Failed)]).await;
    app.says(CLAIRE, "menu").await;
    assert_eq!(told(&app, CLAIRE).await, 1);
    app.check().await;
}

/// How often a conversation was told that a message of ours did not arrive.
async fn told(app: &TestApp, phone: &str) -> usize {
    let events = events(app, phone).await;
    events.iter().filter(|e| matches!(e, Event::DeliveryFailed { .. })).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t11_a_failure_reported_early_is_told_with_the_acceptance_or_neither_is_written() {
    let asked = Arc::new(Notify::new());
    let (go_on, stands) = std::sync::mpsc::channel::<()>();
    let (seen, stands) = (Arc::clone(&asked), Mutex::new(stands));
    // The engine stands still where it is told of the failure.
    let machine = Before(move |_: Option<&State>, command: &Command| {
        if matches!(command, Command::DeliveryFailed { .. }) {
            seen.notify_one();
            let _ = stands.lock().unwrap().recv();
        }
    });
    let app = TestApp::build().machine(machine).open().await;
    app.deliver(vec![app.report("wamid.1", None, Delivery::Failed)]).await;
    app.service().receive(app.channel_id(), vec![app.text(CLAIRE, "bonjour")]).await.unwrap();
    let service = Arc::clone(app.service());
    let sends = tokio::spawn(async move { while service.step().await.unwrap() {} });
    asked.notified().await;
    assert_eq!(outbox(&app, CLAIRE).await[0].state, OutboxState::Dispatching, "nothing yet");
    drop(go_on);
    sends.await.unwrap();
    let row = outbox(&app, CLAIRE).await.remove(0);
    assert_eq!((row.state, row.delivery), (OutboxState::Accepted, Some(Delivery::Failed)));
    assert_eq!(told(&app, CLAIRE).await, 1);
    app.check().await;
}

#[tokio::test]
async fn t11_a_failure_that_names_our_message_before_its_answer_is_told_once() {
    let app = TestApp::open().await;
    app.service().receive(app.channel_id(), vec![app.text(CLAIRE, "bonjour")]).await.unwrap();
    let row = outbox(&app, CLAIRE).await.remove(0);
    app.channel.keep_silent(true);
    let service = Arc::clone(app.service());
    let sends = tokio::spawn(async move { while service.step().await.unwrap() {} });
    app.channel.wait_for(1).await;
    let failed = app.report("wamid.1", Some(row.id), Delivery::Failed);
    app.service().receive(app.channel_id(), vec![failed]).await.unwrap();
    app.channel.keep_silent(false);
    sends.await.unwrap();
    let row = outbox(&app, CLAIRE).await.remove(0);
    assert_eq!((row.state, row.delivery), (OutboxState::Accepted, Some(Delivery::Failed)));
    assert_eq!(told(&app, CLAIRE).await, 1);
    // The notice of the hand-off may leave after the steps have looked.
    app.advance(Span::secs(10)).await;
    app.check().await;
}

#[tokio::test]
async fn t12_a_message_of_three_days_ago_gets_no_stale_answer() {
    let app = TestApp::open().await;
    let mut old = app.text(CLAIRE, "bonjour");
    if let Item::Message(inbound) = &mut old.item {
        inbound.sent_at = app.now() - Span::hours(72);
    }
    app.deliver(vec![old]).await;
    app.advance(Span::secs(10)).await;
    assert_eq!(app.channel.texts(), Vec::<String>::new());
    assert_eq!(
        app.state(CLAIRE).await.last_inbound_at,
        Some(app.now() - Span::secs(10) - Span::hours(72))
    );
    app.check().await;
}

#[tokio::test]
async fn t13_a_late_report_tells_what_became_of_an_unknown_send() {
    let app = TestApp::open().await;
    app.channel.will([unknown()]);
    app.says(CLAIRE, "bonjour").await;
    let row = outbox(&app, CLAIRE).await.remove(0);
    assert_eq!(row.state, OutboxState::Unknown);
    app.deliver(vec![app.report("wamid.late", Some(row.id), Delivery::Delivered)]).await;
    let row = outbox(&app, CLAIRE).await.remove(0);
    assert_eq!(row.state, OutboxState::Accepted);
    assert_eq!(row.provider_id.as_deref(), Some("wamid.late"));
    app.advance(Span::minutes(10)).await;
    assert_eq!(app.channel.sent().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn an_unknown_text_of_the_bot_goes_once_more_and_never_a_third_time() {
    let app = TestApp::open().await;
    app.channel.will([unknown(), unknown(), unknown()]);
    app.says(CLAIRE, "bonjour").await;
    app.advance(Span::secs(100)).await;
    assert_eq!(app.channel.sent().len(), 1, "not before two minutes");
    for _ in 0..20 {
        app.advance(Span::minutes(1)).await;
    }
    assert_eq!(app.channel.sent().len(), 2);
    assert_eq!(outbox(&app, CLAIRE).await[0].state, OutboxState::Suppressed);
    app.check().await;
}

#[tokio::test]
async fn a_refusal_before_does_not_use_up_the_one_more_send() {
    let mut app = TestApp::open().await;
    app.channel.will([retry(Duration::from_secs(60))]);
    app.deliver(vec![app.text(THOMAS, "bonjour")]).await;
    let row = outbox(&app, THOMAS).await.remove(0);
    assert_eq!((row.state, row.attempts), (OutboxState::Queued, 1));
    // The second send is cut off by a crash.
    app.store().commit(vec![Write::Dispatch { id: row.id, at: app.now() }]).await.unwrap();
    let sent = app.channel.sent().len();
    app.restart().await;
    app.channel.will([unknown()]);
    app.advance(Span::secs(121)).await;
    app.run_jobs().await;
    assert_eq!(app.channel.sent().len(), sent + 1, "nobody knows about the first");
    for _ in 0..10 {
        app.advance(Span::minutes(1)).await;
    }
    assert_eq!(app.channel.sent().len(), sent + 1, "once more, and never a third time");
    let row = outbox(&app, THOMAS).await.remove(0);
    assert_eq!((row.state, row.resent), (OutboxState::Suppressed, 1));
    app.check().await;
}

#[tokio::test]
async fn an_answer_that_a_crash_cut_off_is_not_lost_when_the_customer_writes_again() {
    let app = TestApp::open().await;
    app.channel.will([unknown()]);
    app.says(CLAIRE, "bonjour").await;
    app.says(CLAIRE, "menu").await;
    assert_eq!(app.channel.sent().len(), 1, "the order of the lane is kept");
    app.advance(Span::minutes(3)).await;
    let ids: Vec<String> = app.channel.sent().iter().map(|s| s.callback_id.clone()).collect();
    let rows = outbox(&app, CLAIRE).await;
    let [first, second] = [0, 1].map(|n: usize| rows[n].id.to_string());
    assert_eq!(ids, [first.clone(), first, second], "both answers, in the order of the questions");
    app.check().await;
}

#[tokio::test]
async fn an_unknown_text_of_the_bot_is_not_repeated_after_a_takeover() {
    let app = TestApp::open().await;
    app.channel.will([unknown()]);
    app.says(CLAIRE, "bonjour").await;
    act(&app, "nadia", Act::Take).await;
    app.advance(Span::minutes(3)).await;
    assert_eq!(app.channel.sent().len(), 1);
    assert_eq!(outbox(&app, CLAIRE).await[0].state, OutboxState::Suppressed);
    app.check().await;
}

#[tokio::test]
async fn an_unknown_text_of_an_agent_waits_for_a_person_without_blocking_the_rest() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "3").await;
    app.channel.will([unknown()]);
    act(&app, "nadia", reply(&app, "Je regarde.")).await;
    app.advance(Span::minutes(5)).await;
    let sent = app.channel.sent().len();
    let second = MessageId::new(app.now(), [8; 10]);
    let content = Outbound::Text { body: "Voilà.".to_owned() };
    act(&app, "nadia", Act::reply(second, content)).await;
    assert_eq!(app.channel.sent().len(), sent + 1);
    let rows = outbox(&app, CLAIRE).await;
    let unknown = rows.iter().filter(|r| r.state == OutboxState::Unknown).count();
    assert_eq!(unknown, 1, "not repeated, not forgotten");
    app.check_log().await;
}

#[tokio::test]
async fn t14_what_surely_did_not_arrive_is_sent_until_it_does_in_order() {
    let app = TestApp::open().await;
    app.channel.will([retry(Duration::ZERO), retry(Duration::from_secs(3)), retry(Duration::ZERO)]);
    app.says(CLAIRE, "bonjour").await;
    app.says(CLAIRE, "menu").await;
    for _ in 0..60 {
        app.advance(Span::secs(1)).await;
    }
    let rows = outbox(&app, CLAIRE).await;
    assert!(rows.iter().all(|r| r.state == OutboxState::Accepted), "{rows:?}");
    let ids: Vec<String> = app.channel.sent().iter().map(|s| s.callback_id.clone()).collect();
    let first = rows[0].id.to_string();
    assert_eq!(ids.iter().filter(|id| **id == first).count(), 4, "three refusals, one acceptance");
    assert_eq!(*ids.last().unwrap(), rows[1].id.to_string());
    app.check().await;
}

#[tokio::test]
async fn one_lane_that_waits_holds_nobody_else_up() {
    let app = TestApp::open().await;
    app.channel.will([retry(Duration::from_secs(60))]);
    app.deliver(vec![app.text(CLAIRE, "bonjour")]).await;
    app.deliver(vec![app.text(THOMAS, "bonjour")]).await;
    assert_eq!(outbox(&app, CLAIRE).await[0].state, OutboxState::Queued);
    assert_eq!(outbox(&app, THOMAS).await[0].state, OutboxState::Accepted);
    app.advance(Span::secs(61)).await;
    app.check().await;
}

#[tokio::test]
async fn t15_a_limit_of_one_person_delays_nobody_else_and_keeps_the_order() {
    let app = TestApp::open().await;
    app.deliver(vec![app.text(THOMAS, "bonjour")]).await;
    let limit = || SendOutcome::Retry {
        after: Duration::from_secs(1),
        code: Some(131_056),
        reason: "too many to this person".to_owned(),
    };
    for _ in 0..12 {
        app.channel.will([limit()]);
        app.deliver(vec![app.text(CLAIRE, "bonjour")]).await;
        app.advance(Span::minutes(6)).await;
        app.channel.will([limit()]);
        app.advance(Span::minutes(6)).await;
    }
    let before = app.channel.sent().len();
    app.deliver(vec![app.text(THOMAS, "menu")]).await;
    assert!(app.channel.sent().len() > before, "the other person is answered at once");
    for _ in 0..30 {
        app.advance(Span::minutes(6)).await;
    }
    let rows = outbox(&app, CLAIRE).await;
    assert!(rows.iter().all(|r| r.state == OutboxState::Accepted), "no loss");
    let times: Vec<_> = rows.iter().map(|r| r.dispatched_at).collect();
    assert!(times.is_sorted(), "first in, first out");
    app.check().await;
}

#[tokio::test]
async fn t16_a_storm_of_errors_opens_the_breaker_and_everything_drains_afterwards() {
    let app = TestApp::open().await;
    app.channel.will((0..40).map(|_| retry(Duration::ZERO)));
    for n in 0..20 {
        app.deliver(vec![app.text(&format!("+336399{n:05}"), "bonjour")]).await;
    }
    let asked = app.channel.sent().len();
    assert!(asked <= 8, "{asked} tries against a provider that is down");
    for _ in 0..60 {
        app.advance(Span::minutes(1)).await;
    }
    assert_eq!(app.channel.sent().len(), 60, "each once, after forty refusals");
    app.check().await;
}

#[tokio::test]
async fn t17_a_channel_that_is_down_is_paused_and_goes_on_when_connected_again() {
    let app = TestApp::open().await;
    app.channel.will([SendOutcome::ChannelDown { code: Some(190), reason: "token".to_owned() }]);
    app.says(CLAIRE, "bonjour").await;
    app.says(THOMAS, "bonjour").await;
    assert_eq!(app.channel.sent().len(), 1, "no retry is burnt");
    let mut row = app.store().channels().await.unwrap().remove(0);
    assert_eq!(row.paused_reason.as_deref(), Some("token"));
    row.paused_reason = None;
    app.service().connect(row, app.channel.clone()).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.channel.sent().len(), 3);
    app.check().await;
}

#[tokio::test]
async fn t18_a_text_that_waits_past_the_window_is_not_sent_and_the_agent_is_told() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "3").await;
    app.channel.will([retry(Duration::from_secs(25 * 3_600))]);
    act(&app, "nadia", reply(&app, "Bonjour")).await;
    let sent = app.channel.sent().len();
    app.advance(Span::hours(26)).await;
    assert_eq!(app.channel.sent().len(), sent, "nothing more is handed over");
    let last = outbox(&app, CLAIRE).await.pop().unwrap();
    assert_eq!((last.state, last.error.as_deref()), (OutboxState::Refused, Some("window_closed")));
    let told = events(&app, CLAIRE).await;
    assert!(
        told.iter()
            .any(|e| matches!(e, Event::DeliveryFailed { message, .. } if *message == last.id))
    );
    app.check().await;
}

#[tokio::test]
async fn t19_sends_that_a_crash_cut_off_are_unknown_and_not_lost() {
    let mut app = TestApp::open().await;
    app.service().receive(app.channel_id(), vec![app.text(CLAIRE, "bonjour")]).await.unwrap();
    let row = outbox(&app, CLAIRE).await.remove(0);
    app.store().commit(vec![Write::Dispatch { id: row.id, at: app.now() }]).await.unwrap();
    app.restart().await;
    assert_eq!(outbox(&app, CLAIRE).await[0].state, OutboxState::Unknown);
    app.advance(Span::secs(60)).await;
    assert_eq!(app.channel.sent().len(), 0);
    app.advance(Span::secs(61)).await;
    app.run_jobs().await;
    assert_eq!(app.channel.sent().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn t20_the_same_reply_twice_is_one_message() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "3").await;
    let before = app.channel.sent().len();
    let same = reply(&app, "Je regarde.");
    let first = act(&app, "nadia", same.clone()).await;
    assert_eq!(act(&app, "nadia", same).await, first);
    assert_eq!(app.channel.sent().len(), before + 1);
    app.check().await;
}

#[tokio::test]
async fn t21_an_answer_that_comes_after_the_takeover_is_not_said() {
    let helpers =
        Helpers { model: Some(doubles::models()["mock-timeout"].clone()), ..Helpers::default() };
    let app = TestApp::build().helpers(helpers).open().await;
    app.says(CLAIRE, "bonjour").await;
    app.deliver(vec![app.text(CLAIRE, "Combien coûte la livraison en France ?")]).await;
    act(&app, "nadia", Act::Take).await;
    let sent = app.channel.sent().len();
    app.advance(Span::minutes(10)).await;
    assert_eq!(app.channel.sent().len(), sent);
    app.check().await;
}

#[tokio::test]
async fn t22_a_waiting_row_of_the_bot_is_suppressed_by_the_takeover() {
    let app = TestApp::open().await;
    app.channel.will([retry(Duration::from_secs(30))]);
    app.says(CLAIRE, "bonjour").await;
    assert_eq!(app.channel.sent().len(), 1);
    assert!(matches!(act(&app, "nadia", Act::Take).await, Acted::Done { .. }));
    app.advance(Span::minutes(2)).await;
    assert_eq!(app.channel.sent().len(), 1, "not handed over a second time");
    assert_eq!(outbox(&app, CLAIRE).await[0].state, OutboxState::Suppressed);
    app.check().await;
}

#[tokio::test]
async fn t23_of_fifty_agents_one_gets_the_conversation_and_the_others_learn_who() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "3").await;
    let id = app.row(CLAIRE).await.id;
    let names: Vec<AgentRef> = (0..50).map(|n| agent(&format!("agent-{n}"))).collect();
    let all = names.iter().map(|a| app.service().act(a, id, Act::Take));
    let acted: Vec<Acted> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    let winners = acted.iter().filter(|a| matches!(a, Acted::Done { .. })).count();
    assert_eq!(winners, 1);
    let winner = app.state(CLAIRE).await.agent().cloned();
    for acted in acted.iter().filter(|a| !matches!(a, Acted::Done { .. })) {
        let told = Acted::Refused { refusal: Refusal::AlreadyTaken, owner: winner.clone() };
        assert_eq!(*acted, told);
    }
    app.check().await;
}

#[tokio::test]
async fn t24_a_reply_takes_the_conversation_and_silences_the_bot() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    act(&app, "nadia", reply(&app, "Bonjour, Nadia à l'appareil.")).await;
    let sent = app.channel.sent().len();
    app.says(CLAIRE, "menu").await;
    assert_eq!(app.channel.sent().len(), sent);
    assert_eq!(app.row(CLAIRE).await.assignee.as_deref(), Some("nadia"));
    app.check().await;
}

#[tokio::test]
async fn t25_given_back_the_bot_starts_afresh() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "3").await;
    act(&app, "nadia", Act::Take).await;
    app.says(CLAIRE, "3").await;
    app.says(CLAIRE, "xqzt").await;
    act(&app, "nadia", Act::ReturnToBot).await;
    let state = app.state(CLAIRE).await;
    assert_eq!((state.status(), state.bot.failures, state.escalations), ("bot", 0, 1));
    app.advance(Span::secs(30)).await;
    assert_eq!(app.state(CLAIRE).await.status(), "bot", "what was said meanwhile is not replayed");
    app.check().await;
}

#[tokio::test]
async fn t26_twenty_requests_are_one_hand_off_and_one_notice() {
    let app = TestApp::open().await;
    for _ in 0..20 {
        app.deliver(vec![app.text(CLAIRE, "3")]).await;
        app.advance(Span::millis(100)).await;
    }
    app.advance(Span::secs(10)).await;
    let state = app.state(CLAIRE).await;
    assert_eq!(state.escalations, 1);
    assert_eq!(app.store().notifications(0, 100).await.unwrap().len(), 1);
    assert_eq!(app.channel.sent().len(), 1, "the notice, and nothing more of the same burst");
    app.check().await;
}

#[tokio::test]
async fn t28_an_echo_is_a_takeover_unless_it_is_our_own_message() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let content = app.channel.sent()[0].content.clone();
    let echo = |receipt: &str, provider_id: &str, content: Outbound| Arrival {
        receipt: receipt.to_owned(),
        business_number: NUMBER.to_owned(),
        raw: "{}".to_owned(),
        item: Item::Echo {
            to: Sender { phone: Some(CLAIRE.to_owned()), ..Sender::default() },
            provider_id: provider_id.to_owned(),
            sent_at: app.now(),
            content,
        },
    };
    assert_eq!(app.deliver(vec![echo("e1", "wamid.1", content)]).await, [Received::Ignored]);
    assert_eq!(app.row(CLAIRE).await.status, "bot");
    let words = Outbound::Text { body: "Je vous rappelle.".to_owned() };
    assert_eq!(app.deliver(vec![echo("e2", "wamid.app", words)]).await, [Received::Decided]);
    assert_eq!(app.row(CLAIRE).await.status, "human");
    assert_eq!(app.channel.sent().len(), 1, "what the phone sent is not sent again");
    let rows = outbox(&app, CLAIRE).await;
    assert_eq!(rows.last().unwrap().provider_id.as_deref(), Some("wamid.app"));
    app.says(CLAIRE, "menu").await;
    assert_eq!(app.channel.sent().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn t28_two_robots_do_not_talk_for_ever() {
    let app = TestApp::open().await;
    for _ in 0..30 {
        app.says(CLAIRE, "bonjour").await;
    }
    let said = app.channel.sent().len();
    assert!(said <= 12, "{said} messages to an auto-responder");
    assert_eq!(app.row(CLAIRE).await.status, "queued");
    app.check().await;
}

#[tokio::test]
async fn t34_a_jumping_clock_reorders_nothing_and_opens_no_window() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let start = app.now();
    app.clock.set(start + Span::hours(2));
    app.says(CLAIRE, "menu").await;
    // What is no message has its time, too.
    app.clock.set(start + Span::hours(3));
    let conversation = app.row(CLAIRE).await.id;
    let note = Act::Note { text: "vu".to_owned() };
    app.service().act(&agent("nadia"), conversation, note).await.unwrap();
    app.clock.set(start);
    app.says(CLAIRE, "menu").await;
    let row = app.row(CLAIRE).await;
    let log = app.service().log(row.id).await.unwrap();
    assert!(log.windows(2).all(|w| w[0].0.at <= w[1].0.at), "the log's time never goes back");
    assert!(log.iter().zip(1..).all(|((row, _), position)| row.position == position));
    let mut future = app.text(CLAIRE, "menu");
    if let Item::Message(inbound) = &mut future.item {
        inbound.sent_at = app.now() + Span::hours(5);
    }
    app.deliver(vec![future]).await;
    let last = app.state(CLAIRE).await.last_inbound_at.unwrap();
    assert!(last <= start + Span::hours(3) + Span::secs(8), "{last}");
    app.check().await;
}

/// Every helper is there and none works.
#[derive(Debug, Default)]
struct Down {
    asked: AtomicU32,
}

#[async_trait]
impl Crm for Down {
    async fn profile(&self, _phone: &str) -> Result<Option<Profile>, HelperError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}

#[async_trait]
impl Orders for Down {
    async fn order(&self, _number: &str) -> Result<Option<Order>, HelperError> {
        Err(HelperError("503".to_owned()))
    }
}

#[tokio::test]
async fn the_way_to_a_person_works_with_every_helper_down() {
    let down = Arc::new(Down::default());
    let helpers = Helpers {
        orders: Some(down.clone()),
        crm: Some(down.clone()),
        model: Some(doubles::models()["mock-timeout"].clone()),
        ..Helpers::default()
    };
    let app = TestApp::build().helpers(helpers).open().await;
    app.says(CLAIRE, "ML-2041").await;
    assert!(!app.channel.texts()[0].contains("NX48120391"), "{:?}", app.channel.texts());
    app.says(CLAIRE, "3").await;
    assert_eq!(app.row(CLAIRE).await.status, "queued");
    for n in 0..20 {
        app.says(&format!("+336399{n:05}"), "3").await;
    }
    let asked = down.asked.load(Ordering::Relaxed);
    assert!(asked <= 8, "a record that never answers was asked {asked} times");
    app.check().await;
}

/// Cannot bear one word.
fn bear(_: Option<&State>, command: &Command) {
    if let Command::Receive { inbound, .. } = command {
        assert_ne!(inbound.content.words(), Some("poison"), "a message it cannot bear");
    }
}

#[tokio::test]
async fn t39_a_poisonous_message_is_kept_raw_and_people_take_over() {
    let app = TestApp::build().machine(Before(bear)).open().await;
    app.says(CLAIRE, "bonjour").await;
    let poison = app.text(CLAIRE, "poison");
    assert_eq!(app.deliver(vec![poison.clone()]).await, [Received::Quarantined]);
    assert_eq!(app.deliver(vec![poison]).await, [Received::Duplicate]);
    assert_eq!(app.row(CLAIRE).await.status, "queued");
    assert_eq!(app.store().notifications(0, 10).await.unwrap().len(), 1);
    app.says(THOMAS, "bonjour").await;
    assert_eq!(app.row(THOMAS).await.status, "bot");
    // A first message that is poisonous opens a conversation, without its words.
    assert_eq!(
        app.deliver(vec![app.text("+33639980103", "poison")]).await,
        [Received::Quarantined]
    );
    assert_eq!(app.row("+33639980103").await.status, "queued");
    let quarantined = app.store().ledger(Some("quarantined"), 10).await.unwrap();
    assert_eq!(quarantined.len(), 2);
    assert!(quarantined.iter().all(|r| r.reason.contains("cannot bear")), "{quarantined:?}");
    app.check().await;
}

#[tokio::test]
async fn people_with_two_addresses_are_one_contact() {
    let app = TestApp::open().await;
    let from = |phone: Option<&str>, bsuid: Option<&str>| {
        let mut message = app.text(CLAIRE, "bonjour");
        if let Item::Message(inbound) = &mut message.item {
            inbound.sender.phone = phone.map(str::to_owned);
            inbound.sender.bsuid = bsuid.map(str::to_owned);
        }
        message
    };
    app.deliver(vec![from(Some(CLAIRE), None)]).await;
    app.deliver(vec![from(Some(CLAIRE), Some("FR.1"))]).await;
    app.deliver(vec![from(None, Some("FR.1"))]).await;
    let row = app.row(CLAIRE).await;
    assert_eq!(app.store().conversations_of(row.contact).await.unwrap().len(), 1);
    let inbound = events(&app, CLAIRE).await;
    let inbound = inbound.iter().filter(|e| matches!(e, Event::MessageReceived { .. })).count();
    assert_eq!(inbound, 3);
    app.check().await;
}

#[tokio::test]
async fn a_team_that_assigns_gives_the_first_in_line_to_whoever_has_room() {
    let app = TestApp::build()
        .document(|d| {
            for team in &mut d.teams {
                team.mode = TeamMode::Assign;
            }
            d.agents.retain(|a| a.key == "nadia");
            d.agents[0].capacity = 1;
        })
        .open()
        .await;
    app.says(CLAIRE, "3").await;
    assert_eq!(app.row(CLAIRE).await.assignee.as_deref(), Some("nadia"));
    app.says(THOMAS, "3").await;
    assert_eq!(app.row(THOMAS).await.status, "queued", "she has no room");
    act(&app, "nadia", Act::resolve()).await;
    assert_eq!(app.row(THOMAS).await.assignee.as_deref(), Some("nadia"));
    app.check().await;
}

#[tokio::test]
async fn projections_are_made_again_from_the_log() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    app.says(CLAIRE, "3").await;
    let right = app.row(CLAIRE).await;
    let mut wrong = right.clone();
    wrong.team = Some("billing".to_owned());
    wrong.unread = 77;
    let expect = Expect::from(&right);
    assert_eq!(app.store().replace_projection(wrong, expect).await.unwrap(), Committed::Done);
    let found = app.service().check_projections().await.unwrap();
    assert_eq!(found.differences[0].columns, ["team", "unread"]);
    app.service().rebuild_projections().await.unwrap();
    let fence = right.fence + 2;
    assert_eq!(app.row(CLAIRE).await, ConversationRow { fence, ..right });
    app.check().await;
}

#[tokio::test]
async fn a_running_conversation_keeps_its_version() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let mut document = app.service().snapshot().document.clone();
    let welcome = document.texts.get_mut("welcome").unwrap();
    welcome.insert("fr".to_owned(), "Nouvel accueil : 1, 2 ou 3 ?".to_owned());
    assert_eq!(app.service().publish(document, "new welcome").await.unwrap(), 2);
    app.says(CLAIRE, "menu").await;
    app.says(THOMAS, "bonjour").await;
    let texts = app.channel.texts();
    assert!(texts[1].contains("Bienvenue"), "{texts:?}");
    assert!(texts[2].contains("Nouvel accueil"), "{texts:?}");
    let mut broken = app.service().snapshot().document.clone();
    broken.triggers.default_team = "nobody".to_owned();
    assert!(app.service().publish(broken, "").await.is_err());
    app.check().await;
}

#[tokio::test]
async fn reports_of_a_stranger_number_touch_nothing() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let mut report = app.report("wamid.1", None, Delivery::Failed);
    report.business_number = "999".to_owned();
    assert_eq!(app.deliver(vec![report]).await, [Received::Quarantined]);
    assert_eq!(outbox(&app, CLAIRE).await[0].delivery, Some(Delivery::Accepted));
}
