//! TLS to PostgreSQL: `sslmode` and `sslrootcert` mean what they mean everywhere.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use relais_app::port::store::{Store, StoreError};
use relais_core::id::WorkspaceId;
use relais_store::Options;
use relais_testkit::postgres::Server;
use std::sync::Arc;

const WS: WorkspaceId = WorkspaceId(uuid::Uuid::max());

async fn open(server: &Server, host: &str, query: &str) -> Result<Arc<dyn Store>, StoreError> {
    let url = format!("postgres://relais@{host}:{}/postgres?{query}", server.port);
    relais_store::open(&url, WS, Options::throw_away()).await
}

fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[tokio::test]
async fn connections_are_encrypted_and_verified_as_the_address_says() {
    let (certificate, key) = certificate();
    let Some(server) = Server::with_tls(&certificate, &key) else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string().replace('/', "%2F")
    };
    let root = write("root.crt", &certificate);
    let other = write("other.crt", &self::certificate().0);
    let encrypted =
        || server.ask("SELECT count(*) FROM pg_stat_ssl WHERE ssl AND pid <> pg_backend_pid()");
    // 127.0.0.1 is not what the certificate is for.
    for (host, query, is_encrypted) in [
        ("127.0.0.1", "sslmode=disable", false),
        ("127.0.0.1", "application_name=none", true),
        ("127.0.0.1", "sslmode=prefer", true),
        ("127.0.0.1", "sslmode=require", true),
        ("127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={root}"), true),
        ("localhost", &format!("sslrootcert={root}&sslmode=verify-full"), true),
    ] {
        let store = open(&server, host, query).await.unwrap_or_else(|e| panic!("{query}: {e}"));
        store.ping().await.unwrap();
        assert_eq!(encrypted() != "0", is_encrypted, "{query}");
        drop(store);
        while server.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'relais'")
            != "0"
        {
            tokio::task::yield_now().await;
        }
    }
    for (host, query) in [
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={root}")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={other}")),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={other}")),
        ("127.0.0.1", format!("sslmode=require&sslrootcert={other}")),
        ("localhost", "sslmode=verify-full".to_owned()),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=%2Fnot%2Fthere".to_owned()),
        ("127.0.0.1", "sslmode=sometimes".to_owned()),
    ] {
        assert!(open(&server, host, &query).await.is_err(), "{query}");
    }
    server.sql("ALTER SYSTEM SET ssl = off");
    server.sql("SELECT pg_reload_conf()");
    assert!(open(&server, "127.0.0.1", "sslmode=prefer").await.is_ok(), "none is offered");
    assert!(open(&server, "127.0.0.1", "sslmode=require").await.is_err());
}
