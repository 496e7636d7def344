//! Settings: the commented defaults in the program, a file, the environment; in this order. An
//! unknown key is an error, so that a typing mistake cannot pass silently.

use crate::startup::Refusal;
use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use relais_app::accounts::ConfiguredOwner;
use relais_app::upkeep::Retention;
use relais_core::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("default.toml");

const PREFIX: &str = "RELAIS_";
/// Read at build time, not a setting.
const NOT_SETTINGS: [&str; 1] = ["RELAIS_ALLOW_NO_UI"];

/// All settings.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: String,
    pub database: String,
    pub database_connections: usize,
    pub data_dir: PathBuf,
    pub files_dir: String,
    pub keep_receipts: String,
    pub keep_jobs: String,
    pub keep_requests: String,
    pub master_key: String,
    pub owner_login: String,
    pub owner_name: String,
    pub owner_password_hash: String,
    pub encrypt_at_rest: bool,
    pub graph_base_url: String,
    pub graph_version: String,
    pub allow_loopback: bool,
    pub vectors_dir: String,
    pub model_hosts: Vec<String>,
    pub sso_hosts: Vec<String>,
    pub trusted_proxies: Vec<IpAddr>,
    pub metrics_listen: String,
    pub metrics_token: String,
    pub sandbox_token: String,
    pub log_format: LogFormat,
    pub log_level: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

