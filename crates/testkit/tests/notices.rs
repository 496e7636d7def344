//! Telling teams about hand-offs through sinks that fail.

use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::hold;
use relais_app::port::helpers::{HelperError, Notice, Sink};
use relais_app::port::store::Released;
use relais_app::service::Helpers;
use relais_core::conversation::command::Act;
use relais_core::conversation::event::AgentRef;
use relais_core::time::Span;
use relais_core::workspace::Rung;
use relais_testkit::TestApp;
use std::collections::BTreeMap;
use std::sync::Arc;

const CLAIRE: &str = "+33639980101";

/// Fails so many times, then takes everything.
#[derive(Debug, Default)]
struct Flaky {
    failures: Mutex<u32>,
    taken: Mutex<Vec<String>>,
}

#[async_trait]
impl Sink for Flaky {
    async fn deliver(&self, notice: &Notice) -> Result<(), HelperError> {
        let mut failures = self.failures.lock();
        if *failures > 0 {
            *failures -= 1;
            return Err(HelperError("503".to_owned()));
        }
        self.taken.lock().push(notice.key.clone());
        Ok(())
    }
}

async fn app(failures: u32) -> (TestApp, Arc<Flaky>) {
    let sink = Arc::new(Flaky { failures: Mutex::new(failures), taken: Mutex::default() });
    let sinks: BTreeMap<String, Arc<dyn Sink>> =
        BTreeMap::from([("slack".to_owned(), sink.clone() as Arc<dyn Sink>)]);
    let app = TestApp::build()
        .helpers(Helpers { sinks, ..Helpers::default() })
        .document(|d| {
            for agent in d.agents.iter_mut().filter(|a| a.teams.iter().any(|t| t == "general")) {
                agent.notify = vec!["slack".to_owned()];
            }
        })
        .open()
        .await;
    (app, sink)
}

