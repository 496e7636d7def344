//! Reports on our own messages.

use super::errors::{ApiError, Origin, Verdict, classify};
use super::inbound::{is_bsuid, phone, time};
use super::wire::View;
use relais_core::message::{Delivery, Recipient};
use relais_core::time::Timestamp;

/// One element of `statuses[]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    pub provider_id: String,
    /// `None` when nothing is known of the number (rare).
    pub business_number: Option<String>,
    /// `None` for words that are no progress (`deleted`, `warning`, future ones).
    pub delivery: Option<Delivery>,
    /// The provider's word.
    pub word: String,
    pub at: Timestamp,
    /// Our id given at send time; the way to match a report that beats the answer (R4).
    pub callback_id: Option<String>,
    pub recipient: Recipient,
    /// In a group: which member.
    pub participant: Option<String>,
    pub pricing: Option<Pricing>,
    /// Why it failed.
    pub failure: Option<Verdict>,
    /// Seen by an observer of somebody else's thread.
    pub standby: bool,
}

/// What the message costs, as far as told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pricing {
    pub billable: Option<bool>,
    pub model: Option<String>,
    pub kind: Option<String>,
    pub category: Option<String>,
}

pub(super) fn status(
    view: View<'_>,
    business_number: Option<&str>,
    standby: bool,
    received_at: Timestamp,
) -> Result<Status, String> {
    if !view.is_object() {
        return Err("status is not an object".to_owned());
    }
    let provider_id = view.at("id").word().ok_or("status without id")?;
    let word = view.at("status").word().ok_or("status without state")?.to_lowercase();
    let delivery = delivery(&word);
    let first = |keys: [&str; 2]| keys.into_iter().find_map(|key| view.at(key).word());
    let id = view.at("recipient_id").word();
    let user = first(["recipient_user_id", "recipient_parent_user_id"])
        .or_else(|| first(["parent_recipient_user_id", "user_id"]));
    let recipient = Recipient {
        phone: id.as_deref().and_then(phone),
        bsuid: user.or(id).filter(|id| is_bsuid(id)),
    };
    Ok(Status {
        provider_id,
        business_number: business_number.map(str::to_owned),
        delivery,
        word,
        at: time(view.at("timestamp"), received_at),
        callback_id: view.at("biz_opaque_callback_data").word(),
        recipient,
        participant: first(["recipient_participant_id", "participant_recipient_id"])
            .or_else(|| first(["recipient_participant_user_id", "participant_recipient_user_id"])),
        pricing: pricing(view),
        // Errors beside a status that did not fail are noise.
        failure: (delivery == Some(Delivery::Failed)).then(|| failure(view)),
        standby,
    })
}

pub(super) fn delivery(word: &str) -> Option<Delivery> {
    Some(match word {
        "accepted" => Delivery::Accepted,
        "sent" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "played" => Delivery::Played,
        "failed" => Delivery::Failed,
        _ => return None,
    })
}

fn failure(view: View<'_>) -> Verdict {
    let errors = view.at("errors");
    let error = if errors.is_object() {
        ApiError::read(errors)
    } else {
        errors.items().next().map(ApiError::read).unwrap_or_default()
    };
    classify(&error, None, Origin::Status)
}

fn pricing(view: View<'_>) -> Option<Pricing> {
    let pricing = [view.at("pricing"), view.at("conversation").at("pricing")]
        .into_iter()
        .find(|p| p.is_object())?;
    Some(Pricing {
        billable: pricing.at("billable").flag(),
        model: pricing.at("pricing_model").word(),
        kind: pricing.at("type").word(),
        // Both spellings of `authentication-international` are in use.
        category: pricing.at("category").word().map(|c| c.to_lowercase().replace('-', "_")),
    })
}
