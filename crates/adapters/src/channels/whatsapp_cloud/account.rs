//! News about the account, its numbers, templates and people's wishes.

use super::errors::ApiError;
use super::inbound::{IdentityChange, is_bsuid, phone, time};
use super::templates;
use super::wire::View;
use relais_app::port::template::TemplateNews;
use relais_core::message::Sender;
use relais_core::time::Timestamp;

/// Something that is neither a message nor a report on one.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountEvent {
    /// A person's number or id changed.
    Identity(IdentityChange),
    /// A person stopped or resumed a class of messages.
    Preference { person: Sender, category: String, allows: bool, at: Timestamp },
    /// A call; answered or not, it opens the session window.
    Call { id: String, event: String, person: Sender, by_customer: bool, at: Timestamp },
    /// Approval, pausing or recategorisation of a template.
    Template(TemplateNews),
    /// The thread changed hands between responders.
    Handover { person: Sender, to_us: bool, metadata: Option<String>, summary: Option<String> },
    /// Limits or quality of a number.
    Number { event: String, limit: Option<String> },
    /// State of the whole account: restrictions, bans, reviews, alerts, security.
    Health { field: String, event: String, severity: Severity },
    /// Errors without a message.
    Errors(Vec<ApiError>),
    /// The phone app does not share what was said before (2593109), or it could not be read.
    HistoryRefused(Option<i64>),
    /// Kept raw.
    Other { field: String },
}

/// How loudly to tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Info,
    Warning,
    /// Sends may stop: page somebody.
    Critical,
}

pub(super) fn user_id_update(view: View<'_>) -> Result<AccountEvent, String> {
    let id = |which: &str| view.at("user_id").at(which).word().filter(|id| is_bsuid(id));
    let number = view.at("wa_id").word().and_then(|id| phone(&id));
    let sender = |bsuid| Sender { phone: number.clone(), bsuid, ..Sender::default() };
    let change = IdentityChange { old: sender(id("previous")), new: sender(id("current")) };
    if change.new.bsuid.is_none() {
        return Err("user id update without a new id".to_owned());
    }
    Ok(AccountEvent::Identity(change))
}

pub(super) fn preference(view: View<'_>, received_at: Timestamp) -> Result<AccountEvent, String> {
    let person = person(view, "wa_id", "user_id").ok_or("preference without a person")?;
    let value = view.at("value").word().ok_or("preference without a value")?.to_lowercase();
    let allows = match value.as_str() {
        "stop" => false,
        "resume" | "signup" => true,
        // Consent is never inferred from a word we do not know.
        other => return Err(format!("unknown preference {other:?}")),
    };
    Ok(AccountEvent::Preference {
        person,
        category: view.at("category").word().unwrap_or_else(|| "marketing_messages".to_owned()),
        allows,
        at: time(view.at("timestamp"), received_at),
    })
}

pub(super) fn call(view: View<'_>, received_at: Timestamp) -> Result<AccountEvent, String> {
    let id = view.at("id").word().ok_or("call without id")?;
    let by_customer = view.at("direction").word().as_deref() != Some("BUSINESS_INITIATED");
    let key = if by_customer { "from" } else { "to" };
    let user = if by_customer { "from_user_id" } else { "to_user_id" };
    Ok(AccountEvent::Call {
        id,
        event: first_word(view, &["event", "status"]).unwrap_or_default().to_lowercase(),
        person: person(view, key, user).unwrap_or_default(),
        by_customer,
        at: time(view.at("timestamp"), received_at),
    })
}

/// A change whose objects are not listed one by one.
pub(super) fn other(field: &str, value: View<'_>) -> AccountEvent {
    let event = || first_word(value, &["event", "decision"]).unwrap_or_default();
    match field {
        // The provider's own example files quality news under the status field.
        "message_template_status_update"
        | "message_template_quality_update"
        | "message_template_components_update"
        | "template_category_update"
        | "template_correct_category_detection" => templates::news(field, value).map_or_else(
            || AccountEvent::Other { field: field.to_owned() },
            AccountEvent::Template,
        ),
        "messaging_handovers" => handover(value),
        "phone_number_quality_update" | "business_capability_update" => AccountEvent::Number {
            event: event(),
            limit: first_word(value, &["max_daily_conversations_per_business", "current_limit"]),
        },
        "account_update"
        | "account_alerts"
        | "account_review_update"
        | "security"
        | "business_status_update"
        | "flows" => AccountEvent::Health {
            field: field.to_owned(),
            severity: severity(field, value, &event()),
            event: first_word(value, &["event", "decision"])
                .or_else(|| value.at("alert_info").at("alert_type").word())
                .unwrap_or_default(),
        },
        _ => AccountEvent::Other { field: field.to_owned() },
    }
}

fn handover(value: View<'_>) -> AccountEvent {
    let kind = value.at("type").word().unwrap_or_default();
    let passed = value.at("control_passed");
    let taken = value.at("control_taken");
    let details = if passed.is_object() { passed } else { taken };
    let summary = details.at("conversation_context").at("summary").at("text").word();
    AccountEvent::Handover {
        person: person(value.at("sender"), "phone_number", "user_id").unwrap_or_default(),
        to_us: kind == "control_passed",
        metadata: details.at("metadata").word(),
        summary,
    }
}

fn severity(field: &str, value: View<'_>, event: &str) -> Severity {
    const STOPS: [&str; 6] = [
        "DISABLED_UPDATE",
        "ACCOUNT_RESTRICTION",
        "ACCOUNT_DELETED",
        "ACCOUNT_OFFBOARDED",
        "PARTNER_REMOVED",
        "PARTNER_APP_UNINSTALLED",
    ];
    let alert = value.at("alert_info").at("alert_severity").word();
    match alert.or_else(|| value.at("alert_severity").word()).as_deref() {
        Some("CRITICAL") => return Severity::Critical,
        Some("WARNING") => return Severity::Warning,
        _ => {}
    }
    let reinstated =
        value.at("ban_info").at("waba_ban_state").word().as_deref() == Some("REINSTATE");
    match field {
        _ if reinstated => Severity::Info,
        _ if STOPS.contains(&event) => Severity::Critical,
        "security" => Severity::Warning,
        _ if event == "ACCOUNT_VIOLATION" || event == "REJECTED" => Severity::Warning,
        _ => Severity::Info,
    }
}

fn person(view: View<'_>, number: &str, user: &str) -> Option<Sender> {
    let id = view.at(number).word();
    let user = view.at(user).word().or_else(|| view.at("parent_user_id").word());
    let sender = Sender {
        phone: id.as_deref().and_then(phone),
        bsuid: user.or(id).filter(|id| is_bsuid(id)),
        ..Sender::default()
    };
    (sender.phone.is_some() || sender.bsuid.is_some()).then_some(sender)
}

fn first_word(view: View<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| view.at(key).word())
}
