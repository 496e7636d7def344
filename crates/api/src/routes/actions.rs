//! What agents do. A repeated request under the same `Idempotency-Key` is carried out once.

use super::conversations::{find, state};
use super::idempotency;
use crate::app::App;
use crate::dto::conversation::{Action, ActionResult, Deed};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use relais_app::accounts::{Permission, Person};
use relais_app::port::store::{ConversationRow, RequestRow};
use relais_app::service::Acted;
use relais_core::conversation::command::{Act, Refusal};
use relais_core::conversation::event::AgentRef;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::Outbound;
use relais_core::workspace::snapshot::Snapshot;
use std::sync::Arc;

/// Longest message the channel carries.
const TEXT: usize = 4_096;
const NOTE: usize = 10_000;

/// Takes, answers, notes, transfers, gives back or resolves a conversation.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/actions", tag = "inbox",
    operation_id = "act_on_conversation",
    params(("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once.")),
    request_body = Action,
    responses((status = 200, body = ActionResult),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn act_on_conversation(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    headers: HeaderMap,
    Json(action): Json<Action>,
) -> Answer<axum::Json<ActionResult>> {
    let person = signed.must(Permission::ActOnConversations)?;
    let id = ConversationId(id);
    let now = app.service.clock().now();
    let request = idempotency::request(&headers, person, id, &action, now)?;
    match carry_out(&app, person, id, &action, request.as_ref()).await {
        Ok(acted) => answer(acted),
        Err(problem) => {
            // What would be refused now may be what this very request did the first time.
            let acted = match &request {
                Some(request) => app.service.acted(id, request).await?,
                None => None,
            };
            acted.map_or(Err(problem), answer)
        }
    }
}

async fn carry_out(
    app: &App,
    person: &Person,
    id: ConversationId,
    action: &Action,
    request: Option<&RequestRow>,
) -> Answer<Acted> {
    let row = find(app, id).await?;
    refuse_stale(&row, action, &person.agent)?;
    let message = request.map_or_else(
        || MessageId::new(app.service.clock().now(), rand::random()),
        idempotency::message,
    );
    let act = translate(&row, action, &app.service.snapshot(), message)?;
    Ok(match request {
        Some(request) => app.service.act_once(&person.agent, id, act, request).await?,
        None => app.service.act(&person.agent, id, act).await?,
    })
}

fn answer(acted: Acted) -> Answer<axum::Json<ActionResult>> {
    match acted {
        Acted::Done { .. } => Ok(axum::Json(ActionResult { result: "ok".to_owned() })),
        Acted::Refused { refusal: why, owner } => Err(refusal(why, owner.as_ref())),
        Acted::NotFound => Err(Problem::not_found("Conversation not found")),
        Acted::OtherRequest => {
            let title = "This key was used for something else";
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Err(Problem::new(status, "idempotency_key_reused", title))
        }
    }
}

/// Moves that would undo what somebody else did meanwhile are refused. Whoever holds the
/// conversation made the moves themselves.
fn refuse_stale(row: &ConversationRow, action: &Action, agent: &AgentRef) -> Answer<()> {
    let is_mine = row.assignee.as_ref() == Some(&agent.key);
    let moves = matches!(action.what, Deed::Transfer | Deed::ReturnToBot | Deed::Resolve);
    let is_stale = action.expected_epoch.is_some_and(|epoch| epoch != row.owner_epoch);
    if moves && is_stale && !is_mine { Err(refusal(Refusal::Stale, None)) } else { Ok(()) }
}

fn translate(
    row: &ConversationRow,
    action: &Action,
    snapshot: &Snapshot,
    message: MessageId,
) -> Answer<Act> {
    Ok(match action.what {
        Deed::Take => Act::Take,
        Deed::Reply => Act::Reply { message, content: reply(row, action, snapshot)? },
        Deed::Note => Act::Note { text: note(action)?.ok_or_else(|| missing("/text"))? },
        Deed::Transfer => Act::Transfer {
            team: action.team.clone().ok_or_else(|| missing("/team"))?,
            note: note(action)?,
        },
        Deed::ReturnToBot => Act::ReturnToBot,
        Deed::Resolve => Act::Resolve,
    })
}

fn note(action: &Action) -> Answer<Option<String>> {
    let text = action.text.as_deref().map(str::trim).filter(|t| !t.is_empty());
    match text {
        Some(text) if text.chars().count() > NOTE => Err(too_long("/text", NOTE)),
        text => Ok(text.map(|t| t.replace('\0', ""))),
    }
}

fn reply(row: &ConversationRow, action: &Action, snapshot: &Snapshot) -> Answer<Outbound> {
    if let Some(name) = &action.template {
        return template(row, name, snapshot);
    }
    let text = action.text.as_deref().unwrap_or_default().trim().replace('\0', "");
    if text.is_empty() {
        return Err(missing("/text"));
    }
    if text.chars().count() > TEXT {
        return Err(too_long("/text", TEXT));
    }
    Ok(Outbound::Text { body: text })
}

/// An approved template, filled from what is known of the conversation.
fn template(row: &ConversationRow, name: &str, snapshot: &Snapshot) -> Answer<Outbound> {
    let state = state(row)?;
    relais_app::templates::outbound(snapshot, name, &state).ok_or_else(|| {
        Problem::invalid("see the fields").field("/template", "there is no such template")
    })
}

fn missing(pointer: &str) -> Problem {
    Problem::invalid("see the fields").field(pointer, "is missing or empty")
}

fn too_long(pointer: &str, most: usize) -> Problem {
    Problem::invalid("see the fields").field(pointer, format!("has more than {most} characters"))
}

fn refusal(refusal: Refusal, owner: Option<&AgentRef>) -> Problem {
    let (status, title) = match refusal {
        Refusal::WindowClosed => (StatusCode::UNPROCESSABLE_ENTITY, "The 24-hour window is closed"),
        Refusal::AlreadyTaken => (StatusCode::CONFLICT, "Somebody else has this conversation"),
        Refusal::NotInQueue => (StatusCode::CONFLICT, "The conversation is resolved"),
        Refusal::Forbidden => (StatusCode::FORBIDDEN, "This is not allowed"),
        Refusal::UnknownTeam => (StatusCode::UNPROCESSABLE_ENTITY, "There is no such team"),
        Refusal::OpenNew | Refusal::Stale | Refusal::NothingDue => {
            (StatusCode::CONFLICT, "The conversation changed meanwhile")
        }
    };
    let problem = Problem::new(status, refusal.as_str(), title);
    match owner {
        Some(agent) => problem.detail(format!("{} has it", agent.name)),
        None => problem,
    }
}
