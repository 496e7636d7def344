//! What agents arrange: filters and orders of lists, views, drafts, replies that wait.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;
use relais_core::time::{Span, Timestamp};

async fn with(store: &dyn Store, n: u64, change: impl FnOnce(&mut ConversationRow)) {
    let row = opened(store, n, 1).await;
    assert_eq!(store.commit(vec![updated(&row, change)]).await.unwrap(), Committed::Done);
}

fn numbers(rows: &[ConversationRow]) -> Vec<i64> {
    rows.iter().map(|row| row.number).collect()
}

pub async fn every_filter_lets_its_own_through(place: Place) {
    let store = place.open().await;
    let now = at(100_000);
    with(&*store, 1, |row| {
        row.tags = "|refund|vip_2|".into();
        row.tier = 3;
        row.language = "pt-BR".into();
        row.unread = 0;
        row.status = "human".into();
        row.assignee = Some("nadia".into());
        row.last_inbound_at = None;
    })
    .await;
    with(&*store, 2, |row| {
        row.priority = 2;
        row.reason = Some("sensitive".into());
        row.is_vip = true;
        row.snoozed_until = Some(UNTIL_HEARD);
        row.mentions = "|hugo|nadia|".into();
    })
    .await;
    // Late.
    with(&*store, 3, |row| {
        row.status = "queued".into();
        row.waiting_since = Some(now - Span::minutes(20));
        row.reply_due_at = Some(now - Span::minutes(1));
    })
    .await;
    // Due soon, and most of its time gone.
    with(&*store, 4, |row| {
        row.status = "queued".into();
        row.waiting_since = Some(now - Span::minutes(10));
        row.reply_due_at = Some(now + Span::minutes(5));
    })
    .await;
    // Due soon, but it only just came.
    with(&*store, 5, |row| {
        row.status = "queued".into();
        row.waiting_since = Some(now);
        row.reply_due_at = Some(now + Span::minutes(15));
    })
    .await;
    // Its session window is about to close.
    with(&*store, 6, |row| {
        row.status = "human".into();
        row.last_inbound_at = Some(now - Span::hours(23) - Span::minutes(10));
    })
    .await;
    let any = InboxFilter::default();
    let cases: Vec<(InboxFilter, &[i64])> = vec![
        (InboxFilter { tag: Some("refund".into()), ..any.clone() }, &[1]),
        (InboxFilter { tag: Some("vip_2".into()), ..any.clone() }, &[1]),
        (InboxFilter { tag: Some("vip".into()), ..any.clone() }, &[]),
        (InboxFilter { tag: Some("%".into()), ..any.clone() }, &[]),
        (InboxFilter { tier: Some(3), ..any.clone() }, &[1]),
        (InboxFilter { language: Some("pt".into()), ..any.clone() }, &[1]),
        (InboxFilter { priority: Some(2), ..any.clone() }, &[2]),
        (InboxFilter { reason: Some("sensitive".into()), ..any.clone() }, &[2]),
        (InboxFilter { only_vip: true, ..any.clone() }, &[2]),
        (InboxFilter { only_unread: true, ..any.clone() }, &[6, 5, 4, 3, 2]),
        (InboxFilter { snoozed: Snoozed::Only, ..any.clone() }, &[2]),
        (InboxFilter { snoozed: Snoozed::Without, ..any.clone() }, &[6, 5, 4, 3, 1]),
        (InboxFilter { mentions: Some("nadia".into()), ..any.clone() }, &[2]),
        (InboxFilter { mentions: Some("nad".into()), ..any.clone() }, &[]),
        (InboxFilter { is_answered: true, ..any.clone() }, &[1]),
        (InboxFilter { at_risk: Some(now), ..any.clone() }, &[6, 4, 3]),
        (InboxFilter { moved_before: Some(at(3)), ..any.clone() }, &[2, 1]),
        (InboxFilter { moved_from: Some(at(3)), ..any.clone() }, &[6, 5, 4, 3]),
    ];
    for (filter, expected) in cases {
        let found = store.inbox(&filter, None, 50).await.unwrap();
        assert_eq!(numbers(&found), expected, "{filter:?}");
        let count = store.inbox_count(&filter, 50).await.unwrap();
        assert_eq!(count, expected.len() as i64, "{filter:?}");
    }
    assert_eq!(store.inbox_count(&any, 4).await.unwrap(), 4, "counted no further");
    let row = store.conversation(conversation_id(1)).await.unwrap().unwrap();
    let waits = updated(&row, |row| row.waiting_since = Some(now));
    assert_eq!(store.commit(vec![waits]).await.unwrap(), Committed::Done);
    let answered = InboxFilter { is_answered: true, ..any.clone() };
    assert_eq!(store.inbox_count(&answered, 50).await.unwrap(), 0, "taken and not answered yet");
    assert_eq!(store.loads().await.unwrap(), [("nadia".to_owned(), 1)]);
    let row = store.conversation(conversation_id(1)).await.unwrap().unwrap();
    let aside = updated(&row, |row| row.snoozed_until = Some(at(9)));
    store.commit(vec![aside]).await.unwrap();
    assert_eq!(store.loads().await.unwrap(), [], "what is put aside takes no room");
}

