//! Accounts, for whoever runs the machine.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_app::accounts::AccountError;

/// Prints a fresh claim link.
pub async fn claim_link(config: &Config) -> Result<(), Refusal> {
    let accounts = wiring::accounts(wiring::store(config).await?);
    let token = accounts.new_claim_token().await.map_err(refusal)?;
    let Some(token) = token else {
        return Err(Refusal::new(
            "this instance has an owner already",
            "use `relais admin reset-password LOGIN` for a lost password",
        ));
    };
    println!("claim link: {}/claim#{token}", config.browser_url(config.listen));
    Ok(())
}

/// Gives a login a new password and prints it.
pub async fn reset_password(config: &Config, login: &str) -> Result<(), Refusal> {
    let accounts = wiring::accounts(wiring::store(config).await?);
    let password = accounts.reset_password(login).await.map_err(refusal)?;
    println!("new password: {password}");
    println!("all sessions of this login have ended");
    Ok(())
}

fn refusal(error: AccountError) -> Refusal {
    match error {
        AccountError::NotFound => Refusal::new(
            "no account has this login",
            "check its spelling; logins are e-mail addresses",
        ),
        AccountError::Store(error) => Refusal::of_store(&error),
        other => Refusal::new(other, "run `relais doctor`"),
    }
}
