//! Workspaces inside the program: the demo, and what an empty database starts with.

use crate::startup::Refusal;
use relais_app::files;
use relais_core::workspace::Document;
use std::collections::BTreeMap;

macro_rules! embedded {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!($folder, $name, ".yaml")))),+]
    };
}

const OTHER_RELEASE: &str = "this is a fault of the build; use another release";

const STARTER: &[(&str, &str)] = embedded!("../../starter/":
    "workspace", "texts", "hours", "teams", "triggers", "flow");

/// The demo shop.
pub fn demo() -> Result<Document, Refusal> {
    crate::sandbox::demo().map_err(|error| Refusal::new(error, OTHER_RELEASE))
}

/// Greets, understands "a person, please", and passes everything on to one team.
pub fn starter() -> Result<Document, Refusal> {
    read(STARTER)
}

fn read(parts: &[(&str, &str)]) -> Result<Document, Refusal> {
    let texts: BTreeMap<String, String> =
        parts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    files::read(&texts).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Refusal::new(
            format!("a workspace in the program cannot be read: {}", errors.join("; ")),
            OTHER_RELEASE,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use relais_core::workspace::snapshot::Snapshot;

    #[test]
    fn the_workspaces_in_the_program_can_be_published() {
        for document in [demo().unwrap(), starter().unwrap()] {
            let name = document.workspace.name.clone();
            let built = Snapshot::new(document, 1);
            assert!(built.is_ok(), "{name}: {:?}", built.err());
        }
    }
}
