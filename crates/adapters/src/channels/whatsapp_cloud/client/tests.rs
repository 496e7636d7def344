//! Client and fake provider, over loopback.

use super::*;
use crate::http::EgressConfig;
use relais_app::port::template::{Quality, Standing};
use relais_core::message::{MediaKind, MediaSource, Outbound, Recipient};
use relais_sim::graph::{FakeConfig, FakeGraph, Fault, Faults, Hostile};
use std::collections::VecDeque;

const NUMBER: &str = "800000000000002";

async fn fake() -> FakeGraph {
    FakeGraph::start(FakeConfig::default()).await.unwrap()
}

fn client_at(base_url: &str) -> GraphClient {
    let egress = Egress::new(EgressConfig { allow_loopback: true, ..EgressConfig::default() });
    let config = GraphConfig {
        base_url: base_url.to_owned(),
        send_deadline: Duration::from_secs(2),
        media_deadline: Duration::from_secs(5),
        ..GraphConfig::default()
    };
    GraphClient::new(egress.unwrap(), config, Secret::new("fake-token"))
}

fn message(content: Outbound) -> Send {
    Send {
        callback_id: "msg:1".into(),
        business_number: NUMBER.into(),
        to: Recipient { phone: Some("+33639980012".into()), bsuid: None },
        content,
        quotes: None,
        file: None,
    }
}

fn text(body: &str) -> Send {
    message(Outbound::Text { body: body.into() })
}

fn script(faults: impl IntoIterator<Item = Fault>) -> Faults {
    Faults { script: faults.into_iter().collect(), ..Faults::default() }
}

#[tokio::test]
async fn the_list_of_templates_is_read_to_its_end() {
    let fake = fake().await;
    let template = |n: usize| {
        serde_json::json!({"id": n.to_string(), "name": format!("modele_{n}"), "language": "fr",
            "status": if n == 3 { "PAUSED" } else { "APPROVED" }, "category": "UTILITY",
            "quality_score": {"score": "YELLOW"}, "rejected_reason": "NONE",
            "components": [{"type": "BODY", "text": "Bonjour {{1}}"}]})
    };
    fake.set_templates((0..230).map(template).collect());
    let client = client_at(fake.base_url()).of_account("900000000000001");
    let listed = client.templates().await.unwrap();
    assert_eq!(listed.len(), 230);
    let paused = &listed[3];
    assert_eq!((paused.name.as_str(), paused.standing), ("modele_3", Standing::Paused));
    assert_eq!((paused.category.as_str(), paused.quality), ("utility", Quality::Yellow));
    assert_eq!((&paused.reason, paused.body.as_deref()), (&None, Some("Bonjour {{1}}")));
    fake.set_token("another");
    assert!(matches!(client.templates().await, Err(FetchError::ChannelDown(_))));
    let elsewhere = client_at(fake.base_url());
    assert_eq!(elsewhere.templates().await, Ok(Vec::new()), "without an account there are none");
}

#[tokio::test]
async fn a_send_arrives_as_written_and_yields_its_id() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let (outcome, accepted) = client.send_message(&text("Bonjour 👋")).await;
    let taken = fake.accepted();
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: taken[0].id.clone() });
    assert_eq!(taken[0].text, "Bonjour 👋");
    assert_eq!(taken[0].to, "+33639980012");
    assert_eq!(taken[0].callback_id.as_deref(), Some("msg:1"));
    assert_eq!(accepted.unwrap().recipient.phone.as_deref(), Some("+33639980012"));
    let by_id = Recipient { phone: None, bsuid: Some("FR.71".into()) };
    let (_, accepted) = client.send_message(&Send { to: by_id, ..text("x") }).await;
    assert_eq!(accepted.unwrap().recipient.bsuid.as_deref(), Some("FR.71"));
}

