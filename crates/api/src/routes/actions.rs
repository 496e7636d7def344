//! What agents do to a conversation. A repeated request under the same `Idempotency-Key` is carried out once.

use super::conversations::{find, state};
use super::idempotency::{self, message as message_of};
use super::{files, people};
use crate::app::App;
use crate::dto::action::{Action, ActionResult, Deed};
use crate::dto::conversation::Urgency;
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use relais_app::accounts::policy::may;
use relais_app::accounts::{Permission, Person};
use relais_app::port::store::{ConversationRow, RequestRow};
use relais_app::service::Acted;
use relais_app::templates::{self, Filling, TemplateError};
use relais_core::conversation::command::{Act, Refusal, Terms};
use relais_core::conversation::event::AgentRef;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::Outbound;
use relais_core::routing::Priority;
use relais_core::time::{Span, Timestamp};
use relais_core::why::Why;
use relais_core::workspace::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest message the channel carries.
const TEXT: usize = 4_096;
const NOTE: usize = 10_000;
const TAG: usize = 40;
const MOST_ACTS: usize = 30;
/// Seconds.
const LONGEST_UNDO: u8 = 10;

/// Takes, answers, notes, tags, puts aside, passes on, gives back or resolves a conversation; one
/// act or several at once, for good or on trial.
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
    // A trial does nothing that could be done twice.
    let request = if action.is_trial {
        None
    } else {
        idempotency::request(&headers, person, id, &action, now)?
    };
    let message = request.as_ref().map_or_else(|| MessageId::new(now, rand::random()), message_of);
    let said = last_reply(&action).filter(|_| !action.is_trial);
    let said = said.map(|reply| reply.file.clone().unwrap_or_else(|| message.to_string()));
    match carry_out(&app, &signed, id, &action, message, request.as_ref()).await {
        Ok(acted) => answer(acted, said),
        Err(problem) => {
            // What would be refused now may be what this very request did the first time.
            let acted = match &request {
                Some(request) => app.service.acted(id, request).await?,
                None => None,
            };
            acted.map_or(Err(problem), |acted| answer(acted, said))
        }
    }
}

async fn carry_out(
    app: &App,
    signed: &Signed,
    id: ConversationId,
    action: &Action,
    message: MessageId,
    request: Option<&RequestRow>,
) -> Answer<Acted> {
    let person = signed.must(Permission::ActOnConversations)?;
    let row = find(app, signed, id).await?;
    let wished = if action.what == Deed::Several { several(action)? } else { vec![action] };
    let mut acts = Vec::new();
    for one in wished {
        refuse_stale(&row, one, action.expected_epoch, &person.agent)?;
        refuse_collision(app, id, one, &person.agent)?;
        acts.push(act_of(app, person, &row, one, message).await?);
    }
    let act = match (action.what, acts.pop()) {
        (Deed::Several, last) => Act::Several { acts: acts.into_iter().chain(last).collect() },
        (_, Some(act)) => act,
        (_, None) => return Err(missing("/do")),
    };
    if action.is_trial {
        return Ok(app.service.would_act(&person.agent, id, act).await?);
    }
    Ok(match request {
        Some(request) => app.service.act_once(&person.agent, id, act, request).await?,
        None => app.service.act(&person.agent, id, act).await?,
    })
}

/// By the last the whole send is taken back.
fn last_reply(action: &Action) -> Option<&Action> {
    std::iter::once(action).chain(&action.acts).rfind(|one| one.what == Deed::Reply)
}

