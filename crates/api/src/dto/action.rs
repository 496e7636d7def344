//! What agents ask for.

use super::conversation::Urgency;
use relais_core::conversation::command;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Something an agent does.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Action {
    #[serde(rename = "do")]
    #[schema(inline)]
    pub what: Deed,
    /// `reply`: the message; `note`: the note; `transfer`: a note for the team; `raise_tier`: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// `transfer`, `raise_tier`: where to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub team: Option<String>,
    /// `reply`: an approved template instead of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub template: Option<String>,
    /// `reply` with a `template`: values by the names of its places, 1 to 200 characters each, on
    /// one line, with at most three spaces in a row. They go before what is known; a place of which
    /// nothing is known and to which nothing is given reads as a dash.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// `reply`: position of the customer's last message that was seen; a later one refuses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seen: Option<i64>,
    /// `reply`: a file that was uploaded for this conversation; `text` is its caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub file: Option<String>,
    /// `reply`: although a colleague is writing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_confirmed: bool,
    /// `reply`, `resolve`: for how many seconds it may be taken back, 10 at most. Replies of
    /// `several` that have one are taken back together. The end comes after them, and with it the
    /// rating question; it falls away where the customer or an agent writes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub undo_s: Option<u8>,
    /// `take_back`: which reply; all that was sent with it under `undo_s` is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// `assign`: key of an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<String>,
    /// `snooze`: until then; without it until the customer writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub priority: Option<Urgency>,
    /// `tag`, `untag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tag: Option<String>,
    /// `rate_handoff`: from 1 (people had to come) to 5 (the assistant would have done).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 5)]
    pub score: Option<u8>,
    /// `resolve`: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<Closing>,
    /// `several`: what is done, in this order; where one is refused, none is done. Among them one
    /// reply without a file at most, and any number with one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub acts: Vec<Action>,
    /// Says whether it would be done, and does nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_trial: bool,
    /// Owner epoch the agent saw; a change that would undo somebody else's is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expected_epoch: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Take,
    Reply,
    TakeBack,
    Note,
    Transfer,
    RaiseTier,
    Assign,
    Snooze,
    Wake,
    Prioritise,
    RateHandoff,
    Tag,
    Untag,
    ReturnToBot,
    Resolve,
    /// Takes a `resolve` with `undo_s` back, as long as the conversation has not ended.
    KeepOpen,
    Several,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Closing {
    Solved,
    NoAnswer,
    Duplicate,
    Spam,
    Other,
}

impl From<Closing> for command::Closing {
    fn from(closing: Closing) -> Self {
        match closing {
            Closing::Solved => Self::Solved,
            Closing::NoAnswer => Self::NoAnswer,
            Closing::Duplicate => Self::Duplicate,
            Closing::Spam => Self::Spam,
            Closing::Other => Self::Other,
        }
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct ActionResult {
    pub result: String,
    /// `reply`: the message, to be taken back by; the last of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
}

/// A file that waits for its reply.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upload {
    /// For `file` of the reply.
    pub id: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub url: String,
    /// May be shown inside a page.
    pub is_inline: bool,
}
