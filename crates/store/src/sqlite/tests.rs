//! The statements themselves: every one prepares, the hot ones walk no table.

use super::*;
use crate::sql::{WALKS, all};

fn migrated() -> (tempfile::TempDir, rusqlite::Connection) {
    let dir = tempfile::tempdir().unwrap();
    let mut connection =
        connection::open_writer(&dir.path().join("store.db"), Options::throw_away()).unwrap();
    migrate_up(&mut connection).unwrap();
    (dir, connection)
}

#[test]
fn every_statement_prepares() {
    let (_dir, connection) = migrated();
    let texts = Texts::new(Dialect::Sqlite);
    for id in all() {
        let text = texts.text(texts.slot(id));
        connection.prepare(text).unwrap_or_else(|error| panic!("{id:?}: {error}\n{text}"));
    }
}

#[test]
fn no_other_statement_walks_a_table() {
    let (_dir, connection) = migrated();
    let texts = Texts::new(Dialect::Sqlite);
    let mut found = Vec::new();
    for id in all().filter(|id| !WALKS.contains(&id.name())) {
        let text = texts.text(texts.slot(id));
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
        let mut rows = explain.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get(3).unwrap();
            // Subqueries, results of a step before, and the search index are walked, tables not.
            let is_walk = step.starts_with("SCAN ")
                && !["found", "hit", "picked", "(subquery", "CONSTANT", "search VIRTUAL", "of_"]
                    .iter()
                    .any(|ok| step["SCAN ".len()..].starts_with(ok));
            // The workspace alone is no selection: that is the whole table of one customer.
            let is_whole_workspace = step.ends_with("(workspace_id=?)");
            if is_walk || is_whole_workspace {
                found.push(format!("{id:?}: {step}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
