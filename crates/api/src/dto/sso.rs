//! The company's own sign-in.

use relais_app::accounts::sso;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The provider as its owner set it up; its secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sso {
    /// Nothing is set up without one.
    #[schema(required)]
    pub settings: Option<SsoSettings>,
    pub has_secret: bool,
    /// To be entered at the provider.
    pub redirect_uri: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SsoSettings {
    /// What the button says: "Sign in with …".
    pub name: String,
    /// Letter by letter as the provider writes it.
    pub issuer: String,
    pub client_id: String,
    /// Domains of e-mail addresses that this provider speaks for.
    pub domains: Vec<String>,
    /// What somebody of these domains becomes who was not invited; nothing: they stay outside.
    #[schema(required)]
    pub role: Option<String>,
    pub is_on: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SsoInput {
    pub settings: SsoSettings,
    /// Left out, it stays, unless the issuer changes.
    pub client_secret: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SsoBegin {}

/// Where the browser goes now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SsoBegun {
    pub url: String,
}

/// What the provider sent the browser back with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SsoBack {
    pub code: String,
    pub state: String,
    pub iss: Option<String>,
}

/// Signed in, or a code of the second factor is needed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SsoEnd {
    #[schema(required)]
    pub user: Option<super::account::User>,
    /// To be sent with the code.
    #[schema(required)]
    pub pending: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SsoCode {
    pub pending: String,
    /// Six digits, or a recovery code.
    pub code: String,
}

impl From<sso::Settings> for SsoSettings {
    fn from(settings: sso::Settings) -> Self {
        let sso::Settings { name, issuer, client_id, domains, role, is_on } = settings;
        let role = role.map(|role| role.as_str().to_owned());
        Self { name, issuer, client_id, domains, role, is_on }
    }
}
