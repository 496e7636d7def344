//! The providers against a fake on this machine.

use super::*;
use relais_app::model::Speech;
use relais_app::port::helpers::Recording;
use relais_app::port::model::{Errand, Tokens, Uses};
use relais_sim::llm::{FakeLlm, Mind, Way};
use serde_json::json;
use std::collections::BTreeMap;

const SOON: Duration = Duration::from_secs(4);

fn settings(provider: Provider, base: &str) -> Settings {
    Settings {
        is_on: true,
        provider,
        base_url: base.to_owned(),
        model: "small".to_owned(),
        api_version: None,
        uses: Uses::NONE,
        budget: relais_app::model::Budget::default(),
        sentiment_url: None,
        speech: None,
    }
}

fn keys() -> Keys {
    let keys = ["model", "sentiment", "speech"];
    Keys(keys.map(|name| (name.to_owned(), format!("key-of-{name}"))).into_iter().collect())
}

fn made(settings: &Settings) -> Made {
    Models::new(&[], true).unwrap().make(settings, &keys())
}

fn question() -> Errand {
    Errand::Compose {
        question: "combien ?".to_owned(),
        language: "fr".to_owned(),
        articles: vec![("FAQ-01".to_owned(), "4,90 €".to_owned())],
    }
}

async fn asked(settings: &Settings) -> Result<relais_app::port::model::Said, ModelError> {
    made(settings).model.unwrap().ask(&question(), SOON).await
}

#[tokio::test]
async fn every_provider_is_asked_in_its_own_way() {
    let fake = FakeLlm::start().await.unwrap();
    let base = format!("{}/v1", fake.base_url());
    let cases = [
        (Provider::Openai, None, "/v1/chat/completions", "max_completion_tokens"),
        (Provider::Mistral, None, "/v1/chat/completions", "max_tokens"),
        (Provider::Vllm, None, "/v1/chat/completions", "max_tokens"),
        (Provider::Ollama, None, "/v1/chat/completions", "max_tokens"),
        (Provider::Compatible, None, "/v1/chat/completions", "max_tokens"),
        (Provider::Azure, None, "/v1/chat/completions", "max_completion_tokens"),
        (
            Provider::Azure,
            Some("2024-10-21"),
            "/v1/openai/deployments/small/chat/completions?api-version=2024-10-21",
            "max_completion_tokens",
        ),
        (Provider::Anthropic, None, "/v1/messages", "max_tokens"),
    ];
    for (provider, version, target, most) in cases {
        let settings =
            Settings { api_version: version.map(str::to_owned), ..settings(provider, &base) };
        let said = asked(&settings).await.unwrap();
        assert_eq!(said.text, r#"{"answer":"4,90 €","cites":["FAQ-01"]}"#, "{provider:?}");
        assert_eq!(said.tokens, Tokens { input: 100, output: 20 }, "{provider:?}");
        let seen = fake.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].target.as_str(), seen[0].key.as_deref()),
            (target, Some("key-of-model"))
        );
        let body = seen[0].json();
        assert!(body[most].as_u64().is_some(), "{provider:?}: {body}");
        assert_eq!(body["model"], "small");
        assert!(body.get("temperature").is_none(), "reasoning models refuse it");
        let is_openai = provider == Provider::Openai;
        assert_eq!(body.get("store").is_some(), is_openai, "others refuse what they do not know");
        let schema = if provider == Provider::Anthropic {
            &body["output_config"]["format"]["schema"]
        } else {
            &body["response_format"]["json_schema"]["schema"]
        };
        assert_eq!(schema["required"], json!(["answer", "cites"]));
    }
}

#[tokio::test]
async fn a_server_that_takes_no_schema_is_asked_in_words() {
    let fake = FakeLlm::start().await.unwrap();
    for (provider, refusals) in [(Provider::Ollama, 2), (Provider::Anthropic, 1)] {
        let made = made(&settings(provider, fake.base_url()));
        let model = made.model.unwrap();
        let refuses =
            Way::Refuses { status: 400, words: "response_format: unknown field".to_owned() };
        fake.script(vec![refuses; refusals]);
        assert!(model.ask(&question(), SOON).await.is_ok(), "{provider:?}");
        assert_eq!(fake.seen().len(), refusals + 1);
        assert!(model.ask(&question(), SOON).await.is_ok());
        let seen = fake.seen();
        assert_eq!(seen.len(), 1, "it is remembered");
        let body = seen[0].json();
        assert!(body.get("response_format").is_none() && body.get("output_config").is_none());
    }
}

#[tokio::test]
async fn refusals_have_their_own_words() {
    let fake = FakeLlm::start().await.unwrap();
    for (status, error) in [
        (401, ModelError::Key),
        (403, ModelError::Key),
        (404, ModelError::NotFound),
        (429, ModelError::Busy),
        (529, ModelError::Busy),
        (500, ModelError::Unreachable("status 500".to_owned())),
        (418, ModelError::Refused("status 418 no tea".to_owned())),
    ] {
        fake.set(Way::Refuses { status, words: "no tea".to_owned() });
        for provider in [Provider::Openai, Provider::Anthropic] {
            assert_eq!(asked(&settings(provider, fake.base_url())).await, Err(error.clone()));
        }
    }
}

