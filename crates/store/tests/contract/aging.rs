//! What is older than a workspace keeps it.

use crate::build::*;
use crate::open::Place;
use relais_app::port::store::*;

fn file(n: u64, conversation: u64, came: i64) -> MediaRow {
    MediaRow {
        message: message_id(n),
        conversation: conversation_id(conversation),
        contact: contact_id(conversation),
        channel: CHANNEL,
        source: "m".into(),
        filename: None,
        state: MediaState::Stored,
        hash: Some(format!("{n:064}")),
        mime: Some("image/png".into()),
        size: Some(10),
        is_inline: true,
        failures: 0,
        failed_at: None,
        error: None,
        created_at: at(came),
    }
}

async fn resolve(store: &dyn Store, n: u64, secs: i64) -> ConversationRow {
    let row = store.conversation(conversation_id(n)).await.unwrap().unwrap();
    let close = updated(&row, |row| {
        row.status = "resolved".into();
        row.resolved_at = Some(at(secs));
    });
    assert_eq!(store.commit(vec![close]).await.unwrap(), Committed::Done);
    store.conversation(row.id).await.unwrap().unwrap()
}

fn bare(row: &ConversationRow) -> Write {
    Write::EraseConversation(Box::new(ErasedConversation {
        row: row.clone(),
        next_position: row.next_position,
        data: Vec::new(),
        messages: Vec::new(),
    }))
}

pub async fn what_is_old_is_found_weighed_and_let_go(place: Place) {
    let store = place.open().await;
    // 1 and 2 are long over, 3 since a moment, 4 goes on.
    for n in 1..=4 {
        opened(&*store, n, 2).await;
    }
    let media = [file(1, 1, 1), file(2, 2, 2), file(3, 3, 3), file(4, 4, 4)];
    let unit = media.iter().cloned().map(Write::Media).collect();
    assert_eq!(store.commit(unit).await.unwrap(), Committed::Done);
    let first = resolve(&*store, 1, 10).await;
    let second = resolve(&*store, 2, 20).await;
    resolve(&*store, 3, 100).await;
    let before = at(50);
    let weight = async |of| store.weight(of, before, 9).await.unwrap();
    let weighs = |count, bytes, secs| Weight { count, bytes, oldest: Some(at(secs)) };
    assert_eq!(weight(Aging::Words).await, weighs(2, 0, 10));
    assert_eq!(weight(Aging::Files).await, weighs(2, 20, 1));
    assert_eq!(weight(Aging::Contacts).await, weighs(2, 0, 0));
    assert_eq!(weight(Aging::Raw).await, Weight::default());
    assert_eq!(store.weight(Aging::Words, before, 1).await.unwrap().count, 1, "so far");

    // Lists go on behind what was seen, oldest first.
    let all = Older { before, behind: Behind::nothing(), limit: 9 };
    let found = store.wordy(Older { limit: 1, ..all }).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&first));
    let behind = Behind(at(10), first.id.0);
    assert_eq!(store.wordy(Older { behind, ..all }).await.unwrap(), std::slice::from_ref(&second));
    let files = store.old_files(all).await.unwrap();
    assert_eq!(files, media[..2]);
    let behind = Behind(at(1), media[0].message.0);
    assert_eq!(store.old_files(Older { behind, ..all }).await.unwrap(), media[1..2]);
    let persons = store.old_contacts(all).await.unwrap();
    let quiet: Vec<_> = persons.iter().map(|p| (p.id, p.is_quiet)).collect();
    let expected = [(1, true), (2, true), (3, false), (4, false)];
    assert_eq!(quiet, expected.map(|(n, is_quiet)| (contact_id(n), is_quiet)));
    let behind = Behind(persons[1].known_since, persons[1].id.0);
    assert_eq!(store.old_contacts(Older { behind, ..all }).await.unwrap(), persons[2..]);

    // What went is not found again, until something is said once more.
    assert_eq!(store.commit(vec![bare(&first)]).await.unwrap(), Committed::Done);
    assert_eq!(store.wordy(all).await.unwrap(), std::slice::from_ref(&second));
    assert_eq!(weight(Aging::Files).await, weighs(1, 10, 2));
    let first = store.conversation(first.id).await.unwrap().unwrap();
    let more = vec![
        updated(&first, |row| row.next_position += 1),
        Write::AppendEvent(event(1, first.next_position)),
    ];
    assert_eq!(store.commit(more).await.unwrap(), Committed::Done);
    assert_eq!(store.wordy(all).await.unwrap().len(), 2);
    // An erased person is nobody any more.
    let erase = Write::EraseContact { contact: contact_id(2), at: at(60), tombstones: Vec::new() };
    assert_eq!(store.commit(vec![erase, bare(&second)]).await.unwrap(), Committed::Done);
    assert_eq!(weight(Aging::Contacts).await.count, 1);
}

pub async fn an_open_talk_keeps_its_files(place: Place) {
    let store = place.open().await;
    opened(&*store, 1, 1).await;
    let media = file(1, 1, 1);
    assert_eq!(store.commit(vec![Write::Media(media.clone())]).await.unwrap(), Committed::Done);
    let hash = media.hash.clone().unwrap();
    let remove = || {
        let hash = hash.clone();
        vec![Write::RemoveFile { message: media.message, hash }]
    };
    assert_eq!(store.commit(remove()).await.unwrap(), Committed::Conflict, "still open");
    resolve(&*store, 1, 2).await;
    assert_eq!(store.commit(remove()).await.unwrap(), Committed::Done);
    let gone = store.media(media.message).await.unwrap().unwrap();
    assert_eq!((gone.state, gone.hash, gone.is_inline), (MediaState::Removed, None, false));
    assert_eq!(store.media_holders(&hash).await.unwrap(), 0);
    assert_eq!(store.commit(remove()).await.unwrap(), Committed::Conflict, "once");
    let again = Write::MediaAgain { message: media.message };
    assert_eq!(
        store.commit(vec![again]).await.unwrap(),
        Committed::Conflict,
        "it is not asked for"
    );
}
