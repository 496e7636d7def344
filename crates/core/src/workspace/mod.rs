//! The workspace as its files say it: texts, hours, teams, triggers, knowledge, flow. Plain data;
//! [`snapshot::Snapshot`] is what the engine reads.

pub mod snapshot;
mod titles;

use crate::attendance::Attendance;
use crate::calendar;
use crate::conversation::command::Closing;
use crate::flow;
use crate::routing::Priority;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text or a list of words per language (ISO 639-1).
pub type PerLanguage<T> = BTreeMap<String, T>;

/// Everything a workspace is made of. Format version 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub workspace: Info,
    pub texts: BTreeMap<String, PerLanguage<String>>,
    pub hours: calendar::Hours,
    pub teams: Vec<Team>,
    #[serde(default)]
    pub agents: Vec<Agent>,
    pub triggers: Triggers,
    #[serde(default)]
    pub knowledge: Knowledge,
    #[serde(default)]
    pub orders: Orders,
    #[serde(default)]
    pub contacts: Vec<CrmContact>,
    pub flow: flow::Document,
    #[serde(default)]
    pub snippets: Vec<Snippet>,
    #[serde(default)]
    pub macros: Vec<Macro>,
    #[serde(default)]
    pub templates: Vec<Template>,
    #[serde(default)]
    pub tags: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Info {
    /// Format of these files; 1.
    pub format: u32,
    pub name: String,
    /// IANA zone, e.g. `Europe/Paris`.
    pub time_zone: String,
    /// Used when nothing else tells the language.
    pub default_language: String,
    /// Languages with system texts.
    pub languages: Vec<String>,
    /// Used for customers whose language has no text of the kind needed.
    pub fallback_language: String,
    #[serde(default)]
    pub sandbox_phone: Option<String>,
    #[serde(default)]
    pub agents_see: AgentsSee,
    #[serde(default, skip_serializing_if = "Attendance::is_default")]
    pub attendance: Attendance,
    /// Rules of the always-on lane that are switched off.
    #[serde(default)]
    pub switched_off: Vec<String>,
}

/// Which conversations agents see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentsSee {
    #[default]
    Everything,
    /// Those of their teams, and those they hold.
    OwnTeams,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub key: String,
    pub name: String,
    /// 2 or 3; 1 is the bot.
    pub tier: u8,
    /// First-reply target in minutes of open time; also the `{wait}` of the notice.
    pub first_reply_minutes: u32,
    #[serde(default)]
    pub mode: TeamMode,
    /// Who may answer while one of them has a conversation.
    #[serde(default, skip_serializing_if = "ReplyPolicy::is_default")]
    pub replies: ReplyPolicy,
    /// Who else is told, and when, of a conversation that nobody takes; the soonest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
    /// Hours of its own; the workspace's otherwise.
    #[serde(default)]
    pub hours: Option<calendar::Hours>,
}

/// One more call for a conversation that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Minutes since it came to the team; at most a day.
    pub after_minutes: u32,
    /// `team` once more, a role (`supervisor`, `admin`) or an agent.
    pub tell: String,
}

impl Rung {
    /// Tells the team again.
    pub const TEAM: &str = "team";
}

/// Who may answer a customer whom a colleague has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyPolicy {
    /// Whoever has the conversation.
    #[default]
    Owner,
    /// Anybody of the team.
    Team,
    Anyone,
}

impl ReplyPolicy {
    /// Left out of files.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamMode {
    /// Agents take conversations themselves.
    #[default]
    Take,
    /// The router assigns to a free agent at once.
    Assign,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    pub key: String,
    pub name: String,
    pub teams: Vec<String>,
    #[serde(default = "agent_role")]
    pub role: String,
    pub languages: Vec<String>,
    /// Conversations at once.
    pub capacity: u32,
    #[serde(default)]
    pub skills: Vec<String>,
    /// Where they want to be told: `web`, `slack`, `teams`.
    #[serde(default = "web_only")]
    pub notify: Vec<String>,
}

impl Agent {
    /// By their key, or by the role they have: whom notices are addressed to.
    pub fn is_called(&self, whom: &str) -> bool {
        self.key == whom || self.role == whom
    }
}

