//! A mail now and then of what waits, through a place that fails, crashes and nights.

use crate::{CLAIRE, agent};
use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::digest::Digest;
use relais_app::port::helpers::{HelperError, Notice, Sink, Summary};
use relais_app::service::Helpers;
use relais_app::telling::Telling;
use relais_core::calendar::Weekday;
use relais_core::conversation::command::Act;
use relais_core::routing::Availability;
use relais_core::time::Span;
use relais_testkit::TestApp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Fails so many times, then takes everything; the process may die right after.
#[derive(Debug, Default)]
struct Mail {
    failures: Mutex<u32>,
    taken: Mutex<Vec<Summary>>,
    is_fatal: Mutex<bool>,
}

#[async_trait]
impl Sink for Mail {
    async fn deliver(&self, _: &Notice) -> Result<(), HelperError> {
        Ok(())
    }

    async fn summarise(&self, summary: &Summary) -> Result<(), HelperError> {
        if *self.failures.lock() > 0 {
            *self.failures.lock() -= 1;
            return Err(HelperError("451 try later".to_owned()));
        }
        self.taken.lock().push(summary.clone());
        assert!(!*self.is_fatal.lock(), "the process dies here");
        Ok(())
    }
}

/// Monday, 10:00 in Paris: Claire waits for Nadia's answer.
async fn waiting(digest: Digest) -> (TestApp, Arc<Mail>) {
    let mail = Arc::new(Mail::default());
    let sinks = BTreeMap::from([("email".to_owned(), mail.clone() as Arc<dyn Sink>)]);
    let app = TestApp::build().helpers(Helpers { sinks, ..Helpers::default() }).open().await;
    app.says(CLAIRE, "je veux un agent").await;
    app.service().act(&agent("nadia"), app.row(CLAIRE).await.id, Act::Take).await.unwrap();
    app.says(CLAIRE, "vous êtes là ?").await;
    let telling = Telling { digest, ..Telling::default() };
    app.service().set_telling("nadia", telling).await.unwrap();
    (app, mail)
}

/// Minute by minute.
async fn pass(app: &TestApp, minutes: i64) {
    for _ in 0..minutes {
        app.advance(Span::minutes(1)).await;
        app.service().order_digests().await.unwrap();
        app.run_jobs().await;
    }
}

#[tokio::test]
async fn every_hour_one_mail_says_how_much_waits_also_after_a_restart() {
    let (mut app, mail) = waiting(Digest::Hourly).await;
    pass(&app, 58).await;
    assert_eq!(mail.taken.lock().len(), 0, "what was chosen counts from the next hour");
    pass(&app, 10).await;
    let told = mail.taken.lock().clone();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].agent.as_str(), told[0].unanswered, told[0].mentions), ("nadia", 1, 0));
    app.restart().await;
    pass(&app, 20).await;
    assert_eq!(mail.taken.lock().len(), 1, "once an hour");
    pass(&app, 60).await;
    assert_eq!(mail.taken.lock().len(), 2);
    let keys: Vec<_> = mail.taken.lock().iter().map(|one| one.key.clone()).collect();
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn where_nothing_waits_and_where_nobody_asked_no_mail_is_sent() {
    let (app, mail) = waiting(Digest::Hourly).await;
    let resolve = Act::resolve();
    app.service().act(&agent("nadia"), app.row(CLAIRE).await.id, resolve).await.unwrap();
    pass(&app, 70).await;
    assert_eq!(mail.taken.lock().len(), 0);
    let (app, mail) = waiting(Digest::Off).await;
    pass(&app, 70).await;
    assert_eq!(mail.taken.lock().len(), 0);
}

#[tokio::test]
async fn a_server_that_fails_is_asked_again_within_the_period() {
    let (app, mail) = waiting(Digest::Hourly).await;
    *mail.failures.lock() = 3;
    pass(&app, 100).await;
    assert_eq!((mail.taken.lock().len(), *mail.failures.lock()), (1, 0));
    // Down for a whole hour: the next mail says what waits then, and there is no second one.
    *mail.failures.lock() = u32::MAX;
    pass(&app, 85).await;
    *mail.failures.lock() = 0;
    pass(&app, 40).await;
    let keys: Vec<_> = mail.taken.lock().iter().map(|one| one.key.clone()).collect();
    let of = |hour: &str| format!("digest/nadia/2027-05-03T{hour}:00:00Z");
    assert_eq!(keys, [of("09"), of("11")]);
}

#[tokio::test]
async fn what_may_have_left_before_a_crash_is_not_sent_again() {
    let (mut app, mail) = waiting(Digest::Hourly).await;
    pass(&app, 59).await;
    *mail.is_fatal.lock() = true;
    app.advance(Span::minutes(2)).await;
    app.service().order_digests().await.unwrap();
    let service = Arc::clone(app.service());
    tokio::spawn(async move { service.step().await }).await.unwrap_err();
    assert_eq!(mail.taken.lock().len(), 1);
    *mail.is_fatal.lock() = false;
    app.restart().await;
    pass(&app, 30).await;
    assert_eq!(mail.taken.lock().len(), 1);
    pass(&app, 40).await;
    assert_eq!(mail.taken.lock().len(), 2, "the next hour is another one");
}

