//! A language model, where the operator connected one: what it may be asked, what that may cost,
//! and how its words are read. It is treated as hostile throughout (S13): nothing here lets its
//! words act, and without it everything goes on.

mod copilot;
mod gate;
mod prompt;
pub(crate) mod reply;
mod settings;

pub use copilot::{Help, HelpError, Helped, Source};
pub(crate) use gate::Gate;
pub use gate::{Budget, Rules, Spent};
pub use prompt::{Prompt, Shape};
pub use settings::{
    Keys, Made, ModelMaker, Models, Probe, Provider, SaveError, Settings, Shown, Speech, Verdict,
};
