//! What the owner says of the provider. The client's secret is kept sealed and never shown again.

use super::{Result, SsoError};
use crate::accounts::{AccountError, Accounts, Fault, Person, Role, token};
use crate::port::identity::{Attempt, Provider};
use crate::port::store::{EntryRow, Write};
use relais_core::why::Why;
use serde::{Deserialize, Serialize};

const KIND: &str = "sso";
const ID: &str = "provider";
/// Where the secret belongs.
pub(crate) const PLACE: &str = "entries|sso|provider|secret";
const MOST_DOMAINS: usize = 20;
const LONGEST: usize = 500;
/// Everybody can have an address there: declared, everybody could come in.
const OPEN_TO_ALL: [&str; 24] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.fr",
    "hotmail.com",
    "hotmail.fr",
    "live.com",
    "live.fr",
    "msn.com",
    "yahoo.com",
    "yahoo.fr",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
    "protonmail.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "laposte.net",
];

/// What may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Settings {
    /// What the button says.
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    /// Domains of e-mail addresses that this provider speaks for.
    pub domains: Vec<String>,
    /// What somebody of these domains becomes who was not invited; nothing: they stay outside.
    pub role: Option<Role>,
    pub is_on: bool,
}

impl Settings {
    pub(super) fn speaks_for(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| self.domains.iter().any(|one| one == domain))
    }
}

/// New settings; a secret that is not given stays.
#[derive(Debug)]
pub struct Change {
    pub settings: Settings,
    pub secret: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    #[serde(flatten)]
    settings: Settings,
    /// Sealed; none for a public client.
    secret: Option<String>,
}

/// With what is never shown.
pub(super) struct Known {
    pub settings: Settings,
    pub provider: Provider,
}

impl Accounts {
    /// What is set up, and whether there is a secret.
    pub async fn sso(&self) -> Result<Option<(Settings, bool)>> {
        Ok(self.kept_sso().await?.map(|kept| (kept.settings, kept.secret.is_some())))
    }

    /// The name on the button, where there is one.
    pub async fn sso_name(&self) -> Result<Option<String>> {
        let kept = self.kept_sso().await?.filter(|kept| kept.settings.is_on);
        Ok(kept.filter(|_| self.identity.is_some()).map(|kept| kept.settings.name))
    }

    /// Sets the provider up, or changes it; it is asked how it works first.
    pub async fn set_sso(&self, person: &Person, change: Change) -> Result<()> {
        let identity = self.identity.as_deref().ok_or(SsoError::Off)?;
        let settings = tidied(change.settings)?;
        let before = self.kept_sso().await?;
        let secret = match change.secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => {
                let vault = self.vault.as_ref().ok_or(AccountError::NoVault)?;
                Some(vault.seal(PLACE, &secret, self.random.as_ref()))
            }
            // A secret is only ever told to the provider it was given for (S3).
            None => before.filter(|b| b.settings.issuer == settings.issuer).and_then(|b| b.secret),
        };
        if settings.is_on {
            let [issuer, client_id] = [&settings.issuer, &settings.client_id].map(Clone::clone);
            let provider = Provider { issuer, client_id, client_secret: String::new() };
            let fresh = || token::fresh(self.random.as_ref());
            let attempt = Attempt {
                redirect_uri: String::new(),
                state: fresh(),
                nonce: fresh(),
                verifier: fresh(),
            };
            identity.authorization(&provider, &attempt).await?;
        }
        self.note(&person.user.login, "sso.set", &settings.issuer).await?;
        let kept = Kept { settings, secret };
        let row = EntryRow {
            kind: KIND.to_owned(),
            id: ID.to_owned(),
            data: serde_json::to_string(&kept).expect("texts are plain data"),
            at: self.clock.now(),
        };
        self.store.commit(vec![Write::PutEntry(row)]).await?;
        Ok(())
    }

    /// Nobody signs in that way any more; sessions that are open stay.
    pub async fn drop_sso(&self, person: &Person) -> Result<()> {
        self.note(&person.user.login, "sso.remove", "").await?;
        let take = Write::TakeEntry { kind: KIND.to_owned(), id: ID.to_owned() };
        // Gone already is as good.
        self.store.commit(vec![take]).await?;
        Ok(())
    }

    pub(super) async fn known_sso(&self) -> Result<Option<Known>> {
        let Some(Kept { settings, secret }) = self.kept_sso().await? else { return Ok(None) };
        let client_secret = match secret {
            Some(sealed) => {
                let vault = self.vault.as_ref().ok_or(AccountError::NoVault)?;
                vault.open(PLACE, &sealed).map_err(|_| AccountError::NoVault)?
            }
            None => String::new(),
        };
        let [issuer, client_id] = [&settings.issuer, &settings.client_id].map(Clone::clone);
        let provider = Provider { issuer, client_id, client_secret };
        Ok(Some(Known { settings, provider }))
    }

    async fn kept_sso(&self) -> Result<Option<Kept>> {
        let row = self.store.entry(KIND, ID).await?;
        Ok(row.and_then(|row| serde_json::from_str(&row.data).ok()))
    }
}

fn tidied(settings: Settings) -> std::result::Result<Settings, AccountError> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &'static str, why: Why| {
        faults.push(Fault { pointer, why });
    };
    let text = |text: &str| text.trim().to_owned();
    let is_fine = |text: &str| {
        !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
    };
    let (name, client_id) = (text(&settings.name), text(&settings.client_id));
    // Compared letter by letter with what the provider says of itself.
    let issuer = text(&settings.issuer);
    let domains: Vec<String> = settings
        .domains
        .iter()
        .map(|domain| text(domain).trim_start_matches('@').to_lowercase())
        .filter(|domain| !domain.is_empty())
        .collect();
    if !is_fine(&name) || name.chars().count() > 60 {
        fault("/name", Why::length(1, 60));
    }
    if !is_fine(&client_id) {
        fault("/client_id", Why::missing().told("is what the provider calls this program"));
    }
    let is_web = issuer.starts_with("https://") || issuer.starts_with("http://");
    if !is_fine(&issuer) || !is_web || issuer.contains(['?', '#', ' ']) {
        let told = "is the provider's address, like https://login.example.com";
        fault("/issuer", Why::new("url", told));
    }
    if domains.len() > MOST_DOMAINS || !domains.iter().all(|domain| is_domain(domain)) {
        fault("/domains", Why::new("domains", "must be names like example.com, 20 at most"));
    }
    if domains.iter().any(|domain| OPEN_TO_ALL.contains(&domain.as_str())) {
        let told = "everybody can have an address there, so everybody could come in";
        fault("/domains", Why::new("open_to_all", told));
    }
    if settings.role == Some(Role::Owner) {
        fault("/role", Why::new("choice", "nobody becomes an owner that way"));
    }
    if faults.is_empty() {
        return Ok(Settings { name, issuer, client_id, domains, ..settings });
    }
    Err(AccountError::Invalid(faults))
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.contains('.') && text.len() < 254 && text.split('.').all(is_label)
}
