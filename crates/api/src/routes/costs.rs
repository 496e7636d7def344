//! What messages cost, by month, in the provider's words; money where rates were entered.

use crate::app::App;
use crate::dto::cost::{Costs, SetRates};
use crate::extract::{Json, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use relais_app::costs::{self, MOST_MONTHS, MOST_RATES};
use relais_core::why::Why;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const MONTHS: u32 = 6;
/// A thousand of the currency's units for one message is a slip.
const MOST_MICROS: i64 = 1_000_000_000;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// 1 to 24; 6 unless said.
    months: Option<u32>,
}

/// Messages of the last months by category and by how they are billed.
#[utoipa::path(get, path = "/api/v1/figures/costs", operation_id = "read_costs", tag = "figures",
    params(Back),
    responses((status = 200, body = Costs),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_costs(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(back): Params<Back>,
) -> Answer<axum::Json<Costs>> {
    signed.must(Permission::ReadFigures)?;
    let months = back.months.unwrap_or(MONTHS).clamp(1, MOST_MONTHS);
    let months = app.service.costs(months).await?;
    Ok(axum::Json(Costs::new(months, app.service.rates().await?)))
}

/// Enters what a billed message of a category costs, or takes it back.
#[utoipa::path(put, path = "/api/v1/figures/costs/rates", operation_id = "set_cost_rates",
    tag = "figures", request_body = SetRates,
    responses((status = 200, body = Costs),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_cost_rates(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<SetRates>,
) -> Answer<axum::Json<Costs>> {
    let person = signed.must(Permission::ManageSettings)?;
    let rates = checked(input)?;
    let told = rates.as_ref().map_or("none", |rates| rates.currency.as_str());
    app.audit(person, "rates.change", told).await?;
    app.service.set_rates(rates.as_ref()).await?;
    let months = app.service.costs(MONTHS).await?;
    Ok(axum::Json(Costs::new(months, rates)))
}

fn checked(input: SetRates) -> Answer<Option<costs::Rates>> {
    let Some(rates) = input.rates else { return Ok(None) };
    let invalid = |pointer: &str, why: Why| {
        Err(Problem::invalid("see the fields").field(pointer.to_owned(), why))
    };
    let is_currency = rates.currency.len() == 3
        && rates.currency.bytes().all(|letter| letter.is_ascii_uppercase());
    if !is_currency {
        let why = Why::new("currency", "must be three capital letters, such as EUR");
        return invalid("/rates/currency", why);
    }
    let is_word = |word: &String| {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        !word.is_empty() && word.len() <= 40 && word.bytes().all(is_plain)
    };
    if rates.micros.len() > MOST_RATES || !rates.micros.keys().all(is_word) {
        return invalid("/rates/micros", "must name at most 20 categories in small letters".into());
    }
    if rates.micros.values().any(|micros| !(0..=MOST_MICROS).contains(micros)) {
        return invalid("/rates/micros", "must be 0 to 1000000000 millionths".into());
    }
    Ok(Some(costs::Rates { currency: rates.currency, micros: rates.micros }))
}
