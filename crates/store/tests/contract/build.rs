//! Rows for tests, with everything filled in.

use crate::conversation::fresh;
use relais_app::port::store::*;
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId};
use relais_core::time::Timestamp;
use uuid::Uuid;

pub const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(0xC0));

pub fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_750_000_000 + secs)
}

/// Ids from small numbers; each kind has its own space.
pub fn id(kind: u128, n: u64) -> Uuid {
    Uuid::from_u128((kind << 96) | u128::from(n))
}

pub fn contact_id(n: u64) -> ContactId {
    ContactId(id(1, n))
}

pub fn conversation_id(n: u64) -> ConversationId {
    ConversationId(id(2, n))
}

pub fn message_id(n: u64) -> MessageId {
    MessageId(id(3, n))
}

/// The small number of a message.
pub fn number_of(row: &OutboxRow) -> u64 {
    row.id.0.as_u64_pair().1
}

pub fn phone(n: u64) -> String {
    format!("+3360000{n:04}")
}

pub fn contact(n: u64) -> ContactRow {
    ContactRow {
        id: contact_id(n),
        name: Some(format!("Léa {n}")),
        phone: Some(phone(n)),
        bsuid: None,
        language: Some("fr".into()),
        attributes: r#"{"segment":"vip"}"#.into(),
        is_opted_out: false,
        created_at: at(0),
        rectified: "{}".into(),
        is_restricted: false,
        revision: 0,
    }
}

pub fn new_contact(n: u64) -> Write {
    Write::NewContact {
        contact: contact(n),
        identities: vec![Identity { kind: "phone", value: phone(n) }],
    }
}

/// A fresh conversation of the contact with the same number, owned by the bot.
pub fn conversation(n: u64) -> ConversationRow {
    fresh(conversation_id(n), contact_id(n), CHANNEL, at(n as i64))
}

pub fn event(n: u64, position: i64) -> EventRow {
    EventRow {
        conversation: conversation_id(n),
        position,
        at: at(position),
        kind: "message_received".into(),
        data: r#"{"kind":"text"}"#.into(),
        content: Some(r#"{"body":"Bonjour \u0000"}"#.into()),
    }
}

pub fn receipt(provider_id: &str, conversation: Option<u64>) -> ReceiptRow {
    ReceiptRow {
        channel: CHANNEL,
        provider_id: provider_id.into(),
        conversation: conversation.map(conversation_id),
        received_at: at(0),
        outcome: "processed".into(),
        reason: String::new(),
        raw: "{}".into(),
    }
}

/// Message `n` of conversation `c`, caused by its event 1.
pub fn outbox(n: u64, c: u64, class: OutboxClass) -> OutboxRow {
    OutboxRow {
        id: message_id(n),
        seq: 0,
        conversation: conversation_id(c),
        position: 1,
        contact: contact_id(c),
        channel: CHANNEL,
        business_number: "100".into(),
        class,
        epoch: 0,
        content: r#"{"type":"text","body":"Bonjour"}"#.into(),
        quotes: None,
        state: OutboxState::Queued,
        not_before: at(0),
        attempts: 0,
        provider_id: None,
        delivery: None,
        error: None,
        error_code: None,
        created_at: at(0),
        dispatched_at: None,
        resent: 0,
    }
}

/// What the conversation's row must still be.
pub fn expect(row: &ConversationRow) -> Expect {
    Expect::from(row)
}

/// Contact and conversation `n` with `events` events.
pub async fn opened(store: &dyn Store, n: u64, events: i64) -> ConversationRow {
    let mut row = conversation(n);
    row.next_position = events + 1;
    let mut unit = vec![new_contact(n), Write::OpenConversation(row)];
    unit.extend((1..=events).map(|position| Write::AppendEvent(event(n, position))));
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    store.conversation(conversation_id(n)).await.unwrap().unwrap()
}

/// Contact and conversation `n` with an event for each text.
pub async fn said(store: &dyn Store, n: u64, texts: &[&str]) -> ConversationRow {
    let mut row = conversation(n);
    row.next_position = texts.len() as i64 + 1;
    let mut unit = vec![new_contact(n), Write::OpenConversation(row)];
    for (text, position) in texts.iter().zip(1..) {
        let (conversation, folded) = (conversation_id(n), (*text).into());
        unit.push(Write::AppendEvent(event(n, position)));
        unit.push(Write::Search { conversation, position, folded });
    }
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    store.conversation(conversation_id(n)).await.unwrap().unwrap()
}

/// An update of a row as it was read, guarded.
pub fn updated(row: &ConversationRow, change: impl FnOnce(&mut ConversationRow)) -> Write {
    let mut next = row.clone();
    change(&mut next);
    Write::UpdateConversation { row: next, expect: expect(row) }
}

pub fn notification(n: u64, team: &str) -> NotificationRow {
    NotificationRow {
        seq: 0,
        at: at(0),
        escalation: relais_core::id::EscalationId(id(4, n)),
        conversation: conversation_id(n),
        contact: contact_id(n),
        team: team.into(),
        channel: "web".into(),
        payload: r#"{"title":"À vous"}"#.into(),
    }
}
