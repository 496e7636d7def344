//! Leases, jobs, notices, settings.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::id::UserId;
use relais_core::time::Span;

async fn with_timer(store: &dyn Store, n: u64, due: i64, attempts: i64) {
    let row = opened(store, n, 1).await;
    let update = updated(&row, |row| {
        row.due_at = Some(at(due));
        row.attempts = attempts;
    });
    assert_eq!(store.commit(vec![update]).await.unwrap(), Committed::Done);
}

/// As a node with a long life of its own.
async fn claim(store: &dyn Store, lease: Span, limit: i64) -> Vec<ConversationRow> {
    store.claim_due(at(50), lease, limit).await.unwrap()
}

async fn joined(place: &Place, id: &str) -> std::sync::Arc<dyn Store> {
    let store = place.open().await;
    store.join(id, "here", "1", Span::minutes(5)).await.unwrap();
    store
}

fn numbers(rows: &[ConversationRow]) -> Vec<i64> {
    rows.iter().map(|row| row.number).collect()
}

pub async fn timers_are_claimed_earliest_first_and_once(place: Place) {
    let store = joined(&place, "a").await;
    with_timer(&*store, 1, 50, 0).await;
    with_timer(&*store, 2, 40, 0).await;
    with_timer(&*store, 3, 30, 0).await;
    with_timer(&*store, 4, 10, 5).await;
    with_timer(&*store, 5, 51, 0).await;
    opened(&*store, 6, 1).await;
    assert_eq!(numbers(&claim(&*store, Span::minutes(1), 2).await), [3, 2]);
    assert_eq!(numbers(&claim(&*store, Span::minutes(1), 9).await), [1]);
    assert!(claim(&*store, Span::minutes(1), 9).await.is_empty());
}

pub async fn a_stale_fence_cannot_write(place: Place) {
    let store = joined(&place, "a").await;
    with_timer(&*store, 1, 1, 0).await;
    // A lease that is over at once: the second worker takes the same conversation.
    let first = claim(&*store, Span::micros(-1), 9).await;
    let second = claim(&*store, Span::minutes(1), 9).await;
    assert_eq!((first[0].fence, second[0].fence), (1, 2));
    let fired = |row: &ConversationRow| vec![updated(row, |row| row.due_at = None)];
    assert_eq!(store.commit(fired(&first[0])).await.unwrap(), Committed::Conflict);
    assert_eq!(store.commit(fired(&second[0])).await.unwrap(), Committed::Done);
    assert_eq!(store.conversation(conversation_id(1)).await.unwrap().unwrap().fence, 2);
}

pub async fn a_lease_ends_with_the_next_write(place: Place) {
    let store = joined(&place, "a").await;
    with_timer(&*store, 1, 1, 0).await;
    let held = claim(&*store, Span::minutes(1), 9).await.remove(0);
    let fired = updated(&held, |row| row.due_at = Some(at(2)));
    assert_eq!(store.commit(vec![fired]).await.unwrap(), Committed::Done);
    assert_eq!(claim(&*store, Span::minutes(1), 9).await.len(), 1, "at once, not after the lease");
}

pub async fn a_request_is_claimed_with_its_act_or_not_at_all(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let request = RequestRow { key: vec![7; 32], body: vec![8; 32], at: at(0) };
    let unit = |row: &ConversationRow| {
        let moved = updated(row, |next| next.next_position = row.next_position + 1);
        let event = Write::AppendEvent(event(1, row.next_position));
        vec![Write::Request(request.clone()), moved, event]
    };
    let stale = ConversationRow { owner_epoch: 9, ..row.clone() };
    assert_eq!(store.commit(unit(&stale)).await.unwrap(), Committed::Conflict);
    assert_eq!(store.request(&request.key).await.unwrap(), None, "the act was not carried out");
    assert_eq!(store.commit(unit(&row)).await.unwrap(), Committed::Done);
    assert_eq!(store.request(&request.key).await.unwrap(), Some(request.clone()));
    let now = store.conversation(row.id).await.unwrap().unwrap();
    assert_eq!(store.commit(unit(&now)).await.unwrap(), Committed::Duplicate);
    assert_eq!(store.events(row.id, 0, 9).await.unwrap().len(), 2);
}

