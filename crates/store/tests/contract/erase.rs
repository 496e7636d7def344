//! Erasing a person, and the chained log.

use crate::build::*;
use crate::open::Place;
use relais_app::audit::{self, Anchor, Verdict};
use relais_app::port::store::*;
use relais_core::message::Sender;
use std::sync::Arc;

async fn write(store: &dyn Store, subject: &str) {
    audit::record(store, at(0), "camille", "user.change", subject).await.unwrap();
}

pub async fn the_audit_log_is_a_chain_also_under_many_writers(place: Place) {
    let store = place.open().await;
    assert_eq!(audit::verify(&*store, &[]).await.unwrap(), Verdict::Whole { lines: 0 });
    let tasks = (0..12).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { write(&*store, &format!("{n}")).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(audit::verify(&*store, &[]).await.unwrap(), Verdict::Whole { lines: 12 });
    let head = store.audit_head().await.unwrap().unwrap();
    let seen = Anchor { seq: head.seq, hash: head.hash.clone() };
    write(&*store, "later").await;
    let whole = audit::verify(&*store, std::slice::from_ref(&seen)).await.unwrap();
    assert_eq!(whole, Verdict::Whole { lines: 13 });
    // Another history, or a shorter one, than was seen outside.
    let other = Anchor { seq: 12, hash: vec![0; 32] };
    assert_eq!(audit::verify(&*store, &[other]).await.unwrap(), Verdict::Broken { seq: 12 });
    let cut = Anchor { seq: 20, hash: vec![0; 32] };
    assert_eq!(audit::verify(&*store, &[cut]).await.unwrap(), Verdict::Broken { seq: 14 });
}

pub async fn lines_about_one_thing_are_found_newest_first(place: Place) {
    let store = place.open().await;
    for subject in ["claire", "paul", "claire", "claire 2"] {
        write(&*store, subject).await;
    }
    let lines = async |subject: &str, limit: i64| {
        let lines = store.audit_of_subject(subject, limit).await.unwrap();
        lines.iter().map(|line| line.seq).collect::<Vec<_>>()
    };
    assert_eq!(lines("claire", 9).await, [3, 1]);
    assert_eq!(lines("claire", 1).await, [3]);
    assert!(lines("nobody", 9).await.is_empty());
}

pub async fn t67_a_line_that_is_not_what_it_was_is_found(place: Place) {
    let store = place.open().await;
    for n in 0..3 {
        write(&*store, &format!("{n}")).await;
    }
    // A forged line has no place but the next, and its hash gives it away.
    let Write::Audit(mut forged) =
        audit::next(&*store, at(0), "camille", "user.change", "3").await.unwrap()
    else {
        panic!("a line")
    };
    let taken = AuditRow { seq: 2, ..forged.clone() };
    assert_eq!(store.commit(vec![Write::Audit(taken)]).await.unwrap(), Committed::Conflict);
    forged.who = "nobody".into();
    assert_eq!(store.commit(vec![Write::Audit(forged)]).await.unwrap(), Committed::Done);
    assert_eq!(audit::verify(&*store, &[]).await.unwrap(), Verdict::Broken { seq: 4 });
}

pub async fn accesses_are_found_by_whom_and_to_what_and_the_oldest_go(place: Place) {
    let store = place.open().await;
    let line = |seq: i64, who: &str, contact: u64, conversation: Option<u64>| AccessRow {
        seq,
        at: at(10 * seq),
        who: who.into(),
        act: "read".into(),
        contact: contact_id(contact),
        conversation: conversation.map(conversation_id),
        hash: vec![seq as u8; 32],
    };
    let all = [
        line(1, "nadia", 1, Some(1)),
        line(2, "hugo", 1, None),
        line(3, "nadia", 2, Some(2)),
        line(4, "nadia", 1, Some(1)),
    ];
    for row in &all {
        let write = vec![Write::Access(row.clone())];
        assert_eq!(store.commit(write.clone()).await.unwrap(), Committed::Done);
        assert_eq!(store.commit(write).await.unwrap(), Committed::Conflict, "a place once");
    }
    assert_eq!(store.access_head().await.unwrap().as_ref(), Some(&all[3]));
    assert_eq!(store.accesses(1, 2).await.unwrap(), all[1..3]);
    for (of, before, found) in [
        (AccessOf::All, i64::MAX, vec![4, 3, 2]),
        (AccessOf::All, 2, vec![1]),
        (AccessOf::Login("nadia".into()), i64::MAX, vec![4, 3, 1]),
        (AccessOf::Login("nadia".into()), 4, vec![3, 1]),
        (AccessOf::Contact(contact_id(1)), i64::MAX, vec![4, 2, 1]),
        (AccessOf::Conversation(conversation_id(1)), 4, vec![1]),
        (AccessOf::Conversation(conversation_id(9)), i64::MAX, vec![]),
    ] {
        let rows = store.accesses_before(&of, before, 3).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), found, "{of:?}");
    }
    let merge = Write::MergeContact { from: contact_id(2), revision: 0, into: contact_id(1) };
    for one in [1, 2] {
        let unit = vec![Write::NewContact { contact: contact(one), identities: vec![] }];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    }
    assert_eq!(store.commit(vec![merge]).await.unwrap(), Committed::Done);
    let whole = AccessOf::Contact(contact_id(1));
    assert_eq!(store.accesses_before(&whole, i64::MAX, 3).await.unwrap().len(), 3);
    assert_eq!(store.accesses_before(&whole, 4, 3).await.unwrap()[0].seq, 3, "of who is them now");
    let weight = store.weight(Aging::Accesses, at(30), 10).await.unwrap();
    assert_eq!((weight.count, weight.oldest), (2, Some(at(10))));
    let last = async |before| {
        let found = store.last_old_access(before).await.unwrap();
        found.map(|row| row.seq)
    };
    assert_eq!(
        (last(at(10)).await, last(at(30)).await, last(at(99)).await),
        (None, Some(2), Some(4))
    );
    assert_eq!(store.prune_accesses(3, 1).await.unwrap(), 1, "no more than was asked for");
    assert_eq!(store.accesses(0, 9).await.unwrap(), all[1..]);
    assert_eq!(store.prune_accesses(3, 9).await.unwrap(), 1);
    assert_eq!(store.accesses(0, 9).await.unwrap(), all[2..]);
}

