//! What a step does: a customer writes, an agent acts, the instance is told something.

use super::{Done, Player, problem, put};
use crate::scenario::format::{Call, Step};
use crate::scenario::matching::compare;
use crate::scenario::{texts, time};
use serde_json::{Value, json};

impl Player<'_> {
    /// Carries the act of a step out; says whether there was one to settle.
    pub(super) async fn act(&mut self, step: &Step, who: &str, phone: &str) -> Done<bool> {
        if let Some(texts) = &step.customer {
            for (n, text) in texts.as_slice().iter().enumerate() {
                if n > 0 {
                    let gap = step.gap.as_deref().unwrap_or("1s");
                    let ms = time::span_ms(gap).map_err(|e| problem("gap", "a span", e))?;
                    self.set_clock(time::later(self.now, ms)).await?;
                }
                self.chat_line(who, text);
                self.inbound(step, phone, json!({"type": "text", "text": text})).await?;
            }
        } else if let Some(title) = &step.press {
            let (kind, id) = self.button(phone, title).await?;
            self.chat_line(who, &format!("[{title}]"));
            let pressed = json!({"type": kind, "text": title, "payload": id});
            self.inbound(step, phone, pressed).await?;
        } else if let Some(kind) = &step.send {
            let said = step.caption.as_deref().or(step.transcript.as_deref()).unwrap_or_default();
            self.chat_line(who, &format!("({kind}) {said}"));
            self.inbound(step, phone, json!({"type": kind})).await?;
        } else if let Some(agent) = &step.agent {
            self.agent(step, agent, phone).await?;
        } else if let Some(configure) = &step.configure {
            self.configure(configure).await?;
            return Ok(false);
        } else if let Some(call) = &step.call {
            self.any_call(call).await?;
            return Ok(false);
        } else {
            return Ok(step.after.is_some() || step.at.is_some());
        }
        Ok(true)
    }

    async fn inbound(&mut self, step: &Step, phone: &str, mut message: Value) -> Done<()> {
        self.sent += 1;
        let id = step.id.clone().unwrap_or_else(|| format!("wamid.{}", self.sent));
        let mut sent_at = self.now;
        if let Some(before) = &step.sent_before {
            let ms = time::span_ms(before).map_err(|e| problem("sent_before", "a span", e))?;
            sent_at = time::later(self.now, -ms);
        }
        message["from"] = json!(phone);
        message["id"] = json!(id);
        message["sent_at"] = json!(sent_at.to_string());
        let given =
            [("name", &step.name), ("caption", &step.caption), ("transcript", &step.transcript)];
        put(&mut message, given);
        for _ in 0..step.times.unwrap_or(1) {
            let answer = self.call("inbound", message.clone()).await?;
            if answer["accepted"] != json!(true) {
                return Err(problem("inbound", "accepted", answer.to_string()));
            }
        }
        Ok(())
    }

    /// Kind and id of the newest button or row with a title.
    async fn button(&self, phone: &str, title: &str) -> Done<(&'static str, String)> {
        let messages = self.outbox(phone, 0).await?;
        messages
            .iter()
            .rev()
            .find_map(|message| {
                let (id, _) = texts::buttons(message).find(|(_, t)| *t == title)?;
                let is_list = message["type"] == json!("list");
                Some((if is_list { "list" } else { "button" }, id.to_owned()))
            })
            .ok_or_else(|| problem("press", title, "no message has such a button"))
    }

    async fn agent(&mut self, step: &Step, agent: &str, phone: &str) -> Done<()> {
        let act = step.act.as_deref().unwrap_or("reply");
        let said = step.text.as_deref().or(step.team.as_deref()).unwrap_or_default();
        self.chat_line(agent, &format!("⟨{act}⟩ {said}"));
        let mut input = json!({"as": agent, "do": act, "contact": phone});
        let given = [("text", &step.text), ("team", &step.team), ("template", &step.template)];
        put(&mut input, given);
        let answer = self.call("agent", input).await?;
        let expected = match &step.refused {
            Some(why) => json!({"result": "refused", "why": why}),
            None => json!({"result": "ok"}),
        };
        let differences = compare(&format!("{agent} {act}"), &expected, &answer);
        differences.into_iter().next().map_or(Ok(()), Err)
    }

    async fn any_call(&self, call: &Call) -> Done<()> {
        let answer = self.instance.call(&call.op, call.with.clone()).await;
        match (answer, &call.error) {
            (Err(e), Some(code)) if e.code == code => Ok(()),
            (Err(e), _) => {
                Err(problem(&call.op, "an answer", format!("{}: {}", e.code, e.message)))
            }
            (Ok(answer), Some(code)) => Err(problem(&call.op, code, answer.to_string())),
            (Ok(answer), None) => {
                let expected = call.answer.clone().unwrap_or_else(|| json!({}));
                compare(&call.op, &expected, &answer).into_iter().next().map_or(Ok(()), Err)
            }
        }
    }
}
