//! Encryption at rest in the real program: switched on over what is there, nothing readable in any
//! file of the installation, everything read with the key and nothing without it (S11).

use crate::program::{APP_SECRET, Browser, NUMBER, Program, eventually, graph};
use relais_sim::graph::WebhookClient;
use relais_sim::graph::webhook::{Batch, inbound_media, inbound_text, unix};
use serde_json::{Value, json};
use std::path::Path;
use std::time::SystemTime;

const CLAIRE: &str = "33639980101";
/// Stands in whatever anybody says, sends or is called.
const CANARY: &str = "zirconpapaye";

/// Files of an installation, but settings, that hold the word, with how often.
fn canaries(folder: &Path) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap();
            let count = bytes.windows(CANARY.len()).filter(|w| *w == CANARY.as_bytes()).count();
            if count > 0 {
                found.push((entry.path().display().to_string(), count));
            }
        }
    }
    found
}

fn file() -> Vec<u8> {
    let mut bytes = b"GIF89a\x10\0\x10\0".to_vec();
    bytes.extend(CANARY.repeat(20_000).into_bytes());
    bytes
}

/// A customer writes and sends a file, an agent writes a note, an answer and half a draft.
async fn talk(program: &Program, owner: &Browser, channel: &str, media: &str, n: u32) -> String {
    let hook = format!("{}/hooks/whatsapp/{channel}", program.url);
    let mut customer = WebhookClient::new(&hook, APP_SECRET).unwrap();
    let from = format!("{CLAIRE}{n}");
    let at = unix(SystemTime::now());
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(&from, &format!("Claire {CANARY}"), None);
    let words = format!("je veux parler à un agent, {CANARY}");
    batch.message(&inbound_text(&from, &format!("wamid.{n}.1"), at, &words));
    let file_id = format!("wamid.{n}.2");
    let head = (from.as_str(), file_id.as_str(), at);
    batch.message(&inbound_media(head, "image", media, "image/gif", Some(CANARY), None));
    assert_eq!(customer.post(&batch.body()).await.unwrap(), 200);
    let id = eventually("the conversation is queued", || async {
        let list = owner.get("/api/v1/conversations?status=queued").await;
        Some(list["items"].get(0)?["id"].as_str()?.to_owned())
    })
    .await;
    owner.act(&id, json!({"do": "take"})).await;
    owner.act(&id, json!({"do": "note", "text": format!("note {CANARY}")})).await;
    owner.act(&id, json!({"do": "reply", "text": format!("Bonjour {CANARY}")})).await;
    let draft = json!({"mode": "reply", "text": format!("encore {CANARY}"), "after": 0});
    let status = owner.put(&format!("/api/v1/conversations/{id}/draft"), &draft).await;
    assert!((200..300).contains(&status), "{status}");
    eventually("the file is here", || async {
        let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await;
        let items = events["items"].as_array()?;
        items.iter().find_map(|e| e["message"]["media"]["url"].as_str()).map(|_| ())
    })
    .await;
    id
}

