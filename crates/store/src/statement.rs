//! Statements as a table: an id names a text, the text is written once for both databases.
//! Parameters are `$1`, `$2` …; words in braces are replaced when a store opens: dialect words
//! (`{now}`, `{skip_locked}` …) and column lists (`{ConversationRow}` …).

use crate::sql;
use relais_core::broken::is_missing;
use std::fmt;

/// Which database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Names a statement: the aggregate's table and the place in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StmtId {
    pub(crate) table: u8,
    pub(crate) index: u8,
}

/// The text of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    /// The same on both databases.
    Same(&'static str),
    /// Only where a feature has no common form; the statement's comment names it.
    Each { sqlite: &'static str, postgres: &'static str },
}

/// Declares the statements of one aggregate.
macro_rules! statements {
    ($table:literal; $($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        #[expect(non_camel_case_types, reason = "only counts the statements")]
        enum Index { $($name),+ }
        $($(#[$doc])* pub(crate) const $name: $crate::statement::StmtId =
            $crate::statement::StmtId { table: $table, index: Index::$name as u8 };)+
        pub(crate) const TEXTS: &[(&str, $crate::statement::Text)] =
            &[$((stringify!($name), $text)),+];
    };
}
pub(crate) use statements;

/// All statements in one dialect, ready to prepare.
#[derive(Debug)]
pub(crate) struct Texts {
    tables: Vec<usize>,
    texts: Vec<(&'static str, String)>,
}

impl Texts {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let mut tables = Vec::new();
        let mut texts = Vec::new();
        for table in sql::TABLES {
            tables.push(texts.len());
            for (name, text) in *table {
                texts.push((*name, render(*text, dialect)));
            }
        }
        Self { tables, texts }
    }

    /// A dense number for caches.
    pub(crate) fn slot(&self, id: StmtId) -> usize {
        self.tables[usize::from(id.table)] + usize::from(id.index)
    }

    pub(crate) fn text(&self, slot: usize) -> &str {
        &self.texts[slot].1
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// Guards in the texts that can be left out: invariant, guard, what stands there instead.
const LOOSENED: [(&str, &str, &str); 7] = [
    ("R4", "MAX(COALESCE(delivery, 0), $4,", "COALESCE($4,"),
    ("R4", "GREATEST(COALESCE(delivery, 0), $4,", "COALESCE($4,"),
    ("R3", "AND next_position = $3", "AND next_position >= $3"),
    ("R5", "AND c.status <> 'human'", "AND c.status <> ''"),
    ("R6", "AND owner_epoch = $4", "AND owner_epoch >= $4"),
    ("R21", "AND fence = $5", "AND fence >= $5"),
    (
        "S1",
        "FROM conversations WHERE workspace_id = $1 AND id = $2",
        "FROM conversations WHERE $1 = $1 AND id = $2",
    ),
];

fn render(text: Text, dialect: Dialect) -> String {
    let text = match (text, dialect) {
        (Text::Same(text), _) => text,
        (Text::Each { sqlite, .. }, Dialect::Sqlite) => sqlite,
        (Text::Each { postgres, .. }, Dialect::Postgres) => postgres,
    };
    let mut out = String::with_capacity(text.len() + 256);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (word, after) =
            after.split_once('}').expect("braces are paired: every text is rendered in a test");
        out.push_str(&replacement(word, dialect));
        rest = after;
    }
    out.push_str(rest);
    for (_, guard, loose) in LOOSENED.iter().filter(|(guard, ..)| is_missing(guard)) {
        out = out.replace(guard, loose);
    }
    match dialect {
        // SQLite reads `$n` as a name numbered by its first appearance.
        Dialect::Sqlite => out.replace('$', "?"),
        Dialect::Postgres => out,
    }
}

fn replacement(word: &str, dialect: Dialect) -> String {
    let (sqlite, postgres) = match word {
        // Leases only: the database's clock in µs, so that all nodes agree.
        "now" => (
            "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)",
            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        ),
        // SQLite has one writer, so nobody else can hold a row.
        "skip_locked" => ("", "FOR UPDATE SKIP LOCKED"),
        "for_update" => ("", "FOR UPDATE"),
        "for_share" => ("", "FOR SHARE"),
        "strpos" => ("INSTR", "STRPOS"),
        "greatest" => ("MAX", "GREATEST"),
        columns => return sql::columns(columns).join(", "),
    };
    match dialect {
        Dialect::Sqlite => sqlite.to_owned(),
        Dialect::Postgres => postgres.to_owned(),
    }
}

impl fmt::Debug for StmtId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl StmtId {
    pub(crate) fn name(self) -> &'static str {
        sql::TABLES[usize::from(self.table)][usize::from(self.index)].0
    }
}