#[tokio::test]
async fn a_notice_is_tried_again_until_it_is_taken_and_taken_once() {
    let (app, sink) = app(3).await;
    app.says(CLAIRE, "3").await;
    for _ in 0..20 {
        app.advance(Span::minutes(1)).await;
    }
    assert_eq!(sink.taken.lock().len(), 1);
    assert_eq!(app.store().notifications(0, 10).await.unwrap().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn a_hand_off_that_comes_back_to_its_team_is_told_once() {
    let (app, sink) = app(0).await;
    app.says(CLAIRE, "3").await;
    let id = app.row(CLAIRE).await.id;
    let nadia = AgentRef { key: "nadia".to_owned(), name: "Nadia".to_owned() };
    for team in ["technical", "general"] {
        app.service().act(&nadia, id, Act::Take).await.unwrap();
        let transfer = Act::Transfer { team: team.to_owned(), note: None };
        app.service().act(&nadia, id, transfer).await.unwrap();
        app.advance(Span::minutes(1)).await;
    }
    assert_eq!(app.row(CLAIRE).await.team.as_deref(), Some("general"), "it waits there again");
    let taken = sink.taken.lock().clone();
    assert_eq!(taken.iter().filter(|key| key.contains("/general/")).count(), 1, "{taken:?}");
    app.check().await;
}

#[tokio::test]
async fn nobody_is_told_of_what_somebody_has_taken() {
    let (app, sink) = app(1).await;
    app.deliver(vec![app.text(CLAIRE, "3")]).await;
    let nadia = AgentRef { key: "nadia".to_owned(), name: "Nadia".to_owned() };
    let id = app.row(CLAIRE).await.id;
    app.service().act(&nadia, id, Act::Take).await.unwrap();
    app.advance(Span::minutes(10)).await;
    assert_eq!(*sink.taken.lock(), Vec::<String>::new());
    app.check().await;
}

#[tokio::test]
async fn a_sink_that_stays_down_is_given_up_after_two_hours() {
    let (app, sink) = app(u32::MAX).await;
    app.says(CLAIRE, "3").await;
    for _ in 0..13 {
        app.advance(Span::minutes(10)).await;
    }
    let left = *sink.failures.lock();
    app.advance(Span::hours(1)).await;
    assert_eq!(*sink.failures.lock(), left, "not asked any more");
    assert_eq!(app.row(CLAIRE).await.status, "queued", "the human path does not need it");
    app.check().await;
}

#[tokio::test]
async fn who_is_named_for_a_delicate_topic_is_told_too_even_when_somebody_has_it() {
    let sink = Arc::new(Flaky { failures: Mutex::new(1), taken: Mutex::default() });
    let sinks: BTreeMap<String, Arc<dyn Sink>> =
        BTreeMap::from([("email".to_owned(), sink.clone() as Arc<dyn Sink>)]);
    let app = TestApp::build().helpers(Helpers { sinks, ..Helpers::default() }).open().await;
    app.deliver(vec![app.text(CLAIRE, "je veux l'effacement de mes données personnelles")]).await;
    let state = app.state(CLAIRE).await;
    assert_eq!(state.handoff.and_then(|h| h.topic).as_deref(), Some("privacy"));
    let nadia = AgentRef { key: "nadia".to_owned(), name: "Nadia".to_owned() };
    app.service().act(&nadia, app.row(CLAIRE).await.id, Act::Take).await.unwrap();
    for _ in 0..10 {
        app.advance(Span::minutes(1)).await;
    }
    let taken = sink.taken.lock().clone();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(taken[0].ends_with("/dpo/email"), "{taken:?}");
    let told = app.store().notifications(0, 10).await.unwrap();
    let told: Vec<_> = told.iter().map(|n| (n.team.as_str(), n.channel.as_str())).collect();
    assert_eq!(told, [("general", "web"), ("dpo", "email")]);
    app.check().await;
}

#[tokio::test]
async fn a_restored_copy_tells_nobody_of_what_was_told_before() {
    for (then, told) in [(Released::Sent, 1), (Released::Asked, 0), (Released::Dropped, 0)] {
        let (mut app, sink) = app(1).await;
        app.says(CLAIRE, "3").await;
        assert_eq!(sink.taken.lock().len(), 0, "the first try failed");
        hold::hold(app.store().as_ref(), "a copy").await.unwrap();
        app.restart().await;
        app.advance(Span::minutes(10)).await;
        assert_eq!(sink.taken.lock().len(), 0, "{then:?}");
        app.service().release_outbox(then).await.unwrap();
        app.advance(Span::minutes(10)).await;
        assert_eq!(sink.taken.lock().len(), told, "{then:?}");
    }
}

/// The team again after five minutes, Nadia after ten.
async fn with_ladder() -> (TestApp, Arc<Flaky>) {
    let sink = Arc::new(Flaky::default());
    let sinks: BTreeMap<String, Arc<dyn Sink>> =
        BTreeMap::from([("slack".to_owned(), sink.clone() as Arc<dyn Sink>)]);
    let rung = |after_minutes, tell: &str| Rung { after_minutes, tell: tell.to_owned() };
    let app = TestApp::build()
        .helpers(Helpers { sinks, ..Helpers::default() })
        .document(|d| {
            for agent in &mut d.agents {
                agent.notify = vec!["slack".to_owned()];
            }
            for team in d.teams.iter_mut().filter(|t| t.key == "general") {
                team.ladder = vec![rung(5, Rung::TEAM), rung(10, "nadia")];
            }
        })
        .open()
        .await;
    (app, sink)
}

#[tokio::test]
async fn where_nobody_takes_it_each_rung_is_told_once_in_its_turn() {
    let (app, sink) = with_ladder().await;
    app.says(CLAIRE, "3").await;
    let told = |sink: &Flaky| {
        let taken = sink.taken.lock();
        taken.iter().map(|key| key.split_once('/').unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    let mut counts = Vec::new();
    for _ in 0..15 {
        app.advance(Span::minutes(1)).await;
        counts.push(told(&sink).len());
    }
    assert_eq!(told(&sink), ["general/slack", "general/slack#1", "nadia/slack#2"]);
    assert_eq!((counts[2], counts[6], counts[12]), (1, 2, 3), "{counts:?}");
    // What the team was told once stays told once (R19).
    assert_eq!(app.store().notifications(0, 10).await.unwrap().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn the_ladder_ends_where_somebody_takes_it_or_another_team_has_it() {
    let nadia = AgentRef { key: "nadia".to_owned(), name: "Nadia".to_owned() };
    let transfer = Act::Transfer { team: "technical".to_owned(), note: None };
    for act in [Act::Take, transfer] {
        let (app, sink) = with_ladder().await;
        app.says(CLAIRE, "3").await;
        app.advance(Span::minutes(6)).await;
        let id = app.row(CLAIRE).await.id;
        app.service().act(&nadia, id, act).await.unwrap();
        app.advance(Span::minutes(20)).await;
        let taken = sink.taken.lock().clone();
        assert!(!taken.iter().any(|key| key.contains("#2")), "{taken:?}");
        app.check().await;
    }
}
