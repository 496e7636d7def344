//! The sandbox: the whole product on a virtual clock, driven by named operations. It serves the
//! black-box endpoint, the scenario runner and the tests alike.

use serde_json::Value;

/// Why an operation was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxError {
    /// HTTP status, 4xx (5xx only for a bug).
    pub status: u16,
    /// Stable word: `not_found`, `invalid`, `unknown_op`, `not_reset`.
    pub code: &'static str,
    pub message: String,
}

/// A sandbox; operations run one after the other.
#[derive(Debug)]
pub struct Sandbox {}

impl Sandbox {
    /// Carries out one operation of the test contract.
    pub async fn call(&self, op: &str, _input: Value) -> Result<Value, SandboxError> {
        Err(SandboxError {
            status: 404,
            code: "unknown_op",
            message: format!("no operation `{op}`"),
        })
    }
}
