//! A unit that became durable, compared with what the witness knows.

use super::{Sent, Talk, Witness};
use crate::simulation::tasks::at_once;
use relais_app::port::store::{
    ConversationRow, EventRow, Expect, OutboxClass, OutboxRow, OutboxState, Store, Write,
};
use relais_app::projection::{self, Kept};
use relais_core::conversation::event::Author;
use relais_core::conversation::state::Owner;
use relais_core::conversation::{Event, State, next_due};
use relais_core::id::{ContactId, ConversationId};
use relais_core::message::Outbound;
use relais_core::time::Timestamp;
use std::collections::BTreeSet;

impl Witness {
    pub(in crate::simulation) fn committed(&mut self, unit: &[Write], store: &dyn Store) {
        self.seen.units += 1;
        let mut rows = Vec::new();
        let mut spoke = BTreeSet::new();
        let mut grew = BTreeSet::new();
        for write in unit {
            match write {
                Write::Receipt(row) | Write::ReportReceipt { row, .. } => {
                    if !self.receipts.insert(row.provider_id.clone()) {
                        let id = &row.provider_id;
                        self.violated("R2", format!("`{id}` was taken in twice"));
                    }
                }
                Write::Request(row) => {
                    if !self.requests.insert(row.key.clone()) {
                        self.violated("R2", "a request was carried out twice".to_owned());
                    }
                }
                Write::OpenConversation(row) => rows.push(row),
                Write::UpdateConversation { row, expect } => {
                    self.guarded(row, *expect);
                    rows.push(row);
                }
                Write::AppendEvent(row) => {
                    grew.insert(row.conversation);
                    if self.appended(row) {
                        spoke.insert(row.conversation);
                    }
                }
                Write::Outbox(row) => self.written(row),
                Write::SuppressBotRows { conversation } => self.silenced(*conversation),
                Write::MergeContact { from, into, .. } => self.joined.extend([*from, *into]),
                Write::EraseConversation(erased) => self.erased(erased.row.id, store),
                other => self.sent(other, store),
            }
        }
        for id in spoke {
            if let Some(talk) = self.talks.get(&id)
                && talk.state.bot_active()
            {
                let at = talk.last_event;
                self.mind_circles(id, at);
            }
        }
        for row in rows {
            self.stored(row, grew.contains(&row.id));
        }
    }

    fn guarded(&mut self, row: &ConversationRow, expect: Expect) {
        let Some(talk) = self.talks.get(&row.id) else {
            return self.violated("R3", format!("{} was changed before it was opened", row.id));
        };
        let (position, epoch) = (talk.state.position + 1, talk.state.owner_epoch);
        if expect.next_position != position {
            let seen = expect.next_position;
            self.violated("R3", format!("{}: decided at {seen}, written at {position}", row.id));
        }
        if expect.owner_epoch != epoch {
            let seen = expect.owner_epoch;
            self.violated("R6", format!("{}: decided in epoch {seen}, written in {epoch}", row.id));
        }
    }

    /// Says whether the bot spoke.
    fn appended(&mut self, row: &EventRow) -> bool {
        self.seen.events += 1;
        let id = row.conversation;
        let event = match Event::from_parts(&row.data, row.content.as_deref()) {
            Ok(event) => event,
            Err(error) => {
                self.violated("fold", format!("{id} at {}: {error}", row.position));
                return false;
            }
        };
        self.tell(|| {
            let (id, words) = (id.to_string(), row.content.as_deref().unwrap_or(&row.data));
            let short: String = words.chars().take(240).collect();
            format!("{} {} {:>3} {} {short}", row.at, &id[24..], row.position, row.kind)
        });
        if let Event::MessageReceived { content, sent_at, .. } = &event {
            self.seen.messages += 1;
            if let Some(inbound) = content
                && !self.heard.insert(inbound.provider_id.clone())
            {
                let id = &inbound.provider_id;
                self.violated("R2", format!("`{id}` is in the log twice"));
            }
            if *sent_at > row.at {
                self.violated("R15", format!("{id} at {}: sent after it came", row.position));
            }
        }
        let Some(talk) = self.talks.get(&id) else {
            match Talk::open(row.at, &event) {
                Some(talk) if row.position == 1 => self.opened(talk),
                _ => self.violated("R3", format!("{id} begins with {}", row.kind)),
            }
            return false;
        };
        let (next, last_at) = (talk.state.position + 1, talk.last_event);
        if row.position != next {
            self.violated("R3", format!("{id}: position {} after {}", row.position, next - 1));
        }
        if row.at < last_at {
            self.violated("R15", format!("{id} at {}: its log goes back in time", row.position));
        }
        self.may(row, &event);
        if matches!(event, Event::Taken { .. } | Event::Assigned { .. }) {
            self.seen.takeovers += 1;
        }
        let talk = self.talks.get_mut(&id).expect("looked at above");
        talk.add(row, &event);
        matches!(event, Event::MessageSent { by: Author::Bot, .. })
    }

