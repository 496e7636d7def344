//! What is said *not* to be so.

use super::reading::Reading;

/// Small words that may stand between a negation and what it negates.
const REACH: usize = 6;
/// The same, where the negation follows (Hindi).
const REACH_AFTER: usize = 3;

impl Reading<'_> {
    /// Tokens `from..to`, found by other means, are negated.
    pub(crate) fn is_negated(&self, from: usize, to: usize) -> bool {
        let unit_at = |token: usize| self.units.iter().position(|u| u.has(token));
        match (unit_at(from), unit_at(to - 1)) {
            (Some(first), Some(last)) => self.negation(first, last + 1).is_some(),
            _ => false,
        }
    }

    /// The unit that negates units `from..to`, if one does.
    ///
    /// A negation in front reaches over small words only ("je ne veux pas parler à un …"), so that
    /// "je ne comprends pas" leaves the rest of the message alone.
    pub(super) fn negation(&self, from: usize, to: usize) -> Option<usize> {
        self.negation_before(from).or_else(|| self.negation_after(to))
    }

    fn negation_before(&self, from: usize) -> Option<usize> {
        for at in (from.saturating_sub(REACH + 1)..from).rev() {
            if self.units[at].ends || self.is_border(at) {
                return None;
            }
            if self.is_neg[at] {
                return Some(at);
            }
            if !self.is_light[at] {
                return None;
            }
        }
        None
    }

    fn negation_after(&self, to: usize) -> Option<usize> {
        if self.units[to - 1].ends {
            return None;
        }
        for at in to..(to + REACH_AFTER).min(self.units.len()) {
            if self.is_after_neg[at] {
                return Some(at);
            }
            if !self.is_light[at] || self.units[at].ends {
                return None;
            }
        }
        None
    }
}
