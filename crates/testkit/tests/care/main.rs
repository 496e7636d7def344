//! What the service takes care of around a conversation, on the real store.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod erasure;
mod hold;
mod media;
mod people;
mod quarantine;
mod requests;
mod retention;
mod upkeep;

use relais_core::conversation::Event;
use relais_core::conversation::event::AgentRef;
use relais_testkit::TestApp;

const CLAIRE: &str = "+33639980101";

fn agent(key: &str) -> AgentRef {
    AgentRef { key: key.to_owned(), name: key.to_owned() }
}

async fn events(app: &TestApp, phone: &str) -> Vec<Event> {
    let row = app.row(phone).await;
    app.service().log(row.id).await.unwrap().into_iter().map(|(_, e)| e).collect()
}
