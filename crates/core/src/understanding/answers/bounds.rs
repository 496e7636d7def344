//! On what an answer depends: the country a parcel goes to, the day it comes. An article that knows
//! nothing of it is no answer, and one that names some countries says no to the others.

use super::Candidate;
use super::features::{Block, Reading, Sort};
use super::model::{Model, Ranked};
use super::vector::Weighed;
use crate::understanding::concepts::{LEXICON, Member, OTHERS};

/// So much of the rest is as much as all of it: "from how much" is "free over".
const NEARLY: f32 = 0.7;
/// What is left of an answer that says nothing of what it depends on.
const UNBOUND: f32 = 0.5;
/// An article that names so many of a kind names all that it speaks of.
const LIST: usize = 2;

/// What an article names of each kind ("Belgium, Spain and Italy", "no other countries").
#[derive(Clone, Debug, Default)]
pub(super) struct Named(Vec<Member>);

impl Named {
    pub(super) fn add(&mut self, reading: &Reading<'_>) {
        self.0.extend(members(reading, (0, reading.text.tokens.len())));
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// It names others of the kind and not this one.
    fn leaves_out(&self, member: Member) -> bool {
        let of_kind = self.0.iter().filter(|m| m.kind == member.kind && m.name != OTHERS);
        of_kind.count() >= LIST && !self.0.contains(&member)
    }

    fn speaks_of_the_others(&self) -> bool {
        self.0.iter().any(|m| m.name == OTHERS)
    }
}

/// Those that a part of a message names (tokens, end exclusive).
fn members<'a>(
    reading: &'a Reading<'_>,
    (from, to): (usize, usize),
) -> impl Iterator<Item = Member> + 'a {
    let inside = reading.found.iter().filter(move |f| from <= f.from && f.to <= to);
    inside.filter_map(|f| LEXICON.member(reading.text, f))
}

/// The message names one of a kind that the article leaves out of its list.
pub(super) fn is_left_out(model: &Model, reading: &Reading<'_>, article: u32) -> bool {
    let whole = (0, reading.text.tokens.len());
    members(reading, whole).any(|m| model.named[article as usize].leaves_out(m))
}

/// "From how much is it free to Spain?": an article that knows nothing of Spain gives way to one that
/// does and says as much of the rest. Where nobody wrote of it, no answer is as sure as it looks.
pub(super) fn keep_bounds(
    model: &Model,
    reading: &Reading<'_>,
    part: (usize, usize),
    weighed: &[Weighed],
    ranked: &[Ranked],
    candidates: &mut [Candidate],
) {
    let bounds = || weighed.iter().filter(|w| w.sort == Sort::Bound && w.block == Block::Item);
    if bounds().next().is_none() {
        return;
    }
    let named: Vec<Member> = members(reading, part).filter(|m| m.name != OTHERS).collect();
    let is_listed = named.iter().any(|m| model.named.iter().any(|n| n.0.contains(m)));
    let serves = |r: &Ranked| {
        let of = &model.named[r.article as usize];
        let leaves_out = !named.is_empty() && named.iter().all(|m| of.leaves_out(*m));
        !leaves_out || !is_listed && of.speaks_of_the_others()
    };
    let mentions =
        |r: &Ranked| bounds().filter_map(|w| w.id).all(|id| model.mentions(r.article, id));
    let is_surer =
        |a: &usize, b: &usize| candidates[*a].score.total_cmp(&candidates[*b].score).then(b.cmp(a));
    let Some(first) = (0..candidates.len()).max_by(is_surer) else { return };
    let rest: Vec<Weighed> = weighed
        .iter()
        .filter(|w| w.block == Block::Item && !bounds().any(|b| (b.from, b.to) == (w.from, w.to)))
        .copied()
        .collect();
    let said = model.says(&rest, ranked[first].article);
    let says_rest = |r: &Ranked| model.says(&rest, r.article) >= NEARLY * said;
    let is_left_out = !serves(&ranked[first]);
    let other = if is_left_out && !is_listed {
        let of_others = |r: &Ranked| model.named[r.article as usize].speaks_of_the_others();
        ranked.iter().position(|r| of_others(r) && says_rest(r))
    } else if is_left_out || !mentions(&ranked[first]) {
        ranked.iter().position(|r| serves(r) && mentions(r) && says_rest(r))
    } else {
        None
    };
    if let Some(other) = other {
        let (given, taken) = (candidates[first].score, candidates[other].score);
        candidates[first].score = taken;
        candidates[other].score = given;
    }
    // Of "abroad" somebody may have written, where nobody did of Spain.
    let is_known = |b: &Weighed| {
        weighed
            .iter()
            .any(|w| (w.from, w.to) == (b.from, b.to) && w.block == b.block && w.id.is_some())
    };
    if is_left_out && other.is_none() || bounds().any(|w| !is_known(w)) {
        for candidate in candidates {
            candidate.score *= UNBOUND;
        }
    }
}
