//! What agents arrange around conversations, as the web app asks for it.

use crate::support::{Answer, CLAIRE, Client, act, detail, waiting};
use axum::http::StatusCode;
use relais_core::time::Span;
use serde_json::{Value, json};

async fn listed(client: &Client, q: &str) -> usize {
    let q: String = q.replace(' ', "%20").replace(':', "%3A");
    let answer = client.get(&format!("/api/v1/conversations?q={q}&sort=due")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_reply_waits_for_its_undo_time_in_the_outbox_and_can_be_taken_back() {
    let (app, _, nadia, id) = waiting().await;
    let before = app.sent().len();
    let said = act(&nadia, &id, json!({"do": "reply", "text": "Oups", "undo_s": 10})).await;
    let message = said.body["message"].as_str().unwrap().to_owned();
    while app.service.step().await.unwrap() {}
    assert_eq!(app.sent().len(), before, "nothing leaves before its time");
    let events = nadia.get(&format!("/api/v1/conversations/{id}/events")).await.body;
    let shown = events["items"].as_array().unwrap().last().unwrap().clone();
    assert!(shown["message"]["leaves_at"].is_string(), "{shown}");

    let back = json!({"do": "take_back", "message": message});
    assert_eq!(act(&nadia, &id, back.clone()).await.status, StatusCode::OK);
    let late = act(&nadia, &id, back).await;
    assert_eq!((late.status, late.slug()), (StatusCode::CONFLICT, "too_late"));
    app.clock.move_to(app.now() + Span::secs(30));
    app.settle().await;
    assert_eq!(app.sent().len(), before, "it never left");

    act(&nadia, &id, json!({"do": "reply", "text": "Bonjour", "undo_s": 5})).await;
    app.clock.move_to(app.now() + Span::secs(6));
    app.settle().await;
    assert_eq!(app.sent()[before..], ["Bonjour"], "without any browser");
    let endless = act(&nadia, &id, json!({"do": "reply", "text": "x", "undo_s": 60})).await;
    assert_eq!(endless.body["errors"][0]["pointer"], "/undo_s");
}

#[tokio::test]
async fn the_next_message_or_the_end_lets_what_waits_go_at_once() {
    let (app, _, nadia, id) = waiting().await;
    let before = app.sent().len();
    for text in ["un", "deux"] {
        act(&nadia, &id, json!({"do": "reply", "text": text, "undo_s": 10})).await;
    }
    while app.service.step().await.unwrap() {}
    assert_eq!(app.sent()[before..], ["un"]);
    act(&nadia, &id, json!({"do": "resolve", "reason": "solved"})).await;
    while app.service.step().await.unwrap() {}
    let sent = app.sent();
    assert_eq!(sent[before + 1], "deux", "the question about it comes behind");
    assert_eq!(sent.len(), before + 3);
    assert_eq!(detail(&nadia, &id).await["closing"], "solved");
}

#[tokio::test]
async fn a_reply_to_old_news_asks_first() {
    let (app, _, nadia, id) = waiting().await;
    let seen = detail(&nadia, &id).await["heard_at"].clone();
    app.customer_writes(CLAIRE, "wamid.2", "c'est réglé, merci").await;
    app.settle().await;
    let reply = |seen: Value| json!({"do": "reply", "text": "Je regarde.", "seen": seen});
    let stale = act(&nadia, &id, reply(seen)).await;
    assert_eq!((stale.status, stale.slug()), (StatusCode::CONFLICT, "new_messages"));
    let seen = detail(&nadia, &id).await["heard_at"].clone();
    assert_eq!(act(&nadia, &id, reply(seen)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn put_aside_is_out_of_the_lists_until_its_time() {
    let (app, _, nadia, id) = waiting().await;
    let until = (app.now() + Span::hours(1)).to_string();
    let aside = json!({"do": "snooze", "until": until});
    assert_eq!(act(&nadia, &id, aside).await.status, StatusCode::OK);
    assert_eq!(listed(&nadia, "is:open is:awake").await, 0);
    assert_eq!(listed(&nadia, "is:snoozed").await, 1);
    let line = detail(&nadia, &id).await;
    assert_eq!((&line["is_snoozed"], &line["snoozed_until"]), (&json!(true), &json!(until)));
    app.clock.move_to(app.now() + Span::hours(1));
    app.settle().await;
    assert_eq!(listed(&nadia, "is:open is:awake").await, 1);
    for until in ["yesterday", "2020-01-01T00:00:00Z"] {
        let bad = act(&nadia, &id, json!({"do": "snooze", "until": until})).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{until}");
    }
}

#[tokio::test]
async fn tags_urgency_and_tier_are_found_again() {
    let (_app, owner, nadia, id) = waiting().await;
    act(&nadia, &id, json!({"do": "take"})).await;
    for body in [
        json!({"do": "tag", "tag": " Remboursement "}),
        json!({"do": "prioritise", "priority": "urgent"}),
        json!({"do": "raise_tier", "text": "Panne électrique"}),
    ] {
        let done = act(&nadia, &id, body).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }
    assert_eq!(listed(&owner, "tag:remboursement tier:3 priority:urgent is:queue").await, 1);
    assert_eq!(listed(&owner, "tag:autre").await, 0);
    let none = act(&nadia, &id, json!({"do": "raise_tier", "text": "encore"})).await;
    assert_eq!((none.status, none.slug()), (StatusCode::UNPROCESSABLE_ENTITY, "not_higher"));
    let silent = act(&nadia, &id, json!({"do": "raise_tier"})).await;
    assert_eq!(silent.body["errors"][0]["pointer"], "/text");
    for tag in ["", "a|b", "\"", &"x".repeat(41)] {
        let bad = act(&nadia, &id, json!({"do": "tag", "tag": tag})).await;
        assert_eq!(bad.body["errors"][0]["pointer"], "/tag", "{tag}");
    }
}

#[tokio::test]
async fn only_a_supervisor_gives_away_what_a_colleague_has() {
    let (app, owner, nadia, id) = waiting().await;
    let hugo = app.person(&owner, "Hugo Lambert", "agent").await;
    act(&nadia, &id, json!({"do": "take"})).await;
    let to_hugo = json!({"do": "assign", "to": "hugo"});
    let refused = act(&hugo, &id, to_hugo.clone()).await;
    assert_eq!((refused.status, refused.slug()), (StatusCode::CONFLICT, "already_taken"));
    assert_eq!(act(&owner, &id, to_hugo).await.status, StatusCode::OK);
    assert_eq!(detail(&hugo, &id).await["assignee"]["key"], "hugo");
    let nobody = act(&hugo, &id, json!({"do": "assign", "to": "nobody"})).await;
    let field = &nobody.body["errors"][0];
    assert_eq!((&field["pointer"], &field["code"]), (&json!("/to"), &json!("unknown")));
}

#[tokio::test]
async fn a_call_in_a_note_is_found_by_whoever_is_called() {
    let (_app, owner, nadia, id) = waiting().await;
    act(&owner, &id, json!({"do": "note", "text": "@nadia tu connais ce cas ?"})).await;
    assert_eq!(detail(&nadia, &id).await["mentions_me"], true);
    assert_eq!(listed(&nadia, "is:mentioned").await, 1);
    assert_eq!(listed(&owner, "is:mentioned").await, 0);
    act(&nadia, &id, json!({"do": "note", "text": "Oui."})).await;
    assert_eq!(listed(&nadia, "is:mentioned").await, 0);
}

#[tokio::test]
async fn views_count_what_is_in_them() {
    let (app, owner, nadia, id) = waiting().await;
    let mine = json!({"name": "Remboursements", "query": "is:open tag:refund", "sort": "due",
        "is_shared": false});
    let shared = json!({"name": "Urgences", "query": "priority:urgent", "sort": "waiting",
        "is_shared": true});
    let made = nadia.post("/api/v1/views", &mine).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(nadia.post("/api/v1/views", &shared).await.status, StatusCode::FORBIDDEN);
    assert_eq!(owner.post("/api/v1/views", &shared).await.status, StatusCode::CREATED);
    act(&nadia, &id, json!({"do": "tag", "tag": "refund"})).await;
    let views = async |client: &Client| -> Vec<(String, Value)> {
        let answer = client.get("/api/v1/views").await.body;
        let named = |v: &Value| {
            let name = v["name"].as_str().or(v["key"].as_str()).unwrap().to_owned();
            (name, v["count"].clone())
        };
        answer["items"].as_array().unwrap().iter().map(named).collect()
    };
    let of_nadia = views(&nadia).await;
    let count = |name: &str| of_nadia.iter().find(|(n, _)| n == name).unwrap().1.clone();
    assert_eq!((count("open"), count("queue"), count("mine")), (json!(1), json!(1), json!(0)));
    assert_eq!((count("Remboursements"), count("Urgences")), (json!(1), json!(0)));
    assert_eq!(count("resolved"), Value::Null);
    assert!(!views(&owner).await.iter().any(|(name, _)| name == "Remboursements"));
    let key = made.body["key"].as_str().unwrap();
    let path = format!("/api/v1/views/{key}");
    assert_eq!(owner.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nadia.delete(&path).await.status, StatusCode::NO_CONTENT);
    let auditor = app.person(&owner, "Denis", "auditor").await;
    assert_eq!(auditor.post("/api/v1/views", &mine).await.status, StatusCode::FORBIDDEN);
    for (field, value) in [("name", ""), ("query", " "), ("sort", "random")] {
        let mut bad = mine.clone();
        bad[field] = json!(value);
        let answer = nadia.post("/api/v1/views", &bad).await;
        assert_eq!(answer.body["errors"][0]["pointer"], format!("/{field}"));
    }
}

#[tokio::test]
async fn a_draft_is_there_on_the_other_device_and_never_written_over() {
    let (_app, owner, nadia, id) = waiting().await;
    let path = format!("/api/v1/conversations/{id}/draft");
    let put = async |text: &str, after: i64| {
        nadia.put(&path, &json!({"mode": "reply", "text": text, "after": after})).await
    };
    assert_eq!(put("Bonjour", 0).await.body["version"], 1);
    assert_eq!(put("Bonjour Claire", 1).await.status, StatusCode::OK);
    let conflict = put("Autre chose", 1).await;
    assert_eq!((conflict.status, conflict.slug()), (StatusCode::CONFLICT, "draft_conflict"));
    let drafts = nadia.get("/api/v1/drafts").await.body;
    assert_eq!(drafts["items"][0]["text"], "Bonjour Claire");
    assert_eq!(owner.get("/api/v1/drafts").await.body["items"], json!([]));
    assert_eq!(put("", 2).await.status, StatusCode::OK);
    assert_eq!(nadia.get("/api/v1/drafts").await.body["items"], json!([]));
}

#[tokio::test]
async fn whoever_writes_first_has_the_pen_and_everybody_sees_it() {
    let (app, owner, nadia, id) = waiting().await;
    let path = format!("/api/v1/conversations/{id}/presence");
    let writes = json!({"doing": "writing"});
    assert_eq!(owner.put(&path, &writes).await.status, StatusCode::NO_CONTENT);
    let reply = json!({"do": "reply", "text": "Bonjour"});
    let refused = act(&nadia, &id, reply.clone()).await;
    assert_eq!((refused.status, refused.slug()), (StatusCode::CONFLICT, "somebody_writes"));
    assert_eq!(refused.body["detail"], "Camille Roy is writing");
    let mut sure = reply.clone();
    sure["is_confirmed"] = json!(true);
    assert_eq!(act(&nadia, &id, sure).await.status, StatusCode::OK);
    app.clock.move_to(app.now() + Span::secs(31));
    assert_eq!(act(&nadia, &id, reply).await.status, StatusCode::OK, "a pen laid down is free");
}

#[tokio::test]
async fn a_stopped_assistant_is_silent_and_its_stop_is_on_record() {
    let (app, owner, nadia, _) = waiting().await;
    let stop = json!({"is_stopped": true});
    assert_eq!(nadia.put("/api/v1/assistant", &stop).await.status, StatusCode::FORBIDDEN);
    assert_eq!(owner.put("/api/v1/assistant", &stop).await.status, StatusCode::OK);
    assert_eq!(nadia.get("/api/v1/assistant").await.body["by"], "Camille Roy");
    app.customer_writes("33639980102", "wamid.9", "bonjour").await;
    app.settle().await;
    let bots = nadia.get("/api/v1/conversations?q=is%3Abot").await.body;
    assert_eq!(bots["items"], json!([]), "people have it");
    owner.put("/api/v1/assistant", &json!({"is_stopped": false})).await;
    app.customer_writes("33639980103", "wamid.10", "bonjour").await;
    app.settle().await;
    let bots = nadia.get("/api/v1/conversations?q=is%3Abot").await.body;
    assert_eq!(bots["items"].as_array().unwrap().len(), 1);
    let lines = app.service.store().audit(0, 99).await.unwrap();
    let acts: Vec<&str> = lines.iter().map(|line| line.act.as_str()).collect();
    assert!(acts.contains(&"assistant.stop") && acts.contains(&"assistant.start"), "{acts:?}");
}

async fn upload(client: &Client, id: &str, name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/api/v1/conversations/{id}/files?name={name}");
    let request = client
        .request("POST", &path)
        .header("origin", "http://relais.test")
        .header("content-type", "application/octet-stream");
    client.send(request.body(axum::body::Body::from(bytes.to_vec())).unwrap()).await
}

#[tokio::test]
async fn a_file_is_checked_kept_sent_with_its_words_and_shown() {
    let (app, _, nadia, id) = waiting().await;
    let folder = tempfile::tempdir().unwrap();
    let files = relais_app::media::Folder::open(folder.path()).await.unwrap();
    app.service.keep_files_in(files);
    let kept = upload(&nadia, &id, "facture.pdf", b"%PDF-1.7 x").await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
    assert_eq!(kept.body["mime"], "application/pdf");
    let file = kept.body["id"].as_str().unwrap();
    let reply = json!({"do": "reply", "file": file, "text": "Votre facture."});
    let sent = act(&nadia, &id, reply.clone()).await;
    assert_eq!((sent.status, &sent.body["message"]), (StatusCode::OK, &json!(file)));
    app.settle().await;
    let last = app.provider.sent.lock().unwrap().last().unwrap().clone();
    assert_eq!(last.content.text(), "Votre facture.");
    let taken = last.file.unwrap();
    assert_eq!((taken.filename.as_str(), taken.mime.as_str()), ("facture.pdf", "application/pdf"));
    assert_eq!(taken.read().await.unwrap(), b"%PDF-1.7 x");
    let events = nadia.get(&format!("/api/v1/conversations/{id}/events")).await.body;
    let shown = events["items"].as_array().unwrap().iter().rfind(|e| e["message"]["id"] == file);
    assert_eq!(shown.unwrap()["message"]["media"]["url"], format!("/api/v1/media/{file}"));
    assert_eq!(nadia.get(&format!("/api/v1/media/{file}")).await.raw.as_ref(), b"%PDF-1.7 x");

    let twice = act(&nadia, &id, reply).await;
    assert_eq!(twice.body["errors"][0]["pointer"], "/file");
    for (name, bytes, slug) in [
        ("x.html", b"<script>".as_slice(), "file_not_allowed"),
        ("x.gif", b"GIF89a\x10\0\x10\0".as_slice(), "file_not_allowed"),
    ] {
        assert_eq!(upload(&nadia, &id, name, bytes).await.slug(), slug, "{name}");
    }
    let mut huge = b"\xff\xd8\xff".to_vec();
    huge.resize(6 * 1024 * 1024, 0);
    let large = upload(&nadia, &id, "x.jpg", &huge).await;
    assert_eq!((large.status, large.slug()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn a_text_and_several_files_leave_in_order_together_and_once() {
    let (app, _, nadia, id) = waiting().await;
    let folder = tempfile::tempdir().unwrap();
    let files = relais_app::media::Folder::open(folder.path()).await.unwrap();
    app.service.keep_files_in(files);
    let mut kept = Vec::new();
    for name in ["un.pdf", "deux.pdf", "trois.pdf"] {
        let answer = upload(&nadia, &id, name, format!("%PDF-1.7 {name}").as_bytes()).await;
        kept.push(answer.body["id"].as_str().unwrap().to_owned());
    }
    let file = |at: usize| json!({"do": "reply", "file": kept[at]});
    let together = |acts: Value| json!({"do": "several", "acts": acts});
    let doubled = act(&nadia, &id, together(json!([file(0), file(0)]))).await;
    assert_eq!(doubled.body["errors"][0]["pointer"], "/acts", "{}", doubled.body);

    let before = app.sent().len();
    let unknown = json!({"do": "reply", "file": "00000000-0000-0000-0000-000000000000"});
    let text = json!({"do": "reply", "text": "Les trois pages."});
    let refused = act(&nadia, &id, together(json!([text, file(0), unknown]))).await;
    assert_eq!(refused.body["errors"][0]["pointer"], "/file", "{}", refused.body);
    app.settle().await;
    assert_eq!(app.sent().len(), before, "where one is refused, none leaves");

    // Not in the order in which they were uploaded.
    let mut last = file(0);
    last["undo_s"] = json!(5);
    let wish = together(json!([text, file(2), file(1), last]));
    let path = format!("/api/v1/conversations/{id}/actions");
    let ask =
        async || nadia.json("POST", &path, &wish, &[("idempotency-key", "trois-pages")]).await;
    let sent = ask().await;
    assert_eq!((sent.status, &sent.body["message"]), (StatusCode::OK, &json!(kept[0])));
    let again = ask().await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &sent.body));
    let left = || -> Vec<String> {
        let sent = app.provider.sent.lock().unwrap();
        let name = |one: &relais_app::port::channel::SendFile| one.filename.clone();
        let said = sent[before..].iter().map(|one| match &one.file {
            Some(file) => name(file),
            None => one.content.text().to_owned(),
        });
        said.collect()
    };
    let undone = act(&nadia, &id, json!({"do": "take_back", "message": kept[0]})).await;
    assert_eq!(undone.status, StatusCode::OK, "what waits may be taken back: {}", undone.body);
    app.settle().await;
    assert_eq!(left(), ["Les trois pages.", "trois.pdf", "deux.pdf"]);
}

#[tokio::test]
async fn a_text_and_its_files_wait_together_and_are_taken_back_whole_or_not_at_all() {
    let (app, _, nadia, id) = waiting().await;
    let folder = tempfile::tempdir().unwrap();
    let files = relais_app::media::Folder::open(folder.path()).await.unwrap();
    app.service.keep_files_in(files);
    let send = async |name: &str| {
        let answer = upload(&nadia, &id, name, format!("%PDF-1.7 {name}").as_bytes()).await;
        let file = answer.body["id"].clone();
        let acts = json!([
            {"do": "reply", "text": "La page.", "undo_s": 10},
            {"do": "reply", "file": file, "undo_s": 10},
        ]);
        let sent = act(&nadia, &id, json!({"do": "several", "acts": acts})).await;
        assert_eq!(sent.body["message"], file, "{}", sent.body);
        file
    };
    let step = async || while app.service.step().await.unwrap() {};
    let before = app.sent().len();
    let file = send("un.pdf").await;
    step().await;
    assert_eq!(app.sent().len(), before, "nothing leaves before its time");
    let events = nadia.get(&format!("/api/v1/conversations/{id}/events")).await.body;
    let items = events["items"].as_array().unwrap();
    let [.., text, page] = items.as_slice() else { panic!("{events}") };
    assert_eq!(page["message"]["part_of"], text["message"]["id"], "{page}");
    assert_eq!(page["message"]["leaves_at"], text["message"]["leaves_at"]);
    let back = json!({"do": "take_back", "message": file});
    assert_eq!(act(&nadia, &id, back).await.status, StatusCode::OK);
    app.clock.move_to(app.now() + Span::secs(30));
    app.settle().await;
    assert_eq!(app.sent().len(), before, "neither of them left");

    // Its first part has left: the customer has read that something comes.
    let file = send("deux.pdf").await;
    app.clock.move_to(app.now() + Span::secs(10));
    while app.sent().len() == before {
        assert!(app.service.step().await.unwrap());
    }
    let late = act(&nadia, &id, json!({"do": "take_back", "message": file})).await;
    assert_eq!((late.status, late.slug()), (StatusCode::CONFLICT, "too_late"));
    app.settle().await;
    assert_eq!(app.sent().len(), before + 2);
}

#[tokio::test]
async fn a_person_is_read_exported_and_erased_with_a_certificate() {
    let (app, owner, nadia, id) = waiting().await;
    let contact = detail(&owner, &id).await["contact"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/contacts/{contact}");
    let shown = nadia.get(&path).await.body;
    assert_eq!((&shown["name"], &shown["is_erased"]), (&json!("Claire Dubois"), &json!(false)));
    assert_eq!(shown["conversations"].as_array().unwrap().len(), 1);
    // Known by the conversation, where the person's own entry says nothing.
    assert_eq!((&shown["language"], &shown["segment"]), (&json!("fr"), &json!("standard")));
    let export = format!("{path}/export?format=html");
    assert_eq!(nadia.get(&export).await.status, StatusCode::FORBIDDEN);
    let page = owner.get(&export).await;
    let text = String::from_utf8(page.raw.to_vec()).unwrap();
    assert!(text.contains("je veux un agent") && text.contains("Claire Dubois"), "{text}");
    assert!(page.header("content-disposition").starts_with("attachment"));
    let json = owner.get(&format!("{path}/export?format=json")).await.body;
    assert_eq!(json["logs"][0]["events"][0]["kind"], "opened");
    assert_eq!(json["conversations"].as_array().unwrap().len(), 1);

    let open = owner.delete(&path).await;
    assert_eq!((open.status, open.slug()), (StatusCode::CONFLICT, "still_open"));
    act(&nadia, &id, json!({"do": "resolve", "reason": "spam"})).await;
    let certificate = owner.delete(&path).await;
    assert_eq!(certificate.status, StatusCode::OK, "{}", certificate.body);
    assert_eq!(certificate.body["by"], "camille@example.test");
    assert_eq!(certificate.body["audit_hash"].as_str().unwrap().len(), 64);
    let gone = nadia.get(&path).await.body;
    assert_eq!((&gone["name"], &gone["is_erased"]), (&Value::Null, &json!(true)));
    assert_eq!((&gone["language"], &gone["segment"]), (&Value::Null, &Value::Null));
    let text = owner.get(&export).await.raw;
    assert!(!String::from_utf8_lossy(&text).contains("je veux un agent"));
    app.settle().await;
}

#[tokio::test]
async fn a_trial_says_what_would_be_refused_and_does_nothing() {
    let (app, owner, nadia, id) = waiting().await;
    let acts = json!([{"do": "take"}, {"do": "tag", "tag": "retard"}, {"do": "snooze"}]);
    let trial = json!({"do": "several", "acts": acts, "is_trial": true});
    assert_eq!(act(&nadia, &id, trial.clone()).await.status, StatusCode::OK);
    let now = detail(&nadia, &id).await;
    assert_eq!((&now["status"], &now["tags"]), (&json!("queued"), &json!([])));

    act(&owner, &id, json!({"do": "take"})).await;
    let refused = act(&nadia, &id, trial).await;
    assert_eq!((refused.status, refused.slug()), (StatusCode::CONFLICT, "already_taken"));
    drop(app);
}

#[tokio::test]
async fn several_acts_are_checked_like_single_ones_and_done_together_or_not_at_all() {
    let (app, owner, nadia, id) = waiting().await;
    let before = app.sent().len();
    let together = |acts: Value| json!({"do": "several", "acts": acts});
    for (acts, pointer) in [
        (json!([]), "/acts"),
        (json!([{"do": "several", "acts": [{"do": "take"}]}]), "/acts"),
        (json!([{"do": "reply", "text": "un"}, {"do": "reply", "text": "deux"}]), "/acts"),
        (json!([{"do": "tag", "tag": "a|b"}]), "/tag"),
        (json!([{"do": "assign", "to": "nobody"}]), "/to"),
    ] {
        let refused = act(&nadia, &id, together(acts)).await;
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let acts = json!([
        {"do": "reply", "text": "Je regarde."},
        {"do": "tag", "tag": "retard"},
        {"do": "transfer", "team": "nowhere"}
    ]);
    let refused = act(&nadia, &id, together(acts)).await;
    assert_eq!(refused.slug(), "unknown_team", "{}", refused.body);
    assert_eq!(detail(&nadia, &id).await["tags"], json!([]));
    assert_eq!(app.sent().len(), before, "nothing was said either");

    let acts = json!([
        {"do": "reply", "text": "C'est réglé."},
        {"do": "tag", "tag": "retard"},
        {"do": "prioritise", "priority": "high"},
        {"do": "resolve", "reason": "duplicate"}
    ]);
    let done = act(&nadia, &id, together(acts)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    app.settle().await;
    assert_eq!(app.sent()[before..], ["C'est réglé."]);
    let now = detail(&owner, &id).await;
    assert_eq!((&now["tags"], &now["closing"]), (&json!(["retard"]), &json!("duplicate")));
}

#[tokio::test]
async fn whoever_answers_says_whether_people_were_needed() {
    let (_app, owner, nadia, id) = waiting().await;
    assert_eq!(detail(&nadia, &id).await["handoff"]["rated"], Value::Null);
    let counted = async || {
        owner.get("/api/v1/figures?days=7").await.body["current"]["handoffs_rated"].clone()
    };
    assert_eq!(counted().await, json!({}));
    for score in [json!(0), json!(6), Value::Null] {
        let bad = act(&nadia, &id, json!({"do": "rate_handoff", "score": score})).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{score}");
        assert_eq!(bad.body["errors"][0]["pointer"], "/score", "{score}");
    }
    let rated = act(&nadia, &id, json!({"do": "rate_handoff", "score": 4})).await;
    assert_eq!(rated.status, StatusCode::OK, "{}", rated.body);
    assert_eq!(detail(&owner, &id).await["handoff"]["rated"], 4);
    let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await.body;
    let last = events["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["kind"], "handoff_rated", "{last}");
    let keyword = json!({"keyword": {"needed": 0, "between": 0, "unneeded": 1}});
    assert_eq!(counted().await, keyword);
    assert_eq!((&last["change"]["score"], &last["author"]), (&json!(4), &json!("Nadia Ferrand")));
}
