//! From the writes of a unit to statements: guards first, so that a miss has normally written
//! nothing yet.

use crate::sql::{contacts, conversations, log, outbox, work};
use crate::unit::WriteSet;
use relais_app::port::store::{Result, StoreError, Write};
use relais_core::id::{ConversationId, WorkspaceId};

/// The statements of a unit.
///
/// # Errors
/// A unit that appends to a conversation without the guard on its row is a bug: hot tables have
/// no foreign keys, the guard is what proves that the conversation exists in this workspace.
pub(crate) fn plan(ws: WorkspaceId, unit: &[Write]) -> Result<WriteSet> {
    check_guards(unit)?;
    let mut ordered: Vec<&Write> = unit.iter().collect();
    ordered.sort_by_key(|write| phase(write));
    let mut set = WriteSet::default();
    for write in ordered {
        push(&mut set, ws, write);
    }
    Ok(set)
}

/// Stable: writes of one phase stay in the order of the unit.
fn phase(write: &Write) -> u8 {
    match write {
        Write::Receipt(_) => 0,
        Write::UpdateConversation { .. } => 1,
        Write::NewContact { .. } => 2,
        Write::OpenConversation(_) => 3,
        Write::AddIdentity { .. }
        | Write::UpdateContact(_)
        | Write::AppendEvent(_)
        | Write::Outbox(_)
        | Write::SuppressBotRows { .. }
        | Write::Dispatch { .. }
        | Write::Accepted { .. }
        | Write::Requeue { .. }
        | Write::Refused { .. }
        | Write::Unknown { .. }
        | Write::Suppressed { .. }
        | Write::Status(_)
        | Write::Notification(_)
        | Write::Gap { .. }
        | Write::Job(_)
        | Write::JobDone { .. }
        | Write::JobRetry { .. }
        | Write::JobDead { .. } => 4,
        // Hangs on the event of the same unit.
        Write::Search { .. } => 5,
    }
}

fn push(set: &mut WriteSet, ws: WorkspaceId, write: &Write) {
    match write {
        Write::Receipt(row) => log::receipt(set, ws, row),
        Write::NewContact { contact, identities } => {
            contacts::new_contact(set, ws, contact, identities);
        }
        Write::AddIdentity { contact, identity } => {
            contacts::add_identity(set, ws, *contact, identity);
        }
        Write::UpdateContact(row) => contacts::update_contact(set, ws, row),
        Write::OpenConversation(row) => conversations::open(set, ws, row),
        Write::UpdateConversation { row, expect } => conversations::update(set, ws, row, *expect),
        Write::AppendEvent(row) => log::append(set, ws, row),
        Write::Outbox(row) => outbox::insert(set, ws, row),
        Write::SuppressBotRows { conversation } => {
            outbox::suppress_bot_rows(set, ws, *conversation);
        }
        Write::Dispatch { id, at } => outbox::dispatch(set, ws, *id, *at),
        Write::Accepted { id, provider_id, at } => {
            outbox::accepted(set, ws, *id, provider_id, *at);
        }
        Write::Requeue { id, not_before, error, code } => {
            outbox::requeue(set, ws, *id, *not_before, error, *code);
        }
        Write::Refused { id, error, code, at } => {
            outbox::refused(set, ws, *id, error, *code, *at);
        }
        Write::Unknown { id, error, at } => outbox::unknown(set, ws, *id, error, *at),
        Write::Suppressed { id, error, at: _ } => outbox::suppressed(set, ws, *id, error),
        Write::Status(row) => outbox::status(set, ws, row),
        Write::Notification(row) => work::notify(set, ws, row),
        Write::Search { conversation, position, folded } => {
            log::search(set, ws, *conversation, *position, folded);
        }
        Write::Gap { conversation, at, question } => {
            log::gap(set, ws, *conversation, *at, question);
        }
        Write::Job(row) => work::job(set, ws, row),
        Write::JobDone { id } => work::job_done(set, ws, *id),
        Write::JobRetry { id, run_at, error } => work::job_retry(set, ws, *id, *run_at, error),
        Write::JobDead { id, error } => work::job_dead(set, ws, *id, error),
    }
}

fn check_guards(unit: &[Write]) -> Result<()> {
    let is_guarded = |conversation: ConversationId| {
        unit.iter().any(|write| match write {
            Write::OpenConversation(row) | Write::UpdateConversation { row, .. } => {
                row.id == conversation
            }
            _ => false,
        })
    };
    for write in unit {
        let (conversation, what) = match write {
            Write::AppendEvent(row) => (row.conversation, "an event"),
            Write::Outbox(row) => (row.conversation, "an outbox row"),
            _ => continue,
        };
        if !is_guarded(conversation) {
            return Err(StoreError::Bug(format!(
                "{what} without the guard of conversation {conversation} in the same unit"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
