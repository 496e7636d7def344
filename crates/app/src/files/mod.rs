//! A workspace as a folder of YAML files: one file per part, named after it, holding that part
//! under its name. Strict in both directions, so that a change can be reviewed and carried over.

use relais_core::workspace::Document;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Largest file that is read.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Why a folder cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    pub file: PathBuf,
    /// Where and why, as the reader says it.
    pub reason: String,
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.reason)
    }
}

impl std::error::Error for FileError {}

/// How a missing file is understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    IsAnError,
    IsEmpty,
}

macro_rules! parts {
    ($($name:ident: $missing:ident),+ $(,)?) => {
        /// The files of a workspace, in the order a reader wants them.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// Reads a workspace from the texts of its files, by name without ending. All errors at
        /// once.
        pub fn read(files: &BTreeMap<String, String>) -> Result<Document, Vec<FileError>> {
            let mut errors = Vec::new();
            $(let $name = part(files, stringify!($name), Missing::$missing, &mut errors);)+
            for name in files.keys().filter(|name| !NAMES.contains(&name.as_str())) {
                errors.push(FileError {
                    file: file_name(name),
                    reason: format!("is not a part of a workspace ({})", NAMES.join(", ")),
                });
            }
            match ($($name,)+) {
                ($(Some($name),)+) if errors.is_empty() => Ok(Document { $($name),+ }),
                _ => Err(errors),
            }
        }

        /// Writes a workspace as the texts of its files, by name without ending.
        pub fn write(document: &Document) -> Result<BTreeMap<String, String>, String> {
            let mut files = BTreeMap::new();
            $(files.insert(
                stringify!($name).to_owned(),
                yaml(stringify!($name), &document.$name)?,
            );)+
            Ok(files)
        }
    };
}

parts! {
    workspace: IsAnError,
    texts: IsAnError,
    hours: IsAnError,
    teams: IsAnError,
    agents: IsEmpty,
    triggers: IsAnError,
    knowledge: IsEmpty,
    orders: IsEmpty,
    contacts: IsEmpty,
    flow: IsAnError,
    snippets: IsEmpty,
    macros: IsEmpty,
    templates: IsEmpty,
    tags: IsEmpty,
}

/// Reads a folder.
pub fn import(folder: &Path) -> Result<Document, Vec<FileError>> {
    let failed = |file: &Path, reason: String| vec![FileError { file: file.to_owned(), reason }];
    let listing = std::fs::read_dir(folder).map_err(|e| failed(folder, e.to_string()))?;
    let mut files = BTreeMap::new();
    for entry in listing {
        let path = entry.map_err(|e| failed(folder, e.to_string()))?.path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let size = std::fs::metadata(&path).map_err(|e| failed(&path, e.to_string()))?.len();
        if size > LARGEST {
            return Err(failed(&path, format!("is larger than {LARGEST} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, e.to_string()))?;
        files.insert(name, text);
    }
    read(&files).map_err(|errors| {
        let in_folder = |e: FileError| FileError { file: folder.join(e.file), ..e };
        errors.into_iter().map(in_folder).collect()
    })
}

/// Writes a folder; other files in it are left alone.
pub fn export(document: &Document, folder: &Path) -> Result<(), FileError> {
    let failed = |file: &Path, reason: String| FileError { file: file.to_owned(), reason };
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e.to_string()))?;
    let files = write(document).map_err(|reason| failed(folder, reason))?;
    for (name, text) in files {
        let path = folder.join(file_name(&name));
        std::fs::write(&path, text).map_err(|e| failed(&path, e.to_string()))?;
    }
    Ok(())
}

fn file_name(name: &str) -> PathBuf {
    PathBuf::from(format!("{name}.yaml"))
}

/// One part: its file holds it under its own name and nothing else.
fn part<T: DeserializeOwned>(
    files: &BTreeMap<String, String>,
    name: &str,
    missing: Missing,
    errors: &mut Vec<FileError>,
) -> Option<T> {
    let fail = |reason: String| FileError { file: file_name(name), reason };
    let text = match (files.get(name), missing) {
        (Some(text), _) => text.as_str(),
        (None, Missing::IsEmpty) => return empty(name),
        (None, Missing::IsAnError) => {
            errors.push(fail("is missing".to_owned()));
            return None;
        }
    };
    // Read with its place in the text, so that an error names line and column.
    let parsed: Result<Named<T>, _> = serde_saphyr::from_str(text);
    match parsed {
        Ok(Named(found, value)) if found == name => Some(value),
        Ok(Named(found, _)) => {
            errors.push(fail(format!("must hold `{name}:`, and holds `{found}:`")));
            None
        }
        Err(error) => {
            errors.push(fail(error.to_string()));
            None
        }
    }
}

fn empty<T: DeserializeOwned>(name: &str) -> Option<T> {
    let as_list = serde_json::from_str("[]");
    as_list.or_else(|_| serde_json::from_str("{}")).ok().or_else(|| {
        tracing::error!(name, "an optional part has no empty form");
        None
    })
}

fn yaml<T: Serialize>(name: &str, value: &T) -> Result<String, String> {
    let named = BTreeMap::from([(name, value)]);
    serde_saphyr::to_string(&named).map_err(|e| format!("{name}: {e}"))
}

/// A map of exactly one key.
struct Named<T>(String, T);

impl<'de, T: DeserializeOwned> serde::Deserialize<'de> for Named<T> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct One<T>(std::marker::PhantomData<T>);
        impl<'de, T: DeserializeOwned> serde::de::Visitor<'de> for One<T> {
            type Value = Named<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map with one key, the name of the part")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                use serde::de::Error as _;
                let (name, value) = map
                    .next_entry::<String, T>()?
                    .ok_or_else(|| A::Error::custom("the file is empty"))?;
                if let Some(other) = map.next_key::<String>()? {
                    return Err(A::Error::custom(format!("`{other}` does not belong here")));
                }
                Ok(Named(name, value))
            }
        }
        d.deserialize_map(One(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests;
