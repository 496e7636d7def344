//! The real binary as a child process: started, measured, stopped, killed.

use super::http::{Answer, request};
use relais_sim::graph::{FakeConfig, FakeGraph};
use serde_json::{Value, json};
use std::io::{self, BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// What the kernel says of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub rss_mib: f64,
    /// The most it ever was.
    pub peak_mib: f64,
    pub cpu_seconds: f64,
}

/// What signs the webhooks and opens the fake.
pub const SECRET: &str = "bench-app-secret";
const TOKEN: &str = "bench-token";
/// A debug build on a busy machine gets ready within this.
const LONGEST_START: Duration = Duration::from_secs(30);

/// What is started, and on what.
#[derive(Clone, Debug)]
pub struct Installation {
    pub binary: PathBuf,
    pub data: PathBuf,
    /// A file in `data`, if not said otherwise.
    pub database: Option<String>,
    /// A program and its arguments that start the binary: a tracer, a limiter.
    pub under: Vec<String>,
    /// `serve`, or `demo` with its workspace.
    pub command: &'static str,
    /// More of its environment.
    pub settings: Vec<(&'static str, String)>,
}

impl Installation {
    /// The demo's workspace in a folder of its own.
    pub fn new(binary: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        let (binary, data) = (binary.into(), data.into());
        let (under, settings) = (Vec::new(), Vec::new());
        Self { binary, data, database: None, under, command: "demo", settings }
    }

    /// The release build, or the one `RELAIS_BIN` names: for figures.
    pub fn released(data: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let built = root.unwrap_or(Path::new(".")).join("target/release/relais");
        Self::new(std::env::var_os("RELAIS_BIN").map_or(built, PathBuf::from), data)
    }

    pub fn database_url(&self) -> String {
        let file = || format!("sqlite://{}", self.data.join("relais.db").display());
        self.database.clone().unwrap_or_else(file)
    }

    /// The binary on this installation's data, with no setting of ours left in its environment:
    /// it refuses those it does not know.
    fn command(&self, under: &[String], args: &[&str]) -> Command {
        let mut words = under.iter().map(std::ffi::OsString::from).collect::<Vec<_>>();
        words.push(self.binary.clone().into_os_string());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(args);
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_string_lossy().starts_with("RELAIS_")) {
            command.env_remove(name);
        }
        command.env("RELAIS_DATA_DIR", &self.data).env("RELAIS_DATABASE", self.database_url());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }
}

/// A fresh installation that is claimed and connected to a fake Graph API.
#[derive(Debug)]
pub struct Connected {
    pub relais: Relais,
    pub graph: FakeGraph,
    /// Hook address of each number.
    pub urls: Vec<String>,
    /// From the start to the first correct 200.
    pub ready: Duration,
}

impl Connected {
    /// # Errors
    /// When the program does not start, or refuses what it is told.
    pub async fn new(
        installation: Installation,
        numbers: &[String],
        seed: u64,
    ) -> io::Result<Self> {
        let graph = FakeGraph::start(FakeConfig {
            token: TOKEN.to_owned(),
            numbers: numbers.to_vec(),
            app_secret: SECRET.to_owned(),
            remember: 4_000_000,
            seed,
            ..FakeConfig::default()
        })
        .await?;
        let mut relais = Relais::new(installation, graph.base_url())?;
        let ready = relais.start().await?;
        let urls = relais.set_up(numbers).await?;
        // Every number's reports go to its own channel's hook.
        graph.set_webhook_urls(numbers.iter().cloned().zip(urls.clone()).collect());
        Ok(Self { relais, graph, urls, ready })
    }
}

/// One installation of the program: a data folder, a port, a secret.
#[derive(Debug)]
pub struct Relais {
    pub installation: Installation,
    pub port: u16,
    graph: String,
    child: Option<Child>,
    claims: Option<mpsc::Receiver<String>>,
    pub cookie: Option<String>,
}

impl Relais {
    /// # Errors
    /// When no port is free.
    pub fn new(installation: Installation, graph: &str) -> io::Result<Self> {
        let (port, graph) = (free_port()?, graph.to_owned());
        Ok(Self { installation, port, graph, child: None, claims: None, cookie: None })
    }

