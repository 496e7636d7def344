//! Many at once.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::time::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Runs `n` tasks at once and gives their results.
async fn at_once<T, F>(n: u64, task: impl Fn(u64) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let tasks: Vec<_> = (0..n).map(|index| tokio::spawn(task(index))).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// One delivery of a message: receipt and event, tried again when another one was faster.
async fn deliver(store: Arc<dyn Store>, provider_id: String) -> Committed {
    loop {
        let row = store.conversation(conversation_id(1)).await.unwrap().unwrap();
        let unit = vec![
            Write::Receipt(receipt(&provider_id, Some(1))),
            updated(&row, |row| row.next_position += 1),
            Write::AppendEvent(event(1, row.next_position)),
        ];
        match store.commit(unit).await.unwrap() {
            Committed::Conflict => {}
            end @ (Committed::Done | Committed::Duplicate) => return end,
        }
    }
}

pub async fn fifty_deliveries_of_one_message_are_one_event(place: Place) {
    let store = place.open().await;
    opened(&*store, 1, 0).await;
    let ends = at_once(50, |_| deliver(Arc::clone(&store), "wamid.1".into())).await;
    assert_eq!(ends.iter().filter(|end| **end == Committed::Done).count(), 1);
    assert_eq!(store.events(conversation_id(1), 0, 99).await.unwrap().len(), 1);
    drop(store);
    let store = place.open().await;
    assert_eq!(deliver(store, "wamid.1".into()).await, Committed::Duplicate);
}

pub async fn thirty_messages_at_once_have_thirty_positions(place: Place) {
    let store = place.open().await;
    opened(&*store, 1, 0).await;
    let ends = at_once(30, |n| deliver(Arc::clone(&store), format!("wamid.{n}"))).await;
    assert!(ends.iter().all(|end| *end == Committed::Done));
    let events = store.events(conversation_id(1), 0, 99).await.unwrap();
    let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=30).collect::<Vec<_>>());
    assert!(store.orphans().await.unwrap().iter().all(|(_, count)| *count == 0));
}

pub async fn of_fifty_takers_one_wins_each_epoch(place: Place) {
    let store = place.open().await;
    let mut row = opened(&*store, 1, 1).await;
    for epoch in 1..=5 {
        let ends = at_once(50, |agent| {
            let (store, row) = (Arc::clone(&store), row.clone());
            async move {
                let take = updated(&row, |row| {
                    row.status = "human".into();
                    row.assignee = Some(format!("agent {agent}"));
                    row.owner_epoch = epoch;
                });
                let suppress = Write::SuppressBotRows { conversation: row.id };
                (agent, store.commit(vec![take, suppress]).await.unwrap())
            }
        })
        .await;
        let winners: Vec<u64> = ends
            .iter()
            .filter(|(_, end)| *end == Committed::Done)
            .map(|(agent, _)| *agent)
            .collect();
        assert_eq!(winners.len(), 1, "epoch {epoch}");
        row = store.conversation(row.id).await.unwrap().unwrap();
        assert_eq!(row.assignee, Some(format!("agent {}", winners[0])));
    }
}

/// A first message as the use case does it: look, then open or append.
async fn first_message(store: Arc<dyn Store>, n: u64) {
    loop {
        let receipt = Write::Receipt(receipt(&format!("wamid.{n}"), None));
        let known = store
            .contact_of(&relais_core::message::Sender {
                phone: Some(phone(1)),
                ..Default::default()
            })
            .await
            .unwrap();
        let unit = if let Some(contact) = known {
            let row = store.latest_conversation(CHANNEL, contact.id).await.unwrap().unwrap();
            let mut event = event(1, row.next_position);
            event.conversation = row.id;
            vec![receipt, updated(&row, |row| row.next_position += 1), Write::AppendEvent(event)]
        } else {
            let mut row = conversation(100 + n);
            row.contact = contact_id(100 + n);
            row.next_position = 2;
            let contact = ContactRow { id: row.contact, ..contact(1) };
            let identity = Identity { kind: "phone", value: phone(1) };
            let event = EventRow { conversation: row.id, ..event(1, 1) };
            vec![
                receipt,
                Write::NewContact { contact, identities: vec![identity] },
                Write::OpenConversation(row),
                Write::AppendEvent(event),
            ]
        };
        if store.commit(unit).await.unwrap() == Committed::Done {
            return;
        }
    }
}

pub async fn an_album_of_ten_first_messages_is_one_conversation(place: Place) {
    let store = place.open().await;
    at_once(10, |n| first_message(Arc::clone(&store), n)).await;
    let ids = store.conversation_ids(None, 99).await.unwrap();
    assert_eq!(ids.len(), 1);
    assert_eq!(store.events(ids[0], 0, 99).await.unwrap().len(), 10);
    assert_eq!(store.conversation(ids[0]).await.unwrap().unwrap().number, 1);
    assert!(store.orphans().await.unwrap().iter().all(|(_, count)| *count == 0));
}

