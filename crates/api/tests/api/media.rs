//! Files of customers, from the provider's webhook to the agent's browser.

use crate::support::{NUMBER, TestApp};
use axum::http::StatusCode;
use relais_adapters::channels::whatsapp_cloud::{GraphClient, GraphConfig};
use relais_adapters::http::{Egress, EgressConfig};
use relais_adapters::secret::Secret;
use relais_app::media::Folder;
use relais_app::port::store::ChannelRow;
use relais_sim::graph::webhook::{Batch, inbound_media};
use relais_sim::graph::{FakeConfig, FakeGraph};
use serde_json::{Value, json};
use std::sync::Arc;

const CLAIRE: &str = "33639980101";
const GIF: &[u8] = b"GIF89a\x10\0\x10\0 and so on";

/// The instance with a provider that holds files.
pub async fn with_graph(folder: &tempfile::TempDir) -> (TestApp, FakeGraph) {
    let app = TestApp::start().await;
    let config = FakeConfig {
        token: "a token".to_owned(),
        numbers: vec![NUMBER.to_owned()],
        ..FakeConfig::default()
    };
    let graph = FakeGraph::start(config).await.unwrap();
    let egress = EgressConfig { allow_loopback: true, ..EgressConfig::default() };
    let config = GraphConfig { base_url: graph.base_url().to_owned(), ..GraphConfig::default() };
    let client = GraphClient::new(Egress::new(egress).unwrap(), config, Secret::new("a token"));
    let rows = app.service.store().channels().await.unwrap();
    let row: ChannelRow = rows.into_iter().find(|r| r.id == app.channel).unwrap();
    app.service.connect(row, Arc::new(client)).await.unwrap();
    app.service.keep_files_in(Folder::open(folder.path()).await.unwrap());
    (app, graph)
}

async fn sends(app: &TestApp, wamid: &str, kind: &str, media: &str, name: Option<&str>) {
    arrives(app, wamid, kind, media, name).await;
    app.settle().await;
}

pub async fn arrives(app: &TestApp, wamid: &str, kind: &str, media: &str, name: Option<&str>) {
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(CLAIRE, "Claire Dubois", None);
    let at = u64::try_from(app.now().as_secs()).unwrap();
    // The announced type is the attacker's: it must count for nothing.
    batch.message(&inbound_media((CLAIRE, wamid, at), kind, media, "text/html", None, name));
    assert_eq!(app.deliver(batch.body()).await, StatusCode::OK);
}

