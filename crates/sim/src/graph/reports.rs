//! Status reports: when each is due, and how they reach the receiver.

use super::FakeConfig;
use super::deliver::WebhookClient;
use super::record::Accepted;
use super::rng::Rng;
use super::server::Shared;
use super::webhook::{Batch, Report, unix};
use parking_lot::Mutex;
use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

/// The provider's silence never lasts longer: who waited this long without a report may conclude.
pub(super) const LATEST: Duration = Duration::from_secs(120);

#[derive(Debug)]
struct Due {
    at: Instant,
    order: u64,
    report: Report,
    send: Arc<Accepted>,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

#[derive(Debug, Default)]
struct Heap {
    due: BinaryHeap<Reverse<Due>>,
    next: u64,
}

/// All reports still to be delivered.
#[derive(Debug, Default)]
pub(super) struct Reports {
    heap: Mutex<Heap>,
    /// In the heap or on their way.
    pub(super) open: AtomicUsize,
    wake: Notify,
    /// One worker waits for what is due, the others deliver.
    turn: tokio::sync::Mutex<()>,
}

impl Reports {
    pub(super) fn schedule(
        &self,
        send: &Arc<Accepted>,
        fails: Option<i64>,
        config: &FakeConfig,
        (duplicate, reorder): (f64, f64),
        rng: &mut Rng,
    ) {
        let now = Instant::now();
        let mut planned = vec![(config.sent_after, Report::Sent)];
        match fails {
            Some(code) => planned.push((config.delivered_after, Report::Failed(code))),
            // Reactions only ever get `sent`.
            None if send.kind == "reaction" => {}
            None => {
                planned.push((config.delivered_after, Report::Delivered));
                if rng.chance(config.read) {
                    planned.push((config.read_after, Report::Read));
                }
            }
        }
        let last = planned.iter().map(|(after, _)| *after).max().unwrap_or_default();
        let mut heap = self.heap.lock();
        for (after, report) in planned {
            let after = if rng.chance(reorder) { (last * 2).mul_f64(rng.unit()) } else { after };
            for _ in 0..=u32::from(rng.chance(duplicate)) {
                heap.next += 1;
                let order = heap.next;
                let at = now + after.min(LATEST);
                heap.due.push(Reverse(Due { at, order, report, send: Arc::clone(send) }));
                self.open.fetch_add(1, Ordering::Relaxed);
            }
        }
        drop(heap);
        self.wake.notify_one();
    }

    /// Waits for reports that are due and takes some.
    async fn take(&self, most: usize) -> Vec<Due> {
        let _turn = self.turn.lock().await;
        loop {
            let next = {
                let mut heap = self.heap.lock();
                let now = Instant::now();
                let mut taken = Vec::new();
                while taken.len() < most
                    && heap.due.peek().is_some_and(|Reverse(due)| due.at <= now)
                    && let Some(Reverse(due)) = heap.due.pop()
                {
                    taken.push(due);
                }
                if !taken.is_empty() {
                    return taken;
                }
                heap.due.peek().map(|Reverse(due)| due.at)
            };
            match next {
                None => self.wake.notified().await,
                Some(at) => tokio::select! {
                    () = sleep_until(at) => {}
                    () = self.wake.notified() => {}
                },
            }
        }
    }
}

/// Delivers batch after batch, each until it is answered with 200.
pub(super) async fn worker(shared: Arc<Shared>) {
    let mut clients: BTreeMap<String, WebhookClient> = BTreeMap::new();
    loop {
        let batch = shared.reports.take(shared.config.statuses_per_webhook.max(1)).await;
        for number in &shared.config.numbers {
            let of_number: Vec<&Due> = batch.iter().filter(|d| d.send.number == *number).collect();
            if !of_number.is_empty() {
                deliver(&shared, &mut clients, number, &of_number).await;
            }
        }
    }
}

async fn deliver(
    shared: &Shared,
    clients: &mut BTreeMap<String, WebhookClient>,
    number: &str,
    batch: &[&Due],
) {
    let body = body(&shared.config, number, batch);
    let mut pause = Duration::from_millis(50);
    loop {
        let Some(url) = shared.webhook_url(number) else {
            // Nobody listens yet.
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let client = match clients.entry(url) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(new) => {
                let client = WebhookClient::new(new.key(), &shared.config.app_secret).ok();
                client.map(|c| new.insert(c))
            }
        };
        let answer = match client {
            Some(client) => client.post(&body).await.ok(),
            None => None,
        };
        if answer == Some(200) {
            break;
        }
        shared.records.lock().stats.webhook_failures += 1;
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
    shared.records.lock().stats.reports_delivered += batch.len() as u64;
    shared.reports.open.fetch_sub(batch.len(), Ordering::Relaxed);
}

fn body(config: &FakeConfig, number: &str, batch: &[&Due]) -> Vec<u8> {
    let at = unix(SystemTime::now());
    let mut out = Batch::new(&config.account);
    out.number(number, &config.display_number);
    for due in batch {
        let send = &due.send;
        out.status(&send.id, due.report, at, &send.to, send.callback_id.as_deref());
    }
    out.body()
}
