//! What the fake answers.

use super::fault::{Fault, Hostile};
use super::media::read_form;
use super::record::Accepted;
use super::server::Shared;
use super::shapes;
use crate::http::{Incoming, response};
use bytes::Bytes;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What goes back over the connection.
#[derive(Debug)]
pub(super) struct Reaction {
    /// Waited for before the first byte.
    pub(super) after: Duration,
    /// Status of the answer, if there is one.
    pub(super) status: Option<u16>,
    /// Close the connection after the bytes.
    pub(super) close: bool,
    /// Answers a message to a customer.
    pub(super) is_send: bool,
}

impl Reaction {
    fn answer(status: u16) -> Self {
        Self { after: Duration::ZERO, status: Some(status), close: false, is_send: false }
    }

    fn cut() -> Self {
        Self { after: Duration::ZERO, status: None, close: true, is_send: false }
    }
}

const JSON: &str = "application/json; charset=UTF-8";

/// Handles one request and appends the answer to `out`.
pub(super) fn respond(shared: &Shared, request: &Incoming, out: &mut Vec<u8>) -> Reaction {
    let path = request.target.split('?').next().unwrap_or_default();
    let mut segments = path.split('/').filter(|s| !s.is_empty());
    let first = segments.next().unwrap_or_default();
    let rest: Vec<&str> = segments.collect();
    if request.token.as_deref() != Some(&*shared.token.lock()) {
        return refuse(out, 401, 190, "Error validating access token", "");
    }
    let reaction = match (request.method.as_str(), first, rest.as_slice()) {
        ("GET", "files", [id]) => download(shared, id, out),
        (_, version, _) if !is_version(version) => unknown_path(out),
        ("POST", _, [number, "messages"]) if shared.knows(number) => {
            return message(shared, number, request, out);
        }
        ("POST", _, [number, "media"]) if shared.knows(number) => upload(shared, request, out),
        ("POST", _, [number, "whatsapp_business_encryption"]) if shared.knows(number) => {
            keep_key(shared, request, out)
        }
        ("GET", _, ["me", "permissions"]) => return permissions(shared, out),
        ("GET", _, [account, "phone_numbers"]) if *account == shared.config.account => {
            return phone_numbers(shared, out);
        }
        ("GET", _, [account, "subscribed_apps"]) if *account == shared.config.account => {
            return subscribed_apps(shared, out);
        }
        ("GET", _, [account, "message_templates"]) if *account == shared.config.account => {
            return templates(shared, request, out);
        }
        ("GET", _, [id]) => resolve(shared, id, out),
        ("DELETE", _, [id]) if shared.files.lock().remove(id) => success(out),
        _ => unknown_path(out),
    };
    let fault = shared.faults.lock().next_for_media();
    distort(fault, reaction, out)
}

fn account(shared: &Shared, out: &mut Vec<u8>, data: &Value) -> Reaction {
    let is_off = shared.faults.lock().account.clock_off;
    let date = if is_off { "Sun, 06 Nov 1994 08:49:37 GMT".to_owned() } else { http_date() };
    let body = serde_json::json!({ "data": data }).to_string();
    response(out, 200, JSON, &format!("Date: {date}\r\n"), body.as_bytes());
    Reaction::answer(200)
}

fn permissions(shared: &Shared, out: &mut Vec<u8>) -> Reaction {
    let mut rights = vec!["whatsapp_business_management", "whatsapp_business_messaging"];
    if shared.faults.lock().account.lacks_right {
        rights.pop();
    }
    let right = |right| serde_json::json!({ "permission": right, "status": "granted" });
    let rights: Vec<Value> = rights.into_iter().map(right).collect();
    account(shared, out, &Value::Array(rights))
}

fn phone_numbers(shared: &Shared, out: &mut Vec<u8>) -> Reaction {
    let is_elsewhere = shared.faults.lock().account.number_elsewhere;
    let number = |id: &String| {
        serde_json::json!({
            "id": if is_elsewhere { "1" } else { id },
            "display_phone_number": shared.config.display_number,
            "verified_name": "Maison Lumière",
        })
    };
    let numbers = shared.config.numbers.iter().map(number).collect();
    account(shared, out, &Value::Array(numbers))
}

fn subscribed_apps(shared: &Shared, out: &mut Vec<u8>) -> Reaction {
    let is_off = shared.faults.lock().account.unsubscribed;
    let app = serde_json::json!({ "whatsapp_business_api_data": { "name": "Relais" } });
    let apps = if is_off { Vec::new() } else { vec![app] };
    account(shared, out, &Value::Array(apps))
}

