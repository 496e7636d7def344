//! Who people are: the claim of a fresh instance, sign-in, accounts, and what everybody looks
//! after of their own.

pub(super) mod factor;
pub(super) mod links;
pub(super) mod own;
pub(super) mod passkeys;
pub(super) mod session;
pub(super) mod sso;
pub(super) mod telling;
pub(super) mod tokens;
pub(super) mod users;

use crate::app::App;
use crate::dto::account::Confirmation;
use crate::problem::Answer;
use relais_app::accounts::Person;

/// Whoever is signed in shows that it is still them, before something that opens doors or shuts
/// them.
async fn confirm(app: &App, person: &Person, input: &Confirmation) -> Answer<()> {
    app.accounts.confirm(person, &input.password).await?;
    app.accounts.confirm_code(person, input.code.as_deref()).await?;
    Ok(())
}
