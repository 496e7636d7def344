//! The pen of a decision: collects events, keeps the state they lead to, writes texts.

use super::event::{Author, Event};
use super::reading::Texts;
use super::state::{Bot, Prompt, PromptKind, State, apply};
use crate::id::{EffectId, EscalationId, MessageId};
use crate::message::{Button, Outbound, Row};
use crate::placeholder::{self, Placeholder};
use crate::time::Timestamp;
use crate::trigger::Trace;
use crate::understanding::text::fold;
use crate::workspace::snapshot::Snapshot;
use std::collections::BTreeMap;
use unicode_normalization::char::is_combining_mark;

/// Everything a decision may look at beside the state and the command.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    pub now: Timestamp,
    pub snapshot: &'a Snapshot,
    /// Agents per team who could take a conversation now.
    pub available: &'a BTreeMap<String, u32>,
    pub ai: Ai,
    /// Somebody stopped the assistant everywhere: people answer.
    pub is_stopped: bool,
    /// The provider is known not to let the template of the rating question through.
    pub is_survey_withheld: bool,
    /// Random bytes: the only source of ids.
    pub seed: [u8; 16],
}

/// Which helpers of the outside may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ai {
    /// A model words answers.
    pub compose: bool,
    pub transcribe: bool,
    /// A model sums up what people take over.
    pub summarise: bool,
    /// A model points at one of our answers where nothing was understood.
    pub choose: bool,
    /// A model hears anger.
    pub sentiment: bool,
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub events: Vec<Event>,
    /// The state after the events.
    pub state: State,
}

/// A decision being written.
pub(super) struct Turn<'a> {
    pub ctx: &'a Context<'a>,
    pub state: State,
    events: Vec<Event>,
    pub trace: Trace,
    /// The bot's working state; becomes an event at the end if it changed.
    pub bot: Bot,
    bot_before: Bot,
    drawn: u64,
    pub texts: Texts,
    /// The turn ends a step: the last bubble says how to reach a person.
    pub ends_step: bool,
    /// Hash of what the customer heard just before this turn, after they wrote what it is about.
    pub heard: Option<u64>,
    /// Bubbles of this turn, sent at the end so that the last one can be completed.
    bubbles: Vec<Bubble>,
    /// First reply of this act that may be taken back; further ones are parts of it.
    pub first_held: Option<MessageId>,
}

struct Bubble {
    key: Option<String>,
    by: Author,
    content: Outbound,
}

impl<'a> Turn<'a> {
    pub fn new(state: &State, ctx: &'a Context<'a>) -> Self {
        Self {
            ctx,
            state: state.clone(),
            events: Vec::new(),
            trace: Trace::default(),
            bot: state.bot.clone(),
            bot_before: state.bot.clone(),
            drawn: 0,
            texts: Texts::default(),
            ends_step: false,
            heard: None,
            bubbles: Vec::new(),
            first_held: None,
        }
    }

    /// A conversation that begins with this event.
    pub fn open(event: Event, texts: Texts, ctx: &'a Context<'a>) -> Option<Self> {
        let state = State::opened(ctx.now, &event)?;
        let mut turn = Self { texts, ..Self::new(&state, ctx) };
        turn.events.push(event);
        Some(turn)
    }

