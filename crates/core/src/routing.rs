//! Who is served first, and by whom.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// How pressing a hand-off is; `Urgent` is the greatest.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// A conversation, or a contact, in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting<K> {
    pub key: K,
    pub priority: Priority,
    /// In the VIP segment.
    pub is_vip: bool,
    /// When the wait began; kept when the queue or the priority changes.
    pub since: Timestamp,
    /// Order of arrival; decides between two that came at the same instant.
    pub position: u64,
}

/// The class a conversation is served in; classes are emptied in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Urgent,
    Vip,
    High,
    Normal,
}

impl<K> Waiting<K> {
    fn class(&self) -> Class {
        match (self.priority, self.is_vip) {
            (Priority::Urgent, _) => Class::Urgent,
            (Priority::High | Priority::Normal, true) => Class::Vip,
            (Priority::High, false) => Class::High,
            (Priority::Normal, false) => Class::Normal,
        }
    }
}

/// Sorts a queue as agents serve it: urgent, then the VIP segment, then high, then normal; within
/// each the oldest first, then by arrival, then by key.
pub fn serving_order<K: Ord>(queue: &mut [Waiting<K>]) {
    queue.sort_by(|a, b| {
        let class = a.class().cmp(&b.class());
        let age = class.then(a.since.cmp(&b.since)).then(a.position.cmp(&b.position));
        age.then_with(|| a.key.cmp(&b.key))
    });
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    Available,
    Busy,
    /// Still with the conversation before; said by nobody, it comes and ends by itself.
    WrapUp,
    Away,
    #[default]
    Offline,
}

/// An agent as the router sees one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentState {
    /// The agent's key.
    pub id: String,
    pub teams: Vec<String>,
    /// Language tags; only the language itself counts (`pt-BR` speaks `pt`).
    pub languages: Vec<String>,
    /// Conversations at once that are given without asking; an agent may take more.
    pub capacity: u32,
    /// Conversations held now.
    pub load: u32,
    pub availability: Availability,
}

impl AgentState {
    fn speaks(&self, language: &str) -> bool {
        self.languages.iter().any(|l| primary(l).eq_ignore_ascii_case(primary(language)))
    }

    fn is_in(&self, team: &str) -> bool {
        self.teams.iter().any(|t| t == team)
    }
}

fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// The agent can be given one more conversation.
pub fn is_available(agent: &AgentState) -> bool {
    match agent.availability {
        Availability::Available => agent.load < agent.capacity,
        Availability::Busy | Availability::WrapUp | Availability::Away | Availability::Offline => {
            false
        }
    }
}

/// Agents of a team who can be given a conversation, the best first: those who speak the language,
/// then the smallest load for their capacity, then by key. Nobody who is not available.
pub fn candidates<'a>(agents: &'a [AgentState], team: &str, language: &str) -> Vec<&'a AgentState> {
    let mut found: Vec<&AgentState> =
        agents.iter().filter(|a| a.is_in(team) && is_available(a)).collect();
    found.sort_by(|a, b| {
        let language = b.speaks(language).cmp(&a.speaks(language));
        language.then_with(|| relative_load(a, b)).then_with(|| a.id.cmp(&b.id))
    });
    found
}

/// Someone of the team can be given a conversation.
pub fn team_available(agents: &[AgentState], team: &str) -> bool {
    agents.iter().any(|a| a.is_in(team) && is_available(a))
}

