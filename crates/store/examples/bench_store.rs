//! The store under load: a closed loop of customers, each message through its three units
//! (message and answer, dispatch, accepted) as the pipeline writes them.
//!
//! `bench_store [--url URL] [--seconds N] [--customers N] [--duplicates PERCENT] [--inbox N]`;
//! without a url a SQLite file in the temporary directory, with full durability.
#![forbid(unsafe_code)]

#[path = "../tests/support/conversation.rs"]
mod fresh;

use relais_app::port::store::{
    Committed, ContactRow, ConversationRow, EventRow, Expect, Identity, InboxFilter, OutboxClass,
    OutboxRow, OutboxState, ReceiptRow, Store, Write,
};
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId, WorkspaceId, uuid_v7};
use relais_core::message::Sender;
use relais_core::time::Timestamp;
use relais_store::Options;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const CHANNEL: ChannelId = ChannelId(Uuid::nil());
/// A new contact and conversation after so many messages.
const MESSAGES_EACH: u64 = 5;

struct Asked {
    url: Option<String>,
    seconds: u64,
    customers: u64,
    /// Share of messages delivered twice.
    duplicates: u64,
    /// Inbox lists a second.
    inbox: u64,
}

fn asked() -> Result<Asked, Failed> {
    let mut asked = Asked { url: None, seconds: 10, customers: 64, duplicates: 0, inbox: 0 };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--url" => asked.url = Some(value),
            "--seconds" => asked.seconds = value.parse()?,
            "--customers" => asked.customers = value.parse()?,
            "--duplicates" => asked.duplicates = value.parse()?,
            "--inbox" => asked.inbox = value.parse()?,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    Ok(asked)
}

struct Load {
    store: Arc<dyn Store>,
    ids: AtomicU64,
    messages: AtomicU64,
    duplicates: AtomicU64,
    conflicts: AtomicU64,
    share_of_duplicates: u64,
    is_over: AtomicBool,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let asked = asked()?;
    let file = std::env::temp_dir().join(format!("relais-bench-{}.db", std::process::id()));
    let own = format!("sqlite://{}", file.display());
    let url = asked.url.clone().unwrap_or_else(|| own.clone());
    let store = relais_store::open(&url, WorkspaceId(fresh(0)), Options::default()).await?;
    let load = Arc::new(Load {
        store,
        ids: AtomicU64::new(1),
        messages: AtomicU64::new(0),
        duplicates: AtomicU64::new(0),
        conflicts: AtomicU64::new(0),
        share_of_duplicates: asked.duplicates,
        is_over: AtomicBool::new(false),
    });
    let start = Instant::now();
    let customers: Vec<_> =
        (0..asked.customers).map(|_| tokio::spawn(customer(Arc::clone(&load)))).collect();
    let agent = tokio::spawn(agent(Arc::clone(&load), asked.inbox));
    tokio::time::sleep(Duration::from_secs(asked.seconds)).await;
    load.is_over.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for customer in customers {
        latencies.extend(customer.await??);
    }
    let lists = agent.await??;
    report(&load, start.elapsed(), latencies, lists).await?;
    if url == own {
        drop(load);
        relais_store::wipe(&own)?;
    }
    Ok(())
}

async fn report(
    load: &Load,
    took: Duration,
    mut latencies: Vec<Duration>,
    mut lists: Vec<Duration>,
) -> Result<(), Failed> {
    let messages = load.messages.load(Ordering::Relaxed);
    let each = |count: u64| count as f64 / messages.max(1) as f64;
    println!("messages_per_s {:.0}", messages as f64 / took.as_secs_f64());
    println!("messages {messages}");
    for (name, count) in load.store.counters().into_iter().collect::<BTreeMap<_, _>>() {
        println!("{name}_per_message {:.3}", each(count));
    }
    println!("duplicates {}", load.duplicates.load(Ordering::Relaxed));
    println!("conflicts {}", load.conflicts.load(Ordering::Relaxed));
    if let Some(cpu) = cpu() {
        println!("cpu_us_per_message {:.0}", cpu.as_secs_f64() * 1e6 / messages.max(1) as f64);
    }
    percentiles("message", &mut latencies);
    percentiles("inbox", &mut lists);
    for (relation, count) in load.store.orphans().await? {
        if count > 0 {
            return Err(format!("{relation}: {count}").into());
        }
    }
    Ok(())
}

fn percentiles(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let Some(last) = times.len().checked_sub(1) else { return };
    for (word, share) in [("p50", 0.50), ("p99", 0.99), ("p999", 0.999)] {
        let at = (last as f64 * share) as usize;
        println!("{name}_{word}_ms {:.2}", times[at].as_secs_f64() * 1e3);
    }
}

/// Processor time of this process, where the system tells it.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // A tick is 10 ms on every Linux we run on.
    Some(Duration::from_millis(ticks * 10))
}

fn fresh(n: u64) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    uuid_v7(now(), random)
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_micros(since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(0)))
}

impl Load {
    fn id(&self) -> (u64, Uuid) {
        let n = self.ids.fetch_add(1, Ordering::Relaxed);
        (n, fresh(n))
    }
}

async fn agent(load: Arc<Load>, per_second: u64) -> Result<Vec<Duration>, Failed> {
    let mut times = Vec::new();
    if per_second == 0 {
        return Ok(times);
    }
    let mut tick = tokio::time::interval(Duration::from_secs(1) / per_second as u32);
    while !load.is_over.load(Ordering::Relaxed) {
        tick.tick().await;
        let start = Instant::now();
        load.store.inbox(&InboxFilter::default(), None, 50).await?;
        times.push(start.elapsed());
    }
    Ok(times)
}

