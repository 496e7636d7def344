//! What the bench and the kill loop share: the real binary as a child process, a fake Graph API,
//! and customers who check every reply.

pub mod customers;
pub mod http;
pub mod process;
pub mod traffic;
