//! What the support lead reads and writes: figures, gaps, knowledge, flow and hand-off rules.

use crate::support::{Client, TestApp};
use axum::http::StatusCode;
use serde_json::{Value, json};

const CLAIRE: &str = "33639980101";
const JULIEN: &str = "33639980102";

async fn read(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

#[tokio::test]
async fn figures_count_each_conversation_on_its_day() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "agent").await;
    app.settle().await;
    app.customer_writes(JULIEN, "wamid.2", "bonjour").await;
    app.settle().await;
    let report = read(&owner, "/api/v1/figures?days=7").await;
    assert_eq!(report["from"], "2027-02-23T23:00:00Z", "midnight in Paris, six days ago");
    assert_eq!(report["current"]["conversations"], 2);
    assert_eq!(report["current"]["escalated"], 1);
    assert_eq!(report["current"]["by_reason"], json!({"keyword": 1}));
    assert_eq!(report["previous"]["conversations"], 0);
    let days = report["days"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    assert_eq!((&days[0]["date"], &days[0]["conversations"]), (&json!("2027-02-24"), &json!(0)));
    assert_eq!((&days[6]["date"], &days[6]["conversations"]), (&json!("2027-03-02"), &json!(2)));
    app.clock.move_to(app.now() + relais_core::time::Span::hours(24 * 7));
    let later = read(&owner, "/api/v1/figures?days=7").await;
    assert_eq!(later["current"]["conversations"], 0);
    assert_eq!(later["previous"]["conversations"], 2);
    let longest = read(&owner, "/api/v1/figures?days=9999").await;
    assert_eq!(longest["days"].as_array().unwrap().len(), 92);
}

#[tokio::test]
async fn figures_and_articles_have_their_roles() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let denis = app.person(&owner, "Denis Aubry", "auditor").await;
    for path in ["/api/v1/figures", "/api/v1/gaps"] {
        assert_eq!(nadia.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        read(&denis, path).await;
    }
    for path in ["/api/v1/knowledge", "/api/v1/flow", "/api/v1/triggers"] {
        read(&nadia, path).await;
    }
    let input = json!({"version": 1, "theme": "retours", "question": {"fr": "x"},
        "answer": {"fr": "x"}});
    for client in [&nadia, &denis] {
        let answer = client.put("/api/v1/knowledge/FAQ-09", &input).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_article_is_changed_added_and_answers_the_next_customer() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let omar = app.person(&owner, "Omar Haddad", "supervisor").await;
    let asked = "Faites-vous des cours de poterie ?";
    let matches = |q: &str| format!("/api/v1/knowledge/matches?q={}", q.replace(' ', "%20"));
    assert_ne!(read(&omar, &matches("cours de poterie")).await["verdict"], "answer");

    let before = read(&omar, "/api/v1/knowledge").await;
    let count = before["articles"].as_array().unwrap().len();
    let new = json!({"version": before["version"], "theme": "produits",
        "question": {"fr": asked, "en": " "},
        "also": {"fr": ["cours de poterie", "atelier poterie"]},
        "answer": {"fr": "Oui, chaque samedi à Lyon."}});
    let kept = omar.put("/api/v1/knowledge/poterie", &new).await;
    assert_eq!((kept.status, &kept.body["version"]), (StatusCode::OK, &json!(2)), "{}", kept.body);
    let after = read(&omar, "/api/v1/knowledge").await;
    assert_eq!(after["articles"].as_array().unwrap().len(), count + 1);
    let found = after["articles"].as_array().unwrap().last().unwrap();
    assert_eq!(found["question"], json!({"fr": asked}), "an empty language is left out");
    let judged = read(&omar, &matches("cours de poterie")).await;
    assert_eq!(
        (&judged["verdict"], &judged["candidates"][0]["id"]),
        (&json!("answer"), &json!("poterie"))
    );
    app.customer_writes(CLAIRE, "wamid.1", asked).await;
    app.settle().await;
    assert!(app.sent().last().unwrap().starts_with("Oui, chaque samedi à Lyon."));

    let outdated = omar.put("/api/v1/knowledge/poterie", &new).await;
    assert_eq!((outdated.status, outdated.slug()), (StatusCode::CONFLICT, "outdated"));
    let mut bad = new.clone();
    bad["version"] = json!(2);
    bad["theme"] = json!("nowhere");
    let refused = omar.put("/api/v1/knowledge/poterie", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad["theme"] = json!("produits");
    bad["answer"] = json!({"xx": "?"});
    let refused = omar.put("/api/v1/knowledge/poterie", &bad).await;
    assert_eq!(refused.body["errors"][0]["pointer"], "/answer/xx");
    assert_eq!(read(&omar, "/api/v1/knowledge").await["version"], 2, "nothing was changed");
}

#[tokio::test]
async fn an_unanswered_question_becomes_a_gap() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "Livrez-vous sur la Lune ?").await;
    app.settle().await;
    let gaps = read(&owner, "/api/v1/gaps").await;
    assert_eq!(gaps["items"][0]["question"], "Livrez-vous sur la Lune ?");
    assert_eq!(gaps["items"][0]["count"], 1);
}

