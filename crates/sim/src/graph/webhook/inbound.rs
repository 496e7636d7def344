//! Message objects, one function per kind (reference §2.2). `from` is digits, or a user id.

use super::quote;
use std::fmt::Write as _;

/// A message of any kind; `members` is what follows the common fields, e.g. `"text":{…}`.
pub fn inbound(from: &str, wamid: &str, at: u64, kind: &str, members: &str) -> String {
    object(from, None, wamid, at, kind, members)
}

fn object(
    from: &str,
    user_id: Option<&str>,
    wamid: &str,
    at: u64,
    kind: &str,
    members: &str,
) -> String {
    let mut out = String::with_capacity(160 + members.len());
    let (number, user_id) =
        if from.contains('.') { (None, Some(from)) } else { (Some(from), user_id) };
    out.push('{');
    if let Some(number) = number {
        let _ = write!(out, r#""from":"{number}","#);
    }
    if let Some(user_id) = user_id {
        let _ = write!(out, r#""from_user_id":"{user_id}","#);
    }
    let _ = write!(out, r#""id":"{wamid}","timestamp":"{at}","type":"{kind}""#);
    if !members.is_empty() {
        out.push(',');
        out.push_str(members);
    }
    out.push('}');
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(&mut out, text);
    out
}

pub fn inbound_text(from: &str, wamid: &str, at: u64, body: &str) -> String {
    inbound_text_of(from, None, wamid, at, body)
}

/// With both the number and the user id of the sender.
pub fn inbound_text_of(
    from: &str,
    user_id: Option<&str>,
    wamid: &str,
    at: u64,
    body: &str,
) -> String {
    object(from, user_id, wamid, at, "text", &format!(r#""text":{{"body":{}}}"#, quoted(body)))
}

/// A text that quotes one of our messages.
pub fn inbound_reply(from: &str, wamid: &str, at: u64, body: &str, quotes: &str) -> String {
    let members = format!(
        r#""context":{{"from":"33199000042","id":"{quotes}"}},"text":{{"body":{}}}"#,
        quoted(body)
    );
    inbound(from, wamid, at, "text", &members)
}

/// A text sent after a tap on an ad.
pub fn inbound_from_ad(from: &str, wamid: &str, at: u64, body: &str, ad_id: &str) -> String {
    let members = format!(
        r#""referral":{{"source_url":"https:\/\/fb.me\/x","source_id":"{ad_id}","source_type":"ad","headline":"-20 %","body":"Lampes","media_type":"image","image_url":"https:\/\/scontent.example\/i.jpg","ctwa_clid":"CLID1"}},"text":{{"body":{}}}"#,
        quoted(body)
    );
    inbound(from, wamid, at, "text", &members)
}

/// `image`, `video`, `sticker` or `document`.
pub fn inbound_media(
    (from, wamid, at): (&str, &str, u64),
    kind: &str,
    media_id: &str,
    mime: &str,
    caption: Option<&str>,
    filename: Option<&str>,
) -> String {
    let mut members = format!(
        r#""{kind}":{{"id":"{media_id}","mime_type":{},"sha256":"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD\/YfIAFa0=""#,
        quoted(mime)
    );
    if let Some(caption) = caption {
        let _ = write!(members, r#","caption":{}"#, quoted(caption));
    }
    if let Some(filename) = filename {
        let _ = write!(members, r#","filename":{}"#, quoted(filename));
    }
    members.push('}');
    inbound(from, wamid, at, kind, &members)
}

pub fn inbound_audio(from: &str, wamid: &str, at: u64, media_id: &str, voice: bool) -> String {
    let members = format!(
        r#""audio":{{"id":"{media_id}","mime_type":"audio\/ogg; codecs=opus","sha256":"q83vEjRWeJA=","voice":{voice}}}"#
    );
    inbound(from, wamid, at, "audio", &members)
}

pub fn inbound_location(from: &str, wamid: &str, at: u64, latitude: f64, longitude: f64) -> String {
    let members = format!(
        r#""location":{{"latitude":{latitude},"longitude":{longitude},"name":"Chez moi","address":"1 rue de la Paix"}}"#
    );
    inbound(from, wamid, at, "location", &members)
}

/// A contact card; `requested` is an answer to our request for the number.
pub fn inbound_contact(
    from: &str,
    wamid: &str,
    at: u64,
    name: &str,
    phone: &str,
    requested: bool,
) -> String {
    let origin = if requested { "contact_request" } else { "other" };
    let members = format!(
        r#""contacts":[{{"name":{{"formatted_name":{name},"first_name":{name}}},"phones":[{{"phone":"+{phone}","wa_id":"{phone}","type":"CELL"}}],"origin":"{origin}"}}]"#,
        name = quoted(name)
    );
    inbound(from, wamid, at, "contacts", &members)
}

/// A quick reply of a template.
pub fn inbound_button(from: &str, wamid: &str, at: u64, payload: &str, text: &str) -> String {
    let members = format!(
        r#""context":{{"from":"33199000042","id":"wamid.OUT1"}},"button":{{"payload":{},"text":{}}}"#,
        quoted(payload),
        quoted(text)
    );
    inbound(from, wamid, at, "button", &members)
}

/// A tap on a reply button (`button_reply`) or list row (`list_reply`).
pub fn inbound_choice(
    (from, wamid, at): (&str, &str, u64),
    kind: &str,
    id: &str,
    title: &str,
) -> String {
    let members = format!(
        r#""context":{{"from":"33199000042","id":"wamid.OUT2"}},"interactive":{{"type":"{kind}","{kind}":{{"id":{},"title":{}}}}}"#,
        quoted(id),
        quoted(title)
    );
    inbound(from, wamid, at, "interactive", &members)
}

/// The answers of a form, JSON in a string.
pub fn inbound_form(from: &str, wamid: &str, at: u64, answers: &str) -> String {
    let members = format!(
        r#""interactive":{{"type":"nfm_reply","nfm_reply":{{"name":"flow","body":"Sent","response_json":{}}}}}"#,
        quoted(answers)
    );
    inbound(from, wamid, at, "interactive", &members)
}

/// `None` takes a reaction back.
pub fn inbound_reaction(
    from: &str,
    wamid: &str,
    at: u64,
    target: &str,
    emoji: Option<&str>,
) -> String {
    let emoji = emoji.map(|e| format!(r#","emoji":{}"#, quoted(e))).unwrap_or_default();
    let members = format!(r#""reaction":{{"message_id":"{target}"{emoji}}}"#);
    inbound(from, wamid, at, "reaction", &members)
}

pub fn inbound_order(from: &str, wamid: &str, at: u64, product: &str, quantity: u32) -> String {
    let members = format!(
        r#""order":{{"catalog_id":"1","text":"svp","product_items":[{{"product_retailer_id":{},"quantity":{quantity},"item_price":12.5,"currency":"EUR"}}]}}"#,
        quoted(product)
    );
    inbound(from, wamid, at, "order", &members)
}

/// A notice that a person's number changed.
pub fn inbound_number_change(from: &str, wamid: &str, at: u64, new: &str, user_id: &str) -> String {
    let members = format!(
        r#""system":{{"type":"user_changed_number","body":"User changed from {from} to {new}","wa_id":"{new}","user_id":"{user_id}"}}"#
    );
    inbound(from, wamid, at, "system", &members)
}

pub fn inbound_unsupported(from: &str, wamid: &str, at: u64, what: &str) -> String {
    let members = format!(
        r#""errors":[{{"code":131051,"title":"Message type unknown","message":"Message type unknown","error_data":{{"details":"Message type is currently not supported."}}}}],"unsupported":{{"type":"{what}"}}"#
    );
    inbound(from, wamid, at, "unsupported", &members)
}

pub fn inbound_edit(from: &str, wamid: &str, at: u64, target: &str, body: &str) -> String {
    let members = format!(
        r#""edit":{{"original_message_id":"{target}","message":{{"type":"text","text":{{"body":{}}}}}}}"#,
        quoted(body)
    );
    inbound(from, wamid, at, "edit", &members)
}

pub fn inbound_revoke(from: &str, wamid: &str, at: u64, target: &str) -> String {
    inbound(from, wamid, at, "revoke", &format!(r#""revoke":{{"original_message_id":"{target}"}}"#))
}

pub fn inbound_welcome(from: &str, wamid: &str, at: u64) -> String {
    inbound(from, wamid, at, "request_welcome", "")
}

/// Value of a `smb_message_echoes` change: a colleague wrote in the phone app.
pub fn echo_value(number: &str, to: &str, wamid: &str, at: u64, body: &str) -> String {
    format!(
        r#"{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"33199000042","phone_number_id":"{number}"}},"message_echoes":[{{"from":"33199000042","to":"{to}","id":"{wamid}","timestamp":"{at}","type":"text","text":{{"body":{}}}}}]}}"#,
        quoted(body)
    )
}
