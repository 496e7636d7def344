//! `cargo xtask test`: everything that must hold before a change lands, in the order in which a
//! mistake is found soonest.

use crate::sh::{Result, cargo, npm, step};
use crate::{check, setup};
use std::time::Instant;

pub(crate) fn everything() -> Result {
    let started = Instant::now();
    setup::system()?;
    setup::web_app()?;
    check::everything()?;
    step("tests", &mut cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]))?;
    step("web: format, types, unit tests", &mut npm(&["run", "check"]))?;
    println!("\nall green in {:.0} s", started.elapsed().as_secs_f32());
    Ok(())
}
