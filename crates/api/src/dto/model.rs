use relais_app::model::{
    Budget, Helped, Keys, Probe, Provider, Settings, Shown, Source, Speech, Verdict,
};
use relais_app::port::model::Uses;
use relais_app::port::store::ModelUse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a language model is used for.
#[expect(clippy::struct_excessive_bools, reason = "switches of a settings page")]
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ModelUses {
    /// Word answers from approved articles.
    pub answers: bool,
    /// Point at one of our answers where nothing was understood.
    pub choice: bool,
    /// Hear anger.
    pub sentiment: bool,
    /// Sum up what people take over.
    pub summaries: bool,
    /// Help agents write.
    pub copilot: bool,
    /// Hear voice messages.
    pub speech: bool,
}

/// Most that may be spent on a day of UTC; 0 is no limit.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelBudget {
    pub tokens_per_day: u64,
    pub money_per_day: f64,
    /// Price of a million tokens read, and written.
    pub price_in: f64,
    pub price_out: f64,
    /// Calls for one contact.
    pub calls_per_contact: u32,
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpeechServer {
    /// Up to `/v1`.
    pub base_url: String,
    pub model: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ModelProvider {
    Openai,
    Mistral,
    Anthropic,
    Azure,
    Ollama,
    Vllm,
    Compatible,
}

/// A connection to a language model. A key that is left out stays as it is, unless its address
/// changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelInput {
    pub is_on: bool,
    pub provider: ModelProvider,
    /// Empty: the provider's own.
    #[serde(default)]
    pub base_url: String,
    /// Empty: no model, only a service for moods or a server that hears.
    #[serde(default)]
    pub model: String,
    pub api_version: Option<String>,
    #[serde(default)]
    pub uses: ModelUses,
    pub budget: Option<ModelBudget>,
    /// Asked for moods instead of the model (n8n).
    pub sentiment_url: Option<String>,
    pub speech: Option<SpeechServer>,
    pub key: Option<String>,
    pub sentiment_key: Option<String>,
    pub speech_key: Option<String>,
}

/// What one use cost today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelSpent {
    pub used_for: String,
    pub calls: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub cost: f64,
}

/// Something that leaves the house, when, and to whom.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DataFlow {
    pub used_for: String,
    pub what: String,
    pub when: String,
    /// Host, empty when there is none yet.
    pub to: String,
    pub is_on: bool,
}

/// The connection without its keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelConnection {
    pub is_on: bool,
    pub provider: ModelProvider,
    pub base_url: String,
    pub model: String,
    #[schema(required)]
    pub api_version: Option<String>,
    pub uses: ModelUses,
    pub budget: ModelBudget,
    #[schema(required)]
    pub sentiment_url: Option<String>,
    #[schema(required)]
    pub speech: Option<SpeechServer>,
    /// Which keys are stored: `model`, `sentiment`, `speech`.
    pub keys: Vec<String>,
    pub today: Vec<ModelSpent>,
    pub data: Vec<DataFlow>,
}

/// How trying the connection out ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelProbe {
    /// `model` or `sentiment`.
    pub of: String,
    pub is_well: bool,
    pub ms: u64,
    /// In plain words.
    pub words: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelSaved {
    pub probes: Vec<ModelProbe>,
}

/// Whether agents can ask for words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Copilot {
    pub is_on: bool,
}

/// What an agent wants words for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CopilotRequest {
    /// What is rewritten or translated.
    pub text: String,
    /// ISO 639-1 code of the result.
    pub language: Option<String>,
}

/// Words for an agent, to be read and changed; nothing was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopilotReply {
    pub text: String,
    pub language: String,
    pub sources: Vec<CopilotSource>,
    /// Numbers and addresses in the text that stand in no source.
    pub unsupported: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopilotSource {
    /// `article`, `talk` or `text`.
    pub kind: String,
    #[schema(required)]
    pub id: Option<String>,
    /// The article's question; for a talk, how many lines were read.
    pub title: String,
}

impl From<Helped> for CopilotReply {
    fn from(helped: Helped) -> Self {
        let source = |source: Source| {
            let (kind, id, title) = match source {
                Source::Article { id, title } => ("article", Some(id), title),
                Source::Talk { lines } => ("talk", None, lines.to_string()),
                Source::Text => ("text", None, String::new()),
            };
            CopilotSource { kind: kind.to_owned(), id, title }
        };
        Self {
            text: helped.text,
            language: helped.language,
            sources: helped.sources.into_iter().map(source).collect(),
            unsupported: helped.unsupported,
        }
    }
}

impl ModelInput {
    pub(crate) fn into_parts(self) -> (Settings, Keys) {
        let keys =
            [("model", self.key), ("sentiment", self.sentiment_key), ("speech", self.speech_key)];
        let given = keys.into_iter().filter_map(|(name, key)| Some((name.to_owned(), key?)));
        let given = given.map(|(name, key)| (name, key.trim().to_owned())).collect();
        let some = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
        let settings = Settings {
            is_on: self.is_on,
            provider: self.provider.into(),
            base_url: self.base_url.trim().to_owned(),
            model: self.model.trim().to_owned(),
            api_version: some(self.api_version),
            uses: self.uses.into(),
            budget: self.budget.map(Into::into).unwrap_or_default(),
            sentiment_url: some(self.sentiment_url),
            speech: self.speech.map(|s| Speech { base_url: s.base_url, model: s.model }),
        };
        (settings, Keys(given))
    }
}

