//! KPI formulas, exact and in one place: what each figure counts stands beside it.

pub mod gaps;

use crate::conversation::State;
use crate::time::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// The figures, named as the black-box contract names them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    pub conversations: u64,
    pub escalated: u64,
    /// Conversations with a hand-off ÷ all of them: the bot hears every first message.
    pub escalation_rate: f64,
    /// Closed without a hand-off and not abandoned.
    pub bot_resolved: u64,
    pub csat_count: u64,
    pub csat_average: Option<f64>,
    /// Ratings 4 and 5 ÷ ratings.
    pub csat_positive_rate: f64,
    /// End − first customer message.
    pub resolution_seconds: Percentiles,
    /// First agent message − hand-off (or the opening it waited for).
    pub first_human_reply_seconds: Percentiles,
    pub by_reason: BTreeMap<String, u64>,
    pub by_team: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

/// The figures of these conversations. One that ended because the person had another one is
/// counted as part of that.
pub fn figures(states: &[State]) -> Figures {
    let mut tally = Tally::default();
    for state in states {
        tally.add(state);
    }
    tally.figures()
}

/// What conversations add up to, one after the other: holds times and counters, no conversation.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counted: Figures,
    abandoned: u64,
    resolutions: Vec<Span>,
    replies: Vec<Span>,
    ratings: Vec<u8>,
    handoffs: BTreeMap<String, Needed>,
}

/// What agents said of hand-offs. Quality of hand-offs: needed ÷ rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// Steps 1 and 2: people had to come.
    pub needed: u64,
    /// Step 3.
    pub between: u64,
    /// Steps 4 and 5: the assistant would have done.
    pub unneeded: u64,
}

impl Needed {
    fn add(&mut self, score: u8) {
        match score {
            ..=2 => self.needed += 1,
            3 => self.between += 1,
            4.. => self.unneeded += 1,
        }
    }
}

impl Tally {
    pub fn add(&mut self, state: &State) {
        // One that ended because the person had another one is part of that.
        if state.merged_into.is_some() {
            return;
        }
        let (f, facts) = (&mut self.counted, &state.facts);
        let is_escalated = facts.first_handoff_at.is_some();
        f.conversations += 1;
        f.escalated += u64::from(is_escalated);
        if let Some(resolved_at) = state.resolved_at {
            f.bot_resolved += u64::from(!is_escalated && !state.is_abandoned);
            self.abandoned += u64::from(!is_escalated && state.is_abandoned);
            if !state.is_abandoned {
                self.resolutions.push(resolved_at.since(state.opened_at));
            }
        }
        self.ratings.extend(state.csat);
        for rated in &facts.rated {
            self.handoffs.entry(rated.reason.as_str().to_owned()).or_default().add(rated.score);
        }
        if let (Some(from), Some(reply)) = (facts.counts_from, facts.first_agent_reply_at) {
            self.replies.push(reply.since(from).max(Span::ZERO));
        }
        if let Some(reason) = facts.first_reason {
            *f.by_reason.entry(reason.as_str().to_owned()).or_insert(0) += 1;
        }
        if let Some(team) = &facts.first_team {
            *f.by_team.entry(team.clone()).or_insert(0) += 1;
        }
    }

    /// Closed by silence, with no hand-off.
    pub fn abandoned(&self) -> u64 {
        self.abandoned
    }

    /// Ratings of 4 and 5.
    pub fn positive(&self) -> u64 {
        self.ratings.iter().filter(|r| **r >= 4).count() as u64
    }

    /// What agents said of the hand-offs, by their reason.
    pub fn handoffs(&self) -> &BTreeMap<String, Needed> {
        &self.handoffs
    }

    pub fn figures(self) -> Figures {
        let positive = self.positive();
        let Self { counted: mut f, resolutions, replies, ratings, .. } = self;
        f.escalation_rate = ratio(f.escalated, f.conversations);
        f.csat_count = ratings.len() as u64;
        let sum: u64 = ratings.iter().map(|r| u64::from(*r)).sum();
        f.csat_average = (!ratings.is_empty()).then(|| ratio(sum, f.csat_count));
        f.csat_positive_rate = ratio(positive, f.csat_count);
        f.resolution_seconds = percentiles(resolutions);
        f.first_human_reply_seconds = percentiles(replies);
        f
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Median (of an even number: the mean of the two in the middle) and the nearest-rank 90 %.
fn percentiles(mut spans: Vec<Span>) -> Percentiles {
    spans.sort();
    let n = spans.len();
    if n == 0 {
        return Percentiles::default();
    }
    let secs = |i: usize| spans[i].as_secs_f64();
    let median = if n % 2 == 1 { secs(n / 2) } else { f64::midpoint(secs(n / 2 - 1), secs(n / 2)) };
    let rank = (n * 9).div_ceil(10);
    Percentiles { median: Some(median), p90: Some(secs(rank - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_few_values_are_values() {
        let spans = |secs: &[i64]| percentiles(secs.iter().map(|s| Span::secs(*s)).collect());
        assert_eq!(spans(&[]), Percentiles { median: None, p90: None });
        assert_eq!(spans(&[7]), Percentiles { median: Some(7.0), p90: Some(7.0) });
        let ten = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
        assert_eq!(spans(&ten), Percentiles { median: Some(55.0), p90: Some(90.0) });
    }

    #[test]
    fn nothing_divided_by_nothing_is_zero() {
        let f = figures(&[]);
        assert_eq!((f.escalation_rate, f.csat_positive_rate), (0.0, 0.0));
        assert_eq!(f.csat_average, None);
    }
}
