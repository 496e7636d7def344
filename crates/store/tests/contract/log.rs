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
    let mut first = outbox(1, 1, OutboxClass::Bot);
    first.seq = 1;
    let mut second = outbox(2, 1, OutboxClass::Bot);
    second.seq = 2;
    assert_eq!(store.outbox_of_conversation(row.id).await.unwrap(), [first, second]);
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
