//! Several programs on one PostgreSQL behind a balancer, and what may happen to them.

use super::balancer::Balancer;
use super::kills::{Outcome, Plan, Writing};
use super::{Connected, Crowd, Dice, Installation, Relais, Spoilt};
use relais_sim::graph::FakeGraph;
use std::io;
use std::time::{Duration, Instant};

/// Each node opens the same secrets.
const MASTER_KEY: &str = "5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f5e1f";
/// A node that was frozen is itself again within this.
const BACK: Duration = Duration::from_secs(20);

/// What happens to a node, and for how long.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// SIGKILL, then a new start.
    Killed(Duration),
    /// SIGSTOP, then SIGCONT.
    Frozen(Duration),
}

#[derive(Debug)]
pub struct Nodes {
    pub nodes: Vec<Relais>,
    pub graph: FakeGraph,
    pub balancer: Balancer,
    /// Hook address of each number, at the balancer.
    pub urls: Vec<String>,
}

impl Nodes {
    /// Fresh ones on a database, each with a folder of its own.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start(
        mut installations: Vec<Installation>,
        database: &str,
        numbers: &[String],
        seed: u64,
    ) -> io::Result<Self> {
        for installation in &mut installations {
            installation.database = Some(database.to_owned());
            installation.settings.push(("RELAIS_MASTER_KEY", MASTER_KEY.to_owned()));
        }
        let mut installations = installations.into_iter();
        let first = installations.next().ok_or_else(|| io::Error::other("no node"))?;
        let Connected { relais, graph, urls, .. } = Connected::new(first, numbers, seed).await?;
        let mut nodes = vec![relais];
        for installation in installations {
            let mut node = Relais::new(installation, graph.base_url())?;
            node.start().await?;
            node.cookie.clone_from(&nodes[0].cookie);
            nodes.push(node);
        }
        let ports: Vec<u16> = nodes.iter().map(|node| node.port).collect();
        let balancer = Balancer::start(&ports).await?;
        let at = |url: &String| url.replace(&ports[0].to_string(), &balancer.port.to_string());
        let urls: Vec<String> = urls.iter().map(at).collect();
        graph.set_webhook_urls(numbers.iter().cloned().zip(urls.clone()).collect());
        Ok(Self { nodes, graph, balancer, urls })
    }

    /// One node is in trouble for a while and comes back; how long it took to be ready again.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn suffer(&mut self, node: usize, trouble: Trouble) -> io::Result<Duration> {
        match trouble {
            Trouble::Killed(gone) => {
                self.nodes[node].kill()?;
                self.balancer.set(node, false);
                tokio::time::sleep(gone).await;
            }
            Trouble::Frozen(gone) => {
                self.nodes[node].signal("STOP")?;
                self.balancer.set(node, false);
                tokio::time::sleep(gone).await;
                self.nodes[node].signal("CONT")?;
            }
        }
        let began = Instant::now();
        if self.nodes[node].pid().is_none() {
            self.nodes[node].start().await?;
        }
        while !self.nodes[node].is_ready().await {
            if began.elapsed() > BACK {
                return Err(io::Error::other("a node does not come back"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.balancer.set(node, true);
        Ok(began.elapsed())
    }

    /// SIGTERM, its end, and a new start of what is installed by then: one step of a rolling restart.
    ///
    /// # Errors
    /// When it does not end orderly, or does not start again.
    pub async fn restart(&mut self, node: usize) -> io::Result<()> {
        self.balancer.set(node, false);
        self.nodes[node].signal("TERM")?;
        let ended = self.nodes[node].wait(Duration::from_secs(15)).await?;
        if !ended.success() {
            return Err(io::Error::other(format!("it ended with {ended}")));
        }
        self.nodes[node].start().await?;
        self.balancer.set(node, true);
        Ok(())
    }

    /// Stops all at once.
    ///
    /// # Errors
    /// When a process cannot be waited for.
    pub fn kill(&mut self) -> io::Result<()> {
        self.nodes.iter_mut().try_for_each(Relais::kill)
    }
}

/// Brings one node after the other into trouble while customers write, lets the last answers come,
/// and leaves all stopped. `readies` is how long each took to be itself again.
///
/// # Errors
/// When a node does not come back.
pub async fn trouble_loop(
    nodes: &mut Nodes,
    numbers: &[String],
    plan: Plan,
    mut progress: impl FnMut(u64, &Nodes),
) -> io::Result<Outcome> {
    let crowd = Crowd::new(plan.customers, numbers, plan.seed);
    let writing = Writing::start(crowd, nodes.urls.clone(), plan.rate);
    let mut dice = Dice::new(plan.seed ^ 0x5eed);
    let mut readies = Vec::new();
    for round in 1..=plan.rounds {
        let pause = plan.pause.0 + dice.roll() % plan.pause.1;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let node = dice.below(nodes.nodes.len());
        readies.push(nodes.suffer(node, Trouble::any(&mut dice)).await?.as_micros() as u64);
        progress(round, nodes);
    }
    let (crowd, messages) = writing.stop().await?;
    let end = Instant::now() + plan.patience;
    while nodes.graph.stats().accepted < messages && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    nodes.kill()?;
    readies.sort_unstable();
    Ok(Outcome { messages, crowd, readies, spoilt: Spoilt::default() })
}

impl Trouble {
    /// Any: every second one longer than a lease.
    pub fn any(dice: &mut Dice) -> Self {
        let long = if dice.chance(0.5) { 11_000 } else { 300 };
        let gone = Duration::from_millis(long + dice.below(2_500) as u64);
        if dice.chance(0.5) { Self::Killed(gone) } else { Self::Frozen(gone) }
    }
}
