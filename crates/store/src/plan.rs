//! From the writes of a unit to statements: guards first, so that a miss has normally written
//! nothing yet.

use crate::sql::{
    accesses, aging, contacts, conversations, entries, erase, log, media, nodes, outbox, settings,
    work,
};
use crate::unit::WriteSet;
use relais_app::port::store::{Result, StoreError, Write};
use relais_core::broken::is_missing;
use relais_core::id::{ConversationId, WorkspaceId};

/// The statements of a unit, for the node that writes.
///
/// # Errors
/// A unit that appends to a conversation without the guard on its row is a bug: hot tables have
/// no foreign keys, the guard is what proves that the conversation exists in this workspace.
pub(crate) fn plan(ws: WorkspaceId, node: Option<&str>, unit: &[Write]) -> Result<WriteSet> {
    check_guards(unit)?;
    let mut ordered: Vec<&Write> = unit.iter().collect();
    ordered.sort_by_key(|write| phase(write));
    let mut set = WriteSet::default();
    if let Some(node) = node.filter(|_| !is_missing("R21-node")) {
        nodes::guard(&mut set, ws, node);
    }
    for write in ordered {
        push(&mut set, ws, node, write);
    }
    for write in unit {
        match write {
            Write::MergeContact { from, .. } => contacts::is_empty(&mut set, ws, *from),
            Write::EraseContact { contact, .. } => erase::all_closed(&mut set, ws, *contact),
            _ => {}
        }
    }
    Ok(set)
}

/// Stable: writes of one phase stay in the order of the unit.
fn phase(write: &Write) -> u8 {
    match write {
        Write::Receipt(_)
        | Write::ReplayedReceipt(_)
        | Write::ReportReceipt { .. }
        | Write::Request(_)
        | Write::SwapEntry { .. }
        | Write::SwapSetting { .. }
        | Write::SwapChannel { .. }
        | Write::PauseChannel { .. }
        | Write::TakeEntry { .. } => 0,
        // Locks the contacts: before anything of theirs is looked at.
        Write::MergeContact { .. } | Write::EraseContact { .. } => 1,
        Write::UpdateConversation { .. } | Write::EraseConversation(_) => 2,
        Write::MoveConversation { .. } => 3,
        Write::NewContact { .. } => 4,
        Write::OpenConversation(_) => 5,
        Write::AddIdentity { .. }
        | Write::FreeIdentity { .. }
        | Write::UpdateContact(_)
        | Write::RectifyContact(_)
        | Write::AppendEvent(_)
        | Write::Outbox(_)
        | Write::SuppressBotRows { .. }
        | Write::EndUndo { .. }
        | Write::Dispatch { .. }
        | Write::Undispatch { .. }
        | Write::Accepted { .. }
        | Write::AcceptedUnlessFailed { .. }
        | Write::Requeue { .. }
        | Write::Resend { .. }
        | Write::Refused { .. }
        | Write::Unknown { .. }
        | Write::Suppressed { .. }
        | Write::Status(_)
        | Write::Notification(_)
        | Write::Gap { .. }
        | Write::Audit(_)
        | Write::Access(_)
        | Write::Tombstone { .. }
        | Write::PutEntry(_)
        | Write::Media(_)
        | Write::MediaStored { .. }
        | Write::MediaFailed { .. }
        | Write::MediaAgain { .. }
        | Write::MediaMoved { .. }
        | Write::RemoveFile { .. }
        | Write::Job(_)
        | Write::JobDone { .. }
        | Write::JobRetry { .. }
        | Write::JobDead { .. } => 6,
        // After the commit's last other statement, whatever their phase.
        Write::Search { .. } | Write::SearchAgain { .. } => 7,
    }
}

