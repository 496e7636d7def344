//! The outbox: lanes, the way through the states, reports of providers.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::id::ChannelId;
use relais_core::message::Delivery;
use relais_core::time::Timestamp;

/// Conversation `c` with rows of the given numbers.
async fn with_rows(store: &dyn Store, c: u64, class: OutboxClass, rows: &[u64]) -> ConversationRow {
    let row = opened(store, c, 1).await;
    let mut unit = vec![updated(&row, |_| {})];
    unit.extend(rows.iter().map(|n| Write::Outbox(outbox(*n, c, class))));
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    row
}

async fn done(store: &dyn Store, write: Write) {
    assert_eq!(store.commit(vec![write.clone()]).await.unwrap(), Committed::Done, "{write:?}");
}

async fn conflict(store: &dyn Store, write: Write) {
    assert_eq!(store.commit(vec![write.clone()]).await.unwrap(), Committed::Conflict, "{write:?}");
}

async fn row(store: &dyn Store, n: u64) -> OutboxRow {
    store.outbox_row(message_id(n)).await.unwrap().unwrap()
}

async fn ready(store: &dyn Store, now: Timestamp) -> Vec<u64> {
    store.outbox_ready(now, 50).await.unwrap().iter().map(|head| number_of(&head.row)).collect()
}

fn dispatch(n: u64) -> Write {
    Write::Dispatch { id: message_id(n), at: at(1) }
}

fn accepted(n: u64, provider_id: &str) -> Write {
    Write::Accepted { id: message_id(n), provider_id: provider_id.into(), at: at(2) }
}

fn unless_failed(n: u64, provider_id: &str) -> Write {
    Write::AcceptedUnlessFailed { id: message_id(n), provider_id: provider_id.into(), at: at(2) }
}

fn refused(n: u64) -> Write {
    Write::Refused { id: message_id(n), error: "no".into(), code: Some(131_026), at: at(2) }
}

fn unknown(n: u64) -> Write {
    Write::Unknown { id: message_id(n), error: "timeout".into(), at: at(2) }
}

fn suppressed(n: u64) -> Write {
    Write::Suppressed { id: message_id(n), error: "late".into(), at: at(2) }
}

fn requeue(n: u64, not_before: Timestamp) -> Write {
    Write::Requeue { id: message_id(n), not_before, error: "429".into(), code: Some(130_429) }
}

fn resend(n: u64, at: Timestamp) -> Write {
    Write::Resend { id: message_id(n), error: "once more".into(), at }
}

fn status(provider_id: &str, status: Delivery) -> Write {
    Write::Status(StatusRow {
        channel: CHANNEL,
        provider_id: provider_id.into(),
        callback: None,
        status,
        at: at(3),
        error: (status == Delivery::Failed).then(|| "undeliverable".into()),
        error_code: (status == Delivery::Failed).then_some(131_026),
        raw: "{}".into(),
        price: None,
    })
}

fn named(provider_id: &str, callback: u64, delivery: Delivery) -> Write {
    let Write::Status(row) = status(provider_id, delivery) else { unreachable!() };
    Write::Status(StatusRow { callback: Some(message_id(callback)), ..row })
}

pub async fn a_lane_goes_in_order_one_at_a_time(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Bot, &[1, 2, 3]).await;
    with_rows(&*store, 2, OutboxClass::Bot, &[4]).await;
    assert_eq!(ready(&*store, at(0)).await, [1, 4], "the head of each lane");
    assert_eq!(store.outbox_ready(at(0), 1).await.unwrap().len(), 1);

    done(&*store, dispatch(1)).await;
    assert_eq!(ready(&*store, at(0)).await, [4], "one under way holds its lane");
    done(&*store, unknown(1)).await;
    assert_eq!(ready(&*store, at(0)).await, [4], "so does one nobody knows about");
    done(&*store, accepted(1, "p1")).await;
    assert_eq!(ready(&*store, at(0)).await, [2, 4]);

    done(&*store, dispatch(2)).await;
    done(&*store, requeue(2, at(60))).await;
    assert_eq!(ready(&*store, at(59)).await, [4], "a later row waits for the one put back");
    assert_eq!(ready(&*store, at(60)).await, [2, 4]);
    done(&*store, dispatch(2)).await;
    done(&*store, refused(2)).await;
    done(&*store, suppressed(3)).await;
    assert_eq!(ready(&*store, at(60)).await, [4]);
}

