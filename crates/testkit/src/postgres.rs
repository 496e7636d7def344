//! Throw-away PostgreSQL servers: each its own directory, a Unix socket, no port. A small shell stands
//! over one and clears up when this process ends, however it ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Of a server that listens on its socket only.
const USUAL_PORT: u16 = 5432;
const PATIENCE: Duration = Duration::from_secs(30);

/// `$0` is the directory, `$1` the programs' directory, `$2` the folder of the server it is a standby
/// of, or nothing, `$3` more settings; the rest runs a program as the right user.
const SCRIPT: &str = r#"
bin=$1; of=$2; settings=$3; shift 3
if [ -n "$of" ]; then
    "$@" "$bin/pg_basebackup" -h "$of" -U relais -D "$0/data" -R -c fast --no-sync >"$0/log" 2>&1
else
    "$@" "$bin/initdb" -D "$0/data" -U relais -A trust -E UTF8 --locale=C --no-sync >"$0/log" 2>&1
fi &&
"$@" "$bin/pg_ctl" -D "$0/data" -l "$0/server.log" -w start \
    -o "-k $0 -c listen_addresses= -c max_connections=300 $settings" >>"$0/log" 2>&1 &&
echo ready
cat >/dev/null
"$@" "$bin/pg_ctl" -D "$0/data" -m immediate stop >/dev/null 2>&1
rm -rf "$0"
"#;

/// A running server of one's own.
#[derive(Debug)]
pub struct Server {
    pub url: String,
    pub port: u16,
    dir: PathBuf,
    bin: PathBuf,
    as_user: &'static [&'static str],
    /// Its standard input is held open as long as this lives.
    keeper: Child,
}

/// The address of the server that all tests of this process share, started at the first call;
/// `None` if PostgreSQL is not installed, which a CI run does not accept.
pub fn url() -> Option<&'static str> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(Server::start).as_ref().map(|server| server.url.as_str())
}

/// Nothing survives a power cut: for tests that cut none.
const UNSAFE: &str = "-c fsync=off";

impl Server {
    /// # Panics
    /// When PostgreSQL is installed and does not start, or is not installed and `CI=true`.
    pub fn start() -> Option<Self> {
        Self::start_as("", UNSAFE, USUAL_PORT)
    }

