//! Webhook bodies as the provider writes them: every inbound kind, batches, signatures.
//!
//! Like on the real wire, everything beyond ASCII is written as `\uXXXX`, so that a receiver that
//! signs a re-serialised body fails here too.

mod inbound;

pub use inbound::*;

use hmac::{Hmac, KeyInit, Mac};
use relais_app::hex;
use sha2::Sha256;
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// A report on one of the business's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    Sent,
    Delivered,
    Read,
    Played,
    Failed(i64),
}

/// Value of the signature header for a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(&mac.finalize().into_bytes()))
}

/// Seconds since the epoch.
pub fn unix(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A webhook body under construction: changes of one account, each for one number.
#[derive(Debug)]
pub struct Batch {
    account: String,
    /// Finished changes, comma separated.
    changes: String,
    metadata: String,
    contacts: String,
    messages: String,
    statuses: String,
}

impl Batch {
    pub fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            changes: String::new(),
            metadata: String::new(),
            contacts: String::new(),
            messages: String::new(),
            statuses: String::new(),
        }
    }

    /// A batch for one number with the usual fictional ids.
    pub fn for_number(number: &str) -> Self {
        let mut batch = Self::new("900000000000001");
        batch.number(number, "33199000042");
        batch
    }

    /// What follows is about that number.
    pub fn number(&mut self, id: &str, display: &str) -> &mut Self {
        self.close();
        self.metadata =
            format!(r#"{{"display_phone_number":"{display}","phone_number_id":"{id}"}}"#);
        self
    }

    pub fn contact(&mut self, wa_id: &str, name: &str, user_id: Option<&str>) -> &mut Self {
        separate(&mut self.contacts);
        self.contacts.push_str(r#"{"profile":{"name":"#);
        quote(&mut self.contacts, name);
        self.contacts.push('}');
        if !wa_id.is_empty() {
            let _ = write!(self.contacts, r#","wa_id":"{wa_id}""#);
        }
        if let Some(user_id) = user_id {
            let _ = write!(self.contacts, r#","user_id":"{user_id}""#);
        }
        self.contacts.push('}');
        self
    }

    /// A message object, made by one of the `inbound_*` functions or by hand.
    pub fn message(&mut self, object: &str) -> &mut Self {
        separate(&mut self.messages);
        self.messages.push_str(object);
        self
    }

    pub fn status(
        &mut self,
        id: &str,
        report: Report,
        at: u64,
        to: &str,
        callback_id: Option<&str>,
    ) -> &mut Self {
        let out = &mut self.statuses;
        separate(out);
        let word = match report {
            Report::Sent => "sent",
            Report::Delivered => "delivered",
            Report::Read => "read",
            Report::Played => "played",
            Report::Failed(_) => "failed",
        };
        let key = if to.contains('.') { "recipient_user_id" } else { "recipient_id" };
        let to = to.trim_start_matches('+');
        let _ = write!(out, r#"{{"id":"{id}","status":"{word}","timestamp":"{at}","{key}":"{to}""#);
        if let Some(callback_id) = callback_id {
            out.push_str(r#","biz_opaque_callback_data":"#);
            quote(out, callback_id);
        }
        match report {
            Report::Sent | Report::Delivered => out.push_str(
                r#","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"service"}"#,
            ),
            Report::Failed(code) => {
                let _ = write!(
                    out,
                    r#","errors":[{{"code":{code},"title":"Failed","message":"Failed","error_data":{{"details":"on request"}}}}]"#
                );
            }
            Report::Read | Report::Played => {}
        }
        out.push('}');
        self
    }

    /// A finished change of any field.
    pub fn change(&mut self, field: &str, value: &str) -> &mut Self {
        self.close();
        separate(&mut self.changes);
        let _ = write!(self.changes, r#"{{"value":{value},"field":"{field}"}}"#);
        self
    }

    /// The whole body.
    pub fn body(mut self) -> Vec<u8> {
        self.close();
        format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{}","changes":[{}]}}]}}"#,
            self.account, self.changes
        )
        .into_bytes()
    }

    fn close(&mut self) {
        if self.messages.is_empty() && self.statuses.is_empty() {
            return;
        }
        separate(&mut self.changes);
        let out = &mut self.changes;
        let _ = write!(
            out,
            r#"{{"value":{{"messaging_product":"whatsapp","metadata":{}"#,
            self.metadata
        );
        for (name, list) in [
            ("contacts", &mut self.contacts),
            ("messages", &mut self.messages),
            ("statuses", &mut self.statuses),
        ] {
            if !list.is_empty() {
                let _ = write!(out, r#","{name}":[{list}]"#);
                list.clear();
            }
        }
        out.push_str(r#"},"field":"messages"}"#);
    }
}

fn separate(list: &mut String) {
    if !list.is_empty() {
        list.push(',');
    }
}

/// Appends a JSON string in pure ASCII.
pub fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '/' => out.push_str("\\/"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_body_is_written_and_signed_as_the_provider_does() {
        let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"900000000000001","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"33199000042","phone_number_id":"800000000000002"},"contacts":[{"profile":{"name":"L\u00e9a"},"wa_id":"33639980012","user_id":"FR.7102938475610293847"}],"messages":[{"from":"33639980012","from_user_id":"FR.7102938475610293847","id":"wamid.DEMO0001","timestamp":"1795338000","type":"text","text":{"body":"o\u00f9 est ma commande ?"}}]},"field":"messages"}]}]}"#;
        let mut batch = Batch::for_number("800000000000002");
        batch.contact("33639980012", "Léa", Some("FR.7102938475610293847")).message(
            &inbound_text_of(
                "33639980012",
                Some("FR.7102938475610293847"),
                "wamid.DEMO0001",
                1_795_338_000,
                "où est ma commande ?",
            ),
        );
        assert_eq!(String::from_utf8(batch.body()).unwrap(), body);
        assert_eq!(
            signature("relais-demo-app-secret", body.as_bytes()),
            "sha256=ca31955072ce06077d9e918d3e67c79cb5a960a4ebfbb3ff3e16c096e58e8453"
        );
    }

    #[test]
    fn quoting_survives_a_round_trip() {
        for text in ["", "plain", "é ù 👋🏽 \u{0} \u{7f} \" \\ / \n\r\t", "\u{2028}\u{feff}"]
        {
            let mut out = String::new();
            quote(&mut out, text);
            assert!(out.is_ascii());
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
