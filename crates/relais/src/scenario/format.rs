//! The file format of a scenario: what a person writes, read strictly so that a typing error is an
//! error and not a check that never runs.

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::{Spanned, options};
use std::collections::BTreeMap;

/// A scripted test conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What must hold, as one sentence.
    pub name: String,
    /// When it starts: `2027-03-01 10:00` in the workspace's zone, or RFC 3339.
    pub at: String,
    /// The customer of every step that names nobody else.
    #[serde(default = "claire")]
    pub who: String,
    /// Language of the texts that steps name by their key.
    #[serde(default = "french")]
    pub language: String,
    /// Further customers by name: phone numbers.
    #[serde(default)]
    pub customers: BTreeMap<String, String>,
    #[serde(default)]
    pub llm: Option<String>,
    #[serde(default)]
    pub stt: Option<String>,
    #[serde(default)]
    pub agents_online: BTreeMap<String, u32>,
    /// Played once for each value; what the conversations become must be the same.
    #[serde(default)]
    pub matrix: Matrix,
    /// Rules of the always-on lane it would notice the absence of.
    #[serde(default)]
    pub covers: Vec<String>,
    pub steps: Vec<Spanned<Step>>,
}

fn claire() -> String {
    "claire".to_owned()
}

fn french() -> String {
    "fr".to_owned()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    #[serde(default)]
    pub llm: Vec<String>,
}

/// One step: at most one act, then its checks. Time moves first.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Time that passes before the act: `90s`, `10m`, `1h30m`, `2d`.
    #[serde(default)]
    pub after: Option<String>,
    /// Moment of the act: `19:00` (the next one), `2027-03-01 19:00`, or RFC 3339.
    #[serde(default)]
    pub at: Option<String>,
    #[serde(default)]
    pub who: Option<String>,

    // --- acts --------------------------------------------------------------------------------
    /// The customer types; several texts are one burst.
    #[serde(default)]
    pub customer: Option<OneOrMany<String>>,
    /// The customer presses a button or list row by its title, of any message so far.
    #[serde(default)]
    pub press: Option<String>,
    /// The customer sends something else: `image`, `audio`, `sticker`, `location` …
    #[serde(default)]
    pub send: Option<String>,
    /// An agent acts.
    #[serde(default)]
    pub agent: Option<String>,
    #[serde(default)]
    pub configure: Option<Configure>,
    /// Any operation of the endpoint.
    #[serde(default)]
    pub call: Option<Call>,

    // --- how a customer's message is sent -------------------------------------------------------
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub caption: Option<String>,
    #[serde(default)]
    pub transcript: Option<String>,
    /// Delivered so many times.
    #[serde(default)]
    pub times: Option<u32>,
    /// Between the messages of a burst; a second when not given.
    #[serde(default)]
    pub gap: Option<String>,
    /// Sent so long before it arrives.
    #[serde(default)]
    pub sent_before: Option<String>,
    /// `false`: the next act follows before this one is worked off.
    #[serde(default)]
    pub settle: Option<bool>,

    // --- what an agent does ----------------------------------------------------------------------
    /// `take`, `reply`, `note`, `transfer`, `return_to_bot`, `resolve`; with `text` alone, `reply`.
    #[serde(default, rename = "do")]
    pub act: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub team: Option<String>,
    #[serde(default)]
    pub template: Option<String>,
    /// The act is refused, and why.
    #[serde(default)]
    pub refused: Option<String>,

    // --- checks ------------------------------------------------------------------------------------
    /// Exactly these messages reached the customer since the last `bot` or `among`.
    #[serde(default)]
    pub bot: Option<Vec<Bubble>>,
    /// These messages are among those that reached the customer since then.
    #[serde(default)]
    pub among: Option<Vec<Bubble>>,
    /// Nothing the customer ever got contains one of these.
    #[serde(default)]
    pub never: Option<Vec<String>>,
    /// Messages the customer got so far.
    #[serde(default)]
    pub sends: Option<usize>,
    /// Fields of the conversation.
    #[serde(default)]
    pub expect: Option<BTreeMap<String, Value>>,
    /// Team → customers, in the order they are served.
    #[serde(default)]
    pub queue: Option<BTreeMap<String, Vec<String>>>,
    /// Notices about this customer since the last look, each `team/channel`.
    #[serde(default)]
    pub notified: Option<Vec<String>>,
    #[serde(default)]
    pub kpi: Option<Value>,
    #[serde(default)]
    pub gaps: Option<Value>,
    #[serde(default)]
    pub transcript_is: Option<Value>,
    /// Like `transcript_is`, over all conversations of the customer.
    #[serde(default)]
    pub history_is: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configure {
    #[serde(default)]
    pub llm: Option<String>,
    #[serde(default)]
    pub stt: Option<String>,
    /// The order connector: `on`, `down`, `slow`.
    #[serde(default)]
    pub orders: Option<String>,
    #[serde(default)]
    pub agents_online: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub op: String,
    #[serde(default)]
    pub with: Value,
    /// Code of the expected error.
    #[serde(default)]
    pub error: Option<String>,
    /// What the answer must hold.
    #[serde(default)]
    pub answer: Option<Value>,
}

