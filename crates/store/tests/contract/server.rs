//! A throw-away PostgreSQL for one run of the tests: its own directory, a Unix socket, no port.
//! A small shell stands over it and clears up when this process ends, however it ends.

use std::io::{BufRead, BufReader, Write as _};
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

struct Server {
    url: String,
    /// Its standard input is held open as long as this process lives.
    _keeper: Child,
}

/// The address of the server, started at the first call; `None` if PostgreSQL is not installed,
/// which a CI run does not accept.
pub fn url() -> Option<&'static str> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref().map(|server| server.url.as_str())
}

fn start() -> Option<Server> {
    let Some(bin) = programs() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "PostgreSQL is not installed");
        // Past the capture of the test harness: a skip must be seen.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: PostgreSQL is not installed, its half of the contract was NOT run"
        );
        return None;
    };
    let dir = tempfile::Builder::new().prefix("relais-pg-").tempdir().unwrap().keep();
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
        .unwrap();
    let mut line = String::new();
    BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n", "{}", std::fs::read_to_string(dir.join("log")).unwrap_or_default());
    let socket = dir.display().to_string().replace('/', "%2F");
    Some(Server { url: format!("postgres://relais@{socket}/postgres"), _keeper: keeper })
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
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
