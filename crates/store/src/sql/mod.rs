//! The statements, one file per aggregate: text and, next to it, the functions that bind it.

pub(crate) mod checks;
pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod inbox;
pub(crate) mod log;
pub(crate) mod outbox;
pub(crate) mod settings;
pub(crate) mod work;

use crate::statement::Text;

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
];

/// The column list a word in braces stands for.
pub(crate) fn columns(word: &str) -> Vec<&'static str> {
    let columns = match word {
        "ConversationRow_but_number" => return conversations::columns_but_number(),
        "ContactRow" => contacts::CONTACT,
        "ConversationRow" => conversations::CONVERSATION,
        "EventRow" => log::EVENT,
        "ReceiptRow" => log::RECEIPT,
        "OutboxRow" => outbox::OUTBOX,
        "NotificationRow" => work::NOTIFICATION,
        "JobRow" => work::JOB,
        "UserRow" => settings::USER,
        "SessionRow" => settings::SESSION,
        "ChannelRow" => settings::CHANNEL,
        "VersionRow" => settings::VERSION,
        other => unreachable!("`{{{other}}}` in a statement: every text is rendered in a test"),
    };
    columns.to_vec()
}
