//! The documents of the API. Their names and fields are a contract with the web app.

pub(crate) mod account;
pub(crate) mod action;
pub(crate) mod calendar;
pub(crate) mod care;
pub(crate) mod channel;
pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod cost;
pub(crate) mod event;
pub(crate) mod figures;
pub(crate) mod integration;
pub(crate) mod knowledge;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod passkey;
pub(crate) mod people;
pub(crate) mod retention;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sso;
pub(crate) mod telling;
pub(crate) mod template;
pub(crate) mod texts;
pub(crate) mod understanding;
pub(crate) mod views;

use serde::Serialize;
use utoipa::ToSchema;

/// A whole list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T> {
    pub items: Vec<T>,
}

/// A page of a list; `next_cursor` is `null` on the last one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    pub items: Vec<T>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}
