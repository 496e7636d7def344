//! How PostgreSQL takes a large history: fills a throw-away server with generated conversations, then
//! measures sizes, lists, search and the dispatcher's look, and prints how each was planned.
//!
//! `cargo xtask bench growth [--conversations 100000] [--messages 10] [--plans]`, or on a database that
//! is filled already `[--url postgres://…]`.
#![forbid(unsafe_code)]

use relais_app::port::store::{InboxFilter, Store};
use relais_core::id::{ConversationId, WorkspaceId};
use relais_core::message::Sender;
use relais_core::time::Timestamp;
use relais_store::Options;
use relais_testkit::postgres::Server;
use std::time::Instant;
use uuid::Uuid;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const WS: WorkspaceId = WorkspaceId(Uuid::from_u128(1));
/// Calls of each question.
const CALLS: usize = 40;

/// `{n}` conversations of `{m}` messages each; words are drawn so that few are everywhere and most
/// are rare (one of 20 000, log-uniform), as in what people write. Every second message is ours.
const FILL: &str = r#"
ALTER ROLE relais SET synchronous_commit = off;
ALTER ROLE relais SET work_mem = '64MB';
ALTER ROLE relais SET maintenance_work_mem = '256MB';
DROP INDEX search_words;
DROP INDEX search_newest;
CREATE FUNCTION made(kind TEXT, i BIGINT) RETURNS UUID IMMUTABLE LANGUAGE SQL AS $$
  SELECT (lpad(to_hex(1700000000000 + i), 12, '0') || '7' || substr(md5(kind || i), 1, 3) || '8'
          || substr(md5(kind || i), 4, 15))::UUID $$;
CREATE FUNCTION said(seed BIGINT, n INT) RETURNS TEXT LANGUAGE SQL AS $$
  SELECT string_agg('w' || floor(exp(random() * ln(20000)))::INT, ' ')
  FROM generate_series(1, n + 0 * seed::INT) $$;
INSERT INTO contacts (workspace_id, id, name, phone, bsuid, language, attributes, is_opted_out, created_at)
  SELECT '{ws}', made('p', i), 'Customer ' || i, '+336' || lpad(i::TEXT, 9, '0'), NULL, 'fr', '{}', 0,
         1700000000000000 + i * 1000000
  FROM generate_series(CAST(1 AS BIGINT), {n}) i;
INSERT INTO identities (workspace_id, kind, value, contact_id)
  SELECT '{ws}', 'phone', '+336' || lpad(i::TEXT, 9, '0'), made('p', i) FROM generate_series(CAST(1 AS BIGINT), {n}) i;
INSERT INTO conversations (workspace_id, id, contact_id, channel_id, number, state, next_position,
    owner_epoch, fence, status, assignee, team, tier, priority, is_vip, is_deferred, reason, language,
    preview, unread, opened_at, last_message_at, last_inbound_at, waiting_since, reply_due_at,
    resolved_at, due_at, attempts, is_sample)
  SELECT '{ws}', made('c', i), made('p', i), made('h', i % 20), i, repeat('x', 900), {m} + 1, 0, 0, s,
         CASE WHEN s = 'human' THEN 'agent' || i % 200 END,
         CASE WHEN s IN ('human', 'queued') THEN 'team' || i % 8 END,
         1, 0, 0, 0, NULL, 'fr', 'Bonjour, où en est ma commande ?', 0, 1700000000000000 + i * 1000000,
         1700000000000000 + i * 1000000 + 600000000, 1700000000000000 + i * 1000000, NULL, NULL, NULL,
         NULL, 0, 0
  FROM (SELECT i, CASE WHEN i > {n} - 200 THEN 'queued' WHEN i > {n} - 2000 THEN 'human'
                       WHEN i > {n} - 4000 THEN 'bot' ELSE 'resolved' END AS s
        FROM generate_series(CAST(1 AS BIGINT), {n}) i) drawn;