/// The acts of one request: each as it would be asked for by itself. Every file is a message of its
/// own; beside them there is one text or template at most, which has the id of the request.
fn several(action: &Action) -> Answer<Vec<&Action>> {
    let acts = &action.acts;
    let invalid = |why: &str| Err(Problem::invalid("see the fields").field("/acts", why));
    if acts.is_empty() || acts.len() > MOST_ACTS {
        return invalid("must be 1 to 30 acts");
    }
    if acts.iter().any(|one| matches!(one.what, Deed::Several | Deed::TakeBack)) {
        return invalid("`several` and `take_back` stand alone");
    }
    let replies = || acts.iter().filter(|one| one.what == Deed::Reply);
    if replies().filter(|one| one.file.is_none()).count() > 1 {
        return invalid("one of them may be a reply without a file");
    }
    let mut files: Vec<&String> = replies().filter_map(|one| one.file.as_ref()).collect();
    files.sort_unstable();
    if files.windows(2).any(|two| two[0] == two[1]) {
        return invalid("a file is sent once");
    }
    Ok(acts.iter().collect())
}

async fn act_of(
    app: &App,
    person: &Person,
    row: &ConversationRow,
    action: &Action,
    message: MessageId,
) -> Answer<Act> {
    if !action.values.is_empty() && (action.template.is_none() || action.file.is_some()) {
        return Err(Problem::invalid("see the fields")
            .field("/values", "go with a template only: name it in `template`, without a file"));
    }
    if action.what == Deed::Assign {
        assign(app, person, action).await
    } else if let (Deed::Reply, Some(file)) = (action.what, &action.file) {
        let (message, content) = files::attached(app, row, file, action).await?;
        Ok(Act::Reply { message, content, terms: terms(action)? })
    } else {
        let act = translate(row, &person.agent, action, &app.service.snapshot(), message)?;
        if let Act::Reply { content: Outbound::Template { name, language, .. }, .. } = &act {
            must_be_approved(app, row, name, language).await?;
        }
        Ok(act)
    }
}

/// Category of a template that answers nobody.
const MARKETING: &str = "marketing";

async fn must_want_promotion(app: &App, row: &ConversationRow) -> Answer<()> {
    let contact = app.service.contact_of(row).await?;
    let why = match contact {
        Some(contact) if contact.is_restricted => "their data is used only to answer them",
        Some(contact) if contact.is_opted_out => "they want no more messages",
        Some(_) | None => return Ok(()),
    };
    let title = "This person gets no marketing templates";
    Err(Problem::new(StatusCode::CONFLICT, "no_promotion", title)
        .detail(format!("{why}; choose a template that answers them")))
}

/// What the provider would surely refuse is refused here, with its reason.
async fn must_be_approved(
    app: &App,
    row: &ConversationRow,
    name: &str,
    language: &str,
) -> Answer<()> {
    let account = app.service.templates_of(row.channel).await?;
    let known = account.as_ref().and_then(|account| account.find(name, language));
    if known.is_some_and(|known| known.listed.category == MARKETING) {
        must_want_promotion(app, row).await?;
    }
    let Some(account) = account.filter(|a| !a.may_be_sent(name, language)) else { return Ok(()) };
    let title = "The provider does not let this template through";
    let why = match account.find(name, language) {
        Some(known) => {
            let reason = known.listed.reason.as_deref().unwrap_or("no reason is told");
            format!("it is {:?} ({reason})", known.listed.standing).to_lowercase()
        }
        None => format!("it has no template of this name in {language}"),
    };
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "template_not_approved", title).detail(why))
}

