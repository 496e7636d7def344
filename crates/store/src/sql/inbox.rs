//! What agents see: filtered lists of conversations, newest first, and some lines of them.

use crate::row::record;
use crate::statement::{Text, Text::Same, statements};
use crate::unit::{Query, query};
use crate::value::{Value, vals};
use crate::words::words;
use relais_app::port::store::{
    ConversationRow, InboxCursor, InboxFilter, InboxSort, OpenLine, Snoozed,
};
use relais_core::id::WorkspaceId;
use uuid::Uuid;

record!(
    "conversations",
    LINE,
    OpenLine {
        status: "status",
        assignee: "assignee",
        team: "team",
        tier: "tier",
        priority: "priority",
        is_vip: "is_vip",
        is_deferred: "is_deferred",
        reason: "reason",
        language: "language",
        unread: "unread",
        last_message_at: "last_message_at",
        last_inbound_at: "last_inbound_at",
        waiting_since: "waiting_since",
        reply_due_at: "reply_due_at",
        tags: "tags",
        snoozed_until: "snoozed_until",
        mentions: "mentions",
        is_sample: "is_sample",
    }
);

const STATUSES: [&str; 4] = ["bot", "queued", "human", "resolved"];

/// Filters that lists, searches and counts have in common; `$2`–`$5` say which statuses.
macro_rules! filters {
    () => {
        "(CAST($6 AS TEXT) IS NULL OR team = $6)
         AND (CAST($7 AS TEXT) IS NULL OR assignee = $7)
         AND (CAST($8 AS BIGINT) = 0 OR assignee IS NULL)
         AND (CAST($9 AS BIGINT) = 1 OR is_sample = 0)
         AND (CAST($10 AS TEXT) IS NULL OR {strpos}(tags, $10) > 0)
         AND (CAST($11 AS BIGINT) IS NULL OR tier = $11)
         AND (CAST($12 AS BIGINT) IS NULL OR priority = $12)
         AND (CAST($13 AS TEXT) IS NULL OR language = $13 OR SUBSTR(language, 1, 3) = $13 || '-')
         AND (CAST($14 AS TEXT) IS NULL OR reason = $14)
         AND (CAST($15 AS BIGINT) = 0 OR is_vip = 1)
         AND (CAST($16 AS BIGINT) = 0 OR unread > 0)
         AND (CAST($17 AS BIGINT) = 0
              OR (CAST($17 AS BIGINT) = 1 AND snoozed_until IS NULL)
              OR (CAST($17 AS BIGINT) = 2 AND snoozed_until IS NOT NULL))
         AND (CAST($18 AS TEXT) IS NULL OR {strpos}(mentions, $18) > 0)
         AND (CAST($19 AS BIGINT) IS NULL OR (status IN ('queued', 'human') AND is_deferred = 0
              AND (reply_due_at < $19
                   OR (reply_due_at < $19 + 900000000
                       AND ($19 - waiting_since) * 2 >= reply_due_at - waiting_since)
                   OR (last_inbound_at > $19 - 86340000000
                       AND last_inbound_at < $19 - 82740000000))))
         AND (CAST($20 AS BIGINT) = 0 OR (status = 'human' AND unread = 0
              AND waiting_since IS NULL))
         AND (CAST($21 AS BIGINT) IS NULL OR last_message_at >= $21)
         AND (CAST($22 AS BIGINT) IS NULL OR last_message_at < $22)
         AND (CAST($23 AS TEXT) IS NULL OR assignee = $23
              OR {strpos}(CAST($24 AS TEXT), '|' || team || '|') > 0)"
    };
}

/// Newest first, after the last row of the page before.
macro_rules! page {
    () => {
        "AND (last_message_at, id) < ($25, $26)
         ORDER BY last_message_at DESC, id DESC LIMIT $27"
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
            page!(),
            ") AS of_",
            $status
        )
    };
}

