//! Bodies that are odd, broken, large or hostile.

use super::*;
use std::time::{Duration, Instant};

/// A body with a bit of everything.
fn mixed(messages: usize) -> Vec<u8> {
    let mut batch = Batch::new("900000000000001");
    batch.number(NUMBER, "33199000042").contact(WHO, "Léa \u{1f469}\u{200d}\u{1f680}", None);
    for n in 0..messages {
        let id = format!("wamid.T{n}");
        let object = match n % 7 {
            0 => wire::inbound_text(WHO, &id, AT, "é👋 \u{0} \" \\ fin"),
            1 => wire::inbound_choice((WHO, &id, AT), "list_reply", "a:b", "Titre"),
            2 => wire::inbound_media((WHO, &id, AT), "image", "5", "image/png", Some("x"), None),
            3 => wire::inbound_form(WHO, &id, AT, r#"{"a":"b\"c"}"#),
            4 => wire::inbound_order(WHO, &id, AT, "SKU", 2),
            5 => wire::inbound_unsupported(WHO, &id, AT, "poll"),
            _ => wire::inbound_contact(WHO, &id, AT, "Ann", "33639980077", false),
        };
        batch.message(&object);
    }
    batch.number("800000000000009", "+33 1 99 00 00 43");
    batch.status("wamid.OUT1", Report::Failed(131_026), AT, "FR.71", Some("m:1"));
    batch.change("account_update", r#"{"event":"PARTNER_ADDED"}"#);
    batch.body()
}

#[test]
fn one_poisoned_object_never_fails_the_batch() {
    let good = wire::inbound_text(WHO, "wamid.GOOD", AT, "ok");
    for poison in [
        "17",
        "null",
        "\"x\"",
        "[]",
        "{}",
        r#"{"id":5}"#,
        r#"{"id":{},"from":[]}"#,
        "1e999",
        r#"{"id":"x","id":"y","from":"33639980012"}"#,
        r#"{"from":"33639980012"}"#,
        r#"{"id":"x","from":"nobody","type":"text"}"#,
        "true",
        r#"[[[["x"]]]]"#,
    ] {
        let value = format!(
            r#"{{"metadata":{{"phone_number_id":"{NUMBER}"}},"messages":[{good},{poison},{good}],"statuses":[{poison},{{"id":"s","status":"sent"}}]}}"#
        );
        let updates = change("messages", &value);
        assert_eq!(updates.len(), 5, "{poison}: all accounted for");
        let good = updates.iter().filter(|u| u.key == "message:wamid.GOOD").count();
        let status = updates.iter().filter(|u| matches!(u.item, Item::Status(_))).count();
        assert_eq!((good, status), (2, 1), "{poison}");
    }
}

#[test]
fn a_field_of_the_wrong_type_costs_only_itself() {
    for wrong in ["17", "null", "\"x\"", "[]", "{}", "[1]", "true", "{\"id\":[]}"] {
        let object = format!(
            r#"{{"from":"{WHO}","id":"w","timestamp":{wrong},"type":"text","text":{{"body":"salut"}},"context":{wrong},"referral":{wrong},"errors":{wrong},"group_id":{wrong},"from_user_id":{wrong},"system":{wrong}}}"#
        );
        let value = format!(
            r#"{{"metadata":{{"phone_number_id":"{NUMBER}","display_phone_number":{wrong}}},"messages":[{object}],"messaging_product":{wrong}}}"#
        );
        let updates = change("messages", &value);
        let m = message(&updates[0]);
        assert_eq!(m.inbound.content, Content::Text { body: "salut".into() }, "{wrong}");
    }
}

#[test]
fn broken_envelopes_are_kept_not_lost() {
    let wrap = |entry: &str| format!(r#"{{"object":"whatsapp_business_account","entry":{entry}}}"#);
    for (entry, count) in [
        ("[]", 0),
        ("null", 0),
        (r#"[{"id":"1","changes":[]}]"#, 0),
        (r#"[{"id":"1"}]"#, 0),
        (r#"[{"changes":[{"value":{}}]}]"#, 0),
        ("[17]", 1),
        (r#""x""#, 1),
        ("17", 1),
        (r#"[{"changes":17}]"#, 1),
        (r#"[{"changes":[17,{"field":"messages"}]}]"#, 2),
        (r#"[{"changes":[{"field":"messages","value":17}]}]"#, 1),
        (r#"[{"changes":[{"field":17,"value":{"messages":"x"}}]}]"#, 1),
        (
            r#"[{"changes":[{"field":"messages","value":{"messages":[{"id":"w","from":"33639980012"}]}}]}]"#,
            1,
        ),
        (
            r#"[{"id":"1","time":5,"changes":[{"field":"x","value":{"a":1}}]},{"id":"2","changes":[{"field":"x","value":{"a":1}}]}]"#,
            2,
        ),
    ] {
        let updates = read(wrap(entry).as_bytes());
        assert_eq!(updates.len(), count, "{entry}: {updates:?}");
    }
    assert_eq!(read(br#"{"object":"instagram","entry":[{}]}"#).len(), 1);
    assert_eq!(read(b"{}").len(), 0);
}

#[test]
fn equal_account_events_of_different_times_have_different_keys() {
    let at = |time: u32| {
        let body = format!(
            r#"{{"entry":[{{"id":"1","time":{time},"changes":[{{"field":"account_update","value":{{"event":"X"}}}}]}}]}}"#
        );
        read(body.as_bytes())[0].key.clone()
    };
    assert_eq!(at(5), at(5));
    assert_ne!(at(5), at(6));
}

#[test]
fn bodies_that_are_no_webhook_are_refused_quickly() {
    let refused = |body: &[u8]| parse(body, now()).unwrap_err();
    assert_eq!(refused(b""), BadBody::NotJson);
    assert_eq!(refused(b"[]"), BadBody::NotJson);
    assert_eq!(refused(b"{\"entry\":"), BadBody::NotJson);
    assert_eq!(refused(b"{} trailing"), BadBody::NotJson);
    assert_eq!(refused(b"{\"a\":\"\xff\xfe\"}"), BadBody::NotUtf8);
    assert_eq!(refused(&b"[".repeat(100_000)), BadBody::TooDeep);
    let inside = format!(r#"{{"entry":[{}]}}"#, r#"{"a":"#.repeat(100_000));
    assert_eq!(refused(inside.as_bytes()), BadBody::TooDeep);
    let many = format!(r#"{{"entry":[{}1]}}"#, "1,".repeat(50_000));
    assert_eq!(refused(many.as_bytes()), BadBody::TooMany);
}

#[test]
fn half_an_emoji_and_a_nul_do_not_lose_a_message() {
    let object =
        r#"{"from":"33639980012","id":"w","type":"text","text":{"body":"a\u0000b \ud83d"}}"#;
    assert_eq!(content(object), Content::Text { body: "a\u{fffd}b \u{fffd}".into() });
}

#[test]
fn a_body_cut_anywhere_never_panics() {
    let body = mixed(21);
    for end in 0..body.len() {
        assert!(parse(&body[..end], now()).is_err(), "cut at {end}");
    }
    let updates = read(&body);
    assert_eq!(updates.len(), 23);
    assert!(updates.iter().all(|u| !matches!(u.item, Item::Unparsed { .. })));
}

#[test]
fn a_body_with_any_byte_changed_never_panics() {
    let body = mixed(7);
    for at in 0..body.len() {
        for byte in [b'"', b'{', b']', b'0', b',', b'\\', 0xff, 0x00] {
            let mut changed = body.clone();
            changed[at] = byte;
            let _ = parse(&changed, now());
        }
    }
}

#[test]
fn every_value_replaced_by_every_other_kind_never_panics() {
    // Structure-aware: each scalar of a real body becomes each kind of JSON value in turn.
    let body: serde_json::Value = serde_json::from_slice(&mixed(7)).unwrap();
    let text = body.to_string();
    let mut starts: Vec<usize> = text.match_indices(':').map(|(at, _)| at + 1).collect();
    starts.retain(|at| text.is_char_boundary(*at));
    for at in starts {
        let mut values =
            serde_json::Deserializer::from_str(&text[at..]).into_iter::<serde_json::Value>();
        let Some(Ok(_)) = values.next() else { continue };
        let end = at + values.byte_offset();
        for other in ["null", "17", "-1.5", "\"x\"", "\"\"", "[]", "{}", "[{}]", "true", "1e30"] {
            let changed = format!("{}{other}{}", &text[..at], &text[end..]);
            let _ = parse(changed.as_bytes(), now());
        }
    }
}

#[test]
fn large_batches_are_taken_apart_in_time() {
    let body = mixed(1_000);
    let start = Instant::now();
    assert_eq!(read(&body).len(), 1_002);
    let long = "é".repeat(4_096);
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(WHO, "Léa", None);
    for n in 0..120 {
        batch.message(&wire::inbound_text(WHO, &format!("w{n}"), AT, &long));
    }
    let body = batch.body();
    assert!(body.len() > 2_900_000 && body.len() < 3_200_000, "{}", body.len());
    assert_eq!(read(&body).len(), 120);
    // Unoptimised; a release build needs a small part of it.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn many_contacts_beside_many_messages_take_no_square_time() {
    let mut batch = Batch::for_number(NUMBER);
    for n in 0..8_000 {
        batch.contact(&format!("336{n:08}"), "X", None);
        batch.message(&wire::inbound_text(&format!("337{n:08}"), "w", AT, "x"));
    }
    let start = Instant::now();
    assert_eq!(read(&batch.body()).len(), 8_000);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
