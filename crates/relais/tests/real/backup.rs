//! A backup of the running program becomes an installation again: whole or not at all, silent until
//! told, and without those who were erased since (T40, S19).

use crate::load;
use crate::program::{APP_SECRET, NUMBER, Program, eventually, graph};
use relais_sim::graph::webhook::{Batch, inbound_media, inbound_text, unix};
use relais_sim::graph::{FakeConfig, FakeGraph, WebhookClient};
use relais_testkit::load::{Crowd, Relais, Writing};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

const CLAIRE: &str = "33639980101";

async fn backup(folder: &Path, to: &Path) -> PathBuf {
    let made = Program::run(folder, &["backup", to.to_str().unwrap()]).await;
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let line = made.out.lines().find_map(|line| line.strip_prefix("backup: ")).unwrap();
    PathBuf::from(line)
}

async fn restored(backup: &Path, more: &[&str], key: &Path) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(key, folder.path().join("master.key")).unwrap();
    let args = [&["restore", backup.to_str().unwrap()], more].concat();
    let ended = Program::run(folder.path(), &args).await;
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let verified = Program::run(folder.path(), &["verify"]).await;
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    (folder, ended.out)
}

/// Names of customers' files in an installation.
fn files(folder: &Path) -> Vec<String> {
    let Ok(folders) = std::fs::read_dir(folder.join("files")) else { return Vec::new() };
    let folders = folders.flatten().filter(|entry| entry.file_name().len() == 2);
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten());
    files.map(|file| file.file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_whole_and_sends_nothing_when_restored() {
    let folder = tempfile::tempdir().unwrap();
    let mut connected = load::connected(load::installation(folder.path())).await;
    let graph = &connected.graph;
    let writing = Writing::start(Crowd::new(40, &load::numbers(), 5), connected.urls.clone(), 40);
    load::until("answers go out", async || graph.stats().accepted >= 30).await;
    let made = backup(folder.path(), folder.path()).await;
    let seen = graph.stats().accepted;
    load::until("it goes on meanwhile", async || graph.stats().accepted >= seen + 30).await;
    writing.stop().await.unwrap();
    load::rest(graph).await;
    connected.relais.kill().unwrap();
    let key = folder.path().join("master.key");
    let sealed = std::fs::read(&key).unwrap();
    let bytes = std::fs::read(&made).unwrap();
    assert!(!bytes.windows(sealed.len()).any(|w| w == sealed), "the master key is in it");
    let checked =
        Program::run(folder.path(), &["restore", "--check", made.to_str().unwrap()]).await;
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);

    let (copy, _) = restored(&made, &[], &key).await;
    let sent = graph.stats().accepted;
    let mut relais = Relais::new(load::installation(copy.path()), graph.base_url()).unwrap();
    relais.cookie = connected.relais.cookie.clone();
    relais.start().await.unwrap();
    load::rest(graph).await;
    assert_eq!(graph.stats().accepted, sent, "a restored copy sent something");
    let outbox = relais.call("GET", "/api/v1/outbox", &json!(null)).await.unwrap();
    let why = outbox.body["hold_reason"].as_str().unwrap_or_default();
    assert!(why.starts_with("restored from the backup of"), "{}", outbox.body);
    let body = json!({"held": "ask"});
    let released = relais.call("POST", "/api/v1/outbox/release", &body).await.unwrap();
    assert_eq!(released.status, 204, "{}", released.body);
    load::rest(graph).await;
    assert_eq!(graph.stats().duplicates, 0, "what was sent after the backup was sent again");
    relais.kill().unwrap();
    // Known by its mark: the next start holds nothing.
    relais.start().await.unwrap();
    let outbox = relais.call("GET", "/api/v1/outbox", &json!(null)).await.unwrap();
    assert_eq!(outbox.body["hold_reason"], json!(null));
    relais.kill().unwrap();
    relais.fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_erased_after_the_backup_is_not_there_after_the_restore() {
    let graph = Arc::new(graph().await);
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    let owner = program.claim().await;
    let channel = owner.connect_number().await;
    let hook = format!("{}/hooks/whatsapp/{channel}", program.url);
    graph.set_webhook_url(hook.clone());
    let media = graph.put_media("image/gif", b"GIF89a\x10\0\x10\0".to_vec());
    let at = unix(SystemTime::now());
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(CLAIRE, "Claire Dubois", None);
    batch.message(&inbound_text(CLAIRE, "wamid.1", at, "je veux parler à un agent"));
    let head = (CLAIRE, "wamid.2", at);
    batch.message(&inbound_media(head, "image", &media, "image/gif", None, None));
    let mut customer = WebhookClient::new(&hook, APP_SECRET).unwrap();
    assert_eq!(customer.post(&batch.body()).await.unwrap(), 200);
    eventually("the file is here", || async { (files(folder.path()).len() == 1).then_some(()) })
        .await;
    let line = eventually("the conversation is queued", || async {
        let list = owner.get("/api/v1/conversations?status=queued").await;
        list["items"].get(0).cloned()
    })
    .await;
    let made = backup(folder.path(), &folder.path().join("b.tar")).await;

    let (id, contact) = (line["id"].as_str().unwrap(), line["contact"]["id"].as_str().unwrap());
    owner.act(id, json!({"do": "resolve"})).await;
    assert_eq!(owner.delete(&format!("/api/v1/contacts/{contact}")).await, 200);
    assert!(files(folder.path()).is_empty());
    assert_eq!(program.stop().await, 0);

    // Without the ledger they are there again; with it they are not.
    let key = folder.path().join("master.key");
    let (with_her, _) = restored(&made, &[], &key).await;
    assert_eq!(files(with_her.path()).len(), 1);
    let ledger = folder.path().join("relais.db.erasures");
    let given = ["--erasures", ledger.to_str().unwrap()];
    let (copy, said) = restored(&made, &given, &key).await;
    assert!(said.contains("erased again: 1 persons"), "{said}");
    assert!(files(copy.path()).is_empty(), "her file came back");
    let program = Program::start(copy.path(), graph.base_url(), &["serve"]).await;
    let owner = owner.at(&program.url);
    let detail = owner.get(&format!("/api/v1/conversations/{id}")).await;
    assert_eq!(detail["status"], "resolved", "what was open in the copy was ended");
    let person = owner.get(&format!("/api/v1/contacts/{contact}")).await;
    assert_eq!((&person["is_erased"], &person["phone"]), (&json!(true), &json!(null)));
    drop(program);

    // The database file alone, put back by hand under a program that goes on: the same.
    let by_hand = with_her.path();
    std::fs::copy(&ledger, by_hand.join("relais.db.erasures")).unwrap();
    std::fs::remove_file(by_hand.join("relais.db.mark")).unwrap();
    let program = Program::start(by_hand, graph.base_url(), &["serve"]).await;
    let person = owner.at(&program.url).get(&format!("/api/v1/contacts/{contact}")).await;
    assert_eq!(person["is_erased"], json!(true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_whole_backup_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let graph = FakeGraph::start(FakeConfig::default()).await.unwrap();
    let mut program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    program.claim().await;
    assert_eq!(program.stop().await, 0);
    let made = backup(folder.path(), folder.path()).await;
    let path = made.to_str().unwrap();
    Program::run(folder.path(), &["backup", path]).await.is_refusal("is there already");
    Program::run(folder.path(), &["restore", path]).await.is_refusal("is there already");
    let elsewhere = [("RELAIS_DATABASE", "postgres://relais@127.0.0.1:1/x")];
    let args = ["backup", folder.path().to_str().unwrap()];
    Program::run_with(folder.path(), &args, &elsewhere).await.is_refusal("PostgreSQL");
    let nothing = folder.path().join("nothing.db");
    let url = format!("sqlite://{}", nothing.display());
    let nowhere = [("RELAIS_DATABASE", url.as_str())];
    let to = folder.path().join("of-nothing.tar");
    let args = ["backup", to.to_str().unwrap()];
    let refused = Program::run_with(folder.path(), &args, &nowhere).await;
    refused.is_refusal("there is no database");
    assert!(!nothing.exists(), "none is made");

    let whole = std::fs::read(&made).unwrap();
    let middle = whole.len() / 2;
    let mut changed = whole.clone();
    changed[middle] ^= 0x55;
    // Needs a program that knows schema 99.
    let word = b"\"minimum_reader\": ";
    let mut later = whole.clone();
    let number = find(&whole, word) + word.len();
    later.splice(number..number, *b"9");
    later.remove(find(&later, b"\n  \"made_at\"") + 1);
    for (what, bytes) in [
        ("cut off", whole[..middle].to_vec()),
        ("cut off", b"no backup at all".to_vec()),
        ("not what it was", changed),
        ("newer", later),
    ] {
        let fresh = tempfile::tempdir().unwrap();
        let file = fresh.path().join("b.tar");
        std::fs::write(&file, bytes).unwrap();
        let data = fresh.path().join("data");
        let at = [("RELAIS_DATA_DIR", data.to_str().unwrap())];
        let args = ["restore", file.to_str().unwrap()];
        Program::run_with(fresh.path(), &args, &at).await.is_refusal(what);
        assert!(!data.join("relais.db").exists(), "{what}");
        assert!(!data.join("relais.db.part").exists(), "{what}");
    }
    let fresh = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(fresh.path().join("files/ab")).unwrap();
    Program::run(fresh.path(), &["restore", path]).await.is_refusal("is not empty");
}

fn find(bytes: &[u8], word: &[u8]) -> usize {
    bytes.windows(word.len()).position(|w| w == word).unwrap()
}