pub async fn an_unknown_row_of_an_agent_holds_its_lane_for_two_minutes(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1, 2]).await;
    done(&*store, dispatch(1)).await;
    assert!(ready(&*store, at(9_999)).await.is_empty(), "one under way holds it for ever");
    done(&*store, unknown(1)).await;
    assert!(ready(&*store, at(120)).await.is_empty());
    assert_eq!(ready(&*store, at(121)).await, [2], "dispatched at 1");
}

pub async fn an_unknown_row_of_the_bot_holds_its_lane_until_it_is_decided(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1]).await;
    with_rows(&*store, 2, OutboxClass::Bot, &[2, 3]).await;
    for id in [1, 2] {
        done(&*store, dispatch(id)).await;
        done(&*store, unknown(id)).await;
    }
    assert!(ready(&*store, at(9_999)).await.is_empty(), "the answers keep their order");
    let undecided = store.outbox_undecided(at(2), 9).await.unwrap();
    assert_eq!(undecided.iter().map(|r| r.id).collect::<Vec<_>>(), [message_id(2)]);
    assert!(store.outbox_undecided(at(1), 9).await.unwrap().is_empty(), "dispatched at 1");
    done(&*store, resend(2, at(60))).await;
    assert_eq!(ready(&*store, at(121)).await, [2]);
    done(&*store, dispatch(2)).await;
    done(&*store, unknown(2)).await;
    done(&*store, suppressed(2)).await;
    assert_eq!(ready(&*store, at(121)).await, [3]);
}

