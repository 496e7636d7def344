//! What agents arrange around a conversation.

use super::harness::{World, document};
use crate::conversation::command::{Closing, Terms};
use crate::conversation::event::{AgentRef, Author};
use crate::conversation::{Act, Event, Refusal};
use crate::id::MessageId;
use crate::message::Outbound;
use crate::routing::Priority;
use crate::time::Span;
use crate::workspace::ReplyPolicy;

fn person(key: &str) -> AgentRef {
    AgentRef { key: key.to_owned(), name: key.to_owned() }
}

/// Hélène with Nadia, who has a record and an order.
fn with_nadia() -> World {
    let mut world = World::claire();
    world.type_text("agent");
    world.wait(Span::secs(10));
    world.agent("nadia", Act::Take).unwrap();
    world
}

fn reply(world: &mut World, key: &str, terms: Terms) -> Result<MessageId, Refusal> {
    let message = world.message_id();
    let content = Outbound::Text { body: "Je regarde.".to_owned() };
    world.agent(key, Act::Reply { message, content, terms }).map(|()| message)
}

fn state(world: &World) -> &crate::conversation::State {
    world.state.as_ref().unwrap()
}

#[test]
fn what_is_put_aside_comes_back_with_its_time() {
    let mut world = with_nadia();
    let until = world.now + Span::hours(2);
    world.agent("nadia", Act::Snooze { until: Some(until) }).unwrap();
    world.wait(Span::minutes(119));
    assert!(state(&world).snooze.is_some());
    world.wait(Span::minutes(2));
    assert!(state(&world).snooze.is_none());
    assert!(matches!(world.log.last(), Some((_, Event::Woken { by: None }))));
}

#[test]
fn what_is_put_aside_until_the_customer_writes_comes_back_when_they_do() {
    let mut world = with_nadia();
    world.agent("nadia", Act::Snooze { until: None }).unwrap();
    world.wait(Span::hours(10));
    assert!(state(&world).snooze.is_some());
    world.type_text("alors ?");
    assert!(state(&world).snooze.is_none());
}

#[test]
fn nothing_is_put_aside_until_yesterday_and_whoever_does_it_has_it() {
    let mut world = World::claire();
    world.type_text("agent");
    world.wait(Span::secs(10));
    let until = Some(world.now - Span::secs(1));
    assert_eq!(world.agent("nadia", Act::Snooze { until }), Err(Refusal::BadTime));
    world.agent("nadia", Act::Snooze { until: None }).unwrap();
    assert_eq!(state(&world).agent().map(|a| a.key.as_str()), Some("nadia"));
    assert_eq!(world.agent("hugo", Act::Snooze { until: None }), Err(Refusal::AlreadyTaken));
    world.agent("nadia", Act::Wake).unwrap();
    assert!(state(&world).snooze.is_none());
}

#[test]
fn another_owner_ends_a_snooze() {
    let mut world = with_nadia();
    world.agent("nadia", Act::Snooze { until: None }).unwrap();
    world.agent("nadia", Act::Transfer { team: "billing".into(), note: None }).unwrap();
    assert!(state(&world).snooze.is_none());
}

#[test]
fn urgency_is_what_an_agent_says_until_a_stronger_trigger_speaks() {
    let mut world = World::claire();
    world.type_text("agent");
    world.wait(Span::secs(10));
    world.agent("hugo", Act::Prioritise { priority: Priority::High }).unwrap();
    assert_eq!(state(&world).priority(), Priority::High);
    let before = world.log.len();
    world.agent("hugo", Act::Prioritise { priority: Priority::High }).unwrap();
    assert_eq!(world.log.len(), before, "saying it again says nothing");
    world.type_text("de la fumée sort de la lampe");
    world.wait(Span::secs(10));
    assert_eq!(state(&world).priority(), Priority::Urgent);
}

