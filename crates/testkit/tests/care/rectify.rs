//! What people put right about a contact stays right, and whoever is restricted is still answered.

use crate::{CLAIRE, SECRET, agent};
use relais_app::arrival::{Arrival, Item};
use relais_app::erase::Erased;
use relais_app::port::store::ContactRow;
use relais_app::rectify::{Change, Rectifications, RectifyError, Word};
use relais_core::conversation::Event;
use relais_core::conversation::command::Act;
use relais_core::message::Sender;
use relais_core::time::{Span, Timestamp};
use relais_testkit::TestApp;

/// Somebody writes, and the provider says what they are called.
fn named(app: &TestApp, address: &Sender, name: &str, body: &str) -> Arrival {
    let mut arrival = app.text(CLAIRE, body);
    if let Item::Message(inbound) = &mut arrival.item {
        inbound.sender = Sender { name: Some(name.to_owned()), ..address.clone() };
    }
    arrival
}

fn claire() -> Sender {
    Sender { phone: Some(CLAIRE.to_owned()), ..Sender::default() }
}

async fn contact(app: &TestApp, address: &Sender) -> ContactRow {
    app.store().contact_of(address).await.unwrap().unwrap()
}

fn called(name: &str) -> Change {
    Change { name: Some(Word::Is(name.to_owned())), ..Change::default() }
}

async fn put_right(app: &TestApp, address: &Sender, change: &Change) -> ContactRow {
    let before = contact(app, address).await;
    let by = (&agent("nadia"), "nadia");
    app.service().rectify(before.id, before.revision, change, by).await.unwrap()
}

#[tokio::test]
async fn what_the_provider_says_later_does_not_overwrite_it() {
    let app = TestApp::open().await;
    app.deliver(vec![named(&app, &claire(), "C. Durant", "bonjour")]).await;
    let after = put_right(&app, &claire(), &called(" Claire Durand ")).await;
    assert_eq!((after.name.as_deref(), after.revision), (Some("Claire Durand"), 1));
    let state = app.state(CLAIRE).await;
    assert_eq!(state.first_name(), Some("Claire"), "the conversation knows at once");

    app.deliver(vec![named(&app, &claire(), "Chou", "encore moi")]).await;
    assert_eq!(contact(&app, &claire()).await.name.as_deref(), Some("Claire Durand"));
    app.advance(Span::secs(9)).await;
    let row = app.row(CLAIRE).await;
    app.service().act(&agent("nadia"), row.id, Act::Take).await.unwrap();
    app.service().act(&agent("nadia"), row.id, Act::resolve()).await.unwrap();
    app.advance(Span::hours(30)).await;
    app.deliver(vec![named(&app, &claire(), "Chou", "bonjour")]).await;
    assert_ne!(app.row(CLAIRE).await.id, row.id);
    assert_eq!(app.state(CLAIRE).await.name.as_deref(), Some("Claire Durand"), "nor a new one");

    let back = Change { name: Some(Word::TakenBack), ..Change::default() };
    assert_eq!(put_right(&app, &claire(), &back).await.name.as_deref(), Some("Chou"));
    let name = app.state(CLAIRE).await.name;
    assert_eq!(name.as_deref(), Some("Claire Dubois"), "what the customer record says");
    let lines = app.store().audit_of_act("contact.rectify", 9).await.unwrap();
    assert_eq!(lines.len(), 2);
    app.check_log().await;
}

#[tokio::test]
async fn a_language_put_right_stays_whatever_is_written() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "hello, where is my parcel please?").await;
    let french = Change { language: Some(Word::Is("fr-FR".to_owned())), ..Change::default() };
    assert_eq!(put_right(&app, &claire(), &french).await.language.as_deref(), Some("fr"));
    app.says(CLAIRE, "hello, where is my parcel please?").await;
    assert_eq!(app.state(CLAIRE).await.language, "fr");
    assert_eq!(app.row(CLAIRE).await.language, "fr");
    app.says(CLAIRE, "stop").await;
    let now = contact(&app, &claire()).await;
    assert_eq!((now.language.as_deref(), now.is_opted_out), (Some("fr"), true));
    app.check_log().await;
}

