//! The connection to a model as an admin sets it up: which provider, what for, how much. Off until
//! somebody turns it on; keys are sealed and never shown; saving tries the connection out.

use super::gate::{Budget, Rules, Spent};
use crate::accounts::vault::Vault;
use crate::clock::SystemRandom;
use crate::news::Topic;
use crate::port::helpers::SpeechToText;
use crate::port::model::{Errand, Model, ModelError, Use, Uses};
use crate::port::store::StoreError;
use crate::service::Service;
use relais_core::why::Why;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where the settings stand in the store.
const STORED: &str = "model.settings";
/// Nobody spends more, nor pays it for a million tokens.
const MOST_MONEY: u64 = 1_000_000_000;
/// A first answer of a model that is being loaded takes long.
const PROBE: Duration = Duration::from_secs(20);
/// Calm words, for the probe.
const CALM: &str = "Merci beaucoup, tout est parfait !";

/// Whose protocol is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    Openai,
    Mistral,
    Anthropic,
    /// Azure OpenAI; with an `api_version` in the older form of its addresses.
    Azure,
    Ollama,
    Vllm,
    /// Any other server that speaks OpenAI's chat completions.
    Compatible,
}

impl Provider {
    pub const ALL: [Self; 7] = [
        Self::Openai,
        Self::Mistral,
        Self::Anthropic,
        Self::Azure,
        Self::Ollama,
        Self::Vllm,
        Self::Compatible,
    ];

    /// The address where the provider has one of its own.
    pub fn base_url(self) -> Option<&'static str> {
        match self {
            Self::Openai => Some("https://api.openai.com/v1"),
            Self::Mistral => Some("https://api.mistral.ai/v1"),
            Self::Anthropic => Some("https://api.anthropic.com/v1"),
            Self::Azure | Self::Ollama | Self::Vllm | Self::Compatible => None,
        }
    }

    /// Works without a key.
    fn is_keyless(self) -> bool {
        match self {
            Self::Ollama | Self::Vllm | Self::Compatible => true,
            Self::Openai | Self::Mistral | Self::Anthropic | Self::Azure => false,
        }
    }
}

/// A server that hears voice messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speech {
    /// Up to `/v1`: `/audio/transcriptions` is added.
    pub base_url: String,
    pub model: String,
}

/// The connection without its keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub is_on: bool,
    pub provider: Provider,
    /// Empty: the provider's own.
    #[serde(default)]
    pub base_url: String,
    /// Name of the model, or of the deployment (Azure). Empty: no model, only `sentiment_url` or
    /// `speech`.
    #[serde(default)]
    pub model: String,
    #[serde(default)]
    pub api_version: Option<String>,
    #[serde(default)]
    pub uses: Uses,
    #[serde(default)]
    pub budget: Budget,
    /// A service of one's own that judges moods (n8n); it is asked instead of the model.
    #[serde(default)]
    pub sentiment_url: Option<String>,
    #[serde(default)]
    pub speech: Option<Speech>,
}

/// Keys by what they open: `model`, `sentiment`, `speech`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys(pub BTreeMap<String, String>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Keys {
    pub const NAMES: [&'static str; 3] = ["model", "sentiment", "speech"];

    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl Settings {
    /// Where a key goes; it is never sent anywhere else (S3).
    pub fn address(&self, name: &str) -> String {
        match name {
            "sentiment" => self.sentiment_url.clone().unwrap_or_default(),
            "speech" => self.speech.as_ref().map(|s| s.base_url.clone()).unwrap_or_default(),
            _ if self.base_url.is_empty() => {
                self.provider.base_url().unwrap_or_default().to_owned()
            }
            _ => self.base_url.clone(),
        }
    }

    /// What is wrong with them: JSON pointers and words.
    pub fn faults(&self, keys: &Keys) -> Vec<(&'static str, Why)> {
        let mut faults = Vec::new();
        let mut check = |pointer, is_good: bool, why: Why| {
            if !is_good {
                faults.push((pointer, why));
            }
        };
        let has_model = !self.model.is_empty();
        let base = self.address("model");
        check(
            "/base_url",
            !has_model || is_address(&base),
            Why::new("url", "write it like https://host/v1"),
        );
        let is_name = |m: &str| m.len() <= 200 && m.bytes().all(|b| b.is_ascii_graphic());
        check(
            "/model",
            is_name(&self.model),
            Why::new("characters", "must be at most 200 visible characters"),
        );
        let needs_key = has_model && !self.provider.is_keyless();
        check(
            "/key",
            !needs_key || !keys.get("model").is_empty(),
            Why::new("missing", "this provider needs a key"),
        );
        let Uses { answers, choice, sentiment, summaries, copilot, speech } = self.uses;
        let asks_model = answers || choice || summaries || copilot;
        check(
            "/model",
            !asks_model || has_model,
            Why::new("missing", "name the model for what is switched on"),
        );
        let url = self.sentiment_url.as_deref();
        check(
            "/sentiment_url",
            url.is_none_or(is_address),
            Why::new("url", "write it like https://host/path"),
        );
        check(
            "/uses/sentiment",
            !sentiment || has_model || url.is_some(),
            Why::new("missing", "needs a model or an address of its own"),
        );
        let heard = self.speech.as_ref();
        check(
            "/uses/speech",
            !speech || heard.is_some(),
            Why::new("missing", "needs a server that hears"),
        );
        check(
            "/speech",
            heard.is_none_or(|s| {
                is_address(&s.base_url) && !s.model.is_empty() && is_name(&s.model)
            }),
            Why::new("missing", "needs an address like https://host/v1 and the name of a model"),
        );
        let Budget { money_per_day, price_in, price_out, .. } = self.budget;
        let is_amount = |n: f64| n.is_finite() && (0.0..=MOST_MONEY as f64).contains(&n);
        let amounts = [
            ("/budget/money_per_day", money_per_day),
            ("/budget/price_in", price_in),
            ("/budget/price_out", price_out),
        ];
        for (pointer, amount) in amounts {
            check(pointer, is_amount(amount), Why::range(0, MOST_MONEY));
        }
        check(
            "/budget/money_per_day",
            money_per_day == 0.0 || price_in > 0.0 || price_out > 0.0,
            Why::new("missing", "needs the prices of a million tokens"),
        );
        faults
    }
}

fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/') && r.len() < 500 && r.is_ascii())
        && !url.contains(['@', ' ', '\\', '#'])
}

