//! Who is there by the clock, and what the router makes of it.

use crate::{CLAIRE, agent};
use relais_app::live::Live;
use relais_app::telling::Telling;
use relais_core::calendar::Weekday;
use relais_core::conversation::command::Act;
use relais_core::routing::Availability::{self, Available, Away, Busy, WrapUp};
use relais_core::time::Span;
use relais_core::workspace::TeamMode;
use relais_testkit::TestApp;
use std::collections::BTreeMap;

const PAUL: &str = "+33639980102";

/// Billing is one person, who is given what comes.
async fn one_is_given_everything() -> TestApp {
    let build = TestApp::build().document(|document| {
        document.workspace.attendance.wrap_up_seconds = 120;
        let team = document.teams.iter_mut().find(|team| team.key == "general").unwrap();
        team.mode = TeamMode::Assign;
        document.agents.retain(|agent| agent.key == "nadia" || agent.teams != ["general"]);
    });
    build.open().await
}

fn nadia(app: &TestApp) -> Availability {
    app.service().attending("nadia").availability
}

async fn holder(app: &TestApp, phone: &str) -> Option<String> {
    app.row(phone).await.assignee
}

#[tokio::test]
async fn whoever_is_gone_is_given_nothing_until_they_are_seen_again_on_any_device() {
    let mut app = one_is_given_everything().await;
    app.service().see("nadia").await.unwrap();
    app.advance(Span::minutes(14)).await;
    // The other device.
    app.service().see("nadia").await.unwrap();
    app.advance(Span::minutes(14)).await;
    assert_eq!(nadia(&app), Available);
    app.advance(Span::minutes(1)).await;
    assert_eq!(nadia(&app), Away);
    app.says(CLAIRE, "je veux un agent").await;
    assert_eq!(holder(&app, CLAIRE).await, None);

    // It is known after a crash too, and what she said stands.
    app.restart().await;
    assert_eq!(nadia(&app), Away);
    assert_eq!(app.service().attending("nadia").said, Available);
    app.run_jobs().await;
    assert_eq!(holder(&app, CLAIRE).await, None);

    app.service().see("nadia").await.unwrap();
    app.run_jobs().await;
    assert_eq!(holder(&app, CLAIRE).await.as_deref(), Some("nadia"));
}

#[tokio::test]
async fn whoever_is_only_named_is_given_nothing_once_others_are_there() {
    let app = one_is_given_everything().await;
    app.says(PAUL, "je veux un agent").await;
    assert_eq!(holder(&app, PAUL).await.as_deref(), Some("nadia"), "as in a sandbox");
    app.service().see("hugo").await.unwrap();
    app.says(CLAIRE, "je veux un agent").await;
    assert_eq!(holder(&app, CLAIRE).await, None, "she has never been there");
    assert!(app.service().is_absent("nadia"), "a note to her goes by mail");
    app.service().see("nadia").await.unwrap();
    app.run_jobs().await;
    assert_eq!(holder(&app, CLAIRE).await.as_deref(), Some("nadia"));
    app.check().await;
}

#[tokio::test]
async fn what_was_said_by_hand_is_kept_while_they_are_gone_and_when_they_return() {
    let app = one_is_given_everything().await;
    app.service().see("nadia").await.unwrap();
    app.service().set_availability("nadia", Busy).await.unwrap();
    app.advance(Span::hours(3)).await;
    assert_eq!(nadia(&app), Busy);
    app.service().see("nadia").await.unwrap();
    assert_eq!(nadia(&app), Busy);
}

#[tokio::test]
async fn after_an_end_nothing_is_given_for_the_time_to_wrap_up() {
    let mut app = one_is_given_everything().await;
    app.says(CLAIRE, "je veux un agent").await;
    assert_eq!(holder(&app, CLAIRE).await.as_deref(), Some("nadia"));
    let id = app.row(CLAIRE).await.id;
    let resolve = Act::resolve();
    app.service().act(&agent("nadia"), id, resolve.clone()).await.unwrap();
    assert_eq!(nadia(&app), WrapUp);
    let until = app.service().attending("nadia").wraps_up_until.unwrap();
    assert_eq!(until, app.now() + Span::secs(120));
    app.says(PAUL, "je veux un agent").await;
    assert_eq!(holder(&app, PAUL).await, None);

    // The end was committed with the time it gives.
    app.restart().await;
    assert_eq!(nadia(&app), WrapUp);
    app.advance(Span::secs(120)).await;
    assert_eq!(nadia(&app), Available);
    app.run_jobs().await;
    assert_eq!(holder(&app, PAUL).await.as_deref(), Some("nadia"));

    // Ready sooner.
    app.service().act(&agent("nadia"), app.row(PAUL).await.id, resolve).await.unwrap();
    assert_eq!(nadia(&app), WrapUp);
    app.service().set_availability("nadia", Available).await.unwrap();
    assert_eq!(nadia(&app), Available);
    app.restart().await;
    assert_eq!(nadia(&app), Available);
}

#[tokio::test]
async fn those_who_look_are_told_when_somebody_comes_or_goes_and_not_otherwise() {
    let app = one_is_given_everything().await;
    let upkeep = || app.service().look_at_attendance();
    app.service().see("nadia").await.unwrap();
    upkeep();
    let mut told = app.service().hints();
    app.advance(Span::minutes(10)).await;
    upkeep();
    assert!(told.try_recv().is_err());
    app.advance(Span::minutes(5)).await;
    upkeep();
    assert_eq!(told.try_recv().unwrap(), Live::People);
    upkeep();
    assert!(told.try_recv().is_err());
    app.service().see("nadia").await.unwrap();
    assert_eq!(told.try_recv().unwrap(), Live::People);
}

#[tokio::test]
async fn quiet_hours_are_kept_and_hold_from_their_start_to_their_end() {
    let mut app = one_is_given_everything().await;
    // Monday, 10:00 in Paris.
    let quiet = BTreeMap::from([(Weekday::Monday, vec!["12:00-14:00".parse().unwrap()])]);
    app.service().set_telling("nadia", Telling { quiet, ..Telling::default() }).await.unwrap();
    assert!(!app.service().is_quiet("nadia"));
    app.advance(Span::hours(2)).await;
    assert!(app.service().is_quiet("nadia") && !app.service().is_quiet("hugo"));
    let ahead = app.service().quiet_ahead("nadia");
    assert_eq!(ahead, [(app.now(), app.now() + Span::hours(2))]);
    app.restart().await;
    assert!(app.service().is_quiet("nadia"));
    app.advance(Span::hours(2)).await;
    assert!(!app.service().is_quiet("nadia"));
}
