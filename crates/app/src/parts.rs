//! What a running service is made of.

use crate::clock::{Clock, Random};
use crate::dispatch::Breaker;
use crate::effects::Patience;
use crate::engine::Machine;
use crate::model::Rules;
use crate::pace::Pacer;
use crate::port::channel::Channel;
use crate::port::helpers::{Crm, Orders, Sink, SpeechToText};
use crate::port::model::Model;
use crate::port::store::{ChannelRow, Store};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The helpers a conversation may ask; each may be missing. Without `orders` and `crm` the tables
/// in the workspace's files answer.
#[derive(Clone, Debug, Default)]
pub struct Helpers {
    pub orders: Option<Arc<dyn Orders>>,
    pub crm: Option<Arc<dyn Crm>>,
    pub model: Option<Arc<dyn Model>>,
    /// Asked for moods instead of the model.
    pub mood: Option<Arc<dyn Model>>,
    /// What the model is used for.
    pub rules: Rules,
    pub ears: Option<Arc<dyn SpeechToText>>,
    /// By channel of notification: `slack`, `teams` …
    pub sinks: BTreeMap<String, Arc<dyn Sink>>,
}

/// What a service is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub pacer: Arc<dyn Pacer>,
    pub machine: Arc<dyn Machine>,
    pub patience: Patience,
    pub nodes: Nodes,
}

/// Whether other processes share the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nodes {
    One,
    Several,
}

/// A connected channel.
#[derive(Debug)]
pub(crate) struct Line {
    pub row: ChannelRow,
    pub port: Arc<dyn Channel>,
    pub breaker: Mutex<Breaker>,
}
