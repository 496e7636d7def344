//! What was said before the number was connected, as the phone app shares it: threads by customer,
//! messages in any order, placeholders for files. Files of the last fourteen days come afterwards, each
//! on its own. Source: Meta, "history webhook reference"; `from_me` as seen in practice.

use super::echo::sent_content;
use super::inbound::{content, is_bsuid, phone, time};
use super::status::delivery;
use super::wire::{self, View, why};
use relais_core::message::{Content, Delivery, Inbound, Sender};
use relais_core::time::{Span, Timestamp};
use serde_json::value::RawValue;

const FILES_FOLLOW: Span = Span::hours(14 * 24);
const PLACEHOLDER: &str = "media_placeholder";

/// What was said with one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    pub with: Sender,
    pub messages: Vec<PastMessage>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PastMessage {
    pub provider_id: String,
    /// The object exactly as received.
    pub raw: String,
    pub at: Timestamp,
    /// How far one of ours came.
    pub delivery: Option<Delivery>,
    pub said: Spoken,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Spoken {
    Customer(Box<Inbound>),
    /// In the phone app.
    Colleague(Content),
}

/// What the messages of a delivery have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The number's id, and the number itself where it is told.
    pub(super) business_number: Option<&'a str>,
    pub(super) display_number: Option<&'a str>,
    pub(super) received_at: Timestamp,
}

/// Whom a thread is with.
pub(super) fn person(id: Option<&RawValue>) -> Result<Sender, String> {
    let id = wire::scalar(id).ok_or("thread without a person")?;
    someone(&id).ok_or_else(|| "thread with nobody who can be reached".to_owned())
}

/// One message of a thread; nothing for a file that is still to come.
pub(super) fn message(
    raw: &RawValue,
    with: &Sender,
    around: Around<'_>,
) -> Result<Option<PastMessage>, String> {
    let value = wire::parse(raw.get()).map_err(|e| why(&e))?;
    let read = read(View(&value), raw, with, around)?;
    let is_placeholder =
        View(&value).at("type").word().is_some_and(|kind| kind.eq_ignore_ascii_case(PLACEHOLDER));
    let follows = around.received_at.since(read.at) < FILES_FOLLOW;
    Ok((!is_placeholder || !follows).then_some(read))
}

/// A file that comes on its own, as a thread of one message.
pub(super) fn file(raw: &RawValue, around: Around<'_>) -> Result<Thread, String> {
    let value = wire::parse(raw.get()).map_err(|e| why(&e))?;
    let view = View(&value);
    let other = if is_ours(view, None, around) { view.at("to") } else { view.at("from") };
    let with = other.word().as_deref().and_then(someone).ok_or("file of nobody")?;
    Ok(Thread { messages: vec![read(view, raw, &with, around)?], with })
}

fn read(
    view: View<'_>,
    raw: &RawValue,
    with: &Sender,
    around: Around<'_>,
) -> Result<PastMessage, String> {
    let provider_id = view.at("id").word().ok_or("message without id")?;
    let at = time(view.at("timestamp"), around.received_at);
    let status = view.at("history_context").at("status").word().unwrap_or_default();
    let is_ours = is_ours(view, Some(with), around);
    let said = if is_ours {
        Spoken::Colleague(sent_content(view))
    } else {
        Spoken::Customer(Box::new(Inbound {
            provider_id: provider_id.clone(),
            business_number: around.business_number.ok_or("no phone_number_id")?.to_owned(),
            sender: with.clone(),
            sent_at: at,
            content: content(view),
            quotes: view.at("context").at("id").word(),
        }))
    };
    let delivery = delivery(&status.to_lowercase()).filter(|_| is_ours);
    Ok(PastMessage { provider_id, raw: raw.get().to_owned(), at, delivery, said })
}

/// From the business: it says so, it names whom it went to, or it is from another number.
fn is_ours(view: View<'_>, with: Option<&Sender>, around: Around<'_>) -> bool {
    let from = view.at("from").word();
    let from = from.as_deref().and_then(phone);
    let own = around.display_number.and_then(phone);
    let is_other = with
        .and_then(|with| with.phone.as_ref())
        .is_some_and(|known| from.as_ref().is_some_and(|from| from != known));
    view.at("history_context").at("from_me").flag().unwrap_or(false)
        || view.at("to").word().is_some()
        || (own.is_some() && from == own)
        || is_other
}

fn someone(id: &str) -> Option<Sender> {
    let bsuid = is_bsuid(id).then(|| id.to_owned());
    let found = Sender { phone: phone(id).filter(|_| bsuid.is_none()), bsuid, ..Sender::default() };
    (found.phone.is_some() || found.bsuid.is_some()).then_some(found)
}
