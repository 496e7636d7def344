//! From a decision to the unit of writes that makes it durable. Guards go first.

use crate::effects::Pending;
use crate::media;
use crate::notify;
use crate::port::store::{
    ContactRow, ConversationRow, EventRow, Expect, OutboxClass, OutboxRow, OutboxState, Write,
};
use crate::projection::{self, Kept};
use crate::staff;
use crate::timers::FAILURES;
use relais_core::conversation::event::Author;
use relais_core::conversation::{Decision, Event, State};
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::Outbound;
use relais_core::time::{Span, Timestamp};
use relais_core::understanding::text;
use relais_core::workspace::snapshot::Snapshot;

/// Why a message that its author took back was not sent.
pub(crate) const TAKEN_BACK: &str = "taken back";

/// What a decision is written onto.
pub(crate) struct Scene<'a> {
    /// The row as it was read; nothing for a conversation that opens.
    pub before: Option<&'a ConversationRow>,
    pub snapshot: &'a Snapshot,
    pub now: Timestamp,
    /// What the wall clock says; the log may be ahead of it.
    pub wall: Timestamp,
    /// Guards and rows that belong to the same unit and come first: receipt, contact.
    pub first: Vec<Write>,
    /// The contact, where the caller has read it.
    pub contact: Option<&'a ContactRow>,
    /// The channel's files are fetched.
    pub fetches_files: bool,
    /// Web push is switched on.
    pub wakes_devices: bool,
    /// A message that the provider has already: it is recorded, never sent.
    pub sent_elsewhere: Option<(MessageId, String)>,
}

/// A unit with what is to be done once it is durable.
pub(crate) struct Unit {
    pub writes: Vec<Write>,
    pub row: ConversationRow,
    pub effects: Vec<Pending>,
    /// Somebody else is in charge now, or the queue changed.
    pub has_moved: bool,
    /// An agent has one conversation more or fewer.
    pub has_loads: bool,
    pub has_sends: bool,
    pub has_jobs: bool,
    pub has_files: bool,
}

pub(crate) fn unit(mut scene: Scene<'_>, decision: &Decision) -> Unit {
    let state = &decision.state;
    let kept = scene.before.map(Kept::from).unwrap_or_default();
    let mut row = projection::row(state, scene.snapshot, kept);
    // What failed too often stays as it is until somebody releases it (R11).
    if row.attempts < FAILURES {
        row.attempts = 0;
    }
    let mut writes = std::mem::take(&mut scene.first);
    let first_position = scene.before.map_or(1, |before| before.next_position);
    writes.push(match scene.before {
        Some(before) => {
            Write::UpdateConversation { row: row.clone(), expect: Expect::from(before) }
        }
        None => Write::OpenConversation(row.clone()),
    });
    if decision.events.iter().any(|e| matches!(e, Event::Taken { .. } | Event::Assigned { .. })) {
        writes.push(Write::SuppressBotRows { conversation: state.conversation });
    }
    if decision.events.iter().any(ends_undo) {
        let (conversation, at) = (state.conversation, scene.wall);
        writes.push(Write::EndUndo { conversation, at });
    }
    let place = Place { scene: &scene, state, row: &row };
    let mut follows = Follows::default();
    for (position, event) in (first_position..).zip(&decision.events) {
        writes.push(append(state.conversation, position, scene.now, event));
        place.write(position, event, &mut writes, &mut follows);
    }
    let Follows { effects, files, has_sends } = follows;
    let notices = notify::of(scene.snapshot, decision, &row, scene.wakes_devices, scene.wall);
    writes.extend(resolved(decision, scene.wall));
    let has_jobs = notices.iter().any(|w| matches!(w, Write::Job(_)));
    let has_files = !files.is_empty();
    writes.extend(notices);
    writes.extend(files);
    if let Some(contact) = scene.contact.and_then(|c| contact_after(c, decision)) {
        writes.push(Write::UpdateContact(contact));
    }
    let has_moved =
        scene.before.map_or(row.status == "queued", |b| b.owner_epoch != row.owner_epoch)
            || decision.events.iter().any(|e| matches!(e, Event::Rerouted { .. }));
    let has_loads = scene.before.and_then(load) != load(&row);
    Unit { writes, row, effects, has_moved, has_loads, has_sends, has_jobs, has_files }
}

/// Adds an event to a log.
pub(crate) fn append(
    conversation: ConversationId,
    position: i64,
    at: Timestamp,
    event: &Event,
) -> Write {
    let (kind, data, content) = event.to_parts();
    Write::AppendEvent(EventRow { conversation, position, at, kind, data, content })
}

/// What follows from events beside their writes.
#[derive(Default)]
struct Follows {
    effects: Vec<Pending>,
    files: Vec<Write>,
    has_sends: bool,
}

/// Where events are written.
struct Place<'a> {
    scene: &'a Scene<'a>,
    state: &'a State,
    row: &'a ConversationRow,
}

