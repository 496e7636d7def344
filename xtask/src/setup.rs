//! What the tests need beside Rust: Node's packages, a browser, PostgreSQL, a tracer. On Debian as
//! root it is installed; elsewhere the one command is printed and that part is left out, which
//! `CI=true` turns into a failure.

use crate::sh::{Result, command, npm, output, root, step, succeeds};
use std::fs;
use std::path::Path;

pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|v| v == "true" || v == "1")
}

/// Something outside Rust that may be missing.
struct Need {
    what: &'static str,
    package: &'static str,
    is_there: fn() -> bool,
}

const NEEDS: [Need; 3] = [
    Need { what: "Chromium", package: "chromium", is_there: || chromium().is_some() },
    Need { what: "PostgreSQL", package: "postgresql", is_there: has_postgresql },
    Need {
        what: "strace, which makes disks fail,",
        package: "strace",
        is_there: || succeeds(&mut command("strace", ["-V"])),
    },
];

pub(crate) fn chromium() -> Option<&'static str> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|p| Path::new(p).exists())
}

fn has_postgresql() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|v| v.path().join("bin/initdb").exists())
        || succeeds(&mut command("initdb", ["--version"]))
}

/// Installs what is missing, or says how.
pub(crate) fn system() -> Result {
    let missing: Vec<&Need> = NEEDS.iter().filter(|n| !(n.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|n| n.package).collect();
    if succeeds(&mut command("sh", ["-c", "test $(id -u) = 0 && command -v apt-get"])) {
        step("update the package lists", &mut command("apt-get", ["update", "-qq"]))?;
        let args = ["install", "-y", "-qq", "--no-install-recommends"];
        let mut install = command("apt-get", args);
        install.args(&packages).env("DEBIAN_FRONTEND", "noninteractive");
        return step(&format!("install {}", packages.join(", ")), &mut install);
    }
    for need in missing {
        let how = format!("apt-get install {}", need.package);
        eprintln!("\n⚠ {} is missing: its tests are SKIPPED. Install it with: {how}", need.what);
    }
    if is_ci() { Err("CI=true: nothing may be skipped".to_owned()) } else { Ok(()) }
}

/// Node 20.19 or newer, and the web app's packages as locked.
pub(crate) fn node() -> Result {
    let version = output(&mut command("node", ["--version"]))
        .map_err(|_| "Node 20.19 or newer is needed to build the web app".to_owned())?;
    let mut parts = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
        return Err(format!("cannot read the version of Node: {version}"));
    };
    if (major, minor) < (20, 19) {
        return Err(format!("Node 20.19 or newer is needed; this is {}", version.trim()));
    }
    let lock = fs::read(root().join("web/package-lock.json")).map_err(|e| e.to_string())?;
    let stamp = root().join("web/node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|old| old == lock) {
        return Ok(());
    }
    step("install the web app's packages", &mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    fs::write(stamp, lock).map_err(|e| e.to_string())
}

/// Builds the web app when a source is newer than what was built.
pub(crate) fn web_app() -> Result {
    node()?;
    let web = root().join("web");
    let built = newest(&web.join("dist")).filter(|_| web.join("dist/index.html").exists());
    let sources = ["src", "messages", "index.html", "package-lock.json", "vite.config.ts"];
    let changed = sources.iter().filter_map(|s| newest(&web.join(s))).max();
    if built.is_some() && built >= changed {
        return Ok(());
    }
    step("build the web app", &mut npm(&["run", "build"]))
}

fn newest(path: &Path) -> Option<std::time::SystemTime> {
    let meta = fs::metadata(path).ok()?;
    if !meta.is_dir() {
        return meta.modified().ok();
    }
    fs::read_dir(path).ok()?.flatten().filter_map(|e| newest(&e.path())).max()
}
