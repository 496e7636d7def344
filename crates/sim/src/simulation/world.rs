//! One run: the process under test and the world around it, step by step.

use super::people::{self, Person};
use super::process::{channel, start, start_of_run};
use super::provider::{SimProvider, by_hand};
use super::script::{Act, Script, Step, Weather, What};
use super::shared::Shared;
use super::tasks::{Tasks, at_once};
use super::witness::Witness;
use super::{Outcome, Simulation, finale};
use parking_lot::Mutex;
use relais_app::clock::Clock;
use relais_app::dice::Dice;
use relais_app::media::Again;
use relais_app::pieces::Piece;
use relais_app::port::store::{ChannelRow, Head, RequestRow, Store, StoreError, VersionRow};
use relais_app::service::Service;
use relais_core::conversation::Act as AgentAct;
use relais_core::conversation::event::AgentRef;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::{Content, Outbound, Sender};
use relais_core::routing::Availability;
use relais_core::time::{Span, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rounds of work at one instant that are more than any work needs.
const ROUNDS: usize = 400;
/// Turns of tasks in one round that are more than any work needs.
const TURNS: usize = 200_000;

pub(super) struct World<'a> {
    simulation: &'a Simulation,
    run: String,
    pub(super) shared: Arc<Shared>,
    /// The database itself, without faults and without turns.
    pub(super) inner: Arc<dyn Store>,
    pub(super) service: Arc<Service>,
    tasks: Tasks,
    ready: Arc<Mutex<Vec<Head>>>,
    seed: u64,
    lives: u64,
    letters: u64,
    pub(super) clock_was_wrong: bool,
}

pub(super) fn play(simulation: &Simulation, script: &Script, tells: bool) -> Outcome {
    let run = format!("{:?}-{}", std::thread::current().id(), script.seed)
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    simulation.databases.wipe(&run);
    let played = World::new(simulation, &run, script.seed).and_then(|mut world| {
        if tells {
            world.shared.witness(|w, _| w.told = Some(Vec::new()));
        }
        for step in &script.steps {
            world.shared.witness(|w, _| w.tell(|| format!("{:?}", step.act)));
            world.step(step)?;
            if world.shared.witness(|w, _| !w.violations.is_empty()) {
                return Ok(world.end());
            }
        }
        finale::come_to_rest(&mut world)?;
        finale::check(&world)?;
        Ok(world.end())
    });
    simulation.databases.wipe(&run);
    played.unwrap_or_else(|error| {
        let what = format!("the run broke off: {error}");
        let violations = vec![super::Violation { guard: "run", what }];
        Outcome { violations, ..Outcome::default() }
    })
}

impl<'a> World<'a> {
    fn new(simulation: &'a Simulation, run: &str, seed: u64) -> Result<Self, StoreError> {
        let mut witness = Witness::default();
        witness.published(Arc::clone(&simulation.first), 0);
        let shared = Arc::new(Shared::new(start_of_run(), witness));
        let inner = at_once(simulation.databases.open(run))?;
        let document =
            serde_json::to_string(&simulation.first.document).expect("a document is plain data");
        let comment = "edition 0".to_owned();
        let version = VersionRow { version: 1, published_at: start_of_run(), document, comment };
        at_once(inner.put_version(version))?;
        let service = start(simulation, run, &shared, &inner, seed)?;
        Ok(Self {
            simulation,
            run: run.to_owned(),
            shared,
            inner,
            service,
            tasks: Tasks::default(),
            ready: Arc::default(),
            seed,
            lives: 1,
            letters: 0,
            clock_was_wrong: false,
        })
    }

    fn end(self) -> Outcome {
        self.shared.witness(|w, _| Outcome {
            violations: w.violations.clone(),
            seen: w.seen,
            told: w.told.take().unwrap_or_default(),
        })
    }

    fn step(&mut self, step: &Step) -> Result<(), StoreError> {
        let mut dice = Dice::new(u64::from(step.dice) ^ self.seed.rotate_left(32));
        *self.shared.dice.lock() = Dice::new(dice.roll());
        self.act(&step.act, &mut dice)?;
        if step.turns > 0 {
            self.start_pieces(Some(&mut dice));
        }
        for _ in 0..step.turns {
            if !self.turn(&mut dice) {
                break;
            }
        }
        Ok(())
    }