impl Place<'_> {
    /// The rows an event has beside its own.
    fn write(&self, position: i64, event: &Event, writes: &mut Vec<Write>, follows: &mut Follows) {
        let Self { scene, state, row } = *self;
        match event {
            Event::MessageSent {
                message, by, epoch, leaves_at, content: Some(content), ..
            } => {
                let wait = leaves_at.map_or(Span::ZERO, |at| at.since(scene.now));
                let leaving = self.outgoing(position, *message, content, (class(by), *epoch), wait);
                follows.has_sends |= leaving.state == OutboxState::Queued;
                writes.push(Write::Outbox(leaving));
            }
            Event::MessageReceived { message, content: Some(inbound), .. }
                if scene.fetches_files =>
            {
                follows.files.extend(media::of(*message, inbound, row, scene.wall));
            }
            Event::MessageTakenBack { message, .. } => {
                let (id, error, at) = (*message, TAKEN_BACK.to_owned(), scene.wall);
                writes.push(Write::Suppressed { id, error, at });
            }
            Event::QuestionUnanswered { content: Some(question) } if !state.is_restricted => writes
                .push(Write::Gap {
                    conversation: state.conversation,
                    at: scene.now,
                    question: question.clone(),
                }),
            Event::EffectRequested { effect, deadline, content: Some(request) } => {
                follows.effects.push(Pending {
                    conversation: state.conversation,
                    contact: row.contact,
                    effect: *effect,
                    deadline: *deadline,
                    request: request.clone(),
                });
            }
            _ => {}
        }
        if let Some(folded) = words_of(event, state) {
            writes.push(Write::Search { conversation: row.id, position, folded });
        }
    }

    /// A message of ours: to be sent, or only recorded where the provider has it already.
    fn outgoing(
        &self,
        position: i64,
        message: MessageId,
        content: &Outbound,
        (class, epoch): (OutboxClass, i64),
        wait: Span,
    ) -> OutboxRow {
        let Self { scene, row, .. } = *self;
        let business_number = self.state.business_number.clone();
        let place = (position, message, business_number);
        let mut leaving = outbox_row(row, place, content, (class, epoch), scene.now);
        leaving.not_before = scene.wall + wait;
        if let Some((_, provider_id)) =
            scene.sent_elsewhere.as_ref().filter(|(id, _)| *id == message)
        {
            is_with_provider(&mut leaving, provider_id, scene.now);
        }
        leaving
    }
}

/// A message of ours that leaves at once.
pub(crate) fn outbox_row(
    row: &ConversationRow,
    (position, id, business_number): (i64, MessageId, String),
    content: &Outbound,
    (class, epoch): (OutboxClass, i64),
    at: Timestamp,
) -> OutboxRow {
    OutboxRow {
        id,
        seq: 0,
        conversation: row.id,
        position,
        contact: row.contact,
        channel: row.channel,
        business_number,
        class,
        epoch,
        content: serde_json::to_string(content).expect("content is plain data"),
        quotes: None,
        state: OutboxState::Queued,
        not_before: at,
        attempts: 0,
        provider_id: None,
        delivery: None,
        error: None,
        error_code: None,
        created_at: at,
        dispatched_at: None,
        resent: 0,
    }
}

/// It was sent elsewhere: recorded, never sent.
pub(crate) fn is_with_provider(row: &mut OutboxRow, provider_id: &str, at: Timestamp) {
    row.state = OutboxState::Accepted;
    row.provider_id = Some(provider_id.to_owned());
    row.dispatched_at = Some(at);
}

/// Whose capacity a conversation takes; what is put aside takes none.
fn load(row: &ConversationRow) -> Option<&str> {
    row.assignee.as_deref().filter(|_| row.status == "human" && row.snoozed_until.is_none())
}

/// Whoever ended it may be wrapping up: what that means, the newest files say.
fn resolved(decision: &Decision, at: Timestamp) -> Option<Write> {
    let by = decision.events.iter().find_map(|event| match event {
        Event::Resolved { by: Some(agent), .. } => Some(agent),
        _ => None,
    })?;
    Some(staff::resolved(&by.key, at))
}

/// After this nobody takes the message before back: it leaves at once, in its order.
fn ends_undo(event: &Event) -> bool {
    matches!(
        event,
        Event::MessageSent { by: Author::Agent(_) | Author::System, .. }
            | Event::Taken { .. }
            | Event::Assigned { .. }
            | Event::Transferred { .. }
            | Event::Returned { .. }
            | Event::Resolved { .. }
    )
}

/// Events after which the contact's own row differs.
pub(crate) fn touches_contact(decision: &Decision) -> bool {
    decision.events.iter().any(|e| {
        matches!(e, Event::OptedOut | Event::LanguageChosen { .. } | Event::ProfileRead { .. })
    })
}

fn contact_after(contact: &ContactRow, decision: &Decision) -> Option<ContactRow> {
    if !touches_contact(decision) {
        return None;
    }
    let state = &decision.state;
    let mut after = contact.clone();
    if !state.is_language_rectified() {
        after.language = Some(state.language.clone());
    }
    after.is_opted_out |= state.opted_out;
    after.attributes = serde_json::json!({ "segment": state.segment }).to_string();
    (after != *contact).then_some(after)
}

fn class(by: &Author) -> OutboxClass {
    match by {
        Author::Bot => OutboxClass::Bot,
        Author::System => OutboxClass::System,
        Author::Agent(_) => OutboxClass::Agent,
    }
}

/// What a customer is looked for by: the name, the number whole and as it is dialled at home, and
/// its last four digits.
fn called(state: &State) -> String {
    let name = state.name.as_deref().unwrap_or_default();
    let digits: String =
        state.phone.iter().flat_map(|p| p.chars()).filter(char::is_ascii_digit).collect();
    let end = |n: usize| digits.get(digits.len().saturating_sub(n)..).unwrap_or_default();
    if digits.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {digits} 0{} {}", end(9), end(4))
    }
}

/// What a conversation is found by because of an event, folded.
pub(crate) fn words_of(event: &Event, state: &State) -> Option<String> {
    let folded = match event {
        Event::MessageSent { content: Some(content), .. } => text::fold(content.text()),
        Event::MessageReceived { content: Some(inbound), .. } => {
            text::fold(&inbound.content.preview())
        }
        Event::Opened { .. } => text::fold(&called(state)),
        Event::NoteAdded { content: Some(words), .. }
        | Event::Transcribed { content: Some(words), .. } => text::fold(words),
        _ => return None,
    };
    (!folded.is_empty()).then_some(folded)
}
