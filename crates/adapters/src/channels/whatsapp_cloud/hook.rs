//! The inbound side of a Cloud API channel: provider updates become arrivals. Pure.

use super::account::AccountEvent;
use super::echo::{Echo, Speaker};
use super::inbound::{IdentityChange, Message};
use super::past::{PastMessage, Spoken, Thread};
use super::signature;
use super::status::{Pricing, Status};
use super::verify::{self, Query};
use super::webhook::{Item as Meaning, Update, parse};
use crate::secret::Secret;
use bytes::Bytes;
use relais_app::arrival::{Arrival, Item, PastLine, Report};
use relais_app::costs::Price;
use relais_app::port::hook::{Hook, HookError};
use relais_core::conversation::past::Said;
use relais_core::id::MessageId;
use relais_core::message::{Content, MediaSource, Outbound, Sender};
use relais_core::time::Timestamp;
use serde_json::value::RawValue;

/// What a channel needs to trust a delivery.
#[derive(Debug)]
pub struct CloudHook {
    /// The app's secret; two while it is being changed.
    pub app_secrets: Vec<Secret>,
    pub verify_token: Secret,
    /// The channel's number, and the account it belongs to: news of the account name no number.
    pub number: String,
    pub account: Option<String>,
}

impl Hook for CloudHook {
    fn challenge(&self, query: &[(String, String)]) -> Option<String> {
        let value = |key: &str| {
            let found = query.iter().find(|(k, _)| k == key);
            found.map(|(_, v)| v.clone()).unwrap_or_default()
        };
        let query = Query {
            mode: value("hub.mode"),
            verify_token: value("hub.verify_token"),
            challenge: value("hub.challenge"),
        };
        verify::challenge(query, &self.verify_token)
    }

    fn reread(&self, raw: &str, business_number: &str, received_at: Timestamp) -> Option<Arrival> {
        let object: &RawValue = serde_json::from_str(raw).ok()?;
        let number = serde_json::Value::from(business_number);
        // As text: a number in the object may be too large for any value.
        let body = format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages",
            "value":{{"metadata":{{"phone_number_id":{number}}},"messages":[{object}]}}}}]}}]}}"#
        );
        let mut updates = parse(body.as_bytes(), received_at).ok()?.into_iter();
        updates.next().map(|update| self.arrival(update))
    }

    fn read(
        &self,
        body: &Bytes,
        signature: Option<&[u8]>,
        received_at: Timestamp,
    ) -> Result<Vec<Arrival>, HookError> {
        signature::check(&self.app_secrets, body, signature).map_err(
            |rejected| match rejected {
                signature::Rejected::NoSecret => HookError::NoSecret,
                signature::Rejected::Mismatch => HookError::Unsigned,
            },
        )?;
        let updates = parse(body, received_at).map_err(|e| HookError::Malformed(e.to_string()))?;
        Ok(updates.into_iter().map(|update| self.arrival(update)).collect())
    }
}

impl CloudHook {
    fn arrival(&self, update: Update) -> Arrival {
        let is_of_account = update.account.is_some() && update.account == self.account;
        let of_account = is_of_account && matches!(update.item, Meaning::Account(_));
        let mut arrival = arrival(update);
        if of_account && arrival.business_number.is_empty() {
            arrival.business_number.clone_from(&self.number);
        }
        arrival
    }
}

/// Receipts: the message's id for messages, its id and the report for statuses (one message has
/// several), a hash of the object for what has no id.
fn arrival(update: Update) -> Arrival {
    let Update { business_number, key, raw, item, .. } = update;
    let (receipt, item) = match item {
        Meaning::Message(message) => {
            (Some(message.inbound.provider_id.clone()), of_message(*message))
        }
        Meaning::Status(status) => of_status(*status),
        Meaning::Echo(echo) => (Some(echo.provider_id.clone()), of_echo(*echo)),
        Meaning::Past(thread) => (None, of_past(*thread)),
        Meaning::Account(event) => (None, of_account(&event)),
        Meaning::Unparsed { reason } => (None, Item::Unknown { kind: "unparsed".into(), reason }),
    };
    // An observer's copy of a message must not stand in the way of the message itself.
    let is_copy = key.starts_with("standby:");
    let receipt = receipt.filter(|_| !is_copy).unwrap_or(key);
    Arrival { receipt, business_number: business_number.unwrap_or_default(), raw, item }
}

