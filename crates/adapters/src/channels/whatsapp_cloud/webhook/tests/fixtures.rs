//! One fixture for every kind of object.

use super::*;
use relais_app::port::template::{Quality, Standing, TemplateChange, TemplateNews};

#[test]
fn a_text_carries_sender_time_and_raw_object() {
    let object = wire::inbound_text(WHO, "wamid.D1", AT, "où est ma commande ? 👋");
    let update = one(&object);
    assert_eq!(update.key, "message:wamid.D1");
    assert_eq!(update.raw, object);
    assert_eq!(update.account.as_deref(), Some("900000000000001"));
    assert_eq!(update.business_number.as_deref(), Some(NUMBER));
    let m = message(&update);
    assert_eq!(m.inbound.provider_id, "wamid.D1");
    assert_eq!(m.inbound.business_number, NUMBER);
    assert_eq!(m.inbound.sender.phone.as_deref(), Some("+33639980012"));
    assert_eq!(m.inbound.sender.bsuid.as_deref(), Some("FR.7102938475610293847"));
    assert_eq!(m.inbound.sender.name.as_deref(), Some("Léa"));
    assert_eq!(m.inbound.sent_at, Timestamp::from_secs(1_795_338_000));
    assert_eq!(m.inbound.content, Content::Text { body: "où est ma commande ? 👋".into() });
    assert!(!m.standby && !m.forwarded && m.group.is_none());
}

