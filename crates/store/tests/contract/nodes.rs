//! Several programs on one database: a node whose lease has ended can do nothing, and what it had in
//! hand is somebody else's.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::time::Span;
use std::sync::Arc;

const LONG: Span = Span::minutes(5);
/// Over at once.
const OVER: Span = Span::micros(-1);

async fn node(place: &Place, id: &str) -> Arc<dyn Store> {
    let store = place.open().await;
    store.join(id, "here", "1", LONG).await.unwrap();
    store
}

fn is_fenced<T>(result: Result<T>) -> bool {
    matches!(result, Err(StoreError::Fenced))
}

fn job(n: u64) -> Write {
    Write::Job(JobRow {
        id: id(7, n),
        kind: "x".into(),
        data: "{}".into(),
        run_at: at(0),
        attempts: 0,
        error: None,
    })
}

pub async fn nodes_are_listed_with_their_leases(place: Place) {
    let store = place.open().await;
    assert_eq!(store.nodes().await.unwrap(), []);
    let (a, b) = (node(&place, "a").await, node(&place, "b").await);
    let alive = async || -> Vec<(String, bool)> {
        let nodes = store.nodes().await.unwrap();
        nodes.into_iter().map(|node| (node.id, node.is_alive)).collect()
    };
    assert_eq!(alive().await, [("a".into(), true), ("b".into(), true)]);
    a.leave().await.unwrap();
    assert!(b.renew(LONG).await.unwrap());
    assert_eq!(alive().await, [("a".into(), false), ("b".into(), true)]);
    assert!(!a.renew(LONG).await.unwrap(), "what was left is not renewed");
    a.join("a2", "there", "2", LONG).await.unwrap();
    assert_eq!(alive().await.len(), 3);
    let nodes = store.nodes().await.unwrap();
    let again = nodes.iter().find(|node| node.id == "a2").unwrap();
    assert_eq!((again.host.as_str(), again.version.as_str()), ("there", "2"));
    assert!(again.started_at <= again.seen_at && again.seen_at < again.lease_until);
}

pub async fn a_node_whose_lease_has_ended_writes_and_claims_nothing(place: Place) {
    let store = node(&place, "a").await;
    let row = opened(&*store, 1, 1).await;
    store.commit(vec![updated(&row, |row| row.due_at = Some(at(0))), job(1)]).await.unwrap();
    let late = receipt("late", None);
    assert!(store.renew(OVER).await.unwrap());

    assert!(is_fenced(store.commit(vec![Write::Receipt(late.clone())]).await));
    assert!(is_fenced(store.commit(vec![updated(&row, |row| row.unread = 9)]).await));
    assert!(is_fenced(store.put_setting("x", Some("1")).await));
    assert!(store.claim_due(at(9), LONG, 9).await.unwrap().is_empty());
    assert!(store.claim_jobs("x", at(9), 9).await.unwrap().is_empty());
    assert!(!store.renew(LONG).await.unwrap(), "an ended lease stays so");

    let now = store.conversation(row.id).await.unwrap().unwrap();
    assert_eq!(now.unread, 1);
    assert_eq!(store.receipt(CHANNEL, "late").await.unwrap(), None);
    assert_eq!(store.setting("x").await.unwrap(), None);
    // Reading is for everybody, and a new lease makes it a node again.
    store.join("a2", "here", "1", LONG).await.unwrap();
    assert_eq!(store.commit(vec![Write::Receipt(late)]).await.unwrap(), Committed::Done);
}

pub async fn what_a_node_that_is_gone_had_in_hand_is_taken_over(place: Place) {
    let (a, b) = (node(&place, "a").await, node(&place, "b").await);
    let row = opened(&*a, 1, 1).await;
    let timer = updated(&row, |row| row.due_at = Some(at(0)));
    let unit = vec![timer, Write::Outbox(outbox(1, 1, OutboxClass::Bot)), job(1)];
    assert_eq!(a.commit(unit).await.unwrap(), Committed::Done);
    let held = a.claim_due(at(9), LONG, 9).await.unwrap();
    assert_eq!(a.claim_jobs("x", at(9), 9).await.unwrap().len(), 1);
    let dispatch = vec![Write::Dispatch { id: message_id(1), at: at(1) }];
    assert_eq!(a.commit(dispatch).await.unwrap(), Committed::Done);
    let old = at(0);

    assert!(b.claim_due(at(9), LONG, 9).await.unwrap().is_empty(), "it lives");
    assert!(b.claim_jobs("x", at(9), 9).await.unwrap().is_empty());
    assert!(b.outbox_abandoned(old, 9).await.unwrap().is_empty());

    assert!(a.renew(OVER).await.unwrap());
    let taken = b.claim_due(at(9), LONG, 9).await.unwrap();
    assert_eq!(taken[0].fence, held[0].fence + 1);
    assert_eq!(b.claim_jobs("x", at(9), 9).await.unwrap().len(), 1);
    let abandoned = b.outbox_abandoned(old, 9).await.unwrap();
    assert_eq!(abandoned.iter().map(|row| row.id).collect::<Vec<_>>(), [message_id(1)]);

    // What it learnt of its send it may still say, once it is a node again.
    let accepted = Write::Accepted { id: message_id(1), provider_id: "p".into(), at: at(2) };
    let unknown = Write::Unknown { id: message_id(1), error: "interrupted".into(), at: at(2) };
    assert_eq!(b.commit(vec![unknown]).await.unwrap(), Committed::Done);
    assert!(is_fenced(a.commit(vec![accepted.clone()]).await));
    a.join("a2", "here", "1", LONG).await.unwrap();
    assert_eq!(a.commit(vec![accepted]).await.unwrap(), Committed::Done);
    // The timer it held is not its own any more.
    let fired = updated(&held[0], |row| row.due_at = None);
    assert_eq!(a.commit(vec![fired]).await.unwrap(), Committed::Conflict);
    let done = vec![updated(&taken[0], |row| row.due_at = None)];
    assert_eq!(b.commit(done).await.unwrap(), Committed::Done);
}

pub async fn a_dispatch_that_was_not_sent_is_undone_by_its_own_node_only(place: Place) {
    let (a, b) = (node(&place, "a").await, node(&place, "b").await);
    let row = opened(&*a, 1, 1).await;
    let unit = vec![updated(&row, |_| {}), Write::Outbox(outbox(1, 1, OutboxClass::Bot))];
    assert_eq!(a.commit(unit).await.unwrap(), Committed::Done);
    let undo = || vec![Write::Undispatch { id: message_id(1) }];
    assert_eq!(a.commit(undo()).await.unwrap(), Committed::Conflict, "it is queued");
    let dispatch = vec![Write::Dispatch { id: message_id(1), at: at(1) }];
    assert_eq!(a.commit(dispatch).await.unwrap(), Committed::Done);
    assert_eq!(b.commit(undo()).await.unwrap(), Committed::Conflict, "another's");
    assert_eq!(a.commit(undo()).await.unwrap(), Committed::Done);
    let again = a.outbox_ready(at(9), 9).await.unwrap();
    assert_eq!((again.len(), again[0].row.attempts, again[0].row.dispatched_at), (1, 0, None));
}
