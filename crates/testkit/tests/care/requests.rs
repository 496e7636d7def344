//! Requests that come twice.

use crate::{CLAIRE, agent, events};
use relais_app::port::store::RequestRow;
use relais_app::service::Acted;
use relais_core::conversation::Event;
use relais_core::conversation::command::Act;
use relais_testkit::TestApp;

fn request(app: &TestApp, key: u8, body: u8) -> RequestRow {
    RequestRow { key: vec![key; 32], body: vec![body; 32], at: app.now() }
}

fn notes(events: &[Event]) -> usize {
    events.iter().filter(|e| matches!(e, Event::NoteAdded { .. })).count()
}

fn transfers(events: &[Event]) -> usize {
    events.iter().filter(|e| matches!(e, Event::Transferred { .. })).count()
}

#[tokio::test]
async fn a_request_that_comes_again_after_a_crash_is_carried_out_once() {
    let mut app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let id = app.row(CLAIRE).await.id;
    let nadia = agent("nadia");
    let acts = [
        Act::Note { text: "Rappeler demain.".to_owned() },
        Act::Transfer { team: "billing".to_owned(), note: Some("Colis perdu.".to_owned()) },
        Act::resolve(),
    ];
    for (key, act) in (1..).zip(acts) {
        let asked = request(&app, key, key);
        let first = app.service().act_once(&nadia, id, act.clone(), &asked).await.unwrap();
        assert!(matches!(first, Acted::Done { .. }), "{first:?}");
        // The process dies before it answers; the client asks again.
        app.restart().await;
        let again = app.service().act_once(&nadia, id, act, &asked).await.unwrap();
        assert_eq!(again, first);
    }
    let log = events(&app, CLAIRE).await;
    assert_eq!((notes(&log), transfers(&log)), (2, 1));
    let position = |wanted: fn(&Event) -> bool| log.iter().rposition(wanted).unwrap();
    let note = position(|e| matches!(e, Event::NoteAdded { .. }));
    let transfer = position(|e| matches!(e, Event::Transferred { .. }));
    assert!(note < transfer, "the team that gets it reads the note at once");
    app.check_log().await;
}

#[tokio::test]
async fn one_key_is_one_request() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let id = app.row(CLAIRE).await.id;
    let nadia = agent("nadia");
    let note = |text: &str| Act::Note { text: text.to_owned() };
    let asked = request(&app, 1, 1);
    let together = futures_util::future::join_all((0..8).map(|_| {
        let (service, nadia, asked) = (app.service().clone(), nadia.clone(), asked.clone());
        let act = note("une fois");
        async move { service.act_once(&nadia, id, act, &asked).await.unwrap() }
    }));
    for acted in together.await {
        assert!(matches!(acted, Acted::Done { .. }), "{acted:?}");
    }
    let other = request(&app, 1, 2);
    let acted = app.service().act_once(&nadia, id, note("autre"), &other).await.unwrap();
    assert_eq!(acted, Acted::OtherRequest);
    assert_eq!(notes(&events(&app, CLAIRE).await), 1);
}
