//! An erased person stays erased, and their logs still fold (S19, T66).

use crate::{CLAIRE, SECRET, agent, picture};
use relais_app::audit::{self, Verdict};
use relais_app::erase::Erased;
use relais_app::hold;
use relais_app::ledger::{Again, Ledger, Line};
use relais_app::service::Received;
use relais_core::conversation::command::Act;
use relais_core::id::ContactId;
use relais_core::message::{Delivery, Sender};
use relais_core::time::{Span, Timestamp};
use relais_testkit::TestApp;

async fn contact(app: &TestApp) -> Option<ContactId> {
    let sender = Sender { phone: Some(CLAIRE.to_owned()), ..Sender::default() };
    app.store().contact_of(&sender).await.unwrap().map(|c| c.id)
}

#[tokio::test]
async fn t66_an_erased_person_is_not_brought_back_by_what_comes_late() {
    let app = TestApp::open().await;
    app.channel.holds([Ok(b"GIF89a\x10\0\x10\0".to_vec())]);
    let first = app.text(CLAIRE, &format!("xyzzy {SECRET}"));
    app.deliver(vec![first.clone(), app.message(CLAIRE, picture())]).await;
    app.advance(Span::secs(10)).await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let row = app.row(CLAIRE).await;
    let nadia = agent("nadia");
    let note = Act::Note { text: format!("note {SECRET}") };
    app.service().act(&nadia, row.id, note).await.unwrap();
    let person = contact(&app).await.unwrap();
    assert_eq!(app.service().erase(person, "camille").await.unwrap(), Erased::StillOpen(row.id));
    app.service().act(&nadia, row.id, Act::resolve()).await.unwrap();
    app.run_jobs().await;
    let file = app.store().media_of(row.id).await.unwrap().pop().unwrap();
    let late = app.text(CLAIRE, SECRET);

    app.advance(Span::secs(2)).await;
    let erased = app.service().erase(person, "camille").await.unwrap();
    assert_eq!(erased, Erased::Done { conversations: 1 });
    // The log still folds to what is stored, and holds no word.
    app.check_log().await;
    let row = app.store().conversation(row.id).await.unwrap().unwrap();
    assert!(!row.state.contains(SECRET) && !row.state.contains(CLAIRE), "{}", row.state);
    for (event, _) in app.service().log(row.id).await.unwrap() {
        assert!(event.content.is_none() && !event.data.contains(SECRET), "{event:?}");
    }
    assert!(app.service().media_file(&file).await.unwrap().is_none(), "the file is gone");
    let figures = app.service().kpi(row.opened_at, app.now()).await.unwrap();
    assert_eq!((figures.conversations, figures.escalated), (1, 1), "what happened still counts");

    // A duplicate, a late report, a message sent before.
    let sent = app.store().outbox_of_conversation(row.id).await.unwrap();
    let provider_id = sent[0].provider_id.clone().unwrap();
    let report = app.report(&provider_id, None, Delivery::Read);
    assert_eq!(app.deliver(vec![first]).await, [Received::Duplicate]);
    app.deliver(vec![report]).await;
    assert_eq!(app.deliver(vec![late.clone()]).await, [Received::Ignored]);
    assert_eq!(contact(&app).await, None);
    let receipt = app.store().receipt(app.channel_id(), &late.receipt).await.unwrap().unwrap();
    assert_eq!((receipt.raw.as_str(), receipt.reason.as_str()), ("{}", "erased"));

    // Who writes again later is somebody new.
    app.says(CLAIRE, "bonjour").await;
    let new = contact(&app).await.unwrap();
    assert_ne!(new, person);
    assert_eq!(app.store().conversations_of(new).await.unwrap().len(), 1);
    let verdict = audit::verify(app.store().as_ref(), &[]).await.unwrap();
    assert_eq!(verdict, Verdict::Whole { lines: 1 });
    assert_eq!(app.service().erase(person, "camille").await.unwrap(), erased, "twice is once");
    app.check_log().await;
}

/// Erased after the copy was made: the copy has the person and their open talk again.
#[tokio::test]
async fn who_was_erased_since_is_erased_again_after_a_restore() {
    let app = TestApp::open().await;
    app.says(CLAIRE, &format!("bonjour {SECRET}")).await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let row = app.row(CLAIRE).await;
    app.service().act(&agent("nadia"), row.id, Act::Take).await.unwrap();
    let person = contact(&app).await.unwrap();
    let late = app.text(CLAIRE, SECRET);
    app.advance(Span::secs(2)).await;
    let line = Line {
        at: app.now().as_micros(),
        contact: person,
        merged: Vec::new(),
        hashes: vec!["00ff".to_owned()],
    };

    hold::hold(app.store().as_ref(), "a copy").await.unwrap();
    let lines = [line];
    let again = app.service().erase_again(&lines, "restore").await.unwrap();
    assert_eq!(again, Again { erased: 1, failed: 0 });
    assert_eq!(contact(&app).await, None);
    let row = app.store().conversation(row.id).await.unwrap().unwrap();
    assert_eq!(row.status, "resolved");
    assert!(!row.state.contains(SECRET) && !row.state.contains(CLAIRE), "{}", row.state);
    app.check_log().await;
    let at = app.store().erased_at(&[0, 255]).await.unwrap();
    assert_eq!(at.map(Timestamp::as_micros), Some(lines[0].at), "also who is not in the copy");
    // What they sent before does not come in, and a second time changes nothing.
    assert_eq!(app.deliver(vec![late]).await, [Received::Ignored]);
    let again = app.service().erase_again(&lines, "restore").await.unwrap();
    assert_eq!(again, Again::default());
    let verdict = audit::verify(app.store().as_ref(), &[]).await.unwrap();
    assert!(matches!(verdict, Verdict::Whole { .. }));
}

#[tokio::test]
async fn an_erasure_stands_in_the_ledger_and_a_line_cut_off_spoils_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::at(dir.path().join("relais.db.erasures"));
    let app = TestApp::open().await;
    app.service().keep_ledger(ledger.clone());
    assert!(ledger.read().await.unwrap().is_empty(), "none yet");
    app.says(CLAIRE, "je veux parler à un agent").await;
    let row = app.row(CLAIRE).await;
    let person = contact(&app).await.unwrap();
    assert_eq!(app.service().erase(person, "camille").await.unwrap(), Erased::StillOpen(row.id));
    app.service().act(&agent("nadia"), row.id, Act::resolve()).await.unwrap();
    app.run_jobs().await;
    assert!(ledger.read().await.unwrap().is_empty(), "what was refused is none");
    app.service().erase(person, "camille").await.unwrap();
    let lines = ledger.read().await.unwrap();
    assert_eq!((lines.len(), lines[0].contact, lines[0].hashes.len()), (1, person, 1));
    let text = std::fs::read_to_string(ledger.file()).unwrap();
    assert!(!text.contains("639980101"), "it names somebody: {text}");

    std::fs::write(ledger.file(), [&text, &text[..20]].concat()).unwrap();
    ledger.add(&lines[0]).await.unwrap();
    assert_eq!(ledger.read().await.unwrap(), [lines[0].clone(), lines[0].clone()]);
}