    /// As an operator would run it: what is committed is on the disk.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn durable() -> Option<Self> {
        Self::start_as("", "", USUAL_PORT)
    }

    /// One that also listens on 127.0.0.1, with this certificate and key.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn with_tls(certificate: &str, key: &str) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let port = free.expect("a port is free").port();
        let settings = format!("{UNSAFE} -c listen_addresses=127.0.0.1 -c port={port}");
        let server = Self::start_as("", &settings, port)?;
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let mut write = Command::new(server.as_user[0]);
            write.args(&server.as_user[1..]).args(["sh", "-c", r#"umask 077; cat >"$0""#]);
            write.arg(server.dir.join("data").join(name)).current_dir("/").stdin(Stdio::piped());
            let mut written = write.spawn().expect("there is a shell");
            let mut to = written.stdin.take().expect("it is piped");
            to.write_all(text.as_bytes()).expect("the shell reads");
            drop(to);
            assert!(written.wait().is_ok_and(|ended| ended.success()), "{name}");
        }
        server.sql("ALTER SYSTEM SET ssl = on");
        server.sql("SELECT pg_reload_conf()");
        Some(server)
    }

    /// A standby that every commit waits for from here on.
    ///
    /// # Panics
    /// When it does not follow.
    pub fn synchronous_standby(&self) -> Self {
        let of = self.dir.display().to_string();
        let standby =
            Self::start_as(&of, UNSAFE, USUAL_PORT).expect("the other one is installed too");
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.sql("SELECT pg_reload_conf()");
        let end = Instant::now() + PATIENCE;
        while self.ask("SELECT sync_state FROM pg_stat_replication") != "sync" {
            assert!(Instant::now() < end, "the standby does not follow");
            std::thread::sleep(Duration::from_millis(50));
        }
        standby
    }

    /// The addresses of several in one: the program finds the one that writes.
    pub fn url_of(servers: &[&Self]) -> String {
        let hosts: Vec<String> = servers.iter().map(|server| server.host()).collect();
        format!("postgres://relais@{}/postgres", hosts.join(","))
    }

    /// The folder of its socket, as in an address.
    fn host(&self) -> String {
        format!("{}:{}", self.dir.display().to_string().replace('/', "%2F"), self.port)
    }

    fn start_as(standby_of: &str, settings: &str, port: u16) -> Option<Self> {
        let Some(bin) = programs() else {
            crate::skip("PostgreSQL is not installed");
            return None;
        };
        let dir = tempfile::Builder::new().prefix("relais-pg-").tempdir();
        let dir = dir.expect("a test may write to the temporary folder").keep();
        let as_user: &[&str] = if is_root() {
            // The server refuses to run as root.
            run(Command::new("chown").arg("postgres").arg(&dir));
            &["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        } else {
            &["env"]
        };
        let mut keeper = Command::new("sh")
            .args(["-c", SCRIPT])
            .arg(&dir)
            .arg(&bin)
            .args([standby_of, settings])
            .args(as_user)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut line = String::new();
        let out = keeper.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it says whether it is ready");
        let log = || std::fs::read_to_string(dir.join("log")).unwrap_or_default();
        assert_eq!(line, "ready\n", "{}", log());
        let mut server = Self { url: String::new(), port, dir, bin, as_user, keeper };
        server.url = Self::url_of(&[&server]);
        Some(server)
    }

    /// Stops it as a crash would and starts it again.
    ///
    /// # Panics
    /// When it does not come back.
    pub fn restart(&self) {
        let data = self.dir.join("data");
        let mut restart = self.program("pg_ctl");
        restart.arg("-D").arg(data).args(["-m", "immediate", "-w", "restart"]);
        run(restart.arg("-l").arg(self.dir.join("server.log")).stdout(Stdio::null()));
    }

    /// SIGKILL to all of its processes at once: as if its machine were gone.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(self.dir.join("data/postmaster.pid"));
        let main = file.expect("it runs").lines().next().unwrap_or_default().to_owned();
        let children = std::fs::read_to_string(format!("/proc/{main}/task/{main}/children"));
        let children = children.unwrap_or_default();
        run(Command::new("kill").args(["-KILL", &main]).args(children.split_whitespace()));
    }

    /// Makes a standby the one that writes.
    ///
    /// # Panics
    /// When it does not become it.
    pub fn promote(&self) {
        let mut promote = self.program("pg_ctl");
        promote.arg("-D").arg(self.dir.join("data")).args(["-w", "promote"]);
        run(promote.stdout(Stdio::null()));
    }

    /// What it wrote down so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("server.log")).unwrap_or_default()
    }

    /// The first field of the first row that a statement gives.
    ///
    /// # Panics
    /// When it fails.
    pub fn ask(&self, statement: &str) -> String {
        let mut psql = self.program("psql");
        psql.args(["-qtA", "-U", "relais", "-d", "postgres", "-h"]).arg(&self.dir);
        psql.args(["-p", &self.port.to_string()]);
        let out = psql.args(["-v", "ON_ERROR_STOP=1", "-c", statement]).output();
        let out = out.expect("the program is installed");
        assert!(out.status.success(), "{statement}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).lines().next().unwrap_or_default().to_owned()
    }

    /// Runs statements as its owner.
    ///
    /// # Panics
    /// When they fail.
    pub fn sql(&self, statements: &str) {
        let mut psql = self.program("psql");
        psql.args(["-q", "-U", "relais", "-d", "postgres", "-h"]).arg(&self.dir);
        psql.args(["-p", &self.port.to_string()]);
        run(psql.args(["-v", "ON_ERROR_STOP=1", "-c", statements]).stdout(Stdio::null()));
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.as_user[0]);
        command.args(&self.as_user[1..]).arg(self.bin.join(name)).current_dir("/");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The newest installed version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort_by_key(|bin| version_of(bin));
    found.pop()
}

fn version_of(bin: &Path) -> u32 {
    let version = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    version.and_then(|name| name.parse().ok()).unwrap_or(0)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("every system has `id`");
    id.stdout == b"0\n"
}

fn run(command: &mut Command) {
    let status = command.status().expect("the program is installed");
    assert!(status.success(), "{command:?}");
}