/// What an adapter makes of settings.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub model: Option<Arc<dyn Model>>,
    /// Asked for moods instead of the model.
    pub mood: Option<Arc<dyn Model>>,
    pub ears: Option<Arc<dyn SpeechToText>>,
}

/// Knows the providers.
pub trait ModelMaker: std::fmt::Debug + Send + Sync {
    fn make(&self, settings: &Settings, keys: &Keys) -> Made;
}

/// How trying a connection out ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// `model`, `sentiment`.
    pub of: &'static str,
    pub took: Duration,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Works,
    /// It answers, but not in a way that can be used.
    Babbles,
    Fails(ModelError),
}

/// Settings as they may be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub settings: Settings,
    /// Which keys are there.
    pub keys: Vec<String>,
}

/// Why settings were not saved.
#[derive(Debug)]
pub enum SaveError {
    Invalid(Vec<(&'static str, Why)>),
    /// The master key cannot be had.
    NoVault(String),
    Store(StoreError),
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[derive(Deserialize, Serialize)]
struct Stored {
    settings: Settings,
    /// Sealed.
    keys: BTreeMap<String, String>,
}

/// Gives the vault when a key must be sealed or opened.
pub type VaultOf = Box<dyn Fn() -> Result<Vault, String> + Send + Sync>;

/// The connection of a workspace.
pub struct Models {
    service: Arc<Service>,
    maker: Arc<dyn ModelMaker>,
    vault: VaultOf,
    /// One change at a time; what was put in place last.
    in_place: tokio::sync::Mutex<Option<String>>,
}

impl std::fmt::Debug for Models {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Models").field("maker", &self.maker).finish_non_exhaustive()
    }
}

impl Models {
    pub fn new(service: Arc<Service>, maker: Arc<dyn ModelMaker>, vault: VaultOf) -> Self {
        Self { service, maker, vault, in_place: tokio::sync::Mutex::default() }
    }

    /// Puts in place what is stored, if that is not in place already: at the start, and when
    /// another node saved something.
    pub async fn follow(&self) -> Result<(), SaveError> {
        let mut in_place = self.in_place.lock().await;
        let stored = self.service.store().setting(STORED).await?;
        if stored == *in_place {
            return Ok(());
        }
        let (settings, keys) = match &stored {
            Some(text) => {
                let (settings, keys) = self.open(text)?;
                (Some(settings), keys)
            }
            None => (None, Keys::default()),
        };
        self.put_in_place(settings.as_ref(), &keys);
        *in_place = stored;
        Ok(())
    }

    /// The settings without their keys, if there are any.
    pub async fn show(&self) -> Result<Option<Shown>, SaveError> {
        let Some(text) = self.service.store().setting(STORED).await? else { return Ok(None) };
        let stored = read(&text)?;
        Ok(Some(Shown { settings: stored.settings, keys: stored.keys.into_keys().collect() }))
    }

    /// Saves new settings and tries them out. A key that is not given stays, unless it would go to
    /// another address than before: then it must be given again.
    pub async fn save(&self, settings: Settings, given: Keys) -> Result<Vec<Probe>, SaveError> {
        let mut in_place = self.in_place.lock().await;
        let keys = self.kept(&settings, given).await?;
        let faults = settings.faults(&keys);
        if !faults.is_empty() {
            return Err(SaveError::Invalid(faults));
        }
        let vault = if keys.0.is_empty() { None } else { Some(self.vault()?) };
        let sealed = keys.0.iter().filter_map(|(name, key)| {
            let sealed = vault.as_ref()?.seal(&self.place(name), key, &SystemRandom);
            Some((name.clone(), sealed))
        });
        let stored = Stored { keys: sealed.collect(), settings };
        let text = serde_json::to_string(&stored).expect("settings are plain data");
        self.service.store().put_setting(STORED, Some(&text)).await?;
        self.service.tell(Topic::Channels);
        let made = self.put_in_place(Some(&stored.settings), &keys);
        *in_place = Some(text);
        drop(in_place);
        Ok(self.probe(&made).await)
    }

    /// Forgets the connection and its keys.
    pub async fn remove(&self) -> Result<(), SaveError> {
        let mut in_place = self.in_place.lock().await;
        self.service.store().put_setting(STORED, None).await?;
        self.service.tell(Topic::Channels);
        self.put_in_place(None, &Keys::default());
        *in_place = None;
        Ok(())
    }

    /// What was spent today.
    pub async fn spent(&self) -> Result<Spent, SaveError> {
        Ok(Spent::of(&self.service.model_today().await?))
    }

    async fn kept(&self, settings: &Settings, mut given: Keys) -> Result<Keys, SaveError> {
        given.0.retain(|name, key| Keys::NAMES.contains(&name.as_str()) && !key.is_empty());
        let Some(text) = self.service.store().setting(STORED).await? else { return Ok(given) };
        let before = read(&text)?;
        if before.keys.is_empty() {
            return Ok(given);
        }
        let (before, keys) = self.open(&text)?;
        for (name, key) in keys.0 {
            let address = settings.address(&name);
            let stays = address == before.address(&name) && !address.is_empty();
            if stays {
                given.0.entry(name).or_insert(key);
            }
        }
        Ok(given)
    }

    fn put_in_place(&self, settings: Option<&Settings>, keys: &Keys) -> Made {
        let made = settings.map(|s| self.maker.make(s, keys)).unwrap_or_default();
        let active = settings.filter(|s| s.is_on);
        self.service.change_helpers(|helpers| {
            let on = |is_used: bool| active.is_some() && is_used;
            let uses = active.map_or(Uses::NONE, |s| s.uses);
            helpers.model = made.model.clone().filter(|_| on(true));
            helpers.mood = made.mood.clone().filter(|_| on(uses.sentiment));
            helpers.ears = made.ears.clone().filter(|_| on(uses.speech));
            helpers.rules =
                Rules { uses, budget: active.map(|s| s.budget.clone()).unwrap_or_default() };
        });
        self.service.gate().reset();
        made
    }

    async fn probe(&self, made: &Made) -> Vec<Probe> {
        let mut probes = Vec::new();
        for (of, model) in [("model", &made.model), ("sentiment", &made.mood)] {
            let Some(model) = model else { continue };
            let errand = Errand::Sentiment { text: CALM.to_owned(), language: "fr".to_owned() };
            let began = Instant::now();
            let asked = tokio::time::timeout(PROBE, model.ask(&errand, PROBE)).await;
            let verdict = match asked {
                Ok(Ok(said)) if super::reply::anger(&said.text).is_some() => Verdict::Works,
                Ok(Ok(_)) => Verdict::Babbles,
                Ok(Err(error)) => Verdict::Fails(error),
                Err(_) => Verdict::Fails(ModelError::Late),
            };
            tracing::info!(of, used_for = Use::Probe.as_str(), ?verdict, "the model was tried out");
            probes.push(Probe { of, took: began.elapsed(), verdict });
        }
        probes
    }

    fn vault(&self) -> Result<Vault, SaveError> {
        (self.vault)().map_err(SaveError::NoVault)
    }

    fn open(&self, text: &str) -> Result<(Settings, Keys), SaveError> {
        let stored = read(text)?;
        let mut keys = Keys::default();
        if !stored.keys.is_empty() {
            let vault = self.vault()?;
            for (name, sealed) in stored.keys {
                let key = vault
                    .open(&self.place(&name), &sealed)
                    .map_err(|error| SaveError::NoVault(error.to_string()))?;
                keys.0.insert(name, key);
            }
        }
        Ok((stored.settings, keys))
    }

    fn place(&self, name: &str) -> String {
        format!("settings|{}|{STORED}|{name}", self.service.store().workspace())
    }
}

fn read(text: &str) -> Result<Stored, SaveError> {
    serde_json::from_str(text).map_err(|e| {
        SaveError::Store(StoreError::Inconsistent { table: "settings", detail: e.to_string() })
    })
}

impl std::fmt::Display for SaveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(faults) => {
                let all: Vec<String> =
                    faults.iter().map(|(pointer, words)| format!("{pointer} {words}")).collect();
                f.write_str(&all.join("; "))
            }
            Self::NoVault(reason) => f.write_str(reason),
            Self::Store(error) => write!(f, "{error}"),
        }
    }
}
