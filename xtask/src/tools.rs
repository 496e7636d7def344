//! Commands that start the product or a tool of it.

use crate::build::program;
use crate::setup;
use crate::sh::{Result, cargo, command, npm, output, root, step};

/// Builds the web app if it changed, then serves the demo.
pub(crate) fn run(args: &[String]) -> Result {
    setup::web_app()?;
    let mut demo = cargo(&["run", "--release", "--locked", "--package", "relais", "--", "demo"]);
    step("relais demo", demo.args(args))
}

pub(crate) fn dist() -> Result {
    setup::web_app()?;
    step("release build", &mut cargo(&["build", "--release", "--locked", "--package", "relais"]))?;
    let binary = root().join("target/release/relais");
    let size = std::fs::metadata(&binary).map_err(|e| e.to_string())?.len();
    println!("{} ({:.1} MiB)", binary.display(), size as f64 / 1_048_576.0);
    Ok(())
}

pub(crate) fn shots() -> Result {
    setup::system()?;
    setup::web_app()?;
    step("build the program", &mut cargo(&["build", "--locked", "--package", "relais"]))?;
    step("screenshots", npm(&["run", "shots"]).env("RELAIS_BIN", program()))
}

/// Starts a bench in release mode and prints what it ran on.
pub(crate) fn bench(args: &[String]) -> Result {
    let (name, rest) = match args.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("relay", args),
    };
    if name == "agents" {
        return agents(rest);
    }
    let (package, example) = match name {
        "relay" => ("relais", "bench_relay"),
        "store" => ("relais-store", "bench_store"),
        "growth" => ("relais-store", "bench_growth"),
        "nlu" => ("relais-core", "bench_nlu"),
        other => {
            return Err(format!("there is no bench `{other}`: relay, agents, store, growth, nlu"));
        }
    };
    if name == "relay" {
        dist()?;
    }
    machine();
    let mut run =
        cargo(&["run", "--release", "--locked", "--package", package, "--example", example, "--"]);
    println!("command: cargo xtask bench {}", args.join(" "));
    step(&format!("bench {name}"), run.args(rest))
}

/// Many agents at a busy desk, and one more before a browser. `AGENTS`, `CUSTOMERS`, `RATE` and
/// `SECONDS` make it another load; `RELAIS_BIN` names another program than the release build.
fn agents(args: &[String]) -> Result {
    if !args.is_empty() {
        return Err("AGENTS, CUSTOMERS, RATE and SECONDS come from the environment".to_owned());
    }
    setup::system()?;
    let built = match std::env::var_os("RELAIS_BIN") {
        Some(named) => named.into(),
        None => {
            dist()?;
            root().join("target/release/relais")
        }
    };
    machine();
    println!("command: cargo xtask bench agents");
    step("bench agents", npm(&["run", "load"]).env("RELAIS_BIN", built))
}

/// Fuzzes one target, or each in turn.
pub(crate) fn fuzz(args: &[String]) -> Result {
    const TARGETS: [&str; 11] = [
        "webhook",
        "signature",
        "files",
        "flow",
        "nlu",
        "text",
        "cursor",
        "search",
        "media",
        "calendar",
        "form",
    ];
    let option = |name: &str, otherwise: &str| {
        let at = args.iter().position(|a| a == name);
        at.and_then(|at| args.get(at + 1)).cloned().unwrap_or_else(|| otherwise.to_owned())
    };
    let (seconds, seed) = (option("--seconds", "60"), option("--seed", "1"));
    let named = args.first().filter(|a| !a.starts_with("--"));
    let targets: Vec<&str> = named.map_or(TARGETS.to_vec(), |one| vec![one.as_str()]);
    for target in targets {
        let program = ["run", "--quiet", "--release", "--locked", "--package", "relais-fuzz", "--"];
        let run = [program.as_slice(), &[target, &seconds, &seed]].concat();
        step(&format!("fuzz {target}"), &mut cargo(&run))?;
    }
    Ok(())
}

/// The kill loop: real binary, fake Graph API, random SIGKILL under load.
pub(crate) fn soak(args: &[String]) -> Result {
    dist()?;
    machine();
    let mut run =
        cargo(&["run", "--release", "--locked", "--package", "relais", "--example", "soak", "--"]);
    step("soak", run.args(args))
}

fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = output(&mut command("uname", ["-srm"])).unwrap_or_default();
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or_default();
    println!(
        "machine: {cores} cores, {}, {}",
        model.trim_start_matches(['\t', ' ', ':']),
        kernel.trim()
    );
}