fn of_message(message: Message) -> Item {
    if message.standby {
        return Item::Notice { kind: "standby message".into() };
    }
    if message.group.is_some() {
        // Nobody answers a group by itself.
        return Item::Notice { kind: "group message".into() };
    }
    match message.identity_change {
        // The notice belongs to the person under their new address.
        Some(IdentityChange { old, new }) => {
            let mut inbound = message.inbound;
            inbound.sender.phone = new.phone.clone().or(inbound.sender.phone);
            inbound.sender.bsuid = new.bsuid.clone().or(inbound.sender.bsuid);
            Item::Moved { old, new, told: Some(Box::new(inbound)) }
        }
        None => Item::Message(Box::new(message.inbound)),
    }
}

fn of_status(status: Status) -> (Option<String>, Item) {
    let member = status.participant.map(|p| format!(":{p}")).unwrap_or_default();
    let receipt = format!("{}:{}{member}", status.provider_id, status.word);
    let Some(delivery) = status.delivery.filter(|_| !status.standby) else {
        return (Some(receipt), Item::Notice { kind: format!("status {}", status.word) });
    };
    let failure = status.failure;
    let report = Report {
        provider_id: status.provider_id,
        callback: status.callback_id.and_then(|id| id.parse::<MessageId>().ok()),
        status: delivery,
        at: status.at,
        error_code: failure.as_ref().and_then(|f| f.code),
        error: failure.map(|f| f.text.en.to_owned()),
        price: status.pricing.map(price),
    };
    (Some(receipt), Item::Status(report))
}

fn price(pricing: Pricing) -> Price {
    Price {
        category: pricing.category.unwrap_or_default(),
        kind: pricing.kind.unwrap_or_default().to_lowercase(),
        model: pricing.model.unwrap_or_default(),
        is_billable: pricing.billable,
    }
}

fn of_echo(echo: Echo) -> Item {
    if echo.speaker == Speaker::OtherResponder {
        return Item::Notice { kind: "message of another responder".into() };
    }
    let to = Sender { phone: echo.to.phone, bsuid: echo.to.bsuid, ..Sender::default() };
    Item::Echo {
        to,
        provider_id: echo.provider_id,
        sent_at: echo.sent_at,
        content: said(echo.content),
    }
}

fn of_past(thread: Thread) -> Item {
    let line = |line: PastMessage| PastLine {
        provider_id: line.provider_id,
        raw: line.raw,
        at: line.at,
        delivery: line.delivery,
        said: match line.said {
            Spoken::Customer(inbound) => Said::Customer(inbound),
            Spoken::Colleague(content) => Said::Colleague(said(content)),
        },
    };
    Item::Past { with: thread.with, lines: thread.messages.into_iter().map(line).collect() }
}

/// What a colleague sent from the phone, as something we might have sent.
fn said(content: Content) -> Outbound {
    match content {
        Content::Media { kind, media_id: Some(id), caption, filename, .. } => {
            Outbound::Media { kind, source: MediaSource::Id(id), caption, filename }
        }
        Content::Reaction { target, emoji: Some(emoji) } => Outbound::Reaction { target, emoji },
        Content::Text { body } => Outbound::Text { body },
        other => {
            let words = other.preview();
            let body = if words.is_empty() { format!("[{}]", other.kind()) } else { words };
            Outbound::Text { body }
        }
    }
}

