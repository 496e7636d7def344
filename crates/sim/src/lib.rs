//! Fakes of the outside world: same bytes on the wire, faults on demand. For tests and load runs
//! only; nothing here is part of the product.
#![forbid(unsafe_code)]

pub mod graph;
