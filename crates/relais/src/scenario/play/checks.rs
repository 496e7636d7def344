//! What a step expects: of the messages, the state, queues, notices and figures.

use super::{Done, Player, problem};
use crate::scenario::format::Step;
use crate::scenario::matching::{Difference, compare};
use crate::scenario::texts;
use serde_json::{Value, json};

impl Player<'_> {
    pub(super) async fn check(&mut self, step: &Step, phone: &str) -> Done<Vec<Difference>> {
        let mut found = Vec::new();
        if step.bot.is_some() || step.among.is_some() {
            found.extend(self.check_messages(step, phone).await?);
        }
        if step.never.is_some() || step.sends.is_some() {
            let all = self.outbox(phone, 0).await?;
            if let Some(count) = step.sends.filter(|count| *count != all.len()) {
                found.push(problem("sends", count.to_string(), all.len().to_string()));
            }
            for part in step.never.iter().flatten() {
                if let Some(message) =
                    all.iter().find(|m| m["text"].as_str().is_some_and(|t| t.contains(part)))
                {
                    found.push(problem("never", part, message["text"].to_string()));
                }
            }
        }
        if let Some(fields) = &step.expect {
            let state = self.call("conversation", json!({"contact": phone})).await?;
            for (key, value) in fields {
                found.extend(compare("", &json!({ key: value }), &state));
            }
        }
        for (team, customers) in step.queue.iter().flatten() {
            let answer = self.call("queue", json!({"team": team})).await?;
            let expected: Vec<String> =
                customers.iter().map(|who| self.phone(who)).collect::<Done<_>>()?;
            found.extend(compare(&format!("queue.{team}"), &json!(expected), &answer["contacts"]));
        }
        if let Some(expected) = &step.notified {
            found.extend(self.check_notices(expected, phone).await?);
        }
        let period = json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
        if let Some(expected) = &step.kpi {
            found.extend(compare("kpi", expected, &self.call("kpi", period.clone()).await?));
        }
        if let Some(expected) = &step.gaps {
            let answer = self.call("gaps", period).await?;
            found.extend(compare("gaps", expected, &answer["items"]));
        }
        for (scope, expected) in [("conversation", &step.transcript_is), ("all", &step.history_is)]
        {
            if let Some(expected) = expected {
                let input = json!({"contact": phone, "scope": scope});
                let answer = self.call("transcript", input).await?;
                found.extend(compare("transcript", expected, &answer["entries"]));
            }
        }
        Ok(found)
    }

    async fn check_messages(&mut self, step: &Step, phone: &str) -> Done<Vec<Difference>> {
        let after = self.cursors.get(phone).copied().unwrap_or(0);
        let messages = self.outbox(phone, after).await?;
        if let Some(seq) = messages.last().and_then(|m| m["seq"].as_u64()) {
            self.cursors.insert(phone.to_owned(), seq);
        }
        let language = &self.scenario.language;
        let mut found = Vec::new();
        let differs = |bubble, message: &Value| -> Done<Option<String>> {
            let expected = texts::expectation(bubble, self.document)
                .map_err(|e| problem("bot", "a text of the workspace", e))?;
            Ok(texts::mismatch(&expected, message, language, self.document, self.wording))
        };
        if let Some(expected) = &step.bot {
            for (n, bubble) in expected.iter().enumerate() {
                let at = format!("bot[{n}]");
                match messages.get(n) {
                    None => found.push(problem(&at, format!("{bubble:?}"), "no message")),
                    Some(message) => {
                        if let Some(wanted) = differs(bubble, message)? {
                            found.push(problem(&at, wanted, message["text"].to_string()));
                        }
                    }
                }
            }
            for message in messages.iter().skip(expected.len()) {
                found.push(problem("bot", "no further message", message["text"].to_string()));
            }
        }
        for bubble in step.among.iter().flatten() {
            let mut wanted = None;
            for message in &messages {
                wanted = differs(bubble, message)?;
                if wanted.is_none() {
                    break;
                }
            }
            if messages.is_empty() || wanted.is_some() {
                let texts: Vec<String> = messages.iter().map(|m| m["text"].to_string()).collect();
                let wanted = wanted.unwrap_or_else(|| format!("{bubble:?}"));
                found.push(problem("among", wanted, texts.join(" · ")));
            }
        }
        Ok(found)
    }

    async fn check_notices(&mut self, expected: &[String], phone: &str) -> Done<Vec<Difference>> {
        let answer = self.call("notifications", json!({"after": self.notices})).await?;
        let items = answer["items"].as_array().map_or(&[][..], Vec::as_slice);
        self.notices = items.iter().filter_map(|i| i["seq"].as_u64()).max().unwrap_or(self.notices);
        let of = |item: &Value| {
            let word = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            format!("{}/{}", word("team"), word("channel"))
        };
        let mut actual: Vec<String> =
            items.iter().filter(|i| i["contact"] == json!(phone)).map(of).collect();
        actual.sort();
        actual.dedup();
        let mut expected = expected.to_vec();
        expected.sort();
        if expected == actual {
            return Ok(Vec::new());
        }
        Ok(vec![problem("notified", expected.join(", "), actual.join(", "))])
    }
}
