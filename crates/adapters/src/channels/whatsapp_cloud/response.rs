//! What the provider's answer to a send means.

use super::errors::{ApiError, Class, Origin, Verdict, classify, classify_status};
use super::inbound::{is_bsuid, phone};
use super::wire::{self, View};
use crate::http::{Failure, Reply};
use relais_app::port::channel::SendOutcome;
use relais_core::message::Recipient;
use std::time::Duration;

/// Wait before another try when nothing was sent; the caller backs off from there.
const UNREACHABLE: Duration = Duration::from_secs(2);

/// A send the provider took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub provider_id: String,
    /// What the provider says about the recipient: teaches us the other half of the identity.
    pub recipient: Recipient,
    /// Not on its way yet: held for quality checks, or paused.
    pub held: bool,
}

/// Judges one send (R7).
pub fn outcome(result: &Result<Reply, Failure>) -> SendOutcome {
    let reply = match result {
        Ok(reply) => reply,
        // Our own policy forbids the configured address: an admin must act.
        Err(failure @ Failure::Denied) => {
            return SendOutcome::ChannelDown { code: None, reason: failure.to_string() };
        }
        Err(failure @ Failure::NotSent(_)) => {
            return SendOutcome::Retry {
                after: UNREACHABLE,
                code: None,
                reason: failure.to_string(),
            };
        }
        Err(failure @ Failure::Unknown(_)) => {
            return SendOutcome::Unknown { reason: failure.to_string() };
        }
    };
    if let Some(accepted) = accepted(reply) {
        return SendOutcome::Accepted { provider_id: accepted.provider_id };
    }
    into_outcome(verdict(reply))
}

/// The message id and what else a successful answer tells.
pub fn accepted(reply: &Reply) -> Option<Accepted> {
    if !(200..300).contains(&reply.status) {
        return None;
    }
    let value = body(reply)?;
    let first = |list: &str| View(&value).at(list).items().next();
    let message = first("messages")?;
    let contact = |key: &str| first("contacts").and_then(|c| c.at(key).word());
    Some(Accepted {
        provider_id: message.at("id").word()?,
        recipient: Recipient {
            phone: contact("wa_id").and_then(|id| phone(&id)),
            bsuid: contact("user_id").filter(|id| is_bsuid(id)),
        },
        held: message.at("message_status").word().is_some_and(|status| status != "accepted"),
    })
}

/// Judges an answer that is not a success.
pub fn verdict(reply: &Reply) -> Verdict {
    let value = body(reply);
    let error = value.as_ref().map(|v| View(v).at("error")).filter(|e| e.is_object());
    let mut verdict = match error {
        Some(error) => classify(&ApiError::read(error), Some(reply.status), Origin::Answer),
        None => classify_status(reply.status),
    };
    // A refusal whose reason was cut off: surely not processed, and the reason may have been a limit.
    let reason_lost = error.is_none() && reply.cut.is_some() && (400..500).contains(&reply.status);
    if reason_lost && verdict.class == Class::Refused {
        verdict.class = Class::Retry { after: Duration::from_secs(30) };
    }
    if let Class::Retry { after } = &mut verdict.class
        && let Some(told) = told_wait(reply)
    {
        *after = (*after).max(told);
    }
    verdict
}

fn into_outcome(verdict: Verdict) -> SendOutcome {
    let reason = if verdict.details.is_empty() {
        verdict.text.en.to_owned()
    } else {
        format!("{} ({})", verdict.text.en, verdict.details)
    };
    let code = verdict.code;
    match verdict.class {
        Class::Retry { after } => SendOutcome::Retry { after, code, reason },
        Class::Refused => SendOutcome::Refused { code, reason },
        Class::Unknown => SendOutcome::Unknown { reason },
        Class::ChannelDown => SendOutcome::ChannelDown { code, reason },
    }
}

pub(super) fn body(reply: &Reply) -> Option<serde_json::Value> {
    let text = std::str::from_utf8(&reply.body).ok()?;
    if wire::too_deep(text) { None } else { wire::parse(text).ok() }
}

/// The wait the provider asks for, in either of its two ways; at most an hour.
fn told_wait(reply: &Reply) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(3600);
    let header = |name: &str| reply.headers.get(name)?.to_str().ok();
    let secs = header("retry-after").and_then(|text| text.trim().parse::<u64>().ok());
    let minutes = header("x-business-use-case-usage").and_then(|text| {
        let usage = wire::parse(text).ok()?;
        let entries = usage.as_object()?.values().flat_map(|list| View(list).items());
        entries.filter_map(|e| e.at("estimated_time_to_regain_access").int()).max()
    });
    let minutes = minutes.and_then(|m| u64::try_from(m).ok()).map(|m| m.saturating_mul(60));
    let wait = secs.into_iter().chain(minutes).max().filter(|secs| *secs > 0)?;
    Some(Duration::from_secs(wait).min(LONGEST))
}

#[cfg(test)]
mod tests;