#[tokio::test]
async fn the_steps_of_a_turn_are_steps_of_the_flow() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let flow = read(&owner, "/api/v1/flow").await;
    let nodes: Vec<&str> =
        flow["nodes"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap()).collect();
    for edge in flow["edges"].as_array().unwrap() {
        for end in ["from", "to"] {
            assert!(nodes.contains(&edge[end].as_str().unwrap()), "{edge}");
        }
    }
    let menu = flow["nodes"].as_array().unwrap().iter().find(|n| n["id"] == "menu").unwrap();
    assert_eq!(menu["options"].as_array().unwrap().len(), 3);
    assert!(menu["text"]["fr"].as_str().unwrap().contains("Répondez 1"));

    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    app.customer_writes(CLAIRE, "wamid.2", "3").await;
    app.settle().await;
    let line = app.conversation(&owner).await;
    assert_eq!(line["last_words"], "3");
    let id = line["id"].as_str().unwrap();
    let events = read(&owner, &format!("/api/v1/conversations/{id}/events")).await;
    let walked: Vec<Value> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| e["trace"]["walked"].as_array())
        .flatten()
        .cloned()
        .collect();
    let ids: Vec<&str> = walked.iter().map(|w| w["node"].as_str().unwrap()).collect();
    assert_eq!(ids, ["welcome", "menu", "menu", "person"]);
    assert_eq!(walked[2]["port"], "agent");
}

#[tokio::test]
async fn hand_off_rules_are_read_with_their_teams() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let rules = read(&owner, "/api/v1/triggers").await;
    assert_eq!((&rules["failure_limit"], &rules["vip_failure_limit"]), (&json!(3), &json!(1)));
    assert!(rules["keywords"]["fr"].as_array().unwrap().contains(&json!("agent")));
    let safety =
        rules["sensitive"].as_array().unwrap().iter().find(|s| s["topic"] == "safety").unwrap();
    assert_eq!((&safety["priority"], &safety["is_emergency"]), (&json!("urgent"), &json!(true)));
}

#[tokio::test]
async fn customers_are_found_by_name_and_number() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    for q in ["dubois", "Claire", "33639980101", "0639980101", "0101", "063998"] {
        let list = read(&owner, &format!("/api/v1/conversations?q={q}")).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{q}");
    }
    let list = read(&owner, "/api/v1/conversations?q=0639980102").await;
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_sentence_is_tried_as_the_engine_would_take_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let tried = async |q: &str| {
        read(&owner, &format!("/api/v1/triggers/matches?q={}", q.replace(' ', "%20"))).await
    };
    let billing = tried("j'ai été débitée deux fois, c'est scandaleux").await;
    assert_eq!(billing["outcome"], "handoff");
    assert_eq!(billing["winner"], "sensitive:double_billing");
    assert_eq!((&billing["team"], &billing["priority"]), (&json!("billing"), &json!("high")));
    let rules = billing["rules"].as_array().unwrap();
    let fired = rules.iter().find(|r| r["rule"] == "sensitive:double_billing").unwrap();
    assert_eq!(fired["quotes"][0]["text"], "débitée deux fois");
    let person = tried("je veux parler à un agent").await;
    assert_eq!((&person["winner"], &person["team"]), (&json!("keyword"), &json!("general")));
    let refused = tried("surtout pas d'agent, combien coûte la livraison en France ?").await;
    assert_eq!((&refused["outcome"], &refused["article"]), (&json!("answer"), &json!("FAQ-01")));
    assert_eq!(tried("asdf qwer").await["outcome"], "noise");
    assert_eq!(tried("bonjour").await["outcome"], "flow");
    assert_eq!(read(&owner, "/api/v1/conversations").await["items"], json!([]), "nothing is kept");
}
