//! `cargo xtask test`: everything that must hold before a change lands.

use crate::sh::{Result, cargo, command, npm, root, step};
use crate::{check, generate, mutants, setup};
use std::time::Instant;

/// The two halves of what runs once everything is built.
#[derive(Clone, Copy)]
pub(crate) enum Half {
    /// Starts the program and mostly waits for it: its own tests, browser journeys.
    Live,
    /// Computes: every other test, lints, scenarios, the web app's units, missing guards.
    Still,
}

pub(crate) fn run(args: &[String]) -> Result {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => everything(),
        ["live"] => half(Half::Live),
        ["still"] => half(Half::Still),
        _ => Err("either everything, or one half: `live` or `still`".to_owned()),
    }
}

fn everything() -> Result {
    let started = Instant::now();
    setup::system()?;
    setup::web_app()?;
    check::rules()?;
    // They run the program, which is therefore built with them: by itself it would share fewer
    // features with its dependencies, and those would be built once more. For the same reason it is
    // the build that can leave a guard out, and here leaves out none.
    let all = ["--no-run", "--tests", "--examples", "--test", "real"];
    step("build", &mut cargo(&[mutants::BUILD, &all].concat()))?;
    beside(|| half(Half::Live), yielding)?;
    println!("\nall green in {:.0} s", started.elapsed().as_secs_f32());
    Ok(())
}

/// The still half takes what the live half leaves of the processors: who waits for a program to
/// answer must not wait for a computation.
fn yielding() -> Result {
    let this = std::env::current_exe().map_err(|e| format!("this program is nowhere: {e}"))?;
    let this = this.to_string_lossy();
    step("everything that computes", &mut command("nice", ["-n", "10", &this, "test", "still"]))
}

fn half(half: Half) -> Result {
    match half {
        Half::Live => {
            let real = ["--no-fail-fast", "--test", "real"];
            step("tests of the program", &mut cargo(&[mutants::BUILD, &real].concat()))?;
            browser()
        }
        Half::Still => {
            step("tests", &mut cargo(&[mutants::BUILD, &["--no-fail-fast"]].concat()))?;
            // Not before: a build of any kind would keep the live half from beginning.
            check::lints()?;
            generate::check(&mut command(&program(), ["openapi"]))?;
            println!("✓ generated files");
            beside(web, scenarios)?;
            mutants::run(&[])
        }
    }
}

fn program() -> String {
    root().join("target/debug/relais").to_string_lossy().into_owned()
}

fn web() -> Result {
    step("web: format, types, unit tests", &mut npm(&["run", "check"]))
}

/// The demo's scenarios, then once more per rule: a rule whose absence nobody notices is not tested.
fn scenarios() -> Result {
    let play = |args: &[&str]| command(&program(), [&["test", "scenarios"], args].concat());
    step("scenarios", &mut play(&[]))?;
    step("each rule is missed by a scenario", &mut play(&["--mutations"]))
}

/// Two at a time, about as long each: one server's story beside everything else.
fn browser() -> Result {
    if setup::chromium().is_none() {
        eprintln!("\n⚠ no Chromium: browser journeys SKIPPED");
        return Ok(());
    }
    let journeys = |name, part| step(name, npm(&["run", part]).env("RELAIS_BIN", program()));
    beside(
        || journeys("browser journeys, by room", "e2e:rooms"),
        || journeys("browser journeys, a story", "e2e:story"),
    )
}

/// Two steps at a time, where neither keeps both processors busy; both are run to their end.
fn beside(other: impl FnOnce() -> Result + Send, this: impl FnOnce() -> Result) -> Result {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let this = this();
        this.and(other.join().unwrap_or_else(|_| Err("a step broke off".to_owned())))
    })
}
