//! Lists of conversations: filters, pages, counts, timers, words.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;

/// Opens conversation `n`, then changes it.
async fn with(store: &dyn Store, n: u64, change: impl FnOnce(&mut ConversationRow)) {
    let row = opened(store, n, 3).await;
    assert_eq!(store.commit(vec![updated(&row, change)]).await.unwrap(), Committed::Done);
}

fn numbers(rows: &[ConversationRow]) -> Vec<i64> {
    rows.iter().map(|row| row.number).collect()
}

/// 1 bot, 2 queued in livraison, 3 human of camille in livraison, 4 resolved, 5 queued in
/// boutique; the newest has the highest number.
async fn five(store: &dyn Store) {
    with(store, 1, |_| {}).await;
    with(store, 2, |row| {
        row.status = "queued".into();
        row.team = Some("livraison".into());
    })
    .await;
    with(store, 3, |row| {
        row.status = "human".into();
        row.team = Some("livraison".into());
        row.assignee = Some("camille".into());
    })
    .await;
    with(store, 4, |row| row.status = "resolved".into()).await;
    with(store, 5, |row| {
        row.status = "queued".into();
        row.team = Some("boutique".into());
    })
    .await;
}

async fn listed(store: &dyn Store, filter: InboxFilter) -> Vec<i64> {
    numbers(&store.inbox(&filter, None, 50).await.unwrap())
}

pub async fn the_inbox_filters_and_is_newest_first(place: Place) {
    let store = place.open().await;
    five(&*store).await;
    let all = InboxFilter::default();
    assert_eq!(listed(&*store, all.clone()).await, [5, 4, 3, 2, 1]);
    let status = |words: &[&str]| InboxFilter {
        status: words.iter().map(|word| (*word).to_owned()).collect(),
        ..InboxFilter::default()
    };
    assert_eq!(listed(&*store, status(&["queued"])).await, [5, 2]);
    assert_eq!(listed(&*store, status(&["bot", "human"])).await, [3, 1]);
    assert!(listed(&*store, status(&["nonsense"])).await.is_empty());
    let team = InboxFilter { team: Some("livraison".into()), ..all.clone() };
    assert_eq!(listed(&*store, team.clone()).await, [3, 2]);
    assert_eq!(listed(&*store, InboxFilter { is_unassigned: true, ..team }).await, [2]);
    let mine = InboxFilter { assignee: Some("camille".into()), ..all.clone() };
    assert_eq!(listed(&*store, mine).await, [3]);
    let hostile = InboxFilter { team: Some("' OR 1=1 --".into()), ..all };
    assert!(listed(&*store, hostile).await.is_empty());
}

pub async fn some_of_a_list_are_read_by_their_ids(place: Place) {
    let store = place.open().await;
    five(&*store).await;
    let all = store.inbox(&InboxFilter::default(), None, 50).await.unwrap();
    let id = |number: i64| all.iter().find(|row| row.number == number).unwrap().id;
    let queued = InboxFilter { status: vec!["queued".into()], ..InboxFilter::default() };
    let some = |ids: &[i64]| InboxFilter {
        ids: ids.iter().map(|number| id(*number)).collect(),
        ..queued.clone()
    };
    assert_eq!(listed(&*store, some(&[3, 5])).await, [5], "what the filter lets through");
    assert_eq!(listed(&*store, some(&[2, 4, 5])).await, [5, 2]);
    let many = InboxFilter { ids: vec![id(2); InboxFilter::MOST_IDS + 1], ..queued.clone() };
    assert_eq!(listed(&*store, many).await, [2]);
    let hidden = Sight { teams: vec!["boutique".into()], agent: "nadia".into() };
    let sees = InboxFilter { only: Some(hidden), ..some(&[2, 5]) };
    assert_eq!(listed(&*store, sees).await, [5]);
}