fn push(set: &mut WriteSet, ws: WorkspaceId, node: Option<&str>, write: &Write) {
    match write {
        Write::Receipt(row) => log::receipt(set, ws, row),
        Write::ReplayedReceipt(row) => log::replayed(set, ws, row),
        Write::ReportReceipt { row, message } => log::of_report(set, ws, row, *message),
        Write::Request(row) => log::request(set, ws, row),
        Write::NewContact { contact, identities } => {
            contacts::new_contact(set, ws, contact, identities);
        }
        Write::AddIdentity { contact, identity } => {
            contacts::add_identity(set, ws, *contact, identity);
        }
        Write::FreeIdentity { contact, identity } => {
            contacts::free_identity(set, ws, *contact, identity);
        }
        Write::MergeContact { from, revision, into } => {
            contacts::merge(set, ws, (*from, *revision), *into);
        }
        Write::MoveConversation { id, contact } => {
            conversations::move_to(set, ws, *id, *contact);
        }
        Write::UpdateContact(row) => contacts::update_contact(set, ws, row),
        Write::RectifyContact(row) => contacts::rectify(set, ws, row),
        Write::OpenConversation(row) => conversations::open(set, ws, row),
        Write::UpdateConversation { row, expect } => conversations::update(set, ws, row, *expect),
        Write::AppendEvent(row) => log::append(set, ws, row),
        Write::Outbox(row) => outbox::insert(set, ws, row),
        Write::SuppressBotRows { conversation } => {
            outbox::suppress_bot_rows(set, ws, *conversation);
        }
        Write::EndUndo { conversation, at } => outbox::end_undo(set, ws, *conversation, *at),
        Write::Dispatch { id, at } => outbox::dispatch(set, ws, *id, *at, node),
        Write::Undispatch { id } => outbox::undispatch(set, ws, *id, node),
        Write::Accepted { id, provider_id, at } => {
            outbox::accepted(set, ws, *id, provider_id, *at);
        }
        Write::AcceptedUnlessFailed { id, provider_id, at } => {
            outbox::accepted_unless_failed(set, ws, *id, provider_id, *at);
        }
        Write::Requeue { id, not_before, error, code } => {
            outbox::requeue(set, ws, *id, *not_before, error, *code);
        }
        Write::Refused { id, error, code, at } => {
            outbox::refused(set, ws, *id, error, *code, *at);
        }
        Write::Resend { id, error, at } => outbox::resend(set, ws, *id, error, *at),
        Write::Unknown { id, error, at } => outbox::unknown(set, ws, *id, error, *at),
        Write::Suppressed { id, error, at: _ } => outbox::suppressed(set, ws, *id, error),
        Write::Status(row) => outbox::status(set, ws, row),
        Write::Notification(row) => work::notify(set, ws, row),
        Write::Search { conversation, position, folded } => {
            log::search(set, ws, *conversation, *position, folded);
        }
        Write::SearchAgain { conversation, position, folded } => {
            log::search_again(set, ws, *conversation, *position, folded);
        }
        Write::Gap { conversation, at, question } => {
            log::gap(set, ws, *conversation, *at, question);
        }
        Write::Audit(row) => erase::audit(set, ws, row),
        Write::Access(row) => accesses::insert(set, ws, row),
        Write::Tombstone { hash, at } => erase::tombstone(set, ws, hash, *at),
        Write::PutEntry(row) => entries::put(set, ws, row),
        Write::SwapEntry { row, data } => entries::swap(set, ws, row, data),
        Write::SwapSetting { key, before, after } => {
            settings::swap_setting(set, ws, key, before, after);
        }
        Write::PauseChannel { id, config, reason } => {
            settings::pause_channel(set, ws, *id, config, reason);
        }
        Write::SwapChannel { id, before, after } => {
            settings::swap_channel(set, ws, *id, before, after);
        }
        Write::TakeEntry { kind, id } => entries::take(set, ws, kind, id),
        Write::EraseContact { contact, at, tombstones } => {
            erase::contact(set, ws, *contact, *at, tombstones);
        }
        Write::EraseConversation(erased) => erase::conversation(set, ws, erased),
        Write::Media(row) => media::insert(set, ws, row),
        Write::MediaStored { message, hash, mime, size, is_inline } => {
            media::stored(set, ws, *message, hash, mime, *size, *is_inline);
        }
        Write::MediaFailed { message, at, error, is_last } => {
            media::failed(set, ws, *message, *at, error, *is_last);
        }
        Write::RemoveFile { message, hash } => aging::remove_file(set, ws, *message, hash),
        Write::MediaAgain { message } => media::again(set, ws, *message),
        Write::MediaMoved { from, to } => media::moved(set, ws, from, to),
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
            Write::MoveConversation { id, .. } => (*id, "a move"),
            Write::Search { conversation, position, .. } => {
                check_has_event(unit, *conversation, *position)?;
                continue;
            }
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

/// Words are those of an event of the same unit.
fn check_has_event(unit: &[Write], conversation: ConversationId, position: i64) -> Result<()> {
    let is_event = |write: &Write| {
        matches!(write, Write::AppendEvent(row)
        if (row.conversation, row.position) == (conversation, position))
    };
    if unit.iter().any(is_event) {
        return Ok(());
    }
    Err(StoreError::Bug(format!("words without their event {position} of {conversation}")))
}

#[cfg(test)]
mod tests;
