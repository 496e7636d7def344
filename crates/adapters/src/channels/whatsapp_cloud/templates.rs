//! Templates of an account: the list, and what the provider tells of single ones.

use super::client::GraphClient;
use super::errors::{Class, Verdict};
use super::response;
use super::wire::View;
use crate::http::{Call, Failure, Method};
use relais_app::port::channel::FetchError;
use relais_app::port::template::{ListedTemplate, Quality, Standing, TemplateChange, TemplateNews};
use serde_json::Value;

const FIELDS: &str = "name,language,category,status,quality_score,rejected_reason,components";
const PAGE: usize = 100;
/// A provider allows six thousand in an account.
const PAGES: usize = 100;
const PAGE_CAP: u64 = 4 * 1024 * 1024;

impl GraphClient {
    /// All templates of an account.
    pub async fn list_templates(&self, account: &str) -> Result<Vec<ListedTemplate>, FetchError> {
        let place = self
            .url(&[account, "message_templates"])
            .ok_or_else(|| FetchError::Refused("the account is not an id".to_owned()))?;
        let (mut listed, mut after) = (Vec::new(), String::new());
        for _ in 0..PAGES {
            let page = if after.is_empty() { String::new() } else { format!("&after={after}") };
            let url = format!("{place}?fields={FIELDS}&limit={PAGE}{page}");
            let reply = self.call(Call::new(Method::GET, url).cap(PAGE_CAP)).await;
            let reply = reply.map_err(|failure| match failure {
                Failure::Denied => FetchError::Refused("its address is not allowed".to_owned()),
                Failure::NotSent(why) | Failure::Unknown(why) => FetchError::Retry(why),
            })?;
            if !(200..300).contains(&reply.status) {
                return Err(refused(&response::verdict(&reply)));
            }
            let unreadable = || FetchError::Retry("unreadable answer".to_owned());
            let body: Value = response::body(&reply).ok_or_else(unreadable)?;
            listed.extend(View(&body).at("data").items().filter_map(template));
            let cursors = View(&body).at("paging");
            match cursors
                .at("cursors")
                .at("after")
                .word()
                .filter(|_| !cursors.at("next").is_absent())
            {
                Some(next) if is_cursor(&next) && next != after => after = next,
                Some(_) | None => return Ok(listed),
            }
        }
        Err(FetchError::Refused("the list has no end".to_owned()))
    }
}

/// Part of an address: nothing that could change it.
fn is_cursor(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=');
    !text.is_empty() && text.len() <= 512 && text.bytes().all(plain)
}

fn refused(verdict: &Verdict) -> FetchError {
    let said = verdict.text.en.to_owned();
    match verdict.class {
        Class::ChannelDown => FetchError::ChannelDown(said),
        _ => FetchError::Refused(said),
    }
}

fn template(view: View<'_>) -> Option<ListedTemplate> {
    let body = view
        .at("components")
        .items()
        .find(|part| part.at("type").word().is_some_and(|kind| kind.eq_ignore_ascii_case("body")));
    Some(ListedTemplate {
        name: view.at("name").word()?,
        language: view.at("language").word()?,
        category: view.at("category").word().unwrap_or_default().to_lowercase(),
        standing: standing(&view.at("status").word().unwrap_or_default()),
        quality: quality(&view.at("quality_score").at("score").word().unwrap_or_default()),
        reason: view.at("rejected_reason").word().and_then(|reason| told(&reason)),
        body: body.and_then(|part| part.at("text").word()),
    })
}

/// What a change of an account says of a template; nothing without a name.
pub(super) fn news(field: &str, value: View<'_>) -> Option<TemplateNews> {
    Some(TemplateNews {
        name: value.at("message_template_name").word()?,
        language: value.at("message_template_language").word()?,
        change: change(field, value),
    })
}

