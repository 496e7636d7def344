//! Encryption at rest: what people say and are cannot be read in the database (S11).

use crate::build::*;
use crate::open::{Place, ring};
use relais_app::port::store::*;
use relais_core::message::Delivery;
use relais_store::Options;
use std::sync::Arc;

/// Stands in everything a person says or is; a word of its own in texts that are searched.
const CANARY: &str = "zirconpapaye";

/// Writes the word wherever a person's words go.
async fn say_it_everywhere(store: &dyn Store) {
    let row = said(store, 1, &[&format!("mon {CANARY} est casse")]).await;
    let json = |key: &str| format!(r#"{{"{key}":"{CANARY}"}}"#);
    let changed = updated(&row, |row| {
        row.next_position = 3;
        row.preview = format!("mon {CANARY}");
        row.state = json("order");
    });
    let said = EventRow { data: json("held"), content: Some(json("body")), ..event(1, 2) };
    let out = OutboxRow { content: json("body"), ..outbox(1, 1, OutboxClass::Agent) };
    let media = MediaRow {
        message: message_id(1),
        conversation: row.id,
        contact: row.contact,
        channel: CHANNEL,
        source: "at the provider".into(),
        filename: Some(format!("{CANARY}.pdf")),
        state: MediaState::Waiting,
        hash: None,
        mime: None,
        size: None,
        is_inline: false,
        failures: 0,
        failed_at: None,
        error: None,
        created_at: at(0),
    };
    let job = JobRow {
        id: id(9, 1),
        kind: "webhook".into(),
        data: "{}".into(),
        run_at: at(0),
        attempts: 0,
        error: Some(format!("it answered {CANARY}")),
    };
    let mut quarantined = receipt("w2", None);
    quarantined.outcome = "quarantined".into();
    quarantined.raw = json("text");
    quarantined.reason = format!("no such {CANARY}");
    let delivery = EntryRow {
        kind: "delivery.h1".into(),
        id: format!("1/{}", row.id),
        data: json("said"),
        at: at(1),
    };
    let unit = vec![
        Write::Receipt(ReceiptRow { raw: json("text"), ..receipt("w1", Some(1)) }),
        changed,
        Write::AppendEvent(said),
        Write::UpdateContact(ContactRow {
            name: Some(format!("Ines {CANARY}")),
            attributes: json("street"),
            rectified: json("name"),
            ..contact(1)
        }),
        Write::Outbox(out),
        Write::Notification(NotificationRow {
            payload: json("text"),
            ..notification(1, "boutique")
        }),
        Write::Gap { conversation: row.id, at: at(0), question: format!("un {CANARY} ?") },
        Write::Media(media),
        Write::Job(job),
        Write::PutEntry(delivery),
        Write::Status(StatusRow {
            channel: CHANNEL,
            provider_id: "w9".into(),
            status: Delivery::Read,
            callback: Some(message_id(1)),
            at: at(1),
            error: None,
            error_code: None,
            price: None,
            raw: json("text"),
        }),
    ];
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    assert_eq!(store.commit(vec![Write::Receipt(quarantined)]).await.unwrap(), Committed::Done);
    let draft = DraftRow {
        conversation: row.id,
        author: "camille".into(),
        mode: "reply".into(),
        text: format!("votre {CANARY}"),
        version: 1,
        at: at(1),
    };
    assert!(store.put_draft(draft).await.unwrap());
}

/// How often the word is read where everything should be read.
async fn read_everywhere(store: &dyn Store) -> usize {
    let mut texts = Vec::new();
    let row = store.conversation(conversation_id(1)).await.unwrap().unwrap();
    texts.extend([row.preview, row.state]);
    let log = store.events(row.id, 1, 9).await.unwrap();
    texts.extend(log.into_iter().flat_map(|event| [Some(event.data), event.content]).flatten());
    let who = store.contact(row.contact).await.unwrap().unwrap();
    texts.extend([who.name.unwrap_or_default(), who.attributes, who.rectified]);
    let head = store.outbox_ready(at(9), 9).await.unwrap().remove(0);
    assert_eq!(head.row, store.outbox_row(message_id(1)).await.unwrap().unwrap());
    texts.push(head.row.content);
    texts.push(store.notifications(0, 9).await.unwrap().remove(0).payload);
    texts.push(store.gaps_between(at(0), at(9)).await.unwrap().remove(0).0);
    texts.extend(store.media(message_id(1)).await.unwrap().unwrap().filename);
    for receipt in store.ledger(None, 9).await.unwrap() {
        texts.extend([receipt.raw, receipt.reason]);
    }
    texts.push(store.entries("delivery.h1", 9).await.unwrap().remove(0).data);
    texts.push(store.drafts_of("camille").await.unwrap().remove(0).text);
    let search = InboxFilter { search: Some(CANARY.into()), ..InboxFilter::default() };
    assert_eq!(store.inbox(&search, None, 9).await.unwrap().len(), 1);
    texts.iter().filter(|text| text.contains(CANARY)).count()
}

/// Everything a person said or is, and where it is read: 3 of receipts, and the rest once each.
const READ: usize = 16;

/// In all files of a SQLite store: database, WAL, index of the WAL.
fn in_files(place: &Place) -> usize {
    let path = place.url.strip_prefix("sqlite://").unwrap();
    let files = ["", "-wal", "-shm"].map(|end| std::fs::read(format!("{path}{end}")));
    assert!(files[0].is_ok());
    let found =
        |bytes: Vec<u8>| bytes.windows(CANARY.len()).filter(|w| *w == CANARY.as_bytes()).count();
    files.into_iter().filter_map(std::result::Result::ok).map(found).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_of_the_files_tells_what_was_said() {
    let plain = crate::open::sqlite();
    let store = plain.open().await;
    say_it_everywhere(&*store).await;
    assert_eq!(read_everywhere(&*store).await, READ);
    assert!(in_files(&plain) > READ, "the scan finds what is there to be found");

    let sealed = crate::open::sqlite_sealed();
    let store = sealed.open().await;
    say_it_everywhere(&*store).await;
    assert_eq!(in_files(&sealed), 0, "while it is open");
    assert_eq!(read_everywhere(&*store).await, READ);
    drop(store);
    assert_eq!(in_files(&sealed), 0, "written back");
    assert_eq!(read_everywhere(&*sealed.open().await).await, READ, "opened again");
}

/// All rows of all tables of a PostgreSQL server, as text.
fn in_tables(server: &relais_testkit::postgres::Server, place: &Place) -> usize {
    let tables = server.ask(
        "SELECT string_agg(format('SELECT CAST(t AS TEXT) AS line FROM %I t', table_name), ' UNION ALL ')
         FROM information_schema.tables WHERE table_schema = 'public'",
    );
    let lines = server.ask(&format!(
        "SELECT COUNT(*) FROM ({tables}) all_rows WHERE line LIKE '%{}%' AND line LIKE '%{CANARY}%'",
        place.workspace
    ));
    lines.trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_of_a_server_tells_what_was_said() {
    let Some(server) = relais_testkit::postgres::Server::start() else { return };
    for (is_sealed, at_least) in [(false, 13), (true, 0)] {
        let place = crate::open::on(&server.url, is_sealed);
        let store = place.open().await;
        say_it_everywhere(&*store).await;
        let found = in_tables(&server, &place);
        assert!(if is_sealed { found == 0 } else { found >= at_least }, "{found} of {is_sealed}");
        assert_eq!(read_everywhere(&*store).await, READ);
    }
}

async fn with(place: &Place, is_sealing: bool) -> Arc<dyn Store> {
    let opened = relais_store::prepare(&place.url, place.workspace, Options::throw_away()).await;
    opened.unwrap().sealed_by(ring(place.workspace, is_sealing))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_switched_on_and_off_over_what_is_there() {
    for place in [Some(crate::open::sqlite()), crate::open::postgres()].into_iter().flatten() {
        said(&*place.open().await, 1, &["avant le colis"]).await;
        let on = with(&place, true).await;
        said(&*on, 2, &["pendant le colis"]).await;
        drop(on);
        let off = with(&place, false).await;
        said(&*off, 3, &["apres le colis"]).await;
        for store in [off, with(&place, true).await] {
            for n in 1..=3 {
                let log = store.events(conversation_id(n), 0, 9).await.unwrap();
                assert_eq!(log[0].content, event(n, 1).content, "{n}");
            }
            let search = InboxFilter { search: Some("colis".into()), ..InboxFilter::default() };
            assert_eq!(store.inbox(&search, None, 9).await.unwrap().len(), 3);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sealed_is_not_given_to_who_has_another_key_nor_mistaken() {
    let place = crate::open::sqlite_sealed();
    let store = place.open().await;
    // Somebody types what a sealed text looks like.
    for (n, is_sealing) in [(1, true), (2, false)] {
        let store = with(&place, is_sealing).await;
        let mut row = opened(&*store, n, 1).await;
        row.preview = "\u{1}c1.0a1b2c3d.AAAA".into();
        let preview = row.preview.clone();
        let unit = vec![updated(&row, |row| row.preview = preview)];
        assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
        let read = store.conversation(conversation_id(n)).await.unwrap().unwrap();
        assert_eq!(read.preview, "\u{FFFD}c1.0a1b2c3d.AAAA");
    }
    drop(store);
    let opened = relais_store::prepare(&place.url, place.workspace, Options::throw_away()).await;
    let other = relais_app::at_rest::Ring::new(
        place.workspace,
        &[[8; 32]],
        true,
        Arc::new(relais_app::clock::SystemRandom),
    );
    let store = opened.unwrap().sealed_by(Arc::new(other));
    let read = store.conversation(conversation_id(1)).await;
    assert!(matches!(read, Err(StoreError::Inconsistent { .. })), "{read:?}");
}

/// What was there before is sealed, in every place, once; what is not written anew is the index.
async fn seal_what_was_there(place: &Place) {
    say_it_everywhere(&*place.open().await).await;
    let again = |is_first: bool| async move {
        let opened =
            relais_store::prepare(&place.url, place.workspace, Options::throw_away()).await;
        let opened = opened.unwrap();
        let done = opened.seal_old(&ring(place.workspace, true)).await.unwrap();
        assert_eq!(done.len(), 17);
        for (at, count) in done {
            assert_eq!(count > 0, is_first, "{at}: {count}");
        }
    };
    again(true).await;
    again(false).await;
    let store = with(place, true).await;
    assert_eq!(read_everywhere(&*store).await, READ);
    let (conversation, folded) = (conversation_id(1), format!("mon {CANARY} est casse"));
    let words = Write::SearchAgain { conversation, position: 1, folded };
    assert_eq!(store.commit(vec![words]).await.unwrap(), Committed::Done);
    assert_eq!(read_everywhere(&*store).await, READ);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_there_before_is_sealed_afterwards() {
    let place = crate::open::sqlite();
    seal_what_was_there(&place).await;
    relais_store::tidy(&place.url).unwrap();
    assert_eq!(in_files(&place), 0);
    let Some(server) = relais_testkit::postgres::Server::start() else { return };
    let place = crate::open::on(&server.url, false);
    seal_what_was_there(&place).await;
    assert_eq!(in_tables(&server, &place), 0);
}
