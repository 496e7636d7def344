//! Files of customers (R12, T61).

use crate::{CLAIRE, events};
use relais_app::media::Again;
use relais_app::port::channel::FetchError;
use relais_app::port::store::{MediaRow, MediaState};
use relais_core::conversation::Event;
use relais_core::id::MessageId;
use relais_core::message::{Content, MediaKind};
use relais_core::time::Span;
use relais_testkit::TestApp;
use tokio::io::AsyncReadExt as _;

const GIF: &[u8] = b"GIF89a\x10\0\x10\0 and so on";

fn image(id: &str) -> Content {
    Content::Media {
        kind: MediaKind::Image,
        media_id: Some(id.to_owned()),
        mime: Some("text/html".to_owned()),
        caption: None,
        filename: Some("photo.gif".to_owned()),
        sha256: None,
        transcript: None,
    }
}

async fn sends(app: &TestApp, media_id: &str) {
    app.deliver(vec![app.message(CLAIRE, image(media_id))]).await;
}

async fn files(app: &TestApp) -> Vec<MediaRow> {
    app.store().media_of(app.row(CLAIRE).await.id).await.unwrap()
}

async fn only(app: &TestApp) -> MediaRow {
    files(app).await.pop().unwrap()
}

async fn messages(app: &TestApp) -> Vec<MessageId> {
    let log = events(app, CLAIRE).await;
    let of = |e: &Event| match e {
        Event::MessageReceived { message, .. } => Some(*message),
        _ => None,
    };
    log.iter().filter_map(of).collect()
}

#[tokio::test]
async fn a_file_is_fetched_once_and_kept_by_its_content() {
    let app = TestApp::open().await;
    app.channel.holds([Ok(GIF.to_vec()), Ok(GIF.to_vec())]);
    sends(&app, "m1").await;
    sends(&app, "m2").await;
    app.advance(Span::hours(2)).await;
    assert_eq!(app.channel.fetched(), ["m1", "m2"]);
    let files = files(&app).await;
    assert_eq!(files.len(), 2);
    let messages = messages(&app).await;
    for file in &files {
        assert!(messages.contains(&file.message) && file.state == MediaState::Stored, "{file:?}");
        // By its content, not by what the provider or the name says.
        assert_eq!((file.mime.as_deref(), file.is_inline), (Some("image/gif"), true));
        assert_eq!((file.size, file.hash.clone()), (Some(GIF.len() as i64), files[0].hash.clone()));
        let mut bytes = Vec::new();
        let mut content = app.service().media_file(file).await.unwrap().unwrap();
        content.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes, GIF);
    }
    app.check().await;
}

#[tokio::test]
async fn text_never_waits_for_a_file() {
    let app = TestApp::open().await;
    let answers = app.channel.sent().len();
    let arrivals = vec![app.message(CLAIRE, image("m1")), app.text(CLAIRE, "bonjour")];
    app.service().receive(app.channel_id(), arrivals).await.unwrap();
    assert_eq!(messages(&app).await.len(), 2, "both are stored and answered 2xx");
    assert!(app.channel.fetched().is_empty(), "nothing was asked for yet");
    app.channel.holds([Err(FetchError::Retry("slow".to_owned()))]);
    app.run_jobs().await;
    app.advance(Span::secs(4)).await;
    assert!(app.channel.sent().len() > answers, "the bot answers while the file is missing");
    assert_eq!(only(&app).await.state, MediaState::Waiting);
}

#[tokio::test]
async fn t61_a_file_that_fails_is_tried_again_then_given_up_until_somebody_asks() {
    let app = TestApp::open().await;
    app.channel.holds((0..5).map(|_| Err(FetchError::Retry("reset".to_owned()))));
    sends(&app, "m1").await;
    app.advance_jobs(Span::hours(6)).await;
    let file = only(&app).await;
    assert_eq!((file.state, file.failures), (MediaState::Failed, 5));
    assert_eq!(file.error.as_deref(), Some("reset"));
    assert_eq!(app.channel.fetched().len(), 5);

    app.channel.holds([Ok(GIF.to_vec())]);
    assert_eq!(app.service().fetch_again(file.message).await.unwrap(), Again::Asked);
    app.run_jobs().await;
    assert_eq!(only(&app).await.state, MediaState::Stored);
    assert_eq!(app.service().fetch_again(file.message).await.unwrap(), Again::NotFailed);
    let nobodys = MessageId::new(app.now(), [0; 10]);
    assert_eq!(app.service().fetch_again(nobodys).await.unwrap(), Again::NotFound);
}

#[tokio::test]
async fn what_the_provider_no_longer_has_is_given_up_at_once() {
    let app = TestApp::open().await;
    sends(&app, "m1").await;
    let file = only(&app).await;
    assert_eq!((file.state, file.failures), (MediaState::Failed, 1));
    assert_eq!(app.channel.fetched().len(), 1);
    app.advance_jobs(Span::hours(2)).await;
    assert_eq!(app.channel.fetched().len(), 1);
}

#[tokio::test]
async fn t61_thirty_failures_are_spread_so_that_the_provider_does_not_block_the_number() {
    let app = TestApp::open().await;
    for n in 0..30 {
        sends(&app, &format!("m{n}")).await;
    }
    assert_eq!(app.channel.fetched().len(), 12, "the budget of an hour");
    let mut before = app.channel.fetched().len();
    for _ in 0..8 {
        app.advance_jobs(Span::minutes(30)).await;
        let now = app.channel.fetched().len();
        assert!(now - before < 20, "{} in half an hour", now - before);
        before = now;
    }
    assert_eq!(before, 30, "every file was asked for in the end");
    assert!(files(&app).await.iter().all(|f| f.state == MediaState::Failed));
}
