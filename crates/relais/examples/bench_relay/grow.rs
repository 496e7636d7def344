//! Makes a history long: copies what a run left in SQLite, under other ids, until so many messages
//! are stored. Every copy is a conversation whose log folds to its state.

use relais_core::understanding::text::fold;
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// In the order in which they refer to each other.
const TABLES: [&str; 7] =
    ["contacts", "identities", "conversations", "events", "receipts", "outbox", "statuses"];
/// Words of an event in the index, as many as a message of some length has.
const WORDS: usize = 12;

/// How many messages are stored afterwards.
pub fn grow(path: &Path, messages: u64) -> Result<u64> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF",
    )?;
    let count = |connection: &Connection| -> Result<u64> {
        let sql = "SELECT COUNT(*) FROM events WHERE kind IN ('message_received', 'message_sent')";
        Ok(u64::try_from(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?)?)
    };
    let had = count(&connection)?.max(1);
    let fixed =
        ids(&connection, "SELECT workspace_id FROM channels UNION SELECT id FROM channels")?;
    let tables = TABLES
        .iter()
        .map(|name| Table::read(&connection, name, &fixed))
        .collect::<Result<Vec<_>>>()?;
    for copy in 1..messages.div_ceil(had) {
        connection.execute_batch("BEGIN")?;
        let mut words = connection.prepare("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?;
        for table in &tables {
            let mut insert = connection.prepare(&table.insert())?;
            for row in &table.rows {
                let event = table.copy(row, u32::try_from(copy)?, &mut insert)?;
                if table.name == "events" {
                    words.execute((event, table.words(row)))?;
                }
            }
        }
        drop(words);
        connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(PASSIVE)")?;
    }
    let stored = count(&connection)?;
    // No ANALYZE: the program makes none either.
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    // Else the system writes it while the next load is measured.
    File::open(path)?.sync_all()?;
    Ok(stored)
}

type Ids = BTreeSet<Vec<u8>>;

fn ids(connection: &Connection, sql: &str) -> Result<Ids> {
    let mut statement = connection.prepare(sql)?;
    let ids = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

struct Table<'a> {
    name: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    /// Ids that are the same in every copy: the workspace and its channels.
    fixed: &'a Ids,
}

impl<'a> Table<'a> {
    fn read(connection: &Connection, name: &'static str, fixed: &'a Ids) -> Result<Self> {
        let key = match name {
            "events" => "id",
            "outbox" => "seq",
            _ => "",
        };
        let mut columns =
            connection.prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))?;
        let columns = columns
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<String>>>()?
            .into_iter()
            // The database gives the copy its own.
            .filter(|column| column != key)
            .collect::<Vec<_>>();
        let sql = format!("SELECT {} FROM {name}", columns.join(", "));
        let mut statement = connection.prepare(&sql)?;
        let rows = statement
            .query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect())?
            .collect::<rusqlite::Result<Vec<Vec<Value>>>>()?;
        Ok(Self { name, columns, rows, fixed })
    }

    fn insert(&self) -> String {
        let places = vec!["?"; self.columns.len()].join(", ");
        format!("INSERT INTO {} ({}) VALUES ({places})", self.name, self.columns.join(", "))
    }

    fn copy(&self, row: &[Value], copy: u32, insert: &mut Statement<'_>) -> Result<i64> {
        let last = i64::try_from(self.rows.len())?;
        let values = self.columns.iter().zip(row).map(|(column, value)| match value {
            Value::Blob(id) if id.len() == 16 => Value::Blob(self.moved(id, copy)),
            Value::Text(text) => Value::Text(match column.as_str() {
                "provider_id" => format!("{text}.{copy}"),
                "phone" | "value" => format!("{text}{copy:04}"),
                _ => self.with_other_ids(text, copy),
            }),
            Value::Integer(number) if column == "number" => {
                Value::Integer(number + last * i64::from(copy))
            }
            other => other.clone(),
        });
        Ok(insert.insert(params_from_iter(values))?)
    }

    fn moved(&self, id: &[u8], copy: u32) -> Vec<u8> {
        let mut moved = id.to_vec();
        if !self.fixed.contains(id) {
            let end = moved.len() - 4;
            moved[end..].iter_mut().zip(copy.to_be_bytes()).for_each(|(byte, by)| *byte ^= by);
        }
        moved
    }

    fn with_other_ids(&self, text: &str, copy: u32) -> String {
        const LENGTH: usize = 36;
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(at) = rest.find('-') {
            let start = at.checked_sub(8);
            let written = start.and_then(|start| rest.get(start..start + LENGTH));
            let id = written.and_then(|written| uuid::Uuid::try_parse(written).ok());
            let (Some(start), Some(id)) = (start, id) else {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
                continue;
            };
            let moved = self.moved(id.as_bytes(), copy);
            out.push_str(&rest[..start]);
            out.push_str(&uuid::Uuid::from_slice(&moved).unwrap_or(id).to_string());
            rest = &rest[start + LENGTH..];
        }
        out.push_str(rest);
        out
    }

    fn words(&self, row: &[Value]) -> String {
        let content = self.columns.iter().position(|column| column == "content");
        match content.map(|at| &row[at]) {
            Some(Value::Text(text)) => {
                fold(text).split(' ').take(WORDS).collect::<Vec<_>>().join(" ")
            }
            _ => String::new(),
        }
    }
}
