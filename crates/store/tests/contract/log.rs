//! Receipts, contacts, conversations and their events.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::message::Sender;

pub async fn a_unit_is_read_as_it_was_written(place: Place) {
    let store = place.open().await;
    let mut row = conversation(1);
    row.next_position = 3;
    let unit = vec![
        Write::Receipt(receipt("wamid.1", Some(1))),
        new_contact(1),
        Write::OpenConversation(row.clone()),
        Write::AppendEvent(event(1, 1)),
        Write::AppendEvent(event(1, 2)),
        Write::Search { conversation: row.id, position: 1, folded: "bonjour".into() },
        Write::Outbox(outbox(1, 1, OutboxClass::Bot)),
        Write::Outbox(outbox(2, 1, OutboxClass::Bot)),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);

    row.number = 1;
    assert_eq!(store.conversation(row.id).await.unwrap(), Some(row.clone()));
    assert_eq!(store.latest_conversation(CHANNEL, row.contact).await.unwrap(), Some(row.clone()));
    assert_eq!(store.conversations_of(row.contact).await.unwrap(), [row.clone()]);
    assert_eq!(store.contact(row.contact).await.unwrap(), Some(contact(1)));
    let sender = Sender { phone: Some(phone(1)), ..Sender::default() };
    assert_eq!(store.contact_of(&sender).await.unwrap(), Some(contact(1)));
    assert_eq!(store.events(row.id, 0, 10).await.unwrap(), [event(1, 1), event(1, 2)]);
    assert_eq!(store.events(row.id, 1, 10).await.unwrap(), [event(1, 2)]);
    assert_eq!(store.events(row.id, 0, 1).await.unwrap(), [event(1, 1)]);
    let sent = store.outbox_of_conversation(row.id).await.unwrap();
    assert!(sent[0].seq < sent[1].seq);
    for (sent, n) in sent.iter().zip(1..) {
        assert_eq!(*sent, OutboxRow { seq: sent.seq, ..outbox(n, 1, OutboxClass::Bot) });
    }
    assert_eq!(store.receipt(CHANNEL, "wamid.1").await.unwrap(), Some(receipt("wamid.1", Some(1))));
    let orphans = store.orphans().await.unwrap();
    assert!(orphans.iter().all(|(_, count)| *count == 0), "{orphans:?}");
}

pub async fn a_stale_guard_is_a_conflict_and_writes_nothing(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let append = |position| {
        vec![
            Write::AppendEvent(event(1, position)),
            updated(&row, |row| row.next_position = position + 1),
            Write::Gap { conversation: row.id, at: at(1), question: "?".into() },
        ]
    };
    assert_eq!(store.commit(append(2)).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(append(2)).await.unwrap(), Committed::Conflict);
    for stale in [
        Expect { next_position: 2, owner_epoch: 0, fence: 0 },
        Expect { next_position: 3, owner_epoch: 1, fence: 0 },
        Expect { next_position: 3, owner_epoch: 0, fence: 1 },
    ] {
        let mut next = row.clone();
        next.next_position = 4;
        let unit = vec![
            Write::Receipt(receipt("wamid.x", Some(1))),
            Write::UpdateConversation { row: next, expect: stale },
        ];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Conflict, "{stale:?}");
        assert_eq!(store.receipt(CHANNEL, "wamid.x").await.unwrap(), None, "{stale:?}");
    }
    assert_eq!(store.gaps_between(at(0), at(9)).await.unwrap().len(), 1);
    assert_eq!(store.conversation(row.id).await.unwrap().unwrap().next_position, 3);
}

pub async fn an_append_without_its_guard_is_refused(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let other = opened(&*store, 2, 1).await;
    let unit = vec![Write::AppendEvent(event(1, 2)), updated(&other, |_| {})];
    assert!(matches!(store.commit(unit).await, Err(StoreError::Bug(_))));
    let unit = vec![Write::Outbox(outbox(1, 1, OutboxClass::Bot))];
    assert!(matches!(store.commit(unit).await, Err(StoreError::Bug(_))));
    assert_eq!(store.events(row.id, 0, 9).await.unwrap().len(), 1);
}

