//! Port of a form's screen: while a customer fills a form in, the provider asks us, encrypted, what
//! comes next. An adapter opens and seals; `forms` decides.

use std::collections::BTreeMap;

/// Why an exchange cannot be opened. The provider is told by a status of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// Signature missing or wrong.
    Unsigned,
    /// Encrypted for a key we do not have: the provider asks for ours again.
    Sealed,
    /// Opened, and not what the provider documents.
    Malformed,
}

/// What the provider's screen asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whether we are there.
    Ping,
    /// It tells of a fault of ours.
    Fault { reason: String },
    /// A screen is opened, or gone back to.
    Screen { screen: Option<String>, token: String },
    /// A screen was filled in.
    Filled { screen: String, token: String, fields: BTreeMap<String, String> },
}

/// What the screen is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Present,
    Noted,
    /// Shows a screen, with what is wrong with the fields.
    Show {
        screen: String,
        error: Option<String>,
    },
    /// All is right: the form closes, and what was filled in comes as a message.
    Done {
        token: String,
        fields: BTreeMap<String, String>,
    },
    /// The form is too old, or none of ours: it cannot be used any more.
    Gone {
        error: String,
    },
}

/// Seals the one reply to an exchange.
pub type Seal = Box<dyn FnOnce(&Reply) -> String + Send>;

/// The door of a channel's forms. Pure: no I/O, no clock.
pub trait FormDoor: std::fmt::Debug + Send + Sync {
    fn open(&self, body: &[u8], signature: Option<&[u8]>) -> Result<(Asked, Seal), FormError>;
}