impl fmt::Debug for Config {
    /// Without secrets; the database's address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the settings of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, Refusal> {
        let environment = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        Self::from(file, environment)
    }

    fn from(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Refusal> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = file {
            if !path.is_file() {
                return Err(Refusal::new(
                    format!("the settings file {} does not exist", path.display()),
                    "name an existing file with --config, or leave it out",
                ));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        let overrides = overrides(environment)?;
        let config: Self =
            figment.merge(Serialized::globals(overrides)).extract().map_err(|error| {
                Refusal::new(
                    format!("the settings cannot be used: {error}"),
                    "`relais config defaults` prints every setting with its meaning",
                )
            })?;
        config.checked()
    }

    fn checked(self) -> Result<Self, Refusal> {
        let url = &self.public_url;
        let is_url = url.starts_with("https://") || url.starts_with("http://");
        if !url.is_empty() && (!is_url || url.trim_end_matches('/').matches('/').count() != 2) {
            return Err(Refusal::new(
                format!("public_url `{url}` is not an address without a path"),
                "write it like https://support.example.com",
            ));
        }
        if !self.master_key.is_empty() && self.master_keys().is_empty() {
            return Err(Refusal::new(
                "master_key is not 64 hexadecimal digits",
                "make one with `openssl rand -hex 32`",
            ));
        }
        self.owner()?;
        if !self.metrics_listen.is_empty() && self.metrics_listen.parse::<SocketAddr>().is_err() {
            return Err(Refusal::new(
                format!("metrics_listen `{}` is not an address and port", self.metrics_listen),
                "write it like 127.0.0.1:9464",
            ));
        }
        for (name, text, least) in [
            ("keep_receipts", &self.keep_receipts, Span::hours(8 * 24)),
            ("keep_jobs", &self.keep_jobs, Span::hours(1)),
            ("keep_requests", &self.keep_requests, Span::hours(1)),
        ] {
            if span(text).is_none_or(|span| span < least) {
                return Err(Refusal::new(
                    format!(
                        "{name} `{text}` is not a time of at least {} h",
                        least.as_micros() / 3_600_000_000
                    ),
                    "write it like 30d or 48h",
                ));
            }
        }
        if !(1..=1_000).contains(&self.database_connections) {
            return Err(Refusal::new(
                format!("database_connections {} is not of use", self.database_connections),
                "16 are right for most; the database's `max_connections` is the limit of all nodes",
            ));
        }
        for (hosts, name) in [(&self.model_hosts, "model_hosts"), (&self.sso_hosts, "sso_hosts")] {
            for host in hosts {
                if let Err(error) = relais_adapters::llm::host_of(host) {
                    let remedy = format!("write it like 127.0.0.1:11434 in {name}");
                    return Err(Refusal::new(error, remedy));
                }
            }
        }
        let base = &self.graph_base_url;
        if !base.starts_with("https://") && !self.allow_loopback {
            return Err(Refusal::new(
                format!("graph_base_url `{base}` is not https"),
                "use https, or for tests against this machine set allow_loopback",
            ));
        }
        Ok(self)
    }

    /// The owner that the settings name, if they name one.
    pub fn owner(&self) -> Result<Option<ConfiguredOwner>, Refusal> {
        let (login, hash) = (&self.owner_login, &self.owner_password_hash);
        if login.is_empty() && hash.is_empty() {
            return Ok(None);
        }
        ConfiguredOwner::new(login, &self.owner_name, hash).map(Some).map_err(|faults| {
            let told: Vec<String> = faults
                .iter()
                .map(|fault| format!("owner_{} {}", &fault.pointer[1..], fault.why))
                .collect();
            Refusal::new(
                told.join("; "),
                "give owner_login and owner_password_hash, or leave both out and use the claim link",
            )
        })
    }

    /// The store's address.
    pub fn database_url(&self) -> String {
        if !self.database.is_empty() {
            return self.database.clone();
        }
        format!("sqlite://{}", self.data_dir.join("relais.db").display())
    }

    pub fn retention(&self) -> Retention {
        let default = Retention::default();
        Retention {
            receipts: span(&self.keep_receipts).unwrap_or(default.receipts),
            jobs: span(&self.keep_jobs).unwrap_or(default.jobs),
            requests: span(&self.keep_requests).unwrap_or(default.requests),
        }
    }

    /// The folder of customers' files.
    pub fn files_dir(&self) -> PathBuf {
        if self.files_dir.is_empty() {
            return self.data_dir.join("files");
        }
        PathBuf::from(&self.files_dir)
    }

    /// As browsers see us, without a trailing slash.
    pub fn browser_url(&self, bound: SocketAddr) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.trim_end_matches('/').to_owned();
        }
        let ip = bound.ip();
        if ip.is_unspecified() {
            return format!("http://127.0.0.1:{}", bound.port());
        }
        format!("http://{bound}")
    }

    /// The key that seals, and others that open while it is being changed; nothing if one of them
    /// is none.
    pub fn master_keys(&self) -> Vec<[u8; 32]> {
        let keys = self.master_key.split(|c: char| c == ',' || c.is_whitespace());
        let keys = keys.filter(|text| !text.is_empty()).map(key);
        keys.collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// A time with its unit: `30d`, `48h`, `90m`.
fn span(text: &str) -> Option<Span> {
    let (number, unit) = text.trim().split_at_checked(text.trim().len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|n| (1..=100_000).contains(n))?;
    match unit {
        "d" => Some(Span::hours(24 * number)),
        "h" => Some(Span::hours(number)),
        "m" => Some(Span::minutes(number)),
        _ => None,
    }
}

/// 32 bytes from 64 hexadecimal digits.
pub fn key(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[i * 2..i * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

/// The settings named in the environment, typed by their defaults.
fn overrides(
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<BTreeMap<String, serde_json::Value>, Refusal> {
    let defaults: BTreeMap<String, serde_json::Value> = Figment::from(Toml::string(DEFAULTS))
        .extract()
        .expect("a test reads the defaults in the program");
    let mut found = BTreeMap::new();
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        if NOT_SETTINGS.contains(&name.as_str()) {
            continue;
        }
        let key = rest.to_lowercase();
        let (key, value) = match key.strip_suffix("_file") {
            Some(key) if defaults.contains_key(key) => (key.to_owned(), from_file(&name, &value)?),
            _ => (key, value),
        };
        let Some(default) = defaults.get(&key) else {
            return Err(Refusal::new(
                format!("{name} is not a setting"),
                "`relais config defaults` prints every setting; remove or correct it",
            ));
        };
        found.insert(key, typed(&name, &value, default)?);
    }
    Ok(found)
}

fn from_file(name: &str, path: &str) -> Result<String, Refusal> {
    std::fs::read_to_string(path).map(|text| text.trim().to_owned()).map_err(|error| {
        Refusal::new(
            format!("the file that {name} names cannot be read: {error}"),
            "check the path and its permissions",
        )
    })
}

fn typed(
    name: &str,
    value: &str,
    default: &serde_json::Value,
) -> Result<serde_json::Value, Refusal> {
    match default {
        serde_json::Value::Bool(_) => match value {
            "true" | "1" | "yes" => Ok(true.into()),
            "false" | "0" | "no" | "" => Ok(false.into()),
            _ => Err(Refusal::new(
                format!("{name} is `{value}`, neither true nor false"),
                "write true or false",
            )),
        },
        serde_json::Value::Array(_) => {
            let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(parts.map(str::to_owned).collect::<Vec<_>>().into())
        }
        _ => Ok(value.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Config, Refusal> {
        Config::from(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_defaults_are_complete_and_usable() {
        let config = with(&[]).unwrap();
        assert_eq!(config.listen.port(), 8080);
        assert_eq!(config.database_url(), "sqlite://./data/relais.db");
    }

    #[test]
    fn the_environment_overrides_with_types() {
        let config = with(&[
            ("RELAIS_LISTEN", "0.0.0.0:9000"),
            ("RELAIS_ALLOW_LOOPBACK", "true"),
            ("RELAIS_TRUSTED_PROXIES", "10.0.0.1, ::1"),
            ("RELAIS_ALLOW_NO_UI", "1"),
            ("HOME", "/"),
        ])
        .unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert!(config.allow_loopback);
        assert_eq!(config.trusted_proxies.len(), 2);
    }

    #[test]
    fn secrets_come_from_files_too() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let path = file.path().to_str().unwrap();
        let config = with(&[("RELAIS_METRICS_TOKEN_FILE", path)]).unwrap();
        assert_eq!(config.metrics_token, "s3cret");
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn mistakes_are_named_with_a_remedy() {
        for (name, value) in [
            ("RELAIS_LISTN", "x"),
            ("RELAIS_LISTEN", "nowhere"),
            ("RELAIS_ALLOW_LOOPBACK", "maybe"),
            ("RELAIS_PUBLIC_URL", "support.example.com"),
            ("RELAIS_PUBLIC_URL", "https://a.example/path"),
            ("RELAIS_MASTER_KEY", "short"),
            ("RELAIS_GRAPH_BASE_URL", "http://127.0.0.1:1"),
            ("RELAIS_METRICS_LISTEN", "here"),
            ("RELAIS_METRICS_TOKEN_FILE", "/nowhere/at/all"),
            ("RELAIS_LOG_FORMAT", "xml"),
            ("RELAIS_MODEL_HOSTS", "ollama:11434"),
        ] {
            let refusal = with(&[(name, value)]).unwrap_err();
            assert!(!refusal.remedy.is_empty(), "{name}");
            assert!(!refusal.to_string().contains('\n'), "{refusal}");
        }
    }

    #[test]
    fn an_unknown_key_in_the_file_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "lisen = \"127.0.0.1:1\"\n").unwrap();
        let refusal = Config::from(Some(file.path()), []).unwrap_err();
        assert!(refusal.to_string().contains("lisen"), "{refusal}");
    }
}