/// A page of the list, and where the next one begins.
fn templates(shared: &Shared, request: &Incoming, out: &mut Vec<u8>) -> Reaction {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let asked = |key: &str| {
        let found = query.split('&').filter_map(|pair| pair.split_once('='));
        found.filter(|(name, _)| *name == key).find_map(|(_, value)| value.parse::<usize>().ok())
    };
    let (from, limit) = (asked("after").unwrap_or(0), asked("limit").unwrap_or(25));
    let all = shared.templates.lock();
    let page: Vec<&Value> = all.iter().skip(from).take(limit).collect();
    let to = from + page.len();
    let mut paging = serde_json::json!({ "cursors": { "after": to.to_string() } });
    if to < all.len() {
        paging["next"] = Value::from("https://graph.example/next");
    }
    let body = serde_json::json!({ "data": page, "paging": paging }).to_string();
    response(out, 200, JSON, "", body.as_bytes());
    Reaction::answer(200)
}

/// The time of day in the form of HTTP.
fn http_date() -> String {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since_epoch.unwrap_or_default().as_secs();
    let (days, day_seconds) = ((seconds / 86_400) as i64, seconds % 86_400);
    // Civil date from days (Howard Hinnant).
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let names =
        ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"];
    let year = year_of_era + era * 400 + i64::from(month >= 10);
    let (hour, minute, second) = (day_seconds / 3_600, day_seconds / 60 % 60, day_seconds % 60);
    format!("Mon, {day:02} {} {year} {hour:02}:{minute:02}:{second:02} GMT", names[month as usize])
}

fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix('v').and_then(|v| v.split_once('.'));
    digits.is_some_and(|(major, minor)| major.parse::<u8>().is_ok() && minor.parse::<u8>().is_ok())
}

fn message(shared: &Shared, number: &str, request: &Incoming, out: &mut Vec<u8>) -> Reaction {
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return refuse(out, 400, 100, "Invalid JSON", "");
    };
    if body["status"] == "read" {
        if body["messaging_product"] != "whatsapp" || !body["message_id"].is_string() {
            return refuse(out, 400, 131_009, "message_id", "");
        }
        shared.records.lock().stats.read_receipts += 1;
        return success(out);
    }
    let (fault, chances) = {
        let mut faults = shared.faults.lock();
        let fault = faults.next_for_send(&mut shared.rng.lock());
        (fault, (faults.duplicate_statuses, faults.reorder_statuses))
    };
    let before = match &fault {
        Fault::LoseBefore | Fault::HangBefore(_) => Some(Reaction::cut()),
        Fault::Refuse { .. } | Fault::RefuseFor { .. } | Fault::Garble { processed: false, .. } => {
            Some(Reaction::answer(500))
        }
        _ => None,
    };
    if let Some(reaction) = before {
        return distort(fault, reaction, out);
    }
    let send = match shapes::send(&body) {
        Ok(send) => send,
        Err((code, details)) => return refuse(out, 400, code, &details, ""),
    };
    let accepted = Arc::new(Accepted {
        id: shared.next_id(),
        number: number.to_owned(),
        to: send.to,
        kind: send.kind,
        text: send.text,
        body: request.body.clone(),
        callback_id: send.callback_id.map(Arc::from),
        at: SystemTime::now(),
    });
    shared.records.lock().accept(Arc::clone(&accepted), shared.config.remember);
    let fails = match &fault {
        Fault::FailLater(code) => Some(*code),
        _ => None,
    };
    if fault != Fault::NoReports {
        let mut rng = shared.rng.lock();
        shared.reports.schedule(&accepted, fails, &shared.config, chances, &mut rng);
    }
    let mut answer = String::with_capacity(200);
    let _ = write!(
        answer,
        r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{0}","#,
        accepted.to
    );
    let known_as = if accepted.to.contains('.') { "user_id" } else { "wa_id" };
    let _ = write!(
        answer,
        r#""{known_as}":"{}"}}],"messages":[{{"id":"{}","message_status":"accepted"}}]}}"#,
        accepted.to.trim_start_matches('+'),
        accepted.id
    );
    response(out, 200, JSON, "", answer.as_bytes());
    Reaction { is_send: true, ..distort(fault, Reaction::answer(200), out) }
}