#[test]
fn a_handoff_is_rated_also_after_the_end_and_a_new_one_anew() {
    let mut world = World::claire();
    let rate = |score| Act::RateHandoff { score };
    world.type_text("bonjour");
    world.wait(Span::secs(10));
    assert!(world.agent("nadia", rate(3)).is_err(), "there is none");
    world.type_text("agent");
    world.wait(Span::secs(10));
    for score in [0, 6] {
        assert!(world.agent("nadia", rate(score)).is_err(), "{score} is no step");
    }
    world.agent("nadia", rate(5)).unwrap();
    let before = world.log.len();
    world.agent("hugo", rate(5)).unwrap();
    assert_eq!(world.log.len(), before, "saying it again says nothing");
    world.agent("hugo", Act::Take).unwrap();
    world.agent("hugo", Act::resolve()).unwrap();
    world.agent("hugo", rate(2)).unwrap();
    assert_eq!(state(&world).handoff.as_ref().unwrap().rated, Some(2));
}

#[test]
fn tags_go_on_and_off_also_after_the_end() {
    let mut world = with_nadia();
    let tag = |tag: &str| Act::Tag { tag: tag.to_owned() };
    world.agent("hugo", tag("colis")).unwrap();
    world.agent("nadia", tag("colis")).unwrap();
    world.agent("nadia", Act::resolve()).unwrap();
    world.agent("nadia", tag("perdu")).unwrap();
    world.agent("nadia", Act::Untag { tag: "colis".into() }).unwrap();
    assert_eq!(state(&world).tags, ["perdu"]);
    for n in 0..30 {
        let _ = world.agent("nadia", tag(&n.to_string()));
    }
    assert_eq!(state(&world).tags.len(), 20, "their number is bounded");
}

#[test]
fn a_tier_is_raised_upwards_only_and_with_its_reason() {
    let mut world = with_nadia();
    let raise = |team: Option<&str>| Act::RaiseTier {
        team: team.map(str::to_owned),
        reason: "Panne électrique.".to_owned(),
    };
    assert_eq!(world.agent("nadia", raise(Some("billing"))), Err(Refusal::NotHigher));
    assert_eq!(world.agent("nadia", raise(Some("moon"))), Err(Refusal::UnknownTeam));
    world.agent("nadia", raise(None)).unwrap();
    let state = state(&world);
    assert_eq!((state.tier(), state.status()), (3, "queued"));
    assert_ne!(state.handoff.as_ref().unwrap().team, "vip", "only for the VIP segment");
    let notes = world.log.iter().filter(|(_, e)| matches!(e, Event::NoteAdded { .. })).count();
    assert_eq!(notes, 1);
    assert_eq!(world.agent("nadia", raise(None)), Err(Refusal::NotHigher));
}

#[test]
fn a_colleague_gets_it_from_its_owner_or_from_whoever_may() {
    let mut world = with_nadia();
    let to_hugo = |over| Act::Assign { to: person("hugo"), over };
    assert_eq!(world.agent("lucia", to_hugo(false)), Err(Refusal::AlreadyTaken));
    let epoch = state(&world).owner_epoch;
    world.agent("lucia", to_hugo(true)).unwrap();
    assert_eq!(state(&world).agent().unwrap().key, "hugo");
    assert_eq!(state(&world).owner_epoch, epoch + 1);
    world.agent("hugo", Act::Assign { to: person("nadia"), over: false }).unwrap();
    assert_eq!(state(&world).agent().unwrap().key, "nadia");
    let mut bot = World::claire();
    bot.type_text("bonjour");
    bot.wait(Span::secs(10));
    bot.agent("lucia", to_hugo(false)).unwrap();
    assert_eq!(super::super::State::status(state(&bot)), "human");
    assert!(state(&bot).handoff.is_some(), "from the bot it is a hand-off");
}

#[test]
fn a_reply_to_what_the_customer_has_gone_past_is_refused() {
    let mut world = with_nadia();
    let seen = Some(state(&world).heard_at);
    world.type_text("et la seconde ?");
    let terms = Terms { seen, ..Terms::default() };
    assert_eq!(reply(&mut world, "nadia", terms), Err(Refusal::NewMessages));
    let terms = Terms { seen: Some(state(&world).heard_at), ..Terms::default() };
    assert!(reply(&mut world, "nadia", terms).is_ok());
}

