//! The keys let the data be spread over several machines or partitions (docs/SCALING.md).
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use relais_core::id::WorkspaceId;
use relais_store::Options;
use relais_testkit::postgres::Server;
use std::collections::BTreeSet;
use tokio_postgres::{Client, NoTls};

async fn migrated(server: &Server) -> Client {
    let ws = WorkspaceId(uuid::Uuid::max());
    relais_store::open(&server.url, ws, Options::throw_away()).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&server.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Every table but the list of schema versions, which belongs to no workspace.
async fn tables(client: &Client) -> Vec<String> {
    let sql = "SELECT tablename::TEXT FROM pg_tables
               WHERE schemaname = 'public' AND tablename <> 'schema_versions' ORDER BY 1";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// The question an operator asks before spreading the data; docs/SCALING.md shows it.
const KEYS_WITHOUT_WORKSPACE: &str = "
    SELECT t.relname::TEXT, i.relname::TEXT
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = 'public' AND x.indisunique AND t.relname <> 'schema_versions'
      AND NOT EXISTS (
          SELECT 1 FROM pg_attribute a
          WHERE a.attrelid = t.oid AND a.attnum = ANY (x.indkey) AND a.attname = 'workspace_id')";

/// The same keys on a table that is spread by hash.
async fn can_be_spread(client: &Client, table: &str, by: &str) -> bool {
    let sql = format!(
        "CREATE TABLE spread_{table} (LIKE {table} INCLUDING INDEXES INCLUDING DEFAULTS)
         PARTITION BY HASH ({by});
         CREATE TABLE spread_{table}_0 PARTITION OF spread_{table}
             FOR VALUES WITH (MODULUS 1, REMAINDER 0);
         DROP TABLE spread_{table}"
    );
    client.batch_execute(&sql).await.is_ok()
}

#[tokio::test]
async fn every_key_holds_its_workspace_so_every_table_can_be_spread_by_it() {
    let Some(server) = Server::start() else { return };
    let client = migrated(&server).await;
    let found = client.query(KEYS_WITHOUT_WORKSPACE, &[]).await.unwrap();
    let found: Vec<(String, String)> = found.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(found, []);
    for table in tables(&client).await {
        assert!(can_be_spread(&client, &table, "workspace_id").await, "{table}");
    }
}

/// One workspace too large for a machine: what grows with every message.
#[tokio::test]
async fn what_grows_with_every_message_can_be_spread_within_a_workspace() {
    let Some(server) = Server::start() else { return };
    let client = migrated(&server).await;
    let mut can = BTreeSet::new();
    for table in tables(&client).await {
        if can_be_spread(&client, &table, "workspace_id, conversation_id").await {
            can.insert(table);
        }
    }
    let expected = ["events", "search"].map(str::to_owned);
    assert!(can.is_superset(&BTreeSet::from(expected)), "{can:?}");
    for table in ["receipts", "statuses"] {
        let by = "workspace_id, channel_id, provider_id";
        assert!(can_be_spread(&client, table, by).await, "{table}");
    }
    // Where an id is unique on its own, spreading needs it to be unique by conversation first.
    for table in ["outbox", "notifications", "media"] {
        assert!(!can.contains(table), "docs/SCALING.md says what {table} needs");
    }
}