fn job(n: u64, run_at: i64) -> JobRow {
    JobRow {
        id: id(7, n),
        kind: "notify".into(),
        data: "{}".into(),
        run_at: at(run_at),
        attempts: 0,
        error: None,
    }
}

pub async fn jobs_are_taken_once_and_end(place: Place) {
    let store = place.open().await;
    let unit = vec![Write::Job(job(1, 20)), Write::Job(job(2, 10)), Write::Job(job(3, 99))];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    // Asking twice for the same work is asking once.
    let again = JobRow { kind: "other".into(), ..job(1, 0) };
    assert_eq!(store.commit(vec![Write::Job(again)]).await.unwrap(), Committed::Done);

    assert!(store.claim_jobs("notify", at(9), 9).await.unwrap().is_empty());
    let taken = store.claim_jobs("notify", at(20), 9).await.unwrap();
    let expected = [JobRow { attempts: 1, ..job(2, 10) }, JobRow { attempts: 1, ..job(1, 20) }];
    assert_eq!(taken, expected);
    assert!(store.claim_jobs("notify", at(20), 9).await.unwrap().is_empty());
    assert!(store.claim_jobs("other", at(20), 9).await.unwrap().is_empty());

    let retry = Write::JobRetry { id: id(7, 1), run_at: at(30), error: "later".into() };
    let unit = vec![retry, Write::JobDone { id: id(7, 2) }];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    assert!(store.claim_jobs("notify", at(29), 9).await.unwrap().is_empty());
    let taken = store.claim_jobs("notify", at(30), 9).await.unwrap();
    let expected = JobRow { attempts: 2, error: Some("later".into()), ..job(1, 30) };
    assert_eq!(taken, [expected]);
    let dead = vec![Write::JobDead { id: id(7, 1), error: "never".into() }];
    assert_eq!(store.commit(dead.clone()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(dead).await.unwrap(), Committed::Conflict);
    let done_twice = vec![Write::JobDone { id: id(7, 2) }];
    assert_eq!(store.commit(done_twice).await.unwrap(), Committed::Conflict);
    assert!(store.claim_jobs("notify", at(40), 9).await.unwrap().is_empty());
}

pub async fn entries_are_put_swapped_and_taken_once(place: Place) {
    let store = place.open().await;
    let row = |id: &str, data: &str, n: i64| EntryRow {
        kind: "link".into(),
        id: id.into(),
        data: data.into(),
        at: at(n),
    };
    let other = EntryRow { kind: "token".into(), ..row("a", "{}", 9) };
    let unit = [row("a", "1", 1), row("b", "2", 2), other.clone()].map(Write::PutEntry);
    assert_eq!(store.commit(unit.to_vec()).await.unwrap(), Committed::Done);
    assert_eq!(store.entries("link", 9).await.unwrap(), [row("b", "2", 2), row("a", "1", 1)]);
    assert_eq!(store.entries("link", 1).await.unwrap(), [row("b", "2", 2)]);

    let swap = || vec![Write::SwapEntry { row: row("a", "1", 1), data: "3".into() }];
    assert_eq!(store.commit(swap()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(swap()).await.unwrap(), Committed::Conflict, "it is another one now");
    assert_eq!(store.entry("link", "a").await.unwrap(), Some(row("a", "3", 1)));

    let take = || vec![Write::TakeEntry { kind: "link".into(), id: "a".into() }];
    assert_eq!(store.commit(take()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(take()).await.unwrap(), Committed::Conflict, "once");
    assert_eq!(store.prune_entries("link", at(2), 9).await.unwrap(), 0);
    assert_eq!(store.prune_entries("link", at(3), 9).await.unwrap(), 1);
    assert_eq!(store.entry("token", "a").await.unwrap(), Some(other));
}

pub async fn one_notice_per_escalation_team_and_sink(place: Place) {
    let store = place.open().await;
    let notice = notification(1, "livraison");
    let slack = NotificationRow { channel: "slack".into(), ..notice.clone() };
    let other = notification(2, "livraison");
    let unit = vec![
        Write::Notification(notice.clone()),
        Write::Notification(notice.clone()),
        Write::Notification(slack.clone()),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let unit = vec![Write::Notification(slack.clone()), Write::Notification(other.clone())];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let listed = store.notifications(0, 9).await.unwrap();
    let expected =
        [(1, notice), (2, slack), (3, other)].map(|(seq, row)| NotificationRow { seq, ..row });
    assert_eq!(listed, expected, "cursors from 1 without gaps");
    assert_eq!(store.notifications(1, 1).await.unwrap(), expected[1..2]);
}

pub async fn gaps_are_listed_by_time(place: Place) {
    let store = place.open().await;
    let gap = |secs, question: &str| Write::Gap {
        conversation: conversation_id(1),
        at: at(secs),
        question: question.into(),
    };
    let unit = vec![gap(3, "c"), gap(1, "a"), gap(2, "b"), gap(2, "b2")];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let listed = store.gaps_between(at(1), at(3)).await.unwrap();
    assert_eq!(listed, [("a".into(), at(1)), ("b".into(), at(2)), ("b2".into(), at(2))]);
}

fn user(n: u64, login: &str) -> UserRow {
    UserRow {
        id: UserId(id(8, n)),
        login: login.into(),
        name: "Camille".into(),
        role: "agent".into(),
        password: Some("$argon2id$…".into()),
        is_disabled: false,
        created_at: at(0),
    }
}

pub async fn users_are_put_and_found(place: Place) {
    let store = place.open().await;
    store.put_user(user(1, "camille")).await.unwrap();
    store.put_user(user(2, "bruno")).await.unwrap();
    let changed = UserRow {
        name: "C.".into(),
        role: "admin".into(),
        password: None,
        is_disabled: true,
        ..user(1, "camille")
    };
    store.put_user(changed.clone()).await.unwrap();
    assert_eq!(store.user(changed.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(store.user_by_login("camille").await.unwrap(), Some(changed.clone()));
    assert_eq!(store.user_by_login("Camille").await.unwrap(), None);
    assert_eq!(store.user(UserId(id(8, 9))).await.unwrap(), None);
    assert_eq!(store.users().await.unwrap(), [user(2, "bruno"), changed]);
    let taken = store.put_user(user(3, "bruno")).await;
    assert!(matches!(taken, Err(StoreError::Bug(_))), "{taken:?}");
}

pub async fn sessions_end_one_by_one_or_all_of_a_user(place: Place) {
    let store = place.open().await;
    let session = |n: u8, of: u64| SessionRow {
        token_hash: vec![n; 32],
        user: UserId(id(8, of)),
        created_at: at(0),
        expires_at: at(60),
        browser: "Firefox".into(),
        address: "10.0.0.1".into(),
        seen_at: at(1),
    };
    let without_user = store.put_session(session(1, 1)).await;
    assert!(matches!(without_user, Err(StoreError::Bug(_))), "{without_user:?}");
    store.put_user(user(1, "camille")).await.unwrap();
    store.put_user(user(2, "bruno")).await.unwrap();
    for row in [session(1, 1), session(2, 1), session(3, 2)] {
        store.put_session(row).await.unwrap();
    }
    assert_eq!(store.session(&[1; 32]).await.unwrap(), Some(session(1, 1)));
    assert_eq!(store.sessions_of(UserId(id(8, 1))).await.unwrap().len(), 2);
    store.seen_session(&[1; 32], at(5)).await.unwrap();
    store.seen_session(&[9; 32], at(5)).await.unwrap();
    assert_eq!(store.session(&[1; 32]).await.unwrap().unwrap().seen_at, at(5));
    assert_eq!(store.session(&[9; 32]).await.unwrap(), None, "a session is not made by its use");
    store.seen_session(&[1; 32], at(1)).await.unwrap();
    let longer = SessionRow { expires_at: at(99), ..session(1, 1) };
    store.put_session(longer.clone()).await.unwrap();
    assert_eq!(store.session(&[1; 32]).await.unwrap(), Some(longer));
    store.delete_session(&[1; 32]).await.unwrap();
    assert_eq!(store.session(&[1; 32]).await.unwrap(), None);
    assert!(store.session(&[2; 32]).await.unwrap().is_some());
    store.delete_sessions_of(UserId(id(8, 1))).await.unwrap();
    assert_eq!(store.session(&[2; 32]).await.unwrap(), None);
    assert!(store.session(&[3; 32]).await.unwrap().is_some());
}

pub async fn channels_are_put_and_listed(place: Place) {
    let store = place.open().await;
    let channel = ChannelRow {
        id: CHANNEL,
        kind: "simulator".into(),
        name: "Simulator".into(),
        business_number: "100".into(),
        config: "{}".into(),
        paused_reason: None,
        created_at: at(0),
    };
    store.put_channel(channel.clone()).await.unwrap();
    let paused = ChannelRow {
        name: "WhatsApp".into(),
        config: r#"{"token":"x"}"#.into(),
        paused_reason: Some("token revoked".into()),
        ..channel.clone()
    };
    store.put_channel(paused.clone()).await.unwrap();
    assert_eq!(store.channels().await.unwrap(), [paused]);
    let same_number = ChannelRow { id: relais_core::id::ChannelId(id(9, 1)), ..channel };
    assert!(matches!(store.put_channel(same_number).await, Err(StoreError::Bug(_))));
}

pub async fn versions_are_never_changed(place: Place) {
    let store = place.open().await;
    assert_eq!(store.latest_version().await.unwrap(), None);
    let version = |version, document: &str| VersionRow {
        version,
        published_at: at(version),
        document: document.into(),
        comment: "first".into(),
    };
    let put = async |row| store.put_version(row).await.unwrap();
    assert_eq!(put(version(1, "{}")).await, Committed::Done);
    assert_eq!(put(version(2, "[]")).await, Committed::Done);
    assert_eq!(put(version(1, "other")).await, Committed::Conflict);
    assert_eq!(store.latest_version().await.unwrap(), Some(version(2, "[]")));
    assert_eq!(store.version(1).await.unwrap(), Some(version(1, "{}")));
    assert_eq!(store.version(3).await.unwrap(), None);
}

pub async fn settings_are_put_changed_and_removed(place: Place) {
    let store = place.open().await;
    store.ping().await.unwrap();
    assert_eq!(store.setting("generation").await.unwrap(), None);
    store.put_setting("generation", Some("1")).await.unwrap();
    store.put_setting("generation", Some("2")).await.unwrap();
    assert_eq!(store.setting("generation").await.unwrap().as_deref(), Some("2"));
    store.put_setting("generation", None).await.unwrap();
    store.put_setting("generation", None).await.unwrap();
    assert_eq!(store.setting("generation").await.unwrap(), None);
}

pub async fn what_is_old_is_pruned_a_little_at_a_time(place: Place) {
    let store = place.open().await;
    for n in 0..5 {
        let mut old = receipt(&format!("w{n}"), None);
        old.received_at = at(n);
        let mut kept = receipt(&format!("q{n}"), None);
        kept.outcome = "quarantined".into();
        let unit = vec![Write::Receipt(old), Write::Receipt(kept), Write::Job(job(n as u64, n))];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    }
    let done = (0..3).map(|n| Write::JobDone { id: id(7, n) }).collect();
    assert_eq!(store.commit(done).await.unwrap(), Committed::Done);
    assert_eq!(store.prune(Prune::Receipts, at(4), 3).await.unwrap(), 3);
    assert_eq!(store.prune(Prune::Receipts, at(4), 3).await.unwrap(), 1);
    assert!(store.receipt(CHANNEL, "w4").await.unwrap().is_some());
    assert_eq!(store.ledger(Some("quarantined"), 9).await.unwrap().len(), 5);
    assert_eq!(store.prune(Prune::Quarantined, at(1), 3).await.unwrap(), 3, "a few at a time");
    assert_eq!(store.prune(Prune::Quarantined, at(0), 9).await.unwrap(), 0);
    assert_eq!(store.ledger(None, 9).await.unwrap().len(), 3);
    assert_eq!(store.prune(Prune::Jobs, at(9), 9).await.unwrap(), 3, "done ones only");
    assert_eq!(store.claim_jobs("notify", at(9), 9).await.unwrap().len(), 2);
    for n in 0..3 {
        let report = Write::Status(StatusRow {
            channel: CHANNEL,
            provider_id: format!("p{n}"),
            callback: None,
            status: relais_core::message::Delivery::Read,
            at: at(n),
            error: None,
            error_code: None,
            raw: "{}".into(),
            price: None,
        });
        assert_eq!(store.commit(vec![report]).await.unwrap(), Committed::Done);
    }
    assert_eq!(store.prune(Prune::Statuses, at(2), 1).await.unwrap(), 1);
    assert_eq!(store.prune(Prune::Statuses, at(2), 9).await.unwrap(), 1, "the newest stays");
    assert_eq!(store.take_unsent_files(at(0), at(9), 9).await.unwrap(), Vec::<String>::new());
    assert_eq!(store.prune(Prune::Requests, at(9), 9).await.unwrap(), 0);
    assert_eq!(store.prune(Prune::Sessions, at(9), 9).await.unwrap(), 0);
}

pub async fn a_quarantined_receipt_is_replayed_once(place: Place) {
    let store = place.open().await;
    let mut row = receipt("w", None);
    row.outcome = "quarantined".into();
    assert_eq!(store.commit(vec![Write::Receipt(row.clone())]).await.unwrap(), Committed::Done);
    row.outcome = "processed".into();
    let replay = vec![Write::ReplayedReceipt(row.clone())];
    assert_eq!(store.commit(replay.clone()).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(replay).await.unwrap(), Committed::Duplicate);
    assert_eq!(store.receipt(CHANNEL, "w").await.unwrap(), Some(row));
}

pub async fn a_hold_takes_everything_on_its_way_and_ends_either_way(place: Place) {
    let store = place.open().await;
    for n in 1..=2 {
        let row = opened(&*store, n, 1).await;
        let unit = vec![updated(&row, |_| {}), Write::Outbox(outbox(n, n, OutboxClass::Bot))];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    }
    let dispatch = vec![Write::Dispatch { id: message_id(1), at: at(1) }];
    assert_eq!(store.commit(dispatch).await.unwrap(), Committed::Done);
    store.hold_outbox().await.unwrap();
    let counts = async || store.outbox_counts().await.unwrap();
    assert_eq!(counts().await, [(OutboxState::Held, 2)]);
    assert!(store.outbox_ready(at(9), 9).await.unwrap().is_empty());
    store.release_outbox(Released::Sent).await.unwrap();
    assert_eq!(counts().await, [(OutboxState::Queued, 2)]);
    store.hold_outbox().await.unwrap();
    store.release_outbox(Released::Dropped).await.unwrap();
    assert_eq!(counts().await, [(OutboxState::Suppressed, 2)]);
}

pub async fn after_a_restore_agents_are_asked_and_what_tells_others_is_dropped(place: Place) {
    let store = place.open().await;
    for (n, class) in [(1, OutboxClass::Agent), (2, OutboxClass::Bot), (3, OutboxClass::System)] {
        let row = opened(&*store, n, 1).await;
        let unit = vec![updated(&row, |_| {}), Write::Outbox(outbox(n, n, class))];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    }
    assert_eq!(store.commit(vec![Write::Job(job(1, 1))]).await.unwrap(), Committed::Done);
    let state = async |n| store.outbox_row(message_id(n)).await.unwrap().unwrap().state;
    store.hold_outbox().await.unwrap();
    assert!(store.claim_jobs("notify", at(9), 9).await.unwrap().is_empty(), "held");
    store.release_outbox(Released::Sent).await.unwrap();
    assert_eq!(store.claim_jobs("notify", at(9), 9).await.unwrap().len(), 1);
    store.hold_outbox().await.unwrap();
    store.release_outbox(Released::Asked).await.unwrap();
    assert_eq!(state(1).await, OutboxState::Unknown);
    assert_eq!(
        (state(2).await, state(3).await),
        (OutboxState::Suppressed, OutboxState::Suppressed)
    );
    store.release_jobs("notify").await.unwrap();
    assert!(store.claim_jobs("notify", at(9), 9).await.unwrap().is_empty(), "dropped");
}

pub async fn a_secret_is_swapped_only_while_it_is_what_it_was(place: Place) {
    let store = place.open().await;
    store.put_setting("k", Some("1")).await.unwrap();
    let channel = ChannelRow {
        id: CHANNEL,
        kind: "whatsapp_cloud".into(),
        name: "Boutique".into(),
        business_number: "100".into(),
        config: "{}".into(),
        paused_reason: None,
        created_at: at(0),
    };
    store.put_channel(channel.clone()).await.unwrap();
    let setting = |before: &str| Write::SwapSetting {
        key: "k".into(),
        before: before.into(),
        after: "2".into(),
    };
    let config = |before: &str| Write::SwapChannel {
        id: channel.id,
        before: before.into(),
        after: "{\"a\":1}".into(),
    };
    let both = |a: &str, b: &str| vec![setting(a), config(b)];
    for stale in [both("0", &channel.config), both("1", "stale")] {
        assert_eq!(store.commit(stale).await.unwrap(), Committed::Conflict);
        assert_eq!(store.setting("k").await.unwrap().as_deref(), Some("1"), "all or nothing");
    }
    assert_eq!(store.commit(both("1", &channel.config)).await.unwrap(), Committed::Done);
    assert_eq!(store.setting("k").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.channels().await.unwrap()[0].config, "{\"a\":1}");
    let pause = |config: &str| Write::PauseChannel {
        id: channel.id,
        config: config.into(),
        reason: "token".into(),
    };
    assert_eq!(store.commit(vec![pause("{}")]).await.unwrap(), Committed::Conflict, "another one");
    assert_eq!(store.commit(vec![pause("{\"a\":1}")]).await.unwrap(), Committed::Done);
    assert_eq!(store.channels().await.unwrap()[0].paused_reason.as_deref(), Some("token"));
    assert_eq!(store.commit(vec![pause("{\"a\":1}")]).await.unwrap(), Committed::Conflict, "once");
}

pub async fn what_a_model_cost_adds_up_per_day_and_use(place: Place) {
    let store = place.open().await;
    let used = |day: &str, used_for: &str, tokens: i64| ModelUse {
        day: day.to_owned(),
        used_for: used_for.to_owned(),
        calls: 1,
        tokens_in: tokens,
        tokens_out: 2 * tokens,
        cost_micros: 3 * tokens,
    };
    let adding = (0..20).map(|_| store.add_model_use(used("2027-05-03", "answers", 10)));
    futures_util::future::try_join_all(adding).await.unwrap();
    store.add_model_use(used("2027-05-03", "copilot", 7)).await.unwrap();
    store.add_model_use(used("2027-05-04", "answers", 1)).await.unwrap();
    let sum = ModelUse { calls: 20, ..used("2027-05-03", "answers", 200) };
    let day = store.model_uses("2027-05-03").await.unwrap();
    assert_eq!(day, [sum, used("2027-05-03", "copilot", 7)]);
    assert!(store.model_uses("2027-05-05").await.unwrap().is_empty());
}
