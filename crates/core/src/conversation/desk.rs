//! What agents arrange around a conversation without answering it: notes, tags, urgency, putting it
//! aside, another person, a higher tier, taking a reply back.

use super::command::{Act, Refusal};
use super::escalate::Order;
use super::event::{AgentRef, Event};
use super::state::Owner;
use super::turn::Turn;
use crate::id::MessageId;
use crate::routing::Priority;
use crate::time::{Span, Timestamp};
use crate::trigger::Reason;
use crate::workspace::{ReplyPolicy, Team};

/// Nothing is put aside for longer.
const LONGEST_SNOOZE: Span = Span::hours(24 * 366);
/// A conversation with more tags is not easier to find.
const MOST_TAGS: usize = 20;

impl Turn<'_> {
    pub(super) fn note(&mut self, agent: &AgentRef, text: &str) {
        let mentions = mentions(text);
        let content = Some(text.to_owned());
        self.emit(Event::NoteAdded { agent: agent.clone(), mentions, content });
    }

    /// Puts a tag on or takes it off; one that is there, or is not, changes nothing.
    pub(super) fn label(&mut self, agent: &AgentRef, act: &Act) -> Result<(), Refusal> {
        let has = |tag: &String| self.state.tags.contains(tag);
        match act {
            Act::Tag { tag } if !has(tag) => {
                if self.state.tags.len() >= MOST_TAGS {
                    return Err(Refusal::NothingDue);
                }
                self.emit(Event::Tagged { tag: tag.clone(), by: Some(agent.clone()) });
            }
            Act::Untag { tag } if has(tag) => {
                self.emit(Event::Untagged { tag: tag.clone(), by: agent.clone() });
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn prioritise(&mut self, agent: &AgentRef, priority: Priority) {
        if self.state.priority() != priority {
            self.emit(Event::Prioritised { by: agent.clone(), priority });
        }
    }

    /// Also after the end; whoever rates last is heard.
    pub(super) fn rate_handoff(&mut self, agent: &AgentRef, score: u8) -> Result<(), Refusal> {
        let rated = self.state.handoff.as_ref().ok_or(Refusal::NothingDue)?.rated;
        if !(1..=5).contains(&score) {
            return Err(Refusal::NothingDue);
        }
        if rated != Some(score) {
            self.emit(Event::HandoffRated { by: agent.clone(), score });
        }
        Ok(())
    }

    /// Whoever puts it aside takes it first: nobody else would see that it comes back.
    pub(super) fn snooze(
        &mut self,
        agent: &AgentRef,
        until: Option<Timestamp>,
    ) -> Result<(), Refusal> {
        let now = self.ctx.now;
        if until.is_some_and(|at| at <= now || at > now + LONGEST_SNOOZE) {
            return Err(Refusal::BadTime);
        }
        self.take(agent);
        self.emit(Event::Snoozed { by: agent.clone(), until });
        Ok(())
    }

    pub(super) fn wake(&mut self, agent: &AgentRef) {
        if self.state.snooze.is_some() {
            self.emit(Event::Woken { by: Some(agent.clone()) });
        }
    }

    /// To a person: from the bot by force, from a colleague only by whoever may.
    pub(super) fn give(
        &mut self,
        agent: &AgentRef,
        to: &AgentRef,
        over: bool,
    ) -> Result<(), Refusal> {
        match &self.state.owner {
            Owner::Agent { agent: owner } if owner.key == to.key => return Ok(()),
            Owner::Agent { agent: owner } if owner.key != agent.key && !over => {
                return Err(Refusal::AlreadyTaken);
            }
            Owner::Agent { .. } | Owner::Queue { .. } => {}
            Owner::Bot => self.force(None),
        }
        self.emit(Event::Assigned { agent: to.clone(), by: Some(agent.clone()) });
        self.bot = self.fresh_bot();
        Ok(())
    }

    pub(super) fn raise_tier(
        &mut self,
        agent: &AgentRef,
        team: Option<&str>,
        reason: &str,
    ) -> Result<(), Refusal> {
        let key = match team {
            Some(key) => {
                let named = self.snapshot().team(key).ok_or(Refusal::UnknownTeam)?;
                (named.tier > self.state.tier()).then(|| key.to_owned())
            }
            None => self.next_tier().map(|team| team.key.clone()),
        };
        self.transfer(agent, &key.ok_or(Refusal::NotHigher)?, Some(reason))
    }

    /// The first team of the next tier; the VIP segment has a team of its own.
    fn next_tier(&self) -> Option<&Team> {
        let document = &self.snapshot().document;
        let higher = || document.teams.iter().filter(|team| team.tier > self.state.tier());
        let tier = higher().map(|team| team.tier).min()?;
        let mut next = higher().filter(|team| team.tier == tier);
        let is_vip_team = |team: &&Team| team.key == document.triggers.vip_team;
        if self.state.segment == document.triggers.vip_segment {
            higher().find(is_vip_team).or_else(|| next.next())
        } else {
            next.find(|team| !is_vip_team(team))
        }
    }

    /// May answer while a colleague has the conversation: the team says so.
    pub(super) fn may_answer_for(&self, agent: &AgentRef, act: &Act) -> bool {
        if matches!(act, Act::TakeBack { .. }) {
            return true;
        }
        let Act::Reply { .. } = act else { return false };
        let document = &self.snapshot().document;
        let key = self.state.handoff.as_ref().map(|handoff| handoff.team.as_str());
        let Some(team) = document.teams.iter().find(|team| Some(team.key.as_str()) == key) else {
            return false;
        };
        match team.replies {
            ReplyPolicy::Owner => false,
            ReplyPolicy::Team => document
                .agents
                .iter()
                .any(|one| one.key == agent.key && one.teams.contains(&team.key)),
            ReplyPolicy::Anyone => true,
        }
    }

    /// Somebody stopped the assistant while it is in charge.
    pub(super) fn is_silenced(&self) -> bool {
        self.ctx.is_stopped && self.state.bot_active()
    }

    /// What the assistant had in hand goes to people, who tell the customer once. Who waits for the
    /// opening waits on.
    pub(super) fn give_to_people(&mut self) {
        self.bot = self.fresh_bot();
        if matches!(self.state.owner, Owner::Bot) {
            self.hand_off(Order::because(Reason::Manual));
        }
    }

    /// With all that was sent in the same act. The outbox says whether it has left; here only
    /// whose it is.
    pub(super) fn take_back(
        &mut self,
        agent: &AgentRef,
        message: MessageId,
    ) -> Result<(), Refusal> {
        let last = self.state.last_reply.as_ref();
        let last = last.filter(|reply| reply.has(message) && reply.by == agent.key);
        let parts: Vec<MessageId> = last.ok_or(Refusal::TooLate)?.parts().collect();
        for message in parts {
            self.emit(Event::MessageTakenBack { message, by: agent.clone() });
        }
        Ok(())
    }
}

/// Keys of agents called by `@key`; an address in a mail is no call.
fn mentions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '@' && !before.is_alphanumeric() {
            let is_part =
                |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
            let key: String = text[at + 1..].chars().take_while(is_part).collect();
            let key = key.trim_end_matches('.').to_lowercase();
            if !key.is_empty() && !found.contains(&key) {
                found.push(key);
            }
        }
        before = c;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_call_is_a_key_behind_an_at_sign_and_an_address_is_none() {
        assert_eq!(mentions("@nadia tu vois ? cc @Hugo."), ["nadia", "hugo"]);
        assert_eq!(mentions("écrire à claire@example.test, @ 5 €"), Vec::<String>::new());
        assert_eq!(mentions("@nadia @nadia"), ["nadia"]);
        assert_eq!(mentions("@camille@example.test, oui"), ["camille@example.test"]);
    }
}
