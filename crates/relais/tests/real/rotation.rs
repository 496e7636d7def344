//! Another master key while the program runs (T68, S11).

use crate::program::{Program, graph};
use serde_json::json;
use std::path::Path;

/// Ids of the keys that anything in the database is sealed under.
fn keys_in_use(folder: &Path) -> Vec<String> {
    let database = rusqlite::Connection::open(folder.join("relais.db")).unwrap();
    let mut ids = Vec::new();
    for sql in
        ["SELECT config FROM channels", "SELECT data FROM entries", "SELECT value FROM settings"]
    {
        let mut rows = database.prepare(sql).unwrap();
        let texts = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
        for text in texts.map(Result::unwrap) {
            // `"v1.KEY.…"`: no other text begins so.
            ids.extend(text.split("\"v1.").skip(1).map(|rest| rest[..8].to_owned()));
        }
    }
    ids.sort();
    ids.dedup();
    ids
}

async fn is_well(folder: &Path) {
    let looked = Program::run(folder, &["doctor"]).await;
    assert!(looked.out.contains("secrets can be opened"), "{}{}", looked.out, looked.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t68_the_key_is_changed_under_a_running_program_and_cut_off_anywhere() {
    let graph = graph().await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut program = Program::start(at, graph.base_url(), &["serve"]).await;
    let owner = program.claim().await;
    let channel = owner.connect_number().await;
    let hook = json!({"name": "erp", "url": "https://erp.example.com/x",
        "events": ["message.received"], "is_on": true});
    assert_eq!(owner.post("/api/v1/webhooks", &hook).await.0, 201);
    let mail = json!({"host": "smtp.example.com", "from": "a@example.com", "password": "pw"});
    assert_eq!(owner.put("/api/v1/notifiers/email", &mail).await, 204);
    let password = json!({"password": crate::program::PASSWORD});
    assert_eq!(owner.post("/api/v1/account/second-factor", &password).await.0, 201);
    let before = keys_in_use(at);
    assert_eq!(before.len(), 1, "{before:?}");
    let key_file = at.join("master.key");
    let old = std::fs::read_to_string(&key_file).unwrap();

    // Cut off after the new key was written down.
    let begun = format!("{old}\n{} next\n", "cd".repeat(32));
    std::fs::write(&key_file, &begun).unwrap();
    is_well(at).await;
    let rotated = Program::run(at, &["admin", "rotate-key"]).await;
    assert_eq!(rotated.code, 0, "{}{}", rotated.out, rotated.err);
    assert!(rotated.out.starts_with("6 secrets are sealed"), "{}", rotated.out);
    let after = keys_in_use(at);
    assert!(after.len() == 1 && after != before, "{after:?}");
    let text = std::fs::read_to_string(&key_file).unwrap();
    assert!(text.starts_with(&"cd".repeat(32)), "what was begun was finished");
    // Cut off before the file said so: the same again.
    std::fs::write(&key_file, &begun).unwrap();
    is_well(at).await;
    let again = Program::run(at, &["admin", "rotate-key"]).await;
    assert!(again.out.starts_with("0 secrets are sealed"), "{}{}", again.out, again.err);

    // The program that ran all the time opens what is under the new key, and seals under it.
    let path = format!("/api/v1/channels/{channel}");
    assert_eq!(owner.patch(&path, &json!({"name": "Boutique 2"})).await, 200, "{}", program.log());
    assert_eq!(owner.post("/api/v1/webhooks", &hook).await.0, 201);
    let forgotten = Program::run(at, &["admin", "rotate-key", "--forget-old"]).await;
    assert_eq!(forgotten.code, 0, "{}{}", forgotten.out, forgotten.err);
    assert_eq!(keys_in_use(at), after, "stragglers were sealed anew");
    assert_eq!(std::fs::read_to_string(&key_file).unwrap().lines().count(), 1);
    assert_eq!(program.stop().await, 0);
    is_well(at).await;
    let program = Program::start(at, graph.base_url(), &["serve"]).await;
    drop(program);

    // Without the key nothing is changed; a key from elsewhere is named beside the old one.
    std::fs::rename(&key_file, at.join("away")).unwrap();
    let wrong = "ab".repeat(32);
    let alone = [("RELAIS_MASTER_KEY", wrong.as_str())];
    let refused = Program::run_with(at, &["admin", "rotate-key"], &alone).await;
    refused.is_refusal("holds one key");
    let strange = format!("{wrong} {}", "ef".repeat(32));
    let strange = [("RELAIS_MASTER_KEY", strange.as_str())];
    let refused = Program::run_with(at, &["admin", "rotate-key"], &strange).await;
    refused.is_refusal("cannot be opened");
    assert_eq!(keys_in_use(at), after);
    let both = format!("{} {wrong}", "cd".repeat(32));
    let both = [("RELAIS_MASTER_KEY", both.as_str())];
    let moved = Program::run_with(at, &["admin", "rotate-key"], &both).await;
    assert_eq!(moved.code, 0, "{}{}", moved.out, moved.err);
    assert_ne!(keys_in_use(at), after);
    let looked = Program::run_with(at, &["doctor"], &alone).await;
    assert!(looked.out.contains("secrets can be opened"), "{}{}", looked.out, looked.err);
}