#[tokio::test]
async fn every_kind_we_send_has_a_shape_the_provider_takes() {
    use relais_core::message::{Button, Row};
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let media = |kind, caption: Option<&str>| Outbound::Media {
        kind,
        source: MediaSource::Id("5".into()),
        caption: caption.map(str::to_owned),
        filename: None,
    };
    let button = |n: usize| Button { id: format!("b{n}"), title: format!("Choix {n}") };
    let row = |n: usize| Row { id: format!("r{n}"), title: "Ligne".into(), description: None };
    let body = String::from("Texte");
    let kinds = vec![
        Outbound::Text { body: "x".repeat(4096) },
        Outbound::Buttons { body: body.clone(), buttons: (0..3).map(button).collect() },
        Outbound::List {
            body: body.clone(),
            button: "Voir".into(),
            rows: (0..10).map(row).collect(),
        },
        media(MediaKind::Image, Some("Légende")),
        media(MediaKind::Video, None),
        media(MediaKind::Audio, None),
        media(MediaKind::Voice, None),
        media(MediaKind::Document, None),
        media(MediaKind::Sticker, None),
        Outbound::Media {
            kind: MediaKind::Image,
            source: MediaSource::Link("https://a.example/i.png".into()),
            caption: None,
            filename: None,
        },
        Outbound::Link {
            body: body.clone(),
            label: "Ouvrir".into(),
            url: "https://a.example".into(),
        },
        Outbound::Template {
            name: "suivi".into(),
            language: "fr".into(),
            params: vec!["Léa\n\n Dupuis".into()],
            body: String::new(),
        },
        Outbound::Reaction { target: "wamid.1".into(), emoji: "👍".into() },
        Outbound::LocationRequest { body: body.clone() },
        Outbound::ContactRequest { body },
    ];
    let count = kinds.len();
    for content in kinds {
        let mut send = message(content);
        send.quotes = Some("wamid.IN".into());
        let outcome = client.send(send.clone()).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{send:?}: {outcome:?}");
    }
    assert_eq!(fake.stats().accepted, count as u64);
}

#[tokio::test]
async fn what_we_know_to_be_refused_is_not_sent() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let outcome = client.send(text(&"x".repeat(4097))).await;
    assert!(
        matches!(outcome, SendOutcome::Refused { code: None, reason } if reason.contains("4096"))
    );
    let mut astray = text("x");
    astray.business_number = "../../other".into();
    assert!(matches!(client.send(astray).await, SendOutcome::Refused { .. }));
    assert_eq!(fake.stats().requests, 0);
}

/// What the dispatcher must believe after a fault, and whether the provider processed the send.
#[derive(Debug, PartialEq)]
enum Belief {
    Accepted,
    Retry,
    Refused,
    Unknown,
    Down,
}

fn belief(outcome: &SendOutcome) -> Belief {
    match outcome {
        SendOutcome::Accepted { .. } => Belief::Accepted,
        SendOutcome::Retry { .. } => Belief::Retry,
        SendOutcome::Refused { .. } => Belief::Refused,
        SendOutcome::Unknown { .. } => Belief::Unknown,
        SendOutcome::ChannelDown { .. } => Belief::Down,
    }
}

