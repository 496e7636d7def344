//! What a unit costs, and in which order it runs.

#[path = "../../tests/support/conversation.rs"]
mod fresh;

use super::*;
use crate::sql::{contacts, conversations, log};
use relais_app::port::store::*;
use relais_core::id::{ChannelId, ContactId, MessageId};
use relais_core::time::Timestamp;
use uuid::Uuid;

const WS: WorkspaceId = WorkspaceId(Uuid::nil());
const CONVERSATION: ConversationId = ConversationId(Uuid::max());

fn at() -> Timestamp {
    Timestamp::from_secs(1)
}

fn receipt() -> Write {
    Write::Receipt(ReceiptRow {
        channel: ChannelId(Uuid::nil()),
        provider_id: "wamid".into(),
        conversation: Some(CONVERSATION),
        received_at: at(),
        outcome: "processed".into(),
        reason: String::new(),
        raw: "{}".into(),
    })
}

fn conversation() -> ConversationRow {
    fresh::fresh(CONVERSATION, ContactId(Uuid::nil()), ChannelId(Uuid::nil()), at())
}

fn event(position: i64) -> Write {
    Write::AppendEvent(EventRow {
        conversation: CONVERSATION,
        position,
        at: at(),
        kind: "message_received".into(),
        data: "{}".into(),
        content: None,
    })
}

fn outbox() -> Write {
    Write::Outbox(OutboxRow {
        id: MessageId(Uuid::nil()),
        seq: 0,
        conversation: CONVERSATION,
        position: 1,
        contact: ContactId(Uuid::nil()),
        channel: ChannelId(Uuid::nil()),
        business_number: "1".into(),
        class: OutboxClass::Bot,
        epoch: 0,
        content: "{}".into(),
        quotes: None,
        state: OutboxState::Queued,
        not_before: at(),
        attempts: 0,
        provider_id: None,
        delivery: None,
        error: None,
        error_code: None,
        created_at: at(),
        dispatched_at: None,
        resent: 0,
    })
}

fn search(position: i64) -> Write {
    Write::Search { conversation: CONVERSATION, position, folded: "bonjour".into() }
}

fn statements(unit: &[Write]) -> usize {
    plan(WS, None, unit).unwrap().in_order().len()
}

#[test]
fn a_message_stays_inside_its_statement_budget() {
    let update = Write::UpdateConversation {
        row: conversation(),
        expect: Expect { next_position: 1, owner_epoch: 0, fence: 0 },
    };
    let mut usual = vec![receipt(), update];
    usual.extend((1..=4).map(event));
    usual.extend([outbox(), outbox(), search(1), search(3)]);
    let dispatch = [Write::Dispatch { id: MessageId(Uuid::nil()), at: at() }];
    let accepted = [Write::AcceptedUnlessFailed {
        id: MessageId(Uuid::nil()),
        provider_id: "wamid".into(),
        at: at(),
    }];
    // Everything a message and its answer cost, in three units.
    let all = statements(&usual) + statements(&dispatch) + statements(&accepted);
    assert!(all <= 15, "{all}");

    let contact = ContactRow {
        id: ContactId(Uuid::nil()),
        name: None,
        phone: None,
        bsuid: None,
        language: None,
        attributes: "{}".into(),
        is_opted_out: false,
        created_at: at(),
        rectified: "{}".into(),
        is_restricted: false,
        revision: 0,
    };
    let identity = |kind| Identity { kind, value: "1".into() };
    let mut first = vec![
        receipt(),
        Write::NewContact { contact, identities: vec![identity("phone"), identity("bsuid")] },
        Write::OpenConversation(conversation()),
    ];
    first.extend((1..=6).map(event));
    first.extend([outbox(), outbox(), outbox()]);
    first.extend([search(1), search(3), search(4), search(5)]);
    assert!(statements(&first) <= 25, "{}", statements(&first));
}

#[test]
fn guards_come_first_and_words_last() {
    let unit = [search(1), event(1), outbox(), Write::OpenConversation(conversation()), receipt()];
    let set = plan(WS, None, &unit).unwrap();
    let order: Vec<_> = set.in_order().iter().map(|op| op.stmt).collect();
    assert_eq!(
        order[..3],
        [log::RECEIPT_INSERT, conversations::CONVERSATION_INSERT, conversations::COUNTER_NEXT]
    );
    assert_eq!(order.last(), Some(&log::SEARCH_INSERT));
    assert!(!order.contains(&contacts::CONTACT_INSERT));
}
