//! Looks at a connection as a person setting it up would: what the provider says of the token, its
//! rights, the number, the subscription, and of the time.

use super::client::GraphClient;
use super::response;
use super::wire::View;
use crate::http::{Call, Failure, Method, Reply};
use relais_app::port::channel::{Finding, Health};
use relais_core::time::{Span, Timestamp};
use serde_json::Value;

/// What the token must be allowed.
const RIGHTS: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];
/// A clock that is further off makes signatures and windows wrong.
const CLOCK: Span = Span::secs(60);

impl GraphClient {
    /// All that can be asked of the provider, in the order in which it is put right.
    pub async fn examine(&self, number: &str, waba: &str, now: Timestamp) -> Vec<Finding> {
        let numbers = self.ask(&[waba, "phone_numbers"]).await;
        let date = numbers.as_ref().ok().and_then(date_of);
        let mut findings = Vec::new();
        let token = match &numbers {
            Ok(reply) if reply.status == 401 => Finding::bad("token", said(reply)),
            Ok(_) => Finding::good("token", ""),
            Err(failure) => Finding::unknown("token", failure.to_string()),
        };
        let is_token_good = token.state == Health::Good;
        findings.push(token);
        if is_token_good {
            findings.push(rights(self.ask(&["me", "permissions"]).await));
            findings.push(number_of(numbers, number));
            findings.push(subscription(self.ask(&[waba, "subscribed_apps"]).await));
        } else {
            let rest = ["rights", "number", "subscription"];
            findings.extend(rest.map(|check| Finding::unknown(check, String::new())));
        }
        findings.push(match date {
            Some(theirs) if apart(theirs, now) > CLOCK => {
                Finding::bad("clock", format!("{theirs} / {now}"))
            }
            Some(_) => Finding::good("clock", ""),
            None => Finding::unknown("clock", String::new()),
        });
        findings
    }

    async fn ask(&self, segments: &[&str]) -> Result<Reply, Failure> {
        let url = self.url(segments).ok_or(Failure::Denied)?;
        self.call(Call::new(Method::GET, url)).await
    }
}

fn rights(reply: Result<Reply, Failure>) -> Finding {
    listed("rights", reply, |rows| {
        let has = |right: &str| {
            rows.iter().any(|row| {
                row["permission"] == right && row["status"].as_str().is_none_or(|s| s == "granted")
            })
        };
        let missing: Vec<&str> = RIGHTS.into_iter().filter(|right| !has(right)).collect();
        if missing.is_empty() { Ok(String::new()) } else { Err(missing.join(", ")) }
    })
}

fn number_of(reply: Result<Reply, Failure>, number: &str) -> Finding {
    listed("number", reply, |rows| {
        let found = rows.iter().find(|row| View(row).at("id").word().as_deref() == Some(number));
        let shown = |row: &Value| {
            let shown = View(row).at("display_phone_number").word().unwrap_or_default();
            let name = View(row).at("verified_name").word().unwrap_or_default();
            format!("{shown} {name}").trim().to_owned()
        };
        match found {
            Some(row) => Ok(shown(row)),
            None => Err(rows.iter().map(shown).collect::<Vec<_>>().join(", ")),
        }
    })
}

fn subscription(reply: Result<Reply, Failure>) -> Finding {
    listed("subscription", reply, |rows| {
        if rows.is_empty() { Err(String::new()) } else { Ok(String::new()) }
    })
}

/// A finding from an answer with a list in it.
fn listed(
    check: &'static str,
    reply: Result<Reply, Failure>,
    judge: impl FnOnce(&[Value]) -> Result<String, String>,
) -> Finding {
    let reply = match reply {
        Ok(reply) => reply,
        Err(failure) => return Finding::unknown(check, failure.to_string()),
    };
    if !(200..300).contains(&reply.status) {
        return Finding::bad(check, said(&reply));
    }
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    match judge(body["data"].as_array().map_or(&[], Vec::as_slice)) {
        Ok(told) => Finding::good(check, told),
        Err(told) => Finding::bad(check, told),
    }
}

/// The provider's own words.
fn said(reply: &Reply) -> String {
    response::verdict(reply).details
}

fn apart(a: Timestamp, b: Timestamp) -> Span {
    Span::micros(a.since(b).as_micros().abs())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date_of(reply: &Reply) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = reply.headers.get("date")?.to_str().ok()?;
    let mut parts = text.split_whitespace().skip(1);
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    format!("{year}-{month:02}-{day:0>2}T{time}Z").parse().ok()
}
