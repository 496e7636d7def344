//! What a workspace does not keep goes: a little at a time, with what happened staying behind.

use crate::{CLAIRE, SECRET, agent, picture};
use relais_app::audit::{self, Verdict};
use relais_app::port::store::{EntryRow, MediaState, Write};
use relais_app::retention::Rules;
use relais_core::conversation::command::Act;
use relais_core::message::Sender;
use relais_core::time::Span;
use relais_testkit::TestApp;

const MARC: &str = "+33639980102";
/// A talk with words and a picture that Nadia ended.
async fn over(app: &TestApp, phone: &str) {
    app.channel.holds([Ok(b"GIF89a\x10\0\x10\0".to_vec())]);
    app.deliver(vec![app.text(phone, &format!("xyzzy {SECRET}"))]).await;
    app.deliver(vec![app.message(phone, picture())]).await;
    app.advance(Span::secs(10)).await;
    app.says(phone, "je veux parler à un agent").await;
    let row = app.row(phone).await;
    app.service().act(&agent("nadia"), row.id, Act::Take).await.unwrap();
    app.service().act(&agent("nadia"), row.id, Act::resolve()).await.unwrap();
    app.run_jobs().await;
}

async fn days_go_by(app: &TestApp, days: i64) {
    app.clock.set(app.now() + Span::hours(24 * days));
    app.run_jobs().await;
}

/// A whole pass.
async fn pass(app: &TestApp) {
    let mut is_time = true;
    for _ in 0..1_000 {
        if !app.service().let_go(is_time).await.unwrap() {
            return;
        }
        is_time = false;
    }
    panic!("the pass does not end");
}

async fn words(app: &TestApp, phone: &str) -> usize {
    let log = app.service().log(app.row(phone).await.id).await.unwrap();
    log.iter().filter(|(event, _)| event.content.is_some()).count()
}

#[tokio::test]
async fn old_words_go_and_logs_figures_and_open_talks_stay() {
    let app = TestApp::open().await;
    let begin = app.now();
    over(&app, CLAIRE).await;
    app.says(MARC, &format!("bonjour {SECRET}")).await;
    app.says(MARC, "je veux parler à un agent").await;
    app.service().act(&agent("nadia"), app.row(MARC).await.id, Act::Take).await.unwrap();
    let row = app.row(CLAIRE).await;
    let file = app.store().media_of(row.id).await.unwrap().pop().unwrap();
    let rules = Rules { messages: Some(30), ..Rules::default() };
    app.service().set_retention_rules(&rules).await.unwrap();
    days_go_by(&app, 20).await;
    pass(&app).await;
    assert!(words(&app, CLAIRE).await > 0, "not yet");

    days_go_by(&app, 11).await;
    let told = app.service().retention_preview(&rules).await.unwrap();
    let (said, files) = (told.messages.unwrap(), told.files.unwrap());
    assert_eq!((said.count, said.oldest), (1, row.resolved_at), "the open talk is not counted");
    assert_eq!((files.count, files.bytes), (1, 10), "files go with their words");
    assert_eq!((told.contacts, told.raw, told.quarantine), (None, None, None));
    let figures = app.service().kpi(begin, app.now()).await.unwrap();
    let before = words(&app, MARC).await;
    pass(&app).await;
    assert_eq!(words(&app, CLAIRE).await, 0);
    let row = app.row(CLAIRE).await;
    assert!(!row.state.contains(SECRET) && !row.preview.contains(SECRET), "{}", row.state);
    assert!(app.service().media_file(&file).await.unwrap().is_none(), "the bytes are gone");
    assert_eq!(words(&app, MARC).await, before, "an open talk keeps its words");
    assert_eq!(app.service().kpi(begin, app.now()).await.unwrap(), figures);
    let sender = Sender { phone: Some(CLAIRE.to_owned()), ..Sender::default() };
    assert!(app.store().contact_of(&sender).await.unwrap().is_some(), "the person stays");
    app.check_log().await;

    let line = app.store().audit_head().await.unwrap().unwrap();
    assert_eq!((line.who.as_str(), line.act.as_str()), ("retention", "retention.messages"));
    assert!(line.subject.starts_with("1 from before "), "{}", line.subject);
    days_go_by(&app, 1).await;
    pass(&app).await;
    assert_eq!(app.store().audit_head().await.unwrap(), Some(line), "there was nothing more");
    let whole = audit::verify(app.store().as_ref(), &[]).await.unwrap();
    assert!(matches!(whole, Verdict::Whole { .. }));
}

#[tokio::test]
async fn old_files_go_alone_where_words_are_kept() {
    let app = TestApp::open().await;
    over(&app, CLAIRE).await;
    let row = app.row(CLAIRE).await;
    let file = app.store().media_of(row.id).await.unwrap().pop().unwrap();
    let rules = Rules { files: Some(7), ..Rules::default() };
    app.service().set_retention_rules(&rules).await.unwrap();
    days_go_by(&app, 8).await;
    let said = words(&app, CLAIRE).await;
    pass(&app).await;
    let after = app.store().media_of(row.id).await.unwrap().pop().unwrap();
    assert_eq!((after.state, &after.hash), (MediaState::Removed, &None));
    assert!(app.service().media_file(&file).await.unwrap().is_none());
    assert_eq!(words(&app, CLAIRE).await, said);
    assert_eq!(app.store().entries("forgotten_file", 9).await.unwrap(), []);
    app.check_log().await;
}