fn erased(row: &ConversationRow) -> Write {
    Write::EraseConversation(Box::new(ErasedConversation {
        row: ConversationRow { state: "{}".into(), preview: String::new(), ..row.clone() },
        next_position: row.next_position,
        data: vec![(1, r#"{"kind":"bare"}"#.into())],
        messages: vec!["w1".into()],
    }))
}

pub async fn an_erasure_takes_the_words_and_leaves_the_facts(place: Place) {
    let store = place.open().await;
    let row = said(&*store, 1, &["secret", "merci"]).await;
    let mut report = receipt("w1:read", Some(1));
    report.raw = r#"{"to":"33600000001"}"#.into();
    let mut raw = receipt("w1", Some(1));
    raw.raw = r#"{"text":"secret"}"#.into();
    let line = |conversation: u64| {
        let conversation = conversation_id(conversation);
        Write::PutEntry(EntryRow {
            kind: "delivery.h1".into(),
            id: format!("1/{conversation}"),
            data: format!(r#"{{"conversation":"{conversation}","said":"secret"}}"#),
            at: at(1),
        })
    };
    assert_eq!(store.commit(vec![line(1), line(2)]).await.unwrap(), Committed::Done);
    let unit = vec![
        updated(&row, |_| {}),
        Write::Receipt(raw),
        Write::Outbox(outbox(1, 1, OutboxClass::Bot)),
        Write::Notification(notification(1, "livraison")),
        Write::Gap { conversation: row.id, at: at(0), question: "secret ?".into() },
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(vec![Write::Receipt(report)]).await.unwrap(), Committed::Done);
    let erase = |row: &ConversationRow| {
        let contact =
            Write::EraseContact { contact: row.contact, at: at(9), tombstones: vec![vec![1; 32]] };
        vec![contact, erased(row)]
    };
    assert_eq!(store.commit(erase(&row)).await.unwrap(), Committed::Conflict, "still open");
    let close = updated(&row, |row| {
        row.status = "resolved".into();
        row.resolved_at = Some(at(8));
    });
    assert_eq!(store.commit(vec![close]).await.unwrap(), Committed::Done);
    let row = store.conversation(row.id).await.unwrap().unwrap();
    let stale = ConversationRow { next_position: 2, ..row.clone() };
    assert_eq!(store.commit(erase(&stale)).await.unwrap(), Committed::Conflict);
    assert_eq!(store.commit(erase(&row)).await.unwrap(), Committed::Done);

    let log = store.events(row.id, 0, 9).await.unwrap();
    assert!(log.iter().all(|e| e.content.is_none()));
    assert_eq!((log.len(), log[0].data.as_str()), (2, r#"{"kind":"bare"}"#));
    let found = InboxFilter { search: Some("secret".into()), ..InboxFilter::default() };
    assert!(store.inbox(&found, None, 9).await.unwrap().is_empty());
    let sends = store.outbox_of_conversation(row.id).await.unwrap();
    assert_eq!((sends[0].state, sends[0].content.as_str()), (OutboxState::Suppressed, "null"));
    assert_eq!(store.notifications(0, 9).await.unwrap()[0].payload, "{}");
    assert!(store.gaps_between(at(0), at(9)).await.unwrap().is_empty());
    for id in ["w1", "w1:read"] {
        assert_eq!(store.receipt(CHANNEL, id).await.unwrap().unwrap().raw, "{}", "{id}");
    }
    let lines = store.entries("delivery.h1", 9).await.unwrap();
    assert_eq!(lines.len(), 1, "what a receiver said of somebody else stays");
    assert!(lines[0].data.contains(&conversation_id(2).to_string()));
    let gone = store.contact(row.contact).await.unwrap().unwrap();
    assert_eq!((gone.name, gone.phone, gone.attributes.as_str()), (None, None, "{}"));
    let sender = Sender { phone: Some(phone(1)), ..Sender::default() };
    assert_eq!(store.contact_of(&sender).await.unwrap(), None);
    assert_eq!(store.erased_at(&[1; 32]).await.unwrap(), Some(at(9)));
    assert_eq!(store.contact_erased_at(row.contact).await.unwrap(), Some(at(9)));
    assert_eq!(store.contact_erased_at(contact_id(7)).await.unwrap(), None);
    let stone = Write::Tombstone { hash: vec![2; 32], at: at(7) };
    assert_eq!(store.commit(vec![stone]).await.unwrap(), Committed::Done);
    assert_eq!(store.erased_at(&[2; 32]).await.unwrap(), Some(at(7)));
    // Whoever read the conversation or the contact before cannot bring it back.
    assert_eq!(store.commit(vec![updated(&row, |_| {})]).await.unwrap(), Committed::Conflict);
    let late = vec![Write::UpdateContact(contact(1))];
    assert_eq!(store.commit(late).await.unwrap(), Committed::Conflict);
    let late =
        Write::OpenConversation(ConversationRow { id: conversation_id(2), ..conversation(1) });
    assert_eq!(store.commit(vec![late]).await.unwrap(), Committed::Conflict);
    for (relation, count) in store.orphans().await.unwrap() {
        assert_eq!(count, 0, "{relation}");
    }
}
