use super::*;

fn send(content: Outbound) -> Send {
    Send {
        callback_id: "msg:018f".into(),
        business_number: "800000000000002".into(),
        to: Recipient { phone: Some("+33639980012".into()), bsuid: Some("FR.71".into()) },
        content,
        quotes: None,
        file: None,
    }
}

fn text(body: &str) -> Outbound {
    Outbound::Text { body: body.into() }
}

fn button(id: &str, title: &str) -> Button {
    Button { id: id.into(), title: title.into() }
}

fn problem(content: Outbound) -> (&'static str, Problem) {
    let invalid = to_wire(&send(content)).unwrap_err();
    (invalid.field, invalid.problem)
}

#[test]
fn a_text_has_the_documented_shape() {
    let mut message = send(text("Bonjour 👋"));
    message.quotes = Some("wamid.IN1".into());
    assert_eq!(
        to_wire(&message).unwrap(),
        json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": "+33639980012",
            "type": "text", "text": { "body": "Bonjour 👋", "preview_url": false },
            "context": { "message_id": "wamid.IN1" }, "biz_opaque_callback_data": "msg:018f",
        })
    );
}

#[test]
fn a_number_is_preferred_and_always_written_with_plus() {
    let mut message = send(text("a"));
    message.to.phone = Some("33639980012".into());
    let wire = to_wire(&message).unwrap();
    assert_eq!((&wire["to"], wire.get("recipient")), (&json!("+33639980012"), None));
    message.to.phone = None;
    let wire = to_wire(&message).unwrap();
    assert_eq!((wire.get("to"), &wire["recipient"]), (None, &json!("FR.71")));
    message.to.bsuid = Some("not an id".into());
    assert_eq!(to_wire(&message).unwrap_err().field, "recipient");
}

#[test]
fn menus_have_the_documented_shape() {
    let buttons = Outbound::Buttons {
        body: "Un humain ?".into(),
        buttons: vec![button("handoff:yes", "Oui, un humain"), button("handoff:no", "Non merci")],
    };
    assert_eq!(
        to_wire(&send(buttons)).unwrap()["interactive"],
        json!({ "type": "button", "body": { "text": "Un humain ?" }, "action": { "buttons": [
            { "type": "reply", "reply": { "id": "handoff:yes", "title": "Oui, un humain" } },
            { "type": "reply", "reply": { "id": "handoff:no", "title": "Non merci" } },
        ]}})
    );
    let row = Row { id: "r1".into(), title: "Facturation".into(), description: Some("x".into()) };
    let list = Outbound::List { body: "Sujet ?".into(), button: "Choisir".into(), rows: vec![row] };
    assert_eq!(
        to_wire(&send(list)).unwrap()["interactive"],
        json!({ "type": "list", "body": { "text": "Sujet ?" }, "action": { "button": "Choisir",
            "sections": [{ "rows": [{ "id": "r1", "title": "Facturation", "description": "x" }] }] }})
    );
}