/// The statuses that are wanted, in a form that an index answers.
macro_rules! wanted {
    () => {
        "status IN (CASE WHEN CAST($2 AS BIGINT) = 1 THEN 'bot' END,
                    CASE WHEN CAST($3 AS BIGINT) = 1 THEN 'queued' END,
                    CASE WHEN CAST($4 AS BIGINT) = 1 THEN 'human' END,
                    CASE WHEN CAST($5 AS BIGINT) = 1 THEN 'resolved' END)"
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

/// `$32` may be the beginning of a word: somebody is still typing it.
macro_rules! search {
    ($with_word:ident, $prefix:literal) => {
        concat!(
            "SELECT {ConversationRow} FROM conversations
             WHERE workspace_id = $1 AND ",
            $with_word!("$32", $prefix),
            " AND ",
            if_word!($with_word, "$28"),
            " AND ",
            if_word!($with_word, "$29"),
            " AND ",
            if_word!($with_word, "$30"),
            " AND ",
            if_word!($with_word, "$31"),
            " AND ((status = 'bot' AND CAST($2 AS BIGINT) = 1)
                 OR (status = 'queued' AND CAST($3 AS BIGINT) = 1)
                 OR (status = 'human' AND CAST($4 AS BIGINT) = 1)
                 OR (status = 'resolved' AND CAST($5 AS BIGINT) = 1))
               AND ",
            filters!(),
            page!(),
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
        ") AS found ORDER BY last_message_at DESC, id DESC LIMIT $27"));
    /// What goes on, by a rank: few enough to be sorted when asked for, by their ids, since a state
    /// is long. Ranks as in `InboxSort::rank`.
    INBOX_RANKED = Same(concat!(
        "SELECT {ConversationRow} FROM (
             SELECT found, moved, rank FROM (
                 SELECT id AS found, last_message_at AS moved, CASE CAST($28 AS BIGINT)
                     WHEN 1 THEN CASE
                         WHEN status NOT IN ('queued', 'human') THEN 9000000000000000001
                         WHEN is_deferred = 1 THEN 9000000000000000000
                         ELSE COALESCE(reply_due_at, 9000000000000000000) END
                     WHEN 2 THEN COALESCE(waiting_since, 9000000000000000000)
                     ELSE 2 - priority END AS rank
                 FROM conversations
                 WHERE workspace_id = $1 AND ", wanted!(), " AND ", filters!(), ") AS ranked
             WHERE rank > $29 OR (rank = $29 AND (moved, found) < ($25, $26))
             ORDER BY rank, moved DESC, found DESC LIMIT $27) AS picked
         CROSS JOIN conversations WHERE workspace_id = $1 AND id = found
         ORDER BY rank, moved DESC, found DESC"));
    /// Which of some conversations a filter lets through: a page that knows the others reads these.
    INBOX_SOME = Same(concat!(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1
           AND id IN ($25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
                      $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56)
           AND ", wanted!(), " AND ", filters!(), "
         ORDER BY last_message_at DESC, id DESC"));
    INBOX_COUNT = Same(concat!(
        "SELECT COUNT(*) FROM (
             SELECT 1 AS one FROM conversations
             WHERE workspace_id = $1 AND ", wanted!(), " AND ", filters!(), " LIMIT $25
         ) AS found"));
    INBOX_OPEN = Same(
        "SELECT {OpenLine} FROM conversations
         WHERE workspace_id = $1 AND status IN ('bot', 'queued', 'human') LIMIT $2");
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
           AND snoozed_until IS NULL
         GROUP BY assignee
         ORDER BY assignee");
}

/// `None`: the filter asks for words and gives none, so nothing is found.
pub(crate) fn inbox(
    ws: WorkspaceId,
    filter: &InboxFilter,
    after: Option<InboxCursor>,
    limit: i64,
) -> Option<Query<ConversationRow>> {
    let mut args = filtered(ws, filter);
    if let Some(first) = filter.ids.first() {
        // A place that is left over asks for the first one again.
        let ids = filter.ids.iter().chain(std::iter::repeat(first));
        args.extend(ids.take(InboxFilter::MOST_IDS).map(|id| Value::from(*id)));
        return Some(query(INBOX_SOME, args));
    }
    args.extend(match after {
        Some(cursor) => vals![cursor.last_message_at, cursor.id],
        None => vals![i64::MAX, Uuid::max()],
    });
    args.push(limit.into());
    let sort = filter.order();
    if sort != InboxSort::Newest {
        args.push(number(sort).into());
        args.push(after.map_or(i64::MIN, |cursor| cursor.rank).into());
        return Some(query(INBOX_RANKED, args));
    }
    let Some(text) = filter.search.as_deref().filter(|text| !text.trim().is_empty()) else {
        return Some(query(INBOX_LIST, args));
    };
    let mut words = words(text, WORDS);
    let last = words.pop()?;
    let word =
        |index: usize| words.get(index).map_or(Value::Null, |word| Value::Words(word.clone()));
    args.extend((0..WORDS - 1).map(word));
    args.push(Value::Words(last));
    Some(query(INBOX_SEARCH, args))
}

/// What `$1`–`$24` are.
fn filtered(ws: WorkspaceId, filter: &InboxFilter) -> Vec<Value> {
    let mut args = vals![ws];
    for status in STATUSES {
        let is_wanted = filter.status.is_empty() || filter.status.iter().any(|s| s == status);
        args.push(is_wanted.into());
    }
    let snoozed = match filter.snoozed {
        Snoozed::With => 0,
        Snoozed::Without => 1,
        Snoozed::Only => 2,
    };
    let between_bars = |word: &String| format!("|{word}|");
    args.extend(vals![
        filter.team.as_deref(),
        filter.assignee.as_deref(),
        filter.is_unassigned,
        filter.with_sample,
        filter.tag.as_ref().map(between_bars),
        filter.tier,
        filter.priority,
        filter.language.as_deref(),
        filter.reason.as_deref(),
        filter.only_vip,
        filter.only_unread,
        snoozed,
        filter.mentions.as_ref().map(between_bars),
        filter.at_risk,
        filter.is_answered,
        filter.moved_from,
        filter.moved_before,
    ]);
    let sight = filter.only.as_ref();
    // Keys of teams have no bar in them.
    let teams = sight.map(|s| format!("|{}|", s.teams.join("|")));
    args.extend(vals![sight.map(|s| s.agent.as_str()), teams.as_deref()]);
    args
}

/// The sort as the ranked list knows it.
fn number(sort: InboxSort) -> i64 {
    match sort {
        InboxSort::Newest => 0,
        InboxSort::Due => 1,
        InboxSort::Waiting => 2,
        InboxSort::Priority => 3,
    }
}

pub(crate) fn count(ws: WorkspaceId, filter: &InboxFilter, at_most: i64) -> Query<(i64,)> {
    let mut args = filtered(ws, filter);
    args.push(at_most.into());
    query(INBOX_COUNT, args)
}

pub(crate) fn open(ws: WorkspaceId, at_most: i64) -> Query<OpenLine> {
    query(INBOX_OPEN, vals![ws, at_most])
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
