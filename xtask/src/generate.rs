//! Generated files: the OpenAPI document from the server's routes, the web client's types from it.

use crate::sh::{Result, cargo, npm, output, root, step};
use std::fs;

const OPENAPI: &str = "docs/openapi.json";

fn openapi() -> Result<String> {
    output(&mut cargo(&["run", "--quiet", "--locked", "--package", "relais", "--", "openapi"]))
}

pub(crate) fn write() -> Result {
    crate::setup::node()?;
    fs::write(root().join(OPENAPI), openapi()?).map_err(|e| format!("{OPENAPI}: {e}"))?;
    step("types of the web client", &mut npm(&["run", "--silent", "gen:api"]))
}
