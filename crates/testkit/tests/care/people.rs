//! One person under several addresses.

use crate::{CLAIRE, agent};
use futures_util::future::join_all;
use relais_app::arrival::{Arrival, Item};
use relais_app::port::store::{ContactRow, ConversationRow, InboxFilter};
use relais_app::service::Received;
use relais_core::conversation::Event;
use relais_core::conversation::command::Act;
use relais_core::id::{ContactId, MessageId};
use relais_core::message::{Content, Inbound, Outbound, Sender};
use relais_core::time::Span;
use relais_testkit::{NUMBER, TestApp, arrival};
use std::collections::BTreeSet;

const ID: &str = "FR.7001";
const NEW_ID: &str = "FR.7002";

fn sender(phone: Option<&str>, bsuid: Option<&str>) -> Sender {
    let text = |t: Option<&str>| t.map(str::to_owned);
    Sender { phone: text(phone), bsuid: text(bsuid), ..Sender::default() }
}

fn written(app: &TestApp, wamid: &str, sender: Sender, body: &str) -> Arrival {
    arrival(Inbound {
        provider_id: wamid.to_owned(),
        business_number: NUMBER.to_owned(),
        sender,
        sent_at: app.now(),
        content: Content::Text { body: body.to_owned() },
        quotes: None,
    })
}

fn moved(receipt: &str, old: Sender, new: Sender) -> Arrival {
    Arrival {
        receipt: receipt.to_owned(),
        business_number: NUMBER.to_owned(),
        raw: "{}".to_owned(),
        item: Item::Moved { old, new, told: None },
    }
}

async fn contact(app: &TestApp, phone: Option<&str>, bsuid: Option<&str>) -> ContactRow {
    app.store().contact_of(&sender(phone, bsuid)).await.unwrap().unwrap()
}

async fn conversations(app: &TestApp, contact: ContactId) -> Vec<ConversationRow> {
    app.store().conversations_of(contact).await.unwrap()
}

async fn heard(app: &TestApp, contact: ContactId) -> usize {
    let mut count = 0;
    for row in conversations(app, contact).await {
        let log = app.service().log(row.id).await.unwrap();
        count += log.iter().filter(|(_, e)| matches!(e, Event::MessageReceived { .. })).count();
    }
    count
}

#[tokio::test]
async fn known_by_number_and_by_id_a_person_becomes_one_and_the_agent_keeps_the_talk() {
    let app = TestApp::open().await;
    // By id alone, with the bot; then by number alone, with an agent: the later one goes on.
    app.deliver(vec![written(&app, "w1", sender(None, Some(ID)), "bonjour")]).await;
    app.deliver(vec![written(&app, "w2", sender(Some(CLAIRE), None), "ma lampe clignote")]).await;
    let human = app.row(CLAIRE).await;
    app.service().act(&agent("nadia"), human.id, Act::Take).await.unwrap();
    let bots = conversations(&app, contact(&app, None, Some(ID)).await.id).await.remove(0);

    // The provider tells both.
    let both = sender(Some(CLAIRE), Some(ID));
    let received = app.deliver(vec![written(&app, "w3", both, "c'est encore moi")]).await;
    assert_eq!(received, [Received::Decided]);
    let one = contact(&app, Some(CLAIRE), None).await;
    assert_eq!(one.id, contact(&app, None, Some(ID)).await.id);
    assert_eq!((one.phone.as_deref(), one.bsuid.as_deref()), (Some(CLAIRE), Some(ID)));
    let rows = conversations(&app, one.id).await;
    let ids: BTreeSet<_> = rows.iter().map(|r| r.id).collect();
    assert_eq!(ids, BTreeSet::from([bots.id, human.id]));
    let open: Vec<_> = rows.iter().filter(|r| r.resolved_at.is_none()).map(|r| r.id).collect();
    assert_eq!(open, [human.id], "the one with a person goes on");
    assert_eq!(heard(&app, one.id).await, 3, "no message is lost");

    // It is in the log of both, and the one that ended leads to the other.
    let ended = app.service().log(bots.id).await.unwrap();
    let link = ended.iter().find_map(|(_, e)| match e {
        Event::Merged { goes_on, .. } => Some(*goes_on),
        _ => None,
    });
    assert_eq!(link, Some(Some(human.id)));
    let moved = rows.iter().find(|r| r.id == human.id).unwrap();
    assert_eq!(moved.assignee.as_deref(), Some("nadia"));
    assert_eq!(moved.contact, one.id);
    let figures = app.service().kpi(app.now() - Span::hours(1), app.now() + Span::hours(1)).await;
    assert_eq!(figures.unwrap().conversations, 1, "one person's talk counts once");
    app.check_log().await;
}

