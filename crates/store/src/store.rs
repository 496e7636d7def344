//! The port on any engine: each function is a query or a set of writes, nothing else.

use crate::engine::Engine;
use crate::plan::plan;
use crate::sql::{
    accesses, aging, checks, contacts, conversations, desk, entries, erase, inbox, log, media,
    nodes, outbox, prices, reports, settings, work,
};
use crate::stored::Stored;
use crate::unit::{WriteSet, query};
use crate::value::vals;
use async_trait::async_trait;
use relais_app::port::store::{
    AccessOf, AccessRow, Aging, AuditRow, ChannelRow, Committed, ContactRow, ConversationRow,
    DraftRow, EntryRow, EventRow, Expect, Head, Heard, Identity, InboxCursor, InboxFilter, JobRow,
    MediaRow, ModelUse, NodeRow, NotificationRow, OldContact, Older, OpenLine, OutboxRow,
    OutboxState, Prune, ReceiptRow, Released, RequestRow, Result, SessionRow, Store, StoreError,
    UserRow, VersionRow, ViewRow, Weight, Write,
};
use relais_core::id::{
    ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId, WorkspaceId,
};
use relais_core::message::Sender;
use relais_core::time::{Span, Timestamp};
use tokio::sync::broadcast;

/// How long nodes that are gone are listed.
const NODES_KEPT: Span = Span::hours(24);

#[async_trait]
impl<E: Engine> Store for Stored<E> {
    fn workspace(&self) -> WorkspaceId {
        self.ws
    }

    async fn commit(&self, unit: Vec<Write>) -> Result<Committed> {
        self.engine.commit(plan(self.ws, self.node().as_deref(), &unit)?).await
    }

    async fn contact_of(&self, sender: &Sender) -> Result<Option<ContactRow>> {
        if let Some(bsuid) = &sender.bsuid {
            let query = contacts::contact_by_identity(self.ws, "bsuid", bsuid);
            if let Some(found) = self.engine.one(query).await? {
                return Ok(Some(found));
            }
        }
        let Some(phone) = &sender.phone else { return Ok(None) };
        self.engine.one(contacts::contact_by_identity(self.ws, "phone", phone)).await
    }

    async fn contact(&self, id: ContactId) -> Result<Option<ContactRow>> {
        self.engine.one(contacts::contact(self.ws, id)).await
    }

    async fn conversation(&self, id: ConversationId) -> Result<Option<ConversationRow>> {
        self.engine.one(conversations::conversation(self.ws, id)).await
    }

    async fn latest_conversation(
        &self,
        channel: ChannelId,
        contact: ContactId,
    ) -> Result<Option<ConversationRow>> {
        self.engine.one(conversations::latest(self.ws, channel, contact)).await
    }

    async fn contact_and_latest(
        &self,
        channel: ChannelId,
        address: &Identity,
    ) -> Result<(Option<ContactRow>, Option<ConversationRow>)> {
        let Identity { kind, value } = address;
        let contact = contacts::contact_by_identity(self.ws, kind, value);
        let latest = conversations::latest_by_identity(self.ws, channel, kind, value);
        let (contact, latest) = self.engine.both(contact, latest).await?;
        Ok((contact.into_iter().next(), latest.into_iter().next()))
    }

    async fn conversations_of(&self, contact: ContactId) -> Result<Vec<ConversationRow>> {
        self.engine.list(conversations::of_contact(self.ws, contact)).await
    }

