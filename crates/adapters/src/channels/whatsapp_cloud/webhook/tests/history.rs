//! What was said before the number was connected, as the phone app shares it.

use super::*;
use crate::channels::whatsapp_cloud::past::Spoken;

#[test]
fn a_history_becomes_threads_whose_messages_say_who_spoke() {
    // Newest first; a placeholder of yesterday whose file follows, and one of which none will come.
    let value = r#"{"metadata":{"phone_number_id":"1","display_phone_number":"33199000042"},"history":[
        {"metadata":{"phase":1,"chunk_order":1,"progress":40},"threads":[
          {"id":"33639980012","messages":[
            {"from":"33199000042","id":"w.5","timestamp":"1795330000","type":"text","text":{"body":"Oui"},"history_context":{"from_me":true,"status":"READ"}},
            {"from":"33639980012","id":"w.4","timestamp":"1795329000","type":"media_placeholder","history_context":{"status":"pending"}},
            {"from":"33639980012","id":"w.3","timestamp":"1790000000","type":"media_placeholder"},
            {"from":"33639980012","timestamp":"1790000000","type":"text","text":{"body":"sans id"}},
            {"from":"33639980012","id":"w.1","timestamp":"1789999999","type":"text","text":{"body":"Vous livrez ?"}}]},
          {"messages":[]}]},
        {"errors":[{"code":2593109,"title":"History sync is turned off by the business"}]}]}"#;
    let updates = change("history", value);
    let Item::Past(thread) = &updates[1].item else { panic!("{:?}", updates[1]) };
    assert_eq!(thread.with.phone.as_deref(), Some("+33639980012"));
    let ids: Vec<&str> = thread.messages.iter().map(|m| m.provider_id.as_str()).collect();
    assert_eq!(ids, ["w.5", "w.3", "w.1"]);
    let [ours, placeholder, theirs] = thread.messages.as_slice() else { panic!() };
    assert!(matches!(&ours.said, Spoken::Colleague(Content::Text { body }) if body == "Oui"));
    assert_eq!(ours.delivery, Some(Delivery::Read));
    let Spoken::Customer(inbound) = &theirs.said else { panic!() };
    assert_eq!(inbound.content.words(), Some("Vous livrez ?"));
    assert_eq!((theirs.at, theirs.delivery), (Timestamp::from_secs(1_789_999_999), None));
    assert!(theirs.raw.contains(r#""id":"w.1""#), "kept as it came");
    assert!(matches!(&placeholder.said, Spoken::Customer(_)));
    assert!(
        matches!(updates[0].item, Item::Unparsed { .. }),
        "a message without id harms no other"
    );
    assert!(matches!(updates[2].item, Item::Unparsed { .. }), "a thread with nobody");
    assert_eq!(account(&updates[3]), &AccountEvent::HistoryRefused(Some(2_593_109)));
    assert_eq!(updates.len(), 4);

    let file = r#"{"metadata":{"phone_number_id":"1","display_phone_number":"33199000042"},"messages":[
        {"from":"33639980012","id":"w.4","timestamp":"1795329000","type":"image","image":{"id":"m1","mime_type":"image/jpeg"}},
        {"from":"33199000042","to":"33639980012","id":"w.6","timestamp":"1795331000","type":"image","image":{"id":"m2"}},
        {"from":"33199000042","id":"w.7","timestamp":"1795331000","type":"image","image":{"id":"m3"}}]}"#;
    let updates = change("history", file);
    let whose = |n: usize| match &updates[n].item {
        Item::Past(thread) => {
            let is_ours = matches!(thread.messages[0].said, Spoken::Colleague(_));
            (thread.with.phone.clone(), is_ours)
        }
        other => panic!("{other:?}"),
    };
    let claire = Some("+33639980012".to_owned());
    assert_eq!((whose(0), whose(1)), ((claire.clone(), false), (claire, true)));
    assert!(matches!(updates[2].item, Item::Unparsed { .. }), "to whom, nobody can tell");
}
