//! A conversation on a clock of its own. After every command the promises of the machine are
//! checked: the fold of the log is the state, epochs never go back, the bot is silent while an
//! agent is in charge.

use crate::conversation::event::{AgentRef, Author, Previous, Rectified, Request};
use crate::conversation::state::{Owner, Profile};
use crate::conversation::{
    Act, Ai, Command, Context, Decision, Event, Opening, Outcome, Refusal, State, decide, fold,
    next_due, open,
};
use crate::id::{ChannelId, ContactId, ConversationId, EffectId, MessageId, uuid_v7};
use crate::message::{Content, Inbound, MediaKind, Outbound, Sender};
use crate::time::{Span, Timestamp};
use crate::workspace::Document;
use crate::workspace::snapshot::Snapshot;
use std::collections::{BTreeMap, VecDeque};
use std::sync::OnceLock;

pub(super) fn document() -> Document {
    serde_json::from_str(include_str!("workspace.json")).expect("the test workspace is valid")
}

fn snapshot() -> &'static Snapshot {
    static SNAPSHOT: OnceLock<Snapshot> = OnceLock::new();
    SNAPSHOT.get_or_init(|| Snapshot::new(document(), 1).expect("the test workspace is sound"))
}

/// What a model does in a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    Off,
    Sensible,
    Hostile,
    Hanging,
}

pub(super) struct World {
    snapshot: Snapshot2,
    pub now: Timestamp,
    pub log: Vec<(Timestamp, Event)>,
    pub state: Option<State>,
    /// Conversations that ended before.
    pub before: Vec<State>,
    pub model: Model,
    pub hears: bool,
    /// The model also chooses answers and hears anger.
    pub asks_more: bool,
    pub is_stopped: bool,
    pub is_survey_withheld: bool,
    pub available: BTreeMap<String, u32>,
    pub phone: String,
    pub profile: Option<Profile>,
    /// What people say of the contact when a conversation opens.
    pub rectified: Rectified,
    /// Effects asked for and not answered.
    effects: VecDeque<(EffectId, Request)>,
    pub orders_answer: bool,
    drawn: u64,
    out: Vec<String>,
}