INSERT INTO events (workspace_id, conversation_id, position, at, kind, data, content)
  SELECT '{ws}', made('c', i), p, 1700000000000000 + i * 1000000 + p * 1000000,
         CASE WHEN p % 2 = 1 THEN 'message_received' ELSE 'message_sent' END,
         '{"message":"' || made('m', i * {m} + p) || '","wamid":"wamid.' || md5((i * {m} + p)::TEXT)
            || '","kind":"text","epoch":0,"turn":' || p || ',"node":"welcome"}',
         '{"text":"' || said(i, 12) || '"}'
  FROM generate_series(CAST(1 AS BIGINT), {n}) i, generate_series(1, {m}) p;
INSERT INTO search (workspace_id, conversation_id, position, words)
  SELECT workspace_id, conversation_id, position, array_to_tsvector(
             ARRAY(SELECT DISTINCT w FROM unnest(string_to_array(
                 replace(replace(content, '{"text":"', ''), '"}', ''), ' ')) w))
  FROM events;
INSERT INTO receipts (workspace_id, channel_id, provider_id, conversation_id, received_at, outcome,
    reason, raw)
  SELECT workspace_id, made('h', 1), 'wamid.' || md5(conversation_id::TEXT || position), conversation_id,
         at, 'processed', '', repeat('r', 350)
  FROM events WHERE position % 2 = 1;
INSERT INTO outbox (workspace_id, conversation_id, id, position, contact_id, channel_id,
    business_number, class, epoch, content, state, not_before, attempts, provider_id, delivery,
    created_at, dispatched_at)
  SELECT workspace_id, conversation_id, made('o', position + 1000 * (at / 1000000 - 1700000000)),
         position, conversation_id, made('h', 1), '800000000000001', 'bot', 0, content, 'accepted', at, 0,
         'wamid.' || md5('o' || conversation_id::TEXT || position), 4, at, at
  FROM events WHERE position % 2 = 0;
INSERT INTO statuses (workspace_id, channel_id, provider_id, status, callback_id, at, raw)
  SELECT workspace_id, channel_id, provider_id, rank, id, created_at, repeat('r', 120)
  FROM outbox, (VALUES (1), (3), (4)) ranks (rank);
CREATE INDEX search_words ON search USING gin (words);
CREATE INDEX search_newest ON search (workspace_id, id);
ANALYZE;
ALTER ROLE relais RESET ALL;
CHECKPOINT"#;

const SIZES: &str =
    "SELECT string_agg(relname || ' ' || pg_size_pretty(pg_table_size(oid)) || ' + '
        || pg_size_pretty(pg_indexes_size(oid)), E', ' ORDER BY pg_total_relation_size(oid) DESC)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND pg_total_relation_size(oid) > 1000000";

struct Asked {
    conversations: u64,
    messages: u64,
    plans: bool,
    url: Option<String>,
}

