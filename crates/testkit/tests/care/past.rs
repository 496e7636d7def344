//! What was said in the phone app before the number was connected.

use crate::{CLAIRE, agent};
use relais_app::arrival::{Arrival, Item, PastLine};
use relais_app::erase::Erased;
use relais_app::port::store::ConversationRow;
use relais_app::service::Received;
use relais_core::conversation::Event;
use relais_core::conversation::command::Act;
use relais_core::conversation::past::Said;
use relais_core::message::{Content, Delivery, Inbound, Outbound, Sender};
use relais_core::time::{Span, Timestamp};
use relais_testkit::{NUMBER, TestApp};

fn claire() -> Sender {
    Sender { phone: Some(CLAIRE.to_owned()), ..Sender::default() }
}

fn heard(wamid: &str, at: Timestamp, body: &str) -> PastLine {
    let inbound = Inbound {
        provider_id: wamid.to_owned(),
        business_number: NUMBER.to_owned(),
        sender: claire(),
        sent_at: at,
        content: Content::Text { body: body.to_owned() },
        quotes: None,
    };
    line(wamid, at, Said::Customer(Box::new(inbound)))
}

fn answered(wamid: &str, at: Timestamp, body: &str) -> PastLine {
    let said = Said::Colleague(Outbound::Text { body: body.to_owned() });
    PastLine { delivery: Some(Delivery::Read), ..line(wamid, at, said) }
}

fn line(wamid: &str, at: Timestamp, said: Said) -> PastLine {
    let raw = format!(r#"{{"id":"{wamid}"}}"#);
    PastLine { provider_id: wamid.to_owned(), raw, at, said, delivery: None }
}

fn history(receipt: &str, lines: Vec<PastLine>) -> Arrival {
    Arrival {
        receipt: receipt.to_owned(),
        business_number: NUMBER.to_owned(),
        raw: r#"{"threads":[]}"#.to_owned(),
        item: Item::Past { with: claire(), lines },
    }
}

async fn conversations(app: &TestApp) -> Vec<ConversationRow> {
    let contact = app.store().contact_of(&claire()).await.unwrap().unwrap();
    app.store().conversations_of(contact.id).await.unwrap()
}

/// Newest first, as the provider tells it.
fn last_month(app: &TestApp) -> Vec<PastLine> {
    let then = app.now() - Span::hours(30 * 24);
    vec![
        answered("wamid.old.2", then + Span::minutes(5), "Oui, nous livrons en Belgique."),
        heard("wamid.old.1", then, "Bonjour, vous livrez en Belgique ?"),
    ]
}

#[tokio::test]
async fn it_is_read_in_its_order_and_nobody_answers_or_counts_it() {
    let app = TestApp::open().await;
    let lines = last_month(&app);
    let begun = lines[1].at;
    assert_eq!(app.deliver(vec![history("h.1", lines)]).await, [Received::Decided]);
    app.advance(Span::minutes(20)).await;

    let rows = conversations(&app).await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.status.as_str(), row.is_imported, row.unread), ("resolved", true, 0));
    assert_eq!((row.opened_at, row.resolved_at), (begun, Some(begun + Span::minutes(5))));
    assert_eq!((row.language.as_str(), row.due_at), ("fr", None));
    let log = app.service().log(row.id).await.unwrap();
    let kinds: Vec<_> =
        log.iter().map(|(row, event)| (row.at.since(begun), event.kind())).collect();
    assert_eq!(
        kinds,
        [
            (Span::ZERO, "opened".to_owned()),
            (Span::ZERO, "message_received".to_owned()),
            (Span::minutes(5), "message_sent".to_owned()),
            (Span::minutes(5), "resolved".to_owned()),
        ]
    );
    assert_eq!(app.channel.texts(), Vec::<String>::new());
    let sends = app.store().outbox_of_conversation(row.id).await.unwrap();
    assert_eq!(sends[0].provider_id.as_deref(), Some("wamid.old.2"));
    assert_eq!(sends[0].delivery, Some(Delivery::Read));
    let figures = app.service().kpi(begun - Span::hours(1), app.now()).await.unwrap();
    assert_eq!(figures.conversations, 0);
    app.check_log().await;
}