pub async fn a_second_receipt_is_a_duplicate_and_writes_nothing(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let unit = vec![
        Write::AppendEvent(event(1, 2)),
        updated(&row, |row| row.next_position = 3),
        Write::Receipt(receipt("wamid.1", Some(1))),
    ];
    assert_eq!(store.commit(unit.clone()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Duplicate);
    assert_eq!(store.events(row.id, 0, 9).await.unwrap().len(), 2);

    drop(store);
    let store = place.open().await;
    let again = vec![Write::Receipt(receipt("wamid.1", None))];
    assert_eq!(store.commit(again).await.unwrap(), Committed::Duplicate);
    // The same id on another channel is another message.
    let mut other = receipt("wamid.1", None);
    other.channel = relais_core::id::ChannelId(id(9, 9));
    assert_eq!(store.commit(vec![Write::Receipt(other)]).await.unwrap(), Committed::Done);
}

pub async fn the_ledger_is_newest_first_and_filters(place: Place) {
    let store = place.open().await;
    for (n, outcome) in ["processed", "quarantined", "ignored", "quarantined"].iter().enumerate() {
        let mut row = receipt(&format!("w{n}"), None);
        row.outcome = (*outcome).into();
        row.reason = "why".into();
        row.received_at = at(n as i64);
        store.commit(vec![Write::Receipt(row)]).await.unwrap();
    }
    let ids = |rows: Vec<ReceiptRow>| rows.into_iter().map(|r| r.provider_id).collect::<Vec<_>>();
    assert_eq!(ids(store.ledger(None, 10).await.unwrap()), ["w3", "w2", "w1", "w0"]);
    assert_eq!(ids(store.ledger(None, 2).await.unwrap()), ["w3", "w2"]);
    assert_eq!(ids(store.ledger(Some("quarantined"), 9).await.unwrap()), ["w3", "w1"]);
    assert_eq!(ids(store.ledger(Some("processed"), 9).await.unwrap()), ["w0"]);
    assert!(store.ledger(Some("stored"), 9).await.unwrap().is_empty());
}

pub async fn a_contact_is_found_by_its_business_id_before_its_phone(place: Place) {
    let store = place.open().await;
    store.commit(vec![new_contact(1)]).await.unwrap();
    let bsuid = Identity { kind: "bsuid", value: "FR.71".into() };
    let mut second = contact(2);
    second.phone = None;
    second.bsuid = Some("FR.71".into());
    let unit = vec![Write::NewContact { contact: second, identities: vec![bsuid.clone()] }];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);

    let both = Sender { phone: Some(phone(1)), bsuid: Some("FR.71".into()), ..Sender::default() };
    assert_eq!(store.contact_of(&both).await.unwrap().unwrap().id, contact_id(2));
    let unknown_bsuid =
        Sender { phone: Some(phone(1)), bsuid: Some("FR.99".into()), ..Sender::default() };
    assert_eq!(store.contact_of(&unknown_bsuid).await.unwrap().unwrap().id, contact_id(1));
    let stranger = Sender { phone: Some(phone(3)), ..Sender::default() };
    assert_eq!(store.contact_of(&stranger).await.unwrap(), None);

    // An address belongs to one contact; linking it again to the same one changes nothing.
    let add = Write::AddIdentity { contact: contact_id(1), identity: bsuid.clone() };
    assert_eq!(store.commit(vec![add]).await.unwrap(), Committed::Conflict);
    assert_eq!(store.contact_of(&both).await.unwrap().unwrap().id, contact_id(2));
    let new_address = Identity { kind: "bsuid", value: "FR.99".into() };
    let add = Write::AddIdentity { contact: contact_id(1), identity: new_address };
    assert_eq!(store.commit(vec![add.clone()]).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(vec![add]).await.unwrap(), Committed::Done);
    assert_eq!(store.contact_of(&unknown_bsuid).await.unwrap().unwrap().id, contact_id(1));
    let taken = Write::NewContact { contact: contact(3), identities: vec![bsuid] };
    assert_eq!(store.commit(vec![taken]).await.unwrap(), Committed::Conflict);
    assert_eq!(store.contact(contact_id(3)).await.unwrap(), None);
}