pub async fn numbers_and_notices_are_counted_without_gaps(place: Place) {
    let store = place.open().await;
    at_once(20, |n| {
        let store = Arc::clone(&store);
        async move {
            let n = n + 1;
            // A lost race is decided again, as everywhere.
            loop {
                let mut row = conversation(n);
                row.next_position = 2;
                let unit = vec![
                    new_contact(n),
                    Write::OpenConversation(row),
                    Write::AppendEvent(event(n, 1)),
                    Write::Outbox(outbox(2 * n, n, OutboxClass::Bot)),
                    Write::Outbox(outbox(2 * n + 1, n, OutboxClass::Bot)),
                    Write::Notification(notification(n, "livraison")),
                ];
                if store.commit(unit).await.unwrap() == Committed::Done {
                    return;
                }
            }
        }
    })
    .await;
    let rows = store.inbox(&InboxFilter::default(), None, 99).await.unwrap();
    let numbers: BTreeSet<i64> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=20).collect());
    let mut seqs = BTreeSet::new();
    for row in &rows {
        let mine = store.outbox_of_conversation(row.id).await.unwrap();
        assert!(mine[0].seq < mine[1].seq && mine[0].id < mine[1].id, "in the unit's order");
        seqs.extend(mine.iter().map(|row| row.seq));
    }
    assert_eq!(seqs.len(), 40, "each its own");
    let notices = store.notifications(0, 99).await.unwrap();
    let seqs: Vec<i64> = notices.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=20).collect::<Vec<_>>());
}

pub async fn workers_never_share_a_claim(place: Place) {
    let store = place.open().await;
    store.join("a", "here", "1", Span::minutes(5)).await.unwrap();
    for n in 1..=20 {
        let row = opened(&*store, n, 1).await;
        store.commit(vec![updated(&row, |row| row.due_at = Some(at(0)))]).await.unwrap();
        let job = JobRow {
            id: id(7, n),
            kind: "x".into(),
            data: "{}".into(),
            run_at: at(0),
            attempts: 0,
            error: None,
        };
        store.commit(vec![Write::Job(job)]).await.unwrap();
    }
    let claims = at_once(8, |_| {
        let store = Arc::clone(&store);
        async move {
            let mut mine = Vec::new();
            let mut jobs = Vec::new();
            for _ in 0..20 {
                let lease = Span::minutes(1);
                let rows = store.claim_due(at(0), lease, 3).await.unwrap();
                assert!(rows.len() <= 3);
                mine.extend(rows.into_iter().map(|row| row.id));
                let taken = store.claim_jobs("x", at(0), 3).await.unwrap();
                assert!(taken.len() <= 3);
                jobs.extend(taken.into_iter().map(|job| job.id));
            }
            (mine, jobs)
        }
    })
    .await;
    let work: Vec<_> = claims.iter().flat_map(|(mine, _)| mine).collect();
    let jobs: Vec<_> = claims.iter().flat_map(|(_, jobs)| jobs).collect();
    assert_eq!((work.len(), work.iter().collect::<BTreeSet<_>>().len()), (20, 20));
    assert_eq!((jobs.len(), jobs.iter().collect::<BTreeSet<_>>().len()), (20, 20));
}

pub async fn a_takeover_and_a_dispatch_at_once_never_both_come_second(place: Place) {
    let store = place.open().await;
    for n in 1..=40 {
        let row = opened(&*store, n, 1).await;
        let unit = vec![updated(&row, |_| {}), Write::Outbox(outbox(n, n, OutboxClass::Bot))];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
        let take = tokio::spawn({
            let store = Arc::clone(&store);
            async move {
                let take = updated(&row, |row| {
                    row.status = "human".into();
                    row.owner_epoch = 1;
                });
                let suppress = Write::SuppressBotRows { conversation: row.id };
                store.commit(vec![take, suppress]).await.unwrap()
            }
        });
        let dispatch = vec![Write::Dispatch { id: message_id(n), at: at(1) }];
        let dispatched = store.commit(dispatch).await.unwrap();
        assert_eq!(take.await.unwrap(), Committed::Done);
        let state = store.outbox_row(message_id(n)).await.unwrap().unwrap().state;
        let expected = match dispatched {
            Committed::Done => OutboxState::Dispatching,
            Committed::Conflict | Committed::Duplicate => OutboxState::Suppressed,
        };
        assert_eq!(state, expected);
    }
}

pub async fn a_mistake_harms_only_its_own_unit(place: Place) {
    let store = place.open().await;
    let ends = at_once(40, |n| {
        let store = Arc::clone(&store);
        async move {
            let mut unit = vec![Write::Receipt(receipt(&format!("w{n}"), None))];
            if n % 4 == 0 {
                // Written something, then wrong: one message twice.
                unit.extend([new_contact(n), Write::OpenConversation(conversation(n))]);
                unit.extend([0, 1].map(|_| Write::Outbox(outbox(n, n, OutboxClass::Bot))));
            }
            (n, store.commit(unit).await)
        }
    })
    .await;
    for (n, end) in ends {
        let is_stored = store.receipt(CHANNEL, &format!("w{n}")).await.unwrap().is_some();
        match end {
            Ok(Committed::Done) => assert!(n % 4 != 0 && is_stored, "{n}"),
            Err(StoreError::Bug(_)) => assert!(n % 4 == 0 && !is_stored, "{n}"),
            other => panic!("{n}: {other:?}"),
        }
    }
}

/// Nodes that start at once agree on what only one of them could write.
pub async fn of_many_first_values_all_get_the_same(place: Place) {
    let store = place.open().await;
    let one = Arc::clone(&store);
    let got = at_once(20, move |n| {
        let store = Arc::clone(&one);
        async move { store.setting_or("salt", &format!("v{n}")).await.unwrap() }
    })
    .await;
    assert!(got.iter().all(|value| *value == got[0]), "{got:?}");
    assert_eq!(store.setting("salt").await.unwrap().as_ref(), Some(&got[0]));
    assert_eq!(store.setting_or("salt", "later").await.unwrap(), got[0]);
}
