//! Tokens for programs.

use crate::app::App;
use crate::dto::Items;
use crate::dto::account::{ApiToken, FreshToken, NewApiToken};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::accounts::api_tokens::NewToken;
use relais_core::time::Span;
use relais_core::why::Why;
use std::sync::Arc;

/// Longest life of a token that ends.
const DAYS: u32 = 3_650;

/// All tokens, without their texts.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "integrations",
    responses((status = 200, body = Items<ApiToken>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_tokens(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<ApiToken>>> {
    signed.must(Permission::ManageIntegrations)?;
    let users = app.accounts.users().await?;
    let shown = |token: relais_app::accounts::api_tokens::ApiToken| {
        let maker = users.iter().find(|user| user.id == token.maker);
        ApiToken::new(token, maker.map(|user| user.name.clone()).unwrap_or_default())
    };
    let tokens = app.accounts.tokens().await?;
    Ok(axum::Json(Items { items: tokens.into_iter().map(shown).collect() }))
}

/// Makes a token. Its text is shown once.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "create_token", tag = "integrations",
    request_body = NewApiToken,
    responses((status = 201, body = FreshToken),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_token(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<NewApiToken>,
) -> Answer<(StatusCode, axum::Json<FreshToken>)> {
    let person = signed.must(Permission::ManageIntegrations)?;
    let name: String = input.name.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let refused = || Problem::invalid("see the fields");
    if name.is_empty() {
        return Err(refused().field("/name", Why::missing()));
    }
    if input.scopes.is_empty() {
        return Err(refused().field("/scopes", Why::missing().told("must name one at least")));
    }
    if input.days.is_some_and(|days| !(1..=DAYS).contains(&days)) {
        return Err(refused().field("/days", Why::range(1, DAYS.into())));
    }
    app.audit(person, "token.create", &name).await?;
    let lasts = input.days.map(|days| Span::hours(24 * i64::from(days)));
    let new = NewToken { name, scopes: input.scopes, lasts };
    let made = app.accounts.new_token(person, new).await?;
    let (token, text) = made.ok_or_else(|| {
        Problem::new(StatusCode::CONFLICT, "too_many", "There are too many tokens")
            .detail("end the ones that are not used")
    })?;
    let token = ApiToken::new(token, person.user.name.clone());
    Ok((StatusCode::CREATED, axum::Json(FreshToken { token, text })))
}

/// Ends a token at once.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "end_token",
    tag = "integrations", params(("id" = String, Path)),
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn end_token(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageIntegrations)?;
    app.audit(person, "token.end", &id).await?;
    let is_there = app.accounts.end_token(&id).await?;
    is_there.then_some(StatusCode::NO_CONTENT).ok_or_else(|| Problem::not_found("No such token"))
}