#[test]
fn the_other_kinds_have_the_documented_shape() {
    let wire = |content| to_wire(&send(content)).unwrap();
    let link = Outbound::Link {
        body: "Suivi".into(),
        label: "Ouvrir".into(),
        url: "https://a.example/s?x=1".into(),
    };
    assert_eq!(
        wire(link)["interactive"]["action"],
        json!({ "name": "cta_url",
            "parameters": { "display_text": "Ouvrir", "url": "https://a.example/s?x=1" } })
    );
    let template = Outbound::Template {
        name: "suivi_dossier".into(),
        language: "fr".into(),
        params: vec!["Léa\n\t Dupuis".into()],
        body: "ignored".into(),
    };
    assert_eq!(
        wire(template)["template"],
        json!({ "name": "suivi_dossier", "language": { "code": "fr" }, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": "Léa Dupuis" }] } ]})
    );
    let location = wire(Outbound::LocationRequest { body: "Où ?".into() });
    assert_eq!(location["interactive"]["action"], json!({ "name": "send_location" }));
    let contact = wire(Outbound::ContactRequest { body: "Numéro ?".into() });
    assert_eq!(contact["interactive"]["type"], "request_contact_info");
    let mut reaction = send(Outbound::Reaction { target: "wamid.1".into(), emoji: String::new() });
    reaction.quotes = Some("wamid.2".into());
    let reaction = to_wire(&reaction).unwrap();
    assert_eq!(reaction["reaction"], json!({ "message_id": "wamid.1", "emoji": "" }));
    assert_eq!(reaction.get("context"), None);
}

#[test]
fn media_carry_what_their_kind_allows() {
    let media = |kind, caption: Option<&str>| Outbound::Media {
        kind,
        source: MediaSource::Id("555".into()),
        caption: caption.map(str::to_owned),
        filename: Some("facture.pdf".into()),
    };
    let wire = to_wire(&send(media(MediaKind::Document, Some("Votre facture")))).unwrap();
    assert_eq!(
        wire["document"],
        json!({ "id": "555", "caption": "Votre facture", "filename": "facture.pdf" })
    );
    let voice = to_wire(&send(media(MediaKind::Voice, None))).unwrap();
    assert_eq!(voice["audio"], json!({ "id": "555", "voice": true }));
    assert_eq!(
        to_wire(&send(media(MediaKind::Image, Some(" ")))).unwrap()["image"],
        json!({"id":"555"})
    );
    for kind in [MediaKind::Audio, MediaKind::Voice, MediaKind::Sticker] {
        assert_eq!(problem(media(kind, Some("x"))), ("caption", Problem::NotPossible));
    }
    let link = Outbound::Media {
        kind: MediaKind::Image,
        source: MediaSource::Link("ftp://a.example/x".into()),
        caption: None,
        filename: None,
    };
    assert_eq!(problem(link), ("link", Problem::Malformed));
}

#[test]
fn limits_count_characters_and_hold_exactly() {
    assert!(to_wire(&send(text(&"é".repeat(4096)))).is_ok());
    let long = problem(text(&"é".repeat(4097)));
    assert_eq!(long, ("text", Problem::TooLong { limit: 4096, actual: 4097 }));
    for empty in ["", " ", "\n\u{a0}"] {
        assert_eq!(problem(text(empty)), ("text", Problem::Missing));
    }
}

#[test]
fn menus_that_would_be_refused_are_named() {
    let menu = |buttons| Outbound::Buttons { body: "?".into(), buttons };
    let four = (0..4).map(|n| button(&format!("b{n}"), &format!("t{n}"))).collect();
    assert_eq!(problem(menu(four)), ("buttons", Problem::TooMany { limit: 3, actual: 4 }));
    assert_eq!(problem(menu(vec![])), ("buttons", Problem::Missing));
    let twice = menu(vec![button("a", "Oui"), button("b", "Oui ")]);
    assert_eq!(problem(twice), ("button title", Problem::Duplicate));
    assert_eq!(problem(menu(vec![button("a ", "Oui")])), ("button id", Problem::Malformed));
    assert_eq!(problem(menu(vec![button("a", " ")])), ("button title", Problem::Missing));
    let long = menu(vec![button("a", &"x".repeat(21))]);
    assert_eq!(problem(long), ("button title", Problem::TooLong { limit: 20, actual: 21 }));
    let row = |n: usize| Row { id: format!("r{n}"), title: "t".into(), description: None };
    let list = |n| Outbound::List {
        body: "?".into(),
        button: "b".into(),
        rows: (0..n).map(row).collect(),
    };
    assert!(to_wire(&send(list(10))).is_ok());
    assert_eq!(problem(list(11)), ("rows", Problem::TooMany { limit: 10, actual: 11 }));
}

#[test]
fn bad_links_and_templates_are_refused() {
    for url in
        ["", "a.example", "javascript:alert(1)", "https://", "mailto:a@b.example", "https:// x"]
    {
        let link = Outbound::Link { body: "x".into(), label: "y".into(), url: url.into() };
        assert_eq!(problem(link).0, "url", "{url}");
    }
    let template = |name: &str, param: &str| Outbound::Template {
        name: name.into(),
        language: "fr".into(),
        params: vec![param.into()],
        body: String::new(),
    };
    assert_eq!(problem(template("Suivi Dossier", "x")), ("template name", Problem::Malformed));
    assert_eq!(problem(template("suivi", " ")), ("template value", Problem::Missing));
}

#[test]
fn a_read_receipt_can_show_typing() {
    assert_eq!(read_receipt("wamid.1", false).get("typing_indicator"), None);
    assert_eq!(read_receipt("wamid.1", true)["typing_indicator"], json!({ "type": "text" }));
}