fn answer(acted: Acted, message: Option<String>) -> Answer<axum::Json<ActionResult>> {
    match acted {
        Acted::Done { .. } => Ok(axum::Json(ActionResult { result: "ok".to_owned(), message })),
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
fn refuse_stale(
    row: &ConversationRow,
    action: &Action,
    expected_epoch: Option<i64>,
    agent: &AgentRef,
) -> Answer<()> {
    let is_mine = row.assignee.as_ref() == Some(&agent.key);
    let moves = matches!(
        action.what,
        Deed::Transfer | Deed::RaiseTier | Deed::Snooze | Deed::ReturnToBot | Deed::Resolve
    );
    let is_stale = expected_epoch.is_some_and(|epoch| epoch != row.owner_epoch);
    if moves && is_stale && !is_mine { Err(refusal(Refusal::Stale, None)) } else { Ok(()) }
}

/// Two answers at once confuse a customer: the second writer is asked first (INB-24).
fn refuse_collision(
    app: &App,
    id: ConversationId,
    action: &Action,
    agent: &AgentRef,
) -> Answer<()> {
    if action.what != Deed::Reply || action.is_confirmed {
        return Ok(());
    }
    let now = app.service.clock().now();
    let Some(other) = app.presence.writes_before(id, agent, now) else { return Ok(()) };
    let title = "A colleague is writing";
    Err(Problem::new(StatusCode::CONFLICT, "somebody_writes", title)
        .detail(format!("{} is writing", other.name)))
}

fn translate(
    row: &ConversationRow,
    agent: &AgentRef,
    action: &Action,
    snapshot: &Snapshot,
    message: MessageId,
) -> Answer<Act> {
    Ok(match action.what {
        Deed::Take => Act::Take,
        Deed::Reply => {
            let content = reply(row, agent, action, snapshot)?;
            Act::Reply { message, content, terms: terms(action)? }
        }
        Deed::TakeBack => {
            let message = action.message.as_deref().ok_or_else(|| missing("/message"))?;
            Act::TakeBack { message: message.parse().map_err(|_| missing("/message"))? }
        }
        Deed::Note => Act::Note { text: note(action)?.ok_or_else(|| missing("/text"))? },
        Deed::Transfer => Act::Transfer {
            team: action.team.clone().ok_or_else(|| missing("/team"))?,
            note: note(action)?,
        },
        Deed::RaiseTier => Act::RaiseTier {
            team: action.team.clone(),
            reason: note(action)?.ok_or_else(|| missing("/text"))?,
        },
        Deed::Assign => return Err(missing("/to")),
        Deed::Several => return Err(missing("/acts")),
        Deed::Snooze => Act::Snooze { until: until(action)? },
        Deed::Wake => Act::Wake,
        Deed::Prioritise => Act::Prioritise {
            priority: match action.priority.ok_or_else(|| missing("/priority"))? {
                Urgency::Normal => Priority::Normal,
                Urgency::High => Priority::High,
                Urgency::Urgent => Priority::Urgent,
            },
        },
        Deed::RateHandoff => Act::RateHandoff { score: score(action)? },
        Deed::Tag => Act::Tag { tag: tag(action)? },
        Deed::Untag => Act::Untag { tag: tag(action)? },
        Deed::ReturnToBot => Act::ReturnToBot,
        Deed::Resolve => {
            Act::Resolve { reason: action.reason.map(Into::into), undo: terms(action)?.undo }
        }
        Deed::KeepOpen => Act::KeepOpen,
    })
}

/// To whom, and whether the person may take it from a colleague.
async fn assign(app: &App, person: &Person, action: &Action) -> Answer<Act> {
    let key = action.to.as_deref().ok_or_else(|| missing("/to"))?;
    let to = if key == person.agent.key {
        person.agent.clone()
    } else {
        let agents = people::agents(app).await?;
        let found = agents.into_iter().find(|agent| agent.key == key);
        let found = found.ok_or_else(|| {
            Problem::invalid("see the fields")
                .field("/to", Why::new("unknown", "there is no such agent"))
        })?;
        AgentRef { key: found.key, name: found.name }
    };
    Ok(Act::Assign { to, over: may(person.role, Permission::Supervise) })
}

fn terms(action: &Action) -> Answer<Terms> {
    let undo = action.undo_s.unwrap_or(0);
    if undo > LONGEST_UNDO {
        return Err(
            Problem::invalid("see the fields").field("/undo_s", Why::range(0, LONGEST_UNDO.into()))
        );
    }
    Ok(Terms { seen: action.seen, undo: Span::secs(i64::from(undo)) })
}

fn until(action: &Action) -> Answer<Option<Timestamp>> {
    let Some(text) = &action.until else { return Ok(None) };
    let at = text.parse().map_err(|_| {
        Problem::invalid("see the fields")
            .field("/until", Why::new("time", "must be a time such as 2026-11-30T08:00:00Z"))
    })?;
    Ok(Some(at))
}

fn score(action: &Action) -> Answer<u8> {
    action
        .score
        .filter(|score| (1..=5).contains(score))
        .ok_or_else(|| Problem::invalid("see the fields").field("/score", Why::range(1, 5)))
}

/// A short word; bars separate tags in columns, and a quote ends one in the filter grammar.
fn tag(action: &Action) -> Answer<String> {
    let tag = action.tag.as_deref().unwrap_or_default().trim().to_lowercase();
    if tag.is_empty() {
        return Err(missing("/tag"));
    }
    let is_plain = |c: char| !c.is_control() && !matches!(c, '|' | '"');
    if tag.chars().count() > TAG {
        return Err(too_long("/tag", TAG));
    }
    if !tag.chars().all(is_plain) {
        let why = Why::new("characters", "has a bar or a quote");
        return Err(Problem::invalid("see the fields").field("/tag", why));
    }
    Ok(tag)
}

fn note(action: &Action) -> Answer<Option<String>> {
    let text = action.text.as_deref().map(str::trim).filter(|t| !t.is_empty());
    match text {
        Some(text) if text.chars().count() > NOTE => Err(too_long("/text", NOTE)),
        text => Ok(text.map(|t| t.replace('\0', ""))),
    }
}

fn reply(
    row: &ConversationRow,
    agent: &AgentRef,
    action: &Action,
    snapshot: &Snapshot,
) -> Answer<Outbound> {
    if let Some(name) = &action.template {
        return template(row, agent, name, &action.values, snapshot);
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

/// An approved template, filled from what is known of the conversation and what is given.
fn template(
    row: &ConversationRow,
    agent: &AgentRef,
    name: &str,
    given: &BTreeMap<String, String>,
    snapshot: &Snapshot,
) -> Answer<Outbound> {
    let state = state(row)?;
    let filling = Filling::of(&state).by(&agent.name).with(given);
    templates::outbound(snapshot, name, &state.language, &filling).map_err(|error| {
        let pointer = match &error {
            TemplateError::Unknown => "/template".to_owned(),
            TemplateError::Value { place, .. } => {
                format!("/values/{}", place.replace('~', "~0").replace('/', "~1"))
            }
            TemplateError::TooLong => "/values".to_owned(),
        };
        let told = error.to_string();
        let why = match error {
            TemplateError::Unknown => Why::unknown(told),
            TemplateError::Value { why, .. } => why.why(),
            TemplateError::TooLong => Why::new("all_too_long", told),
        };
        Problem::invalid("see the fields").field(pointer, why)
    })
}

pub(super) fn missing(pointer: &str) -> Problem {
    Problem::invalid("see the fields").field(pointer, Why::missing())
}

pub(super) fn too_long(pointer: &str, most: usize) -> Problem {
    Problem::invalid("see the fields").field(pointer, Why::too_long(most))
}

fn refusal(refusal: Refusal, owner: Option<&AgentRef>) -> Problem {
    let (status, title) = match refusal {
        Refusal::WindowClosed => (StatusCode::UNPROCESSABLE_ENTITY, "The 24-hour window is closed"),
        Refusal::AlreadyTaken => (StatusCode::CONFLICT, "Somebody else has this conversation"),
        Refusal::NotInQueue => (StatusCode::CONFLICT, "The conversation is resolved"),
        Refusal::Forbidden => (StatusCode::FORBIDDEN, "This is not allowed"),
        Refusal::UnknownTeam => (StatusCode::UNPROCESSABLE_ENTITY, "There is no such team"),
        Refusal::NotHigher => {
            (StatusCode::UNPROCESSABLE_ENTITY, "There is no team of a higher tier")
        }
        Refusal::NewMessages => (StatusCode::CONFLICT, "The customer wrote meanwhile"),
        Refusal::TooLate => (StatusCode::CONFLICT, "The message has left"),
        Refusal::BadTime => (StatusCode::UNPROCESSABLE_ENTITY, "The time must lie ahead"),
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
