//! The workspace's settings. The same shapes as in its files.

use super::action::Closing;
use super::conversation::Urgency;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settings {
    /// A change says on which version it was written.
    pub version: i64,
    pub workspace: WorkspaceInfo,
    pub hours: Hours,
    pub teams: Vec<TeamSettings>,
    pub agents: Vec<AgentSettings>,
    pub snippets: Vec<SnippetSettings>,
    pub macros: Vec<Macro>,
    pub tags: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceInfo {
    pub name: String,
    /// IANA zone, e.g. `Europe/Paris`.
    pub time_zone: String,
    pub default_language: String,
    pub fallback_language: String,
    /// Languages with texts of the assistant.
    pub languages: Vec<String>,
    /// `everything`, or `own_teams`: agents see the conversations of their teams and their own.
    pub agents_see: String,
    #[serde(default)]
    #[schema(required)]
    pub attendance: Option<AttendanceRules>,
}

/// When agents are away by themselves, and how long they wrap up.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttendanceRules {
    /// Minutes without a sign of an agent on any device, up to a day; 0: never.
    pub away_after_minutes: u32,
    /// Seconds after resolving in which nothing is given to them, up to an hour; 0: none.
    pub wrap_up_seconds: u32,
}

/// What holds on a date, first match wins: exception, closure, holiday, weekly hours.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hours {
    /// By `monday` … `sunday`: stretches like `09:00-12:30`; a day left out is closed.
    pub weekly: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    #[serde(default)]
    pub closures: Vec<Closure>,
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// `12-25`, `2027-05-14`, or days after Easter Sunday.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holiday {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub easter: Option<i16>,
    pub name: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closure {
    pub from: String,
    pub to: String,
    #[serde(default)]
    pub name: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    pub date: String,
    #[serde(default)]
    pub periods: Vec<String>,
    #[serde(default)]
    pub name: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamSettings {
    pub key: String,
    pub name: String,
    /// 2 or 3; 1 is the assistant.
    pub tier: u8,
    /// First-reply target, in minutes of open time.
    pub first_reply_minutes: u32,
    /// `take`: agents take conversations themselves; `assign`: they are given them.
    pub mode: String,
    /// Who may answer while somebody has a conversation of the team: `owner`, `team` or `anyone`.
    #[serde(default = "only_owner")]
    #[schema(required)]
    pub replies: String,
    /// Who else is told, and when, of a conversation that nobody takes.
    #[serde(default)]
    #[schema(required)]
    pub ladder: Vec<Rung>,
    /// Hours of its own; the workspace's otherwise.
    #[serde(default)]
    #[schema(required)]
    pub hours: Option<Hours>,
}

fn only_owner() -> String {
    "owner".to_owned()
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rung {
    /// Since it came to the team.
    pub after_minutes: u32,
    /// `team` once more, a role (`supervisor`, `admin`) or the key of an agent.
    pub tell: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentSettings {
    pub key: String,
    pub name: String,
    pub teams: Vec<String>,
    pub role: String,
    pub languages: Vec<String>,
    /// Conversations at once.
    pub capacity: u32,
    #[serde(default)]
    pub skills: Vec<String>,
    /// Where they want to be told: `web`, `slack`, `teams`, `email`.
    #[serde(default)]
    pub notify: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnippetSettings {
    pub shortcut: String,
    pub text: String,
    #[serde(default)]
    #[schema(required)]
    pub language: Option<String>,
}

/// What agents often do, under one name: together or not at all, in this order.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Macro {
    pub name: String,
    /// How it is called up, behind a slash.
    pub shortcut: String,
    /// What the customer is told, by language, with the variables of the snippets.
    #[serde(default)]
    #[schema(required)]
    pub reply: BTreeMap<String, String>,
    #[serde(default)]
    #[schema(required)]
    pub note: Option<String>,
    #[serde(default)]
    #[schema(required)]
    pub tags: Vec<String>,
    #[serde(default)]
    #[schema(required)]
    pub priority: Option<Urgency>,
    /// Key of a team it goes to.
    #[serde(default)]
    #[schema(required)]
    pub team: Option<String>,
    /// Key of a person it goes to; `me` is whoever calls it up.
    #[serde(default)]
    #[schema(required)]
    pub agent: Option<String>,
    /// Puts aside for so many hours; 0: until the customer writes.
    #[serde(default)]
    #[schema(required)]
    pub snooze_hours: Option<u32>,
    #[serde(default)]
    #[schema(required, inline)]
    pub resolve: Option<Closing>,
}

/// New values; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsChange {
    /// The version the change was written on.
    pub version: i64,
    pub workspace: Option<WorkspaceInfo>,
    pub hours: Option<Hours>,
    pub teams: Option<Vec<TeamSettings>>,
    pub agents: Option<Vec<AgentSettings>>,
    pub snippets: Option<Vec<SnippetSettings>>,
    pub macros: Option<Vec<Macro>>,
    pub tags: Option<Vec<String>>,
}

/// Closes at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseNow {
    /// Last day that is closed; today if left out.
    pub until: Option<String>,
    /// What customers and colleagues are told.
    #[serde(default)]
    pub name: String,
}

/// How a target becomes a moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deadline {
    pub asked_at: String,
    pub target_minutes: u32,
    pub lines: Vec<DeadlineLine>,
    /// None: nothing opens for more than a year.
    #[schema(required)]
    pub due_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeadlineLine {
    pub from: String,
    pub to: String,
    /// Open time, which the target is counted in.
    pub counts: bool,
    /// Why it is closed beside the usual week.
    #[schema(required)]
    pub because: Option<String>,
    /// Minutes of the target that are used up so far.
    pub used_minutes: i64,
}

/// The same shape as another type; the error says what of it cannot be read.
pub(crate) fn same<T: DeserializeOwned>(shape: &impl Serialize) -> Result<T, String> {
    let value = serde_json::to_value(shape).map_err(|e| e.to_string())?;
    serde_path_to_error::deserialize(value).map_err(|e| {
        let path = e.path().to_string();
        format!("{path}: {}", e.into_inner())
    })
}
