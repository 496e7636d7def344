//! Webhooks of the Cloud API, as bodies and as signatures.

use super::{SENTENCES, Target, kind_of, look};
use crate::Dice;
use bytes::Bytes;
use relais_adapters::channels::whatsapp_cloud::{CloudHook, parse, signature};
use relais_adapters::secret::Secret;
use relais_app::arrival::Item;
use relais_app::port::hook::{Hook as _, HookError};
use relais_core::time::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

const SECRET: &str = "relais-fuzz-app-secret";

fn hook() -> CloudHook {
    CloudHook {
        app_secrets: vec![Secret::new(SECRET)],
        verify_token: Secret::new("token"),
        number: "800000000000002".to_owned(),
        account: Some("900000000000001".to_owned()),
    }
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_800_000_000)
}

pub(super) struct Webhook;

impl Target for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let entries: Vec<Value> = (0..=dice.below(2))
            .map(|_| {
                let changes: Vec<Value> = (0..=dice.below(2)).map(|_| change(dice)).collect();
                json!({ "id": "900000000000001", "changes": changes })
            })
            .collect();
        let body = json!({ "object": "whatsapp_business_account", "entry": entries });
        serde_json::to_vec(&body).expect("a value is written")
    }

    fn words(&self) -> &[&'static str] {
        &[
            "messages",
            "statuses",
            "contacts",
            "metadata",
            "phone_number_id",
            "wa_id",
            "user_id",
            "from",
            "from_user_id",
            "timestamp",
            "type",
            "text",
            "body",
            "interactive",
            "button_reply",
            "list_reply",
            "nfm_reply",
            "image",
            "audio",
            "voice",
            "sticker",
            "reaction",
            "location",
            "contacts",
            "system",
            "unsupported",
            "errors",
            "context",
            "referral",
            "smb_message_echoes",
            "message_echoes",
            "user_id_update",
            "calls",
            "standby",
            "history",
            "status",
            "biz_opaque_callback_data",
            "edit",
            "revoke",
            "1800000000",
            "99999999999999999999",
            "-1",
            "played",
            "failed",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let header = signature::sign(&Secret::new(SECRET), input);
        let body = Bytes::copy_from_slice(input);
        let read = hook().read(&body, Some(header.as_bytes()), now());
        assert_eq!(
            read,
            hook().read(&body, Some(header.as_bytes()), now()),
            "read twice, it differs"
        );
        assert_eq!(hook().read(&body, None, now()), Err(HookError::Unsigned), "unsigned");
        let arrivals = match read {
            Ok(arrivals) => arrivals,
            Err(error) => return look(format!("{error:?}")),
        };
        let updates = parse(input, now()).expect("it was read before");
        assert_eq!(updates.len(), arrivals.len(), "an object was lost or made up");
        let mut kinds = Vec::new();
        for arrival in &arrivals {
            assert!(!arrival.receipt.is_empty(), "an object without a name");
            // It may be read again, and is no reason to fall over.
            let raw: Result<&RawValue, _> = serde_json::from_str(&arrival.raw);
            assert!(raw.is_ok(), "the raw object cannot be kept: {}", arrival.raw);
            let again = hook().reread(&arrival.raw, &arrival.business_number, now());
            kinds.push(format!("again {}", again.is_some()));
            kinds.push(match &arrival.item {
                Item::Message(message) => {
                    let is_known = message.sender.phone.is_some() || message.sender.bsuid.is_some();
                    assert!(is_known, "a message of nobody");
                    assert!(message.sent_at <= now(), "sent after it was received");
                    message.content.kind().to_owned()
                }
                Item::Status(report) => {
                    assert!(report.at <= now(), "reported after it was received");
                    format!("{:?} {:?}", report.status, report.error_code)
                }
                Item::Echo { content, .. } => format!("echo {}", content.kind()),
                Item::Past { lines, .. } => format!("past {}", lines.len().min(2)),
                Item::Moved { told, .. } => format!("moved {}", told.is_some()),
                Item::Template(news) => {
                    assert!(!news.name.is_empty(), "news of no template");
                    format!("template {:?}", std::mem::discriminant(&news.change))
                }
                Item::Notice { kind } => kind.clone(),
                Item::Unknown { kind, reason } => format!("{kind} {}", kind_of(reason)),
            });
        }
        kinds.sort();
        kinds.dedup();
        look(kinds)
    }
}

