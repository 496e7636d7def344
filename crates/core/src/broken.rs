//! Guards that can be left out, one at a time, to show that a test misses each of them
//! (`cargo xtask mutants`). Any other build has all of them.

#[cfg(all(feature = "broken", not(debug_assertions)))]
compile_error!("the feature `broken` leaves guards out; it is for tests only");

/// Says whether the guard of this invariant is left out. Never, but in a build made for it.
#[cfg(not(feature = "broken"))]
pub const fn is_missing(_guard: &str) -> bool {
    false
}

/// Says whether the guard of this invariant is left out: the one `RELAIS_BREAK` names.
#[cfg(feature = "broken")]
#[expect(clippy::disallowed_methods, reason = "a test build is told what to leave out")]
pub fn is_missing(guard: &str) -> bool {
    std::env::var("RELAIS_BREAK").is_ok_and(|named| named == guard)
}
