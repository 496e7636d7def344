//! The key of a number's forms: made, given to the provider, kept over a restart and a renewal.

use crate::load;
use relais_sim::form::seal;
use relais_sim::graph::WebhookClient;
use relais_testkit::load::process::SECRET;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_forms_is_with_the_provider_and_opens_also_after_a_restart_and_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut connected = load::connected(load::installation(folder.path())).await;
    let url = connected.urls[0].clone();
    let id = url.rsplit('/').next().unwrap().to_owned();
    let mut door = WebhookClient::new(&format!("{url}/forms"), SECRET).unwrap();
    let ping = json!({"version": "3.0", "action": "ping"});
    assert_eq!(door.post(b"{}").await.unwrap(), 432, "there is no key yet");

    let make = format!("/api/v1/channels/{id}/form-key");
    let made = connected.relais.call("POST", &make, &Value::Null).await.unwrap();
    assert_eq!(made.status, 204, "{}", made.body);
    let first = connected.graph.form_key().unwrap();
    assert_eq!(door.post(&seal(&first, &ping)).await.unwrap(), 200);
    let listed = connected.relais.call("GET", "/api/v1/channels", &Value::Null).await.unwrap();
    let items = listed.body["items"].as_array().unwrap();
    let own = items.iter().find(|one| one["id"] == id.as_str()).unwrap();
    assert_eq!(own["forms_path"], format!("/hooks/whatsapp/{id}/forms"));

    let renew = json!({"verify_token": "another-token"});
    let path = format!("/api/v1/channels/{id}");
    let renewed = connected.relais.call("PATCH", &path, &renew).await.unwrap();
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    connected.relais.kill().unwrap();
    connected.relais.start().await.unwrap();
    assert_eq!(door.post(&seal(&first, &ping)).await.unwrap(), 200);

    // A form that is being filled in was sealed for the key before.
    connected.relais.call("POST", &make, &Value::Null).await.unwrap();
    let second = connected.graph.form_key().unwrap();
    assert_ne!(first, second);
    for key in [&first, &second] {
        assert_eq!(door.post(&seal(key, &ping)).await.unwrap(), 200);
    }
    connected.relais.kill().unwrap();
}
