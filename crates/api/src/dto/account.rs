use relais_app::accounts::policy::Scope;
use relais_app::accounts::{self, Accounts, Person};
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
    /// What people say and are is encrypted in the database: a search finds whole words only.
    pub is_encrypted: bool,
    /// What the company's own sign-in is called, where there is one.
    #[schema(required)]
    pub sso: Option<String>,
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
    /// Else they come by their company's sign-in or by an invitation.
    pub has_password: bool,
    /// The settings of the program name them as the owner: password, role and lock are changed there.
    pub is_configured: bool,
}

impl User {
    pub(crate) fn of(accounts: &Accounts, person: &Person) -> Self {
        Self::from_row(accounts, &person.user, Some(person.agent.key.clone()))
    }

    pub(crate) fn from_row(accounts: &Accounts, user: &UserRow, agent_key: Option<String>) -> Self {
        Self {
            is_configured: accounts.is_configured(user),
            id: user.id.to_string(),
            login: user.login.clone(),
            name: user.name.clone(),
            role: user.role.clone(),
            agent_key,
            has_password: user.password.is_some(),
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
    /// Of the second factor: six digits, or a recovery code.
    pub code: Option<String>,
}

/// An account as those who manage accounts see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    #[serde(flatten)]
    pub user: User,
    pub is_disabled: bool,
    /// Has not chosen a password yet.
    pub is_invited: bool,
    pub has_second_factor: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccount {
    pub login: String,
    pub name: String,
    pub role: String,
    /// Left out: they choose one with the link in the answer.
    pub password: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    pub name: Option<String>,
    pub role: Option<String>,
    pub password: Option<String>,
    pub is_disabled: Option<bool>,
    /// For somebody whose phone and recovery codes are gone; their passkeys go too.
    #[serde(default)]
    pub drop_second_factor: bool,
}

/// A link with which somebody chooses a password; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountLink {
    /// To be put behind the address of this instance.
    pub path: String,
    pub ends_at: String,
    /// For an account without a password yet.
    pub is_invitation: bool,
}

impl From<accounts::Link> for AccountLink {
    fn from(link: accounts::Link) -> Self {
        Self {
            path: format!("/join#{}", link.token),
            ends_at: link.ends_at.to_string(),
            is_invitation: link.purpose == accounts::Purpose::Invitation,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invited {
    #[serde(flatten)]
    pub account: Account,
    #[schema(required)]
    pub link: Option<AccountLink>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkToken {
    pub token: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkedAccount {
    pub login: String,
    pub name: String,
    pub is_invitation: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkAccept {
    pub token: String,
    /// How they want to be called; left out, it stays.
    pub name: Option<String>,
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    pub current: String,
    pub new: String,
}

/// A place where one is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenSession {
    pub id: String,
    /// As the browser called itself.
    pub browser: String,
    pub address: String,
    pub created_at: String,
    pub seen_at: String,
    pub is_this: bool,
}

impl From<accounts::OpenSession> for OpenSession {
    fn from(session: accounts::OpenSession) -> Self {
        Self {
            id: session.id,
            browser: session.browser,
            address: session.address,
            created_at: session.created_at.to_string(),
            seen_at: session.seen_at.max(session.created_at).to_string(),
            is_this: session.is_this,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecondFactor {
    pub is_on: bool,
    /// Recovery codes that were not used yet.
    pub recovery_left: usize,
}

/// Said again before something that matters.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    pub password: String,
    /// Of the second factor, where there is one.
    pub code: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    pub code: String,
}

/// What the app of a phone is given; shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactorEnrolment {
    /// To type in.
    pub secret: String,
    /// To open on the phone itself.
    pub uri: String,
    /// The squares of the code to scan, as an SVG path of that many units either way.
    pub qr_size: i32,
    pub qr_path: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// A token as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiToken {
    pub id: String,
    pub name: String,
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
    /// Who made it, and is as strong as it can get.
    pub maker: String,
    pub created_at: String,
    #[schema(required)]
    pub ends_at: Option<String>,
    #[schema(required)]
    pub used_at: Option<String>,
}

impl ApiToken {
    pub(crate) fn new(token: accounts::api_tokens::ApiToken, maker: String) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes,
            maker,
            created_at: token.created_at.to_string(),
            ends_at: token.ends_at.map(|at| at.to_string()),
            used_at: token.used_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiToken {
    pub name: String,
    /// `inbox:read`, `inbox:act`, `simulator:use`, `figures:read`, `knowledge:write`,
    /// `workspace:read`, `workspace:write`, `channels:read`, `channels:write`.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
    /// How long it works; for ever if left out.
    pub days: Option<u32>,
}

/// Shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreshToken {
    #[serde(flatten)]
    pub token: ApiToken,
    /// Goes into the header: `Authorization: Bearer …`.
    pub text: String,
}
