//! The content of a message by its type.

use super::identity::phone;
use crate::channels::whatsapp_cloud::form;
use crate::channels::whatsapp_cloud::wire::View;
use relais_core::message::{Content, MediaKind};

/// Types that carry an object of their own name, looked for when `type` is missing.
const TYPES: [&str; 17] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "reaction",
    "order",
    "system",
    "edit",
    "revoke",
    "voice",
    "template",
];

/// The declared type, or the one whose object is there.
fn message_kind(message: View<'_>) -> String {
    let declared = message.at("type").word();
    let present = || TYPES.iter().find(|t| !message.at(t).is_absent());
    declared.or_else(|| present().map(|t| (*t).to_owned())).unwrap_or_else(|| "unknown".to_owned())
}

/// What the message says. Anything not understood is [`Content::Unsupported`], never an error.
pub(in super::super) fn content(message: View<'_>) -> Content {
    let kind = message_kind(message);
    let body = message.at(&kind);
    let read = match kind.as_str() {
        "text" => body.at("body").text().map(|body| Content::Text { body }),
        "image" => media(MediaKind::Image, body),
        "video" => media(MediaKind::Video, body),
        "audio" => audio(body),
        "voice" if body.is_absent() => audio(message.at("audio")),
        "voice" => media(MediaKind::Voice, body),
        "document" => media(MediaKind::Document, body),
        "sticker" => media(MediaKind::Sticker, body),
        "location" => location(body),
        "contacts" => contacts(body),
        "button" => button(body),
        "interactive" => interactive(body),
        "reaction" => reaction(body),
        "order" => order(body),
        "system" => Some(system(body)),
        "edit" => edit(body),
        "revoke" => target(body).map(|target| Content::Revoke { target }),
        // Said to be out of service by the provider; nothing to read and nothing to answer.
        "request_welcome" => Some(Content::System { kind: kind.clone(), body: String::new() }),
        "unsupported" | "unknown" => Some(unsupported(message)),
        // A type of the future that still brings words is worth reading.
        _ => message.at("text").at("body").text().map(|body| Content::Text { body }),
    };
    read.unwrap_or(Content::Unsupported { kind })
}

fn media(kind: MediaKind, body: View<'_>) -> Option<Content> {
    body.is_object().then(|| Content::Media {
        kind,
        media_id: body.at("id").word(),
        mime: body.at("mime_type").word(),
        caption: body.at("caption").word(),
        filename: body.at("filename").word(),
        sha256: body.at("sha256").word(),
        transcript: None,
    })
}

fn audio(body: View<'_>) -> Option<Content> {
    let recorded = body.at("voice").flag().unwrap_or(false);
    media(if recorded { MediaKind::Voice } else { MediaKind::Audio }, body)
}

fn location(body: View<'_>) -> Option<Content> {
    let latitude = body.at("latitude").float().filter(|l| (-90.0..=90.0).contains(l))?;
    let longitude = body.at("longitude").float().filter(|l| (-180.0..=180.0).contains(l))?;
    let (name, address) = (body.at("name").word(), body.at("address").word());
    Some(Content::Location { latitude, longitude, name, address })
}

fn contacts(body: View<'_>) -> Option<Content> {
    let cards: Vec<View<'_>> = if body.is_object() { vec![body] } else { body.items().collect() };
    if cards.is_empty() {
        return None;
    }
    let name = |card: &View<'_>| {
        let name = card.at("name");
        let parts = || {
            let words = ["first_name", "middle_name", "last_name"].map(|k| name.at(k).word());
            let joined = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
            (!joined.is_empty()).then_some(joined)
        };
        name.at("formatted_name")
            .word()
            .or_else(parts)
            .or_else(|| card.at("org").at("company").word())
    };
    let phones = cards.iter().flat_map(|card| card.at("phones").items()).filter_map(|entry| {
        let account = entry.at("wa_id").word().and_then(|id| phone(&id));
        let written = entry.at("phone").word();
        account.or_else(|| written.map(|text| phone_as_written(&text)))
    });
    // Only a tap on our request proves anything, and only for the one card it sends.
    let requested =
        |card: &View<'_>| card.at("origin").word().as_deref() == Some("contact_request");
    Some(Content::Contacts {
        names: cards.iter().filter_map(name).collect(),
        phones: phones.collect(),
        is_own_number: matches!(cards.as_slice(), [card] if requested(card)),
    })
}