#[tokio::test]
async fn who_reads_too_late_overwrites_nothing_and_nonsense_is_refused() {
    let app = TestApp::open().await;
    app.deliver(vec![named(&app, &claire(), "C. Durant", "bonjour")]).await;
    let before = contact(&app, &claire()).await;
    put_right(&app, &claire(), &called("Claire Durand")).await;
    let by = (&agent("omar"), "omar");
    let try_it = |revision: i64, change: Change| {
        let (service, id) = (app.service().clone(), before.id);
        async move { service.rectify(id, revision, &change, by).await }
    };
    let late = try_it(before.revision, called("Claude")).await;
    assert!(matches!(late, Err(RectifyError::Outdated)), "{late:?}");
    for name in ["", "  ", "a\nb", &"x".repeat(121)] {
        let refused = try_it(1, called(name)).await;
        assert!(matches!(refused, Err(RectifyError::BadName)), "{name:?}: {refused:?}");
    }
    let klingon = Change { language: Some(Word::Is("klingon".to_owned())), ..Change::default() };
    assert!(matches!(try_it(1, klingon).await, Err(RectifyError::BadLanguage)));
    // What was read before is not written back, whoever read it.
    let stale = relais_app::port::store::Write::UpdateContact(before);
    let committed = app.store().commit(vec![stale]).await.unwrap();
    assert_eq!(committed, relais_app::port::store::Committed::Conflict);
    assert_eq!(contact(&app, &claire()).await.name.as_deref(), Some("Claire Durand"));
}

#[tokio::test]
async fn a_merge_keeps_what_was_put_right_of_either() {
    let app = TestApp::open().await;
    let by_id = Sender { bsuid: Some("FR.7001".to_owned()), ..Sender::default() };
    app.deliver(vec![named(&app, &claire(), "C", "ma lampe clignote")]).await;
    app.deliver(vec![named(&app, &claire(), "C", "elle clignote encore")]).await;
    let row = app.row(CLAIRE).await;
    app.service().act(&agent("nadia"), row.id, Act::Take).await.unwrap();
    app.deliver(vec![named(&app, &by_id, "Chou", "bonjour")]).await;
    put_right(&app, &by_id, &called("Claire Durand")).await;
    put_right(&app, &by_id, &Change { is_restricted: Some(true), ..Change::default() }).await;

    let both = Sender { phone: claire().phone, ..by_id.clone() };
    app.deliver(vec![named(&app, &both, "Chou", "c'est encore moi")]).await;
    let one = contact(&app, &claire()).await;
    assert_eq!(one.id, contact(&app, &by_id).await.id);
    assert_eq!((one.name.as_deref(), one.is_restricted), (Some("Claire Durand"), true));
    let state = app.state(CLAIRE).await;
    assert_eq!((state.conversation, state.name.as_deref()), (row.id, Some("Claire Durand")));
    assert!(state.is_restricted);
    app.check_log().await;
}

#[tokio::test]
async fn an_erasure_takes_it_as_well() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let change = Change { is_restricted: Some(true), ..called(SECRET) };
    let person = put_right(&app, &claire(), &change).await;
    let row = app.row(CLAIRE).await;
    app.service().act(&agent("nadia"), row.id, Act::resolve()).await.unwrap();
    app.run_jobs().await;
    let erased = app.service().erase(person.id, "camille").await.unwrap();
    assert_eq!(erased, Erased::Done { conversations: 1 });
    let left = app.store().contact(person.id).await.unwrap().unwrap();
    assert_eq!((left.name, left.rectified.as_str(), left.is_restricted), (None, "{}", false));
    let row = app.store().conversation(row.id).await.unwrap().unwrap();
    assert!(!row.state.contains(SECRET), "{}", row.state);
    for (event, _) in app.service().log(row.id).await.unwrap() {
        assert!(!event.data.contains(SECRET) && event.content.is_none(), "{event:?}");
    }
    let (claire, nadia) = (called("Claire"), agent("nadia"));
    let gone = app.service().rectify(person.id, 2, &claire, (&nadia, "nadia")).await;
    assert!(matches!(gone, Err(RectifyError::NotFound)));
    app.check_log().await;
}

/// Neither silence nor a bot that stops: only what goes beyond the answer ends.
#[tokio::test]
async fn who_is_restricted_is_answered_and_teaches_nothing() {
    for is_restricted in [false, true] {
        let app = TestApp::open().await;
        app.says(CLAIRE, "bonjour").await;
        if is_restricted {
            let change = Change { is_restricted: Some(true), ..Change::default() };
            let after = put_right(&app, &claire(), &change).await;
            assert_eq!(Rectifications::of(&after).restricted.unwrap().by, "nadia");
        }
        let before = app.channel.texts().len();
        app.says(CLAIRE, "Est-ce que vos bougies sont véganes ?").await;
        assert!(app.channel.texts().len() > before, "an answer");
        let gaps = app.store().gaps_between(Timestamp::from_secs(0), app.now() + Span::secs(1));
        assert_eq!(gaps.await.unwrap().is_empty(), is_restricted);
        let log = app.service().log(app.row(CLAIRE).await.id).await.unwrap();
        let told = log.iter().any(|(_, e)| {
            matches!(e, Event::ContactRectified { by: Some(by), is_restricted: true, .. } if by.key == "nadia")
        });
        assert_eq!(told, is_restricted);
        app.check_log().await;
    }
}