pub async fn another_number_is_another_lane(place: Place) {
    let store = place.open().await;
    let conversation = opened(&*store, 1, 1).await;
    let mut second = outbox(2, 1, OutboxClass::Bot);
    second.business_number = "200".into();
    let unit = vec![
        updated(&conversation, |_| {}),
        Write::Outbox(outbox(1, 1, OutboxClass::Bot)),
        Write::Outbox(second),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    assert_eq!(ready(&*store, at(0)).await, [1, 2]);
}

pub async fn a_lane_spans_conversations(place: Place) {
    let store = place.open().await;
    let first = with_rows(&*store, 1, OutboxClass::Bot, &[1]).await;
    let resolve = updated(&first, |row| row.status = "resolved".into());
    done(&*store, resolve).await;
    let mut second = conversation(2);
    second.contact = first.contact;
    let mut message = outbox(2, 2, OutboxClass::Bot);
    message.contact = first.contact;
    let unit = vec![Write::OpenConversation(second), Write::Outbox(message)];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    assert_eq!(ready(&*store, at(0)).await, [1]);
    let all = store.outbox_of(first.contact, 0).await.unwrap();
    assert_eq!(all.iter().map(number_of).collect::<Vec<_>>(), [1, 2]);
    assert!(0 < all[0].seq && all[0].seq < all[1].seq);
    assert_eq!(store.outbox_of(first.contact, all[0].seq).await.unwrap(), all[1..]);
    assert_eq!(store.outbox_of_conversation(conversation_id(2)).await.unwrap(), all[1..]);
}

pub async fn the_way_through_the_states_is_fixed(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1]).await;
    // Only what is queued can be dispatched, and only once.
    conflict(&*store, accepted(1, "p")).await;
    conflict(&*store, unknown(1)).await;
    conflict(&*store, requeue(1, at(0))).await;
    done(&*store, dispatch(1)).await;
    conflict(&*store, dispatch(1)).await;
    conflict(&*store, suppressed(1)).await;
    let now = row(&*store, 1).await;
    assert_eq!((now.state, now.dispatched_at), (OutboxState::Dispatching, Some(at(1))));

    done(&*store, requeue(1, at(9))).await;
    let now = row(&*store, 1).await;
    assert_eq!((now.state, now.attempts, now.not_before), (OutboxState::Queued, 1, at(9)));
    assert_eq!((now.error.as_deref(), now.error_code), (Some("429"), Some(130_429)));
    assert_eq!((now.dispatched_at, now.resent), (None, 0));

    done(&*store, dispatch(1)).await;
    conflict(&*store, resend(1, at(9))).await;
    done(&*store, unknown(1)).await;
    assert_eq!(row(&*store, 1).await.error.as_deref(), Some("timeout"));
    done(&*store, resend(1, at(8))).await;
    let now = row(&*store, 1).await;
    assert_eq!((now.state, now.not_before, now.dispatched_at), (OutboxState::Queued, at(8), None));
    assert_eq!((now.attempts, now.resent), (2, 1));
    done(&*store, dispatch(1)).await;
    done(&*store, unknown(1)).await;
    done(&*store, accepted(1, "p1")).await;
    let now = row(&*store, 1).await;
    assert_eq!((now.state, now.delivery), (OutboxState::Accepted, Some(Delivery::Accepted)));
    assert_eq!((now.provider_id.as_deref(), now.error, now.error_code), (Some("p1"), None, None));
    // The same answer again changes nothing; another is a conflict.
    done(&*store, accepted(1, "p1")).await;
    conflict(&*store, accepted(1, "p2")).await;
    for late in
        [dispatch(1), requeue(1, at(0)), resend(1, at(0)), refused(1), unknown(1), suppressed(1)]
    {
        conflict(&*store, late).await;
    }

    with_rows(&*store, 2, OutboxClass::Agent, &[2, 3]).await;
    done(&*store, refused(2)).await;
    let now = row(&*store, 2).await;
    assert_eq!((now.state, now.error_code), (OutboxState::Refused, Some(131_026)));
    done(&*store, suppressed(3)).await;
    let now = row(&*store, 3).await;
    assert_eq!((now.state, now.error.as_deref()), (OutboxState::Suppressed, Some("late")));
    conflict(&*store, dispatch(3)).await;
    assert_eq!(store.outbox_row(message_id(9)).await.unwrap(), None);
}

