//! Generated files: what the signals have learnt from their sentences, the OpenAPI document from
//! the server's routes, the web client's types from it.

use crate::sh::{Result, cargo, npm, output, root, step};
use std::fs;
use std::process::Command;

const OPENAPI: &str = "docs/openapi.json";
const TYPES: &str = "web/src/api/schema.ts";

pub(crate) fn write() -> Result {
    let train = ["run", "--quiet", "--locked", "--package", "relais-core", "--example"];
    step("model of the signals", cargo(&train).arg("train_signals"))?;
    let describe = ["run", "--quiet", "--locked", "--package", "relais", "--", "openapi"];
    write_api(&mut cargo(&describe))
}

fn write_api(describe: &mut Command) -> Result {
    crate::setup::node()?;
    fs::write(root().join(OPENAPI), output(describe)?).map_err(|e| format!("{OPENAPI}: {e}"))?;
    step("types of the web client", &mut npm(&["run", "--silent", "gen:api"]))
}

/// The committed files are what the code gives today: `describe` prints the OpenAPI document. The
/// model has a test of its own.
pub(crate) fn check(describe: &mut Command) -> Result {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap_or_default();
    let before = [read(OPENAPI), read(TYPES)];
    write_api(describe)?;
    if before == [read(OPENAPI), read(TYPES)] {
        return Ok(());
    }
    Err(format!("{OPENAPI} or {TYPES} was out of date; it is written anew, commit it"))
}
