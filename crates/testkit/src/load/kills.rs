//! The kill loop: the real program under load is killed with SIGKILL again and again, also with what
//! it had not synced spoilt, as by a power cut.

use super::{Connected, Crowd, Delivery, Dice, Spoilt, deliver};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Connections that deliver side by side.
const CONNECTIONS: usize = 16;

#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub rounds: u64,
    /// Messages a second.
    pub rate: u64,
    pub customers: usize,
    /// Between two kills, in ms: at least, and so much more at most.
    pub pause: (u64, u64),
    pub seed: u64,
    /// Each kill is a power cut; the installation must be traced.
    pub cuts_power: bool,
    /// How long the last answers may take; a send that a kill cut off is settled after two minutes.
    pub patience: Duration,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    pub messages: u64,
    /// Who wrote them, and knows what they must be answered.
    pub crowd: Crowd,
    /// Start to ready of each round, in µs, sorted.
    pub readies: Vec<u64>,
    /// What the power cuts did.
    pub spoilt: Spoilt,
}

/// Customers who write at a steady rate until they are told to stop. Each message is delivered until
/// it is answered with 200.
#[derive(Debug)]
pub struct Writing {
    stop: Arc<AtomicBool>,
    writer: JoinHandle<(Crowd, u64)>,
    delivering: JoinHandle<Vec<u64>>,
}

impl Writing {
    pub fn start(crowd: Crowd, urls: Vec<String>, rate: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (send, queue) = mpsc::unbounded_channel();
        let delivering = tokio::spawn(deliver(urls, CONNECTIONS, queue));
        let writer = tokio::spawn(write(Arc::clone(&stop), send, crowd, rate));
        Self { stop, writer, delivering }
    }

    /// Returns once every message was acknowledged: who wrote, and how many messages.
    ///
    /// # Errors
    /// When a task panicked.
    pub async fn stop(self) -> io::Result<(Crowd, u64)> {
        self.stop.store(true, Ordering::Relaxed);
        let wrote = self.writer.await.map_err(io::Error::other)?;
        self.delivering.await.map_err(io::Error::other)?;
        Ok(wrote)
    }
}

async fn write(
    stop: Arc<AtomicBool>,
    send: mpsc::UnboundedSender<Delivery>,
    mut crowd: Crowd,
    rate: u64,
) -> (Crowd, u64) {
    let (start, mut n) = (Instant::now(), 0_u64);
    while !stop.load(Ordering::Relaxed) {
        let due = start + Duration::from_secs_f64(n as f64 / rate as f64);
        tokio::time::sleep_until(due).await;
        if send.send(crowd.ask(n as usize, due, start)).is_err() {
            break;
        }
        n += 1;
    }
    (crowd, n)
}

/// Kills and starts the program so often, lets it finish, and leaves it stopped.
///
/// # Errors
/// When it does not start again.
pub async fn kill_loop(
    connected: &mut Connected,
    numbers: &[String],
    plan: Plan,
    mut progress: impl FnMut(u64, &Connected),
) -> io::Result<Outcome> {
    let crowd = Crowd::new(plan.customers, numbers, plan.seed);
    let writing = Writing::start(crowd, connected.urls.clone(), plan.rate);
    let mut dice = Dice::new(plan.seed ^ 0x5eed);
    let (mut readies, mut spoilt) = (Vec::new(), Spoilt::default());
    for round in 1..=plan.rounds {
        let pause = plan.pause.0 + dice.roll() % plan.pause.1;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        connected.relais.kill()?;
        if plan.cuts_power {
            let now = connected.relais.installation.cut_power(&mut dice)?;
            spoilt.unsafe_writes += now.unsafe_writes;
            spoilt.spoilt += now.spoilt;
        }
        readies.push(connected.relais.start().await?.as_micros() as u64);
        progress(round, connected);
    }
    let (crowd, messages) = writing.stop().await?;
    let end = Instant::now() + plan.patience;
    while connected.graph.stats().accepted < messages && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    connected.relais.kill()?;
    readies.sort_unstable();
    Ok(Outcome { messages, crowd, readies, spoilt })
}
