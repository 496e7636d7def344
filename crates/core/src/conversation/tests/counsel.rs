//! A model that may be asked before a message is decided on.

use super::harness::{Model, World};
use crate::conversation::Event;
use crate::time::Span;

fn asked(model: Model) -> World {
    let mut world = World::new();
    world.model = model;
    world.asks_more = true;
    world
}

/// Nothing here understands this; the model points at its first option.
const UNKNOWN: &str = "> proposez-vous des ateliers de couture le samedi ?";

fn chosen(world: &World) -> usize {
    let is_chosen =
        |e: &&Event| matches!(e, Event::EffectEnded { outcome, .. } if outcome == "chosen");
    world.log.iter().map(|(_, e)| e).filter(is_chosen).count()
}

#[test]
fn a_question_not_understood_gets_the_article_a_model_points_at() {
    let mut world = asked(Model::Sensible);
    let start = world.now;
    world.transcript(UNKNOWN);
    assert_eq!((chosen(&world), world.now), (1, start), "answered at once");
    let state = world.state.as_ref().unwrap();
    assert_eq!((state.status(), state.escalations, state.bot.failures), ("bot", 0, 0));
    assert_eq!(state.topic, None, "a model's choice says nothing about the topic");
}

#[test]
fn only_two_choices_in_a_row_are_believed() {
    let mut world = asked(Model::Sensible);
    for _ in 0..4 {
        world.transcript(UNKNOWN);
        world.wait(Span::minutes(1));
    }
    assert_eq!(chosen(&world), 2);
    assert_eq!(world.state.as_ref().unwrap().status(), "queued", "the limit still holds");
}

#[test]
fn what_was_not_offered_or_never_comes_is_as_if_nobody_had_been_asked() {
    let talk = "> bonjour
        > proposez-vous des ateliers de couture le samedi ?
        > oui
        =";
    let played = |mut world: World| {
        let said = world.transcript(talk);
        said.into_iter().filter(|l| !l.starts_with('>')).collect::<Vec<_>>()
    };
    let off = played(World::new());
    assert!(off.len() > 3, "{off:?}");
    for model in [Model::Hostile, Model::Hanging] {
        assert_eq!(played(asked(model)), off, "{model:?}");
    }
}

#[test]
fn anger_that_a_model_hears_is_a_hand_off() {
    let line = "> ma lampe commandée en mai, je l'attends encore";
    let mut off = World::new();
    off.transcript(line);
    assert_eq!(off.state.as_ref().unwrap().escalations, 0, "the rules hear nothing here");
    let mut world = asked(Model::Sensible);
    world.transcript(line);
    let state = world.state.as_ref().unwrap();
    let handoff = state.active_handoff().unwrap();
    assert_eq!(handoff.reason, crate::trigger::Reason::Sentiment);
    let seen = world.log.iter().any(|(_, e)| {
        matches!(e, Event::TurnDecided { trace }
            if trace.rules.iter().any(|r| r.rule == "sentiment:model" && r.score > 0.89 && r.fired))
    });
    assert!(seen, "the score stands in the trace");
}

#[test]
fn a_model_that_hangs_delays_the_mood_by_two_seconds_and_the_answer_by_four() {
    let mut world = asked(Model::Hanging);
    let start = world.now;
    world.transcript("> Quels sont les délais de livraison chez vous ?");
    assert_eq!(world.now, start + Span::secs(4));
    assert_eq!(world.state.as_ref().unwrap().status(), "bot");
    let start = world.now;
    world.transcript(UNKNOWN);
    assert!(world.now <= start + Span::secs(5));
}

#[test]
fn who_asks_for_a_person_does_not_wait_for_a_model() {
    let mut world = asked(Model::Hanging);
    let start = world.now;
    world.type_text("Quels sont les délais de livraison chez vous ?");
    world.wait(Span::secs(1));
    world.type_text("agent");
    let state = world.state.as_ref().unwrap();
    assert_eq!((state.status(), world.now), ("queued", start + Span::secs(1)));
}
