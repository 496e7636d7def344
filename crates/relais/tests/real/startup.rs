//! Starts that are refused say why in one sentence and what to do in another.

use crate::program::{PASSWORD, Program};
use std::path::Path;

async fn refused(folder: &Path, args: &[&str], env: &[(&str, &str)], about: &str) {
    Program::run_with(folder, args, env).await.is_refusal(about);
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let file = at.join("relais.toml");
    std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
    let file = file.to_str().unwrap();
    refused(at, &["serve", "--config", file], &[], "lisen").await;
    refused(at, &["serve", "--config", "nothing.toml"], &[], "nothing.toml").await;
    refused(at, &["serve"], &[("RELAIS_LISTN", "x")], "RELAIS_LISTN").await;
    refused(at, &["serve"], &[("RELAIS_LISTEN", "everywhere")], "listen").await;
    refused(at, &["serve"], &[("RELAIS_LOG_LEVEL", "a=b=c")], "log_level").await;
    refused(at, &["config", "check"], &[("RELAIS_GRAPH_BASE_URL", "http://x")], "https").await;
    let good = Program::run(at, &["config", "check"]).await;
    assert_eq!(good.code, 0, "{}", good.err);
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(folder.path(), &["serve"], &[("RELAIS_LISTEN", &address)], "in use").await;
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plain");
    std::fs::write(&file, "no folder").unwrap();
    let inside = format!("sqlite://{}/x/relais.db", file.display());
    refused(folder.path(), &["serve"], &[("RELAIS_DATABASE", &inside)], "cannot be made").await;
    let broken = folder.path().join("broken.db");
    std::fs::write(&broken, "this is no database at all, only words ".repeat(100)).unwrap();
    let url = format!("sqlite://{}", broken.display());
    refused(folder.path(), &["serve"], &[("RELAIS_DATABASE", &url)], "database").await;
    refused(folder.path(), &["serve"], &[("RELAIS_DATABASE", "mysql://x")], "database").await;
}

#[tokio::test]
async fn secrets_sealed_with_another_key_stop_the_start() {
    let graph = relais_sim::graph::FakeGraph::start(relais_sim::graph::FakeConfig::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    program.claim().await.connect_number().await;
    assert_eq!(program.stop().await, 0);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap_or_default();
    let database = [read("relais.db"), read("relais.db-wal")].concat();
    let has = |words: &str| database.windows(words.len()).any(|w| w == words.as_bytes());
    assert!(has(crate::program::NUMBER), "the row is on the disk");
    assert!(
        !has(crate::program::TOKEN) && !has(crate::program::APP_SECRET),
        "secrets are sealed at rest"
    );
    let other = [("RELAIS_MASTER_KEY", "ab".repeat(32))];
    let other: Vec<(&str, &str)> = other.iter().map(|(k, v)| (*k, v.as_str())).collect();
    refused(folder.path(), &["serve"], &other, "cannot be opened with this master key").await;
}

#[tokio::test]
async fn commands_on_an_empty_or_owned_instance_are_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    refused(at, &["replay", "1"], &[], "there is no database").await;
    refused(at, &["import", "nowhere"], &[], "nowhere").await;
    refused(at, &["admin", "reset-password", "nobody"], &[], "no account").await;
    let link = Program::run(at, &["admin", "claim-link"]).await;
    assert!(link.out.starts_with("claim link: http"), "{}{}", link.out, link.err);
    refused(at, &["replay", "1"], &[], "empty").await;
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/maison-lumiere");
    let imported = Program::run(at, &["import", demo.to_str().unwrap()]).await;
    assert_eq!(imported.code, 0, "{}", imported.err);
    let exported = Program::run(at, &["export", "out"]).await;
    assert_eq!(exported.code, 0, "{}", exported.err);
    let document = |folder: &Path| relais_app::files::import(folder).unwrap();
    assert!(document(&at.join("out")) == document(&demo), "import and export are inverse");
    refused(at, &["replay", "77"], &[], "77").await;
}

#[tokio::test]
async fn a_lost_password_is_replaced_and_its_sessions_end() {
    let graph = relais_sim::graph::FakeGraph::start(relais_sim::graph::FakeConfig::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    let owner = program.claim().await;
    owner.get("/api/v1/session").await;
    let reset =
        Program::run(folder.path(), &["admin", "reset-password", "camille@example.test"]).await;
    let password = reset.out.lines().find_map(|l| l.strip_prefix("new password: ")).unwrap();
    let sign_in = serde_json::json!({"login": "camille@example.test", "password": password});
    assert_eq!(owner.post("/api/v1/session", &sign_in).await.0, 200);
    let actions = owner.post("/api/v1/simulator/messages", &serde_json::json!({})).await;
    assert_eq!(actions.0, 401, "the old session is dead");
    let again = Program::run(folder.path(), &["admin", "claim-link"]).await;
    again.is_refusal("has an owner");
}

#[tokio::test]
async fn an_owner_whom_the_settings_name_needs_no_link_and_is_changed_only_there() {
    let graph = crate::program::graph().await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (typed, settings) = (at.join("typed"), at.join("relais.toml"));
    let hash_of = async |password: &str| {
        std::fs::write(&typed, format!("{password}\n")).unwrap();
        Program::run_told(at, &["admin", "hash-password"], &typed).await
    };
    hash_of("passwordpassword").await.is_refusal("guessers");
    let write = |hash: &str| {
        let text =
            format!("owner_login = \"Ops@Example.test\"\nowner_password_hash = \"{hash}\"\n");
        std::fs::write(&settings, text).unwrap();
    };
    let args = ["serve", "--config", settings.to_str().unwrap()];
    write("a password in clear");
    refused(at, &args, &[], "hash-password").await;

    let first = hash_of(PASSWORD).await;
    write(first.out.trim());
    let mut program = Program::start(at, graph.base_url(), &args).await;
    assert_eq!(program.claim_token, None, "nobody can claim what has an owner");
    let (status, owner) = program.sign_in("ops@example.test", PASSWORD).await;
    assert_eq!(status, 200);
    let user = owner.get("/api/v1/session").await["user"].take();
    assert_eq!(user["role"], "owner");
    assert_eq!(user["name"], "ops");
    assert_eq!(user["is_configured"], true);
    let fresh = serde_json::json!({"current": PASSWORD, "new": "une autre phrase encore"});
    assert_eq!(owner.put("/api/v1/account/password", &fresh).await, 409);
    let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    for change in [serde_json::json!({"role": "agent"}), serde_json::json!({"is_disabled": true})] {
        assert_eq!(owner.patch(&path, &change).await, 409);
    }
    assert_eq!(owner.post(&format!("{path}/link"), &serde_json::json!({})).await.0, 409);
    let reset = ["admin", "reset-password", "ops@example.test", "--config", args[2]];
    refused(at, &reset, &[], "configuration").await;
    assert_eq!(program.stop().await, 0);

    // Another hash: the old password and what it opened are worth nothing any more.
    write(hash_of("une autre phrase encore").await.out.trim());
    let program = Program::start(at, graph.base_url(), &args).await;
    let closed = owner.at(&program.url).put("/api/v1/account/password", &fresh).await;
    assert_eq!(closed, 401, "its sessions ended");
    assert_eq!(program.sign_in("ops@example.test", PASSWORD).await.0, 401);
    let (status, owner) = program.sign_in("ops@example.test", "une autre phrase encore").await;
    assert_eq!(status, 200);
    let audit = owner.get("/api/v1/audit").await;
    let acts: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|i| i["act"].as_str()).collect();
    assert!(acts.contains(&"instance.claim") && acts.contains(&"account.configure"), "{acts:?}");
}
