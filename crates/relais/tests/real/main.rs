//! The real program, started and stopped like in production.
#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

mod at_rest;
mod attendance;
mod backup;
mod connections;
mod disk;
mod end_to_end;
mod failover;
mod forms;
mod kill;
mod load;
mod memory;
mod nlu;
mod nodes;
mod postgres;
mod program;
mod restart;
mod rotation;
mod send_points;
mod startup;
mod stop;
