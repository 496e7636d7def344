//! What the modules of this crate see of the service.

use super::{Service, TURNS};
use crate::accesses::Looks;
use crate::board::Board;
use crate::clock::Random;
use crate::dispatch::Breaker;
use crate::effects::{Effects, Patience};
use crate::engine::Machine;
use crate::ledger::Ledger;
use crate::live::{Hint, Hints};
use crate::media::Folder;
use crate::model::Gate;
use crate::news::News;
use crate::node::Membership;
use crate::pace::Pacer;
use crate::parts::{Helpers, Line, Nodes};
use crate::retention::Progress;
use crate::run::Wakes;
use crate::staff::Staff;
use crate::switch::Switch;
use crate::upkeep::Retention;
use crate::versions::Versions;
use crate::webhooks::Outer;
use jiff::civil::Date;
use parking_lot::{Mutex, RwLock};
use relais_core::id::{ChannelId, ConversationId};
use relais_core::time::{Span, Timestamp};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::watch;

impl Service {
    pub(crate) fn random(&self) -> &dyn Random {
        &*self.parts.random
    }

    pub(crate) fn random_bytes(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.random().fill(&mut bytes);
        bytes
    }

    /// A random part of `first · 2^tries`, capped: full jitter.
    pub(crate) fn jitter(&self, first: Span, tries: i64, cap: Span) -> Span {
        let doubled = 1_i64 << tries.clamp(0, 20);
        let most = first.as_micros().saturating_mul(doubled).min(cap.as_micros());
        let mut bytes = [0; 8];
        self.random().fill(&mut bytes);
        let most = u64::try_from(most).unwrap_or(0).max(1);
        Span::micros(i64::try_from(u64::from_le_bytes(bytes) % most).unwrap_or(0))
    }

    pub(crate) fn machine(&self) -> &dyn Machine {
        &*self.parts.machine
    }

    pub(crate) fn pacer(&self) -> &dyn Pacer {
        &*self.parts.pacer
    }

    pub(crate) fn patience(&self) -> Patience {
        self.parts.patience
    }

    pub(crate) fn is_only_node(&self) -> bool {
        self.parts.nodes == Nodes::One
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn salt(&self) -> &str {
        &self.salt
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.versions
    }

    pub(crate) fn staff(&self) -> &Staff {
        &self.staff
    }

    pub(crate) fn helpers(&self) -> Helpers {
        self.helpers.read().clone()
    }

    pub(crate) fn ledger(&self) -> &RwLock<Option<Ledger>> {
        &self.ledger
    }

    pub(crate) fn folder(&self) -> Option<Arc<Folder>> {
        self.folder.read().clone()
    }

    /// Are the files of this channel's customers fetched?
    pub(crate) fn wakes_devices(&self) -> bool {
        self.helpers().sinks.contains_key(crate::notify::DEVICES)
    }

    pub(crate) fn fetches_files(&self, channel: ChannelId) -> bool {
        self.folder.read().is_some() && self.line(channel).is_some_and(|l| l.port.holds_files())
    }

    pub(crate) fn held(&self) -> &AtomicBool {
        &self.held
    }

    pub(crate) fn switch(&self) -> &Switch {
        &self.switch
    }

    pub(crate) fn retention(&self) -> Retention {
        *self.retention.read()
    }

    pub(crate) fn pruned_at(&self) -> Option<Timestamp> {
        *self.pruned_at.lock()
    }

    pub(crate) fn set_pruned_at(&self, at: Timestamp) {
        *self.pruned_at.lock() = Some(at);
    }

    pub(crate) fn looks(&self) -> &Looks {
        &self.looks
    }

    pub(crate) fn letting_go(&self) -> &Mutex<Option<Progress>> {
        &self.letting_go
    }

    pub(crate) fn crm_breaker(&self) -> &Mutex<Breaker> {
        &self.crm_breaker
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(crate) fn effects(&self) -> &Effects {
        &self.effects
    }

    pub(crate) fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    pub(crate) fn loaded_on(&self) -> Date {
        self.loaded_on
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.hints.has_listeners()
    }

    pub(crate) fn hint(&self, hint: Hint) {
        if self.has_other_nodes() {
            self.news.hint(&hint);
        }
        self.hints.send(hint);
    }

    pub(crate) fn streams(&self) -> &Hints {
        &self.hints
    }

    pub(crate) fn node(&self) -> &Membership {
        &self.node
    }

    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    pub(crate) fn news(&self) -> &News {
        &self.news
    }

    pub(crate) fn settings(&self) -> &watch::Sender<u64> {
        &self.settings
    }

    pub(crate) fn fail(&self, reason: String) {
        self.failed.send_replace(Some(reason));
    }

    pub(crate) fn line(&self, channel: ChannelId) -> Option<Arc<Line>> {
        self.lines.read().get(&channel).cloned()
    }

    /// The number belongs to the channel it was delivered on (S2).
    pub(crate) fn speaks_for(&self, channel: ChannelId, business_number: &str) -> bool {
        self.line(channel).is_some_and(|line| line.row.business_number == business_number)
    }

    /// Each account behind the connected channels, by one of its channels.
    pub(crate) fn accounts_of_channels(&self) -> Vec<(ChannelId, String)> {
        let lines = self.lines.read();
        let mut accounts: Vec<(ChannelId, String)> = Vec::new();
        for (id, line) in lines.iter().filter(|(_, line)| line.row.paused_reason.is_none()) {
            if let Some(account) = line.port.account()
                && accounts.iter().all(|(_, known)| known != account)
            {
                accounts.push((*id, account.to_owned()));
            }
        }
        accounts
    }

    /// Tells the provider that a message was read, beside everything else.
    pub(crate) fn mark_read(&self, channel: ChannelId, number: &str, provider_id: &str) {
        if self.patience() != Patience::Real {
            return;
        }
        let Some(line) = self.line(channel) else { return };
        let (number, provider_id) = (number.to_owned(), provider_id.to_owned());
        tokio::spawn(async move { line.port.mark_read(&number, &provider_id, false).await });
    }

    pub(crate) fn wake_dispatcher(&self) {
        self.wakes.dispatcher.notify_one();
    }

    pub(crate) fn wake_dispatcher_at(&self, at: Timestamp) {
        let mut next = self.next_dispatch.lock();
        *next = Some(next.map_or(at, |before| before.min(at)));
    }

    /// The next instant a held-back message may go, forgotten once asked for.
    pub(crate) fn next_dispatch(&self) -> Option<Timestamp> {
        self.next_dispatch.lock().take()
    }

    /// One message of a person at a time.
    pub(crate) async fn turn_of_person(&self, key: u64) -> tokio::sync::MutexGuard<'_, ()> {
        self.people[key as usize % TURNS].lock().await
    }

    /// One command on a conversation at a time.
    pub(crate) async fn turn_of(&self, id: ConversationId) -> tokio::sync::MutexGuard<'_, ()> {
        self.conversations[id.0.as_u128() as usize % TURNS].lock().await
    }

    pub(crate) fn outer(&self) -> &Outer {
        &self.outer
    }

    /// Conversations of this channel are played, and count nowhere.
    pub(crate) fn is_for_trial(&self, channel: ChannelId) -> bool {
        *self.trial.read() == Some(channel)
    }
}
