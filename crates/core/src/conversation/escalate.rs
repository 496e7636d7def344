//! Handing over to people: which team, how urgent, live or deferred, and the one notice.

use super::event::{Escalation, Event, Request};
use super::rules::texts;
use super::state::{Handoff, Owner, Prompt};
use super::turn::Turn;
use crate::routing::Priority;
use crate::time::{Span, Timestamp};
use crate::trigger::{Fired, Reason};
use crate::understanding::parse;
use crate::understanding::text::Text;
use crate::workspace::SensitiveRule;

/// `after_hours` is told at most once in this time.
const AFTER_HOURS_EVERY: Span = Span::minutes(10);

/// A model's summary that comes later is not waited for.
const SUMMARY_SECONDS: i64 = 4;

/// Messages a summary quotes, and what is too short to be one of them (digits, "ok").
const LAST_WORDS: usize = 3;
const SHORT: usize = 2;

/// A hand-off that was decided.
pub(super) struct Order {
    /// Strongest first, never empty.
    pub fired: Vec<Fired>,
    /// A flow node may name the team.
    pub team: Option<String>,
    /// What the customer is told where people are there and no emergency has its own words;
    /// `None`: nothing at all (an agent takes at once).
    pub notice: Option<&'static str>,
}

impl Order {
    pub fn because(reason: Reason) -> Self {
        Self::of(vec![reason.into()])
    }

    /// Several triggers, strongest first.
    pub fn of(fired: Vec<Fired>) -> Self {
        let notice = match fired[0].reason {
            Reason::Failures => texts::FALLBACK_FINAL,
            Reason::Manual
            | Reason::Keyword
            | Reason::Sensitive
            | Reason::Sentiment
            | Reason::Vip
            | Reason::OutOfScope
            | Reason::Hours => texts::HANDOFF,
        };
        Self { fired, team: None, notice: Some(notice) }
    }
}

pub(super) fn sorted(mut fired: Vec<Fired>) -> Vec<Fired> {
    fired.sort_by_key(Fired::rank);
    fired
}

fn reasons(fired: &[Fired]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for f in fired {
        if !reasons.contains(&f.reason) {
            reasons.push(f.reason);
        }
    }
    reasons
}

