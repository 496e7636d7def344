use super::*;
use crate::channels::whatsapp_cloud::account::Severity;
use crate::channels::whatsapp_cloud::echo::Speaker;
use crate::channels::whatsapp_cloud::errors::{Advice, Class};
use relais_core::message::{Content, Delivery, MediaKind};
use relais_core::time::Span;
use relais_sim::graph::webhook::{self as wire, Batch, Report};

mod fixtures;
mod history;
mod hostile;

const NUMBER: &str = "800000000000002";
const WHO: &str = "33639980012";
const AT: u64 = 1_795_338_000;

fn now() -> Timestamp {
    Timestamp::from_secs(1_795_338_010)
}

fn read(body: &[u8]) -> Vec<Update> {
    parse(body, now()).unwrap()
}

/// One message object in an envelope, with the usual contact.
fn one(object: &str) -> Update {
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(WHO, "Léa", Some("FR.7102938475610293847")).message(object);
    let mut updates = read(&batch.body());
    assert_eq!(updates.len(), 1, "{updates:?}");
    updates.remove(0)
}

fn message(update: &Update) -> &Message {
    match &update.item {
        Item::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

fn content(object: &str) -> Content {
    message(&one(object)).inbound.content.clone()
}

fn account(update: &Update) -> &AccountEvent {
    match &update.item {
        Item::Account(event) => event,
        other => panic!("{other:?}"),
    }
}

fn change(field: &str, value: &str) -> Vec<Update> {
    let mut batch = Batch::for_number(NUMBER);
    batch.change(field, value);
    read(&batch.body())
}