enum Snapshot2 {
    Shared(&'static Snapshot),
    Own(Box<Snapshot>),
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            snapshot: Snapshot2::Shared(snapshot()),
            // A Monday.
            now: "2027-03-01T10:00:00+01:00".parse().unwrap(),
            log: Vec::new(),
            state: None,
            before: Vec::new(),
            model: Model::Off,
            hears: false,
            asks_more: false,
            is_stopped: false,
            is_survey_withheld: false,
            available: ["general", "billing", "technical", "vip"]
                .map(|t| (t.to_owned(), 1))
                .into_iter()
                .collect(),
            phone: "+33639980199".to_owned(),
            profile: None,
            rectified: Rectified::default(),
            effects: VecDeque::new(),
            orders_answer: true,
            drawn: 0,
            out: Vec::new(),
        }
    }

    pub(super) fn with(document: Document) -> Self {
        let own = Snapshot::new(document, 1).expect("the workspace is sound");
        Self { snapshot: Snapshot2::Own(Box::new(own)), ..Self::new() }
    }

    /// The workspace is published anew while the talk goes on.
    pub(super) fn publish(&mut self, document: Document) {
        let own = Snapshot::new(document, 2).expect("the workspace is sound");
        self.snapshot = Snapshot2::Own(Box::new(own));
    }

    pub(super) fn without(rule: &str) -> Self {
        let mut document = document();
        document.workspace.switched_off.push(rule.to_owned());
        Self::with(document)
    }

    pub(super) fn claire() -> Self {
        Self { phone: "+33639980101".to_owned(), ..Self::new() }.with_record("standard")
    }

    pub(super) fn vip() -> Self {
        Self { phone: "+33639980108".to_owned(), ..Self::new() }.with_record("vip")
    }

    pub(super) fn with_record(mut self, segment: &str) -> Self {
        let table = &self.snapshot().document.orders.table;
        let orders = table.iter().filter(|o| o.phone == self.phone).cloned().collect();
        self.profile = Some(Profile {
            name: Some("Hélène Marchetti".into()),
            phone: Some(self.phone.clone()),
            segment: Some(segment.to_owned()),
            orders,
            ..Profile::default()
        });
        self
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        match &self.snapshot {
            Snapshot2::Shared(s) => s,
            Snapshot2::Own(s) => s,
        }
    }

    pub(super) fn at(mut self, time: &str) -> Self {
        self.now = time.parse().unwrap();
        self
    }

    fn seed(&mut self) -> [u8; 16] {
        self.drawn += 1;
        let mut seed = [7; 16];
        seed[..8].copy_from_slice(&self.drawn.to_le_bytes());
        seed
    }

    pub(super) fn message_id(&mut self) -> MessageId {
        let seed = self.seed();
        MessageId::new(self.now, seed[..10].try_into().unwrap())
    }

    /// One command, with every promise checked.
    pub(super) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        let seed = self.seed();
        let available = self.available.clone();
        let is_on = self.model != Model::Off;
        let ai = Ai {
            compose: is_on,
            summarise: is_on,
            transcribe: self.hears,
            choose: is_on && self.asks_more,
            sentiment: is_on && self.asks_more,
        };
        let ctx = Context {
            now: self.now,
            snapshot: self.snapshot(),
            available: &available,
            ai,
            is_stopped: self.is_stopped,
            is_survey_withheld: self.is_survey_withheld,
            seed,
        };
        let decision = if let Some(state) = &self.state {
            decide(state, command, &ctx)?
        } else {
            let previous = self.before.last().map(|s| Previous {
                conversation: s.conversation,
                resolved_at: s.resolved_at.unwrap(),
                team: s.handoff.as_ref().map(|h| h.team.clone()),
                language: s.language.clone(),
            });
            let random = seed[..10].try_into().unwrap();
            let opening = Opening {
                conversation: ConversationId::new(self.now, random),
                contact: ContactId(uuid_v7(Timestamp::from_secs(0), [1; 10])),
                channel: ChannelId(uuid_v7(Timestamp::from_secs(0), [2; 10])),
                business_number: "33465712020".into(),
                previous,
                rectified: self.rectified.clone(),
                is_restricted: false,
            };
            open(&opening, command, &ctx)?
        };
        self.accept(decision);
        Ok(())
    }

    fn accept(&mut self, decision: Decision) {
        let epoch = self.state.as_ref().map_or(0, |s| s.owner_epoch);
        assert!(decision.state.owner_epoch >= epoch, "the epoch went back");
        let position = self.state.as_ref().map_or(0, |s| s.position);
        let count = decision.events.len() as i64;
        assert_eq!(decision.state.position, position + count, "positions have a gap");
        for event in decision.events {
            let before = fold(self.log.iter().map(|(at, e)| (*at, e)));
            if let (Event::MessageSent { by: Author::Bot, epoch, .. }, Some(s)) = (&event, &before)
            {
                assert!(
                    s.is_resolved() || !matches!(s.owner, Owner::Agent { .. }),
                    "the bot spoke while an agent was in charge"
                );
                assert_eq!(*epoch, s.owner_epoch, "written under another epoch");
            }
            self.note(&event);
            self.log.push((self.now, event));
        }
        let folded = fold(self.log.iter().map(|(at, e)| (*at, e))).unwrap();
        assert_eq!(folded, decision.state, "the fold is not the state");
        let (data, parts): (Vec<_>, Vec<_>) = self
            .log
            .iter()
            .map(|(at, e)| {
                let (_, data, content) = e.to_parts();
                ((*at, Event::from_parts(&data, content.as_deref()).unwrap()), data)
            })
            .unzip();
        assert_eq!(fold(data.iter().map(|(at, e)| (*at, e))).unwrap(), decision.state, "{parts:?}");
        self.state = Some(decision.state);
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::MessageSent { by, content: Some(content), .. } => {
                let who = match by {
                    Author::Bot => "bot".to_owned(),
                    Author::System => "system".to_owned(),
                    Author::Agent(a) => a.key.clone(),
                };
                let text = content.text().replace("\n\n", "\n").replace('\n', " / ");
                let kind = match content {
                    Outbound::Template { name, .. } => format!("[{name}] "),
                    _ => String::new(),
                };
                self.out.push(format!("{who}: {kind}{text}"));
            }
            Event::EffectRequested { effect, content: Some(request), .. } => {
                self.effects.push_back((*effect, request.clone()));
            }
            Event::Rated { score, content } => {
                let comment = content.as_ref().map(|c| format!(" « {c} »")).unwrap_or_default();
                self.out.push(format!("! rated {score}{comment}"));
            }
            Event::OptedOut => self.out.push("! opted out".into()),
            _ => {}
        }
    }

    fn answer(&self, request: &Request) -> Option<Outcome> {
        match (request, self.model) {
            (Request::LookupOrder { .. }, _) if !self.orders_answer => None,
            (Request::LookupOrder { number }, _) => {
                Some(Outcome::Order { order: self.snapshot().order(number).cloned().map(Box::new) })
            }
            (Request::Transcribe { hint, .. }, _) => {
                Some(Outcome::Transcript { text: hint.clone().unwrap_or_default() })
            }
            (_, Model::Off) => Some(Outcome::Failed),
            (_, Model::Hanging) => None,
            (Request::Compose { articles, .. }, Model::Sensible) => {
                Some(Outcome::Composed { text: articles[0].1.clone() })
            }
            (Request::Compose { .. }, Model::Hostile) => Some(Outcome::Composed {
                text: "Je suis humaine et vous offre 90 % de remise sur evil.example !".into(),
            }),
            (Request::Choose { options, .. }, Model::Sensible) => {
                Some(Outcome::Chosen { option: options.first().map(|(key, _)| key.clone()) })
            }
            (Request::Choose { .. }, Model::Hostile) => {
                Some(Outcome::Chosen { option: Some("@owner:mallory".into()) })
            }
            (Request::Sentiment { text, .. }, Model::Sensible) => {
                let anger = if text.contains("attends encore") { 0.9 } else { 0.1 };
                Some(Outcome::Sentiment { anger })
            }
            (Request::Sentiment { .. }, Model::Hostile) => {
                Some(Outcome::Sentiment { anger: f32::NAN })
            }
            (Request::Summarise { .. }, _) => {
                Some(Outcome::Summary { text: "Geste commercial de 500 € promis.".into() })
            }
        }
    }

    pub(super) fn run_effects(&mut self) {
        while let Some((effect, request)) = self.effects.pop_front() {
            if let Some(outcome) = self.answer(&request) {
                let _ = self.run(&Command::EffectDone { effect, outcome });
            }
        }
    }

    /// Moves the clock; everything that falls due on the way happens at its time.
    pub(super) fn wait(&mut self, span: Span) {
        let until = self.now + span;
        for _ in 0..10_000 {
            self.run_effects();
            let due = self.state.as_ref().and_then(|s| next_due(s, self.snapshot()));
            let Some(due) = due.filter(|d| *d <= until) else { break };
            self.now = self.now.max(due);
            self.run(&Command::Tick).expect("what was announced as due is due");
            let again = self.state.as_ref().and_then(|s| next_due(s, self.snapshot()));
            assert!(again.is_none_or(|d| d > self.now), "a timer that was worked off is still due");
        }
        self.now = until;
    }

    /// The end of a burst and of every effect, at most five seconds later.
    pub(super) fn settle(&mut self) {
        self.settle_timers();
        let _ = self.run(&Command::EndBurst);
    }

    fn settle_timers(&mut self) {
        for _ in 0..16 {
            self.run_effects();
            let limit = self.now + Span::secs(5);
            let Some(state) = self.state.as_ref() else { return };
            let due =
                next_due(state, self.snapshot()).filter(|due| state.open_burst() != Some(*due));
            let Some(due) = due.filter(|d| *d <= limit) else {
                return;
            };
            self.now = self.now.max(due);
            self.run(&Command::Tick).expect("what was announced as due is due");
        }
    }

    pub(super) fn send(&mut self, content: Content) {
        let inbound = Inbound {
            provider_id: format!("wamid.{}", self.drawn),
            business_number: "33465712020".into(),
            sender: Sender { phone: Some(self.phone.clone()), ..Sender::default() },
            sent_at: self.now,
            content,
            quotes: None,
        };
        self.receive(inbound);
    }

    pub(super) fn last_provider_id(&self) -> String {
        let last = self.log.iter().rev().find_map(|(_, e)| match e {
            Event::MessageReceived { content: Some(inbound), .. } => Some(&inbound.provider_id),
            _ => None,
        });
        last.expect("the customer wrote").clone()
    }

    pub(super) fn receive(&mut self, inbound: Inbound) {
        let message = self.message_id();
        let command = Command::Receive { message, inbound, profile: self.profile.clone() };
        if self.run(&command) == Err(Refusal::OpenNew) {
            self.before.extend(self.state.take());
            self.log.clear();
            self.out.push("! new conversation".into());
            self.run(&command).unwrap();
        }
    }

    pub(super) fn type_text(&mut self, text: &str) {
        self.send(Content::Text { body: text.to_owned() });
    }

    /// Presses the button or row of this title, the newest one.
    pub(super) fn press(&mut self, title: &str) {
        let found = self.log.iter().rev().find_map(|(_, e)| match e {
            Event::MessageSent { content: Some(Outbound::Buttons { buttons, .. }), .. } => {
                buttons.iter().find(|b| b.title == title).map(|b| b.id.clone())
            }
            Event::MessageSent { content: Some(Outbound::List { rows, .. }), .. } => {
                rows.iter().find(|r| r.title == title).map(|r| r.id.clone())
            }
            _ => None,
        });
        let payload = found.unwrap_or_else(|| panic!("no button « {title} »"));
        self.send(Content::Button { payload, title: title.to_owned() });
    }

    fn media(&mut self, kind: MediaKind, caption: Option<&str>, transcript: Option<&str>) {
        self.send(Content::Media {
            kind,
            media_id: None,
            mime: None,
            caption: caption.map(str::to_owned),
            filename: None,
            sha256: None,
            transcript: transcript.map(str::to_owned),
        });
    }

    pub(super) fn agent(&mut self, key: &str, act: Act) -> Result<(), Refusal> {
        let agent = AgentRef { key: key.to_owned(), name: key.to_owned() };
        self.run(&Command::Agent { agent, act })
    }

    fn status(&self) -> String {
        let Some(s) = &self.state else { return "= nobody".into() };
        let mut words = vec!["=".to_owned(), s.status().to_owned()];
        if let Some(agent) = s.agent().filter(|_| !s.is_resolved()) {
            words.push(agent.key.clone());
        }
        if let Some(h) = s.active_handoff() {
            let reasons: Vec<&str> = h.reasons.iter().map(|r| r.as_str()).collect();
            words.push(format!("{} {}", h.team, reasons.join("+")));
            if h.priority.as_str() != "normal" {
                words.push(h.priority.as_str().to_owned());
            }
        }
        if s.is_deferred() {
            words.push("deferred".into());
        }
        for (name, n) in [("failures", s.bot.failures), ("escalations", s.escalations)] {
            if n > 0 {
                words.push(format!("{name}={n}"));
            }
        }
        if let Some(topic) = &s.topic {
            words.push(format!("topic={topic}"));
        }
        if !s.orders.is_empty() {
            words.push(s.orders.join(","));
        }
        if s.is_abandoned {
            words.push("abandoned".into());
        }
        words.join(" ")
    }

    /// Plays one line of input; lines that are not input are expectations.
    fn play(&mut self, line: &str) {
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        match head {
            ">" => {
                self.type_text(rest);
                self.settle();
            }
            // Part of a burst: the next line follows at once.
            ">>" => {
                self.type_text(rest);
                self.wait(Span::secs(1));
            }
            "press" => {
                self.press(rest);
                self.settle();
            }
            "image" => {
                self.media(MediaKind::Image, Some(rest).filter(|r| !r.is_empty()), None);
                self.settle();
            }
            "voice" => {
                self.media(MediaKind::Voice, None, Some(rest).filter(|r| !r.is_empty()));
                self.settle();
            }
            "sticker" => self.media(MediaKind::Sticker, None, None),
            "wait" => self.wait(span(rest)),
            "nadia" | "hugo" | "denis" => self.act(head, rest),
            _ => {}
        }
    }

    fn act(&mut self, key: &str, line: &str) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let act = match verb {
            "take" => Act::Take,
            "reply" => Act::reply(self.message_id(), Outbound::Text { body: rest.to_owned() }),
            "note" => Act::Note { text: rest.to_owned() },
            "transfer" => Act::Transfer { team: rest.to_owned(), note: None },
            "returns" => Act::ReturnToBot,
            "resolves" => Act::resolve(),
            other => panic!("an agent does not {other}"),
        };
        if let Err(refusal) = self.agent(key, act) {
            self.out.push(format!("! {}", refusal.as_str()));
        }
        self.settle();
    }

    /// Plays the inputs of a talk and compares everything that came out.
    pub(super) fn check(mut self, talk: &str) {
        let actual = self.transcript(talk);
        let expected: Vec<&str> = lines(talk).collect();
        assert_eq!(
            actual.join("\n"),
            expected.join("\n"),
            "\n\nwhat happened:\n{}\n",
            actual.join("\n")
        );
    }

    pub(super) fn transcript(&mut self, talk: &str) -> Vec<String> {
        let mut actual = Vec::new();
        for line in lines(talk) {
            if is_input(line) {
                actual.push(line.to_owned());
                self.play(line);
                actual.append(&mut self.out);
            } else if line.starts_with('=') {
                actual.push(self.status());
            }
        }
        actual
    }
}

fn lines(talk: &str) -> impl Iterator<Item = &str> {
    talk.lines().map(str::trim).filter(|l| !l.is_empty())
}

fn is_input(line: &str) -> bool {
    const HEADS: [&str; 10] =
        [">", ">>", "press", "image", "voice", "sticker", "wait", "nadia", "hugo", "denis"];
    HEADS.contains(&line.split(' ').next().unwrap_or_default())
}

fn span(text: &str) -> Span {
    let (number, unit) = text.split_at(text.len() - 1);
    let n: i64 = number.parse().unwrap();
    match unit {
        "s" => Span::secs(n),
        "m" => Span::minutes(n),
        "h" => Span::hours(n),
        _ => panic!("a span is 5s, 5m or 5h"),
    }
}

/// Plays a talk with a customer nobody knows.
pub(super) fn check(talk: &str) {
    World::new().check(talk);
}
