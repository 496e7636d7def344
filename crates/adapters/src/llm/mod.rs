//! Language models and ears: each provider is a pure translation of a prompt and of an answer, and
//! one thin call through the egress client. Nothing is streamed, nothing is retried here.

mod anthropic;
mod chat;
mod ears;
mod mood;
mod status;
#[cfg(test)]
mod tests;

use crate::http::{Call, Cut, Egress, EgressConfig, Failure, Method, Subnet};
use crate::secret::Secret;
use anthropic::Anthropic;
use chat::Chat;
use ears::Whisper;
use mood::MoodService;
use relais_app::model::{Keys, Made, ModelMaker, Provider, Settings};
use relais_app::port::helpers::SpeechToText;
use relais_app::port::model::{Model, ModelError};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of an answer: far more than any errand asks for.
const MOST_BYTES: u64 = 256 * 1024;
/// A connection to a model that is well stands sooner.
const CONNECT: Duration = Duration::from_secs(3);

/// Makes models from settings, over a client that may also reach what the operator listed.
#[derive(Clone, Debug)]
pub struct Models {
    egress: Egress,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host of a model: {0:?} (expected e.g. 127.0.0.1:11434 or 10.1.0.0/16:8000)")]
pub struct BadHost(String);

impl Models {
    /// `hosts` are local addresses opened on purpose, `NETWORK:PORT` each.
    pub fn new(hosts: &[String], allow_loopback: bool) -> Result<Self, String> {
        let mut config =
            EgressConfig { allow_loopback, connect_timeout: CONNECT, ..EgressConfig::default() };
        for host in hosts {
            let (subnet, port) = host_of(host).map_err(|e| e.to_string())?;
            config.allow_subnets.push(subnet);
            config.allow_ports.push(port);
        }
        Ok(Self { egress: Egress::new(config).map_err(|e| e.to_string())? })
    }
}

/// Reads `127.0.0.1:11434`, `10.1.0.0/16:8000` or `[fd00::1]:8000`.
pub fn host_of(text: &str) -> Result<(Subnet, u16), BadHost> {
    let bad = || BadHost(text.to_owned());
    let (net, port) = text.rsplit_once(':').ok_or_else(bad)?;
    let net = net.replace(['[', ']'], "");
    Ok((net.parse().map_err(|_| bad())?, port.parse().map_err(|_| bad())?))
}

impl ModelMaker for Models {
    fn make(&self, settings: &Settings, keys: &Keys) -> Made {
        let egress = || self.egress.clone();
        let secret = |name: &str| Secret::new(keys.get(name));
        let base = settings.address("model").trim_end_matches('/').to_owned();
        let model = (!settings.model.is_empty()).then(|| -> Arc<dyn Model> {
            match settings.provider {
                Provider::Anthropic => Arc::new(Anthropic::new(
                    egress(),
                    &base,
                    &settings.model,
                    settings.api_version.as_deref(),
                    secret("model"),
                )),
                provider @ (Provider::Openai
                | Provider::Mistral
                | Provider::Azure
                | Provider::Ollama
                | Provider::Vllm
                | Provider::Compatible) => {
                    let version = settings.api_version.as_deref().filter(|v| !v.is_empty());
                    Arc::new(Chat::new(
                        egress(),
                        provider,
                        &base,
                        &settings.model,
                        version,
                        secret("model"),
                    ))
                }
            }
        });
        let mood = settings.sentiment_url.as_ref().map(|url| -> Arc<dyn Model> {
            Arc::new(MoodService::new(egress(), url, secret("sentiment")))
        });
        let ears = settings.speech.as_ref().map(|speech| -> Arc<dyn SpeechToText> {
            Arc::new(Whisper::new(egress(), speech, secret("speech")))
        });
        Made { model, mood, ears }
    }
}

/// One exchange: the object a provider answered, or why there is none.
async fn exchange(egress: &Egress, call: Call) -> Result<Value, ModelError> {
    let reply = match egress.call(call.cap(MOST_BYTES)).await {
        Ok(reply) => reply,
        Err(Failure::Denied) => return Err(ModelError::Denied),
        Err(Failure::NotSent(why)) => return Err(ModelError::Unreachable(why)),
        Err(Failure::Unknown(why)) if why == "deadline passed" => return Err(ModelError::Late),
        Err(Failure::Unknown(why)) => return Err(ModelError::Unreachable(why)),
    };
    match reply.cut {
        None => {}
        Some(Cut::TooLarge) => return Err(ModelError::TooLarge),
        Some(Cut::Deadline) => return Err(ModelError::Late),
        Some(Cut::ConnectionLost | Cut::Sink) => return Err(ModelError::Nonsense),
    }
    if !(200..300).contains(&reply.status) {
        return Err(status::error(reply.status, &reply.body));
    }
    serde_json::from_slice(&reply.body).map_err(|_| ModelError::Nonsense)
}

fn post(url: &str, body: &Value, limit: Duration) -> Call {
    Call::new(Method::POST, url).body("application/json", body.to_string()).within(limit)
}
