//! Accounts, for whoever runs the machine.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_app::accounts::{self, AccountError};
use relais_app::audit;
use relais_app::clock::{Clock as _, SystemClock, SystemRandom};
use relais_app::erase::Erased;
use relais_app::hold;
use relais_app::port::store::{Released, Store, StoreError};
use relais_core::id::ContactId;
use relais_core::message::Sender;
use std::io;

/// Prints a fresh claim link.
pub async fn claim_link(config: &Config) -> Result<(), Refusal> {
    let accounts = wiring::accounts(config, wiring::store(config).await?)?;
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
    let store = wiring::store(config).await?;
    let recorded = record(store.as_ref(), "password.reset", login).await;
    recorded.map_err(|e| Refusal::of_store(&e))?;
    let accounts = wiring::accounts(config, store)?;
    let password = accounts.reset_password(login).await.map_err(refusal)?;
    println!("new password: {password}");
    println!("all sessions of this login have ended");
    Ok(())
}

/// Reads a password from the standard input and prints what `owner_password_hash` takes.
pub async fn hash_password() -> Result<(), Refusal> {
    let mut password = String::new();
    io::stdin().read_line(&mut password).map_err(|error| {
        Refusal::new(error, "write the password into its standard input, on one line")
    })?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    println!("{}", accounts::hash_password(password, &SystemRandom).await.map_err(refusal)?);
    Ok(())
}

/// Ends the hold after a restore.
pub async fn release_outbox(config: &Config, then: Released) -> Result<(), Refusal> {
    let store = wiring::store(config).await?;
    let of_store = |e| Refusal::of_store(&e);
    if hold::reason(store.as_ref()).await.map_err(of_store)?.is_none() {
        println!("the outbox is not on hold");
        return Ok(());
    }
    let act = "outbox.release";
    record(store.as_ref(), act, &format!("{then:?}")).await.map_err(of_store)?;
    hold::release(store.as_ref(), then).await.map_err(of_store)?;
    println!(
        "messages go out again; {}",
        match then {
            Released::Sent => "those on hold are sent",
            Released::Asked => "agents are asked for theirs on hold, the others are dropped",
            Released::Dropped => "those on hold are dropped",
        }
    );
    Ok(())
}

/// Erases a person.
pub async fn erase(config: &Config, who: &str) -> Result<(), Refusal> {
    let service = super::service(config).await?;
    let folder = wiring::folder(config, service.store().as_ref()).await?;
    service.keep_files_in(folder);
    service.keep_ledger(wiring::ledger(config));
    let of_store = |e| Refusal::of_store(&e);
    let contact = match who.parse::<ContactId>() {
        Ok(id) => Some(id),
        Err(_) => {
            let sender = Sender { phone: Some(who.to_owned()), ..Sender::default() };
            service.store().contact_of(&sender).await.map_err(of_store)?.map(|c| c.id)
        }
    };
    let erased = match contact {
        Some(id) => service.erase(id, "operator").await.map_err(of_store)?,
        None => Erased::NotFound,
    };
    match erased {
        Erased::Done { conversations } => {
            println!("erased, with {conversations} conversations");
            Ok(())
        }
        Erased::StillOpen(id) => Err(Refusal::new(
            format!("conversation {id} is still open"),
            "resolve it in the inbox, then erase again",
        )),
        Erased::NotFound => Err(Refusal::new(
            "there is no such contact",
            "give a phone number like +33639980101, or a contact's id",
        )),
    }
}

/// Lets what failed too often try again.
pub async fn release_quarantine(config: &Config) -> Result<(), Refusal> {
    let store = wiring::store(config).await?;
    let of_store = |e| Refusal::of_store(&e);
    record(store.as_ref(), "quarantine.release", "").await.map_err(of_store)?;
    let released = store.release_stuck().await.map_err(|e| Refusal::of_store(&e))?;
    println!("conversations released: {released}");
    Ok(())
}

/// What is done from the machine itself stands in the audit log like everything else (S18).
async fn record(store: &dyn Store, act: &str, subject: &str) -> Result<(), StoreError> {
    audit::record(store, SystemClock.now(), "operator", act, subject).await
}

fn refusal(error: AccountError) -> Refusal {
    match error {
        AccountError::NotFound => Refusal::new(
            "no account has this login",
            "check its spelling; logins are e-mail addresses",
        ),
        AccountError::Configured => Refusal::new(
            "this account is managed by the configuration",
            "change owner_password_hash (`relais admin hash-password` makes one), then start again",
        ),
        AccountError::Invalid(faults) => {
            let told: Vec<String> =
                faults.into_iter().map(|f| format!("{} {}", f.pointer, f.why)).collect();
            Refusal::new(told.join("; "), "choose another, then try again")
        }
        AccountError::Store(error) => Refusal::of_store(&error),
        other => Refusal::new(other, "run `relais doctor`"),
    }
}
