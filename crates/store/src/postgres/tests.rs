//! The statements themselves: every one prepares, the hot ones can go without walking a table.

use super::*;
use crate::sql::{WALKS, all};
use relais_testkit::postgres as server;

async fn migrated() -> Option<tokio_postgres::Client> {
    let url = server::url()?;
    Postgres::open(url, WS, Options::throw_away()).await.unwrap();
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

const WS: relais_core::id::WorkspaceId = relais_core::id::WorkspaceId(uuid::Uuid::max());

/// Two statements, so that it is a transaction.
fn put(key: &str) -> WriteSet {
    let mut set = WriteSet::default();
    crate::sql::settings::put_setting(&mut set, WS, key, Some("1"));
    crate::sql::settings::put_setting(&mut set, WS, key, Some("2"));
    set
}

async fn get(engine: &Postgres, key: &str) -> Option<String> {
    engine.one(crate::sql::settings::setting(WS, key)).await.unwrap().map(|(value,)| value)
}

#[tokio::test]
async fn killed_connections_are_replaced() {
    let Some(client) = migrated().await else { return };
    // A name of its own, so that no other test loses its connections.
    let url = format!("{}?application_name=to_be_killed", server::url().unwrap());
    let options = Options { connections: Some(3), ..Options::throw_away() };
    let engine = Postgres::open(&url, WS, options).await.unwrap();
    for round in 0..5 {
        let mut units: Vec<_> =
            (0..6).map(|n| engine.commit(put(&format!("{round} {n}")))).collect();
        for unit in &mut units {
            // Sent, or waiting for a connection.
            let _ = futures_util::FutureExt::now_or_never(unit.as_mut());
        }
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'to_be_killed'";
        client.batch_execute(kill).await.unwrap();
        for (n, unit) in units.into_iter().enumerate() {
            let key = format!("{round} {n}");
            match unit.await {
                Ok(Committed::Done) => assert!(get_again(&engine, &key).await.is_some()),
                Err(StoreError::Unavailable(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(get_again(&engine, "never").await.is_none());
    assert_eq!(engine.commit(put("after")).await.unwrap(), Committed::Done);
}

/// Each connection that was killed is noticed once at most.
async fn get_again(engine: &Postgres, key: &str) -> Option<String> {
    for _ in 0..4 {
        let found = engine.one::<(String,)>(crate::sql::settings::setting(WS, key)).await;
        match found {
            Ok(found) => return found.map(|(value,)| value),
            Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}"),
        }
    }
    panic!("no connection came back");
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_no_transaction_open() {
    let Some(_client) = migrated().await else { return };
    let options = Options { connections: Some(1), ..Options::throw_away() };
    let engine = Postgres::open(server::url().unwrap(), WS, options).await.unwrap();
    for n in 0..20 {
        let mut unit = engine.commit(put(&format!("given up {n}")));
        assert!(futures_util::FutureExt::now_or_never(unit.as_mut()).is_none());
    }
    // The only connection is free again, and every unit was carried out as a whole.
    assert_eq!(engine.commit(put("kept")).await.unwrap(), Committed::Done);
    for n in 0..20 {
        assert_eq!(get(&engine, &format!("given up {n}")).await.as_deref(), Some("2"));
    }
}