    async fn events(
        &self,
        conversation: ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<EventRow>> {
        self.engine.list(log::events(self.ws, conversation, after, limit)).await
    }

    async fn inbox(
        &self,
        filter: &InboxFilter,
        before: Option<InboxCursor>,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        match inbox::inbox(self.ws, filter, before, limit) {
            Some(query) => self.engine.list(query).await,
            None => Ok(Vec::new()),
        }
    }

    async fn inbox_count(&self, filter: &InboxFilter, at_most: i64) -> Result<i64> {
        Ok(self.engine.one(inbox::count(self.ws, filter, at_most)).await?.map_or(0, |(n,)| n))
    }

    async fn inbox_open(&self, at_most: i64) -> Result<Vec<OpenLine>> {
        self.engine.list(inbox::open(self.ws, at_most)).await
    }

    async fn views(&self, owner: &str) -> Result<Vec<ViewRow>> {
        self.engine.list(desk::views(self.ws, owner)).await
    }

    async fn put_view(&self, view: ViewRow) -> Result<()> {
        self.put(|set, ws| desk::put_view(set, ws, &view)).await
    }

    async fn delete_view(&self, id: uuid::Uuid) -> Result<()> {
        self.put(|set, ws| desk::delete_view(set, ws, id)).await
    }

    async fn drafts_of(&self, author: &str) -> Result<Vec<DraftRow>> {
        self.engine.list(desk::drafts_of(self.ws, author)).await
    }

    async fn put_draft(&self, draft: DraftRow) -> Result<bool> {
        let put = self.changed(|set, ws| desk::put_draft(set, ws, &draft)).await?;
        Ok(put == Committed::Done)
    }

    async fn inbox_counts(&self) -> Result<Vec<(String, Option<String>, i64)>> {
        self.engine.list(inbox::counts(self.ws)).await
    }

    async fn queued(&self, team: Option<&str>) -> Result<Vec<ConversationRow>> {
        self.engine.list(inbox::queued(self.ws, team)).await
    }

    async fn loads(&self) -> Result<Vec<(String, i64)>> {
        self.engine.list(inbox::loads(self.ws)).await
    }

    async fn due(&self, now: Timestamp, limit: i64) -> Result<Vec<ConversationRow>> {
        self.engine.list(conversations::due(self.ws, now, limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        Ok(self.engine.one(conversations::next_due(self.ws)).await?.and_then(|(at,)| at))
    }

    async fn claim_due(
        &self,
        now: Timestamp,
        lease: Span,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        let Some(node) = self.node() else {
            return Err(StoreError::Bug("a claim of a node that has not joined".into()));
        };
        let query = conversations::claim_due(self.ws, &node, now, lease, limit);
        let mut rows = self.engine.claim(query).await?;
        // A statement that changes rows gives them in any order.
        rows.sort_by_key(|row| (row.due_at, row.number));
        Ok(rows)
    }

    async fn opened_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<ConversationRow>> {
        self.engine.list(conversations::opened_between(self.ws, from, to)).await
    }

    async fn gaps_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<(String, Timestamp)>> {
        let found = self.engine.list(log::gaps_between(self.ws, from, to)).await?;
        Ok(found.into_iter().map(|gap| (gap.question, gap.at)).collect())
    }

    async fn outbox_ready(&self, now: Timestamp, limit: i64) -> Result<Vec<Head>> {
        self.engine.list(outbox::ready(self.ws, now, limit)).await
    }

    async fn outbox_row(&self, id: MessageId) -> Result<Option<OutboxRow>> {
        self.engine.one(outbox::by_id(self.ws, id)).await
    }

    async fn outbox_by_provider(
        &self,
        channel: ChannelId,
        provider_id: &str,
    ) -> Result<Option<OutboxRow>> {
        self.engine.one(outbox::by_provider(self.ws, channel, provider_id)).await
    }

    async fn reported_failure(
        &self,
        channel: ChannelId,
        provider_id: &str,
    ) -> Result<Option<(Option<String>, Option<i64>)>> {
        self.engine.one(reports::reported_failure(self.ws, channel, provider_id)).await
    }

    async fn outbox_in_state(
        &self,
        state: OutboxState,
        dispatched_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<OutboxRow>> {
        self.engine.list(outbox::in_state(self.ws, state, dispatched_before, limit)).await
    }

    async fn outbox_abandoned(
        &self,
        dispatched_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<OutboxRow>> {
        self.engine.list(outbox::abandoned(self.ws, dispatched_before, limit)).await
    }

    async fn outbox_undecided(
        &self,
        dispatched_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<OutboxRow>> {
        self.engine.list(outbox::undecided(self.ws, dispatched_before, limit)).await
    }

    async fn outbox_of(&self, contact: ContactId, after: i64) -> Result<Vec<OutboxRow>> {
        self.engine.list(outbox::of_contact(self.ws, contact, after)).await
    }

    async fn outbox_of_conversation(&self, conversation: ConversationId) -> Result<Vec<OutboxRow>> {
        self.engine.list(outbox::of_conversation(self.ws, conversation)).await
    }

    async fn outbox_counts(&self) -> Result<Vec<(OutboxState, i64)>> {
        self.engine.list(outbox::counts(self.ws)).await
    }

    async fn notifications(&self, after: i64, limit: i64) -> Result<Vec<NotificationRow>> {
        self.engine.list(work::notifications(self.ws, after, limit)).await
    }

    async fn claim_jobs(&self, kind: &str, now: Timestamp, limit: i64) -> Result<Vec<JobRow>> {
        let node = self.node();
        let query = work::claim_jobs(self.ws, kind, now, limit, node.as_deref());
        let mut jobs = self.engine.claim(query).await?;
        jobs.sort_by_key(|job| (job.run_at, job.id));
        Ok(jobs)
    }

    async fn release_jobs(&self, kind: &str) -> Result<()> {
        self.put(|set, ws| work::release_jobs(set, ws, kind)).await
    }

    async fn media(&self, message: MessageId) -> Result<Option<MediaRow>> {
        self.engine.one(media::by_message(self.ws, message)).await
    }

    async fn media_of(&self, conversation: ConversationId) -> Result<Vec<MediaRow>> {
        self.engine.list(media::of_conversation(self.ws, conversation)).await
    }

    async fn media_failures(&self, channel: ChannelId, since: Timestamp) -> Result<i64> {
        Ok(self.engine.one(media::failures(self.ws, channel, since)).await?.map_or(0, |(n,)| n))
    }

    async fn take_unsent_files(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: i64,
    ) -> Result<Vec<String>> {
        let args = vals![self.ws, from, to, limit];
        let rows = self.engine.claim(query::<(String,)>(media::UNSENT_TAKE, args)).await?;
        Ok(rows.into_iter().map(|(hash,)| hash).collect())
    }

    async fn media_holders(&self, hash: &str) -> Result<i64> {
        Ok(self.engine.one(media::holders(self.ws, hash)).await?.map_or(0, |(count,)| count))
    }

    async fn ledger(&self, outcome: Option<&str>, limit: i64) -> Result<Vec<ReceiptRow>> {
        self.engine.list(log::ledger(self.ws, outcome, limit)).await
    }

    async fn receipt(&self, channel: ChannelId, provider_id: &str) -> Result<Option<ReceiptRow>> {
        self.engine.one(log::receipt_by_id(self.ws, channel, provider_id)).await
    }

    async fn identities_of(&self, contact: ContactId) -> Result<Vec<(String, String)>> {
        self.engine.list(erase::identities_of(self.ws, contact)).await
    }

    async fn merged_into(&self, contact: ContactId) -> Result<Vec<ContactId>> {
        let found = self.engine.list(contacts::merged_into(self.ws, contact)).await?;
        Ok(found.into_iter().map(|(id,)| id).collect())
    }

    async fn contact_erased_at(&self, contact: ContactId) -> Result<Option<Timestamp>> {
        Ok(self.engine.one(contacts::erased(self.ws, contact)).await?.map(|(at,)| at))
    }

    async fn erased_at(&self, tombstone: &[u8]) -> Result<Option<Timestamp>> {
        Ok(self.engine.one(erase::erased_at(self.ws, tombstone)).await?.map(|(at,)| at))
    }

    async fn audit_head(&self) -> Result<Option<AuditRow>> {
        self.engine.one(erase::audit_head(self.ws)).await
    }

    async fn audit(&self, after: i64, limit: i64) -> Result<Vec<AuditRow>> {
        self.engine.list(erase::audit_after(self.ws, after, limit)).await
    }

    async fn audit_before(&self, before: i64, limit: i64) -> Result<Vec<AuditRow>> {
        self.engine.list(erase::audit_before(self.ws, before, limit)).await
    }

    async fn audit_of_act(&self, act: &str, limit: i64) -> Result<Vec<AuditRow>> {
        self.engine.list(erase::audit_of_act(self.ws, act, limit)).await
    }

    async fn audit_of_subject(&self, subject: &str, limit: i64) -> Result<Vec<AuditRow>> {
        self.engine.list(erase::audit_of_subject(self.ws, subject, limit)).await
    }

    async fn entry(&self, kind: &str, id: &str) -> Result<Option<EntryRow>> {
        self.engine.one(entries::entry(self.ws, kind, id)).await
    }

    async fn entries(&self, kind: &str, limit: i64) -> Result<Vec<EntryRow>> {
        self.engine.list(entries::newest(self.ws, kind, limit)).await
    }

    async fn prune_entries(&self, kind: &str, before: Timestamp, limit: i64) -> Result<i64> {
        let args = vals![self.ws, kind, before, limit];
        self.deleted(query(entries::ENTRIES_PRUNE, args)).await
    }

    async fn notification(
        &self,
        conversation: ConversationId,
        escalation: EscalationId,
        team: &str,
        channel: &str,
    ) -> Result<Option<NotificationRow>> {
        self.engine.one(work::notification(self.ws, conversation, escalation, team, channel)).await
    }

    async fn release_stuck(&self) -> Result<i64> {
        let rows = self.engine.claim(conversations::release_stuck(self.ws)).await?;
        Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
    }

    async fn access_head(&self) -> Result<Option<AccessRow>> {
        self.engine.one(accesses::head(self.ws)).await
    }

    async fn accesses(&self, after: i64, limit: i64) -> Result<Vec<AccessRow>> {
        self.engine.list(accesses::after(self.ws, after, limit)).await
    }

    async fn accesses_before(
        &self,
        of: &AccessOf,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AccessRow>> {
        self.engine.list(accesses::before(self.ws, of, before, limit)).await
    }

    async fn last_old_access(&self, before: Timestamp) -> Result<Option<AccessRow>> {
        self.engine.one(accesses::last_old(self.ws, before)).await
    }

    async fn prune_accesses(&self, before: i64, limit: i64) -> Result<i64> {
        self.deleted(accesses::prune(self.ws, before, limit)).await
    }

    async fn prune(&self, what: Prune, before: Timestamp, limit: i64) -> Result<i64> {
        self.deleted(aging::prune(self.ws, what, before, limit)).await
    }

    async fn prices(
        &self,
        began: (ConversationId, ConversationId),
        written: (Timestamp, Timestamp),
    ) -> Result<Vec<(String, i64)>> {
        self.engine.list(prices::prices(self.ws, began, written)).await
    }

    async fn weight(&self, of: Aging, before: Timestamp, at_most: i64) -> Result<Weight> {
        let query = aging::weight(self.ws, of, before, at_most);
        Ok(self.engine.one(query).await?.unwrap_or_default())
    }

    async fn wordy(&self, old: Older) -> Result<Vec<ConversationRow>> {
        self.engine.list(aging::wordy(self.ws, old)).await
    }

    async fn old_files(&self, old: Older) -> Result<Vec<MediaRow>> {
        self.engine.list(aging::old_files(self.ws, old)).await
    }

    async fn old_contacts(&self, old: Older) -> Result<Vec<OldContact>> {
        self.engine.list(aging::old_contacts(self.ws, old)).await
    }

    async fn hold_outbox(&self) -> Result<()> {
        self.put(outbox::hold).await
    }

    async fn release_outbox(&self, then: Released) -> Result<()> {
        self.put(|set, ws| outbox::release(set, ws, then)).await
    }

    async fn request(&self, key: &[u8]) -> Result<Option<RequestRow>> {
        self.engine.one(log::request_by_key(self.ws, key)).await
    }

    async fn conversation_ids(
        &self,
        after: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<ConversationId>> {
        let ids = self.engine.list(conversations::ids(self.ws, after, limit)).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    async fn replace_projection(&self, row: ConversationRow, expect: Expect) -> Result<Committed> {
        let mut set = WriteSet::default();
        conversations::replace(&mut set, self.ws, &row, expect);
        self.engine.commit(set).await
    }

    async fn orphans(&self) -> Result<Vec<(&'static str, i64)>> {
        let mut found = Vec::new();
        for (name, stmt) in checks::RELATIONS {
            let count = self.engine.one(checks::count(self.ws, *stmt)).await?.map_or(0, |(n,)| n);
            found.push((*name, count));
        }
        Ok(found)
    }

    async fn ping(&self) -> Result<()> {
        self.engine.one(checks::ping()).await.map(|_| ())
    }

    async fn put_user(&self, user: UserRow) -> Result<()> {
        self.put(|set, ws| settings::put_user(set, ws, &user)).await
    }

    async fn user(&self, id: UserId) -> Result<Option<UserRow>> {
        self.engine.one(settings::user(self.ws, id)).await
    }

    async fn user_by_login(&self, login: &str) -> Result<Option<UserRow>> {
        self.engine.one(settings::user_by_login(self.ws, login)).await
    }

    async fn users(&self) -> Result<Vec<UserRow>> {
        self.engine.list(settings::users(self.ws)).await
    }

    async fn put_session(&self, session: SessionRow) -> Result<()> {
        self.put(|set, ws| settings::put_session(set, ws, &session)).await
    }

    async fn session(&self, token_hash: &[u8]) -> Result<Option<SessionRow>> {
        self.engine.one(settings::session(self.ws, token_hash)).await
    }

    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>> {
        self.engine.list(settings::sessions_of(self.ws, user)).await
    }

    async fn seen_session(&self, token_hash: &[u8], at: Timestamp) -> Result<()> {
        self.put(|set, ws| settings::seen_session(set, ws, token_hash, at)).await
    }

    async fn delete_session(&self, token_hash: &[u8]) -> Result<()> {
        self.put(|set, ws| settings::delete_session(set, ws, token_hash)).await
    }

    async fn delete_sessions_of(&self, user: UserId) -> Result<()> {
        self.put(|set, ws| settings::delete_sessions_of(set, ws, user)).await
    }

    async fn put_channel(&self, channel: ChannelRow) -> Result<()> {
        self.put(|set, ws| settings::put_channel(set, ws, &channel)).await
    }

    async fn channels(&self) -> Result<Vec<ChannelRow>> {
        self.engine.list(settings::channels(self.ws)).await
    }

    async fn put_version(&self, version: VersionRow) -> Result<Committed> {
        self.changed(|set, ws| settings::put_version(set, ws, &version)).await
    }

    async fn latest_version(&self) -> Result<Option<VersionRow>> {
        self.engine.one(settings::latest_version(self.ws)).await
    }

    async fn latest_version_number(&self) -> Result<i64> {
        let query = settings::latest_version_number(self.ws);
        Ok(self.engine.one(query).await?.map_or(0, |(number,)| number))
    }

    async fn version(&self, version: i64) -> Result<Option<VersionRow>> {
        self.engine.one(settings::version(self.ws, version)).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>> {
        Ok(self.engine.one(settings::setting(self.ws, key)).await?.map(|(value,)| value))
    }

    async fn put_setting(&self, key: &str, value: Option<&str>) -> Result<()> {
        self.put(|set, ws| settings::put_setting(set, ws, key, value)).await
    }

    async fn setting_or(&self, key: &str, first: &str) -> Result<String> {
        if let Some(known) = self.setting(key).await? {
            return Ok(known);
        }
        self.put(|set, ws| settings::first_setting(set, ws, key, first)).await?;
        Ok(self.setting(key).await?.unwrap_or_else(|| first.to_owned()))
    }

    async fn add_model_use(&self, more: ModelUse) -> Result<()> {
        self.put(|set, ws| settings::add_model_use(set, ws, &more)).await
    }

    async fn model_uses(&self, day: &str) -> Result<Vec<ModelUse>> {
        self.engine.list(settings::model_uses(self.ws, day)).await
    }

    async fn delete_sample(&self) -> Result<i64> {
        let query = checks::count(self.ws, checks::SAMPLE_COUNT);
        let count = self.engine.one(query).await?.map_or(0, |(n,)| n);
        self.put(checks::delete_sample).await?;
        Ok(count)
    }

    async fn join(&self, id: &str, host: &str, version: &str, lease: Span) -> Result<()> {
        let mut set = WriteSet::default();
        if let Some(before) = self.node() {
            nodes::leave(&mut set, self.ws, &before);
        }
        nodes::prune(&mut set, self.ws, NODES_KEPT);
        nodes::join(&mut set, self.ws, id, host, version, lease);
        self.engine.commit_aside(set).await?;
        *self.node.write() = Some(id.into());
        Ok(())
    }

    async fn renew(&self, lease: Span) -> Result<bool> {
        let Some(node) = self.node() else { return Ok(false) };
        let mut set = WriteSet::default();
        nodes::renew(&mut set, self.ws, &node, lease);
        Ok(self.engine.commit_aside(set).await? == Committed::Done)
    }

    async fn leave(&self) -> Result<()> {
        let Some(node) = self.node() else { return Ok(()) };
        let mut set = WriteSet::default();
        nodes::leave(&mut set, self.ws, &node);
        self.engine.commit_aside(set).await.map(|_| ())
    }

    async fn nodes(&self) -> Result<Vec<NodeRow>> {
        self.engine.list(nodes::all(self.ws)).await
    }

    async fn tell(&self, text: String) -> Result<()> {
        self.engine.tell(text).await
    }

    fn hear(&self) -> Option<broadcast::Receiver<Heard>> {
        self.engine.hear()
    }

    fn is_sealing(&self) -> bool {
        self.engine.is_sealing()
    }

    fn counters(&self) -> Vec<(&'static str, u64)> {
        self.engine.counters()
    }
}