pub async fn no_bot_row_is_dispatched_once_an_agent_owns_the_conversation(place: Place) {
    let store = place.open().await;
    let conversation = with_rows(&*store, 1, OutboxClass::Bot, &[1, 2]).await;
    let unit = vec![
        updated(&conversation, |_| {}),
        Write::Outbox(outbox(3, 1, OutboxClass::Agent)),
        Write::Outbox(outbox(4, 1, OutboxClass::System)),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    done(&*store, dispatch(1)).await;
    // Taken without suppressing: the dispatch itself looks at the owner.
    let take = updated(&conversation, |row| {
        row.status = "human".into();
        row.owner_epoch = 1;
    });
    done(&*store, take).await;
    conflict(&*store, dispatch(2)).await;
    done(&*store, dispatch(3)).await;
    done(&*store, dispatch(4)).await;
    // What was under way before still gets its answer.
    done(&*store, accepted(1, "p1")).await;

    done(&*store, Write::SuppressBotRows { conversation: conversation.id }).await;
    assert_eq!(row(&*store, 1).await.state, OutboxState::Accepted);
    assert_eq!(row(&*store, 2).await.state, OutboxState::Suppressed);
    assert_eq!(row(&*store, 3).await.state, OutboxState::Dispatching);
}

pub async fn reports_in_any_order_end_the_same(place: Place) {
    use Delivery::{Delivered, Failed, Read, Sent};
    let store = place.open().await;
    let orders: [(&[Delivery], Delivery); 7] = [
        (&[Read, Delivered, Sent, Sent], Read),
        (&[Sent, Delivered, Read], Read),
        (&[Delivered, Failed], Delivered),
        (&[Failed, Delivered], Delivered),
        (&[Sent, Failed], Failed),
        (&[Failed, Sent], Failed),
        (&[Failed, Read, Failed], Read),
    ];
    for (n, (reports, end)) in (1..).zip(orders) {
        // The answer never came: the last report alone says whose they all are.
        let (n, provider_id) = (n + 200, format!("p{}", n + 200));
        with_rows(&*store, n, OutboxClass::Bot, &[n]).await;
        done(&*store, dispatch(n)).await;
        let (last, before) = reports.split_last().unwrap();
        for report in before {
            done(&*store, status(&provider_id, *report)).await;
        }
        done(&*store, named(&provider_id, n, *last)).await;
        let now = row(&*store, n).await;
        let ends = (OutboxState::Accepted, Some(end));
        assert_eq!((now.state, now.delivery), ends, "{reports:?}, the last by our id");
        if end == Failed {
            assert_eq!(now.error_code, Some(131_026));
        }
        let n = n - 200;
        // In time, and before the provider's answer was stored.
        for (n, is_early) in [(n, false), (n + 100, true)] {
            let provider_id = format!("p{n}");
            with_rows(&*store, n, OutboxClass::Bot, &[n]).await;
            done(&*store, dispatch(n)).await;
            if !is_early {
                done(&*store, accepted(n, &provider_id)).await;
            }
            for report in reports {
                done(&*store, status(&provider_id, *report)).await;
            }
            if is_early {
                assert_eq!(row(&*store, n).await.state, OutboxState::Dispatching);
                let has_failed = reports.contains(&Failed);
                let failure = store.reported_failure(CHANNEL, &provider_id).await.unwrap();
                let expected = (Some("undeliverable".to_owned()), Some(131_026));
                assert_eq!(failure, (end == Failed).then_some(expected), "{reports:?}");
                let ended = store.commit(vec![unless_failed(n, &provider_id)]).await.unwrap();
                let expected = if has_failed { Committed::Conflict } else { Committed::Done };
                assert_eq!(ended, expected, "{reports:?}");
                if has_failed {
                    done(&*store, accepted(n, &provider_id)).await;
                }
            }
            let now = row(&*store, n).await;
            assert_eq!(
                (now.state, now.delivery),
                (OutboxState::Accepted, Some(end)),
                "{reports:?}"
            );
            if end == Failed {
                assert_eq!(now.error.as_deref(), Some("undeliverable"), "early: {is_early}");
                assert_eq!(now.error_code, Some(131_026));
            }
            let found = store.outbox_by_provider(CHANNEL, &provider_id).await.unwrap();
            assert_eq!(found.map(|row| row.id), Some(message_id(n)));
        }
    }
    assert_eq!(store.outbox_by_provider(CHANNEL, "p999").await.unwrap(), None);
    assert_eq!(store.outbox_by_provider(ChannelId(id(9, 9)), "p1").await.unwrap(), None);
}

pub async fn a_report_with_our_id_settles_an_unknown_row(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1]).await;
    with_rows(&*store, 2, OutboxClass::Agent, &[2]).await;
    done(&*store, dispatch(1)).await;
    done(&*store, unknown(1)).await;
    done(&*store, named("p1", 1, Delivery::Sent)).await;
    let now = row(&*store, 1).await;
    assert_eq!((now.state, now.delivery), (OutboxState::Accepted, Some(Delivery::Sent)));
    assert_eq!((now.provider_id.as_deref(), now.error), (Some("p1"), None));
    // Later reports find it by the provider's id; the late answer changes nothing.
    done(&*store, status("p1", Delivery::Delivered)).await;
    done(&*store, accepted(1, "p1")).await;
    assert_eq!(row(&*store, 1).await.delivery, Some(Delivery::Delivered));
    // Another channel cannot name our row.
    let Write::Status(mut foreign) = named("p2", 2, Delivery::Read) else { unreachable!() };
    foreign.channel = ChannelId(id(9, 9));
    done(&*store, Write::Status(foreign)).await;
    assert_eq!(row(&*store, 2).await.delivery, None);
}

