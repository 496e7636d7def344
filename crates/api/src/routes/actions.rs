//! What agents do. A repeated request under the same `Idempotency-Key` is carried out once.

use super::conversations::{find, state};
use super::idempotency::{self, Seen};
use crate::app::App;
use crate::dto::conversation::{Action, ActionResult, Deed};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use relais_app::accounts::{Permission, Person};
use relais_app::port::store::ConversationRow;
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
    let done = || axum::Json(ActionResult { result: "ok".to_owned() });
    let key = idempotency::key(&headers, person, id)?;
    let Some(key) = key else {
        let row = find(&app, id).await?;
        carry_out(
            &app,
            person,
            &row,
            &action,
            MessageId::new(app.service.clock().now(), rand::random()),
        )
        .await?;
        return Ok(done());
    };
    let _turn = app.keys.turn(&key).await;
    let body = idempotency::digest(&action);
    match idempotency::seen(app.service.store().as_ref(), &key, &body).await? {
        Seen::Done => return Ok(done()),
        Seen::OtherBody => {
            let title = "This key was used for something else";
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                title,
            ));
        }
        Seen::Never => {}
    }
    let row = find(&app, id).await?;
    // The id follows from the key: after a crash between the two steps below, the message is
    // found instead of being sent again.
    let message = key.message();
    let is_sent =
        action.what == Deed::Reply && app.service.store().outbox_row(message).await?.is_some();
    if !is_sent {
        carry_out(&app, person, &row, &action, message).await?;
    }
    idempotency::record(app.service.store().as_ref(), &key, &body).await?;
    Ok(done())
}

async fn carry_out(
    app: &App,
    person: &Person,
    row: &ConversationRow,
    action: &Action,
    message: MessageId,
) -> Answer<()> {
    refuse_stale(row, action, &person.agent)?;
    let snapshot = app.service.snapshot();
    if let (Deed::Transfer, Some(note)) = (action.what, note(action)?) {
        // The note goes first, so that the team that gets the conversation reads it at once.
        if !snapshot.document.teams.iter().any(|t| Some(&t.key) == action.team.as_ref()) {
            return Err(refusal(Refusal::UnknownTeam, None));
        }
        if !may_still_act(row, &person.agent) {
            return Err(refusal(Refusal::AlreadyTaken, None));
        }
        act(app, person, row.id, Act::Note { text: note }).await?;
    }
    let act_ = translate(row, action, &snapshot, message)?;
    act(app, person, row.id, act_).await
}

/// Nobody else has it.
fn may_still_act(row: &ConversationRow, agent: &AgentRef) -> bool {
    row.assignee.as_ref().is_none_or(|key| *key == agent.key) && row.status != "resolved"
}

async fn act(app: &App, person: &Person, id: ConversationId, act: Act) -> Answer<()> {
    match app.service.act(&person.agent, id, act).await? {
        Acted::Done { .. } => Ok(()),
        Acted::Refused { refusal: why, owner } => Err(refusal(why, owner.as_ref())),
        Acted::NotFound => Err(Problem::not_found("Conversation not found")),
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
        Deed::Transfer => {
            Act::Transfer { team: action.team.clone().ok_or_else(|| missing("/team"))? }
        }
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