impl Turn<'_> {
    /// Carries a hand-off out from the bot, or from the deferred queue, where a second one is never
    /// made (an emergency raises the first). `false` when every trigger of it is switched off.
    pub(super) fn escalate(&mut self, mut order: Order) -> bool {
        order.fired.retain(|f| self.snapshot().is_on(f.reason.as_str()));
        if order.fired.is_empty() {
            return false;
        }
        self.hand_off(order);
        true
    }

    /// The same for hand-offs nobody can switch off.
    pub(super) fn hand_off(&mut self, order: Order) {
        if matches!(self.state.owner, Owner::Queue { .. }) {
            self.escalate_again(&order);
            return;
        }
        let first = &order.fired[0];
        let topic =
            order.fired.iter().find_map(|f| f.topic.clone()).or_else(|| self.state.topic.clone());
        let (team, priority) = self.route(&order.fired, topic.as_deref(), order.team.as_deref());
        let tier = self.snapshot().team(&team).map_or(2, |t| t.tier);
        let now = self.ctx.now;
        let calendar = self.snapshot().calendar(&team);
        let is_open = calendar.is_open(now) || !self.snapshot().is_on("hours");
        let counts_from = if is_open { Some(now) } else { calendar.next_opening(now) };
        let escalation = Escalation {
            escalation: self.escalation_id(),
            reason: first.reason,
            reasons: reasons(&order.fired),
            topic: topic.clone(),
            reply_due_at: self.reply_due(&team, counts_from),
            team: team.clone(),
            tier,
            priority,
            deferred: !is_open,
            counts_from,
        };
        if let Some(tag) =
            topic.as_deref().and_then(|t| self.snapshot().sensitive(t)).and_then(|r| r.tag.clone())
        {
            self.emit(Event::Tagged { tag, by: None });
        }
        self.find_orders();
        self.summarise(first.reason, topic.as_deref());
        self.emit(Event::Escalated(escalation));
        self.bot = super::state::Bot {
            said: std::mem::take(&mut self.bot.said),
            was_greeted: true,
            told_languages: self.bot.told_languages,
            turns: self.bot.turns,
            ..Default::default()
        };
        self.ends_step = false;
        if let Some(notice) = order.notice {
            self.notice(notice, first, topic.as_deref(), &team, is_open);
        }
    }

    /// The one notice of a hand-off.
    fn notice(
        &mut self,
        usual: &str,
        first: &Fired,
        topic: Option<&str>,
        team: &str,
        is_open: bool,
    ) {
        let emergency = self.emergency_text(first, topic);
        if let Some(text) = &emergency {
            self.say(text);
        }
        if !is_open {
            self.tell_after_hours();
            return;
        }
        if emergency.is_some() {
            return;
        }
        let wait = self.snapshot().team(team).map_or(15, |t| t.first_reply_minutes).to_string();
        let nobody = self.ctx.available.get(team).copied().unwrap_or(0) == 0;
        if nobody {
            self.say("no_agent");
            return;
        }
        self.say_with(usual, &[("wait", &wait)]);
    }

    fn emergency_text(&self, first: &Fired, topic: Option<&str>) -> Option<String> {
        first.is_emergency.then_some(())?;
        topic.and_then(|t| self.snapshot().sensitive(t)).and_then(|r| r.first.clone())
    }

    pub(super) fn tell_after_hours(&mut self) {
        let vip_text =
            self.is_vip() && self.snapshot().document.texts.contains_key("after_hours_vip");
        self.say(if vip_text { "after_hours_vip" } else { "after_hours" });
        self.emit(Event::AfterHoursTold);
    }

    /// A trigger while the same hand-off waits.
    fn escalate_again(&mut self, order: &Order) {
        let Some(handoff) = self.state.active_handoff().cloned() else { return };
        let first = &order.fired[0];
        let current = Fired {
            reason: handoff.reason,
            topic: handoff.topic.clone(),
            is_emergency: handoff.priority == Priority::Urgent,
        };
        let is_stronger = first.rank() < current.rank();
        let topic = order.fired.iter().find_map(|f| f.topic.clone()).or(handoff.topic.clone());
        if first.is_emergency && (is_stronger || handoff.topic != topic) {
            if let Some(text) = self.emergency_text(first, topic.as_deref()) {
                self.say(&text);
            }
            self.reroute(first, &order.fired, topic, handoff.reasons);
            return;
        }
        if is_stronger && !handoff.was_rerouted {
            self.reroute(first, &order.fired, topic, handoff.reasons);
        } else {
            self.note_reasons(&order.fired, &handoff);
        }
        if self.state.is_deferred() {
            self.answer_deferred_request();
        }
    }

    /// What else the customer says while they wait changes neither team nor urgency; the agent sees
    /// every trigger that matched.
    fn note_reasons(&mut self, fired: &[Fired], handoff: &Handoff) {
        let is_new = |r: &Reason| !handoff.reasons.contains(r);
        let more: Vec<Reason> = reasons(fired).into_iter().filter(is_new).collect();
        if more.is_empty() {
            return;
        }
        let mut all: Vec<Reason> = handoff.reasons.iter().copied().chain(more).collect();
        let rank = |reason: &Reason| Fired::from(*reason).rank();
        // What moved it stays first: an emergency ranks above its own kind.
        all[1..].sort_by_key(rank);
        self.emit(Event::Rerouted {
            reasons: all,
            reason: handoff.reason,
            topic: handoff.topic.clone(),
            team: handoff.team.clone(),
            tier: handoff.tier,
            priority: handoff.priority,
            reply_due_at: self.state.reply_due_at,
        });
    }

    /// A request for people while one is already kept for the opening.
    pub(super) fn answer_deferred_request(&mut self) {
        let told = self.state.handoff.as_ref().and_then(|h| h.after_hours_at);
        self.bot.prompt = None;
        self.bot.failures = 0;
        if told.is_none_or(|at| self.ctx.now.since(at) >= AFTER_HOURS_EVERY) {
            self.tell_after_hours();
        } else if !self.say("request_kept") {
            self.go_home();
        }
    }

    fn reroute(
        &mut self,
        first: &Fired,
        fired: &[Fired],
        topic: Option<String>,
        before: Vec<Reason>,
    ) {
        let (team, priority) = self.route(fired, topic.as_deref(), None);
        let tier = self.snapshot().team(&team).map_or(2, |t| t.tier);
        let mut all = reasons(fired);
        all.extend(before.into_iter().filter(|r| !fired.iter().any(|f| f.reason == *r)));
        let handoff_priority = self.state.handoff.as_ref().map_or(Priority::Normal, |h| h.priority);
        let counts_from = self.state.handoff.as_ref().and_then(|h| h.counts_from);
        let reply_due_at = self.reply_due(&team, counts_from);
        self.emit(Event::Rerouted {
            reasons: all,
            reason: first.reason,
            topic,
            team,
            tier,
            priority: priority.max(handoff_priority),
            reply_due_at,
        });
    }

    /// Team and priority of a hand-off.
    fn route(
        &self,
        fired: &[Fired],
        topic: Option<&str>,
        named: Option<&str>,
    ) -> (String, Priority) {
        let first = &fired[0];
        let triggers = &self.snapshot().document.triggers;
        let rule = topic.and_then(|t| self.snapshot().sensitive(t));
        // An earlier topic still chooses the team; how urgent it is, this hand-off says itself.
        let is_of_now =
            |r: &&SensitiveRule| fired.iter().any(|f| f.topic.as_deref() == Some(r.topic.as_str()));
        let mut priority = rule.filter(is_of_now).map_or(Priority::Normal, |r| r.priority);
        if self.is_vip() {
            priority = priority.max(Priority::High);
        }
        let is_emergency =
            first.is_emergency || rule.is_some_and(|r| r.first.is_some() && first.topic.is_some());
        if self.is_vip() && !is_emergency {
            return (triggers.vip_team.clone(), priority);
        }
        let of_topic = topic.and_then(|t| self.snapshot().team_of_topic(t));
        let team = named
            .or(of_topic)
            .or_else(|| self.team_of_yesterday(first.reason))
            .unwrap_or(&triggers.default_team);
        (team.to_owned(), priority)
    }

    /// A request for a person within 24 h of a resolution goes to the same team.
    fn team_of_yesterday(&self, reason: Reason) -> Option<&str> {
        let previous = self.state.previous.as_ref()?;
        let is_recent = self.state.opened_at.since(previous.resolved_at) <= Span::hours(24);
        (is_recent && matches!(reason, Reason::Keyword | Reason::Manual))
            .then_some(previous.team.as_deref())?
    }

    pub(super) fn is_vip(&self) -> bool {
        self.snapshot().is_on("vip")
            && self.state.segment == self.snapshot().document.triggers.vip_segment
    }

    /// When people owe the first answer: the team's target in open time.
    pub(super) fn reply_due(&self, team: &str, from: Option<Timestamp>) -> Option<Timestamp> {
        let minutes = self.snapshot().team(team)?.first_reply_minutes;
        let span = Span::minutes(i64::from(minutes));
        if !self.snapshot().is_on("hours") {
            return Some(from? + span);
        }
        self.snapshot().calendar(team).add_open_time(from?, span)
    }

    /// Adds the orders the CRM knows for this phone.
    fn find_orders(&mut self) {
        let known: Vec<String> = self
            .state
            .profile
            .iter()
            .flat_map(|p| p.orders.iter().map(|o| o.order.clone()))
            .filter(|o| !self.state.orders.contains(o))
            .collect();
        if !known.is_empty() && self.state.orders.is_empty() {
            self.emit(Event::OrdersFound { content: known });
        }
    }

    /// A summary from facts only: reason, topic, orders and the last words of the customer.
    fn summarise(&mut self, reason: Reason, topic: Option<&str>) {
        let mut lines = vec![match topic {
            Some(topic) => format!("{} · {topic}", reason.as_str()),
            None => reason.as_str().to_owned(),
        }];
        for number in &self.state.orders {
            let order =
                self.state.profile.iter().flat_map(|p| &p.orders).find(|o| o.order == *number);
            lines.push(match order {
                Some(o) => {
                    let note = o.note.as_ref().map(|n| format!(" — {n}")).unwrap_or_default();
                    let status =
                        self.status_of(o, &self.snapshot().document.workspace.default_language);
                    format!("{}: {}, {}, {status}{note}", o.order, o.items, o.total)
                }
                None => number.clone(),
            });
        }
        let said = self.state.recent.iter().map(|h| h.text.trim());
        // Who says hello and then asks for a person has not said why.
        let says_more =
            |text: &&str| text.chars().count() > SHORT && !parse::is_greeting(&Text::new(text));
        let said: Vec<&str> = said.filter(says_more).collect();
        let last = &said[said.len().saturating_sub(LAST_WORDS)..];
        lines.extend(last.iter().map(|text| format!("« {text} »")));
        let facts = lines.join("\n");
        if self.ctx.ai.summarise {
            let said = self.state.recent.iter().map(|h| h.text.clone());
            let lines = std::iter::once(facts.clone()).chain(said).collect();
            let language = self.snapshot().document.workspace.default_language.clone();
            self.request(Request::Summarise { lines, language }, SUMMARY_SECONDS);
        }
        self.emit(Event::Summarised { content: Some(facts) });
    }

    pub(super) fn request(
        &mut self,
        request: Request,
        seconds: i64,
    ) -> (crate::id::EffectId, Timestamp) {
        let effect = self.effect_id();
        let deadline = self.ctx.now + Span::secs(seconds);
        self.emit(Event::EffectRequested { effect, deadline, content: Some(request) });
        (effect, deadline)
    }

    /// The prompt, if it is still fresh: it expires after 24 h without a message.
    pub(super) fn fresh_prompt(&self) -> Option<Prompt> {
        self.still_fresh(self.bot.prompt.as_ref())
    }

    /// The question that the offer of a person came between, if it is still fresh.
    pub(super) fn set_aside(&self) -> Option<Prompt> {
        self.still_fresh(self.bot.set_aside.as_ref())
    }

    fn still_fresh(&self, prompt: Option<&Prompt>) -> Option<Prompt> {
        prompt.filter(|p| self.ctx.now.since(p.asked_at) < Span::hours(24)).cloned()
    }
}
