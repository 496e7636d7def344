//! The store as a run sees it: the real one, with a turn for others around every call, faults on
//! demand, and the witness looking at every unit in the order in which it became durable.

use super::shared::Shared;
use super::tasks::{at_once, turn};
use async_trait::async_trait;
use relais_app::port::store::{
    AccessOf, AccessRow, Aging, AuditRow, ChannelRow, Committed, ContactRow, ConversationRow,
    DraftRow, EntryRow, EventRow, Expect, Head, Identity, InboxCursor, InboxFilter, JobRow,
    MediaRow, ModelUse, NodeRow, NotificationRow, OldContact, Older, OpenLine, OutboxRow,
    OutboxState, Prune, ReceiptRow, Released, RequestRow, Result, SessionRow, Store, StoreError,
    UserRow, VersionRow, ViewRow, Weight, Write,
};
use relais_core::id::{
    ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId, WorkspaceId,
};
use relais_core::message::Sender;
use relais_core::time::{Span, Timestamp};
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct SimStore {
    pub(super) inner: Arc<dyn Store>,
    pub(super) shared: Arc<Shared>,
}

impl SimStore {
    async fn before(&self) -> Result<()> {
        turn().await;
        if self.shared.store_fails() {
            Err(StoreError::Unavailable("simulated".into()))
        } else {
            Ok(())
        }
    }

    fn seen<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(StoreError::Bug(text) | StoreError::Fatal(text)) = &result {
            self.shared.violated("store", format!("the store says: {text}"));
        }
        if let Err(error @ StoreError::Inconsistent { .. }) = &result {
            self.shared.violated("store", error.to_string());
        }
        result
    }
}

macro_rules! store {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)+) => {
        #[async_trait]
        impl Store for SimStore {
            fn workspace(&self) -> WorkspaceId {
                self.inner.workspace()
            }

            async fn commit(&self, unit: Vec<Write>) -> Result<Committed> {
                self.before().await?;
                let committed = self.seen(at_once(self.inner.commit(unit.clone())));
                if matches!(committed, Ok(Committed::Done)) {
                    self.shared.witness(|w, _| w.committed(&unit, &*self.inner));
                }
                turn().await;
                if committed.is_ok() && self.shared.answer_is_lost() {
                    return Err(StoreError::Unavailable("the connection broke".into()));
                }
                committed
            }

            $(async fn $name(&self, $($arg: $type),*) -> Result<$out> {
                self.before().await?;
                self.seen(at_once(self.inner.$name($($arg),*)))
            })+
        }
    };
}

