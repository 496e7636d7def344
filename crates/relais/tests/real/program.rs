//! Starts, watches and stops the real program.

use relais_sim::graph::{FakeConfig, FakeGraph};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub const NUMBER: &str = "800000000000002";
pub const TOKEN: &str = "EAAG-a-token-for-tests";
pub const APP_SECRET: &str = "an-app-secret-for-tests";
pub const PASSWORD: &str = "une phrase assez longue";
/// For a debug build that shares two cores with other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// The number of the tests, as it is connected.
pub fn number() -> Value {
    json!({"name": "Boutique", "phone_number_id": NUMBER, "waba_id": "900000000000001",
        "token": TOKEN, "app_secret": APP_SECRET, "verify_token": "verify-me-please"})
}

/// The Graph API of that number.
pub async fn graph() -> FakeGraph {
    FakeGraph::start(FakeConfig {
        token: TOKEN.to_owned(),
        numbers: vec![NUMBER.to_owned()],
        app_secret: APP_SECRET.to_owned(),
        ..FakeConfig::default()
    })
    .await
    .unwrap()
}

/// Asks again until there is an answer.
pub async fn eventually<T, F, Fut>(what: &str, ask: F) -> T
where
    F: Fn() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "this did not happen: {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relais"));
    for (name, _) in std::env::vars() {
        if name.starts_with("RELAIS_") {
            command.env_remove(name);
        }
    }
    command
        .args(args)
        .current_dir(folder)
        .env("RELAIS_DATA_DIR", folder)
        .env("RELAIS_LISTEN", "127.0.0.1:0")
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a command that ended said.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// One sentence and one remedy, on one line.
    pub fn is_refusal(&self, about: &str) {
        assert_eq!(self.code, 2, "{}{}", self.out, self.err);
        let lines: Vec<&str> = self.err.lines().filter(|l| l.starts_with("relais: ")).collect();
        assert_eq!(lines.len(), 1, "{}", self.err);
        assert!(lines[0].contains(about) && lines[0].contains(". Remedy: "), "{}", lines[0]);
    }
}

pub struct Program {
    child: Child,
    pub url: String,
    pub claim_token: Option<String>,
    pub sandbox_token: Option<String>,
    log: Arc<Mutex<String>>,
    reader: tokio::task::JoinHandle<()>,
}

impl Program {
    /// Runs a command to its end.
    pub async fn run(folder: &Path, args: &[&str]) -> Ended {
        Self::run_with(folder, args, &[]).await
    }

