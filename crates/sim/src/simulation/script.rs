//! A run as data: what happens, step by step. A seed writes a script; a script that fails is made
//! shorter and kept as a file that people can read.

use serde::{Deserialize, Serialize};

/// One thing that happens, and how far the process gets with its work afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    #[serde(flatten)]
    pub act: Act,
    /// Turns of the process's tasks after it; each is one call of the store or the provider.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub turns: u16,
    /// Of the dice that choose the order, and the faults.
    #[serde(default)]
    pub dice: u32,
}

fn is_zero(turns: &u16) -> bool {
    *turns == 0
}

/// What happens. People and conversations are numbered in the order in which they came; a number
/// beyond the last starts again with the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// A customer writes; the provider has it.
    Says {
        who: u8,
        words: String,
    },
    /// A customer presses the button they were shown last.
    Presses {
        who: u8,
        button: u8,
    },
    /// A customer sends something without words.
    Sends {
        who: u8,
        thing: Thing,
    },
    /// The provider tells that a number and an id are one person's.
    Moves {
        who: u8,
    },
    /// A colleague answers on the phone of the number.
    Phone {
        who: u8,
    },
    /// The provider delivers so many of the objects it owes, and one again.
    Deliver {
        objects: u8,
        again: bool,
    },
    Agent {
        agent: u8,
        talk: u8,
        what: What,
    },
    Availability {
        agent: u8,
        is_there: bool,
    },
    Publish {
        edition: u8,
    },
    Erase {
        who: u8,
    },
    FetchAgain,
    /// Time passes.
    Wait {
        seconds: u32,
    },
    /// Time passes until the next timer.
    NextTimer,
    /// The wall clock is wrong from now on.
    ClockWrong {
        minutes: i16,
    },
    /// The process dies and starts again.
    Crash,
    Weather(Weather),
    /// An admin connects the number again.
    Reconnect,
    /// Everything that can be done at this instant is done.
    Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    Picture,
    Voice,
    Location,
    Reaction,
    Sticker,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Take,
    Reply,
    /// The same request on two connections.
    ReplyTwice,
    Note,
    Transfer,
    Return,
    Resolve,
}

/// How often things fail, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weather {
    /// Calls of the store that are not carried out.
    #[serde(skip_serializing_if = "is_none")]
    pub store: u8,
    /// Commits that are carried out without the process learning it.
    #[serde(skip_serializing_if = "is_none")]
    pub lost: u8,
    #[serde(skip_serializing_if = "is_none")]
    pub sends: u8,
    #[serde(skip_serializing_if = "is_none")]
    pub helpers: u8,
}

fn is_none(share: &u8) -> bool {
    *share == 0
}

/// A whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The seed it was written by: also of ids and names.
    pub seed: u64,
    pub steps: Vec<Step>,
}

impl Script {
    /// One line of JSON for the seed, one for each step.
    pub fn to_lines(&self) -> String {
        let mut out = format!("{{\"seed\":{}}}\n", self.seed);
        for step in &self.steps {
            out.push_str(&serde_json::to_string(step).expect("a step is plain data"));
            out.push('\n');
        }
        out
    }

    /// Reads [`Self::to_lines`]; lines that begin with `#` say what it is about.
    pub fn from_lines(text: &str) -> Result<Self, String> {
        let mut seed = None;
        let mut steps = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let at = |e: serde_json::Error| format!("line {number}: {e}");
            if seed.is_none() {
                #[derive(Deserialize)]
                struct Head {
                    seed: u64,
                }
                seed = Some(serde_json::from_str::<Head>(line).map_err(at)?.seed);
                continue;
            }
            steps.push(serde_json::from_str(line).map_err(at)?);
        }
        Ok(Self { seed: seed.ok_or("there is no line with the seed")?, steps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_as_it_was_written() {
        let script = super::super::write::script(7, super::super::Profile::Everything);
        assert_eq!(Script::from_lines(&script.to_lines()), Ok(script));
    }
}
