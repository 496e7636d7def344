//! What was due while nobody ran (R16), and the one order that everybody reads (R3).
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use relais_app::arrival::Item;
use relais_app::port::store::OutboxState;
use relais_app::transcript::{By, Entry, entries};
use relais_core::conversation::Event;
use relais_core::conversation::command::Act;
use relais_core::conversation::event::AgentRef;
use relais_core::id::MessageId;
use relais_core::message::Outbound;
use relais_core::time::{Span, Timestamp};
use relais_testkit::{TestApp, image};

const CLAIRE: &str = "+33639980101";

/// More than may act in one round.
const PEOPLE: usize = 100;

fn phone(n: usize) -> String {
    format!("+336399{n:05}")
}

#[tokio::test]
async fn overdue_timers_act_once_oldest_first_and_in_steps_after_a_restart() {
    let mut app = TestApp::open().await;
    // A file is acknowledged when its burst is over: each of these waits on its own timer.
    for n in 0..PEOPLE {
        app.deliver(vec![app.message(&phone(n), image())]).await;
        app.clock.set(app.now() + Span::millis(10));
    }
    assert_eq!(app.channel.sent().len(), 0, "every timer is still to come");
    // Nobody runs for two hours.
    app.clock.set(app.now() + Span::hours(2));
    app.restart().await;
    app.service().step().await.unwrap();
    let first = app.channel.sent().len();
    assert!((1..=64).contains(&first), "{first} at once");
    app.run_jobs().await;
    assert_eq!(app.channel.sent().len(), PEOPLE, "each once");
    let far = Timestamp::from_micros(i64::MAX);
    let rows = app.store().outbox_in_state(OutboxState::Accepted, far, 1_000).await.unwrap();
    let mut order = Vec::new();
    for row in rows {
        order.push(app.store().contact(row.contact).await.unwrap().unwrap().phone.unwrap());
    }
    assert_eq!(order, (0..PEOPLE).map(phone).collect::<Vec<_>>(), "oldest first");

    // Another restart has nothing left to do.
    app.restart().await;
    app.run_jobs().await;
    assert_eq!(app.channel.sent().len(), PEOPLE);
    app.check().await;
}

/// Messages that come out of order, with answers in between.
async fn tangled() -> TestApp {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let nadia = AgentRef { key: "nadia".to_owned(), name: "Nadia".to_owned() };
    for round in 0..6_i64 {
        // Sent in the order 0 1 2 3, delivered in another; the last ones even before the answer.
        for sent in [3, 0, 2, 1] {
            let mut arrival = app.text(CLAIRE, &format!("{round}.{sent}"));
            if let Item::Message(inbound) = &mut arrival.item {
                inbound.sent_at = app.now() - Span::secs(100 - 10 * sent + 15 * (round % 3));
            }
            app.deliver(vec![arrival]).await;
        }
        let row = app.row(CLAIRE).await;
        let content = Outbound::Text { body: format!("réponse {round}") };
        let message = MessageId::new(app.now(), [round as u8; 10]);
        app.service().act(&nadia, row.id, Act::reply(message, content)).await.unwrap();
        app.advance(Span::secs(20)).await;
    }
    app
}

#[tokio::test]
async fn every_view_reads_the_one_order_of_the_log() {
    let app = tangled().await;
    let row = app.row(CLAIRE).await;
    let log = app.service().log(row.id).await.unwrap();
    let positions: Vec<i64> = log.iter().map(|(event, _)| event.position).collect();
    assert_eq!(positions, (1..row.next_position).collect::<Vec<_>>(), "no gap, no way back");

    let view = app.service().transcript(&row).await.unwrap();
    assert_eq!(view, entries(&log), "the transcript is read from the log");
    let said =
        |event: &Event| matches!(event, Event::MessageReceived { .. } | Event::MessageSent { .. });
    let mut shown: Vec<i64> = view.iter().map(|entry| entry.position).collect();
    // Nothing moves above or below an answer: cut at the answers, both have the same parts.
    let runs = |all: &[Entry]| -> Vec<Vec<i64>> {
        all.split(|e| e.by != By::Customer)
            .map(|r| r.iter().map(|e| e.position).collect())
            .collect()
    };
    let mut by_log: Vec<Entry> = view.clone();
    by_log.sort_by_key(|entry| entry.position);
    for (shown, logged) in runs(&view).into_iter().zip(runs(&by_log)) {
        let mut sorted = shown.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, logged);
    }
    // Between two answers the customer's words are in the order of sending.
    for run in view.split(|entry| entry.by != By::Customer) {
        assert!(run.is_sorted_by_key(|entry| entry.at), "{run:?}");
    }
    shown.sort_unstable();
    let logged: Vec<i64> =
        log.iter().filter(|(_, event)| said(event)).map(|(row, _)| row.position).collect();
    assert_eq!(shown, logged, "everything said is shown once");
    assert!(view.iter().any(|entry| entry.is_late), "what came late is marked");
    app.check_log().await;
}
