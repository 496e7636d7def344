//! What came of what a customer said, in words that the fixtures use.

use relais_app::sandbox::Sandbox;
use relais_core::workspace::Document;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the bot's texts are called.
pub struct Names {
    texts: Vec<(String, String)>,
    articles: Vec<(String, String)>,
}

impl Names {
    pub fn of(document: &Document) -> Self {
        let head = |text: &String| text.split('{').next().unwrap_or_default().trim().to_owned();
        let texts = document.texts.iter().flat_map(|(key, texts)| {
            texts.values().map(|t| (head(t), key.clone())).collect::<Vec<_>>()
        });
        let articles = document
            .knowledge
            .articles
            .iter()
            .flat_map(|a| a.a.values().map(|t| (t.clone(), a.id.clone())).collect::<Vec<_>>());
        Self {
            texts: texts.filter(|(t, _)| t.chars().count() >= 4).collect(),
            articles: articles.collect(),
        }
    }

    fn of_body<'a>(&'a self, body: &'a str) -> impl Iterator<Item = &'a str> {
        let articles = self.articles.iter().filter(|(t, _)| body.contains(t.as_str()));
        // What is added to a text stands on a line of its own.
        let begins = |t: &str| body.lines().any(|line| line.starts_with(t));
        let texts = self.texts.iter().filter(move |(t, _)| begins(t));
        articles.chain(texts).map(|(_, name)| name.as_str())
    }
}

pub struct Talk<'a> {
    pub sandbox: &'a Sandbox,
    pub phone: String,
}

impl Talk<'_> {
    pub async fn call(&self, op: &str, input: Value) -> Value {
        self.sandbox.call(op, input).await.unwrap_or_else(|e| panic!("{op}: {e:?}"))
    }

    pub async fn says(&self, written: &str) {
        self.call("inbound", json!({ "from": self.phone, "text": written })).await;
        self.call("settle", json!({})).await;
    }

    async fn last_seq(&self) -> i64 {
        let out = self.call("outbox", json!({ "to": self.phone })).await;
        out["messages"].as_array().unwrap().last().map_or(0, |m| m["seq"].as_i64().unwrap())
    }

    /// The names of what comes of messages written in one burst.
    pub async fn outcome(&self, names: &Names, burst: &[&str]) -> BTreeSet<String> {
        let after = self.last_seq().await;
        let before = self.conversation_or_null().await;
        for written in burst {
            self.call("inbound", json!({ "from": self.phone, "text": written })).await;
        }
        self.call("settle", json!({})).await;
        let out = self.call("outbox", json!({ "to": self.phone, "after": after })).await;
        let now = self.conversation_or_null().await;
        let mut came = BTreeSet::new();
        let said = out["messages"].as_array().unwrap();
        if said.is_empty() {
            came.insert("quiet".to_owned());
        }
        for message in said {
            let text = message["text"].as_str().unwrap();
            for name in names.of_body(text) {
                came.insert(name.to_owned());
                if name == "order_status" {
                    let number = text.find("ML-").map(|at| &text[at..at + 7]);
                    came.extend(number.map(|n| format!("order:{n}")));
                }
            }
            for button in message["buttons"].as_array().unwrap() {
                let mut parts = button["id"].as_str().unwrap().split('|').skip(1);
                if let (Some("article"), Some(id)) = (parts.next(), parts.next()) {
                    came.insert(id.to_owned());
                }
            }
        }
        let state = now["state"].as_str().filter(|s| *s != "bot" || !said.is_empty());
        came.insert(state.unwrap_or("silence").to_owned());
        came.extend(now["language"].as_str().map(|l| format!("lang:{l}")));
        if now["deferred"] == json!(true) {
            came.insert("deferred".to_owned());
        }
        if now["escalated"] == json!(true) && before["escalated"] != json!(true) {
            came.insert("handoff".to_owned());
            came.insert(format!("reason:{}", now["reason"].as_str().unwrap()));
            for reason in now["reasons"].as_array().unwrap() {
                came.insert(format!("also:{}", reason.as_str().unwrap()));
            }
            came.extend(now["topic"].as_str().map(|t| format!("topic:{t}")));
            came.extend(now["team"].as_str().map(|t| format!("team:{t}")));
        }
        if !now["csat"].is_null() {
            came.insert("csat".to_owned());
        }
        came
    }

    pub async fn conversation_or_null(&self) -> Value {
        let input = json!({ "contact": self.phone });
        self.sandbox.call("conversation", input).await.unwrap_or(Value::Null)
    }
}

/// One of the ways parted by `/` came, with all its parts.
pub fn is_right(expected: &str, came: &BTreeSet<String>) -> bool {
    let holds = |part: &str| match part.strip_prefix('!') {
        Some(unwanted) => !fits(unwanted, came),
        None => fits(part, came),
    };
    expected.split('/').any(|way| way.split('+').all(holds))
}

fn fits(expected: &str, came: &BTreeSet<String>) -> bool {
    let has = |name: &str| came.contains(name);
    let handed_over = has("handoff");
    match expected {
        "calm" => !handed_over,
        "human" => has("reason:keyword") || has("reason:manual"),
        "anger" => has("reason:sentiment"),
        "oos" => has("out_of_scope_offer") || has("reason:out_of_scope") || says_languages(came),
        "noise" => has("fallback_1") || (says_languages(came) && !handed_over),
        "refusal" => !handed_over && has("without_person"),
        "track" => TRACKING.iter().any(|t| has(t)),
        "finder" => has("finder_question") || has("finder_answer"),
        "greeting" => has("welcome") && !handed_over,
        "thanks" => has("goodbye") && !handed_over,
        "identity" => has("bot_identity"),
        "still" => has("order_unchanged") || has("order_unchanged_offer"),
        "offer" => has("order_unchanged_offer"),
        "rated" => has("csat"),
        "solved" => has("solved_thanks"),
        "unsolved" => has("reason:failures"),
        "billing" => has("topic:double_billing"),
        "cancel" => has("topic:cancellation"),
        topic @ ("refund" | "fraud" | "legal" | "privacy" | "safety" | "distress") => {
            handed_over && came.contains(&format!("topic:{topic}"))
        }
        article if article.starts_with("FAQ-") => !handed_over && has(article),
        other => has(other),
    }
}

/// Nothing but the note on the languages spoken.
fn says_languages(came: &BTreeSet<String>) -> bool {
    came.contains("not_supported_language") && !came.iter().any(|c| c.starts_with("FAQ"))
}

const TRACKING: [&str; 6] = [
    "ask_order",
    "order_status",
    "ask_postcode",
    "order_not_found",
    "no_order_by_phone",
    "order_by_phone",
];
