//! The statements themselves: every one prepares, the hot ones can go without walking a table.

use super::*;
use crate::sql::{WALKS, all};

#[path = "../../tests/contract/server.rs"]
mod server;

async fn migrated() -> Option<tokio_postgres::Client> {
    let url = server::url()?;
    Postgres::open(url, Options::throw_away()).await.unwrap();
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    Some(client)
}

#[tokio::test]
async fn every_statement_prepares() {
    let Some(client) = migrated().await else { return };
    let texts = Texts::new(Dialect::Postgres);
    for id in all() {
        let text = texts.text(texts.slot(id));
        let statement = client.prepare(text).await;
        statement.unwrap_or_else(|error| panic!("{id:?}: {error:?}\n{text}"));
    }
}

#[tokio::test]
async fn no_other_statement_must_walk_a_table() {
    let Some(client) = migrated().await else { return };
    // Empty tables are always walked; this asks whether there is a way around it.
    let plan = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    client.batch_execute(plan).await.unwrap();
    let texts = Texts::new(Dialect::Postgres);
    let mut found = Vec::new();
    for id in all().filter(|id| !WALKS.contains(&id.name())) {
        let text = texts.text(texts.slot(id));
        let nulls = client.prepare(text).await.unwrap().params().len();
        client.batch_execute(&format!("PREPARE it AS {text}")).await.unwrap();
        let args = match nulls {
            0 => String::new(),
            n => format!("({})", vec!["NULL"; n].join(", ")),
        };
        let explained = client.simple_query(&format!("EXPLAIN EXECUTE it{args}")).await.unwrap();
        for message in explained {
            let tokio_postgres::SimpleQueryMessage::Row(row) = message else { continue };
            let step = row.get(0).unwrap_or_default();
            if step.contains("Seq Scan on") {
                found.push(format!("{id:?}: {step}"));
            }
        }
        client.batch_execute("DEALLOCATE it").await.unwrap();
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
