//! `cargo xtask test`: everything that must hold before a change lands, in the order in which a
//! mistake is found soonest.

use crate::build::{Build, program};
use crate::sh::{Result, command, npm, step};
use crate::{check, generate, mutants, setup};
use std::time::Instant;

pub(crate) fn everything() -> Result {
    let started = Instant::now();
    setup::system()?;
    setup::web_app()?;
    check::format()?;
    check::rules()?;
    let build = Build::find()?;
    step("build and lints", &mut build.test(&["--no-run"]))?;
    step("tests", &mut build.test(&["--no-fail-fast"]))?;
    generate::check(&mut command(&program(), ["openapi"]))?;
    println!("✓ generated files");
    beside(web, scenarios)?;
    mutants::run(&build, &[])?;
    browser()?;
    println!("\nall green in {:.0} s", started.elapsed().as_secs_f32());
    Ok(())
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
