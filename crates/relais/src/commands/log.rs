//! The log is the truth: folding it, and making lists again from it.

use super::service;
use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring::anchors;
use relais_app::audit::{self, Verdict};
use relais_app::replay::Checked;
use relais_app::service::Service;
use relais_core::conversation::state::State;
use relais_core::id::ConversationId;
use std::process::ExitCode;

/// Folds one conversation and compares. Fails where they differ.
pub async fn replay(config: &Config, which: &str) -> Result<ExitCode, Refusal> {
    let service = service(config).await?;
    let of_store = |e| Refusal::of_store(&e);
    let Some(id) = find(&service, which).await? else {
        return Err(Refusal::new(
            format!("there is no conversation {which}"),
            "give its id or its #number as the inbox shows it",
        ));
    };
    let stored = service.store().conversation(id).await.map_err(of_store)?;
    let folded = service.folded(id).await.map_err(of_store)?;
    let (Some(row), Some(folded)) = (stored, folded) else {
        return Err(Refusal::new(
            format!("the log of conversation {id} cannot be folded"),
            "run `relais doctor`",
        ));
    };
    println!("conversation {id} (#{}), {} events", row.number, folded.position);
    println!("folded: {}, epoch {}, {}", folded.status(), folded.owner_epoch, folded.language);
    let is_equal = serde_json::from_str::<State>(&row.state).is_ok_and(|stored| stored == folded);
    if is_equal {
        println!("the stored state is what the log gives");
        return Ok(ExitCode::SUCCESS);
    }
    println!("the stored state differs from what the log gives: `relais projections rebuild`");
    Ok(ExitCode::FAILURE)
}

async fn find(service: &Service, which: &str) -> Result<Option<ConversationId>, Refusal> {
    let of_store = |e| Refusal::of_store(&e);
    if let Ok(id) = which.parse::<ConversationId>() {
        let found = service.store().conversation(id).await.map_err(of_store)?;
        return Ok(found.map(|row| row.id));
    }
    let Ok(number) = which.trim_start_matches('#').parse::<i64>() else { return Ok(None) };
    let mut after = None;
    loop {
        let ids = service.store().conversation_ids(after, 500).await.map_err(of_store)?;
        let Some(last) = ids.last() else { return Ok(None) };
        after = Some(*last);
        for id in ids {
            let row = service.store().conversation(id).await.map_err(of_store)?;
            if row.is_some_and(|row| row.number == number) {
                return Ok(Some(id));
            }
        }
    }
}

/// Compares all conversations with their logs.
pub async fn check(config: &Config) -> Result<ExitCode, Refusal> {
    let service = service(config).await?;
    let checked = service.check_projections().await.map_err(|e| Refusal::of_store(&e))?;
    tell(&checked);
    let is_clean = checked.differences.is_empty();
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The audit log against itself and its anchors, then all conversations against their logs.
pub async fn verify(config: &Config) -> Result<ExitCode, Refusal> {
    let service = service(config).await?;
    let file = anchors::file(config);
    let anchors = anchors::read(&file).await.map_err(|error| {
        Refusal::new(
            format!("the anchors {} cannot be read: {error}", file.display()),
            "correct the permissions of the file",
        )
    })?;
    let verdict = audit::verify(service.store().as_ref(), &anchors).await;
    match verdict.map_err(|e| Refusal::of_store(&e))? {
        Verdict::Whole { lines } => {
            println!("audit log: {lines} lines, whole; {} anchors agree", anchors.len());
        }
        Verdict::Broken { seq } => {
            println!("audit log: broken at line {seq}");
            return Ok(ExitCode::FAILURE);
        }
    }
    match service.verify_accesses(i64::MAX).await.map_err(|e| Refusal::of_store(&e))? {
        Verdict::Whole { lines } => println!("access log: {lines} lines, whole"),
        Verdict::Broken { seq } => {
            println!("access log: broken at line {seq}");
            return Ok(ExitCode::FAILURE);
        }
    }
    check(config).await
}

/// Makes again what differs.
pub async fn rebuild(config: &Config) -> Result<ExitCode, Refusal> {
    let service = service(config).await?;
    let checked = service.rebuild_projections().await.map_err(|e| Refusal::of_store(&e))?;
    tell(&checked);
    println!("{} rebuilt", checked.differences.len());
    Ok(ExitCode::SUCCESS)
}

fn tell(checked: &Checked) {
    println!("{} conversations, {} events", checked.conversations, checked.events);
    for difference in &checked.differences {
        println!("{}: {} differed", difference.conversation, difference.columns.join(", "));
    }
}