fn change(dice: &mut Dice) -> Value {
    let number = dice.word(&["800000000000002", "800000000000003", ""]);
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "33199000042", "phone_number_id": number },
        "contacts": [{ "profile": { "name": "Léa" }, "wa_id": "33639980012", "user_id": "FR.71" }],
    });
    let field = match dice.below(8) {
        0..=4 => {
            let messages: Vec<Value> = (0..=dice.below(4)).map(|_| message(dice)).collect();
            value["messages"] = json!(messages);
            "messages"
        }
        5 | 6 => {
            let statuses: Vec<Value> = (0..=dice.below(4)).map(|_| status(dice)).collect();
            value["statuses"] = json!(statuses);
            "messages"
        }
        _ => {
            value["message_echoes"] = json!([message(dice)]);
            "smb_message_echoes"
        }
    };
    json!({ "field": field, "value": value })
}

fn message(dice: &mut Dice) -> Value {
    let text = dice.word(SENTENCES);
    let media =
        || json!({ "id": "4242", "mime_type": "image/jpeg", "sha256": "aa=", "caption": text });
    let (kind, content) = match dice.below(14) {
        0..=2 => ("text", json!({ "body": text })),
        3 => ("image", media()),
        4 => ("audio", json!({ "id": "4243", "mime_type": "audio/ogg", "voice": true })),
        5 => ("sticker", media()),
        6 => ("location", json!({ "latitude": 48.85, "longitude": 2.35, "name": text })),
        7 => ("reaction", json!({ "message_id": "wamid.1", "emoji": "👍" })),
        8 => ("button", json!({ "payload": "p", "text": text })),
        9 => (
            "interactive",
            json!({ "type": "button_reply", "button_reply": { "id": "flow:1", "title": text } }),
        ),
        10 => (
            "interactive",
            json!({ "type": "nfm_reply", "nfm_reply": { "response_json": "{\"a\":1}", "body": "Sent", "name": "flow" } }),
        ),
        11 => (
            "contacts",
            json!([{ "name": { "formatted_name": text }, "phones": [{ "phone": "+33612", "wa_id": "33612" }] }]),
        ),
        12 => (
            "system",
            json!({ "body": text, "type": "user_changed_number", "wa_id": "33639980013" }),
        ),
        _ => ("unsupported", json!({})),
    };
    let mut message = json!({
        "from": "33639980012",
        "from_user_id": "FR.71",
        "id": format!("wamid.{}", dice.below(1_000)),
        "timestamp": (1_799_999_000 + dice.below(2_000)).to_string(),
        "type": kind,
    });
    message[kind] = content;
    if dice.percent(20) {
        message["context"] = json!({ "from": "33199000042", "id": "wamid.out.1" });
    }
    if dice.percent(10) {
        message["errors"] = json!([{ "code": 131_051, "title": "unsupported" }]);
    }
    message
}

fn status(dice: &mut Dice) -> Value {
    let word = dice.word(&["sent", "delivered", "read", "played", "failed", "deleted"]);
    let mut status = json!({
        "id": format!("wamid.out.{}", dice.below(100)),
        "status": word,
        "timestamp": "1799999999",
        "recipient_id": "33639980012",
        "biz_opaque_callback_data": "01890000-0000-7000-8000-000000000000",
        "pricing": { "billable": true, "category": "service", "pricing_model": "PMP" },
    });
    if dice.percent(30) {
        status["errors"] = json!([{ "code": 131_047, "title": "Re-engagement message" }]);
    }
    status
}

pub(super) struct Signature;

const BODY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;

impl Target for Signature {
    fn name(&self) -> &'static str {
        "signature"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let secret = dice.word(&[SECRET, "other", ""]);
        signature::sign(&Secret::new(secret), BODY).into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &["sha256=", "sha1=", "SHA256=", "00", "ff", "=", " "]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let secrets = [Secret::new(SECRET)];
        let right = signature::sign(&secrets[0], BODY);
        let accepted = signature::check(&secrets, BODY, Some(input)).is_ok();
        // Hexadecimal digits may be capitals; nothing else may differ.
        let is_right = input
            .strip_prefix(b"sha256=")
            .is_some_and(|hex| hex.eq_ignore_ascii_case(&right.as_bytes()[7..]));
        assert_eq!(accepted, is_right, "accepted {accepted}, right {is_right}");
        assert!(signature::check(&[], BODY, Some(input)).is_err(), "no secret, no entry");
        look((accepted, input.len().min(72), input.starts_with(b"sha256=")))
    }
}