impl ModelConnection {
    pub(crate) fn new(shown: Shown, today: Vec<ModelUse>) -> Self {
        let data = data(&shown.settings);
        let Shown { settings, keys } = shown;
        let spent = |row: ModelUse| ModelSpent {
            used_for: row.used_for,
            calls: row.calls,
            tokens_in: row.tokens_in,
            tokens_out: row.tokens_out,
            cost: row.cost_micros as f64 / 1e6,
        };
        Self {
            is_on: settings.is_on,
            provider: settings.provider.into(),
            base_url: settings.address("model"),
            model: settings.model,
            api_version: settings.api_version,
            uses: settings.uses.into(),
            budget: settings.budget.into(),
            sentiment_url: settings.sentiment_url,
            speech: settings.speech.map(|s| SpeechServer { base_url: s.base_url, model: s.model }),
            keys,
            today: today.into_iter().map(spent).collect(),
            data,
        }
    }
}

/// The data map of the model: each use, in words.
fn data(settings: &Settings) -> Vec<DataFlow> {
    let host = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_owned()
    };
    let model = host(&settings.address("model"));
    let mood = settings.sentiment_url.as_deref().map_or_else(|| model.clone(), host);
    let speech = settings.speech.as_ref().map(|s| host(&s.base_url)).unwrap_or_default();
    let uses = settings.uses;
    let flow = |used_for: &str, is_on: bool, what: &str, when: &str, to: &str| DataFlow {
        used_for: used_for.to_owned(),
        what: what.to_owned(),
        when: when.to_owned(),
        to: to.to_owned(),
        is_on: settings.is_on && is_on,
    };
    vec![
        flow(
            "answers",
            uses.answers,
            "the question and the approved article, marks for numbers and addresses",
            "when an article answers a customer",
            &model,
        ),
        flow(
            "choice",
            uses.choice,
            "the message and titles of articles",
            "when nothing was understood",
            &model,
        ),
        flow(
            "sentiment",
            uses.sentiment,
            "the message",
            "for messages of three words or more",
            &mood,
        ),
        flow(
            "summaries",
            uses.summaries,
            "the customer's last words, reason, topic and orders of the conversation",
            "at a hand-off",
            &model,
        ),
        flow(
            "copilot",
            uses.copilot,
            "the end of the talk, articles close to it, or the agent's own text",
            "when an agent asks for it",
            &model,
        ),
        flow("speech", uses.speech, "the recording as it is", "for voice messages", &speech),
    ]
}

impl From<Probe> for ModelProbe {
    fn from(probe: Probe) -> Self {
        let ms = u64::try_from(probe.took.as_millis()).unwrap_or(u64::MAX);
        let words = match &probe.verdict {
            Verdict::Works => "it answers as it should".to_owned(),
            Verdict::Babbles => {
                "it answers, but not in the form that was asked for; choose another model"
                    .to_owned()
            }
            Verdict::Fails(error) => error.to_string(),
        };
        let is_well = probe.verdict == Verdict::Works;
        Self { of: probe.of.to_owned(), is_well, ms, words }
    }
}

impl From<ModelUses> for Uses {
    fn from(u: ModelUses) -> Self {
        let ModelUses { answers, choice, sentiment, summaries, copilot, speech } = u;
        Self { answers, choice, sentiment, summaries, copilot, speech }
    }
}

impl From<Uses> for ModelUses {
    fn from(u: Uses) -> Self {
        let Uses { answers, choice, sentiment, summaries, copilot, speech } = u;
        Self { answers, choice, sentiment, summaries, copilot, speech }
    }
}

impl From<ModelBudget> for Budget {
    fn from(b: ModelBudget) -> Self {
        let ModelBudget { tokens_per_day, money_per_day, price_in, price_out, calls_per_contact } =
            b;
        Self { tokens_per_day, money_per_day, price_in, price_out, calls_per_contact }
    }
}

impl From<Budget> for ModelBudget {
    fn from(b: Budget) -> Self {
        let Budget { tokens_per_day, money_per_day, price_in, price_out, calls_per_contact } = b;
        Self { tokens_per_day, money_per_day, price_in, price_out, calls_per_contact }
    }
}

impl From<ModelProvider> for Provider {
    fn from(provider: ModelProvider) -> Self {
        match provider {
            ModelProvider::Openai => Self::Openai,
            ModelProvider::Mistral => Self::Mistral,
            ModelProvider::Anthropic => Self::Anthropic,
            ModelProvider::Azure => Self::Azure,
            ModelProvider::Ollama => Self::Ollama,
            ModelProvider::Vllm => Self::Vllm,
            ModelProvider::Compatible => Self::Compatible,
        }
    }
}

impl From<Provider> for ModelProvider {
    fn from(provider: Provider) -> Self {
        match provider {
            Provider::Openai => Self::Openai,
            Provider::Mistral => Self::Mistral,
            Provider::Anthropic => Self::Anthropic,
            Provider::Azure => Self::Azure,
            Provider::Ollama => Self::Ollama,
            Provider::Vllm => Self::Vllm,
            Provider::Compatible => Self::Compatible,
        }
    }
}