#[tokio::test]
async fn a_new_id_or_number_is_the_same_person() {
    let app = TestApp::open().await;
    app.deliver(vec![written(&app, "w1", sender(Some(CLAIRE), Some(ID)), "bonjour")]).await;
    let person = contact(&app, None, Some(ID)).await;

    // A new id; the notice comes twice.
    let change = || moved("u1", sender(Some(CLAIRE), Some(ID)), sender(Some(CLAIRE), Some(NEW_ID)));
    assert_eq!(app.deliver(vec![change()]).await, [Received::Decided]);
    assert_eq!(app.deliver(vec![change()]).await, [Received::Duplicate]);
    app.deliver(vec![written(&app, "w2", sender(None, Some(NEW_ID)), "toujours moi")]).await;
    assert_eq!(heard(&app, person.id).await, 2);
    // A late message under the old id is still theirs.
    app.deliver(vec![written(&app, "w3", sender(None, Some(ID)), "en retard")]).await;
    assert_eq!(heard(&app, person.id).await, 3);

    // A new number: the old one is free for somebody else.
    let new_phone = "+33639980188";
    let change = moved("u2", sender(Some(CLAIRE), None), sender(Some(new_phone), Some(NEW_ID)));
    assert_eq!(app.deliver(vec![change]).await, [Received::Decided]);
    app.deliver(vec![written(&app, "w4", sender(Some(new_phone), None), "nouveau numéro")]).await;
    assert_eq!(heard(&app, person.id).await, 4);
    app.deliver(vec![written(&app, "w5", sender(Some(CLAIRE), None), "je suis une autre")]).await;
    assert_eq!(heard(&app, person.id).await, 4);
    let unknown = moved("u3", sender(None, Some("FR.9")), sender(None, Some("FR.10")));
    assert_eq!(app.deliver(vec![unknown]).await, [Received::Ignored]);
    app.check_log().await;
}

#[tokio::test]
async fn a_recycled_number_shows_nobody_elses_history() {
    let app = TestApp::open().await;
    app.deliver(vec![written(&app, "w1", sender(Some(CLAIRE), Some(ID)), "ma commande")]).await;
    app.deliver(vec![written(&app, "w2", sender(Some(CLAIRE), Some(NEW_ID)), "bonjour")]).await;
    let (before, now) =
        (contact(&app, None, Some(ID)).await, contact(&app, None, Some(NEW_ID)).await);
    assert_ne!(before.id, now.id);
    assert_eq!((before.phone, now.phone.as_deref()), (None, Some(CLAIRE)));
    assert_eq!((heard(&app, before.id).await, heard(&app, now.id).await), (1, 1));

    // Unless the provider says later that it was the same person after all.
    let change = moved("u1", sender(None, Some(ID)), sender(Some(CLAIRE), Some(NEW_ID)));
    assert_eq!(app.deliver(vec![change]).await, [Received::Decided]);
    let one = contact(&app, None, Some(NEW_ID)).await;
    assert_eq!(heard(&app, one.id).await, 2);
    assert_eq!(one.id, contact(&app, None, Some(ID)).await.id);
    app.check_log().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_under_all_addresses_at_once_end_as_one_person_and_lose_nothing() {
    let app = TestApp::open().await;
    let senders =
        [sender(Some(CLAIRE), None), sender(None, Some(ID)), sender(Some(CLAIRE), Some(ID))];
    let deliveries: Vec<Arrival> = (0..48)
        .map(|n| written(&app, &format!("w{n}"), senders[n % 3].clone(), &format!("mot {n}")))
        .collect();
    let tasks = deliveries.into_iter().map(|arrival| {
        let (service, channel) = (app.service().clone(), app.channel_id());
        tokio::spawn(async move { service.receive(channel, vec![arrival]).await.unwrap() })
    });
    for received in join_all(tasks).await {
        assert_eq!(received.unwrap(), [Received::Decided]);
    }
    let one = contact(&app, Some(CLAIRE), None).await;
    assert_eq!(one.id, contact(&app, None, Some(ID)).await.id);
    assert_eq!(heard(&app, one.id).await, 48);
    let rows = conversations(&app, one.id).await;
    assert_eq!(rows.iter().filter(|r| r.resolved_at.is_none()).count(), 1);
    app.check_log().await;
}

#[tokio::test]
async fn what_was_taken_and_not_answered_is_at_risk_before_it_is_late() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux un agent").await;
    let row = app.row(CLAIRE).await;
    let nadia = agent("nadia");
    let at_risk = async || {
        let filter = InboxFilter { at_risk: Some(app.now()), ..InboxFilter::default() };
        app.store().inbox_count(&filter, 10).await.unwrap()
    };
    app.service().act(&nadia, row.id, Act::Take).await.unwrap();
    assert_eq!(app.row(CLAIRE).await.waiting_since, row.waiting_since, "Claire waits on");
    assert_eq!(at_risk().await, 0);
    // Of fifteen minutes.
    app.advance(Span::minutes(8)).await;
    assert_eq!(at_risk().await, 1);
    let content = Outbound::Text { body: "Je regarde.".to_owned() };
    let message = MessageId::new(app.now(), [9; 10]);
    app.service().act(&nadia, row.id, Act::reply(message, content)).await.unwrap();
    assert_eq!((at_risk().await, app.row(CLAIRE).await.waiting_since), (0, None));
}
