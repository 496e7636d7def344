//! Accounts, for those who manage them.

use crate::app::App;
use crate::dto::Items;
use crate::dto::account::{Account, AccountChange, AccountLink, Invited, NewAccount, User};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::policy::may_assign;
use relais_app::accounts::{NewUser, Permission, Person, Role, UserChange};
use relais_app::port::store::UserRow;
use relais_core::id::UserId;
use relais_core::why::Why;
use std::sync::Arc;

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

/// Makes an account. Without a password the answer holds a link with which they choose one.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "create_user", tag = "account",
    request_body = NewAccount,
    responses((status = 201, body = Invited),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_user(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<NewAccount>,
) -> Answer<(StatusCode, axum::Json<Invited>)> {
    let person = signed.must(Permission::ManageUsers)?;
    let role = role(&input.role)?;
    if !may_assign(person.role, role) {
        return Err(Problem::forbidden());
    }
    app.audit(person, "user.create", &input.login).await?;
    let NewAccount { login, name, password, .. } = input;
    let is_invited = password.is_none();
    let new = NewUser { login, name, password, role };
    let agents = &app.service.snapshot().document.agents;
    let (user, link) = if is_invited {
        let (user, link) = app.accounts.invite(new, agents).await?;
        (user, Some(AccountLink::from(link)))
    } else {
        (app.accounts.create(new, agents).await?, None)
    };
    let account = account(&app, &user).await?;
    Ok((StatusCode::CREATED, axum::Json(Invited { account, link })))
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
    let role = input.role.as_deref().map(role).transpose()?;
    let before = reachable(&app, person, UserId(id), role).await?;
    app.audit(person, "user.change", &before.login).await?;
    let change = UserChange {
        name: input.name,
        role,
        password: input.password,
        is_disabled: input.is_disabled,
    };
    let user = app.accounts.change(before.id, change).await?;
    if input.drop_second_factor {
        app.accounts.drop_second_factor(user.id, &person.user.login).await?;
        app.accounts.drop_passkeys_of(user.id, &person.user.login).await?;
        app.accounts.end_sessions_of(user.id).await?;
    }
    Ok(axum::Json(account(&app, &user).await?))
}

/// A link with which somebody chooses a new password; earlier ones stop working.
#[utoipa::path(post, path = "/api/v1/users/{id}/link", operation_id = "create_user_link",
    tag = "account", params(("id" = String, Path)),
    responses((status = 201, body = AccountLink),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_user_link(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<(StatusCode, axum::Json<AccountLink>)> {
    let person = signed.must(Permission::ManageUsers)?;
    let user = reachable(&app, person, UserId(id), None).await?;
    app.audit(person, "user.link", &user.login).await?;
    let link = app.accounts.new_link(user.id).await?;
    Ok((StatusCode::CREATED, axum::Json(link.into())))
}

/// Ends all sessions of somebody, at once.
#[utoipa::path(delete, path = "/api/v1/users/{id}/sessions", operation_id = "end_user_sessions",
    tag = "account", params(("id" = String, Path)),
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn end_user_sessions(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageUsers)?;
    let user = reachable(&app, person, UserId(id), None).await?;
    app.audit(person, "user.sign_out", &user.login).await?;
    app.accounts.end_sessions_of(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Neither may an owner be touched from below, nor a role be given that stands above.
async fn reachable(app: &App, person: &Person, id: UserId, given: Option<Role>) -> Answer<UserRow> {
    let users = app.accounts.users().await?;
    let found = users.into_iter().find(|user| user.id == id);
    let found = found.ok_or_else(|| Problem::not_found("No such account"))?;
    let touched = [Role::parse(&found.role), given].into_iter().flatten();
    if touched.into_iter().any(|touched| !may_assign(person.role, touched)) {
        return Err(Problem::forbidden());
    }
    Ok(found)
}

fn role(word: &str) -> Answer<Role> {
    Role::parse(word).ok_or_else(|| {
        let known = Role::ALL.map(Role::as_str).join(", ");
        Problem::invalid("see the fields")
            .field("/role", Why::new("choice", format!("must be one of {known}")))
    })
}

async fn account(app: &App, user: &UserRow) -> Answer<Account> {
    let agent = app.accounts.agent_of(user).await?;
    Ok(Account {
        user: User::from_row(&app.accounts, user, Some(agent.key)),
        is_disabled: user.is_disabled,
        is_invited: user.password.is_none()
            && !app.accounts.linked_accounts().await?.contains(&user.id),
        has_second_factor: app.accounts.second_factor(user.id).await?.is_on,
    })
}
