//! What the service takes care of around a conversation, on the real store.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod accesses;
mod attendance;
mod digest;
mod erasure;
mod hold;
mod media;
mod past;
mod people;
mod quarantine;
mod rectify;
mod requests;
mod retention;
mod upkeep;

use relais_core::conversation::Event;
use relais_core::conversation::event::AgentRef;
use relais_core::message::{Content, MediaKind};
use relais_testkit::TestApp;

const CLAIRE: &str = "+33639980101";
/// A word that must be nowhere once a person or their words are gone.
const SECRET: &str = "canarisecret";

fn agent(key: &str) -> AgentRef {
    AgentRef { key: key.to_owned(), name: key.to_owned() }
}

/// With a word in its caption.
fn picture() -> Content {
    Content::Media {
        kind: MediaKind::Image,
        media_id: Some("m1".to_owned()),
        mime: None,
        caption: Some(SECRET.to_owned()),
        filename: None,
        sha256: None,
        transcript: None,
    }
}

async fn events(app: &TestApp, phone: &str) -> Vec<Event> {
    let row = app.row(phone).await;
    app.service().log(row.id).await.unwrap().into_iter().map(|(_, e)| e).collect()
}