/// Turns a proper answer into what the fault asks for.
fn distort(fault: Fault, proper: Reaction, out: &mut Vec<u8>) -> Reaction {
    match fault {
        Fault::Fine | Fault::FailLater(_) | Fault::NoReports => proper,
        Fault::LoseBefore | Fault::LoseAfter => {
            out.clear();
            Reaction::cut()
        }
        Fault::HangBefore(after) => {
            out.clear();
            Reaction { after, ..Reaction::cut() }
        }
        Fault::HangAfter(after) => Reaction { after, ..proper },
        Fault::Refuse { status, code } => {
            out.clear();
            refuse(out, status, code, "on request", "")
        }
        Fault::RefuseFor { status, code, retry_after } => {
            out.clear();
            refuse(out, status, code, "on request", &format!("retry-after: {retry_after}\r\n"))
        }
        Fault::Garble { hostile, status, .. } => {
            out.clear();
            garble(out, hostile, status)
        }
    }
}

fn garble(out: &mut Vec<u8>, hostile: Hostile, status: u16) -> Reaction {
    let close = match hostile {
        Hostile::Truncated => {
            let body = br#"{"messaging_product":"whatsapp","mess"#;
            response(out, status, JSON, "", &[&body[..], &[b' '; 400]].concat());
            out.truncate(out.len() - 400);
            true
        }
        Hostile::Huge => {
            response(out, status, JSON, "", &vec![b'{'; 16 * 1024 * 1024]);
            true
        }
        Hostile::InvalidJson => {
            response(out, status, JSON, "", b"{\"messages\":[{\"id\":");
            false
        }
        Hostile::Html => {
            response(out, status, "text/html", "", b"<html><h1>Bad gateway</h1></html>");
            false
        }
        Hostile::Empty => {
            response(out, status, JSON, "", b"");
            false
        }
        Hostile::Deep => {
            response(out, status, JSON, "", &vec![b'['; 100_000]);
            false
        }
    };
    Reaction { close, ..Reaction::answer(status) }
}

fn refuse(out: &mut Vec<u8>, status: u16, code: i64, details: &str, headers: &str) -> Reaction {
    let mut quoted = String::new();
    super::webhook::quote(&mut quoted, details);
    let body = format!(
        r#"{{"error":{{"message":"(#{code}) error","type":"OAuthException","code":{code},"error_data":{{"messaging_product":"whatsapp","details":{quoted}}},"fbtrace_id":"AFake"}}}}"#
    );
    response(out, status, JSON, headers, body.as_bytes());
    Reaction::answer(status)
}

fn unknown_path(out: &mut Vec<u8>) -> Reaction {
    refuse(out, 400, 100, "Unsupported request: object does not exist", "")
}

fn success(out: &mut Vec<u8>) -> Reaction {
    response(out, 200, JSON, "", br#"{"success":true}"#);
    Reaction::answer(200)
}

/// Keeps the public key of a number's forms.
fn keep_key(shared: &Shared, request: &Incoming, out: &mut Vec<u8>) -> Reaction {
    let text = String::from_utf8_lossy(&request.body);
    if !text.starts_with("business_public_key=-----BEGIN+PUBLIC+KEY-----") {
        return refuse(out, 400, 139_000, "Invalid public key", "");
    }
    *shared.form_key.lock() = Some(text.into_owned());
    success(out)
}

fn upload(shared: &Shared, request: &Incoming, out: &mut Vec<u8>) -> Reaction {
    let Some((mime, file)) = read_form(&request.content_type, &request.body) else {
        return refuse(out, 400, 131_053, "upload form", "");
    };
    let id = shared.files.lock().put(&mime, Bytes::copy_from_slice(&file));
    response(out, 200, JSON, "", format!(r#"{{"id":"{id}"}}"#).as_bytes());
    Reaction::answer(200)
}

fn resolve(shared: &Shared, id: &str, out: &mut Vec<u8>) -> Reaction {
    let Some(file) = shared.files.lock().get(id) else { return unknown_path(out) };
    let url = shared.media_url.lock().clone();
    let url = url.unwrap_or_else(|| format!("{}/files/{id}", shared.base_url));
    let mut mime = String::new();
    super::webhook::quote(&mut mime, &file.mime);
    let body = format!(
        r#"{{"url":"{url}","mime_type":{mime},"sha256":"{}","file_size":"{}","id":"{id}","messaging_product":"whatsapp"}}"#,
        file.sha256,
        file.bytes.len()
    );
    response(out, 200, JSON, "", body.as_bytes());
    Reaction::answer(200)
}

fn download(shared: &Shared, id: &str, out: &mut Vec<u8>) -> Reaction {
    let Some(file) = shared.files.lock().get(id) else {
        response(out, 404, "text/html", "", b"<html>expired</html>");
        return Reaction::answer(404);
    };
    response(out, 200, "application/octet-stream", "", &file.bytes);
    Reaction::answer(200)
}
