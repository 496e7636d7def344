//! Two programs on one PostgreSQL (R5, R7, R16, R21, T33, T41): one that is killed or frozen, also
//! for longer than its lease, one that is restarted or upgraded, and what one sees of the other.

use crate::load;
use crate::postgres::answered_once;
use relais_app::port::store::OutboxState;
use relais_sim::graph::webhook::unix;
use relais_sim::graph::{Fault, Faults, WebhookClient};
use relais_testkit::load::process::SECRET;
use relais_testkit::load::traffic::body;
use relais_testkit::load::{Crowd, Dice, Nodes, Relais, Trouble, Writing};
use relais_testkit::postgres::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A timer and a job in the hands of the node that was started first, for an hour.
const IN_ITS_HANDS: &str = "
    WITH first AS (SELECT workspace_id, id FROM nodes ORDER BY started_at LIMIT 1), held AS (
        UPDATE conversations SET due_at = 1, worker = first.id,
            lease_until = CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + 3600000000
        FROM first)
    INSERT INTO jobs (workspace_id, id, kind, data, state, run_at, attempts, lease_until, worker)
    SELECT workspace_id, gen_random_uuid(), 'media', '{}', 'running', 1, 1,
        CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + 3600000000, id FROM first";

/// What is still in those hands.
const STILL: &str = "
    SELECT (SELECT count(*) FROM jobs WHERE state <> 'done')
        + (SELECT count(*) FROM outbox WHERE state = 'dispatching')
        + (SELECT count(*) FROM conversations WHERE worker IN
            (SELECT id FROM nodes ORDER BY started_at LIMIT 1))";

/// A lease and a little: what a dead node had in hand is in other hands by then (G8).
const TAKEN_OVER: Duration = Duration::from_secs(12);
const LATER: Duration = Duration::from_secs(600);
const CLAIRE: &str = "+33639980101";

/// Two fresh nodes, and the folders they live in.
pub async fn two(server: &Server) -> (Nodes, [tempfile::TempDir; 2]) {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let installations = folders.iter().map(|folder| load::installation(folder.path())).collect();
    let nodes = Nodes::start(installations, &server.url, &load::numbers(), 5_150).await.unwrap();
    (nodes, folders)
}

/// What Claire writes, to one node.
pub async fn write(nodes: &Nodes, node: usize, wamid: &str, words: &str) {
    writes(nodes, node, CLAIRE, wamid, words).await;
}

async fn writes(nodes: &Nodes, node: usize, phone: &str, wamid: &str, words: &str) {
    let at = unix(SystemTime::now());
    let body = body(load::NUMBERS[0], phone, "Claire", wamid, at, words);
    let (balancer, port) = (nodes.balancer.port.to_string(), nodes.nodes[node].port.to_string());
    let url = nodes.urls[0].replace(&balancer, &port);
    assert_eq!(WebhookClient::new(&url, SECRET).unwrap().post(&body).await.unwrap(), 200);
}

