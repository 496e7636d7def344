//! The rating question at the end: free text inside the session window, a template outside.

use super::command::{Act, Closing, Command};
use super::state::State;
use super::turn::Turn;
use crate::message::Outbound;
use crate::time::Timestamp;
use crate::window;
use crate::workspace::snapshot::Snapshot;

/// Template of the rating question.
const TEMPLATE: &str = "enquete_csat";

/// Name and language of the template that a command would ask for a rating with: whoever carries it
/// out looks first whether the provider lets it through.
pub fn template_of(
    state: &State,
    command: &Command,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Option<(String, String)> {
    let asks = match command {
        Command::Agent { act, .. } => asks(act),
        Command::Tick => state.ending.as_ref().is_some_and(|e| wants_rating(e.reason)),
        _ => false,
    };
    if !asks || !snapshot.is_on("csat") || window::is_open(state.last_inbound_at, now) {
        return None;
    }
    let (template, language) = snapshot.template(TEMPLATE, &state.language)?;
    Some((template.name.clone(), language.to_owned()))
}

pub(super) fn wants_rating(reason: Option<Closing>) -> bool {
    reason.is_none_or(Closing::asks_rating)
}

fn asks(act: &Act) -> bool {
    match act {
        Act::Resolve { reason, .. } => wants_rating(*reason),
        Act::Several { acts } => acts.iter().any(asks),
        _ => false,
    }
}

impl Turn<'_> {
    /// Nothing where nobody is asked.
    pub(super) fn survey(&self) -> Option<(Option<&'static str>, Outbound)> {
        if !self.snapshot().is_on("csat") {
            return None;
        }
        if window::is_open(self.state.last_inbound_at, self.ctx.now) {
            let body = self.text("csat_ask", &[])?;
            return Some((Some("csat_ask"), Outbound::Text { body }));
        }
        if self.ctx.is_survey_withheld {
            return None;
        }
        let (template, language) = self.snapshot().template(TEMPLATE, &self.state.language)?;
        let body = self.snapshot().pick(&template.body, language)?.to_owned();
        let (name, language) = (template.name.clone(), language.to_owned());
        Some((None, Outbound::Template { name, language, params: Vec::new(), body }))
    }
}