pub async fn a_contact_is_overwritten_only_if_it_exists(place: Place) {
    let store = place.open().await;
    store.commit(vec![new_contact(1)]).await.unwrap();
    let mut changed = contact(1);
    changed.name = Some("Zoé".into());
    changed.language = None;
    changed.attributes = "{}".into();
    changed.is_opted_out = true;
    let update = vec![Write::UpdateContact(changed.clone())];
    assert_eq!(store.commit(update).await.unwrap(), Committed::Done);
    assert_eq!(store.contact(contact_id(1)).await.unwrap(), Some(changed));
    let absent = vec![Write::UpdateContact(contact(2))];
    assert_eq!(store.commit(absent).await.unwrap(), Committed::Conflict);
}

pub async fn a_contact_has_one_open_conversation_per_channel(place: Place) {
    let store = place.open().await;
    let first = opened(&*store, 1, 1).await;
    let mut second = conversation(2);
    second.contact = first.contact;
    let open = vec![Write::OpenConversation(second.clone())];
    assert_eq!(store.commit(open.clone()).await.unwrap(), Committed::Conflict);
    // On another channel there may be one.
    let mut elsewhere = conversation(3);
    elsewhere.contact = first.contact;
    elsewhere.channel = relais_core::id::ChannelId(id(9, 9));
    let unit = vec![Write::OpenConversation(elsewhere.clone())];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    // And after the first was resolved.
    let resolve = updated(&first, |row| {
        row.status = "resolved".into();
        row.resolved_at = Some(at(5));
    });
    assert_eq!(store.commit(vec![resolve]).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(open).await.unwrap(), Committed::Done);

    let latest = store.latest_conversation(CHANNEL, first.contact).await.unwrap().unwrap();
    assert_eq!((latest.id, latest.number), (second.id, 3));
    let all = store.conversations_of(first.contact).await.unwrap();
    let ids: Vec<_> = all.iter().map(|row| (row.id, row.number)).collect();
    assert_eq!(ids, [(first.id, 1), (elsewhere.id, 2), (second.id, 3)]);
}

pub async fn every_column_of_a_conversation_can_be_changed(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let mut next = full(&row);
    let update = Write::UpdateConversation { row: next.clone(), expect: expect(&row) };
    assert_eq!(store.commit(vec![update]).await.unwrap(), Committed::Done);
    assert_eq!(store.conversation(row.id).await.unwrap(), Some(next.clone()));

    next.state = "{}".into();
    next.preview = "rebuilt".into();
    // Only what is still as it was read is replaced, and what was decided on it is a conflict.
    let stale = store.replace_projection(next.clone(), expect(&row)).await.unwrap();
    assert_eq!(stale, Committed::Conflict);
    let replaced = store.replace_projection(next.clone(), expect(&next)).await.unwrap();
    assert_eq!(replaced, Committed::Done);
    let decided = store.commit(vec![updated(&next, |_| {})]).await.unwrap();
    assert_eq!(decided, Committed::Conflict);
    next.fence += 1;
    assert_eq!(store.conversation(row.id).await.unwrap(), Some(next));
}

/// Every column that may move is something else than in `row`.
fn full(row: &ConversationRow) -> ConversationRow {
    ConversationRow {
        id: row.id,
        contact: row.contact,
        channel: row.channel,
        number: row.number,
        state: r#"{"b":2}"#.into(),
        next_position: 2,
        owner_epoch: 7,
        fence: row.fence,
        status: "human".into(),
        assignee: Some("camille".into()),
        team: Some("livraison".into()),
        tier: 2,
        priority: 2,
        is_vip: true,
        is_deferred: true,
        reason: Some("keyword".into()),
        language: "en".into(),
        preview: "Hello".into(),
        unread: 3,
        opened_at: row.opened_at,
        last_message_at: at(60),
        last_inbound_at: Some(at(61)),
        waiting_since: Some(at(62)),
        reply_due_at: Some(at(63)),
        resolved_at: Some(at(64)),
        tags: "|vip|".into(),
        snoozed_until: Some(at(66)),
        mentions: "|nadia|".into(),
        due_at: Some(at(65)),
        attempts: 2,
        is_sample: row.is_sample,
        is_imported: row.is_imported,
    }
}