/// A message the customer gets: a text key, an article id, or details.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Bubble {
    Named(String),
    Detailed(Box<Detailed>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detailed {
    /// Key of a system text.
    #[serde(default)]
    pub text: Option<String>,
    /// Id of an article; its answer.
    #[serde(default)]
    pub article: Option<String>,
    #[serde(default, rename = "in")]
    pub language: Option<String>,
    /// Values of placeholders; `null` says that its sentence is left out.
    #[serde(default)]
    pub with: BTreeMap<String, Option<String>>,
    #[serde(default)]
    pub exactly: Option<String>,
    #[serde(default)]
    pub contains: Vec<String>,
    #[serde(default)]
    pub lacks: Vec<String>,
    /// Titles of its buttons or rows.
    #[serde(default)]
    pub buttons: Option<Vec<String>>,
    /// `bot`, `agent`, `system`.
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub template: Option<String>,
}

/// The scenarios of one file; `---` stands between them.
pub fn read(text: &str) -> Result<Vec<Scenario>, String> {
    let strict = options! { strict_booleans: true };
    let scenarios: Vec<Scenario> =
        serde_saphyr::from_multiple_with_options(text, strict).map_err(|e| e.to_string())?;
    if scenarios.is_empty() {
        return Err("there is no scenario in this file".to_owned());
    }
    for scenario in &scenarios {
        for step in &scenario.steps {
            check(&step.value).map_err(|e| format!("line {}: {e}", step.referenced.line()))?;
        }
    }
    Ok(scenarios)
}

fn check(step: &Step) -> Result<(), String> {
    let acts = [
        ("customer", step.customer.is_some()),
        ("press", step.press.is_some()),
        ("send", step.send.is_some()),
        ("agent", step.agent.is_some()),
        ("configure", step.configure.is_some()),
        ("call", step.call.is_some()),
    ];
    let named: Vec<&str> = acts.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    if named.len() > 1 {
        return Err(format!("one act in a step, not {}", named.join(" and ")));
    }
    let is_agent = step.agent.is_some();
    let of_agent = [
        ("do", step.act.is_some()),
        ("team", step.team.is_some()),
        ("template", step.template.is_some()),
        ("refused", step.refused.is_some()),
        ("text", step.text.is_some()),
    ];
    if let Some((name, _)) = of_agent.iter().find(|(_, is)| *is && !is_agent) {
        return Err(format!("`{name}` needs an `agent`"));
    }
    if is_agent && step.act.is_none() && step.text.is_none() && step.template.is_none() {
        return Err("what does the agent `do`?".to_owned());
    }
    if step.after.is_some() && step.at.is_some() {
        return Err("either `after` or `at`".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_several_scenarios() {
        let text = "name: a\nat: 2027-03-01 10:00\nllm: off\nsteps:\n  - customer: bonjour\n---\n\
                    name: b\nat: 2027-03-01 10:00\nsteps:\n  - customer: [a, b]\n    bot: [welcome]\n";
        let read = read(text).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].llm.as_deref(), Some("off"));
        assert_eq!(read[0].steps[0].referenced.line(), 5);
    }

    #[test]
    fn a_misspelt_check_is_refused() {
        let text = "name: a\nat: x\nsteps:\n  - customer: bonjour\n    expct: {state: bot}\n";
        assert!(read(text).unwrap_err().contains("expct"));
    }

    #[test]
    fn two_acts_in_a_step_are_refused_with_their_line() {
        let text = "name: a\nat: x\nsteps:\n  - customer: bonjour\n    press: FAQ\n";
        assert_eq!(read(text).unwrap_err(), "line 4: one act in a step, not customer and press");
    }
}
