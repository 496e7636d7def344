//! A restored copy sends nothing until told (R20, T40).

use crate::CLAIRE;
use relais_app::clock::SystemRandom;
use relais_app::hold::{self, Found, Mark};
use relais_app::port::channel::SendOutcome;
use relais_app::port::store::{OutboxState, Released, Store};
use relais_core::time::Span;
use relais_testkit::TestApp;

async fn start(mark: &Mark, store: &dyn Store) -> Found {
    mark.start(store, &SystemRandom).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_database_that_is_older_than_its_file_is_a_copy() {
    let app = TestApp::open().await;
    let dir = tempfile::tempdir().unwrap();
    let mark = Mark::of_one(dir.path().join("relais.db.mark"));
    let store = app.store().as_ref();
    assert_eq!(start(&mark, store).await, Found::Same, "a fresh one");
    assert_eq!(start(&mark, store).await, Found::Same, "started again");
    let yesterday = store.setting("mark").await.unwrap();
    mark.advance(store, &SystemRandom).await.unwrap().unwrap();
    assert_eq!(start(&mark, store).await, Found::Same);
    // A crash between the file and the database.
    let before = store.setting("mark").await.unwrap();
    mark.advance(store, &SystemRandom).await.unwrap().unwrap();
    store.put_setting("mark", before.as_deref()).await.unwrap();
    assert_eq!(start(&mark, store).await, Found::Same);
    assert_eq!(hold::reason(store).await.unwrap(), None);

    store.put_setting("mark", yesterday.as_deref()).await.unwrap();
    assert_eq!(start(&mark, store).await, Found::Copy, "yesterday's database");
    assert!(hold::reason(store).await.unwrap().is_some());
    let elsewhere = Mark::of_one(dir.path().join("other.mark"));
    assert_eq!(start(&elsewhere, store).await, Found::Copy, "moved without its file");
    let node = Mark::of_node(dir.path().join("node.mark"), &SystemRandom).await.unwrap();
    assert_eq!(start(&node, store).await, Found::Same, "one more node is no copy");
}

/// The demo with messages in every state that a restore could send again.
async fn restored() -> TestApp {
    let mut app = TestApp::open().await;
    app.channel.will([SendOutcome::Unknown { reason: "cut".to_owned() }]);
    app.says(CLAIRE, "bonjour").await;
    app.service().receive(app.channel_id(), vec![app.text(CLAIRE, "3")]).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mark = Mark::of_one(dir.path().join("m"));
    app.store().put_setting("mark", Some("of yesterday")).await.unwrap();
    assert_eq!(start(&mark, app.store().as_ref()).await, Found::Copy);
    app.restart().await;
    app
}

async fn count(app: &TestApp, wanted: OutboxState) -> i64 {
    let counts = app.store().outbox_counts().await.unwrap();
    counts.into_iter().filter(|(state, _)| *state == wanted).map(|(_, n)| n).sum()
}

#[tokio::test]
async fn t40_a_restored_copy_sends_nothing_until_it_is_told_to() {
    let app = restored().await;
    let before = app.channel.sent().len();
    app.advance(Span::minutes(10)).await;
    app.says(CLAIRE, "il y a quelqu'un ?").await;
    assert_eq!(app.channel.sent().len(), before, "neither old nor new messages go out");
    assert!(count(&app, OutboxState::Held).await > 0);
    let waiting = count(&app, OutboxState::Held).await + count(&app, OutboxState::Queued).await;

    app.service().release_outbox(Released::Sent).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.channel.sent().len() as i64, before as i64 + waiting);
    app.check().await;
}

#[tokio::test]
async fn what_is_dropped_after_a_restore_is_never_sent_and_the_rest_goes_on() {
    let app = restored().await;
    let before = app.channel.sent().len();
    app.service().release_outbox(Released::Dropped).await.unwrap();
    app.advance(Span::minutes(10)).await;
    assert_eq!(app.channel.sent().len(), before);
    app.says(CLAIRE, "bonjour").await;
    assert!(app.channel.sent().len() > before);
    app.check().await;
}
