//! Templates: ours, and what the provider holds of them.

use super::{conversations, reading};
use crate::app::App;
use crate::dto::Items;
use crate::dto::template::{Place, ProviderTemplate, SyncTemplates, Template, TemplateAccount};
use crate::extract::{Json, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::mask;
use relais_app::port::channel::FetchError;
use relais_app::port::store::ChannelRow;
use relais_app::templates::listed::{Account, ListError};
use relais_app::templates::{self, Filling};
use relais_core::id::{ChannelId, ConversationId};
use relais_core::workspace::Document;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct For {
    /// The conversation it is for: what may be sent depends on the number.
    conversation: Option<uuid::Uuid>,
}

/// The workspace's templates, one per language.
#[utoipa::path(get, path = "/api/v1/templates", operation_id = "list_templates", tag = "texts",
    params(For),
    responses((status = 200, body = Items<Template>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_templates(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(wish): Params<For>,
) -> Answer<axum::Json<Items<Template>>> {
    let person = signed.must(Permission::ReadInbox)?;
    let (account, filling, is_masked) = match wish.conversation {
        Some(id) => {
            let row = conversations::find(&app, &signed, ConversationId(id)).await?;
            let account = app.service.templates_of(row.channel).await?;
            let is_masked = reading::is_masked(&app, &signed, row.id).await?;
            (account, Filling::of(&conversations::state(&row)?), is_masked)
        }
        None => (None, Filling::default(), false),
    };
    let filling = &filling.by(&person.agent.name);
    let shown = move |place: templates::Place| Place {
        name: place.name,
        value: place.value.map(|v| if is_masked { mask::words(&v) } else { v }),
    };
    let snapshot = app.service.snapshot();
    let items = snapshot.document.templates.iter().flat_map(|template| {
        let account = account.as_ref();
        template.body.iter().map(move |(language, body)| Template {
            name: template.name.clone(),
            language: language.clone(),
            body: body.clone(),
            places: templates::places(body, filling).into_iter().map(shown).collect(),
            may_be_sent: account.is_none_or(|a| a.may_be_sent(&template.name, language)),
        })
    });
    Ok(axum::Json(Items { items: items.collect() }))
}

/// What the providers hold of templates, account by account.
#[utoipa::path(get, path = "/api/v1/templates/provider",
    operation_id = "list_provider_templates", tag = "texts",
    responses((status = 200, body = Items<TemplateAccount>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_provider_templates(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<TemplateAccount>>> {
    signed.must(Permission::ReadChannels)?;
    let (mut items, mut seen) = (Vec::new(), BTreeSet::new());
    for row in app.service.store().channels().await? {
        let Some(account) = app.service.templates_of(row.id).await? else { continue };
        if seen.insert(account.id.clone()) {
            items.push(shown(&app, &row, account));
        }
    }
    Ok(axum::Json(Items { items }))
}

/// Fetches the list of the account behind a number.
#[utoipa::path(post, path = "/api/v1/templates/sync", operation_id = "sync_templates",
    tag = "texts", request_body = SyncTemplates,
    responses((status = 200, body = TemplateAccount),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sync_templates(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<SyncTemplates>,
) -> Answer<axum::Json<TemplateAccount>> {
    signed.must(Permission::ManageChannels)?;
    let missing = || Problem::not_found("There is no such channel");
    let id = input.channel.parse::<ChannelId>().map_err(|_| missing())?;
    let row = app.service.channel(id).ok_or_else(missing)?;
    let account = app.service.list_templates(id).await.map_err(refused)?;
    Ok(axum::Json(shown(&app, &row, account)))
}

fn refused(error: ListError) -> Problem {
    match error {
        ListError::None => {
            let title = "This number has no templates at a provider";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_templates", title)
        }
        ListError::Provider(error) => {
            let title = "The provider did not give the list";
            let is_down = matches!(error, FetchError::ChannelDown(_) | FetchError::Refused(_));
            let status =
                if is_down { StatusCode::CONFLICT } else { StatusCode::SERVICE_UNAVAILABLE };
            Problem::new(status, "provider_refused", title).detail(error.to_string())
        }
        ListError::Store(error) => error.into(),
    }
}

/// With those of ours that the provider does not list.
fn shown(app: &App, row: &ChannelRow, account: Account) -> TemplateAccount {
    let snapshot = app.service.snapshot();
    let ours = used(&snapshot.document);
    let mut shown = TemplateAccount::new(row.id.to_string(), row.name.clone(), &account);
    let is_listed = account.listed_at.is_some();
    let absent: Vec<&(String, String)> =
        ours.iter().filter(|(name, code)| account.find(name, code).is_none()).collect();
    if is_listed {
        shown
            .templates
            .extend(absent.into_iter().map(|(name, code)| ProviderTemplate::absent(name, code)));
    }
    for known in account.templates {
        let is_used = ours
            .iter()
            .any(|(name, code)| *name == known.listed.name && *code == known.listed.language);
        shown.templates.push(ProviderTemplate::new(known, is_used));
    }
    shown
}

fn used(document: &Document) -> BTreeSet<(String, String)> {
    let pairs = document.templates.iter().flat_map(|template| {
        template.body.keys().map(|language| (template.name.clone(), language.clone()))
    });
    pairs.collect()
}
