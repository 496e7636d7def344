//! The ways a message takes into the house.

use super::conversations::{Act, Media, Step};
use crate::support::{APP_SECRET, Client, NUMBER, TestApp, morning};
use async_trait::async_trait;
use axum::http::StatusCode;
use relais_app::sandbox::Sandbox;
use relais_app::service::{Acted, Service};
use relais_core::conversation::command;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::{Outbound, Sender};
use relais_core::time::Timestamp;
use relais_sim::graph::webhook::{
    Batch, inbound, inbound_audio, inbound_choice, inbound_edit, inbound_media, inbound_reaction,
    inbound_revoke, inbound_text, quote, signature,
};
use relais_testkit::sandbox::demo_sandbox;
use serde_json::{Value, json};
use std::sync::Arc;

const NAME: &str = "Alex Martin";
const HERE: (f64, f64) = (48.8566, 2.3522);

#[async_trait]
pub(super) trait Way: Send {
    fn service(&self) -> &Service;

    /// Carries a step out at this instant.
    async fn step(&mut self, phone: &str, step: &Step);

    /// Moves the clock on, from timer to timer.
    async fn move_to(&mut self, to: Timestamp);
}

/// Numbers the messages of a way, so that all ways give the same ones.
#[derive(Default)]
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> String {
        self.0 += 1;
        self.last()
    }

    fn last(&self) -> String {
        format!("wamid.{}", self.0)
    }
}

/// The newest conversation of a customer.
async fn newest(service: &Service, phone: &str) -> ConversationId {
    let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
    let contact = service.store().contact_of(&sender).await.unwrap().unwrap();
    let rows = service.store().conversations_of(contact.id).await.unwrap();
    rows.iter().map(|row| row.id).max().unwrap()
}

/// Kind and id of the newest button or row with this title.
async fn pressed(service: &Service, phone: &str, title: &str) -> (&'static str, String) {
    let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
    let contact = service.store().contact_of(&sender).await.unwrap().unwrap();
    let rows = service.store().outbox_of(contact.id, 0).await.unwrap();
    let found = rows.iter().rev().find_map(|row| {
        match serde_json::from_str::<Outbound>(&row.content).unwrap() {
            Outbound::Buttons { buttons, .. } => {
                let button = buttons.into_iter().find(|b| b.title == title)?;
                Some(("button", button.id))
            }
            Outbound::List { rows, .. } => {
                let row = rows.into_iter().find(|r| r.title == title)?;
                Some(("list", row.id))
            }
            _ => None,
        }
    });
    found.unwrap_or_else(|| panic!("nothing with the title {title} was sent to {phone}"))
}

/// The sandbox, as the black-box endpoint drives it: it sets the pace, so a step that leaves no
/// burst open ends with the burst.
pub(super) struct SandboxWay {
    sandbox: Sandbox,
    service: Arc<Service>,
    numbers: Numbers,
}

impl SandboxWay {
    pub async fn start() -> Self {
        let sandbox = demo_sandbox();
        let reset = json!({"demo": "maison-lumiere", "at": morning()});
        sandbox.call("reset", reset).await.unwrap();
        let service = sandbox.service().await.unwrap();
        Self { sandbox, service, numbers: Numbers::default() }
    }

    pub fn now(&self) -> Timestamp {
        self.service.clock().now()
    }

    async fn call(&self, op: &str, input: Value) -> Value {
        self.sandbox.call(op, input).await.unwrap()
    }

    async fn inbound(&mut self, phone: &str, mut message: Value) {
        message["from"] = json!(phone);
        message["name"] = json!(NAME);
        message["id"] = json!(self.numbers.next());
        self.call("inbound", message).await;
    }
}

#[async_trait]
impl Way for SandboxWay {
    fn service(&self) -> &Service {
        &self.service
    }

