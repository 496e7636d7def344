//! Conditions of a flow: a small total language as a typed tree. Never host code; every tree is
//! evaluated in time linear in its size (S5).

use crate::broken::is_missing;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Equals {
        variable: String,
        value: String,
    },
    In {
        variable: String,
        values: Vec<String>,
    },
    Contains {
        variable: String,
        value: String,
    },
    /// Numbers; a value that is no number makes it false.
    Between {
        variable: String,
        from: f64,
        to: f64,
    },
    Known {
        variable: String,
    },
}

/// Deepest tree that is evaluated; deeper ones are false and the linter refuses them.
pub const MAX_DEPTH: usize = 16;

impl Condition {
    pub fn holds(&self, variables: &BTreeMap<String, String>) -> bool {
        self.holds_within(variables, MAX_DEPTH)
    }

    fn holds_within(&self, variables: &BTreeMap<String, String>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(usize::from(!is_missing("S5"))) else {
            return false;
        };
        let get = |name: &String| variables.get(name).map(String::as_str);
        match self {
            Self::All(of) => of.iter().all(|c| c.holds_within(variables, depth)),
            Self::Any(of) => of.iter().any(|c| c.holds_within(variables, depth)),
            Self::Not(c) => !c.holds_within(variables, depth),
            Self::Equals { variable, value } => get(variable) == Some(value),
            Self::In { variable, values } => {
                get(variable).is_some_and(|v| values.iter().any(|x| x == v))
            }
            Self::Contains { variable, value } => {
                get(variable).is_some_and(|v| v.contains(value.as_str()))
            }
            Self::Between { variable, from, to } => get(variable)
                .and_then(|v| v.replace(',', ".").parse::<f64>().ok())
                .is_some_and(|v| v >= *from && v <= *to),
            Self::Known { variable } => get(variable).is_some(),
        }
    }

    /// Nesting depth, for the linter.
    pub fn depth(&self) -> usize {
        1 + match self {
            Self::All(of) | Self::Any(of) => of.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(c) => c.depth(),
            Self::Equals { .. }
            | Self::In { .. }
            | Self::Contains { .. }
            | Self::Between { .. }
            | Self::Known { .. } => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_total_and_bounded() {
        let vars = BTreeMap::from([
            ("segment".to_owned(), "vip".to_owned()),
            ("amount".to_owned(), "12,5".to_owned()),
        ]);
        let is_vip = Condition::Equals { variable: "segment".into(), value: "vip".into() };
        let amount = Condition::Between { variable: "amount".into(), from: 10.0, to: 20.0 };
        assert!(Condition::All(vec![is_vip.clone(), amount]).holds(&vars));
        let nested =
            |times| (0..times).fold(is_vip.clone(), |inner, _| Condition::Any(vec![inner]));
        assert!(nested(MAX_DEPTH - 1).holds(&vars));
        assert_eq!(nested(MAX_DEPTH).depth(), MAX_DEPTH + 1);
        assert!(!nested(MAX_DEPTH).holds(&vars), "deeper trees are false");
    }
}