    /// Starts it; how long until the first correct 200 of `/readyz`.
    ///
    /// # Errors
    /// When it ends, or is not ready in time.
    pub async fn start(&mut self) -> io::Result<Duration> {
        let started = Instant::now();
        self.spawn()?;
        while started.elapsed() < LONGEST_START {
            if self.is_ready().await {
                return Ok(started.elapsed());
            }
            if let Some(status) = self.ended()? {
                return Err(io::Error::other(format!("it ended at the start: {status}")));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(io::Error::other("it did not get ready in time"))
    }

    /// Starts it and waits for nothing.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&mut self) -> io::Result<()> {
        let under = &self.installation.under;
        let mut child = self
            .installation
            .command(under, &[self.installation.command])
            .env("RELAIS_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("RELAIS_GRAPH_BASE_URL", &self.graph)
            .env("RELAIS_ALLOW_LOOPBACK", "true")
            .env("RELAIS_LOG_LEVEL", "warn")
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        self.child = Some(child);
        let (tell, told) = mpsc::channel();
        self.claims = Some(told);
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Some((_, token)) = line.split_once("/claim#") {
                    // Nobody may be listening any more.
                    let _ = tell.send(token.trim().to_owned());
                }
            }
        });
        Ok(())
    }

    pub async fn is_ready(&self) -> bool {
        let answer = request("GET", self.port, "/readyz", None, &Value::Null).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// Claims the fresh installation and connects numbers; their hook addresses.
    async fn set_up(&mut self, numbers: &[String]) -> io::Result<Vec<String>> {
        let claim = self.claims.as_ref().and_then(|c| c.recv_timeout(Duration::from_secs(5)).ok());
        let claim = claim.ok_or_else(|| io::Error::other("no claim link was printed"))?;
        let owner = json!({"token": claim, "login": "bench@relais.example", "name": "Bench",
            "password": "a-long-bench-password"});
        let answer = self.call("POST", "/api/v1/claim", &owner).await?;
        expect(&answer.body, answer.status, 200)?;
        self.cookie = answer.cookie;
        let mut urls = Vec::new();
        for number in numbers {
            let channel = json!({"name": number, "phone_number_id": number,
                "waba_id": "900000000000001",
                "token": TOKEN, "app_secret": SECRET, "verify_token": "bench-verify"});
            let answer = self.call("POST", "/api/v1/channels", &channel).await?;
            expect(&answer.body, answer.status, 201)?;
            let id = answer.body["id"].as_str().unwrap_or_default();
            urls.push(format!("http://127.0.0.1:{}/hooks/whatsapp/{id}", self.port));
        }
        Ok(urls)
    }

    /// A request of the owner.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn call(&self, method: &str, path: &str, body: &Value) -> io::Result<Answer> {
        request(method, self.port, path, self.cookie.as_deref(), body).await
    }

    /// The process of the binary, also when it runs under another.
    pub fn pid(&self) -> Option<u32> {
        let started = self.child.as_ref().map(Child::id)?;
        let children = std::fs::read_to_string(format!("/proc/{started}/task/{started}/children"));
        let children = children.unwrap_or_default();
        let mut children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        Some(children.next().unwrap_or(started))
    }

    /// Sends a signal by its name, like `TERM`.
    ///
    /// # Errors
    /// When there is no process to get it.
    pub fn signal(&self, name: &str) -> io::Result<()> {
        let pid = self.pid().ok_or_else(|| io::Error::other("it does not run"))?.to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status()?;
        if sent.success() { Ok(()) } else { Err(io::Error::other("the signal was not sent")) }
    }

    /// Waits for its end, so long at most.
    ///
    /// # Errors
    /// When it still runs.
    pub async fn wait(&mut self, most: Duration) -> io::Result<ExitStatus> {
        let end = Instant::now() + most;
        loop {
            if let Some(status) = self.ended()? {
                self.child = None;
                return Ok(status);
            }
            if Instant::now() >= end {
                return Err(io::Error::other(format!("it still runs after {most:?}")));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.as_mut().map_or(Ok(None), Child::try_wait)
    }

    /// SIGKILL: nothing is finished, nothing handed back.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub fn kill(&mut self) -> io::Result<()> {
        if self.pid().is_some() {
            // It may just have ended by itself.
            let _ = self.signal("KILL");
        }
        if let Some(mut child) = self.child.take() {
            child.wait()?;
        }
        Ok(())
    }

    /// Folds every log of the stopped installation and compares it with the stored state.
    ///
    /// # Errors
    /// When one differs.
    pub fn fold_check(&self) -> io::Result<String> {
        let out = self.installation.command(&[], &["projections", "check"]).output()?;
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if out.status.success() { Ok(said) } else { Err(io::Error::other(said)) }
    }

    pub fn usage(&self) -> Usage {
        let Some(pid) = self.pid() else { return Usage::default() };
        let read =
            |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let status = read("status");
        let mib = |name: &str| {
            let line = status.lines().find_map(|l| l.strip_prefix(name));
            let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
            kib.unwrap_or(0.0) / 1024.0
        };
        let stat = read("stat");
        // The name in brackets may hold spaces; the fields after it do not.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
        let ticks: f64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
        // Linux counts processor time in hundredths of a second.
        let (rss_mib, peak_mib) = (mib("VmRSS:"), mib("VmHWM:"));
        Usage { rss_mib, peak_mib, cpu_seconds: ticks / 100.0 }
    }
}

impl Drop for Relais {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A port that stays ours while the program is down: one below those the kernel gives to outgoing
/// connections, so that no client that calls in vain ends up on it.
fn free_port() -> io::Result<u16> {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let mut dice = super::Dice::new(clock.map_or(1, |d| d.as_nanos() as u64));
    (0..200)
        .map(|_| 10_000 + dice.below(20_000) as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| io::ErrorKind::AddrInUse.into())
}

fn expect(body: &Value, status: u16, wanted: u16) -> io::Result<()> {
    if status == wanted { Ok(()) } else { Err(io::Error::other(format!("{status}: {body}"))) }
}