fn change(field: &str, value: View<'_>) -> TemplateChange {
    // The provider's own example files quality news under the status field.
    if let Some(score) = value.at("new_quality_score").word() {
        return TemplateChange::Quality(quality(&score));
    }
    let category = |key: &str| value.at(key).word().map(|word| word.to_lowercase());
    // What it has now, and what it will have in a day.
    if let Some(category) = category("correct_category") {
        return TemplateChange::Category { category, is_ahead: true };
    }
    if let Some(category) = category("new_category") {
        return TemplateChange::Category { category, is_ahead: false };
    }
    match value.at("event").word() {
        Some(event) if field != "message_template_components_update" => TemplateChange::Standing {
            standing: standing(&event),
            reason: [
                value.at("rejection_info").at("reason"),
                value.at("reason"),
                value.at("other_info").at("title"),
            ]
            .into_iter()
            .find_map(|place| told(&place.word()?)),
        },
        Some(_) | None => TemplateChange::Text,
    }
}

/// A provider's word for what it holds of a template.
fn standing(word: &str) -> Standing {
    match word.to_ascii_uppercase().as_str() {
        // Flagged: people complain, and it may still be sent.
        "APPROVED" | "REINSTATED" | "UNLOCKED" | "FLAGGED" => Standing::Approved,
        "PENDING" | "IN_APPEAL" | "IN_REVIEW" => Standing::Pending,
        "REJECTED" => Standing::Rejected,
        "PAUSED" | "LOCKED" | "LIMIT_EXCEEDED" => Standing::Paused,
        "DISABLED" => Standing::Disabled,
        "DELETED" | "PENDING_DELETION" | "ARCHIVED" => Standing::Gone,
        _ => Standing::Unknown,
    }
}

fn quality(word: &str) -> Quality {
    match word.to_ascii_uppercase().as_str() {
        "GREEN" => Quality::Green,
        "YELLOW" => Quality::Yellow,
        "RED" => Quality::Red,
        _ => Quality::Unknown,
    }
}

/// A reason, unless it says that there is none.
fn told(reason: &str) -> Option<String> {
    let reason = reason.trim().to_lowercase();
    (!reason.is_empty() && reason != "none").then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(field: &str, value: Value) -> TemplateChange {
        let mut value = value;
        value["message_template_name"] = json!("suivi");
        value["message_template_language"] = json!("fr");
        news(field, View(&value)).unwrap().change
    }

    #[test]
    fn news_of_a_template_say_what_may_be_done_with_it() {
        let status = "message_template_status_update";
        let paused = of(
            status,
            json!({"event": "PAUSED", "reason": "NONE",
            "other_info": {"title": "FIRST_PAUSE"}}),
        );
        let reason = Some("first_pause".to_owned());
        assert_eq!(paused, TemplateChange::Standing { standing: Standing::Paused, reason });
        let flagged = of(status, json!({"event": "FLAGGED", "reason": null}));
        let approved = TemplateChange::Standing { standing: Standing::Approved, reason: None };
        assert_eq!(flagged, approved, "it may still be sent");
        let ahead = of(
            "template_category_update",
            json!({"new_category": "UTILITY",
            "correct_category": "MARKETING", "category_update_timestamp": 1}),
        );
        let category = "marketing".to_owned();
        assert_eq!(ahead, TemplateChange::Category { category: category.clone(), is_ahead: true });
        let changed = of(
            "template_category_update",
            json!({"previous_category": "UTILITY",
            "new_category": "MARKETING"}),
        );
        assert_eq!(changed, TemplateChange::Category { category, is_ahead: false });
        let text = of(
            "message_template_components_update",
            json!({"message_template_element": "Bonjour {{1}}"}),
        );
        assert_eq!(text, TemplateChange::Text);
        assert_eq!(news(status, View(&json!({"event": "PAUSED"}))), None, "of which one?");
    }

    #[test]
    fn a_cursor_cannot_change_the_address() {
        assert!(is_cursor("QVFIUm-_x=="));
        for bad in ["", "a&b=c", "a b", "../x", "a#b"] {
            assert!(!is_cursor(bad), "{bad}");
        }
    }
}
