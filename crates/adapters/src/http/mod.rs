//! Outgoing HTTP: one client, one policy (S4).

pub mod address;
pub mod egress;
mod outside;
mod policy;
mod resolver;

pub use address::Subnet;
pub use egress::{Call, Cut, Egress, EgressConfig, Failure, Method, Reply};
