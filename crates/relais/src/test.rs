//! `relais test`: the scenario runner on sandboxes of this program.

use crate::scenario::{self, Args};
use crate::startup::Refusal;
use crate::wiring::files;
use std::process::ExitCode;

/// Plays and tells; fails when a scenario does.
pub async fn run(args: &Args) -> Result<ExitCode, Refusal> {
    let passed = scenario::run(args, files::demo()?, scenario::sandboxes()).await;
    match passed {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(error) => Err(Refusal::new(
            format!("the scenarios cannot be played: {error:#}"),
            "name a scenario file or a folder of them",
        )),
    }
}
