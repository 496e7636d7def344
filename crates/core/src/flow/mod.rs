//! Flow format v1: a graph of nodes and edges as a support lead draws it. Edges exist once, in the
//! edge list; a node's outcomes are its ports.

pub mod condition;
pub mod form;
pub mod lint;

use crate::workspace::PerLanguage;
use condition::Condition;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most nodes one turn may walk through.
pub const MAX_STEPS: usize = 50;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Flow format; 1.
    pub format: u32,
    pub id: String,
    pub name: String,
    /// Where the always-on lane enters the graph.
    pub entries: Entries,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

/// Named entry points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entries {
    /// Where a conversation starts and `menu` returns to.
    pub start: String,
    /// A customer asks where an order is.
    #[serde(default)]
    pub track: Option<String>,
    /// An order number was typed.
    #[serde(default)]
    pub order: Option<String>,
    /// The list of questions was asked for.
    #[serde(default)]
    pub topics: Option<String>,
    /// A question the knowledge base cannot answer.
    #[serde(default)]
    pub out_of_scope: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub id: String,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// Sends a text. Ports: `next`.
    Say { text: String },
    /// Sends an image, video or document by link. Ports: `next`.
    SayMedia {
        media: crate::message::MediaKind,
        link: String,
        #[serde(default)]
        caption: Option<String>,
    },
    /// Offers options as buttons (up to 3) or a list, with digits that mean the same. Ports: the
    /// options' keys.
    Menu { text: String, options: Vec<MenuOption> },
    /// Asks and validates. Ports: `ok`, for yes/no questions `yes` and `no`, `none` (does not have
    /// it), and optionally `no_match` after `retries` wrong answers (otherwise the failure
    /// counter of the workspace rules) and `timeout`.
    Ask {
        text: String,
        answer: Answer,
        #[serde(default)]
        variable: Option<String>,
        #[serde(default)]
        retries: Option<u32>,
        /// Seconds until `timeout` is taken; none = 24 h, then the prompt is forgotten.
        #[serde(default)]
        timeout_s: Option<u32>,
    },
    /// Sends a form that WhatsApp shows on a screen of its own (a WhatsApp Flow published at the
    /// provider). Ports: `ok`. Whoever writes instead of filling it in is understood as usual.
    Form {
        text: String,
        /// What opens it; at most 20 characters per language.
        button: PerLanguage<String>,
        /// The provider's id of the form.
        form: String,
        /// Its first screen.
        screen: String,
        fields: Vec<form::Field>,
    },
    /// Looks an order up and applies the privacy rule. Ports: `shown`, `postcode`, `not_found`,
    /// `failed`.
    LookupOrder {},
    /// Checks the postcode of the looked-up order. Ports: `ok`, `wrong`, `locked`.
    CheckPostcode { attempts: u32 },
    /// Shows the newest order of the sender's phone. Ports: `shown`, `none`.
    OrderByPhone {},
    /// Lists themes, then questions, then answers. Ports: none.
    Topics { text: String },
    /// Asks for the room and recommends one model. Ports: `next`.
    Finder { text: String },
    /// Answers an article. Ports: `next`.
    Knowledge { article: String },
    /// Ports: `true`, `false`.
    Condition { when: Condition },
    /// Ports: `open`, `closed`.
    Hours {},
    /// Ports: language codes and `other`.
    Language {},
    /// Ports: segments and `other`.
    Segment {},
    /// Ports: `next`.
    Set { variable: String, value: String },
    /// Ports: `next`.
    Tag { tag: String },
    /// Hands over to people. Ports: none.
    Escalate {
        reason: crate::trigger::Reason,
        #[serde(default)]
        team: Option<String>,
        #[serde(default)]
        topic: Option<String>,
    },
    /// Goes on after a pause. Ports: `next`.
    Wait { seconds: u32 },
    /// Outside hours only: sends the text. Ports: `next`.
    OfferEmail { text: String },
    /// Asks for a rating. Ports: `next` once rated.
    Csat { text: String },
    /// Goes on elsewhere.
    Jump { to: String },
    /// Goes on at a node and comes back at its `end`. Ports: `next`.
    SubFlow { start: String },
    /// The step is over: digits mean the main menu again.
    End {},
}

impl Kind {
    /// Key of what the node says.
    pub fn text_key(&self) -> Option<&str> {
        match self {
            Self::Say { text }
            | Self::Menu { text, .. }
            | Self::Ask { text, .. }
            | Self::Form { text, .. }
            | Self::Topics { text }
            | Self::Finder { text }
            | Self::OfferEmail { text }
            | Self::Csat { text } => Some(text),
            Self::SayMedia { caption, .. } => caption.as_deref(),
            Self::LookupOrder {}
            | Self::CheckPostcode { .. }
            | Self::OrderByPhone {}
            | Self::Knowledge { .. }
            | Self::Condition { .. }
            | Self::Hours {}
            | Self::Language {}
            | Self::Segment {}
            | Self::Set { .. }
            | Self::Tag { .. }
            | Self::Escalate { .. }
            | Self::Wait { .. }
            | Self::Jump { .. }
            | Self::SubFlow { .. }
            | Self::End {} => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuOption {
    /// Name of the port.
    pub key: String,
    pub digit: u32,
    /// At most 20 characters per language.
    pub title: PerLanguage<String>,
}

/// What an [`Kind::Ask`] accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    OrderNumber,
    Postcode,
    YesNo,
    /// Yes/no to "is it solved?", where "still broken" is a no.
    Solved,
    Number,
    Email,
    Text,
}

impl Answer {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderNumber => "order_number",
            Self::Postcode => "postcode",
            Self::YesNo => "yes_no",
            Self::Solved => "solved",
            Self::Number => "number",
            Self::Email => "email",
            Self::Text => "text",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: String,
    pub port: String,
    pub to: String,
}

/// A flow indexed for walking.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    pub entries: Entries,
    nodes: BTreeMap<String, Kind>,
    edges: BTreeMap<(String, String), String>,
}

impl Graph {
    pub fn new(document: &Document) -> Self {
        Self {
            entries: document.entries.clone(),
            nodes: document.nodes.iter().map(|n| (n.id.clone(), n.kind.clone())).collect(),
            edges: document
                .edges
                .iter()
                .map(|e| ((e.from.clone(), e.port.clone()), e.to.clone()))
                .collect(),
        }
    }

    pub fn node(&self, id: &str) -> Option<&Kind> {
        self.nodes.get(id)
    }

    /// Where a port leads.
    pub fn next(&self, node: &str, port: &str) -> Option<&str> {
        self.edges.get(&(node.to_owned(), port.to_owned())).map(String::as_str)
    }

    pub fn has_port(&self, node: &str, port: &str) -> bool {
        self.next(node, port).is_some()
    }

    pub fn nodes(&self) -> impl Iterator<Item = (&str, &Kind)> {
        self.nodes.iter().map(|(id, kind)| (id.as_str(), kind))
    }
}
