//! Throw-away PostgreSQL servers: each its own directory, a Unix socket, no port. A small shell stands
//! over one and clears up when this process ends, however it ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// `$0` is the directory, `$1` the programs' directory, the rest runs a program as the right user.
const SCRIPT: &str = r#"
bin=$1; shift
"$@" "$bin/initdb" -D "$0/data" -U relais -A trust -E UTF8 --locale=C --no-sync >"$0/log" 2>&1 &&
"$@" "$bin/pg_ctl" -D "$0/data" -l "$0/server.log" -w start \
    -o "-k $0 -c listen_addresses= -c fsync=off -c max_connections=300" >>"$0/log" 2>&1 &&
echo ready
cat >/dev/null
"$@" "$bin/pg_ctl" -D "$0/data" -m immediate stop >/dev/null 2>&1
rm -rf "$0"
"#;

/// A running server of one's own.
#[derive(Debug)]
pub struct Server {
    pub url: String,
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

impl Server {
    /// # Panics
    /// When PostgreSQL is installed and does not start, or is not installed and `CI=true`.
    pub fn start() -> Option<Self> {
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
        let socket = dir.display().to_string().replace('/', "%2F");
        let url = format!("postgres://relais@{socket}/postgres");
        Some(Self { url, dir, bin, as_user, keeper })
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

    /// Runs statements as its owner.
    ///
    /// # Panics
    /// When they fail.
    pub fn sql(&self, statements: &str) {
        let mut psql = self.program("psql");
        psql.args(["-q", "-U", "relais", "-d", "postgres", "-h"]).arg(&self.dir);
        run(psql.args(["-v", "ON_ERROR_STOP=1", "-c", statements]));
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
