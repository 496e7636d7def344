//! What the provider accepts in a send (reference §8); anything else is refused like there.

use serde_json::Value;

/// Code and details of a refusal.
pub(super) type Refusal = (i64, String);

/// A well-formed send.
#[derive(Debug)]
pub(super) struct Send {
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) callback_id: Option<String>,
}

fn bad<T>(details: impl Into<String>) -> Result<T, Refusal> {
    Err((131_009, details.into()))
}

fn text<'a>(value: &'a Value, key: &str, most: usize) -> Result<&'a str, Refusal> {
    let Some(text) = value[key].as_str() else {
        return Err((131_008, format!("missing {key}")));
    };
    let length = text.chars().count();
    if text.trim().is_empty() || length > most {
        return bad(format!("{key} must have 1 to {most} characters"));
    }
    Ok(text)
}

pub(super) fn send(body: &Value) -> Result<Send, Refusal> {
    if body["messaging_product"] != "whatsapp" {
        return Err((100, "messaging_product must be whatsapp".to_owned()));
    }
    let to = match (body["to"].as_str(), body["recipient"].as_str()) {
        (Some(to), _) => phone(to)?,
        (None, Some(id)) => user_id(id)?,
        (None, None) => return Err((100, "to or recipient is required".to_owned())),
    };
    if let Some(kind) = body["recipient_type"].as_str()
        && kind != "individual"
        && kind != "group"
    {
        return Err((100, "recipient_type".to_owned()));
    }
    let kind = body["type"].as_str().unwrap_or("text");
    let content = &body[kind];
    if content.is_null() {
        return Err((131_008, format!("{kind} object is required")));
    }
    let shown = match kind {
        "text" => text(content, "body", 4096)?.to_owned(),
        "image" | "video" | "document" | "audio" | "sticker" => media(kind, content)?,
        "interactive" => interactive(content)?,
        "template" => template(content)?,
        "reaction" => reaction(body, content)?,
        "location" => {
            let known = content["latitude"].is_number() && content["longitude"].is_number();
            if known { String::new() } else { return bad("latitude and longitude") }
        }
        "contacts" => {
            let names = content.as_array().filter(|list| (1..=5).contains(&list.len()));
            if names.is_none() {
                return bad("1 to 5 contacts");
            }
            String::new()
        }
        other => return Err((131_051, format!("type {other}"))),
    };
    if !body["context"].is_null() && body["context"]["message_id"].as_str().is_none() {
        return bad("context.message_id");
    }
    let callback_id = match &body["biz_opaque_callback_data"] {
        Value::Null => None,
        Value::String(data) if data.chars().count() <= 512 => Some(data.clone()),
        _ => return bad("biz_opaque_callback_data must have at most 512 characters"),
    };
    Ok(Send { to, kind: kind.to_owned(), text: shown, callback_id })
}

fn phone(to: &str) -> Result<String, Refusal> {
    let digits = to.strip_prefix('+').unwrap_or(to);
    let plausible = (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if plausible { Ok(to.to_owned()) } else { bad("to is not a phone number") }
}

fn user_id(id: &str) -> Result<String, Refusal> {
    let rest = id.split_once('.').filter(|(country, _)| country.len() == 2);
    match rest {
        Some((_, rest)) if !rest.is_empty() && rest.len() <= 128 => Ok(id.to_owned()),
        _ => bad("recipient is not a user id"),
    }
}

fn media(kind: &str, content: &Value) -> Result<String, Refusal> {
    let named = content["id"].as_str().is_some_and(|id| !id.is_empty());
    let linked = content["link"].as_str().is_some_and(|link| link.starts_with("http"));
    if named == linked {
        return Err((100, format!("{kind} needs either id or link")));
    }
    match &content["caption"] {
        Value::Null => Ok(String::new()),
        Value::String(_) if matches!(kind, "audio" | "sticker") => bad("caption not allowed"),
        _ => Ok(text(content, "caption", 1024)?.to_owned()),
    }
}

fn interactive(content: &Value) -> Result<String, Refusal> {
    let body = text(&content["body"], "text", 1024)?.to_owned();
    if !content["footer"].is_null() {
        text(&content["footer"], "text", 60)?;
    }
    let action = &content["action"];
    match content["type"].as_str().unwrap_or_default() {
        "button" => {
            let buttons = action["buttons"].as_array().map_or(&[][..], Vec::as_slice);
            if !(1..=3).contains(&buttons.len()) {
                return bad("1 to 3 buttons");
            }
            let mut titles = Vec::new();
            for button in buttons {
                if button["type"] != "reply" {
                    return bad("button type must be reply");
                }
                id(&button["reply"], 256)?;
                titles.push(text(&button["reply"], "title", 20)?);
            }
            titles.sort_unstable();
            titles.dedup();
            if titles.len() != buttons.len() {
                return bad("button titles must be unique");
            }
        }
        "list" => {
            text(action, "button", 20)?;
            let sections = action["sections"].as_array().map_or(&[][..], Vec::as_slice);
            let mut ids = Vec::new();
            for section in sections {
                if sections.len() > 1 {
                    text(section, "title", 24)?;
                }
                for row in section["rows"].as_array().map_or(&[][..], Vec::as_slice) {
                    ids.push(id(row, 200)?);
                    text(row, "title", 24)?;
                    if !row["description"].is_null() {
                        text(row, "description", 72)?;
                    }
                }
            }
            let rows = ids.len();
            ids.sort_unstable();
            ids.dedup();
            if !(1..=10).contains(&rows) || ids.len() != rows {
                return bad("1 to 10 rows with unique ids");
            }
        }
        "cta_url" => {
            text(&action["parameters"], "display_text", 20)?;
            if !text(&action["parameters"], "url", 2000)?.starts_with("http") {
                return bad("url");
            }
        }
        "location_request_message" if action["name"] == "send_location" => {}
        "request_contact_info" if action["name"] == "request_contact_info" => {}
        "flow" if action["name"] == "flow" => {}
        other => return bad(format!("interactive type {other}")),
    }
    Ok(body)
}

fn id(value: &Value, most: usize) -> Result<&str, Refusal> {
    let id = text(value, "id", most)?;
    if id.trim() == id { Ok(id) } else { bad("id with spaces around") }
}

fn template(content: &Value) -> Result<String, Refusal> {
    let name = text(content, "name", 512)?;
    text(&content["language"], "code", 16)?;
    let components = content["components"].as_array().map_or(&[][..], Vec::as_slice);
    for parameter in components.iter().filter_map(|c| c["parameters"].as_array()).flatten() {
        if let Some(text) = parameter["text"].as_str()
            && (text.is_empty() || text.contains(['\n', '\t']) || text.contains("    "))
        {
            return Err((132_018, "template parameter".to_owned()));
        }
    }
    Ok(name.to_owned())
}

fn reaction(body: &Value, content: &Value) -> Result<String, Refusal> {
    if !body["context"].is_null() {
        return bad("a reaction cannot quote");
    }
    text(content, "message_id", 256)?;
    match content["emoji"].as_str() {
        Some(emoji) => Ok(emoji.to_owned()),
        None => Err((131_008, "emoji is required".to_owned())),
    }
}