    pub async fn run_with(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Ended {
        let mut command = command(folder, args);
        command.envs(env.iter().copied());
        Self::end_of(command).await
    }

    /// Runs a command that reads `input`.
    pub async fn run_told(folder: &Path, args: &[&str], input: &Path) -> Ended {
        let mut command = command(folder, args);
        command.stdin(std::fs::File::open(input).unwrap());
        Self::end_of(command).await
    }

    async fn end_of(mut command: Command) -> Ended {
        let ended = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = ended.expect("the command goes on").unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts a server and waits until it is ready.
    pub async fn start(folder: &Path, graph: &str, args: &[&str]) -> Self {
        let mut child = command(folder, args)
            .env("RELAIS_GRAPH_BASE_URL", graph)
            .env("RELAIS_ALLOW_LOOPBACK", "true")
            .env("RELAIS_LOG_LEVEL", "debug")
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut err = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, ready) = (Arc::clone(&log), Arc::new(tokio::sync::Notify::new()));
        let told = Arc::clone(&ready);
        let reader = tokio::spawn(async move {
            while let Ok(Some(line)) = err.next_line().await {
                if line.contains(": ready") {
                    told.notify_one();
                }
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
            // Whoever waits for a program that ended looks at the log.
            told.notify_one();
        });
        tokio::time::timeout(PATIENCE, ready.notified()).await.expect("it is never ready");
        let (mut url, mut claim_token, mut sandbox_token) = (None, None, None);
        // All lines are written before it is ready.
        while url.is_none() {
            let line = out.next_line().await.unwrap();
            let line = line.unwrap_or_else(|| panic!("it ended: {}", log.lock().unwrap()));
            url = line
                .strip_prefix("Relais ")
                .and_then(|l| l.split(" on ").nth(1))
                .map(str::to_owned);
        }
        while let Ok(Ok(Some(line))) =
            tokio::time::timeout(Duration::from_millis(200), out.next_line()).await
        {
            if let Some(token) = line.strip_prefix("claim link: ").and_then(|l| l.split('#').nth(1))
            {
                claim_token = Some(token.to_owned());
            }
            if let Some(token) = line.strip_prefix("sandbox token: ") {
                sandbox_token = Some(token.to_owned());
            }
        }
        let url = url.unwrap();
        Self { child, url, claim_token, sandbox_token, log, reader }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Asks it to stop, by the signal; its exit code.
    pub async fn stop(&mut self) -> i32 {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(sent.success());
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        let code = ended.expect("it does not stop").unwrap().code().unwrap_or(-1);
        let _ = (&mut self.reader).await;
        code
    }

    pub async fn claim(&self) -> Browser {
        let claim = json!({"token": self.claim_token, "login": "camille@example.test",
            "name": "Camille Roy", "password": PASSWORD});
        let (status, browser) = self.enter("/api/v1/claim", &claim).await;
        assert_eq!(status, 200, "{}", self.log());
        browser
    }

    /// Signs in; nobody is signed in where the status is another than 200.
    pub async fn sign_in(&self, login: &str, password: &str) -> (u16, Browser) {
        self.enter("/api/v1/session", &json!({"login": login, "password": password})).await
    }

    async fn enter(&self, path: &str, input: &Value) -> (u16, Browser) {
        let browser = Browser {
            client: reqwest::Client::new(),
            url: self.url.clone(),
            cookie: String::new(),
        };
        let answer = browser.request(reqwest::Method::POST, path).json(input).send().await.unwrap();
        let cookie = answer.headers().get("set-cookie").and_then(|c| c.to_str().ok());
        let cookie = cookie.and_then(|c| c.split(';').next()).unwrap_or_default().to_owned();
        (answer.status().as_u16(), Browser { cookie, ..browser })
    }

    pub async fn sandbox(&self, token: &str, op: &str, input: &Value) -> (u16, Value) {
        let answer = reqwest::Client::new()
            .post(format!("{}/sandbox/v1/{op}", self.url))
            .bearer_auth(token)
            .json(input)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

/// Somebody signed in.
pub struct Browser {
    client: reqwest::Client,
    url: String,
    cookie: String,
}

impl Browser {
    /// The same session on a server that was started again.
    pub fn at(&self, url: &str) -> Self {
        Self { client: self.client.clone(), url: url.to_owned(), cookie: self.cookie.clone() }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .header("origin", &self.url)
            .header("cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.unwrap().to_vec()
    }

    pub async fn text(&self, url: &str) -> String {
        self.client.get(url).send().await.unwrap().text().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.request(reqwest::Method::POST, path).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn put(&self, path: &str, body: &Value) -> u16 {
        let answer = self.request(reqwest::Method::PUT, path).json(body).send().await.unwrap();
        answer.status().as_u16()
    }

    pub async fn patch(&self, path: &str, body: &Value) -> u16 {
        let answer = self.request(reqwest::Method::PATCH, path).json(body).send().await.unwrap();
        answer.status().as_u16()
    }

    pub async fn delete(&self, path: &str) -> u16 {
        let answer = self.request(reqwest::Method::DELETE, path).send().await.unwrap();
        answer.status().as_u16()
    }

    pub async fn act(&self, conversation: &str, action: Value) {
        let path = format!("/api/v1/conversations/{conversation}/actions");
        let (status, body) = self.post(&path, &action).await;
        assert_eq!(status, 200, "{action}: {body}");
    }

    pub async fn connect_number(&self) -> String {
        let (status, body) = self.post("/api/v1/channels", &number()).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }
}
