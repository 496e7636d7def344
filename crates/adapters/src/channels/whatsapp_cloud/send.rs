//! An outbound message as the provider wants it. Pure: limits are checked here, before anything is
//! queued, not found out by a refusal.

mod check;

pub use check::{Invalid, Problem};

use super::capabilities::WHATSAPP_CLOUD as MAX;
use super::inbound::{is_bsuid, phone};
use check::{distinct, exact, in_range, line, prose, web_link};
use relais_app::port::channel::Send;
use relais_core::flow::form::token;
use relais_core::message::{Button, MediaKind, MediaSource, Outbound, Recipient, Row};
use serde_json::{Map, Value, json};

/// The JSON body of a send.
pub fn to_wire(send: &Send) -> Result<Value, Invalid> {
    let mut body = Map::new();
    body.insert("messaging_product".into(), json!("whatsapp"));
    body.insert("recipient_type".into(), json!("individual"));
    let (key, address) = address(&send.to)?;
    body.insert(key.into(), json!(address));
    let (kind, content) = content(send)?;
    body.insert("type".into(), json!(kind));
    body.insert(kind.into(), content);
    // The provider refuses a reaction that quotes: it names its target itself.
    if let Some(quoted) = &send.quotes
        && !matches!(send.content, Outbound::Reaction { .. })
    {
        body.insert("context".into(), json!({ "message_id": quoted }));
    }
    if !send.callback_id.is_empty() {
        exact("callback id", &send.callback_id, MAX.callback_id)?;
        body.insert("biz_opaque_callback_data".into(), json!(send.callback_id));
    }
    Ok(Value::Object(body))
}

/// The JSON body that marks a message read and, if wanted, shows that an answer is coming.
pub fn read_receipt(provider_id: &str, typing: bool) -> Value {
    let mut body = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": provider_id,
    });
    if typing {
        body["typing_indicator"] = json!({ "type": "text" });
    }
    body
}

/// A number keeps its `+`: without it the provider prepends the business's own country.
fn address(to: &Recipient) -> Result<(&'static str, String), Invalid> {
    if let Some(number) = to.phone.as_deref().and_then(phone) {
        return Ok(("to", number));
    }
    match to.bsuid.as_deref() {
        Some(id) if is_bsuid(id) => Ok(("recipient", id.to_owned())),
        _ => Err(Invalid { field: "recipient", problem: Problem::Missing }),
    }
}

fn content(send: &Send) -> Result<(&'static str, Value), Invalid> {
    Ok(match &send.content {
        Outbound::Text { body } => {
            let body = prose("text", body, MAX.text)?;
            ("text", json!({ "preview_url": body.contains("https://"), "body": body }))
        }
        Outbound::Buttons { body, buttons } => ("interactive", reply_buttons(body, buttons)?),
        Outbound::List { body, button, rows } => ("interactive", list(body, button, rows)?),
        Outbound::Link { body, label, url } => (
            "interactive",
            json!({
                "type": "cta_url",
                "body": { "text": prose("body", body, MAX.menu_body)? },
                "action": { "name": "cta_url", "parameters": {
                    "display_text": line("label", label, MAX.link_label)?,
                    "url": web_link("url", url)?,
                }},
            }),
        ),
        Outbound::Media { kind, source, caption, filename } => {
            media(*kind, source, caption.as_deref(), filename.as_deref())?
        }
        Outbound::Template { name, language, params, body: _ } => {
            ("template", template(name, language, params)?)
        }
        Outbound::Reaction { target, emoji } => {
            exact("target", target, 256)?;
            ("reaction", json!({ "message_id": target, "emoji": emoji }))
        }
        Outbound::Form { body, button, form, screen, payload } => (
            "interactive",
            json!({
                "type": "flow",
                "body": { "text": prose("body", body, MAX.menu_body)? },
                "action": { "name": "flow", "parameters": {
                    "flow_message_version": "3",
                    "flow_id": exact("form", form, MAX.form_id)?,
                    "flow_cta": line("button", button, MAX.button_title)?,
                    "flow_token": token(payload, &send.callback_id),
                    // Opens without asking us: what its screens ask later comes to `form.rs`.
                    "flow_action": "navigate",
                    "flow_action_payload": { "screen": exact("screen", screen, MAX.form_id)? },
                }},
            }),
        ),
        Outbound::LocationRequest { body } => (
            "interactive",
            json!({
                "type": "location_request_message",
                "body": { "text": prose("body", body, MAX.menu_body)? },
                "action": { "name": "send_location" },
            }),
        ),
        Outbound::ContactRequest { body } => (
            "interactive",
            json!({
                "type": "request_contact_info",
                "body": { "text": prose("body", body, MAX.menu_body)? },
                "action": { "name": "request_contact_info" },
            }),
        ),
    })
}

