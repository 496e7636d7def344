//! An end that can be taken back for some seconds.

use super::harness::World;
use crate::conversation::command::{Closing, Terms};
use crate::conversation::{Act, Command, Event, Refusal, survey};
use crate::message::Outbound;
use crate::time::Span;
use crate::window;

/// Hélène with Nadia, who has answered.
fn with_nadia() -> World {
    let mut world = World::claire();
    world.type_text("agent");
    world.wait(Span::secs(10));
    world.agent("nadia", Act::Take).unwrap();
    let message = world.message_id();
    let content = Outbound::Text { body: "C'est fait.".to_owned() };
    world.agent("nadia", Act::reply(message, content)).unwrap();
    world
}

fn end(undo: i64) -> Act {
    Act::Resolve { reason: Some(Closing::Solved), undo: Span::secs(undo) }
}

fn is_resolved(world: &World) -> bool {
    world.state.as_ref().unwrap().is_resolved()
}

fn is_ending(world: &World) -> bool {
    world.state.as_ref().unwrap().ending.is_some()
}

fn questions(world: &World) -> usize {
    let asks = |event: &Event| matches!(event, Event::Resolved { asks_rating: true, .. });
    world.log.iter().filter(|(_, event)| asks(event)).count()
}

#[test]
fn an_end_comes_with_its_question_when_its_seconds_are_over() {
    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    assert!(is_ending(&world) && !is_resolved(&world));
    world.wait(Span::secs(4));
    assert!(!is_resolved(&world));
    assert_eq!(questions(&world), 0);
    world.wait(Span::secs(1));
    assert!(is_resolved(&world) && !is_ending(&world));
    assert_eq!(questions(&world), 1);
    let state = world.state.as_ref().unwrap();
    assert_eq!(state.closing, Some(Closing::Solved));
    let by = world.log.iter().find_map(|(_, event)| match event {
        Event::Resolved { by, .. } => by.clone(),
        _ => None,
    });
    assert_eq!(by.unwrap().key, "nadia", "who ended it, not the clock");
}

#[test]
fn without_seconds_it_ends_at_once_and_never_more_than_ten_later() {
    let mut world = with_nadia();
    world.agent("nadia", end(0)).unwrap();
    assert!(is_resolved(&world));
    let mut world = with_nadia();
    world.agent("nadia", end(3_600)).unwrap();
    world.wait(Span::secs(10));
    assert!(is_resolved(&world));
}

#[test]
fn taken_back_it_stays_with_the_same_agent_and_nothing_is_asked() {
    let mut world = with_nadia();
    let epoch = world.state.as_ref().unwrap().owner_epoch;
    world.agent("nadia", end(5)).unwrap();
    assert_eq!(world.agent("hugo", Act::KeepOpen), Err(Refusal::AlreadyTaken));
    world.agent("nadia", Act::KeepOpen).unwrap();
    let said = world.log.len();
    world.agent("nadia", Act::KeepOpen).unwrap();
    assert_eq!(world.log.len(), said, "a second time changes nothing");
    world.wait(Span::minutes(5));
    let state = world.state.as_ref().unwrap();
    assert_eq!(state.agent().unwrap().key, "nadia");
    assert_eq!(state.owner_epoch, epoch);
    assert_eq!(questions(&world), 0);
}

#[test]
fn what_has_ended_is_not_opened_again() {
    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    world.wait(Span::secs(5));
    assert_eq!(world.agent("nadia", Act::KeepOpen), Err(Refusal::NotInQueue));
}

/// The clock of a program that was down, or is slow, fires late.
#[test]
fn whoever_writes_before_the_late_clock_has_kept_it_open() {
    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    world.now = world.now + Span::minutes(3);
    world.type_text("attendez, une chose encore");
    assert!(!is_resolved(&world) && !is_ending(&world));
    assert_eq!(world.state.as_ref().unwrap().unread, 1, "and it was heard");
    assert!(
        world.log.iter().any(|(_, event)| matches!(event, Event::EndTakenBack { by: None })),
        "the log says so"
    );
}

