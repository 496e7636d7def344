//! Providers: each adapter is two pure functions (to the wire, from the wire) and one thin call
//! through the egress client.
#![forbid(unsafe_code)]

pub mod channels;
pub mod http;
pub mod llm;
pub mod notify;
pub mod oidc;
pub mod secret;
