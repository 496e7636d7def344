//! Ports: what the use cases need from the outside.
pub mod channel;
pub mod form;
pub mod helpers;
pub mod hook;
pub mod identity;
pub mod model;
pub mod outside;
pub mod store;
pub mod template;