    fn act(&mut self, act: &Act, dice: &mut Dice) -> Result<(), StoreError> {
        let now = self.shared.clock.truth();
        match act {
            Act::Says { who, words } => {
                let sender = Person::new(*who).sender(dice);
                self.write(sender, Content::Text { body: words.clone() }, now);
            }
            Act::Presses { who, button } => self.press(*who, *button, dice, now),
            Act::Sends { who, thing } => {
                let content = people::content(*thing, self.letters);
                self.write(Person::new(*who).sender(dice), content, now);
            }
            Act::Moves { who } => {
                self.letters += 1;
                self.shared.post.lock().put(Person::new(*who).moved(self.letters), now);
            }
            Act::Phone { who } => {
                self.letters += 1;
                let person = Person::new(*who);
                let arrival = by_hand(person.phone(), "Je m'en occupe.", self.letters, now);
                self.shared.post.lock().put(arrival, now);
            }
            Act::Deliver { objects, again } => self.deliver(usize::from(*objects), *again, dice),
            Act::Agent { agent, talk, what } => self.agent(*agent, *talk, *what, dice),
            Act::Availability { agent, is_there } => self.availability(*agent, *is_there),
            Act::Publish { edition } => self.publish(*edition),
            Act::Erase { who } => self.erase(*who),
            Act::FetchAgain => self.fetch_again()?,
            Act::Wait { seconds } => self.wait(Span::secs(i64::from(*seconds))),
            Act::NextTimer => {
                let next = at_once(self.inner.next_due())?;
                let left = next.map_or(Span::ZERO, |at| at.since(self.shared.clock.now()));
                if left > Span::ZERO && left < Span::hours(72) {
                    self.wait(left);
                }
            }
            Act::ClockWrong { minutes } => {
                self.clock_was_wrong |= *minutes != 0;
                self.shared.clock.set_wrong_by(Span::minutes(i64::from(*minutes)));
            }
            Act::Crash => self.crash()?,
            Act::Weather(weather) => *self.shared.weather.lock() = *weather,
            Act::Reconnect => self.reconnect()?,
            Act::Rest => self.rest(dice),
        }
        Ok(())
    }

    fn write(&mut self, sender: Sender, content: Content, now: Timestamp) {
        self.letters += 1;
        let arrival = people::message(sender, content, self.letters, now);
        self.shared.post.lock().put(arrival, now);
    }

    /// A button of the last message that had any.
    fn press(&mut self, who: u8, button: u8, dice: &mut Dice, now: Timestamp) {
        let sender = Person::new(who).sender(dice);
        let contact = at_once(self.inner.contact_of(&sender)).ok().flatten();
        let rows = contact.and_then(|c| at_once(self.inner.outbox_of(c.id, 0)).ok());
        let shown =
            rows.unwrap_or_default().into_iter().rev().find_map(|row| match serde_json::from_str(
                &row.content,
            )
            .ok()?
            {
                Outbound::Buttons { buttons, .. } => Some(buttons),
                _ => None,
            });
        let Some(buttons) = shown else { return };
        let Some(pressed) = buttons.get(usize::from(button) % buttons.len().max(1)) else { return };
        let (payload, title) = (pressed.id.clone(), pressed.title.clone());
        self.write(sender, Content::Button { payload, title }, now);
    }

    /// The provider hands over some of what it owes, mostly the oldest first.
    pub(super) fn deliver(&mut self, objects: usize, again: bool, dice: &mut Dice) {
        let now = self.shared.clock.truth();
        let post = self.shared.post.lock();
        let all = post.letters.iter().enumerate();
        let mut owed: Vec<usize> = all
            .filter(|(_, l)| !l.is_acknowledged && l.from <= now)
            .map(|(place, _)| place)
            .collect();
        let mut chosen = Vec::new();
        while chosen.len() < objects && !owed.is_empty() {
            let place = if dice.percent(70) { 0 } else { dice.below(owed.len()) };
            chosen.push(owed.remove(place));
        }
        if again && !post.letters.is_empty() {
            chosen.push(dice.below(post.letters.len()));
        }
        let arrivals: Vec<_> = chosen.iter().map(|i| post.letters[*i].arrival.clone()).collect();
        drop(post);
        if arrivals.is_empty() {
            return;
        }
        let (service, shared) = (Arc::clone(&self.service), Arc::clone(&self.shared));
        self.tasks.start("delivery", async move {
            let receipts: Vec<String> = arrivals.iter().map(|a| a.receipt.clone()).collect();
            if service.receive(channel(), arrivals).await.is_err() {
                return;
            }
            let mut post = shared.post.lock();
            for place in chosen {
                post.letters[place].is_acknowledged = true;
            }
            drop(post);
            for receipt in receipts {
                shared.witness(|w, _| w.acknowledged(&receipt));
            }
        });
    }