/// Each filter alone and with one other, over rows in which everything differs.
pub async fn what_a_filter_lets_through_is_the_same_in_memory(place: Place) {
    let store = place.open().await;
    let now = at(100_000);
    let minutes = |n: u64| Span::minutes(n as i64);
    for n in 1..=48 {
        let mut row = conversation(n);
        row.status = ["bot", "queued", "human"][n as usize % 3].into();
        row.team = [None, Some("billing"), Some("care")][n as usize / 3 % 3].map(Into::into);
        row.assignee = (n % 3 == 2).then(|| ["nadia", "hugo"][n as usize / 4 % 2].into());
        row.tier = 1 + (n as i64 / 5) % 3;
        row.priority = n as i64 / 2 % 3;
        row.is_vip = n % 7 == 0;
        row.is_deferred = n % 11 == 0;
        row.reason = (n % 4 == 0).then(|| "sensitive".into());
        row.language = ["fr", "pt-BR", "fra", "fr-CA"][n as usize / 3 % 4].into();
        row.unread = (n as i64 / 3) % 2;
        row.tags = ["", "|refund|", "|refunds|vip|"][n as usize / 2 % 3].into();
        row.mentions = ["", "|nadia|", "|nad|hugo|"][n as usize / 5 % 3].into();
        row.snoozed_until = [None, Some(UNTIL_HEARD), Some(now)][n as usize / 6 % 3];
        row.waiting_since = (n % 5 != 0).then(|| now - minutes(n / 2));
        row.reply_due_at = (n % 6 != 0).then(|| now + minutes(n % 20) - minutes(3));
        row.last_inbound_at =
            (n % 8 != 0).then(|| now - Span::hours(23) + minutes(n) - minutes(70));
        row.last_message_at = at(n as i64);
        row.is_sample = n % 13 == 0;
        let unit = vec![new_contact(n), Write::OpenConversation(row)];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    }
    // What has ended is none of it.
    with(&*store, 49, |row| row.status = "resolved".into()).await;
    let any = InboxFilter {
        status: ["bot", "queued", "human"].map(str::to_owned).into(),
        ..InboxFilter::default()
    };
    let sight = Sight { agent: "nadia".into(), teams: vec!["care".into()] };
    type Change<'a> = Box<dyn Fn(&mut InboxFilter) + 'a>;
    let changes: Vec<Change<'_>> = vec![
        Box::new(|f| f.status = vec!["queued".into()]),
        Box::new(|f| f.team = Some("billing".into())),
        Box::new(|f| f.assignee = Some("nadia".into())),
        Box::new(|f| f.is_unassigned = true),
        Box::new(|f| f.tag = Some("refund".into())),
        Box::new(|f| f.tier = Some(2)),
        Box::new(|f| f.priority = Some(1)),
        Box::new(|f| f.language = Some("fr".into())),
        Box::new(|f| f.language = Some("fra".into())),
        Box::new(|f| f.reason = Some("sensitive".into())),
        Box::new(|f| f.only_vip = true),
        Box::new(|f| f.only_unread = true),
        Box::new(|f| f.snoozed = Snoozed::Only),
        Box::new(|f| f.snoozed = Snoozed::Without),
        Box::new(|f| f.mentions = Some("nad".into())),
        Box::new(|f| f.at_risk = Some(now)),
        Box::new(|f| f.is_answered = true),
        Box::new(|f| f.moved_from = Some(at(20))),
        Box::new(|f| f.moved_before = Some(at(30))),
        Box::new(|f| f.only = Some(sight.clone())),
        Box::new(|f| f.with_sample = true),
    ];
    let lines = store.inbox_open(100).await.unwrap();
    assert_eq!(lines.len(), 48);
    assert_eq!(store.inbox_open(5).await.unwrap().len(), 5, "read no further");
    let shown = |filter: &InboxFilter| lines.iter().filter(|line| filter.lets(line)).count();
    for one in &changes {
        let mut alone = any.clone();
        one(&mut alone);
        assert!(shown(&alone) > 0 && shown(&alone) != shown(&any), "{alone:?}");
        for other in &changes {
            let mut filter = any.clone();
            one(&mut filter);
            other(&mut filter);
            assert!(filter.is_of_open());
            let count = store.inbox_count(&filter, 100).await.unwrap();
            assert_eq!(count, shown(&filter) as i64, "{filter:?}");
        }
    }
}

