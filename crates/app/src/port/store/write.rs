//! A change as data: what a unit may hold.

use super::rows::{
    AccessRow, AuditRow, ContactRow, ConversationRow, EntryRow, ErasedConversation, EventRow,
    Identity, JobRow, MediaRow, NotificationRow, OutboxRow, ReceiptRow, RequestRow, StatusRow,
};
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId};
use relais_core::time::Timestamp;

/// One change inside a unit. The store puts the guards first (receipt, conversation, contact) and
/// keeps the order of the rest. A unit that appends events or outbox rows must hold the guard of
/// their conversation: [`Write::OpenConversation`] or [`Write::UpdateConversation`].
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Claims a provider message id. Existing → the whole unit is a [`Committed::Duplicate`].
    ///
    /// [`Committed::Duplicate`]: super::Committed::Duplicate
    Receipt(ReceiptRow),
    /// An object that was quarantined is taken in after all. Not quarantined (any more) → the whole
    /// unit is a [`Committed::Duplicate`].
    ///
    /// [`Committed::Duplicate`]: super::Committed::Duplicate
    ReplayedReceipt(ReceiptRow),
    /// The receipt of a report about the message we know under `message`. It belongs to that
    /// message's conversation, whatever the row says, and keeps nothing raw of one that was erased.
    ReportReceipt {
        row: ReceiptRow,
        message: MessageId,
    },
    /// Claims a request's key. Existing → the whole unit is a [`Committed::Duplicate`].
    ///
    /// [`Committed::Duplicate`]: super::Committed::Duplicate
    Request(RequestRow),
    /// Existing identity → [`Committed::Conflict`].
    ///
    /// [`Committed::Conflict`]: super::Committed::Conflict
    NewContact {
        contact: ContactRow,
        identities: Vec<Identity>,
    },
    /// Links one more address; another contact's is a conflict.
    AddIdentity {
        contact: ContactId,
        identity: Identity,
    },
    /// Overwrites everything but the time of an existing contact; Conflict if it was merged into
    /// another one.
    UpdateContact(ContactRow),
    /// Name, language, what people put right and the restriction; Conflict like [`Self::UpdateContact`].
    /// The revision moves.
    RectifyContact(ContactRow),
    /// Two contacts are one person: `from` is only a pointer to `into` from now on, its addresses
    /// are `into`'s. Conflict if either was merged already, or if a conversation of `from` is not
    /// moved by the same unit.
    MergeContact {
        from: ContactId,
        /// Of `from`, as it was read.
        revision: i64,
        into: ContactId,
    },
    /// The conversation and everything that hangs on it is another contact's. Conflict if that
    /// contact has an open one on the channel already. Its own guard must be in the unit.
    MoveConversation {
        id: ConversationId,
        contact: ContactId,
    },
    /// Takes an address away from a contact: it is somebody else's now.
    FreeIdentity {
        contact: ContactId,
        identity: Identity,
    },
    /// A second open conversation of the contact on the channel → Conflict. `number` is given by
    /// the store (next of the workspace), whatever the row says.
    OpenConversation(ConversationRow),
    /// Guarded by the position, owner epoch and fence the row had when it was read. Contact,
    /// channel, number, fence, opening time, `is_sample` and `is_imported` stay as they are.
    UpdateConversation {
        row: ConversationRow,
        expect: Expect,
    },
    AppendEvent(EventRow),
    /// `seq` is given by the store: growing, from 1 in a fresh database, with gaps.
    Outbox(OutboxRow),
    /// All queued rows of class bot of this conversation become suppressed (R5).
    SuppressBotRows {
        conversation: ConversationId,
    },
    /// Replies of agents that could still be taken back may go from now on.
    EndUndo {
        conversation: ConversationId,
        at: Timestamp,
    },
    /// queued → dispatching; Conflict if it is not queued any more, or if it is of class bot and
    /// an agent owns the conversation (the linearisation point of R5).
    Dispatch {
        id: MessageId,
        at: Timestamp,
    },
    /// dispatching → queued, of a row that this node surely did not send: it could not learn whether
    /// its [`Write::Dispatch`] was committed. Conflict if it is not in its hands.
    Undispatch {
        id: MessageId,
    },
    /// dispatching|unknown → accepted, with the provider's id; attaches reports that came early.
    Accepted {
        id: MessageId,
        provider_id: String,
        at: Timestamp,
    },
    /// The same; Conflict also where a report that came early says it failed.
    AcceptedUnlessFailed {
        id: MessageId,
        provider_id: String,
        at: Timestamp,
    },
    /// dispatching|unknown → queued again, not before `not_before`; counts one attempt. It surely
    /// was not processed.
    Requeue {
        id: MessageId,
        not_before: Timestamp,
        error: String,
        code: Option<i64>,
    },
    /// dispatching|unknown|queued → refused.
    Refused {
        id: MessageId,
        error: String,
        code: Option<i64>,
        at: Timestamp,
    },
    /// unknown → queued: goes once more, by a policy or a person's decision (R7).
    Resend {
        id: MessageId,
        error: String,
        at: Timestamp,
    },
    /// dispatching → unknown.
    Unknown {
        id: MessageId,
        error: String,
        at: Timestamp,
    },
    /// queued|unknown → suppressed.
    Suppressed {
        id: MessageId,
        error: String,
        at: Timestamp,
    },
    /// A provider's report; kept once per (channel, `provider_id`, status). Moves the outbox row's
    /// delivery by [`Delivery::after`]; a dispatching or unknown row it names becomes accepted, and so
    /// does one queued to be sent once more, unless the report says `failed`.
    /// Reports for rows not known yet are kept and attached by [`Write::Accepted`]. Of a message
    /// that was erased nothing raw is kept.
    Status(StatusRow),
    /// One per (escalation, team, channel): a second is ignored (R19). `seq` is given by the store.
    Notification(NotificationRow),
    /// Words of an event for full-history search, already folded.
    Search {
        conversation: ConversationId,
        position: i64,
        folded: String,
    },
    /// The same in the place of what the index has of the event.
    SearchAgain {
        conversation: ConversationId,
        position: i64,
        folded: String,
    },
    Gap {
        conversation: ConversationId,
        at: Timestamp,
        question: String,
    },
    /// A file to fetch; one of the same message is left alone.
    Media(MediaRow),
    /// waiting → stored; Conflict if it is not waiting any more.
    MediaStored {
        message: MessageId,
        hash: String,
        mime: String,
        size: i64,
        is_inline: bool,
    },
    /// One more failure; waiting → failed if it is the last. Conflict if it is not waiting.
    MediaFailed {
        message: MessageId,
        at: Timestamp,
        error: String,
        is_last: bool,
    },
    /// Its content is not kept any more. Conflict if it is another one, or its conversation is open.
    RemoveFile {
        message: MessageId,
        hash: String,
    },
    /// failed → waiting; Conflict if it has not failed.
    MediaAgain {
        message: MessageId,
    },
    /// A content lies under another hash. Conflict if no message holds it any more.
    MediaMoved {
        from: String,
        to: String,
    },
    /// One more line of the audit log. Conflict if another one was faster.
    Audit(AuditRow),
    /// One more line of the access log. Conflict if another one was faster.
    Access(AccessRow),
    /// What somebody with an address of this hash sent before does not come in any more.
    Tombstone {
        hash: Vec<u8>,
        at: Timestamp,
    },
    /// Puts a small object in its list, in place of the one with its id.
    PutEntry(EntryRow),
    /// Changes an entry that still is what it was; Conflict otherwise.
    SwapEntry {
        row: EntryRow,
        data: String,
    },
    /// The same for a setting and for what a channel keeps.
    SwapSetting {
        key: String,
        before: String,
        after: String,
    },
    SwapChannel {
        id: ChannelId,
        before: String,
        after: String,
    },
    /// Holds a channel's sends. Conflict if it was connected anew since it had this configuration,
    /// or is held already.
    PauseChannel {
        id: ChannelId,
        config: String,
        reason: String,
    },
    /// Takes an entry out; Conflict if it is gone.
    TakeEntry {
        kind: String,
        id: String,
    },
    /// Everything that says who a contact is goes; their addresses leave tombstones (hashes).
    /// Conflict while a conversation of theirs is open.
    EraseContact {
        contact: ContactId,
        at: Timestamp,
        tombstones: Vec<Vec<u8>>,
    },
    /// What was said goes, what happened stays. Conflict if the log moved on.
    EraseConversation(Box<ErasedConversation>),
    /// A new job; one with the same id is left alone.
    Job(JobRow),
    /// queued | running → done.
    JobDone {
        id: uuid::Uuid,
    },
    /// queued | running → queued again, not before `run_at`.
    JobRetry {
        id: uuid::Uuid,
        run_at: Timestamp,
        error: String,
    },
    /// queued | running → dead: given up, kept for a person to see.
    JobDead {
        id: uuid::Uuid,
        error: String,
    },
}

/// What [`Write::UpdateConversation`] must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    pub next_position: i64,
    pub owner_epoch: i64,
    pub fence: i64,
}

impl From<&ConversationRow> for Expect {
    /// What was read must still be so.
    fn from(row: &ConversationRow) -> Self {
        let ConversationRow { next_position, owner_epoch, fence, .. } = *row;
        Self { next_position, owner_epoch, fence }
    }
}
