//! The operator loop: what agents and leads put right is learnt.

use crate::support::{Client, TestApp};
use axum::http::StatusCode;
use serde_json::{Value, json};

const CLAIRE: &str = "33639980101";
const THOMAS: &str = "33639980102";
const SOPHIE: &str = "33639980103";
const HAND_OFF: &str = "Je vous transfère";

async fn read(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

async fn says(app: &TestApp, from: &str, id: &str, text: &str) -> String {
    app.customer_writes(from, id, text).await;
    app.settle().await;
    app.sent().last().expect("the customer is answered").clone()
}

#[tokio::test]
async fn a_question_attached_to_an_article_is_answered_and_running_talks_keep_their_version() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let asked = "vous faites des guirlandes à pile ?";
    let finishes = "Quatre finitions";
    assert!(!says(&app, CLAIRE, "wamid.1", asked).await.starts_with(finishes));
    let gap = read(&owner, "/api/v1/gaps").await["items"][0]["question"].clone();

    let corrections = "/api/v1/knowledge/corrections";
    let right = json!({"asked": gap, "right": "FAQ-23"});
    let kept = nadia.post(corrections, &right).await;
    assert_eq!((kept.status, &kept.body["version"]), (StatusCode::OK, &json!(2)), "{}", kept.body);
    assert_eq!(nadia.post(corrections, &right).await.body["version"], 2, "it is known already");
    let reworded = "des guirlandes à pile, vous en faites ?";
    assert!(says(&app, THOMAS, "wamid.2", reworded).await.starts_with(finishes));
    assert!(!says(&app, CLAIRE, "wamid.3", reworded).await.starts_with(finishes), "R22");

    let wrong = json!({"asked": asked, "wrong": "FAQ-23"});
    assert_eq!(nadia.post(corrections, &wrong).await.body["version"], 3);
    let judged = read(&nadia, "/api/v1/knowledge/matches?q=vous%20faites%20des%20guirlandes").await;
    assert_ne!(judged["verdict"], "answer", "{judged}");
    for bad in [
        json!({"asked": asked, "right": "FAQ-99"}),
        json!({"asked": asked}),
        json!({"asked": " ?", "right": "FAQ-23"}),
    ] {
        let refused = nadia.post(corrections, &bad).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn corrections_that_come_at_once_are_all_kept() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let asked: Vec<String> = (0..8).map(|n| format!("avez-vous le modèle numéro {n} ?")).collect();
    let bodies: Vec<Value> =
        asked.iter().map(|asked| json!({"asked": asked, "right": "FAQ-23"})).collect();
    let posts = bodies.iter().map(|body| nadia.post("/api/v1/knowledge/corrections", body));
    for kept in futures_util::future::join_all(posts).await {
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    }
    let knowledge = read(&nadia, "/api/v1/knowledge").await;
    let articles = knowledge["articles"].as_array().unwrap();
    let article = articles.iter().find(|article| article["id"] == "FAQ-23").unwrap();
    let also = article["also"]["fr"].as_array().unwrap();
    assert!(asked.iter().all(|asked| also.contains(&json!(asked))), "{also:?}");
}

#[tokio::test]
async fn a_false_alarm_is_silenced_and_danger_never_is() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let said = "l'assistance électrique de mon vélo est en panne";
    assert!(says(&app, CLAIRE, "wamid.1", said).await.starts_with(HAND_OFF), "the keyword rings");
    let corrections = "/api/v1/triggers/corrections";
    let kept = nadia.post(corrections, &json!({"said": said, "rule": "keyword"})).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    assert!(!says(&app, THOMAS, "wamid.2", said).await.starts_with(HAND_OFF));
    let withdraw = "/api/v1/understanding/withdrawals";
    let learnt = json!({"said": said, "article": null, "rule": "keyword"});
    let withdrawn = nadia.post(withdraw, &learnt).await;
    assert_eq!((withdrawn.status, &withdrawn.body["version"]), (StatusCode::OK, &json!(3)));
    assert!(says(&app, SOPHIE, "wamid.3", said).await.starts_with(HAND_OFF), "it rings again");
    for rule in ["sensitive:safety", "sensitive:distress", "sensitive:weather", "failures"] {
        let refused = nadia.post(corrections, &json!({"said": said, "rule": rule})).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{rule}");
    }
}

#[tokio::test]
async fn a_lead_bounds_wrong_answers_and_sees_what_to_expect() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let path = "/api/v1/understanding";
    let before = read(&nadia, path).await;
    let snapshot = app.service.snapshot();
    assert_eq!(before["most_wrong"], json!(snapshot.document.knowledge.most_wrong));
    let right = |u: &Value| u["estimate"]["right"].as_u64().unwrap();
    assert!(right(&before) > 40, "{before}");
    let strict = json!({"most_wrong": 1});
    assert_eq!(nadia.put(path, &strict).await.status, StatusCode::FORBIDDEN);
    assert_eq!(owner.put(path, &strict).await.body["version"], 2);
    let after = read(&nadia, path).await;
    assert_eq!((&after["most_wrong"], &after["version"]), (&json!(1), &json!(2)));
    assert!(right(&after) <= right(&before), "{before} {after}");
    assert!(after["estimate"]["wrong"].as_u64() <= before["estimate"]["wrong"].as_u64());
    for seen in [&before, &after] {
        let mistakes = seen["estimate"]["mistakes"].as_array().unwrap();
        assert_eq!(mistakes.len() as u64, seen["estimate"]["wrong"].as_u64().unwrap());
        assert!(mistakes.iter().all(|m| m["meant"] != m["given"]), "{seen}");
    }
    for percent in [0, 51] {
        let refused = owner.put(path, &json!({"most_wrong": percent})).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn what_was_put_right_is_listed_with_what_it_does_no_longer() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let path = "/api/v1/understanding";
    let before = read(&nadia, path).await["learnt"].as_array().unwrap().len();
    let said = "vous livrez mon courage ?";
    let wrong = json!({"asked": said, "wrong": "FAQ-05"});
    nadia.post("/api/v1/knowledge/corrections", &wrong).await;
    let alarm = json!({"said": "mon agent immobilier adore", "rule": "keyword"});
    nadia.post("/api/v1/triggers/corrections", &alarm).await;
    let learnt = read(&nadia, path).await["learnt"].clone();
    let learnt = learnt.as_array().unwrap();
    assert_eq!(learnt.len(), before + 2, "{learnt:?}");
    assert!(learnt.contains(&json!({"said": said, "article": "FAQ-05", "rule": null})));
    let calm = json!({"said": "mon agent immobilier adore", "article": null, "rule": "keyword"});
    assert!(learnt.contains(&calm));
    let withdraw = "/api/v1/understanding/withdrawals";
    let wrong = json!({"said": said, "article": "FAQ-05", "rule": null});
    let versions = [
        nadia.post(withdraw, &wrong).await.body["version"].clone(),
        nadia.post(withdraw, &wrong).await.body["version"].clone(),
    ];
    assert_eq!(versions[0], versions[1], "the second time changes nothing");
    let learnt = read(&nadia, path).await["learnt"].clone();
    assert_eq!(learnt.as_array().unwrap().len(), before + 1, "{learnt}");
    for neither in [
        json!({"said": said, "article": null, "rule": null}),
        json!({"said": said, "article": "FAQ-05", "rule": "keyword"}),
        json!({"said": said, "article": "FAQ-99", "rule": null}),
    ] {
        let refused = nadia.post(withdraw, &neither).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{neither}");
    }
}
