//! What the business said elsewhere: in the phone app, or through another responder.

use super::inbound::{content, is_bsuid, phone, time};
use super::wire::View;
use relais_core::message::{Content, Recipient};
use relais_core::time::Timestamp;

/// Who spoke for the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// A colleague in the WhatsApp Business app: counts as a takeover (R10).
    PhoneApp,
    /// Another responder that owns the thread.
    OtherResponder,
}

/// A message of the business we did not send.
#[derive(Clone, Debug, PartialEq)]
pub struct Echo {
    pub provider_id: String,
    pub business_number: Option<String>,
    pub to: Recipient,
    pub sent_at: Timestamp,
    pub content: Content,
    pub speaker: Speaker,
}

pub(super) fn echo(
    view: View<'_>,
    business_number: Option<&str>,
    standby: bool,
    received_at: Timestamp,
) -> Result<Echo, String> {
    if !view.is_object() {
        return Err("echo is not an object".to_owned());
    }
    // An observer's copy holds the send request itself, one level down.
    let inner = view.at("message");
    let said = if inner.is_object() { inner } else { view };
    let to = said.at("to").word().or_else(|| view.at("to").word());
    let user = ["to_user_id", "recipient", "recipient_user_id"]
        .into_iter()
        .find_map(|key| said.at(key).word().or_else(|| view.at(key).word()));
    let recipient = Recipient {
        phone: to.as_deref().and_then(phone),
        bsuid: user.or(to).filter(|id| is_bsuid(id)),
    };
    if recipient == Recipient::default() {
        return Err("echo without recipient".to_owned());
    }
    Ok(Echo {
        provider_id: view.at("id").word().ok_or("echo without id")?,
        business_number: business_number.map(str::to_owned),
        to: recipient,
        sent_at: time(view.at("timestamp"), received_at),
        content: sent_content(said),
        speaker: if standby { Speaker::OtherResponder } else { Speaker::PhoneApp },
    })
}

/// Sent messages use other shapes than received ones for menus and templates.
pub(super) fn sent_content(said: View<'_>) -> Content {
    let menu = said.at("interactive").at("body").at("text");
    let template = said.at("template").at("name");
    match content(said) {
        Content::Unsupported { kind } => menu
            .text()
            .or_else(|| template.word())
            .map_or(Content::Unsupported { kind }, |body| Content::Text { body }),
        known => known,
    }
}