#[test]
fn an_agent_who_writes_on_has_not_ended_it() {
    let reply = |world: &mut World, terms| {
        let message = world.message_id();
        let content = Outbound::Text { body: "Encore ceci.".to_owned() };
        (message, Act::Reply { message, content, terms })
    };
    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    let (_, act) = reply(&mut world, Terms::default());
    world.agent("nadia", act).unwrap();
    assert!(!is_ending(&world));

    // What a macro wrote and ended is taken back whole.
    let held = Terms { undo: Span::secs(5), ..Terms::default() };
    let (message, act) = reply(&mut world, held);
    world.agent("nadia", Act::Several { acts: vec![act, end(5)] }).unwrap();
    assert!(is_ending(&world));
    world.agent("nadia", Act::TakeBack { message }).unwrap();
    assert!(!is_ending(&world));
    world.wait(Span::minutes(1));
    assert!(!is_resolved(&world));
}

#[test]
fn another_owner_takes_the_end_away() {
    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    world.agent("nadia", Act::Transfer { team: "billing".to_owned(), note: None }).unwrap();
    world.wait(Span::secs(30));
    assert!(!is_resolved(&world));
}

#[test]
fn a_queue_is_taken_first_so_that_it_cannot_move_on() {
    let mut world = World::claire();
    world.type_text("agent");
    world.wait(Span::secs(10));
    world.agent("nadia", end(5)).unwrap();
    let agent = crate::conversation::event::AgentRef { key: "hugo".into(), name: "Hugo".into() };
    assert_eq!(world.run(&Command::Assign { agent }), Err(Refusal::AlreadyTaken));
    world.wait(Span::secs(5));
    assert!(is_resolved(&world));
}

/// What failed too often has no timer: its end is overdue for ever.
#[test]
fn said_twice_the_first_counts_and_an_overdue_one_comes_at_once() {
    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    world.wait(Span::secs(3));
    world.agent("nadia", end(5)).unwrap();
    world.wait(Span::secs(2));
    assert!(is_resolved(&world), "not two seconds after the second");

    let mut world = with_nadia();
    world.agent("nadia", end(5)).unwrap();
    world.now = world.now + Span::minutes(1);
    world.agent("nadia", end(5)).unwrap();
    assert!(is_resolved(&world));
}

/// Inside the window when it was said, outside when it is due.
#[test]
fn the_window_may_shut_while_the_end_waits() {
    let on_the_edge = || {
        let mut world = with_nadia();
        let wrote = world.state.as_ref().unwrap().last_inbound_at;
        world.now = window::closes_at(wrote, world.now).unwrap() - Span::secs(2);
        world.agent("nadia", end(5)).unwrap();
        world
    };
    let template = |world: &World, now| {
        let state = world.state.as_ref().unwrap();
        let asks = survey::template_of(state, &Command::Tick, world.snapshot(), now);
        asks.map(|(name, _)| name)
    };
    let asked = |world: &mut World| {
        world.now = world.now + Span::secs(5);
        world.transcript("wait 1s")
    };
    let mut world = on_the_edge();
    assert_eq!(template(&world, world.now), None, "it could still be asked in words");
    let due = world.now + Span::secs(5);
    assert_eq!(template(&world, due).as_deref(), Some("enquete_csat"));
    let said = asked(&mut world);
    assert!(is_resolved(&world));
    assert!(said.iter().any(|line| line.contains("[enquete_csat]")), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("csat_ask")), "{said:?}");

    let mut world = on_the_edge();
    world.is_survey_withheld = true;
    let said = asked(&mut world);
    assert!(is_resolved(&world), "it ends all the same");
    assert_eq!(questions(&world), 0);
    assert!(!said.iter().any(|line| line.contains("csat")), "{said:?}");
}
