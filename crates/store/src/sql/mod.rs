//! The statements, one file per aggregate: text and, next to it, the functions that bind it.

pub(crate) mod accesses;
pub(crate) mod aging;
pub(crate) mod checks;
pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod desk;
pub(crate) mod entries;
pub(crate) mod erase;
pub(crate) mod inbox;
pub(crate) mod log;
pub(crate) mod media;
pub(crate) mod nodes;
pub(crate) mod old;
pub(crate) mod outbox;
pub(crate) mod prices;
pub(crate) mod reports;
pub(crate) mod settings;
pub(crate) mod work;

use crate::statement::{StmtId, Text};

/// Best planned for the values it gets, each time anew: a word that everybody says is looked for
/// otherwise than a rare one.
pub(crate) const PLANNED_ANEW: &[StmtId] = &[inbox::INBOX_SEARCH];

/// Every statement, by table number and place.
pub(crate) const TABLES: &[&[(&str, Text)]] = &[
    contacts::TEXTS,
    conversations::TEXTS,
    inbox::TEXTS,
    log::TEXTS,
    outbox::TEXTS,
    work::TEXTS,
    settings::TEXTS,
    checks::TEXTS,
    media::TEXTS,
    erase::TEXTS,
    nodes::TEXTS,
    desk::TEXTS,
    entries::TEXTS,
    aging::TEXTS,
    prices::TEXTS,
    old::TEXTS,
    reports::TEXTS,
    accesses::TEXTS,
];

/// The column list a word in braces stands for.
pub(crate) fn columns(word: &str) -> Vec<&'static str> {
    let columns = match word {
        "OutboxRow_but_seq" => return outbox::columns_but_seq(),
        "ConversationRow_but_number" => return conversations::columns_but_number(),
        "ContactRow" => contacts::CONTACT,
        "ConversationRow" => conversations::CONVERSATION,
        "OpenLine" => inbox::LINE,
        "EventRow" => log::EVENT,
        "ReceiptRow" => log::RECEIPT,
        "RequestRow" => log::REQUEST,
        "Question" => log::QUESTION,
        "OutboxRow" => outbox::OUTBOX,
        "NotificationRow" => work::NOTIFICATION,
        "JobRow" => work::JOB,
        "MediaRow" => media::MEDIA,
        "ViewRow" => desk::VIEW,
        "DraftRow" => desk::DRAFT,
        "EntryRow" => entries::ENTRY,
        "AccessRow" => accesses::ACCESS,
        "AuditRow" => erase::AUDIT,
        "NodeRow" => nodes::NODE,
        "UserRow" => settings::USER,
        "SessionRow" => settings::SESSION,
        "ChannelRow" => settings::CHANNEL,
        "ModelUse" => settings::MODEL_USE,
        "VersionRow" => settings::VERSION,
        other => unreachable!("`{{{other}}}` in a statement: every text is rendered in a test"),
    };
    columns.to_vec()
}

/// Counts, clean-ups and small lists that are meant to read a whole table, and (first) lists that
/// read as much of an index as they show. No other statement may.
#[cfg(test)]
pub(crate) const WALKS: &[&str] = &[
    "VIEWS_OF",
    "LEDGER_ALL",
    "LEDGER_PROCESSED",
    "VERSION_LATEST",
    "AUDIT_HEAD",
    "POINTERS_ERASE",
    "VERSION_LATEST_NUMBER",
    "RELEASE_STUCK",
    "JOBS_ERASE",
    "JOBS_SEND_HELD",
    "JOBS_DROP_HELD",
    "OUTBOX_IN_STATE_ACCEPTED",
    "OUTBOX_COUNTS",
    "WEIGH_WORDS",
    "WEIGH_FILES",
    "WEIGH_CONTACTS",
    "WEIGH_RAW",
    "WEIGH_QUARANTINED",
    "WEIGH_ACCESSES",
    "ACCESS_HEAD",
    "USERS_ALL",
    "NODES_ALL",
    "NODES_PRUNE",
    "CHANNELS_ALL",
    "EVENTS_WITHOUT_CONVERSATION",
    "RECEIPTS_WITHOUT_CONVERSATION",
    "OUTBOX_WITHOUT_CONVERSATION",
    "OUTBOX_WITHOUT_EVENT",
    "NOTIFICATIONS_WITHOUT_CONVERSATION",
    "GAPS_WITHOUT_CONVERSATION",
    "MEDIA_WITHOUT_CONVERSATION",
    "CONVERSATIONS_WITHOUT_CONTACT",
    "CONVERSATIONS_WITH_GAPS",
    "IDENTITIES_WITHOUT_CONTACT",
    "SAMPLE_STATUSES",
    "SAMPLE_RECEIPTS",
    "SAMPLE_GAPS",
    "SAMPLE_IDENTITIES",
    "OLD_RECEIPTS_RAW",
    "OLD_RECEIPTS_REASON",
    "OLD_STATUSES_RAW",
    "OLD_EVENTS_DATA",
    "OLD_EVENTS_CONTENT",
    "OLD_OUTBOX_CONTENT",
    "OLD_CONVERSATIONS_STATE",
    "OLD_CONVERSATIONS_PREVIEW",
    "OLD_GAPS_QUESTION",
    "OLD_NOTIFICATIONS_PAYLOAD",
    "OLD_DRAFTS_TEXT",
    "OLD_MEDIA_FILENAME",
    "OLD_JOBS_ERROR",
    "OLD_CONTACTS_NAME",
    "OLD_CONTACTS_ATTRIBUTES",
    "OLD_CONTACTS_RECTIFIED",
    "OLD_ENTRIES_DATA",
    "SEAL_ENTRIES_DATA",
];

/// Every statement there is.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = StmtId> {
    TABLES.iter().enumerate().flat_map(|(table, texts)| {
        (0..texts.len()).map(move |index| StmtId { table: table as u8, index: index as u8 })
    })
}
