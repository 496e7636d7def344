//! Teams and agents.

use crate::app::App;
use crate::dto::Items;
use crate::dto::people::{Agent, Attendance, AvailabilityChange, Team};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::attendance::Attending;
use relais_core::routing::{AgentState, is_available};
use std::sync::Arc;

/// Teams with what waits for them.
#[utoipa::path(get, path = "/api/v1/teams", operation_id = "list_teams", tag = "people",
    responses((status = 200, body = Items<Team>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_teams(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Team>>> {
    signed.must(Permission::ReadInbox)?;
    let snapshot = app.service.snapshot();
    let now = app.service.clock().now();
    let agents = app.service.agents().await?;
    let counts = app.service.store().inbox_counts().await?;
    let queued = |key: &str| {
        let of_team = counts.iter().filter(|(s, t, _)| s == "queued" && t.as_deref() == Some(key));
        of_team.map(|(_, _, n)| *n).sum()
    };
    let is_free =
        |agent: &&AgentState| is_available(agent) && !app.service.attending(&agent.id).is_unseen;
    let free: Vec<&AgentState> = agents.iter().filter(is_free).collect();
    let free = |key: &str| free.iter().filter(|a| a.teams.iter().any(|t| t == key)).count();
    let teams = snapshot.document.teams.iter().map(|team| Team {
        key: team.key.clone(),
        name: team.name.clone(),
        tier: team.tier,
        open: snapshot.calendar(&team.key).is_open(now),
        available_agents: free(&team.key),
        queued: queued(&team.key),
    });
    Ok(axum::Json(Items { items: teams.collect() }))
}

/// Agents of the workspace's files, and whoever else signs in and may answer.
#[utoipa::path(get, path = "/api/v1/agents", operation_id = "list_agents", tag = "people",
    responses((status = 200, body = Items<Agent>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_agents(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Agent>>> {
    signed.must(Permission::ReadInbox)?;
    Ok(axum::Json(Items { items: agents(&app).await? }))
}

/// Says whether an agent can be given conversations.
#[utoipa::path(put, path = "/api/v1/agents/{key}/availability", operation_id = "set_availability",
    tag = "people", params(("key" = String, Path)), request_body = AvailabilityChange,
    responses((status = 200, body = Agent),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_availability(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(key): Id<String>,
    Json(change): Json<AvailabilityChange>,
) -> Answer<axum::Json<Agent>> {
    let person = signed.must(Permission::SetOwnAvailability)?;
    if person.agent.key != key {
        signed.must(Permission::SetAnyAvailability)?;
    }
    let missing = || Problem::not_found("No such agent");
    if !agents(&app).await?.iter().any(|a| a.key == key) {
        return Err(missing());
    }
    app.service.set_availability(&key, change.availability.into()).await?;
    app.lists_changed();
    let found = agents(&app).await?.into_iter().find(|a| a.key == key);
    Ok(axum::Json(found.ok_or_else(missing)?))
}

pub(super) async fn agents(app: &App) -> Answer<Vec<Agent>> {
    let snapshot = app.service.snapshot();
    let name = |key: &str| {
        let agent = snapshot.document.agents.iter().find(|a| a.key == key);
        agent.map_or_else(|| key.to_owned(), |a| a.name.clone())
    };
    let states = app.service.agents().await?;
    let named = states.into_iter().map(|state| Agent {
        teams: state.teams,
        languages: state.languages,
        load: state.load,
        capacity: state.capacity,
        ..agent(&app.service.attending(&state.id), state.id.clone(), name(&state.id))
    });
    let mut agents: Vec<Agent> = named.collect();
    let loads = app.service.store().loads().await?;
    for user in app.accounts.users().await?.iter().filter(|u| !u.is_disabled) {
        let me = app.accounts.agent_of(user).await?;
        if user.role == "auditor" || agents.iter().any(|a| a.key == me.key) {
            continue;
        }
        let load = loads.iter().find(|(key, _)| *key == me.key).map_or(0, |(_, n)| *n);
        // No capacity: they may take what they want, nothing is given to them unasked.
        agents.push(Agent {
            teams: Vec::new(),
            languages: Vec::new(),
            load: u32::try_from(load).unwrap_or(u32::MAX),
            capacity: 0,
            ..agent(&app.service.attending(&me.key), me.key, me.name)
        });
    }
    Ok(agents)
}

fn agent(attending: &Attending, key: String, name: String) -> Agent {
    Agent {
        key,
        name,
        teams: Vec::new(),
        languages: Vec::new(),
        availability: if attending.is_unseen {
            Attendance::Unseen
        } else {
            attending.availability.into()
        },
        said: attending.said.into(),
        wraps_up_until: attending.wraps_up_until.map(|at| at.to_string()),
        load: 0,
        capacity: 0,
    }
}

/// Somebody is at this device: said by their browser now and then while they are.
#[utoipa::path(put, path = "/api/v1/account/seen", operation_id = "put_seen", tag = "account",
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_seen(State(app): State<Arc<App>>, signed: Signed) -> Answer<StatusCode> {
    app.service.see(&signed.own()?.agent.key).await?;
    Ok(StatusCode::NO_CONTENT)
}
