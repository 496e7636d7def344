//! Who people are: the claim of a fresh instance, sign-in, accounts, and what everybody looks
//! after of their own.

pub(super) mod factor;
pub(super) mod links;
pub(super) mod own;
pub(super) mod passkeys;
pub(super) mod session;
pub(super) mod sso;
pub(super) mod tokens;
pub(super) mod users;