#[tokio::test]
async fn every_fault_leads_to_a_safe_belief() {
    let garble = |hostile, status, processed| Fault::Garble { hostile, status, processed };
    let refuse = |status, code| Fault::Refuse { status, code };
    let cases = vec![
        (Fault::Fine, Belief::Accepted, 1),
        (Fault::LoseBefore, Belief::Unknown, 0),
        (Fault::LoseAfter, Belief::Unknown, 1),
        (Fault::HangAfter(Duration::from_secs(8)), Belief::Unknown, 1),
        (Fault::TOKEN, Belief::Down, 0),
        (Fault::THROTTLED, Belief::Retry, 0),
        (Fault::PAIR, Belief::Retry, 0),
        (refuse(400, 80_007), Belief::Retry, 0),
        (Fault::RefuseFor { status: 429, code: 4, retry_after: 90 }, Belief::Retry, 0),
        (Fault::INTERNAL, Belief::Unknown, 0),
        (refuse(503, 2), Belief::Unknown, 0),
        (refuse(400, 131_047), Belief::Refused, 0),
        (refuse(400, 131_026), Belief::Refused, 0),
        (refuse(400, 100), Belief::Refused, 0),
        (refuse(403, 131_031), Belief::Down, 0),
        (refuse(400, 999_999), Belief::Refused, 0),
        (garble(Hostile::Truncated, 200, true), Belief::Unknown, 1),
        (garble(Hostile::Huge, 200, true), Belief::Unknown, 1),
        (garble(Hostile::InvalidJson, 200, true), Belief::Unknown, 1),
        (garble(Hostile::Html, 200, true), Belief::Unknown, 1),
        (garble(Hostile::Empty, 200, true), Belief::Unknown, 1),
        (garble(Hostile::Deep, 200, true), Belief::Unknown, 1),
        (garble(Hostile::Html, 502, false), Belief::Unknown, 0),
        (garble(Hostile::Html, 404, false), Belief::Refused, 0),
        (garble(Hostile::Truncated, 400, false), Belief::Retry, 0),
        (garble(Hostile::Html, 302, false), Belief::Retry, 0),
        (garble(Hostile::Html, 429, false), Belief::Retry, 0),
        (garble(Hostile::Empty, 401, false), Belief::Down, 0),
        (Fault::FailLater(131_047), Belief::Accepted, 1),
        (Fault::NoReports, Belief::Accepted, 1),
    ];
    let fake = fake().await;
    let client = client_at(fake.base_url());
    for (fault, expected, processed) in cases {
        fake.set_faults(script([fault.clone()]));
        let before = fake.stats().accepted;
        let outcome = client.send(text("x")).await;
        assert_eq!(belief(&outcome), expected, "{fault:?}: {outcome:?}");
        assert_eq!(fake.stats().accepted - before, processed, "{fault:?}");
        // The same client works on after any of them.
        fake.set_faults(Faults::default());
        let next = client.send(text("y")).await;
        assert_eq!(belief(&next), Belief::Accepted, "after {fault:?}: {next:?}");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_retried_not_doubted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let client = client_at(&format!("http://127.0.0.1:{port}"));
    assert_eq!(belief(&client.send(text("x")).await), Belief::Retry);
}

#[tokio::test]
async fn a_forbidden_address_stops_the_channel() {
    let client = client_at("http://10.0.0.1");
    assert_eq!(belief(&client.send(text("x")).await), Belief::Down);
}

#[tokio::test]
async fn a_new_token_brings_a_stopped_channel_back() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    fake.set_token("second");
    assert_eq!(belief(&client.send(text("x")).await), Belief::Down);
    client.set_token(Secret::new("second"));
    assert_eq!(belief(&client.send(text("x")).await), Belief::Accepted);
}

#[tokio::test]
async fn a_read_receipt_reaches_the_provider() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    client.mark_read(NUMBER, "wamid.IN1", true).await;
    assert_eq!(fake.stats().read_receipts, 1);
    assert_eq!(fake.stats().accepted, 0);
}

#[tokio::test]
async fn files_go_up_and_come_down_whole() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let file: Vec<u8> = (0..700_000_u32).map(|n| (n * 7 + n / 251) as u8).collect();
    let id =
        client.upload_media(NUMBER, "image/png", "photo é.png", file.clone().into()).await.unwrap();
    let mut got = Vec::new();
    let info = client.fetch_media(NUMBER, &id, 1 << 20, &mut got).await.unwrap();
    assert_eq!(got, file);
    assert_eq!((info.mime.as_deref(), info.size), (Some("image/png"), Some(700_000)));
}

#[tokio::test]
async fn a_file_larger_than_the_cap_is_not_fetched() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let id = fake.put_media("application/pdf", vec![1; 5_000]);
    let mut got = Vec::new();
    let error = client.fetch_media(NUMBER, &id, 4_999, &mut got).await.unwrap_err();
    assert_eq!(error, MediaError::TooLarge { limit: 4_999 });
    assert!(got.is_empty());
    let error = client.fetch_media(NUMBER, "404404", 4_999, &mut got).await.unwrap_err();
    assert_eq!(error, MediaError::Gone);
}

#[tokio::test]
async fn an_expired_address_is_resolved_again_once() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let id = fake.put_media("text/plain", "abc");
    let expired = Fault::Garble { hostile: Hostile::Html, status: 404, processed: false };
    let media_script = VecDeque::from([Fault::Fine, expired.clone()]);
    fake.set_faults(Faults { media_script, ..Faults::default() });
    let mut got = Vec::new();
    client.fetch_media(NUMBER, &id, 100, &mut got).await.unwrap();
    assert_eq!(got, b"abc", "the page that said 404 is not part of the file");
    let media_script = VecDeque::from([Fault::Fine, expired.clone(), Fault::Fine, expired]);
    fake.set_faults(Faults { media_script, ..Faults::default() });
    let error = client.fetch_media(NUMBER, &id, 100, &mut Vec::new()).await.unwrap_err();
    assert_eq!(error, MediaError::Gone);
}

