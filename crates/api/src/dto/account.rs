use relais_app::accounts::Person;
use relais_app::port::store::UserRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The instance, for people who are not signed in yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Instance {
    pub name: String,
    pub version: String,
    pub is_claimed: bool,
    pub is_demo: bool,
    /// Languages with texts of the assistant.
    pub languages: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    pub id: String,
    pub login: String,
    pub name: String,
    /// `owner`, `admin`, `supervisor`, `agent` or `auditor`.
    pub role: String,
    /// How they appear in conversations and in the list of agents.
    #[schema(required)]
    pub agent_key: Option<String>,
}

impl User {
    pub(crate) fn of(person: &Person) -> Self {
        Self::from_row(&person.user, Some(person.agent.key.clone()))
    }

    pub(crate) fn from_row(user: &UserRow, agent_key: Option<String>) -> Self {
        Self {
            id: user.id.to_string(),
            login: user.login.clone(),
            name: user.name.clone(),
            role: user.role.clone(),
            agent_key,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    pub user: User,
}

/// Makes the first owner with the token of the claim link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    pub token: String,
    pub login: String,
    pub name: String,
    /// At least 12 characters.
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    pub login: String,
    pub password: String,
}

/// An account as those who manage accounts see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    #[serde(flatten)]
    pub user: User,
    pub is_disabled: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccount {
    pub login: String,
    pub name: String,
    pub role: String,
    pub password: String,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    pub name: Option<String>,
    pub role: Option<String>,
    pub password: Option<String>,
    pub is_disabled: Option<bool>,
}
