//! `cargo xtask test`: everything that must hold before a change lands, in the order in which a
//! mistake is found soonest.

use crate::sh::{Result, cargo, command, npm, root, step};
use crate::{check, generate, mutants, setup};
use std::time::Instant;

pub(crate) fn everything() -> Result {
    let started = Instant::now();
    setup::system()?;
    setup::web_app()?;
    check::everything()?;
    // They run the program, which is therefore built with them: by itself it would share fewer
    // features with its dependencies, and those would be built once more. For the same reason it is
    // the build that can leave a guard out, and here leaves out none.
    step("tests", &mut cargo(&[mutants::BUILD, &["--no-fail-fast"]].concat()))?;
    generate::check(&mut command(&program(), ["openapi"]))?;
    println!("✓ generated files");
    beside(web, scenarios)?;
    mutants::run(&[])?;
    browser()?;
    println!("\nall green in {:.0} s", started.elapsed().as_secs_f32());
    Ok(())
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
