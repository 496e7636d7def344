//! What people put right, and how well questions are understood since.

use crate::app::App;
use crate::dto::understanding::{
    FalseAlarm, Learnt, QuestionCorrection, Understanding, UnderstandingInput,
};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use crate::routes::settings::outdated;
use crate::routes::workspace::Published;
use axum::extract::State;
use relais_app::accounts::{Permission, Person};
use relais_app::corrections::{Correction, CorrectionError};
use relais_app::service::PublishError;
use relais_core::why::Why;
use std::sync::Arc;

/// More wrong answers of a hundred nobody can want.
const MOST: u8 = 50;

/// The bound on wrong answers, and what is to be expected of questions nobody has asked yet.
#[utoipa::path(get, path = "/api/v1/understanding", operation_id = "read_understanding",
    tag = "knowledge",
    responses((status = 200, body = Understanding),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_understanding(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Understanding>> {
    signed.must(Permission::ReadInbox)?;
    let service = Arc::clone(&app.service);
    // A part of the knowledge base is learnt anew.
    let measured = tokio::task::spawn_blocking(move || service.understanding()).await;
    let measured = measured.map_err(|_| Problem::internal())?;
    Ok(axum::Json(measured.into()))
}

/// Sets how many of a hundred answers may be wrong, and publishes.
#[utoipa::path(put, path = "/api/v1/understanding", operation_id = "set_understanding",
    tag = "knowledge", request_body = UnderstandingInput,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_understanding(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<UnderstandingInput>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::EditKnowledge)?;
    if !(1..=MOST).contains(&input.most_wrong) {
        return Err(refused().field("/most_wrong", Why::range(1, MOST.into())));
    }
    let percent = Some(input.most_wrong);
    put_right(&app, person, Correction::MostWrong { percent }).await
}

/// An answer was wrong or right, or a question without an answer belongs to an article: the
/// question becomes an example, and the knowledge base is learnt and published anew.
#[utoipa::path(post, path = "/api/v1/knowledge/corrections", operation_id = "correct_answer",
    tag = "knowledge", request_body = QuestionCorrection,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn correct_answer(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<QuestionCorrection>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::ActOnConversations)?;
    let QuestionCorrection { asked, wrong, right } = input;
    if wrong.is_none() && right.is_none() {
        return Err(refused().field(
            "/right",
            Why::missing().told("name an article that is wrong, or one that is right"),
        ));
    }
    put_right(&app, person, Correction::Question { asked, wrong, right }).await
}

/// A sentence set off a hand-off rule and should not have: sentences like it no longer do. Danger
/// is never silenced.
#[utoipa::path(post, path = "/api/v1/triggers/corrections", operation_id = "correct_alarm",
    tag = "triggers", request_body = FalseAlarm,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn correct_alarm(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<FalseAlarm>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::ActOnConversations)?;
    put_right(&app, person, Correction::FalseAlarm { said: input.said, rule: input.rule }).await
}

/// Withdraws a correction as [`Understanding`] lists it: the article may answer the sentence again,
/// or the rule ring. One that is withdrawn already stays so.
#[utoipa::path(post, path = "/api/v1/understanding/withdrawals",
    operation_id = "withdraw_correction", tag = "knowledge", request_body = Learnt,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn withdraw_correction(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Learnt>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::ActOnConversations)?;
    let Some(learnt) = input.into_one() else {
        return Err(refused()
            .field("/rule", Why::missing().told("name an article or a rule, as the list does")));
    };
    put_right(&app, person, Correction::Withdrawn(learnt)).await
}

async fn put_right(
    app: &App,
    person: &Person,
    correction: Correction,
) -> Answer<axum::Json<Published>> {
    match app.service.correct(&correction, &person.agent.name).await {
        Ok(version) => {
            app.lists_changed();
            Ok(axum::Json(Published { version }))
        }
        Err(CorrectionError::Empty) => {
            Err(refused().field("/", Why::missing().told("says nothing")))
        }
        Err(CorrectionError::NoSuchArticle(id)) => {
            Err(refused().field("/", Why::unknown(format!("there is no article `{id}`"))))
        }
        Err(CorrectionError::NoSuchRule(rule)) => {
            let told = format!("`{rule}` is no rule that may be silenced");
            Err(refused().field("/rule", Why::new("choice", told)))
        }
        Err(CorrectionError::Publish(PublishError::Invalid(errors))) => {
            Err(refused().of_files(errors))
        }
        Err(CorrectionError::Publish(PublishError::Outdated)) => Err(outdated()),
        Err(CorrectionError::Publish(PublishError::Store(error))) => Err(error.into()),
    }
}

fn refused() -> Problem {
    Problem::invalid("the correction cannot be kept; nothing was changed")
}