    pub fn snapshot(&self) -> &'a Snapshot {
        self.ctx.snapshot
    }

    /// Records an event. What was said before a change of owner goes out under the old epoch.
    pub fn emit(&mut self, event: Event) {
        if moves_owner(&event) {
            self.flush();
        }
        self.push(event);
    }

    fn push(&mut self, event: Event) {
        apply(&mut self.state, self.ctx.now, &event);
        self.events.push(event);
    }

    /// Ten bytes that differ at every draw of this decision.
    fn draw(&mut self) -> [u8; 10] {
        self.drawn += 1;
        let mut bytes = [0; 10];
        for half in 0..2_u64 {
            let hash =
                fnv(self.ctx.seed.iter().copied().chain((self.drawn * 2 + half).to_le_bytes()));
            bytes[half as usize * 5..][..5].copy_from_slice(&mix(hash).to_le_bytes()[..5]);
        }
        bytes
    }

    pub fn message_id(&mut self) -> MessageId {
        MessageId::new(self.ctx.now, self.draw())
    }
    pub fn effect_id(&mut self) -> EffectId {
        EffectId::new(self.ctx.now, self.draw())
    }
    pub fn escalation_id(&mut self) -> EscalationId {
        EscalationId::new(self.ctx.now, self.draw())
    }

    pub fn won(&mut self, rule: &str) {
        self.trace.winner.get_or_insert_with(|| rule.to_owned());
    }

    // --- texts ---------------------------------------------------------------------------------

    /// The text of a key in the customer's language, placeholders filled from `with` and from the
    /// conversation's variables. A missing key gives `None`.
    pub fn text(&self, key: &str, with: &[(&str, &str)]) -> Option<String> {
        let template = self.snapshot().text(key, &self.state.language)?;
        let value = |name: &str| {
            let given = with.iter().find(|(k, _)| *k == name).map(|(_, v)| (*v).to_owned());
            given.or_else(|| self.variable(name))
        };
        let filled = fill(template, &value);
        if !filled.trim().is_empty() {
            return Some(filled);
        }
        // A text of one sentence is better incomplete than unsaid.
        let plain = fill(template, &|name| Some(value(name).unwrap_or_default()));
        (!plain.trim().is_empty()).then_some(plain)
    }

    pub fn variable(&self, name: &str) -> Option<String> {
        match name {
            "name" => self.state.first_name().map(str::to_owned),
            "brand" => Some(self.snapshot().document.workspace.name.clone()),
            other => self.state.variables.get(other).cloned(),
        }
    }

    /// Says a text; `false` when the workspace has none of this name.
    pub fn say(&mut self, key: &str) -> bool {
        self.say_with(key, &[])
    }

    pub fn say_with(&mut self, key: &str, with: &[(&str, &str)]) -> bool {
        let Some(body) = self.text(key, with) else { return false };
        self.bubble(Some(key), Author::Bot, Outbound::Text { body });
        true
    }

    /// Sends content under an optional text key.
    pub fn bubble(&mut self, key: Option<&str>, by: Author, content: Outbound) {
        let redefines =
            key.is_some_and(|k| MENU_DIGIT_TEXTS.contains(&k)) || names_a_digit(content.text());
        if redefines && let Some(prompt) = &mut self.bot.prompt {
            prompt.digits_are_menu = true;
        }
        self.put(key, by, content);
    }

    pub fn buttons(&mut self, key: &str, body: String, buttons: Vec<Button>) {
        self.put(Some(key), Author::Bot, Outbound::Buttons { body, buttons });
    }

    pub fn list(&mut self, key: &str, body: String, button: String, rows: Vec<Row>) {
        self.put(Some(key), Author::Bot, Outbound::List { body, button, rows });
    }

    /// Two parts of a turn may come to the same question, once as a reminder and once as an answer.
    /// The customer hears it once.
    fn put(&mut self, key: Option<&str>, by: Author, content: Outbound) {
        let is_heard = match self.bubbles.last() {
            Some(last) => last.content == content,
            None => self.heard == Some(fnv(content.text().bytes())),
        };
        if !is_heard {
            self.bubbles.push(Bubble { key: key.map(str::to_owned), by, content });
        }
    }

    /// Hash of the last bubble of this turn.
    pub fn said_last(&self) -> Option<u64> {
        self.bubbles.last().map(|last| fnv(last.content.text().bytes()))
    }

    /// What this turn says and has not sent yet, for the loop check.
    pub fn said(&self) -> Option<u64> {
        let all: Vec<&str> = self.bubbles.iter().map(|b| b.content.text()).collect();
        (!all.is_empty()).then(|| fnv(all.join("\n").bytes()))
    }

    /// Puts a sentence in front of what is about to be said; `false` when nothing is a text.
    pub fn prefix(&mut self, sentence: &str) -> bool {
        let text = self.bubbles.iter_mut().find_map(|b| match &mut b.content {
            Outbound::Text { body }
            | Outbound::Buttons { body, .. }
            | Outbound::List { body, .. } => Some(body),
            _ => None,
        });
        let Some(body) = text else { return false };
        *body = format!("{sentence}\n\n{body}");
        true
    }

    /// Takes back what was not sent yet.
    pub fn unsay(&mut self) {
        self.bubbles.clear();
        self.ends_step = false;
    }

    fn flush(&mut self) {
        for bubble in std::mem::take(&mut self.bubbles) {
            let message = self.message_id();
            let epoch = self.state.owner_epoch;
            self.push(Event::MessageSent {
                message,
                by: bubble.by,
                epoch,
                text: bubble.key,
                leaves_at: None,
                part_of: None,
                content: Some(bubble.content),
            });
        }
    }

    // --- prompts -------------------------------------------------------------------------------

    pub fn ask(&mut self, node: &str, kind: PromptKind) {
        self.bot.prompt = Some(Prompt {
            node: node.to_owned(),
            kind,
            asked_at: self.ctx.now,
            digits_are_menu: false,
            more_was_said: false,
            tries: 0,
        });
    }

    /// The finished decision.
    pub fn finish(mut self) -> Decision {
        if self.ends_step
            && let Some(footer) = self.text("step_end", &[])
            && let Some(Bubble { content: Outbound::Text { body }, by: Author::Bot, .. }) =
                self.bubbles.last_mut()
            && !names_a_digit(body)
        {
            body.push_str("\n\n");
            body.push_str(&footer);
        }
        self.flush();
        if self.bot != self.bot_before && !self.state.is_resolved() {
            let bot = Box::new(self.bot.clone());
            self.push(Event::BotAdvanced { bot });
        }
        if self.trace != Trace::default() {
            self.trace.language = Some(self.state.language.clone());
            let vectors = self.ctx.snapshot.vectors.as_ref();
            self.trace.vectors = vectors.map(|v| v.fingerprint().to_owned());
            let trace = std::mem::take(&mut self.trace);
            self.push(Event::TurnDecided { trace });
        }
        Decision { events: self.events, state: self.state }
    }
}