/// What is shown of a conversation, from every place that shows something of it.
async fn shown(owner: &Browser, id: &str) {
    let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await;
    let said = events.to_string().matches(CANARY).count();
    assert!(said >= 4, "{said} of the words: {events}");
    let line = owner.get(&format!("/api/v1/conversations/{id}")).await;
    assert!(line["contact"]["name"].as_str().unwrap().contains(CANARY), "{line}");
    let drafts = owner.get("/api/v1/drafts").await;
    assert!(drafts.to_string().contains(CANARY), "{drafts}");
    let items = events["items"].as_array().unwrap();
    let url = items.iter().find_map(|e| e["message"]["media"]["url"].as_str());
    let url = url.unwrap_or_else(|| panic!("no file in {events}"));
    assert_eq!(owner.bytes(url).await, file());
    let found = owner.get(&format!("/api/v1/conversations?q={CANARY}")).await;
    let ids: Vec<&Value> = found["items"].as_array().unwrap().iter().map(|i| &i["id"]).collect();
    assert!(ids.contains(&&json!(id)), "found by a whole word: {found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_say_cannot_be_read_without_the_key() {
    let graph = graph().await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let on = at.join("on.toml");
    std::fs::write(&on, "encrypt_at_rest = true\n").unwrap();
    let on = on.to_str().unwrap();
    let media = graph.put_media("image/gif", file());

    // Off: the scan finds what there is to find.
    let mut program = Program::start(at, graph.base_url(), &["serve"]).await;
    let owner = program.claim().await;
    let channel = owner.connect_number().await;
    let before = talk(&program, &owner, &channel, &media, 1).await;
    shown(&owner, &before).await;
    assert_eq!(program.stop().await, 0);
    assert!(canaries(at).len() >= 2, "in the database and in a file");
    let off = Program::run(at, &["admin", "encrypt"]).await;
    off.is_refusal("encryption at rest is off");

    // On: what was there is read, then encrypted; what comes is encrypted at once.
    let mut program = Program::start(at, graph.base_url(), &["--config", on, "serve"]).await;
    let owner = owner.at(&program.url);
    assert_eq!(owner.get("/api/v1/instance").await["is_encrypted"], json!(true));
    shown(&owner, &before).await;
    assert_eq!(program.stop().await, 0);
    let done = Program::run(at, &["--config", on, "admin", "encrypt"]).await;
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("1 files encrypted"), "{}", done.out);
    assert_eq!(canaries(at), [], "{}", done.out);
    let again = Program::run(at, &["--config", on, "admin", "encrypt"]).await;
    assert!(again.out.contains(" 0 files encrypted"), "{}", again.out);
    assert!(!again.out.contains(": "), "nothing was left to encrypt: {}", again.out);
    let mut program = Program::start(at, graph.base_url(), &["--config", on, "serve"]).await;
    let owner = owner.at(&program.url);
    shown(&owner, &before).await;
    owner.act(&before, json!({"do": "resolve"})).await;
    let after = talk(&program, &owner, &channel, &media, 2).await;
    shown(&owner, &after).await;
    assert_eq!(canaries(at), [], "while it runs");
    assert_eq!(program.stop().await, 0);
    assert_eq!(canaries(at), []);
    let looked = Program::run(at, &["--config", on, "doctor"]).await;
    assert!(looked.out.contains("encryption at rest: on"), "{}", looked.out);

    // Another key, and none: refused, and nothing is made or changed.
    let key = at.join("master.key");
    let right = std::fs::read(&key).unwrap();
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    let other = Program::run(at, &["--config", on, "serve"]).await;
    other.is_refusal("encrypted under another master key");
    std::fs::remove_file(&key).unwrap();
    let none = Program::run(at, &["--config", on, "serve"]).await;
    none.is_refusal("encrypted and no master key is here");
    assert!(!key.exists(), "no key was made in its place");
    std::fs::write(&key, &right).unwrap();

    // The master key is changed; a backup is encrypted, and an installation again with the new key.
    let rotated = Program::run(at, &["--config", on, "admin", "rotate-key"]).await;
    assert_eq!(rotated.code, 0, "{}{}", rotated.out, rotated.err);
    let forgotten = Program::run(at, &["admin", "rotate-key", "--forget-old"]).await;
    assert_eq!(forgotten.code, 0, "{}{}", forgotten.out, forgotten.err);
    let to = at.join("backup.tar");
    let made = Program::run(at, &["--config", on, "backup", to.to_str().unwrap()]).await;
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    assert_eq!(canaries(at), [], "neither does the backup tell");
    let copy = tempfile::tempdir().unwrap();
    let args = ["restore", to.to_str().unwrap()];
    std::fs::write(copy.path().join("master.key"), &right).unwrap();
    Program::run(copy.path(), &args).await.is_refusal("encrypted under another master key");
    std::fs::copy(&key, copy.path().join("master.key")).unwrap();
    let restored = Program::run(copy.path(), &args).await;
    assert_eq!(restored.code, 0, "{}{}", restored.out, restored.err);
    let verified = Program::run(copy.path(), &["verify"]).await;
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);

    // Off again, the copy reads all of it.
    let mut program = Program::start(copy.path(), graph.base_url(), &["serve"]).await;
    let owner = owner.at(&program.url);
    assert_eq!(owner.get("/api/v1/instance").await["is_encrypted"], json!(false));
    shown(&owner, &after).await;

    // Export tells everything, erasure takes it, also the files.
    let line = owner.get(&format!("/api/v1/conversations/{after}")).await;
    let contact = line["contact"]["id"].as_str().unwrap();
    let export = owner.bytes(&format!("/api/v1/contacts/{contact}/export?format=json")).await;
    assert!(String::from_utf8_lossy(&export).contains(CANARY));
    owner.act(&after, json!({"do": "resolve"})).await;
    assert_eq!(owner.delete(&format!("/api/v1/contacts/{contact}")).await, 200);
    let events = owner.get(&format!("/api/v1/conversations/{after}/events")).await;
    assert!(!events.to_string().contains(CANARY), "{events}");
    assert_eq!(program.stop().await, 0);
}