    async fn step(&mut self, phone: &str, step: &Step) {
        let last = self.numbers.last();
        match step {
            Step::Says(texts) => {
                for text in *texts {
                    self.inbound(phone, json!({"text": text})).await;
                }
            }
            Step::Begins(text) => {
                self.inbound(phone, json!({"text": text})).await;
                return;
            }
            Step::Presses(title) => {
                let (kind, id) = pressed(&self.service, phone, title).await;
                self.inbound(phone, json!({"type": kind, "text": title, "payload": id})).await;
            }
            Step::Sends(media) => self.inbound(phone, as_sandbox(media)).await,
            Step::Edits(text) => {
                let edit = json!({"type": "edit", "payload": last, "text": text});
                self.inbound(phone, edit).await;
            }
            Step::Revokes => {
                self.inbound(phone, json!({"type": "revoke", "payload": last})).await;
            }
            Step::Reacts(emoji) => {
                let reaction = json!({"type": "reaction", "payload": last, "text": emoji});
                self.inbound(phone, reaction).await;
            }
            Step::Agent(agent, act) => {
                let mut input = json!({"as": agent, "do": word(act), "contact": phone});
                match act {
                    Act::Reply(text) | Act::Note(text) => input["text"] = json!(text),
                    Act::Transfer(team) => input["team"] = json!(team),
                    Act::Take | Act::ReturnToBot | Act::Resolve => {}
                }
                let answer = self.call("agent", input).await;
                assert_eq!(answer["result"], "ok", "{agent}: {answer}");
            }
            Step::Waits(seconds) => {
                self.call("clock", json!({"advance": format!("PT{seconds}S")})).await;
            }
        }
        // By the clock, as it ends everywhere else: `settle` knows that nobody writes on.
        self.call("clock", json!({"advance": "PT5S"})).await;
        self.call("settle", json!({})).await;
    }

    async fn move_to(&mut self, to: Timestamp) {
        self.call("clock", json!({"at": to})).await;
    }
}

fn as_sandbox(media: &Media) -> Value {
    match media {
        Media::Image(caption) => json!({"type": "image", "caption": caption}),
        Media::Document => json!({"type": "document"}),
        Media::Voice => json!({"type": "audio"}),
        Media::Sticker => json!({"type": "sticker"}),
        Media::Location => json!({
            "type": "location", "text": "Chez moi", "latitude": HERE.0, "longitude": HERE.1,
        }),
    }
}

fn word(act: &Act) -> &'static str {
    match act {
        Act::Take => "take",
        Act::Reply(_) => "reply",
        Act::Note(_) => "note",
        Act::Transfer(_) => "transfer",
        Act::ReturnToBot => "return_to_bot",
        Act::Resolve => "resolve",
    }
}

/// What the two ways through the routes of the program share: time and agents.
struct House {
    app: TestApp,
    acts: u8,
}

impl House {
    async fn start() -> Self {
        Self { app: TestApp::start().await, acts: 0 }
    }

    /// Moves on, from timer to timer.
    async fn move_to(&self, to: Timestamp) {
        while self.app.service.step().await.unwrap() {}
        loop {
            let next = self.app.service.store().next_due().await.unwrap();
            let next = next.filter(|at| *at <= to);
            self.app.clock.move_to(next.unwrap_or(to));
            while self.app.service.step().await.unwrap() {}
            if next.is_none() {
                return;
            }
        }
    }

    async fn act(&mut self, phone: &str, key: &str, act: &Act) {
        self.acts += 1;
        let service = &self.app.service;
        let conversation = newest(service, phone).await;
        let agent = service.agent_who_may_act(key).unwrap();
        let act = match act {
            Act::Take => command::Act::Take,
            Act::Reply(text) => command::Act::reply(
                MessageId::new(self.app.now(), [self.acts; 10]),
                Outbound::Text { body: (*text).to_owned() },
            ),
            Act::Note(text) => command::Act::Note { text: (*text).to_owned() },
            Act::Transfer(team) => command::Act::Transfer { team: (*team).to_owned(), note: None },
            Act::ReturnToBot => command::Act::ReturnToBot,
            Act::Resolve => command::Act::resolve(),
        };
        let acted = service.act(&agent, conversation, act).await.unwrap();
        assert!(matches!(acted, Acted::Done { .. }), "{acted:?}");
    }
}

/// Signed webhooks, every delivery twice.
pub(super) struct Hook {
    house: House,
    numbers: Numbers,
}

impl Hook {
    pub async fn start() -> Self {
        Self { house: House::start().await, numbers: Numbers::default() }
    }

    /// One body with all of it.
    async fn deliver(&self, phone: &str, messages: &[String]) {
        let mut batch = Batch::for_number(NUMBER);
        batch.contact(phone.trim_start_matches('+'), NAME, None);
        for message in messages {
            batch.message(message);
        }
        let body = batch.body();
        let signed = signature(APP_SECRET, &body);
        for _ in 0..2 {
            let path = self.house.app.hook_path();
            let answer = self.house.app.hook(&path, body.clone(), Some(&signed)).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            while self.house.app.service.step().await.unwrap() {}
        }
    }
}

#[async_trait]
impl Way for Hook {
    fn service(&self) -> &Service {
        &self.house.app.service
    }

