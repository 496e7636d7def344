//! Counters and histograms, written in Prometheus' text format. No personal data: routes are
//! patterns, never paths.

use axum::http::{Method, StatusCode};
use parking_lot::Mutex;
use relais_app::service::Service;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the latency buckets, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Clone, Debug, Default)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Histogram {
    fn observe(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        for (bucket, bound) in self.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(seconds <= bound);
        }
        self.count += 1;
        self.seconds += seconds;
    }

    fn write(&self, out: &mut String, name: &str) {
        let _ = writeln!(out, "# TYPE {name} histogram");
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            let _ = writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {bucket}");
        }
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {}", self.count);
        let _ = writeln!(out, "{name}_sum {}", self.seconds);
        let _ = writeln!(out, "{name}_count {}", self.count);
    }
}

#[derive(Debug, Default)]
struct Recorded {
    requests: BTreeMap<(String, &'static str, u16), u64>,
    acknowledged: Histogram,
    arrivals: BTreeMap<&'static str, u64>,
    refused: BTreeMap<&'static str, u64>,
}

/// Everything counted in this process.
#[derive(Debug, Default)]
pub struct Metrics {
    recorded: Mutex<Recorded>,
    pub(crate) streams: AtomicI64,
    pub(crate) connections: AtomicI64,
    pub(crate) connections_refused: AtomicU64,
}

impl Metrics {
    pub(crate) fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        let mut recorded = self.recorded.lock();
        let key = (route.to_owned(), method, status.as_u16());
        *recorded.requests.entry(key).or_default() += 1;
        if method == "POST" && route.starts_with("/hooks/") && status.is_success() {
            recorded.acknowledged.observe(took);
        }
    }

    pub(crate) fn arrival(&self, outcome: &'static str) {
        *self.recorded.lock().arrivals.entry(outcome).or_default() += 1;
    }

    /// A webhook that was not let in. `no_secret` is worth an alarm: nothing of that channel comes
    /// in until somebody enters its secret (T03).
    pub(crate) fn refused(&self, why: &'static str) {
        *self.recorded.lock().refused.entry(why).or_default() += 1;
    }

    /// All of it, with what the store knows at this moment.
    pub(crate) async fn text(&self, service: &Service) -> String {
        let store = service.store();
        let mut out = String::new();
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(out, "# TYPE relais_build_info gauge");
        let _ = writeln!(out, "relais_build_info{{version=\"{version}\"}} 1");
        self.write_recorded(&mut out);
        for (name, value) in [
            ("relais_live_streams", self.streams.load(Ordering::Relaxed)),
            ("relais_connections", self.connections.load(Ordering::Relaxed)),
        ] {
            let _ = writeln!(out, "# TYPE {name} gauge\n{name} {value}");
        }
        let refused = self.connections_refused.load(Ordering::Relaxed);
        let name = "relais_connections_refused_total";
        let _ = writeln!(out, "# TYPE {name} counter\n{name} {refused}");
        let is_up = u8::from(store.ping().await.is_ok());
        let _ = writeln!(out, "# TYPE relais_store_up gauge\nrelais_store_up {is_up}");
        write_nodes(&mut out, service).await;
        if let Ok(rows) = store.outbox_counts().await {
            let _ = writeln!(out, "# TYPE relais_outbox gauge");
            for (state, count) in rows {
                let state = format!("{state:?}").to_lowercase();
                let _ = writeln!(out, "relais_outbox{{state=\"{state}\"}} {count}");
            }
        }
        if let Ok(rows) = store.inbox_counts().await {
            let _ = writeln!(out, "# TYPE relais_open_conversations gauge");
            for (status, team, count) in rows {
                let team = label(team.as_deref().unwrap_or_default());
                let _ = writeln!(
                    out,
                    "relais_open_conversations{{status=\"{status}\",team=\"{team}\"}} {count}"
                );
            }
        }
        if let Ok(rows) = store.ledger(Some("quarantined"), 1_000).await {
            let count = rows.len();
            let _ = writeln!(out, "# TYPE relais_quarantined gauge\nrelais_quarantined {count}");
        }
        out
    }

    fn write_recorded(&self, out: &mut String) {
        let recorded = self.recorded.lock();
        let _ = writeln!(out, "# TYPE relais_http_requests_total counter");
        for ((route, method, status), count) in &recorded.requests {
            let route = label(route);
            let _ = writeln!(
                out,
                "relais_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {count}"
            );
        }
        recorded.acknowledged.write(out, "relais_webhook_ack_seconds");
        let _ = writeln!(out, "# TYPE relais_arrivals_total counter");
        for (outcome, count) in &recorded.arrivals {
            let _ = writeln!(out, "relais_arrivals_total{{outcome=\"{outcome}\"}} {count}");
        }
        let _ = writeln!(out, "# TYPE relais_webhooks_refused_total counter");
        for why in ["no_secret", "signature"] {
            let count = recorded.refused.get(why).copied().unwrap_or_default();
            let _ = writeln!(out, "relais_webhooks_refused_total{{why=\"{why}\"}} {count}");
        }
    }
}

/// This program among others on its database.
async fn write_nodes(out: &mut String, service: &Service) {
    let figures = service.node_figures();
    for (kind, name, value) in [
        ("gauge", "relais_node_may_act", u64::from(figures.may_act)),
        ("counter", "relais_node_leases_lost_total", figures.losses),
        ("counter", "relais_sends_taken_over_total", figures.taken_over),
    ] {
        let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
    }
    if let Ok(nodes) = service.nodes().await {
        let alive = nodes.iter().filter(|node| node.is_alive).count();
        let _ = writeln!(out, "# TYPE relais_nodes_alive gauge\nrelais_nodes_alive {alive}");
    }
}

fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_end_in_infinity() {
        let mut histogram = Histogram::default();
        for ms in [2, 20, 20_000] {
            histogram.observe(Duration::from_millis(ms));
        }
        let mut out = String::new();
        histogram.write(&mut out, "h");
        for line in
            ["h_bucket{le=\"0.001\"} 0", "h_bucket{le=\"0.025\"} 2", "h_bucket{le=\"+Inf\"} 3"]
        {
            assert!(out.contains(line), "{out}");
        }
    }

    #[test]
    fn labels_cannot_break_the_line() {
        assert_eq!(label("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