store! {
    contact_of(sender: &Sender) -> Option<ContactRow>;
    contact(id: ContactId) -> Option<ContactRow>;
    conversation(id: ConversationId) -> Option<ConversationRow>;
    contact_and_latest(
        channel: ChannelId, address: &Identity
    ) -> (Option<ContactRow>, Option<ConversationRow>);
    latest_conversation(channel: ChannelId, contact: ContactId) -> Option<ConversationRow>;
    conversations_of(contact: ContactId) -> Vec<ConversationRow>;
    events(conversation: ConversationId, after: i64, limit: i64) -> Vec<EventRow>;
    inbox(filter: &InboxFilter, before: Option<InboxCursor>, limit: i64) -> Vec<ConversationRow>;
    inbox_count(filter: &InboxFilter, at_most: i64) -> i64;
    inbox_open(at_most: i64) -> Vec<OpenLine>;
    views(owner: &str) -> Vec<ViewRow>;
    put_view(view: ViewRow) -> ();
    delete_view(id: uuid::Uuid) -> ();
    drafts_of(author: &str) -> Vec<DraftRow>;
    put_draft(draft: DraftRow) -> bool;
    inbox_counts() -> Vec<(String, Option<String>, i64)>;
    queued(team: Option<&str>) -> Vec<ConversationRow>;
    loads() -> Vec<(String, i64)>;
    due(now: Timestamp, limit: i64) -> Vec<ConversationRow>;
    next_due() -> Option<Timestamp>;
    claim_due(now: Timestamp, lease: Span, limit: i64) -> Vec<ConversationRow>;
    opened_between(from: Timestamp, to: Timestamp) -> Vec<ConversationRow>;
    gaps_between(from: Timestamp, to: Timestamp) -> Vec<(String, Timestamp)>;
    outbox_ready(now: Timestamp, limit: i64) -> Vec<Head>;
    outbox_row(id: MessageId) -> Option<OutboxRow>;
    outbox_by_provider(channel: ChannelId, provider_id: &str) -> Option<OutboxRow>;
    reported_failure(channel: ChannelId, provider_id: &str)
        -> Option<(Option<String>, Option<i64>)>;
    outbox_in_state(state: OutboxState, dispatched_before: Timestamp, limit: i64) -> Vec<OutboxRow>;
    outbox_abandoned(dispatched_before: Timestamp, limit: i64) -> Vec<OutboxRow>;
    outbox_undecided(dispatched_before: Timestamp, limit: i64) -> Vec<OutboxRow>;
    outbox_of(contact: ContactId, after: i64) -> Vec<OutboxRow>;
    outbox_of_conversation(conversation: ConversationId) -> Vec<OutboxRow>;
    prices(
        began: (ConversationId, ConversationId), written: (Timestamp, Timestamp)
    ) -> Vec<(String, i64)>;
    outbox_counts() -> Vec<(OutboxState, i64)>;
    notifications(after: i64, limit: i64) -> Vec<NotificationRow>;
    claim_jobs(kind: &str, now: Timestamp, limit: i64) -> Vec<JobRow>;
    release_jobs(kind: &str) -> ();
    media(message: MessageId) -> Option<MediaRow>;
    media_of(conversation: ConversationId) -> Vec<MediaRow>;
    media_failures(channel: ChannelId, since: Timestamp) -> i64;
    take_unsent_files(from: Timestamp, to: Timestamp, limit: i64) -> Vec<String>;
    media_holders(hash: &str) -> i64;
    ledger(outcome: Option<&str>, limit: i64) -> Vec<ReceiptRow>;
    receipt(channel: ChannelId, provider_id: &str) -> Option<ReceiptRow>;
    identities_of(contact: ContactId) -> Vec<(String, String)>;
    merged_into(contact: ContactId) -> Vec<ContactId>;
    contact_erased_at(contact: ContactId) -> Option<Timestamp>;
    erased_at(tombstone: &[u8]) -> Option<Timestamp>;
    access_head() -> Option<AccessRow>;
    accesses(after: i64, limit: i64) -> Vec<AccessRow>;
    accesses_before(of: &AccessOf, before: i64, limit: i64) -> Vec<AccessRow>;
    last_old_access(before: Timestamp) -> Option<AccessRow>;
    prune_accesses(before: i64, limit: i64) -> i64;
    audit_head() -> Option<AuditRow>;
    audit_before(before: i64, limit: i64) -> Vec<AuditRow>;
    audit_of_act(act: &str, limit: i64) -> Vec<AuditRow>;
    audit_of_subject(subject: &str, limit: i64) -> Vec<AuditRow>;
    entry(kind: &str, id: &str) -> Option<EntryRow>;
    entries(kind: &str, limit: i64) -> Vec<EntryRow>;
    prune_entries(kind: &str, before: Timestamp, limit: i64) -> i64;
    sessions_of(user: UserId) -> Vec<SessionRow>;
    seen_session(token_hash: &[u8], at: Timestamp) -> ();
    audit(after: i64, limit: i64) -> Vec<AuditRow>;
    notification(
        conversation: ConversationId, escalation: EscalationId, team: &str, channel: &str
    ) -> Option<NotificationRow>;
    release_stuck() -> i64;
    prune(what: Prune, before: Timestamp, limit: i64) -> i64;
    weight(of: Aging, before: Timestamp, at_most: i64) -> Weight;
    wordy(old: Older) -> Vec<ConversationRow>;
    old_files(old: Older) -> Vec<MediaRow>;
    old_contacts(old: Older) -> Vec<OldContact>;
    hold_outbox() -> ();
    release_outbox(then: Released) -> ();
    request(key: &[u8]) -> Option<RequestRow>;
    conversation_ids(after: Option<ConversationId>, limit: i64) -> Vec<ConversationId>;
    replace_projection(row: ConversationRow, expect: Expect) -> Committed;
    orphans() -> Vec<(&'static str, i64)>;
    ping() -> ();
    put_user(user: UserRow) -> ();
    user(id: UserId) -> Option<UserRow>;
    user_by_login(login: &str) -> Option<UserRow>;
    users() -> Vec<UserRow>;
    put_session(session: SessionRow) -> ();
    session(token_hash: &[u8]) -> Option<SessionRow>;
    delete_session(token_hash: &[u8]) -> ();
    delete_sessions_of(user: UserId) -> ();
    put_channel(channel: ChannelRow) -> ();
    channels() -> Vec<ChannelRow>;
    put_version(version: VersionRow) -> Committed;
    latest_version() -> Option<VersionRow>;
    latest_version_number() -> i64;
    version(version: i64) -> Option<VersionRow>;
    setting(key: &str) -> Option<String>;
    put_setting(key: &str, value: Option<&str>) -> ();
    setting_or(key: &str, first: &str) -> String;
    add_model_use(more: ModelUse) -> ();
    model_uses(day: &str) -> Vec<ModelUse>;
    delete_sample() -> i64;
    join(id: &str, host: &str, version: &str, lease: Span) -> ();
    renew(lease: Span) -> bool;
    leave() -> ();
    nodes() -> Vec<NodeRow>;
    tell(text: String) -> ();
}
