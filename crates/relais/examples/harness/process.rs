//! The real binary as a child process: started, measured, killed.

use super::http::request;
use relais_sim::graph::{FakeConfig, FakeGraph};
use serde_json::{Value, json};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the kernel says of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub rss_mib: f64,
    pub cpu_seconds: f64,
}

/// What signs the webhooks and opens the fake.
pub const SECRET: &str = "bench-app-secret";
const TOKEN: &str = "bench-token";

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
    pub async fn new(data: &Path, numbers: &[String], seed: u64) -> io::Result<Self> {
        let graph = FakeGraph::start(FakeConfig {
            token: TOKEN.to_owned(),
            numbers: numbers.to_vec(),
            app_secret: SECRET.to_owned(),
            remember: 4_000_000,
            seed,
            ..FakeConfig::default()
        })
        .await?;
        let mut relais = Relais::new(data, graph.base_url())?;
        let (ready, claim) = relais.start().await?;
        let claim = claim.ok_or_else(|| io::Error::other("no claim link was printed"))?;
        let urls = relais.set_up(&claim, numbers).await?;
        // Every number's reports go to its own channel's hook.
        graph.set_webhook_urls(numbers.iter().cloned().zip(urls.clone()).collect());
        Ok(Self { relais, graph, urls, ready })
    }
}

/// One installation of the program: a data folder, a port, a secret.
#[derive(Debug)]
pub struct Relais {
    binary: PathBuf,
    data: PathBuf,
    pub port: u16,
    graph: String,
    child: Option<Child>,
    cookie: Option<String>,
}

impl Relais {
    fn new(data: &Path, graph: &str) -> io::Result<Self> {
        // Free when asked; nobody else on this machine looks for it.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let binary = std::env::var_os("RELAIS_BIN").map_or_else(default_binary, PathBuf::from);
        let (data, graph) = (data.to_path_buf(), graph.to_owned());
        Ok(Self { binary, data, port, graph, child: None, cookie: None })
    }

    /// Starts it; how long until the first correct 200 of `/readyz`, and the claim link's token if
    /// it printed one.
    pub async fn start(&mut self) -> io::Result<(Duration, Option<String>)> {
        let started = Instant::now();
        let mut child = self
            .command(&["demo"])
            .env("RELAIS_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("RELAIS_GRAPH_BASE_URL", &self.graph)
            .env("RELAIS_ALLOW_LOOPBACK", "true")
            .env("RELAIS_LOG_LEVEL", "warn")
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        self.child = Some(child);
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let token = line.split_once("/claim").map(|(_, rest)| {
                    let rest = rest.split_whitespace().next().unwrap_or_default();
                    rest.rsplit(['=', '/', '#']).next().unwrap_or_default().to_owned()
                });
                if let Some(token) = token {
                    // Nobody may be listening any more.
                    let _ = tell.send(token);
                }
            }
        });
        while started.elapsed() < Duration::from_secs(30) {
            if let Ok(answer) = request("GET", self.port, "/readyz", None, &Value::Null).await
                && answer.status == 200
            {
                let took = started.elapsed();
                return Ok((took, told.recv_timeout(Duration::from_millis(500)).ok()));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(io::Error::other("it did not get ready within 30 s"))
    }

    /// Claims the fresh installation and connects numbers; their hook addresses.
    async fn set_up(&mut self, claim: &str, numbers: &[String]) -> io::Result<Vec<String>> {
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

    async fn call(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> io::Result<super::http::Answer> {
        request(method, self.port, path, self.cookie.as_deref(), body).await
    }

    /// The binary on this installation's data, with no setting of ours left in its environment:
    /// it refuses those it does not know.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_string_lossy().starts_with("RELAIS_")) {
            command.env_remove(name);
        }
        let database = format!("sqlite://{}", self.data.join("relais.db").display());
        command.args(args).env("RELAIS_DATA_DIR", &self.data).env("RELAIS_DATABASE", database);
        command
    }

    /// SIGKILL: nothing is finished, nothing handed back.
    pub fn kill(&mut self) -> io::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Folds every log of the stopped installation and compares it with the stored state.
    pub fn fold_check(&self) -> io::Result<String> {
        let out = self.command(&["projections", "check"]).output()?;
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if out.status.success() { Ok(said) } else { Err(io::Error::other(said)) }
    }

    pub fn usage(&self) -> Usage {
        let Some(child) = &self.child else { return Usage::default() };
        let read = |file: &str| {
            std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap_or_default()
        };
        let status = read("status");
        let rss = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        let rss = rss.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        let stat = read("stat");
        // The name in brackets may hold spaces; the fields after it do not.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
        let ticks: f64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
        // Linux counts processor time in hundredths of a second.
        Usage { rss_mib: rss.unwrap_or(0.0) / 1024.0, cpu_seconds: ticks / 100.0 }
    }
}

impl Drop for Relais {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

fn expect(body: &Value, status: u16, wanted: u16) -> io::Result<()> {
    if status == wanted { Ok(()) } else { Err(io::Error::other(format!("{status}: {body}"))) }
}

fn default_binary() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap_or(Path::new(".")).join("target/release/relais")
}
