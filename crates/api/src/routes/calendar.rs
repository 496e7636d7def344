//! Days off out of a calendar file: read and shown, kept by whoever changes the settings next.

use crate::app::App;
use crate::dto::calendar::{DaysOff, LeftOut};
use crate::extract::{Signed, limited};
use crate::problem::{Answer, Problem};
use crate::routes::settings::shown;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use relais_app::accounts::Permission;
use relais_core::calendar::ical::{IcalError, MOST_BYTES, Why, read};
use std::sync::Arc;

/// Reads an iCalendar file (`.ics`) and says which days off are in it from today. Nothing is
/// changed: the days go into `hours` of the settings.
#[utoipa::path(post, path = "/api/v1/settings/calendar", operation_id = "read_calendar",
    tag = "settings", request_body(content = Vec<u8>, content_type = "text/calendar"),
    responses((status = 200, body = DaysOff),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_calendar(
    State(app): State<Arc<App>>,
    signed: Signed,
    request: Request<Body>,
) -> Answer<axum::Json<DaysOff>> {
    signed.must(Permission::ManageSettings)?;
    let bytes = limited(request.into_body(), MOST_BYTES).await?;
    let text = std::str::from_utf8(&bytes).map_err(|_| refused(IcalError::NotACalendar))?;
    let found = read(text, app.service.today()).map_err(refused)?;
    let left_out = found.left_out.into_iter().map(|one| LeftOut {
        line: one.line,
        name: one.name,
        why: match one.why {
            Why::Appointment => "appointment",
            Why::Past => "past",
            Why::Cancelled => "cancelled",
            Why::Dates => "dates",
            Why::Repetition => "repetition",
        },
    });
    Ok(axum::Json(DaysOff {
        holidays: shown(&found.holidays)?,
        closures: shown(&found.closures)?,
        left_out: left_out.collect(),
        more_left_out: found.more_left_out,
    }))
}

fn refused(error: IcalError) -> Problem {
    let slug = match error {
        IcalError::NotACalendar => "not_a_calendar",
        IcalError::Broken { .. } => "calendar_broken",
        IcalError::CutOff => "calendar_cut_off",
        IcalError::TooMany => "calendar_too_many",
        IcalError::TooLong => "too_large",
    };
    let title = "The calendar cannot be read";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, slug, title).detail(error.to_string())
}
