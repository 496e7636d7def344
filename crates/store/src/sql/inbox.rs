//! What agents see: filtered lists of conversations, newest first.

use crate::statement::{Text, Text::Same, statements};
use crate::unit::{Query, query};
use crate::value::vals;
use crate::words::words;
use relais_app::port::store::{ConversationRow, InboxCursor, InboxFilter};
use relais_core::id::WorkspaceId;
use uuid::Uuid;

const STATUSES: [&str; 4] = ["bot", "queued", "human", "resolved"];

/// Filters a list and a search have in common; `$2`–`$5` say which statuses.
macro_rules! filters {
    () => {
        "(CAST($6 AS TEXT) IS NULL OR team = $6)
         AND (CAST($7 AS TEXT) IS NULL OR assignee = $7)
         AND (CAST($8 AS BIGINT) = 0 OR assignee IS NULL)
         AND (CAST($9 AS BIGINT) = 1 OR is_sample = 0)
         AND (last_message_at, id) < ($10, $11)"
    };
}

/// One status in index order, so that a list reads as many rows as it shows.
macro_rules! branch {
    ($status:literal, $wanted:literal) => {
        concat!(
            "SELECT * FROM (SELECT {ConversationRow} FROM conversations
             WHERE workspace_id = $1 AND status = '",
            $status,
            "' AND CAST(",
            $wanted,
            " AS BIGINT) = 1 AND ",
            filters!(),
            " ORDER BY last_message_at DESC, id DESC LIMIT $12) AS of_",
            $status
        )
    };
}

/// Conversations with a word, among the newest messages that have it: bounded for words that
/// everybody says. SQLite finds the words with FTS5; `CROSS JOIN` and `+` keep its planner from
/// beginning with all events of the workspace.
macro_rules! with_word_sqlite {
    ($word:literal, $end:literal) => {
        concat!(
            "id IN (
                SELECT e.conversation_id
                FROM (SELECT rowid AS event_id FROM search
                      WHERE search MATCH '\"' || ",
            $word,
            " || '\"",
            $end,
            "' ORDER BY rowid DESC LIMIT 20000) AS hit
                CROSS JOIN events e ON e.id = hit.event_id
                WHERE +e.workspace_id = $1)"
        )
    };
}

/// The same with a tsvector; the cast takes our words as they are, without a parser.
macro_rules! with_word_postgres {
    ($word:literal, $end:literal) => {
        concat!(
            "id IN (
                SELECT hit.conversation_id
                FROM (SELECT conversation_id FROM search
                      WHERE workspace_id = $1
                        AND words @@ CAST('''' || CAST(",
            $word,
            " AS TEXT) || '''",
            $end,
            "' AS TSQUERY)
                      ORDER BY id DESC LIMIT 20000) AS hit)"
        )
    };
}

macro_rules! if_word {
    ($with_word:ident, $word:literal) => {
        concat!("(CAST(", $word, " AS TEXT) IS NULL OR ", $with_word!($word, ""), ")")
    };
}

/// `$17` may be the beginning of a word: somebody is still typing it.
macro_rules! search {
    ($with_word:ident, $prefix:literal) => {
        concat!(
            "SELECT {ConversationRow} FROM conversations
             WHERE workspace_id = $1 AND ",
            $with_word!("$17", $prefix),
            " AND ",
            if_word!($with_word, "$13"),
            " AND ",
            if_word!($with_word, "$14"),
            " AND ",
            if_word!($with_word, "$15"),
            " AND ",
            if_word!($with_word, "$16"),
            " AND ((status = 'bot' AND CAST($2 AS BIGINT) = 1)
                 OR (status = 'queued' AND CAST($3 AS BIGINT) = 1)
                 OR (status = 'human' AND CAST($4 AS BIGINT) = 1)
                 OR (status = 'resolved' AND CAST($5 AS BIGINT) = 1))
               AND ",
            filters!(),
            " ORDER BY last_message_at DESC, id DESC LIMIT $12"
        )
    };
}

/// Words a search looks for at most; further ones are left out.
const WORDS: usize = 5;

statements! {
    2;
    INBOX_LIST = Same(concat!(
        "SELECT {ConversationRow} FROM (",
        branch!("bot", "$2"), " UNION ALL ", branch!("queued", "$3"), " UNION ALL ",
        branch!("human", "$4"), " UNION ALL ", branch!("resolved", "$5"),
        ") AS found ORDER BY last_message_at DESC, id DESC LIMIT $12"));
    /// Two texts: full-text search has no common form.
    INBOX_SEARCH = Text::Each {
        sqlite: search!(with_word_sqlite, "*"),
        postgres: search!(with_word_postgres, ":*"),
    };
    INBOX_COUNTS = Same(
        "SELECT status, team, COUNT(*) FROM conversations
         WHERE workspace_id = $1 AND status IN ('bot', 'queued', 'human') AND is_sample = 0
         GROUP BY status, team
         ORDER BY status, team");
    QUEUED_LIST = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND status = 'queued' AND is_sample = 0
           AND (CAST($2 AS TEXT) IS NULL OR team = $2)");
    LOAD_COUNTS = Same(
        "SELECT assignee, COUNT(*) FROM conversations
         WHERE workspace_id = $1 AND status = 'human' AND assignee IS NOT NULL
         GROUP BY assignee
         ORDER BY assignee");
}

/// `None`: the filter asks for words and gives none, so nothing is found.
pub(crate) fn inbox(
    ws: WorkspaceId,
    filter: &InboxFilter,
    before: Option<InboxCursor>,
    limit: i64,
) -> Option<Query<ConversationRow>> {
    let mut args = vals![ws];
    for status in STATUSES {
        let is_wanted = filter.status.is_empty() || filter.status.iter().any(|s| s == status);
        args.push(is_wanted.into());
    }
    args.extend(vals![
        filter.team.as_deref(),
        filter.assignee.as_deref(),
        filter.is_unassigned,
        filter.with_sample,
    ]);
    args.extend(match before {
        Some(cursor) => vals![cursor.last_message_at, cursor.id],
        None => vals![i64::MAX, Uuid::max()],
    });
    args.push(limit.into());
    let Some(text) = filter.search.as_deref().filter(|text| !text.trim().is_empty()) else {
        return Some(query(INBOX_LIST, args));
    };
    let mut words = words(text, WORDS);
    let last = words.pop()?;
    args.extend((0..WORDS - 1).map(|index| words.get(index).map(String::as_str).into()));
    args.push(last.into());
    Some(query(INBOX_SEARCH, args))
}

pub(crate) fn counts(ws: WorkspaceId) -> Query<(String, Option<String>, i64)> {
    query(INBOX_COUNTS, vals![ws])
}

pub(crate) fn queued(ws: WorkspaceId, team: Option<&str>) -> Query<ConversationRow> {
    query(QUEUED_LIST, vals![ws, team])
}

pub(crate) fn loads(ws: WorkspaceId) -> Query<(String, i64)> {
    query(LOAD_COUNTS, vals![ws])
}