    async fn step(&mut self, phone: &str, step: &Step) {
        let from = phone.trim_start_matches('+');
        let at = u64::try_from(self.house.app.now().as_secs()).unwrap();
        let last = self.numbers.last();
        match step {
            Step::Says(texts) => {
                let messages: Vec<String> = texts
                    .iter()
                    .map(|text| inbound_text(from, &self.numbers.next(), at, text))
                    .collect();
                self.deliver(phone, &messages).await;
            }
            Step::Begins(text) => {
                let message = inbound_text(from, &self.numbers.next(), at, text);
                return self.deliver(phone, &[message]).await;
            }
            Step::Presses(title) => {
                let (kind, id) = pressed(&self.house.app.service, phone, title).await;
                let kind = format!("{kind}_reply");
                let id = inbound_choice((from, &self.numbers.next(), at), &kind, &id, title);
                self.deliver(phone, &[id]).await;
            }
            Step::Sends(media) => {
                let message = as_webhook(media, (from, &self.numbers.next(), at));
                self.deliver(phone, &[message]).await;
            }
            Step::Edits(text) => {
                let edit = inbound_edit(from, &self.numbers.next(), at, &last, text);
                self.deliver(phone, &[edit]).await;
            }
            Step::Revokes => {
                let revoke = inbound_revoke(from, &self.numbers.next(), at, &last);
                self.deliver(phone, &[revoke]).await;
            }
            Step::Reacts(emoji) => {
                let id = self.numbers.next();
                let reaction = inbound_reaction(from, &id, at, &last, Some(emoji));
                self.deliver(phone, &[reaction]).await;
            }
            Step::Agent(agent, act) => self.house.act(phone, agent, act).await,
            // The sandbox waits; then the clock is moved.
            Step::Waits(_) => {}
        }
    }

    async fn move_to(&mut self, to: Timestamp) {
        self.house.move_to(to).await;
    }
}

fn as_webhook(media: &Media, head: (&str, &str, u64)) -> String {
    let (from, id, at) = head;
    match media {
        Media::Image(caption) => inbound_media(head, "image", "1", "image/jpeg", *caption, None),
        Media::Document => inbound_media(head, "document", "2", "application/pdf", None, None),
        Media::Sticker => inbound_media(head, "sticker", "3", "image/webp", None, None),
        Media::Voice => inbound_audio(from, id, at, "4", true),
        Media::Location => {
            let mut name = String::new();
            quote(&mut name, "Chez moi");
            let (latitude, longitude) = HERE;
            let members = format!(
                r#""location":{{"latitude":{latitude},"longitude":{longitude},"name":{name}}}"#
            );
            inbound(from, id, at, "location", &members)
        }
    }
}

/// The phone beside the inbox, in the browser of somebody signed in.
pub(super) struct Phone {
    house: House,
    owner: Client,
}

impl Phone {
    pub async fn start() -> Self {
        let house = House::start().await;
        let owner = house.app.owner().await;
        Self { house, owner }
    }

    async fn send(&self, phone: &str, kind: &str, text: Option<&str>, payload: Option<&str>) {
        let message =
            json!({"from": phone, "name": NAME, "type": kind, "text": text, "payload": payload});
        let answer = self.owner.post("/api/v1/simulator/messages", &message).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
        while self.house.app.service.step().await.unwrap() {}
    }
}

#[async_trait]
impl Way for Phone {
    fn service(&self) -> &Service {
        &self.house.app.service
    }

    async fn step(&mut self, phone: &str, step: &Step) {
        match step {
            Step::Says(texts) => {
                for text in *texts {
                    self.send(phone, "text", Some(text), None).await;
                }
            }
            Step::Begins(text) => return self.send(phone, "text", Some(text), None).await,
            Step::Presses(title) => {
                let (kind, id) = pressed(&self.house.app.service, phone, title).await;
                self.send(phone, kind, Some(title), Some(&id)).await;
            }
            Step::Sends(media) => {
                let (kind, text) = match media {
                    Media::Image(caption) => ("image", *caption),
                    Media::Document => ("document", None),
                    Media::Voice => ("audio", None),
                    Media::Sticker => ("sticker", None),
                    Media::Location => ("location", Some("Chez moi")),
                };
                self.send(phone, kind, text, None).await;
            }
            Step::Edits(_) | Step::Revokes | Step::Reacts(_) => {
                panic!("the phone has no way to do that: `on_phone` is wrong")
            }
            Step::Agent(agent, act) => self.house.act(phone, agent, act).await,
            // The sandbox waits; then the clock is moved.
            Step::Waits(_) => {}
        }
    }

    async fn move_to(&mut self, to: Timestamp) {
        self.house.move_to(to).await;
    }
}
