//! What a webhook says, signed as Standard Webhooks describes it: id, time and body under a secret
//! that both sides know.

use super::Kind;
use crate::mask;
use crate::port::store::{ConversationRow, EventRow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use relais_core::conversation::Event;
use relais_core::conversation::event::Author;
use relais_core::conversation::state::State;
use relais_core::message::Outbound;
use serde_json::{Value, json};
use sha2::Sha256;

/// What secrets begin with.
const PREFIX: &str = "whsec_";

/// The headers of a delivery.
pub(super) fn headers(
    secret: &str,
    id: &str,
    seconds: i64,
    body: &str,
) -> Vec<(&'static str, String)> {
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", format!("v1,{}", sign(secret, id, seconds, body))),
    ]
}

fn sign(secret: &str, id: &str, seconds: i64, body: &str) -> String {
    let text = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let key = STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

pub(super) fn secret(bytes: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The body: what happened, and where; nothing that was erased meanwhile.
pub(super) fn body(kind: Kind, row: &ConversationRow, event: &EventRow) -> Value {
    let state: Option<State> = serde_json::from_str(&row.state).ok();
    let contact = state
        .as_ref()
        .map(|state| json!({ "id": state.contact, "name": state.name, "phone": state.phone }));
    let fact = Event::from_parts(&event.data, event.content.as_deref()).ok();
    json!({
        "type": kind.as_str(),
        "timestamp": event.at.to_string(),
        "data": {
            "conversation": row.id,
            "number": row.number,
            "position": event.position,
            "status": row.status,
            "team": row.team,
            "assignee": row.assignee,
            "contact": contact,
            "event": fact.as_ref().map_or(Value::Null, details),
        },
    })
}

fn details(event: &Event) -> Value {
    match event {
        Event::MessageReceived { message, content, .. } => json!({
            "message": message,
            "type": content.as_ref().map(|inbound| inbound.content.kind()),
            "text": content.as_ref().map(|inbound| mask::cards(&inbound.content.preview())),
        }),
        Event::MessageSent { message, by, content, .. } => json!({
            "message": message,
            "by": match by {
                Author::Bot => "bot",
                Author::System => "system",
                Author::Agent(_) => "agent",
            },
            "type": content.as_ref().map(Outbound::kind),
            "text": content.as_ref().map(|content| content.text().to_owned()),
        }),
        Event::Escalated(escalated) => json!({
            "reason": escalated.reason, "topic": escalated.topic, "team": escalated.team,
            "tier": escalated.tier, "priority": escalated.priority,
        }),
        Event::Taken { agent, .. } | Event::Assigned { agent, .. } => json!({ "agent": agent }),
        Event::Transferred { team, tier, .. } => json!({ "team": team, "tier": tier }),
        Event::Resolved { by, abandoned, .. } => json!({ "by": by, "abandoned": abandoned }),
        Event::Rated { score, .. } => json!({ "score": score }),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the Standard Webhooks libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        let told = headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        let signature = &told[2].1;
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