#[test]
fn media_of_every_kind() {
    for (kind, expected) in [
        ("image", MediaKind::Image),
        ("video", MediaKind::Video),
        ("document", MediaKind::Document),
        ("sticker", MediaKind::Sticker),
    ] {
        let object = wire::inbound_media(
            (WHO, "wamid.M", AT),
            kind,
            "555",
            "x/y",
            Some("légende"),
            Some("a.pdf"),
        );
        let Content::Media { kind, media_id, mime, caption, filename, sha256, .. } =
            content(&object)
        else {
            panic!("{object}")
        };
        assert_eq!(kind, expected);
        assert_eq!(media_id.as_deref(), Some("555"));
        assert_eq!(mime.as_deref(), Some("x/y"));
        assert_eq!(caption.as_deref(), Some("légende"));
        assert_eq!(filename.as_deref(), Some("a.pdf"));
        assert!(sha256.is_some());
    }
    for (voice, expected) in [(true, MediaKind::Voice), (false, MediaKind::Audio)] {
        let content = content(&wire::inbound_audio(WHO, "wamid.A", AT, "555", voice));
        assert!(matches!(content, Content::Media { kind, .. } if kind == expected));
    }
    let old = wire::inbound(WHO, "wamid.V", AT, "voice", r#""voice":{"id":"1"}"#);
    assert!(matches!(content(&old), Content::Media { kind: MediaKind::Voice, .. }));
}

#[test]
fn taps_on_buttons_and_lists() {
    assert_eq!(
        content(&wire::inbound_button(WHO, "w", AT, "csat:open", "Répondre")),
        Content::Button { payload: "csat:open".into(), title: "Répondre".into() }
    );
    assert_eq!(
        content(&wire::inbound_choice((WHO, "w", AT), "button_reply", "handoff:yes", "Oui")),
        Content::Button { payload: "handoff:yes".into(), title: "Oui".into() }
    );
    assert_eq!(
        content(&wire::inbound_choice((WHO, "w", AT), "list_reply", "menu:billing", "Facturation")),
        Content::List { payload: "menu:billing".into(), title: "Facturation".into() }
    );
    let bare = wire::inbound(WHO, "w", AT, "button", r#""button":{"text":"Oui"}"#);
    assert_eq!(content(&bare), Content::Button { payload: "Oui".into(), title: "Oui".into() });
    let future = r#""interactive":{"type":"pill_reply","pill_reply":{"id":"p1","title":"Pilule"}}"#;
    assert_eq!(
        content(&wire::inbound(WHO, "w", AT, "interactive", future)),
        Content::Button { payload: "p1".into(), title: "Pilule".into() }
    );
}

#[test]
fn quotes_point_at_the_quoted_message_and_reactions_do_not_quote() {
    let reply = one(&wire::inbound_reply(WHO, "w", AT, "oui", "wamid.OUT7"));
    assert_eq!(message(&reply).inbound.quotes.as_deref(), Some("wamid.OUT7"));
    let members =
        r#""context":{"id":"wamid.OUT7"},"reaction":{"message_id":"wamid.OUT7","emoji":"👍"}"#;
    let reaction = one(&wire::inbound(WHO, "w", AT, "reaction", members));
    assert_eq!(message(&reaction).inbound.quotes, None);
    let forwarded = r#""context":{"frequently_forwarded":true},"text":{"body":"x"}"#;
    let forwarded = one(&wire::inbound(WHO, "w", AT, "text", forwarded));
    assert!(message(&forwarded).forwarded);
}

#[test]
fn reactions_appear_and_disappear() {
    let reaction = |emoji| content(&wire::inbound_reaction(WHO, "w", AT, "wamid.O", emoji));
    let with = |emoji: Option<&str>| Content::Reaction {
        target: "wamid.O".into(),
        emoji: emoji.map(str::to_owned),
    };
    assert_eq!(reaction(Some("❤️")), with(Some("❤️")));
    assert_eq!(reaction(Some("")), with(None));
    assert_eq!(reaction(None), with(None));
}

#[test]
fn forms_orders_edits_and_deletions() {
    let form = wire::inbound_form(WHO, "w", AT, r#"{"flow_token":"csat:9f2","score":"4"}"#);
    let answers = r#"{"flow_token":"csat:9f2","score":"4"}"#.to_owned();
    assert_eq!(
        content(&form),
        Content::Form {
            name: "flow".into(),
            answers,
            payload: None,
            fields: [("score".to_owned(), "4".to_owned())].into(),
        }
    );
    let object = r#""interactive":{"type":"nfm_reply","nfm_reply":{"response_json":[1,2]}}"#;
    let content_of = content(&wire::inbound(WHO, "w", AT, "interactive", object));
    assert_eq!(
        content_of,
        Content::Form {
            name: String::new(),
            answers: "[1,2]".into(),
            payload: None,
            fields: [].into(),
        }
    );
    assert_eq!(
        content(&wire::inbound_order(WHO, "w", AT, "LAMPE-1", 2)),
        Content::Order { summary: "2 × LAMPE-1 (12.5 EUR)\nsvp".into() }
    );
    assert_eq!(
        content(&wire::inbound_edit(WHO, "w", AT, "wamid.D1", "commande 4821")),
        Content::Edit { target: "wamid.D1".into(), body: Some("commande 4821".into()) }
    );
    assert_eq!(
        content(&wire::inbound_revoke(WHO, "w", AT, "wamid.D5")),
        Content::Revoke { target: "wamid.D5".into() }
    );
}

#[test]
fn locations_with_numbers_or_strings_inside_the_globe() {
    let here = content(&wire::inbound_location(WHO, "w", AT, 48.85, 2.35));
    let Content::Location { latitude, longitude, name, address } = here else { panic!() };
    assert_eq!((latitude, longitude), (48.85, 2.35));
    assert!(name.is_some() && address.is_some());
    let strings = r#""location":{"latitude":"48.85","longitude":"2.35"}"#;
    let strings = content(&wire::inbound(WHO, "w", AT, "location", strings));
    assert!(
        matches!(strings, Content::Location { latitude, .. } if (latitude - 48.85).abs() < 1e-9)
    );
    for bad in
        [r#"{"latitude":"NaN","longitude":1}"#, r#"{"latitude":91,"longitude":1}"#, "{}", "7"]
    {
        let bad = wire::inbound(WHO, "w", AT, "location", &format!(r#""location":{bad}"#));
        assert_eq!(content(&bad), Content::Unsupported { kind: "location".into() });
    }
}

#[test]
fn only_an_answer_to_our_request_proves_a_number() {
    let card = |requested| wire::inbound_contact(WHO, "w", AT, "Léa", "33639980077", requested);
    let contacts = |own| Content::Contacts {
        names: vec!["Léa".into()],
        phones: vec!["+33639980077".into()],
        is_own_number: own,
    };
    assert_eq!(content(&card(true)), contacts(true));
    assert_eq!(content(&card(false)), contacts(false));
    let two = r#""contacts":[{"name":{"first_name":"A","last_name":"B"},"phones":[{"phone":"06 39 98 00 12"}],"origin":"contact_request"},{"name":{"formatted_name":"C"},"origin":"contact_request"}]"#;
    let Content::Contacts { names, phones, is_own_number } =
        content(&wire::inbound(WHO, "w", AT, "contacts", two))
    else {
        panic!()
    };
    assert_eq!((names, is_own_number), (vec!["A B".to_owned(), "C".to_owned()], false));
    assert_eq!(phones, ["06 39 98 00 12"]);
}

#[test]
fn notices_open_no_window() {
    let notice = one(&wire::inbound_number_change(WHO, "w", AT, "33639980077", "FR.88"));
    let m = message(&notice);
    assert!(
        matches!(&m.inbound.content, Content::System { kind, .. } if kind == "user_changed_number")
    );
    assert!(!m.inbound.content.opens_window());
    let change = m.identity_change.as_ref().unwrap();
    assert_eq!(change.old.phone.as_deref(), Some("+33639980012"));
    assert_eq!(change.new.phone.as_deref(), Some("+33639980077"));
    assert_eq!(change.new.bsuid.as_deref(), Some("FR.88"));
    assert!(matches!(content(&wire::inbound_welcome(WHO, "w", AT)), Content::System { .. }));
}

#[test]
fn a_hidden_number_that_changes_is_found_by_the_old_id_in_the_sentence() {
    let object = r#"{"id":"w","timestamp":"1795338000","type":"system","system":{"type":"user_changed_user_id","body":"User Léa changed from FR.11 to FR.22.","user_id":"FR.22"}}"#;
    let mut batch = Batch::for_number(NUMBER);
    batch.message(object);
    let updates = read(&batch.body());
    let m = message(&updates[0]);
    assert_eq!(m.inbound.sender.bsuid.as_deref(), Some("FR.11"));
    assert_eq!(m.identity_change.as_ref().unwrap().new.bsuid.as_deref(), Some("FR.22"));
}

#[test]
fn legacy_number_changes_are_understood() {
    let object = wire::inbound(
        WHO,
        "w",
        AT,
        "system",
        r#""system":{"type":"customer_changed_number","customer":"33639980012","new_wa_id":"33639980099","body":"x"}"#,
    );
    let update = one(&object);
    let change = message(&update).identity_change.clone().unwrap();
    assert_eq!(change.new.phone.as_deref(), Some("+33639980099"));
}

#[test]
fn what_cannot_be_read_is_named() {
    let kind = |object: &str| match content(object) {
        Content::Unsupported { kind } => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(kind(&wire::inbound_unsupported(WHO, "w", AT, "poll_update")), "poll_update");
    let large = wire::inbound(WHO, "w", AT, "unsupported", r#""errors":[{"code":131052}]"#);
    assert_eq!(kind(&large), "media");
    assert_eq!(kind(&wire::inbound(WHO, "w", AT, "unknown", "")), "unknown");
    assert_eq!(kind(&wire::inbound(WHO, "w", AT, "hologram", r#""hologram":{}"#)), "hologram");
    for kind_name in
        ["text", "image", "button", "interactive", "contacts", "order", "edit", "revoke"]
    {
        assert_eq!(kind(&wire::inbound(WHO, "w", AT, kind_name, "")), kind_name);
    }
    let typeless = format!(r#"{{"from":"{WHO}","id":"w","text":{{"body":"salut"}}}}"#);
    assert_eq!(content(&typeless), Content::Text { body: "salut".into() });
}

#[test]
fn people_without_a_number_are_people() {
    let mut batch = Batch::for_number(NUMBER);
    batch
        .contact("", "Léa", Some("FR.71"))
        .message(&wire::inbound_text("FR.71", "w1", AT, "a"))
        .message(r#"{"from":"FR.72","id":"w2","timestamp":1795338000,"type":"text","text":{"body":"b"}}"#)
        .message(r#"{"from":"","id":"w3","type":"text","text":{"body":"c"}}"#);
    let updates = read(&batch.body());
    let sender = |n: usize| message(&updates[n]).inbound.sender.clone();
    assert_eq!((sender(0).phone, sender(0).bsuid.as_deref()), (None, Some("FR.71")));
    assert_eq!(sender(0).name.as_deref(), Some("Léa"));
    assert_eq!((sender(1).bsuid.as_deref(), sender(1).name), (Some("FR.72"), None));
    assert!(matches!(updates[2].item, Item::Unparsed { .. }));
    let lone = r#"{"object":"whatsapp_business_account","entry":[{"changes":[{"value":{"metadata":{"phone_number_id":800000000000002},"contacts":[{"user_id":"FR.71","profile":{"username":"@lea.dupuis"}}],"messages":[{"id":"w","type":"text","text":{"body":"x"}}]}}]}]}"#;
    let updates = read(lone.as_bytes());
    let sender = &message(&updates[0]).inbound.sender;
    assert_eq!(sender.bsuid.as_deref(), Some("FR.71"));
    assert_eq!(sender.username.as_deref(), Some("lea.dupuis"));
    assert_eq!(updates[0].business_number.as_deref(), Some(NUMBER));
}

#[test]
fn a_name_is_never_given_to_another_person() {
    let mut batch = Batch::for_number(NUMBER);
    batch
        .contact("33600000001", "Un", Some("FR.1"))
        .contact("33600000002", "Deux", Some("FR.2"))
        .message(&wire::inbound_text("33600000002", "w2", AT, "b"))
        .message(&wire::inbound_text("33600000001", "w1", AT, "a"))
        .message(&wire::inbound_text("33600000003", "w3", AT, "c"));
    let updates = read(&batch.body());
    let names: Vec<_> = updates.iter().map(|u| message(u).inbound.sender.name.clone()).collect();
    assert_eq!(names, [Some("Deux".to_owned()), Some("Un".to_owned()), None]);
}

#[test]
fn times_are_read_in_every_form_and_never_lie_in_the_future() {
    let at = |timestamp: &str| {
        let object = format!(
            r#"{{"from":"{WHO}","id":"w","timestamp":{timestamp},"type":"text","text":{{"body":"x"}}}}"#
        );
        message(&one(&object)).inbound.sent_at
    };
    let expected = Timestamp::from_secs(1_795_338_000);
    for form in
        [r#""1795338000""#, "1795338000", "1795338000.0", "1795338000000", r#""1795338000000""#]
    {
        assert_eq!(at(form), expected, "{form}");
    }
    for form in [r#""1895338000""#, "null", r#""soon""#, "-5", "0", "[]", "9e18"] {
        assert_eq!(at(form), now(), "{form}");
    }
    assert_eq!(at("1795078800"), now() - Span::secs(259_210), "three days late stays late");
}

#[test]
fn ads_groups_and_products_are_kept_beside_the_message() {
    let ad = one(&wire::inbound_from_ad(WHO, "w", AT, "Bonjour", "ad-1"));
    let referral = message(&ad).referral.clone().unwrap();
    assert_eq!(referral.source_id.as_deref(), Some("ad-1"));
    assert_eq!(referral.click_id.as_deref(), Some("CLID1"));
    let group = one(&wire::inbound(WHO, "w", AT, "text", r#""group_id":"G1","text":{"body":"x"}"#));
    assert_eq!(message(&group).group.as_deref(), Some("G1"));
    let product = r#""context":{"from":"33199000042","id":"wamid.1","referred_product":{"catalog_id":"1","product_retailer_id":"SKU"}},"text":{"body":"x"}"#;
    let product = one(&wire::inbound(WHO, "w", AT, "text", product));
    assert_eq!(message(&product).product.as_deref(), Some("SKU"));
}

#[test]
fn statuses_carry_progress_callback_and_price() {
    let mut batch = Batch::for_number(NUMBER);
    for report in [Report::Read, Report::Delivered, Report::Sent, Report::Sent, Report::Played] {
        batch.status("wamid.OUT7", report, AT, "+33639980012", Some("msg:018f"));
    }
    let updates = read(&batch.body());
    let all: Vec<&Status> = updates
        .iter()
        .map(|u| match &u.item {
            Item::Status(status) => &**status,
            other => panic!("{other:?}"),
        })
        .collect();
    let words: Vec<_> = all.iter().filter_map(|s| s.delivery).collect();
    use Delivery::{Delivered, Played, Read, Sent};
    assert_eq!(words, [Read, Delivered, Sent, Sent, Played]);
    assert_eq!(updates[2].key, updates[3].key, "the same report twice has one key");
    assert_ne!(updates[1].key, updates[2].key);
    assert_eq!(all[0].callback_id.as_deref(), Some("msg:018f"));
    assert_eq!(all[0].recipient.phone.as_deref(), Some("+33639980012"));
    assert_eq!(all[1].pricing.as_ref().unwrap().category.as_deref(), Some("service"));
    assert_eq!(all[0].pricing, None);
}

#[test]
fn a_failed_status_says_why() {
    let mut batch = Batch::for_number(NUMBER);
    batch.status("wamid.OUT9", Report::Failed(131_047), AT, "FR.71", None);
    let updates = read(&batch.body());
    let Item::Status(status) = &updates[0].item else { panic!() };
    let failure = status.failure.as_ref().unwrap();
    assert_eq!((failure.class, failure.advice), (Class::Refused, Advice::UseTemplate));
    assert_eq!(status.recipient.bsuid.as_deref(), Some("FR.71"));
    assert_eq!(status.delivery, Some(Delivery::Failed));
}

#[test]
fn odd_statuses_are_kept() {
    let value = r#"{"metadata":{"phone_number_id":"1"},"statuses":[
        {"id":"w1","status":"deleted","timestamp":1795338000},
        {"id":"w2","status":"read","recipient_participant_id":"G7","errors":[{"code":1}]},
        {"id":"w2","status":"read","participant_recipient_id":"G8"},
        {"id":"w3","status":"failed"},
        {"id":"c1","type":"call","status":"RINGING"},
        {"status":"sent"}]}"#;
    let updates = change("status", value);
    assert_eq!(updates.len(), 6);
    let Item::Status(deleted) = &updates[0].item else { panic!() };
    assert_eq!((deleted.delivery, deleted.word.as_str()), (None, "deleted"));
    let Item::Status(read) = &updates[1].item else { panic!() };
    assert_eq!((read.participant.as_deref(), &read.failure), (Some("G7"), &None));
    assert_ne!(updates[1].key, updates[2].key, "members of a group are told apart");
    let Item::Status(failed) = &updates[3].item else { panic!() };
    assert_eq!(failed.failure.as_ref().unwrap().class, Class::Refused);
    assert!(matches!(account(&updates[4]), AccountEvent::Call { .. }));
    assert!(matches!(updates[5].item, Item::Unparsed { .. }));
}

#[test]
fn a_colleague_in_the_phone_app_is_an_echo() {
    let value = wire::echo_value(NUMBER, WHO, "wamid.E1", AT, "Je m'en occupe");
    let updates = change("smb_message_echoes", &value);
    let Item::Echo(echo) = &updates[0].item else { panic!("{updates:?}") };
    assert_eq!(echo.to.phone.as_deref(), Some("+33639980012"));
    assert_eq!(echo.content, Content::Text { body: "Je m'en occupe".into() });
    assert_eq!((echo.speaker, updates[0].key.as_str()), (Speaker::PhoneApp, "echo:wamid.E1"));
}

#[test]
fn an_observers_copy_is_marked_and_keyed_apart() {
    let object = wire::inbound_text(WHO, "wamid.D1", AT, "x");
    let value = format!(
        r#"{{"metadata":{{"phone_number_id":"{NUMBER}"}},"standby":{{"messages":[{object}],
        "message_echoes":[{{"id":"wamid.MBA1","timestamp":"1795338000","message":{{"messaging_product":"whatsapp","to":"{WHO}","type":"interactive","interactive":{{"type":"button","body":{{"text":"Je regarde"}}}}}}}}],
        "statuses":[{{"id":"wamid.MBA1","status":"sent"}}]}}}}"#
    );
    let updates = change("standby", &value);
    assert_eq!(updates.len(), 3);
    assert!(message(&updates[0]).standby);
    assert_eq!(updates[0].key, "standby:message:wamid.D1");
    assert!(
        matches!(&updates[1].item, Item::Status(status) if status.standby)
            || matches!(&updates[2].item, Item::Status(status) if status.standby)
    );
    let echo = updates.iter().find_map(|u| match &u.item {
        Item::Echo(echo) => Some(echo),
        _ => None,
    });
    let echo = echo.unwrap();
    assert_eq!(echo.speaker, Speaker::OtherResponder);
    assert_eq!(echo.content, Content::Text { body: "Je regarde".into() });
}

#[test]
fn changes_of_identity_and_wishes() {
    let value = r#"{"metadata":{"phone_number_id":"1"},"contacts":[{"wa_id":"33639980012"}],"user_id_update":[{"wa_id":"33639980012","user_id":{"previous":"FR.1","current":"FR.2"},"timestamp":"1795339001"}]}"#;
    let updates = change("user_id_update", value);
    let AccountEvent::Identity(change_) = account(&updates[0]) else { panic!() };
    assert_eq!(change_.old.bsuid.as_deref(), Some("FR.1"));
    assert_eq!(change_.new.bsuid.as_deref(), Some("FR.2"));
    let value = r#"{"metadata":{"phone_number_id":"1"},"user_preferences":[
        {"wa_id":"33639980012","category":"marketing_messages","value":"stop","timestamp":1795338000},
        {"user_id":"FR.1","category":"marketing_messages","value":"resume","timestamp":"1795338000"},
        {"user_id":"FR.1","category":"marketing_messages","value":"perhaps"}]}"#;
    let updates = change("user_preferences", value);
    assert!(matches!(account(&updates[0]), AccountEvent::Preference { allows: false, .. }));
    assert!(matches!(account(&updates[1]), AccountEvent::Preference { allows: true, .. }));
    assert!(matches!(updates[2].item, Item::Unparsed { .. }), "consent is never guessed");
}

#[test]
fn news_about_templates_numbers_and_accounts() {
    let template = r#"{"event":"REJECTED","message_template_id":594425479261596,"message_template_name":"suivi","message_template_language":"fr","reason":"INVALID_FORMAT"}"#;
    let updates = change("message_template_status_update", template);
    assert_eq!(
        account(&updates[0]),
        &AccountEvent::Template(TemplateNews {
            name: "suivi".into(),
            language: "fr".into(),
            change: TemplateChange::Standing {
                standing: Standing::Rejected,
                reason: Some("invalid_format".into()),
            },
        })
    );
    let quality = r#"{"previous_quality_score":"GREEN","new_quality_score":"RED","message_template_name":"suivi","message_template_language":"fr","reason":null}"#;
    let updates = change("message_template_status_update", quality);
    assert!(matches!(account(&updates[0]), AccountEvent::Template(news)
            if news.change == TemplateChange::Quality(Quality::Red)));
    let upgrade = r#"{"display_phone_number":"33199000042","event":"THROUGHPUT_UPGRADE","max_daily_conversations_per_business":"TIER_UNLIMITED"}"#;
    let updates = change("phone_number_quality_update", upgrade);
    assert!(
        matches!(account(&updates[0]), AccountEvent::Number { event, limit: Some(_) } if event == "THROUGHPUT_UPGRADE")
    );
    for (value, expected) in [
        (
            r#"{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1}]}"#,
            Severity::Critical,
        ),
        (
            r#"{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}}"#,
            Severity::Critical,
        ),
        (
            r#"{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"REINSTATE"}}"#,
            Severity::Info,
        ),
        (r#"{"event":"PARTNER_ADDED"}"#, Severity::Info),
    ] {
        let updates = change("account_update", value);
        let AccountEvent::Health { severity, .. } = account(&updates[0]) else { panic!() };
        assert_eq!(*severity, expected, "{value}");
    }
    let alert =
        r#"{"entity_type":"BUSINESS","alert_info":{"alert_severity":"CRITICAL","alert_type":"X"}}"#;
    assert!(matches!(
        account(&change("account_alerts", alert)[0]),
        AccountEvent::Health { severity: Severity::Critical, .. }
    ));
}

#[test]
fn handovers_calls_and_errors() {
    let passed = r#"{"sender":{"phone_number":"33639980012"},"type":"control_passed","control_passed":{"metadata":"client demande un humain","conversation_context":{"type":"summary","summary":{"text":"Double débit"}}}}"#;
    let updates = change("messaging_handovers", passed);
    let AccountEvent::Handover { to_us, person, summary, .. } = account(&updates[0]) else {
        panic!()
    };
    assert!(*to_us);
    assert_eq!(person.phone.as_deref(), Some("+33639980012"));
    assert_eq!(summary.as_deref(), Some("Double débit"));
    let call = r#"{"metadata":{"phone_number_id":"1"},"calls":[{"id":"wacid.1","from":"33639980012","event":"connect","direction":"USER_INITIATED","timestamp":"1795338000"}]}"#;
    let updates = change("calls", call);
    assert!(matches!(account(&updates[0]), AccountEvent::Call { by_customer: true, .. }));
    assert_eq!(updates[0].key, "call:wacid.1:connect");
    let errors = r#"{"metadata":{"phone_number_id":"1"},"errors":[{"code":131000,"title":"Something went wrong"}]}"#;
    let updates = change("messages", errors);
    assert!(
        matches!(account(&updates[0]), AccountEvent::Errors(list) if list[0].code == Some(131_000))
    );
    let updates = change("brand_new_field", r#"{"x":[1,{"y":2}]}"#);
    assert_eq!(account(&updates[0]), &AccountEvent::Other { field: "brand_new_field".into() });
    assert_eq!(updates[0].raw, r#"{"x":[1,{"y":2}]}"#);
}