/// Compares load ÷ capacity exactly, by cross-multiplication.
fn relative_load(a: &AgentState, b: &AgentState) -> Ordering {
    let (left, right) =
        (u64::from(a.load) * u64::from(b.capacity), u64::from(b.load) * u64::from(a.capacity));
    left.cmp(&right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(key: &str, priority: Priority, is_vip: bool, minute: i64) -> Waiting<String> {
        let since = Timestamp::from_secs(minute * 60);
        Waiting { key: key.to_owned(), priority, is_vip, since, position: 0 }
    }

    fn order(mut queue: Vec<Waiting<String>>) -> Vec<String> {
        serving_order(&mut queue);
        queue.into_iter().map(|w| w.key).collect()
    }

    #[test]
    fn urgent_goes_before_vip_before_high_before_normal() {
        let queue = vec![
            waiting("normal", Priority::Normal, false, 0),
            waiting("high", Priority::High, false, 1),
            waiting("vip", Priority::High, true, 2),
            waiting("urgent", Priority::Urgent, false, 3),
        ];
        assert_eq!(order(queue), ["urgent", "vip", "high", "normal"]);
    }

    #[test]
    fn within_a_class_only_age_counts() {
        let queue = vec![
            waiting("vip urgent", Priority::Urgent, true, 5),
            waiting("urgent", Priority::Urgent, false, 4),
            waiting("vip high", Priority::High, true, 3),
            waiting("vip normal", Priority::Normal, true, 2),
        ];
        assert_eq!(order(queue), ["urgent", "vip urgent", "vip normal", "vip high"]);
    }

    #[test]
    fn ties_are_broken_by_arrival_then_key() {
        let mut late = waiting("a", Priority::Normal, false, 0);
        late.position = 9;
        let queue = vec![
            late,
            waiting("c", Priority::Normal, false, 0),
            waiting("b", Priority::Normal, false, 0),
        ];
        assert_eq!(order(queue), ["b", "c", "a"]);
    }

    #[test]
    fn the_order_does_not_depend_on_the_input_order() {
        let mut queue = Vec::new();
        for n in 0..24_u8 {
            let priority = [Priority::Normal, Priority::High, Priority::Urgent][usize::from(n % 3)];
            queue.push(waiting(&format!("{n:02}"), priority, n % 2 == 0, i64::from(n % 4)));
        }
        let expected = order(queue.clone());
        for _ in 0..queue.len() {
            queue.rotate_left(7);
            queue.swap(0, 11);
            assert_eq!(order(queue.clone()), expected);
        }
    }

    #[test]
    fn priorities_compare_and_are_written_in_small_letters() {
        assert!(Priority::Urgent > Priority::High && Priority::High > Priority::Normal);
        assert_eq!(serde_json::to_string(&Priority::Urgent).unwrap(), r#""urgent""#);
        for p in [Priority::Normal, Priority::High, Priority::Urgent] {
            assert_eq!(serde_json::to_string(&p).unwrap(), format!("\"{}\"", p.as_str()));
        }
    }

    fn agent(id: &str, languages: &[&str], load: u32, capacity: u32) -> AgentState {
        AgentState {
            id: id.to_owned(),
            teams: vec!["general".to_owned()],
            languages: languages.iter().map(|l| (*l).to_owned()).collect(),
            capacity,
            load,
            availability: Availability::Available,
        }
    }

    fn names(agents: &[AgentState], team: &str, language: &str) -> Vec<String> {
        candidates(agents, team, language).iter().map(|a| a.id.clone()).collect()
    }

    #[test]
    fn an_agent_is_available_below_capacity_and_only_when_available() {
        let mut a = agent("nadia", &["fr"], 3, 4);
        assert!(is_available(&a));
        a.load = 4;
        assert!(!is_available(&a));
        a.load = 5;
        assert!(!is_available(&a));
        a.load = 0;
        for away in
            [Availability::Busy, Availability::WrapUp, Availability::Away, Availability::Offline]
        {
            a.availability = away;
            assert!(!is_available(&a));
        }
        assert!(!is_available(&agent("none", &["fr"], 0, 0)));
    }

    #[test]
    fn language_counts_more_than_load_and_load_more_than_key() {
        let agents = [
            agent("hugo", &["fr"], 0, 4),
            agent("lucia", &["es", "pt", "fr"], 3, 4),
            agent("nadia", &["fr", "en"], 1, 4),
        ];
        assert_eq!(names(&agents, "general", "es"), ["lucia", "hugo", "nadia"]);
        assert_eq!(names(&agents, "general", "fr"), ["hugo", "nadia", "lucia"]);
        assert_eq!(names(&agents, "general", "pt-BR"), ["lucia", "hugo", "nadia"]);
        assert!(names(&agents, "billing", "fr").is_empty());
    }

    #[test]
    fn load_is_relative_to_capacity() {
        let agents = [agent("half", &["fr"], 2, 4), agent("third", &["fr"], 3, 9)];
        assert_eq!(names(&agents, "general", "fr"), ["third", "half"]);
        let equal = [agent("b", &["fr"], 1, 2), agent("a", &["fr"], 2, 4)];
        assert_eq!(names(&equal, "general", "fr"), ["a", "b"]);
    }

    #[test]
    fn nobody_who_is_full_or_not_available_is_a_candidate() {
        let mut agents = vec![agent("full", &["fr"], 4, 4), agent("off", &["fr"], 0, 4)];
        agents[1].availability = Availability::Offline;
        assert!(names(&agents, "general", "fr").is_empty());
        assert!(!team_available(&agents, "general"));
        agents.push(agent("free", &["hi"], 0, 1));
        assert_eq!(names(&agents, "general", "fr"), ["free"]);
        assert!(team_available(&agents, "general"));
        assert!(!team_available(&agents, "vip"));
    }
}