    fn opened(&mut self, talk: Talk) {
        let (id, contact) = (talk.state.conversation, talk.state.contact);
        let open = |t: &&Talk| t.state.contact == contact && !t.state.is_resolved();
        if let Some(other) = self.talks.values().find(open).map(|t| t.state.conversation) {
            self.violated("R3", format!("{id} was opened beside {other}"));
        }
        self.order.push(id);
        self.talks.insert(id, talk);
    }

    /// Who may do that now.
    fn may(&mut self, row: &EventRow, event: &Event) {
        let (id, position) = (row.conversation, row.position);
        let Some(talk) = self.talks.get(&id) else { return };
        let owner = talk.state.owner.clone();
        let version = talk.state.flow_version;
        match (event, &owner) {
            (Event::MessageSent { by: Author::Bot, .. }, Owner::Agent { agent })
                if !talk.state.is_resolved() =>
            {
                let who = &agent.key;
                self.violated("R5", format!("{id} at {position}: the bot speaks over {who}"));
            }
            (
                Event::Taken { agent: taker, .. } | Event::Assigned { agent: taker, by: None },
                Owner::Agent { agent },
            ) if !talk.state.is_resolved() => {
                let (by, who) = (&taker.key, &agent.key);
                self.violated("R6", format!("{id} at {position}: {by} takes it, {who} owns it"));
            }
            _ => {}
        }
        if let Event::MessageSent { by: Author::Bot, content: Some(content), .. } = event {
            self.edition_of(id, version, content);
        }
    }

    /// Its words are of the version it runs on.
    fn edition_of(&mut self, id: ConversationId, version: i64, content: &Outbound) {
        let said = content.text().split('§').nth(1).and_then(|rest| rest.chars().next());
        let Some(said) = said.and_then(|c| c.to_digit(10)) else { return };
        let edition = self.edition(version).map(u32::from);
        if edition.is_some_and(|e| e != said) {
            self.violated("R22", format!("{id} runs on edition {edition:?} and says {said}"));
        }
    }

    /// The row says what the log says.
    fn stored(&mut self, row: &ConversationRow, grew: bool) {
        let Some(talk) = self.talks.get(&row.id) else { return };
        let stored: Option<State> = serde_json::from_str(&row.state).ok();
        if stored.as_ref() != Some(&talk.state) {
            return self
                .violated("fold", format!("{}: the state is not what its log gives", row.id));
        }
        if row.next_position != talk.state.position + 1 {
            let (next, last) = (row.next_position, talk.state.position);
            return self.violated("R3", format!("{}: {next} follows {last}", row.id));
        }
        // A timer that changed nothing, or failed, is only put off.
        let Some(snapshot) = self.version(talk.state.flow_version).filter(|_| grew) else { return };
        let due = next_due(&talk.state, &snapshot);
        if row.due_at != due {
            let at = row.due_at;
            return self.violated("R16", format!("{}: due {due:?}, stored {at:?}", row.id));
        }
        let made = projection::row(&talk.state, &snapshot, Kept::from(row));
        if (&made.status, &made.assignee, made.unread) != (&row.status, &row.assignee, row.unread) {
            self.violated("fold", format!("{}: the lists say something else", row.id));
        }
    }

    fn written(&mut self, row: &OutboxRow) {
        let content: Option<Outbound> = serde_json::from_str(&row.content).ok();
        let sent = Sent {
            conversation: row.conversation,
            class: row.class,
            is_template: content.is_none_or(|c| c.is_template()),
            state: row.state,
            claimed: u32::from(row.state == OutboxState::Accepted),
            taken: u32::from(row.state == OutboxState::Accepted),
            resent: 0,
        };
        if self.sends.insert(row.id, sent).is_some() {
            self.violated("R7", format!("{} was written twice", row.id));
        }
    }

    fn silenced(&mut self, conversation: ConversationId) {
        let of_bot = self.sends.values_mut().filter(|s| {
            s.conversation == conversation
                && s.class == OutboxClass::Bot
                && s.state == OutboxState::Queued
        });
        of_bot.for_each(|s| s.state = OutboxState::Suppressed);
    }

    fn erased(&mut self, id: ConversationId, store: &dyn Store) {
        let log = at_once(store.events(id, 0, i64::MAX)).unwrap_or_default();
        if log.iter().any(|row| row.content.is_some()) {
            self.violated("S19", format!("{id}: words are left after the erasure"));
        }
        let log: Result<Vec<(Timestamp, Event)>, _> = log
            .iter()
            .map(|r| Event::from_parts(&r.data, r.content.as_deref()).map(|e| (r.at, e)))
            .collect();
        match (log, self.talks.get_mut(&id)) {
            (Ok(log), Some(talk)) => talk.erased(&log),
            _ => self.violated("S19", format!("{id}: its log does not fold any more")),
        }
    }

    pub(super) fn was_joined(&self, contact: ContactId) -> bool {
        self.joined.contains(&contact)
    }
}