pub async fn a_report_tells_that_what_a_copy_holds_was_sent(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Bot, &[1, 2]).await;
    store.hold_outbox().await.unwrap();
    done(&*store, named("p1", 1, Delivery::Delivered)).await;
    let sent = row(&*store, 1).await;
    assert_eq!((sent.state, sent.delivery), (OutboxState::Accepted, Some(Delivery::Delivered)));
    store.release_outbox(Released::Sent).await.unwrap();
    assert_eq!(ready(&*store, at(0)).await, [2], "only the other goes");
}

pub async fn a_report_stops_a_second_send(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1, 2]).await;
    done(&*store, dispatch(1)).await;
    done(&*store, unknown(1)).await;
    done(&*store, resend(1, at(60))).await;
    done(&*store, named("p1", 1, Delivery::Failed)).await;
    assert_eq!(row(&*store, 1).await.state, OutboxState::Queued, "it failed: send again");
    done(&*store, named("p1", 1, Delivery::Delivered)).await;
    let now = row(&*store, 1).await;
    assert_eq!((now.state, now.delivery), (OutboxState::Accepted, Some(Delivery::Delivered)));
    assert_eq!(ready(&*store, at(60)).await, [2]);
    // One that was never tried is not the one a report can mean.
    done(&*store, named("p2", 2, Delivery::Sent)).await;
    assert_eq!(row(&*store, 2).await.state, OutboxState::Queued);
}

pub async fn a_report_never_moves_what_was_not_sent(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1]).await;
    done(&*store, suppressed(1)).await;
    done(&*store, named("p1", 1, Delivery::Delivered)).await;
    let now = row(&*store, 1).await;
    // The state stays what we decided; what the provider did is shown beside it.
    assert_eq!((now.state, now.delivery), (OutboxState::Suppressed, Some(Delivery::Delivered)));
}

pub async fn rows_are_listed_by_state_and_counted(place: Place) {
    let store = place.open().await;
    with_rows(&*store, 1, OutboxClass::Agent, &[1, 2, 3]).await;
    done(&*store, dispatch(1)).await;
    done(&*store, unknown(1)).await;
    done(&*store, dispatch(2)).await;
    done(&*store, accepted(2, "p2")).await;
    let listed = async |state, before, limit| {
        let rows = store.outbox_in_state(state, before, limit).await.unwrap();
        rows.iter().map(number_of).collect::<Vec<_>>()
    };
    assert_eq!(listed(OutboxState::Unknown, at(2), 9).await, [1]);
    assert!(listed(OutboxState::Unknown, at(1), 9).await.is_empty());
    assert_eq!(listed(OutboxState::Accepted, at(2), 9).await, [2]);
    assert_eq!(listed(OutboxState::Queued, at(1), 9).await, [3], "by its creation");
    assert!(listed(OutboxState::Held, at(9), 9).await.is_empty());
    assert!(listed(OutboxState::Unknown, at(9), 0).await.is_empty());
    assert_eq!(
        store.outbox_counts().await.unwrap(),
        [(OutboxState::Accepted, 1), (OutboxState::Queued, 1), (OutboxState::Unknown, 1)]
    );
}

pub async fn the_head_of_a_lane_comes_with_what_its_send_needs(place: Place) {
    let store = place.open().await;
    let before = with_rows(&*store, 1, OutboxClass::Bot, &[1]).await;
    let wrote = updated(&before, |row| row.last_inbound_at = Some(at(7)));
    done(&*store, wrote).await;
    let heads = store.outbox_ready(at(9), 9).await.unwrap();
    let contact = store.contact(before.contact).await.unwrap().unwrap();
    assert_eq!(heads.len(), 1);
    assert_eq!(heads[0].row, row(&*store, 1).await);
    assert_eq!(heads[0].last_inbound_at, Some(at(7)));
    assert!(contact.phone.is_some() || contact.bsuid.is_some());
    assert_eq!((&heads[0].phone, &heads[0].bsuid), (&contact.phone, &contact.bsuid));
}