#[tokio::test]
async fn who_was_not_heard_of_for_long_is_forgotten_and_may_come_back_as_somebody_new() {
    let app = TestApp::open().await;
    over(&app, CLAIRE).await;
    app.says(MARC, "je veux parler à un agent").await;
    app.service().act(&agent("nadia"), app.row(MARC).await.id, Act::Take).await.unwrap();
    let sender = |phone: &str| Sender { phone: Some(phone.to_owned()), ..Sender::default() };
    let old = app.store().contact_of(&sender(CLAIRE)).await.unwrap().unwrap();
    let rules = Rules { contacts: Some(365), ..Rules::default() };
    app.service().set_retention_rules(&rules).await.unwrap();
    days_go_by(&app, 366).await;
    let told = app.service().retention_preview(&rules).await.unwrap();
    assert_eq!(told.contacts.unwrap().count, 1);
    pass(&app).await;
    assert_eq!(app.store().contact_of(&sender(CLAIRE)).await.unwrap(), None);
    assert!(app.store().contact_of(&sender(MARC)).await.unwrap().is_some(), "their talk is open");
    let line = app.store().audit_head().await.unwrap().unwrap();
    let erased = ("retention", "contact.erase", old.id.to_string());
    assert_eq!((line.who.as_str(), line.act.as_str(), line.subject), erased);
    app.says(CLAIRE, "bonjour").await;
    assert_ne!(app.store().contact_of(&sender(CLAIRE)).await.unwrap().unwrap().id, old.id);
    app.check_log().await;
}

/// More than one round takes: what a killed process did stays done, the rest is done by the next.
#[tokio::test]
async fn a_pass_that_was_cut_off_is_taken_up_again() {
    let mut app = TestApp::open().await;
    let phones: Vec<String> = (0..90).map(|n| format!("+3363998{n:04}")).collect();
    for phone in &phones {
        app.deliver(vec![app.text(phone, &format!("xyzzy {SECRET}"))]).await;
        let row = app.row(phone).await;
        app.service().act(&agent("nadia"), row.id, Act::Take).await.unwrap();
        app.service().act(&agent("nadia"), row.id, Act::resolve()).await.unwrap();
    }
    app.run_jobs().await;
    let rules = Rules { messages: Some(1), ..Rules::default() };
    app.service().set_retention_rules(&rules).await.unwrap();
    days_go_by(&app, 3).await;
    let left = async |app: &TestApp| {
        let told = app.service().retention_preview(&rules).await.unwrap();
        told.messages.unwrap().count
    };
    assert_eq!(left(&app).await, 90);
    assert!(app.service().let_go(true).await.unwrap(), "one round is not all of it");
    let after = left(&app).await;
    assert!((1..90).contains(&after), "{after}");
    app.restart().await;
    assert!(!app.service().let_go(false).await.unwrap(), "nothing is under way");
    pass(&app).await;
    assert_eq!(left(&app).await, 0);
    assert!(!app.service().let_go(true).await.unwrap(), "the next pass has its time");
    app.check_log().await;
}

/// Ended between the commit and the file: the errand is still there.
#[tokio::test]
async fn a_file_that_nobody_holds_any_more_is_removed_also_after_a_kill() {
    let mut app = TestApp::open().await;
    over(&app, CLAIRE).await;
    let file = app.store().media_of(app.row(CLAIRE).await.id).await.unwrap().pop().unwrap();
    let hash = file.hash.clone().unwrap();
    let errand = EntryRow {
        kind: "forgotten_file".to_owned(),
        id: hash.clone(),
        data: "{}".to_owned(),
        at: app.now(),
    };
    let remove = Write::RemoveFile { message: file.message, hash };
    app.store().commit(vec![remove, Write::PutEntry(errand)]).await.unwrap();
    app.restart().await;
    assert!(app.service().media_file(&file).await.unwrap().is_some(), "still on the disk");
    app.service().forget_files().await.unwrap();
    assert!(app.service().media_file(&file).await.unwrap().is_none());
}

#[test]
fn rules_that_would_let_a_repeat_in_are_refused() {
    let rule = |raw| Rules { raw: Some(raw), ..Rules::default() }.check();
    assert!(rule(30).is_ok() && rule(8).is_ok());
    assert_eq!(rule(7).unwrap_err().0, "raw");
    assert_eq!(Rules { accesses: Some(89), ..Rules::default() }.check().unwrap_err().0, "accesses");
    assert_eq!(Rules { files: Some(0), ..Rules::default() }.check().unwrap_err().0, "files");
    assert_eq!(
        Rules { messages: Some(4_000), ..Rules::default() }.check().unwrap_err().0,
        "messages"
    );
}