    fn talk(&self, number: u8) -> Option<ConversationId> {
        self.shared.witness(|w, _| {
            let many = w.order.len().max(1);
            w.order.get(usize::from(number) % many).copied()
        })
    }

    fn agent(&mut self, agent: u8, talk: u8, what: What, dice: &mut Dice) {
        let Some(talk) = self.talk(talk) else { return };
        let snapshot = self.service.snapshot();
        let document = &snapshot.document;
        let agents = &document.agents;
        let Some(found) = agents.get(usize::from(agent) % agents.len().max(1)) else { return };
        let agent = AgentRef { key: found.key.clone(), name: found.name.clone() };
        let mut bytes = [0; 10];
        bytes.copy_from_slice(
            &[dice.roll().to_le_bytes(), dice.roll().to_le_bytes()].concat()[..10],
        );
        let message = MessageId::new(self.shared.clock.now(), bytes);
        let content = Outbound::Text { body: format!("Réponse {}", bytes[0]) };
        let act = match what {
            What::Take => AgentAct::Take,
            What::Reply | What::ReplyTwice => AgentAct::reply(message, content),
            What::Note => AgentAct::Note { text: "vu".to_owned() },
            What::Transfer => {
                let team = dice.pick(&document.teams).map(|t| t.key.clone()).unwrap_or_default();
                AgentAct::Transfer { team, note: dice.percent(50).then(|| "pour vous".to_owned()) }
            }
            What::Return => AgentAct::ReturnToBot,
            What::Resolve => AgentAct::resolve(),
        };
        let request =
            RequestRow { key: bytes.to_vec(), body: vec![1], at: self.shared.clock.now() };
        for _ in 0..if what == What::ReplyTwice { 2 } else { 1 } {
            let service = Arc::clone(&self.service);
            let (agent, act, request) = (agent.clone(), act.clone(), request.clone());
            self.tasks.start(format!("agent {}", agent.key), async move {
                // Refused, or to be tried again by a person: both end here.
                let _ = service.act_once(&agent, talk, act, &request).await;
            });
        }
    }

    fn availability(&mut self, agent: u8, is_there: bool) {
        let snapshot = self.service.snapshot();
        let agents = &snapshot.document.agents;
        let Some(found) = agents.get(usize::from(agent) % agents.len().max(1)) else { return };
        let state = if is_there { Availability::Available } else { Availability::Offline };
        let changes = BTreeMap::from([(found.key.clone(), state)]);
        let service = Arc::clone(&self.service);
        self.tasks.start("availability", async move {
            let _ = service.set_availabilities(&changes).await;
        });
    }

    fn publish(&mut self, edition: u8) {
        let many = self.simulation.editions.len();
        let edition = edition % many as u8;
        let document = self.simulation.editions[usize::from(edition)].clone();
        let (service, shared) = (Arc::clone(&self.service), Arc::clone(&self.shared));
        self.tasks.start("publish", async move {
            let comment = format!("edition {edition}");
            if service.publish(document, &comment).await.is_ok() {
                shared.witness(|w, _| w.published(service.snapshot(), edition));
            }
        });
    }

    fn erase(&mut self, who: u8) {
        let sender =
            Sender { phone: Some(Person::new(who).phone().to_owned()), ..Sender::default() };
        let Ok(Some(contact)) = at_once(self.inner.contact_of(&sender)) else { return };
        let service = Arc::clone(&self.service);
        self.tasks.start_on_disk("erase", async move {
            let _ = service.erase(contact.id, "admin").await;
        });
    }