async fn the_conversation(relais: &Relais) -> Value {
    let list = relais.call("GET", "/api/v1/conversations", &Value::Null).await.unwrap();
    list.body["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_killed_and_frozen_at_random_lose_and_double_nothing() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let crowd = Crowd::new(400, &load::numbers(), 34);
    let writing = Writing::start(crowd, nodes.urls.clone(), 30);
    let mut dice = Dice::new(34);
    for round in 0..5 {
        let wanted = nodes.graph.stats().accepted + 20;
        load::until("answers go out", async || nodes.graph.stats().accepted >= wanted).await;
        nodes.suffer(round % 2, Trouble::any(&mut dice)).await.unwrap();
    }
    let (crowd, _) = writing.stop().await.unwrap();
    answered_once(&server, &nodes.graph, &crowd).await;
    nodes.kill().unwrap();
    nodes.nodes[0].fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_frozen_node_had_in_hand_is_taken_over_once_its_lease_has_ended() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let hangs = [Fault::HangBefore(LATER)].into();
    nodes.graph.set_faults(Faults { script: hangs, ..Faults::default() });
    write(&nodes, 0, "wamid.frozen.1", "Quels sont vos délais de livraison ?").await;
    let is_in = async |state: &str| {
        let count = format!("SELECT count(*) FROM outbox WHERE state = '{state}'");
        server.ask(&count) != "0"
    };
    load::until("the send hangs", async || is_in("dispatching").await).await;
    let due = server.ask("SELECT COALESCE(due_at::TEXT, 'NULL') FROM conversations");
    nodes.nodes[0].signal("STOP").unwrap();
    let frozen = Instant::now();
    server.sql(IN_ITS_HANDS);
    load::until("the other one takes the send over", async || is_in("unknown").await).await;
    load::until("and timer and job", async || server.ask(STILL) == "0").await;
    println!("taken over after {:.1} s", frozen.elapsed().as_secs_f64());
    assert!(frozen.elapsed() <= TAKEN_OVER, "{:?}", frozen.elapsed());
    assert!(frozen.elapsed() >= Duration::from_secs(7), "not before the lease has ended");
    // Awake again it is another node, and the one it was stays dead.
    nodes.nodes[0].signal("CONT").unwrap();
    load::until("it is itself again", async || nodes.nodes[0].is_ready().await).await;
    assert_eq!(server.ask("SELECT count(*) FROM nodes"), "3", "one lease was lost for ever");
    assert_eq!(nodes.graph.stats().accepted, 0);
    server.sql("UPDATE outbox SET dispatched_at = dispatched_at - 300000000");
    load::until("it is sent once more", async || nodes.graph.stats().accepted == 1).await;
    nodes.kill().unwrap();
    assert_eq!(nodes.graph.stats().duplicates, 0);
    server.sql(&format!("UPDATE conversations SET due_at = {due}"));
    nodes.nodes[0].fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takeover_on_one_node_silences_the_bot_on_the_other() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let hangs = [Fault::HangBefore(Duration::from_secs(2))].into();
    nodes.graph.set_faults(Faults { script: hangs, ..Faults::default() });
    write(&nodes, 0, "wamid.t.1", "Quels sont vos délais de livraison ?").await;
    let count = async |state: &str| {
        server.ask(&format!("SELECT count(*) FROM outbox WHERE state = '{state}'"))
    };
    load::until("the first answer is on its way", async || count("dispatching").await == "1").await;
    write(&nodes, 0, "wamid.t.2", "Quels moyens de paiement acceptez-vous ?").await;
    assert_ne!(count("queued").await, "0", "the second answer waits for the first");
    let conversation = the_conversation(&nodes.nodes[1]).await;
    let path = format!("/api/v1/conversations/{}/actions", conversation["id"].as_str().unwrap());
    let taken = nodes.nodes[1].call("POST", &path, &json!({"do": "take"})).await.unwrap();
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(count("queued").await, "0", "in the same commit");
    // The first one's fate is not known, and it is not sent again over the agent.
    load::until("the first ends", async || count("unknown").await == "1").await;
    server.sql("UPDATE outbox SET dispatched_at = dispatched_at - 300000000");
    load::until("it is given up", async || count("unknown").await == "0").await;
    write(&nodes, 0, "wamid.t.3", "Il y a quelqu'un ?").await;
    load::rest(&nodes.graph).await;
    assert_eq!(nodes.graph.stats().accepted, 0, "not a word of the bot");
    nodes.kill().unwrap();
    nodes.nodes[0].fold_check().unwrap();
}

/// Connections apart from the pool: their last statement was about nodes.
const HEARING: &str = "SELECT count(DISTINCT pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND (query LIKE 'UPDATE nodes%' OR query LIKE 'LISTEN%')";

/// The live stream of a node.
async fn stream(relais: &Relais) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", relais.port)).await.unwrap();
    let cookie = relais.cookie.as_deref().unwrap();
    let ask = format!(
        "GET /api/v1/stream HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncookie: {cookie}\r\n\r\n",
        relais.port
    );
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream);
    line_with(&mut lines, "hello").await;
    lines
}

