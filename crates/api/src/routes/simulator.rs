//! The phone of a made-up customer: what it sends goes in like any webhook, what it shows is what
//! was really dispatched to it.

use crate::app::App;
use crate::dto::Items;
use crate::dto::message::buttons;
use crate::dto::texts::{Persona, SimulatorField, SimulatorForm, SimulatorInput, SimulatorMessage};
use crate::extract::{Json, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::arrival::{Arrival, Item};
use relais_app::port::store::{OutboxState, StoreError};
use relais_core::conversation::event::{Author, Event};
use relais_core::flow::form::MAX_FIELDS;
use relais_core::id::ChannelId;
use relais_core::message::{Content, Inbound, MediaKind, Outbound, Sender};
use relais_core::time::Timestamp;
use relais_core::understanding::language::of_phone;
use relais_core::why::Why;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;

/// Texts longer than this do not fit into a WhatsApp message.
const TEXT: usize = 4_096;

/// People to play, from the workspace's customers.
#[utoipa::path(get, path = "/api/v1/simulator/personas", operation_id = "list_personas",
    tag = "simulator",
    responses((status = 200, body = Items<Persona>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_personas(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Persona>>> {
    channel(&app, &signed)?;
    let snapshot = app.service.snapshot();
    let document = &snapshot.document;
    let default = &document.workspace.default_language;
    let language = |phone: &str| {
        of_phone(phone).map_or_else(|| default.clone(), |language| language.as_str().to_owned())
    };
    let mut personas: BTreeMap<&str, Persona> = BTreeMap::new();
    for order in &document.orders.table {
        let persona = personas.entry(&order.phone).or_insert_with(|| Persona {
            phone: order.phone.clone(),
            name: order.name.clone(),
            language: language(&order.phone),
            note: None,
        });
        let status = document.orders.status_labels.get(&order.status);
        let status = status.and_then(|l| snapshot.pick(l, default)).unwrap_or(&order.status);
        let line = format!("{} · {status}", order.order);
        persona.note = Some(persona.note.take().map_or(line.clone(), |n| format!("{n}, {line}")));
    }
    for contact in &document.contacts {
        let persona = personas.entry(&contact.phone).or_insert_with(|| Persona {
            phone: contact.phone.clone(),
            name: contact.name.clone(),
            language: language(&contact.phone),
            note: None,
        });
        persona.name.clone_from(&contact.name);
        if let Some(language) = &contact.language {
            persona.language.clone_from(language);
        }
        if contact.note.is_some() {
            persona.note.clone_from(&contact.note);
        }
    }
    Ok(axum::Json(Items { items: personas.into_values().collect() }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Shown {
    /// The customer's number, E.164.
    contact: String,
    after: Option<i64>,
}

/// What the phone shows.
#[utoipa::path(get, path = "/api/v1/simulator/messages", operation_id = "list_simulator_messages",
    tag = "simulator", params(Shown),
    responses((status = 200, body = Items<SimulatorMessage>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_messages(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(query): Params<Shown>,
) -> Answer<axum::Json<Items<SimulatorMessage>>> {
    let (channel, _) = channel(&app, &signed)?;
    let after = query.after.unwrap_or(0);
    let mut items = shown(&app, channel, &query.contact).await?;
    items.retain(|m| m.seq > after);
    Ok(axum::Json(Items { items }))
}

async fn shown(
    app: &App,
    channel: ChannelId,
    phone: &str,
) -> Result<Vec<SimulatorMessage>, StoreError> {
    let store = app.service.store();
    let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
    let Some(contact) = store.contact_of(&sender).await? else { return Ok(Vec::new()) };
    let states: BTreeMap<_, _> =
        store.outbox_of(contact.id, 0).await?.into_iter().map(|r| (r.id, r.state)).collect();
    let (mut items, mut seq) = (Vec::new(), 0);
    for row in store.conversations_of(contact.id).await? {
        if row.channel != channel {
            continue;
        }
        let mut after = 0;
        loop {
            let events = store.events(row.id, after, 500).await?;
            let Some(last) = events.last() else { break };
            after = last.position;
            for event in &events {
                let Ok(fact) = Event::from_parts(&event.data, event.content.as_deref()) else {
                    continue;
                };
                let Some(mut message) = bubble(event.at, &fact) else { continue };
                seq += 1;
                message.seq = seq;
                message.form = form(app, &fact).await?;
                let state = match &fact {
                    Event::MessageSent { message, .. } => states.get(message),
                    _ => None,
                };
                match state {
                    None | Some(OutboxState::Accepted) => items.push(message),
                    // What is not there yet hides what comes after it: `after` stays right.
                    Some(OutboxState::Queued | OutboxState::Dispatching | OutboxState::Unknown) => {
                        return Ok(items);
                    }
                    Some(OutboxState::Refused | OutboxState::Suppressed | OutboxState::Held) => {}
                }
            }
        }
    }
    Ok(items)
}

fn bubble(at: Timestamp, fact: &Event) -> Option<SimulatorMessage> {
    match fact {
        Event::MessageReceived { content: Some(inbound), .. } => Some(SimulatorMessage {
            seq: 0,
            at: at.to_string(),
            by: "customer".to_owned(),
            direction: "inbound",
            kind: inbound.content.kind().to_owned(),
            text: Some(inbound.content.preview()).filter(|t| !t.is_empty()),
            buttons: None,
            form: None,
        }),
        Event::MessageSent { by, content: Some(content), .. } => Some(SimulatorMessage {
            seq: 0,
            at: at.to_string(),
            by: match by {
                Author::Bot => "bot",
                Author::System => "system",
                Author::Agent(_) => "agent",
            }
            .to_owned(),
            direction: "outbound",
            kind: content.kind().to_owned(),
            text: Some(content.text().to_owned()),
            buttons: buttons(content),
            form: None,
        }),
        _ => None,
    }
}

async fn form(app: &App, fact: &Event) -> Result<Option<SimulatorForm>, StoreError> {
    let Event::MessageSent { content: Some(Outbound::Form { payload, .. }), .. } = fact else {
        return Ok(None);
    };
    let fields = app.service.fields_of_form(payload).await?;
    let fields = fields.into_iter().map(|field| SimulatorField {
        answer: field.answer.as_str().to_owned(),
        name: field.name,
        is_optional: field.is_optional,
    });
    Ok(Some(SimulatorForm { payload: payload.clone(), fields: fields.collect() }))
}

/// Sends a message as a made-up customer.
#[utoipa::path(post, path = "/api/v1/simulator/messages",
    operation_id = "send_simulator_message", tag = "simulator", request_body = SimulatorInput,
    responses((status = 202),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn send_message(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<SimulatorInput>,
) -> Answer<(StatusCode, axum::Json<serde_json::Value>)> {
    let (channel, business_number) = channel(&app, &signed)?;
    let raw = raw(&input);
    let content = content(&input)?;
    let now = app.service.clock().now();
    let provider_id = format!("sim.{:032x}", rand::random::<u128>());
    let inbound = Inbound {
        provider_id: provider_id.clone(),
        business_number: business_number.clone(),
        sender: Sender {
            phone: Some(phone(&input.from)?),
            name: Some(input.name.trim().chars().take(100).collect()),
            ..Sender::default()
        },
        sent_at: now,
        content,
        quotes: None,
    };
    let item = Item::Message(Box::new(inbound));
    let arrival = Arrival { receipt: format!("message:{provider_id}"), business_number, raw, item };
    app.service.receive(channel, vec![arrival]).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(serde_json::json!({}))))
}

/// Phones show whole conversations: whoever is kept to some of them has none.
fn channel(app: &App, signed: &Signed) -> Answer<(ChannelId, String)> {
    signed.must(Permission::UseSimulator)?;
    let simulator = app.channels.simulator().filter(|_| signed.sight(app).is_none());
    simulator.ok_or_else(|| {
        Problem::not_found("The simulator is off").detail("start with `relais demo`")
    })
}

fn raw(input: &SimulatorInput) -> String {
    serde_json::json!({
        "simulator": { "type": input.kind, "text": input.text, "payload": input.payload,
            "answers": input.answers }
    })
    .to_string()
}

fn phone(text: &str) -> Answer<String> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let is_number = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if is_number {
        return Ok(text.to_owned());
    }
    Err(Problem::invalid("see the fields")
        .field("/from", Why::new("phone", "must be a number like +33639980101")))
}

fn content(input: &SimulatorInput) -> Answer<Content> {
    let text = input.text.clone().unwrap_or_default().replace('\0', "");
    if text.chars().count() > TEXT {
        return Err(Problem::invalid("see the fields").field("/text", Why::too_long(TEXT)));
    }
    let media = |kind| Content::Media {
        kind,
        media_id: None,
        mime: None,
        caption: Some(text.clone()).filter(|t| !t.trim().is_empty()),
        filename: None,
        sha256: None,
        transcript: None,
    };
    let chosen = || {
        let missing = || Problem::invalid("see the fields").field("/payload", Why::missing());
        Ok::<_, Problem>((input.payload.clone().ok_or_else(missing)?, text.clone()))
    };
    Ok(match input.kind.as_str() {
        "text" if text.trim().is_empty() => {
            return Err(Problem::invalid("see the fields").field("/text", Why::missing()));
        }
        "text" => Content::Text { body: text },
        "button" => {
            let (payload, title) = chosen()?;
            Content::Button { payload, title }
        }
        "list" => {
            let (payload, title) = chosen()?;
            Content::List { payload, title }
        }
        "form" => {
            let answers = &input.answers;
            let is_long = |(name, value): (&String, &String)| name.len() + value.len() > TEXT;
            if answers.len() > MAX_FIELDS || answers.iter().any(is_long) {
                let why = Why::too_many(MAX_FIELDS);
                return Err(Problem::invalid("see the fields").field("/answers", why));
            }
            Content::Form {
                name: String::new(),
                answers: serde_json::json!(answers).to_string(),
                payload: Some(chosen()?.0),
                fields: answers.clone(),
            }
        }
        "image" => media(MediaKind::Image),
        "video" => media(MediaKind::Video),
        "audio" => media(MediaKind::Voice),
        "document" => media(MediaKind::Document),
        "sticker" => media(MediaKind::Sticker),
        "location" => Content::Location {
            latitude: 48.8566,
            longitude: 2.3522,
            name: Some(text).filter(|t| !t.trim().is_empty()),
            address: None,
        },
        other => Content::Unsupported { kind: other.chars().take(40).collect() },
    })
}
