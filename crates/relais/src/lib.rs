//! Parts of the program that tests use as well.

pub mod sandbox;
pub mod scenario;