/// The next line that holds some words.
async fn line_with(lines: &mut BufReader<TcpStream>, words: &str) -> String {
    let found = async {
        loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).await.unwrap() > 0, "the stream ended");
            if line.contains(words) {
                return line;
            }
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(20), found).await;
    found.unwrap_or_else(|_| panic!("`{words}` never came"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_looks_at_one_node_sees_at_once_what_came_in_through_the_other() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let mut live = stream(&nodes.nodes[1]).await;
    // Each knows of the other from its second sign of life on.
    let knows = "SELECT count(*) FROM nodes WHERE seen_at - started_at > 1500000";
    load::until("they know each other", async || server.ask(knows) == "2").await;
    write(&nodes, 0, "wamid.live.1", "Bonjour").await;
    let hint = line_with(&mut live, "\"position\"").await;
    let hint: Value = serde_json::from_str(hint.trim_start_matches("data:").trim()).unwrap();
    let conversation = the_conversation(&nodes.nodes[1]).await;
    assert_eq!(hint["conversation"], conversation["id"]);

    // Deaf for a moment: whoever looks is told to look again, and hears afterwards.
    load::rest(&nodes.graph).await;
    server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND usename = 'relais'",
    );
    line_with(&mut live, "lists").await;
    load::until("both are ready", async || {
        nodes.nodes[0].is_ready().await && nodes.nodes[1].is_ready().await
    })
    .await;
    load::until("both hear again", async || server.ask(HEARING) == "2").await;
    write(&nodes, 0, "wamid.live.2", "Quels sont vos délais de livraison ?").await;
    line_with(&mut live, "\"position\"").await;

    // What the other one keeps in memory follows too.
    let agents = nodes.nodes[0].call("GET", "/api/v1/agents", &Value::Null).await.unwrap().body;
    let key = agents["items"][0]["key"].as_str().unwrap_or_default().to_owned();
    let path = format!("/api/v1/agents/{key}/availability");
    let away = json!({"availability": "away"});
    let set = nodes.nodes[0].call("PUT", &path, &away).await.unwrap();
    assert!(set.status < 300, "{}: {}", set.status, set.body);
    let other = &nodes.nodes[1];
    load::until("the other knows", async || {
        let agents = other.call("GET", "/api/v1/agents", &Value::Null).await.unwrap().body;
        agents["items"][0]["availability"] == "away"
    })
    .await;
    nodes.kill().unwrap();
}