#[test]
fn a_reply_taken_back_leaves_things_as_they_were() {
    let mut world = with_nadia();
    world.type_text("et la seconde ?");
    let before = state(&world).clone();
    let terms = Terms { undo: Span::secs(5), ..Terms::default() };
    let message = reply(&mut world, "nadia", terms).unwrap();
    let leaves_at = world.log.iter().rev().find_map(|(_, event)| match event {
        Event::MessageSent { leaves_at, .. } => Some(*leaves_at),
        _ => None,
    });
    assert_eq!(leaves_at, Some(Some(world.now + Span::secs(5))));
    let by = |world: &World| match &state(world).preview_by {
        Some(Author::Agent(agent)) => agent.key.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(by(&world), "nadia");
    assert_eq!(world.agent("hugo", Act::TakeBack { message }), Err(Refusal::TooLate));
    world.agent("nadia", Act::TakeBack { message }).unwrap();
    let after = state(&world);
    assert_eq!(
        (after.unread, after.reply_due_at, &after.preview, &after.preview_by, &after.facts),
        (before.unread, before.reply_due_at, &before.preview, &before.preview_by, &before.facts)
    );
    assert_eq!(world.agent("nadia", Act::TakeBack { message }), Err(Refusal::TooLate));
}

#[test]
fn a_text_and_its_files_are_taken_back_together_and_what_was_sent_before_them_stays() {
    let mut world = with_nadia();
    let held = Terms { undo: Span::secs(5), ..Terms::default() };
    reply(&mut world, "nadia", held).unwrap();
    world.type_text("et la seconde ?");
    let before = state(&world).clone();
    let mut part = |terms| {
        let message = world.message_id();
        let content = Outbound::Text { body: "Voici.".to_owned() };
        (message, Act::Reply { message, content, terms })
    };
    let (gone, first) = part(Terms::default());
    let ((a, second), (b, third)) = (part(held), part(held));
    let acts = vec![first, second, third];
    world.agent("nadia", Act::Several { acts: acts[1..].to_vec() }).unwrap();
    world.agent("nadia", Act::TakeBack { message: a }).unwrap();
    let back = |world: &World| -> Vec<MessageId> {
        let events = world.log.iter().map(|(_, event)| event);
        events
            .filter_map(|event| match event {
                Event::MessageTakenBack { message, .. } => Some(*message),
                _ => None,
            })
            .collect()
    };
    assert_eq!(back(&world), [a, b], "by whichever of them");
    let after = state(&world);
    assert_eq!(
        (after.unread, after.reply_due_at, &after.preview, &after.preview_by, &after.facts),
        (before.unread, before.reply_due_at, &before.preview, &before.preview_by, &before.facts)
    );
    assert_eq!(world.agent("nadia", Act::TakeBack { message: b }), Err(Refusal::TooLate));

    // One that leaves at once is no part of what waits.
    world.agent("nadia", Act::Several { acts }).unwrap();
    assert_eq!(world.agent("nadia", Act::TakeBack { message: gone }), Err(Refusal::TooLate));
    world.agent("nadia", Act::TakeBack { message: b }).unwrap();
    assert_eq!(back(&world), [a, b, a, b]);
}

#[test]
fn what_the_customer_said_meanwhile_stays_when_a_reply_is_taken_back() {
    let mut world = with_nadia();
    let terms = Terms { undo: Span::secs(5), ..Terms::default() };
    let message = reply(&mut world, "nadia", terms).unwrap();
    world.type_text("je l'ai retrouvée");
    world.agent("nadia", Act::TakeBack { message }).unwrap();
    assert_eq!(state(&world).preview, "je l'ai retrouvée");
    assert!(state(&world).unread >= 1);
}

#[test]
fn a_window_about_to_close_leaves_no_time_to_change_ones_mind() {
    let mut world = with_nadia();
    world.wait(Span::minutes(24 * 60 - 2));
    let terms = Terms { undo: Span::secs(10), ..Terms::default() };
    reply(&mut world, "nadia", terms).unwrap();
    assert!(
        world
            .log
            .iter()
            .all(|(_, event)| !matches!(event, Event::MessageSent { leaves_at: Some(_), .. }))
    );
}

#[test]
fn who_may_answer_for_a_colleague_is_the_teams_choice() {
    for (policy, hugo, lucia) in [
        (ReplyPolicy::Owner, false, false),
        (ReplyPolicy::Team, true, false),
        (ReplyPolicy::Anyone, true, true),
    ] {
        let mut document = document();
        for team in &mut document.teams {
            team.replies = policy;
        }
        let team = |key: &str| document.agents.iter().find(|a| a.key == key).map(|a| &a.teams);
        let in_general = |key: &str| team(key).is_some_and(|t| t.contains(&"general".to_owned()));
        let (is_hugo, is_stranger) = (in_general("hugo"), in_general("stranger"));
        assert!(is_hugo && !is_stranger, "the test workspace has hugo in general");
        let mut world = World::with(document);
        world.type_text("agent");
        world.wait(Span::secs(10));
        world.agent("nadia", Act::Take).unwrap();
        assert_eq!(reply(&mut world, "hugo", Terms::default()).is_ok(), hugo, "{policy:?}");
        assert_eq!(reply(&mut world, "stranger", Terms::default()).is_ok(), lucia, "{policy:?}");
        assert_eq!(state(&world).agent().unwrap().key, "nadia", "an answer is no takeover");
    }
}

#[test]
fn whoever_is_called_stays_called_until_they_act() {
    let mut world = with_nadia();
    let note = |text: &str| Act::Note { text: text.to_owned() };
    world.agent("nadia", note("@hugo et @lucia, une idée ?")).unwrap();
    assert_eq!(state(&world).mentions, ["hugo", "lucia"]);
    world.agent("hugo", note("oui, @hugo sait")).unwrap();
    assert_eq!(state(&world).mentions, ["lucia"]);
}

#[test]
fn a_stopped_assistant_says_nothing_and_gives_everything_to_people() {
    let mut world = World::claire();
    world.type_text("bonjour");
    world.wait(Span::secs(10));
    world.type_text("2");
    world.is_stopped = true;
    world.wait(Span::secs(10));
    world.type_text("quels sont les délais ?");
    world.wait(Span::secs(10));
    assert_eq!(state(&world).status(), "queued");
    assert_eq!(state(&world).escalations, 1);
    world.is_stopped = false;
    let mut fresh = World::claire();
    fresh.is_stopped = true;
    fresh.type_text("bonjour");
    fresh.wait(Span::secs(10));
    assert_eq!(state(&fresh).status(), "queued", "also what begins");
}

#[test]
fn nobody_is_asked_how_they_liked_being_spam() {
    for (reason, asks) in [(Closing::Spam, false), (Closing::Solved, true)] {
        let mut world = with_nadia();
        world.agent("nadia", Act::Resolve { reason: Some(reason), undo: Span::ZERO }).unwrap();
        assert_eq!(state(&world).asks_rating, asks);
        assert_eq!(state(&world).closing, Some(reason));
    }
}

#[test]
fn several_acts_are_one_and_where_one_is_refused_none_is_done() {
    let mut world = with_nadia();
    let tag = |tag: &str| Act::Tag { tag: tag.to_owned() };
    let high = Act::Prioritise { priority: Priority::High };
    let before = world.log.len();
    let nowhere = Act::Transfer { team: "nowhere".to_owned(), note: None };
    let acts = vec![tag("retard"), high.clone(), nowhere];
    let refused = world.agent("nadia", Act::Several { acts });
    assert_eq!((refused, world.log.len()), (Err(Refusal::UnknownTeam), before));

    let message = world.message_id();
    let content = Outbound::Text { body: "Je regarde.".to_owned() };
    let reply = Act::reply(message, content);
    let acts = vec![reply, tag("retard"), high, Act::Snooze { until: None }];
    world.agent("nadia", Act::Several { acts }).unwrap();
    assert!(state(&world).tags.contains(&"retard".to_owned()));
    assert_eq!(state(&world).priority(), Priority::High);
    assert!(state(&world).snooze.is_some());
}

#[test]
fn a_colleague_may_do_none_of_several_acts_that_only_the_owner_may() {
    let mut world = with_nadia();
    let acts = vec![Act::Tag { tag: "retard".to_owned() }, Act::resolve()];
    assert_eq!(world.agent("hugo", Act::Several { acts }), Err(Refusal::AlreadyTaken));
    assert!(state(&world).tags.is_empty(), "the tag alone would have been allowed");
}