#[tokio::test]
async fn lines_of_the_same_second_stand_as_they_were_said() {
    let app = TestApp::open().await;
    let then = app.now() - Span::hours(30 * 24);
    let words = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"];
    let mut lines: Vec<PastLine> =
        words.iter().map(|word| heard(&format!("wamid.old.{word}"), then, word)).collect();
    lines.push(answered("wamid.old.last", then + Span::secs(1), "Oui."));
    // The newest first, as most threads come.
    lines.reverse();
    app.deliver(vec![history("h.1", lines)]).await;
    let rows = conversations(&app).await;
    let log = app.service().log(rows[0].id).await.unwrap();
    let said: Vec<&str> = log
        .iter()
        .filter_map(|(_, event)| match event {
            Event::MessageReceived { content: Some(inbound), .. } => inbound.content.words(),
            _ => None,
        })
        .collect();
    assert_eq!(said, words);
}

#[tokio::test]
async fn told_again_or_in_overlapping_chunks_a_line_stands_once() {
    let app = TestApp::open().await;
    let lines = last_month(&app);
    app.deliver(vec![history("h.1", lines.clone())]).await;
    assert_eq!(app.deliver(vec![history("h.1", lines.clone())]).await, [Received::Duplicate]);
    let mut more = lines;
    more.push(heard("wamid.old.0", more[1].at - Span::hours(48), "Bonjour"));
    // The same line twice in one chunk, too.
    more.push(more[2].clone());
    assert_eq!(app.deliver(vec![history("h.2", more)]).await, [Received::Decided]);
    let mut messages = 0;
    for row in conversations(&app).await {
        let log = app.service().log(row.id).await.unwrap();
        messages += log
            .iter()
            .filter(|(_, e)| matches!(e, Event::MessageReceived { .. } | Event::MessageSent { .. }))
            .count();
    }
    assert_eq!(messages, 3);
}

#[tokio::test]
async fn the_conversation_that_goes_on_is_not_touched() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let before = app.row(CLAIRE).await;
    // What came live is told once more by the history.
    let again = heard("wamid.in.1", app.now() - Span::hours(1), "je veux parler à un agent");
    let mut lines = last_month(&app);
    lines.push(again);
    app.deliver(vec![history("h.1", lines)]).await;
    assert_eq!(app.row(CLAIRE).await, before);
    let rows = conversations(&app).await;
    assert_eq!(rows.iter().map(|r| r.is_imported).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn after_the_end_the_next_message_follows_the_real_conversation() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let real = app.row(CLAIRE).await.id;
    app.service().act(&agent("nadia"), real, Act::Take).await.unwrap();
    app.service().act(&agent("nadia"), real, Act::resolve()).await.unwrap();
    app.advance(Span::secs(1)).await;
    app.deliver(vec![history("h.1", last_month(&app))]).await;
    app.says(CLAIRE, "5").await;
    let row = app.row(CLAIRE).await;
    assert_eq!(row.id, real, "the rating belongs to what was resolved");
    assert!(row.state.contains(r#""csat":5"#), "{}", row.state);
}

#[tokio::test]
async fn a_long_thread_becomes_several_conversations_and_misses_nothing() {
    let app = TestApp::open().await;
    let then = app.now() - Span::hours(90 * 24);
    let lines: Vec<PastLine> = (0..1_201_i64)
        .map(|n| heard(&format!("wamid.old.{n}"), then + Span::minutes(n), "encore"))
        .collect();
    app.deliver(vec![history("h.1", lines)]).await;
    let rows = conversations(&app).await;
    let events: Vec<i64> = rows.iter().map(|row| row.next_position - 1).collect();
    assert_eq!(events, [502, 502, 203]);
}

#[tokio::test]
async fn an_erasure_covers_the_past_and_it_does_not_come_back() {
    let app = TestApp::open().await;
    app.deliver(vec![history("h.1", last_month(&app))]).await;
    let contact = app.store().contact_of(&claire()).await.unwrap().unwrap();
    let erased = app.service().erase(contact.id, "camille").await.unwrap();
    assert_eq!(erased, Erased::Done { conversations: 1 });
    for wamid in ["wamid.old.1", "wamid.old.2"] {
        let receipt = app.store().receipt(app.channel_id(), wamid).await.unwrap().unwrap();
        assert_eq!(receipt.raw, "{}");
    }
    let mut lines = last_month(&app);
    lines.push(heard("wamid.old.0", lines[1].at - Span::hours(1), "Bonjour"));
    assert_eq!(app.deliver(vec![history("h.2", lines)]).await, [Received::Ignored]);
    assert_eq!(app.store().contact_of(&claire()).await.unwrap(), None);
    assert_eq!(app.store().receipt(app.channel_id(), "wamid.old.0").await.unwrap(), None);
}
