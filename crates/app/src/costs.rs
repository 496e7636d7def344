//! What messages cost: the provider's own words for each, counted by month. Money only where
//! somebody entered what a message of a category costs.

use crate::port::store::{EntryRow, Result, StoreError, Write};
use crate::service::Service;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use relais_core::id::ConversationId;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Months shown at once.
pub const MOST_MONTHS: u32 = 24;
/// Reports come for so long; what is older does not change any more.
const REPORTED_WITHIN: Span = Span::hours(35 * 24);
/// Almost all messages belong to a conversation that began no longer before; older ones are looked
/// for one by one.
const USUAL_TALK: Span = Span::hours(92 * 24);
/// Months that do not change any more.
const CLOSED: &str = "cost.month";
const RATES: &str = "cost.rates";
/// Categories with a rate.
pub const MOST_RATES: usize = 20;

/// What a provider says of the price of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Price {
    /// `marketing`, `utility`, `authentication`, `service` …
    pub category: String,
    /// `regular`, `free_customer_service`, `free_entry_point`.
    pub kind: String,
    /// How it is billed: `PMP` (by message), `CBP` (by conversation).
    pub model: String,
    pub is_billable: Option<bool>,
}

impl Price {
    /// As it is kept.
    pub fn word(&self) -> String {
        let plain = |text: &str| text.replace('|', " ").chars().take(40).collect::<String>();
        let billable = match self.is_billable {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let (category, kind, model) =
            (plain(&self.category), plain(&self.kind), plain(&self.model));
        format!("{category}|{kind}|{model}|{billable}")
    }

    pub fn read(word: &str) -> Self {
        let mut parts = word.split('|').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        let (category, kind, model, billable) = (next(), next(), next(), next());
        let is_billable = match billable.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        Self { category, kind, model, is_billable }
    }

    /// Somebody pays for it, as far as is told.
    pub fn is_paid(&self) -> bool {
        self.is_billable.unwrap_or(false)
    }
}

/// Messages of one price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Priced {
    pub price: Price,
    pub count: i64,
}

/// A month of the workspace's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    pub lines: Vec<Priced>,
}

/// What a paid message of a category costs, as somebody entered it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Rates {
    /// `EUR`.
    pub currency: String,
    /// In millionths of the currency's unit.
    pub micros: BTreeMap<String, i64>,
}

impl Rates {
    /// What the paid messages of a line cost; nothing without a rate.
    pub fn amount(&self, line: &Priced) -> Option<i64> {
        let rate = self.micros.get(&line.price.category)?;
        let count = if line.price.is_paid() { line.count } else { 0 };
        Some(rate.saturating_mul(count))
    }
}

impl Service {
    /// The last months, this one included, the newest first.
    pub async fn costs(&self, months: u32) -> Result<Vec<Month>> {
        let snapshot = self.snapshot();
        let zone = TimeZone::get(&snapshot.document.workspace.time_zone)
            .map_err(|e| StoreError::Bug(format!("a published zone is known: {e}")))?;
        let now = self.clock().now();
        let mut first = zone.to_datetime(now.to_jiff()).date().first_of_month();
        let mut shown = Vec::new();
        for _ in 0..months.clamp(1, MOST_MONTHS) {
            let lines = self.month(first, &zone, now).await?;
            shown.push(Month { first, lines });
            first = first.yesterday().map_or(first, Date::first_of_month);
        }
        Ok(shown)
    }

    async fn month(&self, first: Date, zone: &TimeZone, now: Timestamp) -> Result<Vec<Priced>> {
        let next = first.last_of_month().tomorrow().unwrap_or(first);
        let (from, to) = (start(first, zone), start(next, zone));
        let is_closed = now.since(to) > REPORTED_WITHIN;
        let id = first.strftime("%Y-%m").to_string();
        if is_closed && let Some(row) = self.store().entry(CLOSED, &id).await? {
            if let Ok(lines) = serde_json::from_str(&row.data) {
                return Ok(lines);
            }
        }
        let talk = |at: Timestamp| ConversationId::new(at, [0; 10]);
        let began = (talk(from - USUAL_TALK), talk(to));
        let mut lines: Vec<Priced> = (self.store().prices(began, (from, to)).await?.into_iter())
            .map(|(word, count)| Priced { price: Price::read(&word), count })
            .collect();
        lines.sort_by(|a, b| a.price.cmp(&b.price));
        if is_closed {
            let data = serde_json::to_string(&lines).expect("plain data");
            let row = EntryRow { kind: CLOSED.to_owned(), id, data, at: now };
            self.store().commit(vec![Write::PutEntry(row)]).await?;
        }
        Ok(lines)
    }

    /// What somebody entered; nothing: counts only.
    pub async fn rates(&self) -> Result<Option<Rates>> {
        let stored = self.store().setting(RATES).await?;
        Ok(stored.and_then(|json| serde_json::from_str(&json).ok()))
    }

    pub async fn set_rates(&self, rates: Option<&Rates>) -> Result<()> {
        let json = rates.map(|rates| serde_json::to_string(rates).expect("plain data"));
        self.store().put_setting(RATES, json.as_deref()).await
    }
}

/// The first instant of a day.
fn start(day: Date, zone: &TimeZone) -> Timestamp {
    let first = zone.to_timestamp(day.at(0, 0, 0, 0));
    Timestamp::from_jiff(first.unwrap_or(jiff::Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_kept_as_it_was_told() {
        for is_billable in [Some(true), Some(false), None] {
            let price = Price {
                category: "authentication_international".into(),
                kind: "regular".into(),
                model: "PMP".into(),
                is_billable,
            };
            assert_eq!(Price::read(&price.word()), price);
        }
        let odd = Price { category: "a|b".into(), ..Price::read("") };
        assert_eq!(Price::read(&odd.word()).category, "a b");
    }

    #[test]
    fn only_what_is_billed_is_money_and_only_with_a_rate() {
        let line = |word: &str| Priced { price: Price::read(word), count: 3 };
        let micros = BTreeMap::from([("utility".to_owned(), 25_000)]);
        let rates = Rates { currency: "EUR".into(), micros };
        assert_eq!(rates.amount(&line("utility|regular|PMP|yes")), Some(75_000));
        assert_eq!(rates.amount(&line("utility|free_customer_service|PMP|no")), Some(0));
        assert_eq!(rates.amount(&line("marketing|regular|PMP|yes")), None);
    }
}
