use relais_app::report;
use relais_core::kpi;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A period, the one before it, and each of its days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Report {
    pub from: String,
    pub to: String,
    pub current: Figures,
    pub previous: Figures,
    pub days: Vec<Day>,
}

/// Conversations that began in a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    pub conversations: u64,
    /// With a hand-off.
    pub escalated: u64,
    /// Closed without a hand-off, after an answer.
    pub bot_resolved: u64,
    /// Closed by silence, with no hand-off.
    pub abandoned: u64,
    pub ratings: u64,
    /// Ratings of 4 and 5.
    pub ratings_positive: u64,
    #[schema(required)]
    pub rating_average: Option<f64>,
    pub resolution: Seconds,
    pub first_human_reply: Seconds,
    pub by_reason: BTreeMap<String, u64>,
    pub by_team: BTreeMap<String, u64>,
    /// What agents said of the hand-offs, by their reason; those nobody rated are in none.
    pub handoffs_rated: BTreeMap<String, HandoffRatings>,
}

/// Whether people had to come, as agents say in five steps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandoffRatings {
    /// Steps 1 and 2: people had to come.
    pub needed: u64,
    /// Step 3.
    pub between: u64,
    /// Steps 4 and 5: the assistant would have done.
    pub unneeded: u64,
}

impl From<kpi::Needed> for HandoffRatings {
    fn from(of: kpi::Needed) -> Self {
        Self { needed: of.needed, between: of.between, unneeded: of.unneeded }
    }
}

/// Half of the values are at most `median`, nine in ten at most `p90`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Seconds {
    #[schema(required)]
    pub median: Option<f64>,
    #[schema(required)]
    pub p90: Option<f64>,
}

/// A day of the workspace's calendar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Day {
    /// `2027-03-02`.
    pub date: String,
    pub conversations: u64,
    pub escalated: u64,
    pub ratings: u64,
    pub ratings_positive: u64,
    pub resolution: Seconds,
}

/// A question the knowledge base had no answer for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Gap {
    pub question: String,
    pub count: u64,
    pub examples: Vec<String>,
}

impl From<report::Report> for Report {
    fn from(r: report::Report) -> Self {
        Self {
            from: r.from.to_string(),
            to: r.to.to_string(),
            current: r.current.into(),
            previous: r.previous.into(),
            days: r.days.into_iter().map(|(date, f)| day(date.to_string(), &f)).collect(),
        }
    }
}

impl From<report::Period> for Figures {
    fn from(period: report::Period) -> Self {
        let report::Period { figures: f, abandoned, positive, handoffs } = period;
        Self {
            conversations: f.conversations,
            escalated: f.escalated,
            bot_resolved: f.bot_resolved,
            abandoned,
            ratings: f.csat_count,
            ratings_positive: positive,
            rating_average: f.csat_average,
            resolution: seconds(&f.resolution_seconds),
            first_human_reply: seconds(&f.first_human_reply_seconds),
            by_reason: f.by_reason,
            by_team: f.by_team,
            handoffs_rated: handoffs.into_iter().map(|(of, n)| (of, n.into())).collect(),
        }
    }
}

fn day(date: String, period: &report::Period) -> Day {
    let f = &period.figures;
    Day {
        date,
        conversations: f.conversations,
        escalated: f.escalated,
        ratings: f.csat_count,
        ratings_positive: period.positive,
        resolution: seconds(&f.resolution_seconds),
    }
}

fn seconds(of: &kpi::Percentiles) -> Seconds {
    Seconds { median: of.median, p90: of.p90 }
}