fn reply_buttons(body: &str, buttons: &[Button]) -> Result<Value, Invalid> {
    in_range("buttons", buttons.len(), MAX.buttons)?;
    distinct("button id", buttons.iter().map(|b| b.id.as_str()))?;
    distinct("button title", buttons.iter().map(|b| b.title.trim()))?;
    let mut wire = Vec::with_capacity(buttons.len());
    for button in buttons {
        wire.push(json!({ "type": "reply", "reply": {
            "id": exact("button id", &button.id, MAX.button_id)?,
            "title": line("button title", &button.title, MAX.button_title)?,
        }}));
    }
    Ok(json!({
        "type": "button",
        "body": { "text": prose("body", body, MAX.menu_body)? },
        "action": { "buttons": wire },
    }))
}

fn list(body: &str, button: &str, rows: &[Row]) -> Result<Value, Invalid> {
    in_range("rows", rows.len(), MAX.list_rows)?;
    distinct("row id", rows.iter().map(|r| r.id.as_str()))?;
    let mut wire = Vec::with_capacity(rows.len());
    for row in rows {
        let mut entry = json!({
            "id": exact("row id", &row.id, MAX.row_id)?,
            "title": line("row title", &row.title, MAX.row_title)?,
        });
        if let Some(text) = row.description.as_deref().filter(|d| !d.trim().is_empty()) {
            entry["description"] = json!(line("row description", text, MAX.row_description)?);
        }
        wire.push(entry);
    }
    Ok(json!({
        "type": "list",
        "body": { "text": prose("body", body, MAX.menu_body)? },
        "action": {
            "button": line("list button", button, MAX.list_button)?,
            "sections": [{ "rows": wire }],
        },
    }))
}

fn media(
    kind: MediaKind,
    source: &MediaSource,
    caption: Option<&str>,
    filename: Option<&str>,
) -> Result<(&'static str, Value), Invalid> {
    let mut wire = match source {
        MediaSource::Id(id) => json!({ "id": exact("media id", id, 256)? }),
        // Uploaded before it gets here.
        MediaSource::File(_) => {
            return Err(Invalid { field: "media id", problem: Problem::Missing });
        }
        MediaSource::Link(url) => json!({ "link": web_link("link", url)? }),
    };
    let caption = caption.filter(|c| !c.trim().is_empty());
    if let Some(caption) = caption {
        if matches!(kind, MediaKind::Audio | MediaKind::Voice | MediaKind::Sticker) {
            return Err(Invalid { field: "caption", problem: Problem::NotPossible });
        }
        wire["caption"] = json!(prose("caption", caption, MAX.caption)?);
    }
    let name = match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Voice => {
            wire["voice"] = json!(true);
            "audio"
        }
        MediaKind::Document => {
            if let Some(filename) = filename.filter(|f| !f.trim().is_empty()) {
                wire["filename"] = json!(line("filename", filename, 240)?);
            }
            "document"
        }
        MediaKind::Sticker => "sticker",
    };
    Ok((name, wire))
}

fn template(name: &str, language: &str, params: &[String]) -> Result<Value, Invalid> {
    exact("template name", name, 512)?;
    let well_formed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    if !name.bytes().all(well_formed) {
        return Err(Invalid { field: "template name", problem: Problem::Malformed });
    }
    exact("template language", language, 16)?;
    let mut wire = json!({ "name": name, "language": { "code": language } });
    if !params.is_empty() {
        let mut parameters = Vec::with_capacity(params.len());
        for value in params {
            // The provider refuses line breaks, tabs and wide gaps in values.
            let text = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = line("template value", &text, MAX.menu_body)?;
            parameters.push(json!({ "type": "text", "text": text }));
        }
        wire["components"] = json!([{ "type": "body", "parameters": parameters }]);
    }
    Ok(wire)
}

#[cfg(test)]
mod tests;