fn of_account(event: &AccountEvent) -> Item {
    let notice = |kind: String| Item::Notice { kind };
    match event {
        AccountEvent::Identity(IdentityChange { old, new }) => {
            Item::Moved { old: old.clone(), new: new.clone(), told: None }
        }
        AccountEvent::Preference { category, allows, .. } => {
            let word = if *allows { "resumed" } else { "stopped" };
            notice(format!("{category} {word}"))
        }
        AccountEvent::Call { event, .. } => notice(format!("call {event}")),
        AccountEvent::Template(news) => Item::Template(news.clone()),
        AccountEvent::Handover { to_us, .. } => {
            notice(if *to_us { "thread passed to us" } else { "thread passed on" }.to_owned())
        }
        AccountEvent::Number { event, .. } => notice(format!("number {event}")),
        AccountEvent::Health { field, event, .. } => notice(format!("{field} {event}")),
        AccountEvent::Errors(errors) => {
            let codes: Vec<String> =
                errors.iter().filter_map(|e| e.code).map(|c| c.to_string()).collect();
            notice(format!("errors {}", codes.join(" ")).trim_end().to_owned())
        }
        AccountEvent::HistoryRefused(code) => {
            notice(format!("history refused {}", code.unwrap_or_default()))
        }
        AccountEvent::Other { field } => {
            Item::Unknown { kind: field.clone(), reason: "unknown field".into() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relais_core::message::Delivery;
    use relais_sim::graph::webhook::{
        Batch, Report as Sim, inbound, inbound_number_change, inbound_text, signature,
    };

    const SECRET: &str = "an app secret";

    fn hook() -> CloudHook {
        CloudHook {
            app_secrets: vec![Secret::new(SECRET)],
            verify_token: Secret::new("a verify token"),
            number: "800000000000002".to_owned(),
            account: Some("900000000000001".to_owned()),
        }
    }

    fn read(body: Vec<u8>) -> Result<Vec<Arrival>, HookError> {
        let signed = signature(SECRET, &body);
        let now = Timestamp::from_secs(1_800_000_000);
        hook().read(&body.into(), Some(signed.as_bytes()), now)
    }

    #[test]
    fn an_object_with_a_number_beyond_all_bounds_is_read_again() {
        let raw = r#"{"from":"33639980101","id":"wamid.1","type":"text","timestamp":7e807}"#;
        let again = hook().reread(raw, "800000000000002", Timestamp::from_secs(1_800_000_000));
        assert_eq!(again.unwrap().business_number, "800000000000002");
    }

    #[test]
    fn messages_and_reports_keep_their_receipts() {
        let mut batch = Batch::for_number("800000000000002");
        batch.contact("33639980101", "Claire", None);
        batch.message(&inbound_text("33639980101", "wamid.A", 1_799_999_990, "bonjour"));
        batch.message(&inbound(
            "33639980101",
            "wamid.B",
            1_799_999_991,
            "hologram",
            r#""hologram":{}"#,
        ));
        let id = "01890000-0000-7000-8000-000000000001";
        batch.status("wamid.X", Sim::Delivered, 1_799_999_992, "33639980101", Some(id));
        batch.status("wamid.X", Sim::Failed(131_026), 1_799_999_993, "33639980101", None);
        let arrivals = read(batch.body()).unwrap();
        let receipts: Vec<&str> = arrivals.iter().map(|a| a.receipt.as_str()).collect();
        assert_eq!(receipts, ["wamid.A", "wamid.B", "wamid.X:delivered", "wamid.X:failed"]);
        assert!(arrivals.iter().all(|a| a.business_number == "800000000000002"));
        let Item::Message(text) = &arrivals[0].item else { panic!("{:?}", arrivals[0].item) };
        assert_eq!(text.sender.phone.as_deref(), Some("+33639980101"));
        let Item::Message(unknown) = &arrivals[1].item else { panic!("{:?}", arrivals[1].item) };
        assert!(matches!(unknown.content, Content::Unsupported { .. }));
        let Item::Status(report) = &arrivals[2].item else { panic!("{:?}", arrivals[2].item) };
        assert_eq!(report.callback.map(|c| c.to_string()).as_deref(), Some(id));
        let price = report.price.as_ref().map(Price::word);
        assert_eq!(price.as_deref(), Some("service|regular|PMP|yes"));
        let Item::Status(failed) = &arrivals[3].item else { panic!("{:?}", arrivals[3].item) };
        assert_eq!((failed.status, failed.error_code), (Delivery::Failed, Some(131_026)));
        assert!(failed.error.is_some());
    }

    #[test]
    fn an_unknown_field_is_kept_under_a_hash_of_its_content() {
        let mut batch = Batch::new("900000000000001");
        batch.change("moon_phase", r#"{"phase":"full"}"#);
        let first = read(batch.body()).unwrap();
        assert_eq!(first.len(), 1);
        assert!(first[0].receipt.starts_with("content:"), "{}", first[0].receipt);
        assert!(matches!(&first[0].item, Item::Unknown { kind, .. } if kind == "moon_phase"));
    }

    #[test]
    fn news_of_the_account_are_its_channels_and_those_of_others_are_nobodys() {
        let news = r#"{"event":"PAUSED","message_template_name":"suivi","message_template_language":"fr","reason":"NONE"}"#;
        let read_of = |account: &str| {
            let mut batch = Batch::new(account);
            batch.change("message_template_status_update", news);
            read(batch.body()).unwrap().remove(0)
        };
        let ours = read_of("900000000000001");
        assert_eq!(ours.business_number, "800000000000002");
        assert!(matches!(&ours.item, Item::Template(news) if news.name == "suivi"));
        assert_eq!(read_of("900000000000009").business_number, "");
    }

    #[test]
    fn a_message_of_the_phone_app_is_an_echo() {
        let mut batch = Batch::new("900000000000001");
        batch.change(
            "smb_message_echoes",
            r#"{"messaging_product":"whatsapp","metadata":{"display_phone_number":"33199000042","phone_number_id":"800000000000002"},"message_echoes":[{"from":"33199000042","to":"33639980101","id":"wamid.E","timestamp":"1799999990","type":"text","text":{"body":"Bonjour, c'est Nadia"}}]}"#,
        );
        let arrivals = read(batch.body()).unwrap();
        let Item::Echo { to, content, .. } = &arrivals[0].item else { panic!("{arrivals:?}") };
        assert_eq!(to.phone.as_deref(), Some("+33639980101"));
        assert_eq!(content.text(), "Bonjour, c'est Nadia");
        assert_eq!(arrivals[0].receipt, "wamid.E");
    }

    #[test]
    fn a_new_number_or_id_of_a_person_is_told() {
        let mut batch = Batch::for_number("800000000000002");
        batch.message(&inbound_number_change(
            "33639980101",
            "wamid.N",
            1_799_999_990,
            "33639980188",
            "FR.7002",
        ));
        batch.change(
            "user_id_update",
            r#"{"messaging_product":"whatsapp","metadata":{"display_phone_number":"33199000042","phone_number_id":"800000000000002"},"user_id_update":[{"wa_id":"33639980101","detail":"User id has been updated.","user_id":{"previous":"FR.7001","current":"FR.7002"},"timestamp":"1799999991"}]}"#,
        );
        let arrivals = read(batch.body()).unwrap();
        assert_eq!(arrivals[0].receipt, "wamid.N");
        let Item::Moved { old, new, told: Some(told) } = &arrivals[0].item else {
            panic!("{:?}", arrivals[0].item)
        };
        assert_eq!(old.phone.as_deref(), Some("+33639980101"));
        assert_eq!(new.phone.as_deref(), Some("+33639980188"));
        assert_eq!(told.sender.phone, new.phone, "the notice is in the person's thread");
        let Item::Moved { old, new, told: None } = &arrivals[1].item else {
            panic!("{:?}", arrivals[1].item)
        };
        assert_eq!(
            (old.bsuid.as_deref(), new.bsuid.as_deref()),
            (Some("FR.7001"), Some("FR.7002"))
        );
        assert_eq!(arrivals[1].business_number, "800000000000002");
    }

    #[test]
    fn nothing_unsigned_and_nothing_unreadable_is_taken() {
        let body = Batch::for_number("1").body();
        let now = Timestamp::from_secs(1);
        let unsigned = hook().read(&body.clone().into(), None, now);
        assert_eq!(unsigned, Err(HookError::Unsigned));
        let without = CloudHook { app_secrets: Vec::new(), ..hook() };
        let forged = signature("", &body);
        let refused = without.read(&body.into(), Some(forged.as_bytes()), now);
        assert_eq!(refused, Err(HookError::NoSecret));
        assert!(matches!(read(b"[]".to_vec()), Err(HookError::Malformed(_))));
        assert!(matches!(read(vec![0xff]), Err(HookError::Malformed(_))));
    }

    #[test]
    fn the_handshake_needs_our_token() {
        let ask = |token: &str| {
            let pairs =
                [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", "42")];
            hook().challenge(&pairs.map(|(k, v)| (k.to_owned(), v.to_owned())))
        };
        assert_eq!(ask("a verify token").as_deref(), Some("42"));
        assert_eq!(ask("wrong"), None);
        assert_eq!(ask(""), None);
    }
}