#[tokio::test]
async fn t37_answers_that_never_end_or_mean_nothing_are_cut_off() {
    let fake = FakeLlm::start().await.unwrap();
    // Short only for what never ends: of eight megabytes it is not the speed that is judged.
    let short = Duration::from_millis(300);
    for provider in [Provider::Openai, Provider::Anthropic] {
        let model = made(&settings(provider, fake.base_url())).model.unwrap();
        for (way, limit, expected) in [
            (Way::Hangs, short, ModelError::Late),
            (Way::Drips, short, ModelError::Late),
            (Way::Body(vec![b' '; 8 * 1024 * 1024].into()), SOON, ModelError::TooLarge),
            (Way::Body("<html>".into()), SOON, ModelError::Nonsense),
            (Way::Body("".into()), SOON, ModelError::Nonsense),
            (Way::Body("[".repeat(100_000).into()), SOON, ModelError::Nonsense),
            (Way::Body(r#"{"choices": [], "content": []}"#.into()), SOON, ModelError::Nonsense),
        ] {
            fake.set(way);
            let answer = tokio::time::timeout(SOON * 2, model.ask(&question(), limit)).await;
            assert_eq!(answer.expect("it is cut off"), Err(expected), "{provider:?}");
        }
        fake.set(Way::Cuts);
        assert!(matches!(model.ask(&question(), SOON).await, Err(ModelError::Unreachable(_))));
        fake.set(Way::Thinks(Mind::Sensible));
        assert!(model.ask(&question(), SOON).await.is_ok(), "and it is well again");
    }
}

#[tokio::test]
async fn a_mood_service_gets_the_words_and_nothing_else() {
    let fake = FakeLlm::start().await.unwrap();
    let url = format!("{}/webhook/mood", fake.base_url());
    let settings = Settings {
        sentiment_url: Some(url),
        model: String::new(),
        ..settings(Provider::Compatible, "")
    };
    let made = made(&settings);
    assert!(made.model.is_none());
    let mood = made.mood.unwrap();
    fake.set(Way::Writes(r#"[{"sentiment": "negative", "score": 0.9}]"#.to_owned()));
    let errand = Errand::Sentiment { text: "bof".to_owned(), language: "fr".to_owned() };
    let said = mood.ask(&errand, SOON).await.unwrap();
    assert_eq!(said.text, r#"{"score":0.9,"sentiment":"negative"}"#);
    let seen = fake.seen();
    assert_eq!(
        (seen[0].target.as_str(), seen[0].key.as_deref()),
        ("/webhook/mood", Some("key-of-sentiment"))
    );
    assert_eq!(seen[0].json(), json!({ "text": "bof", "language": "fr" }));
    assert_eq!(mood.ask(&question(), SOON).await, Err(ModelError::Off), "it only judges moods");
}

#[tokio::test]
async fn a_recording_goes_up_as_a_form_and_comes_back_as_words() {
    let fake = FakeLlm::start().await.unwrap();
    let speech = Speech { base_url: format!("{}/v1/", fake.base_url()), model: "whisper-1".into() };
    let settings =
        Settings { speech: Some(speech), ..settings(Provider::Openai, "https://a.example") };
    let ears = made(&settings).ears.unwrap();
    fake.set(Way::Writes("où est ma commande ?".to_owned()));
    let recording =
        Recording { media_id: None, file: Some(b"OggS\0audio"), mime: "audio/ogg; codecs=opus" };
    let heard = ears.transcribe(recording, Some("fr"), SOON).await;
    assert_eq!(heard.as_deref(), Ok("où est ma commande ?"));
    let seen = fake.seen().remove(0);
    assert_eq!(
        (seen.target.as_str(), seen.key.as_deref()),
        ("/v1/audio/transcriptions", Some("key-of-speech"))
    );
    assert!(seen.content_type.starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8_lossy(&seen.body);
    for part in ["whisper-1", "name=\"language\"\r\n\r\nfr\r\n", "voice.ogg", "OggS\0audio\r\n--"] {
        assert!(body.contains(part), "{body}");
    }
    let odd = ears.transcribe(recording, Some("fr\r\nx: y"), SOON).await;
    assert!(odd.is_ok() && !String::from_utf8_lossy(&fake.seen()[0].body).contains("x: y"));
}

#[tokio::test]
async fn a_local_address_is_reached_only_where_the_operator_listed_it() {
    let fake = FakeLlm::start().await.unwrap();
    let settings = settings(Provider::Ollama, &format!("{}/v1", fake.base_url()));
    let port = fake.base_url().rsplit_once(':').unwrap().1;
    let ask = |hosts: Vec<String>| {
        let model = Models::new(&hosts, false).unwrap().make(&settings, &Keys(BTreeMap::new()));
        async move { model.model.unwrap().ask(&question(), SOON).await }
    };
    assert_eq!(ask(vec![]).await, Err(ModelError::Denied));
    assert_eq!(ask(vec!["127.0.0.1:1".to_owned()]).await, Err(ModelError::Denied));
    assert_eq!(ask(vec![format!("10.0.0.0/8:{port}")]).await, Err(ModelError::Denied));
    assert!(fake.seen().is_empty());
    assert!(ask(vec![format!("127.0.0.1:{port}")]).await.is_ok());
    assert_eq!(fake.seen()[0].key, None, "no key, no header");
    for bad in ["ollama:11434", "127.0.0.1", "10.0.0.0/8", "127.0.0.1:x", ""] {
        assert!(Models::new(&[bad.to_owned()], false).is_err(), "{bad}");
    }
}
