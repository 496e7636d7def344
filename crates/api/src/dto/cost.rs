//! What messages cost.

use relais_app::costs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Messages by month and by the provider's word for their price.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Costs {
    /// The newest first; the first one is under way.
    pub months: Vec<CostMonth>,
    /// What somebody entered; null: counts only.
    #[schema(required)]
    pub rates: Option<Rates>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostMonth {
    /// `2027-03`.
    pub month: String,
    pub lines: Vec<CostLine>,
    /// In millionths; of the lines with a rate, null without rates.
    #[schema(required)]
    pub amount_micros: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostLine {
    pub category: String,
    /// `regular`, `free_customer_service` …; empty where it is not told.
    pub kind: String,
    pub model: String,
    /// Null where it is not told.
    #[schema(required)]
    pub is_billable: Option<bool>,
    pub count: i64,
    /// In millionths; null without a rate of the category.
    #[schema(required)]
    pub amount_micros: Option<i64>,
}

/// What a billed message of a category costs. Prices differ by country and change: they are the
/// operator's to enter.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rates {
    /// Three letters: `EUR`.
    pub currency: String,
    /// By category, in millionths of the currency's unit.
    pub micros: BTreeMap<String, i64>,
}

/// Null: counts only.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRates {
    #[schema(required)]
    pub rates: Option<Rates>,
}

impl From<costs::Rates> for Rates {
    fn from(rates: costs::Rates) -> Self {
        Self { currency: rates.currency, micros: rates.micros }
    }
}

impl Costs {
    pub(crate) fn new(months: Vec<costs::Month>, rates: Option<costs::Rates>) -> Self {
        let months = months.into_iter().map(|month| of_month(month, rates.as_ref())).collect();
        Self { months, rates: rates.map(Rates::from) }
    }
}

fn of_month(month: costs::Month, rates: Option<&costs::Rates>) -> CostMonth {
    let amount = |line: &costs::Priced| rates.and_then(|rates| rates.amount(line));
    let total = |lines: &[costs::Priced]| lines.iter().filter_map(amount).sum();
    let amount_micros = rates.map(|_| total(&month.lines));
    let lines = month.lines.into_iter().map(|line| {
        let amount_micros = amount(&line);
        let costs::Priced { price, count } = line;
        CostLine {
            category: price.category,
            kind: price.kind,
            model: price.model,
            is_billable: price.is_billable,
            count,
            amount_micros,
        }
    });
    let shown = month.first.strftime("%Y-%m").to_string();
    CostMonth { month: shown, lines: lines.collect(), amount_micros }
}
