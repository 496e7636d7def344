//! Refusals: `application/problem+json` with a stable word, the request's id, and pointers to the
//! fields at fault (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relais_app::accounts::AccountError;
use relais_app::port::store::StoreError;
use relais_core::why::Why;
use relais_core::workspace::snapshot::Invalid;
use serde::Serialize;
use utoipa::ToSchema;

tokio::task_local! {
    /// The id of the request being served.
    pub(crate) static REQUEST_ID: String;
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// `/problems/<word>`; the word is stable.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// What happened and what to do, for people.
    detail: Option<String>,
    #[schema(value_type = Option<String>)]
    request_id: Option<Box<str>>,
    errors: Option<Vec<FieldError>>,
    #[serde(skip)]
    retry_after: Option<u32>,
    #[serde(skip)]
    is_store_lost: bool,
}

/// Marks an answer after which the process must end: the store has to be opened again (R14).
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoreLost;

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct FieldError {
    /// JSON pointer into the request.
    pub pointer: String,
    /// A stable word, such as `missing`, `length` or `taken`; `other` has the detail only.
    pub code: &'static str,
    /// Of `range` the number, of `length` the characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<u64>,
    /// As `least`; also of `too_long` and `too_many`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// In English.
    pub detail: String,
}

pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    pub fn new(status: StatusCode, slug: &'static str, title: &'static str) -> Self {
        Self {
            kind: format!("/problems/{slug}"),
            title,
            status: status.as_u16(),
            detail: None,
            request_id: None,
            errors: None,
            retry_after: None,
            is_store_lost: false,
        }
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, why: impl Into<Why>) -> Self {
        let Why { code, least, most, detail } = why.into();
        let error = FieldError { pointer: pointer.into(), code, least, most, detail };
        self.errors.get_or_insert_default().push(error);
        self
    }

    /// What is wrong with the files of the workspace.
    #[must_use]
    pub(crate) fn of_files(self, errors: Vec<Invalid>) -> Self {
        errors.into_iter().fold(self, |problem, error| {
            problem.field(format!("/{}", error.at.replace('.', "/")), error.why)
        })
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", what)
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Not signed in")
    }

    pub(crate) fn forbidden() -> Self {
        let title = "Your role does not allow this";
        Self::new(StatusCode::FORBIDDEN, "forbidden", title)
    }

    pub(crate) fn masked() -> Self {
        let title = "What people said is hidden from you";
        Self::new(StatusCode::FORBIDDEN, "masked", title)
            .detail("give a reason for reading this conversation first; it is written down")
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        let title = "The request cannot be accepted";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title).detail(detail)
    }

    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here")
            .detail("it was written to the log under the request id")
    }

    pub(crate) fn overloaded() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too busy right now")
            .detail("try again in a moment")
            .retry_after(1)
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.request_id = REQUEST_ID.try_with(|id| id.clone().into_boxed_str()).ok();
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (retry_after, is_store_lost) = (self.retry_after, self.is_store_lost);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if is_store_lost {
            response.extensions_mut().insert(StoreLost);
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let unavailable = |title: &'static str| {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", title)
                .detail("nothing was changed; try again in a moment")
                .retry_after(5)
        };
        match &error {
            StoreError::Full => {
                tracing::error!("store full");
                unavailable("The disk is full")
            }
            StoreError::Unavailable(_) | StoreError::Fenced => {
                tracing::warn!(%error, "store unavailable");
                unavailable("The database does not answer")
            }
            StoreError::Fatal(_) => {
                tracing::error!(%error, "store failed");
                Self { is_store_lost: true, ..unavailable("The database failed") }
            }
            StoreError::Inconsistent { .. } | StoreError::Bug(_) => {
                tracing::error!(%error, "store error");
                Self::internal()
            }
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::WrongCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "Wrong login or password")
            }
            AccountError::SecondFactorNeeded => {
                let title = "A code of your second factor is needed";
                Self::new(StatusCode::UNAUTHORIZED, "second_factor_needed", title)
            }
            AccountError::WrongCode => {
                let title = "The code is wrong, or was used already";
                Self::new(StatusCode::UNAUTHORIZED, "wrong_code", title)
            }
            AccountError::SignInAgain => {
                let title = "Sign in again first";
                Self::new(StatusCode::FORBIDDEN, "sign_in_again", title).detail(
                    "an account without a password confirms this by a sign-in of the last \
                             ten minutes",
                )
            }
            AccountError::NoVault => {
                let title = "Second factors cannot be kept here";
                Self::new(StatusCode::CONFLICT, "no_master_key", title)
                    .detail("start with the master key of this instance")
            }
            AccountError::LinkGone => {
                Self::new(StatusCode::GONE, "link_gone", "This link no longer works")
                    .detail("ask for a new one")
            }
            AccountError::TooMany { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "Too many attempts")
                    .detail(format!("wait {retry_after} s"))
                    .retry_after(u32::try_from(retry_after).unwrap_or(u32::MAX))
            }
            AccountError::ClaimGone => Self::new(
                StatusCode::GONE,
                "claim_gone",
                "This link no longer works",
            )
            .detail(
                "the program prints a new one when it starts, and `relais admin claim-link` does",
            ),
            AccountError::Invalid(faults) => {
                faults.into_iter().fold(Self::invalid("see the fields"), |problem, fault| {
                    problem.field(fault.pointer, fault.why)
                })
            }
            AccountError::LoginTaken => {
                Self::new(StatusCode::CONFLICT, "login_taken", "This login is taken")
                    .field("/login", Why::new("taken", "is taken"))
            }
            AccountError::Configured => {
                let title = "This account is managed by the configuration";
                Self::new(StatusCode::CONFLICT, "managed_by_configuration", title)
                    .detail("change owner_password_hash in the settings and start again")
            }
            AccountError::LastOwner => {
                Self::new(StatusCode::CONFLICT, "last_owner", "The last owner must stay")
            }
            AccountError::NotFound => Self::not_found("No such account"),
            AccountError::Store(error) => error.into(),
            AccountError::Hashing(error) => {
                tracing::error!(%error, "password hashing failed");
                Self::internal()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_store_that_must_be_opened_again_ends_the_process() {
        let marked = |error: StoreError| {
            let response = Problem::from(error).into_response();
            (response.status().as_u16(), response.extensions().get::<StoreLost>().is_some())
        };
        assert_eq!(marked(StoreError::Fatal("fsync".into())), (503, true));
        assert_eq!(marked(StoreError::Full), (503, false));
        assert_eq!(marked(StoreError::Unavailable("busy".into())), (503, false));
        assert_eq!(marked(StoreError::Bug("sql".into())), (500, false));
    }
}
