//! Talks as text: what goes in, what comes out, one line each.

mod harness;
mod properties;
mod talks;