pub async fn a_report_belongs_to_the_message_it_names(place: Place) {
    let store = place.open().await;
    let conversation = with_rows(&*store, 1, OutboxClass::Bot, &[1]).await;
    done(&*store, dispatch(1)).await;
    done(&*store, accepted(1, "p1")).await;
    let report = |receipt_id: &str, message| {
        let receipt = receipt(receipt_id, None);
        let row = ReceiptRow { conversation: None, ..receipt };
        vec![Write::ReportReceipt { row, message }, named("p1", 1, Delivery::Sent)]
    };
    let unit = report("p1:sent", message_id(1));
    assert_eq!(store.commit(unit.clone()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Duplicate);
    let kept = store.receipt(CHANNEL, "p1:sent").await.unwrap().unwrap();
    assert_eq!(kept.conversation, Some(conversation.id));
    assert_eq!(kept.raw, receipt("p1:sent", None).raw);
    assert_eq!(row(&*store, 1).await.delivery, Some(Delivery::Sent));
    // One that names nothing of ours is kept and belongs nowhere.
    let unit = report("p9:sent", message_id(9));
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let kept = store.receipt(CHANNEL, "p9:sent").await.unwrap().unwrap();
    assert_eq!(kept.conversation, None);
}

pub async fn a_held_row_waits_and_is_listed(place: Place) {
    let store = place.open().await;
    let conversation = opened(&*store, 1, 1).await;
    let mut held = outbox(1, 1, OutboxClass::Bot);
    held.state = OutboxState::Held;
    let unit = vec![updated(&conversation, |_| {}), Write::Outbox(held)];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    assert!(ready(&*store, at(9)).await.is_empty());
    conflict(&*store, dispatch(1)).await;
    let listed = store.outbox_in_state(OutboxState::Held, at(9), 9).await.unwrap();
    assert_eq!(listed.len(), 1);
}

pub async fn the_first_word_on_a_price_stays_and_prices_are_counted_by_time(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let mut rows: Vec<OutboxRow> = (1..=3).map(|n| outbox(n, 1, OutboxClass::Agent)).collect();
    rows[2].created_at = at(100);
    let mut unit = vec![updated(&row, |_| {})];
    unit.extend(rows.into_iter().map(Write::Outbox));
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let report = |n: u64, status: Delivery, price: Option<&str>| {
        Write::Status(StatusRow {
            channel: CHANNEL,
            provider_id: format!("p{n}"),
            callback: Some(message_id(n)),
            status,
            at: at(1),
            error: None,
            error_code: None,
            raw: "{}".into(),
            price: price.map(str::to_owned),
        })
    };
    for n in 1..=3 {
        let taken = vec![Write::Dispatch { id: message_id(n), at: at(100) }];
        assert_eq!(store.commit(taken).await.unwrap(), Committed::Done);
        let reports = vec![
            report(n, Delivery::Sent, Some("utility|regular|PMP|yes")),
            report(n, Delivery::Delivered, Some("marketing|regular|PMP|yes")),
            report(n, Delivery::Read, None),
        ];
        assert_eq!(store.commit(reports).await.unwrap(), Committed::Done);
    }
    let began = (conversation_id(1), conversation_id(2));
    let prices = async |from, to| store.prices(began, (at(from), at(to))).await.unwrap();
    let utility = |count| vec![("utility|regular|PMP|yes".to_owned(), count)];
    assert_eq!(prices(0, 50).await, utility(2));
    assert_eq!(prices(0, 101).await, utility(3));
    let of = async |from, to| {
        let began = (conversation_id(from), conversation_id(to));
        store.prices(began, (at(0), at(101))).await.unwrap()
    };
    assert_eq!(of(2, 3).await, utility(3), "it began long before, and went on");
    assert_eq!(of(0, 1).await, [], "it began later");
}