#[tokio::test]
async fn two_nodes_that_order_it_order_one() {
    let (app, mail) = waiting(Digest::Hourly).await;
    app.advance(Span::minutes(61)).await;
    let other = app.another().await;
    app.service().order_digests().await.unwrap();
    other.order_digests().await.unwrap();
    app.run_jobs().await;
    while other.step().await.unwrap() {}
    assert_eq!(mail.taken.lock().len(), 1);
}

#[tokio::test]
async fn the_quiet_hours_are_waited_for() {
    let (app, mail) = waiting(Digest::Daily).await;
    let tuesday = BTreeMap::from([(Weekday::Tuesday, vec!["00:00-09:00".parse().unwrap()])]);
    let telling = Telling { digest: Digest::Daily, quiet: tuesday, ..Telling::default() };
    app.service().set_telling("nadia", telling).await.unwrap();
    // Until Tuesday, 08:59.
    app.advance(Span::hours(22)).await;
    pass(&app, 58).await;
    assert_eq!(mail.taken.lock().len(), 0);
    pass(&app, 5).await;
    assert_eq!(mail.taken.lock().len(), 1);
}

/// Hugo calls Nadia in a note.
async fn calls(app: &TestApp, words: &str) {
    let note = Act::Note { text: format!("@nadia {words}") };
    app.service().act(&agent("hugo"), app.row(CLAIRE).await.id, note).await.unwrap();
}

/// Nadia, who is away, wants to know of notes that call her, and nothing else.
async fn away() -> (TestApp, Arc<Mail>) {
    let (app, mail) = waiting(Digest::Off).await;
    let telling = Telling { mentions: true, ..Telling::default() };
    app.service().set_telling("nadia", telling).await.unwrap();
    app.service().set_availability("nadia", Availability::Away).await.unwrap();
    (app, mail)
}

#[tokio::test]
async fn whoever_is_called_while_away_is_mailed_once_for_all_within_five_minutes() {
    let (mut app, mail) = away().await;
    calls(&app, "tu vois ?").await;
    calls(&app, "vraiment ?").await;
    app.restart().await;
    pass(&app, 6).await;
    let told = mail.taken.lock().clone();
    assert_eq!(told.len(), 1);
    let one = &told[0];
    assert_eq!((one.agent.as_str(), one.mentions, one.unanswered), ("nadia", 1, 0));
    pass(&app, 60).await;
    assert_eq!(mail.taken.lock().len(), 1);
    calls(&app, "encore").await;
    pass(&app, 6).await;
    assert_eq!(mail.taken.lock().len(), 2);
}

#[tokio::test]
async fn whoever_is_there_came_back_or_did_not_ask_gets_no_mail_of_a_note() {
    let (app, mail) = away().await;
    app.service().set_availability("nadia", Availability::Available).await.unwrap();
    calls(&app, "tu vois ?").await;
    pass(&app, 10).await;
    app.service().set_availability("nadia", Availability::Away).await.unwrap();
    calls(&app, "tu vois ?").await;
    app.service().set_availability("nadia", Availability::Busy).await.unwrap();
    pass(&app, 10).await;
    app.service().set_availability("nadia", Availability::Away).await.unwrap();
    app.service().set_telling("nadia", Telling::default()).await.unwrap();
    calls(&app, "tu vois ?").await;
    pass(&app, 10).await;
    assert_eq!(mail.taken.lock().len(), 0);
}

#[tokio::test]
async fn notes_of_the_quiet_hours_are_one_mail_at_their_end() {
    let (app, mail) = away().await;
    // Monday, 10:00 in Paris.
    let quiet = BTreeMap::from([(Weekday::Monday, vec!["09:00-11:00".parse().unwrap()])]);
    let telling = Telling { mentions: true, quiet, ..Telling::default() };
    app.service().set_telling("nadia", telling).await.unwrap();
    for _ in 0..3 {
        calls(&app, "tu vois ?").await;
        pass(&app, 15).await;
    }
    assert_eq!(mail.taken.lock().len(), 0);
    pass(&app, 30).await;
    assert_eq!(mail.taken.lock().len(), 1);
}

#[tokio::test]
async fn a_mail_of_a_note_that_may_have_left_before_a_crash_is_not_sent_again() {
    let (mut app, mail) = away().await;
    calls(&app, "tu vois ?").await;
    *mail.is_fatal.lock() = true;
    app.clock.set(app.now() + Span::minutes(6));
    let service = Arc::clone(app.service());
    tokio::spawn(async move { service.step().await }).await.unwrap_err();
    assert_eq!(mail.taken.lock().len(), 1);
    *mail.is_fatal.lock() = false;
    app.restart().await;
    pass(&app, 30).await;
    assert_eq!(mail.taken.lock().len(), 1);
}
