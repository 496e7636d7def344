//! What people put right about a contact.

use super::harness::World;
use crate::conversation::command::Act;
use crate::conversation::event::{AgentRef, Rectified};
use crate::conversation::{Command, Event, Refusal};

fn said(name: Option<&str>, language: Option<&str>) -> Rectified {
    Rectified {
        name: name.map(str::to_owned),
        language: language.map(str::to_owned),
        told_name: Some("Helene M".to_owned()),
    }
}

fn rectify(rectified: Rectified, is_restricted: bool) -> Command {
    let by = Some(AgentRef { key: "nadia".to_owned(), name: "Nadia".to_owned() });
    Command::Rectify { by, rectified, is_restricted }
}

#[test]
fn a_name_put_right_counts_until_it_is_taken_back() {
    let mut world = World::claire();
    world.type_text("bonjour");
    let state = |world: &World| world.state.clone().unwrap();
    assert_eq!(state(&world).name.as_deref(), Some("Hélène Marchetti"));
    world.run(&rectify(said(Some("Hélène Marquetti"), None), false)).unwrap();
    assert_eq!(state(&world).name.as_deref(), Some("Hélène Marquetti"));
    let again = rectify(said(Some("Hélène Marquetti"), None), false);
    assert_eq!(world.run(&again), Err(Refusal::NothingDue), "twice is once");
    world.run(&rectify(said(None, None), false)).unwrap();
    assert_eq!(state(&world).name.as_deref(), Some("Hélène Marchetti"), "what the record says");
    assert_eq!(state(&world).rectified, None);
}

#[test]
fn a_new_conversation_opens_with_what_was_put_right() {
    let mut world = World::claire();
    world.rectified = said(Some("Hélène Marquetti"), Some("es"));
    world.type_text("bonjour, je voudrais parler de ma commande");
    let state = world.state.as_ref().unwrap();
    assert_eq!(state.name.as_deref(), Some("Hélène Marquetti"), "not the record's");
    assert_eq!(state.language, "es");
    assert!(matches!(world.log[1].1, Event::ContactRectified { by: None, .. }));
}

#[test]
fn a_language_put_right_is_not_guessed_again() {
    let mut world = World::claire();
    world.type_text("hello, where is my parcel please?");
    assert_eq!(world.state.as_ref().unwrap().language, "en");
    world.run(&rectify(said(None, Some("fr")), false)).unwrap();
    world.type_text("hello, where is my parcel please?");
    assert_eq!(world.state.as_ref().unwrap().language, "fr");
    world.run(&rectify(said(None, None), false)).unwrap();
    world.type_text("hello, where is my parcel please?");
    assert_eq!(world.state.as_ref().unwrap().language, "en");
}

#[test]
fn who_is_restricted_is_answered_and_not_asked_for_a_rating() {
    for is_restricted in [false, true] {
        let mut world = World::claire();
        world.type_text("je veux parler à un agent");
        world.wait(crate::time::Span::secs(10));
        if is_restricted {
            world.run(&rectify(said(None, None), true)).unwrap();
        }
        world.agent("nadia", Act::Take).unwrap();
        let message = world.message_id();
        let content = crate::message::Outbound::Text { body: "Je regarde.".to_owned() };
        world.agent("nadia", Act::reply(message, content)).unwrap();
        world.agent("nadia", Act::resolve()).unwrap();
        assert_eq!(world.state.as_ref().unwrap().asks_rating, !is_restricted);
    }
}
