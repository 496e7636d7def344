//! One inbound message, from the provider's object to its meaning.

mod content;
mod identity;

pub(super) use content::content;
pub(super) use identity::{Contacts, is_bsuid, phone};

use super::wire::View;
use relais_core::message::{Content, Inbound, Sender};
use relais_core::time::Timestamp;

/// A message with what the provider says around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub inbound: Inbound,
    /// Written in a group: stored, never answered by itself.
    pub group: Option<String>,
    /// A copy for an observer: somebody else owns the thread and answers.
    pub standby: bool,
    pub forwarded: bool,
    /// The ad or post the person came from; opens a free entry point.
    pub referral: Option<Referral>,
    /// The person's number or id changed.
    pub identity_change: Option<IdentityChange>,
    /// The catalogue product the person asked about.
    pub product: Option<String>,
}

/// An ad or post that led to the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referral {
    pub source_type: Option<String>,
    pub source_id: Option<String>,
    pub source_url: Option<String>,
    pub headline: Option<String>,
    pub body: Option<String>,
    pub click_id: Option<String>,
}

/// One person, two addresses. Never a reason to merge two histories: numbers are recycled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityChange {
    pub old: Sender,
    pub new: Sender,
}

/// What a message needs from the objects around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) business_number: Option<&'a str>,
    pub(super) contacts: &'a Contacts,
    /// The message is the only one of its list.
    pub(super) alone: bool,
    pub(super) standby: bool,
    pub(super) received_at: Timestamp,
}

/// Reads one element of `messages[]`. The error says why it cannot be attributed to anybody.
pub(super) fn message(view: View<'_>, around: Surroundings<'_>) -> Result<Message, String> {
    if !view.is_object() {
        return Err("message is not an object".to_owned());
    }
    let provider_id = view.at("id").word().ok_or("message without id")?;
    let business_number = around.business_number.ok_or("no phone_number_id")?.to_owned();
    let content = content(view);
    let system = view.at("system");
    let identity_change = identity::change(view, system);
    let mut sender = identity::sender(view, around.contacts, around.alone);
    if let Some(change) = &identity_change
        && sender.phone.is_none()
        && sender.bsuid.is_none()
    {
        // The old address is the one we know; without it, the new one has to do.
        let known = if has_address(&change.old) { &change.old } else { &change.new };
        sender.phone.clone_from(&known.phone);
        sender.bsuid.clone_from(&known.bsuid);
    }
    if !has_address(&sender) {
        return Err("message without sender".to_owned());
    }
    let context = view.at("context");
    let inbound = Inbound {
        provider_id,
        business_number,
        sender,
        sent_at: time(view.at("timestamp"), around.received_at),
        quotes: quoted(context, &content),
        content,
    };
    let flag = |key: &str| context.at(key).flag().unwrap_or(false);
    Ok(Message {
        inbound,
        group: view.at("group_id").word(),
        standby: around.standby,
        forwarded: flag("forwarded") || flag("frequently_forwarded"),
        referral: referral(view.at("referral")),
        identity_change,
        product: context.at("referred_product").at("product_retailer_id").word(),
    })
}

/// Seconds since the epoch (milliseconds are recognised), never after the receipt (R15).
pub(super) fn time(view: View<'_>, received_at: Timestamp) -> Timestamp {
    match view.int() {
        Some(ms) if ms >= 100_000_000_000 => Timestamp::from_micros(ms.saturating_mul(1_000)),
        Some(secs) if secs > 0 => Timestamp::from_secs(secs),
        Some(_) | None => received_at,
    }
    .min(received_at)
}

fn has_address(sender: &Sender) -> bool {
    sender.phone.is_some() || sender.bsuid.is_some()
}

fn quoted(context: View<'_>, content: &Content) -> Option<String> {
    // Reactions, edits and deletions name their target themselves.
    match content {
        Content::Reaction { .. } | Content::Edit { .. } | Content::Revoke { .. } => None,
        _ => context.at("id").word(),
    }
}

fn referral(view: View<'_>) -> Option<Referral> {
    view.is_object().then(|| Referral {
        source_type: view.at("source_type").word(),
        source_id: view.at("source_id").word(),
        source_url: view.at("source_url").word(),
        headline: view.at("headline").word(),
        body: view.at("body").word(),
        click_id: view.at("ctwa_clid").word(),
    })
}
