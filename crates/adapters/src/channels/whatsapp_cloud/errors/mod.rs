//! What a provider error means for a message, for the channel and for the person who reads it.
//!
//! The same code comes as the answer to a send or, later, in a `failed` status: one classifier
//! serves both.

mod table;
mod texts;

use super::wire::View;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What to do with the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Surely not processed: try again, not before `after`.
    Retry { after: Duration },
    /// Another try would end the same.
    Refused,
    /// May have been processed: reconcile by report first.
    Unknown,
    /// Nothing will go out until an admin acts.
    ChannelDown,
}

/// What the product should do besides, where it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    Nothing,
    /// Token or permissions.
    FixToken,
    /// A defect of ours or of a flow; the details name the field.
    ReportBug,
    SlowDown,
    Reconcile,
    /// No WhatsApp, an old client, or the customer blocked the business.
    MarkUnreachable,
    UseTemplate,
    FixTemplate,
    /// The customer does not want marketing: record it.
    RecordOptOut,
    PauseMarketing,
    FixBilling,
    FinishOnboarding,
    AskForPhone,
    /// Another responder owns the thread.
    OwnedElsewhere,
    ConvertMedia,
    VerifyCustomer,
    Unblock,
}

/// Where the error was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The answer to a request.
    Answer,
    /// A `failed` status: the provider has decided, nothing is in doubt any more.
    Status,
}

/// One error in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub class: Class,
    pub advice: Advice,
    pub code: Option<i64>,
    /// The provider's own words, for the technical details only.
    pub details: String,
    pub text: &'static Text,
}

/// What happened and what to do about it, for agents and admins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub fr: &'static str,
    pub en: &'static str,
    pub remedy_fr: &'static str,
    pub remedy_en: &'static str,
}

/// An error object of the provider, wherever it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    pub code: Option<i64>,
    pub message: String,
    pub details: String,
    pub transient: bool,
}

impl ApiError {
    pub(crate) fn read(view: View<'_>) -> Self {
        let details = view.at("error_data").at("details").word();
        Self {
            code: view.at("code").int(),
            message: view
                .at("message")
                .word()
                .or_else(|| view.at("title").word())
                .unwrap_or_default(),
            details: details.or_else(|| view.at("details").word()).unwrap_or_default(),
            transient: view.at("is_transient").flag().unwrap_or(false),
        }
    }

    fn words(&self) -> String {
        match (self.message.is_empty(), self.details.is_empty()) {
            (_, true) => self.message.clone(),
            (true, false) => self.details.clone(),
            (false, false) => format!("{} — {}", self.message, self.details),
        }
    }
}

/// Is anything said about this code in particular?
pub fn is_known(code: i64) -> bool {
    table::find(code).is_some()
}

/// Judges an error that carries the provider's error object.
pub fn classify(error: &ApiError, http_status: Option<u16>, origin: Origin) -> Verdict {
    let known = error.code.and_then(table::find);
    let (class, advice, text) = match known {
        Some(entry) => (entry.class(), entry.advice, &entry.text),
        None => (unlisted(http_status, origin), Advice::Nothing, &table::UNLISTED),
    };
    let class = match (class, origin) {
        // The provider says this may pass: it did not process it.
        (Class::Refused, Origin::Answer) if error.transient => table::RETRY_SOON,
        // A failure on Meta's side that was reported is a certain failure.
        (Class::Unknown, Origin::Status) => table::RETRY_SOON,
        (class, _) => class,
    };
    Verdict { class, advice, code: error.code, details: error.words(), text }
}

/// Judges an answer without a readable error object: a proxy's page, an empty body.
pub fn classify_status(http_status: u16) -> Verdict {
    let (class, advice, text) = match http_status {
        401 => (Class::ChannelDown, Advice::FixToken, &table::find_or_unlisted(190).text),
        429 => (table::RETRY_SOON, Advice::SlowDown, &table::find_or_unlisted(130_429).text),
        // Not followed, so never delivered to the provider: a portal or a proxy in between.
        300..=399 => {
            (Class::Retry { after: Duration::from_secs(60) }, Advice::Nothing, &table::NOT_META)
        }
        400 | 402..=407 | 409..=499 => (Class::Refused, Advice::Nothing, &table::NOT_META),
        _ => (Class::Unknown, Advice::Reconcile, &table::find_or_unlisted(2).text),
    };
    let details = format!("HTTP {http_status}");
    Verdict { class, advice, code: None, details, text }
}

fn unlisted(http_status: Option<u16>, origin: Origin) -> Class {
    match (origin, http_status) {
        (Origin::Status, _) => Class::Refused,
        (Origin::Answer, Some(401)) => Class::ChannelDown,
        (Origin::Answer, Some(429)) => table::RETRY_SOON,
        (Origin::Answer, Some(400..=499)) => Class::Refused,
        (Origin::Answer, _) => Class::Unknown,
    }
}

#[cfg(test)]
mod tests;
