//! Two contacts that turn out to be one person.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::message::Sender;
use std::sync::Arc;

fn sender(n: u64) -> Sender {
    Sender { phone: Some(phone(n)), ..Sender::default() }
}

/// What moves one conversation to another contact, guarded.
fn moved(row: &ConversationRow, contact: u64) -> Vec<Write> {
    let update = updated(row, |next| {
        next.status = "resolved".into();
        next.resolved_at = Some(at(9));
    });
    vec![update, Write::MoveConversation { id: row.id, contact: contact_id(contact) }]
}

fn merge(from: u64, into: u64) -> Write {
    Write::MergeContact { from: contact_id(from), revision: 0, into: contact_id(into) }
}

pub async fn two_contacts_become_one_with_all_they_have(place: Place) {
    let store = place.open().await;
    opened(&*store, 1, 1).await;
    let row = opened(&*store, 2, 1).await;
    let unit = vec![
        updated(&row, |_| {}),
        Write::Outbox(outbox(2, 2, OutboxClass::Bot)),
        Write::Notification(notification(2, "livraison")),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);

    // A conversation that would stay behind, and a second open one, are conflicts.
    let before = store.contact_of(&sender(2)).await.unwrap();
    assert_eq!(store.commit(vec![merge(2, 1)]).await.unwrap(), Committed::Conflict);
    let open = Write::MoveConversation { id: row.id, contact: contact_id(1) };
    let unit = vec![merge(2, 1), updated(&row, |_| {}), open];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Conflict);
    assert_eq!(store.contact_of(&sender(2)).await.unwrap(), before, "nothing was written");

    let mut unit = vec![merge(2, 1)];
    unit.extend(moved(&row, 1));
    assert_eq!(store.commit(unit.clone()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Conflict, "once");
    for n in [1, 2] {
        let found = store.contact_of(&sender(n)).await.unwrap().unwrap();
        assert_eq!(found.id, contact_id(1), "both addresses lead to the one that stays");
    }
    assert_eq!(store.merged_into(contact_id(1)).await.unwrap(), [contact_id(2)]);
    let all = store.conversations_of(contact_id(1)).await.unwrap();
    assert_eq!(all.iter().map(|r| r.id).collect::<Vec<_>>(), [1, 2].map(conversation_id));
    assert!(store.conversations_of(contact_id(2)).await.unwrap().is_empty());
    assert_eq!(store.outbox_of(contact_id(1), 0).await.unwrap().len(), 1);
    assert_eq!(store.notifications(0, 9).await.unwrap()[0].contact, contact_id(1));
    for (relation, count) in store.orphans().await.unwrap() {
        assert_eq!(count, 0, "{relation}");
    }
    // What is only a pointer is not written to, and opens nothing.
    let late = vec![Write::UpdateContact(contact(2))];
    assert_eq!(store.commit(late).await.unwrap(), Committed::Conflict);
    let late = vec![Write::OpenConversation(ConversationRow {
        id: conversation_id(3),
        ..conversation(2)
    })];
    assert_eq!(store.commit(late).await.unwrap(), Committed::Conflict);
}

pub async fn an_address_goes_to_whom_it_belongs_now(place: Place) {
    let store = place.open().await;
    opened(&*store, 1, 1).await;
    let identity = Identity { kind: "phone", value: phone(1) };
    // Somebody else's is not taken away.
    let wrong = Write::FreeIdentity { contact: contact_id(2), identity: identity.clone() };
    assert_eq!(store.commit(vec![wrong]).await.unwrap(), Committed::Done);
    assert!(store.contact_of(&sender(1)).await.unwrap().is_some());
    let freed = Write::FreeIdentity { contact: contact_id(1), identity };
    assert_eq!(store.commit(vec![freed]).await.unwrap(), Committed::Done);
    assert_eq!(store.contact_of(&sender(1)).await.unwrap(), None);
}

pub async fn what_people_put_right_is_not_written_over_unseen(place: Place) {
    let store = place.open().await;
    for n in [1, 2] {
        assert_eq!(store.commit(vec![new_contact(n)]).await.unwrap(), Committed::Done);
    }
    let right = ContactRow {
        name: Some("Léa Martin".into()),
        language: Some("es".into()),
        rectified: r#"{"name":{}}"#.into(),
        is_restricted: true,
        // Not people's word: the provider's.
        phone: None,
        ..contact(1)
    };
    assert_eq!(
        store.commit(vec![Write::RectifyContact(right.clone())]).await.unwrap(),
        Committed::Done
    );
    let kept = ContactRow { phone: contact(1).phone, revision: 1, ..right.clone() };
    assert_eq!(store.contact(contact_id(1)).await.unwrap(), Some(kept.clone()));
    // Whoever read it before: a message that comes in, another person, a merge.
    for stale in [Write::UpdateContact(contact(1)), Write::RectifyContact(right), merge(1, 2)] {
        assert_eq!(store.commit(vec![stale]).await.unwrap(), Committed::Conflict);
    }
    // What the provider says now is kept beside it, and the restriction stays.
    let told = r#"{"name":{"told":"Lea"}}"#.to_owned();
    let news = ContactRow { rectified: told, is_restricted: false, ..kept.clone() };
    assert_eq!(
        store.commit(vec![Write::UpdateContact(news.clone())]).await.unwrap(),
        Committed::Done
    );
    let now = store.contact(contact_id(1)).await.unwrap();
    assert_eq!(now, Some(ContactRow { is_restricted: true, ..news }));
    let erase = Write::EraseContact { contact: contact_id(1), at: at(5), tombstones: vec![] };
    assert_eq!(store.commit(vec![erase]).await.unwrap(), Committed::Done);
    let left = store.contact(contact_id(1)).await.unwrap().unwrap();
    assert_eq!((left.rectified.as_str(), left.is_restricted), ("{}", false));
    assert_eq!(store.commit(vec![Write::RectifyContact(left)]).await.unwrap(), Committed::Conflict);
}

pub async fn a_merge_and_a_first_message_at_once_leave_nothing_behind(place: Place) {
    let store = place.open().await;
    for n in 1..=25 {
        let (stays, goes) = (n, 100 + n);
        let unit = vec![new_contact(stays)];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
        assert_eq!(store.commit(vec![new_contact(goes)]).await.unwrap(), Committed::Done);
        let merging = tokio::spawn({
            let store = Arc::clone(&store);
            async move {
                loop {
                    let mut unit = vec![merge(goes, stays)];
                    for row in store.conversations_of(contact_id(goes)).await.unwrap() {
                        unit.extend(moved(&row, stays));
                    }
                    if store.commit(unit).await.unwrap() == Committed::Done {
                        return;
                    }
                }
            }
        });
        let row = ConversationRow { next_position: 2, ..conversation(goes) };
        let unit = vec![Write::OpenConversation(row), Write::AppendEvent(event(goes, 1))];
        let opened = store.commit(unit).await.unwrap();
        merging.await.unwrap();
        assert!(store.conversations_of(contact_id(goes)).await.unwrap().is_empty());
        let found = store.conversations_of(contact_id(stays)).await.unwrap();
        assert_eq!(found.len(), usize::from(opened == Committed::Done), "{opened:?}");
    }
}