pub async fn the_inbox_comes_in_pages(place: Place) {
    let store = place.open().await;
    for n in 1..=7 {
        // Two and two of the same instant: the id decides.
        with(&*store, n, |row| row.last_message_at = at(n as i64 / 2)).await;
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store.inbox(&InboxFilter::default(), before, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(InboxCursor::after(last, InboxSort::Newest));
        seen.extend(numbers(&page));
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

pub async fn counts_queues_and_loads_leave_sample_data_out(place: Place) {
    let store = place.open().await;
    five(&*store).await;
    let mut sample = conversation(6);
    sample.status = "queued".into();
    sample.is_sample = true;
    let unit = vec![new_contact(6), Write::OpenConversation(sample)];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);

    let some = |team: &str| Some(team.to_owned());
    assert_eq!(
        store.inbox_counts().await.unwrap().into_iter().collect::<std::collections::BTreeSet<_>>(),
        [
            ("bot".into(), None, 1),
            ("human".into(), some("livraison"), 1),
            ("queued".into(), some("boutique"), 1),
            ("queued".into(), some("livraison"), 1),
        ]
        .into()
    );
    let mut queued = numbers(&store.queued(None).await.unwrap());
    queued.sort_unstable();
    assert_eq!(queued, [2, 5]);
    assert_eq!(numbers(&store.queued(Some("boutique")).await.unwrap()), [5]);
    assert_eq!(store.loads().await.unwrap(), [("camille".to_owned(), 1)]);
    assert_eq!(listed(&*store, InboxFilter::default()).await, [5, 4, 3, 2, 1]);
    let with_sample = InboxFilter { with_sample: true, ..InboxFilter::default() };
    assert_eq!(listed(&*store, with_sample).await, [6, 5, 4, 3, 2, 1]);
    let opened = store.opened_between(at(2), at(4)).await.unwrap();
    assert_eq!(numbers(&opened), [2, 3]);
    assert_eq!(numbers(&store.opened_between(at(5), at(99)).await.unwrap()), [5]);
}

pub async fn timers_come_earliest_first_and_skip_quarantine(place: Place) {
    let store = place.open().await;
    assert_eq!(store.next_due().await.unwrap(), None);
    with(&*store, 1, |row| row.due_at = Some(at(30))).await;
    with(&*store, 2, |row| row.due_at = Some(at(10))).await;
    with(&*store, 3, |_| {}).await;
    with(&*store, 4, |row| {
        row.due_at = Some(at(5));
        row.attempts = 5;
    })
    .await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    assert!(store.due(at(9), 10).await.unwrap().is_empty());
    assert_eq!(numbers(&store.due(at(10), 10).await.unwrap()), [2]);
    assert_eq!(numbers(&store.due(at(99), 10).await.unwrap()), [2, 1]);
    assert_eq!(numbers(&store.due(at(99), 1).await.unwrap()), [2]);
}

async fn found(store: &dyn Store, words: &str) -> Vec<i64> {
    let filter = InboxFilter { search: Some(words.into()), ..InboxFilter::default() };
    listed(store, filter).await
}

pub async fn words_are_found_in_the_whole_history(place: Place) {
    let store = place.open().await;
    said(&*store, 1, &["ou est mon colis", "commande ml-2041"]).await;
    said(&*store, 2, &["mon colis est casse", "", "???"]).await;
    said(&*store, 3, &["اين طلبي", "remboursement s'il vous plait", "24h"]).await;

    assert_eq!(found(&*store, "colis").await, [2, 1]);
    assert_eq!(found(&*store, "colis mon").await, [2, 1]);
    // Words may stand in different messages, and all must be there.
    assert_eq!(found(&*store, "2041 colis").await, [1]);
    assert!(found(&*store, "2041 casse").await.is_empty());
    // The last word may be unfinished, the others not.
    let unfinished: &[i64] = if place.is_sealed { &[] } else { &[2, 1] };
    assert_eq!(found(&*store, "mon col").await, unfinished, "sealed, only whole words are known");
    assert!(found(&*store, "col mon").await.is_empty());
    assert_eq!(found(&*store, "طلبي").await, [3]);
    assert_eq!(found(&*store, "s'il").await, [3]);
    assert_eq!(found(&*store, "24h").await, [3]);
    assert_eq!(found(&*store, "ML-2041").await, [1]);
    // With filters.
    let filter = InboxFilter {
        search: Some("colis".into()),
        status: vec!["queued".into()],
        ..InboxFilter::default()
    };
    assert!(listed(&*store, filter).await.is_empty());
    // Blank is no search; signs alone find nothing.
    assert_eq!(found(&*store, "  ").await, [3, 2, 1]);
    assert!(found(&*store, "?!").await.is_empty());
}

pub async fn a_restricted_sight_hides_other_teams_also_from_a_search(place: Place) {
    let store = place.open().await;
    five(&*store).await;
    let only = |teams: &[&str], agent: &str| InboxFilter {
        only: Some(Sight {
            teams: teams.iter().map(|team| (*team).to_owned()).collect(),
            agent: agent.into(),
        }),
        ..InboxFilter::default()
    };
    assert_eq!(listed(&*store, only(&["livraison"], "nadia")).await, [3, 2]);
    assert_eq!(listed(&*store, only(&[], "camille")).await, [3], "one's own, whatever its team");
    for nothing in [only(&[], ""), only(&["livr"], "x"), only(&["%", "_"], "x"), only(&[""], "x")] {
        assert!(listed(&*store, nothing).await.is_empty());
    }
    said(&*store, 7, &["colis secret"]).await;
    let search = InboxFilter { search: Some("secret".into()), ..only(&["livraison"], "nadia") };
    assert!(listed(&*store, search.clone()).await.is_empty(), "it has no team yet");
    assert_eq!(listed(&*store, InboxFilter { only: None, ..search }).await, [6]);
}

pub async fn search_syntax_is_only_text(place: Place) {
    let store = place.open().await;
    said(&*store, 1, &["colis", "or and not near"]).await;
    for hostile in [
        "\"",
        "colis\"",
        "colis*",
        "colis OR zzz",
        "words:colis",
        "NEAR(colis zzz)",
        "colis & !x",
        "'",
        "''; DROP TABLE events; --",
        ":*",
        "colis:*",
        "\\",
        "(",
        "^colis",
        "-colis",
        "\0",
        "{colis}",
        "colis | x",
        "<->",
        "%",
        "_",
    ] {
        // Some find it, some do not; none is an error.
        found(&*store, hostile).await;
    }
    assert_eq!(found(&*store, "colis\"").await, [1]);
    assert_eq!(found(&*store, "^colis").await, [1]);
    assert!(found(&*store, "colis | x").await.is_empty());
    assert_eq!(found(&*store, "not colis").await, [1], "operators are words");
    let long = "mot ".repeat(5_000);
    assert!(found(&*store, &long).await.is_empty());
}

pub async fn words_of_an_unknown_event_are_a_mistake(place: Place) {
    let store = place.open().await;
    let row = opened(&*store, 1, 1).await;
    let unit = vec![
        updated(&row, |row| row.preview = "changed".into()),
        Write::Search { conversation: row.id, position: 9, folded: "colis".into() },
    ];
    assert!(matches!(store.commit(unit).await, Err(StoreError::Bug(_))));
    assert_eq!(store.conversation(row.id).await.unwrap(), Some(row));
}

pub async fn what_was_imported_is_the_past_and_counts_nowhere(place: Place) {
    let store = place.open().await;
    said(&*store, 1, &["colis"]).await;
    let real = store.conversation(conversation_id(1)).await.unwrap().unwrap();
    let mut past = conversation(2);
    past.contact = contact_id(1);
    past.is_imported = true;
    past.status = "resolved".into();
    past.opened_at = at(-100);
    past.resolved_at = Some(at(-90));
    let unit = vec![Write::OpenConversation(past.clone())];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);

    let latest = store.latest_conversation(real.channel, real.contact).await.unwrap();
    assert_eq!(latest.map(|row| row.id), Some(real.id));
    let all = store.conversations_of(real.contact).await.unwrap();
    assert_eq!(all.iter().map(|row| row.id).collect::<Vec<_>>(), [past.id, real.id]);
    let counted = store.opened_between(at(-1_000), at(1_000)).await.unwrap();
    assert_eq!(counted.iter().map(|row| row.id).collect::<Vec<_>>(), [real.id]);
}

pub async fn sample_data_goes_without_a_trace(place: Place) {
    let store = place.open().await;
    said(&*store, 1, &["colis"]).await;
    let mut sample = conversation(2);
    sample.is_sample = true;
    sample.next_position = 2;
    let unit = vec![
        new_contact(2),
        Write::OpenConversation(sample.clone()),
        Write::AppendEvent(event(2, 1)),
        Write::Receipt(receipt("w2", Some(2))),
        Write::Outbox(OutboxRow {
            state: OutboxState::Dispatching,
            ..outbox(1, 2, OutboxClass::Bot)
        }),
        Write::Accepted { id: message_id(1), provider_id: "p1".into(), at: at(1) },
        Write::Search { conversation: sample.id, position: 1, folded: "colis".into() },
        Write::Gap { conversation: sample.id, at: at(1), question: "?".into() },
        Write::Notification(notification(2, "livraison")),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    // A sample conversation of a real customer: the customer stays.
    let mut mixed = conversation(3);
    mixed.is_sample = true;
    mixed.contact = contact_id(1);
    mixed.channel = relais_core::id::ChannelId(id(9, 9));
    let unit = vec![Write::OpenConversation(mixed)];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);

    assert_eq!(store.delete_sample().await.unwrap(), 2);
    assert_eq!(store.delete_sample().await.unwrap(), 0);
    let with_sample = InboxFilter { with_sample: true, ..InboxFilter::default() };
    assert_eq!(listed(&*store, with_sample).await, [1]);
    assert_eq!(found(&*store, "colis").await, [1]);
    assert_eq!(store.contact(contact_id(2)).await.unwrap(), None);
    assert!(store.contact(contact_id(1)).await.unwrap().is_some());
    assert_eq!(store.events(sample.id, 0, 9).await.unwrap(), []);
    assert_eq!(store.outbox_row(message_id(1)).await.unwrap(), None);
    assert_eq!(store.notifications(0, 9).await.unwrap(), []);
    assert_eq!(store.gaps_between(at(0), at(9)).await.unwrap(), []);
    let orphans = store.orphans().await.unwrap();
    assert!(orphans.iter().all(|(_, count)| *count == 0), "{orphans:?}");
}