pub async fn each_order_pages_through_everything_once(place: Place) {
    let store = place.open().await;
    for n in 1..=9 {
        with(&*store, n, |row| {
            row.status = ["bot", "queued", "human"][n as usize % 3].into();
            row.priority = (n % 3) as i64;
            row.is_deferred = n == 4;
            row.waiting_since = (n % 3 == 1).then(|| at(50 - n as i64));
            row.reply_due_at = (n != 5).then(|| at(100 - n as i64));
            row.last_message_at = at(n as i64 / 2);
        })
        .await;
    }
    let open: Vec<String> = ["bot", "queued", "human"].map(str::to_owned).into();
    let mut firsts = Vec::new();
    for sort in [InboxSort::Newest, InboxSort::Due, InboxSort::Waiting, InboxSort::Priority] {
        let filter = InboxFilter { status: open.clone(), sort, ..InboxFilter::default() };
        let whole = store.inbox(&filter, None, 50).await.unwrap();
        let mut ranks: Vec<i64> = whole.iter().map(|row| sort.rank(row)).collect();
        assert!(ranks.is_sorted(), "{sort:?} {ranks:?}");
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = store.inbox(&filter, after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(InboxCursor::after(last, sort));
            paged.extend(numbers(&page));
        }
        assert_eq!(paged, numbers(&whole), "{sort:?}");
        assert_eq!(paged.len(), 9);
        ranks.clear();
        firsts.push(paged[0]);
    }
    assert_eq!(firsts, [9, 8, 7, 8]);
}

fn view(n: u64, owner: Option<&str>) -> ViewRow {
    ViewRow {
        id: id(7, n),
        owner: owner.map(str::to_owned),
        name: format!("vue {n}"),
        query: "is:open".into(),
        sort: "due".into(),
        created_at: at(n as i64),
    }
}

pub async fn views_are_ones_own_or_everybodys(place: Place) {
    let store = place.open().await;
    for row in [view(1, None), view(2, Some("nadia")), view(3, Some("hugo"))] {
        store.put_view(row).await.unwrap();
    }
    let of = async |who: &str| -> Vec<String> {
        store.views(who).await.unwrap().into_iter().map(|v| v.name).collect()
    };
    assert_eq!(of("nadia").await, ["vue 1", "vue 2"]);
    store.put_view(ViewRow { name: "autre".into(), ..view(2, Some("nadia")) }).await.unwrap();
    assert_eq!(of("nadia").await, ["vue 1", "autre"]);
    store.delete_view(id(7, 1)).await.unwrap();
    assert_eq!(of("hugo").await, ["vue 3"]);
}

fn draft(text: &str, version: i64) -> DraftRow {
    DraftRow {
        conversation: conversation_id(1),
        author: "nadia".into(),
        mode: "reply".into(),
        text: text.into(),
        version,
        at: at(version),
    }
}

pub async fn a_draft_is_never_written_over_unseen(place: Place) {
    let store = place.open().await;
    opened(&*store, 1, 1).await;
    assert!(store.put_draft(draft("Bon", 1)).await.unwrap());
    assert!(!store.put_draft(draft("Autre", 1)).await.unwrap(), "a second first one");
    assert!(store.put_draft(draft("Bonjour", 2)).await.unwrap());
    assert!(!store.put_draft(draft("Bonsoir", 2)).await.unwrap(), "from a device left behind");
    assert_eq!(store.drafts_of("nadia").await.unwrap(), [draft("Bonjour", 2)]);
    assert_eq!(store.drafts_of("hugo").await.unwrap(), []);
    assert!(!store.put_draft(draft("", 2)).await.unwrap(), "unseen words are not thrown away");
    assert!(store.put_draft(draft("", 3)).await.unwrap());
    assert_eq!(store.drafts_of("nadia").await.unwrap(), []);
    assert!(store.put_draft(draft("", 1)).await.unwrap(), "nothing stays nothing");
}

pub async fn a_reply_to_be_taken_back_waits_and_leaves_when_told(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let held = OutboxRow { not_before: at(10), ..outbox(1, 1, OutboxClass::Agent) };
    let unit = vec![updated(&row, |_| {}), Write::Outbox(held)];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let ready = async |now: Timestamp| store.outbox_ready(now, 9).await.unwrap().len();
    assert_eq!(ready(at(9)).await, 0);
    let conversation = row.id;
    store.commit(vec![Write::EndUndo { conversation, at: at(5) }]).await.unwrap();
    assert_eq!(ready(at(5)).await, 1);
    let back = Write::Suppressed { id: message_id(1), error: "taken back".into(), at: at(5) };
    assert_eq!(store.commit(vec![back.clone()]).await.unwrap(), Committed::Done);
    assert_eq!(ready(at(99)).await, 0);
    assert_eq!(store.commit(vec![back]).await.unwrap(), Committed::Conflict);
}