pub async fn text_with_nul_is_kept_readable(place: Place) {
    let store = place.open().await;
    let mut odd = contact(1);
    odd.name = Some("a\0b".into());
    let unit = vec![Write::NewContact { contact: odd, identities: Vec::new() }];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let name = store.contact(contact_id(1)).await.unwrap().unwrap().name;
    assert_eq!(name.as_deref(), Some("a\u{FFFD}b"));
    // The same text finds what it wrote.
    let unit = vec![Write::Receipt(receipt("w\0", None))];
    assert_eq!(store.commit(unit.clone()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Duplicate);
    assert!(store.receipt(CHANNEL, "w\0").await.unwrap().is_some());
}

pub async fn workspaces_do_not_see_each_other(place: Place) {
    let store = place.open().await;
    let other = place.open_as(crate::open::fresh_workspace()).await;
    let row = opened(&*store, 1, 1).await;
    // The same ids, phones and provider ids are free there.
    let theirs = opened(&*other, 1, 1).await;
    assert_eq!((row.number, theirs.number), (1, 1));
    let update = updated(&row, |row| row.preview = "ours".into());
    assert_eq!(store.commit(vec![update]).await.unwrap(), Committed::Done);
    assert_eq!(other.conversation(row.id).await.unwrap().unwrap().preview, "Bonjour");
    let filter = InboxFilter::default();
    assert_eq!(other.inbox(&filter, None, 9).await.unwrap().len(), 1);
    let words = vec![
        updated(&theirs, |row| row.next_position += 1),
        Write::AppendEvent(event(1, theirs.next_position)),
        Write::Search {
            conversation: theirs.id,
            position: theirs.next_position,
            folded: "colis".into(),
        },
    ];
    assert_eq!(other.commit(words).await.unwrap(), Committed::Done);
    let filter = InboxFilter { search: Some("colis".into()), ..InboxFilter::default() };
    assert_eq!(other.inbox(&filter, None, 9).await.unwrap().len(), 1);
    assert_eq!(store.inbox(&filter, None, 9).await.unwrap(), []);
    assert_eq!((store.workspace(), other.workspace()), (place.workspace, other.workspace()));
}

pub async fn conversation_ids_come_in_pages(place: Place) {
    let store = place.open().await;
    for n in [3, 1, 2] {
        opened(&*store, n, 1).await;
    }
    let first = store.conversation_ids(None, 2).await.unwrap();
    assert_eq!(first, [conversation_id(1), conversation_id(2)]);
    assert_eq!(store.conversation_ids(Some(first[1]), 2).await.unwrap(), [conversation_id(3)]);
}

pub async fn missing_parents_and_positions_are_counted(place: Place) {
    let store = place.open().await;
    let none = store.orphans().await.unwrap();
    let row = opened(&*store, 1, 0).await;
    let unit = vec![
        updated(&row, |row| row.next_position = 3),
        Write::AppendEvent(event(1, 1)),
        Write::Outbox(OutboxRow { position: 2, ..outbox(1, 1, OutboxClass::Bot) }),
        Write::Receipt(receipt("w", Some(9))),
        Write::AddIdentity {
            contact: contact_id(9),
            identity: Identity { kind: "phone", value: phone(9) },
        },
        Write::Gap { conversation: conversation_id(9), at: at(0), question: "?".into() },
        Write::Notification(notification(9, "web")),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let found = store.orphans().await.unwrap();
    let bad: Vec<&str> =
        found.iter().zip(&none).filter(|(a, b)| a.1 == b.1 + 1).map(|(a, _)| a.0).collect();
    assert_eq!(
        bad,
        [
            "receipts without conversation",
            "outbox rows without event",
            "notifications without conversation",
            "gaps without conversation",
            "conversations with missing positions",
            "identities without contact",
        ]
    );
}