    fn fetch_again(&mut self) -> Result<(), StoreError> {
        let talks = self.shared.witness(|w, _| w.order.clone());
        for talk in talks {
            for media in at_once(self.inner.media_of(talk))? {
                let service = Arc::clone(&self.service);
                self.tasks.start("fetch again", async move {
                    let _: Result<Again, _> = service.fetch_again(media.message).await;
                });
            }
        }
        Ok(())
    }

    pub(super) fn wait(&mut self, time: Span) {
        self.shared.clock.pass(time);
        let now = self.shared.clock.truth();
        self.shared.post.lock().end_hung(now);
    }

    pub(super) fn reconnect(&mut self) -> Result<(), StoreError> {
        let row = at_once(self.inner.channels())?.into_iter().next();
        let Some(row) = row.filter(|row| row.paused_reason.is_some()) else { return Ok(()) };
        let row = ChannelRow { paused_reason: None, ..row };
        let service = Arc::clone(&self.service);
        let port = Arc::new(SimProvider(Arc::clone(&self.shared)));
        self.tasks.start("reconnect", async move {
            let _ = service.connect(row, port).await;
        });
        Ok(())
    }

    /// Whatever the process was at is over; what it had stored is there.
    fn crash(&mut self) -> Result<(), StoreError> {
        self.tasks.kill();
        self.ready.lock().clear();
        self.shared.post.lock().end_hung(Timestamp::from_micros(i64::MAX));
        self.shared.witness(|w, _| w.seen.crashes += 1);
        self.lives += 1;
        let seed = self.seed ^ (self.lives << 48);
        self.inner = at_once(self.simulation.databases.open(&self.run))?;
        self.service = start(self.simulation, &self.run, &self.shared, &self.inner, seed)?;
        Ok(())
    }

    /// Begins rounds of the process's work: those the dice choose, or all.
    fn start_pieces(&mut self, mut dice: Option<&mut Dice>) {
        for piece in Piece::ALL {
            let name = format!("{piece:?}");
            let many = if piece == Piece::Effect { 3 } else { 1 };
            let is_chosen = dice.as_mut().is_none_or(|dice| dice.percent(60));
            if !is_chosen || self.tasks.count(&name) >= many {
                continue;
            }
            let service = Arc::clone(&self.service);
            let round = async move {
                // A failed round is tried again by the next one.
                let _ = service.piece(piece).await;
            };
            if piece == Piece::File {
                self.tasks.start_on_disk(name, round);
            } else {
                self.tasks.start(name, round);
            }
        }
        if self.tasks.count("dispatcher") == 0 {
            let (service, ready) = (Arc::clone(&self.service), Arc::clone(&self.ready));
            self.tasks.start("dispatcher", async move {
                if let Ok(rows) = service.ready_to_send().await {
                    ready.lock().extend(rows);
                }
            });
        }
    }

    /// One task goes on; says whether any could.
    fn turn(&mut self, dice: &mut Dice) -> bool {
        let has_moved = self.tasks.poll(dice);
        let ready: Vec<Head> = std::mem::take(&mut *self.ready.lock());
        for head in ready {
            let name = format!("send {}", head.row.id);
            if self.tasks.count(&name) > 0 {
                continue;
            }
            let service = Arc::clone(&self.service);
            self.tasks.start(name, async move {
                // What a failed commit leaves is found by the next start.
                let _ = service.send_one(head).await;
            });
        }
        has_moved
    }

    /// Everything that can be done now is done.
    pub(super) fn rest(&mut self, dice: &mut Dice) {
        for _ in 0..ROUNDS {
            let before = self.shared.witness(|w, _| w.seen.units);
            self.start_pieces(None);
            let mut turns = 0;
            while self.turn(dice) {
                turns += 1;
                if turns > TURNS {
                    return self
                        .shared
                        .violated("R17", format!("work goes on and on: {:?}", self.tasks));
                }
            }
            if self.shared.witness(|w, _| w.seen.units) == before {
                return;
            }
        }
        self.shared.violated("R17", "work at one instant does not end".to_owned());
    }

    /// No faults any more.
    pub(super) fn heal(&mut self) -> Result<(), StoreError> {
        *self.shared.weather.lock() = Weather::default();
        self.shared.clock.set_wrong_by(Span::ZERO);
        self.shared.post.lock().end_hung(Timestamp::from_micros(i64::MAX));
        self.reconnect()
    }
}
