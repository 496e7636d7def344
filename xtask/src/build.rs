//! The one build that tests, journeys and missing guards share: one choice of packages and features,
//! so that nothing is built twice, by Clippy's compiler, which lints what it builds. Linting alone
//! (`cargo clippy`) would read every dependency and every crate of ours once more.

use crate::sh::{Result, cargo, command, output, root};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// As long as `RELAIS_BREAK` names no guard, none is left out.
const WHOLE: &[&str] = &["test", "--locked", "--workspace", "--features", "relais-core/broken"];

/// What `cargo clippy -- -D warnings` tells its compiler.
const REFUSE: (&str, &str) = ("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");

/// `cargo test` of the whole workspace, linted.
pub(crate) struct Build {
    compiler: String,
}

impl Build {
    /// Finds Clippy's compiler and makes sure that it refuses what it warns of.
    pub(crate) fn find() -> Result<Self> {
        let toolchain = output(&mut command("rustc", ["--print", "sysroot"]))?;
        let compiler = Path::new(toolchain.trim()).join("bin/clippy-driver");
        let found = Self { compiler: compiler.to_string_lossy().into_owned() };
        let is_sane = found.takes("fn main() {}")? && !found.takes("fn main() { return; }")?;
        is_sane
            .then_some(found)
            .ok_or_else(|| format!("{}: does not lint; is Clippy installed?", compiler.display()))
    }

    pub(crate) fn test(&self, args: &[&str]) -> Command {
        let mut build = cargo(&[WHOLE, args].concat());
        build.env("RUSTC_WORKSPACE_WRAPPER", &self.compiler).env(REFUSE.0, REFUSE.1);
        build
    }

    /// Whether a program of one file passes.
    fn takes(&self, source: &str) -> Result<bool> {
        let folder = root().join("target/lints");
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut compiler = command(&self.compiler, ["-", "--emit=metadata", "--out-dir"]);
        compiler.arg(&folder).env("CARGO_PRIMARY_PACKAGE", "1").env(REFUSE.0, REFUSE.1);
        let quiet = compiler.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let cannot = |e| format!("{}: {e}", self.compiler);
        let mut running = quiet.spawn().map_err(cannot)?;
        let mut input = running.stdin.take().expect("it is piped");
        input.write_all(source.as_bytes()).map_err(cannot)?;
        drop(input);
        Ok(running.wait().map_err(cannot)?.success())
    }
}

/// The program of a debug build.
pub(crate) fn program() -> String {
    root().join("target/debug/relais").to_string_lossy().into_owned()
}
