//! Who is there and how they are told, between two programs on one PostgreSQL.

use crate::load;
use crate::nodes::{two, write};
use relais_sim::mail::MailServer;
use relais_testkit::load::{Nodes, Relais};
use relais_testkit::postgres::Server;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What agents chose and when they were seen lies back by two hours.
const TWO_HOURS_AGO: &str =
    "UPDATE entries SET at = at - 7200000000 WHERE kind IN ('seen', 'telling')";

async fn get(relais: &Relais, path: &str) -> Value {
    relais.call("GET", path, &Value::Null).await.unwrap().body
}

async fn put(relais: &Relais, path: &str, body: Value) {
    let answer = relais.call("PUT", path, &body).await.unwrap();
    assert!(answer.status < 300, "{path}: {}: {}", answer.status, answer.body);
}

/// The agent who is signed in at both.
async fn own_key(relais: &Relais) -> String {
    get(relais, "/api/v1/session").await["user"]["agent_key"].as_str().unwrap().to_owned()
}

async fn availability(relais: &Relais, key: &str) -> Value {
    let agents = get(relais, "/api/v1/agents").await;
    let agents = agents["items"].as_array().unwrap();
    agents.iter().find(|agent| agent["key"] == key).unwrap()["availability"].clone()
}

async fn both_say(nodes: &Nodes, key: &str, wanted: &str) {
    for node in &nodes.nodes {
        load::until(wanted, async || availability(node, key).await == wanted).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_gone_and_who_is_back_is_so_on_every_node() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let key = own_key(&nodes.nodes[0]).await;
    put(&nodes.nodes[0], "/api/v1/account/seen", json!({})).await;
    both_say(&nodes, &key, "available").await;
    server.sql(TWO_HOURS_AGO);
    both_say(&nodes, &key, "away").await;
    // Back with a touch at the node that never saw them before.
    put(&nodes.nodes[1], "/api/v1/account/seen", json!({})).await;
    assert_eq!(availability(&nodes.nodes[1], &key).await, "available");
    both_say(&nodes, &key, "available").await;
    nodes.kill().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quiet_hours_chosen_at_one_node_hold_at_the_other_and_a_digest_comes_once() {
    let Some(server) = Server::start() else { return };
    let mail = MailServer::start().await.unwrap();
    let (mut nodes, _folders) = two(&server).await;
    let place = json!({"host": "127.0.0.1", "port": mail.port, "security": "none",
        "from": "relais@example.test"});
    put(&nodes.nodes[0], "/api/v1/notifiers/email", place).await;
    write(&nodes, 0, "wamid.digest.1", "je veux un agent").await;
    let taken = async || {
        let list = get(&nodes.nodes[1], "/api/v1/conversations").await;
        let Some(id) = list["items"][0]["id"].as_str().map(str::to_owned) else { return false };
        let path = format!("/api/v1/conversations/{id}/actions");
        nodes.nodes[1].call("POST", &path, &json!({"do": "take"})).await.unwrap().status == 200
    };
    load::until("the conversation is taken", taken).await;
    write(&nodes, 1, "wamid.digest.2", "vous êtes là ?").await;

    // Whenever this runs, they are left alone.
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let always: BTreeMap<&str, [&str; 1]> = days.map(|day| (day, ["00:00-24:00"])).into();
    let chosen = json!({"quiet": always, "digest": "hourly"});
    put(&nodes.nodes[0], "/api/v1/account/telling", chosen).await;
    let other = &nodes.nodes[1];
    let is_known = async || {
        let telling = get(other, "/api/v1/account/telling").await;
        telling["digest"] == "hourly" && telling["quiet"]["monday"][0] == "00:00-24:00"
    };
    load::until("the other knows", is_known).await;
    server.sql(TWO_HOURS_AGO);
    // Each begins anew with what is stored, looks at once, and leaves them alone.
    for node in [0, 1] {
        nodes.restart(node).await.unwrap();
    }
    let has_looked = "SELECT count(*) FROM nodes WHERE lease_until > 0
        AND seen_at - started_at > 2500000";
    load::until("both have looked", async || server.ask(has_looked) == "2").await;
    let ordered = "SELECT count(*) FROM jobs WHERE kind = 'digest'";
    assert_eq!(server.ask(ordered), "0");

    put(&nodes.nodes[1], "/api/v1/account/telling", json!({"quiet": {}, "digest": "hourly"})).await;
    server.sql(TWO_HOURS_AGO);
    load::until("a digest is sent", async || !mail.mails.lock().is_empty()).await;
    // Neither remembers that it ordered one.
    for node in [0, 1] {
        nodes.restart(node).await.unwrap();
    }
    load::until("both have looked again", async || server.ask(has_looked) == "2").await;
    // As many as there were periods: one, unless an hour began meanwhile.
    let mails = mail.mails.lock().clone();
    assert_eq!(server.ask(ordered), mails.len().to_string());
    let id =
        |mail: &String| mail.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
    let ids: BTreeSet<_> = mails.iter().map(id).collect();
    assert_eq!(ids.len(), mails.len(), "{mails:?}");
    assert!(mails[0].contains("RCPT TO:<bench@relais.example>"), "{}", mails[0]);
    assert!(!mails[0].contains("Claire") && !mails[0].contains("vous êtes là"), "{}", mails[0]);
    nodes.kill().unwrap();
}
