//! The figures of a few talks.

use super::harness::World;
use crate::conversation::State;
use crate::conversation::command::Act;
use crate::kpi::{Needed, Tally, figures};

fn ended(mut world: World, talk: &str) -> State {
    world.transcript(talk);
    world.state.expect("the talk began")
}

#[test]
fn figures_count_what_happened() {
    let talks = [
        ended(World::new(), "> Quels sont les délais de livraison ?\nwait 25h"),
        ended(World::new(), "> bonjour\nwait 25h"),
        ended(
            World::new(),
            "> agent\nwait 4m\nnadia reply Bonjour\nwait 6m\nnadia resolves\n> 5 merci",
        ),
        // Left the queue, came back later: the wait counts from the request that was answered.
        ended(
            World::new(),
            "> agent\nwait 1m\n> menu\nwait 1h\n> agent\nwait 2m\nnadia reply Bonjour",
        ),
    ];
    let f = figures(&talks);
    assert_eq!((f.conversations, f.escalated, f.bot_resolved), (4, 2, 1));
    assert_eq!((f.csat_count, f.csat_average, f.csat_positive_rate), (1, Some(5.0), 1.0));
    assert_eq!(f.first_human_reply_seconds.median, Some(180.0));
    assert_eq!(f.by_reason["keyword"], 2);
    assert_eq!(f.by_team["general"], 2);
    assert!((f.escalation_rate - 0.5).abs() < 1e-9);
}

#[test]
fn every_handoff_counts_as_it_was_rated_last() {
    let rates = |world: &mut World, score| {
        world.agent("nadia", Act::RateHandoff { score }).unwrap();
    };
    let mut twice = World::new();
    twice.transcript("> agent\nwait 1m");
    rates(&mut twice, 5);
    rates(&mut twice, 1);
    twice.transcript("> menu\nwait 1m\n> agent\nwait 1m");
    rates(&mut twice, 4);
    let mut other = World::new();
    other.transcript("> de la fumée sort de la lampe\nwait 1m");
    rates(&mut other, 2);
    let silent = ended(World::new(), "> agent\nwait 1m");
    let mut tally = Tally::default();
    for state in [twice.state.unwrap(), other.state.unwrap(), silent] {
        tally.add(&state);
    }
    let said: Vec<_> = tally.handoffs().iter().map(|(of, n)| (of.as_str(), *n)).collect();
    let keyword = Needed { needed: 1, between: 0, unneeded: 1 };
    let sensitive = Needed { needed: 1, ..Needed::default() };
    assert_eq!(said, [("keyword", keyword), ("sensitive", sensitive)]);
}

#[test]
fn who_waited_for_the_opening_is_counted_from_there() {
    let at_night = World::new().at("2027-03-01T20:00:00+01:00");
    let talk = ended(at_night, "> agent\nwait 13h\nwait 5m\nnadia reply Bonjour");
    assert_eq!(figures(&[talk]).first_human_reply_seconds.median, Some(300.0));
    let at_closing = World::new().at("2027-03-01T18:50:00+01:00");
    let talk = ended(at_closing, "> agent\nwait 10m\nwait 14h\nwait 5m\nnadia reply Bonjour");
    assert_eq!(figures(&[talk]).first_human_reply_seconds.median, Some(300.0));
}
