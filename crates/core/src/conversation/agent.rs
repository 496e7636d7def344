//! What agents do: take, reply, note, transfer, give back, resolve. Also a colleague on the phone
//! app, the router's assignment, and messages that failed.

use super::command::{Act, Refusal, Terms};
use super::ending::LONGEST_UNDO;
use super::escalate::Order;
use super::event::{AgentRef, Author, Event};
use super::state::{Bot, Owner};
use super::turn::Turn;
use crate::broken::is_missing;
use crate::id::{ContactId, ConversationId, MessageId};
use crate::message::Outbound;
use crate::time::{Span, Timestamp};
use crate::trigger::Reason;
use crate::window;

/// Roles that read and never write.
const READ_ONLY: [&str; 2] = ["auditor", "dpo"];

/// Closer to its end than this, the session window is no place to wait in.
const WINDOW_MARGIN: Span = Span::minutes(1);

impl Turn<'_> {
    pub(super) fn act(&mut self, agent: &AgentRef, act: &Act) -> Result<(), Refusal> {
        if self.is_read_only(agent) {
            return Err(Refusal::Forbidden);
        }
        if let Act::Several { acts } = act {
            return acts.iter().try_for_each(|one| self.act(agent, one));
        }
        if let Act::Note { text } = act {
            self.note(agent, text);
            return Ok(());
        }
        if matches!(act, Act::Tag { .. } | Act::Untag { .. }) {
            return self.label(agent, act);
        }
        if let Act::RateHandoff { score } = act {
            return self.rate_handoff(agent, *score);
        }
        if self.state.is_resolved() {
            return Err(Refusal::NotInQueue);
        }
        if let Act::Assign { to, over } = act {
            return self.give(agent, to, *over);
        }
        if let Act::Prioritise { priority } = act {
            self.prioritise(agent, *priority);
            return Ok(());
        }
        let is_held = self.state.agent().is_some_and(|owner| owner.key != agent.key);
        if is_held && !self.may_answer_for(agent, act) && !is_missing("R6") {
            return Err(Refusal::AlreadyTaken);
        }
        if matches!(act, Act::Reply { .. } | Act::TakeBack { .. } | Act::Snooze { .. }) {
            self.keep_open(Some(agent));
        }
        match act {
            Act::Take => self.take(agent),
            Act::Reply { message, content, terms } => {
                return self.reply(agent, *message, content, *terms);
            }
            Act::TakeBack { message } => return self.take_back(agent, *message),
            Act::Transfer { team, note } => return self.transfer(agent, team, note.as_deref()),
            Act::RaiseTier { team, reason } => {
                return self.raise_tier(agent, team.as_deref(), reason);
            }
            Act::Snooze { until } => return self.snooze(agent, *until),
            Act::Wake => self.wake(agent),
            Act::ReturnToBot => self.return_to_bot(agent),
            Act::Resolve { reason, undo } => self.resolve(agent, *reason, *undo),
            Act::KeepOpen => self.keep_open(Some(agent)),
            Act::Several { .. }
            | Act::Note { .. }
            | Act::Tag { .. }
            | Act::Untag { .. }
            | Act::Assign { .. }
            | Act::RateHandoff { .. }
            | Act::Prioritise { .. } => {}
        }
        Ok(())
    }

    fn is_read_only(&self, agent: &AgentRef) -> bool {
        let known = self.snapshot().document.agents.iter().find(|a| a.key == agent.key);
        known.is_some_and(|a| READ_ONLY.contains(&a.role.as_str()))
    }

    /// Takes the conversation, from the bot by force: a hand-off of its own.
    pub(super) fn take(&mut self, agent: &AgentRef) {
        let forced = match self.state.owner {
            Owner::Agent { .. } if !is_missing("R6") => return,
            Owner::Agent { .. } | Owner::Queue { .. } => false,
            Owner::Bot => true,
        };
        if forced {
            self.force(None);
        }
        self.emit(Event::Taken { agent: agent.clone(), forced });
        self.bot = self.fresh_bot();
    }

    /// A hand-off an agent forces, without a notice; it does not ask whether `manual` is on.
    pub(super) fn force(&mut self, team: Option<&str>) {
        self.hand_off(Order {
            team: team.map(str::to_owned),
            notice: None,
            ..Order::because(Reason::Manual)
        });
    }

    fn reply(
        &mut self,
        agent: &AgentRef,
        message: MessageId,
        content: &Outbound,
        terms: Terms,
    ) -> Result<(), Refusal> {
        let is_open = window::is_open(self.state.last_inbound_at, self.ctx.now);
        if !is_open && !content.is_template() {
            return Err(Refusal::WindowClosed);
        }
        if terms.seen.is_some_and(|seen| self.state.heard_at > seen) {
            return Err(Refusal::NewMessages);
        }
        if self.state.agent().is_none() {
            self.take(agent);
        }
        let leaves_at = self.leaves_at(terms.undo);
        let part_of = self.first_held.filter(|_| leaves_at.is_some());
        if leaves_at.is_some() {
            self.first_held.get_or_insert(message);
        }
        self.send(message, agent.clone(), content, (leaves_at, part_of));
        Ok(())
    }

    /// What a person wrote, under the present epoch; until when it can be taken back, and with what.
    fn send(
        &mut self,
        message: MessageId,
        by: AgentRef,
        content: &Outbound,
        (leaves_at, part_of): (Option<Timestamp>, Option<MessageId>),
    ) {
        self.emit(Event::MessageSent {
            message,
            by: Author::Agent(by),
            epoch: self.state.owner_epoch,
            text: None,
            leaves_at,
            part_of,
            content: Some(content.clone()),
        });
    }

    /// When a reply leaves that may be taken back: never after the window has closed.
    fn leaves_at(&self, undo: Span) -> Option<Timestamp> {
        let leaves_at = self.ctx.now + undo.min(LONGEST_UNDO);
        let closes_at = window::closes_at(self.state.last_inbound_at, self.ctx.now)?;
        (undo > Span::ZERO && leaves_at + WINDOW_MARGIN < closes_at).then_some(leaves_at)
    }

    pub(super) fn transfer(
        &mut self,
        agent: &AgentRef,
        key: &str,
        note: Option<&str>,
    ) -> Result<(), Refusal> {
        let Some(team) = self.snapshot().team(key) else { return Err(Refusal::UnknownTeam) };
        let tier = team.tier;
        if let Some(note) = note {
            self.note(agent, note);
        }
        if matches!(self.state.owner, Owner::Bot) {
            self.force(Some(key));
        }
        let now = self.ctx.now;
        let calendar = self.snapshot().calendar(key);
        let is_open = !self.snapshot().is_on("hours") || calendar.is_open(now);
        let counts_from = if is_open { Some(now) } else { calendar.next_opening(now) };
        let reply_due_at = self.reply_due(key, counts_from);
        self.emit(Event::Transferred {
            by: agent.clone(),
            team: key.to_owned(),
            tier,
            reply_due_at,
        });
        self.bot = self.fresh_bot();
        if !is_open {
            self.emit(Event::Deferred { until: counts_from });
        }
        Ok(())
    }

    /// Back to the bot, which says where the customer stands.
    fn return_to_bot(&mut self, agent: &AgentRef) {
        if matches!(self.state.owner, Owner::Bot) {
            return;
        }
        self.emit(Event::Returned { by: Some(agent.clone()) });
        self.bot = self.fresh_bot();
        if window::is_open(self.state.last_inbound_at, self.ctx.now) {
            self.go_home();
        }
    }

    /// The router gives a waiting conversation to a free agent.
    pub(super) fn assign(&mut self, agent: &AgentRef) -> Result<(), Refusal> {
        if self.state.is_resolved() {
            return Err(Refusal::NotInQueue);
        }
        match self.state.owner {
            Owner::Queue { deferred: false } => {
                self.emit(Event::Assigned { agent: agent.clone(), by: None });
                self.bot = self.fresh_bot();
                Ok(())
            }
            Owner::Agent { .. } => Err(Refusal::AlreadyTaken),
            Owner::Bot | Owner::Queue { deferred: true } => Err(Refusal::NotInQueue),
        }
    }

    /// A colleague answered from the phone app of the number: a takeover (R10).
    pub(super) fn echo(&mut self, message: MessageId, content: &Outbound) {
        let phone = AgentRef::phone_app();
        self.keep_open(None);
        if !self.state.is_resolved() {
            self.take(&phone);
        }
        let by = self.state.agent().cloned().unwrap_or(phone);
        self.send(message, by, content, (None, None));
    }

    /// Two contacts are one person. Of two open conversations one goes on, the other ends here.
    pub(super) fn merge(&mut self, contact: ContactId, goes_on: Option<ConversationId>) {
        self.emit(Event::Merged { contact, goes_on });
        if goes_on.is_some() && !self.state.is_resolved() {
            self.emit(Event::Resolved {
                by: None,
                abandoned: false,
                asks_rating: false,
                reason: None,
            });
            self.bot = Bot::default();
        }
    }

    /// What the bot answered never arrives. Whoever has written nothing since would wait for ever:
    /// a form is asked in writing, and for all else people take over.
    pub(super) fn answer_is_lost(&mut self, answered_at: Option<Timestamp>, form: Option<&str>) {
        let heard = self.state.last_inbound_at;
        let waits = answered_at.is_some_and(|at| heard.is_none_or(|heard| heard <= at));
        if waits && matches!(self.state.owner, Owner::Bot) && !self.state.is_resolved() {
            if form.is_some_and(|id| self.asks_in_writing(id)) {
                return;
            }
            self.won("failures");
            self.hand_off(Order::because(Reason::Failures));
        }
    }

    /// The handler failed again and again: people must look (R11).
    pub(super) fn quarantine(&mut self, reason: &str) {
        self.emit(Event::Quarantined { reason: reason.to_owned() });
        if matches!(self.state.owner, Owner::Bot) && !self.state.is_resolved() {
            self.hand_off(Order::because(Reason::Failures));
        }
    }
}