/// E.164 only if it was written with a country code: `06…` is nobody's number elsewhere.
fn phone_as_written(text: &str) -> String {
    if text.trim_start().starts_with('+') {
        phone(text).unwrap_or_else(|| text.to_owned())
    } else {
        text.to_owned()
    }
}

fn button(body: View<'_>) -> Option<Content> {
    let title = body.at("text").text();
    let payload = body.at("payload").word();
    match (payload, title) {
        (None, None) => None,
        (payload, title) => {
            let title = title.or_else(|| payload.clone()).unwrap_or_default();
            Some(Content::Button { payload: payload.unwrap_or_else(|| title.clone()), title })
        }
    }
}

fn interactive(body: View<'_>) -> Option<Content> {
    const KNOWN: [&str; 4] = ["button_reply", "list_reply", "nfm_reply", "call_permission_reply"];
    let declared = body.at("type").word();
    let present = || KNOWN.iter().find(|k| body.at(k).is_object()).map(|k| (*k).to_owned());
    let kind = declared.or_else(present)?;
    let reply = body.at(&kind);
    let id = || reply.at("id").word();
    let title = || reply.at("title").text();
    match kind.as_str() {
        "list_reply" => {
            let payload = id().or_else(title)?;
            Some(Content::List { title: title().unwrap_or_else(|| payload.clone()), payload })
        }
        "nfm_reply" => {
            let answers = as_json(reply.at("response_json"))?;
            let (payload, fields) = form::filled(&answers);
            let name = reply.at("name").word().unwrap_or_default();
            Some(Content::Form { name, answers, payload, fields })
        }
        "call_permission_reply" => {
            Some(Content::System { body: reply.at("response").word().unwrap_or_default(), kind })
        }
        // Replies of the future look like the ones of today: an id and a title.
        _ => {
            let payload = id().or_else(title)?;
            Some(Content::Button { title: title().unwrap_or_else(|| payload.clone()), payload })
        }
    }
}

/// The answers are JSON inside a string; some senders forget the string.
fn as_json(view: View<'_>) -> Option<String> {
    match view.0 {
        serde_json::Value::Null => None,
        serde_json::Value::String(_) => view.text(),
        other => Some(other.to_string()),
    }
}

fn reaction(body: View<'_>) -> Option<Content> {
    let target = body.at("message_id").word()?;
    Some(Content::Reaction { target, emoji: body.at("emoji").word() })
}

fn order(body: View<'_>) -> Option<Content> {
    if !body.is_object() {
        return None;
    }
    let line = |item: View<'_>| {
        let product = item.at("product_retailer_id").word().unwrap_or_else(|| "?".to_owned());
        let quantity = item.at("quantity").word().unwrap_or_else(|| "1".to_owned());
        let price = match (item.at("item_price").word(), item.at("currency").word()) {
            (Some(price), Some(currency)) => format!(" ({price} {currency})"),
            (Some(price), None) => format!(" ({price})"),
            (None, _) => String::new(),
        };
        format!("{quantity} × {product}{price}")
    };
    let mut lines: Vec<String> = body.at("product_items").items().map(line).collect();
    lines.extend(body.at("text").word());
    Some(Content::Order { summary: lines.join("\n") })
}

fn system(body: View<'_>) -> Content {
    Content::System {
        kind: body.at("type").word().unwrap_or_else(|| "system".to_owned()),
        body: body.at("body").text().unwrap_or_default(),
    }
}

fn target(body: View<'_>) -> Option<String> {
    body.at("original_message_id").word()
}

fn edit(body: View<'_>) -> Option<Content> {
    let new = content_of_edit(body.at("message"));
    target(body).map(|target| Content::Edit { target, body: new })
}

fn content_of_edit(message: View<'_>) -> Option<String> {
    // An edit inside an edit does not exist; not following it bounds the recursion.
    if matches!(message_kind(message).as_str(), "edit") {
        return None;
    }
    match content(message) {
        Content::Text { body } => Some(body),
        Content::Media { caption, .. } => caption,
        _ => None,
    }
}

fn unsupported(message: View<'_>) -> Content {
    let told = message.at("unsupported").at("type").word();
    let too_large = || {
        let media = message.at("errors").items().any(|e| e.at("code").int() == Some(131_052));
        media.then(|| "media".to_owned())
    };
    let kind = told.or_else(too_large).unwrap_or_else(|| "unknown".to_owned());
    Content::Unsupported { kind }
}
