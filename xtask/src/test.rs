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
    // features with its dependencies, and those would be built once more.
    step("tests", &mut cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]))?;
    generate::check(&mut command(&program(), ["openapi"]))?;
    println!("✓ generated files");
    scenarios()?;
    mutants::run(&[])?;
    step("web: format, types, unit tests", &mut npm(&["run", "check"]))?;
    browser()?;
    println!("\nall green in {:.0} s", started.elapsed().as_secs_f32());
    Ok(())
}

fn program() -> String {
    root().join("target/debug/relais").to_string_lossy().into_owned()
}

/// The demo's scenarios, then once more per rule: a rule whose absence nobody notices is not tested.
fn scenarios() -> Result {
    let play = |args: &[&str]| command(&program(), [&["test", "scenarios"], args].concat());
    step("scenarios", &mut play(&[]))?;
    step("each rule is missed by a scenario", &mut play(&["--mutations"]))
}

fn browser() -> Result {
    if setup::chromium().is_none() {
        eprintln!("\n⚠ no Chromium: browser journeys SKIPPED");
        return Ok(());
    }
    step("browser journeys", npm(&["run", "e2e"]).env("RELAIS_BIN", program()))
}