fn agent_role() -> String {
    "agent".to_owned()
}

fn web_only() -> Vec<String> {
    vec!["web".to_owned()]
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triggers {
    pub keywords: PerLanguage<Vec<String>>,
    pub failure_limit: u32,
    pub vip_failure_limit: u32,
    pub vip_segment: String,
    pub vip_team: String,
    pub default_team: String,
    pub sentiment: Sentiment,
    pub sensitive: Vec<SensitiveRule>,
    /// Topics that only choose the team.
    #[serde(default)]
    pub routing: Vec<RoutingRule>,
    /// Rule (`keyword`, `sentiment`, `sensitive:refund`) → sentences that are no alarm of it, learnt
    /// from corrections. A topic with a notice of its own (danger) is never silenced.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calm: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentiment {
    pub words: PerLanguage<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitiveRule {
    pub topic: String,
    pub team: String,
    pub priority: Priority,
    /// Text sent at once, before anything else; such a topic keeps its team, also for VIPs.
    #[serde(default)]
    pub first: Option<String>,
    /// Tag put on the conversation.
    #[serde(default)]
    pub tag: Option<String>,
    /// Who else is told.
    #[serde(default)]
    pub cc: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingRule {
    pub topic: String,
    pub team: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knowledge {
    #[serde(default)]
    pub themes: Vec<Theme>,
    #[serde(default)]
    pub articles: Vec<Article>,
    #[serde(default)]
    pub finder: Vec<FinderEntry>,
    /// `{model}` is replaced by the model in small letters.
    #[serde(default)]
    pub finder_link: String,
    /// At most so many of a hundred answers may be wrong: how sure an answer must be follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_wrong: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub key: String,
    pub title: PerLanguage<String>,
    /// The product finder is its first entry.
    #[serde(default)]
    pub with_finder: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub id: String,
    pub theme: String,
    pub q: PerLanguage<String>,
    /// Other ways to ask, in any language.
    #[serde(default)]
    pub also: PerLanguage<Vec<String>>,
    /// What was asked and is not answered by this, learnt from corrections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    pub a: PerLanguage<String>,
    /// Flow node that follows the answer (fault finding asks whether it is solved).
    #[serde(default)]
    pub then: Option<String>,
    /// Topic the conversation is about once this was answered.
    #[serde(default)]
    pub topic: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinderEntry {
    pub rooms: PerLanguage<Vec<String>>,
    pub model: String,
    pub price: String,
}

/// The order look-up of the workspace: a table in the files, or an HTTP address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    #[serde(default)]
    pub prefix: String,
    #[serde(default)]
    pub digits: u32,
    /// `{order}` is replaced.
    #[serde(default)]
    pub link: String,
    #[serde(default)]
    pub status_labels: BTreeMap<String, PerLanguage<String>>,
    #[serde(default)]
    pub table: Vec<Order>,
}

/// What a connector says of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub order: String,
    pub name: String,
    pub phone: String,
    pub postcode: String,
    pub items: String,
    pub total: String,
    /// A date, or `D-4`: days relative to the day the files were loaded.
    pub placed: String,
    pub status: String,
    #[serde(default)]
    pub tracking: Option<String>,
    #[serde(default)]
    pub eta: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrmContact {
    pub name: String,
    pub phone: String,
    pub segment: String,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snippet {
    pub shortcut: String,
    pub text: String,
    #[serde(default)]
    pub language: Option<String>,
}

/// What agents often do, under one name: carried out together or not at all, in this order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    pub name: String,
    /// How it is called up, behind a slash.
    pub shortcut: String,
    /// What the customer is told, with the variables of the snippets.
    #[serde(default)]
    pub reply: PerLanguage<String>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub priority: Option<Priority>,
    /// Key of a team it goes to.
    #[serde(default)]
    pub team: Option<String>,
    /// Key of a person it goes to; `me` is whoever calls it up.
    #[serde(default)]
    pub agent: Option<String>,
    /// Puts aside for so many hours; 0: until the customer writes.
    #[serde(default)]
    pub snooze_hours: Option<u32>,
    #[serde(default)]
    pub resolve: Option<Closing>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub name: String,
    pub category: String,
    pub body: PerLanguage<String>,
}
