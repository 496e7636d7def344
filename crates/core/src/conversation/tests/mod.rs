//! Talks as text: what goes in, what comes out, one line each.

mod counsel;
mod desk;
mod ending;
mod figures;
mod flows;
mod handoffs;
mod harness;
mod properties;
mod rectify;
mod talks;