fn asked() -> Result<Asked, Failed> {
    let mut asked = Asked { conversations: 100_000, messages: 10, plans: false, url: None };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        match name.as_str() {
            "--plans" => asked.plans = true,
            "--url" => asked.url = Some(args.next().ok_or("which?")?),
            "--conversations" => {
                asked.conversations = args.next().ok_or("how many?")?.parse()?;
            }
            "--messages" => asked.messages = args.next().ok_or("how many?")?.parse()?,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    Ok(asked)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let asked = asked()?;
    if let Some(url) = &asked.url {
        let began = Instant::now();
        let store = relais_store::open(url, WS, one()).await?;
        println!(
            "opened, its schema brought up to date, in {:.1} s",
            began.elapsed().as_secs_f64()
        );
        return questions(store.as_ref(), None).await;
    }
    let server = Server::start().ok_or("PostgreSQL is not installed")?;
    // The schema, before it is filled.
    drop(relais_store::open(&server.url, WS, Options::default()).await?);
    let began = Instant::now();
    let fill = FILL
        .replace("{ws}", &WS.0.to_string())
        .replace("{n}", &asked.conversations.to_string())
        .replace("{m}", &asked.messages.to_string());
    for statement in fill.split(";\n") {
        let began = Instant::now();
        server.sql(statement);
        let first = statement.trim().lines().next().unwrap_or_default();
        println!("{:6.1} s  {}", began.elapsed().as_secs_f64(), first.get(..50).unwrap_or(first));
    }
    let total: f64 = server.ask("SELECT pg_database_size('postgres')").parse()?;
    let messages = (asked.conversations * asked.messages) as f64;
    println!(
        "{} conversations, {messages} messages in {:.0} s: {:.2} GB, {:.0} B a message",
        asked.conversations,
        began.elapsed().as_secs_f64(),
        total / 1e9,
        total / messages
    );
    println!("table + indexes: {}", server.ask(SIZES));
    let url = if asked.plans { with_plans(&server.url) } else { server.url.clone() };
    let store = relais_store::open(&url, WS, one()).await?;
    questions(store.as_ref(), asked.plans.then_some(&server)).await
}

/// One question after the other.
fn one() -> Options {
    Options { connections: Some(1), ..Options::default() }
}

/// The server writes down how it answered each statement.
fn with_plans(url: &str) -> String {
    let options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 \\
                   -c auto_explain.log_analyze=on -c auto_explain.log_timing=off";
    format!("{url}?options={}", options.replace(' ', "%20").replace('=', "%3D"))
}

/// With the plans that a server wrote down.
async fn questions(store: &dyn Store, plans: Option<&Server>) -> Result<(), Failed> {
    let list = |status: &[&str]| InboxFilter {
        status: status.iter().map(|s| (*s).to_owned()).collect(),
        ..InboxFilter::default()
    };
    let words =
        |text: &str| InboxFilter { search: Some(text.to_owned()), ..InboxFilter::default() };
    let open = ["bot", "queued", "human"];
    let team = InboxFilter { team: Some("team3".into()), ..list(&open) };
    let all = store.inbox(&list(&[]), None, 50).await?;
    let middle: ConversationId = all[25].id;
    let lists = [
        ("inbox, open conversations, 50", list(&open)),
        ("inbox, one team, 50", team),
        ("inbox, all, 50", list(&[])),
        ("search, a rare word", words("w19000")),
        ("search, a word in one message of 60", words("w60")),
        ("search, the most frequent word", words("w1")),
        ("search, three words", words("w3 w40 w500")),
    ];
    for (what, filter) in &lists {
        let mut took = Vec::new();
        for _ in 0..CALLS {
            let began = Instant::now();
            store.inbox(filter, None, 50).await?;
            took.push(began.elapsed().as_secs_f64() * 1e3);
            // Something that takes seconds need not be asked so often.
            if took.iter().sum::<f64>() > 20_000.0 {
                break;
            }
        }
        tell(what, took, plans);
    }
    let phone = Sender { phone: Some("+336000000007".into()), ..Sender::default() };
    let now = Timestamp::from_micros(1_900_000_000_000_000);
    macro_rules! measured {
        ($what:literal, $call:expr) => {{
            let mut took = Vec::new();
            for _ in 0..CALLS {
                let began = Instant::now();
                $call.await?;
                took.push(began.elapsed().as_secs_f64() * 1e3);
            }
            tell($what, took, plans);
        }};
    }
    measured!("counts of open conversations", store.inbox_counts());
    measured!("a conversation's events", store.events(middle, 0, 100));
    measured!("who wrote", store.contact_of(&phone));
    measured!("the dispatcher's look", store.outbox_ready(now, 1_024));
    measured!("the next timer", store.next_due());
    Ok(())
}

fn tell(what: &str, mut took: Vec<f64>, plans: Option<&Server>) {
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize];
    println!("{what}: p50 {:.1} ms, p95 {:.1} ms", at(0.5), at(0.95));
    for step in plans.map(|server| last_plan(&server.log())).unwrap_or_default() {
        println!("    {step}");
    }
}

/// The steps of the last statement in the log, without what it read.
fn last_plan(log: &str) -> Vec<String> {
    let Some(at) = log.rfind("Query Text:") else { return Vec::new() };
    let is_step = |line: &&str| line.contains("rows=") && line.contains("(actual");
    let steps = log[at..].lines().filter(is_step);
    steps.map(|line| line.trim_end().to_owned()).collect()
}
