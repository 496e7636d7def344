//! What a process does beside its work.

use crate::CLAIRE;
use relais_app::media::Attached;
use relais_app::port::store::{RequestRow, SessionRow, UserRow, VersionRow};
use relais_app::service::{Received, Service};
use relais_app::settings::EditError;
use relais_core::conversation::command::Act;
use relais_core::id::UserId;
use relais_core::time::Span;
use relais_core::understanding::text::Text;
use relais_core::workspace::Document;
use relais_testkit::TestApp;
use std::sync::Arc;

#[tokio::test]
async fn files_published_by_another_process_are_taken_up() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let mut document = app.service().snapshot().document.clone();
    document.workspace.name = "Maison Nouvelle".to_owned();
    let row = |version, document| VersionRow {
        version,
        published_at: app.now(),
        document,
        comment: "imported".to_owned(),
    };
    let json = serde_json::to_string(&document).unwrap();
    app.store().put_version(row(2, json)).await.unwrap();
    assert!(app.service().take_up_published().await.unwrap());
    assert!(!app.service().take_up_published().await.unwrap(), "once");
    assert_eq!(app.service().snapshot().document.workspace.name, "Maison Nouvelle");
    assert_eq!(app.state(CLAIRE).await.flow_version, 1, "a running talk keeps its version");
    // Who edits builds on it, though this process has not heard of the next one yet.
    document.workspace.name = "Maison Moderne".to_owned();
    let json = serde_json::to_string(&document).unwrap();
    app.store().put_version(row(3, json)).await.unwrap();
    let late = app.service().edit(2, "late", |d| d.workspace.name = "Maison d'hier".to_owned());
    assert!(matches!(late.await, Err(EditError::Outdated)));
    assert_eq!(app.service().close_now(None, "travaux", "nadia").await.unwrap(), 4);
    assert_eq!(app.service().snapshot().document.workspace.name, "Maison Moderne");
    // Files that cannot be used change nothing.
    app.store().put_version(row(5, "{}".to_owned())).await.unwrap();
    assert!(!app.service().take_up_published().await.unwrap());
    assert_eq!(app.service().snapshot().version, 4);
}

#[tokio::test]
async fn nothing_is_learnt_again_where_the_knowledge_is_the_same() {
    let app = TestApp::open().await;
    let publish = async |change: &dyn Fn(&mut Document)| {
        let before = app.service().snapshot();
        let mut document = before.document.clone();
        change(&mut document);
        app.service().publish(document, "").await.unwrap();
        Arc::ptr_eq(&before.matcher, &app.service().snapshot().matcher)
    };
    assert!(publish(&|d| d.workspace.name = "Maison Nouvelle".to_owned()).await);
    assert!(!publish(&|d| d.knowledge.most_wrong = Some(1)).await);
    let question = |d: &mut Document| {
        let article = &mut d.knowledge.articles[0];
        article.also.entry("fr".to_owned()).or_default().push("Faites-vous le zouk ?".to_owned());
    };
    assert!(!publish(&question).await);
    let judged = app.service().snapshot().matcher.judge(&Text::new("le zouk ?"), None);
    let first = judged.candidates.first().map(|c| c.id.clone());
    assert_eq!(first.as_ref(), Some(&app.service().snapshot().document.knowledge.articles[0].id));
}

#[tokio::test]
async fn what_is_old_is_deleted_and_what_still_matters_stays() {
    let app = TestApp::open().await;
    let old = app.text(CLAIRE, "bonjour");
    app.deliver(vec![old.clone()]).await;
    let mut foreign = app.text(CLAIRE, "x");
    foreign.business_number = "999".to_owned();
    assert_eq!(app.deliver(vec![foreign.clone()]).await, [Received::Quarantined]);
    let request = RequestRow { key: vec![1; 32], body: vec![2; 32], at: app.now() };
    let write = relais_app::port::store::Write::Request(request.clone());
    app.store().commit(vec![write]).await.unwrap();
    let user = UserRow {
        id: UserId::new(app.now(), [1; 10]),
        login: "a".to_owned(),
        name: "A".to_owned(),
        role: "agent".to_owned(),
        password: None,
        is_disabled: false,
        created_at: app.now(),
    };
    app.store().put_user(user.clone()).await.unwrap();
    let session = SessionRow {
        browser: String::new(),
        address: String::new(),
        seen_at: app.now(),
        token_hash: vec![3; 32],
        user: user.id,
        created_at: app.now(),
        expires_at: app.now() + Span::hours(14 * 24),
    };
    app.store().put_session(session).await.unwrap();

    let receipt = |arrival: &relais_app::arrival::Arrival| {
        let (store, channel, id) = (app.store().clone(), app.channel_id(), arrival.receipt.clone());
        async move { store.receipt(channel, &id).await.unwrap().is_some() }
    };
    app.service().prune(app.now() + Span::hours(24)).await.unwrap();
    assert!(receipt(&old).await && app.store().request(&request.key).await.unwrap().is_some());
    app.service().prune(app.now() + Span::hours(31 * 24)).await.unwrap();
    assert!(!receipt(&old).await);
    assert!(receipt(&foreign).await, "what nobody looked at yet stays");
    assert!(app.store().request(&request.key).await.unwrap().is_none());
    assert!(app.store().session(&[3; 32]).await.unwrap().is_none());
    app.check_log().await;
}

#[tokio::test]
async fn closing_at_once_with_somebody_who_edits_is_never_outdated() {
    let app = TestApp::open().await;
    let service = app.service();
    let closes = (0..4).map(|n| {
        let service = service.clone();
        async move { service.close_now(None, &format!("strike {n}"), "camille").await }
    });
    let opens = (0..4).map(|_| {
        let service = service.clone();
        async move { service.open_again("camille").await }
    });
    let (closed, opened) = futures_util::future::join(
        futures_util::future::join_all(closes),
        futures_util::future::join_all(opens),
    )
    .await;
    for ended in closed.into_iter().chain(opened) {
        assert!(ended.is_ok(), "{ended:?}");
    }
}

#[tokio::test]
async fn a_file_that_was_never_sent_goes_after_a_day_and_a_sent_one_stays() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let row = app.row(CLAIRE).await;
    let pdf = |n: u8| [b"%PDF-1.7 ".as_slice(), &[n]].concat();
    let mut files = Vec::new();
    for n in 0..2 {
        let Attached::Kept(media) = app.service().attach(&row, "devis.pdf", &pdf(n)).await.unwrap()
        else {
            panic!("it is kept");
        };
        files.push(*media);
    }
    let content = Service::as_reply(&files[0], None).unwrap();
    let reply = Act::reply(files[0].message, content);
    app.service().act(&crate::agent("nadia"), row.id, reply).await.unwrap();
    app.run_jobs().await;
    app.service().prune_unsent_files(app.now()).await.unwrap();
    assert!(app.service().media_file(&files[1]).await.unwrap().is_some(), "not yet");
    app.service().prune_unsent_files(app.now() + Span::hours(25)).await.unwrap();
    assert_eq!(app.store().media(files[1].message).await.unwrap(), None);
    assert!(app.service().media_file(&files[1]).await.unwrap().is_none(), "the bytes are gone");
    assert!(app.service().media_file(&files[0]).await.unwrap().is_some(), "what was sent stays");
}
