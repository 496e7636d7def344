//! Figures of a period, and what the knowledge base could not answer in it.

use crate::app::App;
use crate::dto::Items;
use crate::dto::figures::{Gap, Report};
use crate::extract::{Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use relais_app::mask;
use relais_app::report::LONGEST;
use relais_core::time::{Span, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const DAYS: u32 = 7;
const GAPS: usize = 50;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// Days back from now, 1 to 92; 7 unless said.
    days: Option<u32>,
}

impl Period {
    fn days(&self) -> u32 {
        self.days.unwrap_or(DAYS).clamp(1, LONGEST)
    }
}

/// The figures of the last days, today included, and of as many days before.
#[utoipa::path(get, path = "/api/v1/figures", operation_id = "read_figures", tag = "figures",
    params(Period),
    responses((status = 200, body = Report),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_figures(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(period): Params<Period>,
) -> Answer<axum::Json<Report>> {
    signed.must(Permission::ReadFigures)?;
    Ok(axum::Json(app.service.report(period.days()).await?.into()))
}

/// Questions of the last days without an answer, the most frequent first.
#[utoipa::path(get, path = "/api/v1/gaps", operation_id = "list_gaps", tag = "figures",
    params(Period),
    responses((status = 200, body = Items<Gap>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_gaps(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(period): Params<Period>,
) -> Answer<axum::Json<Items<Gap>>> {
    signed.must(Permission::ReadFigures)?;
    let to = app.service.clock().now();
    let back = Span::hours(24 * i64::from(period.days()));
    let from = Timestamp::from_micros(to.as_micros() - back.as_micros());
    let gaps = app.service.gaps(from, to).await?.into_iter().take(GAPS);
    let is_masked = signed.is_masked();
    let shown = |text: &String| if is_masked { mask::words(text) } else { mask::cards(text) };
    let items = gaps.map(|gap| Gap {
        question: shown(&gap.question),
        count: gap.count,
        examples: gap.examples.iter().map(shown).collect(),
    });
    Ok(axum::Json(Items { items: items.collect() }))
}