async fn shown(app: &TestApp, client: &crate::support::Client) -> Vec<Value> {
    let id = app.conversation(client).await["id"].as_str().unwrap().to_owned();
    let events = client.get(&format!("/api/v1/conversations/{id}/events")).await;
    let items = events.body["items"].as_array().unwrap().clone();
    items.iter().map(|e| e["message"]["media"].clone()).filter(Value::is_object).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t59_a_customers_file_is_shown_or_saved_and_never_run() {
    let folder = tempfile::tempdir().unwrap();
    let (app, graph) = with_graph(&folder).await;
    let owner = app.owner().await;
    let gif = graph.put_media("image/gif", GIF);
    let html = graph.put_media("image/jpeg", b"<html><script>alert(1)</script>".as_slice());
    sends(&app, "wamid.1", "image", &gif, None).await;
    sends(&app, "wamid.2", "document", &html, Some("../../.htaccess")).await;
    let media = shown(&app, &owner).await;
    assert_eq!(media.len(), 2, "{media:?}");
    assert_eq!(media[0]["state"], "stored");
    assert_eq!((&media[0]["mime"], &media[0]["is_inline"]), (&json!("image/gif"), &json!(true)));
    assert_eq!(media[1]["is_inline"], false);

    let picture = owner.get(media[0]["url"].as_str().unwrap()).await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(&picture.raw[..], GIF);
    assert_eq!(picture.header("content-type"), "image/gif");
    assert!(picture.header("content-disposition").starts_with("inline"));
    let file = owner.get(media[1]["url"].as_str().unwrap()).await;
    assert_eq!(file.header("content-type"), "application/octet-stream");
    let disposition = file.header("content-disposition");
    assert_eq!(disposition, "attachment; filename*=UTF-8''htaccess");
    for answer in [&picture, &file] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").starts_with("sandbox;"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_only_for_whoever_may_read_the_inbox() {
    let folder = tempfile::tempdir().unwrap();
    let (app, graph) = with_graph(&folder).await;
    let owner = app.owner().await;
    let gif = graph.put_media("image/gif", GIF);
    sends(&app, "wamid.1", "image", &gif, None).await;
    let url = shown(&app, &owner).await[0]["url"].as_str().unwrap().to_owned();
    assert_eq!(app.anonymous().get(&url).await.status, StatusCode::UNAUTHORIZED);
    let auditor = app.person(&owner, "Ada", "auditor").await;
    assert_eq!(auditor.get(&url).await.slug(), "masked", "not without a reason");
    let again = auditor.post(&format!("{url}/fetch"), &Value::Null).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    let nobodys = "/api/v1/media/01890000-0000-7000-8000-000000000001";
    assert_eq!(owner.get(nobodys).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.get("/api/v1/media/..%2f..%2fetc").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_could_not_be_fetched_says_so_and_can_be_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let (app, graph) = with_graph(&folder).await;
    let owner = app.owner().await;
    // An address that is not the provider's: not fetched, and no token shown to it (S3).
    graph.set_media_url(Some("https://elsewhere.example/x".to_owned()));
    let gif = graph.put_media("image/gif", GIF);
    sends(&app, "wamid.1", "image", &gif, None).await;
    let media = shown(&app, &owner).await;
    assert_eq!((&media[0]["state"], &media[0]["url"]), (&json!("failed"), &Value::Null));
    assert!(media[0]["error"].as_str().unwrap().contains("not allowed"), "{media:?}");

    graph.set_media_url(None);
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await;
    let items = events.body["items"].as_array().unwrap().clone();
    let message = items.iter().find(|e| e["message"]["media"].is_object()).unwrap();
    let fetch = format!("/api/v1/media/{}/fetch", message["message"]["id"].as_str().unwrap());
    assert_eq!(owner.post(&fetch, &Value::Null).await.status, StatusCode::ACCEPTED);
    app.settle().await;
    assert_eq!(shown(&app, &owner).await[0]["state"], "stored");
    assert_eq!(owner.post(&fetch, &Value::Null).await.slug(), "not_failed");
}

/// Everything of a person in one archive, read by an ordinary reader.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_holds_the_page_the_data_and_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let (app, graph) = with_graph(&folder).await;
    let owner = app.owner().await;
    let gif = graph.put_media("image/gif", GIF);
    let large: Vec<u8> = b"%PDF-".iter().copied().chain((0..300_000).map(|n| n as u8)).collect();
    let pdf = graph.put_media("application/pdf", large.clone());
    sends(&app, "wamid.1", "image", &gif, None).await;
    sends(&app, "wamid.2", "document", &pdf, Some("../<b>facture.exe")).await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let conversation = owner.get(&format!("/api/v1/conversations/{id}")).await.body;
    let contact = conversation["contact"]["id"].as_str().unwrap();
    let answer = owner.get(&format!("/api/v1/contacts/{contact}/export?format=zip")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.raw.to_vec())).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        std::io::copy(&mut archive.by_name(name).unwrap(), &mut bytes).unwrap();
        bytes
    };
    let data: Value = serde_json::from_slice(&read("contact.json")).unwrap();
    assert_eq!(data["name"], "Claire Dubois");
    let events = data["logs"][0]["events"].as_array().unwrap();
    let files: Vec<&Value> = events
        .iter()
        .filter(|event| event["by"] == "customer")
        .map(|event| &event["message"]["media"])
        .filter(|media| media.is_object())
        .collect();
    let place = |n: usize| files[n]["url"].as_str().unwrap();
    assert_eq!(read(place(0)), GIF);
    assert!(place(1).starts_with("files/"), "{}", place(1));
    assert_eq!(place(1).rsplit('.').next(), Some("pdf"), "by its content");
    assert_eq!(read(place(1)), large);
    let page = String::from_utf8(read("contact.html")).unwrap();
    assert!(page.contains(&format!("<a href=\"{}\">", place(1))), "{page}");
    assert!(page.contains("../&lt;b&gt;facture.exe") && page.ends_with("</html>"), "{page}");
    assert_eq!(archive.len(), 4);

    let denis = app.person(&owner, "Denis Aubry", "auditor").await;
    let answer = denis.get(&format!("/api/v1/contacts/{contact}/export?format=zip")).await;
    let archive = zip::ZipArchive::new(std::io::Cursor::new(answer.raw.to_vec())).unwrap();
    let mut names: Vec<_> = archive.file_names().map(|n| n.unwrap().into_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["contact.html", "contact.json"], "files are no more theirs than words");
}