/// The right to write to the customer is another one after this event.
fn moves_owner(event: &Event) -> bool {
    matches!(
        event,
        Event::Escalated(_)
            | Event::Deferred { .. }
            | Event::Opening { .. }
            | Event::Taken { .. }
            | Event::Assigned { .. }
            | Event::Transferred { .. }
            | Event::Returned { .. }
            | Event::Resolved { .. }
    )
}

/// Texts that tell the customer what 1, 2 and 3 mean at the main menu.
const MENU_DIGIT_TEXTS: [&str; 7] = [
    "request_kept",
    "fallback_1",
    "media_ack",
    "voice_no_transcript",
    "bot_identity",
    "not_supported_language",
    "after_hours",
];

/// The text asks for a digit ("répondez 3", "reply 3", "أرسل 3").
fn names_a_digit(body: &str) -> bool {
    const VERBS: [&str; 8] =
        ["repondez", "tapez", "reply", "responda", "responde", "envie", "ارسل", "type"];
    let ends = |c: char| !c.is_alphanumeric() && !is_combining_mark(c);
    let mut words = body.split(ends).filter(|w| !w.is_empty());
    // Only a word before a single digit is worth folding.
    let mut before = "";
    words.any(|word| {
        let before = std::mem::replace(&mut before, word);
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_numeric)
            && letters.next().is_none()
            && VERBS.contains(&fold(before).as_str())
    })
}

/// Fills `{name}` and `{name:default}`. A sentence whose placeholder has no value is left out;
/// values are data and never read again.
fn fill(template: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    for sentence in template.split_inclusive(". ") {
        if let Some(filled) = fill_sentence(sentence, value) {
            out.push_str(&filled);
        } else {
            let end = out.trim_end().len();
            out.truncate(end);
        }
    }
    out
}

fn fill_sentence(sentence: &str, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = sentence;
    while let Some((before, Placeholder { whole, name, default }, after)) = placeholder::first(rest)
    {
        let is_name = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        out.push_str(before);
        if is_name {
            out.push_str(&value(name).or_else(|| default.map(str::to_owned))?);
        } else {
            out.push_str(whole);
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// FNV-1a, 64 bits.
pub(super) fn fnv(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// SplitMix64's finaliser: spreads the bits of a hash.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_without_its_value_is_left_out() {
        let value = |n: &str| (n != "tracking").then(|| format!("<{n}>"));
        let text = "Commande {order} : {status}. Suivi {tracking} → {link}";
        assert_eq!(fill(text, &value), "Commande <order> : <status>.");
        assert_eq!(fill("{{x}} {name:toi}", &|_| None), "{{x}} toi");
    }

    #[test]
    fn values_are_never_read_again() {
        assert_eq!(fill("Bonjour {name}", &|_| Some("{order}".into())), "Bonjour {order}");
    }

    #[test]
    fn a_text_may_name_a_digit_of_the_menu() {
        assert!(names_a_digit("Donnez votre numéro de commande ou répondez 3."));
        assert!(names_a_digit("أرسل ٣."));
        assert!(!names_a_digit("Comptez 2 à 4 jours ouvrés."));
    }
}
