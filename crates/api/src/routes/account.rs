//! The instance, its claim, sessions and accounts.

use crate::app::App;
use crate::dto::Items;
use crate::dto::account::{
    Account, AccountChange, Claim, Instance, NewAccount, Session, SignIn, User,
};
use crate::extract::{Id, Json, Peer, Signed, cookie_name};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relais_app::accounts::policy::may_assign;
use relais_app::accounts::{NewUser, Permission, Role, SESSION, SignedIn, UserChange};
use relais_app::port::store::UserRow;
use relais_core::id::UserId;
use std::sync::Arc;

/// What anybody may know of the instance.
#[utoipa::path(get, path = "/api/v1/instance", operation_id = "get_instance", tag = "account",
    responses((status = 200, body = Instance),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_instance(State(app): State<Arc<App>>) -> Answer<axum::Json<Instance>> {
    let snapshot = app.service.snapshot();
    let info = &snapshot.document.workspace;
    Ok(axum::Json(Instance {
        name: info.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        is_claimed: app.accounts.is_claimed().await?,
        is_demo: app.settings.is_demo,
        languages: info.languages.clone(),
    }))
}

/// Makes the first owner and signs them in. The link works once.
#[utoipa::path(post, path = "/api/v1/claim", operation_id = "claim_instance", tag = "account",
    request_body = Claim,
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn claim_instance(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    Json(claim): Json<Claim>,
) -> Answer<Response> {
    let owner = NewUser {
        login: claim.login,
        name: claim.name,
        password: claim.password,
        role: Role::Owner,
    };
    let agents = &app.service.snapshot().document.agents;
    let signed = app.accounts.claim(peer, &claim.token, owner, agents).await?;
    Ok(session(&app, &signed))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "get_session", tag = "account",
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_session(Signed(person): Signed) -> axum::Json<Session> {
    axum::Json(Session { user: User::of(&person) })
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "create_session", tag = "account",
    request_body = SignIn,
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_session(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    Json(input): Json<SignIn>,
) -> Answer<Response> {
    let signed = app.accounts.sign_in(peer, &input.login, &input.password).await?;
    Ok(session(&app, &signed))
}

/// Signs out: the session and its open streams end at once.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "delete_session", tag = "account",
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete_session(
    State(app): State<Arc<App>>,
    Signed(person): Signed,
) -> Answer<Response> {
    app.accounts.sign_out(&person.session).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

fn session(app: &App, signed: &SignedIn) -> Response {
    let body = Session { user: User::of(&signed.person) };
    let mut response = axum::Json(body).into_response();
    set_cookie(app, &mut response, &signed.token, SESSION.as_micros() / 1_000_000);
    response
}

fn set_cookie(app: &App, response: &mut Response, value: &str, seconds: i64) {
    let name = cookie_name(app);
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("tokens are letters, digits, - and _");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
}

/// All accounts.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "list_users", tag = "account",
    responses((status = 200, body = Items<Account>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_users(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Account>>> {
    signed.must(Permission::ManageUsers)?;
    let mut items = Vec::new();
    for user in app.accounts.users().await? {
        items.push(account(&app, &user).await?);
    }
    Ok(axum::Json(Items { items }))
}

/// Makes an account.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "create_user", tag = "account",
    request_body = NewAccount,
    responses((status = 201, body = Account),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_user(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<NewAccount>,
) -> Answer<(StatusCode, axum::Json<Account>)> {
    let person = signed.must(Permission::ManageUsers)?;
    let role = role(&input.role)?;
    if !may_assign(person.role, role) {
        return Err(Problem::forbidden());
    }
    app.audit(person, "user.create", &input.login).await?;
    let NewAccount { login, name, password, .. } = input;
    let new = NewUser { login, name, password, role };
    let agents = &app.service.snapshot().document.agents;
    let user = app.accounts.create(new, agents).await?;
    Ok((StatusCode::CREATED, axum::Json(account(&app, &user).await?)))
}

/// Changes an account. A new password, role or lock ends all its sessions at once.
#[utoipa::path(patch, path = "/api/v1/users/{id}", operation_id = "update_user", tag = "account",
    params(("id" = String, Path)), request_body = AccountChange,
    responses((status = 200, body = Account),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn update_user(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<AccountChange>,
) -> Answer<axum::Json<Account>> {
    let person = signed.must(Permission::ManageUsers)?;
    let id = UserId(id);
    let users = app.accounts.users().await?;
    let found = users.iter().find(|u| u.id == id);
    let before = found.ok_or_else(|| Problem::not_found("No such account"))?;
    let role = input.role.as_deref().map(role).transpose()?;
    // Neither may an owner be touched from below, nor a role be given that stands above.
    let touched = [Role::parse(&before.role), role].into_iter().flatten();
    if touched.into_iter().any(|touched| !may_assign(person.role, touched)) {
        return Err(Problem::forbidden());
    }
    app.audit(person, "user.change", &before.login).await?;
    let change = UserChange {
        name: input.name,
        role,
        password: input.password,
        is_disabled: input.is_disabled,
    };
    let user = app.accounts.change(id, change).await?;
    Ok(axum::Json(account(&app, &user).await?))
}

fn role(word: &str) -> Answer<Role> {
    Role::parse(word).ok_or_else(|| {
        let known = Role::ALL.map(Role::as_str).join(", ");
        Problem::invalid("see the fields").field("/role", format!("must be one of {known}"))
    })
}

async fn account(app: &App, user: &UserRow) -> Answer<Account> {
    let agent = app.accounts.agent_of(user).await?;
    Ok(Account { user: User::from_row(user, Some(agent.key)), is_disabled: user.is_disabled })
}