async fn customer(load: Arc<Load>) -> Result<Vec<Duration>, Failed> {
    let mut times = Vec::new();
    while !load.is_over.load(Ordering::Relaxed) {
        let (n, _) = load.id();
        let phone = format!("+336{n:010}");
        for index in 0..MESSAGES_EACH {
            let start = Instant::now();
            message(&load, &phone, index + 1 == MESSAGES_EACH).await?;
            times.push(start.elapsed());
            load.messages.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(times)
}

/// One message and its answer, up to the provider's yes.
async fn message(load: &Load, phone: &str, is_last: bool) -> Result<(), Failed> {
    let (n, message) = load.id();
    let provider_id = format!("wamid.HBgL{n:030}");
    let outbox = loop {
        let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
        let (unit, outbox) = turn(load, &sender, &provider_id, message, is_last).await?;
        match load.store.commit(unit).await? {
            Committed::Done => break outbox,
            Committed::Conflict => load.conflicts.fetch_add(1, Ordering::Relaxed),
            Committed::Duplicate => return Err("a fresh message is a duplicate".into()),
        };
    };
    if n % 100 < load.share_of_duplicates {
        let (unit, _) = turn(
            load,
            &Sender { phone: Some(phone.to_owned()), ..Sender::default() },
            &provider_id,
            message,
            is_last,
        )
        .await?;
        if load.store.commit(unit).await? != Committed::Duplicate {
            return Err("a second delivery was taken".into());
        }
        load.duplicates.fetch_add(1, Ordering::Relaxed);
    }
    let dispatch = vec![Write::Dispatch { id: outbox, at: now() }];
    if load.store.commit(dispatch).await? != Committed::Done {
        return Err("the answer could not be dispatched".into());
    }
    let provider_id = format!("wamid.out{n:030}");
    let accepted = vec![Write::Accepted { id: outbox, provider_id, at: now() }];
    if load.store.commit(accepted).await? != Committed::Done {
        return Err("the answer could not be settled".into());
    }
    Ok(())
}

async fn turn(
    load: &Load,
    sender: &Sender,
    provider_id: &str,
    message: Uuid,
    is_last: bool,
) -> Result<(Vec<Write>, MessageId), Failed> {
    let at = now();
    let known = load.store.contact_of(sender).await?;
    let latest = match &known {
        Some(contact) => load.store.latest_conversation(CHANNEL, contact.id).await?,
        None => None,
    };
    let mut unit = Vec::new();
    let contact = known.as_ref().map_or_else(|| ContactId(load.id().1), |contact| contact.id);
    if known.is_none() {
        let phone = sender.phone.clone().unwrap_or_default();
        unit.push(Write::NewContact {
            contact: contact_row(contact, &phone, at),
            identities: vec![Identity { kind: "phone", value: phone }],
        });
    }
    let before = latest.filter(|row| row.status != "resolved");
    let mut row = before.clone().unwrap_or_else(|| conversation(load.id().1, contact, at));
    let first = row.next_position;
    row.next_position += 4;
    row.last_message_at = at;
    row.last_inbound_at = Some(at);
    row.preview = "Bonjour, où en est ma commande ?".into();
    if is_last {
        row.status = "resolved".into();
    }
    unit.push(Write::Receipt(ReceiptRow {
        channel: CHANNEL,
        provider_id: provider_id.into(),
        conversation: Some(row.id),
        received_at: at,
        outcome: "processed".into(),
        reason: String::new(),
        raw: json(600),
    }));
    for position in first..row.next_position {
        let is_said = position == first || position == first + 2;
        unit.push(Write::AppendEvent(EventRow {
            conversation: row.id,
            position,
            at,
            kind: "turn".into(),
            data: json(300),
            content: is_said.then(|| json(200)),
        }));
    }
    for position in [first, first + 2] {
        let folded = "bonjour ou en est ma commande ml 2041 je n ai rien recu".into();
        unit.push(Write::Search { conversation: row.id, position, folded });
    }
    let id = MessageId(message);
    unit.push(Write::Outbox(outbox(id, &row, first + 2, at)));
    unit.push(match before {
        Some(before) => Write::UpdateConversation {
            expect: Expect {
                next_position: before.next_position,
                owner_epoch: before.owner_epoch,
                fence: before.fence,
            },
            row,
        },
        None => Write::OpenConversation(row),
    });
    Ok((unit, id))
}

/// JSON of about so many bytes.
fn json(bytes: usize) -> String {
    format!(r#"{{"type":"text","body":"{}"}}"#, "Où en est ma commande ? ".repeat(bytes / 26))
}

fn contact_row(id: ContactId, phone: &str, at: Timestamp) -> ContactRow {
    ContactRow {
        id,
        name: Some("Léa Martin".into()),
        phone: Some(phone.to_owned()),
        bsuid: None,
        language: Some("fr".into()),
        attributes: "{}".into(),
        is_opted_out: false,
        created_at: at,
        rectified: "{}".into(),
        is_restricted: false,
        revision: 0,
    }
}

fn conversation(id: Uuid, contact: ContactId, at: Timestamp) -> ConversationRow {
    ConversationRow { state: json(800), ..fresh::fresh(ConversationId(id), contact, CHANNEL, at) }
}

fn outbox(id: MessageId, row: &ConversationRow, position: i64, at: Timestamp) -> OutboxRow {
    OutboxRow {
        id,
        seq: 0,
        conversation: row.id,
        position,
        contact: row.contact,
        channel: row.channel,
        business_number: "100".into(),
        class: OutboxClass::Bot,
        epoch: row.owner_epoch,
        content: json(300),
        quotes: None,
        state: OutboxState::Queued,
        not_before: at,
        attempts: 0,
        provider_id: None,
        delivery: None,
        error: None,
        error_code: None,
        created_at: at,
        dispatched_at: None,
        resent: 0,
    }
}