#[tokio::test]
async fn a_file_cut_or_changed_on_the_way_is_not_taken_for_whole() {
    let fake = fake().await;
    let client = client_at(fake.base_url());
    let id = fake.put_media("text/plain", "abc");
    for hostile in [Hostile::Truncated, Hostile::InvalidJson, Hostile::Empty] {
        let garble = Fault::Garble { hostile, status: 200, processed: true };
        let media_script = VecDeque::from([Fault::Fine, garble]);
        fake.set_faults(Faults { media_script, ..Faults::default() });
        let result = client.fetch_media(NUMBER, &id, 1 << 20, &mut Vec::new()).await;
        assert!(matches!(result, Err(MediaError::Damaged | MediaError::Retry(_))), "{result:?}");
    }
    let garble = Fault::Garble { hostile: Hostile::Huge, status: 200, processed: true };
    let media_script = VecDeque::from([Fault::Fine, garble]);
    fake.set_faults(Faults { media_script, ..Faults::default() });
    let mut got = Vec::new();
    let result = client.fetch_media(NUMBER, &id, 1 << 20, &mut got).await;
    assert_eq!(result, Err(MediaError::TooLarge { limit: 1 << 20 }));
    assert!(got.len() <= 1 << 20);
}

#[tokio::test]
async fn the_token_never_goes_to_another_host() {
    let fake = fake().await;
    let thief = self::fake().await;
    let client = client_at(fake.base_url());
    let id = fake.put_media("text/plain", "abc");
    for url in [format!("{}/files/{id}", thief.base_url()), "http://169.254.169.254/latest".into()]
    {
        fake.set_media_url(Some(url));
        let result = client.fetch_media(NUMBER, &id, 100, &mut Vec::new()).await;
        assert_eq!(result, Err(MediaError::NotAllowed));
    }
    assert_eq!(thief.stats().requests, 0);
}

mod doctor {
    use super::*;
    use relais_app::port::channel::Health;
    use relais_core::time::Timestamp;
    use relais_sim::graph::{AccountFaults, Faults};
    use std::time::{SystemTime, UNIX_EPOCH};

    fn now() -> Timestamp {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        Timestamp::from_micros(i64::try_from(micros).unwrap())
    }

    /// The check that is not good, with what was said.
    async fn ill(account: AccountFaults, token: &str) -> Vec<(&'static str, String)> {
        let config =
            FakeConfig { faults: Faults { account, ..Faults::default() }, ..FakeConfig::default() };
        let fake = FakeGraph::start(config).await.unwrap();
        let client = client_at(fake.base_url());
        client.set_token(Secret::new(token));
        let found = client.examine("800000000000002", "900000000000001", now()).await;
        assert_eq!(found.len(), 5, "{found:?}");
        found.into_iter().filter(|f| f.state == Health::Bad).map(|f| (f.check, f.said)).collect()
    }

    #[tokio::test]
    async fn each_fault_of_an_account_is_found_at_its_line() {
        let fine = AccountFaults::default();
        assert_eq!(ill(fine, "fake-token").await, []);
        let token = ill(fine, "revoked").await;
        assert_eq!(token[0].0, "token");
        assert!(token[0].1.contains("Error validating access token"), "{token:?}");
        let lacks = ill(AccountFaults { lacks_right: true, ..fine }, "fake-token").await;
        assert_eq!(lacks, [("rights", "whatsapp_business_messaging".to_owned())]);
        let elsewhere = ill(AccountFaults { number_elsewhere: true, ..fine }, "fake-token").await;
        assert_eq!(elsewhere, [("number", "33199000042 Maison Lumière".to_owned())]);
        let deaf = ill(AccountFaults { unsubscribed: true, ..fine }, "fake-token").await;
        assert_eq!(deaf[0].0, "subscription");
        let late = ill(AccountFaults { clock_off: true, ..fine }, "fake-token").await;
        assert_eq!(late[0].0, "clock");
    }
}