/// A chat room on this machine that takes whatever it is told, and hands it on.
async fn room() -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/services/T0/B0/xyz", listener.local_addr().unwrap());
    let (told, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
            stream.write_all(answer).await.unwrap();
            if told.send(String::from_utf8_lossy(&body).into_owned()).is_err() {
                return;
            }
        }
    });
    (url, heard)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_to_tell_agents_that_one_node_set_up_is_told_by_the_other() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let (url, mut heard) = room().await;
    let first = &nodes.nodes[0];
    // Whenever this runs, it is open, and everybody wants to be told there.
    let settings = first.call("GET", "/api/v1/settings", &Value::Null).await.unwrap().body;
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let weekly: BTreeMap<&str, [&str; 1]> = days.map(|day| (day, ["00:00-24:00"])).into();
    let mut change = json!({"version": settings["version"], "agents": settings["agents"],
        "hours": {"weekly": weekly}});
    for agent in change["agents"].as_array_mut().unwrap() {
        agent["notify"] = json!(["slack"]);
    }
    let set = first.call("PATCH", "/api/v1/settings", &change).await.unwrap();
    assert!(set.status < 300, "{}: {}", set.status, set.body);
    let knows = "SELECT count(*) FROM nodes WHERE seen_at - started_at > 1500000";
    load::until("they know each other", async || server.ask(knows) == "2").await;
    let place = json!({"url": url});
    let set = first.call("PUT", "/api/v1/notifiers/slack", &place).await.unwrap();
    assert_eq!(set.status, 204, "{}", set.body);
    // Only the other one is left to tell.
    nodes.nodes[0].signal("STOP").unwrap();
    let mut is_told = false;
    // The first may come a moment before the settings do.
    for (n, phone) in [CLAIRE, "+33639980102"].into_iter().enumerate() {
        writes(&nodes, 1, phone, &format!("wamid.room.{n}"), "je veux un agent").await;
        is_told = tokio::time::timeout(Duration::from_secs(20), heard.recv()).await.is_ok();
        if is_told {
            break;
        }
    }
    assert!(is_told, "what one node set up was not in place on the other");
    nodes.nodes[0].signal("CONT").unwrap();
    nodes.kill().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_loses_and_doubles_nothing() {
    let Some(server) = Server::start() else { return };
    let (mut nodes, _folders) = two(&server).await;
    let writing = Writing::start(Crowd::new(400, &load::numbers(), 41), nodes.urls.clone(), 30);
    for node in [0, 1] {
        let wanted = nodes.graph.stats().accepted + 20;
        load::until("answers go out", async || nodes.graph.stats().accepted >= wanted).await;
        nodes.restart(node).await.unwrap();
    }
    let (crowd, _) = writing.stop().await.unwrap();
    load::answered_once(&nodes.graph, &crowd).await;
    let left = server.ask("SELECT count(*) FROM nodes WHERE lease_until = 0");
    assert_eq!(left, "2", "who leaves says so");
    nodes.kill().unwrap();
    nodes.nodes[0].fold_check().unwrap();
}

/// What a later version of the schema adds, as the rules for migrations allow it: nothing that a
/// program of this version must know.
const LATER_SCHEMA: &str = "BEGIN;
    ALTER TABLE conversations ADD COLUMN later TEXT;
    ALTER TABLE outbox ADD COLUMN later BIGINT NOT NULL DEFAULT 0;
    CREATE TABLE later (workspace_id UUID NOT NULL, id UUID NOT NULL, PRIMARY KEY (workspace_id, id));
    CREATE INDEX later_outbox ON outbox (workspace_id, later) WHERE later > 0;
    INSERT INTO schema_versions (version, name, minimum_reader)
        SELECT MAX(version) + 1, 'later', MAX(minimum_reader) FROM schema_versions;
    COMMIT";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t41_the_schema_moves_on_under_programs_that_run_and_they_start_on_it_again() {
    let Some(server) = Server::start() else { return };
    // `RELAIS_OLD_BIN` names a program of the version before: then both really run side by side.
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut installations: Vec<_> =
        folders.iter().map(|folder| load::installation(folder.path())).collect();
    let new = installations[0].binary.clone();
    if let Some(old) = std::env::var_os("RELAIS_OLD_BIN") {
        installations[0].binary = old.into();
    }
    let old = installations[0].binary.clone();
    let nodes = Nodes::start(installations, &server.url, &load::numbers(), 5_151).await;
    let mut nodes = nodes.unwrap();
    let writing = Writing::start(Crowd::new(400, &load::numbers(), 42), nodes.urls.clone(), 30);
    let graph = &nodes.graph;
    load::until("answers go out", async || graph.stats().accepted >= 20).await;
    server.sql(LATER_SCHEMA);
    // Up, down, and up again.
    for binary in [&new, &old, &new] {
        let wanted = nodes.graph.stats().accepted + 20;
        load::until("answers go out", async || nodes.graph.stats().accepted >= wanted).await;
        nodes.nodes[0].installation.binary.clone_from(binary);
        nodes.restart(0).await.unwrap();
    }
    let (crowd, _) = writing.stop().await.unwrap();
    load::answered_once(&nodes.graph, &crowd).await;
    nodes.kill().unwrap();
    nodes.nodes[1].fold_check().unwrap();
    let store = load::store(&nodes.nodes[1]).await;
    assert_eq!(load::count(&*store, OutboxState::Dispatching).await, 0);
}
